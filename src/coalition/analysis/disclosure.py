"""What of people's votes may be published, so that nobody's vote is told by a small figure.

- Persons' rows only from 50 participants on: under new numbers in an order that tells nothing,
  without times and without their group. Below that, totals by statement.
- Figures about one to four people are not told, nor left over when what is told is taken from
  the total: small parts are put together with the next smallest ones until they are five people
  or more. For groups the sum is told, as "other groups"; on a single statement nothing is.

The rule is the one of minimum frequency with complementary suppression, as statistical offices
use it (Hundepool and others, Statistical Disclosure Control, 2012, chapters 4 and 5). As every
person is of one group and groups add up to one total alone, complements need no search here;
tables with several margins do: see `suppression`.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from coalition.analysis.arrays import BoolArray, IntArray
from coalition.analysis.opinions.votes import Votes, counts

FEWEST_PEOPLE = 50
FEWEST_OF_GROUP = 5
OTHER_GROUPS = "other groups"
NO_GROUP = "no group"
NOT_TOLD = -1
SHORTEST_SECRET = 16  # bytes: more than anybody can try out


@dataclass(frozen=True)
class Groups:
    """Groups as they are shown.

    Attributes:
        names: In the order they were given, with "other groups" last, if there are any.
        sizes: People in each.
        of: For each group as it was given, the position among `names` of the one it is shown in;
            −1 for all if they are too few people together to be shown at all.
    """

    names: tuple[str, ...]
    sizes: IntArray
    of: IntArray


def merged_small(names: Sequence[str], sizes: ArrayLike, fewest: int = FEWEST_OF_GROUP) -> Groups:
    """Groups of fewer than `fewest` people put together into "other groups"; and if those are too
    few together, with the next smallest group, of equal ones the first by name, until they are
    enough. A group of nobody stays as it is: it tells of no person.

    So what is left when any of the groups shown are taken from the total is never from one to
    `fewest` − 1 people, unless all are fewer: then no group is shown. With a `fewest` of 1 or
    less all are shown.

    ValueError: not one size for each name, a name given twice or called as the joined ones are, a
    negative size.
    """
    people = np.asarray(sizes, dtype=np.int64).reshape(-1)
    if len(people) != len(names) or len({*names, OTHER_GROUPS}) != len(names) + 1:
        raise ValueError(
            f"Each group needs a name of its own and a size; none is called “{OTHER_GROUPS}”."
        )
    if (people < 0).any():
        raise ValueError("No group has fewer than nobody.")
    joined = told_only_together(people[:, None], names, fewest)[:, 0]
    if 0 < people[joined].sum() < fewest:
        return Groups((), np.zeros(0, np.int64), np.full(len(people), -1))
    kept = np.flatnonzero(~joined)
    of = np.full(len(people), len(kept))
    of[kept] = np.arange(len(kept))
    shown, shown_sizes = [names[at] for at in kept.tolist()], people[kept].tolist()
    if joined.any():
        shown.append(OTHER_GROUPS)
        shown_sizes.append(int(people[joined].sum()))
    return Groups(tuple(shown), np.array(shown_sizes, dtype=np.int64), of)


def told_only_together(sizes: IntArray, names: Sequence[str], fewest: int) -> BoolArray:
    """Which parts of a total are not told by themselves: those of one to `fewest` − 1 people, and
    the smallest of the others until the parts not told are `fewest` together.

    Args:
        sizes: Parts × columns; each column is a total of its own.
        names: Of the parts; of two of equal size the first by name goes first.
    """
    by_name = np.argsort(np.argsort(np.asarray(names, dtype=object), kind="stable"))
    order = np.lexsort((np.broadcast_to(by_name[:, None], sizes.shape), sizes), axis=0)
    rising = np.take_along_axis(sizes, order, axis=0)
    smaller = np.cumsum(rising, axis=0) - rising
    hidden = (rising > 0) & ((rising < fewest) | ((smaller > 0) & (smaller < fewest)))
    joined = np.zeros(sizes.shape, dtype=bool)
    np.put_along_axis(joined, order, hidden, axis=0)
    return joined


def as_shown(
    votes: Votes, labels: ArrayLike, names: Sequence[str], fewest: int = FEWEST_OF_GROUP
) -> tuple[Groups, IntArray]:
    """The groups of those who voted, small ones merged, and for each of n participants the
    position of the one they are shown in, −1 for none.

    Args:
        labels: For each participant the position of their group in `names`, −1 for none: those
            are a group of their own, "no group", so that they too are never few.

    ValueError: labels that do not fit participants or names, or a name given twice.
    """
    of = np.asarray(labels, np.int64)
    took_part = votes.votes_each > 0
    if len(of) != len(took_part):
        raise ValueError("Each participant needs one label.")
    if len(of) and not -1 <= of.min() <= of.max() < len(names):
        raise ValueError("A label is the position of a group's name, or −1 for no group.")
    known = list(names)
    if (of[took_part] < 0).any():
        of = np.where(of < 0, len(known), of)
        known.append(NO_GROUP)
    groups = merged_small(known, np.bincount(of[took_part], minlength=len(known)), fewest)
    shown_in = np.full(len(of), -1)
    shown_in[took_part] = groups.of[of[took_part]]
    return groups, shown_in


@dataclass(frozen=True)
class Totals:
    """How many agreed, disagreed, passed, and voted at all: groups × statements, −1 (NOT_TOLD)
    in all four where it is not told."""

    agrees: IntArray
    disagrees: IntArray
    passes: IntArray
    seen: IntArray

    @property
    def told(self) -> BoolArray:
        told: BoolArray = self.seen != NOT_TOLD
        return told


@dataclass(frozen=True)
class PublishedVotes:
    """What may be published of votes, and nothing else of them.

    Attributes:
        people: How many took part: voted on one statement at least.
        statements: Their ids, rising.
        totals: Of everybody, 1 × statements.
        groups: The groups as they are shown; None if none were declared.
        by_group: Their totals; None if none were declared.
        rows: One person's votes a row, under numbers from 1 that say nothing of who or when;
            None below the number from which rows are published.
    """

    people: int
    statements: IntArray
    totals: Totals
    groups: Groups | None
    by_group: Totals | None
    rows: Votes | None


def publishable(
    votes: Votes,
    labels: ArrayLike | None = None,
    names: Sequence[str] = (),
    *,
    secret: bytes,
    fewest_people: int = FEWEST_PEOPLE,
    fewest_of_group: int = FEWEST_OF_GROUP,
) -> PublishedVotes:
    """What of these votes may be published.

    Once, when voting is over: of two publications the second less the first would tell how those
    voted who came between.

    Args:
        votes: Of the statements whose votes are published at all.
        labels, names: As in `as_shown`.
        secret: Decides the order of the rows, and is never published: random bytes, at least 16,
            drawn for this publication alone (`secrets.token_bytes`).

    ValueError: a secret that is too short; labels that do not fit participants or names.
    """
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"The secret has {len(secret)} bytes; {SHORTEST_SECRET} are the fewest.")
    took_part = votes.votes_each > 0
    people = int(took_part.sum())
    has_rows = people >= fewest_people
    # Totals follow from the rows, where there are any; nothing is gained by holding them back.
    everybody = np.zeros(len(took_part), np.int64)
    totals = _totals(votes, everybody, [""], 0 if has_rows else fewest_of_group)
    groups, by_group = None, None
    if labels is not None:
        groups, shown_in = as_shown(votes, labels, names, fewest_of_group)
        by_group = _totals(votes, shown_in, groups.names, fewest_of_group)
    rows = _shuffled(votes, took_part, secret) if has_rows else None
    return PublishedVotes(people, votes.statements, totals, groups, by_group, rows)


def _totals(votes: Votes, labels: IntArray, names: Sequence[str], fewest: int) -> Totals:
    """Of each group on each statement, where nobody's vote is told by it."""
    counted = counts(votes, labels, len(names))
    agrees, disagrees, seen = counted.agrees, counted.disagrees, counted.seen
    hidden = told_only_together(seen, names, fewest)
    passes = seen - agrees - disagrees
    told = [np.where(hidden, NOT_TOLD, figures) for figures in (agrees, disagrees, passes, seen)]
    return Totals(*told)


def _shuffled(votes: Votes, took_part: BoolArray, secret: bytes) -> Votes:
    """Everybody's row in the order of a keyed hash of their id (HMAC with SHA-256), which nobody
    can redo or undo who does not have the key."""
    keys = [
        hmac.digest(secret, b"%d" % person, "sha256") if took else b""
        for person, took in zip(votes.participants.tolist(), took_part.tolist(), strict=True)
    ]
    order = np.array(sorted(np.flatnonzero(took_part), key=keys.__getitem__), dtype=np.int64)
    place = np.zeros(len(took_part), dtype=np.int64)
    place[order] = np.arange(len(order))
    entries = np.argsort(place[votes.rows], kind="stable")
    indptr = np.concatenate(([0], np.cumsum(votes.votes_each[order])))
    people = np.arange(1, len(order) + 1)
    return Votes(people, votes.statements, indptr, votes.columns[entries], votes.values[entries])
