"""Reading in a text: a version with its wordings, and the provisions that they belong to."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from django.db import transaction

from coalition.analysis.documents import Document, Piece, Role
from coalition.base import audit
from coalition.base.changes import record_changed
from coalition.base.errors import Refused
from coalition.base.text import clean_line
from coalition.instruments.citations.actions import keep_citations, keep_keys
from coalition.instruments.following.actions import tell_of_version
from coalition.instruments.models import (
    CitedAs,
    Instrument,
    Provision,
    ProvisionRole,
    Version,
    Wording,
)
from coalition.instruments.texts import drafts
from coalition.instruments.texts.entries import make_entry, one_at_a_time
from coalition.instruments.texts.identity import identities
from coalition.instruments.texts.ordering import make_provisions, merged, paragraph_above
from coalition.instruments.texts.queries import rank

OFFICIAL_DOCUMENT = "https://docs.un.org/en/{symbol}"
LONGEST_SYMBOL = 60
LONGEST_NUMBER = 60
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
NO_CHARACTERS = re.compile("[\x00\ud800-\udfff]")
TITLES = (ProvisionRole.HEADING, ProvisionRole.ANNEX_TITLE)


@dataclass
class ImportReport:
    """What reading in a text did."""

    symbol: str
    title: str
    instrument: Instrument
    is_unchanged: bool = False  # the same words were held already
    is_new_instrument: bool = False
    paragraphs: int = 0  # numbered ones
    provisions: int = 0
    made: int = 0  # provisions that did not stand before
    matched: int = 0  # provisions that stood, from a skeleton or another version
    footnotes: int = 0
    doubts: list[str] = field(default_factory=list)
    version: Version | None = None


@transaction.atomic
def import_document(
    document: Document,
    *,
    digest: str,
    file_digest: str,
    by: Any = None,
    announces: bool = True,
    instrument: Instrument | None = None,
) -> ImportReport:
    """Keep a text as a version with all its wordings; make the provisions that do not stand yet.

    `digest` is of the words that were read: the same words again change nothing. Removes no
    provision. With `announces=False` the caller tells the catalogue of `report.instrument`
    itself. `instrument` is the one that a person chose, whatever the symbol says. Raises Refused
    when the symbol is held with other words: a published version never changes.
    """
    symbol = document.symbol
    if clean_line(symbol, limit=LONGEST_SYMBOL) != symbol:
        raise Refused(
            f"{symbol[:80]!r} is no symbol of a document: at most {LONGEST_SYMBOL} characters on "
            "one line, such as A/RES/80/5."
        )
    _refuse_unkeepable(document)
    document = _straight(document)
    one_at_a_time()
    held = (
        Version.objects.select_related("instrument")
        .filter(symbol=symbol, language=document.language)
        .first()
    )
    if held and held.digest == digest:
        return ImportReport(
            symbol, held.title, held.instrument, True, doubts=held.doubts, version=held
        )
    if held:
        raise Refused(
            f"{symbol} is held with other words, read in on {held.imported_at:%d %B %Y}. "
            "A published version never changes: give a corrected text the symbol of its "
            "corrigendum, such as "
            f"{symbol}/Corr.1."
        )
    if instrument is not None:
        instrument = Instrument.objects.select_for_update(no_key=True).get(pk=instrument.pk)
    else:
        instrument = instrument_of(document)
    report = ImportReport(
        symbol,
        clean_line(document.title, limit=500),
        instrument or _bare_instrument(document),
        is_new_instrument=instrument is None,
        doubts=list(document.doubts),
    )
    instrument = report.instrument
    alone = drafts.read_alone(instrument, document.drafts)
    report.doubts += [each.hindrance for each in alone if each.hindrance]
    drafts.take_down(alone)
    provisions = _provisions(instrument, document, report)
    report.version = version = Version.objects.create(
        instrument=instrument,
        symbol=symbol,
        language=document.language,
        stage=document.stage,
        title=report.title,
        adopted_on=document.adopted,
        source_url=document.source_url or instrument.url,
        source_title=document.source_title,
        digest=digest,
        doubts=report.doubts,
    )
    wordings = _wordings(version, document, provisions)
    report.provisions = len(document.pieces)
    report.paragraphs = sum(piece.role is Role.OPERATIVE for piece in document.pieces)
    report.footnotes = len({note for piece in document.pieces for note in piece.footnotes})
    keep_keys(instrument, document)
    keep_citations(instrument, wordings)
    for draft in alone:
        if not draft.hindrance:
            brought = import_document(
                draft.document, digest=draft.digest, file_digest=file_digest, by=by, announces=False
            )
            drafts.lead_over(draft, brought.version)
    audit.record("instruments.import", version, by=by, refs=[instrument, f"sha256:{file_digest}"])
    if announces:
        record_changed(instrument)
    if not report.is_new_instrument:
        tell_of_version(version, by=by)
    return report


def _refuse_unkeepable(document: Document) -> None:
    """Raises Refused for what no database takes, or no text has: a number as long as a sentence,
    characters that are none."""
    for eid, number in cited_numbers(document.pieces).items():
        if len(number) > LONGEST_NUMBER:
            raise Refused(
                f"The number of {eid}, “{number[:40]}…”, is longer than {LONGEST_NUMBER} "
                "characters, which none is. Put its words behind the number."
            )
    if any(
        NO_CHARACTERS.search(words)
        for one in document.pieces
        for words in (one.number, one.heading, one.title, one.words, *_noted(one))
    ):
        raise Refused(
            f"{document.symbol} holds characters that are none (NUL, or half of one). Take them "
            "out, or fetch the text again."
        )


def _straight(document: Document) -> Document:
    """Without marks that turn the direction of what follows: they make words look like others."""

    def straight(piece: Piece) -> Piece:
        if not TURNS.search(f"{piece.words}{piece.title}{piece.heading}"):
            return piece
        names = ("words", "title", "heading")
        return replace(piece, **{each: TURNS.sub("", getattr(piece, each)) for each in names})

    return replace(document, pieces=tuple(map(straight, document.pieces)))


def _noted(piece: Piece) -> list[str]:
    return [f"{note.mark} {note.words}" for note in piece.footnotes]


def _wordings(
    version: Version, document: Document, provisions: Mapping[str, Provision]
) -> list[Wording]:
    """A wording for every piece, parents before what stands below them."""
    numbers = cited_numbers(document.pieces)
    made: dict[str, Wording] = {}
    waiting = list(enumerate(document.pieces, 1))
    while waiting:
        ready = [each for each in waiting if not each[1].parent or each[1].parent in made]
        batch = [
            Wording(
                version=version,
                provision=provisions[piece.eid],
                position=position,
                eid=piece.eid,
                number=numbers[piece.eid],
                role=piece.role.value,
                parent=made[piece.parent] if piece.parent else None,
                heading=piece.heading[:500],
                title=piece.title[:500],
                words=piece.words,
                footnotes=[{"mark": note.mark, "words": note.words} for note in piece.footnotes],
            )
            for position, piece in ready
        ]
        made |= {row.eid: row for row in Wording.objects.bulk_create(batch)}
        waiting = [each for each in waiting if each[1].eid not in made]
    return list(made.values())


def _provisions(
    instrument: Instrument, document: Document, report: ImportReport
) -> dict[str, Provision]:
    """A provision for every piece, by the piece's eid: the one that stands, or a new one.

    Where the document is the newest of its instrument, the provisions take number, role and
    place from it.
    """
    standing = {
        row.eid: row for row in instrument.provisions.order_by("position").select_related("parent")
    }
    leads = _leads(instrument, document)
    found = identities(instrument, document, standing, leads=leads)
    lasting = found.lasting
    numbers = cited_numbers(document.pieces)
    pieces = {lasting[piece.eid]: piece for piece in document.pieces}
    order = (
        merged(list(standing), list(pieces), _new_headings(pieces, standing))
        if leads
        else merged(list(pieces), list(standing))
    )
    made = make_provisions(
        instrument,
        [
            (
                eid,
                numbers[piece.eid],
                ProvisionRole(piece.role.value),
                lasting[piece.parent] if piece.parent else "",
            )
            for eid, piece in pieces.items()
        ],
        standing,
        order,
        {},
    )
    report.made, report.matched = len(made), len(document.pieces) - len(made)
    if leads:
        _follow(document, standing, made, lasting, numbers)
        report.doubts += _left(standing, pieces, document, found.became)
    rows = standing | made
    _keep_became(rows, pieces if leads else {}, found.became)
    return {piece.eid: rows[lasting[piece.eid]] for piece in document.pieces}


def _new_headings(pieces: Mapping[str, Piece], standing: Mapping[str, Provision]) -> set[str]:
    return {eid for eid, each in pieces.items() if each.role is Role.HEADING} - standing.keys()


def _leads(instrument: Instrument, document: Document) -> bool:
    """Is this the version by which the instrument is numbered from now on?"""
    ours = rank(document.stage, document.adopted, document.language)
    return all(
        ours >= rank(held.stage, held.adopted_on, held.language)
        for held in instrument.versions.all()
    )


def _follow(
    document: Document,
    standing: Mapping[str, Provision],
    made: Mapping[str, Provision],
    lasting: Mapping[str, str],
    numbers: Mapping[str, str],
) -> None:
    """Let provisions that stood take number, role and parent of the document, parents first.

    A heading of our own division stays above its paragraphs, whatever headings the text has.
    """
    rows = {**standing, **made}
    changed = []
    for piece in document.pieces:
        row = standing.get(lasting[piece.eid])
        if row is None:
            continue
        parent = rows[lasting[piece.parent]] if piece.parent else None
        stands_in_ours = row.parent is not None and row.parent.is_our_division
        if stands_in_ours and (parent is None or parent.role in TITLES):
            parent = row.parent
        now = (
            numbers[piece.eid],
            piece.role.value,
            parent.pk if parent else None,
            paragraph_above(parent),
        )
        if now != (row.number, row.role, row.parent_id, row.paragraph_id):
            row.number, row.role, row.parent_id, row.paragraph_id = now
            changed.append(row)
    Provision.objects.bulk_update(changed, ["number", "role", "parent", "paragraph"])


def _keep_became(
    rows: Mapping[str, Provision], there: Collection[str], became: Mapping[str, str]
) -> None:
    """Remember where the matter of merged provisions went; what is there again went nowhere."""
    changed = []
    for eid, row in rows.items():
        now = None if eid in there else rows[became[eid]].pk if eid in became else row.became_id
        if now != row.became_id:
            row.became_id = now
            changed.append(row)
    Provision.objects.bulk_update(changed, ["became"])


def _left(
    standing: Mapping[str, Provision],
    pieces: Mapping[str, Piece],
    document: Document,
    became: Mapping[str, str],
) -> list[str]:
    """A sentence for each numbered provision that stood and is not in the document."""
    return [
        f"Paragraph {row.number} ({row.eid}) stands here but not in {document.symbol}; "
        + (
            f"its words went into {became[row.eid]}."
            if row.eid in became
            else "it was left as it is."
        )
        for row in standing.values()
        if row.eid not in pieces and row.role != ProvisionRole.HEADING
    ]


def cited_numbers(pieces: Sequence[Piece]) -> dict[str, str]:
    """How each piece is cited, by eid: "30", "30 (h)", "27 (a) (ii)", "27 •3"."""
    numbers: dict[str, str] = {}
    for piece in pieces:
        numbers[piece.eid] = piece.number
        if piece.role is Role.POINT:
            place = piece.eid.rsplit("_", 1)[-1]
            label = f"•{place}" if piece.number == "•" else f"({piece.number})"
            numbers[piece.eid] = f"{numbers.get(piece.parent, '')} {label}".strip()
    return numbers


# --- The instrument ------------------------------------------------------------------------


def instrument_of(document: Document) -> Instrument | None:
    """The instrument that the document is a version of, locked; None where it is not known."""
    symbol = document.of or document.symbol
    instruments = Instrument.objects.select_for_update(no_key=True)
    named = instruments.filter(symbol=symbol).first()
    if named is None and (key := CitedAs.objects.filter(key=f"symbol:{symbol.lower()}").first()):
        named = instruments.get(pk=key.instrument_id)
    return named


def _bare_instrument(document: Document) -> Instrument:
    """An entry for a text that no coalition file names."""
    return make_entry(
        document.of or document.symbol,
        title=re.sub(r"\d+/\d+[A-Z]?\. ", "", document.title, count=1),
        language=document.language,
        kind=document.kind,
        adopted=document.adopted,
        url=document.source_url or _official_address(document),
        source_title=document.source_title,
    )


def _official_address(document: Document) -> str:
    """Where the United Nations publish the document; nothing for texts of others."""
    symbol = document.of or document.symbol
    return OFFICIAL_DOCUMENT.format(symbol=quote(symbol)) if symbol.startswith("A/") else ""
