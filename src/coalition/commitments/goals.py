"""The goals of commitments as plain values, for programs and archives."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from coalition.results.models import Fact, FactQuerySet, Framework, Indicator, Role, Total
from coalition.results.totals.queries import plain


def targets() -> FactQuerySet:
    """Where things stood at the start and what is wanted by the end, over all places."""
    wanted = Fact.objects.published().filter(role__in=[Role.BASELINE, Role.TARGET], period=None)
    return wanted.filter(place=None, cell=None)


def to_read(facts: FactQuerySet) -> tuple[Any, ...]:
    """What `of` reads, to be prefetched with commitments. Four queries."""
    whole = Total.objects.filter(
        role=Role.ACTUAL, period=None, place=None, partner=None, cell=None
    ).order_by("unit__position", "pk")
    indicators = "framework__results__indicators"
    return (
        "framework__results",
        Prefetch(indicators, Indicator.objects.select_related("unit")),
        Prefetch(f"{indicators}__facts", facts.select_related("unit")),
        Prefetch(f"{indicators}__totals", whole.select_related("unit")),
    )


def of(framework: Framework) -> list[dict[str, Any]]:
    """Each goal with what is measured: figures are plain decimals in whole units, or words."""
    return [
        {
            "level": goal.level,
            "title": goal.title,
            "indicators": [_measured(one) for one in goal.indicators.all()],
        }
        for goal in framework.results.all()
    ]


def _measured(indicator: Indicator) -> dict[str, Any]:
    whole = {
        one.role: figure(one, indicator)
        for one in indicator.facts.all()
        if one.period_id is None and one.place_id is None and one.cell_id is None
    }
    return {
        "number": indicator.number,
        "title": indicator.title,
        "measure": indicator.measure,
        "rule": indicator.rule,
        "baseline": whole.get(Role.BASELINE),
        "no_baseline": indicator.no_baseline,
        "target": whole.get(Role.TARGET),
        "reached": [figure(one, indicator) for one in indicator.totals.all()],
    }


def figure(row: Fact | Total, indicator: Indicator) -> dict[str, str | None]:
    """The value with its unit; empty where it is withheld or not known."""
    return {"value": plain(row, indicator), "unit": row.unit.code if row.unit else None}


def entry(fact: Fact, indicator: Indicator) -> dict[str, Any]:
    """One figure as whoever reported it keeps it: nothing is withheld."""
    same = ("role", "state", "text", "not_known", "basis", "source", "source_url", "as_of", "note")
    return {
        "indicator": indicator.number,
        "period": str(fact.period) if fact.period else "",
        "place": fact.place.code if fact.place else "",
        "group": fact.cell.key if fact.cell else "",
        "partner": fact.partner.reference,
        "value": plain(fact, indicator, reveal=True),
        "unit": fact.unit.code if fact.unit else None,
        **{name: getattr(fact, name) for name in same},
    }
