"""The opinion map of a conversation: who stands where, in which groups, and what each group says.

The method is that of Polis (Small, Bjorkegren, Erkkilä, Shaw and Megill, 2021); docs/reference/
opinion-map.md tells it in plain words. `opinion_map` draws a map from votes, `renewed` draws it
again after more votes in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from coalition.analysis.arrays import BoolArray, FloatArray, IntArray
from coalition.analysis.opinions.axes import Axes, Products, axes, positions, products
from coalition.analysis.opinions.clusters import Clusters, Tried, base_clusters, grouped
from coalition.analysis.opinions.statements import (
    AcrossGroups,
    Consensus,
    Representativeness,
    Said,
    consensus,
    group_aware,
    representative,
    representativeness,
)
from coalition.analysis.opinions.votes import Counts, Votes, counts

FEWEST = 50  # participants of whom a map is shown
ENOUGH_VOTES = 7  # with so many votes, or one on every statement, one is on the map
FEWEST_ON_MAP = 15  # with fewer on the map, those with most votes are taken in too
PATIENCE = 4  # so many times in a row a new number of groups must be the best to be shown


@dataclass(frozen=True)
class Shown:
    """Into how many groups the map is parted, and how often in a row which number was the best."""

    groups: int
    best: int
    times: int = 1

    def then(self, best: int, possible: Iterable[int]) -> Shown:
        times = self.times + 1 if best == self.best else 1
        is_kept = times < PATIENCE and self.groups in possible
        return Shown(self.groups if is_kept else best, best, times)


@dataclass(frozen=True)
class TotalsOnly:
    """Too few took part for a map: how many, how many are needed, and the counts of everybody."""

    participants: int
    included: int
    fewest: int
    totals: Counts  # 1 × statements


@dataclass(frozen=True)
class OpinionMap:
    """A map of n participants and m statements, in the order of `votes`.

    Attributes:
        votes: All votes, also of those who are not on the map.
        out: m, which statements are moderated out.
        included: n, who is on the map; see `included`.
        axes: The two directions of the map.
        positions: n × 2, everybody's place, also of those who are not on the map.
        base: The base clusters; its labels are of those on the map alone, in order.
        tried: The base clusters in each number of groups, with silhouettes.
        shown: The number of groups that is shown, and its history.
        groups: The group of each of n, from 0 (the largest) on; −1 for not on the map.
        totals: Counts of everybody, 1 × m.
        by_group: Counts of groups × m.
        measures, representative: What sets each group apart: all figures, and the choice.
        consensus: What most of all agree and disagree with.
        group_aware: How far all groups give the same answer.
        products: What `renewed` builds on.
    """

    votes: Votes
    out: BoolArray
    included: BoolArray
    axes: Axes
    positions: FloatArray
    base: Clusters
    tried: Tried
    shown: Shown
    groups: IntArray
    totals: Counts
    by_group: Counts
    measures: Representativeness
    representative: tuple[tuple[Said, ...], ...]
    consensus: Consensus
    group_aware: AcrossGroups
    products: Products

    @property
    def clusters(self) -> Clusters:
        """The groups as shown, of base clusters: labels, centres, and how many people in each."""
        return self.tried.groups[self.shown.groups]


def opinion_map(
    votes: Votes, *, moderated_out: Iterable[int] = (), fewest: int = FEWEST
) -> OpinionMap | TotalsOnly:
    """The map of these votes; only totals where fewer than `fewest` participants would be on it.

    Args:
        votes: Of n participants on m statements, none of them twice.
        moderated_out: Ids of statements that do not count for places and are not shown.
        fewest: People on the map below whom there is none; at least one is needed.

    ValueError: more statements than a map is drawn of (axes.MOST_STATEMENTS).
    """
    out = np.isin(votes.statements, np.fromiter(moderated_out, np.int64))
    on_map = included(votes)
    if on_map.sum() < max(fewest, 1):
        number = len(votes.participants)
        return TotalsOnly(number, int(on_map.sum()), fewest, counts(votes, groups=1))
    return _drawn(votes, out, on_map, products(votes))


def renewed(
    before: OpinionMap, later: Votes, *, moderated_out: Iterable[int] | None = None
) -> OpinionMap:
    """The map after later votes, some of which may replace earlier ones.

    Axes, places and counts are those of a map drawn afresh, to the last digit, since the sums
    they come from are whole numbers. Three things have a history, as they have in Polis: who was
    on the map stays on it; base clusters start from the earlier ones; and another number of
    groups is shown only when it was the best PATIENCE times in a row.

    Args:
        before: The map as it was.
        later: The new votes alone.
        moderated_out: As in `opinion_map`; None leaves it as it was.
    """
    votes = before.votes.with_later(later)
    places = np.searchsorted(votes.statements, before.votes.statements)
    if moderated_out is None:
        moderated_out = before.votes.statements[before.out].tolist()
    out = np.isin(votes.statements, np.fromiter(moderated_out, np.int64))
    touched = np.flatnonzero(np.isin(before.votes.participants, later.participants))
    sums = before.products - products(before.votes.of_rows(touched))
    sums = sums.widened(places, len(votes.statements)) + products(
        votes.of_rows(np.searchsorted(votes.participants, later.participants))
    )
    on_map = included(votes)
    on_map[np.searchsorted(votes.participants, before.votes.participants[before.included])] = True
    return _drawn(votes, out, on_map, sums, before)


def included(votes: Votes) -> BoolArray:
    """Who is on the map, as in Polis: everybody with ENOUGH_VOTES votes or a vote on every
    statement, passes among them. If these are fewer than FEWEST_ON_MAP, those with most votes are
    added until they are that many; of equal ones those with the lowest ids."""
    each = votes.votes_each
    on_map: BoolArray = each >= min(ENOUGH_VOTES, len(votes.statements))
    lacking = FEWEST_ON_MAP - int(on_map.sum())
    if lacking > 0:
        others = np.flatnonzero(~on_map)
        on_map[others[np.argsort(-each[others], kind="stable")][:lacking]] = True
    return on_map


def _drawn(
    votes: Votes,
    out: BoolArray,
    on_map: BoolArray,
    sums: Products,
    before: OpinionMap | None = None,
) -> OpinionMap:
    found = axes(sums, out)
    placed = positions(votes, found, out)
    base = base_clusters(placed[on_map], None if before is None else _turned(before, votes, found))
    tried = grouped(base)
    shown = (
        Shown(tried.best, tried.best)
        if before is None
        else before.shown.then(tried.best, tried.groups)
    )
    groups = np.full(len(on_map), -1)
    groups[on_map] = tried.groups[shown.groups].labels[base.labels]
    # Those on no map are counted as one group before the others, and cut off again.
    tally = counts(votes, groups + 1, shown.groups + 1)
    by_group = Counts(tally.agrees[1:], tally.disagrees[1:], tally.seen[1:])
    totals = Counts(
        *(part.sum(axis=0, keepdims=True) for part in (tally.agrees, tally.disagrees, tally.seen))
    )
    measures = representativeness(by_group)
    left_out = np.flatnonzero(out).tolist()
    return OpinionMap(
        votes=votes,
        out=out,
        included=on_map,
        axes=found,
        positions=placed,
        base=base,
        tried=tried,
        shown=shown,
        groups=groups,
        totals=totals,
        by_group=by_group,
        measures=measures,
        representative=representative(measures, left_out=left_out),
        consensus=consensus(totals, left_out=left_out),
        group_aware=group_aware(by_group),
        products=sums,
    )


def _turned(before: OpinionMap, votes: Votes, found: Axes) -> FloatArray:
    """The earlier base centres, mirrored where an axis now points the other way."""
    places = np.searchsorted(votes.statements, before.votes.statements)
    same_way = (before.axes.components * found.components[:, places]).sum(axis=1)
    centres: FloatArray = before.base.centres * np.where(same_way < 0, -1.0, 1.0)
    return centres
