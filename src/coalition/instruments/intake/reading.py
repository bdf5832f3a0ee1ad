"""What a machine makes of a file: the text with its signs, and what it takes for its facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import py3langid
from django.utils.translation import gettext

from coalition.analysis.documents import UnreadableDocument
from coalition.analysis.ga_prints import general_assembly_document
from coalition.analysis.marked import Remark, gettext_noop, write
from coalition.analysis.pdf_pages import read_pdf
from coalition.analysis.printed import Printed, Unreadable
from coalition.analysis.splitting import suggest
from coalition.analysis.word_files import read_docx
from coalition.base.errors import Refused
from coalition.instruments.models import InstrumentKind, Stage

READERS = {"pdf": read_pdf, "docx": read_docx}
OTHERWISE = gettext_noop(
    "This looks like a document of the General Assembly, but could not be split as one; it was "
    "split as any other text. The reader said: %(reason)s"
)
# The first word of a title by which a kind is known, in English; else a person chooses.
KINDS = ("convention", "protocol", "recommendation", "charter", "covenant", "constitution")
KINDS += ("agreement", "declaration", "resolution", "act", "bill")


@dataclass(frozen=True)
class Reading:
    """What was read in a file: its facts are fields of an Intake."""

    marked: str
    pages: int | None
    doubts: list[dict[str, Any]]
    facts: dict[str, Any]


def read_file(content: bytes, kind: str) -> Reading:
    """Read a PDF or DOCX (`kind` as in base.uploads) and suggest how it is split.

    Raises Refused with a sentence in the reader's language where it cannot be read.
    """
    try:
        printed = READERS[kind](content)
    except Unreadable as unreadable:
        raise Refused(gettext(unreadable.sentence) % unreadable.values) from unreadable
    doubts: list[Remark] = []
    try:
        document = general_assembly_document(printed) if kind == "pdf" else None
    except UnreadableDocument as unreadable:
        document = None
        doubts.append(Remark(0, OTHERWISE, {"reason": str(unreadable)}))
    if document is not None:
        facts = {
            "symbol": document.symbol,
            "title": document.title,
            "kind": document.kind,
            "stage": document.stage,
            "adopted_on": document.adopted,
            "language": document.language,
        }
        sentences = [as_data(each) for each in printed.doubts]
        # Whole sentences, in which a percent sign is one.
        sentences += [as_data(Remark(0, each.replace("%", "%%"))) for each in document.doubts]
        return Reading(write(document.pieces), printed.pages, sentences, facts)
    return _suggested(printed, doubts)


def _suggested(printed: Printed, doubts: list[Remark]) -> Reading:
    suggestion = suggest(printed)
    facts = {
        "symbol": suggestion.symbol,
        "title": suggestion.title,
        "kind": _kind(suggestion.title),
        "stage": Stage.DRAFT if "draft" in suggestion.title.casefold() else Stage.ADOPTED,
        "adopted_on": None,
        "language": _language(suggestion.marked),
    }
    sentences = [as_data(each) for each in (*doubts, *suggestion.doubts)]
    return Reading(suggestion.marked, printed.pages, sentences, facts)


def _kind(title: str) -> str:
    words = title.casefold().replace(",", " ").split()
    return next((kind for kind in KINDS if kind in words), InstrumentKind.OTHER)


def _language(text: str) -> str:
    return str(py3langid.classify(text[:20_000])[0])


def as_data(remark: Remark) -> dict[str, Any]:
    """A remark as JSON, its sentence apart from its values."""
    return {"line": remark.line, "sentence": remark.sentence, "values": dict(remark.values)}


def in_words(remark: Remark | dict[str, Any]) -> str:
    """A remark as a sentence in the reader's language; what is not ours stays as it is."""
    if isinstance(remark, dict):
        remark = Remark(remark["line"], remark["sentence"], remark["values"])
    return gettext(remark.sentence) % {"line": remark.line, **remark.values}
