"""What is done to texts: a skeleton is laid, a wording is read in. Nothing here removes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from coalition.analysis.documents import Document, Piece, Role, UnreadableDocument
from coalition.analysis.ga_documents import read_document
from coalition.base import audit
from coalition.base.changes import record_changed
from coalition.base.errors import Refused
from coalition.base.reference import Report, Source, shown
from coalition.base.text import clean_line
from coalition.instruments import skeleton as skeletons
from coalition.instruments.models import (
    Instrument,
    InstrumentKind,
    Provision,
    ProvisionRole,
    Version,
    Wording,
)
from coalition.themes.models import Challenge, Theme

OFFICIAL_DOCUMENT = "https://docs.un.org/en/{symbol}"
LONGEST_SYMBOL = 60


# --- The skeleton --------------------------------------------------------------------------


@transaction.atomic
def lay_skeleton(instrument: Instrument, skeleton: Mapping[str, Any], report: Report) -> None:
    """Make or update the provisions that a skeleton (coalition file) describes.

    What people edited stays and is listed in `report`, as `base.reference.load` does it. Raises
    Refused, naming the entry, for a number that stands twice or an unknown theme or challenge.
    """
    entries = skeletons.read(skeleton)
    themes = _by_code(Theme, entries, lambda entry: entry.themes, instrument)
    challenges = _by_code(Challenge, entries, lambda entry: entry.challenges, instrument)
    standing = {
        row.eid: row
        for row in instrument.provisions.order_by("position")
        .select_related("parent")
        .prefetch_related("themes", "challenges")
    }
    eids = [entry.eid for entry in entries]
    if instrument.versions.exists():  # the order is the text's
        printed = {e for e, row in standing.items() if row.role == ProvisionRole.HEADING} - {*eids}
        order = merged(eids, list(standing), printed)
    else:
        order = merged(list(standing), eids)
    made = _make(
        instrument,
        [(entry.eid, entry.number, entry.role, entry.parent) for entry in entries],
        standing,
        order,
        {entry.eid: {"gist": entry.gist, "loaded": _said(entry)} for entry in entries},
    )
    report.made += [f"provision {instrument.code} {eid}" for eid in eids if eid in made]
    rows = standing | made
    altered = {eid: {"themes", "challenges"} for eid in made}
    for entry in entries:
        if entry.eid in standing:
            altered[entry.eid] = _follow(standing[entry.eid], entry, rows, instrument, report)
    _link(
        Provision.themes,
        themes,
        [(rows[e.eid], e.themes) for e in entries if "themes" in altered[e.eid]],
    )
    _link(
        Provision.challenges,
        challenges,
        [(rows[e.eid], e.challenges) for e in entries if "challenges" in altered[e.eid]],
    )
    touched = [standing[eid] for eid, fields in altered.items() if fields and eid in standing]
    Provision.objects.bulk_update(touched, ["number", "role", "parent", "gist", "loaded"])
    gone = {eid for eid, row in standing.items() if row.loaded} - {*eids}
    report.kept += [
        f"provision {instrument.code} {eid}: no longer in the file; left as it is"
        for eid in sorted(gone)
    ]


def _by_code(
    model: type[Any],
    entries: Iterable[skeletons.Entry],
    codes_of: Callable[[skeletons.Entry], Sequence[str]],
    instrument: Instrument,
) -> dict[str, Any]:
    known = {row.code: row for row in model.objects.all()}
    for entry in entries:
        for code in codes_of(entry):
            if code not in known:
                raise Refused(
                    f"The skeleton of {instrument.code}, paragraph {entry.number}: there is no "
                    f"{model._meta.verbose_name} “{code}”. Known: {', '.join(sorted(known))}."
                )
    return known


def _said(entry: skeletons.Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "role": str(entry.role),
        "parent": entry.parent,
        "gist": entry.gist,
        "themes": list(entry.themes),
        "challenges": list(entry.challenges),
    }


def _follow(
    row: Provision,
    entry: skeletons.Entry,
    rows: Mapping[str, Provision],
    instrument: Instrument,
    report: Report,
) -> set[str]:
    """Let the row follow the file where nobody edited it; names the fields that need saving."""
    here = {
        "number": row.number,
        "role": row.role,
        "parent": row.parent.eid if row.parent else "",
        "gist": row.gist,
        "themes": sorted(theme.code for theme in row.themes.all()),
        "challenges": sorted(challenge.code for challenge in row.challenges.all()),
    }
    said = _said(entry)
    # A row made from a text has never followed a file: what it lacks is taken, and its place too.
    before = row.loaded or here | {"gist": {}, "themes": [], "challenges": []}
    name = f"provision {instrument.code} {entry.eid}"
    fields = set()
    for key, now in said.items():
        if here[key] == now:
            continue
        if here[key] == before.get(key):
            fields.add(key)
        else:
            report.kept.append(
                f"{name}, {key}: here {shown(here[key])}; the file says {shown(now)}"
            )
    for key in fields & {"number", "role", "gist"}:
        setattr(row, key, said[key])
    if "parent" in fields:
        row.parent = rows.get(entry.parent)
    if fields:
        report.changed.append(f"{name}: {', '.join(sorted(fields))}")
    else:
        report.unchanged += 1
    if row.loaded != said:
        row.loaded = said
        fields.add("loaded")
    return fields


def _link(
    relation: Any, rows: Mapping[str, Any], wanted: list[tuple[Provision, Sequence[str]]]
) -> None:
    """Make the provisions' many-to-many links exactly the codes wanted."""
    through, target = relation.through, relation.field.m2m_reverse_field_name()
    through.objects.filter(provision__in=[provision.pk for provision, _codes in wanted]).delete()
    through.objects.bulk_create(
        through(provision=provision, **{target: rows[code]})
        for provision, codes in wanted
        for code in codes
    )


# --- The order of provisions, and new ones ---------------------------------------------------


def merged(
    standing: Sequence[str], spine: Sequence[str], headings: Iterable[str] = ()
) -> list[str]:
    """All ids in reading order: that of `spine`, and what only `standing` has before its next.

    `headings` are ids of the spine that belong to what follows them: nothing comes in between.
    """
    order = list(spine)
    inside, bound = set(spine), set(headings)
    following = ""
    for eid in reversed(standing):
        if eid not in inside:
            place = order.index(following) if following else len(order)
            while following and place and order[place - 1] in bound:
                place -= 1
            order.insert(place, eid)
        following = eid
    return order


def _make(
    instrument: Instrument,
    wanted: Iterable[tuple[str, str, ProvisionRole, str]],
    standing: Mapping[str, Provision],
    order: Sequence[str],
    more: Mapping[str, Mapping[str, Any]],
) -> dict[str, Provision]:
    """Make the provisions that do not stand yet, parents first, and put all in order.

    `wanted` gives eid, number, role and parent's eid; `more` further values by eid.
    """
    position = {eid: place for place, eid in enumerate(order, 1)}
    moved = [row for eid, row in standing.items() if row.position != position[eid]]
    for row in moved:
        row.position = position[row.eid]
    Provision.objects.bulk_update(moved, ["position"])
    made: dict[str, Provision] = {}
    waiting = [each for each in wanted if each[0] not in standing]
    while waiting:
        ready = [each for each in waiting if not each[3] or each[3] in standing or each[3] in made]
        assert ready, "a reader gives every piece a parent that exists"
        batch = [
            Provision(
                instrument=instrument,
                eid=eid,
                number=number,
                role=role,
                position=position[eid],
                parent=(standing.get(parent) or made[parent]) if parent else None,
                **more.get(eid, {}),
            )
            for eid, number, role, parent in ready
        ]
        made |= {row.eid: row for row in Provision.objects.bulk_create(batch)}
        waiting = [each for each in waiting if each[0] not in made]
    return made


# --- The wording ---------------------------------------------------------------------------


@dataclass
class ImportReport:
    """What reading in a text did."""

    symbol: str
    title: str
    instrument: Instrument
    is_unchanged: bool = False  # the same words were held already
    is_new_instrument: bool = False
    paragraphs: int = 0  # numbered ones
    made: int = 0  # provisions that did not stand before
    matched: int = 0  # provisions that stood, from a skeleton
    footnotes: int = 0
    doubts: list[str] = field(default_factory=list)


@transaction.atomic
def import_text(raw: Mapping[str, Any], *, by: Any = None, file_digest: str) -> ImportReport:
    """Read in one General Assembly document (`symbol`, `title`, `adopted`, `text`).

    Makes its version with all wordings, and the provisions that do not stand yet; removes none.
    The same words again change nothing. Raises Refused when the document cannot be read, or when
    its symbol is held with other words: a published version never changes.
    """
    try:
        document = read_document(raw)
    except UnreadableDocument as error:
        raise Refused(str(error)) from error
    symbol = document.symbol
    if clean_line(symbol, limit=LONGEST_SYMBOL) != symbol:
        raise Refused(
            f"{symbol[:80]!r} is no symbol of a document: at most {LONGEST_SYMBOL} characters on "
            "one line, such as A/RES/80/5."
        )
    # Spaces and line ends differ between copies of one text; its words do not.
    digest = hashlib.sha256(" ".join(raw["text"].split()).encode()).hexdigest()
    held = Version.objects.select_related("instrument").filter(symbol=symbol, language="en").first()
    if held and held.digest == digest:
        return ImportReport(symbol, held.title, held.instrument, True, doubts=held.doubts)
    if held:
        raise Refused(
            f"{symbol} is held with other words, read in on {held.imported_at:%d %B %Y}. "
            "A published version never changes: give a corrected text the symbol of its "
            "corrigendum, such as "
            f"{symbol}/Corr.1."
        )
    instrument = Instrument.objects.select_for_update(no_key=True).filter(symbol=symbol).first()
    report = ImportReport(
        symbol,
        clean_line(document.title, limit=500),
        instrument or _bare_instrument(document),
        is_new_instrument=instrument is None,
        doubts=list(document.doubts),
    )
    provisions = _provisions(report.instrument, document, report)
    version = Version.objects.create(
        instrument=report.instrument,
        symbol=symbol,
        title=report.title,
        adopted_on=document.adopted,
        source_url=report.instrument.url,
        digest=digest,
        doubts=report.doubts,
    )
    Wording.objects.bulk_create(
        Wording(
            version=version,
            provision=provisions[piece.eid],
            position=position,
            heading=piece.heading[:500],
            words=piece.words,
            footnotes=[{"mark": note.mark, "words": note.words} for note in piece.footnotes],
        )
        for position, piece in enumerate(document.pieces, 1)
    )
    report.paragraphs = sum(piece.role is Role.OPERATIVE for piece in document.pieces)
    report.footnotes = len({note for piece in document.pieces for note in piece.footnotes})
    audit.record(
        "instruments.import", version, by=by, refs=[report.instrument, f"sha256:{file_digest}"]
    )
    record_changed(report.instrument)
    return report


def _provisions(
    instrument: Instrument, document: Document, report: ImportReport
) -> dict[str, Provision]:
    """A provision for every piece of the document: the one that stands, or a new one."""
    standing = {row.eid: row for row in instrument.provisions.order_by("position")}
    numbers = cited_numbers(document.pieces)
    eids = [piece.eid for piece in document.pieces]
    headings = {p.eid for p in document.pieces if p.role is Role.HEADING} - standing.keys()
    made = _make(
        instrument,
        [(p.eid, numbers[p.eid], ProvisionRole(p.role.value), p.parent) for p in document.pieces],
        standing,
        merged(list(standing), eids, headings),
        {},
    )
    report.made, report.matched = len(made), len(document.pieces) - len(made)
    for row in standing.values():
        if row.eid not in numbers and row.role != ProvisionRole.HEADING:
            report.doubts.append(
                f"Paragraph {row.number} ({row.eid}) stands here but not in {report.symbol}; "
                "it was left as it is."
            )
        elif numbers.get(row.eid, row.number) != row.number:
            report.doubts.append(
                f"{row.eid} is cited as “{row.number}” here, and would be “{numbers[row.eid]}” "
                f"by {report.symbol}; it was left as it is."
            )
    return standing | made


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


def _bare_instrument(document: Document) -> Instrument:
    """An entry for a text that no coalition file names: its symbol, title and date, no more."""
    code = slugify(document.symbol.replace("/", "-").replace(".", "-"))[:60]
    if not code or Instrument.objects.filter(code=code).exists():
        raise Refused(
            f"{document.symbol}: its short address “{code}” is taken by another text or empty. "
            "Make the entry in the browser first, with this symbol and a code of its own."
        )
    url = OFFICIAL_DOCUMENT.format(symbol=quote(document.symbol))
    source, _made = Source.objects.get_or_create(
        code=f"un-{code}"[:50],
        defaults={
            "title": f"United Nations, {document.symbol}",
            "url": url,
            "seen_on": timezone.now().date(),
        },
    )
    return Instrument.objects.create(
        code=code,
        position=1000,  # after those that the coalition file names
        names={"en": clean_line(re.sub(r"\d+/\d+[A-Z]?\. ", "", document.title, count=1))},
        kind=InstrumentKind.RESOLUTION,
        adopted_on=document.adopted,
        symbol=document.symbol,
        url=url,
        source=source,
    )
