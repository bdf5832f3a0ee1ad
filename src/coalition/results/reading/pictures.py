"""The charts of an indicator: its course over time, and by whom, where and for whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.results.models import Direction, Indicator, Measure, Rule, Total
from coalition.results.reading import queries
from coalition.results.reading.queries import Parts, Row, Standing, Step, quotient
from coalition.results.totals.queries import shown
from coalition.ui.charts import Bar, Level, Point, bars, course

MOST_BARS = 20
MOST_PERIODS = 12  # of a picture; the newest
LONGEST_TITLE = 120


def unit_word(indicator: Indicator) -> str:
    """What stands at the axis: the unit, or the kind of figure."""
    if indicator.measure == Measure.PERCENTAGE:
        return "%"
    return str(indicator.unit.short_name) if indicator.unit else indicator.get_measure_display()


def level(row: Row | None, indicator: Indicator) -> Level | None:
    """A line across a picture; none for what is withheld or in another unit."""
    value = quotient(row)
    if row is None or value is None or row.unit_id != indicator.unit_id:
        return None
    return Level(float(value), shown(row, indicator))


def source(indicator: Indicator) -> str:
    """Who reported the figures of a picture."""
    return _("Reports of %(partner)s") % {"partner": indicator.framework.reporter}


# --- Over time -------------------------------------------------------------------------------


def course_of(standing: Standing, steps: Sequence[Step]) -> str:
    """The indicator period by period against its target; "" where no column can show it.

    Figures that add up are drawn added up, each period's own part dark, so that the last column
    is the total; where what is counted twice was taken out between periods, they stand alone.
    """
    indicator = standing.indicator
    if indicator.measure == Measure.TEXT or not any(step.now or step.aim for step in steps):
        return ""
    if indicator.measure == Measure.YES_NO and not any(_is_of_several(step.now) for step in steps):
        return ""  # a single yes or no is a word, not a height
    adds_up = _adds_up(standing, steps)
    points = _added_up(indicator, steps) if adds_up else _alone(indicator, steps)
    target = None if indicator.rule == Rule.SUM and not adds_up else standing.main("aim")
    try:
        return course(
            points[-MOST_PERIODS:],
            title=standing.sentence,
            subtitle=_("Added up from period to period; the dark part is the period’s own")
            if adds_up
            else _("Each period by itself"),
            unit=unit_word(indicator),
            source=source(indicator),
            target=level(target, indicator),
            start=level(standing.main("start"), indicator),
            key=str(indicator.number),
        )
    except ValueError:  # below zero: the table of the indicator's page has it
        return ""


def _is_of_several(row: Row | None) -> bool:
    return row is not None and (row.denominator or 1) > 1


def _adds_up(standing: Standing, steps: Sequence[Step]) -> bool:
    """Do the periods drawn make up the total?"""
    whole = standing.main("now")
    if standing.indicator.rule != Rule.SUM or whole is None or whole.hidden:
        return False
    counted = [step.now for step in steps if isinstance(step.now, Total)]
    if any(row.hidden for row in counted):
        return False
    return sum(row.value for row in counted) == whole.value


def _alone(indicator: Indicator, steps: Sequence[Step]) -> list[Point]:
    return [
        _point(indicator, step, quotient(step.now), shown(step.now, indicator), step.aim)
        for step in steps
    ]


def _added_up(indicator: Indicator, steps: Sequence[Step]) -> list[Point]:
    points, held, aimed = [], 0, 0
    for step in steps:
        before, figure, value = held, shown(step.now, indicator), quotient(step.now)
        if isinstance(step.now, Total):
            held += step.now.value
            figure = shown(_sum(step.now, held), indicator)
            value = held
        elif value is not None and step.now is not None:  # a projection stands on what was reached
            value += held
            figure = shown(_sum(step.now, int(value)), indicator)
        aim = None
        if step.aim is not None and not step.aim.hidden:
            aimed += step.aim.value
            aim = _sum(step.aim, aimed)
        points.append(_point(indicator, step, value, figure, aim, before))
    return points


def _sum(like: Row, value: int) -> Total:
    return Total(value=value, unit_id=like.unit_id, unit=like.unit)


def _point(
    indicator: Indicator,
    step: Step,
    value: object,
    figure: str,
    aim: Row | None,
    before: int = 0,
) -> Point:
    url = ""
    if step.figure:
        url = reverse("results:passport", args=[indicator.framework.reference, step.figure])
    return Point(
        label=queries.period_name(step.period, short=True),
        name=queries.period_name(step.period),
        value=None if value is None else float(value),  # type: ignore[arg-type]
        figure=figure,
        kind=step.basis,
        before=before,
        target=level(aim, indicator),
        url=url,
    )


# --- Several indicators beside each other ----------------------------------------------------

MOST_TIMES = 2  # the target; a bar that goes further ends there, and its figure says how far


def can_be_compared(standing: Standing) -> bool:
    """Can a bar show it against its target, once it is reported?"""
    aim = quotient(standing.main("aim"))
    if aim is None or standing.indicator.measure == Measure.TEXT:
        return False
    return not standing.now or standing.way is not None


def compared(standings: Sequence[Standing]) -> str:
    """Indicators against their targets, each on the scale of its own; "" where there are none that
    a bar can show (`can_be_compared`). Read with `framework` and who reports."""
    if not standings:
        return ""
    rows = []
    for one in standings:
        told = _("at most %s") if one.indicator.direction == Direction.DOWN else "%s"
        rows.append(
            Bar(
                label=one.indicator.title,
                value=None if one.way is None else min(float(one.way), MOST_TIMES),
                figure=one.now_told if one.now else _("not reported yet"),
                target=1,
                target_figure=told % one.aim_told,
                url=one.get_absolute_url(),
            )
        )
    return bars(
        rows,
        title=finding_of(standings),
        subtitle=_("Each indicator on the scale of its own target, which is the line"),
        unit=_("reached"),
        source=source(standings[0].indicator),
    )


def finding_of(standings: Sequence[Standing]) -> str:
    """Of one indicator how it stands; of several how many reached their target."""
    if len(standings) == 1:
        return standings[0].sentence
    numbers = {"count": sum(one.is_reached for one in standings), "all": len(standings)}
    if not any(one.now for one in standings):
        return _("No figure is published yet")
    if not numbers["count"]:
        return _("None of %(all)d targets is reached yet") % numbers
    return (
        ngettext(
            "%(count)d of %(all)d targets is reached",
            "%(count)d of %(all)d targets are reached",
            numbers["count"],
        )
        % numbers
    )


# --- By its parts ----------------------------------------------------------------------------


def parts_drawn(indicator: Indicator, parts: Parts) -> list[str]:
    """A picture by each breakdown, one by partner and one by place where there are several."""
    made = []
    for pairs in parts.breakdowns.values():
        name = queries.breakdown_name(pairs[0][0].cell)
        title = _("By %(dimension)s") % {"dimension": name.lower()}
        made.append(_drawn(indicator, pairs, title, lambda row: (row.cell.label, "", "")))
    if len(parts.partners) > 1:
        made.append(
            _drawn(indicator, parts.partners, _("By who reports"), _partner, keep_order=False)
        )
    if len(parts.places) > 1:
        made.append(_drawn(indicator, parts.places, _("By place"), _place, keep_order=False))
    return [one for one in made if one]


def _partner(row: Total) -> tuple[str, str, str]:
    partner = row.partner
    label = _("%(partner)s (%(group)s)") % {
        "partner": partner.name,
        "group": partner.group.short_name,
    }
    return label, partner.group.code, partner.get_absolute_url()


def _place(row: Total) -> tuple[str, str, str]:
    return str(row.place), "", row.place.get_absolute_url()


def _drawn(
    indicator: Indicator,
    pairs: Sequence[tuple[Total, Total | None]],
    title: str,
    named: Callable[[Total], tuple[str, str, str]],
    *,
    keep_order: bool = True,
) -> str:
    """Bars of the parts, withheld ones as withheld; the largest first unless they have an order."""
    if not keep_order:
        pairs = sorted(pairs, key=lambda pair: -(quotient(pair[0]) or 0))
    rows = []
    for row, aim in pairs[:MOST_BARS]:
        label, code, url = named(row)
        value, target = quotient(row), level(aim, indicator)
        rows.append(
            Bar(
                label=label,
                value=None if value is None else float(value),
                figure=shown(row, indicator),
                code=code,
                url=url,
                target=target.value if target else None,
                target_figure=target.figure if target else "",
            )
        )
    more = len(pairs) - len(rows)
    finding = _finding(indicator, pairs, named)
    subtitle = title
    if more:
        subtitle = _("%(title)s; the largest, %(count)d more in the list below") % {
            "title": title,
            "count": more,
        }
    try:
        return bars(
            rows,
            title=finding or title,
            subtitle=subtitle,
            unit=unit_word(indicator),
            source=source(indicator),
        )
    except ValueError:
        return ""


def _finding(
    indicator: Indicator,
    pairs: Sequence[tuple[Total, Total | None]],
    named: Callable[[Total], tuple[str, str, str]],
) -> str:
    """Which part is largest, unless something withheld could be larger."""
    known = [(quotient(row), row) for row, _aim in pairs]
    if len(known) < 2 or any(value is None for value, _row in known):
        return ""
    values = sorted((value for value, _row in known), reverse=True)  # type: ignore[type-var]
    if values[0] == values[1]:
        return ""
    top = next(row for value, row in known if value == values[0])
    return _("%(name)s: the most, with %(figure)s") % {
        "name": Truncator(named(top)[0]).chars(LONGEST_TITLE),
        "figure": shown(top, indicator, with_unit=True),
    }
