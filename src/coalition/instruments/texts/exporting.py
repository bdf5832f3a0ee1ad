"""Texts as files for other programs: any version as a plain document and as Akoma Ntoso."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.utils import timezone

from coalition.analysis.akn_writing import Edition, Link, write_akn
from coalition.analysis.documents import Document, Footnote, Piece, Role
from coalition.base.names import in_language
from coalition.instruments.models import Citation, ProvisionRole, Version, Wording

# The part of an address that says who made a text, by the beginning of its symbol; "zz" is the
# code that ISO 3166 leaves to its users, where we do not know.
AUTHORITIES = {"A/": "un", "E/": "un", "ST/": "un", "COM(": "eu"}
UNKNOWN_AUTHORITY = "zz"


def document_of(version: Version) -> Document:
    """The version as a reader of documents gave it, but for its doubts. One query."""
    rows: list[Any] = list(version.wordings.select_related("parent").order_by("position"))
    return _document(version, rows)


def as_akn(version: Version) -> bytes:
    """The version as Akoma Ntoso in UTF-8. Two queries; the version's instrument is loaded."""
    rows: list[Any] = list(
        version.wordings.select_related("parent", "provision").order_by("position")
    )
    instrument = version.instrument
    authority = next(
        (code for start, code in AUTHORITIES.items() if version.symbol.startswith(start)),
        UNKNOWN_AUTHORITY,
    )
    year = instrument.adopted_on.year if instrument.adopted_on else "undated"
    edition = Edition(
        work=f"{authority}/{year}/{instrument.code}",
        author=str(in_language(instrument.adopting_body, "en")) or "Author not known",
        editor=settings.COALITION_NAME,
        written_on=timezone.localdate(),
        lasting={row.eid: row.provision.eid for row in rows if row.eid != row.provision.eid},
        links=_links(version, rows),
    )
    return write_akn(_document(version, rows), edition)


def _document(version: Version, rows: list[Any]) -> Document:
    symbol = version.instrument.symbol
    return Document(
        version.symbol,
        version.title,
        version.adopted_on,
        tuple(
            Piece(
                row.eid,
                printed_number(row),
                Role(row.role),
                row.heading,
                row.words,
                tuple(Footnote(note["mark"], note["words"]) for note in row.footnotes),
                row.parent.eid if row.parent else "",
                row.title,
            )
            for row in rows
        ),
        (),
        version.language,
        version.stage,
        version.instrument.kind,
        symbol if symbol != version.symbol else "",
        source_title=version.source_title,
        source_url=version.source_url,
    )


def printed_number(row: Wording) -> str:
    """The label as printed, of a number as cited: "h" of "30 (h)"."""
    if row.role != ProvisionRole.POINT:
        return row.number
    last = row.number.rsplit(" ", 1)[-1]
    return "•" if last.startswith("•") else last.removeprefix("(").removesuffix(")")


def _links(version: Version, rows: list[Wording]) -> dict[str, list[Link]]:
    """What the wordings cite and we hold, by eid, each with its lasting address here."""
    eids = {row.pk: row.eid for row in rows}
    found: dict[str, list[Link]] = defaultdict(list)
    cited = Citation.objects.filter(wording__version=version, instrument__isnull=False)
    for each in cited.select_related("instrument", "provision"):
        target: Any = each.instrument
        if each.provision:
            each.provision.instrument = each.instrument
            target = each.provision
        address = f"{settings.SITE_URL}{target.get_absolute_url()}"
        found[eids[each.wording_id]].append(Link(each.begins, each.ends, address))
    return found
