"""Which wishes of many organisations say much the same, and why one thinks so.

A wish has a theme, a level, a place and perhaps words. Wishes are compared only where kind, theme
and level are the same; then

- two wishes with words in one language are alike when the likeness of their words reaches the
  threshold for the nearness of their places (THRESHOLDS). The likeness is the cosine of their
  stems, each weighed by how rare it is among all wishes of that language (tf-idf, 0 to 1);
- wishes without words are alike when they name the very same place.

Words in different languages are not compared here: nothing shared is found, nothing is claimed.

Groups are stars, not chains: each has a wish in its middle, the one with most wishes like it, and
holds only wishes that are like the middle itself. So the reason why a wish is in a group can be
told in one sentence, and A is not grouped with Z by way of all letters between. The outcome
depends only on the wishes, not on their order. (Aslam, Pelekhov and Rus, 2004: star clustering.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from coalition.analysis.searching import telling_words

# How near two places are, by their common part of the way from the world down.
SAME, SUBREGION, REGION, WORLD = NEARNESS = ("place", "subregion", "region", "world")
# The farther apart the places, the more the words have to say the same. Chosen on phrases like
# those of tests/analysis/test_likeness.py: two sentences of six telling words that share three of
# them, none of them common, come to about 0.4.
THRESHOLDS = {SAME: 0.30, SUBREGION: 0.36, REGION: 0.40, WORLD: 0.44}
# A stem in more than this share of all wishes of a language tells them apart no more.
COMMON_SHARE = 0.2
FEW = 50  # with fewer wishes than this no stem counts as common
MOST_REASONS = 5  # shared words told for each member


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
    like its words are (0 to 1; None where none were compared), and the words they share."""

    id: int
    near: str
    likeness: float | None = None
    shared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Wishes alike, the one in the middle first; of at least two organisations."""

    members: tuple[Member, ...]

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(member.id for member in self.members)


def groups(wishes: Iterable[Wish]) -> list[Group]:
    """The groups among the wishes, largest first; each wish is in one group at most."""
    ordered = sorted(wishes, key=lambda wish: (wish.kind, wish.theme, wish.level, wish.id))
    texts = _texts(ordered)
    found: list[Group] = []
    for _block, block in groupby(ordered, key=lambda wish: (wish.kind, wish.theme, wish.level)):
        speaking: dict[str, list[Wish]] = defaultdict(list)
        silent: dict[str, list[Wish]] = defaultdict(list)
        for wish in block:
            if texts.stems[wish.id]:
                speaking[wish.language].append(wish)
            else:
                silent[wish.path].append(wish)
        for language in sorted(speaking):
            found += _stars(speaking[language], texts)
        for path in sorted(silent):
            found += _of_one_place(silent[path])
    return sorted(found, key=lambda group: (-len(group.members), group.members[0].id))


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


# --- Words -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Texts:
    """The telling words of every wish by stem, and the weight of each stem in its language."""

    stems: dict[int, dict[str, str]]
    weights: dict[str, dict[str, float]]


def _texts(wishes: Sequence[Wish]) -> _Texts:
    stems = {wish.id: telling_words(wish.words, wish.language) for wish in wishes}
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    totals: dict[str, int] = defaultdict(int)
    for wish in wishes:
        totals[wish.language] += bool(stems[wish.id])
        for stem in stems[wish.id]:
            counts[wish.language][stem] += 1
    weights = {
        language: {
            stem: float(np.log1p(totals[language] / count))
            for stem, count in found.items()
            if totals[language] < FEW or count <= COMMON_SHARE * totals[language]
        }
        for language, found in counts.items()
    }
    # A wish of nothing but common words says nothing by which to compare it.
    telling = {
        wish.id: {
            stem: word for stem, word in stems[wish.id].items() if stem in weights[wish.language]
        }
        for wish in wishes
    }
    kept = {wish.id: telling[wish.id] or stems[wish.id] for wish in wishes}
    for wish in wishes:
        for stem in kept[wish.id]:
            weights[wish.language].setdefault(stem, float(np.log(2)))
    return _Texts(kept, weights)


def _weighed(wish: Wish, texts: _Texts) -> dict[str, float]:
    """The stems of a wish with their weights, as a vector of length 1."""
    weights = texts.weights[wish.language]
    found = {stem: weights[stem] for stem in texts.stems[wish.id]}
    length = float(np.sqrt(sum(weight * weight for weight in found.values())))
    return {stem: weight / length for stem, weight in found.items()}


@dataclass(frozen=True)
class _Posting:
    """Which wishes hold a stem, by row, and with what weight."""

    rows: NDArray[np.int64]
    weights: NDArray[np.float64]


def _postings(vectors: Sequence[dict[str, float]]) -> dict[str, _Posting]:
    held: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
    for row, vector in enumerate(vectors):
        for stem, weight in vector.items():
            rows, weights = held[stem]
            rows.append(row)
            weights.append(weight)
    return {
        stem: _Posting(np.array(rows, dtype=np.int64), np.array(weights, dtype=np.float64))
        for stem, (rows, weights) in held.items()
    }


# --- Groups ----------------------------------------------------------------------------------


def _stars(wishes: Sequence[Wish], texts: _Texts) -> list[Group]:
    """Groups among wishes with words in one language, of one kind, theme and level."""
    if len(wishes) < 2:
        return []
    neighbours = _neighbours(wishes, texts)
    # The one with most others like it comes first; of equals the one that was there first.
    order = sorted(range(len(wishes)), key=lambda row: (-len(neighbours[row]), wishes[row].id))
    taken = np.zeros(len(wishes), dtype=bool)
    found = []
    for middle in order:
        if taken[middle]:
            continue
        near = [(row, likeness) for row, likeness in neighbours[middle] if not taken[row]]
        owners = {wishes[row].owner for row, _likeness in near} | {wishes[middle].owner}
        if len(owners) < 2:
            continue
        taken[[middle, *(row for row, _likeness in near)]] = True
        found.append(_star(wishes, middle, near, texts))
    return found


def _neighbours(wishes: Sequence[Wish], texts: _Texts) -> list[list[tuple[int, float]]]:
    """For each wish the others like it, by row, with the likeness of their words."""
    vectors = [_weighed(wish, texts) for wish in wishes]
    postings = _postings(vectors)
    limits = _limits(wishes)
    lowest = min(THRESHOLDS.values())
    found: list[list[tuple[int, float]]] = []
    for row, vector in enumerate(vectors):
        likeness = np.zeros(len(wishes))
        for stem, weight in vector.items():
            posting = postings[stem]
            likeness[posting.rows] += weight * posting.weights
        # The order of sums may change the last digits of a float; never the sixth decimal.
        likeness = np.round(likeness, 6)
        likeness[row] = 0
        others = np.flatnonzero(likeness >= lowest)
        enough = others[likeness[others] >= limits.between(row, others)]
        found.append(list(zip(enough.tolist(), likeness[enough].tolist(), strict=True)))
    return found


@dataclass(frozen=True)
class _Limits:
    """The threshold between wishes by their places: same, sub-region and region as numbers."""

    places: NDArray[np.int64]  # one row a wish: region, sub-region, the place itself

    def between(self, row: int, others: NDArray[np.int64]) -> NDArray[np.float64]:
        """The thresholds between one wish and others."""
        same = self.places[others] == self.places[row]
        limits = np.full(len(others), THRESHOLDS[WORLD])
        limits[same[:, 0]] = THRESHOLDS[REGION]
        limits[same[:, 0] & same[:, 1]] = THRESHOLDS[SUBREGION]
        limits[same[:, 2]] = THRESHOLDS[SAME]
        return limits


def _limits(wishes: Sequence[Wish]) -> _Limits:
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
    return _Limits(np.array(rows, dtype=np.int64))


def _star(
    wishes: Sequence[Wish], middle: int, near: Sequence[tuple[int, float]], texts: _Texts
) -> Group:
    centre = wishes[middle]
    members = [
        Member(
            wishes[row].id,
            nearness(centre.path, wishes[row].path),
            round(likeness, 2),
            _shared(centre, wishes[row], texts),
        )
        for row, likeness in near
    ]
    members.sort(key=lambda member: (-(member.likeness or 0), member.id))
    return Group((Member(centre.id, SAME, 1.0), *members))


def _shared(one: Wish, other: Wish, texts: _Texts) -> tuple[str, ...]:
    """The words that tell most of those both say, as the other says them."""
    weights = texts.weights[other.language]
    common = texts.stems[one.id].keys() & texts.stems[other.id].keys()
    telling = sorted(common, key=lambda stem: (-weights[stem], stem))[:MOST_REASONS]
    return tuple(texts.stems[other.id][stem] for stem in telling)


def _of_one_place(wishes: Sequence[Wish]) -> list[Group]:
    if len({wish.owner for wish in wishes}) < 2:
        return []
    return [Group(tuple(Member(wish.id, SAME) for wish in wishes))]
