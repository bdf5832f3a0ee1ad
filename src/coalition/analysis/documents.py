"""A text in numbered pieces: what any reader of documents gives, whatever it read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What a piece does in its text."""

    FORMULA = "formula"  # "The General Assembly": who speaks
    PREAMBULAR = "preambular"  # a recital
    ADOPTING = "adopting"  # the resolution's own clauses, where the text adopted stands apart
    ANNEX_TITLE = "annex_title"
    HEADING = "heading"
    OPERATIVE = "operative"  # a numbered paragraph, or the only clause of a short resolution
    POINT = "point"  # (a), (i) under a paragraph
    CLOSING = "closing"  # words of a paragraph that follow its points
    PLAIN = "plain"  # any other text without a number


@dataclass(frozen=True)
class Footnote:
    """A note and the mark that calls it."""

    mark: str
    words: str


@dataclass(frozen=True)
class Piece:
    """One addressable piece of a text.

    `eid` follows Akoma Ntoso naming (`para_30__point_h`) and is unique in its document.
    `number` is the label as printed, without brackets or stop ("30", "h", "II"), "" where
    there is none. `heading` is the nearest heading it stands under, `parent` the eid of the
    piece it belongs to, "" at the top. `words` is its own wording only, on one line, without
    the marks of its footnotes. `title` is the heading of the piece itself, such as an article's.
    """

    eid: str
    number: str
    role: Role
    heading: str
    words: str
    footnotes: tuple[Footnote, ...]
    parent: str
    title: str = ""


@dataclass(frozen=True)
class Document:
    """A text as read; `doubts` are sentences for the person who checks the reading.

    `of` is the symbol of the text that this is a version of, where it is not a text of its own;
    `drafts` are the symbols of its own drafts. `kind` and `stage` are words of
    `instruments.models` (InstrumentKind, Stage). `cited_as` are names under which other texts
    cite it, such as "Minimum Age Convention, 1973 (No. 138)".
    """

    symbol: str
    title: str
    adopted: date | None
    pieces: tuple[Piece, ...]
    doubts: tuple[str, ...]
    language: str = "en"
    stage: str = "adopted"
    kind: str = "resolution"
    of: str = ""
    drafts: tuple[str, ...] = ()
    cited_as: tuple[str, ...] = ()
    source_title: str = ""
    source_url: str = ""


class UnreadableDocument(ValueError):
    """The document cannot be read; the message is a sentence that names it and says why."""


def assemble(document: Document, eid: str) -> str:
    """The full wording of a piece, with all that belongs to it on lines of its own.

    The piece's own number is left out, those of the pieces below it are given. Raises
    LookupError if the document has no such piece.
    """
    lines: list[str] = []
    inside: set[str] = set()
    for piece in document.pieces:
        if piece.eid == eid:
            lines.append(piece.words)
        elif piece.parent in inside:
            lines.append(f"{_label(piece)} {piece.words}".strip())
        else:
            continue
        inside.add(piece.eid)
    if not lines:
        raise LookupError(f"{document.symbol} has no piece “{eid}”.")
    return "\n".join(line for line in lines if line)


def _label(piece: Piece) -> str:
    if not piece.number:
        return ""
    if piece.role is Role.POINT:
        return piece.number if piece.number == "•" else f"({piece.number})"
    return "" if piece.role is Role.HEADING else f"{piece.number}."
