"""Figures as people type them in six languages, divided and shared out exactly."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.analysis.figures import (
    MOST,
    NotAFigure,
    decimal_of,
    parse,
    parts,
    percentage,
    rounded,
)


def test_figures_are_read_as_they_are_typed() -> None:
    cases = [
        ("1234", 0, 1234),
        ("1,234", 0, 1234),
        ("1.234", 0, 1234),
        ("1 234", 0, 1234),
        ("1\u00a0234,50", 2, 123450),
        ("1\u202f234,5", 2, 123450),
        ("1'234'567.89", 2, 123456789),
        ("1.234.567,8", 1, 12345678),
        ("1,234,567.8", 1, 12345678),
        ("12,34,567", 0, 1234567),
        ("12.5", 1, 125),
        ("12,5", 2, 1250),
        ("0,125", 3, 125),
        (".5", 1, 5),
        ("12.00", 0, 12),
        ("-3", 0, -3),
        ("−3", 0, -3),
        ("+3", 0, 3),
        (" 12 ", 0, 12),
        ("١٢٣٤", 0, 1234),
        ("١٬٢٣٤٫٥", 1, 12345),
        ("۱۲۳", 0, 123),
        ("\u200f١٢\u200e", 0, 12),
        ("１２３，４５６", 0, 123456),
        ("1000000000000000.01", 2, 10**17 + 1),
        ("900000000000000000", 0, MOST),
    ]
    assert [(text, parse(text, decimals)) for text, decimals, _ in cases] == [
        (text, value) for text, _, value in cases
    ]


def test_what_is_no_figure_says_why() -> None:
    cases = {
        ("", 0): "empty",
        (" \u200f", 0): "empty",
        ("many", 0): "not_a_number",
        ("12%", 0): "not_a_number",
        ("12⁵", 0): "not_a_number",
        ("1e5", 0): "not_a_number",
        ("1 23", 0): "not_a_number",
        ("1.2.3", 1): "not_a_number",
        ("1,234,5", 1): "not_a_number",
        ("5.", 1): "not_a_number",
        (".", 1): "not_a_number",
        ("1 2 3", 0): "not_a_number",
        ("12.5", 0): "too_many_decimals",
        ("12345,678", 2): "too_many_decimals",
        ("1,234", 2): "ambiguous",
        ("1.234", 3): "ambiguous",
        ("900000000000000001", 0): "too_large",
        ("9" * 5000, 0): "too_large",
        ("x" * 5000, 0): "not_a_number",
    }
    found = {}
    for text, decimals in cases:
        with pytest.raises(NotAFigure) as refused:
            parse(text, decimals)
        found[text, decimals] = refused.value.reason
    assert found == cases


@given(st.integers(-MOST, MOST), st.integers(0, 6), st.sampled_from(["", " ", "'", "\u202f"]))
def test_every_figure_is_read_back(value: int, decimals: int, group: str) -> None:
    whole, part = divmod(abs(value), 10**decimals)
    grouped = f"{whole:,}".replace(",", group)
    text = f"{'-' if value < 0 else ''}{grouped}" + (f"d{part:0{decimals}}" if decimals else "")
    assert parse(text.replace("d", "٫"), decimals) == value
    # "1,234" with three decimals could mean either.
    if decimals != 3 or not 0 < whole < 1000:
        assert parse(text.replace("d", ","), decimals) == value


@given(
    st.integers(-(10**20), 10**20),
    st.integers(1, 10**6),
    st.integers(0, 6),
    st.integers(0, 6),
)
def test_quotients_are_rounded_once_half_to_even(
    numerator: int, denominator: int, decimals: int, given: int
) -> None:
    with localcontext(prec=80):
        exact = Fraction(numerator, denominator * 10**given)
        found = rounded(numerator, denominator, decimals=decimals, given=given)
        step = Fraction(1, 10**decimals)
        assert abs(Fraction(found) - exact) <= step / 2
        if abs(Fraction(found) - exact) == step / 2:
            assert int(Fraction(found) / step) % 2 == 0
        assert -found.as_tuple().exponent == decimals
        if denominator == 1:
            wanted = Decimal(numerator).scaleb(-given)
            assert found == wanted.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)


def test_whole_numbers_of_the_smallest_part_are_exact_decimals() -> None:
    given = [(1250, 2), (-5, 2), (7, 0), (MOST, 3)]

    assert [str(decimal_of(value, decimals)) for value, decimals in given] == [
        *("12.50", "-0.05", "7", f"{str(MOST)[:-3]}.{str(MOST)[-3:]}")
    ]


def test_percentages_are_rounded_once() -> None:
    assert [str(percentage(*of)) for of in [(1, 3, 1), (2, 3, 0), (1, 8, 1), (3, 8, 1), (0, 7, 2)]]\
        == ["33.3", "67", "12.5", "37.5", "0.00"]  # fmt: skip
    # Twice rounded, 0.45 % would come to 1 %.
    assert percentage(45, 10_000, 0) == 0


@given(st.integers(-(10**18), 10**18), st.lists(st.integers(0, 5000), max_size=6))
def test_parts_make_up_their_total(total: int, shares: list[int]) -> None:
    if sum(shares) > 10_000:
        with pytest.raises(ValueError, match="together no more than the whole"):
            parts(total, shares)
        return
    given = parts(total, shares)
    for part, share in zip(given, shares, strict=True):
        assert abs(part - Fraction(total * share, 10_000)) < 1
    whole = parts(total, [*shares, 10_000 - sum(shares)])
    assert sum(whole) == total
    assert whole[:-1] == given


def test_parts_with_equal_remainders_go_to_the_larger_then_the_earlier() -> None:
    assert parts(10, [3333, 3333, 3334]) == [3, 3, 4]
    assert parts(1, [5000, 5000]) == [1, 0]
    assert parts(-1, [5000, 5000]) == [-1, 0]
    assert parts(7, []) == []
