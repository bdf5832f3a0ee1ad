"""What words mean in other languages, learnt from names and sentences that stand in several.

Themes, places, groups and the texts of instruments have names in six languages. Which word of one
stands for which of the other is not written there; it is learnt from what occurs together over
all of them, as IBM's first translation model does (Brown, Della Pietra, Della Pietra and Mercer,
1993: The mathematics of statistical machine translation, model 1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from coalition.analysis.arrays import FloatArray, IntArray
from coalition.analysis.likeness.reading import Stem, Text, stems_of

ROUNDS = 6
# Below this two words are rather not each other's translation.
LEAST = 0.3
MOST_WORDS = 40  # of one language in one entry; a longer one tells little of single words


@dataclass(frozen=True)
class Lexicon:
    """For each stem the stems of other languages that stand for it, with how surely (0 to 1)."""

    meanings: Mapping[Stem, Mapping[Stem, float]] = field(default_factory=dict)

    @classmethod
    def learnt(cls, entries: Iterable[Mapping[str, str]]) -> Lexicon:
        """From entries that say the same in several languages: {"en": "Work", "fr": "Travail"}.

        The strength of a pair is the geometric mean of both directions, so that a word that goes
        with everything goes with nothing. The order of entries does not matter.
        """
        read = [
            {
                language: tuple(stem for stem in stems_of(Text(words, language)) if stem.language)
                for language, words in entry.items()
            }
            for entry in entries
        ]
        meanings: dict[Stem, dict[Stem, float]] = defaultdict(dict)
        languages = sorted({language for entry in read for language in entry})
        for one, other in combinations(languages, 2):
            both = [(entry[one], entry[other]) for entry in read if one in entry and other in entry]
            for left, right, strength in _pairs(both):
                meanings[left][right] = meanings[right][left] = strength
        return cls({stem: dict(sorted(found.items())) for stem, found in sorted(meanings.items())})


def _pairs(
    entries: Iterable[tuple[tuple[Stem, ...], tuple[Stem, ...]]],
) -> list[tuple[Stem, Stem, float]]:
    """Which stem of one language goes with which of the other."""
    usable = sorted((a, b) for a, b in entries if 0 < len(a) <= MOST_WORDS >= len(b) > 0)
    met = [
        (number, left, right) for number, (a, b) in enumerate(usable) for left in a for right in b
    ]
    if not met:
        return []
    entry = np.array([number for number, _, _ in met], dtype=np.int64)
    lefts, left = _numbered([left for _, left, _ in met])
    rights, right = _numbered([right for _, _, right in met])
    cells, pair = np.unique(left * len(rights) + right, return_inverse=True)
    there = _model(entry, left, right, pair, len(cells))
    back = _model(entry, right, left, pair, len(cells))
    strength = np.round(np.sqrt(there * back), 6)
    return [
        (lefts[cells[n] // len(rights)], rights[cells[n] % len(rights)], float(strength[n]))
        for n in np.flatnonzero(strength >= LEAST)
    ]


def _numbered(stems: list[Stem]) -> tuple[list[Stem], IntArray]:
    kinds = sorted(set(stems))
    place = {stem: number for number, stem in enumerate(kinds)}
    return kinds, np.array([place[stem] for stem in stems], dtype=np.int64)


def _model(
    entry: IntArray,
    given: IntArray,
    told: IntArray,
    pair: IntArray,
    pairs: int,
) -> FloatArray:
    """For each pair of words how likely `given` is said as `told`: expectation maximisation, from
    all equally likely. Arrays hold one row for each meeting of two words in an entry."""
    _, slot = np.unique(entry * (told.max() + 1) + told, return_inverse=True)
    chance = np.ones(pairs)
    of_pair = np.zeros(pairs, dtype=np.int64)
    of_pair[pair] = given
    for _ in range(ROUNDS):
        share = chance[pair]
        share = share / np.bincount(slot, share)[slot]
        counted = np.bincount(pair, share, minlength=pairs)
        chance = counted / np.bincount(of_pair, counted)[of_pair]
    return chance
