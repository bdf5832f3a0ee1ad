"""What the cells of a list mean: countries, groups and scopes in the words people write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from coalition.base.lists.words import bare
from coalition.partners.models import PartnerGroup, Scope
from coalition.places.models import Place

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


def lookup_of_places(places: Iterable[Place]) -> dict[str, Place]:
    """Countries and regions by code, number and name in the six languages."""
    found: dict[str, Place] = {}
    by_code = {}
    for country in places:
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
