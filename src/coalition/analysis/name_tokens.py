"""A word of a name as names are compared by it: its sound, its bones, and how alike two are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA, Indel

from coalition.analysis.name_words import FAMILY, FILLER, weight
from coalition.analysis.scripts import Word

# Sounds: digraphs before letters. Vowels become a, i, u; k stands for c, g, q and gh.
_DIGRAPHS = {
    **dict.fromkeys(("shch", "tsch", "tch", "sch", "sh", "ch"), "x"),
    **dict.fromkeys(("dzh", "dj", "zh"), "j"),
    **dict.fromkeys(("ck", "gh", "qu"), "k"),
    **dict.fromkeys(("ou", "oo", "ow", "au", "aw", "av", "oe"), "u"),
    **dict.fromkeys(("ai", "ay", "ei", "ey", "ee", "ie", "yi", "iy", "yy"), "i"),
    "kh": "h",
    "ph": "f",
    "th": "t",
    "dh": "d",
    "ts": "s",
    "tz": "s",
    "dz": "z",
    "ae": "a",
    "ce": "si",
    "ci": "si",
    "cy": "si",
    "c": "k",
    "q": "k",
    "g": "k",
    "x": "ks",
    "w": "v",
    "e": "i",
    "y": "i",
    "o": "u",
}
# “ow” and “aw” before a vowel hold a consonant: Mawali, Rawalpindi.
_SOUNDS = re.compile(
    r"(?:aw|ow|au)(?=[aeiouy])|av(?![aeiouy])|"
    + "|".join(sorted((d for d in _DIGRAPHS if d != "av"), key=lambda d: (-len(d), d)))
)
_DOUBLE = re.compile(r"(.)\1+")
_RUSSIAN = re.compile(r"(?<=\w\w\w)([oe])w$")
_FIRST_Y = re.compile(r"^(?:y|i(?=[aou])|j(?=o?u))(?=[aeiou])")
_ABD = re.compile(r"^abd(?:[aeiou]{0,2}(?:l{1,2}|(?:([rsnzdt])(?=\1)))|[aeiou]{1,2})?(?=\w{2,})")
_ABDALLAH = re.compile(r"^abd[aeiou]?l{1,2}[ae]?k?h?$")
_LEADING_Y = re.compile("^y")
_ESSA = re.compile(r"^e([sdtrnz])(?=\1\w{3,})")
# Is “Ishaq” said with one sound or with two? Both are kept.
_MAY_BE_TWO = re.compile(r"(?<=\w)([sdtkgz])h")
_DIN = re.compile(r"^(\w{3,}?)(?:ou|[aeiou])?(?:l)?d{1,2}(?:in|ine|een|yn|ien|eine)$")
_LAH = re.compile(r"^(\w{3,}?)(?:[uo](?:llak?h?|lak?h)|all?ak?h)$")


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """A word as names are compared by it. Made by `token_of` alone, which keeps one of each."""

    text: str
    kin: str  # the one spelling kept for its family, or the word itself
    sound: str
    bones: tuple[str, ...]
    has_vowels: bool
    has_digits: bool
    weight: float


@lru_cache(maxsize=100_000)
def token_of(text: str, has_vowels: bool = True) -> Token:
    kin = FAMILY.get(text, text)
    sound = sound_of(text) if has_vowels else _sound_without_vowels(text)
    if has_vowels:
        bones = [bones_of(sound_of(kin)), bones_of(sound)]
        if _MAY_BE_TWO.search(text):
            bones.append(bones_of(sound_of(_MAY_BE_TWO.sub(r"\1'h", text))))
    else:
        bones = list(_bones_without_vowels(text))
    has_digits = any(c.isdigit() for c in text)
    told = INITIAL_WEIGHT if len(text) == 1 else weight(text)
    return Token(text, kin, sound, tuple(dict.fromkeys(bones)), has_vowels, has_digits, told)


def sound_of(text: str) -> str:
    """How a word sounds, roughly: `k` for c, g and q, three vowels, no letter doubled."""
    sound = _RUSSIAN.sub(r"\1v", text)
    sound = _FIRST_Y.sub("Y", sound)
    sound = _SOUNDS.sub(_sounded, sound).replace("'", "").lower()
    sound = _DOUBLE.sub(r"\1", sound)
    if sound[-1:] == "v":  # Ivanov, Ivanoff
        sound = f"{sound[:-1]}f"
    return sound[:-1] if len(sound) > 2 and sound[-1] == "h" and sound[-2] in "aiu" else sound


def _sound_without_vowels(text: str) -> str:
    """In such a script w is no part of a vowel, but at the end; a first y is a consonant."""
    text = text[:-1] if len(text) > 2 and text[-1] == "w" else text
    return sound_of(_LEADING_Y.sub("Y", text).replace("w", "V"))


def _bones_without_vowels(text: str) -> Iterator[str]:
    """All readings: v may be a long u, and four letters are told as t or s, as d or z."""
    spelt = (text, text.replace("th", "s"), text.replace("dh", "z").replace("d", "z"))
    for each in dict.fromkeys((*spelt, text.replace("z", "d"))):
        sound = _sound_without_vowels(each)
        first, rest = sound[:1], sound[1:]
        yield from (bones_of(first + rest.replace("v", "", n)) for n in (0, 1, 9))


def _sounded(found: re.Match[str]) -> str:
    follows = found.string[found.end() : found.end() + 1]
    if found[0] in ("aw", "ow", "au") and follows and follows in "aeiouy":
        return "av"
    return _DIGRAPHS[found[0]]


def bones_of(sound: str) -> str:
    """The consonants of a sound, and a for a vowel that begins it."""
    first = "a" if sound[:1] in "aiu" else sound[:1]
    bones = _DOUBLE.sub(r"\1", first + "".join(c for c in sound[1:] if c not in "aiu"))
    return bones[:-1] if len(bones) > 1 and bones[-1] == "h" else bones


def tokens_of(words: Sequence[Word]) -> list[Token]:
    """The words, with Abd, -allah and -din set apart where they are grown together."""
    return [token_of(part, word.has_vowels) for word in words for part in _parts(word.text) if part]


@lru_cache(maxsize=100_000)
def _parts(text: str) -> tuple[str, ...]:
    if text in ("abd", "abdul", "abdel", "abdal", "abdur", "abdoul", "abdol", "abdu", "abdulla"):
        return ("abd", "lah") if text == "abdulla" else ("abd",)
    if _ABDALLAH.match(text):
        return ("abd", "lah")
    if text in ("allah", "ellah", "ullah", "lh", "allh", "lah"):
        return ("lah",)
    if text in ("din", "deen", "eddine", "uddin", "addin", "aldin", "eldin", "dyn", "dine"):
        return ("din",)
    if text.startswith("abd") and (found := _ABD.match(text)) and len(text) > 5:
        return ("abd", *_parts(text[found.end() :]))
    if found := _ESSA.match(text):
        return ("al", *_parts(text[found.end() :]))
    if found := _DIN.match(text):
        return (found[1], "din")
    if found := _LAH.match(text):
        return (found[1], "lah")
    return (text,)


INITIAL_WEIGHT = 0.3
EXACT, SPELT, CROSSED, SLIPPED, SHORTENED, GROWN = range(6)


@lru_cache(maxsize=200_000)
def alike_words(a: Token, b: Token) -> tuple[float, int]:
    """How alike two words are, 0 … 1, and in what way."""
    if a.text == b.text:
        return 1.0, EXACT
    if a.has_digits or b.has_digits:
        return 0.0, EXACT
    if a.kin == b.kin:
        return 0.98, SPELT
    shared = max((len(bones) for bones in a.bones if bones in b.bones), default=0)
    if a.has_vowels != b.has_vowels:
        return {0: 0.0, 1: 0.7, 2: 0.88}.get(shared, 0.95), CROSSED
    if not a.has_vowels:
        return (0.9, SPELT) if shared >= 3 else (_slip(a.text, b.text), SLIPPED)
    if a.sound == b.sound:
        return 0.98, SPELT
    if min(a.weight, b.weight) <= FILLER:
        return 0.0, EXACT
    if len(a.text) == 1 or len(b.text) == 1:
        return (0.8, SHORTENED) if a.text[0] == b.text[0] else (0.0, EXACT)
    spelt = 0.0
    if shared:
        loose = {1: 2.0, 2: 0.8}.get(shared, 0.5)
        spelt = 1 - (1 - Indel.normalized_similarity(a.sound, b.sound)) * loose
    slip = max(_slip(a.text, b.text), _slip(a.sound, b.sound))
    return (spelt, SPELT) if spelt >= slip else (slip, SLIPPED)


def _slip(a: str, b: str) -> float:
    """One letter wrong, missing, added or swapped; two in a long word. Else 0."""
    shorter = min(len(a), len(b))
    if shorter < 4:
        return 0.0
    distance = OSA.distance(a, b, score_cutoff=2)
    if distance == 1:
        return 1 - 0.6 / shorter
    return 0.8 if distance == 2 and shorter >= 8 else 0.0
