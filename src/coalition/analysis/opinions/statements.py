"""Which statements speak for a group, and which everybody agrees or disagrees with, as Polis does.

The measures are those of C. Small, M. Bjorkegren, T. Erkkilä, L. Shaw and C. Megill, "Polis:
Scaling Deliberation by Mapping High Dimensional Opinion Spaces", Recerca 26 (2), 2021, with the
choices that Polis's own source makes (math/src/polismath/math: repness.clj, stats.clj and
conversation.clj). Every measure is worked out for all groups and statements at once.

In formulas: of n people of a group who voted on a statement, passes among them, x agreed (or
disagreed); of N others X did.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from coalition.analysis.arrays import FloatArray, IntArray
from coalition.analysis.opinions.votes import Counts

AGREE_SIDE, DISAGREE_SIDE = "agree", "disagree"
MOST = 5  # statements that are shown of a group, and of a side of the consensus
SIGNIFICANT = 1.2816  # a z-value above it has a chance of one in ten by accident


@dataclass(frozen=True)
class Side:
    """One answer, agree or disagree: arrays of groups × statements.

    Attributes:
        votes: x, how many gave it.
        share: (x + 1) / (n + 2), so that few votes are near a half (Laplace's rule).
        share_test: z-value of that share being above a half: 2 √(n + 1) ((x + 1)/(n + 1) − ½).
        ratio: The share divided by the share among all others, (X + 1) / (N + 2).
        ratio_test: z-value of the two shares being different, with 1 added to all four counts;
            0 where everybody gave this answer, in the group and elsewhere.
    """

    votes: IntArray
    share: FloatArray
    share_test: FloatArray
    ratio: FloatArray
    ratio_test: FloatArray

    @property
    def strength(self) -> FloatArray:
        """What Polis ranks representative statements by."""
        return self.ratio * self.ratio_test * self.share * self.share_test


@dataclass(frozen=True)
class Representativeness:
    """How much each statement speaks for each group: groups × statements."""

    seen: IntArray
    agree: Side
    disagree: Side


@dataclass(frozen=True)
class Said:
    """A statement with what was said to it.

    Attributes:
        statement: Its position among all statements.
        side: "agree" or "disagree": the answer that the figures are about.
        votes, seen: How many gave it, of how many who voted on the statement.
        share, share_test: As in `Side`.
        ratio, ratio_test: As in `Side`; None in a consensus, where nobody else is there.
        best_agree: It stands at the head because most of the group agree with it, `agrees` of
            them. (`side` may be "disagree" all the same, where disagreeing sets the group apart
            more from the others.)
    """

    statement: int
    side: str
    votes: int
    seen: int
    share: float
    share_test: float
    ratio: float | None = None
    ratio_test: float | None = None
    best_agree: bool = False
    agrees: int | None = None


def smoothed(votes: IntArray, seen: IntArray) -> FloatArray:
    """(x + 1) / (n + 2): a half where nobody voted, and never quite 0 or 1."""
    share: FloatArray = (votes + 1) / (seen + 2)
    return share


def representativeness(tally: Counts) -> Representativeness:
    """Of counts of groups × statements; those who are in no group are nobody's others."""
    return Representativeness(
        tally.seen, _side(tally.agrees, tally.seen), _side(tally.disagrees, tally.seen)
    )


def _side(x: IntArray, n: IntArray) -> Side:
    others_x, others_n = x.sum(axis=0) - x, n.sum(axis=0) - n
    share = smoothed(x, n)
    return Side(
        x,
        share,
        _above_half(x, n),
        share / smoothed(others_x, others_n),
        _different(x + 1, n + 1, others_x + 1, others_n + 1),
    )


def _above_half(x: IntArray, n: IntArray) -> FloatArray:
    z: FloatArray = 2 * np.sqrt(n + 1) * ((x + 1) / (n + 1) - 0.5)
    return z


def _different(x: IntArray, n: IntArray, others_x: IntArray, others_n: IntArray) -> FloatArray:
    """The z-value of two shares, x/n and others_x/others_n, with their pooled share."""
    pooled = (x + others_x) / (n + others_n)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / others_n))
    z: FloatArray = np.divide(
        x / n - others_x / others_n, spread, out=np.zeros_like(spread), where=pooled < 1
    )
    return z


def representative(
    measures: Representativeness, *, left_out: Collection[int] = (), most: int = MOST
) -> tuple[tuple[Said, ...], ...]:
    """For each group the statements that speak for it: `most` at most, agreed ones first.

    - At the head the best agreed one, if any: see `_best_agreed`.
    - Behind it all whose share is above a half and whose ratio differs, both by their z-values,
      strongest first (`Side.strength`).
    - Where there is neither, the one that sets the group apart most.

    Of each statement the answer with the higher `ratio_test` counts. Of equally strong statements
    the first by position comes first; `left_out` holds positions that are not looked at, those of
    statements that were taken out by moderation.
    """
    agree, disagree = measures.agree, measures.disagree
    passing = ((agree.ratio_test > SIGNIFICANT) & (agree.share_test > SIGNIFICANT)) | (
        (disagree.ratio_test > SIGNIFICANT) & (disagree.share_test > SIGNIFICANT)
    )
    agrees_more = agree.ratio_test > disagree.ratio_test
    strength = np.where(agrees_more, agree.strength, disagree.strength)
    apart = np.maximum(agree.ratio_test, disagree.ratio_test)
    groups, statements = measures.seen.shape
    kept = np.setdiff1d(np.arange(statements), list(left_out))
    chosen: list[tuple[Said, ...]] = []
    for group in range(groups):
        best = _best_agreed(measures, group, kept)
        order = kept[np.argsort(-strength[group, kept], kind="stable")]
        positions = [at for at in order.tolist() if passing[group, at] and at != best]
        if best is not None:
            positions.insert(0, best)
        if not positions and len(kept):
            positions = [int(kept[np.argmax(apart[group, kept])])]
        said = [_said(measures, group, at, at == best) for at in positions[:most]]
        chosen.append(tuple(sorted(said, key=lambda one: one.side)))  # "agree" < "disagree"
    return tuple(chosen)


def _best_agreed(measures: Representativeness, group: int, kept: IntArray) -> int | None:
    """The statement that shows best what a group agrees with, or None.

    Polis looks at one statement after the other and keeps the better. The first must have a share
    of agreement above a half by its z-value, or a ratio above 1 and a share above a half. It gives
    way to another with more strength, if its own ratio is above 1; otherwise to one with more of
    share × share_test. What "better" is depends on the one kept so far, so the order matters: it
    is the order of positions, which is the one of ids.
    """
    side = measures.agree
    ratio, share, test = (
        part[group].tolist() for part in (side.ratio, side.share, side.share_test)
    )
    strength = side.strength[group].tolist()
    voted = ((side.votes[group] + measures.disagree.votes[group]) > 0).tolist()
    best: int | None = None
    for at in kept.tolist():
        if not voted[at]:
            continue
        if best is None:
            better = test[at] > SIGNIFICANT or (ratio[at] > 1 and share[at] > 0.5)
        elif ratio[best] > 1:
            better = strength[at] > strength[best]
        else:
            better = share[at] * test[at] > share[best] * test[best]
        if better:
            best = at
    return best


def _said(measures: Representativeness, group: int, at: int, is_best: bool) -> Said:
    agree, disagree = measures.agree, measures.disagree
    name, side = (
        (AGREE_SIDE, agree)
        if agree.ratio_test[group, at] > disagree.ratio_test[group, at]
        else (DISAGREE_SIDE, disagree)
    )
    return Said(
        statement=at,
        side=name,
        votes=int(side.votes[group, at]),
        seen=int(measures.seen[group, at]),
        share=float(side.share[group, at]),
        share_test=float(side.share_test[group, at]),
        ratio=float(side.ratio[group, at]),
        ratio_test=float(side.ratio_test[group, at]),
        best_agree=is_best,
        agrees=int(agree.votes[group, at]) if is_best else None,
    )


@dataclass(frozen=True)
class Consensus:
    """What most of all agree with, and what most disagree with, clearest first."""

    agree: tuple[Said, ...]
    disagree: tuple[Said, ...]


def consensus(everybody: Counts, *, left_out: Collection[int] = (), most: int = MOST) -> Consensus:
    """Of counts of one group, everybody who voted, whether on the map or not: statements with a
    share above a half, by its z-value too, ranked by share × share_test; ties by position."""

    def side(name: str, x: IntArray) -> tuple[Said, ...]:
        n = everybody.seen[0]
        share, test = smoothed(x, n), _above_half(x, n)
        clear = (share > 0.5) & (test > SIGNIFICANT)
        clear[list(left_out)] = False
        order = np.argsort(-share * test, kind="stable")
        return tuple(
            Said(at, name, int(x[at]), int(n[at]), float(share[at]), float(test[at]))
            for at in order[clear[order]][:most].tolist()
        )

    return Consensus(
        side(AGREE_SIDE, everybody.agrees[0]), side(DISAGREE_SIDE, everybody.disagrees[0])
    )


@dataclass(frozen=True)
class AcrossGroups:
    """How far all groups give the same answer, one figure a statement, from 0 to 1: the product
    of the groups' shares, as Polis shows it. It falls with every group more; see `groups` for a
    score that does not."""

    agree: FloatArray
    disagree: FloatArray


def group_aware(tally: Counts) -> AcrossGroups:
    """Of counts of groups × statements: Polis's group-aware consensus, for both answers."""
    return AcrossGroups(
        smoothed(tally.agrees, tally.seen).prod(axis=0),
        smoothed(tally.disagrees, tally.seen).prod(axis=0),
    )
