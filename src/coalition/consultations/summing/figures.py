"""The results of one kind of voice as one JSON value; see KEYS for what stands in it.

Statements are told by their place among the numbers in `statements`; −1 stands for what may not be
told (docs/reference/disclosure.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from coalition.analysis.arrays import FloatArray, IntArray
from coalition.analysis.disclosure import (
    FEWEST_OF_GROUP,
    FEWEST_PEOPLE,
    NO_GROUP,
    OTHER_GROUPS,
    PublishedVotes,
    Totals,
    publishable,
)
from coalition.analysis.opinions.axes import MOST_STATEMENTS
from coalition.analysis.opinions.groups import ByGroup, by_group
from coalition.analysis.opinions.mapping import OpinionMap, opinion_map
from coalition.analysis.opinions.statements import SIGNIFICANT, smoothed
from coalition.analysis.opinions.votes import Votes
from coalition.consultations.summing import dots
from coalition.consultations.summing.collecting import Heard

# What became of a statement: all groups agree, all disagree, some agree where others disagree,
# neither; or too few answered for anything to be told.
AGREED, REJECTED, DIFFER, MIXED, UNTOLD = KINDS = (
    *("agreed", "rejected", "differ", "mixed", "untold"),
)
REST, NO_ANSWER = "rest", "none"  # small groups put together; those who named no group
DIGITS = 6

KEYS = {
    "voices": "How many answered at least one statement.",
    "by_name": "Whether answers are public under the name of who gave them.",
    "agree, disagree, pass": "Of all, one figure a statement; −1 where it is not told.",
    "groups": "As they are shown: `code` of a partner group (`rest`: small ones together, `none`: "
    "no group named) and `size`.",
    "by_group": "`agree`, `disagree` and `pass`, a row a group and a figure a statement.",
    "kinds": "One word a statement: agreed, rejected, differ, mixed, untold.",
    "scores": "How far all groups give the answer that stands in `kinds` (of the last three: "
    "agree), from 0 to 1.",
    "spreads": "The share of agreement of the group with most of it, less that of the one with "
    "least.",
    "limit": "The share of votes on a statement above which a group is warned of.",
    "carried": "Where one group carries the result: `at`, `group`, `reasons`, `result`, `without`, "
    "`of_votes`.",
    "map": "The opinion map, or null: `people`, `variance`, `groups` with `size`, `is_rest` and "
    "`said` (what speaks for it), `dots` as x, y, people, group.",
}


@dataclass(frozen=True)
class Section:
    """The value, and the answers one by one where they may be published."""

    value: dict[str, Any]
    rows: Votes | None


def section(heard: Heard, *, by_name: bool, secret: bytes) -> Section:
    """What may be told of these votes. `by_name`: organisations whose answers are public; nothing
    is held back of them. `secret` decides the order of people's rows, see `publishable`."""
    fewest = 1 if by_name else FEWEST_OF_GROUP
    votes, codes = heard.votes, heard.codes
    told = publishable(
        *(votes, heard.labels, codes),
        secret=secret,
        fewest_people=1 if by_name else FEWEST_PEOPLE,
        fewest_of_group=fewest,
    )
    by = by_group(votes, heard.labels, codes, fewest=fewest)
    value = {
        "voices": told.people,
        "by_name": by_name,
        **_figures(told.totals),
        "groups": [
            {"code": _code(name), "size": size}
            for name, size in zip(by.groups.names, by.groups.sizes.tolist(), strict=True)
        ],
        "by_group": _tables(told.by_group),
        **_judged(told, by),
        "limit": round(by.limit, DIGITS),
        "carried": [
            {
                "at": one.statement,
                "group": one.group,
                "reasons": list(one.reasons),
                "result": one.result,
                "without": one.without,
                "of_votes": round(one.of_votes, DIGITS),
            }
            for one in by.carried
        ],
        "map": _map(votes, fewest),
    }
    return Section(value, votes if by_name else told.rows)


def _code(name: str) -> str:
    return {OTHER_GROUPS: REST, NO_GROUP: NO_ANSWER}.get(name, name)


def _figures(totals: Totals) -> dict[str, list[int]]:
    return {
        "agree": totals.agrees[0].tolist(),
        "disagree": totals.disagrees[0].tolist(),
        "pass": totals.passes[0].tolist(),
    }


def _tables(totals: Totals | None) -> dict[str, list[list[int]]]:
    if totals is None:
        return {"agree": [], "disagree": [], "pass": []}
    return {
        "agree": totals.agrees.tolist(),
        "disagree": totals.disagrees.tolist(),
        "pass": totals.passes.tolist(),
    }


def _judged(told: PublishedVotes, by: ByGroup) -> dict[str, list[Any]]:
    """Where two groups or more were heard, by the lowest share of any of them; else by all."""
    agree, disagree = (_shares(side.votes, by.seen) for side in (by.agree, by.disagree))
    several = by.heard >= 2
    everybody = told.totals.seen[0]
    all_agree, all_disagree = (
        _is_clear(part[0], everybody) for part in (told.totals.agrees, told.totals.disagrees)
    )
    agreed = np.where(several, _lowest(agree) > 0.5, all_agree)
    rejected = np.where(several, _lowest(disagree) > 0.5, all_disagree)
    differ = several & (_highest(agree) > 0.5) & (_highest(disagree) > 0.5)
    kinds = np.select(
        [agreed, rejected, differ, (everybody > 0) | several],
        [AGREED, REJECTED, DIFFER, MIXED],
        UNTOLD,
    )
    scores = np.where(rejected, by.disagree_across.score, by.agree_across.score)
    if not by.groups.names:
        share_of = np.where(rejected, told.totals.disagrees[0], told.totals.agrees[0])
        scores = smoothed(np.maximum(share_of, 0), np.maximum(everybody, 0))
    spreads = np.where(several, _highest(agree) - _lowest(agree), 0.0)
    return {
        "kinds": kinds.tolist(),
        "scores": np.round(scores, DIGITS).tolist(),
        "spreads": np.round(spreads, DIGITS).tolist(),
    }


def _shares(votes: IntArray, seen: IntArray) -> FloatArray:
    """By group and statement, so that few votes are near a half; NaN where nothing is told."""
    return np.where(seen > 0, smoothed(votes, seen), np.nan)


def _lowest(shares: FloatArray) -> FloatArray:
    return np.where(np.isnan(shares), 1.0, shares).min(axis=0, initial=1.0)


def _highest(shares: FloatArray) -> FloatArray:
    return np.where(np.isnan(shares), 0.0, shares).max(axis=0, initial=0.0)


def _is_clear(x: IntArray, n: IntArray) -> Any:
    """More than half, and not by accident, as Polis asks it of a consensus."""
    z = 2 * np.sqrt(np.maximum(n, 0) + 1) * ((x + 1) / (np.maximum(n, 0) + 1) - 0.5)
    return (n > 0) & (smoothed(x, np.maximum(n, 0)) > 0.5) & (z > SIGNIFICANT)


def _map(votes: Votes, fewest: int) -> dict[str, Any] | None:
    if not 0 < len(votes.statements) <= MOST_STATEMENTS:
        return None
    drawn = opinion_map(votes)
    return dots.published(drawn, fewest) if isinstance(drawn, OpinionMap) else None
