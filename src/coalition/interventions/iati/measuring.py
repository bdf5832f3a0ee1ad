"""The results of activities become results frameworks with their figures, many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from coalition.analysis.iati import results as iati
from coalition.analysis.iati.activities import Activity
from coalition.interventions.iati.fields import (
    RESULT_LEVELS,
    Kept,
    day_of,
    figure,
    kept,
    language_of,
    words_of,
)
from coalition.interventions.models import Intervention
from coalition.results.frameworks.actions import cells_of
from coalition.results.models import (
    Basis,
    Cell,
    Dimension,
    Fact,
    FactState,
    Indicator,
    Period,
    Result,
    ResultLevel,
    Role,
)
from coalition.results.totals.actions import derive

BATCH = 500
Spans = dict[tuple[int, date, date], Period]
Slot = tuple[int, str, int | None, int | None, int | None]


@dataclass
class Figures:
    """What is being made of many activities, and by which its parts are found again."""

    cells: dict[tuple[str, str], Cell]
    now: datetime = field(default_factory=timezone.now)
    facts: dict[Slot, Fact] = field(default_factory=dict)


def store(pairs: Sequence[tuple[Intervention, Activity]], ground: Any) -> None:
    """Results, indicators, periods and figures of new interventions, and their totals."""
    results = Result.objects.bulk_create(
        (
            Result(
                framework=one.framework,
                level=RESULT_LEVELS.get(each.type, ResultLevel.GOAL),
                title=words_of(each.title, language_of(activity), 400)[0] or one.title,
                position=position,
            )
            for one, activity in pairs
            for position, each in enumerate(activity.results)
        ),
        batch_size=BATCH,
    )
    told = _indicators(pairs, results, ground)
    indicators = Indicator.objects.bulk_create([row for row, *_ in told], batch_size=BATCH)
    periods = _periods(pairs)
    figures = Figures(known_cells())
    for row, how, each, one, activity in told:
        of_indicator(figures, row, how, each, (one, activity), periods, ground)
    Fact.objects.bulk_create(figures.facts.values(), batch_size=BATCH)
    derive([one.pk for one in indicators])


Told = tuple[Indicator, Kept, iati.Indicator, Intervention, Activity]


def _indicators(
    pairs: Iterable[tuple[Intervention, Activity]], results: Iterable[Result], ground: Any
) -> list[Told]:
    units = {code: unit.decimals for code, unit in ground.units.items()}
    made: list[Told] = []
    rows = iter(results)
    for one, activity in pairs:
        number = 0
        for each in activity.results:
            result = next(rows)
            for indicator in each.indicators:
                number += 1
                how = kept(indicator, units)
                title, _others = words_of(indicator.title, language_of(activity), 400)
                row = Indicator(
                    framework=one.framework,
                    result=result,
                    number=number,
                    title=title or result.title,
                    measure=how.measure,
                    unit=ground.units[how.unit] if how.unit else None,
                    rule=how.rule,
                    direction=how.direction,
                    no_baseline="" if indicator.baselines else "The file names none.",
                )
                made.append((row, how, indicator, one, activity))
    return made


def _periods(
    pairs: Iterable[tuple[Intervention, Activity]],
) -> dict[tuple[int, date, date], Period]:
    made = Period.objects.bulk_create(
        (
            Period(framework=one.framework, starts_on=start, ends_on=end)
            for one, activity in pairs
            for start, end in spans(one, activity).items()
        ),
        batch_size=BATCH,
    )
    return {(one.framework_id, one.starts_on, one.ends_on): one for one in made}


def spans(one: Intervention, activity: Activity) -> dict[date, date]:
    """The periods that can be kept, from day to day. Of two that begin on the same day it is the
    shorter, and the whole time only where it has no parts; what is left stays in the file's own
    words."""
    found: dict[date, date] = {}
    for start, end in _spans(activity):
        if (start, end) == (one.starts_on, one.ends_on) and _has_shorter(activity, start, end):
            continue
        found[start] = min(end, found.get(start, end))
    return found


def _spans(activity: Activity) -> Iterable[tuple[date, date]]:
    for result in activity.results:
        for indicator in result.indicators:
            for period in indicator.periods:
                if period.start and period.end and period.end >= period.start:
                    yield period.start, period.end


def _has_shorter(activity: Activity, start: date, end: date) -> bool:
    return any(
        start <= first and last <= end
        for first, last in _spans(activity)
        if (first, last) != (start, end)
    )


def of_indicator(
    figures: Figures,
    row: Indicator,
    how: Kept,
    told: iati.Indicator,
    of: tuple[Intervention, Activity],
    periods: Spans,
    ground: Any,
) -> None:
    one, activity = of
    for each in told.baselines:
        where = _where(figures, each.locations, each.dimensions, ground)
        if where is not None:
            given = figure(how, each.value, each.comment, language_of(activity))
            keep(figures, row, Role.BASELINE, None, where, given, one, ground, day_of(each))
    for period in told.periods:
        if period.start is None or period.end is None:
            continue
        held = periods.get((one.framework_id, period.start, period.end))
        is_whole = held is None and (period.start, period.end) == (one.starts_on, one.ends_on)
        if held is None and not is_whole:
            continue
        sides = {Role.TARGET: period.targets}
        # What was reached over the whole time follows from the periods.
        sides |= {} if is_whole else {Role.ACTUAL: period.actuals}
        for role, measures in sides.items():
            for each in measures:
                where = _where(figures, each.locations, each.dimensions, ground)
                if where is not None:
                    given = figure(how, each.value, each.comment, language_of(activity))
                    keep(figures, row, role, held, where, given, one, ground, None)


Where = tuple[int | None, int | None]


def _where(
    figures: Figures, locations: Sequence[str], dimensions: Sequence[iati.Dimension], ground: Any
) -> Where | None:
    """Place and cell of a figure; None where one of them is not known here: the figure stays in
    the file's own words, for it is no figure of all."""
    place = cell = None
    if locations:
        place = ground.places.get(locations[0]) if len(locations) == 1 else None
        if place is None:
            return None
    if dimensions:
        key = (dimensions[0].name.casefold(), dimensions[0].value.casefold())
        cell = figures.cells.get(key) if len(dimensions) == 1 else None
        if cell is None:
            return None
    return place.pk if place else None, cell.pk if cell else None


def keep(
    figures: Figures,
    row: Indicator,
    role: str,
    period: Period | None,
    where: Where,
    given: dict[str, Any] | None,
    one: Intervention,
    ground: Any,
    as_of: date | None,
) -> None:
    """One figure; the first in its place counts."""
    if given is None:
        return
    place, cell = where
    slot = (row.pk, role, period.pk if period else None, place, cell)
    figures.facts.setdefault(
        slot,
        Fact(
            indicator=row,
            role=role,
            period=period,
            place_id=place,
            cell_id=cell,
            partner=one.partner,
            unit=row.unit,
            basis=Basis.REPORTED,
            as_of=as_of,
            state=FactState.PUBLISHED,
            published_at=figures.now,
            changed_at=figures.now,
            by=ground.by,
            **ground.source,
            **given,
        ),
    )


def known_cells() -> dict[tuple[str, str], Cell]:
    """The groups that are known to all, by the words a file may have for them: codes, and names in
    any language."""
    found: dict[tuple[str, str], Cell] = {}
    dimensions = list(
        Dimension.objects.filter(framework=None).prefetch_related("categories").order_by("pk")
    )
    cells = iter(cells_of(dimensions))
    for dimension in dimensions:
        names = {dimension.code, *dimension.names.values()}
        for category in dimension.categories.all():
            cell = next(cells)
            own = {category.code, category.code.removeprefix(f"{dimension.code}-")}
            for name in names:
                for value in own | set(category.names.values()):
                    found.setdefault((name.casefold(), value.casefold()), cell)
    return found
