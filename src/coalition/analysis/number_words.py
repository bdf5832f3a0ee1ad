"""Figures in running text, as people write them in the six languages of the United Nations.

"1,2 Mio €", "3万5千", "٤٥ من أصل ٦٠", "two hundred and fifty", "75 %". What only looks like a
figure (dates, years, telephone numbers, numbers of articles and goals) is passed over.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from itertools import pairwise

MARKS = re.compile("[\u200b-\u200f\u061c\u202a-\u202e\u2060-\u2069\ufeff\u0640\u064b-\u0652]")


@dataclass(frozen=True)
class Number:
    """A figure at a place of a text. `other` is what it is where a point or comma before three
    digits sets decimals apart rather than thousands."""

    start: int
    end: int
    value: Decimal
    other: Decimal | None = None
    currency: str = ""  # ISO 4217, lower case
    is_percent: bool = False
    is_range: bool = False  # one end of "10 to 15"
    is_spelled: bool = False  # in words alone
    may_be_year: bool = False


@dataclass(frozen=True)
class Pair:
    """So many out of so many."""

    part: Number
    whole: Number


# --- The tables ------------------------------------------------------------------------------

TABLES = tomllib.loads(
    resources.files("coalition.analysis").joinpath("data/answer_words.toml").read_text("utf-8")
)


def alternatives(name: str) -> str:
    """A table of words as the alternatives of a regular expression."""
    return "|".join(line for line in TABLES[name].splitlines() if line)


CURRENCIES = frozenset(alternatives("currencies").split("|"))

SCALES = {
    1_000: "thousand thousands mille milliers millier mil miles тыс тысяч тысячи тысяча тысячу "
    "тысячами ألف الف آلاف الاف ألفا الفا",
    10_000: "万 萬",
    100_000: "lakh lakhs",
    1_000_000: "million millions millón millon millones mio mln mn млн миллион миллиона миллионов "
    "مليون ملايين مليونا",
    10_000_000: "crore crores",
    100_000_000: "亿 億",
    1_000_000_000: "billion billions bn milliard milliards mds mrd млрд миллиард миллиарда "
    "миллиардов مليار مليارات مليارا",
}
SMALL_SCALES = {
    10: "十",
    100: "hundred hundreds cent cents 百 مئة مائة مية",
    1_000: "千",
}
# Letters that stand for a scale right behind digits, or between these and a sign of money.
SHORT = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "bn": 1_000_000_000, "md": 1_000_000_000}
WORDS = {
    0: "zero zéro cero ноль нуль 零 〇 صفر",
    1: "one un une uno una один одна одно 一 واحد واحدة",
    2: "two deux dos два две двух 二 两 兩 اثنان اثنين اثنتان اثنتين",
    3: "three trois tres три трех трёх 三 ثلاثة ثلاث",
    4: "four quatre cuatro четыре четырех 四 أربعة أربع اربعة اربع",
    5: "five cinq cinco пять пяти 五 خمسة خمس",
    6: "six seis шесть шести 六 ستة ست",
    7: "seven sept siete семь семи 七 سبعة سبع",
    8: "eight huit ocho восемь восьми 八 ثمانية ثماني ثمان",
    9: "nine neuf nueve девять девяти 九 تسعة تسع",
    10: "ten dix diez десять десяти عشرة عشر",
    11: "eleven onze once одиннадцать",
    12: "twelve douze doce двенадцать",
    13: "thirteen treize trece тринадцать",
    14: "fourteen quatorze catorce четырнадцать",
    15: "fifteen quinze quince пятнадцать",
    16: "sixteen seize dieciséis dieciseis шестнадцать",
    17: "seventeen diecisiete семнадцать",
    18: "eighteen dieciocho восемнадцать",
    19: "nineteen diecinueve девятнадцать",
    20: "twenty vingt vingts veinte двадцать عشرون عشرين",
    30: "thirty trente treinta тридцать ثلاثون ثلاثين",
    40: "forty quarante cuarenta сорок أربعون أربعين اربعون اربعين",
    50: "fifty cinquante cincuenta пятьдесят خمسون خمسين",
    60: "sixty soixante sesenta шестьдесят ستون ستين",
    70: "seventy septante setenta семьдесят سبعون سبعين",
    80: "eighty quatre-vingt quatre-vingts ochenta восемьдесят ثمانون ثمانين",
    90: "ninety nonante noventa девяносто تسعون تسعين",
    100: "cien ciento сто",
    200: "doscientos doscientas двести مئتان مئتين مائتان مائتين",
    300: "trescientos trescientas триста ثلاثمئة ثلاثمائة",
    400: "cuatrocientos cuatrocientas четыреста أربعمئة أربعمائة",
    500: "quinientos quinientas пятьсот خمسمئة خمسمائة",
    600: "seiscientos seiscientas шестьсот ستمئة ستمائة",
    700: "setecientos setecientas семьсот سبعمئة سبعمائة",
    800: "ochocientos ochocientas восемьсот ثمانمئة ثمانمائة",
    900: "novecientos novecientas девятьсот تسعمئة تسعمائة",
    2_000: "ألفان ألفين الفان الفين",
    2_000_000: "مليونان مليونين",
}
MONEY = {
    "usd": r"us\$|\$\s?us|\$|us dollars?|dollars?|dólares|dolares|долл(?:ар\w*)?\.?(?: сша)?|美元"
    r"|دولار(?:ا|ات)?(?: أمريكي| امريكي)?",
    "eur": r"€|euros?|евро|欧元|يورو",
    "gbp": r"£|pounds? sterling|livres? sterling|фунт\w* стерлингов|英镑",
    "cny": r"元人民币|人民币|元|yuan|rmb|юан\w*",
    "rub": r"₽|руб(?:л\w*)?\.?",
    "inr": r"₹|rupees?",
    "jpy": r"日元",
    "chf": r"francs? suisses?|swiss francs?",
    "xof": r"francs? cfa|f ?cfa",
}
PER_CENT = (
    r"%|per ?cent\b|pour ?cent\b|por ciento|процент\w*|(?:في|ب)\s?(?:ال)?(?:مئة|مائة|مية)"
    r"|(?:بالمئة|بالمائة)"
)
MONTH = "(?:" + "|".join(sorted(alternatives("months").split("|"), key=len)[::-1]) + r")\b\.?"
YEAR = r"(?:19|20)\d\d"
NO_FIGURES = [
    r"https?://\S+|www\.\S+",
    r"[\w.+-]+@[\w-]+\.[\w.-]+",
    r"\b[a-z]{2,6}-\d{4}-\d+\S*",  # our own references
    r"\+\d[\d\s().-]{6,}\d",
    r"\b\d{4}-\d\d?-\d\d?\b|\b\d\d?[/.]\d\d?[/.](?:\d{4}|\d\d)\b|\b\d{1,2}:\d\d(?::\d\d)?\b",
    rf"\b\d{{1,2}}(?:st|nd|rd|th|er|º|-го|-е)?\s+(?:de\s+|of\s+)?{MONTH}(?:,?\s+(?:de\s+)?{YEAR})?",
    rf"\b{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+{YEAR})?(?!\d)",
    rf"\b{MONTH}\s+(?:de\s+|of\s+)?{YEAR}",
    r"\d{4}年度?(?:\d{1,2}月)?(?:\d{1,2}[日号])?|\d{1,2}月(?:份|底|初)?(?:\d{1,2}[日号])?|第\d+",
    rf"\b{YEAR}\s?[-–—/]\s?(?:{YEAR}|\d\d)\b",
    rf"\b{YEAR}\s*(?:г\.|гг\.|год\w*)|{YEAR}\s?م(?!\w)",
    r"\d+(?:st|nd|rd|th|ème|eme|ère|er|ª|º)\b|\b\d+-(?:й|я|е|го|му|м)\b",
    rf"(?<!\w)(?:{alternatives('numbered')})\s*[:.#-]?\s*\d+(?:[.-]\d+)*",
    r"\b(?:q|h|s|t)[1-4]\b|\bfy\s?\d{2,4}\b|\b[a-z]{1,4}\d+\b",
    # Ages and durations.
    r"\b(?:aged?|âgée?s? de|de edad|edades?|в возрасте|ages?)\s+(?:from |between |de |entre |от )?"
    r"\d+(?:\s?(?:-|–|to|and|à|et|a|y|до)\s?\d+)?",
    r"\d+\s?(?:-|–|to|à|a|до|إلى|至|到)\s?\d+\s?(?:years?|ans|años|лет|سنة|عاما|岁)",
]
NO_FIGURE = re.compile("|".join(NO_FIGURES))
DURATION = re.compile(
    r"[\s-]*(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|heures?|jours?|semaines?|mois"
    r"|ans|années?|horas?|días?|dias?|semanas?|meses|mes|años?|час\w*|дн[ейяю]\w?|день|недел\w+"
    r"|месяц\w*|лет|год\w?|يوما?|أيام|أسابيع|أسبوع|أشهر|شهرا?|سنوات|سنة|أعوام|ساعات?|小时|天|周"
    r"|个月|年|岁)(?!\w)"
)
IN_YEAR = re.compile(
    r"(?:\b(?:in|since|of|for|by|from|until|to|year|during|end|en|depuis|de|pour|d'ici|fin|année|"
    r"desde|para|año|hasta|a|durante|в|с|за|к|до|на|year|exercice|and|et|y|и|than|vs\.?)|في|عام|"
    r"سنة|منذ|العام|لعام|(?<!\w)و)\s*$"
)


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(words, key=len, reverse=True))


def _table(table: dict[int, str]) -> dict[str, int]:
    return {word: value for value, words in table.items() for word in words.split()}


SCALE_OF, SMALL_OF, VALUE_OF = _table(SCALES), _table(SMALL_SCALES), _table(WORDS)
IS_HAN = re.compile(r"[\u4e00-\u9fff〇]")
_SPACED = [one for one in (*SCALE_OF, *SMALL_OF, *VALUE_OF) if not IS_HAN.match(one)]
_HAN = [one for one in (*SCALE_OF, *SMALL_OF, *VALUE_OF) if IS_HAN.match(one)]
DIGITS = (
    r"(?:\d{1,3}(?:[ ']\d{3})+(?!\d)(?:[.,٫]\d+)?|\d{1,3}(?:,\d{3})+(?!,?\d)(?:[.٫]\d+)?"
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?!,?\d)(?:[.٫]\d+)?"
    r"|\d{1,3}(?:\.\d{3})+(?!\.?\d)(?:[,٫]\d+)?|\d+(?:[.,٫]\d+)?)"
)
PIECE = re.compile(
    rf"(?P<digits>{DIGITS})(?P<short>\s?(?:{_alternatives(list(SHORT))})(?=\s?[€$£])|"
    rf"(?:{_alternatives(list(SHORT))})(?![^\W\d_]))?"
    rf"|(?P<word>(?<![^\W\d_])(?:و)?(?:{_alternatives(_SPACED)})(?![^\W\d_])"
    rf"|(?:{_alternatives(_HAN)}))"
)
BETWEEN = re.compile(r"\.?[\s-]*(?:(?:and|et|y)\s+)?(?:de\s+)?")
MONEY_SIGN = "(?:" + "|".join(f"(?P<{code}>{signs})" for code, signs in MONEY.items()) + ")"
MONEY_BEFORE = re.compile(rf"{MONEY_SIGN}\s?$")
MONEY_AFTER = re.compile(rf"\s?(?:de |d'|of )?{MONEY_SIGN}(?![^\W\d_])")
CODE_BEFORE = re.compile(r"(?<![a-z])([a-z]{3})\s?$")
CODE_AFTER = re.compile(r"\s?([a-z]{3})(?![^\W\d_])")
PER_CENT_AFTER = re.compile(rf"\s?(?:{PER_CENT})")
PER_CENT_BEFORE = re.compile(r"百分之\s?$")
RANGE = re.compile(r"\s?(?:[-–—~]|to|à|до|至|到|إلى)\s?")
AND = re.compile(r"\s?(?:and|et|y|e|и|和|و)\s?")
AMONG = re.compile(r"(?:\b(?:between|entre|между)|介于|在|بين)\s?$")
# Words of a language that are numbers too, but mostly articles, or mean something else.
NEVER_ALONE = {*WORDS[1].split(), "once", "six", "cent", "cents", "百", "十", "ست", "عشر", "mil"}


def plain(text: str) -> str:
    """The text in one form of digits, blanks and letters, sign for sign as long as `text`.

    Marks of direction and vowel signs must have been taken out before (`MARKS`).
    """
    return re.sub(r"(?<=\d)[，،](?=\d)", ",", "".join(_plain(sign) for sign in text))


def _plain(sign: str) -> str:
    if sign.isascii():
        return sign.lower()
    if (digit := unicodedata.decimal(sign, None)) is not None:
        return str(digit)
    small = sign.lower()
    return _SAME.get(sign) or (small if len(small) == 1 else sign)


_SAME = dict.fromkeys("\u00a0\u202f\u2009\u2007\u3000", " ") | dict.fromkeys("’٬ʼ", "'")
_SAME |= dict.fromkeys("٪％", "%") | {"．": ".", "−": "-", "／": "/", "＄": "$", "：": ":"}


# --- Finding ---------------------------------------------------------------------------------


def numbers(text: str) -> list[Number]:
    """All figures of a text given by `plain`, in order, apart."""
    hidden = [match.span() for match in NO_FIGURE.finditer(text)]
    found: list[Number] = []
    place = 0
    while match := PIECE.search(text, place):
        covering = next((end for start, end in hidden if start <= match.start() < end), None)
        if covering is not None:
            place = max(covering, match.start() + 1)
            continue
        number = _composed(text, match)
        place = max(number.end, match.end()) if number else match.end()
        if number is not None and not _is_inside_a_word(text, match):
            found.append(number)
    return _without_ranges(text, found)


def _is_inside_a_word(text: str, match: re.Match[str]) -> bool:
    """Digits grown together with Latin or Cyrillic letters before them, such as C190."""
    if not match["digits"] or not match.start():
        return False
    before = text[match.start() - 1]
    is_word = before.isalpha() and (before < "\u0590")
    if is_word:
        money = CODE_BEFORE.search(text, 0, match.start())
        return not (money and money[1] in CURRENCIES)
    return before in "#№_" or (
        before in ".-" and text[match.start() - 2 : match.start() - 1].isdigit()
    )


def _composed(text: str, match: re.Match[str]) -> Number | None:
    """The figure that begins with this piece, with all pieces that continue it."""
    total, section, current = Decimal(0), Decimal(0), None
    other: Decimal | None = None
    pieces, end, is_spelled = [match], match.start(), True
    piece: re.Match[str] | None = match
    is_open = True
    while piece is not None and is_open:
        if piece["digits"]:
            if current is not None or (section and not IS_HAN.match(text[end - 1 : end])):
                break
            if total and not IS_HAN.search(text[match.start() : end]) and "." in piece["digits"]:
                break
            current, second = _digits(piece["digits"])
            if len(pieces) == 1:
                other, is_spelled = second, False
            if short := (piece["short"] or "").strip():
                total, current, other = (
                    (other if other is not None else current) * SHORT[short],
                    None,
                    None,
                )
        else:
            word = piece["word"]
            bare = word[1:] if word.startswith("و") and word not in _KNOWN else word
            if bare in SCALE_OF:
                scale = SCALE_OF[bare]
                if other is not None:  # "1.234 million" has decimals
                    current, other = other, None
                amount = section + (current or 0)
                if not amount and current is None:
                    total = total * scale if total else Decimal(scale)
                elif scale == 100_000_000 and total:
                    total = (total + amount) * scale
                else:
                    total += amount * scale
                section, current = Decimal(0), None
            elif bare in SMALL_OF:
                scale = SMALL_OF[bare]
                section += (Decimal(1) if current is None else current) * scale
                current = None
            else:
                value = Decimal(VALUE_OF[bare])
                if current is None:
                    if section and value >= 100:
                        break
                    current = value
                elif _may_follow(current, value, word.startswith("و") and bare != word):
                    current += value
                else:
                    break
        end = piece.end()
        gap = BETWEEN.match(text, end)
        following = PIECE.match(text, gap.end() if gap else end)
        if following is not None and not _continues(text, end, following, current):
            following = None
        if following is not None:
            pieces.append(following)
        piece = following
    if end == match.start():
        return None
    value = total + section + (current or 0)
    words = text[match.start() : end]
    if is_spelled and (words.strip() in NEVER_ALONE or value == 1):
        return None
    return _dressed(text, match.start(), end, value, other, is_spelled)


_KNOWN = {*SCALE_OF, *SMALL_OF, *VALUE_OF}


def _continues(text: str, end: int, piece: re.Match[str], current: Decimal | None) -> bool:
    """Does this piece belong to the figure before it?"""
    between = text[end : piece.start()]
    if piece["digits"]:
        # "3万5千" goes on; "2 million 300 thousand" too, but not a second figure.
        return not between and bool(IS_HAN.match(text[end - 1 : end]))
    if "-" in between and text[end - 1 : end].isdigit():
        return False
    if between.strip() in ("and", "et", "y", "and de") and text[end - 1 : end].isdigit():
        return False
    if "de" in between.split():  # "deux millions de", but not "12 de cien"
        return False
    bare = piece["word"]
    bare = bare[1:] if bare.startswith("و") and bare not in _KNOWN else bare
    if text[end - 1 : end].isdigit() and bare in VALUE_OF:
        return False
    return bare in SCALE_OF or bare in SMALL_OF or not text[end - 1 : end].isdigit()


def _may_follow(current: Decimal, value: Decimal, is_joined: bool) -> bool:
    """ "Twenty five", "soixante douze", "ciento veinte"; in Arabic "five and twenty" too."""
    if is_joined and current < 10 and value >= 20 and value % 10 == 0 and value < 100:
        return True
    if current < 10 and value == 10:  # خمسة عشر
        return True
    if current % 100 == 0 and current:
        return value < 100
    if current in (20, 60, 80):
        return value < 20
    return current % 10 == 0 and current >= 10 and value < 10


def _digits(text: str) -> tuple[Decimal, Decimal | None]:
    """The value, and the other one that the same signs may have."""
    signs = [sign for sign in text if not sign.isdigit()]
    if not signs:
        return Decimal(text), None
    last = signs[-1]
    whole, part = text[: text.rindex(last)], text[text.rindex(last) + 1 :]
    bare = re.sub(r"\D", "", whole)
    as_decimals = Decimal(f"{bare}.{part}")
    as_groups = Decimal(bare + part)
    if last in " '":
        return as_groups, None
    if (
        last == "٫"
        or len(part) != 3
        or (len(bare) > 3 and len(signs) == 1)
        or whole.startswith("0")
    ):
        return as_decimals, None
    if len(signs) > 1:
        return (as_groups, None) if len(set(signs)) == 1 else (as_decimals, None)
    return as_groups, as_decimals


def _dressed(
    text: str, start: int, end: int, value: Decimal, other: Decimal | None, is_spelled: bool
) -> Number:
    """The figure with the signs of money or of a percentage beside it."""
    currency, is_percent = "", False
    is_year = bool(re.fullmatch(YEAR, text[start:end])) and (
        IN_YEAR.search(text, max(0, start - 20), start) is not None
    )
    may_be_year = bool(re.fullmatch(YEAR, text[start:end]))
    if PER_CENT_BEFORE.search(text, 0, start):
        is_percent = True
    elif after := PER_CENT_AFTER.match(text, end):
        end, is_percent = after.end(), True
    elif before := MONEY_BEFORE.search(text, max(0, start - 30), start):
        start, currency = before.start(), _currency(before)
    elif after := MONEY_AFTER.match(text, end):
        end, currency = after.end(), _currency(after)
    elif (before := CODE_BEFORE.search(text, max(0, start - 5), start)) and (
        before[1] in CURRENCIES
    ):
        start, currency = before.start(), before[1]
    elif (after := CODE_AFTER.match(text, end)) and after[1] in CURRENCIES:
        end, currency = after.end(), after[1]
    return Number(
        start,
        end,
        value,
        other,
        currency,
        is_percent,
        is_spelled=is_spelled,
        may_be_year=may_be_year and not (currency or is_percent) if not is_year else True,
    )


def _currency(match: re.Match[str]) -> str:
    return next(code for code, sign in match.groupdict().items() if sign)


def _without_ranges(text: str, found: list[Number]) -> list[Number]:
    """Both ends of "10 to 15" say that they are ends."""
    ends = {
        at
        for at in range(len(found) - 1)
        if RANGE.fullmatch(text, found[at].end, found[at + 1].start)
        or (
            AND.fullmatch(text, found[at].end, found[at + 1].start)
            and AMONG.search(text, max(0, found[at].start - 12), found[at].start)
        )
    }
    ends |= {at + 1 for at in ends}
    return [
        Number(**{**one.__dict__, "is_range": True}) if at in ends else one
        for at, one in enumerate(found)
    ]


# --- So many out of so many ------------------------------------------------------------------

NOUN = r"(?:\s?[^\W\d_]+(?:\s[^\W\d_]+){0,2}?)?"
OUT_OF = re.compile(
    rf"{NOUN}\s?(?:/|\b(?:out of|of|from|sur|parmi|de|из|among)\b|من أصل|من بين|من اصل|من)"
    r"\s?(?:(?:the|a total of|all|our|all the|un total de|un total de las?|los|las|les|total de|"
    r"общего числа|общих|إجمالي|مجموع|ما مجموعه|كل)\s?)?"
)
# Chinese names the whole first ("60家中有45家"), and so may others: "sur 60 entreprises, 45 ont".
OUT_OF_HAN = re.compile(r"\s?[\u4e00-\u9fff]{0,4}(?:中|之中|里)的?，?(?:有|已有|共有)?\s?")
OF_BEFORE = re.compile(
    r"(?:\b(?:out of|of|from among|sur|parmi|de|из)|من بين|من أصل|من)"
    r"(?: (?:the|our|all|los|las|les|nos|nuestras|общих|كل))?\s?$"
)
FEW_WORDS = re.compile(r"\s(?:[^\W\d_]+[,،]?\s){0,6}")


def pairs(text: str, found: list[Number]) -> Iterator[Pair]:
    """Which of the figures stand together as a part and its whole."""
    for one, two in pairwise(found):
        if one.is_percent or two.is_percent or one.currency != two.currency:
            continue
        if OUT_OF.fullmatch(text, one.end, two.start) and one.value <= two.value:
            yield Pair(one, two)
        elif two.value <= one.value and (
            OUT_OF_HAN.fullmatch(text, one.end, two.start)
            or (
                OF_BEFORE.search(text, max(0, one.start - 24), one.start)
                and FEW_WORDS.fullmatch(text, one.end, two.start)
            )
        ):
            yield Pair(two, one)
