"""Figures as whole numbers: read from what a person typed, divided, rounded once, shared out.

A figure is kept as a whole number of its unit's smallest part: with two decimals, 12.34 is 1234.
Nothing here calculates in binary fractions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

# Ten of the largest fit into 64 bits; 10^15 with two decimals is smaller.
MOST = 9 * 10**17

_LONGEST = 60  # characters of a figure as typed
_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069"))
# The Arabic separators have one meaning each; point and comma have either, by language.
_GROUPS = " \u00a0\u202f\u2009'’٬"
_SAME = str.maketrans("−،，．٫" + _GROUPS, "-,,.d" + "g" * len(_GROUPS))
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)"
    r"(?P<whole>\d*|\d{1,3}(?:(?P<group>[g.,])\d{3})(?:(?P=group)\d{3})*"
    r"|\d{1,2}(?:(?P<indian>,)\d{2})+,\d{3})"
    r"(?:(?P<point>[d.,])(?P<part>\d+))?"
)
_EITHER = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")


class NotAFigure(ValueError):
    """A text is no figure; `reason` is "empty", "not_a_number", "too_many_decimals", "too_large"
    or "ambiguous"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse(text: str, decimals: int) -> int:
    """The whole number of the smallest part that a person means by `text`, in a unit of so many
    decimals.

    Digits of any script; point or comma before the decimals; thousands set apart by points,
    commas, blanks or apostrophes (in India also by twos). No unit and no per cent sign. A single
    point or comma before exactly three digits sets thousands apart where the unit has no
    decimals; where it has, "1,234" can mean either and is refused as ambiguous. Zeros beyond the
    unit's decimals say nothing and are accepted.

    Raises:
        NotAFigure: With the reason.
    """
    typed = text.translate(_MARKS).strip()
    if not typed:
        raise NotAFigure("empty")
    if len(typed) > _LONGEST:
        raise NotAFigure("too_large" if _digits(typed).isdecimal() else "not_a_number")
    plain = _digits(typed.translate(_SAME))
    found = _NUMBER.fullmatch(plain)
    if found is None or not (found["whole"] or found["part"]):
        raise NotAFigure("not_a_number")
    whole, part = found["whole"], found["part"] or ""
    if decimals and _EITHER.fullmatch(plain):
        raise NotAFigure("ambiguous")
    if _EITHER.fullmatch(plain):
        whole, part = whole + part, ""
    elif found["point"] and found["point"] == (found["group"] or found["indian"]):
        raise NotAFigure("not_a_number")
    part = part.rstrip("0") if len(part) > decimals else part
    if len(part) > decimals:
        raise NotAFigure("too_many_decimals")
    value = int(re.sub(r"\D", "", whole) + part.ljust(decimals, "0") or "0")
    if value > MOST:
        raise NotAFigure("too_large")
    return -value if found["sign"] == "-" else value


def _digits(text: str) -> str:
    """The text with the decimal digits of every script as 0 to 9."""
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)


def rounded(numerator: int, denominator: int, *, decimals: int, given: int = 0) -> Decimal:
    """The quotient to so many decimals, rounded once, half to even.

    Args:
        numerator: A whole number of a unit's smallest part.
        denominator: What it is divided by; not zero.
        decimals: Of the answer, which has exactly so many.
        given: Decimals of the unit that `numerator` is in.
    """
    whole = round(Fraction(numerator * 10**decimals, denominator * 10**given))
    return decimal_of(whole, decimals)


def decimal_of(value: int, decimals: int) -> Decimal:
    """A whole number of a unit's smallest part in whole units, exactly: 1250 with two decimals is
    12.50."""
    return Decimal((int(value < 0), tuple(map(int, str(abs(value)))), -decimals))


def percentage(numerator: int, denominator: int, decimals: int) -> Decimal:
    """How many per cent the numerator is of the denominator, rounded once, half to even."""
    return rounded(100 * numerator, denominator, decimals=decimals)


def parts(total: int, shares: Sequence[int], whole: int = 10_000) -> list[int]:
    """What falls to each share of a total, in whole numbers that add up exactly.

    By largest remainder; of equal remainders the larger share, then the earlier one, is served
    first. What the shares leave of `whole` takes its part too, which is not among the answers: if
    they make up the whole, the answers make up the total.

    Raises:
        ValueError: A share is negative, or all together are more than the whole.
    """
    rest = whole - sum(shares)
    if rest < 0 or min(shares, default=0) < 0:
        raise ValueError("Shares are not negative, and together no more than the whole.")
    sign, amount = (-1 if total < 0 else 1), abs(total)
    every = [*shares, rest]
    given = [amount * share // whole for share in every]
    order = sorted(
        range(len(every)), key=lambda at: (-(amount * every[at] % whole), -every[at], at)
    )
    for at in order[: amount - sum(given)]:
        given[at] += 1
    return [sign * part for part in given[:-1]]
