"""What the cells of a list mean: days, countries, groups and scopes in the words people write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from coalition.base.errors import Refused
from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.text import clean_line, fold
from coalition.partners.models import PartnerGroup, Scope
from coalition.places.models import Place

# --- Days ------------------------------------------------------------------------------------

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv enero ene января январь янв يناير كانون_الثاني",
            "february feb février fevr febrero февраля февраль фев فبراير شباط",
            "march mar mars marzo марта март مارس آذار",
            "april apr avril avr abril abr апреля апрель апр أبريل نيسان",
            "may mai mayo мая май مايو أيار",
            "june jun juin junio июня июнь июн يونيو حزيران",
            "july jul juillet juil julio июля июль июл يوليو تموز",
            "august aug août agosto ago августа август авг أغسطس آب",
            "september sep sept septembre septiembre сентября сентябрь сен سبتمبر أيلول",
            "october oct octobre octubre октября октябрь окт أكتوبر تشرين_الأول",
            "november nov novembre noviembre ноября ноябрь ноя نوفمبر تشرين_الثاني",
            "december dec décembre diciembre dic декабря декабрь дек ديسمبر كانون_الأول",
        ),
        start=1,
    )
    for name in fold(names).split()
}
EARLIEST = 1900
WORDED = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|er)?\.?\s+(?:de\s+)?(?P<month>[^\W\d]+(?: [^\W\d]+)?)\.?,?"
    r"\s+(?:de\s+)?(?P<year>\d{4})(?:\s*г\.?)?"
)
WORDED_AMERICAN = re.compile(
    r"(?P<month>[^\W\d]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"
)
CHINESE = re.compile(r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日")
YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
WITH_DOTS = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})")
EITHER_WAY = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
CLOCK = re.compile(r"[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?$")


def day_of(value: Any) -> date:
    """A day from a cell: a day already, ISO, or a form that can only be read one way.

    Raises Refused where it can be read in two ways (03/04/2026), is no day, or lies before 1900.
    """
    if isinstance(value, date):
        return _plausible(value, value.isoformat())
    text = _ascii_digits(CLOCK.sub("", clean_line(str(value), limit=60)))
    folded = fold(text)
    for form in (YEAR_FIRST, WITH_DOTS, CHINESE, WORDED, WORDED_AMERICAN):
        if found := form.fullmatch(folded):
            return _day(found["year"], found["month"], found["day"], text)
    if found := EITHER_WAY.fullmatch(text):
        one, other = int(found[1]), int(found[2])
        if one <= 12 and other <= 12 and one != other:
            raise Refused(
                _(
                    "“%(text)s” can be read as two different days. Please write it as "
                    "%(year)s-%(one)s-%(other)s or %(year)s-%(other)s-%(one)s."
                )
                % {"text": text, "year": found[3], "one": f"{one:02d}", "other": f"{other:02d}"}
            )
        day, month = (other, one) if other > 12 else (one, other)
        return _day(found[3], str(month), str(day), text)
    raise _no_day(text)


def _day(year: str, month: str, day: str, text: str) -> date:
    name = month.removesuffix(" de").replace(" ", "_")
    number = int(month) if month.isdigit() else MONTHS.get(name, 0)
    try:
        return _plausible(date(int(year), number, int(day)), text)
    except ValueError as error:
        raise (error if isinstance(error, Refused) else _no_day(text)) from None


def _plausible(day: date, text: str) -> date:
    if day.year < EARLIEST:
        raise _no_day(text)
    return day


def _no_day(text: str) -> Refused:
    return Refused(
        _("“%(text)s” is no day that we can read. Please write it as 2026-01-15.") % {"text": text}
    )


def _ascii_digits(text: str) -> str:
    """Arabic and other digits as 0 … 9."""
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)


# --- Rows of vocabularies ----------------------------------------------------------------------

# Names in daily use that ISO and M49 do not hold.
DAILY_NAMES = {
    "BOL": ("Bolivia", "Bolivie", "Боливия"),
    "BRN": ("Brunei",),
    "CIV": ("Ivory Coast", "Costa de Marfil", "Кот-д’Ивуар"),
    "COD": ("DR Congo", "DRC", "Congo-Kinshasa", "RDC", "République démocratique du Congo"),
    "COG": ("Congo-Brazzaville", "Republic of the Congo"),
    "CPV": ("Cape Verde",),
    "CZE": ("Czech Republic", "République tchèque", "República Checa", "Чешская Республика"),
    "FSM": ("Micronesia",),
    "GBR": ("UK", "United Kingdom", "Great Britain", "Royaume-Uni", "Reino Unido"),
    "IRN": ("Iran", "Irán", "Иран", "إيران", "伊朗"),
    "KOR": ("South Korea", "Korea", "Corée du Sud", "Corea del Sur", "Южная Корея", "韩国"),
    "LAO": ("Laos", "Лаос", "老挝"),
    "MDA": ("Moldova", "Moldavie", "Молдова"),
    "MKD": ("Macedonia",),
    "NLD": ("Netherlands", "The Netherlands", "Holland", "Pays-Bas", "Países Bajos"),
    "PRK": ("North Korea", "DPRK"),
    "PSE": ("Palestine", "Palestina", "فلسطين", "Палестина", "巴勒斯坦"),
    "RUS": ("Russia", "Russie", "Rusia", "Россия", "روسيا", "俄罗斯"),
    "SWZ": ("Swaziland",),
    "SYR": ("Syria", "Syrie", "Siria", "سوريا", "Сирия", "叙利亚"),
    "TLS": ("East Timor",),
    "TUR": ("Turkey", "Turquie", "Turquía", "Турция", "تركيا", "土耳其"),
    "TZA": ("Tanzania", "Tanzanie", "Танзания", "坦桑尼亚"),
    "USA": ("US", "U.S.", "U.S.A.", "United States", "États-Unis", "Estados Unidos", "США", "美国"),
    "VEN": ("Venezuela", "Венесуэла", "委内瑞拉"),
    "VNM": ("Vietnam", "Вьетнам", "越南"),
}
SCOPE_WORDS = {
    Scope.NATIONAL: ("national", "nacional", "national level", "国家", "وطني", "национальный"),
    Scope.REGIONAL: ("regional", "régional", "区域", "地区", "إقليمي", "региональный"),
    Scope.INTERNATIONAL: (
        *("international", "internacional", "global", "worldwide", "mondial", "mundial"),
        *("国际", "全球", "دولي", "международный", "глобальный"),
    ),
}


def bare(text: str) -> str:
    """A word for looking it up: folded, without signs, one space between words."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())


def lookup_of_countries(countries: Iterable[Place]) -> dict[str, Place]:
    """Countries by code, number and name in the six languages."""
    found: dict[str, Place] = {}
    by_code = {}
    for country in countries:
        by_code[country.code] = country
        for text in (country.code, country.iso2, country.m49, *country.names.values()):
            # "Iran (Islamic Republic of)" is also found without what stands in brackets.
            for name in (text, re.sub(r"\s*[(（].*[)）]", "", text)):
                if bare(name):
                    found.setdefault(bare(name), country)
    for code, names in DAILY_NAMES.items():
        if code in by_code:
            for name in names:
                found.setdefault(bare(name), by_code[code])
    return found


def lookup_of_groups(groups: Iterable[PartnerGroup]) -> dict[str, PartnerGroup]:
    """Groups by code, name and short name in the six languages."""
    found: dict[str, PartnerGroup] = {}
    for group in groups:
        for text in (group.code, *group.names.values(), *group.short.values()):
            found.setdefault(bare(text), group)
    return found


SCOPES = {bare(word): scope.value for scope, words in SCOPE_WORDS.items() for word in words} | {
    bare(str(scope.value)): scope.value for scope in Scope
}
LANGUAGES = {bare(name): code for code, name in LANGUAGE_NAMES.items()} | {
    code: code for code in LANGUAGE_NAMES
}
LANGUAGES |= {
    bare(word): code
    for code, words in {
        "ar": ("Arabic", "arabe", "árabe", "арабский", "阿拉伯文"),
        "en": ("English", "anglais", "inglés", "английский", "英文", "الإنجليزية"),
        "es": ("Spanish", "espagnol", "испанский", "西班牙文", "الإسبانية"),
        "fr": ("French", "francés", "французский", "法文", "الفرنسية"),
        "ru": ("Russian", "russe", "ruso", "俄文", "الروسية"),
        "zh": ("Chinese", "chinois", "chino", "китайский", "الصينية"),
    }.items()
    for word in words
}


def found_in(table: Mapping[str, Any], text: str, sentence: str) -> Any:
    """What the word means, or Refused with the sentence (which holds %(text)s)."""
    value = table.get(bare(text))
    if value is None:
        raise Refused(sentence % {"text": clean_line(text, limit=80)})
    return value


# --- Names -----------------------------------------------------------------------------------

SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


def mixed_word(text: str) -> str:
    """The first word whose letters come from scripts that look alike, such as Latin and Cyrillic,
    or "": so one name can be made to look like another."""
    for word in () if text.isascii() else re.findall(r"[^\W\d_]+", text):
        scripts = {unicodedata.name(c, "").partition(" ")[0] for c in word}
        if len(scripts.intersection(SCRIPTS)) > 1:
            return word
    return ""


def script_language(text: str) -> str:
    """The language whose script the name is written in, English for Latin letters."""
    scripts = {unicodedata.name(c, "").partition(" ")[0] for c in text if c.isalpha()}
    for script, language in (("ARABIC", "ar"), ("CYRILLIC", "ru"), ("CJK", "zh")):
        if script in scripts:
            return language
    return "en"
