"""Which pieces of an old text are which of a new one, however they were moved or renumbered.

First what says the very same words is paired. Of the rest those are paired that share most words
in the same order (0 to 1, Indel similarity of words), best first; the same address, the same
heading and a paired parent count a little. What is then left over was added or removed, unless
its words were taken into a changed piece (merged) or came out of one (split). Pieces without
words of their own, such as an article that has only paragraphs, follow what stands below them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel, LCSseq

from coalition.analysis.words import plain_words

# From here on two pieces are taken for one; less will do where address or heading are the same.
ALIKE = 0.5
ALIKE_AT_ONE_ADDRESS = 0.3
# Of a piece that vanished, so many words in order have to be new in the piece that took it in.
TAKEN_IN = 0.6
FEWEST_WORDS = 5  # shorter pieces share words by chance
NEAREST = 8  # pieces looked at closely for each
SAME_ADDRESS, SAME_HEADING, SAME_PARENT = 0.06, 0.12, 0.04
HEADINGS = ("heading", "annex_title")


class Unit(Protocol):
    """A piece of a text; `analysis.documents.Piece` is one."""

    @property
    def eid(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def parent(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def title(self) -> str: ...


class Why(StrEnum):
    """Why two pieces are taken for one."""

    SAME_WORDS = "same_words"
    LIKE_WORDS = "like_words"
    HEADING = "heading"  # few words in common, but the heading or address is the same
    INSIDE = "inside"  # no words of their own: what stands below them is the same
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Pairing:
    """What became of a piece, by eids; `old` is empty for one added, `new` for one removed.

    Several old ones were merged, several new ones come of a split; the first of each is the one
    that goes on. `score` is the share of words in common and in order (0 to 1), `shared` how
    many words these are.
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    why: Why
    score: float = 0.0
    shared: int = 0
    is_changed: bool = False
    is_moved: bool = False
    is_renumbered: bool = False

    @property
    def is_added(self) -> bool:
        return not self.old

    @property
    def is_removed(self) -> bool:
        return not self.new

    @property
    def is_merged(self) -> bool:
        return len(self.old) > 1

    @property
    def is_split(self) -> bool:
        return len(self.new) > 1

    @property
    def is_same(self) -> bool:
        """The very same words at the same place under the same number."""
        return bool(self.old and self.new) and not (
            self.is_changed
            or self.is_moved
            or self.is_renumbered
            or self.is_merged
            or self.is_split
        )


def align(old: Sequence[Unit], new: Sequence[Unit]) -> list[Pairing]:
    """What became of each piece, in the order of the new text; each piece stands in one pairing.

    What was removed stands where it stood: after the piece before it. Takes about a second for
    1,000 pieces on each side of which all changed.
    """
    work = _Work(_Side(old), _Side(new))
    work.pair_the_same()
    work.pair_the_like()
    work.pair_by_what_is_inside()
    return work.told()


class _Side:
    """One of the two texts, with what is looked up again and again."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = units
        self.words = [plain_words(unit.words) for unit in units]
        self.titles = [tuple(plain_words(unit.title)) for unit in units]
        self.full = [[*title, *words] for title, words in zip(self.titles, self.words, strict=True)]
        self.place = {unit.eid: place for place, unit in enumerate(units)}
        self.parent = [self.place.get(unit.parent, -1) for unit in units]
        self.below: dict[int, list[int]] = defaultdict(list)
        for place, parent in enumerate(self.parent):
            self.below[parent].append(place)
        self.whole = [self._with_inside(place) for place in range(len(units))]

    def _with_inside(self, place: int) -> list[str]:
        """A paragraph with its points: the opening words alone are often a set phrase."""
        words = list(self.full[place])
        if not self.is_heading(place):
            for below in self.below.get(place, ()):
                if below > place:  # a piece stands after what it is inside of
                    words += self._with_inside(below)
        return words

    def is_heading(self, place: int) -> bool:
        return self.units[place].role in HEADINGS


class _Work:
    def __init__(self, old: _Side, new: _Side) -> None:
        self.old, self.new = old, new
        self.to: dict[int, int] = {}  # places of old → places of new
        self.of: dict[int, int] = {}
        self.why: dict[int, Why] = {}

    def pair(self, one: int, other: int, why: Why) -> None:
        self.to[one], self.of[other], self.why[one] = other, one, why

    # --- Pairing

    def pair_the_same(self) -> None:
        """The very same words; where several pieces say them, by address, then in order."""
        groups: dict[tuple[bool, tuple[str, ...]], tuple[list[int], list[int]]] = {}
        for side, which in ((self.old, 0), (self.new, 1)):
            for place, words in enumerate(side.full):
                if words:
                    key = (side.is_heading(place), tuple(words))
                    groups.setdefault(key, ([], []))[which].append(place)
        for before, after in groups.values():
            self._pair_in_order(before, after, Why.SAME_WORDS)

    def _pair_in_order(self, before: Iterable[int], after: Iterable[int], why: Why) -> None:
        left = [place for place in before if place not in self.to]
        free = [place for place in after if place not in self.of]
        by_eid = {self.new.units[place].eid: place for place in free}
        for one in left:
            other = by_eid.get(self.old.units[one].eid)
            if other is not None:
                self.pair(one, other, why)
        rest = (place for place in free if place not in self.of)
        for one in [place for place in left if place not in self.to]:
            if (other := next(rest, None)) is not None:
                self.pair(one, other, why)

    def pair_the_like(self) -> None:
        """The rest by the words they share, the best pair first."""
        left = [p for p, words in enumerate(self.old.full) if words and p not in self.to]
        free = [p for p, words in enumerate(self.new.full) if words and p not in self.of]
        found = []
        for one, other in self._near(left, free):
            score = self._score(one, other)
            if score:
                far = abs(one / len(self.old.units) - other / len(self.new.units))
                found.append((-score, far, one, other))
        for _score, _far, one, other in sorted(found):
            if one not in self.to and other not in self.of:
                is_like = self._alike(one, other) >= ALIKE
                self.pair(one, other, Why.LIKE_WORDS if is_like else Why.HEADING)

    def _near(self, left: Sequence[int], free: Sequence[int]) -> list[tuple[int, int]]:
        """Pairs worth a closer look: those whose rare words are the same, and same addresses."""
        if not left or not free:
            return []
        likeness = self.likeness(
            [self.old.whole[p] for p in left], [self.new.whole[p] for p in free]
        )
        many = min(NEAREST, len(free))
        nearest = np.argpartition(-likeness, many - 1, axis=1)[:, :many]
        pairs = {
            (left[row], free[int(column)])
            for row, columns in enumerate(nearest)
            for column in columns
            if likeness[row, column] > 0.1
        }
        at = {self.new.units[place].eid: place for place in free}
        titled: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for place in free:
            titled[self.new.titles[place]].append(place)
        for place in left:
            if self.old.units[place].eid in at:
                pairs.add((place, at[self.old.units[place].eid]))
            if self.old.titles[place]:
                pairs |= {(place, each) for each in titled[self.old.titles[place]][:NEAREST]}
        return sorted(pairs)

    @staticmethod
    def likeness(
        these: Sequence[Sequence[str]], those: Sequence[Sequence[str]]
    ) -> NDArray[np.float32]:
        """Cosine of every two, each word weighed by how rare it is."""
        seen = Counter(word for words in (*these, *those) for word in set(words))
        column = {word: place for place, word in enumerate(seen)}
        rare = np.array(
            [np.log(1 + (len(these) + len(those)) / many) for many in seen.values()],
            dtype=np.float32,
        )

        def matrix(texts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
            rows = np.zeros((len(texts), len(seen)), dtype=np.float32)
            for row, words in enumerate(texts):
                for word, times in Counter(words).items():
                    rows[row, column[word]] = times
            rows *= rare
            length = np.linalg.norm(rows, axis=1, keepdims=True)
            rows /= np.where(length, length, 1)
            return rows

        return matrix(these) @ matrix(those).T

    def _alike(self, one: int, other: int) -> float:
        return Indel.normalized_similarity(self.old.whole[one], self.new.whole[other])

    def _score(self, one: int, other: int) -> float:
        """How much two pieces are one, from 0 (not at all)."""
        if _kind(self.old.units[one]) != _kind(self.new.units[other]):
            return 0.0
        alike = self._alike(one, other)
        has_address = self.old.units[one].eid == self.new.units[other].eid
        has_heading = bool(self.old.titles[one]) and self.old.titles[one] == self.new.titles[other]
        enough = ALIKE
        if has_heading or (has_address and self._parents_agree(one, other)):
            enough = ALIKE_AT_ONE_ADDRESS
        shortest = min(len(self.old.full[one]), len(self.new.full[other]))
        if shortest < FEWEST_WORDS and not (has_address or has_heading):
            enough = 0.75
        if alike < enough:
            return 0.0
        return (
            alike
            + SAME_ADDRESS * has_address
            + SAME_HEADING * has_heading
            + SAME_PARENT * self._parents_agree(one, other)
        )

    def _parents_agree(self, one: int, other: int) -> bool:
        above, now = self.old.parent[one], self.new.parent[other]
        if above < 0 or now < 0:
            return above == now
        if above in self.to:
            return self.to[above] == now
        return self.old.units[above].eid == self.new.units[now].eid

    def pair_by_what_is_inside(self) -> None:
        """Pieces without words: with the one that holds most of what they held; else by address."""
        for one in reversed(range(len(self.old.units))):
            if self.old.full[one] or one in self.to:
                continue
            holders = Counter(
                self.new.parent[self.to[below]]
                for below in self.old.below.get(one, ())
                if below in self.to
            )
            holders.pop(-1, None)
            label = _label(self.old.units[one])
            # Of two that hold about as much, the one with the same number.
            best = sorted(
                holders,
                key=lambda each: (
                    -holders[each] * (1.5 if _label(self.new.units[each]) == label else 1.0)
                ),
            )
            for other in best:
                if other not in self.of and not self.new.full[other]:
                    self.pair(one, other, Why.INSIDE)
                    break
        before = [p for p, words in enumerate(self.old.full) if not words and p not in self.to]
        after = {
            self.new.units[p].eid: p
            for p, words in enumerate(self.new.full)
            if not words and p not in self.of
        }
        for one in before:
            there = after.get(self.old.units[one].eid)
            if there is not None and self.old.units[one].role == self.new.units[there].role:
                self.pair(one, there, Why.INSIDE)

    # --- Merged and split

    @cached_property
    def merged(self) -> dict[int, list[int]]:
        """Old pieces that are gone, by the new piece that took their words in."""
        return _taken_in(self.old, self.new, self.to)

    @cached_property
    def split(self) -> dict[int, list[int]]:
        """New pieces that nothing became, by the old piece whose words they have."""
        return _taken_in(self.new, self.old, self.of)

    # --- Moved

    @cached_property
    def moved(self) -> set[int]:
        """Places of old pieces that stand elsewhere: under another parent, or in another order.

        Of pieces that changed their order the fewest are said to have moved.
        """
        moved = set()
        siblings: dict[tuple[int, int], list[int]] = defaultdict(list)
        for one, other in self.to.items():
            above, now = self.old.parent[one], self.new.parent[other]
            # A heading that was put in above or taken away moves nothing.
            is_under_same = self.to.get(above, now) == now and self.of.get(now, above) == above
            if not is_under_same and not self._is_taken_in(above, now):
                moved.add(one)
            else:
                siblings[above, now].append(one)
        for group in siblings.values():
            group.sort()
            moved |= set(group) - _longest_rising(group, self.to)
        return moved

    def _is_taken_in(self, above: int, now: int) -> bool:
        """Did the one above merge into the other, or come out of it?"""
        return above in self.merged.get(now, ()) or now in self.split.get(above, ())

    # --- Telling

    def told(self) -> list[Pairing]:
        absorbed = {each for many in self.merged.values() for each in many}
        produced = {each for many in self.split.values() for each in many}
        told: dict[int, list[Pairing]] = defaultdict(list)
        for other, unit in enumerate(self.new.units):
            if other in self.of:
                told[other].append(self._pairing(self.of[other], other))
            elif other not in produced:
                told[other].append(Pairing((), (unit.eid,), Why.NONE))
        last = -1
        for one, unit in enumerate(self.old.units):
            if one in self.to:
                last = self.to[one]
            elif one not in absorbed:
                told[last].append(Pairing((unit.eid,), (), Why.NONE))
        return [pairing for place in sorted(told) for pairing in told[place]]

    def _pairing(self, one: int, other: int) -> Pairing:
        old, new = self.old.units[one], self.new.units[other]
        merged, split = self.merged.get(other, []), self.split.get(one, [])
        before = [word for place in (one, *merged) for word in self.old.full[place]]
        after = [word for place in (other, *split) for word in self.new.full[place]]
        shared = LCSseq.similarity(before, after)
        longest = len(before) + len(after)
        return Pairing(
            (old.eid, *(self.old.units[each].eid for each in merged)),
            (new.eid, *(self.new.units[each].eid for each in split)),
            self.why[one],
            2 * shared / longest if longest else 1.0,
            shared,
            is_changed=(old.words, old.title) != (new.words, new.title),
            is_moved=one in self.moved,
            is_renumbered=_label(old) != _label(new),
        )


def _taken_in(gone: _Side, there: _Side, to: Mapping[int, int]) -> dict[int, list[int]]:
    """Pieces of `gone` that went nowhere, by the changed piece of `there` that has their words.

    Only the words that are new in it count: those that its own partner does not explain.
    """
    left = [
        place
        for place, words in enumerate(gone.words)
        if place not in to and len(words) >= FEWEST_WORDS and not gone.is_heading(place)
    ]
    more: dict[int, list[str]] = {}
    for one, other in to.items():
        before, after = gone.words[one], there.words[other]
        if before != after and not there.is_heading(other):
            edits = LCSseq.editops(before, after)
            extra = [after[step.dest_pos] for step in edits if step.tag == "insert"]
            if len(extra) >= FEWEST_WORDS:
                more[other] = extra
    found = []
    for place in left:
        words = gone.words[place]
        for other, extra in more.items():
            if len(extra) * 2 > len(words):
                share = LCSseq.similarity(words, extra) / len(words)
                if share >= TAKEN_IN:
                    found.append((-share, place, other))
    taken: dict[int, list[int]] = defaultdict(list)
    done: set[int] = set()
    for _share, place, other in sorted(found):
        if place not in done:
            done.add(place)
            taken[other].append(place)
    return {other: sorted(places) for other, places in taken.items()}


def _longest_rising(places: Sequence[int], to: Mapping[int, int]) -> set[int]:
    """The longest run of these places whose partners stand in the same order."""
    ends: list[int] = []  # partner that ends the best run of each length
    last: list[int] = []  # the place it belongs to
    before: dict[int, int] = {}
    for place in places:
        length = bisect_left(ends, to[place])
        if length:
            before[place] = last[length - 1]
        if length == len(ends):
            ends.append(to[place])
            last.append(place)
        else:
            ends[length], last[length] = to[place], place
    run = {last[-1]} if last else set()
    end = last[-1] if last else -1
    while end in before:
        end = before[end]
        run.add(end)
    return run


def _kind(unit: Unit) -> str:
    """Only pieces of one kind are taken for one where their words differ."""
    if unit.role in HEADINGS:
        return "heading"
    return unit.role if unit.role in ("formula", "preambular", "adopting") else "provision"


def _label(unit: Unit) -> str:
    """The piece's own number: "(h)" of "30 (h)", "h" of "h"."""
    return unit.number.rpartition(" ")[2].strip("().•").casefold()
