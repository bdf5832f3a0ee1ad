"""Texts on their way in: which there are, and how one will read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from coalition.analysis.documents import Footnote, Piece, Role
from coalition.analysis.marked import Marked
from coalition.instruments.models import Intake, ProvisionRole

DEEPEST = 6  # steps that the preview sets in


def visible_to(person: Any) -> QuerySet[Intake]:
    """All texts on their way in for who may read texts in, none for anybody else."""
    every = Intake.objects.select_related("by", "instrument", "version__instrument")
    return every if person.has_perm("instruments.intake") else every.none()


@dataclass(frozen=True)
class Row:
    """One piece as the preview shows it, with the line that it stands on."""

    line: int
    depth: int
    role: str  # in the reader's language
    is_heading: bool
    label: str
    title: str
    words: str
    footnotes: tuple[Footnote, ...]
    eid: str


def rows_of(marked: Marked) -> list[Row]:
    """The pieces of a text in reading order, each as deep as it stands."""
    depths: dict[str, int] = {}
    roles = {piece.eid: piece.role for piece in marked.pieces}
    rows = []
    for piece, line in zip(marked.pieces, marked.lines, strict=True):
        is_inside = piece.parent and (
            roles.get(piece.parent) is not Role.HEADING or piece.role is Role.POINT
        )
        depths[piece.eid] = depths.get(piece.parent, 0) + 1 if is_inside else 0
        rows.append(
            Row(
                line=line,
                depth=min(depths[piece.eid], DEEPEST),
                role=str(ProvisionRole(piece.role.value).label),
                is_heading=piece.role in (Role.HEADING, Role.ANNEX_TITLE),
                label=_label(piece),
                title=piece.title,
                words=piece.words,
                footnotes=piece.footnotes,
                eid=piece.eid,
            )
        )
    return rows


def _label(piece: Piece) -> str:
    if not piece.number or piece.number == "•":
        return piece.number
    if piece.role is Role.POINT and "para_" not in piece.eid.rpartition("__")[2]:
        return f"({piece.number})"
    return f"{piece.number}."


def counts_of(marked: Marked) -> dict[str, int]:
    """How many pieces there are: recitals, paragraphs (articles and clauses too), points,
    headings, footnotes."""
    roles = Counter(piece.role for piece in marked.pieces)
    return {
        "recitals": roles[Role.PREAMBULAR],
        "paragraphs": roles[Role.OPERATIVE] + roles[Role.ADOPTING],
        "points": roles[Role.POINT],
        "headings": roles[Role.HEADING] + roles[Role.ANNEX_TITLE],
        "footnotes": sum(len(piece.footnotes) for piece in marked.pieces),
    }
