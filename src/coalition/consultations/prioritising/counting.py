"""Ballots as they are counted: of organisations and of people, never together."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from coalition.analysis.choosing.election import LARGEST, Election
from coalition.analysis.disclosure import NO_GROUP
from coalition.consultations.models import Ballot, Consultation, Phase, Statement
from coalition.consultations.prioritising.queries import (
    carried_over,
    on_ballot,
    places,
    stands_for,
)
from coalition.consultations.states import PrioritiseBy

CHUNK = 2_000


@dataclass(frozen=True)
class Items:
    """What stood on the ballot: ids by which ties are decided (numbers, of one width, so that of
    equals the one with the lower number comes first), and where what was chosen counts."""

    statements: tuple[Statement, ...]
    ids: tuple[str, ...]
    place: Mapping[int, int]  # of a statement's key
    stands_for: Mapping[int, int]  # of what was merged: the key of the other


def items_of(
    consultation: Consultation, phase: Phase, numbers: Collection[int] | None = None
) -> Items:
    """What stands on the ballot, or what stood there when it was counted, by these `numbers`. By
    number. Two queries."""
    if numbers is None:
        stood = on_ballot(consultation, phase)
    else:
        stood = consultation.statements.filter(number__in=numbers)
    found = tuple(stood.order_by("number"))
    width = max((len(str(one.number)) for one in found), default=1)
    place = {one.pk: at for at, one in enumerate(found)}
    merged = stands_for(consultation)
    return Items(
        statements=found,
        ids=tuple(str(one.number).zfill(width) for one in found),
        place=place,
        # What stood there itself was counted itself, and stays so if it is merged afterwards.
        stands_for={key: into for key, into in merged.items() if key not in place},
    )


def chosen(items: Items, by: str, choices: Mapping[str, int]) -> dict[int, int]:
    """What a ballot says of the items, by their places. What was said of a proposal that was merged
    since counts for the one that stands for it. What is shown no more is passed over, and ranks
    close up."""
    whole = carried_over(by, {int(key): value for key, value in choices.items()}, items.stands_for)
    found = {items.place[key]: value for key, value in whole.items() if key in items.place}
    if by == PrioritiseBy.RANKING:
        return {at: rank for rank, at in enumerate(sorted(found, key=found.__getitem__), start=1)}
    return found


def points(by: str, most: int, value: int) -> int:
    """What a choice counts. Of a ranking the first place counts as many points as there are places,
    the next one fewer, and so on."""
    return most + 1 - value if by == PrioritiseBy.RANKING else value


def election(
    consultation: Consultation, phase: Phase, items: Items, *, of_organisations: bool
) -> Election:
    """All counting ballots of one kind of voice, with the partner groups of their voters. One query
    for the ballots, read in pieces. Without a budget each item costs one, and all are paid."""
    voices = Ballot.objects.filter(participant__consultation=consultation).counting()
    voices = voices.filter(participant__partner__isnull=not of_organisations).order_by("pk")
    group = "participant__partner__group__code" if of_organisations else "participant__group__code"
    most = places(len(items.ids))
    who, what, given = array("q"), array("q"), array("q")
    names: dict[str, int] = {}
    group_of = array("q")
    rows: Iterable[tuple[str | None, dict[str, int]]] = voices.values_list(group, "choices")
    for code, choices in rows.iterator(chunk_size=CHUNK):  # type: ignore[attr-defined]
        voter = len(group_of)
        # Who names no group is of one too, or a single one of them would be what is left.
        group_of.append(names.setdefault(code or NO_GROUP, len(names)))
        for at, value in chosen(items, phase.by, choices).items():
            who.append(voter)
            what.append(at)
            given.append(points(phase.by, most, value))
    costs, budget = [1] * len(items.ids), max(1, len(items.ids))
    unit = 1
    if phase.budget is not None and phase.unit is not None:
        costs = [one.cost or 0 for one in items.statements]
        budget, unit = phase.budget, 10**phase.unit.decimals
    assert max(sum(costs), budget) < LARGEST  # so it was taken in
    order = sorted(names)
    place = np.array([order.index(name) for name in names], dtype=np.int64)
    return Election.of(
        items.ids,
        costs,
        budget,
        len(group_of),
        (np.frombuffer(who, np.int64), np.frombuffer(what, np.int64)),
        np.frombuffer(given, np.int64),
        unit=unit,
        groups=order,
        group_of=place[np.frombuffer(group_of, np.int64)],
    )
