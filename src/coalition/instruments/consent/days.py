"""Reading a day as tables write it, and refusing one that can be read in two ways."""

from __future__ import annotations

import re
from datetime import date

from coalition.base.errors import Refused

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})\Z")
IN_WORDS = re.compile(r"(\d{1,2})\.?\s+([^\W\d_]{3,9})\.?,?\s+(\d{4})\Z")
WITH_DOTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\Z")
WITH_STROKES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})\Z")


def read_day(words: str) -> date:
    """The day in one of five notations: 2006-09-06, 2006/09/06, 6 September 2006, 6 Sep 2006,
    06.09.2006.

    With strokes, day and month are told apart only where one of them is above 12. Raises Refused
    with a sentence for anything else.
    """
    text = " ".join(words.split())
    if match := YEAR_FIRST.match(text):
        return _day(text, match[1], match[2], match[3])
    if match := IN_WORDS.match(text):
        return _day(text, match[3], str(_month(text, match[2])), match[1])
    if match := WITH_DOTS.match(text):
        return _day(text, match[3], match[2], match[1])
    if match := WITH_STROKES.match(text):
        first, second = int(match[1]), int(match[2])
        if first <= 12 and second <= 12 and first != second:
            raise Refused(
                f"“{text}” can be read as two days: day first, or month first. "
                f"Write it as {match[3]}-{second:02}-{first:02} or as "
                f"{match[3]}-{first:02}-{second:02}."
            )
        month, day = (second, first) if second <= 12 else (first, second)
        return _day(text, match[3], str(month), str(day))
    raise Refused(f"“{text[:40]}” is no day. Write it as 2006-09-06 or as 6 September 2006.")


def _month(text: str, word: str) -> int:
    found = [number for number, name in enumerate(MONTHS, 1) if name.startswith(word.lower())]
    if word.lower() == "sept":
        found = [9]
    if len(found) != 1:
        raise Refused(f"“{text[:40]}”: {word} is no month. Write the day as 2006-09-06.")
    return found[0]


def _day(text: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Refused(f"“{text}”: there is no such day. Look it up and write 2006-09-06.") from None
