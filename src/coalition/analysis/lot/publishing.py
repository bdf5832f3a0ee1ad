"""A lottery as it is published before the seed is known: a file that holds all that the draw needs.

It names people by codes, says of which type each is, what is asked of a panel, and lists the panels
with the number of tickets each has. The digest of its bytes (SHA-256) fixes all of it: once it is
known, nobody can choose who is drawn, not even those who know everything else.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from coalition.analysis.lot.pools import Lottery, Problem, Quota

FORMAT = "coalition-lottery-1"
MOST_TICKETS = 2**64  # few beside the values of a hash from which one is drawn
# Panels are no more than types and a few, and quotas fit a page. Each panel is held against each
# quota, so a made-up file must not name a million of both.
MOST_PANELS, MOST_QUOTAS = 50_000, 1_000
DECIMALS = 9  # of the bound: what comes behind them may differ from machine to machine


@dataclass(frozen=True)
class PublishedLottery:
    """What the file says. ValueError, with a sentence: something in it contradicts something else.

    Attributes:
        size: How many sit on a panel.
        features: Of people, as far as quotas name them.
        quotas: What every panel meets.
        types: A value of each feature. People of one type differ in nothing that is asked.
        people: Code and type of each person, in the order of codes.
        panels: How many tickets, and the type of each seat, rising.
        bound: No lottery gives everybody a higher chance than this (Certificate.bound).
        unreachable: Types that no panel can hold (Certificate.unreachable).
        seal: SHA-256 of the secret from which the codes were made, or "".
    """

    size: int
    features: tuple[str, ...]
    quotas: tuple[Quota, ...]
    types: tuple[tuple[str, ...], ...]
    people: tuple[tuple[str, int], ...]
    panels: tuple[tuple[int, tuple[int, ...]], ...]
    bound: float
    unreachable: tuple[int, ...] = ()
    seal: str = ""

    def __post_init__(self) -> None:
        if fault := _fault(self):
            raise ValueError(fault)

    @cached_property
    def content(self) -> bytes:
        """The file: JSON, one person and one panel a line. Equal lotteries have equal bytes."""
        quotas = [[q.feature, q.value, q.least, q.most] for q in self.quotas]
        whole = {
            "format": FORMAT,
            "size": self.size,
            "bound": self.bound,
            "unreachable": self.unreachable,
            "seal": self.seal,
            "features": list(self.features),
            "quotas": quotas,
            "types": self.types,
            "people": self.people,
            "panels": self.panels,
        }
        entries = (f"{_json(key)}:{_lines(value)}" for key, value in whole.items())
        return ("{\n" + ",\n".join(entries) + "\n}\n").encode()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file, as `sha256sum` prints it."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def tickets(self) -> int:
        """How many there are in all."""
        return sum(tickets for tickets, _panel in self.panels)

    @cached_property
    def chances(self) -> dict[str, Fraction]:
        """By code, exactly: the share of tickets whose panels have seats for the person's type,
        seats divided evenly among all of that type."""
        seats: Counter[int] = Counter()
        for tickets, panel in self.panels:
            for seat in panel:
                seats[seat] += tickets
        sizes = Counter(of for _code, of in self.people)
        return {code: Fraction(seats[of], self.tickets * sizes[of]) for code, of in self.people}

    @cached_property
    def reached(self) -> Fraction:
        """The lowest chance of anybody whom a panel can hold."""
        chances = [self.chances[code] for code, of in self.people if of not in self.unreachable]
        return min(chances, default=Fraction(0))

    def under(self, codes: Mapping[str, str], seal: str) -> PublishedLottery:
        """The same, with everybody by another name."""
        people = sorted((codes[person], of) for person, of in self.people)
        return replace(self, people=tuple(people), seal=seal)

    def rare(self, fewest: int) -> int:
        """How many people are of a type that fewer than so many are of."""
        sizes = Counter(of for _code, of in self.people)
        return sum(size for size in sizes.values() if size < fewest)

    def held(self, seats: Iterable[int]) -> list[int]:
        """How many count for each quota, of people of these types."""
        counts = Counter(quota for seat in seats for quota in self._counted[seat])
        return [counts[quota] for quota in range(len(self.quotas))]

    @cached_property
    def _counted(self) -> list[list[int]]:
        """Of each type, the quotas it counts for."""
        place = {(quota.feature, quota.value): at for at, quota in enumerate(self.quotas)}
        named = [zip(self.features, values, strict=True) for values in self.types]
        return [[place[pair] for pair in pairs if pair in place] for pairs in named]


def published(problem: Problem, lottery: Lottery) -> PublishedLottery:
    """The file of a lottery, with everybody under their id in the pool."""
    types, certificate = problem.types, lottery.certificate
    return PublishedLottery(
        size=problem.size,
        features=types.features,
        quotas=tuple(Quota(q.feature, q.value, q.least, q.most) for q in problem.ordered),
        types=types.values,
        people=tuple(sorted(zip(problem.pool.ids, types.of.tolist(), strict=True))),
        panels=tuple(
            (tickets, tuple(at for at, seats in enumerate(panel) for _ in range(seats)))
            for tickets, panel in zip(
                lottery.tickets.tolist(), lottery.panels.tolist(), strict=True
            )
        ),
        bound=round(certificate.bound, DECIMALS),
        unreachable=certificate.unreachable,
    )


def coded(ids: Sequence[str], secret: str) -> dict[str, str]:
    """A code for each person, which tells nothing to those who do not know the secret, and in whose
    order there is nothing of the order of the pool: HMAC-SHA256 (RFC 2104), its first 64 bits."""
    codes = {}
    for person in ids:
        whole = hmac.new(secret.encode(), person.encode(), hashlib.sha256).hexdigest()
        codes[person] = "-".join(whole[at : at + 4] for at in range(0, 16, 4))
    return codes


def sealed(secret: str) -> str:
    """Whoever is shown the secret later can see that codes were not given out anew."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _fault(lottery: PublishedLottery) -> str:
    """The first contradiction, or nothing."""
    return _fault_of_people(lottery) or _fault_of_panels(lottery)


def _fault_of_people(lottery: PublishedLottery) -> str:
    codes = [code for code, _of in lottery.people]
    kinds = range(len(lottery.types))
    if len(set(codes)) != len(codes) or codes != sorted(codes):
        return "The codes of people are not all different and in their order."
    if not all(of in kinds for _code, of in lottery.people):
        return "Somebody is of a type that is not listed."
    if any(len(one) != len(lottery.features) for one in lottery.types):
        return "A type does not have one value of each feature."
    if len(set(lottery.features)) < len(lottery.features):
        return "A feature is listed twice."
    if len(set(lottery.types)) < len(lottery.types):
        # Or people who are alike in all that is asked could be given different chances.
        return "A type is listed twice."
    if list(lottery.unreachable) != sorted(set(lottery.unreachable).intersection(kinds)):
        return "The types out of reach are not listed types, each once and in their order."
    return ""


def _fault_of_panels(lottery: PublishedLottery) -> str:
    if len(lottery.quotas) > MOST_QUOTAS or len(lottery.panels) > MOST_PANELS:
        return f"There are more than {MOST_QUOTAS:,} quotas or {MOST_PANELS:,} panels."
    if not {quota.feature for quota in lottery.quotas} <= set(lottery.features):
        return "A quota names a feature that types do not have."
    if len({(quota.feature, quota.value) for quota in lottery.quotas}) < len(lottery.quotas):
        return "A value of a feature has two quotas."
    if not lottery.panels or lottery.size < 1:
        return "There is no panel."
    if len({panel for _tickets, panel in lottery.panels}) < len(lottery.panels):
        return "A panel is listed twice."
    if lottery.tickets >= MOST_TICKETS:
        return "There are too many tickets."
    sizes = Counter(of for _code, of in lottery.people)
    for number, (tickets, panel) in enumerate(lottery.panels, start=1):
        if tickets < 1:
            return f"Panel {number} has no ticket."
        if len(panel) != lottery.size or list(panel) != sorted(panel):
            return f"Panel {number} does not have {lottery.size} seats in the order of types."
        if any(seats > sizes[of] for of, seats in Counter(panel).items()):
            return f"Panel {number} has more seats for a type than there are people of it."
        if not set(lottery.unreachable).isdisjoint(panel):
            return f"Panel {number} holds somebody of a type that is said to be out of reach."
        for quota, held in zip(lottery.quotas, lottery.held(panel), strict=True):
            if not quota.least <= held <= quota.most:
                return (
                    f"Panel {number} breaks a quota: {quota} has {held}, not {quota.least} to "
                    f"{quota.most}."
                )
    return ""


# --- JSON ------------------------------------------------------------------------------------


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lines(value: object) -> str:
    """Lists with one entry a line, so that people can read them."""
    if not isinstance(value, list | tuple) or not value:
        return _json(value)
    return "[\n" + ",\n".join(map(_json, value)) + "\n]"
