"""The table of how well texts are read is the one that the tool gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import texts


@pytest.mark.realdata
@pytest.mark.long
def test_table_of_texts_is_as_the_tool_gives_it(data_dir: Path) -> None:
    """If this fails after a change to a reader: `python -m tools.texts`."""
    assert texts.page(data_dir) == texts.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("part", "whole", "words"), [(0, 0, "–"), (3, 3, "100%"), (9_999, 10_000, "99.9%")]
)
def test_shares_are_never_rounded_up_to_all(part: int, whole: int, words: str) -> None:
    assert texts.share(part, whole) == words


def test_letters_leave_out_what_the_publisher_put_in() -> None:
    line = "The lamp <sup>1) [Red: Lees: lamps]</sup>is CO<sub>2</sub>-free. ![1](http://x.org/1)"

    assert texts.letters(line) == "ThelampisCO2free"
