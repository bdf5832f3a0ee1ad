"""Nothing that is withheld follows from what is published, and no more is withheld than needed."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.analysis.suppression import Figure, Why, withheld, withheld_in_table

THRESHOLD = 5


def table(shape: tuple[int, ...], inner: list[int]) -> dict[Any, int]:
    """A table with all its margins, from the counts of its inner cells."""
    cells = list(product(*(range(size) for size in shape)))
    made: dict[Any, int] = {}
    for cell, count in zip(cells, inner, strict=True):
        for over in product([False, True], repeat=len(shape)):
            key = tuple(None if out else at for out, at in zip(over, cell, strict=True))
            made[key] = made.get(key, 0) + count
    return made


def lines_of(counts: dict[Any, Any]) -> list[tuple[Any, list[Any]]]:
    """Every margin with the cells that make it up, written down the plain way."""
    found = []
    for margin in counts:
        for at in [at for at, group in enumerate(margin) if group is None]:
            parts = [
                cell
                for cell in counts
                if cell[at] is not None and (*cell[:at], None, *cell[at + 1 :]) == margin
            ]
            if parts:
                found.append((margin, parts))
    return found


def told(counts: dict[Any, Any], hidden: Any) -> list[Any]:
    """The withheld cells that follow from the published ones, by the rank of all lines."""
    unknown = list(hidden)
    if not unknown:
        return []
    rows = np.zeros((len(lines_of(counts)), len(unknown)))
    for row, (margin, parts) in enumerate(lines_of(counts)):
        for key, sign in [(margin, -1), *((part, 1) for part in parts)]:
            if key in hidden:
                rows[row, unknown.index(key)] += sign
    rank = np.linalg.matrix_rank(rows)
    single = np.eye(len(unknown))
    return [
        key
        for at, key in enumerate(unknown)
        if np.linalg.matrix_rank(np.vstack([rows, single[at]])) == rank
    ]


@st.composite
def tables(draw: st.DrawFn) -> dict[Any, int]:
    shape = draw(st.sampled_from([(2,), (3,), (2, 2), (2, 3), (4, 3), (2, 2, 2), (3, 2, 2)]))
    count = int(np.prod(shape))
    near = st.sampled_from([0, 1, 2, 4, 5, 6, 9, 40, 97])
    return table(shape, draw(st.lists(near, min_size=count, max_size=count)))


@given(tables())
@settings(max_examples=150, deadline=None)
def test_nothing_withheld_follows_from_what_is_published(counts: dict[Any, int]) -> None:
    hidden = withheld_in_table(counts, THRESHOLD)
    small = {cell for cell, count in counts.items() if 0 < count < THRESHOLD}
    assert {cell for cell, why in hidden.items() if why is Why.SMALL} == small
    # If everything is withheld there is nothing left to conclude from.
    assert len(hidden) == len(counts) or told(counts, hidden) == []
    if not small:
        assert hidden == {}


@given(tables())
@settings(max_examples=60, deadline=None)
def test_a_percentage_hides_few_above_below_and_left_over(counts: dict[Any, int]) -> None:
    of = {cell: (count, count + 3 * sum(g is None for g in cell)) for cell, count in counts.items()}
    hidden = withheld_in_table({c: pair for c, pair in of.items() if pair[1]}, THRESHOLD)
    for cell, (above, whole) in of.items():
        few = any(0 < count < THRESHOLD for count in (above, whole, whole - above))
        assert (hidden.get(cell) is Why.SMALL) == few


def test_the_smallest_other_is_withheld_and_totals_stay() -> None:
    cases = [
        # Two groups: the other one goes with it, their total stays.
        ((2,), [3, 97], {(0,): "small", (1,): "protects"}),
        # Of three the smaller one.
        ((3,), [3, 97, 20], {(0,): "small", (2,): "protects"}),
        # Nobody is no small number, and nothing is withheld.
        ((3,), [0, 97, 20], {}),
        # Two small ones protect each other, unless each must be one,
        ((3,), [2, 3, 20], {(0,): "small", (1,): "small"}),
        ((3,), [1, 1, 20], {(0,): "small", (1,): "small", (2,): "protects"}),
        # or four: all that is below the threshold.
        ((3,), [4, 4, 20], {(0,): "small", (1,): "small", (2,): "protects"}),
        # In two dimensions it takes a rectangle.
        (
            (2, 3),
            [3, 30, 40, 50, 60, 70],
            {(0, 0): "small", (0, 1): "protects", (1, 0): "protects", (1, 1): "protects"},
        ),
        # A total that is small itself is withheld too, and a sum of it with others tells nothing.
        ((1,), [3], {(0,): "small", (None,): "small"}),
    ]
    for shape, inner, expected in cases:
        hidden = withheld_in_table(table(shape, inner), THRESHOLD)
        assert {cell: why.value for cell, why in hidden.items()} == expected, inner
    # A number of all that is not broken down is shown however small, and tells what is in it.
    open_total = withheld_in_table({(None,): 9, (0,): 3, (1,): 6}, THRESHOLD, is_open=[(None,)])
    assert set(open_total) == {(0,), (1,)}
    # With a group missing nobody can tell what is left.
    assert set(withheld_in_table({(None,): 99, (0,): 3, (1,): 6}, THRESHOLD)) == {(0,)}


def test_lines_of_several_tables_are_combined() -> None:
    """Two tables share a margin: what one withholds must not follow from the other."""
    figures = {
        key: Figure(value, cost=(len(key), value))
        for key, value in {"a": 3, "b": 50, "ab": 53, "c": 20, "d": 33}.items()
    }
    lines = [("ab", ["a", "b"]), ("ab", ["c", "d"]), ("b", ["c", "dd"])]
    figures["dd"] = Figure(30, cost=(2, 30))
    hidden = withheld(figures, lines, THRESHOLD)
    # b alone would be c and dd together.
    assert hidden == {"a": Why.SMALL, "b": Why.PROTECTS, "c": Why.PROTECTS, "d": Why.PROTECTS}
    assert withheld(figures, lines, 1) == {}
