"""The method of equal shares, for one size of the share.

The budget is shared out equally among all voters, and a supporter pays only for what he or she
supports. An item can be bought when its supporters can pay for it together; they pay alike (of
those who gave points: in proportion to them), except that nobody pays more than is left. Bought
is what costs its supporters the least for what it is worth to them, until nothing can be bought.

Source: Peters, Pierczyński and Skowron, "Proportional Participatory Budgeting with Additive
Utilities", NeurIPS 2021 (arXiv:2008.13276), section 3. An item is there ρ-affordable if the sum
over its supporters of min(purse, ρ × utility) is its cost; bought is the one with the lowest ρ.
Here the utility of an item is its points times its `worth`, and ρ × worth is called the *price*.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from heapq import heapify, heappop, heappush
from math import inf

from coalition.analysis.arrays import IntArray
from coalition.analysis.choosing.election import Election, Round, Utility
from coalition.analysis.choosing.pricing import exact_price, price_around
from coalition.analysis.choosing.purses import EPSILON, Purses
from coalition.analysis.choosing.slack import Slack

# For each item that waits to be bought what it certainly costs at least, for what it is worth:
# purses only get emptier, so what was found once is a lower bound ever after, and an item whose
# bound is above the best need not be looked at.
Waiting = list[tuple[float, int]]

UP, DOWN = 1 + 4 * EPSILON, 1 - 4 * EPSILON  # beyond the roundings of a few operations


@dataclass(frozen=True)
class Course:
    """All that happened with one size of the share.

    Attributes:
        counts: Of each item bought, how many of its supporters had anything to pay with, and how
            many of those had nothing afterwards.
        tied: Of each item bought, what was just as good.
        slack: By how much the share may grow before anything else could be bought (None, if nobody
            asked): with every share from this one to below `purses.share + slack` the same items
            are bought in the same order.
    """

    election: Election
    purses: Purses
    counts: tuple[tuple[int, int], ...]
    tied: tuple[list[int], ...]
    slack: float | None

    @property
    def taken(self) -> tuple[int, ...]:
        return tuple(self.purses.bought)

    @cached_property
    def rounds(self) -> tuple[Round, ...]:
        """Each with its exact price, which is found only when somebody asks."""
        self.purses.settle()
        return tuple(
            Round(
                item=self.election.ids[item],
                cost=int(self.election.costs[item]),
                support=int(self.election.support[item]),
                price=price,
                paying=paying,
                emptied=emptied,
                tied=tuple(self.election.ids[other] for other in tied),
            )
            for item, price, (paying, emptied), tied in zip(
                self.purses.bought, self.purses.prices, self.counts, self.tied, strict=True
            )
        )


def course(
    election: Election, utility: Utility, share: Fraction, *, with_slack: bool = False
) -> Course:
    """Buy until nothing can be bought. Exact: floating point only decides what it can decide with
    certainty, and fractions the rest. Of items equally good the one first in `election.rank`."""
    purses = Purses(election, share)
    slack = Slack(election, utility, purses) if with_slack else None
    worths = [election.worth(item, utility) for item in range(len(election.ids))]
    costs, support = election.costs.tolist(), election.support.tolist()
    waiting = [
        (costs[item] / support[item] / worths[item] * DOWN, item)
        for item in range(len(costs))
        if support[item]
    ]
    heapify(waiting)
    counts: list[tuple[int, int]] = []
    ties: list[list[int]] = []
    while True:
        # The slack needs each price exactly before it is paid.
        counted = None if slack else _buy_clearly(waiting, purses, worths)
        if counted:
            tied: list[int] = []
        elif found := _cheapest(waiting, purses, worths):
            item, (price, emptying), tied = found
            if slack:
                slack.watch(item, price)
            counted = purses.pay_known(item, price, emptying)
        else:
            break
        counts.append(counted)
        ties.append(tied)
    if slack:
        slack.watch_end()
    least = slack.least if slack else None
    return Course(election, purses, tuple(counts), tuple(ties), least)


def _buy_clearly(waiting: Waiting, purses: Purses, worths: list[int]) -> tuple[int, int] | None:
    """Pay for the best item: how many pay, and how many of those have nothing afterwards. None,
    and nobody pays, if floating point cannot tell which it is or who can pay in full. What
    certainly cannot be paid any more is dropped for ever."""
    looked_at: Waiting = []
    best: tuple[int, float, float] | None = None
    ceiling = inf  # of what the best costs for what it is worth
    while waiting and waiting[0][0] <= ceiling:
        known, item = heappop(waiting)
        worth = worths[item]
        if around := price_around(item, known * worth, ceiling * worth, purses):
            least, most = around
            looked_at.append((least / worth * DOWN, item))
            if (above := most / worth * UP) < ceiling:
                best, ceiling = (item, least, most), above
    likely = [one for one in looked_at if one[0] <= ceiling]
    counts = purses.pay_about(*best) if best and len(likely) == 1 else None
    for one in looked_at:
        if not counts or one is not likely[0]:
            heappush(waiting, one)
    return counts


def _cheapest(
    waiting: Waiting, purses: Purses, worths: list[int]
) -> tuple[int, tuple[Fraction, IntArray], list[int]] | None:
    """The item to buy, its price with the voters it empties, and what was just as good. What
    cannot be paid any more is dropped for ever. None: nothing can be paid."""
    prices: dict[int, tuple[Fraction, IntArray]] = {}
    leasts: dict[int, float] = {}
    ceiling = inf
    while waiting and waiting[0][0] <= ceiling:
        known, item = heappop(waiting)
        worth = worths[item]
        if item not in leasts:  # a better bound first: its turn may come
            if around := price_around(item, known * worth, ceiling * worth, purses):
                leasts[item] = around[0]
                heappush(waiting, (around[0] / worth * DOWN, item))
        elif price := exact_price(item, leasts[item], purses):
            prices[item] = price
            ceiling = min(ceiling, float(price[0]) / worth * UP)
    if not prices:
        return None
    costs = {item: price[0] / worths[item] for item, price in prices.items()}
    lowest = min(costs.values())
    equal = [item for item, cost in costs.items() if cost == lowest]
    equal.sort(key=purses.election.rank.__getitem__)
    for item, cost in costs.items():
        if item != equal[0]:
            heappush(waiting, (float(cost) * DOWN, item))
    return equal[0], prices[equal[0]], equal[1:]
