"""The two directions in which votes differ most, and where each participant stands along them.

Polis imputes the mean of a statement where somebody did not vote on it, takes the mean away and
seeks the two principal components (Small, Bjorkegren, Erkkilä, Shaw and Megill, 2021, "Polis:
Scaling deliberation by mapping high dimensional opinion spaces"). After centring every imputed
cell is exactly zero. So the matrix of products of statements, of which the components are the
first eigenvectors, comes from the stored votes alone; and it comes from three tables of whole
numbers, exact in any order of participants, to which later votes are added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
import scipy.sparse
from numpy.typing import NDArray
from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh

from coalition.analysis.arrays import BoolArray, FloatArray, IntArray
from coalition.analysis.opinions.votes import Votes

AXES = 2
# Three tables of statements × statements are kept; with 5,000 they take 300 MB.
MOST_STATEMENTS = 5_000
FULL = 1 / 4  # with more cells filled than that it is faster to work with the whole table,
ROWS = 4096  # of so many participants at a time
MANY = 200  # statements from which on the first eigenvectors are sought alone
# Eigenvalues, and weights within a component, that differ by less (of the greatest) are one.
TIE = 1e-9
# Positions have nine decimals: what is closer is the same, whatever the machine's last digit.
DECIMALS = 9


@dataclass(frozen=True)
class Products:
    """Sums over participants for each pair of m statements, exact. With v the vote (+1, 0, −1)
    and s being 1 where there is one, 0 where there is none: v·v, v·s and s·s."""

    votes: NDArray[np.int32]  # m × m, Σ v_j v_k
    mixed: NDArray[np.int32]  # m × m, Σ v_j s_k
    seen: NDArray[np.int32]  # m × m, Σ s_j s_k

    @property
    def means(self) -> FloatArray:
        """The mean vote on each statement; 0 where nobody voted."""
        return np.diagonal(self.mixed) / np.maximum(np.diagonal(self.seen), 1)

    def __add__(self, other: Products) -> Products:
        return Products(self.votes + other.votes, self.mixed + other.mixed, self.seen + other.seen)

    def __sub__(self, other: Products) -> Products:
        return Products(self.votes - other.votes, self.mixed - other.mixed, self.seen - other.seen)

    def widened(self, places: IntArray, width: int) -> Products:
        """The same for `width` statements, of which these are at `places`; the others are new."""

        def wide(table: NDArray[np.int32]) -> NDArray[np.int32]:
            made = np.zeros((width, width), dtype=np.int32)
            made[np.ix_(places, places)] = table
            return made

        return Products(wide(self.votes), wide(self.mixed), wide(self.seen))


def products(votes: Votes) -> Products:
    """ValueError: more than MOST_STATEMENTS statements."""
    if len(votes.statements) > MOST_STATEMENTS:
        raise ValueError(
            f"There are {len(votes.statements):,} statements, and a map is drawn of at most "
            f"{MOST_STATEMENTS:,}. Leave out those on which few people voted."
        )
    cells = len(votes.participants) * len(votes.statements)
    is_full = len(votes.values) > FULL * cells
    return _products_of_full(votes) if is_full else _products_of_sparse(votes)


def _products_of_sparse(votes: Votes) -> Products:
    """In time as the sum of the squared numbers of votes each."""
    said = _sparse(votes, votes.values.astype(np.int32))
    seen = _sparse(votes, np.ones(len(votes.values), dtype=np.int32))
    of_said, of_seen = said.T.tocsr(), seen.T.tocsr()
    return Products(
        (of_said @ said).toarray(), (of_said @ seen).toarray(), (of_seen @ seen).toarray()
    )


def _products_of_full(votes: Votes) -> Products:
    """In time as participants × statements², but each step is much shorter. Single precision is
    exact for whole numbers up to 16 million, which the sums over ROWS participants are."""
    people, width = len(votes.participants), len(votes.statements)
    sums = np.zeros((3, width, width), dtype=np.int32)
    for first in range(0, people, ROWS):
        part = votes.of_rows(np.arange(first, min(first + ROWS, people)))
        said, seen = np.zeros((2, len(part.participants), width), dtype=np.float32)
        said[part.rows, part.columns] = part.values
        seen[part.rows, part.columns] = 1
        sums[0] += (said.T @ said).astype(np.int32)
        sums[1] += (said.T @ seen).astype(np.int32)
        sums[2] += (seen.T @ seen).astype(np.int32)
    return Products(*sums)


@dataclass(frozen=True)
class Axes:
    """Two directions in the space of m statements, and how much of all difference each tells.

    A direction has length 1 and is right-angled to the other; it is all zeros where nothing is
    left to tell. It points to where the statement of its greatest weight is agreed to (of equals
    the one with the lowest id).
    """

    means: FloatArray  # m; 0 for statements moderated out
    components: FloatArray  # 2 × m
    variance: FloatArray  # 2 shares, 0 to 1


def axes(sums: Products, out: BoolArray) -> Axes:
    """The means of m statements and the first two components of the centred votes.

    Args:
        sums: Of all participants, those with few votes among them.
        out: m, which statements are moderated out: they count as if all had passed on them.
    """
    means = np.where(out, 0.0, sums.means)
    mixed = sums.mixed * means  # (Σ v_j s_k) μ_k
    spread = sums.votes - mixed - mixed.T + sums.seen * np.outer(means, means)
    spread[out] = 0
    spread[:, out] = 0
    total = float(np.trace(spread))
    found = np.zeros((AXES, len(means)))
    shares = np.zeros(AXES)
    if total > TIE:
        values, vectors = _leading(spread)
        for at in range(min(AXES, len(values))):
            if values[at] > TIE * total:
                shares[at] = values[at] / total
                found[at] = _chosen(vectors, values, found[:at], values[at])
    return Axes(means, found, shares)


def _leading(spread: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Eigenvalues, falling, and their vectors (in columns): at least those of the axes and one
    more, and all of them when that one ties with an axis."""
    if len(spread) >= MANY:
        try:
            values, vectors = _first_of_many(spread)
        except ArpackError:  # fewer directions than asked for, or hardly apart
            pass
        else:
            if values[AXES - 1] - values[AXES] > TIE * values[0]:
                return values, vectors
    values, vectors = scipy.linalg.eigh(spread)
    return values[::-1], vectors[:, ::-1]


def _first_of_many(spread: FloatArray) -> tuple[FloatArray, FloatArray]:
    """One eigenvector after the other by Lanczos' method, each of what the earlier ones leave.

    The dense solver works in threads that wait for each other at every row: when other work keeps
    a core busy, what takes 10 ms alone was seen to take seconds. So the product is numpy's own,
    which takes no threads.
    """
    start = np.cos(np.arange(1.0, len(spread) + 1))  # of no pattern that votes have
    values: list[float] = []
    found = np.zeros((0, len(spread)))
    for _ in range(AXES + 1):

        def product(vector: FloatArray, taken: FloatArray = found) -> FloatArray:
            image = np.einsum("ij,j->i", spread, _left(vector.ravel(), taken))
            return _left(image, taken)

        operator = LinearOperator(spread.shape, matvec=product, dtype=np.float64)
        value, vector = eigsh(operator, k=1, which="LA", v0=start, ncv=16, maxiter=200)
        values.append(float(value[0]))
        found = np.concatenate([found, vector.T])
    return np.array(values), found.T


def _left(vector: FloatArray, taken: FloatArray) -> FloatArray:
    """What of the vector is right-angled to the rows of `taken`."""
    along = (taken * vector).sum(axis=1, keepdims=True)
    left: FloatArray = vector - (along * taken).sum(axis=0)
    return left


def _chosen(vectors: FloatArray, values: FloatArray, taken: FloatArray, value: float) -> FloatArray:
    """One direction out of those that tell equally much, and one of its two signs.

    Mostly a single vector and its opposite; with equal eigenvalues any turn of them tells as much.
    Of all directions in that space it is the one nearest to a single statement.
    """
    space = vectors[:, np.abs(values - value) < TIE * values[0]]
    space = space - taken.T @ (taken @ space)
    reach = (space * space).sum(axis=1)
    nearest = int(np.argmax(reach > reach.max() - TIE))
    direction: FloatArray = space @ space[nearest]
    return direction / np.linalg.norm(direction)


def positions(votes: Votes, found: Axes, out: BoolArray) -> FloatArray:
    """Where each of n participants stands, n × 2.

    The sum over the statements voted on of (vote − mean) · component, times √(m / number of
    votes), so that those who voted on few statements do not all stand in the middle. As in
    Polis, a statement moderated out counts as voted on by everybody, with a pass.
    """
    width, counted = len(votes.statements), votes.votes_each
    if out.any():
        is_out = out[votes.columns]
        counted = counted + int(out.sum()) - np.bincount(votes.rows[is_out], minlength=len(counted))
    # What is moderated out has weight 0 in both components, whatever stands in its cells.
    centred = _sparse(votes, votes.values - found.means[votes.columns])
    placed: FloatArray = (centred @ found.components.T) * np.sqrt(width / np.maximum(1, counted))[
        :, None
    ]
    return np.round(placed, DECIMALS) + 0.0  # −0.0 becomes 0.0


def _sparse(votes: Votes, values: NDArray[np.generic]) -> scipy.sparse.csr_array:
    shape = (len(votes.participants), len(votes.statements))
    return scipy.sparse.csr_array((values, votes.columns, votes.indptr), shape=shape)
