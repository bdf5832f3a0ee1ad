"""Which items are taken for a budget: one door for the rules that there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np

from coalition.analysis.choosing.completion import Completion, completed
from coalition.analysis.choosing.election import Election, Round, Utility
from coalition.analysis.choosing.greedy import greedy

Rule = Literal["equal-shares", "greedy"]


@dataclass(frozen=True)
class Outcome:
    """What is taken, in the order of the rounds.

    `share` is what each voter had to spend in the end, with completion more than the budget gives
    (None with the greedy rule, and where nobody voted).
    """

    election: Election
    rule: Rule
    utility: Utility
    completion: Completion
    taken: tuple[int, ...]
    share: Fraction | None
    tell: Callable[[], tuple[Round, ...]]

    @cached_property
    def rounds(self) -> tuple[Round, ...]:
        """How it came about. The exact prices are found only when somebody asks."""
        return self.tell()

    @property
    def winners(self) -> tuple[str, ...]:
        return tuple(self.election.ids[item] for item in self.taken)

    @property
    def spent(self) -> int:
        return sum(int(self.election.costs[item]) for item in self.taken)


def prioritised(
    election: Election,
    *,
    rule: Rule = "equal-shares",
    utility: Utility = "cost",
    completion: Completion = "none",
) -> Outcome:
    """The outcome of a rule; the same for any order of voters and items, on any machine.

    The modules `equal_shares`, `completion` and `greedy` say what the rules are and where they
    come from. The greedy rule fills the budget by itself: for it `completion` means nothing.
    """
    if rule == "greedy" or not election.voters:
        taken, rounds = greedy(election, utility) if rule == "greedy" else ([], [])
        return Outcome(
            election, rule, utility, completion, tuple(taken), None, lambda: tuple(rounds)
        )
    course = completed(election, utility, completion)
    share = course.purses.share
    return Outcome(election, rule, utility, completion, course.taken, share, lambda: course.rounds)


def without_group(election: Election, group: int) -> Election:
    """The same election as if nobody of this group had voted. The budget stays."""
    kept = election.group_of != group
    place = np.cumsum(kept) - 1
    items = np.repeat(np.arange(len(election.ids)), np.diff(election.indptr))
    at = kept[election.supporters]
    indptr = np.zeros(len(election.ids) + 1, np.int64)
    np.cumsum(np.bincount(items[at], minlength=len(election.ids)), out=indptr[1:])
    return replace(
        election,
        voters=int(kept.sum()),
        indptr=indptr,
        supporters=place[election.supporters[at]],
        points=election.points[at],
        group_of=election.group_of[kept],
    )
