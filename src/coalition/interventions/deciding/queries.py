"""What the workspace of an intervention shows beside its words: whose it is, what happened."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from coalition.interventions.models import Intervention, Role, RoleMove
from coalition.interventions.states import ROLE_VERBS, VERBS
from coalition.partners.models import Partner
from coalition.results.schedules.queries import Due, due_for
from coalition.ui.thread import Move


def own_roles(intervention: Intervention, person: Any) -> list[Role]:
    """The roles, asked for or confirmed, of partners for which the person holds a mandate; that of
    the one that leads first. One query."""
    own = Partner.objects.spoken_for_by(person)
    found = intervention.roles.held().filter(partner__in=own).select_related("partner__group")
    roles = list(found)
    for one in roles:
        one.intervention = intervention
    return sorted(roles, key=lambda one: (one.partner_id != intervention.partner_id, one.pk))


def chronicle(intervention: Intervention, *, with_roles: bool) -> list[Move]:
    """Every step of an intervention and, for those who run it, of its partners' roles; the first
    first. Two queries."""
    steps: list[tuple[Any, str]] = [
        (step, str(VERBS[step.verb].done).capitalize()) for step in intervention.moves.all()
    ]
    if with_roles:
        moves = RoleMove.objects.filter(record__intervention=intervention)
        steps += [
            (
                step,
                _("%(partner)s, “%(role)s”: %(step)s")
                % {
                    "partner": step.record.partner,
                    "role": step.record.get_kind_display(),
                    "step": ROLE_VERBS[step.verb].done,
                },
            )
            for step in moves.select_related("record__partner")
        ]
    steps.sort(key=lambda each: each[0].at)
    return [Move(step.at, words, step.reason) for step, words in steps]


def reports_due(intervention: Intervention, person: Any) -> list[Due]:
    """The reports on it that the person may write, due now or soon. Two queries."""
    return [one for one in due_for(person) if one.period.framework_id == intervention.framework_id]
