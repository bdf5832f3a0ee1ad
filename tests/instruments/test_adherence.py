"""Who stands behind a text: what partners say, what officers record, and what everybody reads."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from coalition.base.audit import Event
from coalition.base.errors import NotAllowed, Refused
from coalition.base.reference import Report
from coalition.instruments.adherence import actions, queries
from coalition.instruments.models import Adherence, Instrument, Party
from coalition.mailroom.models import Letter
from coalition.partners.models import PartnerGroup
from coalition.web import coalition_file
from coalition.web.setup import load_adherence, load_sources
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def doha() -> Instrument:
    return Instrument.objects.get(code="doha")


def endorse(instrument: Instrument, partner: Any, **fields: Any) -> Adherence:
    return actions.endorse(instrument, partner, **{"by": factories.person(), **fields})


def signed_in(person: Any) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def words(response: Any) -> str:
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


# --- What partners say


def test_endorsement_counts_is_told_and_leaves_a_trace(doha: Instrument) -> None:
    signer, other = factories.person(), factories.person()
    partner = factories.partner(person=signer)
    factories.mandate(partner, person=other, role="signatory")
    act = endorse(doha, partner, words="Not paragraph 7.\x00", language="fr", by=signer)

    assert (act.kind, act.on, act.words, act.language, act.is_latest) == (
        *("endorsed", timezone.localdate(), "Not paragraph 7.", "fr"),
        True,
    )
    assert list(Adherence.objects.standing()) == [
        act,
        *Adherence.objects.standing().exclude(pk=act.pk),
    ]
    assert Event.objects.latest("sequence").verb == "instruments.endorse"
    letters = Letter.objects.filter(key__startswith="instruments.adherence_said")
    assert [letter.to_person for letter in letters] == [other]
    assert "Not paragraph 7." in letters[0].text


def test_partner_steps_back_and_comes_again_and_all_of_it_stays(doha: Instrument) -> None:
    partner = factories.partner()
    person = factories.person()
    first = endorse(doha, partner, on=date(2026, 1, 1))
    with pytest.raises(NotAllowed, match="stands behind this text already, since"):
        endorse(doha, partner)
    with pytest.raises(NotAllowed, match="Please give a reason"):
        actions.withdraw(doha, partner, reason=" ", by=person)
    second = actions.withdraw(doha, partner, reason="The board said no.", by=person)
    with pytest.raises(NotAllowed, match="nothing to withdraw"):
        actions.withdraw(doha, partner, reason="Again", by=person)
    with pytest.raises(Refused, match="cannot be dated before that"):
        endorse(doha, partner, on=date(2026, 2, 2))
    third = endorse(doha, partner, kind="joined")

    assert [(act.pk, act.kind, act.is_latest) for act in partner.adherences.order_by("pk")] == [
        (first.pk, "endorsed", False),
        (second.pk, "withdrew", False),
        (third.pk, "joined", True),
    ]
    assert second.words == "The board said no."


def test_day_lies_between_the_meeting_and_today(doha: Instrument) -> None:
    partner = factories.partner()
    with pytest.raises(Refused, match="The day lies ahead"):
        endorse(doha, partner, on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(Refused, match="before 5 September 2025"):
        endorse(doha, partner, on=date(2025, 9, 4))
    assert not partner.adherences.exists()


@pytest.mark.parametrize("kind", ["convention", "protocol", "charter", "covenant", "act", "bill"])
def test_what_binds_states_is_not_endorsed(kind: str) -> None:
    text = factories.instrument(kind)
    text.kind = kind
    text.save()
    with pytest.raises(Refused, match="is not endorsed"):
        endorse(text, factories.partner())


def test_partner_says_neither_what_states_do_nor_when_it_is_suspended(doha: Instrument) -> None:
    with pytest.raises(Refused, match="endorses a text or joins it"):
        endorse(doha, factories.partner(), kind="adopted")
    for state in ("suspended", "withdrawn", "delisted"):
        with pytest.raises(NotAllowed):
            endorse(doha, factories.partner(state=state))


def test_adherence_of_a_partner_that_left_stays_with_its_day(
    client: Client, doha: Instrument
) -> None:
    partner = factories.partner()
    endorse(doha, partner, on=date(2026, 3, 1))
    for state in ("suspended", "withdrawn", "delisted", "merged"):
        type(partner).objects.filter(pk=partner.pk).update(state=state)
        assert partner.name in words(client.get("/en/instruments/doha/adherence/"))
        page = client.get(f"/en/partners/{partner.reference}/")
        assert "Texts it stands behind" in words(page)
        assert 'datetime="2026-03-01"' in page.content.decode()


# --- What officers record


def test_officer_records_parties_partners_and_others_and_strikes_errors(doha: Instrument) -> None:
    officer = factories.officer()
    given = {"kind": "signed", "on": None, "source": factories.source(), "by": officer}
    signer = factories.person()
    partner = factories.partner(person=signer)
    made = [
        actions.record(doha, who, **given)
        for who in (factories.state("KEN"), partner, "Example Union of Bakers")
    ]
    assert [str(act.who) for act in made] == [
        *(str(factories.state("KEN").name), partner.name),
        "Example Union of Bakers",
    ]
    assert Letter.objects.filter(to_person=signer).count() == 1
    with pytest.raises(Refused, match="held already"):
        actions.record(doha, "Example Union of Bakers", **given)
    with pytest.raises(Refused, match="Say who it was"):
        actions.record(doha, " ", **given)

    with pytest.raises(NotAllowed, match="Please give a reason"):
        actions.strike(made[0], reason="", by=officer)
    struck = actions.strike(made[0], reason="Another Kenya", by=officer)
    assert (struck.is_latest, struck.struck_why) == (False, "Another Kenya")
    assert made[0] not in Adherence.objects.held()
    with pytest.raises(NotAllowed, match="struck already"):
        actions.strike(struck, reason="Again", by=officer)
    assert Event.objects.latest("sequence").verb == "instruments.strike_adherence"


def test_latest_act_is_the_one_of_the_latest_day_whatever_was_entered_last(
    doha: Instrument,
) -> None:
    given = {"source": factories.source(), "by": factories.officer()}
    kenya = factories.state("KEN")
    left = actions.record(doha, kenya, kind="withdrew", on=date(2026, 5, 1), **given)
    signed = actions.record(doha, kenya, kind="signed", on=date(2026, 2, 1), **given)
    unknown = actions.record(doha, kenya, kind="adopted", on=None, **given)
    assert queries.latest_of(doha, party=kenya) == left
    actions.strike(left, reason="Never happened", by=given["by"])
    assert queries.latest_of(doha, party=kenya) == signed
    actions.strike(signed, reason="Neither", by=given["by"])
    assert queries.latest_of(doha, party=kenya) == unknown


# --- The public page


def test_page_says_what_consensus_does_not_say_and_what_is_not_known(client: Client) -> None:
    said = {
        code: words(client.get(f"/en/instruments/{code}/adherence/"))
        for code in ("doha", "sevilla", "paris", "hamburg", "chisinau", "punta-cana")
    }
    by_consensus = {code for code, page in said.items() if "No list of names follows" in page}
    assert by_consensus == {"doha", "sevilla", "punta-cana"}
    assert "press counts differ (53, 60 and 64)" in said["paris"]
    assert "How it was adopted was not found" in said["chisinau"]
    assert "does not say which of its texts is meant" in said["hamburg"]


def test_facts_of_the_coalition_file_stand_with_their_sources(client: Client) -> None:
    held = Adherence.objects.exclude(loaded={}).select_related("instrument", "source")
    assert {(act.instrument.code, str(act.who), act.kind, act.source.code) for act in held} == {
        ("sevilla", "United Nations General Assembly", "endorsed", "sevilla-text"),
        ("sevilla", str(Party.objects.get(code="USA").name), "withdrew", "sevilla-press-us"),
        ("paris", "European Union", "signed", "paris-news"),
        ("paris", "African Union Commission", "signed", "paris-news"),
        ("paris", str(Party.objects.get(code="USA").name), "declined", "paris-news"),
        ("paris", str(Party.objects.get(code="GBR").name), "declined", "paris-news"),
        (
            "punta-cana",
            "Governing Body of the International Labour Organization",
            "endorsed",
            "punta-cana-endorsed",
        ),
    }
    assert "(press)" in words(client.get("/en/instruments/paris/adherence/"))


def test_struck_fact_of_the_file_is_not_made_again() -> None:
    act = Adherence.objects.exclude(loaded={}).first()
    actions.strike(act, reason="An error", by=factories.officer())
    file, _skeletons = coalition_file.read(coalition_file.find("social-justice"))
    report = Report()
    instruments = {one.code: one for one in Instrument.objects.all()}
    load_adherence(file, instruments, load_sources(file.source, Report()), report)
    assert report.made == []
    assert report.kept == [f"adherence {act.loaded['key']}: struck here; left as it is"]


def test_page_filters_sorts_and_keeps_each_reservation_in_its_language(
    client: Client, doha: Instrument
) -> None:
    workers = factories.partner("Union of Bakers", group=factories.group("WRK"))
    employers = factories.partner("Makers of Ovens", group=factories.group("EMP"))
    factories.adherence(doha, partner=workers, words="تحفّظ", language="ar", on=date(2026, 3, 1))
    factories.adherence(doha, partner=employers, kind="joined", on=date(2026, 4, 1))
    factories.adherence(doha, party=factories.state("KEN"), kind="dissociated", on=None)
    factories.adherence(doha, name="Example Office", kind="signed", on=date(2026, 5, 1))
    old = factories.adherence(
        doha, partner=workers, kind="signed", on=date(2026, 2, 1), is_latest=False
    )

    def rows(query: str) -> list[str]:
        response = client.get(f"/en/instruments/doha/adherence.csv?{query}")
        content = b"".join(response.streaming_content)
        found = list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))
        page = words(client.get(f"/en/instruments/doha/adherence/?{query}"))
        assert f"{len(found)} act" in page
        return [row["who"] for row in found]

    kenya = str(factories.state("KEN").name)
    everybody = ["Example Office", "Makers of Ovens", "Union of Bakers", kenya]
    assert rows("") == everybody
    assert rows("sort=oldest") == [kenya, *everybody[2::-1]]
    assert rows("acts=all") == [*everybody[:3], "Union of Bakers", kenya]
    assert rows("kind=joined") == ["Makers of Ovens"]
    assert rows("who=party") == [kenya]
    assert rows("who=partner") == ["Makers of Ovens", "Union of Bakers"]
    assert rows("who=other") == ["Example Office"]
    assert rows("group=WRK") == ["Union of Bakers"]
    assert rows("reservation=on") == ["Union of Bakers"]
    assert rows("words=ken") == rows("words=KEN") == [kenya]
    assert rows("words=oven") == ["Makers of Ovens"]
    assert rows("words=nobody") == []
    assert rows("kind=nonsense") == everybody
    assert old.words == ""
    html = client.get("/en/instruments/doha/adherence/").content.decode()
    assert '<div lang="ar" dir="auto"><p>تحفّظ</p></div>' in html


def test_standing_is_counted_by_group_and_examples_apart(doha: Instrument) -> None:
    for number, (code, fields) in enumerate(
        (
            ("WRK", {}),
            ("WRK", {"is_example": True}),
            ("EMP", {}),
            ("EMP", {"kind": "withdrew"}),
            ("GOV", {"is_latest": False}),
        )
    ):
        partner = factories.partner(f"Partner {number}", group=factories.group(code))
        factories.adherence(doha, partner=partner, **fields)
    factories.adherence(doha, party=factories.state("KEN"))
    counts = queries.standing(doha, list(PartnerGroup.objects.all()))
    held = {one.code or one.label: (one.count, one.examples) for one in counts}
    assert {key: value for key, value in held.items() if value != (0, 0)} == {
        "States and regional organisations": (1, 0),
        "WRK": (1, 1),
        "EMP": (1, 0),
    }


# --- Who may do what


def test_who_may_say_record_and_strike(client: Client, doha: Instrument) -> None:
    """People by verbs: what each is answered, and that nothing was written where it is refused."""
    partner = factories.partner()
    act = factories.adherence(doha, partner=factories.partner(), source=factories.source())
    people = {
        "visitor": None,
        "stranger": factories.person(),
        "viewer": factories.mandate(partner, role="viewer").person,
        "editor": factories.mandate(partner, role="editor").person,
        "signatory": factories.mandate(partner, role="signatory").person,
        "officer": factories.officer(),
    }
    own = f"/en/workspace/{partner.reference}/declarations/"
    verbs = {
        "list": ("get", own, {}),
        "form": ("get", "/en/instruments/doha/endorse/", {}),
        "withdraw": ("post", f"{own}doha/withdraw/", {"reason": "Why", "language": "en"}),
        "desk": ("get", "/en/desk/adherence/", {}),
        "strike": ("post", f"/en/desk/adherence/{act.pk}/strike/", {"reason": "Wrong"}),
    }
    expected = {
        "visitor": (302, 302, 302, 404, 404),
        "stranger": (403, 403, 403, 404, 404),
        "viewer": (200, 403, 403, 404, 404),
        "editor": (200, 403, 403, 404, 404),
        "signatory": (200, 200, 302, 404, 404),
        "officer": (403, 403, 403, 200, 302),
    }
    before = Adherence.objects.filter(struck_at=None).count()
    for name, person in people.items():
        browser = signed_in(person) if person else Client()
        answered = [
            getattr(browser, method)(address, data).status_code
            for method, address, data in verbs.values()
        ]
        assert (name, *answered) == (name, *expected[name])
        struck = name == "officer"
        assert Adherence.objects.filter(struck_at=None).count() == before - struck


def test_form_says_what_is_missing_and_keeps_what_was_written(
    client: Client, doha: Instrument
) -> None:
    signer = factories.person()
    partner = factories.partner(person=signer)
    client.force_login(signer)
    path = "/en/instruments/doha/endorse/"
    given = {"kind": "endorsed", "on": "2026-02-01", "words": "Not all", "language": "en"}
    page = client.post(path, given)
    assert page.status_code == 200
    assert "Not all" in page.content.decode()
    assert not partner.adherences.exists()

    response = client.post(path, {**given, "confirmed": "on"})
    assert response["Location"] == f"/en/workspace/{partner.reference}/declarations/"
    again = client.post(path, {**given, "confirmed": "on"})
    assert "stands behind this text already" in words(again)
    assert partner.adherences.count() == 1


def test_who_signs_for_two_chooses_for_which(client: Client, doha: Instrument) -> None:
    signer = factories.person()
    partners = [factories.partner(name, person=signer) for name in ("Alpha", "Beta")]
    stranger = factories.partner("Gamma")
    client.force_login(signer)
    given = {"kind": "endorsed", "on": "2026-02-01", "language": "en", "confirmed": "on"}
    path = "/en/instruments/doha/endorse/"
    assert client.post(path, {**given, "partner": stranger.reference}).status_code == 200
    assert client.post(path, given).status_code == 200
    client.post(path, {**given, "partner": partners[1].reference})
    assert [one.adherences.count() for one in (*partners, stranger)] == [0, 1, 0]


def test_officer_records_through_the_desk_with_a_source(doha: Instrument) -> None:
    desk = signed_in(factories.officer())
    partner = factories.partner()
    given = {
        "text": "A/RES/80/5",
        "kind": "signed",
        "on": "",
        "language": "en",
        "source": "A paper of record",
        "url": "https://paper.test/1",
    }
    path = "/en/desk/adherence/"
    wrong = {
        "Name exactly one": {"party": "KEN", "name": "Both"},
        "Name exactly one:": {},
        "There is no instrument “A/RES/80/5555” here.": {"text": "A/RES/80/5555", "party": "KEN"},
        "There is no partner with the reference": {"partner": "PAR-1999-0001"},
        "This field is required": {"party": "KEN", "source": ""},
    }
    for sentence, fields in wrong.items():
        page = desk.post(path, {**given, **fields})
        assert page.status_code == 200
        assert sentence in words(page)
    before = Adherence.objects.count()
    for who in ({"party": "KEN"}, {"partner": partner.reference.lower()}, {"name": "An office"}):
        assert desk.post(path, {**given, **who}).status_code == 302
    made = Adherence.objects.order_by("-pk")[:3]
    assert Adherence.objects.count() == before + 3
    assert [act.party.code if act.party else str(act.who) for act in made] == [
        *("An office", partner.name),
        "KEN",
    ]
    assert {act.source.title for act in made} == {"A paper of record"}
    again = desk.post(path, {**given, "party": "KEN"})
    assert "The same act on the same day is held already" in words(again)


def test_archive_of_a_partner_holds_what_it_said(doha: Instrument) -> None:
    partner = factories.partner()
    endorse(doha, partner, on=date(2026, 2, 2), words="But", language="en")
    assert queries.archive_of(partner) == [
        {
            "text": "doha",
            "symbol": "A/RES/80/5",
            "did": "endorsed",
            "on": date(2026, 2, 2),
            "words": "But",
            "language": "en",
            "source": "",
        }
    ]


def test_refusals_are_sentences_with_403(client: Client, doha: Instrument) -> None:
    assert issubclass(NotAllowed, PermissionDenied)
    client.force_login(factories.person())
    page = client.get("/en/instruments/doha/endorse/")
    assert page.status_code == 403
    assert "Only who signs for a partner" in words(page)
