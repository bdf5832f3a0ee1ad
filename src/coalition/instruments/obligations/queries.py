"""What parties owe: reports due on what binds them, and what supervisors asked them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from coalition.base.names import in_language
from coalition.base.text import fold
from coalition.instruments.models import (
    NOT_REPORTED_ON,
    Category,
    Party,
    Period,
    ReportingGroup,
    Status,
    SupervisoryComment,
)
from coalition.places.models import Place

# Every three years on these, every six on the others (domain facts, 3.8).
EVERY_THREE = (Category.FUNDAMENTAL, Category.GOVERNANCE)
YEARS_AHEAD = 6  # a whole cycle of the slower kind


def cycle_of(category: str) -> int:
    """Years between two reports on a convention of this category."""
    return 3 if category in EVERY_THREE else 6


def due_years(starts: int | None, cycle: int, *, since: int, first: int, last: int) -> list[int]:
    """The years from `first` to `last` in which a report is due: whole cycles away from
    `starts`, and after the year `since` in which the convention began to bind. None where
    `starts` is not known."""
    if starts is None:
        return []
    return [year for year in range(max(first, since + 1), last + 1) if (year - starts) % cycle == 0]


class Groups:
    """The nine reporting groups, read once, and which of them each party belongs to."""

    def __init__(self) -> None:
        self.rows = list(ReportingGroup.objects.select_related("source"))
        self.found: dict[tuple[int, int], ReportingGroup | None] = {}

    def of(self, party: Party, cycle: int) -> ReportingGroup | None:
        """By the first letter of the party's English name, without its accent."""
        key = (party.pk, cycle)
        if key not in self.found:
            self.found[key] = self._look_up(party, cycle)
        return self.found[key]

    def _look_up(self, party: Party, cycle: int) -> ReportingGroup | None:
        letter = fold(in_language(party.names, "en"))[:1].upper()
        for group in self.rows:
            if group.cycle_years == cycle and group.first_letter <= letter <= group.last_letter:
                return group
        return None

    def reporting_in(self, year: int, parties: Iterable[Party]) -> Q:
        """Periods of these parties on which a report is due in the year."""
        wanted = Q(pk__in=[])
        for cycle in (3, 6):
            named = [
                party.pk
                for party in parties
                if (group := self.of(party, cycle))
                and group.starts is not None
                and (year - group.starts) % cycle == 0
            ]
            fast = Q(instrument__category__in=EVERY_THREE)
            wanted |= Q(party__in=named) & (fast if cycle == 3 else ~fast)
        return wanted & Q(since__year__lt=year)

    @property
    def are_known(self) -> bool:
        """Is the beginning of at least one group known?"""
        return any(group.starts is not None for group in self.rows)


@dataclass(frozen=True)
class Duty:
    """A convention that binds a party, and when the party reports on it."""

    period: Period
    cycle: int
    group: ReportingGroup | None
    due: list[int]  # empty where the beginning of the cycle is not known

    @property
    def is_known(self) -> bool:
        return self.group is not None and self.group.starts is not None


def in_force(day: date) -> QuerySet[Period]:
    """Every party's conventions of the ILO in force on the day on which reports are asked."""
    return (
        Period.objects.filter(status=Status.IN_FORCE, since__lte=day)
        .filter(Q(until=None) | Q(until__gt=day))
        .exclude(instrument__category="")
        .exclude(instrument__standing__in=NOT_REPORTED_ON)
        .select_related("instrument", "party__place")
    )


def duties(periods: Iterable[Period], groups: Groups, *, year: int) -> list[Duty]:
    """The duties of these periods, with the years due from `year` on for one long cycle."""
    found = []
    for period in periods:
        cycle = cycle_of(period.instrument.category)
        group = groups.of(period.party, cycle)
        due = due_years(
            group.starts if group else None,
            cycle,
            since=period.since.year,
            first=year,
            last=year + YEARS_AHEAD,
        )
        found.append(Duty(period, cycle, group, due))
    return found


def filtered(periods: QuerySet[Period], asked: dict[str, Any], groups: Groups) -> QuerySet[Period]:
    """The periods that a reader asks for: place (region or country), instrument, category, year."""
    place: Place | None = asked.get("place")
    if place:
        periods = periods.filter(party__place__path__startswith=place.path)
    if instrument := asked.get("instrument"):
        periods = periods.filter(instrument=instrument)
    if category := asked.get("category"):
        periods = periods.filter(instrument__category=category)
    if year := asked.get("year"):
        periods = periods.filter(groups.reporting_in(year, Party.objects.all()))
    return periods


# --- Comments of supervisors ------------------------------------------------------------------


def comments() -> QuerySet[SupervisoryComment]:
    """Every comment that stands, with how many published commitments answer it."""
    # Counted row by row, so that a page of many thousands counts no others.
    answers = (
        SupervisoryComment.commitments.through.objects.filter(
            supervisorycomment=OuterRef("pk"), commitment__is_public=True
        )
        .order_by()
        .values("supervisorycomment")
        .values_list(Count("pk"))
    )
    return (
        SupervisoryComment.objects.filter(struck_at=None)
        .select_related("party__place", "source")
        .prefetch_related("instruments")
        .order_by("-adopted_year", "-pk")
        .annotate(answers=Coalesce(Subquery(answers), 0))
    )


def filtered_comments(
    found: QuerySet[SupervisoryComment], asked: dict[str, Any]
) -> QuerySet[SupervisoryComment]:
    """The comments that a reader asks for."""
    if place := asked.get("place"):
        found = found.filter(party__place__path__startswith=place.path)
    if instrument := asked.get("instrument"):
        of = SupervisoryComment.instruments.through.objects.filter(
            supervisorycomment=OuterRef("pk"), instrument=instrument
        )
        found = found.filter(Exists(of))
    if kind := asked.get("kind"):
        found = found.filter(kind=kind)
    if answered := asked.get("answered"):
        found = found.filter(answers__gt=0) if answered == "yes" else found.filter(answers=0)
    return found


def answering(comment: SupervisoryComment) -> QuerySet[Any]:
    """Published commitments that answer the comment, reached from below."""
    return comment.commitments.published().select_related("partner__group")


def held_instruments(periods: QuerySet[Period]) -> Sequence[int]:
    """Keys of the instruments on which anybody reports, for the choice in the filter."""
    return list(periods.order_by().values_list("instrument", flat=True).distinct())
