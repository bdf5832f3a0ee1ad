"""What the cells of a list of commitments mean: codes for the words that people write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _

from coalition.base.errors import Refused
from coalition.base.lists.words import bare, found_in
from coalition.base.text import clean_line
from coalition.commitments.models import PartRole, ResourceKind
from coalition.partners.roster.values import lookup_of_places
from coalition.places.models import Level, Place
from coalition.results.models import Unit
from coalition.themes.models import Challenge, Theme

BETWEEN = re.compile(r"[;\n；؛]")
COMMAS = re.compile(r"[,،、，]")
PART = re.compile(
    r"(?P<partner>[^()（）]+?)\s*[(（](?P<role>[^()（）]*)[)）]\s*[:：]?\s*(?P<what>.*)"
)
MOST = 60  # names in one cell
IN_WORDS = ("in words", "words", "text", "texte", "texto", "словами", "文字", "نص")


@dataclass(frozen=True)
class Asked:
    """A part that a cell names: who, as typed; the role; what the partner does."""

    partner: str
    role: str
    what: str


@dataclass
class Words:
    """The words of the vocabularies, in six languages, read once."""

    levels: dict[str, str] = field(default_factory=lambda: _codes(Level.objects.all()))
    themes: dict[str, str] = field(
        default_factory=lambda: _codes(Theme.objects.filter(retired_on=None))
    )
    challenges: dict[str, str] = field(
        default_factory=lambda: _codes(Challenge.objects.filter(retired_on=None))
    )
    units: dict[str, Unit] = field(
        default_factory=lambda: _rows(Unit.objects.filter(retired_on=None))
    )
    places: dict[str, str] = field(
        default_factory=lambda: {
            name: place.code for name, place in lookup_of_places(Place.objects.all()).items()
        }
    )
    kinds: dict[str, str] = field(default_factory=lambda: _choices(ResourceKind))
    roles: dict[str, str] = field(default_factory=lambda: _choices(PartRole))

    def level(self, cell: str) -> str:
        sentence = _("“%(text)s” is none of: national, regional, international.")
        return str(found_in(self.levels, cell, sentence))

    def unit(self, cell: str) -> Unit | None:
        """None where it says that all is in words."""
        if bare(cell) in IN_WORDS:
            return None
        sentence = _("“%(text)s” is no unit that we know. The sheet “Codes” lists them.")
        return found_in(self.units, cell, sentence)

    def several(self, table: Mapping[str, str], cell: str, sentence: str) -> list[str]:
        """The codes of all names in a cell. Between them stands a semicolon or a new line; a comma
        too, where a name does not hold it."""
        codes: dict[str, None] = {}
        for piece in pieces(cell):
            codes |= dict.fromkeys(_codes_in(table, piece, sentence))
        if len(codes) > MOST:
            raise Refused(_("These are more than %(most)s names.") % {"most": MOST})
        return list(codes)

    def resources(self, cell: str) -> list[dict[str, str]]:
        """Means in words, each perhaps with its kind before it."""
        found = []
        for piece in pieces(cell):
            head, colon, words = piece.partition(":" if ":" in piece else "：")
            kind = self.kinds.get(bare(head)) if colon else None
            if kind == ResourceKind.FINANCIAL:
                raise Refused(_("Money has columns of its own: amount, currency and year."))
            text = words.strip() if kind else piece
            found.append({"kind": kind or ResourceKind.OTHER.value, "words": text})
        return found

    def parts(self, cell: str) -> list[Asked]:
        found = []
        for piece in pieces(cell):
            match = PART.fullmatch(piece)
            role = self.roles.get(bare(match["role"])) if match else None
            if match is None or role is None or not match["what"]:
                raise Refused(
                    _(
                        "“%(text)s” does not say who does what. Please write it so: "
                        "PAR-2026-0007 (funding): pays the hall. Roles are: %(roles)s."
                    )
                    % {"text": piece[:80], "roles": ", ".join(PartRole.values)}
                )
            found.append(Asked(match["partner"], role, match["what"]))
        return found


def money(cells: Mapping[str, str]) -> list[dict[str, str]]:
    """Amounts with their currencies and years, from three cells of one row. One currency or year
    serves all amounts. Raises Refused where their numbers differ."""
    amounts = pieces(cells.get("amount", ""))
    shared = {}
    for code in ("currency", "year"):
        given = pieces(cells.get(code, ""))
        if len(given) not in (0, 1, len(amounts)):
            raise Refused(
                _(
                    "There are %(amounts)s amounts, but %(given)s currencies or years. Please "
                    "give one for all, or one for each."
                )
                % {"amounts": len(amounts), "given": len(given)}
            )
        shared[code] = given if len(given) == len(amounts) else given * len(amounts)
    return [
        {
            "kind": ResourceKind.FINANCIAL.value,
            "amount": amount,
            "unit": shared["currency"][at] if shared["currency"] else "",
            "year": shared["year"][at] if shared["year"] else "",
        }
        for at, amount in enumerate(amounts)
    ]


def pieces(cell: str) -> list[str]:
    return [line for piece in BETWEEN.split(cell) if (line := clean_line(piece, limit=2000))]


def _codes_in(table: Mapping[str, str], piece: str, sentence: str) -> list[str]:
    if bare(piece) in table:
        return [table[bare(piece)]]
    words = [word for word in COMMAS.split(piece) if word.strip()]
    codes, at = [], 0
    while at < len(words):
        # "Inequalities, discrimination and exclusion" is one name: the longest counts.
        for end in range(len(words), at, -1):
            if code := table.get(bare(" ".join(words[at:end]))):
                codes.append(code)
                at = end
                break
        else:
            raise Refused(sentence % {"text": clean_line(words[at], limit=80)})
    return codes


def _rows(entries: Iterable[Any]) -> dict[str, Any]:
    """Entries of a vocabulary by code, and by each name and short name that one alone bears."""
    by_name: dict[str, Any] = {}
    by_code = {}
    for one in entries:
        by_code[bare(one.code)] = one
        for name in {
            bare(text) for text in (*one.names.values(), *getattr(one, "short", {}).values())
        }:
            by_name[name] = None if name in by_name else one
    return {name: one for name, one in by_name.items() if name and one} | by_code


def _codes(entries: Iterable[Any]) -> dict[str, str]:
    return {name: one.code for name, one in _rows(entries).items()}


def _choices(choices: type[TextChoices]) -> dict[str, str]:
    """Values by themselves and by their labels in the languages of the pages."""
    found = {bare(one.value): str(one.value) for one in choices}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {bare(str(one.label)): str(one.value) for one in choices}
    return found
