"""What was heard in time and held up on its way into the tables is never taken without being
counted: it is asked about again before it is stored."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from coalition.base import states
from coalition.base.errors import NotAllowed
from coalition.base.models import Event
from coalition.consultations import voices
from coalition.consultations.drawing import actions as drawing
from coalition.consultations.models import Ballot, Consultation, Participant, Vote
from coalition.consultations.prioritising import actions as prioritising
from coalition.consultations.prioritising.queries import held_by
from coalition.consultations.summing.actions import AFTER
from coalition.consultations.voices import Voice, heard, participant_of, voice_of
from coalition.consultations.voting import actions as voting
from coalition.consultations.voting.queries import unsigned, version_of
from tests import factories
from tests.consultations.test_drawing import asked as in_a_lot
from tests.consultations.test_drawing import over, prepared, with_people

pytestmark = pytest.mark.django_db

Act = Callable[[], Any]


class Clock:
    """A clock that stands still until it is turned on."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(timezone, "now", made)
    return made


def asked() -> Consultation:
    one = factories.consultation("open", for_everyone=True)
    factories.phase(one, "prioritise", days=(-1, 14))
    factories.statement(one)
    return one


def _vote(one: Consultation, partner: Any) -> Act:
    voice, statement = _voice(one, partner), one.statements.get()
    return lambda: voting.vote(voice, statement, 1)


def _describe(one: Consultation, partner: None) -> Act:
    voice, place = _voice(one, partner), factories.country()
    return lambda: voting.describe(voice, group=None, place=place)


def _put(one: Consultation, partner: Any) -> Act:
    voice, key = _voice(one, partner), one.statements.get().pk
    return lambda: prioritising.put(voice, {key: 1}, among=[key])


def _sign_answer(one: Consultation, partner: Any) -> Act:
    voice = _voice(one, partner)
    participant = voting.vote(voice, one.statements.get(), 1)
    seen = version_of(list(unsigned(participant)))
    return lambda: voting.sign(voice, seen=seen)


def _sign_ballot(one: Consultation, partner: Any) -> Act:
    voice, key = _voice(one, partner), one.statements.get().pk
    prioritising.put(voice, {key: 1}, among=[key])
    seen = held_by(participant_of(voice)).version
    return lambda: prioritising.sign(voice, seen=seen)


def _voice(one: Consultation, partner: Any) -> Voice:
    if partner is None:
        return voice_of(one, factories.person())
    return voice_of(one, factories.mandate(partner, "signatory").person, partner)


ACTS = {
    "vote": (_vote, False, voting, "_put"),
    "draft of an answer": (_vote, True, voting, "_draft"),
    "about oneself": (_describe, False, voting, "take_part"),
    "signature of an answer": (_sign_answer, True, voting.audit, "record"),
    "ballot": (_put, False, prioritising, "_keep"),
    "draft of a ballot": (_put, True, prioritising, "_keep"),
    "signature of a ballot": (_sign_ballot, True, prioritising.audit, "record"),
}


def rows() -> list[Any]:
    tables = (Participant, Vote, Ballot, Event)
    return [list(each._base_manager.order_by("pk").values_list()) for each in tables]


@pytest.mark.parametrize("what", ACTS)
@pytest.mark.parametrize(
    ("seconds", "closes_after", "is_taken"),
    [
        (29, 1, True),  # there before anything is counted
        (31, 1, False),
        (600, 1, False),
        (600, 3_600, True),  # slow, and open still
    ],
)
def test_what_is_held_up_is_asked_about_again(
    what: str,
    seconds: int,
    closes_after: int,
    is_taken: bool,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prepare, for_partner, module, name = ACTS[what]
    one = asked()
    one.phases.update(closes_at=clock.now + timedelta(seconds=closes_after))
    act = prepare(one, factories.partner() if for_partner else None)
    as_always, before = getattr(module, name), rows()

    def slowly(*args: Any, **given: Any) -> Any:
        clock.now += timedelta(seconds=seconds)
        return as_always(*args, **given)

    monkeypatch.setattr(module, name, slowly)
    if is_taken:
        act()
        assert rows() != before
    else:
        with pytest.raises(NotAllowed, match="Closed on"):
            act()
        assert rows() == before


def test_closed_early_while_it_was_held_up(clock: Clock) -> None:
    """The moment that counts is the one that stands there now, not the one that was read."""
    one = asked()
    keeping = heard(_voice(one, None), "react")
    one.phases.update(closes_at=clock.now + timedelta(seconds=2))
    with pytest.raises(NotAllowed, match="Closed on"), keeping:
        clock.now += timedelta(seconds=31)


def test_moment_that_is_given_goes_on_with_the_clock(clock: Clock) -> None:
    one = asked()
    closes = one.phases.get(kind="react").closes_at
    keeping = heard(_voice(one, None), "react", closes - timedelta(seconds=20))
    with pytest.raises(NotAllowed, match="Closed on"), keeping:
        clock.now += timedelta(seconds=31)


def test_what_is_swift_is_asked_about_once(
    clock: Clock, django_assert_num_queries: Callable[..., Any]
) -> None:
    one = asked()
    keeping = heard(_voice(one, None), "react")
    with django_assert_num_queries(2), keeping:  # a savepoint, and its release
        clock.now += voices.SLOW


@pytest.mark.django_db(transaction=True)
def test_vote_that_waits_behind_another_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that holds its row, and in which the phase is closed: as it happens in a database."""
    monkeypatch.setattr(voices, "SLOW", timedelta(0))
    one = asked()
    act = _vote(one, factories.partner())
    act()
    row = Participant.objects.get()
    Vote.objects.update(value=-1)
    holds, is_heard, told = threading.Event(), threading.Event(), []
    hear = voices.answer

    def answer(*args: Any) -> Any:
        found = hear(*args)
        is_heard.set()
        return found

    def close() -> None:
        with transaction.atomic():
            states.lock(row)
            one.phases.update(closes_at=timezone.now())
            holds.set()
            is_heard.wait(20)

    def late() -> None:
        holds.wait(20)
        try:
            act()
        except NotAllowed as refusal:
            told.append(str(refusal))

    monkeypatch.setattr(voices, "answer", answer)
    _together(close, late)

    assert [each.split(" on ")[0] for each in told] == ["Closed"]
    assert Vote.objects.get().value == -1


@pytest.mark.django_db(transaction=True)
def test_name_on_its_way_into_the_lot_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool is published with it, not around it."""
    panel = over(with_people(prepared(in_a_lot())))
    one, person = panel.consultation, factories.person()
    in_time = one.phases.get(kind="panel").closes_at - timedelta(seconds=1)
    holds, is_searched = threading.Event(), threading.Event()
    search = drawing._lottery

    def lottery(*args: Any) -> Any:
        found = search(*args)
        is_searched.set()
        return found

    def come() -> None:
        with transaction.atomic():
            drawing.volunteer(one, person, [0, 0], now=in_time)
            holds.set()
            is_searched.wait(40)
            time.sleep(0.5)  # whoever does not wait has published by now

    def publish() -> None:
        holds.wait(20)
        drawing.publish_due()

    monkeypatch.setattr(drawing, "_lottery", lottery)
    _together(come, publish)
    panel.refresh_from_db()
    assert panel.published_at is None
    drawing.publish_due()
    assert panel.volunteers.exclude(code="").count() == panel.volunteers.count() == 41


def _together(*acts: Act) -> None:
    def one(act: Act) -> None:
        try:
            act()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


def test_as_much_time_is_left_to_store_it() -> None:
    assert voices.SLOW * 2 <= AFTER
