"""Whether a panel can meet all quotas; if none can, the smallest change of quotas that mends it."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from coalition.analysis.arrays import IntArray
from coalition.analysis.lot.panels import Panels, Undecided, linear_program, solver
from coalition.analysis.lot.pools import Problem, Quota

# Tens of quotas take a moment; hundreds that contradict each other could take hours. Nothing is
# drawn either way: a clock decides here only how good the advice is.
SECONDS = 30.0


@dataclass(frozen=True)
class Change:
    """A quota, and the bounds that are proposed for it."""

    quota: Quota
    least: int
    most: int

    def __str__(self) -> str:
        said = []
        if self.least != self.quota.least:
            said.append(f"at least {self.least} instead of {self.quota.least}")
        if self.most != self.quota.most:
            said.append(f"at most {self.most} instead of {self.quota.most}")
        return f"{self.quota}: {' and '.join(said)}"


class Infeasible(Exception):
    """No panel meets all quotas; this is proved. `changes` would mend it, if any can."""

    def __init__(self, reason: str, changes: tuple[Change, ...] = ()) -> None:
        super().__init__(reason)
        self.changes = changes


def a_panel(problem: Problem) -> IntArray:
    """Some panel that meets all quotas, as its composition.

    Infeasible: there is none; with the smallest change of quotas that makes one possible.
    Undecided: see `Panels.best`.
    """
    people = len(problem.pool.ids)
    if people < problem.size:
        raise Infeasible(
            f"The pool holds {people} people; a panel of {problem.size} cannot be drawn from it."
        )
    found = Panels(problem).best(np.zeros(len(problem.types.sizes)))
    if found is not None:
        return found[0]
    changes, proved = _widened(problem)
    if changes is None:
        raise Infeasible(
            f"No panel of {problem.size} drawn from this pool meets all quotas, not even with "
            "every quota widened as far as its floor and its ceiling allow."
        )
    words = "; ".join(str(change) for change in changes)
    which = "The smallest change" if proved else "A change (there may be a smaller one)"
    raise Infeasible(
        f"No panel of {problem.size} drawn from this pool meets all quotas. "
        f"{which} that makes one possible: {words}.",
        changes,
    )


def smallest_changes(problem: Problem) -> tuple[Change, ...] | None:
    """The quotas to be widened so that a panel exists: by as few seats as possible in all, then
    as few quotas as possible, then those whose names come first. None: no widening within
    floors and ceilings is enough. Empty: none is needed.

    Widening a lower bound by one, or an upper one, counts as one seat.

    Undecided: it was not found in SECONDS.
    """
    changes, proved = _widened(problem)
    if not proved:
        raise Undecided
    return changes


def _widened(problem: Problem) -> tuple[tuple[Change, ...] | None, bool]:
    """The best change found within SECONDS, and whether it is proved that none is smaller."""
    types, quotas = len(problem.types.sizes), problem.ordered
    count = len(quotas)
    # Columns: seats by type; by how much each lower and each upper bound gives way; whether the
    # quota is touched. Rows: lower bounds, upper bounds, size, and "touched if it gives way".
    none, one = np.zeros((count, count), np.int64), np.eye(count, dtype=np.int64)
    room = np.array([max(0, quota.least - quota.floor) for quota in quotas])
    ceilings = [problem.size if quota.ceiling is None else quota.ceiling for quota in quotas]
    space = np.array([max(0, c - q.most) for c, q in zip(ceilings, quotas, strict=True)])
    rows = np.block(
        [
            [problem.counted, one, none, none],
            [problem.counted, none, -one, none],
            [np.ones((1, types), np.int64), np.zeros((1, 3 * count), np.int64)],
            [np.zeros((count, types), np.int64), one, one, -np.diag(room + space)],
        ]
    )
    free = np.full(count, np.inf)
    program = linear_program(
        rows,
        np.concatenate([[q.least for q in quotas], -free, [problem.size], -free]),
        np.concatenate([free, [q.most for q in quotas], [problem.size], np.zeros(count)]),
        np.concatenate([problem.types.sizes, room, space, np.ones(count)]),
    )
    # One seat costs more than touching every quota, one quota more than any order of names.
    order = np.arange(1, count + 1)
    touched = order.sum() + 1 + order
    seat = float(touched.sum() + 1)
    program.col_cost_ = -np.concatenate([np.zeros(types), np.full(2 * count, seat), touched])
    program.integrality_ = [highspy.HighsVarType.kInteger] * rows.shape[1]
    search = solver(program, mip_abs_gap=0.5, time_limit=SECONDS)
    search.run()
    if search.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None, True
    proved = search.getModelStatus() == highspy.HighsModelStatus.kOptimal
    if search.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise Undecided
    values = np.rint(np.array(search.getSolution().col_value)).astype(np.int64)
    lower, upper = values[types : types + count], values[types + count : types + 2 * count]
    changes = tuple(
        Change(quota, int(quota.least - down), int(quota.most + up))
        for quota, down, up in zip(quotas, lower, upper, strict=True)
        if down or up
    )
    return changes, proved
