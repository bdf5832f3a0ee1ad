"""The columns of a file of answers: what stands over them, and which words their cells hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition.base.lists.words import bare
from coalition.consultations.states import Reaction


class Column(StrEnum):
    """What a column holds besides answers."""

    FORM = "form"
    GROUP = "group"
    PLACE = "place"
    LANGUAGE = "language"


HEADINGS: dict[Column, str | Promise] = {
    Column.FORM: _("Form number"),
    Column.GROUP: _("Partner group"),
    Column.PLACE: _("Country or area"),
    Column.LANGUAGE: _("Language"),
}
# The heading of an answer begins with the number of its statement.
NUMBER = re.compile(r"\s*(\d{1,6})\s*(?:[.:)،。]|$|\s)")
# Which consultation a file belongs to stands with the heading of the first column.
REFERENCE = re.compile(r"\b[A-Z]{2,5}-\d{4}-\d{4,8}\b")
FIGURES = {"1": 1, "+1": 1, "-1": -1, "−1": -1, "0": 0}  # what is typed


@cache
def by_heading() -> dict[str, Column]:
    """The columns by their headings in every language of ours."""
    return _in_all_languages((column, heading) for column, heading in HEADINGS.items())


@cache
def reactions() -> dict[str, int]:
    """What an answer means, by its words in every language of ours."""
    return _in_all_languages((each.value, each.label) for each in Reaction)


def reaction_of(text: str) -> int | None:
    """What a cell says; None where nobody can know. An empty cell is no answer at all."""
    bare_text = text.strip()
    return FIGURES[bare_text] if bare_text in FIGURES else reactions().get(bare(text))


def _in_all_languages(words: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    listed = list(words)
    found: dict[str, Any] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for value, label in listed:
                found.setdefault(bare(str(label)), value)
    return found
