"""Who supports which of the items that compete for one budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from coalition.analysis.arrays import FloatArray, IntArray

# What a supported item is worth to a voter: its cost, so that a large thing counts for more than
# a small one, or one per item. With points, either is multiplied by the points given.
Utility = Literal["cost", "cardinality"]

LARGEST = 2**53  # whole numbers up to here are exact in floating point


@dataclass(frozen=True)
class Election:
    """m items with their costs, a budget, and the support of n voters, item after item.

    The supporters of item j stand at `indptr[j]:indptr[j + 1]` in `supporters` (positions of
    voters, rising) and what each of them gives it in `points` (1 where voters only approve). A
    voter who supports nothing is a voter too: the budget is shared among all.
    """

    ids: tuple[str, ...]
    costs: IntArray  # in the smallest unit of the money, above 0
    budget: int  # in the same unit
    voters: int
    indptr: IntArray  # m + 1
    supporters: IntArray
    points: FloatArray  # whole numbers, below 2⁵³ all together
    unit: int = 1  # how many of the smallest unit make one of the currency: 100 where cents count
    groups: tuple[str, ...] = ()  # names of voters' groups
    group_of: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))  # n; −1 for none

    @classmethod
    def of(
        cls,
        ids: Sequence[str],
        costs: Sequence[int],
        budget: int,
        voters: int,
        supports: tuple[ArrayLike, ArrayLike],
        points: ArrayLike | None = None,
        *,
        unit: int = 1,
        groups: Sequence[str] = (),
        group_of: ArrayLike = (),
    ) -> Election:
        """`supports`: positions of voters and of the items they support, of equal length, in any
        order; `points` as many whole numbers, of which zeros are no support.

        ValueError: an id twice, a cost or budget below 1, a position that is none, the same voter
        twice for one item, points below 0, or numbers beyond 2⁵³, where exactness ends.
        """
        who, what = (np.asarray(side, dtype=np.int64).ravel() for side in supports)
        given = np.ones(len(who), np.int64) if points is None else np.asarray(points, np.int64)
        of = np.asarray(group_of, dtype=np.int64)
        if len(set(ids)) != len(ids) or len(costs) != len(ids):
            raise ValueError("Each item needs an id of its own and a cost.")
        if any(cost < 1 for cost in costs) or budget < 1 or unit < 1:
            raise ValueError("Costs and the budget are whole numbers above 0.")
        if max(sum(costs), budget) >= LARGEST:
            raise ValueError("Costs and the budget are too large to be exact.")
        if not len(who) == len(what) == len(given):
            raise ValueError("Each support needs a voter, an item and its points.")
        if len(who) and not (who.min() >= 0 and who.max() < voters):
            raise ValueError("A support names a voter who is not there.")
        if len(who) and not (what.min() >= 0 and what.max() < len(ids)):
            raise ValueError("A support names an item that is not there.")
        if len(given) and (given.min() < 0 or given.max() * len(given) >= LARGEST):
            raise ValueError("Points are whole numbers from 0, and not too large to be exact.")
        if len(of) not in (0, voters) or (len(of) and not -1 <= of.min() <= of.max() < len(groups)):
            raise ValueError("Each voter needs one of the groups, or −1.")
        cells = what * max(voters, 1) + who
        order = np.argsort(cells, kind="stable")
        if (np.diff(cells[order]) == 0).any():
            raise ValueError("The same voter supports an item twice.")
        order = order[given[order] > 0]
        indptr = np.zeros(len(ids) + 1, np.int64)
        np.cumsum(np.bincount(what[order], minlength=len(ids)), out=indptr[1:])
        return cls(
            ids=tuple(ids),
            costs=np.asarray(costs, np.int64),
            budget=budget,
            voters=voters,
            indptr=indptr,
            supporters=who[order],
            points=given[order].astype(np.float64),
            unit=unit,
            groups=tuple(groups),
            group_of=of,
        )

    def supporters_of(self, item: int) -> IntArray:
        return self.supporters[self.indptr[item] : self.indptr[item + 1]]

    def points_of(self, item: int) -> FloatArray:
        """Beside `supporters_of`: how many points each gives."""
        return self.points[self.indptr[item] : self.indptr[item + 1]]

    @cached_property
    def backing(self) -> list[tuple[IntArray, FloatArray | float]]:
        """Of each item its supporters, and their points: 1 where everybody gives one to each."""
        return [
            (self.supporters_of(item), 1.0 if self.approvals else self.points_of(item))
            for item in range(len(self.ids))
        ]

    @cached_property
    def support(self) -> IntArray:
        """The points each item has from all voters together: their number, if they approve."""
        if self.approvals:
            return np.diff(self.indptr)
        running = np.concatenate(([0.0], np.cumsum(self.points)))
        return (running[self.indptr[1:]] - running[self.indptr[:-1]]).astype(np.int64)

    @cached_property
    def by_voter(self) -> tuple[IntArray, IntArray, FloatArray]:
        """The same support voter after voter: where each voter's begins (n + 1), items, points."""
        order = np.argsort(self.supporters, kind="stable")
        begins = np.zeros(self.voters + 1, np.int64)
        np.cumsum(np.bincount(self.supporters, minlength=self.voters), out=begins[1:])
        items = np.repeat(np.arange(len(self.ids)), np.diff(self.indptr))
        return begins, items[order], self.points[order]

    @cached_property
    def rank(self) -> list[int]:
        """The rule for ties: of equals the item whose id comes first as text is taken. So the
        order in which items are handed in decides nothing."""
        ranks = [0] * len(self.ids)
        for rank, item in enumerate(sorted(range(len(self.ids)), key=self.ids.__getitem__)):
            ranks[item] = rank
        return ranks

    @cached_property
    def approvals(self) -> bool:
        """Does everybody give one point to whatever they support?"""
        return bool((self.points == 1).all())

    @cached_property
    def most_points(self) -> float:
        """That anybody gives to one item."""
        return float(self.points.max(initial=0.0))

    def worth(self, item: int, utility: Utility) -> int:
        """Of one point for this item."""
        return int(self.costs[item]) if utility == "cost" else 1


@dataclass(frozen=True)
class Round:
    """One item taken.

    `price` is what a supporter pays for each point given to the item (of those who approve: for
    the item), exactly; whoever had less left paid all of it. `paying` supporters had anything left
    to pay with, and `emptied` of them had nothing afterwards. `tied` are the other items that were
    just as good, against which the order of ids decided. With the greedy rule nobody pays: the
    price is None, and nobody is counted.
    """

    item: str
    cost: int
    support: int
    price: Fraction | None
    paying: int
    emptied: int
    tied: tuple[str, ...]
