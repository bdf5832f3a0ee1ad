"""What an item costs its supporters: between which bounds, in floating point, or exactly.

What the supporters pay together rises with the price of a point along a bent line that only gets
flatter, since more and more of them give all they have. Newton's method on it, from a price too
low, comes up to the right one from below, in no more steps than the line has bends on the way.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf

import numpy as np

from coalition.analysis.arrays import IntArray
from coalition.analysis.choosing.purses import EPSILON, Purses


def price_around(
    item: int, known: float, limit: float, purses: Purses
) -> tuple[float, float] | None:
    """The price is certainly not below the first figure; None if the item certainly cannot be paid.

    It is not above the second either, provided that between the two nobody's purse runs out:
    `Purses.pay_about` holds that against the purses. The second is infinite where floating point
    cannot tell, or as soon as the first is above `limit`: nobody asks how much above. `known` is a
    price that is not too high.
    """
    election = purses.election
    voters, points = election.backing[item]
    cost, left = float(election.costs[item]), purses.left.take(voters)
    roundings = (len(left) + 4) * EPSILON * cost  # of the sum and of the few operations after it
    price = least = known
    asked = price * points
    is_rich = left > asked
    rich = np.count_nonzero(is_rich)
    while rich:
        slope = rich if isinstance(points, float) else float(points[is_rich].sum())
        price += (cost - float(np.add.reduce(np.minimum(left, asked)))) / slope
        # The sum is as far off as the purses are that are given whole.
        least = price - ((len(left) - rich) * purses.off + roundings) / slope
        if least > limit:
            return least, inf
        asked = price * points
        is_rich = left > asked
        before, rich = rich, np.count_nonzero(is_rich)
        if rich == before:
            # Of those, the empty ones are known precisely.
            off = ((np.count_nonzero(left) - rich) * purses.off + roundings) / slope
            return price - off, price + off
        if rich > before:  # by nothing but roundings
            return least, inf
    gap = cost - float(np.add.reduce(left))
    return None if gap > len(left) * purses.off + roundings else (least, inf)


def exact_price(item: int, about: float, purses: Purses) -> tuple[Fraction, IntArray] | None:
    """The price of an item, and the voters whose purses it empties; None if it cannot be paid.

    From any guess the first step is not too high, and it is done when the same supporters are too
    poor for the new price as for the one before.
    """
    election = purses.election
    voters, points = election.supporters_of(item), election.points_of(item)
    cost, support = int(election.costs[item]), int(election.support[item])
    left = purses.left[voters]
    surely = float(left.sum()) * (1 - len(left) * EPSILON) - len(left) * purses.off
    if surely < cost and purses.exact_sum(voters) < cost * purses.parts:
        return None
    poor = left < about * points
    if poor.all():  # no guess at all: as if all could pay in full
        poor = np.zeros_like(poor)
    while True:
        paid = purses.exact_sum(voters[poor])
        rich_points = support - int(points[poor].sum())
        price = Fraction(cost * purses.parts - paid, purses.parts * rich_points)
        before, (poor, no_more) = poor, purses.compared(item, price)
        if np.array_equal(poor, before):
            return price, voters[no_more]
