"""Names in several languages, kept as one JSON value per record: {"en": "…", "ar": "…"}."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language

FALLBACK = "en"


class Name(str):
    """A name with the language it is in, so that pages can mark foreign words with `lang`."""

    language: str

    def __new__(cls, text: str, language: str) -> Name:
        self = super().__new__(cls, text)
        self.language = language
        return self


def in_language(names: Mapping[str, str], language: str | None = None) -> Name:
    """The name in the language (default: the reader's), else in English, else the first held."""
    wanted = (language or get_language() or FALLBACK).split("-")[0]
    for code in (wanted, FALLBACK):
        if names.get(code):
            return Name(names[code], code)
    for code, text in names.items():
        if text:
            return Name(text, code)
    return Name("", wanted)
