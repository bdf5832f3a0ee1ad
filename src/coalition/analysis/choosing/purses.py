"""What each voter has left of an equal share: at once in floating point, and exactly on demand.

Whoever pays for an item pays `price × points`, or all that is left. Whoever once paid all has
nothing ever after. So what a voter has left is either 0 or the share less `price × points` over
the items bought. The figures in floating point carry a bound of their error, and decide whatever
is further apart than it; the prices paid so are found exactly afterwards, all of them at once, as
soon as anything is nearer, or anybody asks. After that the figures are as good as new.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from operator import mul

import numpy as np

from coalition.analysis.arrays import BoolArray, FloatArray, IntArray
from coalition.analysis.choosing.election import Election

EPSILON = float(np.finfo(np.float64).eps)
SMALLEST = float(np.finfo(np.float64).tiny)


class Purses:
    """The purses of all voters, each with `share` of the money at first.

    `left` is 0 for an empty purse and above 0 for any other; no figure is further than `off` from
    the truth. `prices` are those of `bought`, exactly, as far as they are known by now.

    Exact amounts are whole numbers of parts of the unit, `parts` to one: prices whose fractions
    have long denominators are added hundreds of times faster so.
    """

    def __init__(self, election: Election, share: Fraction) -> None:
        self.election = election
        self.share = share
        self.left: FloatArray = np.full(election.voters, float(share))
        self.off = 4 * EPSILON * float(share)
        self.bought: list[int] = []
        self.prices: list[Fraction] = []
        self.parts = share.denominator
        self.share_parts = share.numerator
        self.price_parts: list[int] = []
        # By which of those bought without an exact price a purse was emptied: its place there.
        self.emptied_by = np.full(election.voters, len(election.ids))
        self.rich_points: dict[int, int] = {}  # what those gave it who pay it in full

    def pay_about(self, item: int, least: float, most: float) -> tuple[int, int] | None:
        """All supporters pay a price between these bounds: how many have anything to pay with, and
        how many of those have nothing afterwards. None, and nobody pays, if it is not certain who
        can pay in full."""
        voters, points = self.election.backing[item]
        price, off = (least + most) / 2, (most - least) / 2 + EPSILON * most
        before = self.left.take(voters)
        after = before - price * points
        # Beyond the errors of purse and payment there are the roundings of product and difference.
        # A payment of more than twice the share is above every purse for certain, and below that
        # they are epsilons of it.
        roundings = 4 * EPSILON * float(self.share)
        margin = self.off + off * self.election.most_points + roundings
        stays = after > margin
        staying = int(np.count_nonzero(stays))
        if np.count_nonzero(after >= -margin) != staying:
            return None
        emptied = np.flatnonzero((before > 0) & ~stays)
        self.left[voters] = np.where(stays, after, 0.0)
        self.off = margin
        self.emptied_by[voters.take(emptied)] = len(self.bought)
        self.bought.append(item)
        self.rich_points[item] = staying if isinstance(points, float) else int(points[stays].sum())
        return staying + len(emptied), len(emptied)

    def settle(self) -> None:
        """Find the prices of all items bought exactly, and what is left as if it had been paid so
        from the first.

        A price is the cost less what was left to those whom it emptied, by the points of those
        who paid in full; and what is left to a voter follows from the prices before. So it takes
        only, of those whom an item emptied, how many they are and what points they had given
        together to each item bought before.
        """
        known, number = len(self.prices), len(self.bought)
        if known == number:
            return
        emptied = np.bincount(self.emptied_by, minlength=number)[known:number].tolist()
        given = [self._points_by_emptying(item)[known:number] for item in self.bought]
        for item, voters, to_each in zip(
            self.bought[known:], emptied, np.transpose(given).tolist(), strict=True
        ):
            # As many prices are known here as there are items bought before this one.
            paid = self.share_parts * voters - sum(map(mul, self.price_parts, to_each))
            self._note(int(self.election.costs[item]) * self.parts - paid, self.rich_points[item])
        left = np.full(self.election.voters, float(self.share))
        for item, price in zip(self.bought, self.prices, strict=True):
            voters_of, points = self.election.backing[item]
            left[voters_of] -= float(price) * points
        self.left = np.where(self.left > 0, np.maximum(left, SMALLEST), 0.0)
        self.off = 4 * EPSILON * float(self.share) * (number + 1)

    def _points_by_emptying(self, item: int) -> IntArray:
        """The points of an item from those whose purses each item emptied, by its place."""
        voters, points = self.election.backing[item]
        by, number = self.emptied_by.take(voters), len(self.election.ids)
        if isinstance(points, float):
            return np.bincount(by, minlength=number)
        return np.bincount(by, weights=points, minlength=number).astype(np.int64)

    def pay(self, item: int, price: Fraction) -> tuple[int, int]:
        """As `pay_about`, with a price known exactly: all supporters pay it."""
        voters = self.election.supporters_of(item)
        return self.pay_known(item, price, voters[self.compared(item, price)[1]])

    def pay_known(self, item: int, price: Fraction, emptied: IntArray) -> tuple[int, int]:
        """As `pay`, where it is known who has no more left than the payment: `emptied`."""
        self.settle()
        voters, points = self.election.backing[item]
        paying = int(np.count_nonzero(self.left[voters]))
        newly_empty = int(np.count_nonzero(self.left[emptied]))
        self.left[voters] = np.maximum(self.left[voters] - float(price) * points, SMALLEST)
        self.left[emptied] = 0.0
        self.off += 4 * EPSILON * float(self.share)
        self.bought.append(item)
        self._note(*(price * self.parts).as_integer_ratio())
        return paying, newly_empty

    def _note(self, parts: int, shared_by: int) -> None:
        """The price of the next item: so many parts, shared by so many."""
        factor = shared_by // gcd(parts, shared_by)
        if factor > 1:
            self.parts *= factor
            self.share_parts *= factor
            self.price_parts = [one * factor for one in self.price_parts]
        self.price_parts.append(parts * factor // shared_by)
        self.prices.append(Fraction(self.price_parts[-1], self.parts))

    def compared(self, item: int, price: Fraction) -> tuple[BoolArray, BoolArray]:
        """Which supporters have less left than their payment at this price, and which have no
        more: by floating point where that is certain, and exactly where it is not."""
        voters, points = self.election.supporters_of(item), self.election.points_of(item)
        over = self.left[voters] - float(price) * points
        margin = self.off + 4 * EPSILON * float(self.share)  # as in `pay_about`
        less, no_more = over < -margin, over <= margin
        if np.count_nonzero(less) != np.count_nonzero(no_more):
            near = np.flatnonzero(less != no_more)
            for at, left in zip(near, self.exact(voters[near]), strict=True):
                needed = price * int(points[at])
                less[at], no_more[at] = left < needed, left <= needed
        return less, no_more

    def exact(self, voters: IntArray) -> list[Fraction]:
        """What these voters have left. Voters who paid for the same are reckoned once."""
        self.settle()
        if not len(voters):
            return []
        paid = np.zeros((len(voters), len(self.election.ids)), np.int64)
        rows, items, points = self._support_of(voters)
        paid[rows, items] = points
        histories, of = np.unique(paid[:, self.bought], axis=0, return_inverse=True)
        lefts = [
            Fraction(self.share_parts - sum(map(mul, self.price_parts, row)), self.parts)
            for row in histories.tolist()
        ]
        return [
            lefts[at] if left else Fraction(0)
            for left, at in zip(self.left[voters], of.ravel(), strict=True)
        ]

    def exact_sum(self, voters: IntArray) -> int:
        """What these voters have left together, in parts."""
        self.settle()
        holding = voters[self.left[voters] > 0]
        total = self.share_parts * len(holding)
        if len(holding) and self.bought:
            _, items, points = self._support_of(holding)
            given = np.bincount(items, weights=points, minlength=len(self.election.ids))
            to_bought = given[self.bought].astype(np.int64).tolist()
            total -= sum(map(mul, self.price_parts, to_bought))
        return total

    def _support_of(self, voters: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        """All that these voters support: the position among these voters, item, points."""
        begins, items, points = self.election.by_voter
        lengths = begins[voters + 1] - begins[voters]
        rows = np.repeat(np.arange(len(voters)), lengths)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        at = np.repeat(begins[voters], lengths) + within
        return rows, items[at], points[at]
