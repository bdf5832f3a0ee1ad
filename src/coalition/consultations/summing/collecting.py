"""The answers of a consultation, read into arrays: those of organisations, and those of people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coalition.analysis.arrays import BoolArray, IntArray
from coalition.analysis.opinions.votes import Votes
from coalition.consultations.models import Consultation, Statement, Vote
from coalition.consultations.states import ORGANISATIONS, PEOPLE, StatementState
from coalition.partners.models import PartnerGroup

SECTIONS = (ORGANISATIONS, PEOPLE)
CELL = np.dtype([("participant", np.int64), ("statement", np.int64), ("value", np.int8)])
AT_ONCE = 20_000  # rows fetched from the database


@dataclass(frozen=True)
class Heard:
    """What one kind of voice said.

    Attributes:
        votes: By the numbers of the statements that are shown; of organisations by the id of the
            partner, of people by that of their row.
        labels: For each of them the position of their group in `codes`, −1 where none is known.
        codes: The partner groups of which somebody answered.
    """

    votes: Votes
    labels: IntArray
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """Where a vote on a statement counts: on itself, or on the one into which it was merged."""

    ids: IntArray  # rising
    numbers: IntArray  # of the statement on which it counts, 0 for none
    ranks: IntArray  # 0 for itself; else the number of the merged one: the lowest goes first


def standing_of(consultation: Consultation) -> Standing:
    """One query."""
    rows = consultation.statements.order_by("pk").values_list(
        "pk", "number", "state", "merged_into__number", "merged_into__state"
    )
    told = []
    for pk, number, state, into, state_of_it in rows:
        if state == StatementState.ACCEPTED:
            told.append((pk, number, 0))
        elif state == StatementState.MERGED and state_of_it == StatementState.ACCEPTED:
            told.append((pk, into, number))
        else:
            told.append((pk, 0, 0))
    table = np.array(told, dtype=np.int64).reshape(-1, 3)
    return Standing(table[:, 0], table[:, 1], table[:, 2])


def collected(consultation: Consultation, standing: Standing) -> dict[str, Heard]:
    """What organisations said and what people said, by section. Three queries; 2.5 million votes
    take some 100 MB, as no vote becomes an object.

    It says the same as `VoteQuerySet.each_once`, which the database would sort much longer for.
    """
    cells = _cells(consultation)
    at = np.searchsorted(standing.ids, cells["statement"])
    numbers, ranks = standing.numbers[at], standing.ranks[at]
    if ranks.any():
        # Of two votes the later one counts (`Votes.of`): what was voted on itself comes last,
        # before it the first of those that were merged.
        order = np.argsort(np.where(ranks == 0, 0, -ranks), kind="stable")
        cells, numbers = cells[order], numbers[order]
    codes = tuple(PartnerGroup.objects.order_by("code").values_list("code", flat=True))
    who, partners, groups = _participants(consultation, codes)
    whose = np.searchsorted(who, cells["participant"])
    shown = np.unique(standing.numbers[standing.numbers > 0])

    def heard(ids: IntArray, of: BoolArray) -> Heard:
        of_section = of[whose]
        votes = Votes.of(
            ids[whose[of_section]],
            numbers[of_section],
            cells["value"][of_section],
            all_statements=shown,
        )
        in_order = np.argsort(ids[of], kind="stable")
        known = np.searchsorted(ids[of][in_order], votes.participants)
        return _named(votes, groups[of][in_order][known], codes)

    return {
        ORGANISATIONS: heard(partners, partners > 0),
        PEOPLE: heard(who, partners == 0),
    }


def _cells(consultation: Consultation) -> np.ndarray:
    """All votes that count, whatever became of their statements."""
    asked = Statement.objects.filter(consultation=consultation).order_by().values("pk")
    votes = Vote.objects.counting().filter(statement__in=asked).order_by()
    rows = votes.values_list("participant_id", "statement_id", "value")
    return np.fromiter(rows.iterator(chunk_size=AT_ONCE), dtype=CELL)


def _participants(
    consultation: Consultation, codes: tuple[str, ...]
) -> tuple[IntArray, IntArray, IntArray]:
    """By rising id of the row: that id, the partner (0 for a person), the position of the group."""
    place = {code: at for at, code in enumerate(codes)}
    rows = consultation.participants.order_by("pk").values_list(
        "pk", "partner_id", "partner__group__code", "group__code"
    )
    told = (
        (pk, partner or 0, place.get(of_partner if partner else own, -1))
        for pk, partner, of_partner, own in rows.iterator(chunk_size=AT_ONCE)
    )
    table = np.fromiter(told, dtype=[("who", "i8"), ("partner", "i8"), ("group", "i8")])
    return table["who"], table["partner"], table["group"]


def _named(votes: Votes, labels: IntArray, codes: tuple[str, ...]) -> Heard:
    """With the groups of which somebody answered alone."""
    there = np.unique(labels[(labels >= 0) & (votes.votes_each > 0)])
    places = np.full(len(codes) + 1, -1)
    places[there] = np.arange(len(there))
    return Heard(votes, places[labels], tuple(codes[at] for at in there.tolist()))
