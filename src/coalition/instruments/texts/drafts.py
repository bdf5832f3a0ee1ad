"""Drafts that were read in before what became of them: they move to the text that was adopted.

A draft that comes alone gets an entry of its own. Once its resolution is here, the draft is one
of its versions: it is read in anew there, from what is held, and the lone entry goes. Its address
leads to the resolution (`CitedAs`, key "code:…"), those of its paragraphs to what they are there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.db import models

from coalition.analysis.documents import Document
from coalition.base import audit
from coalition.base.changes import record_changed
from coalition.instruments.models import (
    Citation,
    CitedAs,
    Instrument,
    Provision,
    Stage,
    Version,
    Wording,
)
from coalition.instruments.texts.exporting import document_of

# What belongs to the draft itself and comes along.
OWN = (Version, Provision, Wording, CitedAs, Citation)


@dataclass
class Alone:
    """A draft that has an entry of its own; `hindrance` is a sentence why it has to stay there."""

    instrument: Instrument
    document: Document
    digest: str
    hindrance: str = ""
    # Citations of it by others, with the eid they point at, "" where at the whole text.
    cited_by: dict[int, str] = field(default_factory=dict)


def read_alone(instrument: Instrument, symbols: Iterable[str]) -> list[Alone]:
    """The drafts with these symbols that are held as instruments of their own."""
    wanted = [symbol for symbol in symbols if symbol]
    if not wanted:
        return []
    rows = Instrument.objects.filter(symbol__in=wanted).exclude(pk=instrument.pk)
    return [found for row in rows.order_by("pk") for found in _alone(row, instrument)]


def take_down(alone: Iterable[Alone]) -> None:
    """Remove the entries on which nothing hangs; `lead_over` is to follow."""
    for each in alone:
        if each.hindrance:
            continue
        audit.hold()
        inbound = Citation.objects.filter(instrument=each.instrument).exclude(
            wording__version__instrument=each.instrument
        )
        each.cited_by = {pk: eid or "" for pk, eid in inbound.values_list("pk", "provision__eid")}
        gone = Instrument(pk=each.instrument.pk, code=each.instrument.code)
        each.instrument.versions.all().delete()
        provisions = each.instrument.provisions
        provisions.update(parent=None, paragraph=None, became=None)
        provisions.all().delete()
        each.instrument.delete()
        record_changed(gone)
        audit.record("instruments.join_draft", gone)


def lead_over(draft: Alone, version: Version | None) -> None:
    """Let what pointed at the lone entry point at the version of the resolution."""
    assert version is not None
    CitedAs.objects.update_or_create(
        key=f"code:{draft.instrument.code}", defaults={"instrument": version.instrument}
    )
    now = {row.eid: row.provision_id for row in version.wordings.all()}
    citations = Citation.objects.in_bulk(list(draft.cited_by))
    for pk, eid in draft.cited_by.items():
        citations[pk].instrument = version.instrument
        citations[pk].provision_id = now.get(eid)
    Citation.objects.bulk_update(citations.values(), ["instrument", "provision"])


def _alone(row: Instrument, instrument: Instrument) -> list[Alone]:
    versions = list(row.versions.all())
    if [(each.stage, each.symbol) for each in versions] != [(Stage.DRAFT, row.symbol)]:
        return []
    document = replace(
        document_of(versions[0]), of=instrument.symbol, doubts=tuple(versions[0].doubts)
    )
    found = Alone(row, document, versions[0].digest)
    if hanging := sorted({*_hanging(row), *_hanging(versions[0]), *_below(row)}):
        found.hindrance = (
            f"{row.symbol} was read in before as a text of its own ({row.code}) and stays there, "
            f"because something hangs on it: {', '.join(hanging)}. Move that, then read the draft "
            "in again."
        )
    return [found]


def _hanging(row: models.Model) -> list[str]:
    """What points at this record, by the names of the kinds, but for what is its own."""
    return [
        str(relation.related_model._meta.verbose_name)
        for relation in row._meta.related_objects
        if relation.related_model not in OWN
        and relation.related_model._base_manager.filter(**{relation.field.name: row}).exists()
    ]


def _below(row: Instrument) -> list[str]:
    """The same for its provisions, and what was written about them here."""
    provisions = row.provisions.order_by()
    found = [
        str(relation.related_model._meta.verbose_name)
        for relation in Provision._meta.related_objects
        if relation.related_model not in OWN
        and relation.related_model._base_manager.filter(
            **{f"{relation.field.name}__in": provisions}
        ).exists()
    ]
    if provisions.exclude(gist={}).exists() or provisions.filter(themes__isnull=False).exists():
        found.append("words or themes given to its paragraphs")
    return found
