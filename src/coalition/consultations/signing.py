"""Whoever signs for an organisation is told of what colleagues drafted: until it is signed nothing
of it counts, and once its phase is over it is too late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from coalition.consultations.access import TO_SIGN, Answer, of_phase
from coalition.consultations.crediting import writers_of
from coalition.consultations.models import (
    Ballot,
    Participant,
    Phase,
    Remark,
    Statement,
    Vote,
)
from coalition.consultations.states import AHEAD, KINDS, PhaseKind, StatementState
from coalition.mailroom.actions import tell
from coalition.partners.models import Mandate
from coalition.partners.rules import roles_that
from coalition.partners.states import JOINED

# Whoever drafts has time to go on before anybody is told; an organisation is told once a day at
# most, and again on the last day of a phase if something waits still.
RESTED, A_DAY = timedelta(hours=1), timedelta(days=1)


def await_signature(participant: Participant) -> None:
    """Note that something was drafted in the name of an organisation; one query where nothing
    waited before, else none. The caller holds the row."""
    if participant.waits_since is None:
        participant.waits_since = timezone.now()
        participant.save(update_fields=["waits_since"])


# --- What waits ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """How many drafts of an organisation wait in one phase, and until when they can be signed."""

    participant: Participant
    phase: Phase
    count: int
    until: Answer

    @property
    def url(self) -> str:
        """Where they are signed."""
        kind, asked = KINDS[PhaseKind(self.phase.kind)], self.participant.consultation.reference
        if kind.for_partner and self.participant.partner is not None:
            return reverse(kind.for_partner, args=[asked, self.participant.partner.reference])
        return reverse(kind.said[0], args=[asked]) if kind.said else ""


def waiting(participant: Participant, now: datetime | None = None) -> list[Waiting]:
    """What an organisation drafted and can still sign at this moment. One query for each phase that
    is open; its phases are read with it."""
    found = []
    for phase in participant.consultation.phases.all():
        until = of_phase(participant.consultation, phase, now)
        if until.is_open and (count := _drafts(participant, phase.kind)):
            found.append(Waiting(participant, phase, count, until))
    return found


def _drafts(participant: Participant, kind: str) -> int:
    """How many wait in a phase of this kind. Answers to what is not shown wait for nothing."""
    draft = StatementState.DRAFT
    if kind == PhaseKind.PROPOSE:
        return participant.statements.filter(state=draft).count()
    if kind == PhaseKind.REACT:
        shown = Statement.objects.shown()
        return participant.votes.filter(is_draft=True, statement__in=shown).count()
    if kind == PhaseKind.DISCUSS:
        return participant.remarks.filter(state=draft).count()
    if kind == PhaseKind.PRIORITISE:
        return participant.ballots.filter(is_draft=True).count()
    return 0


def any_draft() -> Q:
    """Of participants: those with something that waits for their signatory, whichever its phase.
    Answers to what is not shown wait for nothing."""
    mine, draft, shown = OuterRef("pk"), StatementState.DRAFT, Statement.objects.shown()
    return Q(
        Exists(Statement.objects.filter(author=mine, state=draft)),
        Exists(Vote.objects.filter(participant=mine, is_draft=True, statement__in=shown)),
        Exists(Remark.objects.filter(author=mine, state=draft)),
        Exists(Ballot.objects.filter(participant=mine, is_draft=True)),
        _connector=Q.OR,
    )


def any_sent() -> Q:
    """Of participants: those with anything that counts: a signed answer or ballot, a proposal or a
    remark that was sent."""
    own, by_it = {"participant": OuterRef("pk")}, {"author": OuterRef("pk")}
    sent = ~Q(state__in=(StatementState.DRAFT, StatementState.WITHDRAWN))
    return Q(
        Exists(Vote.objects.counting().filter(**own)),
        Exists(Ballot.objects.counting().filter(**own)),
        Exists(Statement.objects.filter(sent, **by_it)),
        Exists(Remark.objects.filter(sent, **by_it)),
        _connector=Q.OR,
    )


# --- Told by the clock -----------------------------------------------------------------------


def tell_signatories(now: datetime | None = None) -> int:
    """Write to those who sign for an organisation what waits for them: an hour after something was
    drafted, and again within the last day of a phase. One letter to each covers all consultations,
    and another follows after a day at the earliest. A second run does nothing. Returns how many
    organisations were told."""
    now = now or timezone.now()
    partners = due(now)
    people = writers_of(partners, TO_SIGN)
    return sum(_tell(partner, people.get(partner, []), now) for partner in partners)


def due(now: datetime) -> list[int]:
    """The organisations to be told now, by their keys. One query."""
    ends = Phase.objects.taking_part().under_way(now).filter(closes_at__lte=now + A_DAY)
    last_day = Exists(ends.filter(consultation=OuterRef("consultation")))
    told = Participant.objects.filter(partner=OuterRef("partner"), told_at__gt=now - A_DAY)
    signs: Any = Mandate.objects.current().filter(
        partner=OuterRef("partner"), role__in=roles_that(TO_SIGN), person__is_active=True
    )
    rows = Participant.objects.filter(
        Q(waits_since__lte=now - RESTED) | Q(Q(last_day) & any_draft(), partner__isnull=False),
        ~Exists(told),
        Exists(signs),
        partner__state__in=JOINED,
        consultation__state__in=AHEAD,
    )
    return list(rows.order_by("partner").values_list("partner", flat=True).distinct())


@transaction.atomic
def _tell(partner: int, people: Iterable[Any], now: datetime) -> bool:
    """One organisation, whose rows are held: whoever comes at the same moment finds it told."""
    rows = list(_held(partner))
    if any(row.told_at and row.told_at > now - A_DAY for row in rows):
        return False
    found = [each for row in rows for each in waiting(row, now)]
    ours = Participant.objects.filter(pk__in=[row.pk for row in rows])
    if not found:
        ours.update(waits_since=None)
        return False
    for person in people:
        tell(
            person,
            event=f"consultations.unsigned:{partner}:{now:%Y-%m-%dT%H:%M:%S}",
            template="consultations/mail/unsigned.txt",
            context={"partner": found[0].participant.partner, "waiting": found},
        )
    ours.update(waits_since=None, told_at=now)
    return True


def _held(partner: int) -> QuerySet[Participant]:
    """What it says in all consultations that are not over, with their phases."""
    rows = Participant.objects.filter(partner=partner, consultation__state__in=AHEAD)
    rows = rows.select_related("partner", "consultation").order_by("consultation")
    return rows.prefetch_related("consultation__phases").select_for_update(
        no_key=True, of=("self",)
    )
