from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.instruments.consent import actions, queries
from coalition.instruments.consent.known_rules import apply_rule
from coalition.instruments.consent.queries import NOT_BOUND, StatusOn
from coalition.instruments.models import ConsentAction, Instrument, Party, Period
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = date(2020, 1, 1)


def recorded(to: Instrument, of: Party, kind: str, on: date | None, **fields: Any) -> ConsentAction:
    given = {"source": make.fact_source(), "by": make.officer()}
    return actions.record_action(to, of, kind, on=on, **{**given, **fields})


def told(instrument: Instrument, party: Party) -> list[tuple[str, str]]:
    rows = Period.objects.filter(instrument=instrument, party=party).order_by("since")
    return [(row.status, row.since.isoformat()) for row in rows]


def status(*arguments: str) -> str:
    out = StringIO()
    call_command("status", *arguments, stdout=out)
    return out.getvalue()


def refusal(*arguments: str) -> str:
    with pytest.raises(CommandError) as error:
        status(*arguments)
    assert error.value.returncode == 1
    return str(error.value)


# --- Recording ---------------------------------------------------------------------------------


def test_an_act_is_kept_and_every_status_follows_from_it() -> None:
    treaty, france = make.treaty(), make.state("FRA")

    signed = recorded(treaty, france, "signature", date(1950, 9, 1))
    ratified = recorded(treaty, france, "ratification", date(1951, 6, 28), note="As deposited")
    left = recorded(treaty, france, "denunciation", date(1980, 3, 1))

    assert told(treaty, france) == [
        ("signed", "1950-09-01"),
        ("pending", "1951-06-28"),
        ("in_force", "1952-06-28"),
        ("denounced", "1981-03-01"),
    ]
    assert [row.action for row in Period.objects.filter(party=france).order_by("since")] == [
        signed,
        ratified,
        ratified,
        left,
    ]
    assert ratified.as_of == timezone.localdate()
    assert Event.objects.filter(verb="instruments.record_consent").count() == 3


def test_deriving_again_gives_the_same() -> None:
    treaty, france = make.treaty(), make.state("FRA")
    make.consent(france, treaty)
    before = told(treaty, france)

    assert actions.derive(treaty) == 2
    assert actions.rebuild() == (1, 2)
    assert told(treaty, france) == before


def test_what_cannot_be_is_refused_with_a_sentence() -> None:
    treaty = make.treaty(adopted_on=date(1949, 7, 1))
    france, other = make.state("FRA"), make.state("GBR")
    promise = make.instrument()
    tomorrow = timezone.localdate() + timedelta(1)
    recorded(treaty, france, "ratification", date(1951, 6, 28))
    strange = make.instrument("elsewhere", paragraphs=1).provisions.first()
    cases = [
        ((treaty, other, "ratification", date(1949, 6, 30)), {}, "adopted on 1 July 1949"),
        ((treaty, other, "denunciation", date(1990, 1, 1)), {}, "nothing to denounce"),
        ((treaty, france, "denunciation", date(1951, 6, 28)), {}, "nothing to denounce"),
        ((treaty, other, "ratification", tomorrow), {}, "has not come yet"),
        ((treaty, france, "ratification", date(1951, 6, 28)), {}, "held already"),
        ((treaty, other, "ratification", None), {}, "Give the day"),
        ((promise, other, "ratification", DAY), {}, "is not a treaty"),
        (
            (treaty, other, "ratification", DAY),
            {"effective_on": DAY - timedelta(1)},
            "cannot take effect before",
        ),
        (
            (treaty, other, "ratification", DAY),
            {"provisions": [strange]},
            "is no provision of",
        ),
    ]

    for arguments, fields, words in cases:
        with pytest.raises(Refused, match=words):
            recorded(*arguments, **fields)
    assert ConsentAction.objects.count() == 1


def test_only_editors_and_officers_record_and_strike() -> None:
    treaty, france = make.treaty(), make.state("FRA")
    act = make.consent(france, treaty)
    people = {
        "officer": (make.officer(), True),
        "editor": (make.person(roles=("editor",)), True),
        "focal point": (make.person(), False),
        "nobody": (None, False),
    }

    for name, (person, may) in people.items():
        year = date(1990 + len(name), 1, 1)
        if may:
            recorded(treaty, make.state(), "ratification", year, by=person)
            continue
        with pytest.raises(NotAllowed):
            recorded(treaty, make.state(), "ratification", year, by=person)
        with pytest.raises(NotAllowed):
            actions.strike_action(act, by=person, why="A slip")
    assert actions.strike_action(act, by=people["editor"][0], why="A slip").struck_at


def test_a_struck_act_is_kept_with_its_reason_and_counts_no_longer() -> None:
    treaty, france, officer = make.treaty(), make.state("FRA"), make.officer()
    ratified = recorded(treaty, france, "ratification", date(1951, 6, 28))
    left = recorded(treaty, france, "denunciation", date(1980, 3, 1))

    with pytest.raises(Refused, match="still stands"):
        actions.strike_action(ratified, by=officer, why="Another State")
    with pytest.raises(Refused, match="Say why"):
        actions.strike_action(left, by=officer, why="  ")
    actions.strike_action(left, by=officer, why="Another State")
    with pytest.raises(Refused, match="already"):
        actions.strike_action(left, by=officer, why="Again")

    assert told(treaty, france) == [("pending", "1951-06-28"), ("in_force", "1952-06-28")]
    left.refresh_from_db()
    assert left.struck_why == "Another State"
    assert recorded(treaty, france, "denunciation", date(1980, 3, 1)).pk != left.pk


# --- Rules -------------------------------------------------------------------------------------


def test_a_known_rule_is_given_and_a_rule_by_hand_is_left_alone() -> None:
    read = make.treaty("c098x", symbol="C098", rule=False)
    general = make.treaty("c087x", symbol="C087", rule=False)
    unknown = make.treaty("tampere-x", symbol="TAMPERE", rule=False)
    by_hand = make.treaty("c100x", symbol="C100")

    rule = apply_rule(read)
    assert rule
    assert (rule.first_parties, rule.first_months, rule.later_months) == (2, 12, 12)
    assert (rule.articles, rule.is_general) == ("art. 8 and 11", False)
    other = apply_rule(general)
    assert other
    assert (other.later_months, other.is_general, other.articles) == (12, True, "")
    assert apply_rule(unknown) is None
    kept = apply_rule(by_hand)
    assert kept
    assert kept.articles == "art. 15 and 16"
    assert apply_rule(read) == rule


def test_a_condition_that_no_number_expresses_leaves_the_status_unknown() -> None:
    treaty = make.treaty("mlc-x", symbol="MLC", rule=False)
    for number in range(31):
        ConsentAction.objects.create(
            instrument=treaty,
            party=make.state(f"Z{number}"),
            kind="ratification",
            on=date(2012, 1, 1),
            source=make.fact_source(),
            as_of=DAY,
        )

    actions.derive(treaty)

    assert set(Period.objects.values_list("status", "why")) == {("unknown", "rule_not_held")}


# --- Reading -----------------------------------------------------------------------------------


def test_statuses_of_a_day_are_one_query_and_absence_is_not_bound(
    django_assert_num_queries: Any,
) -> None:
    one, two = make.treaty(), make.treaty()
    france, ghana = make.state("FRA"), make.state("GHA")
    make.consent(france, one)
    make.consent(ghana, two, on=date(2019, 6, 1))

    with django_assert_num_queries(1):
        found = queries.statuses_on(DAY, [france, ghana], [one, two])

    assert found == {
        (france.pk, one.pk): StatusOn("in_force", date(1952, 6, 28)),
        (ghana.pk, two.pk): StatusOn("pending", date(2019, 6, 1)),
    }
    assert queries.status_of(one, ghana, DAY) == NOT_BOUND
    untold = make.treaty(as_of=None)
    assert queries.status_of(untold, ghana, DAY) == StatusOn("unknown", why="table_not_held")


def test_a_record_holds_every_held_instrument_once(django_assert_num_queries: Any) -> None:
    france = make.state("FRA")
    bound, later, left, none = (make.treaty(f"T0{n}") for n in range(4))
    make.treaty("T09", as_of=None)
    make.consent(france, bound)
    make.consent(france, later, on=date(2019, 6, 1))
    make.consent(france, left)
    make.consent(france, left, kind="denunciation", on=date(1990, 1, 1))

    with django_assert_num_queries(2):
        record = queries.party_record(france, DAY)

    assert {name: [row.instrument for row in rows] for name, rows in record.items()} == {
        "not_bound": [none],
        "signed": [],
        "pending": [later],
        "in_force": [bound],
        "denounced": [left],
        "unknown": [],
    }


def test_who_is_missing_is_told_apart_from_who_is_not_known() -> None:
    treaty = make.treaty("no-rule", rule=False)
    ghana, france = make.state("GHA"), make.state("FRA")
    make.state()  # no member of the United Nations
    make.consent(ghana, treaty)

    missing = queries.not_yet_bound(treaty, DAY)

    assert [party for party, _on in missing.unknown] == [ghana]
    others = set(queries.members(treaty)) - {ghana}
    assert france in others
    assert dict(missing.without) == dict.fromkeys(others, NOT_BOUND)
    with pytest.raises(Refused, match="No table of the parties"):
        queries.not_yet_bound(make.treaty(as_of=None), DAY)


def test_the_curve_counts_who_is_bound_at_the_end_of_each_year() -> None:
    treaty = make.treaty(as_of=date(1954, 5, 1))
    make.consent(make.state("FRA"), treaty, on=date(1951, 6, 28))
    make.consent(make.state("GHA"), treaty, on=date(1953, 3, 1))

    curve = queries.ratification_curve(treaty)

    assert [(one.year, one.bound, one.consented) for one in curve] == [
        (1951, 0, 1),
        (1952, 1, 1),
        (1953, 1, 2),
        (1954, 2, 2),
    ]


def test_acceptance_by_provision_decides_the_status_of_each() -> None:
    charter = make.treaty("charter-x")
    france = make.state("FRA")
    first, point, second, third = (
        charter.provisions.create(eid=eid, number=eid, role="operative", position=place)
        for place, eid in enumerate(("art_1", "art_1__para_2", "art_2", "art_3"))
    )
    recorded(charter, france, "ratification", date(2000, 1, 1), provisions=[first, second])
    recorded(charter, france, "acceptance", date(2010, 1, 1), provisions=[third])
    recorded(charter, france, "denunciation", date(2015, 1, 1), provisions=[second])

    assert set(queries.accepted_provisions(france, charter)) == {first, second, third}
    assert queries.status_of(charter, france, DAY).status == "in_force"
    of = {
        (each.eid, day.year): queries.status_of_provision(each, france, day).status
        for each in (first, point, second, third)
        for day in (date(2005, 1, 1), DAY)
    }
    assert of == {
        ("art_1", 2005): "in_force",
        ("art_1", 2020): "in_force",
        ("art_1__para_2", 2005): "in_force",
        ("art_1__para_2", 2020): "in_force",
        ("art_2", 2005): "in_force",
        ("art_2", 2020): "denounced",
        ("art_3", 2005): "not_bound",
        ("art_3", 2020): "in_force",
    }


def test_without_a_choice_a_provision_stands_as_the_whole_does() -> None:
    treaty, france = make.treaty(), make.state("FRA")
    article = treaty.provisions.create(eid="art_1", number="1", role="operative", position=1)
    make.consent(france, treaty)

    assert queries.status_of_provision(article, france, DAY).status == "in_force"
    assert queries.status_of_provision(article, make.state("GHA"), DAY) == NOT_BOUND


# --- The command ---------------------------------------------------------------------------------


def test_status_answers_programs_with_all_it_rests_on() -> None:
    treaty = make.treaty("c087x", symbol="C087")
    make.consent(make.state("FRA"), treaty, source_status="In Force")
    asked = ("--instrument", "c087", "--json", "--on")
    rest = {
        "instrument": "C087",
        "source": "A register of treaties",
        "as_of": "2023-05-11",
        "rule": {"articles": "art. 15 and 16", "is_general": False},
    }

    assert json.loads(status(*asked, "1952-07-01", "--country", "FRA")) == {
        **rest,
        "country": "FRA",
        "on": "1952-07-01",
        "status": "in_force",
        "since": "1952-06-28",
        "source_says": "In Force",
    }
    # Ghana has no row at all, and no party yet.
    assert json.loads(status(*asked, "1952-07-01", "--country", "gh")) == {
        **rest,
        "country": "GHA",
        "on": "1952-07-01",
        "status": "not_bound",
        "since": None,
    }
    assert not Party.objects.filter(code="GHA").exists()


def test_status_tells_people_in_words_what_is_and_what_is_not_held() -> None:
    treaty = make.treaty("c001x", symbol="C001", rule=False)
    make.treaty("bare", symbol="BARE", rule=False, as_of=None)
    make.consent(make.state("AUT"), treaty, on=date(1924, 6, 12), source_status="Not in force")

    # Two parties are needed for the instrument to be in force at all.
    assert status("--instrument", "C001", "--country", "AUT", "--on", "1950-01-01") == (
        "AUT, C001, on 1950-01-01: bound, not yet in force since 1924-06-12.\n"
        "Note: too few parties are held for the instrument to be in force (the source says "
        "“Not in force”).\n"
        "By the general rule; the text of the instrument is not held.\n"
        "Source: A register of treaties, as of 2023-05-11.\n"
    )
    make.consent(make.state("GRC"), treaty, on=date(1920, 11, 19))
    assert status("--instrument", "C001", "--country", "AUT", "--on", "1 January 1950") == (
        "AUT, C001, on 1950-01-01: unknown since 1924-06-12.\n"
        "Note: reason not held (the source says “Not in force”).\n"
        "By the general rule; the text of the instrument is not held.\n"
        "Source: A register of treaties, as of 2023-05-11.\n"
    )
    assert status("--instrument", "BARE", "--country", "AUT", "--on", "1950-01-01") == (
        "AUT, BARE, on 1950-01-01: unknown.\n"
        "Note: no table of its parties is held.\n"
        "The rule of entry into force is not held.\n"
    )


def test_status_refuses_what_it_does_not_know_with_near_ones() -> None:
    make.treaty("c087x", symbol="C087")

    assert "Near it: C087" in refusal("--instrument", "C078", "--country", "FRA")
    assert "Near it: France" in refusal("--instrument", "C087", "--country", "Frnce")
    assert "two days" in refusal("--instrument", "C087", "--country", "FRA", "--on", "03/04/2006")


def test_rebuild_derives_everything_anew_and_brings_rules_in() -> None:
    treaty = make.treaty("c182x", symbol="C182", rule=False)
    untouched = make.treaty("c138x", symbol="C138", rule=False)
    for code in ("FRA", "GHA"):
        ConsentAction.objects.create(
            instrument=treaty,
            party=make.state(code),
            kind="ratification",
            on=date(2001, 9, 14),
            source=make.fact_source(),
            as_of=DAY,
        )
    out = StringIO()

    call_command("consent", "rebuild", stdout=out)

    assert out.getvalue() == "1 instruments with acts of consent: 4 periods derived.\n"
    assert told(treaty, make.state("FRA")) == [
        ("pending", "2001-09-14"),
        ("in_force", "2002-09-14"),
    ]
    assert untouched.rule.articles == "art. 12 and 13"
