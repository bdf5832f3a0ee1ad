"""What officers read of key interventions: decisions that wait for one, and the desk's list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from coalition.consultations.models import Conclusion
from coalition.interventions.deciding.offers import is_led, lacks_in_lists
from coalition.interventions.models import Intervention, InterventionQuerySet, Kind, Role
from coalition.interventions.queries import for_lists
from coalition.partners.asking import PartState
from coalition.results.schedules.lights import light_of

MOST_DECISIONS = 20  # shown at once, the newest

# --- Decisions -------------------------------------------------------------------------------


def decided() -> QuerySet[Conclusion]:
    """What bodies decided, in public."""
    found = Conclusion.objects.published().select_related("consultation", "body")
    return found.order_by("-published_at", "-pk")


def waiting_decisions() -> QuerySet[Conclusion]:
    """Those from which no intervention was opened yet, the newest first."""
    opened = Intervention.objects.filter(conclusion=OuterRef("pk"))
    return decided().filter(~Exists(opened))


# --- Interventions ---------------------------------------------------------------------------

LED = Role.objects.filter(
    intervention=OuterRef("pk"), kind=Kind.LEAD, state=PartState.CONFIRMED
).order_by()
# What an officer may ask about the lead: confirmed by its own people, or not yet.
LEADS: Mapping[str, Q] = {"confirmed": Q(Exists(LED)), "asked": ~Q(Exists(LED))}
ORDERS: Mapping[str, tuple[str, ...]] = {
    "": ("-changed_at", "-pk"),
    "title": ("title", "pk"),
    "stage": ("state", "-changed_at", "-pk"),
    "ends": ("ends_on", "pk"),
    "partner": ("partner__name", "pk"),
}


def filtered(found: InterventionQuerySet, wishes: Mapping[str, Any]) -> InterventionQuerySet:
    """Those that meet every wish of the desk's form, in its order; an empty wish asks nothing."""
    for word in (wishes.get("words") or "").split()[:8]:
        found = found.filter(
            Q(title__icontains=word) | Q(partner__name__icontains=word) | Q(reference__iexact=word)
        )
    if state := wishes.get("state"):
        found = found.filter(state=state)
    if lead := wishes.get("lead"):
        found = found.filter(LEADS[lead])
    if light := wishes.get("light"):
        found = found.filter(
            framework__light=light, framework__is_public=True, framework__ended_at=None
        )
    return found.order_by(*ORDERS[wishes.get("sort") or ""])


@dataclass(frozen=True)
class Row:
    """An intervention on the desk: whether its lead confirmed, what its next stage takes, and how
    its reports stand, as a word and a tone, once some are due."""

    one: Intervention
    is_led: bool
    lacks: list[str]
    light: tuple[str, str] | None


def rows(found: list[Intervention]) -> list[Row]:
    """As the desk shows them; five queries, however many they are."""
    lacking = lacks_in_lists(found)
    return [
        Row(
            one,
            is_led(one),
            lacking[one.pk],
            light_of(one.framework) if one.framework.is_public else None,
        )
        for one in found
    ]


def all_rows(found: InterventionQuerySet, size: int = 500) -> Iterator[Row]:
    """All of them, read in portions."""
    held = for_lists(found).iterator(chunk_size=size)
    while portion := list(islice(held, size)):
        yield from rows(portion)
