"""The greedy rule: down the list of items by support, each is taken if it still fits.

With utility "cost" the list is by support alone; with "cardinality" by support for each unit of
cost, so that cheap items come early. It is what most cities do, and it may give the whole budget
to the choices of half of the voters.

Source: Rey and Maly, "The (Computational) Social Choice Take on Indivisible Participatory
Budgeting" (arXiv:2303.00621), section 4.1, greedy approximations of welfare.
"""

from __future__ import annotations

from fractions import Fraction

from coalition.analysis.choosing.election import Election, Round, Utility


def greedy_order(election: Election, utility: Utility) -> list[int]:
    """The items anybody supports, best first; of equals by `election.rank`."""
    items = [item for item, support in enumerate(election.support) if support]
    return sorted(items, key=lambda item: (-score(election, item, utility), election.rank[item]))


def score(election: Election, item: int, utility: Utility) -> Fraction:
    """What a unit of cost buys: support times worth over the cost."""
    worth = int(election.support[item]) * election.worth(item, utility)
    return Fraction(worth, int(election.costs[item]))


def greedy(election: Election, utility: Utility) -> tuple[list[int], list[Round]]:
    """Items in the order they are taken, and the rounds."""
    order = greedy_order(election, utility)
    scores = {item: score(election, item, utility) for item in order}
    left = election.budget
    taken: list[int] = []
    rounds: list[Round] = []
    for at, item in enumerate(order):
        cost = int(election.costs[item])
        if cost > left:
            continue
        tied = []
        for other in order[at + 1 :]:
            if scores[other] != scores[item]:
                break
            if election.costs[other] <= left:
                tied.append(election.ids[other])
        left -= cost
        taken.append(item)
        support = int(election.support[item])
        rounds.append(Round(election.ids[item], cost, support, None, 0, 0, tuple(tied)))
    return taken, rounds
