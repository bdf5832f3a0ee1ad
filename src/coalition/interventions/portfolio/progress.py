"""How the indicators of many interventions stand, by one rule, and counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from coalition.interventions.models import Intervention
from coalition.results.models import Direction, Fact, Indicator, Measure, Role
from coalition.results.totals.queries import wholes


@dataclass(frozen=True)
class Progress:
    """How many indicators have reached their target, are on the way to it, are behind, or have no
    figure that could be compared with one."""

    reached: int = 0
    on_the_way: int = 0
    behind: int = 0
    no_figure: int = 0

    def __bool__(self) -> bool:
        return bool(self.reached or self.on_the_way or self.behind or self.no_figure)


def way_of(
    now: Fraction | None,
    aim: Fraction | None,
    start: Fraction | None,
    *,
    direction: str = Direction.UP,
    gone: Fraction | None,
) -> str:
    """ "reached", "on_the_way", "behind" or "no_figure", by this rule:

    - reached: the figure is the target or better.
    - on the way: of the way from the baseline (from zero, where more is better and none is given)
      to the target at least as large a part was covered, on the day of the figure, as had passed
      of the time from begin to end (`gone`, 0 to 1).
    - behind: less than that.
    - no figure: nothing is published, no target is set, or the two cannot be compared.
    """
    if now is None or aim is None:
        return "no_figure"
    if now == aim or (now < aim) == (direction == Direction.DOWN):
        return "reached"
    if start is None and direction == Direction.UP:
        start = Fraction(0)
    if start is None or gone is None:
        return "no_figure"
    if start == aim:
        return "behind"
    return "on_the_way" if (now - start) / (aim - start) >= gone else "behind"


def gone_of(intervention: Intervention, day: date) -> Fraction | None:
    """The part of its time that has passed on a day, from 0 to 1; None where its days are not
    said."""
    begins, ends = intervention.began_on or intervention.starts_on, intervention.ends_on
    if begins is None or ends is None:
        return None
    whole = max((ends - begins).days, 1)
    return Fraction(min(max((day - begins).days, 0), whole), whole)


def progress_of(interventions: Iterable[Intervention]) -> dict[int, Progress]:
    """How the indicators of each stand, by its key. Three queries, however many; plain values are
    read, since there are thousands of them."""
    held = {one.framework_id: one for one in interventions}
    within = Indicator.objects.filter(framework__in=list(held))
    figures = _figures(within)
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    today = timezone.localdate()
    gone: dict[tuple[int, date], Fraction | None] = {}
    columns = ("pk", "framework", "measure", "direction", "unit")
    for pk, framework, measure, direction, unit in within.order_by().values_list(*columns):
        now, aim, start = (
            _in_unit(figures.get((pk, role)), unit)
            for role in (Role.ACTUAL, Role.TARGET, Role.BASELINE)
        )
        if measure == Measure.TEXT or now is None or aim is None:
            way = "no_figure"
        else:
            at = (framework, now[2] or today)
            if at not in gone:
                gone[at] = gone_of(held[framework], at[1])
            way = way_of(
                Fraction(*now[:2]),
                Fraction(*aim[:2]),
                Fraction(*start[:2]) if start else None,
                direction=direction,
                gone=gone[at],
            )
        counts[held[framework].pk][way] += 1
    return {pk: Progress(**ways) for pk, ways in counts.items()}


Value = tuple[int, int, date | None]  # numerator, denominator, of which day


def _figures(within: QuerySet[Indicator]) -> dict[tuple[int, str], dict[int | None, Value]]:
    """What is public of each indicator, by role and unit: totals over all, and baselines."""
    found: dict[tuple[int, str], dict[int | None, Value]] = defaultdict(dict)
    columns = ("indicator", "role", "unit", "value", "denominator", "as_of")
    shown = wholes().filter(indicator__in=within, hidden="").order_by()
    baselines = (
        Fact.objects.published()
        .filter(indicator__in=within, role=Role.BASELINE, place=None, cell=None, hidden="")
        .exclude(value=None)
        .order_by("pk")
    )
    rows: list[Any] = [*shown.values_list(*columns), *baselines.values_list(*columns)]
    for indicator, role, unit, value, denominator, as_of in rows:
        found[indicator, role][unit] = (value, denominator or 1, as_of)
    return found


def _in_unit(held: dict[int | None, Value] | None, unit: int | None) -> Value | None:
    """The figure in the indicator's own unit; amounts of others are not compared."""
    return None if held is None else held.get(unit, held.get(None))
