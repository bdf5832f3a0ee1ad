"""Groups as stars: one text in the middle, and around it only such as are like the middle itself.

So the reason why a text is in a group can be told in one sentence, and A is not grouped with Z by
way of all letters between. (Aslam, Pelekhov and Rus, 2004: The star clustering algorithm for
static and dynamic information organization.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from coalition.analysis.arrays import BoolArray, FloatArray, IntArray
from coalition.analysis.likeness.comparing import Compared

AT_A_TIME = 256  # rows compared in one step, to bound the memory
MOST_PAIRS = 20_000_000  # held at once; they take half a gigabyte


@dataclass(frozen=True)
class Pairs:
    """Pairs of texts by their places, each once and the smaller first, in rising order."""

    ones: IntArray
    others: IntArray
    likeness: FloatArray

    def kept(self, chosen: BoolArray) -> Pairs:
        return Pairs(self.ones[chosen], self.others[chosen], self.likeness[chosen])


def pairs_above(compared: Compared, rows: IntArray, lowest: float) -> Pairs:
    """The pairs among these rows that are at least so like; places count within `rows`.

    ValueError: more than MOST_PAIRS, as when thousands of texts are made to look alike.
    """
    found, count = [], 0
    for begin in range(0, len(rows), AT_A_TIME):
        ones, others, likeness = compared.above(
            rows[begin : begin + AT_A_TIME], rows[begin:], lowest
        )
        once = ones < others
        found.append((ones[once] + begin, others[once] + begin, likeness[once]))
        count += len(likeness[once])
        if count > MOST_PAIRS:
            raise ValueError(
                f"More than {MOST_PAIRS:,} pairs of texts are alike by {lowest} or more. Set the "
                "threshold higher, or take out what was sent in again and again."
            )
    if not found:
        return Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    ones, others, likeness = (np.concatenate(part) for part in zip(*found, strict=True))
    return Pairs(ones, others, likeness)


def stars(pairs: Pairs, owners: IntArray) -> Iterator[tuple[int, IntArray, FloatArray]]:
    """The middle of each group, the others in it by rising place, and how like the middle they are.

    The one with most others like it comes first, of equals the one that stands first; each is in
    one group at most, and a group holds at least two owners.
    """
    ones = np.concatenate([pairs.ones, pairs.others])
    others = np.concatenate([pairs.others, pairs.ones])
    likeness = np.concatenate([pairs.likeness, pairs.likeness])
    order = np.lexsort((others, ones))
    ones, others, likeness = ones[order], others[order], likeness[order]
    count = np.bincount(ones, minlength=len(owners))
    begin = np.concatenate([[0], np.cumsum(count)])
    taken = np.zeros(len(owners), dtype=bool)
    for middle in np.argsort(-count, kind="stable").tolist():
        if count[middle] == 0:
            return
        if taken[middle]:
            continue
        place = slice(begin[middle], begin[middle + 1])
        free = ~taken[others[place]]
        near, like = others[place][free], likeness[place][free]
        if len(near) and (owners[near] != owners[middle]).any():
            taken[near] = taken[middle] = True
            yield middle, near, like
