"""Ranked ballots: who stands for how many seats, and in which order voters want them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# How many papers say the same, and what they say: positions of candidates, the most wanted first.
Ballot = tuple[int, tuple[int, ...]]


@dataclass(frozen=True)
class Election:
    """An election by ranked ballots. Candidates are told apart by their names, so that no outcome
    depends on the order in which they are listed.

    ValueError: a name that is empty or there twice, fewer than one seat, a ballot that ranks
    somebody unknown or somebody twice, or that stands for less than one paper.
    """

    candidates: tuple[str, ...]
    seats: int
    ballots: tuple[Ballot, ...]
    withdrawn: frozenset[int] = frozenset()  # passed over on every paper
    title: str = ""

    def __post_init__(self) -> None:
        known = range(len(self.candidates))
        if len(set(self.candidates)) < len(known) or not all(self.candidates):
            raise ValueError("Each candidate needs a name of their own.")
        if self.seats < 1:
            raise ValueError("There is at least one seat to fill.")
        if not self.withdrawn <= set(known):
            raise ValueError("Only a candidate can have withdrawn.")
        for papers, ranking in self.ballots:
            if papers < 1:
                raise ValueError("A ballot stands for one paper at least.")
            if len(set(ranking)) < len(ranking):
                raise ValueError("A ballot ranks each candidate at most once.")
            if ranking and not 0 <= min(ranking) <= max(ranking) < len(known):
                raise ValueError("A ballot ranks nobody but the candidates.")

    @property
    def standing(self) -> frozenset[int]:
        """Who can be elected: everybody who did not withdraw."""
        return frozenset(range(len(self.candidates))) - self.withdrawn


def merged(ballots: Iterable[Ballot]) -> tuple[Ballot, ...]:
    """Papers that say the same put together, in the order in which they are first met."""
    papers: dict[tuple[int, ...], int] = {}
    for number, ranking in ballots:
        papers[ranking] = papers.get(ranking, 0) + number
    return tuple((number, ranking) for ranking, number in papers.items())
