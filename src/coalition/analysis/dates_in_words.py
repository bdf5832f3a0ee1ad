"""The day that a sentence names, in figures or spelled out as treaties do."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]
_ONES = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
]
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60}
_TENS |= {"seventy": 70, "eighty": 80, "ninety": 90}
_ORDINALS = [
    *("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"),
    *("ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"),
    *("sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"),
]
_DAYS = {word: place for place, word in enumerate(_ORDINALS)} | {"thirtieth": 30}

_MONTH = "|".join(_MONTHS)
_YEAR = r"(?P<year>\d{4}|(?:one|two|nineteen)(?: (?:thousand|hundred|and|[a-z]+(?:-[a-z]+)?)){1,6})"
_IN_FIGURES = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: day)?(?: of)? (?P<month>{_MONTH}),? {_YEAR}"
)
_AMERICAN = re.compile(rf"\b(?P<month>{_MONTH}) (?P<day>\d{{1,2}}),? {_YEAR}")
_SPELLED = re.compile(
    rf"\b(?P<day>[a-z]+(?:[- ][a-z]+)?) day of (?:the month of )?(?P<month>{_MONTH})"
    rf",?(?: of the year| in the year| of)?,? {_YEAR}"
)


def first_day(words: str) -> date | None:
    """The first day named in these English words: "this first day of July of the year one
    thousand nine hundred and forty-nine", "26 June 1973"; None where there is none."""
    plain = " ".join(words.lower().split())
    found = [each for form in (_SPELLED, _IN_FIGURES, _AMERICAN) for each in form.finditer(plain)]
    for match in sorted(found, key=lambda each: each.start()):
        day, year = _day(match["day"]), _year(match["year"])
        if day and year:
            try:
                return date(year, _MONTHS.index(match["month"]) + 1, day)
            except ValueError:
                continue
    return None


def _day(words: str) -> int:
    if words.isdigit():
        return int(words)
    first, _, second = words.replace("-", " ").partition(" ")
    if second:
        tens = _TENS.get(first, 0)
        return tens + _DAYS.get(second, 0) if tens else _DAYS.get(second, 0)
    return _DAYS.get(first, 0)


def _year(words: str) -> int:
    if words.isdigit():
        return int(words)
    total, part = 0, 0
    apart = re.sub(rf"({'|'.join(_TENS)})(?=[a-z])", r"\1 ", words.replace("-", " "))
    for word in apart.split():
        if word in _ONES:
            part += _ONES.index(word)
        elif word in _TENS:
            part += _TENS[word]
        elif word == "hundred":
            part *= 100
        elif word == "thousand":
            total, part = total + part * 1000, 0
        elif word != "and":
            break
    year = total + part
    return year if 1800 <= year <= 2100 else 0
