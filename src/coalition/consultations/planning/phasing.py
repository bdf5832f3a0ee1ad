"""The phases of a consultation: when what may be done.

In a draft anything goes. From the announcement on people rely on the dates: what is over stays as
it was, what is under way can only be made longer, and each change is told to everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.analysis.choosing.election import LARGEST
from coalition.base import audit
from coalition.base.errors import NotAllowed, Refused
from coalition.consultations.models import Consultation, Phase, What
from coalition.consultations.moments import told
from coalition.consultations.planning.changing import changed, hold, note_change
from coalition.consultations.planning.queries import may_change_phases
from coalition.consultations.states import TAKING_PART, PhaseKind, PrioritiseBy, State
from coalition.results.models import Unit, UnitKind

MOST_POINTS = 1_000  # one participant gives
# Of setting priorities alone; a phase of another kind has none of them.
METHOD: Mapping[str, Any] = {"by": "", "points": None, "budget": None, "unit": None}


@transaction.atomic
def set_phase(
    consultation: Consultation,
    kind: str,
    *,
    opens_at: datetime,
    closes_at: datetime,
    method: Mapping[str, Any] | None = None,
    by: User,
) -> Phase:
    """Add the phase of this kind, or change it.

    `method` is how priorities are set: `by`, `points`, `budget` (in the unit's smallest part) and
    `unit`. Raises Refused for what makes no sense, NotAllowed for what harms those who rely on it.
    """
    if kind not in PhaseKind.values:
        raise Refused(_("Choose the kind of phase from the list."))
    given = _given(kind, opens_at, closes_at, method or {})
    consultation, now = hold(consultation)
    _refuse_in_state(consultation, kind)
    phase = consultation.phases.filter(kind=kind).first()
    if consultation.state != State.DRAFT:
        _refuse_harm(consultation, phase, given, now)
        if kind == PhaseKind.DISCUSS and consultation.text_id is None:
            raise NotAllowed(_("Name the text that is discussed first, in the scope."))
    before = plain(phase) if phase else {}
    phase = phase or Phase(consultation=consultation, kind=kind)
    for name, value in given.items():
        setattr(phase, name, value)
    if plain(phase) == before:
        return phase
    phase.save()
    if before.get("unit") != plain(phase)["unit"]:  # what was said to cost so much was in another
        consultation.statements.exclude(cost=None).update(cost=None)
    what = What.PHASE_CHANGED if before else What.PHASE_ADDED
    note_change(consultation, what, before, plain(phase), by=by)
    changed(consultation)
    audit.record("consultations.set_phase", consultation, by=by)
    return phase


@transaction.atomic
def remove_phase(consultation: Consultation, kind: str, *, by: User) -> None:
    """Take a phase out that has not begun. Raises NotAllowed for one that has, and for the last one
    in which people take part of a consultation that was announced."""
    consultation, now = hold(consultation)
    _refuse_in_state(consultation, kind)
    phase = consultation.phases.filter(kind=kind).first()
    if phase is None:
        raise Refused(_("There is no such phase in this consultation, or not any more."))
    if consultation.state != State.DRAFT:
        if phase.opens_at <= now:
            raise NotAllowed(
                _("“%(phase)s” began on %(moment)s. A phase that has begun cannot be taken out.")
                % _named(phase, phase.opens_at)
            )
        others = consultation.phases.taking_part().exclude(pk=phase.pk)
        if kind in TAKING_PART and not others.filter(closes_at__gt=now).exists():
            raise NotAllowed(
                _(
                    "This is the last phase in which people take part. Add another one first, or "
                    "call the consultation off."
                )
            )
    take_out(phase, by=by)
    changed(consultation)
    audit.record("consultations.remove_phase", consultation, by=by)


# --- Within a verb ---------------------------------------------------------------------------


def move(phase: Phase, *, by: Any, **moments: datetime) -> None:
    """Give a phase another first or last moment, and tell it."""
    before = plain(phase)
    for name, moment in moments.items():
        setattr(phase, name, moment)
    phase.save(update_fields=list(moments))
    note_change(phase.consultation, What.PHASE_CHANGED, before, plain(phase), by=by)


def take_out(phase: Phase, *, by: Any) -> None:
    """Delete a phase, and tell it."""
    note_change(phase.consultation, What.PHASE_REMOVED, plain(phase), {}, by=by)
    phase.delete()


def plain(phase: Phase) -> dict[str, Any]:
    """The phase as plain values, as history keeps it."""
    return {
        "kind": phase.kind,
        "opens_at": phase.opens_at.astimezone(UTC).isoformat(),
        "closes_at": phase.closes_at.astimezone(UTC).isoformat(),
        "by": phase.by,
        "points": phase.points,
        "budget": phase.budget,
        "unit": phase.unit.code if phase.unit else None,
    }


# --- What is refused -------------------------------------------------------------------------


def _given(
    kind: str, opens_at: datetime, closes_at: datetime, method: Mapping[str, Any]
) -> dict[str, Any]:
    """The phase's fields. Raises Refused for what makes no sense whatever the state."""
    if closes_at <= opens_at:
        raise Refused(_("It has to close after it opens."))
    if kind != PhaseKind.PRIORITISE:
        return {"opens_at": opens_at, "closes_at": closes_at, **METHOD}
    given = {**METHOD, **method}
    by, points, budget, unit = (given[name] for name in METHOD)
    if by not in PrioritiseBy.values:
        raise Refused(_("Say how priorities are set."))
    if by == PrioritiseBy.POINTS and not (points and 0 < points <= MOST_POINTS):
        raise Refused(_("Say how many points each gives, from 1 to %d.") % MOST_POINTS)
    if by != PrioritiseBy.POINTS:
        given["points"] = None
    if (budget is None) != (unit is None):
        raise Refused(_("A budget needs an amount and its currency, or leave both empty."))
    if unit is not None and (not isinstance(unit, Unit) or unit.kind != UnitKind.MONEY):
        raise Refused(_("Choose the currency of the budget from the list."))
    if budget is not None and not 0 < budget < LARGEST:
        raise Refused(_("A budget is an amount above zero that a ledger can hold."))
    return {"opens_at": opens_at, "closes_at": closes_at, **given}


def _refuse_in_state(consultation: Consultation, kind: str) -> None:
    if not may_change_phases(consultation.state, kind):
        raise NotAllowed(
            _("This consultation is “%s”, so its phases stay as they are.")
            % consultation.get_state_display()
        )


def _refuse_harm(
    consultation: Consultation, phase: Phase | None, given: Mapping[str, Any], now: datetime
) -> None:
    """Of an announced consultation: see the head of this file."""
    if phase is None or phase.opens_at > now:
        if given["opens_at"] < now:
            raise NotAllowed(
                _("%(moment)s has passed. Choose a moment to come.")
                % {"moment": told(given["opens_at"], consultation.zone)}
            )
        return
    if phase.closes_at <= now:
        raise NotAllowed(
            _("“%(phase)s” was over on %(moment)s, so it stays as it was.")
            % _named(phase, phase.closes_at)
        )
    if any(given[name] != getattr(phase, name) for name in ("opens_at", *METHOD)):
        raise NotAllowed(
            _("“%(phase)s” is under way since %(moment)s: only its end can be moved, to later.")
            % _named(phase, phase.opens_at)
        )
    if given["closes_at"] < phase.closes_at:
        raise NotAllowed(
            _(
                "“%(phase)s” was promised until %(moment)s, so it can only be made longer. To end "
                "it sooner, close the consultation before its time, with a reason."
            )
            % _named(phase, phase.closes_at)
        )


def _named(phase: Phase, moment: datetime) -> dict[str, str]:
    return {"phase": phase.get_kind_display(), "moment": told(moment, phase.consultation.zone)}
