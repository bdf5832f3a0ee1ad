"""National interventions are part of regional and global ones, and every figure counts once."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.base.errors import NotAllowed, Refused
from coalition.interventions.joining import actions, queries
from coalition.interventions.models import Intervention
from coalition.interventions.states import State
from coalition.mailroom.models import Letter
from coalition.places.models import Place
from coalition.results.models import Fact, Indicator, Total
from coalition.results.totals.actions import derive
from tests import factories

pytestmark = pytest.mark.django_db

LEVELS = ("national", "regional", "international")


def at(level: str, state: str = "implementation", **fields: Any) -> Intervention:
    return factories.intervention(state, level=factories.level(level), **fields)


def again(one: Intervention) -> Intervention:
    return Intervention.objects.get(pk=one.pk)


def joined(narrower: Intervention, wider: Intervention) -> Intervention:
    by = factories.person()
    actions.ask_whole(narrower, wider, by=by)
    return actions.accept_part(again(narrower), by=by)


def reached(indicator: Indicator) -> int:
    of_all = {"period": None, "place": None, "partner": None, "cell": None, "role": "actual"}
    return sum(Total.objects.filter(indicator=indicator, **of_all).values_list("value", flat=True))


# --- Which may be part of which ------------------------------------------------------------------

# narrower \ wider: national regional international; y: may be part of it
WIDTHS = """
national       - y y
regional       - - y
international  - - -
"""


@pytest.mark.parametrize("row", WIDTHS.strip().splitlines())
def test_the_wider_one_has_a_wider_level(row):
    level, *answers = row.split()
    narrower = at(level, places=[factories.country("FRA")])

    for wide, answer in zip(LEVELS, answers, strict=True):
        wider = at(wide, places=[factories.country("KEN")])
        if answer == "y":
            assert actions.ask_whole(narrower, wider, by=factories.person()).asks_whole == wider
        else:
            with pytest.raises(Refused, match="is not wider"):
                actions.ask_whole(again(narrower), wider, by=factories.person())


def test_of_the_same_level_it_is_wider_where_its_places_hold_all_others():
    codes = ("002", "KEN", "TCD", "PER")
    africa, kenya, chad, peru = (Place.objects.get(code=code) for code in codes)
    wider = at("regional", places=[africa])
    both = at("regional", places=[kenya, chad])
    one_outside = at("regional", places=[kenya, peru])

    assert queries.why_not_part(both, wider) == ""
    assert "is not wider" in queries.why_not_part(one_outside, wider)
    assert "is not wider" in queries.why_not_part(wider, both)


def test_nothing_goes_round_in_a_circle_however_long():
    where = [factories.country("FRA")]
    ring = [at("regional", places=where) for _ in range(4)]
    for narrower, wider in pairwise(ring):
        joined(again(narrower), again(wider))

    for one in ring:
        with pytest.raises(Refused):
            actions.ask_whole(again(ring[-1]), again(one), by=factories.person())
    assert queries.below(ring[-1]) == {one.pk for one in ring}
    assert queries.chain_of(again(ring[0])) == [one.pk for one in ring]


@pytest.mark.parametrize("state", State.values)
def test_neither_has_ended_and_both_are_public(state):
    for narrower, wider in (
        (at("national", state), at("regional")),
        (at("national"), at("regional", state)),
    ):
        if state in ("draft", "closed", "cancelled"):
            with pytest.raises(Refused):
                actions.ask_whole(narrower, wider, by=factories.person())
        else:
            assert actions.ask_whole(narrower, wider, by=factories.person()).asks_whole == wider


def test_only_wider_ones_are_offered():
    narrower = at("national", title="Here")
    wider = at("regional", title="Bakers of the region")
    at("national", title="Elsewhere", places=[factories.country("KEN")])
    at("regional", "draft")
    at("international", is_example=True)

    assert queries.offered(narrower) == [wider]
    assert queries.offered(narrower, "millers") == []
    assert queries.offered(wider) == []


# --- Who may, and when ---------------------------------------------------------------------------

# y: it happens; -: it is refused. apart, asked, joined; who may of the narrower and the wider one
TABLE = """
ask_whole    y - -   narrow
accept_part  - y -   wide
refuse_part  - y -   wide
leave_whole  - y y   narrow wide
"""
ROWS = [(row[0], row[1:4], row[4:]) for row in map(str.split, TABLE.strip().splitlines())]
PERMISSIONS = {"narrow": "interventions.ask_whole", "wide": "interventions.answer_part"}


@pytest.mark.parametrize(("verb", "answers", "allowed"), ROWS, ids=[row[0] for row in ROWS])
def test_who_may_do_what_and_when(verb, answers, allowed):
    narrower, wider = at("national"), at("regional")
    persons = {
        "visitor": AnonymousUser(),
        "stranger": factories.mandate(factories.partner(), "signatory").person,
        "officer": factories.officer(),
        "editor": factories.mandate(narrower.partner, "editor").person,
        "narrow": factories.mandate(narrower.partner, "signatory").person,
        "wide": factories.mandate(wider.partner, "signatory").person,
    }
    for name, person in persons.items():
        asked = {
            side: person.has_perm(PERMISSIONS[side], of)
            for side, of in (
                ("narrow", narrower),
                ("wide", wider),
            )
        }
        assert any(asked[side] for side in allowed) == (name in allowed), name
    for state, answer in zip(("apart", "asked", "joined"), answers, strict=True):
        with transaction.atomic():
            one = again(narrower)
            if state != "apart":
                actions.ask_whole(one, wider, by=persons["narrow"])
            if state == "joined":
                actions.accept_part(again(one), by=persons["wide"])
            given = {"reason": "Because."} if verb in ("refuse_part", "leave_whole") else {}
            given |= {"whole": wider} if verb == "ask_whole" else {}
            if answer == "y":
                getattr(actions, verb)(again(one), **given, by=persons["narrow"])
            else:
                with pytest.raises((NotAllowed, Refused)):
                    getattr(actions, verb)(again(one), **given, by=persons["narrow"])
            transaction.set_rollback(True)


def test_both_sides_hear_and_everybody_reads_it():
    narrower, wider = at("national"), at("regional")
    for one, address in ((narrower, "narrow@union.test"), (wider, "wide@union.test")):
        factories.mandate(one.partner, "signatory", person=factories.person(address))
    by = {one.pk: one.partner.mandates.get().person for one in (narrower, wider)}

    actions.ask_whole(narrower, wider, by=by[narrower.pk])
    actions.accept_part(again(narrower), by=by[wider.pk])
    actions.leave_whole(again(narrower), reason="It changed.", by=by[narrower.pk])

    told = Letter.objects.order_by("pk").values_list("to_address", "key")
    assert [(to, key.split(":")[0]) for to, key in told] == [
        ("wide@union.test", "interventions.part_asked"),
        ("narrow@union.test", "interventions.part_accepted"),
        ("wide@union.test", "interventions.part_left"),
    ]
    changes = narrower.changes.order_by("pk").values_list("field", "before", "after", "why")
    assert list(changes) == [
        ("whole", "", wider.reference, ""),
        ("whole", wider.reference, "", "It changed."),
    ]


def test_a_reason_is_asked_for():
    narrower, wider = at("national"), at("regional")
    actions.ask_whole(narrower, wider, by=factories.person())

    for verb in ("refuse_part", "leave_whole"):
        with pytest.raises(NotAllowed, match="give a reason"):
            getattr(actions, verb)(again(narrower), reason=" ", by=factories.person())
    assert again(narrower).asks_whole == wider


def test_of_what_was_completed_it_stays_a_part():
    narrower, wider = at("national"), at("regional")
    joined(narrower, wider)
    Intervention.objects.filter(pk=wider.pk).update(state="closed", closed_at="2026-11-01T00:00Z")

    with pytest.raises(NotAllowed, match="Closed"):
        actions.leave_whole(again(narrower), reason="No.", by=factories.person())


# --- Which figures count -------------------------------------------------------------------------


def test_figures_count_where_they_are_joined_and_no_longer_once_they_part():
    narrower, wider = at("national"), at("regional")
    own, above = (one.framework.indicators.get() for one in (narrower, wider))
    factories.fact(own, 12, period=factories.period(narrower.framework))
    derive([own.pk])
    by = factories.person()

    with pytest.raises(Refused, match="wider intervention of which"):
        actions.count_towards(own, above, by=by)
    joined(narrower, wider)
    actions.count_towards(own, above, by=by)
    assert reached(above) == 12
    assert [line.counts_in for line in queries.lines(again(narrower), wider)] == [above]
    assert queries.counted_in(wider) == {narrower.pk: [own]}

    actions.count_no_more(Indicator.objects.get(pk=own.pk), by=by)
    assert reached(above) == 0
    actions.count_towards(own, above, by=by)
    actions.leave_whole(again(narrower), reason="It changed.", by=by)

    assert (reached(above), Indicator.objects.get(pk=own.pk).parent) == (0, None)
    with pytest.raises(Refused, match="do not count"):
        actions.count_no_more(Indicator.objects.get(pk=own.pk), by=by)


def test_only_figures_that_fit_are_offered_the_others_with_the_reason():
    narrower, wider = at("national"), at("regional")
    factories.indicator(narrower.framework, "Hectares", unit=factories.unit("hectares"))

    lines = queries.lines(narrower, wider)

    assert [(len(line.fitting), bool(line.why_not)) for line in lines] == [(1, False), (0, True)]


TREE = st.tuples(
    st.lists(st.integers(0, 4), min_size=2, max_size=6),  # national: part of which above, or none
    st.lists(st.booleans(), min_size=4, max_size=4),  # regional: part of the global one?
    st.lists(st.tuples(st.integers(0, 10), st.integers(0, 90)), max_size=14),  # figures
    st.lists(st.integers(0, 10), max_size=4),  # who leaves again
)


@given(TREE)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_each_figure_reaches_each_total_above_once(db, tree):
    parts, are_global, figures, leavers = tree
    with transaction.atomic():
        by = factories.person()
        top = at("international", goals=False)
        regions = [at("regional", goals=False) for _ in range(4)]
        nations = [at("national", goals=False) for _ in parts]
        everybody = [top, *regions, *nations]
        own = {one.pk: factories.indicator(one.framework) for one in everybody}
        links = [(one, top) for one, is_part in zip(regions, are_global, strict=True) if is_part]
        links += [
            (one, regions[which] if which < 4 else top)
            for one, which in zip(nations, parts, strict=True)
        ]
        for narrower, wider in links:
            joined(narrower, wider)
            actions.count_towards(own[narrower.pk], own[wider.pk], by=by)
        above = {narrower.pk: wider.pk for narrower, wider in links}
        for which, value in figures:
            one = everybody[which % len(everybody)]
            number = 2000 + own[one.pk].facts.count()
            factories.fact(own[one.pk], value, period=factories.period(one.framework, number))
            derive([own[one.pk].pk])
        for which in leavers:
            one = everybody[which % len(everybody)]
            if above.pop(one.pk, None):
                actions.leave_whole(again(one), reason="It changed.", by=by)

        found = {pk: reached(indicator) for pk, indicator in own.items()}

        expected = dict.fromkeys(own, 0)
        for fact in Fact.objects.published().select_related("indicator__framework__intervention"):
            pk: int | None = fact.indicator.framework.intervention.pk
            while pk is not None:
                expected[pk] += fact.value
                pk = above.get(pk)
        assert found == expected
        derive()
        assert {pk: reached(indicator) for pk, indicator in own.items()} == found
        transaction.set_rollback(True)


# --- Pages ---------------------------------------------------------------------------------------


def test_both_sides_work_on_their_page(client: Client):
    narrower, wider = at("national", title="Here"), at("regional", title="All around")
    narrow = factories.mandate(narrower.partner, "signatory").person
    wide = factories.mandate(wider.partner, "signatory").person
    page, other = (
        reverse("interventions:parts", args=[one.reference]) for one in (narrower, wider)
    )

    client.force_login(narrow)
    assert "All around" in client.get(page).content.decode()
    client.post(f"{page}ask/", {"whole": wider.reference})
    assert again(narrower).asks_whole == wider
    assert client.post(f"{page}accept/").status_code == 403

    client.force_login(wide)
    body = client.get(other).content.decode()
    assert "Here" in body
    assert f"{page}accept/" in body
    client.post(f"{page}accept/")
    assert again(narrower).whole == wider

    client.force_login(narrow)
    client.post(f"{page}count/1/", {"above": "1"})
    own = narrower.framework.indicators.get()
    assert own.parent == wider.framework.indicators.get()
    assert "Stop counting it there" in client.get(page).content.decode()
    client.post(f"{page}count/1/")
    own.refresh_from_db()
    assert own.parent is None

    client.force_login(wide)
    client.post(f"{page}leave/", {"reason": "It changed."})
    assert again(narrower).whole is None


def test_strangers_can_do_nothing(client: Client):
    narrower, wider = at("national"), at("regional")
    joined(narrower, wider)
    page = reverse("interventions:parts", args=[narrower.reference])
    client.force_login(factories.mandate(factories.partner(), "signatory").person)

    for address in ("", "ask/", "accept/", "refuse/", "leave/", "count/1/"):
        verb = client.post if address else client.get
        assert verb(f"{page}{address}", {"whole": wider.reference}).status_code == 403, address
    assert again(narrower).whole == wider
