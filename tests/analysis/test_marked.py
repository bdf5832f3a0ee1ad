from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.analysis.documents import Footnote, Role
from coalition.analysis.ga_documents import read_document
from coalition.analysis.marked import MOST_LINES, parse, write

WHOLE = """! The General Assembly,
| Recalling its resolution 70/1,
^1 Resolution 70/1.
# I. What we do
1. We commit:
  (a) On wages:
    (i) Fair ones;
  (b) On hours:
    • At night
  = in every country.
## Later
2. We meet again.
"""


def eids(text: str) -> list[str]:
    return [piece.eid for piece in parse(text).pieces]


def faults(text: str) -> list[str]:
    return [str(fault) for fault in parse(text).faults]


def test_parse_gives_pieces_as_the_readers_of_documents_make_them():
    read = parse(WHOLE)

    assert (read.faults, read.doubts) == ((), ())
    assert [(piece.eid, piece.number, piece.parent) for piece in read.pieces] == [
        ("formula_1", "", ""),
        ("recital_1", "", ""),
        ("chp_1", "I", ""),
        ("para_1", "1", "chp_1"),
        ("para_1__point_a", "a", "para_1"),
        ("para_1__point_a__point_i", "i", "para_1__point_a"),
        ("para_1__point_b", "b", "para_1"),
        ("para_1__point_b__point_1", "•", "para_1__point_b"),
        ("para_1__wrapup_1", "", "para_1"),
        ("chp_1__sub_1", "", "chp_1"),
        ("para_2", "2", "chp_1__sub_1"),
    ]
    assert read.pieces[1].footnotes == (Footnote("1", "Resolution 70/1."),)
    assert read.pieces[4].heading == "I. What we do"
    assert read.lines[-1] == 12


def test_parse_of_articles_gives_them_titles_and_numbered_paragraphs():
    read = parse("Article 3. Hours :: No one works at night.\n  1. Nor by day.\n    (a) Nor I.\n")

    first = read.pieces[0]
    assert (first.eid, first.title, first.words, first.role) == (
        *("art_3", "Hours", "No one works at night."),
        Role.OPERATIVE,
    )
    assert [piece.eid for piece in read.pieces[1:]] == [
        *("art_3__para_1", "art_3__para_1__point_a"),
    ]


def test_parse_in_arabic_aligns_with_other_languages():
    assert eids("المادة ٣. الراحة\n  ١. نص:\n    (أ) أول؛\n    (ب) ثان.\n") == [
        *("art_3", "art_3__para_1", "art_3__para_1__point_a", "art_3__para_1__point_b"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("~ Adopts it.\nAnnex. Our text\n1. A long first paragraph.", "para_1"),
        ("1. Decides.\nAnnex I. Our text\n1. First.", "annex_1__para_1"),
        ("# A\n1. One.\n# B\n1. One again.", "chp_2__para_1"),
        ("1. One. {para_9}", "para_9"),
        ("5 bis. Between.", "para_5_bis"),
        ("5bis. Between.", "text_1"),
        ("5a. Between.", "para_5a"),
        ("\\1. Not a paragraph.", "text_1"),
    ],
)
def test_parse_addresses(text, expected):
    assert eids(text)[-1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["There is no text yet. Write a piece on each line."]),
        (
            "1. One\n\n1. Two",
            ["Line 3 has the same number as line 1: “1”. Correct one of the two."],
        ),
        ("1. One\n  (a) x\n  (a) y", ["Line 3 has the same number as line 2: “a”."]),
        ("  further in", ["Line 1 stands further in, but there is nothing above"]),
        ("^1 note", ["Line 1 is a footnote, but there is no piece above", "There is no text"]),
        ("1.", ["Line 1 has a sign but no words."]),
        ("1. x\n^2", ["Line 2 has a sign but no words."]),
        ("1. x\n  Article 2. y", ["Line 2 begins an article or annex, and must stand at"]),
        ("1. x {a}\n2. y {a}", ["Line 2 gives the address “a”, which line 1 has already."]),
        ("Article 1. " + "x" * 501, ["The title in line 1 is longer than 500 characters."]),
        (
            "\n".join(" " * depth + "- x" for depth in range(1, 9)).join(["1. x\n", ""]),
            ["Line 7 stands too far in: points can be", "Line 8", "Line 9"],
        ),
        ("x\n" * (MOST_LINES + 1), ["The text is too long: at most"]),
    ],
)
def test_every_fault_is_a_sentence_with_its_line(text, expected):
    found = faults(text)

    assert len(found) == len(expected)
    for sentence, begin in zip(sorted(found), sorted(expected), strict=True):
        assert sentence.startswith(begin)


def test_doubts_tell_of_jumps_broken_lines_and_texts_without_paragraphs():
    assert [str(doubt) for doubt in parse("1. We\n3. Skip\nand go on").doubts] == [
        "Line 2 has number 3, which does not follow 1.",
        "Line 3 begins in the middle of a sentence. Perhaps it belongs to the line above: then "
        "join the two.",
    ]
    assert [str(doubt) for doubt in parse("| Recalling,").doubts] == [
        "The text has no numbered paragraph, article or clause, so nobody can commit to any part "
        "of it.",
    ]


def test_breaking_a_line_splits_and_joining_merges():
    assert eids("1. One.\nTwo.") == ["para_1", "text_1"]
    assert eids("1. One. Two.") == ["para_1"]


# --- Round trips -------------------------------------------------------------------------------

SIGNS = ["", "! ", "| ", "# ", "## A. ", "+ ", "~ ", "~ 2. ", "= ", "1. ", "2. ", "(a) ", "(b) "]
SIGNS += ["(i) ", "• ", "^1 ", "^* ", "Article 1. ", "Article 2. T :: ", "Annex I. ", "\\", "# \\"]
WORDS = st.text(alphabet="aA1. ():;•#|=^{}\\أ…_-", max_size=12)
LINES = st.builds(
    lambda indent, sign, words: "  " * indent + sign + words,
    st.integers(0, 4),
    st.sampled_from(SIGNS),
    WORDS,
)


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_write_undoes_parse_for_every_text_without_faults(text):
    read = parse(text)
    if read.faults:
        return
    written = write(read.pieces)
    assert parse(written).pieces == read.pieces
    assert write(parse(written).pieces) == written


@given(st.text(max_size=200))
def test_parse_never_raises(text):
    read = parse(text)
    assert len(read.pieces) == len(read.lines)
    assert read.faults or read.pieces
    for remark in (*read.faults, *read.doubts):
        assert str(remark)


@pytest.mark.realdata
def test_general_assembly_documents_come_back_as_they_were(data_dir: Path):
    path = data_dir / "un_ga_texts" / "docs_sessions78-79.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        raws = [json.loads(line) for number, line in enumerate(file) if number % 8 == 0]
    assert len(raws) == 83
    for raw in raws:
        pieces = read_document(raw).pieces
        read = parse(write(pieces))
        assert (read.pieces, read.faults) == (pieces, ()), raw["symbol"]
