"""Of every item why it is in or out: who supports it, what they could pay, what it would need."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from coalition.analysis.arrays import IntArray
from coalition.analysis.choosing.election import Election
from coalition.analysis.choosing.greedy import greedy_order, score
from coalition.analysis.choosing.prioritising import Outcome, prioritised, without_group
from coalition.analysis.choosing.purses import Purses
from coalition.analysis.disclosure import FEWEST_OF_GROUP
from coalition.analysis.suppression import Cell, withheld_in_table


@dataclass(frozen=True)
class Explained:
    """Why one item is in or out. Amounts are in the smallest unit of the money, exactly.

    Attributes:
        supporters: Voters who support it; `support` their points together.
        by_group: Supporters by the name of their group; None where the figure, or the rest of the
            group, would be one to four people, or would tell such a figure.
        round: In which it was taken, from 1; None if it was not.
        available: The money there was for it. With equal shares what its supporters had left
            together, when it was taken or at the end; with the greedy rule what was left of the
            budget when its turn came.
        missing: What it costs above that; 0 if it was taken. Had it cost as much less, it would be
            in. 0 too for what the greedy rule could have paid, had anybody supported it.
        more_supporters: How many more of the voters would have been enough. With equal shares:
            of those who have most left at the end. With the greedy rule: how many more points
            bring it to a place in the list where it fits (of those who approve: supporters).
            None if no number is; 0 if it was taken.
        carried_by: Groups without whose votes it would not be in.
    """

    item: str
    cost: int
    support: int
    supporters: int
    by_group: dict[str, int | None]
    round: int | None
    available: Fraction
    missing: Fraction
    more_supporters: int | None
    carried_by: tuple[str, ...]


def explained(outcome: Outcome) -> tuple[Explained, ...]:
    """Every item: those taken in the order of the rounds, then the others by support, and of equal
    support by `election.rank`."""
    election = outcome.election
    needs = _greedy_needs(outcome) if outcome.rule == "greedy" else _purses_needs(outcome)
    groups = supporters_by_group(election)
    carried = _carried_by(outcome)
    rounds = {item: number for number, item in enumerate(outcome.taken, start=1)}
    others = [item for item in range(len(election.ids)) if item not in rounds]
    others.sort(key=lambda item: (-int(election.support[item]), election.rank[item]))
    found = []
    for item in [*outcome.taken, *others]:
        cost = int(election.costs[item])
        available, more = needs[item]
        found.append(
            Explained(
                item=election.ids[item],
                cost=cost,
                support=int(election.support[item]),
                supporters=len(election.supporters_of(item)),
                by_group=groups[item],
                round=rounds.get(item),
                available=available,
                missing=Fraction(0) if item in rounds else max(Fraction(0), cost - available),
                more_supporters=more,
                carried_by=carried.get(item, ()),
            )
        )
    return tuple(found)


def _purses_needs(outcome: Outcome) -> dict[int, tuple[Fraction, int | None]]:
    """The course once more with its prices, looking into the purses on the way."""
    election = outcome.election
    items = range(len(election.ids))
    if outcome.share is None:
        return {item: (Fraction(0), None) for item in items}
    purses = Purses(election, outcome.share)
    needs: dict[int, tuple[Fraction, int | None]] = {}

    def left_of(voters: IntArray) -> Fraction:
        return Fraction(purses.exact_sum(voters), purses.parts)

    for item, round_ in zip(outcome.taken, outcome.rounds, strict=True):
        needs[item] = left_of(election.supporters_of(item)), 0
        assert round_.price is not None
        purses.pay(item, round_.price)
    richest = np.argsort(-purses.left, kind="stable")
    for item in items:
        if item in needs:
            continue
        available = left_of(election.supporters_of(item))
        missing = int(election.costs[item]) - available
        others = richest[~np.isin(richest, election.supporters_of(item))]
        enough = int(np.searchsorted(np.cumsum(purses.left[others]), float(missing)))
        # Floating point finds the number but for a rounding; the purses say it exactly.
        if enough and left_of(others[:enough]) >= missing:
            more: int | None = enough
        else:
            more = enough + 1 if left_of(others[: enough + 1]) >= missing else None
        needs[item] = available, more
    return needs


def _greedy_needs(outcome: Outcome) -> dict[int, tuple[Fraction, int | None]]:
    """What was left of the budget at each item's turn, and how many points lift it to a turn at
    which it fits. What nobody supports has its turn after all others."""
    election, utility = outcome.election, outcome.utility
    order = greedy_order(election, utility)
    order += [item for item in range(len(election.ids)) if not election.support[item]]
    left_at = [election.budget]
    for item in order:
        spent = int(election.costs[item]) if item in outcome.taken else 0
        left_at.append(left_at[-1] - spent)
    needs: dict[int, tuple[Fraction, int | None]] = {}
    for turn, item in enumerate(order):
        cost, worth = int(election.costs[item]), election.worth(item, utility)
        if item in outcome.taken:
            needs[item] = Fraction(left_at[turn]), 0
            continue
        fitting = [earlier for earlier in range(turn + 1) if cost <= left_at[earlier]]
        more: int | None = None
        if fitting and fitting[-1] == turn:
            more = 1  # it fits, and nobody supports it
        elif fitting:
            ahead_of = order[fitting[-1]]
            needed = score(election, ahead_of, utility) * cost / worth
            whole = -(-needed.numerator // needed.denominator)
            is_first = election.rank[item] < election.rank[ahead_of]
            if whole == needed and not is_first:
                whole += 1
            more = whole - int(election.support[item])
            if election.approvals and more > election.voters - int(election.support[item]):
                more = None
        needs[item] = Fraction(left_at[turn]), more
    return needs


def supporters_by_group(election: Election) -> list[dict[str, int | None]]:
    """Of each item what `Explained.by_group` says."""
    if not election.groups:
        return [{} for _ in election.ids]
    everybody: Cell = (None,)
    number = len(election.groups)
    sizes = np.bincount(election.group_of[election.group_of >= 0], minlength=number)
    shown: list[dict[str, int | None]] = []
    for item in range(len(election.ids)):
        of = election.group_of[election.supporters_of(item)]
        counts = np.bincount(of[of >= 0], minlength=number)
        cells: dict[Cell, int | tuple[int, int]] = {
            (group,): (int(counts[group]), int(sizes[group])) for group in range(number)
        }
        cells[everybody] = len(of), election.voters
        hidden = withheld_in_table(cells, FEWEST_OF_GROUP, is_open={everybody})
        shown.append(
            {
                name: None if (group,) in hidden else int(counts[group])
                for group, name in enumerate(election.groups)
            }
        )
    return shown


def _carried_by(outcome: Outcome) -> dict[int, tuple[str, ...]]:
    """Neither a group of fewer than five is looked at, nor one beside which there are so few
    others: what changes without the one would tell its votes, and what is left those of the other.
    """
    election = outcome.election
    carried: dict[int, tuple[str, ...]] = {}
    for group, name in enumerate(election.groups):
        size = int(np.count_nonzero(election.group_of == group))
        if FEWEST_OF_GROUP <= size <= election.voters - FEWEST_OF_GROUP:
            rest = prioritised(
                without_group(election, group),
                rule=outcome.rule,
                utility=outcome.utility,
                completion=outcome.completion,
            )
            for item in set(outcome.taken) - set(rest.taken):
                carried[item] = (*carried.get(item, ()), name)
    return carried
