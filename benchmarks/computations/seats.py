"""Seats from ranked ballots beside stvpoll's count by the Scottish rules.

The first row counts all elections of the data folder, and is left out without it. The one of the
second row is made: 30,000 papers, nearly all different, on 20 candidates for 7 seats. Candidate c
has the weight 1 ÷ (c + 3); each paper ranks 3 to 12 of them, drawn without replacement by weight
(random.Random(20261123), Efraimidis and Spirakis' keys u^(1 ÷ weight), highest first).
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from stvpoll.result import ElectionResult
from stvpoll.scottish_stv import calculate_scottish_stv
from stvpoll.types import VoteTransfers

from benchmarks.computations.timing import Row, beside, measured
from coalition.analysis.seats.ballots import Ballot, Election, merged
from coalition.analysis.seats.counting import elected
from coalition.analysis.seats.stages import Arithmetic, Result
from coalition.consultations.files import blt

DATA = Path(os.environ.get("COALITION_DATA") or Path.cwd().parent / "shared" / "data")
FOLDER = DATA / "stv_scotland" / "blt"
PEER = f"stvpoll {version('stvpoll')}"
AS_OURS = "as ours"
HERE = "benchmarks.computations.seats"


def rows() -> Iterator[Row]:
    if FOLDER.is_dir():
        ours, peer = measured(f"{HERE}:real_ours"), measured(f"{HERE}:real_peer")
        yield beside(f"{len(files())} Scottish elections ({PEER})", ours, peer)
    ours, peer = measured(f"{HERE}:made_ours"), measured(f"{HERE}:made_peer")
    yield beside(f"30,000 papers, 20 candidates, 7 seats ({PEER})", ours, peer)


def tables() -> str:
    """Every election whose count by the oracle takes another course, and why."""
    if not FOLDER.is_dir():
        return f"Real elections: not compared, since there is no folder {FOLDER.parent.name}."
    same_winners = same_right = changed_by_fractions = lots = 0
    lines: list[str] = []
    for path in files():
        election = blt.read(path).election
        ours, peer = elected(election), by_peer(election)
        right = by_peer(election, transfer_strategy=only_to_continuing)
        same_winners += set(ours.winners) == set(peer)
        same_right += course(ours) == course_of(right)
        exact = elected(election, arithmetic=Arithmetic.EXACT)
        changed_by_fractions += set(exact.winners) != set(ours.winners)
        lots += ours.was_decided_by_lot
        if course(ours) != course_of(peer):
            lines.append(difference(path.stem, ours, peer, right))
    total, explained = len(files()), sum(AS_OURS in line for line in lines)
    summary = (
        f"The same candidates are elected in {same_winners} of {total} elections. In {len(lines)} "
        "the count takes another course: others are excluded, or in another order, or the "
        f"elected reach their seats in another order. The reason in {explained} of these: where "
        "two candidates reach the quota at one stage, stvpoll hands papers of the first also to "
        "the second, and from there on with that one's surplus; by rule 49 of the Scottish rules "
        "papers go to continuing candidates only, and whoever is elected is none. With that one "
        f"step of stvpoll replaced it takes our course in {same_right} of {total}, although it "
        "rounds values to the nearest hundred-thousandth, where the rules cut them, and shares "
        "all surpluses of a stage before it looks at the quota again. Exact fractions change the "
        f"elected in {changed_by_fractions} elections; the lot decides in {lots}."
    )
    head = (
        "| election | elected, in order: ours | stvpoll | excluded, in order: ours | stvpoll "
        "| stvpoll with that step replaced |\n|---|---|---|---|---|---|"
    )
    return "\n\n".join([summary, "\n".join([head, *lines]), "Numbers are those of the files."])


def difference(name: str, ours: Result, peer: ElectionResult, right: ElectionResult) -> str:
    same = AS_OURS if course(ours) == course_of(right) else "**differs**"
    cells = [*course(ours), *course_of(peer)]
    mine_in, mine_out, peer_in, peer_out = (", ".join(str(one + 1) for one in c) for c in cells)
    return f"| {name} | {mine_in} | {peer_in} | {mine_out} | {peer_out} | {same} |"


def course(ours: Result) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Who was elected and who excluded, in order."""
    return ours.winners, ours.excluded


def course_of(peer: ElectionResult) -> tuple[tuple[int, ...], tuple[int, ...]]:
    out = (one for step in peer.rounds if step.status == "Excluded" for one in step.selected)
    return tuple(peer), tuple(out)


def by_peer(election: Election, **options: Any) -> ElectionResult:
    """Without a lot: where it would need one, it stops short, and that is seen."""
    return calculate_scottish_stv(
        tuple(range(len(election.candidates))),
        peer_ballots(election),
        election.seats,
        allow_random=False,
        pedantic_order=True,
        **options,
    )


def peer_ballots(election: Election) -> list[tuple[tuple[int, ...], int]]:
    return [(ranking, papers) for papers, ranking in election.ballots]


def only_to_continuing(
    ballots: Iterable[Any],
    vote_count: dict[int, Decimal],
    transfers: tuple[int, ...],
    standing: tuple[int, ...],
    quota: int,
    decrease_value: bool,
) -> tuple[VoteTransfers, Decimal, dict[int, Decimal]]:
    """The step of stvpoll as the rules have it: papers lie with one candidate each, and go on to
    those alone who are neither elected nor excluded. For its parameter `transfer_strategy`."""
    ballots, log, exhausted = tuple(ballots), VoteTransfers(), Decimal(0)
    among = tuple(transfers) + tuple(standing)
    held = {one: [b for b in ballots if b.is_current_candidate(one, among)] for one in transfers}
    for candidate in transfers:
        total = vote_count[candidate]
        for ballot in held[candidate]:
            ballot.decrease_value((total - quota) / total if decrease_value else Decimal(1))
            target = ballot.get_next_preference(standing)
            if target is None:
                exhausted += ballot.value
            else:
                log[(candidate, target)] += ballot.value
    received = {
        one: sum((log[(other, one)] for other in transfers), Decimal(0)) for one in standing
    }
    return log, exhausted, {one: vote_count[one] + received[one] for one in standing}


# --- What is timed -------------------------------------------------------------------------


def files() -> list[Path]:
    return sorted(FOLDER.glob("*.blt"))


def real() -> list[Election]:
    return [blt.read(path).election for path in files()]


def made() -> Election:
    chance = random.Random(20261123)
    weights = [1 / (candidate + 3) for candidate in range(20)]
    ballots: list[Ballot] = []
    for _ in range(30_000):
        keys = [chance.random() ** (1 / weight) for weight in weights]
        order = sorted(range(20), key=lambda one: -keys[one])
        ballots.append((1, tuple(order[: chance.randint(3, 12)])))
    return Election(tuple(f"Candidate {at + 1}" for at in range(20)), 7, merged(ballots))


def real_ours() -> Callable[[], dict[str, int]]:
    return partial(count_ours, real())


def made_ours() -> Callable[[], dict[str, int]]:
    return partial(count_ours, [made()])


def count_ours(elections: list[Election]) -> dict[str, int]:
    return {"winners": sum(len(elected(election).winners) for election in elections)}


def real_peer() -> Callable[[], dict[str, int]]:
    return partial(count_peer, real())


def made_peer() -> Callable[[], dict[str, int]]:
    return partial(count_peer, [made()])


def count_peer(elections: list[Election]) -> dict[str, int]:
    return {"winners": sum(len(by_peer(election)) for election in elections)}
