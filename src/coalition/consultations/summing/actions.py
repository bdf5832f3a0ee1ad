"""The results are worked out once, when all is closed, and kept.

Nobody sees them before, officers neither: of two counts, the second less the first would tell what
those said who came between.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed
from coalition.consultations.models import (
    Consultation,
    ConsultationQuerySet,
    Phase,
    Summary,
)
from coalition.consultations.prioritising.results import outcome
from coalition.consultations.states import SUMMED_UP
from coalition.consultations.summing import answers, tally
from coalition.consultations.summing.collecting import (
    ORGANISATIONS,
    PEOPLE,
    Standing,
    collected,
    standing_of,
)
from coalition.consultations.summing.figures import section
from coalition.consultations.turnout.queries import turnout
from coalition.consultations.turnout.remembering import plain

# An answer that was heard in the last second is stored by then, or refused (`voices.heard`).
AFTER = timedelta(seconds=60)


def sum_up_due(now: datetime | None = None) -> list[Summary]:
    """Work out the results of all that are closed and have none; gives those made. A second run
    does nothing, and what was opened again or worked on meanwhile is left for the next."""
    now = now or timezone.now()
    made = []
    for one in list(due(now)):
        with suppress(NotAllowed):
            made.append(sum_up(one, now=now))
    return made


def due(now: datetime) -> ConsultationQuerySet:
    """Those without results in which people have not been able to take part for `AFTER`."""
    going_on = Phase.objects.taking_part().filter(
        consultation=OuterRef("pk"), closes_at__gt=now - AFTER
    )
    done = Summary.objects.filter(consultation=OuterRef("pk"))
    found: Any = Consultation.objects.filter(state__in=SUMMED_UP)
    waiting: ConsultationQuerySet = found.exclude(Exists(going_on)).exclude(Exists(done))
    return waiting.order_by("pk")


def sum_up(consultation: Consultation, *, now: datetime | None = None) -> Summary:
    """Work out the results and keep them, with the digest of the tally in the audit trail.

    What is there stays as it is. Nothing is held while it counts, which takes seconds where
    100,000 people answered. Raises NotAllowed where it is not over yet, or was opened again, a
    statement was decided on or answers on paper came in meanwhile: then the next run does it.
    """
    now = now or timezone.now()
    _refuse_open(consultation, now)
    before, papers = standing_of(consultation), _papers(consultation)
    value, rows = worked_out(consultation, before)
    digest = tally.digest_of(tally.text_of(consultation.reference, value))
    with transaction.atomic():
        held = states.lock(consultation)
        if found := Summary.objects.filter(consultation=held).first():
            return found
        _refuse_open(held, now)
        if not _same(before, standing_of(held)):
            raise NotAllowed(_("A statement was decided on meanwhile. Please try again."))
        # A large file that was sent in time may be taken in for longer than `AFTER`.
        if papers != _papers(held):
            raise NotAllowed(_("Answers on paper were still being taken in. Please try again."))
        made = Summary.objects.create(
            consultation=held, value=value, rows=rows, digest=digest, made_at=now
        )
        record_changed(held)
        audit.record("consultations.tally", held, refs=[f"sha256:{digest}"])
    return made


def worked_out(consultation: Consultation, standing: Standing) -> tuple[dict[str, Any], bytes]:
    """The results as a JSON value, and the answers one by one that may be published."""
    heard = collected(consultation, standing)
    made = {
        name: section(
            heard[name],
            by_name=name == ORGANISATIONS and consultation.answers_are_public,
            secret=secrets.token_bytes(32),
        )
        for name in (ORGANISATIONS, PEOPLE)
    }
    value = {
        "statements": heard[PEOPLE].votes.statements.tolist(),
        **{name: one.value for name, one in made.items()},
        "priorities": outcome(consultation),
        # No part of the tally: it says who spoke, not what was said.
        "turnout": plain(turnout(consultation, for_officers=False)),
    }
    return value, answers.packed({name: one.rows for name, one in made.items()})


def _refuse_open(consultation: Consultation, now: datetime) -> None:
    if not due(now).filter(pk=consultation.pk).exists() and not _is_done(consultation):
        raise NotAllowed(
            _(
                "Its results are worked out one minute after the last phase in which people take "
                "part."
            )
        )


def _papers(consultation: Consultation) -> list[int]:
    return list(consultation.batches.order_by("pk").values_list("pk", flat=True))


def _is_done(consultation: Consultation) -> bool:
    return Summary.objects.filter(consultation=consultation).exists()


def _same(one: Standing, other: Standing) -> bool:
    return all(
        (a.shape == b.shape and (a == b).all())
        for a, b in ((one.ids, other.ids), (one.numbers, other.numbers), (one.ranks, other.ranks))
    )
