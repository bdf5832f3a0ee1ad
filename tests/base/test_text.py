"""What comes in is made safe to keep, to compare and to show."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coalition.base.text import UNWANTED, clean_line, clean_text

ANY_TEXT = st.text(st.characters())  # lone surrogates too


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  two   words \t here ", "two words here"),
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("one\x0btwo\x0cthree\x85four\u2028five\u2029six", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("one\n\n\n\n\ntwo", "one\n\ntwo"),
        ("one\n \t \n\n\ntwo", "one\n\ntwo"),
        ("nothing\x00 here\x1b[31m", "nothing here[31m"),
        ("evil\u202etxt.exe", "eviltxt.exe"),
        ("\u200fعربي\u200e\u061c", "عربي"),
        ("Cafe\u0301", "Café"),
        ("Cafe\u200b\u0301", "Café"),  # composed only once the hidden character is gone
        ("half \ud83d of a character", "half of a character"),
        ("no-break\u00a0space", "no-break space"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # Persian needs its joiners
        ("", ""),
        ("\u200b\n\u200b", ""),
    ],
)
def test_clean_text_keeps_what_people_wrote(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@pytest.mark.parametrize(
    ("raw", "clean"),
    [("one\ntwo", "one two"), ("one\n\n\ntwo  three", "one two three"), ("\n\n", "")],
)
def test_clean_line_is_one_line(raw: str, clean: str) -> None:
    assert clean_line(raw) == clean


def test_clean_text_ends_at_its_limit_without_a_space() -> None:
    assert clean_text("abc def", limit=4) == "abc"
    assert clean_text("abc\n\ndef", limit=5) == "abc"
    assert clean_line("abc def", limit=5) == "abc d"


@given(ANY_TEXT, st.integers(1, 60))
@example("a\u200b\u0301", 2)
@example("\u0344\u0344", 3)
def test_clean_text_is_clean_whatever_came(raw: str, limit: int) -> None:
    clean = clean_text(raw, limit=limit)

    assert len(clean) <= limit
    assert clean == clean.strip()
    assert unicodedata.is_normalized("NFC", clean)
    assert not UNWANTED.search(clean)
    assert "\n\n\n" not in clean
    assert clean_text(clean, limit=limit) == clean
    assert clean.encode("utf-8").decode("utf-8") == clean


@given(ANY_TEXT, st.integers(1, 60))
def test_clean_line_is_clean_whatever_came(raw: str, limit: int) -> None:
    clean = clean_line(raw, limit=limit)

    assert len(clean) <= limit
    assert len(clean.splitlines()) <= 1
    assert "  " not in clean
    assert clean_line(clean, limit=limit) == clean
