"""Keeps the catalogue in step with the records of every room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from modelsearch.backends import get_search_backends

from coalition.base import planner
from coalition.catalogue import rows
from coalition.catalogue.models import Facet, Kind, Record
from coalition.catalogue.rows import Row

# What a row takes from its source; `changed_at` moves when one of these does.
FIELDS = (
    *("title", "titles", "summary", "summaries", "language", "path", "is_example"),
    "search_text",
)

INDEXED_AT_ONCE = 5000


@dataclass
class Tally:
    """What bringing rows up to date did."""

    made: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    @property
    def total(self) -> int:
        return self.made + self.changed + self.unchanged

    def add(self, other: Tally) -> None:
        for name in ("made", "changed", "unchanged", "removed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def record_changed(record: Any) -> None:
    """Bring the catalogue's rows of this record up to date, or remove them when it is not public.

    A declaration brings its paragraphs, a partner its published promises. Raises TypeError for a
    kind of record that this room does not know: its own room calls `put` and `remove`.
    """
    for kind, which, wanted in rows.of_record(record):
        follow(kind, wanted, which)


def records_changed(records: Sequence[Any]) -> None:
    """Bring the rows of many partners with their promises, of many instruments with their
    provisions, of many interventions or documents of others up to date, in large sets.

    Raises TypeError for other kinds of records.
    """
    for start in range(0, len(records), INDEXED_AT_ONCE):
        for kind, which, wanted in rows.of_records(records[start : start + INDEXED_AT_ONCE]):
            follow(kind, wanted, which)


def put(row: Row) -> None:
    """Make or update the row of a record of a later room."""
    follow(row.kind, [row], Q(key=row.key))


def remove(kind: Kind | str, key: str) -> None:
    """Take the row of a record that is no longer public out of search and feeds."""
    follow(Kind(kind), [], Q(key=key))


def rebuild(progress: Callable[[Kind, Tally], None] | None = None) -> Tally:
    """Make every row anew from its source; rows that are right already are left as they are.

    Calls `progress` after each kind. Rows of kinds that no source is named for stay.
    """
    total = Tally()
    for kind, wanted in rows.everything():
        tally = follow(kind, wanted, Q())
        total.add(tally)
        if progress:
            progress(kind, tally)
    planner.refresh()
    return total


@transaction.atomic
def follow(kind: Kind, wanted: Iterable[Row], which: Q) -> Tally:
    """Make the rows of a kind that `which` selects exactly the wanted ones, in bounded sets."""
    tally = Tally()
    seen: set[int] = set()
    touched: list[int] = []
    source = iter(wanted)
    while batch := list(islice(source, rows.CHUNK)):
        kept, saved = _keep(kind, batch, tally)
        seen |= kept
        touched += saved
    _index(touched)
    held = Record.objects.filter(which, kind=kind).values_list("pk", flat=True)
    tally.removed = _take_out([pk for pk in held if pk not in seen])
    return tally


def _keep(kind: Kind, batch: list[Row], tally: Tally) -> tuple[set[int], list[int]]:
    """Save what differs; gives the ids of all rows concerned, and of those that were saved."""
    now = timezone.now()
    held = Record.objects.filter(kind=kind, key__in=[row.key for row in batch])
    held = {record.key: record for record in held.prefetch_related("facets")}
    new, altered, facets = [], [], []
    for row in batch:
        record = held.get(row.key)
        values = _values(row)
        if record is None:
            record = Record(kind=kind, key=row.key, changed_at=row.since or now, **values)
            new.append(record)
        else:
            present = {(facet.name, facet.value) for facet in record.facets.all()}
            if present == row.facets and all(
                getattr(record, name) == value for name, value in values.items()
            ):
                continue
            record.changed_at = now
            for name, value in values.items():
                setattr(record, name, value)
            altered.append(record)
        facets.append((record, row.facets))
    Record.objects.bulk_create(new)
    Record.objects.bulk_update(altered, [*FIELDS, "changed_at"], batch_size=50)
    Facet.objects.filter(record__in=altered).delete()
    Facet.objects.bulk_create(
        Facet(record=record, name=name, value=value)
        for record, pairs in facets
        for name, value in sorted(pairs)
    )
    tally.made += len(new)
    tally.changed += len(altered)
    tally.unchanged += len(batch) - len(new) - len(altered)
    saved = [record.pk for record in [*new, *altered]]
    return {*saved, *(record.pk for record in held.values())}, saved


def _index(pks: list[int]) -> None:
    """Bring the search index after the rows. In large sets: each one costs the library a look at
    the whole index."""
    for start in range(0, len(pks), INDEXED_AT_ONCE):
        records = list(Record.objects.filter(pk__in=pks[start : start + INDEXED_AT_ONCE]))
        for backend in get_search_backends(with_auto_update=True):
            backend.add_bulk(Record, records)


def _values(row: Row) -> dict[str, Any]:
    return {
        "title": row.title[:300],
        "titles": dict(row.titles or {row.language: row.title}),
        "summary": row.summary,
        "summaries": dict(row.summaries or {}),
        "language": row.language,
        "path": row.path,
        "is_example": row.is_example,
        "search_text": row.search_text,
    }


def _take_out(pks: list[int]) -> int:
    for start in range(0, len(pks), rows.CHUNK):
        gone = Record.objects.filter(pk__in=pks[start : start + rows.CHUNK])
        for backend in get_search_backends(with_auto_update=True):
            for record in gone.only("pk"):
                backend.delete(record)
        gone.delete()
    return len(pks)
