"""Words as one search index can hold them, whatever their language and script.

A text is turned into *marks*: folded stems that both databases keep as they are. A query goes
through the same door, so that a reader finds a record in the language they ask in, with or
without accents, in singular or plural, with or without the Arabic article.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from Stemmer import Stemmer

STEMMERS = {
    "ar": "arabic",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "ru": "russian",
}
# The languages a word in Latin letters may be meant in.
LATIN = ("en", "fr", "es")
# A query longer than this is no query of a person's.
MOST_WORDS = 12
LONGEST_QUERY = 500
LONGEST_WORD = 60

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# A run of Chinese characters, or a word: letters and digits with the marks that belong to them.
WORD = re.compile(rf"[{HAN}]+|(?:[^\W_{HAN}]|[\u0300-\u036f\u0640\u064b-\u065f\u0670])+")
IS_HAN = re.compile(rf"[{HAN}]")
ARABIC_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
ONE_LETTER = str.maketrans("أإآٱىیک", "ااااييك")
# "And the", "for the" … grown together with the Arabic word, which keeps two letters at least.
ARTICLE = re.compile(r"^(?:[وفبك]?ال|و?لل)(?=\w\w)")
# Words that say little by themselves; a query does without them where it has others.
LITTLE = """
an and are as at be by for from in is it its of on or that the this to was were with who what
au aux ce ces dans de des du elle en est et il la le les leur leurs ne ou par pas pour qui que se
ses son sur un une
al con del el ella ellos es las lo los para por su sus unos y
в во и на о об от по с со за к из у для что как не
في من على إلى الى عن أن ان هذا هذه التي الذي مع او أو و
"""
LITTLE_WORDS = frozenset(LITTLE.split())
# And these tell nothing about what a sentence is about; a reader may still search for them.
FILLING = """
all also can do does each every has have into more must no not our so than their them then there
these they those we when where which while will without you your
afin ainsi aussi avec comme dont leurs même mais mieux nos notre nous plus quand sans si sont tous
tout toute toutes très vos votre
cada como con cuando donde ellas esta este más mi muy nos nuestra nuestro pero quien quienes sea
sean sin sobre su sus también toda todas todo todos
без более все всех для его ее если или их ли мы наш нас не они при также тем чтобы это
بين حتى عند غير كل كما لا لكل لم ما نحن هم هو هي ولا وكل
"""
FILLING_WORDS = LITTLE_WORDS | frozenset(FILLING.split())


@dataclass(frozen=True)
class Piece:
    """A stretch of a text, and whether it is one of the words that were looked for."""

    text: str
    is_found: bool = False


@dataclass(frozen=True)
class Query:
    """What a reader looks for: for each word the marks it may stand under; all words are wanted."""

    words: tuple[frozenset[str], ...]

    @property
    def marks(self) -> frozenset[str]:
        return frozenset().union(*self.words)


def index_text(texts: Mapping[str, str]) -> str:
    """The marks of texts by language, as one line to be indexed; words keep their order.

    A language without stemmer is taken as it stands, but for case and accents.
    """
    return " ".join(
        mark
        for language, text in texts.items()
        for word in _words(_plain(text))
        for mark in sorted(_marks(word, (language,)))
    )


def query_text(words: str) -> Query:
    """What to look for, read by script: words in Latin letters in every language that uses them.

    Reads the first LONGEST_QUERY characters and of these MOST_WORDS words. Nothing to look for
    (empty, signs only) gives a query without words.
    """
    found = list(_words(_plain(words[:LONGEST_QUERY])))
    telling = [word for word in found if word not in LITTLE_WORDS and not _is_letter(word)]
    kept: list[frozenset[str]] = []
    for word in telling or found:
        alternatives = [(_marks(word, LATIN) | {_folded(word)}) - {""}]
        if _is_han(word) and len(word) > 1:
            alternatives = [frozenset({pair}) for pair in _pairs(word)]
        # An accent that stands alone is no word.
        kept += [each for each in alternatives if each and each not in kept]
    return Query(tuple(kept[:MOST_WORDS]))


def extract(text: str, language: str, query: Query, *, width: int = 220) -> list[Piece]:
    """About `width` characters of the text around the first word found, the found ones marked.

    Without a hit it is the beginning of the text. Cuts fall between words and show as "…".
    """
    spans = list(_hits(text, language, query))
    start = max(0, spans[0][0] - width // 3) if spans else 0
    if start:
        start = _between_words(text, start, 20)
    end = min(len(text), start + width)
    if end < len(text):
        end = _between_words(text, end, -20)
    pieces = [Piece("…")] if start else []
    place = start
    for first, last in spans:
        if first < place or last > end:
            continue
        pieces += [Piece(text[place:first])] if first > place else []
        pieces.append(Piece(text[first:last], is_found=True))
        place = last
    rest = text[place:end].rstrip() if end < len(text) else text[place:end]
    pieces += [Piece(rest)] if rest else []
    return [*pieces, Piece("…")] if end < len(text) else pieces


def has_hit(text: str, language: str, query: Query) -> bool:
    """Does the text hold at least one of the words looked for?"""
    return next(_hits(text, language, query), None) is not None


def telling_words(text: str, language: str) -> dict[str, str]:
    """What a text speaks of: for each stem, the word by which it first says it.

    One stem a word, so that two texts of one language can be compared; words that say little by
    themselves and single letters are left out. Chinese is read in pairs of characters.
    """
    found: dict[str, str] = {}
    for word in _words(_plain(text)):
        if word in FILLING_WORDS or _is_letter(word):
            continue
        if _is_han(word):
            for pair in _pairs(word) or [word]:
                found.setdefault(pair, pair)
        elif marks := _marks(word, (language,)):
            found.setdefault(min(marks, key=lambda mark: (len(mark), mark)), word)
    return found


# --- Words and their marks -----------------------------------------------------------------


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _words(text: str) -> Iterator[str]:
    for found in WORD.finditer(text):
        yield found.group().casefold()


@lru_cache(maxsize=100_000)
def _marks(word: str, languages: tuple[str, ...]) -> frozenset[str]:
    """Every form under which a word is indexed or looked for. Its script goes before `languages`.

    Both the folded stem and the stem of the folded word: so accents may be left out.
    """
    word = word[:LONGEST_WORD]
    if _is_han(word):
        return frozenset([*word, *_pairs(word)])
    word = ARABIC_MARKS.sub("", word).translate(ONE_LETTER)
    script = _script(word)
    if script:
        languages = (script,)
    elif not any(language in LATIN for language in languages):
        # A Latin word in a text in another script is most often English: "ILO", "online".
        languages = ("en",) if any(language in STEMMERS for language in languages) else ()
    folded = _folded(word)
    forms = {word, folded, ARTICLE.sub("", word)}
    found = {_folded(_stem(form, language)) for language in languages for form in forms} or {folded}
    return frozenset(found - {""})


def _script(word: str) -> str:
    """The one language of ours that is written in the word's letters; "" for Latin and digits."""
    for letter in word:
        if "\u0400" <= letter <= "\u052f":
            return "ru"
        if "\u0600" <= letter <= "\u06ff" or "\u0750" <= letter <= "\u077f":
            return "ar"
    return ""


def _stem(word: str, language: str) -> str:
    # A stemmer must not be shared between threads; it costs little, and `_marks` remembers.
    return word if word.isdigit() else str(Stemmer(STEMMERS[language], 0).stemWord(word))


def _folded(word: str) -> str:
    """Without accents, case and national digits: "Égalité" is "egalite", "٣٠" is "30"."""
    apart = unicodedata.normalize("NFD", ARABIC_MARKS.sub("", word).translate(ONE_LETTER))
    letters = (
        str(unicodedata.digit(letter)) if letter.isdigit() and not letter.isascii() else letter
        for letter in apart
        if not unicodedata.combining(letter)
    )
    return "".join(letters)[:LONGEST_WORD]


def _is_han(word: str) -> bool:
    return bool(IS_HAN.match(word))


def _is_letter(word: str) -> bool:
    """A single letter, as in "l'emploi" or "A/RES": it would be asked of every text."""
    return len(word) == 1 and word.isalpha() and not _is_han(word)


def _pairs(run: str) -> list[str]:
    """Chinese writes no spaces: each two neighbours stand for a word."""
    return [run[place : place + 2] for place in range(len(run) - 1)]


# --- What was found ------------------------------------------------------------------------


def _hits(text: str, language: str, query: Query) -> Iterator[tuple[int, int]]:
    """Where the text holds what the query looks for: start and end, in order, apart."""
    marks = query.marks
    for word in WORD.finditer(text):
        if _is_han(word.group()):
            yield from _han_hits(word.start(), word.group(), marks)
        else:
            plain = _plain(word.group()).casefold()
            if _marks(plain, (language,)) & marks or _folded(plain) in marks:
                yield word.span()


def _han_hits(offset: int, run: str, marks: frozenset[str]) -> Iterator[tuple[int, int]]:
    found = [letter in marks for letter in run]
    for place, pair in enumerate(_pairs(run)):
        if pair in marks:
            found[place] = found[place + 1] = True
    start = None
    for place, is_found in enumerate([*found, False]):
        if is_found and start is None:
            start = place
        elif not is_found and start is not None:
            yield offset + start, offset + place
            start = None


def _between_words(text: str, place: int, reach: int) -> int:
    """The nearest space on this side of the place, within reach; else the place itself."""
    if reach > 0:
        space = text.find(" ", place, place + reach)
        return space + 1 if space >= 0 else place
    space = text.rfind(" ", max(0, place + reach), place)
    return space if space >= 0 else place
