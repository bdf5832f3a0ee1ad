"""A lottery over panels in which everybody's chance is as equal as the quotas allow.

What is fairest were seats divisible is quickly known (`division`), and no lottery is fairer. So a
lottery is sought that gives each type what it is due there. Panels are collected one by one, each
for the types that are furthest behind; a linear program then finds how likely each is to be. Mostly
that is all: everybody has what they are due, and more is impossible. Where whole panels cannot
give it, the fairest lottery of whole panels is found by column generation, as in Flanigan et al.
2021 (see `pools`), over types instead of people.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from coalition.analysis.arrays import BoolArray, FloatArray, IntArray
from coalition.analysis.lot.division import fairest_division
from coalition.analysis.lot.feasibility import a_panel
from coalition.analysis.lot.panels import Panels, Undecided, linear_program, solver
from coalition.analysis.lot.pools import TICKETS, Certificate, Lottery, Problem, Types

NEAR = 1e-7
NOISE = 1e-8
BATCH = 12  # panels sought between two linear programs
MOST_TYPES = 5_000  # with so many the search takes some minutes
MANY = 200  # more types than this are many: linear programs take seconds, so fewer are solved
WITHIN_OF_MANY = 0.002  # and the search ends once nobody lacks more than this share of their due


def fairest(problem: Problem, *, within: float | None = None, rounds: int | None = None) -> Lottery:
    """The lottery whose lowest chance is as high as it can be, then the next lowest, and so on.

    Args:
        problem: A pool, quotas and a size.
        within: The search ends when every type has at least 1 − within of what it is due; by
            default 0.002 where types are many, else as exact as numbers are.
        rounds: How many linear programs are solved at most, at every machine alike; by default
            fewer, the more types there are, so that it ends within about a minute.

    The certificate says how near to the best it came, whatever the limits.

    Infeasible: no panel meets the quotas. Undecided: a search had to be given up, or would have
    to be with so many types.
    """
    count = len(problem.types.sizes)
    if count > MOST_TYPES:
        raise Undecided(f"Quotas part this pool into {count:,} kinds of people, too many to search")
    columns = [a_panel(problem)]
    panels = Panels(problem)
    limit = max(6, 4_000_000 // count**2) if rounds is None else rounds
    if within is None:
        within = WITHIN_OF_MANY if count > MANY else NEAR
    unreachable: IntArray = np.array([], dtype=np.int64)
    while True:
        due = fairest_division(problem, tuple(unreachable.tolist()))
        barred = np.flatnonzero(due <= 0)
        panels.without(barred)
        columns = [column for column in columns if not column[barred].any()]
        turns = min(count + count // 10 + 20, 4_000_000 // count)  # each takes time as types do
        columns += spread(panels, due, turns)
        missed = np.flatnonzero((due > 0) & (np.sum(columns, axis=0) == 0))
        found, never = held_by_any(panels, missed)
        columns += found
        unreachable = np.sort(np.concatenate([barred, never]))
        if not len(never):
            break
    collected = Columns(panels, columns, limit)
    mix, _ = collected.best_mix(due, due > 0, np.zeros(len(due)), enough=1 - within)
    sizes = problem.types.sizes
    bound = float((due[due > 0] / sizes[due > 0]).min())
    if mix.level < 1 - within:
        mix, proved = collected.leximin(sizes.astype(float), due > 0)
        bound = min(bound, proved)
    return lottery(problem.types, collected.matrix, mix.probabilities, due, bound, unreachable)


def spread(panels: Panels, due: FloatArray, count: int) -> list[IntArray]:
    """Panels that together give each type nearly what it is due: each next one is of the greatest
    weight, where a type weighs how many panels it is behind (herding; Welling, "Herding dynamical
    weights to learn", ICML 2009)."""
    reached = due > 0
    share = np.where(reached, due, 1.0)
    held = np.zeros(len(due))
    found = []
    for turn in range(1, count + 1):
        behind = np.where(reached, turn - held / share, 0.0)
        panel = panels.near(behind / max(np.abs(behind).max(), NEAR))
        if panel is not None:
            held += panel
            found.append(panel)
    return found


def held_by_any(panels: Panels, types: IntArray) -> tuple[list[IntArray], IntArray]:
    """For each of these types a panel that holds it; and the types that, proved, none holds.

    Undecided: see `Panels.best`.
    """
    found, never = [], []
    for at in types:
        best = panels.best(np.eye(1, len(panels.sizes), at)[0])
        if best is not None and best[0][at]:
            found.append(best[0])
        elif best is None or best[1] < 1 - NEAR:
            never.append(int(at))
        else:
            raise Undecided
    return found, np.array(never, dtype=np.int64)


@dataclass(frozen=True)
class Mix:
    """How likely each panel is; the level that all who are raised have at least, as a share of
    what they are due; and the price of every type, whose dearest panel costs `cost`."""

    probabilities: FloatArray
    level: float
    prices: FloatArray
    cost: float


class Columns:
    """The panels collected so far, to be mixed, and more of them where that helps."""

    def __init__(self, panels: Panels, columns: list[IntArray], rounds: int) -> None:
        self.panels = panels
        self.matrix: IntArray = np.unique(np.array(columns), axis=0)
        self.rounds = rounds

    def best_mix(
        self,
        due: FloatArray,
        raised: BoolArray,
        floors: FloatArray,
        enough: float | None = None,
    ) -> tuple[Mix, float]:
        """The mix that gives all who are raised the greatest share of what they are due, and the
        others their floors (in seats); and a proved bound on that share, infinite while there is
        none. It ends when no panel can better it, with the last round, and, if a share is named as
        enough, when it is reached or proved to be out of reach."""
        bound = np.inf
        while True:
            mix = mixed(self.matrix, due, raised, floors)
            self.rounds -= 1
            if self.rounds <= 0 or (enough is not None and mix.level >= enough):
                return mix, bound
            fresh = self._dearer(mix)
            if not fresh:
                try:
                    best = self.panels.best(mix.prices)
                except Undecided:
                    best = None
                if best is None:
                    self.rounds = 0
                    return mix, bound
                # By duality no mix can lift the level by more than the dearest panel costs more.
                bound = min(bound, mix.level + max(0.0, best[1] - mix.cost))
                if bound <= mix.level + NEAR or self._has(best[0]):
                    return mix, bound
                if enough is not None and bound < enough:
                    return mix, bound
                fresh = [best[0]]
            self.matrix = np.unique(np.vstack([self.matrix, *fresh]), axis=0)

    def leximin(self, due: FloatArray, raised: BoolArray) -> tuple[Mix, float]:
        """Level after level: raise all, settle those who cannot be raised further, go on. With the
        proved bound on the first level, the lowest chance."""
        raised, floors = raised.copy(), np.zeros(len(due))
        mix, bound = self.best_mix(due, raised, floors)
        while self.rounds > 0:
            settled = raised & (mix.prices * due > NEAR)
            if not settled.any():
                settled = raised
            floors[settled] = mix.level * due[settled]
            raised &= ~settled
            if not raised.any():
                break
            mix, _ = self.best_mix(due, raised, floors)
        return mix, bound

    def _dearer(self, mix: Mix) -> list[IntArray]:
        """Panels that cost more than any in the mix at its prices; those of a panel found fall, so
        that the next one differs."""
        prices, found = mix.prices.copy(), []
        for _ in range(BATCH):
            panel = self.panels.near(prices)
            if panel is None or mix.prices @ panel <= mix.cost + NEAR or self._has(panel):
                break
            found.append(panel)
            prices[panel > 0] *= 0.8
        return found

    def _has(self, panel: IntArray) -> bool:
        return bool((self.matrix == panel).all(axis=1).any())


def mixed(matrix: IntArray, due: FloatArray, raised: BoolArray, floors: FloatArray) -> Mix:
    """A linear program: probabilities of the panels (rows of the matrix) that raise the level.

    Undecided: the solver gave up.
    """
    asked = np.flatnonzero(raised | (floors > 0))
    scale = np.where(raised, due, 1.0)[asked]
    parts = sparse.csr_matrix((matrix[:, asked] / scale).T)
    level = sparse.csr_matrix(-raised[asked].astype(float)[:, None])
    together = sparse.csr_matrix(np.ones((1, len(matrix))))
    rows = sparse.bmat([[parts, level], [together, None]])
    bottom = np.where(raised, 0.0, floors - NEAR / 100)[asked]
    program = linear_program(
        rows,
        np.append(bottom, 1.0),
        np.append(np.full(len(asked), np.inf), 1.0),
        np.append(np.ones(len(matrix)), np.inf),
    )
    costs = np.zeros(len(matrix) + 1)
    costs[-1] = 1.0
    program.col_cost_ = costs
    # From inside, an answer need not be brought to a corner: more panels are likely, no harm.
    inside = {"solver": "ipm", "run_crossover": "off"} if len(due) > MANY else {}
    search = solver(program, **inside)
    search.run()
    if search.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise Undecided("The chances of panels could not be computed, since the solver gave up")
    solution = search.getSolution()
    probabilities = np.maximum(np.array(solution.col_value)[:-1], 0.0)
    probabilities /= probabilities.sum()
    prices = np.zeros(len(due))
    prices[asked] = np.abs(np.array(solution.row_dual)[:-1]) / scale
    seats = probabilities @ matrix
    reached = float((seats[raised] / due[raised]).min())
    return Mix(probabilities, reached, prices, float((matrix @ prices).max()))


def lottery(
    types: Types,
    matrix: IntArray,
    probabilities: FloatArray,
    due: FloatArray,
    bound: float,
    unreachable: IntArray,
) -> Lottery:
    """Probabilities as whole tickets, by largest remainders; of equal ones the first panel's.
    Probabilities so small that they are but noise of the solver count as none."""
    likely = np.where(probabilities < NOISE, 0.0, probabilities)
    exact = likely / likely.sum() * TICKETS
    tickets = np.floor(exact).astype(np.int64)
    order = np.argsort(tickets - exact, kind="stable")
    tickets[order[: TICKETS - int(tickets.sum())]] += 1
    drawn = tickets > 0
    matrix, tickets = matrix[drawn], tickets[drawn]
    seats = tickets @ matrix / TICKETS
    reached = due > 0
    certificate = Certificate(
        bound=bound,
        reached=float((seats[reached] / types.sizes[reached]).min()),
        kept=float((seats[reached] / due[reached]).min()),
        unreachable=tuple(unreachable.tolist()),
    )
    return Lottery(types, matrix, tickets, certificate)
