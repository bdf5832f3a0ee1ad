"""Texts of others on the golden thread: what a record of a later room answers, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from coalition.base.names import Name
from coalition.instruments.models import Provision
from coalition.ui.thread import Knot


def paragraph(provision: Provision) -> Name:
    """“Doha, paragraph 23”, in the language of the text's name."""
    text = provision.instrument.short_name
    words = _("%(text)s, paragraph %(number)s") % {"text": text, "number": provision.number}
    return Name(words, text.language)


def paragraphs(provisions: Iterable[Provision]) -> list[Knot]:
    """Paragraphs that a record puts into practice, above it; read with their instruments."""
    return [
        Knot(
            _("Paragraph"),
            paragraph(one),
            one.get_absolute_url(),
            figure=one.gist_text,
            position="above",
        )
        for one in provisions
    ]


def records(external: Iterable[Any]) -> list[Knot]:
    """Documents of others that a record follows, above it; read with their registers."""
    return [
        Knot(
            one.get_kind_display(),
            Name(one.title, one.title_language),
            one.get_absolute_url(),
            figure=one.party_name,
            position="above",
        )
        for one in external
    ]
