"""Who is not heard in an intervention, and since when: asked and not answered, or taking part
without a figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.interventions.models import Intervention, Kind, Role, RoleMove
from coalition.interventions.states import OPEN, RUNNING
from coalition.partners.asking import PartState
from coalition.results.models import Fact, Light, Period

# Of these figures are expected. Whoever leads is told of by the light of the reports.
ACTING = (Kind.CO_LEAD, Kind.IMPLEMENTING)
QUIET = (Light.OVERDUE, Light.SILENT)


@dataclass(frozen=True)
class Silent:
    """A partner that is not heard, since when, and of what."""

    partner: Any
    since: datetime
    words: str


def silent_in(interventions: Sequence[Intervention], reader: Any) -> dict[int, list[Silent]]:
    """By the key of each intervention, the longest silent first, of what this reader may see:

    - whoever leads, where the reports are overdue or silent: since then;
    - a partner that was asked for a role and has not answered: since it was asked;
    - a partner that confirmed to carry it out and of which no figure was ever published: since the
      first deadline of a report after it confirmed. Of what does not run nobody is silent.

    Four queries, however many, and a few to learn what the reader may see.
    """
    found: dict[int, list[Silent]] = defaultdict(list)
    for one in interventions:
        light = one.framework
        if light.light in QUIET and light.light_since and light.every and not light.ended_at:
            words = _("leads, and owes a report")
            found[one.pk].append(Silent(one.partner, light.light_since, words))
    held = {one.pk: one for one in interventions}
    deadlines, heard = _deadlines(held), _heard(held)
    for role in _roles(held, reader):
        one = held[role.intervention_id]
        if role.state == PartState.ASKED:
            words = _("was asked and has not answered: %(role)s")
            found[one.pk].append(Silent(role.partner, role.asked_at, words % _named(role)))
        elif one.state in RUNNING and (one.framework_id, role.partner_id) not in heard:
            since = role.confirmed_at or role.asked_at
            if missed := [at for at in deadlines[one.framework_id] if at > since]:
                words = _("no figure of it is published: %(role)s")
                found[one.pk].append(Silent(role.partner, missed[0], words % _named(role)))
    return {pk: sorted(rows, key=lambda row: row.since) for pk, rows in found.items()}


def _named(role: Role) -> dict[str, str]:
    return {"role": role.get_kind_display()}


def _roles(held: dict[int, Intervention], reader: Any) -> Any:
    """Those asked for, and those of which figures are expected, with when each was confirmed."""
    confirmed = RoleMove.objects.filter(record=OuterRef("pk"), to_state=PartState.CONFIRMED)
    last = confirmed.order_by().values("record").annotate(at=Max("at")).values("at")
    asked = Q(state=PartState.ASKED, intervention__state__in=OPEN)
    acting = Q(state=PartState.CONFIRMED, kind__in=ACTING)
    return (
        Role.objects.visible_to(reader)
        .filter(asked | acting, intervention__in=list(held))
        .annotate(confirmed_at=Subquery(last))
        .select_related("partner")
        .order_by("pk")
    )


def _deadlines(held: dict[int, Intervention]) -> dict[int, list[datetime]]:
    """The deadlines that have passed, by framework, the first first."""
    found: dict[int, list[datetime]] = defaultdict(list)
    frameworks = [one.framework_id for one in held.values() if one.state in RUNNING]
    passed = Period.objects.filter(framework__in=frameworks, due_at__lte=timezone.now())
    for framework, at in passed.order_by("due_at").values_list("framework", "due_at"):
        found[framework].append(at)
    return found


def _heard(held: dict[int, Intervention]) -> set[tuple[int, int]]:
    """Which partners have a published figure of their own, by framework."""
    frameworks = [one.framework_id for one in held.values() if one.state in RUNNING]
    figures = Fact.objects.published().actual().filter(indicator__framework__in=frameworks)
    return set(figures.order_by().values_list("indicator__framework", "partner").distinct())
