"""Path converters: what cannot be a public reference is not found before a database is asked."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class Reference(StringConverter):
    """`COM-2026-0042`: letters of the kind, the year, the number."""

    regex = "[A-Z]{3}-[0-9]{4}-[0-9]{4,9}"


class Code(StringConverter):
    """A code of the vocabularies, places and provisions: letters, digits, `-` and `_`."""

    regex = "[A-Za-z0-9_-]{1,120}"


def register() -> None:
    """Make `<reference:…>` and `<code:…>` known; called once, before any address is read."""
    register_converter(Reference, "reference")
    register_converter(Code, "code")
