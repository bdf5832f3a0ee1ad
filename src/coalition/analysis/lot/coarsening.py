"""Hiding features of people whose combination is rare, before anything is drawn or published.

Who is the only woman over 60 from an island can be recognised in a published pool. So for people
whose combination of features fewer than k share, features are not shown, one after another, until
k people look alike (k-anonymity: Sweeney, 2002). The draw itself knows no more than what is shown:
what is hidden cannot be worked out from its panels.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from coalition.analysis.lot.pools import Pool, Problem, Quota

NOT_SHOWN = "not shown"
Row = tuple[str, ...]


@dataclass(frozen=True)
class Coarsened:
    """The problem as it is drawn and published, and of how many people each feature is hidden, in
    the order in which features are shown first."""

    problem: Problem
    hidden: tuple[tuple[str, int], ...]


def coarsened(problem: Problem, fewest: int) -> Coarsened:
    """No combination of shown features is shared by fewer than `fewest` people.

    Features are shown in the order in which quotas first name them. Among all who show the same so
    far, those whose value of the next feature fewer than `fewest` have show neither that nor what
    comes behind it. Are these fewer than `fewest` in all, so many as are lacking of the value that
    most have join them, in the order of the SHA-256 of their ids; or all of it, where too few would
    be left.

    Quotas hold whatever the hidden values are: of every feature at most `room` seats go to people
    who do not show it, as many as their share of the pool (rounded up) and the ranges of its quotas
    allow; and the other quotas of the feature end so many below what was asked for.

    ValueError: a value that is called as what stands for a hidden one, or a pool of fewer people.
    """
    features = tuple(dict.fromkeys(quota.feature for quota in problem.quotas))
    pool = problem.pool
    if len(pool.ids) < fewest:
        raise ValueError(f"A pool of fewer than {fewest} people cannot be made to look alike.")
    columns = [pool.features.index(feature) for feature in features]
    rows = [
        tuple(pool.labels[at][value] for at, value in zip(columns, row, strict=True))
        for row in pool.values[:, columns].tolist()
    ]
    if any(NOT_SHOWN in row for row in rows):
        raise ValueError(f"No value of a feature can be called “{NOT_SHOWN}”.")
    shown = _shown(pool.ids, rows, fewest)
    quotas, hidden = [], []
    for at, feature in enumerate(features):
        number = sum(row[at] == NOT_SHOWN for row in shown)
        hidden.append((feature, number))
        of_feature = [quota for quota in problem.quotas if quota.feature == feature]
        quotas += _narrowed(of_feature, number, problem.size, len(rows)) if number else of_feature
    made = Problem(Pool.of(pool.ids, features, shown), tuple(quotas), problem.size)
    return Coarsened(made, tuple(hidden))


def _shown(ids: Sequence[str], rows: Sequence[Row], fewest: int) -> list[Row]:
    shown = list(rows)
    width = len(rows[0])
    lot = [hashlib.sha256(person.encode()).hexdigest() for person in ids]

    def show(people: Sequence[int], at: int) -> None:
        """Of people who show the same before `at`, what they show from there on."""
        if at == width:
            return
        having: dict[str, list[int]] = defaultdict(list)
        for person in people:
            having[rows[person][at]].append(person)
        hiding = [person for of in having.values() if len(of) < fewest for person in of]
        having = {value: of for value, of in having.items() if len(of) >= fewest}
        while 0 < len(hiding) < fewest:
            most = min(having, key=lambda value: (-len(having[value]), value))
            lacking = fewest - len(hiding)
            joining = sorted(having[most], key=lambda person: (lot[person], ids[person]))
            if len(joining) >= fewest + lacking:
                joining = joining[:lacking]
            hiding += joining
            having[most] = [person for person in having[most] if person not in joining]
        for person in hiding:
            shown[person] = rows[person][:at] + (NOT_SHOWN,) * (width - at)
        for of in having.values():
            show(of, at + 1)

    show(range(len(rows)), 0)
    return shown


def _narrowed(quotas: Sequence[Quota], hidden: int, size: int, people: int) -> list[Quota]:
    room = min(ceil(size * hidden / people), *(quota.most - quota.least for quota in quotas))
    narrower = [replace(quota, most=quota.most - room) for quota in quotas]
    return [*narrower, Quota(quotas[0].feature, NOT_SHOWN, 0, room, ceiling=room)]
