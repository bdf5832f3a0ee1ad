"""An opinion map as one JSON value, and the results by group beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from coalition.analysis.arrays import FloatArray
from coalition.analysis.opinions.axes import DECIMALS
from coalition.analysis.opinions.groups import (
    Across,
    ByGroup,
    Shares,
    by_group,
    in_words,
)
from coalition.analysis.opinions.mapping import OpinionMap, TotalsOnly
from coalition.analysis.opinions.statements import Said, consensus
from coalition.consultations.files.conversations import Conversation

# Every key of the JSON value, and of what stands in its lists; the reference page prints it.
KEYS = {
    "topic": "What the conversation is about, as its file says.",
    "notes": "Sentences on how the files were read.",
    "participants": "Everybody who voted: `id`, `votes` (how many statements they voted on), "
    "`x` and `y` (their place), `group` (null for those not on the map, who voted too little).",
    "statements": "Every statement: `id`, `text`, `moderated_out`, how many `agree`, `disagree` "
    "and `pass`, `seen` (all three), `mean` (of votes, +1 agree, −1 disagree), and `group_aware`: "
    "Polis's consensus across groups for `agree` and `disagree`.",
    "components": "The two axes of the map: for each a list of weights, one a statement.",
    "variance": "How much of all difference each axis tells, from 0 to 1.",
    "groups": "The groups of opinion, the largest first: `id` (from 0), `size`, `centre` (x and "
    "y), `members` (participants).",
    "silhouettes": "How clearly each number of groups that was tried parts people, at most 1.",
    "representative": "For each group of opinion, by id, the statements that speak for it: "
    "`statement`, `side` (the answer that the figures are about), `votes` of `seen`, `share`, "
    "`share_test`, `ratio`, `ratio_test`, `best_agree` (most of the group agree with it) and then "
    "`agrees`.",
    "consensus": "What most of all `agree` and `disagree` with: as above, without the ratio.",
    "by_group": "The same by declared group, or by group of opinion where none was declared: "
    "`declared`; `groups` with `name`, `size` and `representative`; `statements` with `id`, "
    "`heard` (how many groups voted), `agree` and `disagree` across groups (`score`, `lowest`, "
    "`lowest_group`) and `groups` (`seen`, and `votes`, `share`, `low`, `high` for each answer; "
    "low and high are the ends of the 95 % interval); `limit`: the share of the votes on a "
    "statement above which a group is warned of (1: of none); `warnings` where one group carries "
    "a result (`statement`, `group`, `reasons`, `result`, `without`, `of_votes`, `words`).",
}


def grouped(
    held: Conversation, drawn: OpinionMap | TotalsOnly, declared: Mapping[int, str] | None
) -> ByGroup | None:
    """By declared group, or by group of opinion; None where there is neither."""
    limit: float | None = None
    people = held.votes.participants.tolist()
    if declared is not None:
        names = sorted({declared[person] for person in people if person in declared})
        place = {name: at for at, name in enumerate(names)}
        labels = [place[declared[person]] if person in declared else -1 for person in people]
    elif isinstance(drawn, OpinionMap):
        names = [f"group {at}" for at in range(drawn.shown.groups)]
        labels = drawn.groups.tolist()
        # Who votes alike is put together here, so how many they are tells nothing new.
        limit = 1.0
    else:
        return None
    return by_group(held.votes, labels, names, left_out=left_out(held), limit=limit)


def left_out(held: Conversation) -> list[int]:
    return [at for at, one in enumerate(held.statements) if one.moderated < 0]


def as_json(
    held: Conversation, drawn: OpinionMap | TotalsOnly, by: ByGroup | None, *, declared: bool
) -> dict[str, Any]:
    """All of it; see KEYS. Statements are told by id, and numbers that are none are null."""
    ids = held.votes.statements.tolist()
    mapped = drawn if isinstance(drawn, OpinionMap) else None
    agreed = mapped.consensus if mapped else consensus(drawn.totals, left_out=left_out(held))
    return {
        "topic": held.topic,
        "notes": list(held.notes),
        "participants": _participants(held, mapped),
        "statements": _statements(held, drawn),
        "components": _rounded(mapped.axes.components) if mapped else [],
        "variance": _rounded(mapped.axes.variance) if mapped else [],
        "groups": _groups(held, mapped) if mapped else [],
        "silhouettes": {str(k): value for k, value in mapped.tried.silhouettes.items()}
        if mapped
        else {},
        "representative": {
            str(group): [_said(one, ids) for one in said]
            for group, said in enumerate(mapped.representative if mapped else ())
        },
        "consensus": {
            "agree": [_said(one, ids) for one in agreed.agree],
            "disagree": [_said(one, ids) for one in agreed.disagree],
        },
        "by_group": _by_group(by, ids, declared) if by else None,
    }


def _participants(held: Conversation, mapped: OpinionMap | None) -> list[dict[str, Any]]:
    people, votes = held.votes.participants.tolist(), held.votes.votes_each.tolist()
    places = mapped.positions.tolist() if mapped else [(None, None)] * len(people)
    groups = mapped.groups.tolist() if mapped else [-1] * len(people)
    return [
        {"id": person, "votes": number, "x": x, "y": y, "group": group if group >= 0 else None}
        for person, number, (x, y), group in zip(people, votes, places, groups, strict=True)
    ]


def _statements(held: Conversation, drawn: OpinionMap | TotalsOnly) -> list[dict[str, Any]]:
    totals = drawn.totals
    told = []
    for at, statement in enumerate(held.statements):
        agrees, disagrees = int(totals.agrees[0, at]), int(totals.disagrees[0, at])
        seen = int(totals.seen[0, at])
        told.append(
            {
                "id": statement.id,
                "text": statement.text,
                "moderated_out": statement.moderated < 0,
                "agree": agrees,
                "disagree": disagrees,
                "pass": seen - agrees - disagrees,
                "seen": seen,
                "mean": (agrees - disagrees) / seen if seen else None,
                "group_aware": {
                    "agree": float(drawn.group_aware.agree[at]),
                    "disagree": float(drawn.group_aware.disagree[at]),
                }
                if isinstance(drawn, OpinionMap)
                else None,
            }
        )
    return told


def _groups(held: Conversation, mapped: OpinionMap) -> list[dict[str, Any]]:
    clusters = mapped.clusters
    return [
        {
            "id": group,
            "size": int(clusters.sizes[group]),
            "centre": clusters.centres[group].tolist(),
            "members": held.votes.participants[mapped.groups == group].tolist(),
        }
        for group in range(mapped.shown.groups)
    ]


def _said(said: Said, ids: list[int]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "statement": ids[said.statement],
        "side": said.side,
        "votes": said.votes,
        "seen": said.seen,
        "share": said.share,
        "share_test": said.share_test,
    }
    if said.ratio is not None:
        told |= {
            "ratio": said.ratio,
            "ratio_test": said.ratio_test,
            "best_agree": said.best_agree,
        }
    if said.best_agree:
        told["agrees"] = said.agrees
    return told


def _by_group(by: ByGroup, ids: list[int], declared: bool) -> dict[str, Any]:
    names = by.groups.names
    return {
        "declared": declared,
        "groups": [
            {
                "name": name,
                "size": int(by.groups.sizes[at]),
                "representative": [_said(one, ids) for one in by.representative[at]],
            }
            for at, name in enumerate(names)
        ],
        "statements": [
            {
                "id": statement,
                "heard": int(by.heard[at]),
                "agree": _across(by.agree_across, at, names),
                "disagree": _across(by.disagree_across, at, names),
                "groups": [
                    {
                        "name": name,
                        "seen": int(by.seen[group, at]),
                        "agree": _share(by.agree, group, at),
                        "disagree": _share(by.disagree, group, at),
                    }
                    for group, name in enumerate(names)
                ],
            }
            for at, statement in enumerate(ids)
        ],
        "limit": by.limit,
        "warnings": [
            {
                "statement": ids[one.statement],
                "group": names[one.group],
                "reasons": list(one.reasons),
                "result": one.result,
                "without": one.without,
                "of_votes": one.of_votes,
                "words": in_words(one, names),
            }
            for one in by.carried
        ],
    }


def _across(across: Across, at: int, names: tuple[str, ...]) -> dict[str, Any]:
    group = int(across.lowest_group[at])
    return {
        "score": _number(across.score[at]),
        "lowest": _number(across.lowest[at]),
        "lowest_group": names[group] if group >= 0 else None,
    }


def _share(shares: Shares, group: int, at: int) -> dict[str, Any]:
    return {
        "votes": int(shares.votes[group, at]),
        "share": _number(shares.share[group, at]),
        "low": float(shares.low[group, at]),
        "high": float(shares.high[group, at]),
    }


def _rounded(values: FloatArray) -> Any:
    """As places are: the last digits of a decomposition differ with machines and their threads."""
    return (np.round(values, DECIMALS) + 0.0).tolist()  # −0.0 becomes 0.0


def _number(value: np.float64) -> float | None:
    return None if math.isnan(value) else float(value)
