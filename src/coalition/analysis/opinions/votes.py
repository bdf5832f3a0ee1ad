"""Votes on statements: who said what of which, kept sparse, the latest one counting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coalition.analysis.arrays import IntArray

AGREE, PASS, DISAGREE = 1, 0, -1


@dataclass(frozen=True)
class Votes:
    """Votes of n participants on m statements, row after row.

    The votes of participant i stand at `indptr[i]:indptr[i + 1]` in `columns` (positions of
    statements, rising) and `values` (+1 agree, 0 pass, −1 disagree). A pass is a vote; what is not
    stored was never voted on.
    """

    participants: IntArray  # n ids, rising
    statements: IntArray  # m ids, rising
    indptr: IntArray  # n + 1
    columns: NDArray[np.int32]
    values: NDArray[np.int8]

    @classmethod
    def of(
        cls,
        participants: ArrayLike,
        statements: ArrayLike,
        values: ArrayLike,
        *,
        all_statements: ArrayLike | None = None,
    ) -> Votes:
        """From one entry a vote, in the order of time: of two by the same participant on the same
        statement the later counts. `all_statements` names those nobody voted on too, and leaves
        out votes on any other.

        ValueError: arrays of different lengths, ids that are no whole numbers of 64 bits, or a
        value other than +1, 0 and −1.
        """
        who, what = _ids(participants), _ids(statements)
        given = np.asarray(values)
        if not len(who) == len(what) == len(given):
            raise ValueError("Each vote needs a participant, a statement and a value.")
        # Before the cast: as a byte 257 would be an agreement.
        if len(given) and not np.isin(given, (AGREE, PASS, DISAGREE)).all():
            raise ValueError("A vote is +1 (agree), 0 (pass) or −1 (disagree).")
        said = given.astype(np.int8)
        if all_statements is None:
            known, columns = _ranked(what)
        else:
            known = np.unique(np.asarray(all_statements, np.int64))
            kept = np.isin(what, known)
            who, what, said = who[kept], what[kept], said[kept]
            columns = np.searchsorted(known, what)
        people, rows = _ranked(who)
        cells = rows * max(len(known), 1) + columns
        order = np.argsort(cells, kind="stable")
        cells = cells[order]
        last = np.ones(len(cells), dtype=bool)
        last[:-1] = cells[1:] != cells[:-1]
        rows, columns = np.divmod(cells[last], max(len(known), 1))
        indptr = np.zeros(len(people) + 1, dtype=np.int64)
        np.cumsum(np.bincount(rows, minlength=len(people)), out=indptr[1:])
        return cls(people, known, indptr, columns.astype(np.int32), said[order][last])

    def of_rows(self, chosen: IntArray) -> Votes:
        """Those of some participants alone, by their positions, which rise."""
        each = self.votes_each[chosen]
        indptr = np.zeros(len(chosen) + 1, dtype=np.int64)
        np.cumsum(each, out=indptr[1:])
        places = np.arange(indptr[-1]) + np.repeat(self.indptr[chosen] - indptr[:-1], each)
        return Votes(
            self.participants[chosen],
            self.statements,
            indptr,
            self.columns[places],
            self.values[places],
        )

    def with_later(self, later: Votes) -> Votes:
        """These and later ones, which count where both have a vote. Participants and statements
        are those of either. Takes time only as copying does: nothing is sorted anew."""
        people = _both(self.participants, later.participants)
        known = _both(self.statements, later.statements)
        width = max(len(known), 1)

        def placed(votes: Votes) -> tuple[NDArray[np.int32], IntArray]:
            """The columns of the votes among all, and their cells, numbered row after row."""
            columns = np.searchsorted(known, votes.statements).astype(np.int32)[votes.columns]
            starts = np.searchsorted(people, votes.participants) * width
            return columns, np.repeat(starts, votes.votes_each) + columns

        (old_columns, old), (new_columns, new) = placed(self), placed(later)
        places = np.searchsorted(old, new)
        inside = places < len(old)
        is_known = np.zeros(len(new), dtype=bool)
        is_known[inside] = old[places[inside]] == new[inside]
        values = self.values.copy()
        values[places[is_known]] = later.values[is_known]
        added = ~is_known
        each = np.bincount(new[added] // width, minlength=len(people))
        each[np.searchsorted(people, self.participants)] += self.votes_each
        indptr = np.zeros(len(people) + 1, dtype=np.int64)
        np.cumsum(each, out=indptr[1:])
        return Votes(
            people,
            known,
            indptr,
            np.insert(old_columns, places[added], new_columns[added]),
            np.insert(values, places[added], later.values[added]),
        )

    @property
    def rows(self) -> IntArray:
        """The position of the participant of each stored vote."""
        return np.repeat(np.arange(len(self.participants)), np.diff(self.indptr))

    @property
    def votes_each(self) -> IntArray:
        """How many statements each participant voted on, passes among them."""
        return np.diff(self.indptr)


def _ids(given: ArrayLike) -> IntArray:
    ids = np.asarray(given)
    # A cast would cut 1.5 to 1 and make some number of NaN: two people would become one.
    if ids.size and ids.dtype.kind not in "iu":
        raise ValueError("Ids are whole numbers of 64 bits.")
    return ids.astype(np.int64, copy=False)


def _ranked(ids: IntArray) -> tuple[IntArray, IntArray]:
    """The distinct ids, rising, and the position of each of the given ones among them."""
    lowest = int(ids.min(initial=0))
    spread = int(ids.max(initial=0)) - lowest + 1
    if spread > 2 * len(ids) + 1000:
        distinct, positions = np.unique(ids, return_inverse=True)
        return distinct, positions.astype(np.int64)
    # Ids mostly lie close together; then a table of all that could be does what sorting would,
    # thirty times faster.
    is_there = np.zeros(spread, dtype=bool)
    is_there[ids - lowest] = True
    return np.flatnonzero(is_there) + lowest, (np.cumsum(is_there) - 1)[ids - lowest]


def _both(ids: IntArray, others: IntArray) -> IntArray:
    """The ids that are in either; both rise, and nothing is sorted anew."""
    added = others[~np.isin(others, ids)]
    return np.insert(ids, np.searchsorted(ids, added), added)


@dataclass(frozen=True)
class Counts:
    """How often each of m statements was agreed to, disagreed with and voted on at all (passes
    among them), by group: arrays of groups × statements."""

    agrees: IntArray
    disagrees: IntArray
    seen: IntArray


def counts(votes: Votes, labels: ArrayLike | None = None, groups: int | None = None) -> Counts:
    """By the group of each participant: `labels` holds a number from 0 for each of n, −1 for
    none. Without labels everybody is of one group."""
    of = (
        np.zeros(len(votes.participants), np.int64)
        if labels is None
        else np.asarray(labels, np.int64)
    )
    number = groups if groups is not None else int(of.max(initial=-1)) + 1
    width = len(votes.statements)
    cells = np.repeat(of * (3 * width) + 1, votes.votes_each) + 3 * votes.columns + votes.values
    if of.min(initial=0) < 0:
        cells = cells[np.repeat(of >= 0, votes.votes_each)]
    told = np.bincount(cells, minlength=number * width * 3).reshape(number, width, 3)
    return Counts(agrees=told[:, :, 2], disagrees=told[:, :, 0], seen=told.sum(axis=2))
