"""The same by declared group, such as groups of partners: what each says, how far all of them
agree, and whether one group alone carries a result.

Everything here follows from figures that may be told (see `disclosure`): groups of one to four
people are merged, and where too few of a group voted on a statement, it counts as if nobody of
them had. So no person's vote can be worked out from any of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from coalition.analysis.arrays import FloatArray, IntArray
from coalition.analysis.disclosure import (
    FEWEST_OF_GROUP,
    Groups,
    as_shown,
    told_only_together,
)
from coalition.analysis.opinions.statements import (
    Said,
    representative,
    representativeness,
    smoothed,
)
from coalition.analysis.opinions.votes import Counts, Votes, counts

Z_95 = 1.959963984540054  # a normal value is within ± this in 95 of 100 cases
# A group carries a result with more than half of the votes; and, where groups are few, with more
# than one and a half times its even share: of two groups one always has half.
MOST_OF_VOTES = 1 / 2
MOST_OF_EVEN_SHARE = 3 / 2
TURNS, MOST_VOTES = "turns", "most votes"
RESULTS = {1: "agree", 0: "tie", -1: "disagree"}


@dataclass(frozen=True)
class Shares:
    """How many of a group gave an answer, of those who voted: groups × statements.

    Attributes:
        votes: How many gave it.
        share: From 0 to 1; NaN where nobody voted.
        low, high: Where the share would lie if the group's other members answered like those who
            voted, in 95 of 100 cases (`wilson`); 0 and 1 where nobody voted.
    """

    votes: IntArray
    share: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True)
class Across:
    """How far all groups give one answer: an array entry a statement.

    Attributes:
        score: The geometric mean of the groups' shares (x + 1) / (n + 2), that is Polis's
            group-aware consensus with the root of as many groups as there are. If all groups have
            one share, it is that share, however many they are; a group more whose share is the
            score leaves it as it is: so scores of consultations with two groups and with ten can
            be compared. One group that does not join in pulls it down more than one that does
            lifts it. A group that was not heard counts as a half. NaN without groups.
        lowest: The lowest of these shares: no group is below it.
        lowest_group: The group that has it, the first if several do; −1 without groups.
    """

    score: FloatArray
    lowest: FloatArray
    lowest_group: IntArray


@dataclass(frozen=True)
class Carried:
    """A statement whose result hangs on one group.

    Attributes:
        statement, group: Positions.
        reasons: "turns": without the group's votes not the same answer is in the majority; "most
            votes": the group cast more of all votes on the statement than `ByGroup.limit`.
        result, without: The answer of the majority, "agree", "disagree" or "tie", of everybody,
            and of all but the group. Passes are no answers.
        of_votes: The group's share of all votes on the statement, passes among them.
    """

    statement: int
    group: int
    reasons: tuple[str, ...]
    result: str
    without: str
    of_votes: float


@dataclass(frozen=True)
class ByGroup:
    """What each of the groups says.

    Attributes:
        groups: The groups as they are shown, small ones as "other groups".
        seen: How many of each group voted on each statement; 0 where it is not told.
        agree, disagree: The answers of each group.
        agree_across, disagree_across: How far all groups give that answer.
        heard: For each statement how many groups `seen` has votes of.
        representative: The statements that speak for each group, as of groups of opinion.
        limit: The share of the votes on a statement above which a group carries its result.
        carried: Where one group carries the result, by statement and group; none where there is
            one group alone.
    """

    groups: Groups
    seen: IntArray
    agree: Shares
    disagree: Shares
    agree_across: Across
    disagree_across: Across
    heard: IntArray
    representative: tuple[tuple[Said, ...], ...]
    limit: float
    carried: tuple[Carried, ...]


def by_group(
    votes: Votes,
    labels: ArrayLike,
    names: Sequence[str],
    *,
    left_out: Collection[int] = (),
    fewest: int = FEWEST_OF_GROUP,
    limit: float | None = None,
) -> ByGroup:
    """The votes by declared group.

    Args:
        labels, names: As in `disclosure.as_shown`.
        left_out: Positions of statements that were taken out: they represent nobody, and nothing
            is said to carry their result.
        fewest: People of a group, or voters of a group on a statement, that are shown.
        limit: A group with more than this share of the votes on a statement carries it; by
            default `usual_limit`. With 1 nothing is said of shares of votes.

    ValueError: labels that do not fit participants or names, or a name given twice.
    """
    groups, shown_in = as_shown(votes, labels, names, fewest)
    limit = usual_limit(groups) if limit is None else limit
    everybody = counts(votes, groups=1)
    tally = _told(counts(votes, shown_in, len(groups.names)), groups.names, fewest)
    return ByGroup(
        groups=groups,
        seen=tally.seen,
        agree=shares(tally.agrees, tally.seen),
        disagree=shares(tally.disagrees, tally.seen),
        agree_across=across(tally.agrees, tally.seen),
        disagree_across=across(tally.disagrees, tally.seen),
        heard=(tally.seen > 0).sum(axis=0),
        representative=representative(representativeness(tally), left_out=left_out),
        limit=limit,
        carried=_carried(tally, everybody, set(left_out), limit),
    )


def usual_limit(groups: Groups) -> float:
    """The share of the votes on a statement above which a group carries it: 75 % for two groups,
    half for three and more. Groups of nobody are not counted."""
    number = max(2, int((groups.sizes > 0).sum()))
    return max(MOST_OF_VOTES, MOST_OF_EVEN_SHARE / number)


def _told(tally: Counts, names: Sequence[str], fewest: int) -> Counts:
    """The counts with zeros where they are about too few people to be told."""
    told = ~told_only_together(tally.seen, names, fewest)
    return Counts(tally.agrees * told, tally.disagrees * told, tally.seen * told)


def shares(x: IntArray, n: IntArray) -> Shares:
    """Of x of n, with intervals."""
    share = np.divide(x, n, out=np.full(n.shape, np.nan), where=n > 0)
    return Shares(x, share, *wilson(x, n))


def wilson(x: ArrayLike, n: ArrayLike, z: float = Z_95) -> tuple[FloatArray, FloatArray]:
    """The lower and upper end of the interval of a share x of n, within 0 and 1; 0 and 1 of
    nothing. Unlike "± so many points" it holds for few people and for shares near 0 and 1.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal
    of the American Statistical Association 22 (1927), 209–212.
    """
    of, some = np.asarray(n, np.float64), np.asarray(x, np.float64)
    spread = np.divide(some * (of - some), of, out=np.zeros(of.shape), where=of > 0)
    middle = (some + z**2 / 2) / (of + z**2)
    half = z / (of + z**2) * np.sqrt(spread + z**2 / 4)
    low = np.where(some == 0, 0.0, np.clip(middle - half, 0, 1))
    high = np.where(some == of, 1.0, np.clip(middle + half, 0, 1))
    return low, high


def across(x: IntArray, n: IntArray) -> Across:
    """The score of each statement: see `Across`."""
    groups, statements = n.shape
    if not groups:
        nothing = np.full(statements, np.nan)
        return Across(nothing, nothing, np.full(statements, -1))
    share = smoothed(x, n)
    return Across(np.exp(np.log(share).mean(axis=0)), share.min(axis=0), share.argmin(axis=0))


def _carried(
    tally: Counts, everybody: Counts, left_out: set[int], limit: float
) -> tuple[Carried, ...]:
    if (tally.seen.sum(axis=1) > 0).sum() < 2:
        return ()
    margin = everybody.agrees[0] - everybody.disagrees[0]
    result = np.sign(margin)
    without = np.sign(margin - (tally.agrees - tally.disagrees))
    of_votes = tally.seen / np.maximum(everybody.seen[0], 1)
    turns = (result != 0) & (without != result)
    most = of_votes > limit
    return tuple(
        Carried(
            statement,
            group,
            tuple(
                reason
                for reason, holds in ((TURNS, turns), (MOST_VOTES, most))
                if holds[group, statement]
            ),
            RESULTS[int(result[statement])],
            RESULTS[int(without[group, statement])],
            float(of_votes[group, statement]),
        )
        for statement, group in np.argwhere((turns | most).T).tolist()
        if statement not in left_out
    )


def in_words(carried: Carried, names: Sequence[str]) -> str:
    """The warning in one or two sentences, with the groups' names."""
    name = names[carried.group]
    sentences = []
    if TURNS in carried.reasons:
        rest = "it is a tie" if carried.without == "tie" else f"most {carried.without}"
        sentences.append(f"Most {carried.result}, but without {name} {rest}.")
    if MOST_VOTES in carried.reasons:
        sentences.append(f"{name} cast {carried.of_votes:.0%} of the votes.")
    return " ".join(sentences)
