"""What is done in an intervention and what may go wrong: said, late in words, seen by whom."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.base.errors import NotAllowed, Refused
from coalition.interventions.models import Activity, Intervention, Risk
from coalition.interventions.states import State
from coalition.interventions.work import actions
from coalition.interventions.work.pictures import SHADES, Stretch, gantt, matrix
from coalition.interventions.work.queries import activities_of, piece_of, risks_of
from tests import factories

pytestmark = pytest.mark.django_db

DAY = date(2026, 6, 1)


def activity(one: Any, **fields: Any) -> Activity:
    """Said by the action: planned for the first half of 2026."""
    given = {"title": "Train", "starts_on": date(2026, 1, 1), "ends_on": date(2026, 6, 30)}
    return actions.add_activity(one, fields={**given, **fields}, by=factories.officer())


def risk(one: Any, **fields: Any) -> Risk:
    given = {"words": "Ovens come late", "likelihood": 2, "harm": 3}
    made = actions.add_risk(one, fields={**given, **fields}, by=factories.officer())
    return Risk.objects.get(pk=made.pk)  # its weight is worked out by the database


# --- Activities --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": " "}, "what is done"),
        ({"starts_on": None}, "A day is missing: planned from"),
        ({"ends_on": date(2025, 12, 1)}, "planned to end before it begins"),
        ({"starts_on": date(2024, 12, 31)}, "planned from 1 January 2025 until 31 December 2027"),
        ({"ends_on": date(2028, 1, 1)}, "Plan the activity within these days"),
        ({"ended_on": date(2026, 2, 1)}, "on which day it began"),
        ({"began_on": date(2026, 3, 1), "ended_on": date(2026, 2, 1)}, "ended before it began"),
        ({"began_on": date(1949, 1, 1)}, "Began on: the year 1949"),
        ({"number": 3}, "cannot be changed here: number"),
    ],
)
def test_what_cannot_be_an_activity_is_refused(fields, sentence):
    one = factories.intervention("pipeline")

    with pytest.raises(Refused, match=sentence):
        activity(one, **fields)

    assert not one.activities.exists()


def test_what_lies_ahead_has_not_begun():
    with pytest.raises(Refused, match="lies ahead"):
        activity(factories.intervention(), began_on=timezone.localdate() + timedelta(days=1))


def test_a_result_of_another_framework_is_refused():
    one = factories.intervention("pipeline")
    other = factories.indicator(factories.intervention().framework).result

    with pytest.raises(Refused, match="a result of this intervention"):
        activity(one, result=other)

    own = one.framework.results.first()
    assert activity(one, result=own).result == own


def test_only_partners_with_a_confirmed_role_do_it_and_who_left_stays_named():
    one = factories.intervention("pipeline")
    role = factories.role(one, "implementing")

    with pytest.raises(Refused, match="confirmed no role"):
        activity(one, partner=role.partner)
    role.state = "confirmed"
    role.save()
    made = activity(one, partner=role.partner)
    role.state = "left"
    role.save()
    actions.change(
        made, fields={"partner": role.partner, "title": "Train more"}, by=factories.officer()
    )

    made.refresh_from_db()
    assert (made.partner, made.title) == (role.partner, "Train more")


def test_what_was_planned_may_go_on_when_the_intervention_became_shorter():
    one = factories.intervention("implementation")
    made = activity(one)
    Intervention.objects.filter(pk=one.pk).update(ends_on=date(2026, 3, 1))
    made.intervention.refresh_from_db()

    actions.change(made, fields={"began_on": date(2026, 1, 2)}, by=factories.officer())

    made.refresh_from_db()
    assert made.began_on == date(2026, 1, 2)


def test_what_is_done_is_not_given_up():
    one = factories.intervention("implementation")
    done = {"began_on": date(2026, 1, 2), "ended_on": date(2026, 2, 1)}

    with pytest.raises(Refused, match="cannot be given up"):
        activity(one, **done, dropped_because="No ovens.")


def test_only_a_draft_loses_activities_and_risks():
    draft, public = factories.intervention("draft"), factories.intervention("pipeline")
    officer = factories.officer()

    for make, why in ((activity, "given up"), (risk, "past")):
        actions.remove(make(draft), by=officer)
        with pytest.raises(NotAllowed, match=why):
            actions.remove(make(public), by=officer)

    assert not draft.activities.exists()
    assert not draft.risks.exists()


def test_there_are_at_most_as_many_as_a_page_shows():
    one = factories.intervention("draft")
    Risk.objects.bulk_create(
        Risk(intervention=one, number=number, words="x") for number in range(actions.MOST_ROWS)
    )

    with pytest.raises(Refused, match="at most 60"):
        risk(one)


def test_nothing_is_planned_once_it_ended():
    with pytest.raises(NotAllowed, match="“Cancelled”"):
        activity(factories.intervention("cancelled"))


#    planned from .. until, began, ended, given up | in words on 1 June 2026
LATE = """
2026-07-01 2026-08-01 -          -          -    | Lies ahead
2026-05-30 2026-08-01 -          -          -    | Late, was to begin on 30 May 2026, 2 days ago
2026-05-30 2026-08-01 2026-05-31 -          -    | Under way
2026-01-01 2026-05-31 2026-01-01 -          -    | Late, was to end on 31 May 2026, 1 day ago
2026-01-01 2026-05-31 2026-01-01 2026-05-31 -    | Done
2026-01-01 2026-05-01 2026-01-01 2026-05-04 -    | Done, 3 days later
2026-01-01 2026-05-01 -          -          yes  | Given up
2026-06-01 2026-06-01 -          -          -    | Lies ahead
"""


@pytest.mark.parametrize("line", LATE.strip().splitlines())
def test_late_activities_are_said_in_words(line):
    days, words = line.split(" | ")
    starts, ends, began, ended, dropped = days.split()
    one = Activity(
        starts_on=date.fromisoformat(starts),
        ends_on=date.fromisoformat(ends),
        began_on=None if began == "-" else date.fromisoformat(began),
        ended_on=None if ended == "-" else date.fromisoformat(ended),
        dropped_because="" if dropped == "-" else "No ovens.",
    )

    piece = piece_of(one, Intervention(state=State.IMPLEMENTATION), DAY)

    assert piece.words == words
    assert piece.is_late == words.startswith("Late")


@pytest.mark.parametrize(
    ("state", "words"), [("suspended", "Rests"), ("cancelled", "Was not completed")]
)
def test_nothing_is_late_of_what_does_not_run(state, words):
    one = Activity(starts_on=date(2025, 1, 1), ends_on=date(2025, 2, 1))

    piece = piece_of(one, Intervention(state=state), DAY)

    assert (piece.word, piece.is_late) == (words, False)


def bars_of(picture: str, kind: str) -> list[tuple[float, float]]:
    found = re.findall(rf'<rect class="{kind}" x="([\d.]+)%"[^>]* width="([\d.]+)%"', picture)
    return [(float(x), float(width)) for x, width in found]


days = st.integers(0, 3_000).map(lambda count: date(2022, 1, 1) + timedelta(days=count))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.tuples(days, days, days, days), min_size=1, max_size=8), today=days)
def test_every_bar_lies_in_the_picture_and_mirrors_in_arabic(rows, today):
    stretches = []
    for a, b, c, d in rows:
        began, ended = min(c, d), max(c, d)
        one = Activity(
            title="<b>", number=1, starts_on=min(a, b), ends_on=max(a, b), began_on=began
        )
        one.ended_on = ended
        stretches.append(Stretch(one, "Done"))

    pictures = {}
    for language in ("en", "ar"):
        with translation.override(language):
            pictures[language] = gantt(stretches, title="Done", today=today)

    for kind in ("projected", "bar"):
        left, right = (bars_of(pictures[language], kind) for language in ("en", "ar"))
        assert len(left) == len(rows)
        for (x, width), (mirrored, same) in zip(left, right, strict=True):
            assert x >= 0
            assert width > 0
            assert x + width <= 100.02
            assert width == same
            assert abs(x + width + mirrored - 100) < 0.03
    assert "<b>" not in pictures["en"]


# --- Risks -------------------------------------------------------------------------------------


def test_a_risk_weighs_likelihood_times_harm_and_is_past_with_a_reason():
    one = factories.intervention("implementation")
    made = risk(one)
    assert (made.weight, made.closed_at) == (6, None)

    actions.change(made, fields={"closed_because": "They came."}, by=factories.officer())
    made.refresh_from_db()
    assert made.closed_at is not None
    actions.change(made, fields={"closed_because": "", "harm": 1}, by=factories.officer())

    made.refresh_from_db()
    assert (made.closed_at, made.weight) == (None, 2)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"words": ""}, "what may go wrong"),
        ({"likelihood": 4}, "how likely it is"),
        ({"harm": None}, "how much it would harm"),
    ],
)
def test_what_cannot_be_a_risk_is_refused(fields, sentence):
    with pytest.raises(Refused, match=sentence):
        risk(factories.intervention("pipeline"), **fields)


def test_a_risk_that_is_not_public_is_seen_by_those_who_work_with_it():
    one = factories.intervention("implementation")
    hidden, public = risk(one), risk(one, is_public=True, harm=1)
    group = factories.body(kind="coordinating_group")
    seated = factories.mandate(factories.seat(group).partner, "signatory").person
    people = {
        "visitor": AnonymousUser(),
        "stranger": factories.mandate(factories.partner(), "signatory").person,
        "takes part": factories.mandate(one.partner, "viewer").person,
        "officer": factories.officer(),
        "coordinating group": seated,
    }

    seen = {name: risks_of(one, person).open for name, person in people.items()}

    both = [hidden, public]
    assert seen == {
        "visitor": [public],
        "stranger": [public],
        **dict.fromkeys(["takes part", "officer", "coordinating group"], both),
    }


def test_the_picture_holds_each_open_risk_in_its_field_once():
    risks = [
        Risk(number=number, likelihood=likelihood, harm=harm, words="x")
        for number, (likelihood, harm) in enumerate([(1, 1), (3, 3), (3, 3), (2, 3)], start=1)
    ]

    picture = matrix(risks, title="Risks")

    assert re.findall(r"<text[^>]*>([^<]*)</text>", picture) == ["1", "4", "2, 3"]
    assert f'class="s{SHADES[9]}"' in picture
    assert "Likelihood High, harm High: 2, 3." in picture


# --- Pages -------------------------------------------------------------------------------------


def test_who_leads_keeps_the_work_and_others_who_take_part_read_it(client):
    one = factories.intervention("implementation")
    other = factories.role(one, "implementing", "confirmed").partner
    client.force_login(factories.mandate(one.partner, "editor").person)
    new = reverse("interventions:add_activity", args=[one.reference])
    said = {"title": "Train", "starts_on": "2026-01-01", "ends_on": "2026-06-30"}

    refused = client.post(new, {**said, "ends_on": "2031-01-01"})
    assert "Plan the activity within these days" in refused.content.decode()
    client.post(new, {**said, "partner": other.pk})
    client.post(
        reverse("interventions:add_risk", args=[one.reference]),
        {"words": "Ovens come late", "likelihood": "3", "harm": "3"},
    )
    client.post(
        reverse("interventions:activity", args=[one.reference, 1]),
        {**said, "partner": other.pk, "dropped_because": "No ovens."},
    )

    assert one.activities.get().dropped_because == "No ovens."
    client.force_login(factories.mandate(other, "viewer").person)
    page = client.get(reverse("interventions:work", args=[one.reference])).content.decode()
    assert "No ovens." in page
    assert "Ovens come late" in page
    assert new not in page
    assert client.post(new, said).status_code == 403


def test_a_picture_tells_what_is_done_and_what_is_late():
    one = factories.intervention("implementation")
    activity(one, began_on=date(2026, 1, 1), ended_on=date(2026, 6, 30))
    activity(one, ends_on=date(2026, 3, 1))

    found = activities_of(one, DAY)

    assert found.finding == "1 of 2 activities are done, 1 is late"
