"""A theory of change as a drawing: where the boxes stand, and how the arrows run between them.

Columns run in the direction of reading, from what is done to what shall change in the end; they
are laid from left to right here, and whoever draws for readers from the right mirrors them. As a
piece leads to one other at most, no box overlaps another and no arrow crosses a box or an arrow.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Levels of what leads to what.
ACTIVITY, OUTPUT, OUTCOME, IMPACT = range(4)

# In pixels: a box, the room inside it, a line of its words, and the room between boxes. All are
# even, so that what stands in the middle of something does so to the pixel.
WIDTH, INSIDE, LINE = 172, 8, 18
BETWEEN_COLUMNS, BETWEEN_BOXES = 44, 12
# How many letters fit on a line of a box, Chinese ones being wider, and how many lines it has.
LETTERS, WIDE_LETTERS, MOST_LINES = 22, 11, 6
# Between two levels there is room for so many columns of pieces that lead to their like.
STEP = 10_000


@dataclass(frozen=True)
class Piece:
    """Something done or changed: its level, if it has one, and the key of what it leads to."""

    key: str
    words: str
    level: int | None = None
    leads_to: str = ""


@dataclass(frozen=True)
class Box:
    """A piece in the drawing; across and down from the corner where reading starts."""

    piece: Piece
    column: int
    lines: tuple[str, ...]
    x: int
    y: int
    height: int
    width: int = WIDTH

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


@dataclass(frozen=True)
class Arrow:
    """From the far edge of one box to the near edge of another. All its bends lie in the gap
    before the column in which it ends."""

    start: str
    end: str
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Drawing:
    """Boxes column by column and from the top, and the arrows between them."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int


@dataclass(frozen=True)
class Line:
    """A piece in the same theory as a list: how deep it stands, whether a list of what leads to it
    follows, and how many lists end after it."""

    piece: Piece
    depth: int
    opens: bool
    closes: int


def drawn(pieces: Sequence[Piece]) -> Drawing:
    """The theory as boxes and arrows, the same for the same pieces.

    A piece stands in the column of its level, or before it where what it leads to stands there
    already; without a level it stands right before what it leads to, else after what leads to it.
    What leads to nothing that is among the pieces has no arrow, and a circle is cut at its first
    piece. Raises ValueError where two pieces have one key.
    """
    above = _above(pieces)
    order = _from_the_top(pieces, above)
    columns = _columns(order, above)
    lines = {each.key: _wrapped(each.words) for each in order}
    heights = {key: 2 * INSIDE + LINE * len(words) for key, words in lines.items()}
    tops, height = _tops(order, above, heights)
    boxes = {
        each.key: Box(
            each,
            columns[each.key],
            lines[each.key],
            columns[each.key] * (WIDTH + BETWEEN_COLUMNS),
            tops[each.key],
            heights[each.key],
        )
        for each in order
    }
    last = max(columns.values(), default=0)
    return Drawing(
        tuple(sorted(boxes.values(), key=lambda box: (box.column, box.y))),
        tuple(_arrow(boxes[key], boxes[end]) for key, end in above.items()),
        last * (WIDTH + BETWEEN_COLUMNS) + WIDTH if boxes else 0,
        height,
    )


def listed(pieces: Sequence[Piece]) -> list[Line]:
    """The same as a nested list: under each piece what leads to it."""
    above = _above(pieces)
    order = _from_the_top(pieces, above)
    depths: dict[str, int] = {}
    for each in order:
        depths[each.key] = depths[above[each.key]] + 1 if each.key in above else 0
    made = []
    for place, each in enumerate(order, 1):
        depth = depths[each.key]
        then = depths[order[place].key] if place < len(order) else 0
        made.append(Line(each, depth, then > depth, max(depth - then, 0)))
    return made


# --- What leads to what ----------------------------------------------------------------------


def _above(pieces: Sequence[Piece]) -> dict[str, str]:
    """What each piece leads to, without circles."""
    known = {each.key for each in pieces}
    if len(known) < len(pieces):
        raise ValueError("Two pieces of a theory of change have the same key.")
    above: dict[str, str] = {}
    for each in pieces:
        end = each.leads_to
        if end not in known:
            continue
        # All arrows so far are without a circle: this one closes one if it leads back to itself.
        onward = end
        while onward != each.key and onward in above:
            onward = above[onward]
        if onward != each.key:
            above[each.key] = end
    return above


def _from_the_top(pieces: Sequence[Piece], above: Mapping[str, str]) -> list[Piece]:
    """Each piece before those that lead to it, and these right after it, in the given order."""
    below: dict[str, list[Piece]] = {}
    for each in pieces:
        if each.key in above:
            below.setdefault(above[each.key], []).append(each)
    waiting = [each for each in reversed(pieces) if each.key not in above]
    order = []
    while waiting:
        each = waiting.pop()
        order.append(each)
        waiting += reversed(below.get(each.key, ()))
    return order


def _columns(order: Sequence[Piece], above: Mapping[str, str]) -> dict[str, int]:
    """In which column each stands, from 0 at the start of reading."""
    leading: dict[str, int] = {}  # the highest level of what leads to it
    for each in order:
        if each.key in above and each.level is not None:
            end = above[each.key]
            leading[end] = max(leading.get(end, 0), each.level)
    ranks: dict[str, int] = {}
    for each in order:
        level = each.level
        if level is None and each.key not in above:
            level = min(leading[each.key] + 1, IMPACT) if each.key in leading else OUTCOME
        limit = ranks[above[each.key]] - 1 if each.key in above else IMPACT * STEP
        ranks[each.key] = limit if level is None else min(level * STEP, limit)
    places = {rank: place for place, rank in enumerate(sorted(set(ranks.values())))}
    return {key: places[rank] for key, rank in ranks.items()}


# --- Where it stands -------------------------------------------------------------------------


def _tops(
    order: Sequence[Piece], above: Mapping[str, str], heights: Mapping[str, int]
) -> tuple[dict[str, int], int]:
    """How far down each box begins, and how high all is. Each piece has a band of its own, in the
    middle of which it stands, and all that leads to it stands within that band."""
    inner: dict[str, int] = {}  # the height of what leads to it
    bands: dict[str, int] = {}
    for each in reversed(order):
        bands[each.key] = max(heights[each.key], inner.get(each.key, 0))
        if each.key in above:
            end = above[each.key]
            so_far = inner.get(end)
            inner[end] = (0 if so_far is None else so_far + BETWEEN_BOXES) + bands[each.key]
    free: dict[str, int] = {}  # where within its band the next that leads to it begins
    tops, bottom = {}, 0
    for each in order:
        if each.key in above:
            begin = free[above[each.key]]
            free[above[each.key]] = begin + bands[each.key] + BETWEEN_BOXES
        else:
            begin = bottom + (BETWEEN_BOXES if bottom else 0)
            bottom = begin + bands[each.key]
        band = bands[each.key]
        tops[each.key] = begin + (band - heights[each.key]) // 2
        free[each.key] = begin + (band - inner.get(each.key, 0)) // 2
    return tops, bottom


def _arrow(start: Box, end: Box) -> Arrow:
    """Straight on, then up or down in the last gap, and into the box."""
    at = end.x - BETWEEN_COLUMNS // 2
    bends = () if start.middle == end.middle else ((at, start.middle), (at, end.middle))
    points = ((start.x + start.width, start.middle), *bends, (end.x, end.middle))
    return Arrow(start.piece.key, end.piece.key, points)


def _wrapped(words: str) -> tuple[str, ...]:
    """The words in lines that fit into a box; what does not is left out, and three dots say so."""
    is_wide = any(unicodedata.east_asian_width(letter) in "WF" for letter in words)
    letters = WIDE_LETTERS if is_wide else LETTERS
    lines = textwrap.wrap(words, letters, max_lines=MOST_LINES, placeholder=" …")
    return tuple(lines) or ("",)
