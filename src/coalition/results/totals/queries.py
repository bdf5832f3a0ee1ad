"""Figures as they are read: in words, as plain decimals, converted; and the totals of a framework.

Everything that shows a figure comes here, so that what is withheld is withheld everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from coalition.analysis import figures
from coalition.base.reference import Source
from coalition.results.models import (
    RATE_DECIMALS,
    ExchangeRate,
    Fact,
    Framework,
    Indicator,
    Measure,
    Rule,
    Total,
    Unit,
)

Row = Fact | Total


# --- One figure --------------------------------------------------------------------------------


def shown(
    row: Row | None, indicator: Indicator, *, with_unit: bool = False, reveal: bool = False
) -> str:
    """A figure or a total as a reader reads it, in the reader's language.

    Args:
        row: None reads as no data. Its unit is asked for only where it is not the indicator's.
        with_unit: Name the unit too. A percentage always has its sign.
        reveal: Show what is withheld from the public; for those who reported it.
    """
    if row is None:
        return _("no data")
    if row.hidden and not reveal:
        return _("withheld")
    if isinstance(row, Fact) and indicator.measure == Measure.TEXT and row.text:
        return row.text
    if row.value is None:
        return _("not known") if isinstance(row, Fact) and row.not_known else _("no data")
    if indicator.measure == Measure.YES_NO:
        return _yes_or_no(row)
    figure = number_format(number(row, indicator), use_l10n=True, force_grouping=True)
    if indicator.measure == Measure.PERCENTAGE:
        return _("%(figure)s%%") % {"figure": figure}
    unit = unit_of(row, indicator)
    if with_unit and unit is not None:
        return _("%(figure)s %(unit)s") % {"figure": figure, "unit": unit.short_name}
    return figure


def plain(row: Row | None, indicator: Indicator, *, reveal: bool = False) -> str:
    """The same as a plain decimal text, such as "1234.50", for downloads: "" where there is none
    or it is withheld. A percentage without its sign; yes is "1" and no is "0", and a total of
    such answers is how many per cent of them were yes."""
    if row is None or (row.hidden and not reveal):
        return ""
    if isinstance(row, Fact) and indicator.measure == Measure.TEXT:
        return row.text
    return "" if row.value is None else f"{number(row, indicator):f}"


def number(row: Row, indicator: Indicator) -> Decimal:
    """The value of a figure or total that has one, rounded once where it is a quotient."""
    assert row.value is not None
    is_total = isinstance(row, Total)
    if indicator.measure == Measure.PERCENTAGE or (
        is_total and indicator.measure == Measure.YES_NO
    ):
        return figures.percentage(row.value, row.denominator or 1, indicator.decimals)
    unit = unit_of(row, indicator)
    given = unit.decimals if unit is not None and indicator.measure == Measure.NUMBER else 0
    denominator = (row.denominator or 1) if is_total else 1
    is_average = is_total and (
        indicator.rule == Rule.AVERAGE
        or (indicator.rule == Rule.LATEST and indicator.measure == Measure.SCALE)
    )
    return figures.rounded(
        row.value, denominator, decimals=indicator.decimals if is_average else given, given=given
    )


def unit_of(row: Row, indicator: Indicator) -> Unit | None:
    """The unit of a row: the indicator's own, but for money in another currency."""
    return indicator.unit if row.unit_id in (None, indicator.unit_id) else row.unit


def _yes_or_no(row: Row) -> str:
    answers = (row.denominator or 1) if isinstance(row, Total) else 1
    if answers == 1:
        return _("Yes") if row.value else _("No")
    return _("yes in %(yes)s of %(answers)s") % {
        "yes": number_format(row.value, use_l10n=True, force_grouping=True),
        "answers": number_format(answers, use_l10n=True, force_grouping=True),
    }


# --- Totals ------------------------------------------------------------------------------------


def totals_of(framework: Framework | int) -> models.QuerySet[Total]:
    """All totals of a framework's indicators, with what names them, in one query: of a period
    (ends_on), or of all periods; over all places and partners, at one place, or by one partner."""
    pk = framework if isinstance(framework, int) else framework.pk
    return (
        Total.objects.filter(indicator__framework=pk)
        .select_related("unit", "period", "place", "partner__group", "cell")
        .order_by(
            *("indicator__number", "role", F("period__ends_on").asc(nulls_first=True), "unit"),
            *(F("cell__key").asc(nulls_first=True), "pk"),
        )
    )


def wholes() -> models.QuerySet[Total]:
    """The totals over all periods, places, partners and groups."""
    return Total.objects.filter(period=None, place=None, partner=None, cell=None)


def whole_of(indicators: Iterable[int]) -> dict[tuple[int, str], list[Total]]:
    """The total over all periods, places, partners and groups of each indicator, by indicator and
    role: one a unit, so that currencies stand side by side."""
    found: dict[tuple[int, str], list[Total]] = {}
    rows = wholes().filter(indicator__in=list(indicators))
    for total in rows.select_related("unit").order_by("unit", "pk"):
        found.setdefault((total.indicator_id, total.role), []).append(total)
    return found


# --- Money in another currency -----------------------------------------------------------------


def rates() -> models.QuerySet[ExchangeRate]:
    """All that are held, the newest first."""
    return ExchangeRate.objects.select_related("unit", "into", "source").order_by("-on", "-pk")


def rate_of(held: ExchangeRate) -> Decimal:
    """How much of `into` one unit bought, without zeros at its end."""
    exact = figures.decimal_of(held.rate, RATE_DECIMALS)
    return Decimal(f"{exact:f}".rstrip("0").rstrip("."))


@dataclass(frozen=True)
class Converted:
    """An amount in another currency, and by what it was converted: shown together."""

    value: Decimal  # in whole units of `into`, with its decimals
    into: Unit
    rate: Decimal  # how much of `into` one unit bought
    source: Source
    day: date


def converted(row: Row, into: Unit) -> Converted | None:
    """The amount in another currency, by the newest rate on or before its day, rounded once half
    to even. None where it has no value or no day, is withheld, or no such rate is held."""
    return conversions([row], into).get(row.pk)


def conversions(rows: Sequence[Row], into: Unit) -> dict[int, Converted]:
    """`converted` of many figures of one kind, by their pk, in one query."""
    units = {row.unit_id for row in rows}
    rates: dict[int, list[ExchangeRate]] = {}
    for rate in (
        ExchangeRate.objects.filter(unit__in=units - {None}, into=into)
        .select_related("source", "unit")
        .order_by("-on")
    ):
        rates.setdefault(rate.unit_id, []).append(rate)
    found = {}
    for row in rows:
        if row.value is None or row.hidden or row.as_of is None or row.unit_id is None:
            continue
        rate = next((one for one in rates.get(row.unit_id, ()) if one.on <= row.as_of), None)
        if rate is None:
            continue
        denominator = (row.denominator or 1) if isinstance(row, Total) else 1
        value = figures.rounded(
            row.value * rate.rate,
            denominator,
            decimals=into.decimals,
            given=rate.unit.decimals + RATE_DECIMALS,
        )
        found[row.pk] = Converted(value, into, rate_of(rate), rate.source, rate.on)
    return found
