"""The first step of every verb: the intervention is held, after the partners that it concerns.

Locks are taken in one order everywhere: partners by their keys, interventions by theirs, results
frameworks by theirs, a role, and last the end of the trail.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from coalition.base import states
from coalition.base.errors import NotAllowed
from coalition.interventions.models import Intervention
from coalition.interventions.states import OPEN
from coalition.partners.models import Partner
from coalition.partners.values import refuse_unless_joined


def held(
    intervention: Intervention, *also: Partner, active: Iterable[Partner] = ()
) -> Intervention:
    """The intervention read afresh and locked until the transaction ends, after the partner that
    leads it and those named. Raises NotAllowed where one of `active` is gone or suspended, and
    where another partner leads by now: nobody asked whether this person may act for that one."""
    lead = intervention.partner_id
    wanted = {one.pk: one for one in (intervention.partner, *also)}
    must_be_active = {one.pk for one in active}
    fresh_partners = {}
    for pk in sorted(wanted):
        fresh_partners[pk] = states.lock(wanted[pk])
        if pk in must_be_active:
            refuse_unless_joined(fresh_partners[pk])
    fresh: Intervention = states.lock(intervention)
    if fresh.partner_id != lead:
        raise NotAllowed(_("Another partner leads this intervention by now. Please look again."))
    fresh.partner = fresh_partners[lead]
    return fresh


def refuse_once_ended(intervention: Intervention) -> None:
    """NotAllowed where it is closed or cancelled: what happened stays as it is."""
    if intervention.state not in OPEN:
        raise NotAllowed(
            _("This intervention is “%(state)s”, so nothing in it changes any more.")
            % {"state": intervention.get_state_display()}
        )
