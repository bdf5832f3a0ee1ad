"""Which wishes of many organisations say much the same, and why one thinks so.

A wish has a theme, a level, a place and perhaps words. Wishes are compared only where kind, theme
and level are the same; then

- two wishes with words are alike when the likeness of their words reaches the threshold for the
  nearness of their places (THRESHOLDS); across languages the same threshold holds, which words
  reach that sound alike or that a lexicon knows, and others do not;
- wishes without words are alike when they name the very same place.

The outcome depends only on the wishes, not on their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from coalition.analysis.arrays import FloatArray, IntArray
from coalition.analysis.likeness.comparing import Compared
from coalition.analysis.likeness.lexicon import Lexicon
from coalition.analysis.likeness.meaning import Embedding
from coalition.analysis.likeness.reading import Text
from coalition.analysis.likeness.stars import Pairs, pairs_above, stars

# How near two places are, by their common part of the way from the world down.
SAME, SUBREGION, REGION, WORLD = NEARNESS = ("place", "subregion", "region", "world")
# The farther apart the places, the more the words have to say the same. Chosen on phrases like
# those of tests/analysis/test_likeness.py: two sentences of six telling words that share three of
# them, none of them common, come to about 0.4.
THRESHOLDS = {SAME: 0.30, SUBREGION: 0.36, REGION: 0.40, WORLD: 0.44}


@dataclass(frozen=True)
class Wish:
    """What one organisation wants: `path` is its place's, "001.150.155.FRA."."""

    id: int
    owner: int
    kind: str
    theme: str
    level: str
    path: str
    language: str = ""
    words: str = ""


@dataclass(frozen=True)
class Member:
    """A wish of a group, and why: how near its place is to that of the wish in the middle, how
    like its words are (0 to 1; None where none were compared), and the words they share, each as
    this wish says it; behind a dash as the other says it, where that is another word."""

    id: int
    near: str
    likeness: float | None = None
    shared: tuple[str, ...] = ()
    by_meaning: bool = False  # a model of language found more than the words show


@dataclass(frozen=True)
class Group:
    """Wishes alike, the one in the middle first; of at least two organisations."""

    members: tuple[Member, ...]

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(member.id for member in self.members)


def groups(
    wishes: Iterable[Wish], *, lexicon: Lexicon | None = None, embedding: Embedding | None = None
) -> list[Group]:
    """The groups among the wishes, largest first; each wish is in one group at most."""
    ordered = sorted(wishes, key=lambda wish: (wish.kind, wish.theme, wish.level, wish.id))
    compared = Compared.of(
        [Text(wish.words, wish.language) for wish in ordered], lexicon=lexicon, embedding=embedding
    )
    found: list[Group] = []
    rows = range(len(ordered))
    for _block, block in groupby(rows, key=lambda row: _block_of(ordered[row])):
        speaking: list[int] = []
        silent: dict[str, list[Wish]] = defaultdict(list)
        for row in block:
            if compared.reading.said[row]:
                speaking.append(row)
            else:
                silent[ordered[row].path].append(ordered[row])
        found += _stars(ordered, np.array(speaking, dtype=np.int64), compared)
        for path in sorted(silent):
            found += _of_one_place(silent[path])
    return sorted(found, key=lambda group: (-len(group.members), group.members[0].id))


def _block_of(wish: Wish) -> tuple[str, str, str]:
    return wish.kind, wish.theme, wish.level


def nearness(one: str, other: str) -> str:
    """How near two places are: the same, in one sub-region, in one region, or farther apart."""
    if one == other:
        return SAME
    common = 0
    for left, right in zip(one.split(".")[:-1], other.split(".")[:-1], strict=False):
        if left != right:
            break
        common += 1
    return {0: WORLD, 1: WORLD, 2: REGION}.get(common, SUBREGION)


# --- Groups ----------------------------------------------------------------------------------


def _stars(wishes: Sequence[Wish], rows: IntArray, compared: Compared) -> list[Group]:
    """Groups among wishes with words, of one kind, theme and level, given by their rows."""
    block = [wishes[row] for row in rows.tolist()]
    pairs = pairs_above(compared, rows, min(THRESHOLDS.values()))
    pairs = pairs.kept(pairs.likeness >= _limits(block, pairs))
    owners = np.array([wish.owner for wish in block], dtype=np.int64)
    return [
        _star(
            wishes, rows, middle, list(zip(near.tolist(), likeness.tolist(), strict=True)), compared
        )
        for middle, near, likeness in stars(pairs, owners)
    ]


def _limits(wishes: Sequence[Wish], pairs: Pairs) -> FloatArray:
    """The threshold for each pair by the places of both."""
    numbers: dict[str, int] = {}

    def number(path: str) -> int:
        return numbers.setdefault(path, len(numbers))

    rows = []
    for wish in wishes:
        codes = wish.path.split(".")[:-1]
        # What has no region of its own, like the world, shares one with nobody else.
        region = ".".join(codes[:2]) if len(codes) > 1 else f"only {wish.path}"
        within = ".".join(codes[:3]) if len(codes) > 2 else f"only {wish.path}"
        rows.append((number(region), number(within), number(wish.path)))
    places = np.array(rows, dtype=np.int64).reshape(-1, 3)
    same = places[pairs.ones] == places[pairs.others]
    limits = np.full(len(pairs.ones), THRESHOLDS[WORLD])
    limits[same[:, 0]] = THRESHOLDS[REGION]
    limits[same[:, 0] & same[:, 1]] = THRESHOLDS[SUBREGION]
    limits[same[:, 2]] = THRESHOLDS[SAME]
    return limits


def _star(
    wishes: Sequence[Wish],
    rows: IntArray,
    middle: int,
    near: Sequence[tuple[int, float]],
    compared: Compared,
) -> Group:
    centre = wishes[rows[middle]]
    members = []
    for place, likeness in near:
        wish = wishes[rows[place]]
        why = compared.between(int(rows[middle]), int(rows[place]))
        words = tuple(str(shared) for shared in why.shared)
        near_by = nearness(centre.path, wish.path)
        members.append(Member(wish.id, near_by, round(likeness, 2), words, why.by_meaning))
    members.sort(key=lambda member: (-(member.likeness or 0), member.id))
    return Group((Member(centre.id, SAME, 1.0), *members))


def _of_one_place(wishes: Sequence[Wish]) -> list[Group]:
    if len({wish.owner for wish in wishes}) < 2:
        return []
    return [Group(tuple(Member(wish.id, SAME) for wish in wishes))]
