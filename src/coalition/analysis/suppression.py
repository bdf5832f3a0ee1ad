"""Which figures of tables about people are withheld, so that nobody is recognised by a small one.

A figure is *small* if it is above zero and below a threshold. Withholding it alone is not enough:
where the other groups and their total are shown, it is what is left. So others are withheld with
it, until no combination of the lines of the tables yields a withheld figure. What follows is the
usual practice of statistical offices (primary and secondary cell suppression).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from enum import Enum
from itertools import combinations
from math import gcd
from typing import Any, NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)
Cell = tuple[Hashable | None, ...]


class Why(Enum):
    SMALL = "small"
    PROTECTS = "protects"


class Figure(NamedTuple):
    """A figure that is to be published.

    Attributes:
        value: A whole number; of a percentage how many there are above the line.
        of: Of a percentage how many there are below the line: what is above, what is below, and
            their difference all count people.
        cost: What is withheld first, where there is a choice, has the lowest; of one type in all
            figures of a call. Its order decides alone, so equal tables are treated equally.
        is_open: Never small by itself, such as a number of all that is not broken down.
    """

    value: int
    of: int | None = None
    cost: tuple[Any, ...] = ()
    is_open: bool = False

    def is_small(self, threshold: int) -> bool:
        if self.is_open:
            return False
        counts = [self.value] if self.of is None else [self.value, self.of, self.of - self.value]
        return any(0 < count < threshold for count in counts)


# A total, and the parts that make it up.
Line = tuple[Key, Sequence[Key]]


def withheld(
    figures: Mapping[Key, Figure], lines: Iterable[Line[Key]], threshold: int
) -> dict[Key, Why]:
    """The figures that are not published, and why.

    Small ones, and as many others that none of the withheld can be calculated from those that are
    published: neither exactly, by adding and subtracting lines, nor because in a line every
    withheld figure must be the smallest, or the largest, that a small one can be.

    Args:
        figures: All figures of the tables.
        lines: Which figures add up to which, all of them in `figures`. A line that a reader
            cannot know to add up is none.
        threshold: The smallest figure that is published; with 1 or less none is small.
    """
    equations = [(total, *parts) for total, parts in lines if parts]
    hidden = {key: Why.SMALL for key, figure in figures.items() if figure.is_small(threshold)}
    if not hidden:
        return hidden
    of: dict[Key, list[int]] = {}
    for number, line in enumerate(equations):
        for key in line:
            of.setdefault(key, []).append(number)
    ahead = {number for key in hidden for number in of.get(key, ())}
    while True:
        while ahead:
            number = min(ahead)
            ahead.discard(number)
            line = equations[number]
            if _gives_away(line, figures, hidden, threshold):
                open_ones = [key for key in line if key not in hidden]
                if open_ones:
                    chosen = min(open_ones, key=lambda key: figures[key].cost)
                    hidden[chosen] = Why.PROTECTS
                    ahead.update(of[chosen])
        touched = sorted({number for key in hidden for number in of.get(key, ())})
        found = _derivation([equations[number] for number in touched], hidden)
        if found is None:
            return hidden
        chosen = min(found, key=lambda key: figures[key].cost)
        hidden[chosen] = Why.PROTECTS
        ahead.update(of[chosen])


def _gives_away(
    line: Sequence[Key],
    figures: Mapping[Key, Figure],
    hidden: Mapping[Key, Why],
    threshold: int,
) -> bool:
    """Is a withheld figure told by the others of its line?"""
    unknown = [key for key in line if key in hidden]
    if len(unknown) < 2:
        return bool(unknown)
    if line[0] in hidden or any(figures[key].of is not None for key in unknown):
        return False
    # Everybody knows that a small figure is at least 1 and below the threshold.
    small = sum(hidden[key] is Why.SMALL for key in unknown)
    together = sum(figures[key].value for key in unknown)
    return bool(small) and (
        together == small or (small == len(unknown) and together == small * (threshold - 1))
    )


def _derivation(equations: Sequence[Sequence[Key]], hidden: Mapping[Key, Why]) -> list[Key] | None:
    """The published figures from which a withheld one can be calculated exactly, or None.

    Exact elimination over whole numbers: a withheld figure is determined if and only if a row of
    the reduced form holds it and no other withheld one.
    """
    rows: dict[Key, dict[Key, int]] = {}  # by pivot
    holders: defaultdict[Key, set[Key]] = defaultdict(set)  # which of them hold a withheld figure
    for total, *parts in equations:
        row: dict[Key, int] = {}
        for part in parts:
            row[part] = row.get(part, 0) + 1
        row[total] = row.get(total, 0) - 1
        row = {key: factor for key, factor in row.items() if factor}
        for pivot in [key for key in row if key in rows]:
            _take_out(row, pivot, rows[pivot])
        here = next((key for key in row if key in hidden), None)
        if here is None:
            continue
        unknown = [key for key in row if key in hidden]
        for pivot in holders.pop(here, ()):
            _take_out(rows[pivot], here, row)
            for key in unknown:
                (holders[key].add if key in rows[pivot] else holders[key].discard)(pivot)
        for key in unknown:
            holders[key].add(here)
        rows[here] = row
    for row in rows.values():
        if sum(key in hidden for key in row) == 1:
            published = [key for key in row if key not in hidden]
            if published:
                return published
    return None


def _take_out(row: dict[Key, int], pivot: Key, by: Mapping[Key, int]) -> None:
    """Take its pivot out of a row by another one: in place, for a total of thousands of parts is
    taken apart by as many short rows. Factors stay whole, and as small as they can be."""
    mine, theirs = row[pivot], by[pivot]
    common = gcd(mine, theirs) if theirs > 0 else -gcd(mine, theirs)
    mine, theirs = mine // common, theirs // common
    if theirs != 1:
        for key in row:
            row[key] *= theirs
    for key, factor in by.items():
        left = row.get(key, 0) - factor * mine
        if left:
            row[key] = left
        else:
            row.pop(key, None)
    if theirs != 1 and (common := gcd(*row.values())) > 1:
        for key in row:
            row[key] //= common


def table_lines(figures: Mapping[Cell, Figure]) -> list[Line[Cell]]:
    """The lines of a table of any number of dimensions, whose cells have a group for each of them,
    or None for all groups of it: a margin.

    Those that add up as they stand, in what is counted or in what it is counted of: where a group
    is missing, or not everybody was asked, a reader cannot tell what is left.
    """
    sums: dict[tuple[Cell, tuple[int, ...]], list[Cell]] = {}
    for cell in figures:
        inner = [at for at, group in enumerate(cell) if group is not None]
        for count in range(1, len(inner) + 1):
            for over in combinations(inner, count):
                margin = tuple(None if at in over else group for at, group in enumerate(cell))
                if margin in figures:
                    sums.setdefault((margin, over), []).append(cell)
    return [
        (margin, parts)
        for (margin, _over), parts in sums.items()
        if adds_up(figures[margin], [figures[part] for part in parts])
    ]


def adds_up(total: Figure, parts: Sequence[Figure]) -> bool:
    """Do the parts make up the total, above or below the line?"""
    if sum(part.value for part in parts) == total.value:
        return True
    if total.of is None or any(part.of is None for part in parts):
        return False
    return sum(part.of or 0 for part in parts) == total.of


def withheld_in_table(
    counts: Mapping[Cell, int | tuple[int, int]], threshold: int, is_open: Container[Cell] = ()
) -> dict[Cell, Why]:
    """`withheld` for one table, given as whole numbers or as numerators with denominators.

    The inner cells are withheld before margins, the grand total last, and smaller figures before
    larger ones.
    """
    figures = {
        cell: Figure(
            value=count if isinstance(count, int) else count[0],
            of=None if isinstance(count, int) else count[1],
            cost=(sum(group is None for group in cell), count, repr(cell)),
            is_open=cell in is_open,
        )
        for cell, count in counts.items()
    }
    return withheld(figures, table_lines(figures), threshold)
