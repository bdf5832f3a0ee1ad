"""What happened in a count, stage after stage: plain values that say everything there is to say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from coalition.analysis.seats.ballots import Election


class Arithmetic(Enum):
    """How the value of a paper is worked out when a surplus is shared.

    FIVE_DECIMALS as in the Scottish rules: to five decimal places, what remains being ignored.
    EXACT: as a fraction, nothing is lost.
    """

    FIVE_DECIMALS = "five-decimals"
    EXACT = "exact"


class Kind(Enum):
    """What a stage does: counts first preferences, shares a surplus, or excludes somebody."""

    FIRST = "first preferences"
    SURPLUS = "surplus"
    EXCLUSION = "exclusion"


@dataclass(frozen=True)
class Transfer:
    """What one candidate received in a stage."""

    to: int
    papers: int
    votes: Fraction


@dataclass(frozen=True)
class Tie:
    """Who had equal votes, and how `chosen` was found among them: by the votes at the end of an
    earlier stage, or by lot where they were equal at all stages (`by_stage` is None)."""

    among: tuple[int, ...]
    chosen: int
    by_stage: int | None


@dataclass(frozen=True)
class Stage:
    """One stage of a count.

    Attributes:
        number: From 1.
        kind: What the stage does, and `candidate` whose papers move (None in the first).
        surplus: The votes above the quota that are shared, in a stage of that kind.
        tie: How it was decided that it is this candidate's turn, if votes did not decide.
        transfers: Most votes first.
        stopped: Papers that name nobody else who can still receive them.
        votes: Of each candidate of the election at the end of the stage.
        not_transferable: Votes on stopped papers, up to the end of the stage.
        rounded_off: Votes lost to rounding, up to the end of the stage.
        elected: At the end of the stage, most votes first, because they reached the quota.
        filled: Elected without it, because as many seats were left as candidates.
    """

    number: int
    kind: Kind
    candidate: int | None
    surplus: Fraction
    tie: Tie | None
    transfers: tuple[Transfer, ...]
    stopped: int
    votes: tuple[Fraction, ...]
    not_transferable: Fraction
    rounded_off: Fraction
    elected: tuple[int, ...]
    filled: tuple[int, ...]


@dataclass(frozen=True)
class Result:
    """A count from beginning to end.

    Attributes:
        valid: Papers that rank somebody who stands; the quota is made of them.
        invalid: Papers that rank nobody who does.
        winners: In the order in which they were elected.
        lot: The candidates in the order of lot, the first of whom would be preferred; it decided
            only where a tie says so.
    """

    election: Election
    arithmetic: Arithmetic
    seed: str
    valid: int
    invalid: int
    quota: int
    stages: tuple[Stage, ...]
    winners: tuple[int, ...]
    lot: tuple[int, ...]

    @property
    def excluded(self) -> tuple[int, ...]:
        """In the order in which they were excluded."""
        excluded = (stage for stage in self.stages if stage.kind is Kind.EXCLUSION)
        return tuple(stage.candidate for stage in excluded if stage.candidate is not None)

    @property
    def unfilled(self) -> int:
        """Seats that nobody took."""
        return self.election.seats - len(self.winners)

    @property
    def was_decided_by_lot(self) -> bool:
        return any(stage.tie and stage.tie.by_stage is None for stage in self.stages)
