"""Names of any script in Latin letters, and look-alike letters seen through.

Arabic, Cyrillic, Greek and Hebrew go by short tables of our own, made for comparing: they follow
what passports and lists write rather than one scholarly norm. All other scripts (Chinese as
pinyin, Hangul, Devanagari …) are left to the package anyascii.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

# A longer text is no name; what stands behind is not read.
LONGEST = 400
MOST_WORDS = 24


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a name: small letters a–z and digits, and whether its vowels were written."""

    text: str
    has_vowels: bool = True
    is_spelt_oddly: bool = False  # letters of one script posed as another's


# --- Tables ----------------------------------------------------------------------------------

APOSTROPHES = re.compile("['’‘‛`´ʼʻʽʾʿˈ′ʹ‵＇״׳]")
# Marks on letters of the scripts below; in others (Devanagari) marks are vowels and stay.
MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
DOTTED = re.compile(r"(?<!\w)(?:\w\.){2,}\w?(?!\w)")
CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")

ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff]")
CYRILLIC = re.compile("[\u0400-\u052f]")
GREEK = re.compile("[\u0370-\u03ff]")
HEBREW = re.compile("[\u0590-\u05ff]")
LATIN = re.compile("[a-z\u00df-\u024f\u0250-\u02af\u1e00-\u1eff]")


def pairs(table: str) -> dict[str, str]:
    """ "ж=zh з=z ь=" as a table: what stands before the sign becomes what stands behind it."""
    return {left: right for left, _, right in (item.partition("=") for item in table.split())}


LATIN_LETTERS = str.maketrans(
    pairs("ø=o ł=l ß=ss æ=ae œ=oe đ=d ð=d þ=th ı=i ə=a ŋ=n ħ=h ŧ=t ĸ=k ſ=s ɓ=b ɗ=d ƙ=k ƴ=y ŀ=l")
)
CYRILLIC_LETTERS = pairs(
    "а=a б=b в=v г=g д=d е=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh "
    "ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya і=i ї=i є=ye ґ=g ў=w ђ=dj ј=y љ=l њ=n ћ=ch "
    "џ=dj ѓ=g ќ=k ѕ=dz қ=k ғ=gh ң=n ө=o ү=u ұ=u һ=h ә=a җ=j ҳ=kh ҷ=j ӣ=i ӯ=u ӏ="
)
# Compared with Latin without "sch" for щ and the like: the sounds are levelled later.
GREEK_LETTERS = pairs(
    "ου=ou μπ=b ντ=d γκ=g γγ=ng γχ=nkh τσ=ts τζ=tz αυ=av ευ=ev ει=i οι=i αι=e υι=i "
    "α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f "
    "χ=kh ψ=ps ω=o"
)
ARABIC_LETTERS = pairs(
    "ا=a أ=a إ=a آ=a ٱ=a ب=b ت=t ث=th ج=j ح=h خ=kh د=d ذ=dh ر=r ز=z س=s ش=sh ص=s ض=d ط=t ظ=z ع=a "
    "غ=gh ف=f ق=q ك=k ل=l م=m ن=n ه=h و=w ي=y ى=a ة= ء= ؤ=w ئ=y پ=p چ=ch ژ=zh گ=g ک=k ی=y ې=y "
    "ۍ=y ے=y ۀ=h ہ=h ھ= ۃ= ں=n ڈ=d ٹ=t ڑ=r ټ=t ډ=d ړ=r ږ=g ښ=sh ځ=z څ=ts ڼ=n ڤ=v ڭ=g ە= ۇ=w ۆ=w "
    "ڵ=l ڕ=r ێ=y ۋ=v ې=y"
)
HEBREW_LETTERS = pairs(
    "א=a ב=b ג=g ד=d ה=h ו=w ז=z ח=h ט=t י=y כ=k ך=k ל=l מ=m ם=m נ=n ן=n ס=s ע=a פ=p ף=f צ=ts ץ=ts "
    "ק=q ר=r ש=sh ת=t"
)
# Letters that look like a Latin one, small as they are after case folding.
POSING = str.maketrans(
    pairs(
        "а=a в=b е=e к=k м=m н=h о=o р=p с=c т=t у=y х=x і=i ј=j ѕ=s ԁ=d ԛ=q ԝ=w ѵ=v һ=h ӏ=l ь=b "
        "α=a β=b ε=e ζ=z η=h ι=i κ=k μ=m ν=v ο=o ρ=p τ=t υ=u χ=x ω=w γ=y ϳ=j ϲ=c"
    )
)

WITH_TWO = re.compile("|".join(sorted((k for k in GREEK_LETTERS if len(k) == 2), key=len)))
NO_DIGRAPH = re.compile("(?<=[ckgpstzd]) (?=h)|(?<=t) (?=s)")
ARTICLE = re.compile("^(?:و?ال|لل)(?=..)")


# --- Words of a name -------------------------------------------------------------------------


def words_of(name: str) -> tuple[Word, ...]:
    """The words of a name in Latin letters, in their order; () where there is nothing to read.

    Control, format and direction-turning characters are passed over, accents dropped. A word
    that mixes Latin with look-alike Cyrillic or Greek letters is read as it looks.
    """
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name[:LONGEST])).casefold()
    text = MARKS.sub("", APOSTROPHES.sub("", text))
    text = unicodedata.normalize("NFC", text)
    text = DOTTED.sub(lambda found: f" {_undotted(found[0])} ", text)
    raw = "".join(map(_kept_or_space, text)).split()[:MOST_WORDS]
    has_latin = any(LATIN.search(word) for word in raw)
    return tuple(word for each in raw for word in _read(each, beside_latin=has_latin))[:MOST_WORDS]


@lru_cache(maxsize=4096)
def _kept_or_space(character: str) -> str:
    """Letters, digits and the vowel signs of Indic scripts stay; what cannot be seen vanishes."""
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category[0] == "C":
        return ""
    return character if category[0] in "LNM" else " "


def _undotted(dotted: str) -> str:
    """S.A. is one word, J.K. are two initials: told apart by what stands between the points."""
    letters = dotted.replace(".", "")
    return letters if letters in DOTTED_FORMS else " ".join(letters)


DOTTED_FORMS = frozenset(
    """sa sas sarl spa srl sl llc llp plc inc ltd gmbh ag bv nv kg oao ooo zao пао оао ооо зао ао
    sau saa sae psc wll fze fzco jsc pjsc ojsc bhd sdn kk aş as oy ab asbl ngo ong onu un usa uae
    uk dprk drc""".split()  # noqa: SIM905  # a table to be read
)


def _read(word: str, *, beside_latin: bool) -> list[Word]:
    is_latin = LATIN.search(word) is not None
    other = CYRILLIC.search(word) or GREEK.search(word)
    if other:
        as_it_looks = word.translate(POSING).translate(LATIN_LETTERS)
        poses = as_it_looks.isascii() and (is_latin or (beside_latin and len(word) > 1))
        if poses:
            return [Word(as_it_looks, is_spelt_oddly=True)]
    if ARABIC.search(word):
        return _read_arabic(word)
    if HEBREW.search(word):
        return _kept(Word(_by_table(word, HEBREW_LETTERS), has_vowels=False))
    if CYRILLIC.search(word):
        return _kept(Word(_by_table(word, CYRILLIC_LETTERS)))
    if GREEK.search(word):
        twos = WITH_TWO.sub(lambda found: GREEK_LETTERS[found[0]], word)
        return _kept(Word(_by_table(twos, GREEK_LETTERS)))
    word = word.translate(LATIN_LETTERS)
    if word.isascii():
        return [Word(word)]
    # Chinese comes as ZhangWei, a capital at each syllable; other scripts as one word.
    return [Word(part.lower()) for part in CAMEL.findall(anyascii(word))]


def _read_arabic(word: str) -> list[Word]:
    """The article stands apart, as it does in Latin letters; short vowels are not written."""
    bare = ARTICLE.sub("", word)
    article = [Word("al")] if bare != word else []
    bare = bare.replace("تش", "چ").replace("دج", "ج")
    return article + _kept(Word(_by_table(bare, ARABIC_LETTERS), has_vowels=False))


def _by_table(word: str, table: dict[str, str]) -> str:
    # An s before an h is no sh: an apostrophe keeps them apart.
    latin = NO_DIGRAPH.sub("'", " ".join(table.get(c, c) for c in word)).replace(" ", "")
    if latin.isascii():
        return latin
    return "".join(CAMEL.findall(anyascii(latin))).lower()


def _kept(word: Word) -> list[Word]:
    return [word] if word.text else []
