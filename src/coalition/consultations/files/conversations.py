"""A conversation as it was read: statements, votes, published groups."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np

from coalition.analysis.opinions.axes import MOST_STATEMENTS
from coalition.analysis.opinions.votes import Votes, counts
from coalition.base.errors import Refused


@dataclass(frozen=True)
class Statement:
    """What was voted on. `moderated` is 1 for let in, −1 for taken out, 0 for not looked at;
    `told` how many agreed and disagreed by the file's own count."""

    id: int
    text: str
    moderated: int
    told: tuple[int, int] | None


# One vote: participant, statement, value, time (only its order counts), and its place in the file.
Vote = tuple[int, int, int, float, int]


@dataclass(frozen=True)
class Conversation:
    """Statements by rising id, the votes on them, and what was published of the groups.

    `groups` holds the group of each participant who was put into one, or is None where nothing
    was published. `notes` are sentences on how the files were read.
    """

    topic: str
    statements: tuple[Statement, ...]
    votes: Votes
    groups: Mapping[int, int] | None
    notes: tuple[str, ...] = ()

    @property
    def moderated_out(self) -> tuple[int, ...]:
        """The ids of the statements that were taken out."""
        return tuple(one.id for one in self.statements if one.moderated < 0)


def conversation(
    topic: str,
    statements: Iterable[Statement],
    votes: Iterable[Vote],
    groups: Mapping[int, int] | None,
    where: Callable[[int], str],
) -> Conversation:
    """All of it together. Of two votes of a participant on a statement the later counts; at the
    same time, the one further down in the file.

    Refused: a statement is there twice, there are too many, or a vote is on none of them; `where`
    says in words at which place that vote stands.
    """
    found = tuple(sorted(islice(statements, MOST_STATEMENTS + 1), key=lambda one: one.id))
    if len(found) > MOST_STATEMENTS:
        raise Refused(
            f"There are more than {MOST_STATEMENTS:,} statements, which is the most that are "
            "read. Leave out those that nobody voted on."
        )
    known = {one.id for one in found}
    if len(known) < len(found):
        twice = next(a.id for a, b in pairwise(found) if a.id == b.id)
        raise Refused(f"Statement {twice} is there twice. Take one of the two out.")
    people, on, said, times = array("q"), array("q"), array("b"), array("d")
    for participant, statement, value, time, place in votes:
        if statement not in known:
            raise Refused(
                f"{where(place)}: a vote on statement {statement}, which is not among the "
                "comments. Add the statement or take the vote out."
            )
        people.append(participant)
        on.append(statement)
        said.append(value)
        times.append(time)
    order = np.argsort(np.array(times), kind="stable")
    made = Votes.of(
        np.array(people)[order],
        np.array(on)[order],
        np.array(said)[order],
        all_statements=[one.id for one in found],
    )
    if _are_turned(made, found):
        made = Votes(made.participants, made.statements, made.indptr, made.columns, -made.values)
        notes: tuple[str, ...] = (
            "The counts beside the statements fit the votes only with agree and disagree "
            "exchanged: −1 was read as agree.",
        )
    else:
        notes = ()
    return Conversation(topic, found, made, groups, notes)


def _are_turned(votes: Votes, statements: tuple[Statement, ...]) -> bool:
    """Do the counts that the file tells fit better with agree and disagree exchanged? Polis's own
    tables hold agree as −1, its published files as +1."""
    here = counts(votes, groups=1)
    straight = turned = 0
    for at, statement in enumerate(statements):
        if statement.told is not None:
            agrees, disagrees = statement.told
            ours, theirs = int(here.agrees[0, at]), int(here.disagrees[0, at])
            straight += abs(agrees - ours) + abs(disagrees - theirs)
            turned += abs(agrees - theirs) + abs(disagrees - ours)
    return turned < straight
