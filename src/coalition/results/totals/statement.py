"""The one statement that makes totals from figures, alike on both databases.

It reads from the top: which indicators count towards which; the figures that count; what is the
same people in two of them; and the groups of which there is a total. The words of the rules with
worked examples are in docs/reference/totals.md.
"""

# Every part of it is written here; what is chosen comes in as parameters.
# ruff: noqa: S608

from __future__ import annotations

# How figures of one period become one, by the rule and the kind of figure: a percentage and a yes
# or no can only be weighed, and steps of a scale are not added.
HOW = """
    CASE WHEN top.rule = 'none' THEN 'none'
         WHEN top.measure IN ('percentage', 'yes_no') THEN 'ratio'
         WHEN top.rule = 'maximum' THEN 'maximum'
         WHEN top.rule = 'average' OR top.measure = 'scale' THEN 'average'
         ELSE 'sum' END"""

# Towards an indicator count its own figures and those of the indicators below it, of its own
# framework (`home`) or another one (`framework`). A pair is found once, so indicators that were
# made each other's parents end too.
UP = f"""
up(indicator, member, measure, unit, rule, how, home, framework) AS (
    SELECT top.id, top.id, top.measure, top.unit_id, top.rule, {HOW}, top.framework_id,
        top.framework_id
    FROM results_indicator top
    WHERE {{chosen}}
    UNION
    SELECT up.indicator, child.id, up.measure, child.unit_id, up.rule, up.how, up.home,
        child.framework_id
    FROM up JOIN results_indicator child
      ON child.parent_id = up.member AND child.measure = up.measure
)"""

# What counts: published, with a value, and no projection among what happened.
COUNTS = """
    {f}.state = 'published' AND {f}.value IS NOT NULL
    AND ({f}.role = 'target' OR ({f}.role = 'actual' AND {f}.basis <> 'projected'))"""

# A figure of another framework is of the period within which its own lies: of several the one that
# begins last, of none where none holds it (`calendars.Calendars.period_in`).
PERIOD = """
    CASE WHEN up.framework = up.home THEN f.period_id ELSE (
        SELECT wide.id FROM results_period wide, results_period its
        WHERE its.id = f.period_id AND wide.framework_id = up.home
        AND wide.starts_on <= its.starts_on AND wide.ends_on >= its.ends_on
        ORDER BY wide.starts_on DESC LIMIT 1
    ) END"""

SAME_PARTNER = """
    w.indicator_id = f.indicator_id AND w.role = f.role AND w.partner_id = f.partner_id
    AND COALESCE(w.cell_id, 0) = COALESCE(f.cell_id, 0)
    AND COALESCE(w.unit_id, up.unit, 0) = COALESCE(f.unit_id, up.unit, 0)"""

# `whole`: 0 where the same partner has a figure of a wider place, of which this one is a part; an
# amount in another currency is no part of it.
# `ends`: 0 where it is no part of a total over all periods: a target of a period where there is
# one for the end, and any figure of a period that is not to be added.
# What one framework aims at is no target of another.
# CROSS JOIN keeps SQLite from reading all figures for the sake of a few indicators.
MEMBERS = f"""
members AS MATERIALIZED (
    SELECT up.indicator, up.how, up.rule, f.role, {PERIOD} AS period, up.framework,
        COALESCE(p.ends_on, '9999-12-31') AS day, f.place_id AS place, f.partner_id AS partner,
        f.cell_id AS cell, COALESCE(f.unit_id, up.unit) AS unit, f.id AS fact, f.value,
        CASE WHEN up.measure = 'percentage' THEN f.denominator ELSE 1 END AS wholes,
        1 AS figures, f.as_of,
        CASE WHEN f.place_id IS NULL THEN 1 WHEN EXISTS (
            SELECT 1 FROM results_fact w LEFT JOIN places_place wide ON wide.id = w.place_id,
                places_place here
            WHERE {SAME_PARTNER} AND {COUNTS.format(f="w")}
            AND COALESCE(w.period_id, 0) = COALESCE(f.period_id, 0)
            AND here.id = f.place_id AND (w.place_id IS NULL OR (w.place_id <> f.place_id
                AND SUBSTR(here.path, 1, LENGTH(wide.path)) = wide.path))
        ) THEN 0 ELSE 1 END AS whole,
        CASE WHEN f.period_id IS NULL THEN 1 WHEN up.rule = 'none' THEN 0
             WHEN f.role = 'target' AND EXISTS (
            SELECT 1 FROM results_fact w
            WHERE {SAME_PARTNER} AND {COUNTS.format(f="w")}
            AND COALESCE(w.period_id, 0) = 0
            AND COALESCE(w.place_id, 0) = COALESCE(f.place_id, 0)
        ) THEN 0 ELSE 1 END AS ends
    FROM up CROSS JOIN results_fact f
    LEFT JOIN results_period p ON p.id = f.period_id AND up.rule = 'latest'
    WHERE f.indicator_id = up.member AND {COUNTS.format(f="f")}
    AND (up.measure <> 'percentage' OR f.denominator IS NOT NULL)
    AND (f.role <> 'target' OR up.framework = up.home)
)"""

# Who is the same in two figures is taken out once, also where both say so. Such a row has a
# period, place or partner only where both figures have the same, and so is part of a total only
# where both are; of the latest where both are of the latest, each in its own framework's calendar
# (`framework` with `day`, `other` with `other_day`).
SAME = """
same AS (
    SELECT a.indicator, a.how, a.rule, a.role,
        CASE WHEN a.period = b.period THEN a.period END AS period, a.framework, a.day,
        CASE WHEN a.place = b.place THEN a.place END AS place,
        CASE WHEN a.partner = b.partner THEN a.partner END AS partner,
        a.cell, a.unit, a.fact, -o.count AS value, 0 AS wholes, 0 AS figures,
        CAST(NULL AS date) AS as_of, a.whole * b.whole AS whole, a.ends * b.ends AS ends,
        b.framework AS other, b.day AS other_day
    FROM members a CROSS JOIN results_overlap o CROSS JOIN members b
    WHERE a.how = 'sum' AND o.fact_id = a.fact AND b.fact = o.same_as_id
    AND b.indicator = a.indicator AND b.role = a.role
    AND COALESCE(b.cell, 0) = COALESCE(a.cell, 0) AND COALESCE(b.unit, 0) = COALESCE(a.unit, 0)
    AND NOT EXISTS (
        SELECT 1 FROM results_overlap r
        WHERE r.fact_id = o.same_as_id AND r.same_as_id = o.fact_id
        AND (r.count > o.count OR (r.count = o.count AND r.id < o.id)))
),
lines AS (
    SELECT members.*, framework AS other, day AS other_day FROM members
    UNION ALL SELECT * FROM same
)"""

NOTHING = "CAST(NULL AS bigint)"


def _group(source: str, *, period: bool = False, by: str = "") -> str:
    """One total for each indicator, role, unit and cell; of each period, or by place or partner."""
    of = {name: name if name == by else NOTHING for name in ("place", "partner")}
    also = ", period" if period else f", {by}" if by else ""
    return f"""
    SELECT indicator, role, {"period" if period else NOTHING}, {of["place"]}, {of["partner"]},
        {NOTHING if by else "cell"}, unit,
        CASE how WHEN 'maximum' THEN MAX(value) ELSE SUM(value) END,
        CASE how WHEN 'average' THEN SUM(figures)
                 WHEN 'ratio' THEN SUM(wholes) WHEN 'none' THEN SUM(wholes) ELSE 1 END,
        SUM(figures), MAX(as_of), ''
    FROM {source}
    GROUP BY indicator, role{also}{"" if by else ", cell"}, unit, how
    HAVING how <> 'none' OR SUM(figures) = 1"""


def _latest(which: str, *, by: str) -> str:
    """Of these lines under "take the latest" those of each framework's latest period."""
    of = f"PARTITION BY indicator, role, unit, {by}"
    return f"""(
        SELECT lines.*, MAX(day) OVER ({of}, framework) AS last,
            MAX(other_day) OVER ({of}, other) AS other_last
        FROM lines WHERE rule = 'latest' AND {which}
    ) dated WHERE day = last AND other_day = other_last"""


def _groups() -> list[str]:
    each = "period IS NOT NULL AND whole = 1"
    made = [
        _group(f"lines WHERE rule <> 'latest' AND {each}", period=True),
        _group(_latest(each, by="period, cell"), period=True),
    ]
    for by, which in (
        ("", "ends = 1 AND whole = 1"),
        ("place", "ends = 1 AND place IS NOT NULL AND cell IS NULL"),
        ("partner", "ends = 1 AND partner IS NOT NULL AND whole = 1 AND cell IS NULL"),
    ):
        made.append(_group(f"lines WHERE rule <> 'latest' AND {which}", by=by))
        made.append(_group(_latest(which, by=by or "cell"), by=by))
    return made


INSERT = f"""
INSERT INTO results_total (indicator_id, role, period_id, place_id, partner_id, cell_id, unit_id,
    value, denominator, facts, as_of, hidden)
WITH RECURSIVE {UP}, {MEMBERS}, {SAME}
{" UNION ALL ".join(_groups())}"""
