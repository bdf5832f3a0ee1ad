"""Documents of our own writing, in the layout of the General Assembly's."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

from coalition.analysis.documents import Document, Piece, Role, UnreadableDocument
from coalition.analysis.ga_documents import read_document
from coalition.base.errors import Refused
from coalition.instruments.texts.actions import ImportReport, import_document
from coalition.instruments.texts.files import words_digest

BREAD = """United Nations
A/RES/99/1

The General Assembly

Adopts the Bread Declaration, as contained in the annex to the present resolution.

5th plenary meeting
1 June 2026



Annex


Bread Declaration

1.
We, the bakers of all towns, have met to share what we know about bread,1 and to
say what we owe to those who bake it at night.
2.
We recall that bread is made by people.



What we will do

3.
We will:
(a)
Pay a wage on which a family can live;
(b)
Let those who bake at night:
(i)
Sleep by day;
(ii)
See a doctor once a year.2
4.
We will meet again in five years.
__________________

1 On flour, see the Book of Flour, chap. II.

2 Book of Sleep, p. 7.
"""


def bread(**fields: Any) -> dict[str, Any]:
    """A declaration of four numbered paragraphs, one with points, in the annex of a resolution."""
    return {
        "symbol": "A/RES/99/1",
        "title": "99/1. Bread Declaration",
        "adopted": "1 June 2026",
        "text": BREAD,
    } | fields


def import_text(raw: dict[str, Any], *, file_digest: str = "a" * 64) -> ImportReport:
    """Read a document in as the command does it."""
    try:
        document = read_document(raw)
    except UnreadableDocument as error:
        raise Refused(str(error)) from error
    return import_document(document, digest=words_digest(raw["text"]), file_digest=file_digest)


def skeleton(**fields: Any) -> dict[str, Any]:
    """What a coalition file says of the bread declaration: two parts, four paragraphs."""
    return {
        "declaration": "bread",
        "part": [
            {"code": "chp_1", "number": "", "names": {"en": "Why"}, "first": 1, "last": 2},
            {"code": "chp_2", "number": "", "names": {"en": "What"}, "first": 3, "last": 4},
        ],
        "paragraph": [
            paragraph("1"),
            paragraph("2", themes=["employment"], challenges=["climate-change"]),
            paragraph("3", points=[{"number": letter, "gist": {"en": letter}} for letter in "ab"]),
            paragraph("4"),
        ],
    } | fields


def paragraph(number: str, **fields: Any) -> dict[str, Any]:
    return {
        "number": number,
        "eid": f"para_{number}",
        "gist": {"en": f"Gist of {number}"},
        "points": [],
        "themes": [],
        "challenges": [],
    } | fields


def jsonl(path: Path, *documents: Any) -> Path:
    """A file of these documents, packed where its name ends in .gz."""
    data = "".join(json.dumps(one) + "\n" for one in documents).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


# --- Texts in several versions

SAYINGS = {
    "bread": "Bread shall be baked at night by those who are paid a living wage for it.",
    "salt": "Salt may be sold on every market day in all towns without a further licence.",
    "water": "Everyone has the right to clean water from a public well near the dwelling.",
    "ovens": "Ovens are inspected twice a year by persons whom the guild has appointed.",
    "flour": "Millers keep flour dry and tell the buyer from which harvest the grain came.",
}


def laid_out(*paragraphs: str) -> tuple[Piece, ...]:
    """Numbered paragraphs: "bread" for what SAYINGS says, "bread+salt" for both in one, "salt:"
    for one with points (a) and (b), any other words as they are."""
    pieces = []
    for number, paragraph in enumerate(paragraphs, 1):
        names = paragraph.removesuffix(":").split("+")
        words = " ".join(SAYINGS.get(name, name) for name in names)
        eid = f"para_{number}"
        pieces.append(Piece(eid, str(number), Role.OPERATIVE, "", words, (), ""))
        if paragraph.endswith(":"):
            pieces += [
                Piece(
                    f"{eid}__point_{letter}",
                    letter,
                    Role.POINT,
                    "",
                    f"{letter.upper()} of what is said of {names[0]}",
                    (),
                    eid,
                )
                for letter in "ab"
            ]
    return tuple(pieces)


def version(symbol: str, *paragraphs: str, **fields: Any) -> ImportReport:
    """Read in a text of these paragraphs as a version of the guild's declaration (G/1)."""
    document = Document(
        symbol,
        fields.pop("title", "Declaration of the guild"),
        fields.pop("adopted", date(2026, 6, 1)),
        laid_out(*paragraphs),
        (),
        **{"kind": "declaration", "of": "G/1"} | fields,
    )
    said = f"{symbol} {document.language} {paragraphs}"
    return import_document(document, digest=words_digest(said), file_digest="a" * 64)


def draft(*paragraphs: str, **fields: Any) -> ImportReport:
    return version("G/L.1", *paragraphs, stage="draft", adopted=None, **fields)
