"""What the rows of a commitment's plain values stand for: records by the name of their row.

A row is named after its kind and the key that lasts: "place|KEN", "priority|12",
"paragraph|doha/para_23", "resource|2". "words" holds the commitment's own texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from coalition.base.text import clean_line, fold
from coalition.instruments.models import ExternalRecord, Provision, SupervisoryComment
from coalition.partners.models import Priority
from coalition.places.models import Level, Place
from coalition.results.models import Unit, UnitKind
from coalition.themes.models import Challenge, Theme

Values = dict[str, dict[str, str]]
Table = Mapping[str, Mapping[str, str]]

WORDS_ROW = "words"
TEXTS = ("title", "promise", "for_whom", "in_line_with", "help_wanted")
WORDS = (
    *("title", "language", "promise", "for_whom", "level", "in_line_with"),
    *("starts_on", "ends_on", "needs_help", "help_wanted"),
)
RESOURCE = ("kind", "words", "amount", "unit", "year")
PARAGRAPH = ("named", "how")
NAMED = ("named",)


@dataclass(frozen=True)
class Listed:
    """A kind of row that names a record of a list: where the commitment keeps them, and how they
    are found. Keys are codes, or numbers where `by` is pk."""

    attribute: str
    by: str
    rows: Callable[[], Any]


LISTS: Mapping[str, Listed] = {
    "place": Listed("places", "code", lambda: Place.objects.all()),
    "theme": Listed("themes", "code", lambda: Theme.objects.all()),
    "challenge": Listed("challenges", "code", lambda: Challenge.objects.all()),
    "priority": Listed("priorities", "pk", lambda: Priority.objects.select_related("theme")),
    "comment": Listed(
        "comments",
        "pk",
        lambda: SupervisoryComment.objects.select_related("party__place").prefetch_related(
            "instruments"
        ),
    ),
    "record": Listed(
        "external_records", "pk", lambda: ExternalRecord.objects.select_related("register")
    ),
}


def row_name(kind: str, key: object) -> str:
    """The name of a row: "theme|rights"."""
    return f"{kind}|{key}"


def kind_of(row: str) -> str:
    """The kind of a row by its name: "words", "place", "paragraph", "resource" …"""
    return row.partition("|")[0]


def key_of(row: str) -> str:
    """What a row is about, by its name."""
    return row.partition("|")[2]


def number_of(row: str) -> int | None:
    """The number in a row's name; None where it is none that a database could hold."""
    key = key_of(row)
    return int(key) if key.isascii() and key.isdecimal() and len(key) <= 18 else None


def fields_of(row: str) -> tuple[str, ...]:
    """The fields that a row can have; none where no commitment has such a row."""
    kind = kind_of(row)
    if row == WORDS_ROW:
        return WORDS
    if kind == "resource":
        number = number_of(row)
        is_number = number is not None and 0 < number < 2**15 and key_of(row) == str(number)
        return RESOURCE if is_number else ()
    if kind == "paragraph":
        return PARAGRAPH
    return NAMED if kind in LISTS else ()


def provision_row(provision: Provision) -> str:
    """The name of a paragraph's row; read with its instrument."""
    return row_name("paragraph", f"{provision.instrument.code}/{provision.eid}")


@dataclass(frozen=True)
class Ground:
    """What these rows may stand for, read once."""

    records: Mapping[str, Any]  # by the name of their row; what is not there is not known
    levels: Mapping[str, Level]
    currencies: Mapping[str, Unit]  # by code and by every name, folded

    def currency(self, word: str) -> Unit | None:
        return self.currencies.get(fold(word))


def ground(*tables: Table) -> Ground:
    """The records that the rows of these tables name. One query for each kind that is named, one
    for the levels and one for currencies; nothing is asked for what no row is about."""
    rows = dict.fromkeys(row for table in tables for row in table)
    records: dict[str, Any] = {}
    for kind, listed in LISTS.items():
        keys = [_key(row, listed.by) for row in rows if kind_of(row) == kind]
        if known := [key for key in keys if key is not None]:
            found = listed.rows().filter(**{f"{listed.by}__in": known})
            records |= {row_name(kind, getattr(one, listed.by)): one for one in found}
    records |= _provisions(row for row in rows if kind_of(row) == "paragraph")
    has_words, has_resources = WORDS_ROW in rows, any(kind_of(row) == "resource" for row in rows)
    return Ground(
        records=records,
        levels={one.code: one for one in Level.objects.all()} if has_words else {},
        currencies=_currencies() if has_resources else {},
    )


def _key(row: str, by: str) -> Any:
    """The key as the database may be asked for it; None where it can be none."""
    if by == "pk":
        return number_of(row)
    key = key_of(row)
    return key if key == clean_line(key, limit=100) else None


def _provisions(rows: Iterable[str]) -> dict[str, Provision]:
    wanted: dict[str, list[str]] = {}
    for row in rows:
        code, _slash, eid = key_of(row).partition("/")
        if key_of(row) == clean_line(key_of(row), limit=200):
            wanted.setdefault(code, []).append(eid)
    if not wanted:
        return {}
    asked = Q()
    for code, eids in wanted.items():
        asked |= Q(instrument__code=code, eid__in=eids)
    found = Provision.objects.filter(asked).select_related("instrument")
    return {provision_row(one): one for one in found}


def _currencies() -> dict[str, Unit]:
    """By code, and by every name that one alone bears: "$" would be a guess."""
    money = list(Unit.objects.filter(kind=UnitKind.MONEY))
    by_name: dict[str, Unit | None] = {}
    for each in money:
        for name in {fold(text) for text in (*each.names.values(), *each.short.values())}:
            by_name[name] = None if name in by_name else each
    codes = {fold(each.code): each for each in money}
    return {name: each for name, each in by_name.items() if each} | codes
