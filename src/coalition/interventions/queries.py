"""Reads of interventions that every topic and other rooms use."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils.formats import date_format

from coalition.accounts.models import User
from coalition.interventions.models import Intervention, InterventionQuerySet, Kind, Outsider, Role
from coalition.interventions.states import STAGES, State
from coalition.partners.asking import PartState
from coalition.partners.models import Mandate, Partner
from coalition.partners.rules import roles_that
from coalition.ui.thread import Step


def for_lists(interventions: InterventionQuerySet) -> InterventionQuerySet:
    """With what a line in a list shows, in a fixed number of queries."""
    return interventions.select_related(
        "partner__group", "level", "framework", "whole"
    ).prefetch_related("places", "themes")


def for_page(interventions: InterventionQuerySet) -> InterventionQuerySet:
    """With what its page shows of itself, in a fixed number of queries."""
    return (
        for_lists(interventions)
        .select_related("conclusion__consultation", "conclusion__body")
        .prefetch_related(Prefetch("roles", confirmed_roles(), to_attr="confirmed"), "outsiders")
    )


def confirmed_roles() -> Any:
    """The roles that everybody sees, with their partners."""
    return Role.objects.confirmed().select_related("partner__group").order_by("pk")


@dataclass(frozen=True)
class Doing:
    """One kind of role with those that have it: partners that confirmed it, others by name."""

    label: str
    roles: list[Role]
    outsiders: list[Outsider]

    @property
    def names(self) -> list[tuple[str, str, str]]:
        """Each with the language of its name, and a partner's page."""
        partners = [one.partner for one in self.roles]
        return [
            *((one.name, one.name_language, one.get_absolute_url()) for one in partners),
            *((one.name, one.language, "") for one in self.outsiders),
        ]


def who_does_what(one: Any) -> list[Doing]:
    """By role, in the order of kinds; read with `for_page`, without a query."""
    roles: dict[str, list[Role]] = defaultdict(list)
    others: dict[str, list[Outsider]] = defaultdict(list)
    for role in one.confirmed:
        roles[role.kind].append(role)
    for other in one.outsiders.all():
        others[other.kind].append(other)
    return [
        Doing(str(kind.label), roles[kind], others[kind])
        for kind in Kind
        if roles[kind] or others[kind]
    ]


def stages_of(one: Any) -> list[Step]:
    """The line of its stages: what is over with its day, where it is, what is to come. What was
    suspended or cancelled stands where it stopped. One query, unless its moves are at hand."""
    entered: dict[str, datetime] = {}
    stopped_at = ""
    for move in one.moves.all():
        entered.setdefault(move.to_state, move.at)
        if move.to_state in (State.SUSPENDED, State.CANCELLED):
            stopped_at = move.from_state if move.from_state in STAGES else stopped_at
    order = STAGES if one.published_at else (State.DRAFT, *STAGES)
    present = one.state if one.state in order else stopped_at
    reached = order.index(State(present)) if present else -1
    found = []
    for at, stage in enumerate(order):
        state = "done" if at < reached else "now" if at == reached else "ahead"
        if at == reached and one.state == State.CANCELLED:
            state = "done"
        note = date_format(entered[stage]) if state != "ahead" and stage in entered else ""
        found.append(Step(str(stage.label), state, note=note))  # type: ignore[arg-type]
    return found


def people_of(intervention: Intervention, ability: str = "edit") -> list[User]:
    """Those who may do this for a partner that confirmed a role in it. One query."""
    confirmed = intervention.roles.filter(state=PartState.CONFIRMED)
    held = Mandate.objects.current().filter(
        partner__in=confirmed.values("partner"), role__in=roles_that(ability)
    )
    people = User.objects.filter(pk__in=held.values("person"), is_active=True)
    return list(people.order_by("pk"))


def archive_of(partner: Partner) -> list[dict[str, Any]]:
    """The roles that a partner was asked for, and what it said to that, as plain values for its
    archive (settings.PARTNER_ARCHIVE)."""
    roles = Role.objects.filter(partner=partner).select_related("intervention")
    return [
        {
            "intervention": one.intervention.reference,
            "title": one.intervention.title,
            **{name: getattr(one, name) for name in ("kind", "what", "state", "asked_at")},
            "history": [
                f"{step.at:%Y-%m-%d} {step.verb}" + (f": {step.reason}" if step.reason else "")
                for step in one.moves.all()
            ],
        }
        for one in roles.prefetch_related("moves").order_by("pk")
    ]
