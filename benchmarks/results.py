"""Totals of 1.6 million figures: all made anew, and those of one report; beside a pandas group-by.

50,000 indicators of 1,000 frameworks, eight periods, one whole and its three groups each. Of ten
indicators six count people, of whom one group in 67 is small; rules are mixed. Values are drawn
by a stated hash, in SQL. Nothing of it is kept.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from statistics import median
from typing import Any

import pandas as pd
from django.db import connection, transaction

from coalition.partners.models import Partner
from coalition.results.models import (
    Category,
    Cell,
    Dimension,
    Fact,
    Framework,
    Indicator,
    Measure,
    Period,
    Result,
    Rule,
    Total,
    Unit,
)
from coalition.results.totals.actions import derive

FRAMEWORKS, EACH, PERIODS, GROUPS = 1_000, 50, 8, 3
VISITS = 21
MOST_SECONDS, MOST_MILLISECONDS = 20, 50  # what is promised, printed beside what is measured
ROUND = [
    (Measure.NUMBER, Rule.SUM, "bench-people"),
    (Measure.NUMBER, Rule.SUM, "bench-people"),
    (Measure.NUMBER, Rule.SUM, "bench-people"),
    (Measure.NUMBER, Rule.LATEST, "bench-people"),
    (Measure.PERCENTAGE, Rule.RATIO, "bench-people"),
    (Measure.PERCENTAGE, Rule.LATEST, "bench-people"),
    (Measure.NUMBER, Rule.SUM, "bench-money"),
    (Measure.NUMBER, Rule.SUM, "bench-money"),
    (Measure.NUMBER, Rule.MAXIMUM, "bench-money"),
    (Measure.NUMBER, Rule.AVERAGE, "bench-money"),
]

# A multiplicative hash with another factor for every group; small in one of 67.
_GROUP = """
    CASE WHEN (h * {factor} / 1009) %% 67 = 0 THEN 1 + (h * {factor} / 69) %% 4
         ELSE 5 + (h * {factor} / 1013) %% 1900 END"""
_FACTS = f"""
INSERT INTO results_fact (indicator_id, role, period_id, partner_id, cell_id, unit_id, value,
    denominator, text, not_known, basis, source, source_url, as_of, note, why_changed, state,
    hidden, is_disputed, changed_at, published_at)
WITH drawn AS (
    SELECT i.id AS indicator, p.id AS period, w.reporter_id AS partner, i.unit_id AS unit,
        i.measure, p.ends_on, (CAST(i.number AS bigint) * 7919 + p.id * 104729 + i.id * 31)
            %% 1000003 AS h
    FROM results_indicator i JOIN results_framework w ON w.id = i.framework_id
    JOIN results_period p ON p.framework_id = w.id
    WHERE w.reference LIKE 'BENCH-%%'
),
counted AS (
    SELECT drawn.*, {_GROUP.format(factor=40503)} AS a, {_GROUP.format(factor=30011)} AS b,
        {_GROUP.format(factor=50021)} AS c
    FROM drawn
),
apart AS (
    SELECT counted.*, CAST(%s AS bigint) AS cell, a AS value FROM counted
    UNION ALL SELECT counted.*, %s, b FROM counted
    UNION ALL SELECT counted.*, %s, c FROM counted
    UNION ALL SELECT counted.*, NULL, a + b + c FROM counted
)
SELECT indicator, 'actual', period, partner, cell, unit, value,
    CASE WHEN measure = 'percentage' THEN value * 3 END, '', '', 'reported', '', '', ends_on, '',
    '', 'published', '', %s, %s, %s
FROM apart ORDER BY indicator, period"""


def rows() -> Iterator[tuple[str, str]]:
    """The rows of the table: what was asked, and how long it took."""
    with transaction.atomic():
        indicators = _fill()
        count = Fact.objects.filter(indicator__in=indicators[:1]).count() * len(indicators)
        first = _seconds(derive)
        hidden = Fact.objects.exclude(hidden="").count()
        made = Total.objects.count()
        again = _seconds(derive)
        yield (
            f"all totals of {count:,} figures made anew (promised: under {MOST_SECONDS} s); and "
            "once more; how many totals, and figures withheld",
            f"{first:.1f} s; {again:.1f} s; {made:,}; {hidden:,}",
        )
        times = []
        for visit in range(VISITS):
            start = time.perf_counter()
            derive(indicators[visit * EACH : visit * EACH + 5])
            times.append((time.perf_counter() - start) * 1000)
        yield (
            f"totals of one report of 5 indicators (promised: {MOST_MILLISECONDS} ms)",
            f"{median(times):.0f} / {sorted(times)[-2]:.0f} ms",
        )
        yield "the same figures read into pandas; and added up in its memory", _pandas()
        transaction.set_rollback(True)


def _fill() -> list[int]:
    """The primary keys of the indicators, in order."""
    people = Unit.objects.create(code="bench-people", kind="count", threshold=5, names={"en": "B"})
    money = Unit.objects.create(code="bench-money", kind="money", decimals=2, names={"en": "B"})
    units = {one.code: one for one in (people, money)}
    age = Dimension.objects.create(code="bench-age", names={"en": "B"})
    cells = []
    for number in range(GROUPS):
        code = f"bench-age-{number}"
        cell = Cell.objects.create(key=code, breakdown="bench-age")
        cell.categories.add(Category.objects.create(code=code, dimension=age, names={"en": "B"}))
        cells.append(cell.pk)
    reporters = list(Partner.objects.order_by("pk")[:100])
    frameworks = Framework.objects.bulk_create(
        Framework(
            reference=f"BENCH-{number:04d}",
            owner_kind="commitment",
            reporter=reporters[number % len(reporters)],
            is_public=True,
        )
        for number in range(FRAMEWORKS)
    )
    results = Result.objects.bulk_create(Result(framework=one, title="B") for one in frameworks)
    Period.objects.bulk_create(
        Period(framework=one, starts_on=date(2019 + n, 1, 1), ends_on=date(2019 + n, 12, 31))
        for one in frameworks
        for n in range(PERIODS)
    )
    indicators = []
    for result in results:
        for number in range(EACH):
            measure, rule, unit = ROUND[number % len(ROUND)]
            indicators.append(
                Indicator(
                    framework_id=result.framework_id,
                    result=result,
                    number=number + 1,
                    title="B",
                    measure=measure,
                    rule=rule,
                    unit=units[unit],
                )
            )
    Indicator.objects.bulk_create(indicators, batch_size=2_000)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Nobody needs to look up what was made a moment ago, a million times.
            cursor.execute("SET LOCAL session_replication_role = replica")
        now = "2026-01-01 00:00:00+00:00"
        cursor.execute(_FACTS, [*cells, False, now, now])
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE")
    return [one.pk for one in indicators]


def _pandas() -> str:
    """The plain sums by period and over all periods; those of ours that are sums must agree."""
    start = time.perf_counter()
    columns = ["indicator", "period", "place", "partner", "cell", "unit", "value"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indicator_id, period_id, place_id, partner_id, cell_id, unit_id, value "
            "FROM results_fact WHERE state = 'published' AND role = 'actual'"
        )
        facts = pd.DataFrame.from_records(cursor.fetchall(), columns=columns)
    read = time.perf_counter()
    slot = ["indicator", "period", "cell", "unit"]
    by_period = facts.groupby(slot, dropna=False)["value"].sum()
    facts.groupby(["indicator", "cell", "unit"], dropna=False)["value"].sum()
    whole = facts[facts["cell"].isna()]
    whole.groupby(["indicator", "partner", "unit"])["value"].sum()
    done = time.perf_counter()
    _agree(by_period)
    return f"{read - start:.1f} s; {done - read:.1f} s"


def _agree(by_period: Any) -> None:
    sums = Total.objects.filter(
        indicator__rule=Rule.SUM, period__isnull=False, role="actual", indicator__number__lt=8
    ).values_list("indicator", "period", "cell", "unit", "value")
    ours = pd.DataFrame.from_records(
        list(sums[:100_000]), columns=["indicator", "period", "cell", "unit", "value"]
    )
    both = ours.merge(by_period.reset_index(), on=["indicator", "period", "cell", "unit"])
    if len(both) != len(ours) or not (both["value_x"] == both["value_y"]).all():
        raise SystemExit("Our totals and those of pandas are not the same.")


def _seconds(job: Any) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start
