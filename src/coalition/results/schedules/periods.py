"""How time is cut into periods, and by which day each is reported on."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from coalition.base import zones
from coalition.results.models import Framework

# Nobody reports so often and so long: a slip in a date shall not make thousands of rows.
MOST_PERIODS = 400


class Span(NamedTuple):
    """From a day to a day, both included."""

    first: date
    last: date


def months_later(day: date, months: int, *, as_day: int | None = None) -> date:
    """The day so many months later; a day its month lacks becomes the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(as_day or day.day, last))


def cut(whole: Span, every: int, as_day: int) -> Iterator[Span]:
    """The time cut into periods of so many months, the last one cut at the end. `as_day` is the
    day of the month on which the first of all periods began: 31 where this one began on the 30th
    for want of it."""
    is_last_of_month = (whole.first + timedelta(days=1)).day == 1
    as_day = as_day if is_last_of_month and as_day > whole.first.day else whole.first.day
    first, count = whole.first, 0
    while first <= whole.last:
        count += 1
        following = months_later(whole.first, count * every, as_day=as_day)
        yield Span(first, min(following - timedelta(days=1), whole.last))
        first = following


def between(kept: Iterable[Span], whole: Span, every: int) -> list[Span]:
    """The periods that fill the time around those that are kept, without overlap."""
    found: list[Span] = []
    first = whole.first
    for held in sorted(kept):
        gap = Span(first, min(held.first - timedelta(days=1), whole.last))
        found += cut(gap, every, whole.first.day)
        first = max(first, held.last + timedelta(days=1))
    found += cut(Span(first, whole.last), every, whole.first.day)
    return found


def span_of(framework: Framework) -> Span | None:
    """From the owner's first day, else that of its publication, to its last; None where one of
    the two is not known, so that nothing can be due."""
    owner = framework.owner
    first, last = owner.starts_on, owner.ends_on
    if first is None and owner.published_at is not None:
        first = zones.today_in(framework.zone, owner.published_at)
    return Span(first, last) if first and last and first <= last else None


def due_on(framework: Framework, last: date, *, now: datetime) -> date | None:
    """By which day a period that ends on `last` is reported on: so many days after its end. None
    for what was over before it was promised in public: it may be reported on, but is not owed."""
    promised = framework.owner.published_at or now
    if last < zones.today_in(framework.zone, promised):
        return None
    return last + timedelta(days=framework.days_to_report)
