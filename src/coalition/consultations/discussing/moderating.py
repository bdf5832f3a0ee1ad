"""The secretariat reads what is said of a text: shown, or not shown with a reason from its list.

Every verb is one transaction. The caller has asked the permission (`rules.py`), which nobody has
for what their own organisation says; whether somebody reads their own words is asked here.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import states
from coalition.base.errors import NotAllowed, Refused
from coalition.consultations.discussing.actions import held
from coalition.consultations.discussing.telling import tell_author
from coalition.consultations.models import Remark
from coalition.consultations.proposing.actions import is_own
from coalition.consultations.states import REMARK_REFUSALS, State, StatementState


@transaction.atomic
def accept(remark: Remark, *, by: User) -> Remark:
    """Show it to everybody."""
    remark = _read(remark, by)
    tell_author(remark, states.move(remark, "accept", by=by, refused_for=""))
    return remark


@transaction.atomic
def accept_all(remarks: Iterable[Remark], *, by: User) -> int:
    """Show all of these that wait; returns how many were shown. What was read meanwhile is left as
    it is."""
    count = 0
    for one in remarks:
        if Remark.objects.filter(pk=one.pk, state=StatementState.WAITING).exists():
            accept(one, by=by)
            count += 1
    return count


@transaction.atomic
def refuse(remark: Remark, refused_for: str, *, reason: str, by: User) -> Remark:
    """Do not show it, for a reason from the list, and say in words what exactly. Who wrote it reads
    both."""
    if refused_for not in REMARK_REFUSALS:
        raise Refused(_("Choose a reason from the list."))
    remark = _read(remark, by)
    step = states.move(remark, "refuse", by=by, reason=reason, refused_for=refused_for)
    tell_author(remark, step)
    return remark


def _read(remark: Remark, by: User) -> Remark:
    """Read afresh and held. Raises NotAllowed where the consultation was called off, and where
    somebody would decide about their own words."""
    consultation, remark = held(remark)
    if consultation.state == State.CALLED_OFF:
        raise NotAllowed(_("The consultation was called off, so its remarks stay as they are."))
    if is_own(remark, by):
        raise NotAllowed(_("These are your own words: somebody else decides about them."))
    return remark
