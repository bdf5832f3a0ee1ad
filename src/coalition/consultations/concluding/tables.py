"""Answers to proposals as rows of a file, for readers and for officers alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coalition.consultations.models import Consultation, StatementQuerySet


def header(consultation: Consultation) -> list[str]:
    """The names of the columns: the reason has one for each language of the consultation."""
    return [
        *("number", "proposal", "language", "origin", "proposed_by", "stands_for", "outcome"),
        *(f"reason_{code}" for code in consultation.languages),
    ]


def rows(consultation: Consultation, found: StatementQuerySet) -> Iterator[list[Any]]:
    """One row a proposal. Persons are not named, and organisations only where their answers are
    public; whoever is merged into a proposal stands there by its number."""
    for one in found.iterator(chunk_size=500):
        author = one.author.partner if one.author else None
        held = getattr(one, "response", None)
        yield [
            *(one.number, one.text, one.language, one.origin),
            author.reference if author and consultation.answers_are_public else "",
            " ".join(str(each.number) for each in one.merged.all()),
            held.outcome if held else "",
            *((held.reason.get(code, "") if held else "") for code in consultation.languages),
        ]
