"""Theories of change as drawings: whatever is in them, they can be read."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.analysis.theory import (
    ACTIVITY,
    IMPACT,
    MOST_LINES,
    OUTCOME,
    OUTPUT,
    Box,
    Drawing,
    Piece,
    drawn,
    listed,
)

WHOLE = [
    Piece("i", "People live better", IMPACT),
    Piece("o1", "Bakers earn more", OUTCOME, "i"),
    Piece("o2", "Bakers rest at night", OUTCOME, "i"),
    Piece("p1", "Agreements are signed", OUTPUT, "o1"),
    Piece("a1", "Talks in six towns", ACTIVITY, "p1"),
    Piece("a2", "A guide on ovens", ACTIVITY, "o2"),
]


@st.composite
def theories(draw: st.DrawFn) -> list[Piece]:
    """Any pieces that lead to any others, to themselves, in circles, or to what is not there."""
    size = draw(st.integers(0, 25))
    keys = st.sampled_from([*map(str, range(size)), "gone", ""])
    levels = st.sampled_from([None, ACTIVITY, OUTPUT, OUTCOME, IMPACT])
    words = st.text(max_size=200)
    return [Piece(str(n), draw(words), draw(levels), draw(keys)) for n in range(size)]


def columns(drawing: Drawing) -> dict[str, int]:
    return {box.piece.key: box.column for box in drawing.boxes}


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def crosses(start: tuple[int, int], end: tuple[int, int], box: Box) -> bool:
    """Does a line, level or upright, run through the inside of a box?"""
    (left, right), (top, low) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    is_across = left < box.x + box.width and box.x < right
    return is_across and top < box.y + box.height and box.y < low


# --- Any theory


@given(theories())
def test_every_piece_has_one_box_and_no_boxes_overlap(pieces: list[Piece]) -> None:
    drawing = drawn(pieces)

    assert sorted(box.piece.key for box in drawing.boxes) == sorted(each.key for each in pieces)
    assert not any(overlap(*pair) for pair in combinations(drawing.boxes, 2))
    for box in drawing.boxes:
        assert 0 <= box.x <= drawing.width - box.width
        assert 0 <= box.y <= drawing.height - box.height
        assert 1 <= len(box.lines) <= MOST_LINES


@given(theories())
def test_arrows_go_onward_and_bend_in_the_last_gap_alone(pieces: list[Piece]) -> None:
    drawing = drawn(pieces)
    boxes = {box.piece.key: box for box in drawing.boxes}

    for arrow in drawing.arrows:
        start, end = boxes[arrow.start], boxes[arrow.end]
        assert arrow.end == start.piece.leads_to
        assert start.column < end.column
        assert arrow.points[0] == (start.x + start.width, start.middle)
        assert arrow.points[-1] == (end.x, end.middle)
        for x, _y in arrow.points[1:-1]:
            assert end.x - 44 < x < end.x
        assert not any(
            crosses(*line, box) for line in pairwise(arrow.points) for box in drawing.boxes
        )


@given(theories())
def test_levels_stand_in_their_order(pieces: list[Piece]) -> None:
    drawing = drawn(pieces)
    leading = {arrow.start for arrow in drawing.arrows}
    ends = [box for box in drawing.boxes if box.piece.key not in leading]

    for one, other in combinations(ends, 2):
        if one.piece.level is not None and other.piece.level is not None:
            assert (one.piece.level < other.piece.level) == (one.column < other.column)
    assert set(columns(drawing).values()) == set(range(len({box.x for box in drawing.boxes})))


@given(theories())
def test_drawing_and_list_tell_the_same_every_time(pieces: list[Piece]) -> None:
    drawing, lines = drawn(pieces), listed(pieces)
    above: list[str] = []
    told = []
    for line in lines:
        del above[line.depth :]
        if above:
            told.append((line.piece.key, above[-1]))
        above.append(line.piece.key)

    assert drawing == drawn(pieces)
    assert sorted(told) == sorted((arrow.start, arrow.end) for arrow in drawing.arrows)
    assert sum(line.opens for line in lines) == sum(line.closes for line in lines)


# --- Some theories


def test_each_level_has_its_column_and_an_arrow_may_pass_one_by() -> None:
    drawing = drawn(WHOLE)

    assert columns(drawing) == {"a1": 0, "a2": 0, "p1": 1, "o1": 2, "o2": 2, "i": 3}
    (long,) = (arrow for arrow in drawing.arrows if arrow.start == "a2")
    assert len(long.points) == 2  # straight through the empty place of an output


def test_list_has_under_each_piece_what_leads_to_it() -> None:
    lines = [(line.piece.key, line.depth, line.opens, line.closes) for line in listed(WHOLE)]

    assert lines == [
        ("i", 0, True, 0),
        ("o1", 1, True, 0),
        ("p1", 2, True, 0),
        ("a1", 3, False, 2),
        ("o2", 1, True, 0),
        ("a2", 2, False, 2),
    ]


def test_goals_without_a_level_stand_where_they_belong() -> None:
    drawing = drawn(
        [
            Piece("impact", "", IMPACT),
            Piece("before it", "", None, "impact"),
            Piece("on its own", ""),
            Piece("after outputs", ""),
            Piece("output", "", OUTPUT, "after outputs"),
            Piece("done", "", ACTIVITY, "before it"),
        ]
    )

    found = columns(drawing)
    assert found["done"] < found["output"] < found["on its own"] == found["after outputs"]
    assert found["on its own"] < found["before it"] < found["impact"]


def test_what_leads_to_its_like_stands_before_it() -> None:
    drawing = drawn([Piece("a", "", OUTPUT), Piece("b", "", OUTPUT, "a"), Piece("c", "", OUTPUT)])

    assert columns(drawing) == {"b": 0, "a": 1, "c": 1}


def test_circle_is_cut_and_nothing_is_lost() -> None:
    drawing = drawn([Piece("a", "", OUTPUT, "b"), Piece("b", "", OUTPUT, "a")])

    assert [(arrow.start, arrow.end) for arrow in drawing.arrows] == [("a", "b")]
    assert len(drawing.boxes) == 2


def test_long_words_are_wrapped_and_cut() -> None:
    words = "Bakers in all towns of the coast earn a wage on which a family can live. " * 3
    (box,) = drawn([Piece("a", words)]).boxes
    (chinese,) = drawn([Piece("a", "面包师" * 5)]).boxes

    assert box.lines[0] == "Bakers in all towns of"
    assert len(box.lines) == MOST_LINES
    assert box.lines[-1].endswith("…")
    assert chinese.lines == ("面包师面包师面包师面包", "师面包师")


def test_key_stands_for_one_piece() -> None:
    with pytest.raises(ValueError, match="same key"):
        drawn([Piece("a", ""), Piece("a", "")])
