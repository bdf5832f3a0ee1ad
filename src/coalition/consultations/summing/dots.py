"""The opinion map as it may be published: groups with what speaks for them, and dots that stand for
five people or more each."""

from __future__ import annotations

from typing import Any

import numpy as np

from coalition.analysis.arrays import FloatArray, IntArray
from coalition.analysis.disclosure import OTHER_GROUPS, Groups, merged_small
from coalition.analysis.opinions.mapping import OpinionMap
from coalition.analysis.opinions.statements import Said, representative, representativeness
from coalition.analysis.opinions.votes import Counts, counts

DIGITS = 4  # of a place and a share


def published(drawn: OpinionMap, fewest: int) -> dict[str, Any]:
    """A JSON value: how many are on the map, what its axes tell, its groups, its dots as
    `[x, y, people, group]`. Every dot and group is of `fewest` people or more."""
    names = [str(group) for group in range(drawn.shown.groups)]
    sizes = np.bincount(drawn.groups[drawn.included], minlength=len(names))
    groups = merged_small(names, sizes, fewest)
    return {
        "people": int(drawn.included.sum()),
        "variance": [round(share, DIGITS) for share in drawn.axes.variance.tolist()],
        "groups": [
            {"size": size, "is_rest": name == OTHER_GROUPS, "said": said}
            for name, size, said in zip(
                groups.names, groups.sizes.tolist(), _said(drawn, groups, fewest), strict=True
            )
        ],
        "dots": _dots(drawn, groups, fewest),
    }


def _said(drawn: OpinionMap, groups: Groups, fewest: int) -> list[list[dict[str, Any]]]:
    """What speaks for each group, of what `fewest` of it answered. Nothing is held back beyond
    that: a map takes as many people as rows do, and whoever has the rows can draw it anew."""
    labels = np.zeros(len(drawn.groups), dtype=np.int64)  # 0: not on the map
    on_map = drawn.groups >= 0
    labels[on_map] = 1 + groups.of[drawn.groups[on_map]]
    tally = counts(drawn.votes, labels, 1 + len(groups.names))
    measures = representativeness(Counts(tally.agrees[1:], tally.disagrees[1:], tally.seen[1:]))
    left_out = np.flatnonzero(drawn.out).tolist()
    return [
        [said_of(one) for one in said if one.seen >= fewest]
        for said in representative(measures, left_out=left_out)
    ]


def said_of(one: Said) -> dict[str, Any]:
    """`at` is the position of the statement. Of the one agreed best it is told how many agree;
    `elsewhere` is the share that gives the same answer in the other groups."""
    if one.agrees is not None and one.side != "agree":
        return {"at": one.statement, "side": "agree", "votes": one.agrees, "seen": one.seen}
    told = {"at": one.statement, "side": one.side, "votes": one.votes, "seen": one.seen}
    if one.ratio:
        told["elsewhere"] = round(one.share / one.ratio, DIGITS)
    return told


def _dots(drawn: OpinionMap, groups: Groups, fewest: int) -> list[list[float]]:
    """The base clusters of the map, small ones put together with the nearest of their group."""
    of = groups.of[drawn.clusters.labels]
    people = np.bincount(drawn.base.labels, minlength=len(of))
    dots: list[list[float]] = []
    for group in range(len(groups.names)):
        here = np.flatnonzero((of == group) & (people > 0))
        for place, size in _gathered(drawn.base.centres[here], people[here], fewest):
            dots.append([*(round(part, DIGITS) for part in place.tolist()), size, group])
    return dots


def _gathered(places: FloatArray, people: IntArray, fewest: int) -> list[tuple[FloatArray, int]]:
    """Places with `fewest` people or more: the smallest is joined to the one nearest to it, in the
    middle of both, until none is too small. There are a hundred at most."""
    kept = list(zip(places, people.tolist(), strict=True))
    while len(kept) > 1:
        small = min(range(len(kept)), key=lambda at: (kept[at][1], at))
        place, size = kept[small]
        if size >= fewest:
            break
        del kept[small]
        near = min(range(len(kept)), key=lambda at: (float(((kept[at][0] - place) ** 2).sum()), at))
        other, others = kept[near]
        kept[near] = ((place * size + other * others) / (size + others), size + others)
    return kept
