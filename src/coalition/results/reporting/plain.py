"""A report as plain texts by row and field, and back: what the form, workbooks and mail share.

Rows are "report" for the words, and for figures the indicator's number, followed where it is about
a part by the code of a place and the key of a cell: "3", "3|FRA", "3||sex-female",
"3|FRA|sex-female". A part says of its basis, source, day and unit only what differs from the
figure of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.analysis.figures import parse
from coalition.base.text import clean_line, clean_text, fold
from coalition.places.models import Place
from coalition.results.frameworks.checks import Typed, decimals_of, read_figure
from coalition.results.models import (
    Basis,
    Category,
    Fact,
    Indicator,
    Measure,
    Report,
    Stage,
    Unit,
    UnitKind,
)

Values = dict[str, dict[str, str]]

WORDS_ROW = "report"
WORDS = ("stage", "achieved", "barriers", "next_steps")
FIGURE = ("value", "denominator", "text")
# What a part takes from the figure of the whole unless it says otherwise.
SHARED = ("unit", "basis", "source", "source_url", "as_of")
FIELDS = (*FIGURE, "not_known", *SHARED, "note")
# These have defaults, so they alone say nothing yet.
SILENT = {"unit", "basis", "as_of"}
LIMITS = {
    **dict.fromkeys(WORDS[1:], 3000),
    "text": 2000,
    "not_known": 300,
    "source": 300,
    "source_url": 500,
    "note": 500,
}
MANY_LINES = {*WORDS[1:], "text"}
LONGEST = 20_000  # of what is kept as typed
_web_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class Problem:
    """What is wrong with a field, or looks so, in a sentence. A doubt is asked to be confirmed;
    anything else must be mended before the report can be sent."""

    row: str
    field: str
    sentence: str
    is_doubt: bool = False

    @property
    def key(self) -> str:
        return f"{self.row}.{self.field}"


class Slot(NamedTuple):
    """What a row is about."""

    number: int
    place: str
    cell: str


@dataclass(frozen=True)
class Ground:
    """What the rows of a report may be about, read once."""

    indicators: Mapping[int, Indicator]
    places: Mapping[str, Place]
    currencies: Mapping[str, Unit]  # by code and by every name, folded
    as_of: str  # the day of a figure that names none

    def categories(self, indicator: Indicator) -> dict[str, Category]:
        return {
            each.code: each
            for dimension in indicator.dimensions.all()
            for each in dimension.categories.all()
        }


def ground(report: Report) -> Ground:
    """The indicators of the report's framework, the places of its owner, and the currencies."""
    indicators = report.framework.indicators.select_related("unit").prefetch_related(
        "dimensions__categories"
    )
    owner = getattr(report.framework, report.framework.owner_kind, None)
    places = list(owner.places.all()) if owner is not None else []
    today = timezone.now().astimezone(report.framework.time_zone).date()
    return Ground(
        indicators={each.number: each for each in indicators},
        places={each.code: each for each in places},
        currencies={
            fold(name): each
            for each in Unit.objects.filter(kind=UnitKind.MONEY, retired_on=None).order_by("-pk")
            for name in (*each.names.values(), *each.short.values(), each.code)
        },
        as_of=min(report.period.ends_on, today).isoformat(),
    )


# --- Out ------------------------------------------------------------------------------------


def values_of(report: Report) -> Values:
    """The report as plain texts, empty fields left out; what could not be read is as typed."""
    if report.pk is None:
        return {}
    facts = report.facts.select_related("indicator", "place", "cell", "unit").order_by(
        "indicator__number", "place__code", "cell__key"
    )
    rows: Values = {}
    words = {name: getattr(report, name) for name in WORDS}
    rows[WORDS_ROW] = {name: text for name, text in words.items() if text}
    for fact in facts:
        rows[row_of(fact)] = _texts(fact)
    for row, fields in report.unread.items():
        rows.setdefault(row, {}).update(fields)
    return _without_the_shared({row: texts for row, texts in rows.items() if _says(row, texts)})


def _says(row: str, texts: Mapping[str, str]) -> bool:
    """Does a row say anything? Defaults alone do not."""
    return bool(texts) if row == WORDS_ROW else bool(set(texts) - SILENT)


def row_of(fact: Fact) -> str:
    """The name of a figure's row; read with its indicator, place and cell."""
    return row_name(
        fact.indicator.number,
        fact.place.code if fact.place else "",
        fact.cell.key if fact.cell else "",
    )


def row_name(number: int, place: str = "", cell: str = "") -> str:
    """The name of a row: "3", "3|FRA", "3||sex-female"."""
    return f"{number}|{place}|{cell}".rstrip("|")


def plain_number(value: int | None, decimals: int) -> str:
    """A whole number of the smallest part as people type it: "-12.5". Never with exactly three
    decimals, which could be read as thousands."""
    if value is None:
        return ""
    digits = str(abs(value)).rjust(decimals + 1, "0")
    whole, part = digits[: len(digits) - decimals], digits[len(digits) - decimals :].rstrip("0")
    part += "0" if len(part) == 3 else ""
    return f"{'-' if value < 0 else ''}{whole}{'.' if part else ''}{part}"


def _texts(fact: Fact) -> dict[str, str]:
    decimals = decimals_of(fact.indicator, fact.unit)
    is_money = fact.unit is not None and fact.unit.kind == UnitKind.MONEY
    texts = {
        "value": plain_number(fact.value, decimals),
        "denominator": plain_number(fact.denominator, decimals),
        "text": fact.text,
        "not_known": fact.not_known,
        "unit": fact.unit.code if fact.unit and is_money else "",
        "basis": fact.basis,
        "source": fact.source,
        "source_url": fact.source_url,
        "as_of": fact.as_of.isoformat() if fact.as_of else "",
        "note": fact.note,
    }
    return {name: text for name, text in texts.items() if text}


def _without_the_shared(rows: Values) -> Values:
    """Parts without what they share with their whole."""
    plain = {}
    for row, texts in rows.items():
        whole = rows.get(row.partition("|")[0], {}) if "|" in row else {}
        plain[row] = {
            name: text
            for name, text in texts.items()
            if name not in SHARED or text != whole.get(name)
        }
    return plain


# --- In -------------------------------------------------------------------------------------


def canonical(values: Mapping[str, Mapping[str, str]], grounds: Ground) -> Values:
    """The values as `values_of` would give them once they are saved: "1 200" as "1200", a row
    that says nothing left out, defaults filled in. What cannot be read stays as typed."""
    cleaned: Values = {}
    for row, given in values.items():
        texts = {
            str(name): _clean(str(name), text)
            for name, text in given.items()
            if isinstance(text, str)
        }
        cleaned[row] = {name: text for name, text in texts.items() if text}
    wholes_first = sorted(cleaned, key=lambda row: "|" in row)
    plain: Values = {}
    for row in wholes_first:
        texts = cleaned[row]
        if row == WORDS_ROW:
            plain[row] = texts
            continue
        slot = slot_of(row)
        indicator = grounds.indicators.get(slot.number) if slot else None
        if indicator is None or not _says(row, texts):
            continue
        whole = plain.get(row.partition("|")[0], {}) if "|" in row else {}
        plain[row] = _canonical_row(texts, whole, indicator, grounds)
    return _without_the_shared({row: plain[row] for row in values if plain.get(row)})


def _canonical_row(
    texts: Mapping[str, str], whole: Mapping[str, str], indicator: Indicator, grounds: Ground
) -> dict[str, str]:
    defaults = {"basis": str(Basis.REPORTED), "as_of": grounds.as_of}
    if indicator.unit is not None and indicator.unit.kind == UnitKind.MONEY:
        defaults["unit"] = indicator.unit.code
    elif indicator.unit is not None and _names_unit(texts.get("unit", ""), indicator.unit):
        texts = {name: text for name, text in texts.items() if name != "unit"}
    shared = {name: whole[name] for name in SHARED if name in whole}
    filled = {**defaults, **shared, **texts}
    unit = _unit(filled.get("unit", ""), indicator, grounds)
    if unit is not None and _names_unit(filled.get("unit", ""), unit):
        filled["unit"] = unit.code
    if indicator.measure != Measure.TEXT:
        read = _figures(indicator, filled, unit)
        for name in ("value", "denominator"):
            if filled.get(name) and getattr(read, name) is not None:
                filled[name] = plain_number(getattr(read, name), decimals_of(indicator, unit))
    elif "value" in filled and "text" not in filled:
        filled["text"] = filled.pop("value")
    if day := day_of(filled["as_of"]):
        filled["as_of"] = day.isoformat()
    order = [name for name in FIELDS if name in filled]
    return {name: filled[name] for name in (*order, *(filled.keys() - set(order)))}


def _figures(indicator: Indicator, texts: Mapping[str, str], unit: Unit | None) -> Typed:
    given = {name: texts.get(name, "") for name in ("value", "denominator")}
    return read_figure(indicator, **given, unit=unit)


def _names_unit(word: str, unit: Unit) -> bool:
    names = (unit.code, *unit.names.values(), *unit.short.values())
    return bool(word) and fold(word) in {fold(name) for name in names}


def _unit(word: str, indicator: Indicator, grounds: Ground) -> Unit | None:
    """The unit that is named; the indicator's own where none is, or the name is a mistake."""
    own = indicator.unit
    if own is None or own.kind != UnitKind.MONEY or fold(word) in ("", fold(own.code)):
        return own
    return grounds.currencies.get(fold(word), own)


def _clean(name: str, text: str) -> str:
    return (clean_text if name in MANY_LINES else clean_line)(text, limit=LONGEST)


def day_of(text: str) -> date | None:
    """A day as 2026-12-31, in the digits of any script."""
    try:
        return date(*(parse(part, 0) for part in re.split(r"[-‐–]", text, maxsplit=2)))
    except (ValueError, TypeError, OverflowError):
        return None


def slot_of(row: str) -> Slot | None:
    """What a row's name says; None where it is no name of a row of figures."""
    number, _sep, rest = row.partition("|")
    place, _sep, cell = rest.partition("|")
    if not re.fullmatch(r"[0-9]{1,5}", number):
        return None
    return Slot(int(number), place, cell)


@dataclass
class Reading:
    """What plain values say: the words, the attributes of each figure, and what cannot be read,
    kept as typed and told."""

    words: dict[str, str] = field(default_factory=lambda: dict.fromkeys(WORDS, ""))
    figures: dict[Slot, dict[str, Any]] = field(default_factory=dict)
    unread: Values = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def keep(self, row: str, name: str, text: str, fault: str) -> None:
        self.problems.append(Problem(row, name, fault))
        self.unread.setdefault(row, {})[name] = text


def read(values: Mapping[str, Mapping[str, str]], grounds: Ground) -> Reading:
    """What these values say."""
    plain = canonical(values, grounds)
    reading = Reading(problems=strangers(values, grounds))
    _read_words(plain.pop(WORDS_ROW, {}), reading)
    for row, texts in plain.items():
        slot = slot_of(row)
        assert slot is not None  # the canonical form has no others
        if fault := _fault_of_slot(slot, grounds):
            reading.problems.append(Problem(row, "", fault))
            continue
        whole = plain.get(row.partition("|")[0], {}) if "|" in row else {}
        shared = {name: whole[name] for name in SHARED if name in whole}
        reading.figures[slot] = _read_row(row, texts, shared, grounds, reading)
    return reading


def strangers(values: Mapping[str, Mapping[str, str]], grounds: Ground) -> list[Problem]:
    """The rows that no figure of this report can be about."""
    return [
        Problem(row, "", _("This report asks for no figure called “%s”.") % row[:60])
        for row in values
        if row != WORDS_ROW and not _is_known(row, grounds)
    ]


def is_field(row: str, name: str, grounds: Ground) -> bool:
    """Is this the name of a field of the report?"""
    if row == WORDS_ROW:
        return name in WORDS
    slot = slot_of(row)
    return (
        slot is not None
        and _is_known(row, grounds)
        and not _fault_of_slot(slot, grounds)
        and name in FIELDS
    )


def _is_known(row: str, grounds: Ground) -> bool:
    slot = slot_of(row)
    return slot is not None and slot.number in grounds.indicators


def _fault_of_slot(slot: Slot, grounds: Ground) -> str:
    indicator = grounds.indicators[slot.number]
    if slot.place and slot.place not in grounds.places:
        return _("“%s” is none of the places that this report is about.") % slot.place[:60]
    if slot.cell:
        known = grounds.categories(indicator)
        codes = slot.cell.split("|")
        dimensions = [known[code].dimension_id for code in codes if code in known]
        if len(dimensions) != len(codes) or len(set(dimensions)) != len(codes):
            return _("“%s” is no group by which this indicator is broken down.") % slot.cell[:60]
        if codes != sorted(codes):
            return (
                _("Please write the groups of “%s” in the order of the alphabet.")
                % (slot.cell[:60])
            )
    return ""


def _read_words(texts: Mapping[str, str], reading: Reading) -> None:
    for name, text in texts.items():
        if name not in WORDS:
            continue
        fault = _fault_of_text(name, text)
        if name == "stage" and text not in Stage.values:
            fault = _("Please choose how far it is from the list.")
        if fault:
            reading.keep(WORDS_ROW, name, text, fault)
        else:
            reading.words[name] = text


def _read_row(
    row: str,
    own: Mapping[str, str],
    shared: Mapping[str, str],
    grounds: Ground,
    reading: Reading,
) -> dict[str, Any]:
    """The attributes of the row's fact; what cannot be read is kept and told where it was typed."""
    indicator = grounds.indicators[int(row.partition("|")[0])]
    texts = {**shared, **own}
    unit = _unit(texts.get("unit", ""), indicator, grounds)
    read: dict[str, Any] = {
        **dict.fromkeys(["value", "denominator", "as_of"]),
        **dict.fromkeys(["text", "not_known", "note", "source", "source_url"], ""),
        "basis": Basis.REPORTED,
        "unit": unit,
    }
    figures = _figures(indicator, texts, unit)
    for name, text in texts.items():
        if name not in FIELDS:
            continue
        if name in ("value", "denominator"):
            value, fault = _read_figure(name, figures)
        else:
            value, fault = _read_field(name, text, unit)
        if not fault:
            read[name] = value
        elif name in own:
            reading.keep(row, name, text, fault)
    return read


def _read_figure(name: str, figures: Typed) -> tuple[int | None, str]:
    value = getattr(figures, name)
    if value is None:
        return None, " ".join(figures.problems.get(name, ())) or _("This is no figure.")
    if name == "denominator" and value <= 0:
        return None, _("Out of none there is no percentage. Enter more than 0.")
    return value, ""


def _read_field(name: str, text: str, unit: Unit | None) -> tuple[Any, str]:
    """The value of a field, or what is wrong with it."""
    if name == "unit":
        fault = (
            ""
            if unit is not None and text == unit.code
            else (_("“%s” is no unit of this indicator.") % text[:60])
        )
        return unit, fault
    if name == "basis" and text not in Basis.values:
        return None, _("Please choose from the list: reported, estimated or projected.")
    if name == "as_of":
        day = day_of(text)
        return day, "" if day else _("Please write the day as 2026-12-31: year, month, day.")
    if name == "source_url":
        try:
            _web_address(text)
        except ValidationError:
            return None, _("Please write the whole address, beginning with https://.")
    return text, _fault_of_text(name, text)


def _fault_of_text(name: str, text: str) -> str:
    most = LIMITS.get(name)
    if most is None or len(text) <= most:
        return ""
    over = len(text) - most
    return ngettext(
        "Please shorten this by %(count)d character.",
        "Please shorten this by %(count)d characters.",
        over,
    ) % {"count": over}
