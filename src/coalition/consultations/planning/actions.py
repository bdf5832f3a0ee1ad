"""The verbs of a consultation's life: announced, opened, closed, opened again, called off.

Every verb is one transaction: phases, state, history and audit, or nothing. The caller has asked
the permission (`rules.py`); an action asks only whether it may happen now.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.analysis.disclosure import FEWEST_OF_GROUP
from coalition.base import states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.consultations.crediting import tell_credited
from coalition.consultations.models import Consultation, Phase, Summary
from coalition.consultations.moments import told
from coalition.consultations.planning import phasing
from coalition.consultations.planning.changing import (
    discard,
    draft,
    set_people,
    set_priorities,
    set_provisions,
    set_scope,
    word,
)
from coalition.consultations.planning.clock import catch_up, keep
from coalition.consultations.planning.phasing import remove_phase, set_phase
from coalition.consultations.planning.queries import lacks
from coalition.consultations.sealing import throw_key_away
from coalition.consultations.states import ORGANISATIONS, PEOPLE, TAKING_PART, PhaseKind

__all__ = [
    "announce",
    "call_off",
    "close_early",
    "discard",
    "draft",
    "keep",
    "open_early",
    "remove_phase",
    "reopen",
    "set_people",
    "set_phase",
    "set_priorities",
    "set_provisions",
    "set_scope",
    "word",
]


@transaction.atomic
def announce(consultation: Consultation, *, by: User) -> Consultation:
    """Everybody sees it from now on, and partners whom its proposals name are told. Where its first
    phase runs already, it is open at once.

    Raises NotAllowed with all that it lacks.
    """
    consultation, now = _held(consultation)
    if not states.refusal(consultation, "announce") and (missing := lacks(consultation, now)):
        raise NotAllowed(" ".join(missing))
    states.move(consultation, "announce", by=by, announced_at=now)
    del consultation.is_public  # the database knows it anew: whoever asks for it reads it afresh
    catch_up(consultation, now)
    record_changed(consultation)
    tell_credited(consultation)
    return consultation


@transaction.atomic
def open_early(consultation: Consultation, *, by: User) -> Consultation:
    """Begin now: the phase in which people take part first opens before its time."""
    consultation, now = _held(consultation)
    states.move(consultation, "open", by=by)
    ahead = list(consultation.phases.taking_part())
    if not ahead:
        raise NotAllowed(_("There is no phase in which people take part. Please add one first."))
    for phase in ahead:
        if phase.opens_at == ahead[0].opens_at:  # several may begin together
            phasing.move(phase, by=by, opens_at=now)
    record_changed(consultation)
    return consultation


@transaction.atomic
def close_early(consultation: Consultation, *, reason: str, by: User) -> Consultation:
    """Close it before its time, with a reason that everybody reads: phases under way end now, and
    those in which people would have taken part later do not take place."""
    consultation, now = _held(consultation)
    states.move(consultation, "close_early", by=by, reason=reason)
    for phase in consultation.phases.taking_part():
        if phase.opens_at >= now:
            phasing.take_out(phase, by=by)
        elif phase.closes_at > now:
            phasing.move(phase, by=by, closes_at=now)
    record_changed(consultation)
    return consultation


@transaction.atomic
def reopen(
    consultation: Consultation, *, kind: str, closes_at: datetime, reason: str, by: User
) -> Consultation:
    """Open one phase again that is over, until a moment to come, with a reason that everybody
    reads; its results go, and are worked out anew after the end. Raises Refused where there is no
    such phase or the moment is past; NotAllowed where the results tell of secret answers: of two
    results, the second less the first would tell what those said who came between."""
    consultation, now = _held(consultation)
    states.move(consultation, "reopen", by=by, reason=reason)
    if _tells_of_secrets(consultation):
        raise NotAllowed(
            _(
                "Its results are published, so it is not opened again: beside new results they "
                "would give away what those said who came in between."
            )
        )
    phase = _over(consultation, kind, now)
    if closes_at <= now:
        raise Refused(
            _("%(moment)s has passed. Choose a moment to come.")
            % {"moment": told(closes_at, consultation.zone)}
        )
    phasing.move(phase, by=by, closes_at=closes_at)
    Summary.objects.filter(consultation=consultation).delete()
    record_changed(consultation)
    return consultation


@transaction.atomic
def call_off(consultation: Consultation, *, reason: str, by: User) -> Consultation:
    """Nothing can be done in it any more. It stays to be read, with the reason; the tie between
    people and what they said is cut for good."""
    consultation, _now = _held(consultation)
    states.move(consultation, "call_off", by=by, reason=reason)
    throw_key_away(consultation)
    record_changed(consultation)
    return consultation


def _held(consultation: Consultation) -> tuple[Consultation, datetime]:
    """The consultation read afresh and held, with its state where the clock is."""
    held, now = states.lock(consultation), timezone.now()
    catch_up(held, now)
    return held, now


def _tells_of_secrets(consultation: Consultation) -> bool:
    """Do its results, if there are any, tell what people said, or organisations whose answers are
    not public? Of fewer than five they tell nothing."""
    held = Summary.objects.filter(consultation=consultation).defer("rows").first()
    if held is None:
        return False
    secret = [PEOPLE] if consultation.answers_are_public else [PEOPLE, ORGANISATIONS]
    parts = [held.value, held.value.get("priorities") or {}]
    voices = [part.get(name, {}).get("voices") or 0 for part in parts for name in secret]
    return max(voices) >= FEWEST_OF_GROUP


def _over(consultation: Consultation, kind: str, now: datetime) -> Phase:
    found: Any = consultation.phases.filter(kind=kind, closes_at__lte=now).first()
    if kind not in TAKING_PART or found is None:
        known = PhaseKind(kind).label if kind in PhaseKind.values else kind[:40]
        raise Refused(_("There is no phase “%s” that is over.") % known)
    return found
