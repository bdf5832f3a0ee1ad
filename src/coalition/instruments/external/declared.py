"""Which registers of others can be taken in, and what the columns of their lists hold.

They are declared in `data/registers.toml`, which says what each line means.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from django.conf.locale import LANG_INFO

from coalition.base.errors import Refused
from coalition.base.text import fold

FIELDS = (
    *("party_code", "party_name", "title", "kind", "language", "version", "status"),
    *("submitted_on", "url", "file_name"),
)
NEEDED = ("party_name", "title", "kind")
TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")


@dataclass(frozen=True)
class Declared:
    """A register of others as its list is read."""

    code: str
    names: Mapping[str, str]
    source_title: str
    columns: Mapping[str, str]  # what we ask for: the heading of its column
    key: tuple[str, ...]  # headings
    kinds: Mapping[str, str]
    about: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    source_url: str = ""
    told_apart: tuple[str, ...] = ()  # headings
    parties: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    nothing: tuple[str, ...] = ()
    short: Mapping[str, str] = field(default_factory=dict)
    title_language: str = "en"
    month: str = ""
    is_example: bool = False

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading that the list has to have, in order, each once."""
        return tuple(dict.fromkeys((*self.columns.values(), *self.key, *self.told_apart)))

    def shortened(self, title: str) -> str:
        """The title as it is compared with others: long words for the same made short."""
        title = fold(title)
        for long, short in self.short.items():
            title = title.replace(fold(long), short)
        return title

    def month_of(self, url: str) -> str:
        """The month in which the file at this address was put there: "2025-09", or ""."""
        found = re.search(self.month, url) if self.month else None
        return found[1] if found else ""

    def language(self, words: str) -> str:
        """The BCP 47 tag of a language as the register writes it; "" where it is not known."""
        if TAG.match(words):
            return words
        return self.languages.get(words) or _by_name().get(fold(words), "")


@cache
def _by_name() -> dict[str, str]:
    """The tags of languages by their names in English and in themselves, as Django knows them."""
    held = {code: each for code, each in LANG_INFO.items() if "name" in each}
    shortest_first = sorted(held.items(), key=lambda pair: (-len(pair[0]), pair[0]))
    names = {fold(each["name_local"]): code for code, each in shortest_first}
    return names | {fold(each["name"]): code for code, each in shortest_first}


def declared(code: str) -> Declared:
    """The register with this code. Raises Refused, with the codes there are, for any other."""
    held = _all()
    if code not in held:
        raise Refused(
            f"No register “{code[:40]}” is declared. There are: {', '.join(sorted(held))}. Another "
            "one is an entry in data/registers.toml."
        )
    return held[code]


def all_declared() -> list[Declared]:
    """Every register that can be taken in, by code."""
    return [each for _code, each in sorted(_all().items())]


@cache
def _all() -> dict[str, Declared]:
    file = resources.files("coalition.instruments").joinpath("data/registers.toml")
    return {
        code: _read(code, each) for code, each in tomllib.loads(file.read_text("utf-8")).items()
    }


def _read(code: str, entry: dict[str, Any]) -> Declared:
    source = entry.pop("source")
    lists = {name: tuple(entry.pop(name, ())) for name in ("key", "told_apart", "nothing")}
    made = Declared(
        code=code, source_title=source["title"], source_url=source["url"], **lists, **entry
    )
    if missing := [each for each in NEEDED if each not in made.columns]:
        raise ValueError(f"registers.toml, {code}: no column is declared for {missing[0]}.")
    if unknown := made.columns.keys() - set(FIELDS):
        raise ValueError(f"registers.toml, {code}: {min(unknown)} is nothing that we ask for.")
    return made
