"""Short texts as they are compared: their telling words, and how much each of them tells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from coalition.analysis.arrays import FloatArray, IntArray
from coalition.analysis.searching import LONGEST_WORD, telling_words
from coalition.analysis.words import plain_words

# A stem in more than this share of all texts of a language tells them apart no more.
COMMON_SHARE = 0.2
FEW = 50  # with fewer texts than this no stem counts as common
# A capital letter of a Latin or Cyrillic word that begins no sentence.
CAPITAL = re.compile(r"(?<=[\w,] )[A-Z\u00c0-\u00de\u0400-\u042f][^\W\d_]+")
LONGEST = 5000  # characters; a longer text is no short one, what stands behind is not read


@dataclass(frozen=True, order=True)
class Text:
    """A statement, a wish, a heading; `language` as in "fr", "" where it is not known."""

    words: str
    language: str = ""


class Stem(NamedTuple):
    """What a word is compared by: its stem in its language. Numbers belong to all languages."""

    language: str
    text: str


@dataclass(frozen=True)
class Reading:
    """n texts over a vocabulary of m stems, which stand in the order of `stems`.

    Attributes:
        words: The words by which texts say a stem, first the one that most of them use.
        spread: How many texts hold it (m).
        weights: How much it tells (m).
        said: For each text the word for each stem by its position; empty where it has no word.
        names: The positions of words that some text writes as a name.
    """

    stems: tuple[Stem, ...]
    words: tuple[tuple[str, ...], ...]
    spread: IntArray
    weights: FloatArray
    said: tuple[dict[int, str], ...]
    names: frozenset[int]

    def vectors(self, weights: FloatArray) -> csr_array:
        """The weight of each stem in each text, n × m; not yet of length 1."""
        columns = np.array([stem for one in self.said for stem in one], dtype=np.int32)
        indptr = np.cumsum([0, *(len(one) for one in self.said)])
        shape = (len(self.said), len(self.stems))
        return csr_array((weights[columns], columns, indptr), shape=shape)


def read(texts: Sequence[Text], *, is_whole: bool = True) -> Reading:
    """The telling words of texts by stem; of a text of nothing but small words, all its words.

    A stem weighs ln(1 + n / n_s): n texts of the language, n_s of them with the stem (tf-idf as
    in Salton and Buckley, 1988, without counting repetitions, which short texts hardly have).
    With `is_whole` false the texts say nothing about what is rare, and all stems weigh 1.
    """
    found = [stems_of(text) for text in texts]
    spread: Counter[Stem] = Counter(stem for one in found for stem in one)
    totals: Counter[str] = Counter()
    for text, one in zip(texts, found, strict=True):
        totals[text.language] += bool(one)
    everything = sum(totals.values())

    def texts_of(stem: Stem) -> int:
        return totals[stem.language] if stem.language else everything

    def is_common(stem: Stem) -> bool:
        return texts_of(stem) >= FEW and spread[stem] > COMMON_SHARE * texts_of(stem)

    # A text of nothing but common words keeps them: it has nothing else by which to compare it.
    kept = [{s: w for s, w in one.items() if not is_common(s)} or one for one in found]
    stems = sorted({stem for one in kept for stem in one})
    place = {stem: number for number, stem in enumerate(stems)}
    weights = [np.log1p(texts_of(stem) / spread[stem]) if is_whole else 1.0 for stem in stems]
    said = tuple({place[stem]: one[stem] for stem in sorted(one)} for one in kept)
    return Reading(
        stems=tuple(stems),
        words=_ways_to_say(stems, said),
        spread=np.array([spread[stem] for stem in stems], dtype=np.int64),
        weights=np.array(weights, dtype=np.float64),
        said=said,
        names=frozenset(
            number
            for text, one in zip(texts, said, strict=True)
            for number in _names(text.words[:LONGEST], one)
        ),
    )


def stems_of(text: Text) -> dict[Stem, str]:
    """For each stem of a text the word by which it first says it."""
    words = text.words[:LONGEST]
    found = telling_words(words, text.language) or {word: word for word in plain_words(words)}
    return {
        Stem("" if stem.isdigit() else text.language, stem): word[:LONGEST_WORD]
        for stem, word in found.items()
    }


def _names(words: str, said: dict[int, str]) -> set[int]:
    """The words with a capital letter where a sentence does not begin. In a text that stands in
    capitals throughout, or of one word, there is no telling: none."""
    capitals = {found.casefold() for found in CAPITAL.findall(words) if not found.isupper()}
    return {number for number, word in said.items() if word in capitals} if capitals else set()


def _ways_to_say(
    stems: Sequence[Stem], said: Iterable[dict[int, str]]
) -> tuple[tuple[str, ...], ...]:
    ways: list[Counter[str]] = [Counter() for _ in stems]
    for one in said:
        for stem, word in one.items():
            ways[stem][word] += 1
    return tuple(tuple(sorted(way, key=lambda word: (-way[word], word))) for way in ways)
