"""Flags on an organisation: from an observation to a red flag, and down again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base import audit, states
from coalition.base.errors import Refused
from coalition.base.states import Move
from coalition.base.text import clean_text
from coalition.partners.models import Flag, FlagCategory, Partner, Verification
from coalition.partners.states import RISKS, FlagState
from coalition.partners.values import LONGEST_REASON
from coalition.partners.vetting import dossier, queries
from coalition.partners.vetting.dossier import Owner
from coalition.partners.vetting.holding import held, refuse, tell_others


@transaction.atomic
def raise_flag(
    owner: Owner,
    category: FlagCategory,
    words: str,
    *,
    by: Any,
    state: str = FlagState.OBSERVATION,
    valid_until: date | None = None,
) -> Flag:
    """Note an observation or a risk, in the officer's words, perhaps until a day.

    A risk asks for one step more of vetting. Raises Refused where words are missing, for a day
    that is past, and for a state in which no flag begins.
    """
    file = held(owner, by)
    if state not in (FlagState.OBSERVATION, FlagState.RISK):
        raise Refused(_("A flag begins as an observation or as a risk; escalate it then."))
    if not (words := clean_text(words, limit=LONGEST_REASON)):
        raise Refused(_("Please say what was seen, and where."))
    if valid_until is not None and valid_until <= timezone.now().date():
        raise Refused(_("A flag is valid until a day to come."))
    is_partner = dossier.is_partner(file.owner)
    flag = Flag.objects.create(
        partner=file.owner if is_partner else None,
        request=None if is_partner else file.owner,
        state=state,
        category=category,
        words=words,
        valid_until=valid_until,
        raised_by=by,
    )
    audit.record("partners.raise_flag", flag, by=by, refs=[file.owner])
    _deepen(flag)
    return flag


@transaction.atomic
def raise_risk(flag: Flag, reason: str, *, by: Any) -> Flag:
    """Make a risk of an observation."""
    return _step(flag, "raise_risk", reason, by=by)


@transaction.atomic
def escalate(flag: Flag, reason: str, *, by: Any) -> Flag:
    """Put a flag before another officer, who decides whether it is red; the others are told."""
    flag = _step(flag, "escalate", reason, by=by)
    move = flag.moves.latest("pk")
    tell_others(f"partners.escalate:{move.pk}", "flag_escalated", flag.owner, by=by)
    return flag


@transaction.atomic
def confirm_red(flag: Flag, reason: str, *, by: Any) -> Flag:
    """Make an escalated flag red, by another officer than the one who escalated it."""
    return _step(flag, "confirm_red", reason, by=by)


@transaction.atomic
def lower(flag: Flag, reason: str, *, by: Any) -> Flag:
    """Lower an escalated or a red flag to a risk, by another officer than raised it that far."""
    return _step(flag, "lower", reason, by=by)


@transaction.atomic
def resolve(flag: Flag, reason: str, *, by: Any) -> Flag:
    """Say that what was seen weighs no more; a red flag by another officer than who raised it."""
    return _step(flag, "resolve", reason, by=by)


@transaction.atomic
def carry_flags(source: Owner, target: Owner) -> None:
    """The flags of an organisation go along when it is merged into another. Those of a request
    stay on its own page too, where the other is a partner."""
    name = "partner" if dossier.is_partner(target) else "request"
    moved = list(Flag.objects.of(source))
    Flag.objects.of(source).update(**{name: target})
    if any(flag.state in RISKS for flag in moved):
        Verification.objects.in_review().of(target).update(is_raised=True)


def partner_leaves(partner: Partner, successor: Partner | None, by: Any) -> None:
    """The flags of a partner that is merged stand on its successor; of one that left they stay."""
    if successor is not None:
        carry_flags(partner, successor)


def _step(flag: Flag, verb: str, reason: str, *, by: Any) -> Flag:
    """Move a flag, its owner held first."""
    held(flag.owner, by)
    flag = states.lock(flag)
    refuse([queries.flag_obstacle(flag, verb, by)])
    _moved: Move = states.move(flag, verb, by=by, reason=clean_text(reason, limit=LONGEST_REASON))
    _deepen(flag)
    return flag


def _deepen(flag: Flag) -> None:
    """A risk raises the depth of what is under review, and it stays raised until the decision."""
    if flag.state in RISKS:
        Verification.objects.in_review().of(flag.owner).update(is_raised=True)
