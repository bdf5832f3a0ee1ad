"""Prioritisation beside pabutools: speed on a made election, and what both take in real ones.

The election is made by NumPy's generator with the seed 118: 12,000 voters and 118 projects, as had
the district Mokotów of Warsaw in 2020 (12,021 × 118). All else follows the 16 district elections of
Warsaw in Pabulib with 80 projects or more and 8,000 to 15,000 voters (2020 to 2023), where a voter
may approve up to 15 projects:

* how many a voter approves: the mean of their shares, `LENGTHS` (12 % approve one, 45 % fifteen;
  the mean is 10, theirs 8.5 to 11.4);
* which: without replacement by how liked they are (Efraimidis and Spirakis' keys u^(1 ÷ weight)).
  Weights are log-normal with a deviation of 0.65, with which the logarithms of the projects'
  support deviate by 0.69 (theirs 0.62 to 0.79) and the best has 31 % of the voters (27 to 53 %);
* costs: log-normal around 110,000 with a deviation of 1.37 (1.16 to 1.57) and a correlation of
  0.35 with how liked the project is (0.20 to 0.50), to the hundred, within 2,500 and 1,500,000;
* the budget: 23 % of all costs (14 to 35 %).

Two variants show what the number of approvals does: `sparser` with one to five, all alike likely
(so Łódź, and Warsaw since 2026), and `denser` with fifteen by everybody.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from pabutools.election import (
    ApprovalBallot,
    ApprovalProfile,
    Cardinality_Sat,
    Cost_Sat,
    Instance,
    Project,
)
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares

from benchmarks.computations.timing import Measured, Row, measured, spoken
from coalition.analysis.choosing.election import Election
from coalition.analysis.choosing.prioritising import prioritised
from coalition.consultations.files import pabulib
from coalition.consultations.files.pabulib import APPROVALS, Poll

DATA = Path(os.environ.get("COALITION_DATA") or Path.cwd().parent / "shared" / "data")
FOLDER = DATA / "pabulib" / "elections"
PEER = f"pabutools {version('pabutools')}"
HERE = "benchmarks.computations.choosing"
SATISFACTION = {"cost": Cost_Sat, "cardinality": Cardinality_Sat}
RULES = (
    ("equal-shares", "none"),
    ("equal-shares", "add1"),
    ("greedy", "none"),
)
# A share of so many units is completed by the peer in about as many courses: what is above takes
# it minutes to days.
LONG_SHARE = 100


# Of the voters of such an election, how many per mille approve one project, two, … fifteen.
LENGTHS = (122, 59, 37, 35, 35, 34, 32, 31, 30, 33, 26, 25, 24, 24, 453)
VARIANTS = {"": LENGTHS, "sparser": (200,) * 5, "denser": (*(0,) * 14, 1000)}


def rows() -> Iterator[Row]:
    for variant in VARIANTS:
        ours = measured(f"{HERE}:ours_{variant}".rstrip("_"))
        peer = measured(f"{HERE}:peer_{variant}".rstrip("_"), times=1)
        assert ours.result == peer.result, "The winners differ."
        what = "Equal shares, cost, 12,000 voters × 118 projects"
        what += f", {variant} ballots" if variant else f" ({PEER})"
        # By the time of the processor: of a few milliseconds by the clock, other work takes its
        # part.
        ratio = f"{peer.processor / ours.processor:,.0f} ×"
        yield Row(what, by_processor(ours), by_processor(peer), ratio, "–" if variant else "500 ×")
    told = measured(f"{HERE}:ours_told")
    yield Row("The first with the exact price of each round", by_processor(told))
    completed = measured(f"{HERE}:ours_completed", times=1)
    yield Row("The first completed by add-one", by_processor(completed))


def by_processor(one: Measured) -> str:
    return f"{spoken(one.processor)} of the processor ({one.megabytes:,.0f} MB)"


def tables() -> str:
    """How many elections both decide alike, and the official results that come out again."""
    if not FOLDER.is_dir():
        return f"Real elections: not compared, since there is no folder {FOLDER.parent.name}."
    polls = {path: pabulib.read(path) for path in sorted(FOLDER.glob("*.pb"))}
    approvals = {path: poll for path, poll in polls.items() if poll.vote_type in APPROVALS}
    lines = [
        f"All {len(approvals)} approval elections of the data folder, ours beside {PEER}; time of "
        "the processor for all of them that were compared, from their forms of input in memory.",
        "",
        "| rule | utility | completion | compared | same winners | ours | peer |",
        "|---|---|---|---:|---:|---:|---:|",
    ]
    left_out = 0
    for rule, completion in RULES:
        for utility in SATISFACTION:
            compared = same = 0
            seconds = peers = 0.0
            for poll in approvals.values():
                if completion == "add1" and is_long(poll):
                    left_out += 1
                    continue
                took, winners = timed(partial(taken, poll.election, rule, utility, completion))
                instance, profile = as_peer(poll.election)
                by_peer = partial(peer_taken, instance, profile, rule, utility, completion)
                peer_took, peer_winners = timed(by_peer)
                compared, same = compared + 1, same + (winners == peer_winners)
                seconds, peers = seconds + took, peers + peer_took
            lines.append(
                f"| {rule} | {utility} | {completion} | {compared} | {same} | {seconds:.2f} s | "
                f"{peers:.1f} s |"
            )
    if left_out:
        lines += [
            "",
            f"With `add1` {left_out // len(SATISFACTION)} elections were not compared in this run: "
            "where a share is large, the peer, which begins anew for each unit, takes minutes. "
            "COALITION_LONG_PEERS=1 compares them too, up to a share of 10,000 units (not run; "
            "measured before on all with a share below 2,500: the same winners, 463 s for the "
            "peer and 18 s for ours). The four of Hungary have shares of 58,824 to 217,014 and "
            "would take the peer days; ours completes each in 1 to 7 s.",
        ]
    lines += [
        "",
        "The real election that the made one is like, Mokotów in Warsaw 2020 (12,021 voters × 118 "
        "projects; Pabulib, not in the data folder), measured "
        "once: 3.86 ms for ours and 2.23 s for the peer, 578 ×, with the same winners.",
    ]
    return "\n".join([*lines, "", *official(polls)])


def official(polls: dict[Path, Poll]) -> list[str]:
    """Results that organisers found by a rule we have."""
    shared = [poll for poll in polls.values() if poll.rule == "equalshares/add1" and poll.official]
    again = sum(
        taken(poll.election, "equal-shares", "cost", "add1") == poll.official for poll in shared
    )
    greedy = [poll for poll in polls.values() if poll.rule == "greedy" and poll.official]
    alike = sum(taken(poll.election, "greedy", "cost", "none") == poll.official for poll in greedy)
    return [
        f"Official results: {again} of {len(shared)} that was found by equal shares with add-one "
        f"(Assen 2024) comes out again, and by the greedy rule with utility cost {alike} of "
        f"{len(greedy)} whose files say that they were found by it."
    ]


def is_long(poll: Poll) -> bool:
    share = poll.election.budget / poll.election.unit / poll.election.voters
    return share >= (10_000 if os.environ.get("COALITION_LONG_PEERS") == "1" else LONG_SHARE)


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    result = run()
    return time.process_time() - began, result


def taken(election: Election, rule: Any, utility: Any, completion: Any) -> frozenset[str]:
    outcome = prioritised(election, rule=rule, utility=utility, completion=completion)
    return frozenset(outcome.winners)


def peer_taken(
    instance: Instance, profile: ApprovalProfile, rule: str, utility: str, completion: str
) -> frozenset[str]:
    if rule == "greedy":
        found = greedy_utilitarian_welfare(instance, profile, SATISFACTION[utility])
    else:
        step = 1 if completion == "add1" else None
        found = method_of_equal_shares(
            instance, profile, SATISFACTION[utility], voter_budget_increment=step
        )
    return frozenset(project.name for project in found)


def as_peer(election: Election) -> tuple[Instance, ApprovalProfile]:
    """The same election in the peer's own form."""
    from pabutools.fractions import frac

    projects = [
        Project(name, frac(int(cost), election.unit))
        for name, cost in zip(election.ids, election.costs, strict=True)
    ]
    instance = Instance(projects, budget_limit=frac(election.budget, election.unit))
    begins, items, _ = election.by_voter
    ballots = [
        ApprovalBallot([projects[item] for item in items[begins[at] : begins[at + 1]]])
        for at in range(election.voters)
    ]
    return instance, ApprovalProfile(ballots, instance=instance)


# --- The made election -----------------------------------------------------------------------


@cache
def made(variant: str = "", voters: int = 12_000, items: int = 118, seed: int = 118) -> Election:
    generator = np.random.default_rng(seed)
    first, second = generator.standard_normal((2, items))
    liked = np.exp(0.65 * first)
    costs = np.exp(np.log(110_000) + 1.37 * (0.35 * first + np.sqrt(1 - 0.35**2) * second))
    whole = [int(cost) for cost in np.round(np.clip(costs, 2_500, 1_500_000), -2)]
    chances = np.array(VARIANTS[variant]) / sum(VARIANTS[variant])
    numbers = 1 + generator.choice(len(chances), voters, p=chances)
    keys = np.log(generator.random((voters, items))) / liked
    best = np.argsort(-keys, axis=1)
    who = np.repeat(np.arange(voters), numbers)
    what = np.concatenate([best[voter, :number] for voter, number in enumerate(numbers)])
    ids = [str(item + 1) for item in range(items)]
    return Election.of(ids, whole, int(sum(whole) * 0.23), voters, (who, what))


def prepared(variant: str, completion: str = "none") -> Callable[[], dict[str, list[str]]]:
    """From the arrays alone each time: what the election keeps for a second call is left out."""
    election = made(variant)
    return lambda: {"taken": sorted(taken(replace(election), "equal-shares", "cost", completion))}


def ours_told() -> Callable[[], int]:
    election = made()
    return lambda: len(prioritised(replace(election)).rounds)


def prepared_peer(variant: str) -> Callable[[], dict[str, list[str]]]:
    instance, profile = as_peer(made(variant))
    return lambda: {"taken": sorted(peer_taken(instance, profile, "equal-shares", "cost", "none"))}


ours, peer = partial(prepared, ""), partial(prepared_peer, "")
ours_sparser, peer_sparser = partial(prepared, "sparser"), partial(prepared_peer, "sparser")
ours_denser, peer_denser = partial(prepared, "denser"), partial(prepared_peer, "denser")
ours_completed = partial(prepared, "", "add1")
