"""Three-way merge of plain values, row by row and field by field.

Two sides started from the same base and changed it without knowing of each other. What one side
changed is taken; what both changed alike is agreed; what both changed differently is a conflict,
which a person decides. A row that one side removed and the other changed is a conflict in every
field that the other side has.

An empty text is the same as no field, and a row without fields the same as no row: results hold
neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Table = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Conflict:
    """A field that both sides changed, differently; an empty text is a field taken away."""

    row: str
    field: str
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Merged:
    """The merged table. In a conflict it has what is theirs, until somebody decides."""

    values: dict[str, dict[str, str]] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()


def merge(base: Table, mine: Table, theirs: Table) -> Merged:
    """What both sides together make of the base.

    Args:
        base: Texts by row and field, as both sides found them.
        mine: What one side made of it.
        theirs: What the other side made of it.

    Returns:
        Rows and fields in the order of theirs, then of mine. Nothing is lost: every text of either
        side that is not in the values was left behind by the other side, or is in a conflict.
    """
    values: dict[str, dict[str, str]] = {}
    conflicts: list[Conflict] = []
    for row in _keys(theirs, mine, base):
        sides = [_row(table, row) for table in (base, mine, theirs)]
        kept, open_ones = _merged_row(row, *sides)
        conflicts += open_ones
        if kept:
            values[row] = kept
    return Merged(values, tuple(conflicts))


def _merged_row(
    row: str, base: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> tuple[dict[str, str], list[Conflict]]:
    removed_and_changed = bool(base) and (
        (not mine and theirs != base) or (not theirs and mine != base)
    )
    kept: dict[str, str] = {}
    conflicts: list[Conflict] = []
    for name in _keys(theirs, mine, base):
        was, one, other = base.get(name, ""), mine.get(name, ""), theirs.get(name, "")
        if one == other:
            taken = other
        elif removed_and_changed or was not in (one, other):
            conflicts.append(Conflict(row, name, was, one, other))
            taken = other
        else:
            taken = other if one == was else one
        if taken:
            kept[name] = taken
    return kept, conflicts


def _row(table: Table, row: str) -> dict[str, str]:
    return {name: text for name, text in table.get(row, {}).items() if text}


def _keys(*maps: Mapping[str, object]) -> list[str]:
    """The keys of all, each once, in the order in which they are met."""
    return list(dict.fromkeys(key for each in maps for key in each))
