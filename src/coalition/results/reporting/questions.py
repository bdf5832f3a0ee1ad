"""Which figures a report asks for: of each indicator the whole, then its parts, with last time's
figure and the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from coalition.places.models import Place
from coalition.results.models import (
    Category,
    Fact,
    Indicator,
    Measure,
    Report,
    Role,
    Unit,
    UnitKind,
)
from coalition.results.reporting.plain import Ground, ground, row_name, row_of, values_of
from coalition.results.states import ReportState


@dataclass(frozen=True)
class Question:
    """A figure that a report asks for: of an indicator, whole or of a part."""

    row: str
    indicator: Indicator
    label: str
    unit: Unit | None
    fields: tuple[str, ...]  # those that a form asks for
    place: Place | None = None
    category: Category | None = None
    last: Fact | None = None  # what was reported last time
    last_texts: Mapping[str, str] = field(default_factory=dict)
    target: Fact | None = None
    baseline: Fact | None = None

    @property
    def is_whole(self) -> bool:
        return self.place is None and self.category is None


def questions(report: Report, grounds: Ground | None = None) -> list[Question]:
    """Every figure that is asked for, in the order of the indicators: the whole, then each group
    of each dimension, then each place where the owner has several."""
    grounds = grounds or ground(report)
    before = last_report(report)
    last_texts = values_of(before) if before else {}
    last = {}
    if before:
        facts = before.facts.select_related("indicator", "place", "cell", "unit")
        last = {row_of(each): each for each in facts}
    aims = _aims(report)
    places = list(grounds.places.values()) if len(grounds.places) > 1 else []
    asked = []
    for indicator in grounds.indicators.values():
        parts: list[tuple[Place | None, Category | None]] = [(None, None)]
        parts += [(None, each) for each in grounds.categories(indicator).values()]
        parts += [(each, None) for each in places]
        for place, category in parts:
            row = row_name(
                indicator.number, place.code if place else "", category.code if category else ""
            )
            about = category or place
            asked.append(
                Question(
                    row,
                    indicator,
                    label=str(about.name) if about else indicator.title,
                    unit=indicator.unit,
                    fields=asked_fields(indicator, is_whole=about is None),
                    place=place,
                    category=category,
                    last=last.get(row),
                    last_texts=last_texts.get(row, {}),
                    target=aims.get((Role.TARGET, row)),
                    baseline=aims.get((Role.BASELINE, row)),
                )
            )
    return asked


def asked_fields(indicator: Indicator, *, is_whole: bool) -> tuple[str, ...]:
    """The fields that a form asks for: of parts the figure alone."""
    if indicator.measure == Measure.TEXT:
        figure: tuple[str, ...] = ("text",)
    elif indicator.measure == Measure.PERCENTAGE:
        figure = ("value", "denominator")
    else:
        figure = ("value",)
    if not is_whole:
        return figure
    is_money = indicator.unit is not None and indicator.unit.kind == UnitKind.MONEY
    unit = ("unit",) if is_money else ()
    return (*figure, *unit, "not_known", "basis", "source", "source_url", "as_of", "note")


def last_report(report: Report) -> Report | None:
    """What was published on the latest earlier period, also by who reported before."""
    return (
        report.framework.reports.filter(
            state=ReportState.PUBLISHED,
            period__starts_on__lt=report.period.starts_on,
        )
        .select_related("framework", "period")
        .order_by("-period__starts_on")
        .first()
    )


def _aims(report: Report) -> dict[tuple[str, str], Fact]:
    """Baselines, and targets of the period or else for the end, by role and row."""
    facts = (
        Fact.objects.published()
        .filter(
            Q(period=None) | Q(period=report.period_id),
            indicator__framework=report.framework_id,
            role__in=[Role.BASELINE, Role.TARGET],
        )
        .select_related("indicator", "place", "cell", "unit")
    )
    found: dict[tuple[str, str], Fact] = {}
    for fact in sorted(facts, key=lambda each: each.period_id is not None):
        found[fact.role, row_of(fact)] = fact
    return found
