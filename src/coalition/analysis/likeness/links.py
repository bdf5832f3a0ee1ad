"""Which words of a vocabulary stand for one another though they are not the same, and why.

Three ways lead from one word to another:

- SPELLING: a slip of one letter in one language. The rarer of both must be rare: what several
  texts write is a word of its own ("form" is no slip of "farm"), unless the other is far commoner.
- SOUND: a word or name that languages share, compared as it sounds in Latin letters: "protection",
  "protección", "протекция". Many short words sound alike by chance, so what is short must be
  spelt the same, or be a name.
- MEANING: what a lexicon knows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
from rapidfuzz.distance import OSA, LCSseq
from scipy.sparse import csr_array

from coalition.analysis.arrays import FloatArray, IntArray
from coalition.analysis.likeness.lexicon import Lexicon
from coalition.analysis.likeness.reading import Reading, Stem
from coalition.analysis.name_tokens import Token, alike_words, bones_of, sound_of, token_of
from coalition.analysis.scripts import words_of

SHORTEST_SLIP = 5  # letters of the longer of both
OFTEN = 3  # what so many texts write is no slip,
SELDOM = 0.05  # unless it is in at most this share of the texts that write the other
# Letters in common, in order, by the longer word: Melamed (1999) takes words for cognates from
# 0.58 on in bilingual texts; here nothing says that two texts are each other's translation.
LEAST_SOUND = 0.7
SHORTEST_SOUND = 5
FIRST_BONES = 3
SHORTEST_SAME, SAME_LETTERS = 3, 0.95  # spelt the same it may still be a false friend
# Arabic writes no short vowels: only the consonants can be compared, and so many must be the same.
BONES_WITHOUT_VOWELS = 4
MOST_AT_A_KEY = 100  # words that share a key; where more do, the key tells nothing
SOFT_T = re.compile("t(?=i[aou])")  # national, nacional, национальный


class How(StrEnum):
    WORD = "word"
    SPELLING = "spelling"
    SOUND = "sound"
    MEANING = "meaning"


@dataclass(frozen=True)
class Links:
    """A symmetric matrix over the stems of a reading: 1 on the diagonal, beside it from 0 to 1 how
    far one word stands for another; `how` tells the way, by both positions, the smaller first."""

    strength: csr_array
    how: dict[tuple[int, int], How]

    def weights(self, reading: Reading) -> FloatArray:
        """A slip is rare by being a slip: it weighs as much as the word it slipped from."""
        weights = reading.weights.copy()
        for pair, how in self.how.items():
            if how == How.SPELLING:
                weights[list(pair)] = np.minimum(
                    weights[list(pair)], reading.weights[list(pair)].min()
                )
        return weights


def linked(reading: Reading, lexicon: Lexicon | None = None) -> Links:
    """All links among the words of a reading; where two ways lead to one, the stronger counts."""
    found: dict[tuple[int, int], tuple[float, How]] = {}
    ways = (
        (How.MEANING, _meanings(reading, lexicon)),
        (How.SOUND, _sounds(reading)),
        (How.SPELLING, _slips(reading)),
    )
    for how, links in ways:
        for one, other, strength in links:
            pair = (min(one, other), max(one, other))
            if strength > found.get(pair, (0.0, how))[0]:
                found[pair] = (strength, how)
    pairs = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
    strengths = np.array([found[one, other][0] for one, other in pairs.tolist()])
    return Links(
        _symmetric(pairs, strengths, len(reading.stems)),
        {pair: how for pair, (_strength, how) in found.items()},
    )


def _symmetric(pairs: IntArray, strengths: FloatArray, size: int) -> csr_array:
    diagonal = np.arange(size)
    rows = np.concatenate([diagonal, pairs[:, 0], pairs[:, 1]])
    columns = np.concatenate([diagonal, pairs[:, 1], pairs[:, 0]])
    values = np.concatenate([np.ones(size), strengths, strengths])
    return csr_array((values, (rows, columns)), shape=(size, size))


Found = Iterator[tuple[int, int, float]]


# --- Slips -----------------------------------------------------------------------------------


def _slips(reading: Reading) -> Found:
    """One letter wrong, missing, added or swapped with the next, but not the first: slips there
    are few (Yannakoudakis and Fawthrop, 1983: The rules of spelling errors, section 1),
    and "wealth" is no slip of "health"."""
    at: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for number, stem in enumerate(reading.stems):
        for word in reading.words[number]:
            if len(word) >= SHORTEST_SLIP - 1 and word.isalpha():
                for key in {word, *(word[:n] + word[n + 1 :] for n in range(1, len(word)))}:
                    at[stem.language, key].append((number, word))
    seen = set()
    for places in at.values():
        if not 2 <= len(places) <= MOST_AT_A_KEY:
            continue
        for (one, left), (other, right) in combinations(places, 2):
            if one == other or (left, right) in seen or left[0] != right[0]:
                continue
            seen.add((left, right))
            rare, common = sorted((int(reading.spread[one]), int(reading.spread[other])))
            is_slip = max(len(left), len(right)) >= SHORTEST_SLIP
            is_slip &= rare < OFTEN or rare <= SELDOM * common
            if is_slip and OSA.distance(left, right, score_cutoff=1) == 1:
                yield one, other, 1 - 0.6 / min(len(left), len(right))


# --- Sounds ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Spoken:
    """A word in Latin letters as it sounds: `sound` is "" where no vowels were written."""

    number: int
    stem: Stem
    sound: str
    token: Token
    is_name: bool


def _sounds(reading: Reading) -> Found:
    if len({stem.language for stem in reading.stems if stem.language}) < 2:
        return
    at: dict[str, list[_Spoken]] = defaultdict(list)
    for number in range(len(reading.stems)):
        if spoken := _spoken(reading, number):
            for key in _sound_keys(spoken):
                at[key].append(spoken)
    for words in at.values():
        if len(words) > MOST_AT_A_KEY:
            continue
        for one, other in combinations(words, 2):
            is_foreign = one.stem.language != other.stem.language
            if is_foreign and (strength := _sound_alike(one, other)):
                yield one.number, other.number, strength


def _spoken(reading: Reading, number: int) -> _Spoken | None:
    word, stem = reading.words[number][0], reading.stems[number]
    parts = [part for part in words_of(word) if part.text != "al"]
    if stem.language in ("", "zh") or len(parts) != 1 or not parts[0].text.isalpha():
        return None
    text, has_vowels = parts[0].text, parts[0].has_vowels
    sound = sound_of(SOFT_T.sub("c", text)) if has_vowels else ""
    return _Spoken(number, stem, sound, token_of(text, has_vowels), number in reading.names)


def _sound_keys(word: _Spoken) -> set[str]:
    """Texts of which two words that sound alike share one."""
    if not word.sound:
        return {f"/{bones}" for bones in word.token.bones if bones}
    keys = {f"={word.token.text}", f"={word.stem.text}"}
    bones = bones_of(word.sound)
    if len(word.sound) >= SHORTEST_SOUND and len(bones) >= FIRST_BONES:
        keys.add(f"~{bones[:FIRST_BONES]}")
    if word.is_name or len(bones) >= BONES_WITHOUT_VOWELS:
        keys |= {f"/{bones}" for bones in word.token.bones if bones}
    return keys


def _sound_alike(one: _Spoken, other: _Spoken) -> float:
    """How alike two words sound; 0 where it is too little to be told from chance."""
    if one.token.text == other.token.text or one.stem.text == other.stem.text:
        shortest = min(len(one.stem.text), len(other.stem.text))
        return SAME_LETTERS if shortest >= SHORTEST_SAME else 0.0
    if one.sound and other.sound:
        if (
            one.is_name
            and other.is_name
            and (alike := alike_words(one.token, other.token)[0]) >= 0.9
        ):
            return round(SAME_LETTERS * alike, 6)
        if min(len(one.sound), len(other.sound)) < SHORTEST_SOUND:
            return 0.0
        alike = float(LCSseq.normalized_similarity(one.sound, other.sound))
        return round(SAME_LETTERS * alike, 6) if alike >= LEAST_SOUND else 0.0
    if one.is_name or other.is_name:
        return round(SAME_LETTERS * alike_words(one.token, other.token)[0], 6)
    shared = set(one.token.bones) & set(other.token.bones)
    return 0.8 if any(len(bones) >= BONES_WITHOUT_VOWELS for bones in shared) else 0.0


# --- Meanings --------------------------------------------------------------------------------


def _meanings(reading: Reading, lexicon: Lexicon | None) -> Found:
    if lexicon is None:
        return
    place = {stem: number for number, stem in enumerate(reading.stems)}
    for number, stem in enumerate(reading.stems):
        for other, strength in lexicon.meanings.get(stem, {}).items():
            if other in place:
                yield number, place[other], strength
