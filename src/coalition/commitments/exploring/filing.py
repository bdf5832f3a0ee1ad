"""Under what a commitment is found, read from its record: a new way to find one is a line here."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from coalition.commitments.models import Commitment, Delivery, Facet, Part
from coalition.commitments.states import State
from coalition.places.models import PlaceKind

# Commitment, facet, value.
Pair = tuple[int, str, str]
# Nobody looks further: a promise until the year 9999 is found under its first fifty years.
MOST_YEARS = 50


def pairs(keys: Collection[int]) -> set[Pair]:
    """Under what these commitments are found: the public ones under all they are about, withdrawn
    ones under their state alone, others under nothing. As many queries for one as for many."""
    withdrawn = Commitment.objects.filter(pk__in=keys, state=State.WITHDRAWN)
    found = {
        (pk, Facet.STATE.value, State.WITHDRAWN.value) for (pk,) in withdrawn.values_list("pk")
    }
    public = list(Commitment.objects.published().filter(pk__in=keys).values_list(*_OWN))
    found.update(pair for row in public for pair in _of_itself(*row))
    held = [row[0] for row in public]
    found.update(pair for row in _parts(held) for pair in _of_partner(*row))
    found.update(pair for row in _places(held) for pair in _of_place(*row))
    found.update(pair for row in _deliveries(held) for pair in _of_delivery(*row))
    for facet, through, name in (
        (Facet.THEME, Commitment.themes.through, "theme"),
        (Facet.CHALLENGE, Commitment.challenges.through, "challenge"),
    ):
        named = through.objects.filter(commitment__in=held)
        codes = named.values_list("commitment", f"{name}__code")
        found.update((pk, facet.value, code) for pk, code in codes)
    return found


_OWN = (
    *("pk", "state", "partner__reference", "partner__group__code", "level__code"),
    *("framework__light", "framework__every", "framework__ended_at"),
    *("starts_on", "ends_on", "published_at__year", "needs_help"),
)


def _of_itself(
    pk: int,
    state: str,
    partner: str,
    group: str,
    level: str | None,
    light: str,
    every: int | None,
    ended_at: datetime | None,
    starts_on: date | None,
    ends_on: date | None,
    published_in: int,
    needs_help: bool,
) -> Iterator[Pair]:
    yield from _of_partner(pk, partner, group)
    yield pk, Facet.STATE.value, state
    # Of what is closed, or reports nothing by the clock, no report is due: it has no light.
    if every and ended_at is None:
        yield pk, Facet.LIGHT.value, light
    if level:
        yield pk, Facet.LEVEL.value, level
    if needs_help:
        yield pk, Facet.HELP.value, "yes"
    # Who does not say when it begins has begun.
    first = starts_on.year if starts_on else min(published_in, getattr(ends_on, "year", 9999))
    last = ends_on.year if ends_on else first
    for year in range(first, min(last, first + MOST_YEARS - 1) + 1):
        yield pk, Facet.YEAR.value, str(year)


def _of_partner(pk: int, reference: str, group: str) -> Iterator[Pair]:
    yield pk, Facet.PARTNER.value, reference
    yield pk, Facet.GROUP.value, group


def _of_place(pk: int, path: str, kind: str) -> Iterator[Pair]:
    """What is carried out in a country counts for its regions and for the world."""
    *above, own = path.rstrip(".").split(".")
    yield pk, Facet.COUNTRY.value if kind == PlaceKind.COUNTRY else Facet.REGION.value, own
    for code in above:
        yield pk, Facet.REGION.value, code


def _of_delivery(pk: int, code: str, eid: str) -> Iterator[Pair]:
    yield pk, Facet.DECLARATION.value, code
    yield pk, Facet.PROVISION.value, f"{code}/{eid}"


def _parts(held: Collection[int]) -> Any:
    confirmed = Part.objects.confirmed().filter(commitment__in=held).order_by()
    return confirmed.values_list("commitment", "partner__reference", "partner__group__code")


def _places(held: Collection[int]) -> Any:
    named = Commitment.places.through.objects.filter(commitment__in=held)
    return named.values_list("commitment", "place__path", "place__kind")


def _deliveries(held: Collection[int]) -> Any:
    delivered = Delivery.objects.filter(commitment__in=held).order_by()
    return delivered.values_list("commitment", "provision__instrument__code", "provision__eid")
