"""The kinds of values that the standard knows, after XML Schema 1.0, Part 2 (Datatypes)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

# What a value is for whoever reads on: a text where it has no better kind.
Value = str | date | datetime | Decimal | int | bool

ZONE = r"(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
DAY = r"-?([1-9]\d{4,}|\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
DATE = re.compile(DAY + ZONE, re.ASCII)
MOMENT = re.compile(
    DAY + r"T(([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?|24:00:00(\.0+)?)" + ZONE, re.ASCII
)
DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)
NAME = re.compile(r"[\w.:\-·]+")
# A reference after RFC 3986, Appendix A: scheme, authority with a port, path, query, fragment. Of a
# relative one the first part of the path has no colon.
_OF_HOSTS = r"\w.\-~!$&'()*+,;=%"
_CHARACTER = rf"{_OF_HOSTS}@"
URI = re.compile(
    r"([A-Za-z][A-Za-z0-9+.\-]*:|(?![^/?#]*:))"
    rf"(//([{_OF_HOSTS}:]*@)?(\[[^\[\]/]*\]|[{_OF_HOSTS}]*)(:\d*)?(?=[/?#]|$)|(?!//))"
    rf"[{_CHARACTER}:/]*(\?[{_CHARACTER}:/?]*)?(#[{_CHARACTER}:/?]*)?",
    re.ASCII,
)
# Characters that a program escapes before it follows the reference (XML Schema, 3.2.17).
ESCAPED = re.compile(r"[^\x21-\x7e]|[<>\"{}|\\^`]")
BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
MEMORABLE = 60  # characters of a value that is remembered
RUN_OF_SPACE = re.compile(r"[ \t\r\n]+")
BOOLEAN = frozenset(("true", "false", "0", "1"))


def collapsed(value: str) -> str:
    """Without space around it, and with one blank for each run of space: what counts of all kinds
    but texts."""
    return RUN_OF_SPACE.sub(" ", value).strip(" ")


def _date(value: str) -> bool:
    return _is_day(DATE.fullmatch(value))


def _moment(value: str) -> bool:
    return _is_day(MOMENT.fullmatch(value))


def _is_day(found: re.Match[str] | None) -> bool:
    if found is None:
        return False
    # The calendar repeats every 400 years, so four digits tell what a year of any length is.
    year, month, day = int(found[1][-4:]), int(found[2]), int(found[3])
    return found[1] != "0000" and day <= monthrange(2000 + year % 400, month)[1]


def _uri(value: str) -> bool:
    plain = ESCAPED.sub("_", value)
    return not BROKEN_ESCAPE.search(plain) and bool(URI.fullmatch(plain))


def _int(value: str) -> bool:
    digits = value.lstrip("+-").lstrip("0")
    if not WHOLE.fullmatch(value) or len(digits) > 10:
        return False
    return int(digits or 0) < 2**31 + value.startswith("-")


def _positive(value: str) -> bool:
    return bool(WHOLE.fullmatch(value)) and value[0] != "-" and bool(value.strip("+0"))


def _whole(value: str) -> bool:
    return bool(WHOLE.fullmatch(value)) and (value[0] != "-" or not value.strip("-0"))


def _language(value: str) -> bool:
    return not value or bool(LANGUAGE.fullmatch(value))


# Whether a collapsed value is of the kind.
KINDS: dict[str, Callable[[str], bool]] = {
    "date": _date,
    "moment": _moment,
    "decimal": lambda value: bool(DECIMAL.fullmatch(value)),
    "boolean": BOOLEAN.__contains__,
    "uri": _uri,
    "int": _int,
    "positive": _positive,
    "whole": _whole,
    "language": _language,
    "name": lambda value: bool(NAME.fullmatch(value)),
    "space": frozenset(("default", "preserve")).__contains__,
}
# These hold whatever is written.
FREE = frozenset(("text", "any"))


def _as_date(value: str) -> Value:
    # A year beyond 9999, before 1, or a zone: no date of ours, so the text stays.
    return date.fromisoformat(value) if len(value) == 10 and value[0] != "-" else value


def _as_moment(value: str) -> Value:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value


def _as_number(value: str) -> Value:
    # Beyond any use as a number, the text stays.
    return int(value) if len(value) < 20 else value


# Plain values of collapsed texts that hold.
READ: dict[str, Callable[[str], Value]] = {
    "date": _as_date,
    "moment": _as_moment,
    "decimal": Decimal,
    "boolean": lambda value: value in ("true", "1"),
    "int": _as_number,
    "positive": _as_number,
    "whole": _as_number,
}


def plain(kind: str, text: str) -> Value | None:
    """The value that a text of this kind stands for; None where it does not hold."""
    return _remembered(kind, text) if len(text) <= MEMORABLE else _plain(kind, text)


def _plain(kind: str, text: str) -> Value | None:
    holds = KINDS[kind]
    if not holds(text):
        text = collapsed(text)
        if not holds(text):
            return None
    read = READ.get(kind)
    return read(text) if read else text


# Files say the same dates, amounts and addresses again and again.
_remembered = lru_cache(maxsize=10_000)(_plain)
