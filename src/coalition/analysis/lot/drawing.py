"""The draw: from a published lottery and a public seed to the members, and to who follows them.

All chance comes from the SHA-256 of texts that anybody can put together: the seed, the digest of
the published file, and what is asked for. There is no generator with a state and no solver, so the
draw can be done again with ten lines of any language. (In the spirit of RFC 3797, "Publicly
Verifiable Nominations Committee (NomCom) Random Selection", 2004, which fixes the list before the
source of randomness is known.)
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from coalition.analysis.lot.publishing import PublishedLottery

HASHES = 2**256  # as many values has SHA-256


@dataclass(frozen=True)
class Drawn:
    """The panel drawn: its ticket, its place in the list of panels (from 0), its members' codes in
    their order."""

    ticket: int
    panel: int
    members: tuple[str, ...]


class Missed(NamedTuple):
    """A quota that a panel misses, and how many of this value it has."""

    feature: str
    value: str
    has: int
    least: int
    most: int

    @property
    def by(self) -> int:
        """How many people too few or too many."""
        return max(self.least - self.has, self.has - self.most)


@dataclass(frozen=True)
class Step:
    """Who dropped out and who follows (None: nobody is left). `differs` says in which features the
    two are not alike, `missed` which quotas the panel now misses."""

    gone: str
    follows: str | None
    differs: tuple[str, ...] = ()
    missed: tuple[Missed, ...] = ()


class NotSitting(ValueError):
    """Who does not sit on the panel cannot be followed there. `code` says who."""

    def __init__(self, code: str) -> None:
        super().__init__(f"“{code}” does not sit on the panel, so nobody can follow there.")
        self.code = code


def drawn(lottery: PublishedLottery, seed: str) -> Drawn:
    """The panel that the seed draws.

    1. A ticket: whole numbers 0, 1, 2 … in turn are put behind "SEED:DIGEST:panel:", until the
       SHA-256 of that text lies below the largest multiple of the number of tickets; its remainder
       is the ticket. (So every ticket is equally likely; nearly always the first one does.)
    2. Panels hold the tickets in their order: the first from 0 on, and so on.
    3. For each type the panel takes as many people as it has seats for it, in the order of the
       SHA-256 of "SEED:DIGEST:person:CODE".

    ValueError: an unclear seed.
    """
    refuse_unclear(seed)
    ticket = _ticket(lottery, seed)
    at = _panel(lottery, ticket)
    seats = Counter(lottery.panels[at][1])
    members = []
    for code, of in in_line(lottery, seed):
        if seats[of]:
            seats[of] -= 1
            members.append(code)
    return Drawn(ticket, at, tuple(sorted(members)))


def replaced(lottery: PublishedLottery, seed: str, gone: Sequence[str]) -> tuple[Step, ...]:
    """Who follows members that dropped out, in the order in which they did. Who followed may drop
    out in turn. A later one changes nothing of what was decided before.

    Of all who are free (not on the panel, and did not drop out before) follows who leaves the
    quotas missed by the fewest people in all; of these, who differs from the one before in the
    fewest features; of these, the first in the order of the draw. So while quotas hold, somebody
    of the same type comes first, and next in line among them; nobody who sits has to move.

    NotSitting: somebody who does not sit on the panel at that moment.
    """
    members = set(drawn(lottery, seed).members)
    type_of = dict(lottery.people)
    free = [code for code, _of in in_line(lottery, seed) if code not in members]
    steps = []
    for code in gone:
        if code not in members:
            raise NotSitting(code)
        members.discard(code)
        rest = [type_of[member] for member in members]
        worth: dict[int, tuple[int, int]] = {}  # of each type that is free; the lowest is best
        for person in free:
            of = type_of[person]
            if of not in worth:
                missed = sum(quota.by for quota in _missed(lottery, [*rest, of]))
                worth[of] = (missed, len(_differing(lottery, of, type_of[code])))
        # `free` stands in the order of the draw, and min takes the first of equals.
        follows = min(free, key=lambda person: worth[type_of[person]], default=None)
        if follows is None:
            steps.append(Step(code, None, missed=_missed(lottery, rest)))
            continue
        free.remove(follows)
        members.add(follows)
        steps.append(
            Step(
                code,
                follows,
                _differing(lottery, type_of[follows], type_of[code]),
                _missed(lottery, [*rest, type_of[follows]]),
            )
        )
    return tuple(steps)


# --- Chance ----------------------------------------------------------------------------------


def lot(lottery: PublishedLottery, seed: str, asked: str) -> int:
    """A whole number from 0 to 2**256 − 1, from the seed, the digest and what is asked for."""
    text = f"{seed}:{lottery.digest}:{asked}"
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def _ticket(lottery: PublishedLottery, seed: str) -> int:
    limit = HASHES - HASHES % lottery.tickets
    tries = (lot(lottery, seed, f"panel:{attempt}") for attempt in count())
    return next(number % lottery.tickets for number in tries if number < limit)


def _panel(lottery: PublishedLottery, ticket: int) -> int:
    for at, (tickets, _panel) in enumerate(lottery.panels):
        if ticket < tickets:
            return at
        ticket -= tickets
    raise ValueError("There is no such ticket.")


def in_line(lottery: PublishedLottery, seed: str) -> list[tuple[str, int]]:
    """All people with their types, in the order of the draw."""
    return sorted(lottery.people, key=lambda one: lot(lottery, seed, f"person:{one[0]}"))


def refuse_unclear(seed: str) -> None:
    """ValueError: a text that two people would not type alike."""
    if not seed or seed != seed.strip() or not seed.isprintable():
        raise ValueError(
            "A seed is a text of one line that anybody can type again, without blanks around it."
        )


# --- Quotas ----------------------------------------------------------------------------------


def _missed(lottery: PublishedLottery, seats: Sequence[int]) -> tuple[Missed, ...]:
    held = zip(lottery.quotas, lottery.held(seats), strict=True)
    return tuple(
        Missed(quota.feature, quota.value, number, quota.least, quota.most)
        for quota, number in held
        if not quota.least <= number <= quota.most
    )


def _differing(lottery: PublishedLottery, one: int, other: int) -> tuple[str, ...]:
    pairs = zip(lottery.features, lottery.types[one], lottery.types[other], strict=True)
    return tuple(feature for feature, value, before in pairs if value != before)
