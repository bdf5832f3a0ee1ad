"""The fairest division of a panel's seats, were seats divisible: what every lottery is held to."""

from __future__ import annotations

import highspy
import numpy as np
from scipy import sparse

from coalition.analysis.arrays import FloatArray
from coalition.analysis.lot.panels import linear_program, solver
from coalition.analysis.lot.pools import Problem

NEAR = 1e-9


def fairest_division(problem: Problem, excluded: tuple[int, ...] = ()) -> FloatArray:
    """Seats (with fractions) for each of t types: the lowest chance of anybody is as high as it
    can be, then the next lowest, and so on (leximin).

    The panels of a lottery are on average such a division, so no lottery has a higher lowest
    chance than this: a bound that costs next to nothing. Types that cannot have any part of a
    seat have 0, as have those `excluded`.

    The order of levels follows Flanigan et al. 2021 (see `pools`), over types and without panels:
    raise the chance of all together; who cannot be raised further (a positive dual value of its
    row says so) is settled there; go on with the others.

    ValueError: even divided seats cannot meet the quotas.
    """
    sizes = problem.types.sizes.astype(float)
    sizes[list(excluded)] = 0
    count, quotas = len(sizes), problem.ordered
    counted = np.vstack([problem.counted, np.ones((1, count), np.int64)])
    # Last column: the chance that all who are open have at least.
    rows = sparse.bmat(
        [
            [sparse.csr_matrix(counted), None],
            [sparse.identity(count), sparse.csr_matrix(-sizes[:, None])],
        ]
    )
    program = linear_program(
        rows,
        np.concatenate([[q.least for q in quotas], [problem.size], np.zeros(count)]),
        np.concatenate([[q.most for q in quotas], [problem.size], np.full(count, np.inf)]),
        np.append(sizes, 1.0),
    )
    costs = np.zeros(count + 1)
    costs[-1] = 1.0
    program.col_cost_ = costs
    search = solver(program)
    first = len(quotas) + 1
    is_open, seats = sizes > 0, np.zeros(count)
    while is_open.any():
        search.run()
        if search.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ValueError("Even divided seats cannot meet the quotas.")
        solution = search.getSolution()
        level = float(solution.col_value[-1])
        # Where all seats are spoken for, nobody can be raised.
        spent = seats[~is_open].sum() + level * sizes[is_open].sum() > problem.size - NEAR
        held = np.abs(np.array(solution.row_dual)[first:]) > NEAR
        settled = np.flatnonzero(is_open & (held | spent | (level > 1 - NEAR)))
        if not len(settled):  # only rounding can bring us here: nobody is held back
            settled = np.flatnonzero(is_open)
        for at in settled:
            seats[at] = level * sizes[at] if level > NEAR else 0.0
            search.changeCoeff(first + int(at), count, 0.0)
            search.changeRowBounds(first + int(at), max(0.0, seats[at] - NEAR), np.inf)
        is_open[settled] = False
    return seats
