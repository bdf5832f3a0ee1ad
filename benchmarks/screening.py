"""How well and how fast names are found on a list, beside a plain peer in the same run.

The peer is rapidfuzz's token_sort_ratio over every listed name, accents and case folded, at the
threshold at which it takes no more innocent names for listed ones than we do.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from rapidfuzz import fuzz, process, utils

from benchmarks import names as recipe
from coalition.analysis.naming import Index

SEED = 1948
INNOCENT, SEARCHED = 20_000, 10_000
# What is promised, printed beside what is measured.
MOST_SECONDS, LEAST_RECALL, ONE_FALSE_IN = 10, 0.98, 200
PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")

Row = tuple[str, str, str]
Listed = list[tuple[str, str, bool]]  # the entry, a name of it, and whether it is the main one
Search = Callable[[str], Iterable[Any]]  # matches, each with its `entry`


def listed_names(path: Path) -> Listed:
    """Every name of the consolidated list as it is published, read without the platform."""
    listed: Listed = []
    root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    for kind in ("INDIVIDUAL", "ENTITY"):
        for element in root.iter(kind):
            entry = (element.findtext("REFERENCE_NUMBER") or "").strip()
            main = " ".join(" ".join(element.findtext(part) or "" for part in PARTS).split())
            listed.append((entry, main, True))
            others = [alias.findtext("ALIAS_NAME") for alias in element.iter(f"{kind}_ALIAS")]
            others.append(element.findtext("NAME_ORIGINAL_SCRIPT"))
            listed += [(entry, " ".join(name.split()), False) for name in others if name]
    return [each for each in listed if each[1]]


def recall(
    search: Search, listed: Listed, dice: random.Random, *, every: int = 1
) -> dict[str, float]:
    """The share of variants under which their own entry is found, by kind."""
    made, found = Counter[str](), Counter[str]()
    for entry, name in mains(listed)[::every]:
        for kind, variant in recipe.variants(name, dice):
            made[kind] += 1
            found[kind] += any(match.entry == entry for match in search(variant))
    return {kind: found[kind] / made[kind] for kind in recipe.KINDS}


def recall_across_scripts(path: Path) -> float:
    """The share of names in their own script that are found where only Latin ones are indexed:
    how persons wrote them, not a rule."""
    listed = listed_names(path)
    latin = [each for each in listed if not is_in_own_script(each[1])]
    own = [(entry, name) for entry, name, _is_main in listed if is_in_own_script(name)]
    index = Index((entry, name) for entry, name, _is_main in latin)
    found = sum(any(m.entry == entry for m in index.search(name)) for entry, name in own)
    return found / len(own)


def is_in_own_script(name: str) -> bool:
    return not any(c.isascii() and c.isalpha() for c in name)


def mains(listed: Listed) -> list[tuple[str, str]]:
    return [(entry, name) for entry, name, is_main in listed if is_main]


def matched(search: Search, names: Iterable[str]) -> int:
    """How many of these names are taken for a listed one."""
    return sum(bool(list(search(name))) for name in names)


def table(path: Path) -> str:
    """The table for docs/benchmarks.md: what is measured, ours, the peer's."""
    lines = [
        f"Names against the {path.stem.replace('_', ' ')} list, seed {SEED}; the recipe stands in "
        "`benchmarks/names.py`. The peer is rapidfuzz’s `token_sort_ratio` over every name, at the "
        "threshold at which it takes no more innocent names for listed ones.",
        "",
        "| | ours | peer |",
        "|---|---:|---:|",
    ]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows(path))])


def rows(path: Path) -> Iterator[Row]:
    listed = listed_names(path)
    innocent = recipe.innocent_names(INNOCENT, random.Random(SEED))
    start = time.perf_counter()
    index = Index((entry, name) for entry, name, _is_main in listed)
    built = time.perf_counter() - start
    taken = matched(index.search, innocent)
    ours = recall(index.search, listed, random.Random(SEED))
    fresh = Index((entry, name) for entry, name, _is_main in listed)  # remembers no word yet
    start = time.perf_counter()
    matched(fresh.search, innocent[:SEARCHED])
    took = time.perf_counter() - start
    peer = Peer(listed, innocent, allowed=taken)
    theirs = recall(peer.search, listed, random.Random(SEED))
    yield f"index of {len(listed):,} names built", f"{built:.2f} s", "–"
    yield (
        f"{SEARCHED:,} names held against the whole list (promised: under {MOST_SECONDS} s)",
        f"{took:.1f} s",
        f"{peer.seconds(innocent[:SEARCHED]):.1f} s",
    )
    yield (
        f"of {INNOCENT:,} innocent names taken for listed ones "
        f"(promised: fewer than {INNOCENT // ONE_FALSE_IN:,})",
        f"{taken}",
        f"{peer.taken}",
    )
    for kind in recipe.KINDS:
        promised = "" if kind in recipe.REPORTED_ONLY else f" (promised: {LEAST_RECALL:.0%})"
        yield f"variants found: {kind}{promised}", f"{ours[kind]:.1%}", f"{theirs[kind]:.1%}"
    across = recall_across_scripts(path)
    yield "found: in its own script, only Latin names indexed", f"{across:.1%}", "–"


class Peer:
    """token_sort_ratio over all names at the threshold that takes no more innocent ones."""

    def __init__(self, listed: Listed, innocent: list[str], *, allowed: int) -> None:
        self.entries = [entry for entry, _name, _is_main in listed]
        self.names = [folded(name) for _entry, name, _is_main in listed]
        best = sorted(self._best(innocent), reverse=True)
        self.threshold = best[allowed] + 0.001  # so many are above it
        self.taken = sum(score >= self.threshold for score in best)

    def _best(self, names: list[str]) -> list[float]:
        """The likest listed name's score, for each."""
        scores: list[float] = []
        for start in range(0, len(names), 500):
            some = [folded(name) for name in names[start : start + 500]]
            table = process.cdist(some, self.names, scorer=fuzz.token_sort_ratio)
            scores += table.max(axis=1).tolist()
        return scores

    def seconds(self, names: list[str]) -> float:
        start = time.perf_counter()
        self._best(names)
        return time.perf_counter() - start

    def search(self, name: str) -> list[Any]:
        found = process.extract(
            folded(name),
            self.names,
            scorer=fuzz.token_sort_ratio,
            score_cutoff=self.threshold,
            limit=20,
        )
        return [PeerMatch(self.entries[number]) for _name, _score, number in found]


class PeerMatch:
    def __init__(self, entry: str) -> None:
        self.entry = entry


def folded(name: str) -> str:
    return utils.default_process(recipe.plain(name))
