"""All panels that meet the quotas, without listing them: asked for the one of greatest weight."""

from __future__ import annotations

import highspy
import numpy as np
from scipy import sparse

from coalition.analysis.arrays import FloatArray, IntArray
from coalition.analysis.lot.pools import Problem

NODES = 20_000  # steps of exact search in all; on any machine the same search ends
# A last stop behind them, seconds in all: with hundreds of quotas one step alone takes minutes.
SECONDS = 120.0
WHOLE = 1e-6  # nearer to a whole number than this is one


class Undecided(Exception):
    """A search was given up before anything was proved."""

    def __init__(self, what: str = "") -> None:
        limits = f"{NODES:,} steps or {SECONDS:.0f} s"
        what = what or f"The search for a panel was given up after {limits}"
        super().__init__(
            f"{what}. Please widen the narrowest quotas a little, or ask for fewer features."
        )


class Panels:
    """The compositions x of a problem: 0 ≤ x ≤ sizes of types, x adds up to the panel's size, and
    what it holds of each quota is within its bounds.

    `divided` allows seats to be shared between types (a linear program), `best` does not (an
    integer program, which proves its answer), `near` rounds the one to the other.
    """

    def __init__(self, problem: Problem) -> None:
        self.sizes = problem.types.sizes.astype(float)
        self._columns = np.arange(len(self.sizes), dtype=np.int32)
        rows = np.vstack([problem.counted, np.ones((1, len(self.sizes)), dtype=np.int64)])
        least = [*(quota.least for quota in problem.ordered), problem.size]
        most = [*(quota.most for quota in problem.ordered), problem.size]
        self._linear = solver(linear_program(rows, least, most, self.sizes))
        whole = linear_program(rows, least, most, self.sizes)
        whole.integrality_ = [highspy.HighsVarType.kInteger] * len(self.sizes)
        self._whole = solver(whole)
        self._steps_left = NODES

    def without(self, types: IntArray) -> None:
        """From now on no panel holds any of these types."""
        self.sizes[types] = 0
        self._whole.changeColsBounds(
            len(self.sizes), self._columns, np.zeros(len(self.sizes)), self.sizes
        )

    def divided(self, weights: FloatArray) -> FloatArray | None:
        """Seats by type of the greatest weight, if seats can be divided; None: there are none."""
        count = len(self.sizes)
        self._linear.changeColsBounds(count, self._columns, np.zeros(count), self.sizes)
        self._linear.changeColsCost(count, self._columns, weights)
        return self._seats()

    def near(self, weights: FloatArray) -> IntArray | None:
        """A panel of nearly the greatest weight; None: none was found, which proves nothing.

        Seats are divided first, where few types are left with a part of a seat (no more than
        there are quotas). The one nearest to its next whole seat is given it, or, if that cannot
        be, is held below it; the seats are divided again, until all are whole.
        """
        seats = self.divided(weights)
        while seats is not None:
            missing = np.ceil(seats - WHOLE) - seats
            parts = np.flatnonzero(missing > WHOLE)
            if not len(parts):
                panel: IntArray = np.rint(seats).astype(np.int64)
                return panel
            at = int(parts[np.argmin(missing[parts])])
            below = float(np.floor(seats[at]))
            seats = self._divided_within(at, below + 1, float(self.sizes[at]))
            if seats is None:
                seats = self._divided_within(at, 0.0, below)
        return None

    def best(self, weights: FloatArray) -> tuple[IntArray, float] | None:
        """The panel of the greatest weight, and a proved bound on the weight of any; None: it is
        proved that there is no panel.

        Undecided: NODES steps, or SECONDS, of this and all earlier searches were not enough to find
        any.
        """
        self._whole.setOptionValue("mip_max_nodes", self._steps_left)
        self._whole.setOptionValue("time_limit", max(0.0, SECONDS - self._whole.getRunTime()))
        self._whole.changeColsCost(len(self.sizes), self._columns, weights)
        self._whole.run()
        info = self._whole.getInfo()
        self._steps_left = max(0, self._steps_left - 1 - max(0, info.mip_node_count))
        if self._whole.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return None
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise Undecided
        panel = np.rint(np.array(self._whole.getSolution().col_value)).astype(np.int64)
        return panel, max(float(info.mip_dual_bound), float(weights @ panel))

    def _divided_within(self, at: int, least: float, most: float) -> FloatArray | None:
        self._linear.changeColBounds(at, least, most)
        return self._seats()

    def _seats(self) -> FloatArray | None:
        self._linear.run()
        if self._linear.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(self._linear.getSolution().col_value)


def linear_program(
    rows: IntArray | sparse.spmatrix, least: object, most: object, upper: FloatArray
) -> highspy.HighsLp:
    """To be maximised: columns from 0 to `upper` without costs, rows between least and most."""
    matrix = sparse.csc_matrix(rows, dtype=float)
    program = highspy.HighsLp()
    program.num_row_, program.num_col_ = matrix.shape
    program.sense_ = highspy.ObjSense.kMaximize
    program.col_cost_ = np.zeros(matrix.shape[1])
    program.col_lower_ = np.zeros(matrix.shape[1])
    program.col_upper_ = np.asarray(upper, dtype=float)
    program.row_lower_ = np.asarray(least, dtype=float)
    program.row_upper_ = np.asarray(most, dtype=float)
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = matrix.indptr
    program.a_matrix_.index_ = matrix.indices
    program.a_matrix_.value_ = matrix.data
    return program


def solver(program: highspy.HighsLp, **options: str | float) -> highspy.Highs:
    """HiGHS (Huangfu and Hall, Mathematical Programming Computation 10, 2018), silent and on one
    thread, so that the same question has the same answer everywhere."""
    made = highspy.Highs()  # type: ignore[no-untyped-call]
    chosen: dict[str, str | float] = {
        "output_flag": False,
        "parallel": "off",
        "mip_rel_gap": 0.0,
        "mip_max_nodes": NODES,
        # Few columns and warm starts: preparing a program costs more than it saves.
        **({} if program.integrality_ else {"presolve": "off"}),
        **options,
    }
    for name, value in chosen.items():
        made.setOptionValue(name, value)
    made.passModel(program)
    return made
