"""What of an activity this platform has a field for: from IATI's values to ours, without a
database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from coalition.analysis import sdg
from coalition.analysis.iati import results as iati
from coalition.analysis.iati.activities import Activity
from coalition.analysis.iati.parts import Words, by_language
from coalition.base.text import clean_line, clean_text
from coalition.interventions.iati.soundness import number_of, whole_of
from coalition.interventions.models import Kind
from coalition.interventions.states import State
from coalition.results.models import Direction, Measure, ResultLevel, Rule

STATES = {
    "1": State.PIPELINE,
    "2": State.IMPLEMENTATION,
    "3": State.FINALISATION,
    "4": State.CLOSED,
    "5": State.CANCELLED,
    "6": State.SUSPENDED,
}
# The verbs by which one comes to stand so.
STEPS: Mapping[State, tuple[str, ...]] = {
    State.PIPELINE: ("announce",),
    State.IMPLEMENTATION: ("announce", "kick_off", "carry_out"),
    State.FINALISATION: ("announce", "kick_off", "carry_out", "finalise"),
    State.CLOSED: ("announce", "kick_off", "carry_out", "finalise", "close"),
    State.CANCELLED: ("announce", "cancel"),
    State.SUSPENDED: ("announce", "kick_off", "suspend"),
}
LEVELS = {"1": "international", "2": "regional", "3": "regional"}  # all others are national
RESULT_LEVELS = {
    "1": ResultLevel.OUTPUT,
    "2": ResultLevel.OUTCOME,
    "3": ResultLevel.IMPACT,
}
ROLES = {"1": Kind.FUNDING, "2": Kind.CO_LEAD, "3": Kind.EXTENDING, "4": Kind.IMPLEMENTING}
GOALS = ("2", "3")  # codelist TagVocabulary: goals and targets of the 2030 Agenda
UNIT = "Unit: "  # as our own files name the unit of an indicator


def language_of(one: Activity) -> str:
    return (one.language or "en").lower()[:8]


def words_of(words: Words, language: str, limit: int) -> tuple[str, dict[str, str]]:
    """The words in the activity's own language, or the first there are, and those in others."""
    given = {code[:8]: text for code, text in by_language(words, language).items() if text.strip()}
    own = given.pop(language, None) or next(iter(given.values()), "")
    cut = clean_line if limit <= 400 else clean_text
    others = {code: cut(text, limit=limit) for code, text in given.items() if text != own}
    return cut(own, limit=limit), others


def columns(one: Activity, languages: Iterable[str]) -> dict[str, Any]:
    """The columns of an intervention but its state, partner and framework."""
    language, known = language_of(one), set(languages)
    title, titles = words_of(one.title, language, 200)
    by_type = {each.type or "1": each.narratives for each in reversed(one.descriptions)}
    first = one.descriptions[0].narratives if one.descriptions else ()
    about, abouts = words_of(by_type.get("1", first), language, 4_000)
    days = {each.type: each.day for each in one.dates}
    begun, ended = days.get("2"), days.get("4")
    start, end = days.get("1") or begun, days.get("3") or ended
    return {
        "language": language,
        "title": title,
        "titles": {code: text for code, text in titles.items() if code in known},
        "about": about,
        "abouts": {code: text for code, text in abouts.items() if code in known},
        "for_whom": words_of(by_type.get("3", ()), language, 400)[0],
        "starts_on": start,
        "ends_on": end if not (start and end and end < start) else None,
        "began_on": begun,
        "ended_on": ended if not (begun and ended and ended < begun) else None,
        "sdgs": sorted(
            {
                each.code.strip()
                for each in one.tags
                if each.vocabulary in GOALS and each.code.strip() in sdg.CODES
            },
            key=sdg.order,
        ),
    }


# --- What is measured ------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """How an indicator is kept here: as what kind of figure, in which unit, added up by which
    rule."""

    measure: Measure
    unit: str  # its code, or "" for words
    decimals: int
    rule: Rule
    direction: Direction


def kept(one: iati.Indicator, units: Mapping[str, int]) -> Kept:
    """An indicator of figures that fit no unit of ours is kept in words, so that none is lost.
    `units` are the units known here with their decimals."""
    up = Direction.DOWN if one.is_ascending is False else Direction.UP
    numbers = [number_of(each) for each in _values(one) if each.strip()]
    if one.measure in ("1", "2") and None not in numbers:
        found = [each for each in numbers if each is not None]
        if one.measure == "2":
            return Kept(Measure.PERCENTAGE, "number", 0, Rule.LATEST, up)
        rule = Rule.SUM if one.may_be_summed else Rule.LATEST
        for code in (_named_unit(one), "number", "decimal-number"):
            if code in units and all(_fits(each, units[code]) for each in found):
                return Kept(Measure.NUMBER, code, units[code], rule, up)
    return Kept(Measure.TEXT, "", 0, Rule.NONE, up)


def _named_unit(one: iati.Indicator) -> str:
    for each in one.description:
        if each.text.startswith(UNIT):
            return each.text.removeprefix(UNIT).rstrip(".").strip()
    return ""


def _values(one: iati.Indicator) -> Iterable[str]:
    yield from (each.value for each in one.baselines)
    for period in one.periods:
        yield from (each.value for each in (*period.targets, *period.actuals))


def _fits(number: Decimal, decimals: int) -> bool:
    try:
        whole_of(number, decimals)
    except ValueError:
        return False
    return True


def figure(how: Kept, value: str, comment: Words, language: str) -> dict[str, Any] | None:
    """The columns of a figure: a whole number of its unit's smallest part, of a percentage two, or
    words; None where nothing is told."""
    words, _others = words_of(comment, language, 2_000)
    note = clean_line(words, limit=500)
    if how.measure == Measure.TEXT:
        text = clean_text(f"{value} {words}".strip(), limit=2_000)
        return {"text": text} if text else None
    number = number_of(value)
    if number is None:
        return None
    if how.measure == Measure.PERCENTAGE:
        parts = 10 ** min(max(-int(number.as_tuple().exponent), 0), 6)
        return {"value": int(number * parts), "denominator": 100 * parts, "note": note}
    return {"value": whole_of(number, how.decimals), "note": note}


def day_of(one: iati.Baseline) -> date | None:
    """Of which day a baseline is: its own, or the last of its year."""
    if one.day is not None or one.year is None:
        return one.day
    return date(one.year, 12, 31) if 1 <= one.year <= 9999 else None
