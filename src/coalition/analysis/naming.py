"""Are two names one? Names of organisations and persons compared across scripts and spellings.

A name is read as words in Latin letters (`scripts`). Each word has a *sound*, in which spelling
families meet (Qadhafi, Gaddafi), and *bones*, the sound without vowels, in which a script without
short vowels meets one that writes them. Words are paired whatever their order; the score says how
much of both names is paired, each word counted by how much it tells (`name_words`), and each
reason says what was taken as equal. One mistyped word in a name is forgiven.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from coalition.analysis.name_tokens import (
    CROSSED,
    EXACT,
    GROWN,
    SHORTENED,
    SLIPPED,
    SPELT,
    Token,
    alike_words,
    sound_of,
    token_of,
    tokens_of,
)
from coalition.analysis.name_words import is_filler
from coalition.analysis.scripts import words_of

E = TypeVar("E")

# From this score on two names are taken to be one until a person has looked.
THRESHOLD = 0.85


def marked(template: str) -> str:
    """A sentence that rooms translate before they fill in its values."""
    return template


@dataclass(frozen=True, slots=True)
class Reason:
    """Why names are alike: a marked English template and what fills it."""

    template: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.template % dict(self.values)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are, 0 … 1, and why."""

    score: float
    reasons: tuple[Reason, ...] = ()


SAME = marked("The same name.")
SAME_WORDS = marked("The same words in another order.")
SPELLING = marked("“%(one)s” is another spelling of “%(other)s”.")
SCRIPT = marked("“%(one)s” reads like “%(other)s” in another script.")
TYPO = marked("“%(one)s” is one slip away from “%(other)s”.")
INITIAL = marked("“%(one)s” may be short for “%(other)s”.")
JOINED = marked("“%(one)s” and “%(other)s” differ in where words are set apart.")
MISSING = marked("One of the names has more words: %(words)s.")
POSED = marked("Letters of another script were used that look like Latin ones.")

_SENTENCES = {
    SPELT: SPELLING,
    CROSSED: SCRIPT,
    SLIPPED: TYPO,
    SHORTENED: INITIAL,
    GROWN: JOINED,
}


# --- Names -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reading:
    """A name as it is compared: its tokens, what they weigh, all of it as one run."""

    tokens: tuple[Token, ...]
    weights: tuple[float, ...]
    run: str
    sound: str
    spelt: str
    digits: str
    spelt_oddly: bool
    total: float = field(default=0.0)


def _read(name: str, weigh: Callable[[Token], float] | None = None) -> _Reading | None:
    """None where the name holds no letter and no digit."""
    words = words_of(name)
    tokens = tuple(tokens_of(words))
    if not tokens:
        return None
    weights = tuple(weigh(token) if weigh else token.weight for token in tokens)
    return _Reading(
        tokens=tokens,
        weights=weights,
        run="".join(word.text for word in words),
        sound="".join(sound_of(word.text) for word in words),
        spelt=" ".join(word.text for word in words),
        digits="".join(c for word in words for c in word.text if c.isdigit()),
        spelt_oddly=any(word.is_spelt_oddly for word in words),
        total=sum(weights),
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """Words of one name that go with words of the other, by their places; mostly one and one."""

    ones: tuple[int, ...]
    others: tuple[int, ...]
    alike: float
    how: int


def _paired(a: _Reading, b: _Reading) -> list[_Pair]:
    """Which word goes with which: the best pairs first, each word once."""
    found = []
    for i, one in enumerate(a.tokens):
        for j, other in enumerate(b.tokens):
            alike, how = alike_words(one, other)
            if alike > 0.6:
                found.append((-alike * (a.weights[i] + b.weights[j]), i, j, alike, how))
    found.sort()
    pairs = []
    left, right = set(range(len(a.tokens))), set(range(len(b.tokens)))
    for _, i, j, alike, how in found:
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            pairs.append(_Pair((i,), (j,), alike, how))
    if left and right:
        for two, whole, alike in _grown_together(a, b, left, right):
            pairs.append(_Pair(two, (whole,), alike, GROWN))
        for two, whole, alike in _grown_together(b, a, right, left):
            pairs.append(_Pair((whole,), two, alike, GROWN))
    return pairs


def _grown_together(
    a: _Reading, b: _Reading, left: set[int], right: set[int]
) -> Iterator[tuple[tuple[int, int], int, float]]:
    """Two neighbours of one name that the other writes as one word; both are taken away."""
    for j in sorted(right):
        for i in sorted(left):
            if i not in left or i + 1 not in left or len(b.tokens[j].text) < 5:
                continue
            both = token_of(a.tokens[i].text + a.tokens[i + 1].text, a.tokens[i].has_vowels)
            alike, how = alike_words(both, b.tokens[j])
            if alike >= 0.95 and how != SLIPPED:
                left -= {i, i + 1}
                right.discard(j)
                yield (i, i + 1), j, min(alike, 0.97)
                break


# How far the better covered name makes up for words that the other has more.
FORGIVING, NOT_FORGIVING = 0.65, 0.2


@dataclass(slots=True)
class _Telling:
    """What is shared beyond doubt: enough of it, and words missing on one side are forgiven."""

    words: int = 0
    letters: int = 0
    weight: float = 0.0

    def add(self, weight: float, letters: int) -> None:
        self.words += 1
        self.letters += letters
        self.weight += weight

    @property
    def is_enough(self) -> bool:
        return self.words >= 2 and self.letters >= 9 and self.weight >= 0.9


def likeness(a: str, b: str) -> Likeness:
    """How alike two names are; THRESHOLD and above is as good as one name.

    Neither order, case, accents nor script count. Empty names are like nothing.
    """
    one, other = _read(a), _read(b)
    if one is None or other is None:
        return Likeness(0.0)
    return _likeness(one, other)


def _likeness(a: _Reading, b: _Reading) -> Likeness:
    pairs = _paired(a, b)
    # A pair counts as its lesser word does: a mistyped common word is not a rare one.
    shared = covered = 0.0
    rest_a, rest_b = a.total, b.total
    slips, telling = 0, _Telling()
    for pair in pairs:
        of_a = sum(a.weights[i] for i in pair.ones)
        of_b = sum(b.weights[j] for j in pair.others)
        counted = min(of_a, of_b)
        shared += counted
        covered += counted * pair.alike
        rest_a -= of_a
        rest_b -= of_b
        slips += pair.how == SLIPPED
        if pair.how not in (SLIPPED, SHORTENED) and counted >= 0.2:
            telling.add(counted, sum(len(a.tokens[i].text) for i in pair.ones))
    cover_a, cover_b = covered / (shared + rest_a), covered / (shared + rest_b)
    high, low = max(cover_a, cover_b), min(cover_a, cover_b)
    forgiving = FORGIVING if telling.is_enough and not slips else NOT_FORGIVING
    score = low + (high - low) * forgiving - 0.08 * max(0, slips - 1)
    run = _run_likeness(a, b)
    if run > score:
        reason = Reason(JOINED if run >= 0.97 else TYPO, (("one", a.spelt), ("other", b.spelt)))
        return Likeness(round(run, 3), (reason, *_oddness(a, b)))
    return Likeness(round(max(score, 0.0), 3), (*_reasons(a, b, pairs), *_oddness(a, b)))


SHORTEST_RUN, LONGEST_RUN = 6, 60


def _run_likeness(a: _Reading, b: _Reading) -> float:
    """Two names as runs of letters: for words set apart otherwise, and slips in short words."""
    if a.digits != b.digits or min(len(a.sound), len(b.sound)) < SHORTEST_RUN:
        return 0.0
    if a.run == b.run or a.sound == b.sound:
        return 0.97
    slips = OSA.distance(a.run, b.run, score_cutoff=1)
    return 1 - 0.7 / min(len(a.run), len(b.run)) if slips == 1 else 0.0


def _oddness(a: _Reading, b: _Reading) -> tuple[Reason, ...]:
    return (Reason(POSED),) if a.spelt_oddly or b.spelt_oddly else ()


def _reasons(a: _Reading, b: _Reading, pairs: Sequence[_Pair]) -> Iterator[Reason]:
    paired_a = {i for pair in pairs for i in pair.ones}
    paired_b = {j for pair in pairs for j in pair.others}
    missing = [
        token.text
        for reading, paired in ((a, paired_a), (b, paired_b))
        for n, token in enumerate(reading.tokens)
        if n not in paired and not is_filler(token.text)
    ]
    if not missing and all(pair.how == EXACT for pair in pairs):
        in_order = all(pair.ones == pair.others for pair in pairs)
        yield Reason(SAME if in_order else SAME_WORDS)
    for pair in sorted(pairs, key=lambda pair: pair.ones):
        if pair.how != EXACT:
            one = " ".join(a.tokens[i].text for i in pair.ones)
            other = " ".join(b.tokens[j].text for j in pair.others)
            yield Reason(_SENTENCES[pair.how], (("one", one), ("other", other)))
    if missing:
        yield Reason(MISSING, (("words", ", ".join(missing)),))


def keys(name: str) -> frozenset[str]:
    """Short texts of which two alike names share at least one: what a database can look up.

    Bones of the telling words; of a name of fillers alone, of all its words.
    """
    reading = _read(name)
    if reading is None:
        return frozenset()
    telling = [t for t in reading.tokens if len(t.text) > 1 and not is_filler(t.text)]
    return frozenset(bones for t in telling or reading.tokens for bones in t.bones)


# --- Many names ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match(Generic[E]):
    """An entry with the one of its names that is most like the one looked for."""

    entry: E
    name: str
    score: float
    reasons: tuple[Reason, ...]


_IN_BRACKETS = re.compile(r"[(\[（]([^()\[\]（）]*)[)\]）]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_NAMES_SIDE_BY_SIDE = re.compile(r"\s*[;；\n]\s*")
# So many names are compared word by word; the others share less with what is looked for.
MOST_COMPARED = 25
# Nearly always the same words come again; those remembered are bounded.
MOST_REMEMBERED = 50_000


def readings(name: str) -> list[str]:
    """The name, and where it holds brackets or semicolons the names they part. What stands in
    brackets is a name if it is short for the rest, or the same in another script; a place is none.
    """
    found = [name]
    for part in _NAMES_SIDE_BY_SIDE.split(name):
        rest = " ".join(_IN_BRACKETS.sub(" ", part).split())
        found.append(rest)
        for inner in _IN_BRACKETS.findall(part):
            inner = inner.rpartition(":")[2].strip()  # original script: …
            if _is_short_for(inner, rest) or not (inner.isascii() or _LATIN.search(inner)):
                found.append(inner)
    return [each for each in dict.fromkeys(found) if each.strip()]


def _is_short_for(inner: str, rest: str) -> bool:
    return inner.isalpha() and 3 <= len(inner) <= 6 and inner[:1].lower() == rest[:1].lower()


class Index(Generic[E]):
    """Names to be searched by likeness. Words that many entries bear count less than rare ones.

    Built once from pairs of an entry and one of its names, and then only read: threads may share
    it. Some 5,000 names take half a second and some 20 MB.
    """

    def __init__(self, names: Iterable[tuple[E, str]]) -> None:
        self._entries: list[E] = []
        self._names: list[str] = []
        told = list(names)
        self._frequency: Counter[str] = Counter()
        bones_of: dict[E, set[str]] = defaultdict(set)
        for entry, name in told:
            for token in tokens_of(words_of(name)):
                bones_of[entry].update(token.bones[:1])
        for bones in bones_of.values():
            self._frequency.update(bones)
        self._size = max(len(bones_of), 2)
        self._readings: list[_Reading] = []
        for entry, name in told:
            for part in readings(name):
                if reading := _read(part, self._weigh):
                    self._entries.append(entry)
                    self._names.append(name)
                    self._readings.append(reading)
        self._totals = np.array([reading.total for reading in self._readings], dtype=np.float64)
        self._index_words()
        self._index_runs()
        self._near: dict[Token, tuple[NDArray[np.int32], NDArray[np.float64]] | None] = {}

    def __len__(self) -> int:
        return len(self._readings)

    def _weigh(self, token: Token) -> float:
        """Rare words tell more: between two fifths of the word's weight and all of it."""
        rarity = math.log(self._size / (1 + self._frequency[token.bones[0]]))
        return token.weight * (0.4 + 0.6 * max(0.0, min(1.0, rarity / math.log(self._size))))

    def _index_words(self) -> None:
        borne: dict[Token, set[int]] = defaultdict(set)
        for number, reading in enumerate(self._readings):
            for token in reading.tokens:
                borne[token].add(number)
            for both in _neighbours(reading.tokens):
                borne[both].add(number)
        self._bearers = {token: tuple(sorted(numbers)) for token, numbers in borne.items()}
        self._words: dict[str, list[Token]] = defaultdict(list)
        for token in self._bearers:
            for key in _word_keys(token):
                self._words[key].append(token)

    def _index_runs(self) -> None:
        self._runs: dict[int, list[int]] = defaultdict(list)
        for number, reading in enumerate(self._readings):
            for key in _run_keys(reading):
                self._runs[key].append(number)

    def _bearers_of(self, token: Token) -> tuple[NDArray[np.int32], NDArray[np.float64]] | None:
        """The names with a word like this one, and how alike; None where there is none."""
        if token in self._near:
            return self._near[token]
        found = {other for key in _word_keys(token) for other in self._words.get(key, ())}
        near = sorted(
            (alike_words(token, other)[0], other.text, self._bearers[other]) for other in found
        )
        best: dict[int, float] = {}
        for alike, _, bearers in near:
            if alike > 0.6:
                best.update(dict.fromkeys(bearers, alike))
        kept = None
        if best:
            kept = np.fromiter(best, dtype=np.int32), np.fromiter(best.values(), dtype=np.float64)
        if len(self._near) < MOST_REMEMBERED:
            self._near[token] = kept
        return kept

    def _candidates(self, wanted: _Reading) -> list[int]:
        """The names that may be like this one, the likeliest first, at most MOST_COMPARED."""
        numbers = {n for key in _run_keys(wanted) for n in self._runs.get(key, ())}
        shared = np.zeros(len(self._readings))
        for token, weight_of_it in zip(wanted.tokens, wanted.weights, strict=True):
            if (found := self._bearers_of(token)) is not None:
                shared[found[0]] += found[1] * weight_of_it
        for first, both in enumerate(_neighbours(wanted.tokens)):
            if (found := self._bearers_of(both)) is not None:
                weight_of_both = wanted.weights[first] + wanted.weights[first + 1]
                shared[found[0]] = np.maximum(shared[found[0]], found[1] * weight_of_both)
        if shared.any():
            of_wanted = np.minimum(shared / wanted.total, 1.0)
            of_listed = np.minimum(shared / self._totals, 1.0)
            low = np.minimum(of_wanted, of_listed)
            bound = low + (np.maximum(of_wanted, of_listed) - low) * 0.65
            likely = np.flatnonzero(bound >= 0.68)
            if len(likely) > MOST_COMPARED:
                likely = likely[np.argsort(-bound[likely], kind="stable")[:MOST_COMPARED]]
            numbers.update(likely.tolist())
        return sorted(numbers)

    def search(self, name: str, *, threshold: float = THRESHOLD, limit: int = 20) -> list[Match[E]]:
        """The entries with a name at least so like this one, the likest first; each once."""
        wanted = _read(name, self._weigh)
        if wanted is None:
            return []
        best: dict[E, Match[E]] = {}
        for number in self._candidates(wanted):
            found = _likeness(wanted, self._readings[number])
            entry = self._entries[number]
            if found.score >= threshold and (entry not in best or found.score > best[entry].score):
                best[entry] = Match(entry, self._names[number], found.score, found.reasons)
        return sorted(best.values(), key=lambda match: -match.score)[:limit]


def _neighbours(tokens: Sequence[Token]) -> list[Token]:
    """Each two words that stand side by side, written as one."""
    return [token_of(one.text + other.text, one.has_vowels) for one, other in pairwise(tokens)]


def _word_keys(token: Token) -> set[str]:
    """Texts of which two alike words share one: bones, and the sound less any one letter."""
    found = {f"={token.kin}", *(f"/{bones}" for bones in token.bones)}
    if token.has_vowels:
        found |= {f"~{less}" for less in _less_one(token.sound)}
    return found | {f"-{less}" for less in _less_one(token.text)}


def _less_one(text: str) -> Iterator[str]:
    yield text
    if 3 <= len(text) <= 20:
        yield from (text[:at] + text[at + 1 :] for at in range(len(text)))


def _run_keys(reading: _Reading) -> set[int]:
    """Numbers of which two like runs of letters share one: of the sound, of the letters less one.

    Numbers, because the texts themselves would fill ten times the memory.
    """
    run = reading.run
    if not SHORTEST_RUN <= len(run) <= LONGEST_RUN:
        return set()
    return {hash(reading.sound), hash(run)} | {
        hash(run[:at] + run[at + 1 :]) for at in range(len(run))
    }
