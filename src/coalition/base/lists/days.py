"""Days as people write them in the six languages, read where they can be read in one way alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from coalition.base.errors import Refused
from coalition.base.text import clean_line, fold

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv enero ene января январь янв يناير كانون_الثاني",
            "february feb février fevr febrero февраля февраль фев فبراير شباط",
            "march mar mars marzo марта март مارس آذار",
            "april apr avril avr abril abr апреля апрель апр أبريل نيسان",
            "may mai mayo мая май مايو أيار",
            "june jun juin junio июня июнь июн يونيو حزيران",
            "july jul juillet juil julio июля июль июл يوليو تموز",
            "august aug août agosto ago августа август авг أغسطس آب",
            "september sep sept septembre septiembre сентября сентябрь сен سبتمبر أيلول",
            "october oct octobre octubre октября октябрь окт أكتوبر تشرين_الأول",
            "november nov novembre noviembre ноября ноябрь ноя نوفمبر تشرين_الثاني",
            "december dec décembre diciembre dic декабря декабрь дек ديسمبر كانون_الأول",
        ),
        start=1,
    )
    for name in fold(names).split()
}
EARLIEST = 1900
WORDED = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|er)?\.?\s+(?:de\s+)?(?P<month>[^\W\d]+(?: [^\W\d]+)?)\.?,?"
    r"\s+(?:de\s+)?(?P<year>\d{4})(?:\s*г\.?)?"
)
WORDED_AMERICAN = re.compile(
    r"(?P<month>[^\W\d]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"
)
CHINESE = re.compile(r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日")
YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
WITH_DOTS = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})")
EITHER_WAY = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
CLOCK = re.compile(r"[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?$")


def order_of(cells: Iterable[Any]) -> str:
    """In which order a column writes days such as 25/12/2026: "day", "month" (which of them comes
    first), or "" where no cell of it tells, or cells of it tell different orders."""
    orders = set()
    for cell in cells:
        found = EITHER_WAY.fullmatch(_plain(cell)) if isinstance(cell, str) else None
        if found and int(found[1]) > 12 >= int(found[2]):
            orders.add("day")
        elif found and int(found[2]) > 12 >= int(found[1]):
            orders.add("month")
    return orders.pop() if len(orders) == 1 else ""


def day_of(value: Any, *, order: str = "") -> date:
    """A day from a cell: a day already, ISO, or a form that can only be read one way.

    `order` says what comes first where a column decides it (`order_of`). Raises Refused where the
    day can be read in two ways (03/04/2026), is no day, or lies before 1900.
    """
    if isinstance(value, date):
        return _plausible(value, value.isoformat())
    text = _plain(value)
    folded = fold(text)
    for form in (YEAR_FIRST, WITH_DOTS, CHINESE, WORDED, WORDED_AMERICAN):
        if found := form.fullmatch(folded):
            return _day(found["year"], found["month"], found["day"], text)
    if found := EITHER_WAY.fullmatch(text):
        one, other = int(found[1]), int(found[2])
        if one <= 12 and other <= 12 and one != other and not order:
            raise Refused(
                _(
                    "“%(text)s” can be read as two different days. Please write it as "
                    "%(year)s-%(one)s-%(other)s or %(year)s-%(other)s-%(one)s."
                )
                % {"text": text, "year": found[3], "one": f"{one:02d}", "other": f"{other:02d}"}
            )
        is_american = other > 12 or (order == "month" and one <= 12)
        day, month = (other, one) if is_american else (one, other)
        return _day(found[3], str(month), str(day), text)
    raise _no_day(text)


def _plain(value: Any) -> str:
    """The text without a time of day, with digits 0 … 9."""
    return _ascii_digits(CLOCK.sub("", clean_line(str(value), limit=60)))


def _day(year: str, month: str, day: str, text: str) -> date:
    name = month.removesuffix(" de").replace(" ", "_")
    number = int(month) if month.isdigit() else MONTHS.get(name, 0)
    try:
        return _plausible(date(int(year), number, int(day)), text)
    except ValueError as error:
        raise (error if isinstance(error, Refused) else _no_day(text)) from None


def _plausible(day: date, text: str) -> date:
    if day.year < EARLIEST:
        raise _no_day(text)
    return day


def _no_day(text: str) -> Refused:
    return Refused(
        _("“%(text)s” is no day that we can read. Please write it as 2026-01-15.") % {"text": text}
    )


def _ascii_digits(text: str) -> str:
    """Arabic and other digits as 0 … 9."""
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)
