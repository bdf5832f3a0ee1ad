"""What comes first, worked out from the ballots: plain values for the results that are kept.

Codes and figures, no sentences: `words` says them in the reader's language. Organisations and
people are two results. Of people, and of organisations whose answers are not public, nothing is
told that is about one to four of them.

- With a budget: the method of equal shares, each voice having the same share, completed by raising
  the shares as long as the budget suffices (`analysis.choosing`). Of a ranking the first place
  counts as many points as there are places, the next one fewer.
- Without: all proposals by support, that is by the number who support them, or by their points.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

import numpy as np

from coalition.analysis.choosing.election import Election
from coalition.analysis.choosing.explaining import Explained, explained, supporters_by_group
from coalition.analysis.choosing.prioritising import Outcome, prioritised
from coalition.analysis.disclosure import FEWEST_OF_GROUP, FEWEST_PEOPLE, merged_small
from coalition.consultations.models import Consultation, Phase
from coalition.consultations.prioritising import counting
from coalition.consultations.prioritising.queries import phase_of, places
from coalition.consultations.states import ORGANISATIONS, PEOPLE, PrioritiseBy

EQUAL_SHARES, BY_SUPPORT = "equal_shares", "by_support"
OF_PURSES = ("price", "available", "missing", "more")

Value = dict[str, Any]


def outcome(consultation: Consultation) -> Value | None:
    """The prioritised lists of a consultation that is closed; None where it set no priorities.

    `by` (how), `rule`, `places` (of a ranking), `budget` (in the smallest part of `unit`, a code)
    and two sections, `organisations` and `people`, each as `_section` makes it. Amounts are in the
    smallest part. Four queries.
    """
    phase = phase_of(consultation)
    if phase is None:
        return None
    items = counting.items_of(consultation, phase)
    sections = {
        name: _section(
            phase,
            counting.election(consultation, phase, items, of_organisations=of_organisations),
            is_public=of_organisations and consultation.answers_are_public,
        )
        for name, of_organisations in ((ORGANISATIONS, True), (PEOPLE, False))
    }
    return {
        "by": phase.by,
        "points": phase.points,
        "places": places(len(items.ids)) if phase.by == PrioritiseBy.RANKING else None,
        "rule": BY_SUPPORT if phase.budget is None else EQUAL_SHARES,
        "budget": phase.budget,
        "unit": phase.unit.code if phase.unit else None,
        **sections,
    }


def _section(phase: Phase, election: Election, *, is_public: bool) -> Value:
    """`voices` put in a ballot; None where one to four did and nothing is told, `is_told`
    says so. `items` are all that stood on the ballot, what comes first first:

    - `number`, `cost`, `support` (voices or points), `supporters` (voices), `by_group` (supporters
      by the code of their partner group, None where it is not told);
    - with a budget `round` in which it was taken, None if it was not; `price` that each who
      supports it pays, or for each point; `available`, `missing`, `more` (voices that would have
      been enough) of what is out, each None where it would tell what else one to four chose;
      `tied` numbers; `carried_by` codes of groups without whose voices it would be out;
    - without `place`, equal ones at the same.
    """
    voices = election.voters
    is_told = voices == 0 or is_public or voices >= FEWEST_OF_GROUP
    section: Value = {"voices": voices if is_told else None, "is_told": is_told}
    if not is_told:
        return section
    groups = _supporters(election, is_public=is_public)
    section["groups"] = _sizes(election, is_public=is_public)
    if phase.budget is None:
        return section | {"items": _by_support(election, groups)}
    found = prioritised(election, completion="add1")
    return section | {
        "spent": found.spent,
        "items": [
            _withheld(item) if _gives_away(item, voices, is_public=is_public) else item
            for item in (_paid(found, one, groups) for one in explained(found))
        ],
    }


# --- With a budget ---------------------------------------------------------------------------


def _gives_away(item: Value, voices: int, *, is_public: bool) -> bool:
    """Would the purses of its supporters tell what else one to four of them chose? Where single
    ballots are published, nothing is gained by holding it back."""
    has_few = 0 < item["supporters"] < FEWEST_OF_GROUP
    return has_few and not is_public and voices < FEWEST_PEOPLE


def _withheld(item: Value) -> Value:
    return item | {name: None for name in OF_PURSES if name in item}


def _paid(found: Outcome, one: Explained, groups: Mapping[str, Value]) -> Value:
    item = {
        "number": int(one.item),
        "cost": one.cost,
        "support": one.support,
        "supporters": one.supporters,
        "by_group": groups[one.item],
        "round": one.round,
    }
    if one.round:
        round_ = found.rounds[one.round - 1]
        return item | {
            "price": round(round_.price or 0),
            "tied": [int(other) for other in round_.tied],
            "carried_by": list(one.carried_by),
        }
    return item | {
        "available": int(one.available),
        "missing": ceil(one.missing),
        "more": one.more_supporters,
    }


# --- Without ---------------------------------------------------------------------------------


def _by_support(election: Election, groups: Mapping[str, Value]) -> list[Value]:
    support = election.support.tolist()
    order = sorted(range(len(support)), key=lambda item: (-support[item], election.rank[item]))
    found: list[Value] = []
    for at, item in enumerate(order):
        is_equal = bool(found) and found[-1]["support"] == support[item]
        found.append(
            {
                "number": int(election.ids[item]),
                "support": support[item],
                "supporters": len(election.supporters_of(item)),
                "by_group": groups[election.ids[item]],
                "place": found[-1]["place"] if is_equal else at + 1,
            }
        )
    return found


# --- By group --------------------------------------------------------------------------------


def _supporters(election: Election, *, is_public: bool) -> dict[str, Value]:
    """Of each item its supporters by group. What is public by name is told in full."""
    if not is_public:
        return dict(zip(election.ids, supporters_by_group(election), strict=True))
    found = {}
    for item, name in enumerate(election.ids):
        of = election.group_of[election.supporters_of(item)]
        counts = np.bincount(of[of >= 0], minlength=len(election.groups)).tolist()
        found[name] = dict(zip(election.groups, counts, strict=True))
    return found


def _sizes(election: Election, *, is_public: bool) -> list[Value]:
    """How many of each group put in a ballot, small groups together."""
    sizes = np.bincount(election.group_of, minlength=len(election.groups))
    groups = merged_small(election.groups, sizes, 1 if is_public else FEWEST_OF_GROUP)
    return [
        {"group": name, "voices": int(size)}
        for name, size in zip(groups.names, groups.sizes.tolist(), strict=True)
    ]
