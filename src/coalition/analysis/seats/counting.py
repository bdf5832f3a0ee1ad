"""The single transferable vote by the weighted inclusive Gregory method, as councillors are
elected in Scotland: Scottish Local Government Elections Order 2011 (SSI 2011/399), schedule 1,
rules 46 to 53. Numbers of rules in comments here are of that schedule.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from typing import NamedTuple

from coalition.analysis.seats.ballots import Election, merged
from coalition.analysis.seats.stages import Arithmetic, Kind, Result, Stage, Tie, Transfer

# Numerators and denominators of exact values double their digits with every surplus.
MOST_SEATS_EXACTLY = 10
# Votes are counted in parts of a vote: whole numbers of 1/100,000, or fractions of a whole one.
Votes = int | Fraction
UNITS = {Arithmetic.FIVE_DECIMALS: 100_000, Arithmetic.EXACT: 1}


class Pile(NamedTuple):
    """Papers of one value that a candidate holds: how many say the same, what they say, and the
    place of that candidate in it."""

    value: Votes
    papers: list[tuple[int, tuple[int, ...], int]]


def elected(
    election: Election, *, arithmetic: Arithmetic = Arithmetic.FIVE_DECIMALS, seed: str = ""
) -> Result:
    """Who is elected, and stage by stage how.

    The quota is the number of valid papers divided by one more than the seats, cut to a whole
    number, and one more (rule 47). Whoever has it at the end of a stage is elected (48). Each
    further stage moves the papers of one candidate to the next on each who is neither elected nor
    excluded: of the elected one with the largest surplus, all papers at their value times the
    surplus, divided by the candidate's votes (49, 50); or if there is no surplus, of the one with
    the fewest votes, who is excluded, at the value they have (51). As soon as no more candidates
    are left than seats, they are elected too (53).

    Ties are decided by the votes at the end of the stage before, and so on back to the first (50,
    52); of several that stay equal those with most votes there (to share a surplus first) or
    fewest (to be excluded) stay in. If they were equal at all stages, by lot.

    The lot: candidates in the order of SHA-256 of the seed, a line feed and their name, both in
    UTF-8; the first in it is preferred. Whoever knows the seed can redo it; it should be one that
    nobody could know before the ballots were closed.

    Unlike in the Order a count in which no paper ranks anybody fills no contested seat: nobody is
    elected by lot alone.

    ValueError: exact arithmetic for more than MOST_SEATS_EXACTLY; a seed or a name that is no
    text (it has half a character).
    """
    if arithmetic is Arithmetic.EXACT and election.seats > MOST_SEATS_EXACTLY:
        raise ValueError(f"Exact fractions are for at most {MOST_SEATS_EXACTLY} seats.")
    return _Count(election, arithmetic, seed).result()


def order_of_lot(names: Sequence[str], seed: str) -> tuple[int, ...]:
    """Positions of the names in the order of lot."""

    def drawn(at: int) -> bytes:
        return hashlib.sha256(f"{seed}\n{names[at]}".encode()).digest()

    return tuple(sorted(range(len(names)), key=drawn))


class _Count:
    """The state of a count: who is still in it, who holds which papers, and the votes."""

    def __init__(self, election: Election, arithmetic: Arithmetic, seed: str) -> None:
        self.election, self.arithmetic, self.seed = election, arithmetic, seed
        self.unit = UNITS[arithmetic]
        self.continuing = set(election.standing)
        self.piles: defaultdict[int, list[Pile]] = defaultdict(list)
        self.votes: list[Votes] = [0] * len(election.candidates)
        self.winners: list[int] = []
        self.unshared: set[int] = set()  # elected, with a surplus that was not yet transferred
        self.not_transferable: Votes = 0
        self.rounded_off: Votes = 0
        self.stages: list[Stage] = []
        self.history: list[list[Votes]] = []  # votes at the end of each stage
        self.lot = order_of_lot(election.candidates, seed)
        self.place_in_lot = {candidate: place for place, candidate in enumerate(self.lot)}
        self.papers = sum(papers for papers, _ranking in election.ballots)
        self.valid = 0
        self.quota = 0

    def result(self) -> Result:
        self._first_preferences()
        while self.valid and self.continuing and len(self.winners) < self.election.seats:
            if self.unshared:
                self._surplus()
            else:
                self._exclusion()
        return Result(
            self.election,
            self.arithmetic,
            self.seed,
            self.valid,
            self.papers - self.valid,
            self.quota,
            tuple(self.stages),
            tuple(self.winners),
            self.lot,
        )

    def _first_preferences(self) -> None:
        papers = [(number, ranking, -1) for number, ranking in merged(self.election.ballots)]
        transfers, invalid = self._move([Pile(self.unit, papers)], lambda value: value)
        self.not_transferable = 0  # invalid papers are no votes
        self.valid = self.papers - invalid
        self.quota = self.valid // (self.election.seats + 1) + 1
        self._end(Kind.FIRST, None, None, 0, transfers, 0)

    def _surplus(self) -> None:
        most = max(self.votes[candidate] for candidate in self.unshared)
        equal = [candidate for candidate in self.unshared if self.votes[candidate] == most]
        candidate, tie = self._decided(equal, max)
        self.unshared.remove(candidate)
        total, quota = self.votes[candidate], self.quota * self.unit
        surplus = total - quota

        def shared(value: Votes) -> Votes:
            if self.arithmetic is Arithmetic.EXACT:
                return Fraction(value * surplus, total)
            return value * surplus // total  # five decimal places, any remainder ignored: 49(3)

        self.votes[candidate] = quota
        before = sum(self.votes) + self.not_transferable
        transfers, stopped = self._move(self.piles.pop(candidate), shared)
        self.rounded_off += surplus - (sum(self.votes) + self.not_transferable - before)
        self._end(Kind.SURPLUS, candidate, tie, surplus, transfers, stopped)

    def _exclusion(self) -> None:
        fewest = min(self.votes[candidate] for candidate in self.continuing)
        equal = [candidate for candidate in self.continuing if self.votes[candidate] == fewest]
        candidate, tie = self._decided(equal, min)
        self.continuing.remove(candidate)
        self.votes[candidate] = 0
        transfers, stopped = self._move(self.piles.pop(candidate, []), lambda value: value)
        self._end(Kind.EXCLUSION, candidate, tie, 0, transfers, stopped)

    def _move(
        self, piles: Collection[Pile], worth: Callable[[Votes], Votes]
    ) -> tuple[list[tuple[int, int, Votes]], int]:
        """Papers to the next continuing candidate on each, at what their value is now worth. Gives
        back who received how many papers and votes, and how many papers stopped."""
        received: defaultdict[int, tuple[int, Votes]] = defaultdict(lambda: (0, 0))
        stopped = 0
        for pile in piles:
            value = worth(pile.value)
            sorted_out: defaultdict[int, list[tuple[int, tuple[int, ...], int]]] = defaultdict(list)
            for number, ranking, place in pile.papers:
                for following in range(place + 1, len(ranking)):
                    if ranking[following] in self.continuing:
                        sorted_out[ranking[following]].append((number, ranking, following))
                        break
                else:
                    stopped += number
                    self.not_transferable += value * number
            for candidate, papers in sorted_out.items():
                count = sum(number for number, _ranking, _place in papers)
                self.piles[candidate].append(Pile(value, papers))
                self.votes[candidate] += value * count
                papers_so_far, votes_so_far = received[candidate]
                received[candidate] = (papers_so_far + count, votes_so_far + value * count)
        return [(candidate, *sums) for candidate, sums in received.items()], stopped

    def _decided(
        self, equal: list[int], prefer: Callable[[list[Votes]], Votes]
    ) -> tuple[int, Tie | None]:
        """One of several with equal votes, and how."""
        if len(equal) == 1:
            return equal[0], None
        among, left = tuple(sorted(equal, key=self._name)), equal
        for number in range(len(self.history) - 1, 0, -1):
            votes = self.history[number - 1]
            wanted = prefer([votes[candidate] for candidate in left])
            left = [candidate for candidate in left if votes[candidate] == wanted]
            if len(left) == 1:
                return left[0], Tie(among, left[0], number)
        # Who comes first in the lot is preferred: shares a surplus first, is excluded last.
        first_or_last = min if prefer is max else max
        chosen = first_or_last(left, key=self.place_in_lot.__getitem__)
        return chosen, Tie(among, chosen, None)

    def _end(
        self,
        kind: Kind,
        candidate: int | None,
        tie: Tie | None,
        surplus: Votes,
        transfers: list[tuple[int, int, Votes]],
        stopped: int,
    ) -> None:
        """Whoever has the quota is elected, and all others if they are no more than the seats."""
        self.history.append(list(self.votes))
        quota = self.quota * self.unit
        reached = [one for one in self.continuing if self.votes[one] >= quota]
        reached = self._most_first(reached)
        self.continuing.difference_update(reached)
        self.unshared.update(one for one in reached if self.votes[one] > quota)
        self.winners += reached
        filled: list[int] = []
        if len(self.continuing) <= self.election.seats - len(self.winners):
            filled = self._most_first(self.continuing)
            self.continuing.clear()
            self.winners += filled
        received = sorted(transfers, key=lambda one: (-one[2], self._name(one[0])))
        self.stages.append(
            Stage(
                number=len(self.stages) + 1,
                kind=kind,
                candidate=candidate,
                surplus=self._in_votes(surplus),
                tie=tie,
                transfers=tuple(
                    Transfer(to, papers, self._in_votes(votes)) for to, papers, votes in received
                ),
                stopped=stopped,
                votes=tuple(self._in_votes(votes) for votes in self.votes),
                not_transferable=self._in_votes(self.not_transferable),
                rounded_off=self._in_votes(self.rounded_off),
                elected=tuple(reached),
                filled=tuple(filled),
            )
        )

    def _most_first(self, candidates: Collection[int]) -> list[int]:
        """By votes at the end of this stage, of those before it, then by lot."""
        return sorted(
            candidates,
            key=lambda one: (
                [-votes[one] for votes in reversed(self.history)],
                self.place_in_lot[one],
            ),
        )

    def _name(self, candidate: int) -> str:
        return self.election.candidates[candidate]

    def _in_votes(self, votes: Votes) -> Fraction:
        return Fraction(votes) / self.unit
