"""By how much the share of every voter may grow before anything else is bought, or in another
order.

As long as the same supporters can pay in full and the same give all they have, everything in a
course of equal shares moves in proportion to the growth: prices, and what is left. So for each
thing that could change the course it is known when it would at the earliest; the least of these is
the slack. Completing a budget unit by unit so takes a course for each *change* of what is bought
or of who can pay in full, not for each unit: a few thousand instead of hundreds of thousands where
a share is a six-figure sum. All bounds here err on the side of too early.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from coalition.analysis.arrays import BoolArray, FloatArray, IntArray
from coalition.analysis.choosing.election import Election, Utility
from coalition.analysis.choosing.purses import EPSILON, Purses

NOISE = 1e-9  # of a sum: what its roundings stay below, by far


class Slack:
    """Watches a course; `least` is the slack found so far.

    How fast a purse grows with the share is kept as a purse too: at first 1, more by what a price
    falls for those who pay it in full, and nothing for those who give all they have.
    """

    def __init__(self, election: Election, utility: Utility, purses: Purses) -> None:
        self.least = np.inf
        self.election, self.purses, self.growth = election, purses, Purses(election, Fraction(1))
        # The items anybody supports stand one after the other, as in the election.
        self.items = np.flatnonzero(election.support > 0)
        self.begins = election.indptr[:-1][self.items]
        self.numbers = np.diff(election.indptr)[self.items]
        self.costs = election.costs[self.items].astype(np.float64)
        self.worths = [election.worth(item, utility) for item in range(len(election.ids))]
        self.weights = np.repeat(self.worths, np.diff(election.indptr)) * election.points
        self.waiting = np.ones(len(self.items), dtype=bool)

    def watch(self, item: int, price: Fraction) -> None:
        """Before this item is bought at this price."""
        election, purses, growth = self.election, self.purses, self.growth
        voters, asked = election.supporters_of(item), float(price) * election.points_of(item)
        is_poor = self._poor(voters, asked)
        poor = voters[is_poor]
        rich_points = int(election.support[item]) - int(election.points_of(item)[is_poor].sum())
        grows = growth.exact_sum(poor)
        falls = Fraction(grows, growth.parts * rich_points) if rich_points else Fraction(0)
        # When does one of those who now give all they have pay in full? Those with an empty purse
        # never do: the price stays above nothing.
        holding = is_poor & (purses.left[voters] > 0)
        if holding.any():
            closing = growth.left[voters] + float(falls) * election.points_of(item)
            gap = asked - purses.left[voters]
            # A gap that does not close at all is closed never.
            never = np.full(len(gap), np.inf)
            closed = np.divide(gap, closing, out=never, where=holding & (closing > 0))
            self._note(np.min(closed[holding]))
        self.waiting[self.items == item] = False
        self._watch_others(float(price) / self.worths[item], falls / self.worths[item])
        growth.pay_known(item, -falls, poor)

    def watch_end(self) -> None:
        """When nothing more can be bought: when could something be?"""
        if self.waiting.any():
            pay = np.add.reduceat(self.purses.left[self.election.supporters], self.begins)
            growth = self.growth.left[self.election.supporters]
            self._note_paid(pay, np.add.reduceat(growth, self.begins))

    def _watch_others(self, cost_of_worth: float, falls: Fraction) -> None:
        """When could another item's supporters pay for it at the same cost for what it is worth?"""
        if not self.waiting.any():
            return
        supporters = self.election.supporters
        asked = cost_of_worth * self.weights
        poor = self._poor(supporters, asked)
        pay = np.add.reduceat(np.minimum(self.purses.left[supporters], asked), self.begins)
        rates = np.where(poor, self.growth.left[supporters], -float(falls) * self.weights)
        rising = np.add.reduceat(rates, self.begins)
        # Of two items always just as good, rounding must not say that one is overtaking the other.
        unclear = np.abs(rising) <= NOISE * np.add.reduceat(np.abs(rates), self.begins)
        for at in np.flatnonzero(unclear & self.waiting & (pay >= self.costs * (1 - NOISE))):
            rising[at] = self._rising(int(self.items[at]), poor, falls)
        self._note_paid(pay, rising)

    def _rising(self, item: int, poor: BoolArray, falls: Fraction) -> float:
        """How fast the pay for an item grows, exactly: above 0 only if it does."""
        election, growth = self.election, self.growth
        of = slice(election.indptr[item], election.indptr[item + 1])
        voters, is_poor = election.supporters[of], poor[of]
        rich_points = int(election.support[item]) - int(election.points[of][is_poor].sum())
        poor_growth = Fraction(growth.exact_sum(voters[is_poor]), growth.parts)
        return float(poor_growth - falls * self.worths[item] * rich_points)

    def _poor(self, voters: IntArray, asked: FloatArray) -> BoolArray:
        """Who has less left than is asked, or so nearly as much that it may be."""
        return self.purses.left[voters] <= asked + (self.purses.off + 4 * EPSILON * asked)

    def _note_paid(self, pay: FloatArray, rising: FloatArray) -> None:
        at = self.waiting & (rising > 0)
        if at.any():
            off = self.numbers * (self.purses.off + EPSILON * (self.costs + pay))
            self._note(np.min((self.costs - pay - off)[at] / rising[at]))

    def _note(self, growth: float) -> None:
        # A little is taken off for the roundings of the rates themselves.
        self.least = max(0.0, min(self.least, float(growth) * (1 - NOISE)))
