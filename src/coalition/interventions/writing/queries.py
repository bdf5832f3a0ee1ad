"""The screens on which a key intervention is written, and what may be chosen on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from coalition.instruments.external.queries import choosable as choosable_records
from coalition.instruments.models import ExternalRecord
from coalition.interventions.models import Intervention, Kind
from coalition.partners.asking import PartState
from coalition.partners.models import CommonPriority
from coalition.ui.thread import Step

MOST_PRIORITIES = 60  # common priorities offered at once, the newest
MOST_RECORDS = 40  # submissions of its countries, likewise


def version_of(intervention: Intervention) -> str:
    """What tells whether somebody else changed it while a form was filled in."""
    return intervention.changed_at.isoformat()


# --- The screens -------------------------------------------------------------------------------

STEPS: Mapping[str, str | Promise] = {
    "words": gettext_lazy("Words"),
    "answers": gettext_lazy("What it answers"),
    "days": gettext_lazy("Days"),
    "paragraphs": gettext_lazy("Paragraphs"),
    "goals": gettext_lazy("Goals"),
    "roles": gettext_lazy("Who takes part"),
    "overview": gettext_lazy("Overview"),
}


def address(intervention: Intervention, step: str) -> str:
    """Of a screen; goals are set up with the results."""
    if step == "goals":
        return reverse("results:setup", args=[intervention.framework.reference])
    if step == "roles":
        return reverse("interventions:roles", args=[intervention.reference])
    if step == "overview":
        return reverse("interventions:workspace", args=[intervention.reference])
    return reverse("interventions:edit", args=[intervention.reference, step])


def screens(intervention: Intervention, person: Any) -> list[str]:
    """Those that are open to a person who may write it: goals belong to the partner that
    reports."""
    sets_goals = person.has_perm("results.view_workspace", intervention.framework)
    return [step for step in STEPS if sets_goals or step != "goals"]


def after(step: str, order: list[str]) -> str:
    """The screen to which saving this one leads."""
    return order[order.index(step) + 1]


def unfinished(intervention: Intervention) -> set[str]:
    """The screens on which something is still to be said. Five queries at most."""
    one = intervention
    said = {
        "words": bool(one.about.strip()),
        "answers": one.level_id is not None
        and bool(one.conclusion_id or one.source.strip())
        and bool(one.themes.all() or one.challenges.all()),
        "days": one.starts_on is not None and one.ends_on is not None,
        "paragraphs": one.uptakes.exists(),
        "goals": one.framework.indicators.exists(),
        "roles": one.roles.filter(kind=Kind.LEAD, state=PartState.CONFIRMED).exists(),
    }
    return {step for step, is_said in said.items() if not is_said}


def steps(intervention: Intervention, now: str, order: list[str]) -> list[Step]:
    """The screens as a thread laid flat: where one stands, and where something is missing."""
    ahead = {*unfinished(intervention), "overview"}
    return [
        Step(
            str(STEPS[step]),
            "now" if step == now else "ahead" if step in ahead else "done",
            address(intervention, step),
        )
        for step in order
    ]


# --- What may be chosen ------------------------------------------------------------------------


def in_use(model: Any, chosen: Any) -> QuerySet[Any]:
    """Entries of a vocabulary that are not retired, and those chosen already."""
    return model.objects.filter(Q(retired_on=None) | Q(pk__in=chosen.values("pk")))


def offered_priorities(intervention: Intervention) -> QuerySet[CommonPriority]:
    """Common priorities that somebody named: those chosen already, and the newest ones; of its
    themes, once it has some. Three queries, and one when it is read."""
    chosen = list(intervention.priorities.values_list("pk", flat=True))
    found = CommonPriority.objects.public()
    if themes := list(intervention.themes.values_list("pk", flat=True)):
        found = found.filter(theme__in=themes)
    newest = list(found.order_by("-pk").values_list("pk", flat=True)[:MOST_PRIORITIES])
    return _these(CommonPriority, [*chosen, *newest]).order_by("-pk")


def offered_records(intervention: Intervention) -> QuerySet[Any]:
    """Submissions in the registers of others: those chosen already, and the newest ones of the
    countries that it is about."""
    chosen = list(intervention.external_records.values_list("pk", flat=True))
    of_places = choosable_records(intervention.places.all())[:MOST_RECORDS]
    offered = [*chosen, *(one.pk for one in of_places)]
    return _these(ExternalRecord, offered).order_by("party_name", "-pk")


def _these(model: Any, keys: list[int]) -> QuerySet[Any]:
    """The rows with these keys; without any, what `is_empty` tells without a query."""
    return model.objects.filter(pk__in=keys) if keys else model.objects.none()
