"""What is known of instruments before their text or their parties are read in: code, names, kind.

Facts of public law with their sources, in `data/known.toml`; nothing of it is loaded by itself.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any


def known_facts(symbol: str) -> dict[str, Any]:
    """The entry of the instrument with this symbol; empty where there is none."""
    return _by("symbol").get(symbol.lower(), {})


def facts_of_file(stem: str) -> dict[str, Any]:
    """The entry of the instrument whose text files of this name hold; empty where there is none."""
    return _by("files").get(stem.lower(), {}) or edition_in_file(stem)


def edition_in_file(stem: str) -> dict[str, Any]:
    """The entry of the instrument of which files of this name hold one more edition."""
    return _by("editions").get(stem.lower(), {})


def revising(symbol: str) -> list[str]:
    """Symbols of the instruments that revise this one."""
    return [each["symbol"] for each in _data()["instrument"] if each.get("revises") == symbol]


def known_subject(code: str) -> dict[str, Any]:
    """The subject with this code; KeyError if `known.toml` has none."""
    return next(each for each in _data()["subject"] if each["code"] == code)


def known_source(code: str) -> dict[str, Any]:
    """Title, address and day of the source that an entry names; KeyError if there is none."""
    return dict(_data()["source"][code])


@cache
def _data() -> dict[str, Any]:
    text = resources.files("coalition.instruments").joinpath("data/known.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _by(field: str) -> dict[str, dict[str, Any]]:
    return {key.lower(): entry for entry in _data()["instrument"] for key in _keys(entry, field)}


def _keys(entry: dict[str, Any], field: str) -> Iterator[str]:
    value = entry.get(field, [])
    yield from [value] if isinstance(value, str) else value
