"""What happens by the clock: a consultation opens with its first phase, and is closed after its
last one in which people take part.

Nobody waits for it: what may be done follows the moments of the phases, to the second. The state
follows them, here, whenever the command runs or an officer does something.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from coalition.base import states
from coalition.base.changes import record_changed
from coalition.consultations.models import Consultation, ConsultationMove, Phase
from coalition.consultations.states import State


def keep(now: datetime | None = None) -> list[ConsultationMove]:
    """Open what is due and close what is over; gives each step that was made.

    Meant for every few minutes. A second run does nothing; what was missed is caught up, each step
    with the moment at which it was due.
    """
    now = now or timezone.now()
    made: list[ConsultationMove] = []
    for pk in due(now):
        with transaction.atomic():
            made += catch_up(states.lock(Consultation(pk=pk)), now)
    return made


def due(now: datetime) -> Iterable[int]:
    """The ids of those whose state the clock has passed. One query."""
    part = Phase.objects.taking_part().filter(consultation=OuterRef("pk"))
    to_open = Q(Exists(part.filter(opens_at__lte=now)), state=State.PLANNED)
    to_close = Q(~Exists(part.filter(closes_at__gt=now)), state=State.OPEN)
    found = Consultation.objects.filter(to_open | to_close).order_by("pk")
    return list(found.values_list("pk", flat=True))


def catch_up(consultation: Consultation, now: datetime) -> list[ConsultationMove]:
    """Bring the state of a locked consultation to where its phases are. One query where nothing is
    due."""
    if consultation.state not in (State.PLANNED, State.OPEN):
        return []
    phases = list(consultation.phases.taking_part())
    made = []
    if consultation.state == State.PLANNED:
        first = min((phase.opens_at for phase in phases), default=None)
        if first is not None and first <= now:
            made.append(_step(consultation, "open", first))
    if consultation.state == State.OPEN:
        last = max((phase.closes_at for phase in phases), default=now)
        if last <= now:
            made.append(_step(consultation, "close", last))
    if made:
        record_changed(consultation)
    return made


def _step(consultation: Consultation, verb: str, due_at: datetime) -> ConsultationMove:
    """A step of the platform itself. History tells the moment from which it held, which is that of
    the phase; the audit trail has its own."""
    before = consultation.moves.order_by("-pk").values_list("at", flat=True).first()
    move = states.move(consultation, verb, by=None)
    assert isinstance(move, ConsultationMove)
    move.at = max(due_at, before) if before else due_at
    move.save(update_fields=["at"])
    return move
