"""What may be done follows the moments of the phases, to the second; the states follow them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.template import Context, Template
from django.utils import timezone, translation

from coalition.base.errors import Refused
from coalition.base.models import Event
from coalition.consultations.models import Consultation, granted
from coalition.consultations.moments import told
from coalition.consultations.planning import actions
from tests import factories
from tests.results.test_disputes import at_once

pytestmark = pytest.mark.django_db

OPENS = datetime(2031, 3, 3, 8, tzinfo=UTC)
CLOSES = datetime(2031, 3, 17, 17, tzinfo=UTC)
LEAST = timedelta(microseconds=1)


def planned(**fields: Any) -> Consultation:
    """One that is announced, with one phase of reacting."""
    one = factories.consultation("planned", phases=False, **fields)
    factories.phase(one, opens_at=OPENS, closes_at=CLOSES)
    return one


def again(one: Consultation) -> Consultation:
    return Consultation.objects.get(pk=one.pk)


def steps(one: Consultation) -> list[tuple[str, datetime]]:
    return list(one.moves.values_list("verb", "at"))


# --- What may be done


@pytest.mark.parametrize(
    ("at", "may"),
    [
        (OPENS - LEAST, False),
        (OPENS, True),
        (CLOSES - LEAST, True),
        (CLOSES, False),
    ],
)
def test_a_phase_grants_from_its_first_moment_to_the_last_before_it_closes(at, may):
    one = planned()

    assert Consultation.objects.granting("react", at).filter(pk=one.pk).exists() is may
    assert granted(one.phases.all(), at) == (frozenset({"react"}) if may else frozenset())
    assert one.phases.get().is_under_way(at) is may
    assert not Consultation.objects.granting("propose", at).exists()


def test_nobody_waits_for_the_clock():
    """The state is still “planned”: the command has not run yet."""
    one = planned()

    assert Consultation.objects.granting("react", OPENS).get() == one
    assert one.state == "planned"


@pytest.mark.parametrize("state", ["draft", "synthesis", "called_off"])
def test_a_phase_grants_nothing_in_a_state_in_which_nobody_takes_part(state):
    one = factories.consultation(state, phases=False)
    factories.phase(one, days=(-1, 1))

    assert not Consultation.objects.granting("react").exists()


# --- What the clock does


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (OPENS - LEAST, "planned"),
        (OPENS, "open"),
        (CLOSES - LEAST, "open"),
        (CLOSES, "synthesis"),
    ],
)
def test_the_state_follows_to_the_second(at, state):
    one = planned()

    actions.keep(at)

    assert again(one).state == state


def test_a_late_run_catches_up_with_the_moments_that_were_due():
    one = planned()

    made = actions.keep(CLOSES + timedelta(days=400))

    assert [step.verb for step in made] == ["open", "close"]
    assert steps(one) == [("open", OPENS), ("close", CLOSES)]
    assert [step.by for step in one.moves.all()] == [None, None]
    verbs = Event.objects.filter(verb__startswith="consultations.")
    assert list(verbs.values_list("verb", "actor")) == [
        ("consultations.open", "system:0"),
        ("consultations.close", "system:0"),
    ]


def test_a_second_run_does_nothing():
    one = planned()
    actions.keep(CLOSES)
    count = Event.objects.count()

    assert actions.keep(CLOSES) == []
    assert actions.keep(CLOSES + timedelta(days=1)) == []
    assert len(steps(one)) == 2
    assert Event.objects.count() == count


def test_drafts_and_what_was_called_off_are_left_alone():
    for state in ("draft", "called_off"):
        one = factories.consultation(state, phases=False)
        factories.phase(one, days=(-9, -1))

    assert actions.keep() == []


def test_it_stays_open_between_two_phases_and_until_the_last():
    one = planned()
    factories.phase(
        one,
        "prioritise",
        opens_at=CLOSES + timedelta(days=7),
        closes_at=CLOSES + timedelta(days=14),
    )
    actions.keep(CLOSES + timedelta(days=1))

    assert again(one).state == "open"
    assert granted(one.phases.all(), CLOSES + timedelta(days=1)) == frozenset()
    actions.keep(CLOSES + timedelta(days=14))
    assert again(one).state == "synthesis"


def test_the_work_of_the_secretariat_neither_opens_it_nor_keeps_it_open():
    one = planned()
    factories.phase(one, "respond", opens_at=OPENS - timedelta(days=9), closes_at=OPENS)
    actions.keep(OPENS - timedelta(days=1))
    assert again(one).state == "planned"

    one.phases.filter(kind="respond").update(closes_at=CLOSES + timedelta(days=30))
    actions.keep(CLOSES)
    assert again(one).state == "synthesis"


def test_an_officer_comes_before_the_clock_did():
    """The last phase is over and the command has not run: a verb finds the state as it is due."""
    one = factories.consultation("open", phases=False)
    factories.phase(one, days=(-9, -1))
    by = factories.officer()

    actions.reopen(
        one,
        kind="react",
        closes_at=timezone.now() + timedelta(days=1),
        reason="Many asked.",
        by=by,
    )

    assert again(one).state == "open"
    assert [verb for verb, _at in steps(one)] == ["close", "reopen"]


def test_opened_again_it_is_closed_again():
    one = factories.consultation("synthesis")
    until = timezone.now() + timedelta(days=2)
    by = factories.officer()
    actions.reopen(one, kind="react", closes_at=until, reason="Many asked.", by=by)

    actions.keep(until - LEAST)
    assert again(one).state == "open"
    actions.keep(until)
    assert again(one).state == "synthesis"


def test_the_command_says_what_it_did_and_runs_twice(capsys):
    one = factories.consultation("planned", phases=False)
    factories.phase(one, days=(-2, 2))

    call_command("consultations", "keep")
    assert capsys.readouterr().out == f"{one.reference} is open.\n1 steps made.\n"
    call_command("consultations", "keep")
    assert capsys.readouterr().out == "0 steps made.\n"


def test_looking_costs_one_query_however_many_wait(django_assert_num_queries):
    for _ in range(3):
        planned()

    with django_assert_num_queries(1):
        actions.keep(OPENS - LEAST)


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_make_each_step_once():
    one = planned()

    assert at_once(lambda: actions.keep(CLOSES), lambda: actions.keep(CLOSES)) == ["done", "done"]

    assert [verb for verb, _at in steps(one)] == ["open", "close"]


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_announce_once_and_add_a_phase_once():
    one = factories.consultation("draft")
    by = factories.officer()
    days = {"opens_at": OPENS, "closes_at": CLOSES}

    added = at_once(*(lambda: actions.set_phase(one, "propose", **days, by=by) for _ in range(3)))
    announced = at_once(*(lambda: actions.announce(one, by=by) for _ in range(3)))

    assert added == ["done", "done", "done"]
    assert one.phases.filter(kind="propose").count() == 1
    assert announced == ["done", "refused", "refused"]
    assert [verb for verb, _at in steps(one)] == ["announce"]


# --- Zones


def test_a_deadline_keeps_its_hour_when_the_clocks_change():
    """From 3 to 31 March the clocks of Zurich go forward: the hour on the wall is the same."""
    one = factories.consultation("draft", zone="Europe/Zurich", phases=False)
    by = factories.officer()
    actions.set_phase(
        one,
        "react",
        opens_at=datetime(2031, 3, 3, 8, tzinfo=UTC),
        closes_at=datetime(2031, 3, 31, 7, tzinfo=UTC),
        by=by,
    )

    phase = one.phases.get()
    assert told(phase.opens_at, one.zone) == "3 March 2031, 09:00 (Zurich)"
    assert told(phase.closes_at, one.zone) == "31 March 2031, 09:00 (Zurich)"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "3 March 2031, 13:30 (Kolkata)"), ("fr", "3 mars 2031 13:30 (Kolkata)")],
)
def test_a_moment_is_told_in_the_readers_language_and_its_own_zone(language, words):
    template = Template("{% load moments %}{% moment at zone %}")

    with translation.override(language), timezone.override("America/Lima"):
        shown = template.render(Context({"at": OPENS, "zone": "Asia/Kolkata"}))

    assert shown == f'<time datetime="2031-03-03T08:00:00+00:00">{words}</time>'


def test_the_name_of_a_zone_is_harmless():
    shown = Template("{% load moments %}{% moment at zone %}").render(
        Context({"at": OPENS, "zone": "x/<script>"})
    )

    assert "<script>" not in shown


def people_of(one: Consultation, zone: str) -> dict[str, Any]:
    doors = ("for_partners", "for_invited", "for_everyone", "answers_are_public")
    return {**{name: getattr(one, name) for name in doors}, "zone": zone}


def test_the_phases_of_a_draft_keep_what_the_clock_shows():
    one = factories.consultation("draft", phases=False)
    factories.phase(one, opens_at=OPENS, closes_at=CLOSES)

    actions.set_people(one, **people_of(one, "Asia/Tokyo"), by=factories.officer())

    phase = one.phases.get()
    assert told(phase.opens_at, again(one).zone) == "3 March 2031, 08:00 (Tokyo)"
    assert phase.opens_at == OPENS - timedelta(hours=9)


def test_a_zone_whose_clocks_skip_a_deadline_is_refused():
    one = factories.consultation("draft", phases=False)
    factories.phase(one, opens_at=OPENS, closes_at=datetime(2031, 3, 30, 2, 30, tzinfo=UTC))

    with pytest.raises(Refused, match="skip this time"):
        actions.set_people(one, **people_of(one, "Europe/Zurich"), by=factories.officer())

    assert again(one).zone == "UTC"
    assert one.phases.get().opens_at == OPENS
