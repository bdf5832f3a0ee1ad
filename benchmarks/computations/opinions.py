"""The opinion map beside red-dwarf: speed on generated conversations, groups on real ones.

The recipe of a generated conversation, whose seed stands in each function below: people belong to
one of four camps of 40, 30, 20 and 10 %. Each camp leans on every statement by a normal number
(deviation 0.8). Each vote is by anyone, on a statement of which earlier ones get more votes (the
place is the number of statements times a uniform number to the power of 1.5). The camp's lean and
a logistic noise (scale 0.6) are added: above 0.25 is agree, below −0.25 disagree, between pass.
One tenth too many are drawn, and of those by one person on one statement the first is kept: the
peer takes no votes that replace others.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from benchmarks.computations.timing import Row, beside, measured, spoken
from coalition.analysis.opinions.axes import positions
from coalition.analysis.opinions.clusters import silhouette
from coalition.analysis.opinions.mapping import OpinionMap, opinion_map, renewed
from coalition.analysis.opinions.votes import Votes
from coalition.consultations.files import polis

DATA = Path(os.environ.get("COALITION_DATA") or Path(__file__).resolve().parents[3] / "shared/data")
HERE = "benchmarks.computations.opinions"
LONG_PEERS = os.environ.get("COALITION_LONG_PEERS", "") not in ("", "0")
NOT_RUN = "not run (measured 662 s and 3,200 MB on two busy cores)"
SMALL = (10_000, 300, 150_000)
LARGE = (100_000, 500, 2_500_000)
Triples = tuple[np.ndarray, np.ndarray, np.ndarray]


def rows() -> Iterator[Row]:
    small, peer = measured(f"{HERE}:small"), measured(f"{HERE}:small_peer")
    yield beside("Opinion map of 10,000 people × 300 statements, 5 % filled", small, peer, "≥ 20 ×")
    what = "Opinion map of 100,000 people × 500 statements, 2.5 million votes"
    large, limits = measured(f"{HERE}:large"), "< 6 s, < 500 MB"
    if LONG_PEERS:
        yield beside(what, large, measured(f"{HERE}:large_peer", times=1), limits)
    else:
        ours = f"{large}, {spoken(large.processor)} of processor time"
        yield Row(what, ours, NOT_RUN, "–", limits)
    again = measured(f"{HERE}:large_renewed")
    yield Row(
        "The same map renewed after 1,000 new votes; beside it our own whole",
        spoken(again.seconds),
        spoken(large.seconds),
        f"{large.seconds / again.seconds:,.1f} × (processor: "
        f"{large.processor / again.processor:,.1f} ×)",
        "≥ 10 ×",
    )


def generated(people: int, statements: int, votes: int, seed: int) -> Triples:
    """Participants, statements and values, as the docstring of this module says."""
    random = np.random.default_rng(seed)
    camp = random.choice(4, people, p=[0.4, 0.3, 0.2, 0.1])
    lean = random.normal(0, 0.8, (4, statements))
    drawn = votes + votes // 10
    who = random.integers(0, people, drawn)
    what = (statements * random.random(drawn) ** 1.5).astype(np.int64)
    _, first = np.unique(who * statements + what, return_index=True)
    kept = np.sort(first)[:votes]
    who, what = who[kept], what[kept]
    felt = lean[camp[who], what] + random.logistic(0, 0.6, len(kept))
    return who, what, np.where(np.abs(felt) < 0.25, 0, np.sign(felt)).astype(np.int8)


def mapped(votes: Votes, **options: Any) -> OpinionMap:
    found = opinion_map(votes, **options)
    assert isinstance(found, OpinionMap)
    return found


def told(found: OpinionMap) -> dict[str, Any]:
    return {"groups": found.clusters.sizes.tolist(), "said": len(found.representative)}


def small() -> Callable[[], object]:
    entries = generated(*SMALL, seed=1)
    return lambda: told(mapped(Votes.of(*entries)))


def large() -> Callable[[], object]:
    entries = generated(*LARGE, seed=1)
    return lambda: told(mapped(Votes.of(*entries)))


def large_renewed() -> Callable[[], object]:
    before = mapped(Votes.of(*generated(*LARGE, seed=1)))
    people, statements, _ = LARGE
    later = generated(people, statements, 1_000, seed=2)
    return lambda: told(renewed(before, Votes.of(*later)))


def small_peer() -> Callable[[], object]:
    return _peer(*generated(*SMALL, seed=1))


def large_peer() -> Callable[[], object]:
    return _peer(*generated(*LARGE, seed=1))


def _peer(who: np.ndarray, what: np.ndarray, said: np.ndarray) -> Callable[[], object]:
    """The peer's own form of input: a list with a dict a vote."""
    from reddwarf.implementations.polis import run_pipeline

    warnings.simplefilter("ignore")
    votes = [
        {"participant_id": person, "statement_id": statement, "vote": value, "modified": time}
        for time, (person, statement, value) in enumerate(
            zip(who.tolist(), what.tolist(), said.tolist(), strict=True)
        )
    ]

    def timed() -> dict[str, Any]:
        labels = run_pipeline(votes=votes, random_state=0).participants_df["cluster_id"].dropna()
        return {"groups": sorted(np.bincount(labels.astype(int)).tolist(), reverse=True)}

    return timed


# --- On real conversations -------------------------------------------------------------------

SAID_OF_GROUPS = """\
Groups beside those that Polis published. The adjusted Rand index is 1 where two partings of the \
people are the same and about 0 where they have no more in common than chance. Ours and the peer's \
come from the votes alone. The published ones have a history: Polis drew its map again and again \
while people voted, each time starting from the groups there were, showed another number of \
groups only after it had been the best several times, and kept everybody who had ever come on the \
map. The silhouette tells how clearly a parting shows on the map drawn from the final votes."""

SAID_OF_SERVER = """\
Beside what a Polis server computed: the greatest difference of a mean, of a weight in one of the \
two components (up to their sign), and of the place of a base cluster of one person. Four votes of \
one participant are missing from the votes of the conversation of 51 people as handed out; with \
them, as they follow from the server's own means, it agrees as the others do (held by a test)."""


def tables() -> str:
    if not (DATA / "polis").is_dir():
        return "Not measured on real conversations: the data folder is not here."
    return "\n\n".join([SAID_OF_GROUPS, _table_of_groups(), SAID_OF_SERVER, _table_of_server()])


def _table_of_groups() -> str:
    lines = [
        "| conversation | people with a published group | published groups | ours | index of ours "
        "| peer's groups | index of the peer | where ours differ |",
        "|---|---:|---|---|---:|---:|---:|---|",
    ]
    folders = [*(DATA / "polis" / "openData").iterdir(), *_servers()]
    for folder in sorted(folder for folder in folders if folder.is_dir()):
        conversation = polis.read(folder)
        lines.append(_row_of_groups(folder.name, conversation))
    return "\n".join(lines)


def _servers() -> list[Path]:
    return sorted((DATA / "polis" / "reference_math").iterdir())


def _row_of_groups(name: str, conversation: polis.Conversation) -> str:
    found = mapped(conversation.votes, moderated_out=conversation.moderated_out, fewest=0)
    published = conversation.groups or {}
    people = found.votes.participants
    ours = dict(
        zip(people[found.included].tolist(), found.groups[found.included].tolist(), strict=True)
    )
    peer = _groups_of_peer(conversation)
    both = sorted(ours.keys() & published.keys())
    theirs_of = np.array([published[person] for person in both])
    ours_of = np.array([ours[person] for person in both])
    with_peer = sorted(peer.keys() & published.keys())
    index_of_peer = adjusted_rand(
        np.array([published[person] for person in with_peer]),
        np.array([peer[person] for person in with_peer]),
    )
    places = found.positions[np.searchsorted(people, both)]
    why = _why(theirs_of, ours_of, places, len(published.keys() - ours.keys()))
    return (
        f"| {name} | {len(published)} | {_sizes(np.array(list(published.values())))} "
        f"| {_sizes(np.array(list(ours.values())))} | {adjusted_rand(theirs_of, ours_of):.2f} "
        f"| {len(set(peer.values()))} | {index_of_peer:.2f} | {why} |"
    )


def _groups_of_peer(conversation: polis.Conversation) -> dict[int, int]:
    from reddwarf.implementations.polis import run_pipeline

    votes = conversation.votes
    entries = zip(
        votes.participants[votes.rows].tolist(),
        votes.statements[votes.columns].tolist(),
        votes.values.tolist(),
        strict=True,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = run_pipeline(
            votes=[
                {"participant_id": person, "statement_id": what, "vote": said, "modified": time}
                for time, (person, what, said) in enumerate(entries)
            ],
            mod_out_statement_ids=list(conversation.moderated_out),
            random_state=0,
        )
    labels = result.participants_df["cluster_id"].dropna().astype(int)
    return {int(person): int(label) for person, label in labels.items()}


def _sizes(labels: np.ndarray) -> str:
    sizes = sorted(np.unique(labels, return_counts=True)[1].tolist(), reverse=True)
    return f"{len(sizes)} ({', '.join(map(str, sizes))})"


def _why(theirs: np.ndarray, ours: np.ndarray, places: np.ndarray, without_votes: int) -> str:
    """In words: how many people stand in another group, and which parting shows more clearly."""
    distances = cdist(places, places)
    table = _cross(theirs, ours)
    rows, columns = linear_sum_assignment(-table)
    others = int(table.sum() - table[rows, columns].sum())
    told = [f"{others} of {len(theirs)} people are in another group"]
    if others:
        clear = [
            f"{silhouette(distances, np.unique(labels, return_inverse=True)[1]):.2f}"
            for labels in (theirs, ours)
        ]
        told.append(f"silhouette {clear[0]} published, {clear[1]} ours")
    if without_votes:
        told.append(f"{without_votes} more were published with too few votes to be on our map")
    return "; ".join(told)


def _cross(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How many people are in each group of the one and of the other parting."""
    rows, row = np.unique(one, return_inverse=True)
    columns, column = np.unique(other, return_inverse=True)
    table = np.bincount(row * len(columns) + column, minlength=len(rows) * len(columns))
    return table.reshape(len(rows), len(columns))


def adjusted_rand(one: np.ndarray, other: np.ndarray) -> float:
    """How alike two partings of the same people are: 1 the same, about 0 as by chance (Hubert and
    Arabie, 1985). The share of pairs that are together in both, corrected for chance."""
    table = _cross(one, other)

    def pairs(counts: np.ndarray) -> float:
        return float((counts * (counts - 1) / 2).sum())

    together, in_one = pairs(table), pairs(table.sum(axis=1))
    in_other, all_pairs = pairs(table.sum(axis=0)), pairs(table.sum(keepdims=True))
    if not all_pairs:
        return 1.0
    by_chance, most = in_one * in_other / all_pairs, (in_one + in_other) / 2
    return 1.0 if most == by_chance else (together - by_chance) / (most - by_chance)


def _table_of_server() -> str:
    lines = [
        "| conversation | people | statements | means | components | places |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for folder in _servers():
        votes = polis.read(folder).votes
        computed = json.loads((folder / "math-pca2.json").read_text(encoding="utf-8"))
        found = mapped(votes, moderated_out=computed["mod-out"], fewest=0)
        order = np.argsort(computed["tids"])
        theirs = np.array(computed["pca"]["comps"])[:, order]
        signs = np.sign((theirs * found.axes.components).sum(axis=1))
        means = np.abs(found.axes.means + np.array(computed["pca"]["center"])[order]).max()
        components = np.abs(found.axes.components * signs[:, None] - theirs).max()
        base = computed["base-clusters"]
        alone = [at for at, people in enumerate(base["members"]) if len(people) == 1]
        rows = np.searchsorted(votes.participants, [base["members"][at][0] for at in alone])
        placed = positions(votes, found.axes, found.out)[rows] * signs
        places = np.abs(placed + np.array([[base["x"][at], base["y"][at]] for at in alone])).max()
        lines.append(
            f"| {folder.name} | {len(votes.participants)} | {len(votes.statements)} "
            f"| {means:.1g} | {components:.1g} | {places:.1g} |"
        )
    return "\n".join(lines)
