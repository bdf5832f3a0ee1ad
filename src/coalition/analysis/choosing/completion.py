"""Equal shares until the budget is spent: the method alone often leaves much of it unspent.

*Add-one*: the share of every voter is raised by one unit of the currency (in thought: nobody has
more money) and everything begun anew, as long as what is bought costs no more than the budget in
truth. Done is it when no other supported item would fit into the budget, or when the next
unit would overspend: then what was bought before that unit stands.

Source: Peters and Skowron, equalshares.net, "Completion of the outcome"; Peters, Pierczyński and
Skowron 2021, section 3, on why the method needs completing.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import numpy as np

from coalition.analysis.choosing.election import Election, Utility
from coalition.analysis.choosing.equal_shares import Course, course

Completion = Literal["none", "add1"]


def completed(election: Election, utility: Utility, completion: Completion) -> Course:
    """ValueError: nobody votes, so that there is no share."""
    if not election.voters:
        raise ValueError("Without voters the budget cannot be shared out.")
    share = Fraction(election.budget, election.voters)
    if completion == "none":
        return course(election, utility, share)
    before: Course | None = None  # with the share just below this one
    while True:
        now = course(election, utility, share, with_slack=True)
        spent = sum(int(election.costs[item]) for item in now.taken)
        if spent > election.budget and before is not None:
            return before
        if not _something_fits(election, now.taken, election.budget - spent):
            return now
        # The slack bounds the search of the first share with which anything may differ; what is
        # bought with those before it is the same, and the last of them is the one to stand.
        same = max(1, int((now.slack or 0.0) / election.unit))
        last = share + (same - 1) * election.unit
        before = now if same == 1 else course(election, utility, last)
        share = last + election.unit


def _something_fits(election: Election, taken: tuple[int, ...], left: int) -> bool:
    fits = (election.support > 0) & (election.costs <= left)
    fits[list(taken)] = False
    return bool(np.any(fits))
