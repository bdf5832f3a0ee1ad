"""What makes two statements of much the same words say different things.

"Raise taxes" and "Do not raise taxes" share all telling words. Whoever merges them turns votes
round, so before likeness comes the question whether one text denies what the other says, says the
contrary, or names another number. The words are short lists of our own in six languages; they
catch the plain cases, not irony and not all ways to say no.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from coalition.analysis.likeness.reading import LONGEST, Text
from coalition.analysis.searching import index_text
from coalition.analysis.words import plain_words


class Contrary(StrEnum):
    DENIAL = "denial"
    OPPOSITE = "opposite"
    NUMBER = "number"


DENYING = {
    "en": """no not never none nobody nothing nowhere neither nor without cannot cant dont doesnt
        didnt isnt arent wasnt werent wont couldnt shouldnt wouldnt hasnt havent hadnt mustnt""",
    "fr": "pas jamais aucun aucune sans ni non rien personne nul nulle guère",
    "es": "no nunca jamás sin ni nadie nada ningún ninguna ninguno tampoco",
    "ru": "не нет никогда ни без нельзя никто ничего никакой никаких",
    "ar": "لا لم لن ليس ليست غير دون بدون عدم ولا",
    "zh": "不 没 無 无 非 未 勿 别 莫",
}
# Each line: words of one side, a bar, words of the other.
OPPOSITES = {
    "en": (
        "more higher increase raise grow expand strengthen "
        "| less fewer lower decrease reduce cut shrink weaken",
        "support favour favor allow permit legalise legalize legal agree "
        "| oppose against ban prohibit forbid criminalise criminalize illegal disagree",
    ),
    "fr": (
        "plus augmenter augmentation hausse relever élargir renforcer accroître "
        "| moins diminuer diminution baisse baisser réduire réduction affaiblir",
        "soutenir autoriser permettre légaliser légal approuver "
        "| contre interdire interdiction illégal refuser opposer",
    ),
    "es": (
        "más aumentar aumento subir elevar ampliar reforzar fortalecer "
        "| menos disminuir bajar reducir reducción recortar debilitar",
        "apoyar permitir autorizar legalizar legal aprobar "
        "| contra prohibir prohibición ilegal rechazar oponer",
    ),
    "ru": (
        "больше увеличить увеличивать повысить повышать расширить расширять укрепить усилить "
        "| меньше уменьшить уменьшать снизить снижать сократить сокращать ослабить",
        "поддержать поддерживать разрешить разрешать | против запретить запрещать запрет",
    ),
    "ar": (
        "زيادة أكثر رفع تعزيز توسيع | خفض أقل تقليل تقليص تخفيض إضعاف",
        "تأييد السماح يسمح إباحة | ضد حظر منع معارضة تحريم",
    ),
    "zh": ("增加 更多 提高 扩大 加强 | 减少 更少 降低 缩小 削弱", "支持 允许 赞成 | 反对 禁止"),
}
SHORT_NOT = re.compile(r"n['’ʼ]t\b")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
OF_A_LIST = re.compile(r"^\s*\(?\d{1,3}[.)]\s")
THOUSANDS = re.compile(r"[.,](?=\d{3}(?:\D|$))")


@dataclass(frozen=True)
class _Said:
    denials: int
    sides: tuple[int, ...]  # for each line of opposites: 1 one side alone, -1 the other, else 0
    numbers: frozenset[str]


def contrary(one: Text, other: Text) -> Contrary | None:
    """Why two texts do not say the same whatever words they share; None where nothing shows it.

    Denials and opposites are compared within one language, since another words them in its own
    way; numbers in all, where both texts name any. A number before a list item is none.
    """
    left, right = _said(one), _said(other)
    if left.numbers and right.numbers and left.numbers != right.numbers:
        return Contrary.NUMBER
    if one.language != other.language:
        return None
    if left.denials != right.denials:
        return Contrary.DENIAL
    if any(a * b < 0 for a, b in zip(left.sides, right.sides, strict=True)):
        return Contrary.OPPOSITE
    return None


@lru_cache(maxsize=50_000)
def _said(text: Text) -> _Said:
    words = SHORT_NOT.sub(" not", unicodedata.normalize("NFKC", text.words[:LONGEST]).casefold())
    counted = Counter(plain_words(words))
    marks = set(index_text({text.language: words}).split())
    return _Said(
        sum(counted[word] for word in _denying(text.language)),
        tuple(bool(marks & one) - bool(marks & other) for one, other in _sides(text.language)),
        frozenset(_plain_number(found) for found in NUMBER.findall(OF_A_LIST.sub("", words))),
    )


def _plain_number(number: str) -> str:
    """ "1,500" and "1500" are one number, and so are "٣٠" and "30"."""
    bare = THOUSANDS.sub("", number).replace(",", ".")
    digits = "".join(str(unicodedata.digit(c)) if c != "." else c for c in bare)
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


@cache
def _denying(language: str) -> frozenset[str]:
    return frozenset(DENYING.get(language, "").split())


@cache
def _sides(language: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """The stems of both sides of each line; one character of Chinese alone is no word."""

    def marks(words: str) -> frozenset[str]:
        found = index_text({language: words}).split()
        return frozenset(mark for mark in found if len(mark) > 1)

    lines = (line.partition("|") for line in OPPOSITES.get(language, ()))
    return tuple((marks(one), marks(other)) for one, _, other in lines)
