"""One table of verbs decides; state, history and audit event are kept together or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from django.apps import apps
from django.db import connection, connections, models, transaction
from django.utils import translation

from coalition.base import audit, states
from coalition.base.errors import NotAllowed
from coalition.base.models import Event
from coalition.commitments import actions as drafting
from coalition.partners import actions as membership
from coalition.partners.models import AccessionRequest
from coalition.partners.states import ACCESSION_VERBS, OPEN, AccessionState
from tests import factories

pytestmark = pytest.mark.django_db


def request(state: str = AccessionState.RECEIVED, reference: str = "ACC-2026-0001"):
    return AccessionRequest.objects.create(reference=reference, state=state)


def test_move_keeps_state_history_and_event_together() -> None:
    officer, record = factories.officer(), request()

    made = states.move(states.lock(record), "vet", by=officer, reason=" because\x00 \n")

    record.refresh_from_db()
    assert record.state == AccessionState.UNDER_VETTING
    assert list(record.moves.values_list("verb", "from_state", "to_state", "by", "reason")) == [
        ("vet", "received", "under_vetting", officer.pk, "because")
    ]
    assert made == record.moves.get()
    event = Event.objects.last()
    assert (event.verb, event.subject, event.actor) == (
        "partners.vet",
        f"partners.accessionrequest:{record.pk}",
        f"accounts.user:{officer.pk}",
    )


def test_move_without_a_person_is_the_platform() -> None:
    record = request()

    states.move(record, "acknowledge", by=None)

    assert record.moves.get().by is None
    assert Event.objects.last().actor == "system:0"


@pytest.mark.parametrize("state", AccessionState)
@pytest.mark.parametrize("verb", ACCESSION_VERBS)
def test_move_follows_the_table(state: str, verb: str) -> None:
    record, officer = request(state), factories.officer()
    step = ACCESSION_VERBS[verb]
    events = Event.objects.count()

    if state in step.sources:
        assert states.refusal(record, verb) == ""
        states.move(record, verb, by=officer, reason="A reason")
        expected, moves = step.target, 1
    else:
        with pytest.raises(NotAllowed) as refusal:
            states.move(record, verb, by=officer, reason="A reason")
        assert str(refusal.value) == states.refusal(record, verb) != ""
        expected, moves = state, 0

    record.refresh_from_db()
    assert (record.state, record.moves.count()) == (expected, moves)
    assert Event.objects.count() == events + moves


@pytest.mark.parametrize("reason", ["", "  ", "\n", "\u200b"])
def test_move_asks_for_a_reason(reason: str) -> None:
    record = request()

    with pytest.raises(NotAllowed, match="Please give a reason"):
        states.move(record, "withdraw", by=factories.officer(), reason=reason)

    record.refresh_from_db()
    assert (record.state, record.moves.count()) == (AccessionState.RECEIVED, 0)


def test_refusal_is_a_sentence_in_the_readers_language() -> None:
    record = request(AccessionState.ACCEPTED)

    with translation.override("en"):
        sentence = states.refusal(record, "vet")

    assert sentence == "This is not possible now: the record is “Accepted”."


def test_move_is_undone_with_its_transaction() -> None:
    record, head = request(), audit.head()

    with transaction.atomic():
        states.move(states.lock(record), "vet", by=factories.officer())
        transaction.set_rollback(True)

    record.refresh_from_db()
    assert (record.state, record.moves.count(), audit.head()) == ("received", 0, head)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_move_a_record_once() -> None:
    record, officer = request(), factories.officer()

    def vet(_number: int) -> str:
        try:
            with transaction.atomic():
                states.move(states.lock(record), "vet", by=officer)
            return "moved"
        except NotAllowed:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        outcomes = sorted(threads.map(vet, range(4)))

    assert outcomes == ["moved", "refused", "refused", "refused"]
    assert record.moves.count() == 1


def machines() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if hasattr(model, "VERBS")]


@pytest.mark.parametrize("model", machines(), ids=lambda model: model.__name__)
def test_every_machine_names_only_its_own_states(model: type[models.Model]) -> None:
    choices = {value for value, _label in model._meta.get_field("state").choices}

    for name, verb in model.VERBS.items():
        assert choices >= {*verb.sources, verb.target}, name
        assert verb.target not in verb.sources, name
        assert str(verb.done), name


@pytest.mark.parametrize("model", machines(), ids=lambda model: model.__name__)
def test_every_state_can_be_reached(model: type[models.Model]) -> None:
    choices = [value for value, _label in model._meta.get_field("state").choices]
    reached = {choices[0]}
    for _round in choices:
        reached |= {
            verb.target for verb in model.VERBS.values() if reached.intersection(verb.sources)
        }

    assert reached == set(choices)


def test_diagram_draws_every_move() -> None:
    lines = states.diagram(ACCESSION_VERBS, AccessionState).splitlines()

    assert lines[:2] == ["stateDiagram-v2", "    [*] --> draft"]
    assert [line for line in lines if line.endswith(": merge")] == [
        f"    {state.value} --> merged: merge" for state in OPEN
    ]
    assert lines[-2:] == ["    accepted --> [*]", "    merged --> [*]"]
    arrows = sum(len(verb.sources) for verb in ACCESSION_VERBS.values())
    assert len(lines) == 2 + arrows + 2


@pytest.mark.django_db(transaction=True)
def test_a_held_record_can_be_pointed_at_by_who_holds_the_trail() -> None:
    """One drafts for an organisation that another is about to change: neither waits for ever."""
    partner, officer = factories.partner(), factories.officer()

    def change() -> None:
        try:
            membership.edit_profile(partner, {"about": "Bread."}, by=officer)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            drafting.draft(partner, title="Wages", language="en", by=officer)
            changed = other.submit(change)
            sleep(0.5)  # the other holds the organisation by now, and waits for the trail
        changed.result(timeout=30)

    partner.refresh_from_db()
    assert (partner.about, partner.commitments.count()) == ("Bread.", 1)
    assert list(audit.verify()) == []
