"""What records of IATI are made of: parts, which are values of named fields, and raw elements for
whatever has no field.

A field comes from the attribute or the element of its name (`period_start` from `period-start`), or
of the one its type is annotated with. `shapes.py` reads parts out of elements, `writing.py` writes
them, both by the form of the standard; so a part needs no code of its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, NamedTuple

ITSELF = "="  # a field that holds the value of the element itself
FULLER = "="


class Raw(NamedTuple):
    """An element as it came: texts alone. What belongs to a part itself and has no field is one
    too: an attribute (`@` before its name), or loose words (no name). So is an element of which a
    field holds the value, and which says more than that (`=` before its name). Names of other
    namespaces are the namespace, a blank, the name."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    text: str = ""
    children: tuple[Raw, ...] = ()


@dataclass(frozen=True)
class Part:
    """A part of a record. `rest` is what no field can hold: elements and attributes of other
    namespaces, values that are not of their kind, what stands there once too often, elements the
    platform has no use for. All of it is written again.

    An element that says more than its field (a status with an attribute of another namespace; an
    empty text, which a field cannot tell from a missing one) is written in place of the field as
    long as the field says the same; otherwise the field is what counts."""

    rest: tuple[Raw, ...] = dataclasses.field(default=(), kw_only=True)


@dataclass(frozen=True)
class Narrative(Part):
    """Words in a language; in that of the record where it names none."""

    text: Annotated[str, ITSELF] = ""
    language: Annotated[str, "xml:lang"] = ""


Words = tuple[Narrative, ...]


def by_language(words: Words, default: str = "") -> Mapping[str, str]:
    """The words by the language they are in, those that name none by `default`. The first of a
    language counts."""
    found: dict[str, str] = {}
    for one in words:
        found.setdefault((one.language or default).lower(), one.text)
    return found


@dataclass(frozen=True)
class Money(Part):
    """An amount; in the currency of the record where it names none."""

    amount: Annotated[Decimal | None, ITSELF] = None
    currency: str = ""
    value_date: date | None = None


@dataclass(frozen=True)
class Reporter(Part):
    """Who publishes a record."""

    ref: str = ""
    type: str = ""
    is_secondary: Annotated[bool | None, "secondary-reporter"] = None
    narratives: Annotated[Words, "narrative"] = ()


@dataclass(frozen=True)
class Country(Part):
    code: str = ""
    narratives: Annotated[Words, "narrative"] = ()


@dataclass(frozen=True)
class Code(Part):
    """A code of a list that has a number of its own, or that somebody keeps at an address: a
    sector, a region, a tag. What a missing vocabulary stands for, `versions.IMPLIED` tells."""

    code: str = ""
    vocabulary: str = ""
    vocabulary_uri: str = ""
    narratives: Annotated[Words, "narrative"] = ()


@dataclass(frozen=True)
class DocumentLink(Part):
    url: str = ""
    format: str = ""
    title: Words = ()
    description: Words = ()
    categories: Annotated[tuple[str, ...], "category"] = ()
    languages: Annotated[tuple[str, ...], "language"] = ()
    day: Annotated[date | None, "document-date"] = None


# --- Texts of values -------------------------------------------------------------------------


def as_text(value: object) -> str:
    """A value as XML Schema writes it. Raises ValueError for an infinite number or none at all."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is no amount that a file can hold.")
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)
