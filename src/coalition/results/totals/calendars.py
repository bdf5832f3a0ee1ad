"""Which period of one framework holds a period of another one, where figures count across them.

The same is said in SQL by `statement.PERIOD`; the words for people are in docs/reference/totals.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from coalition.results.models import Period


class Span(NamedTuple):
    """A period: its key, its framework's, its first and its last day."""

    pk: int
    framework: int
    starts_on: date
    ends_on: date


class Calendars:
    """The periods of some frameworks."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self.spans = {one.pk: one for one in spans}
        self._of: dict[int, list[Span]] = defaultdict(list)
        for one in sorted(self.spans.values(), key=lambda one: one.starts_on, reverse=True):
            self._of[one.framework].append(one)
        self._found: dict[tuple[int, int], int | None] = {}

    def last_day(self, period: int) -> date:
        """The day with which a period ends."""
        return self.spans[period].ends_on

    def period_in(self, framework: int, period: int | None) -> int | None:
        """The period of a framework within which this one, perhaps of another, lies: from its
        first day to its last. Of several the one that begins last; None where none holds it."""
        if period is None or self.spans[period].framework == framework:
            return period
        key = (framework, period)
        if key not in self._found:
            within = self.spans[period]
            self._found[key] = next(
                (
                    one.pk
                    for one in self._of[framework]
                    if one.starts_on <= within.starts_on and within.ends_on <= one.ends_on
                ),
                None,
            )
        return self._found[key]


def calendars_of(frameworks: Collection[int]) -> Calendars:
    """The periods of these frameworks, in one query."""
    rows = Period.objects.filter(framework__in=frameworks).order_by()
    return Calendars(
        Span(*row) for row in rows.values_list("pk", "framework", "starts_on", "ends_on")
    )
