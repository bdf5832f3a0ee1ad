"""Reads of the catalogue: search with its filters, the newest records, records by reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, F, Value
from django.db.models.functions import Concat
from django.utils.translation import get_language

from coalition.analysis.searching import Piece, Query, extract, has_hit
from coalition.base.names import Name
from coalition.catalogue import index
from coalition.catalogue.models import Facet, Kind, Record
from coalition.catalogue.rows import GROUP, PLACE, THEME

# Nobody reads further: beyond this a search asks for one more word.
MOST_FOUND = 1000
FACETS = (THEME, PLACE, GROUP)


# --- Search ----------------------------------------------------------------------------------


def matching(query: Query, wishes: Mapping[str, str]) -> list[int]:
    """Ids of at most MOST_FOUND + 1 records that hold all words and meet all wishes.

    The best first; without words the newest first. `wishes` are values of `kind` and of FACETS.
    """
    if query.words:
        return index.best_first(query, wishes, MOST_FOUND + 1)
    newest_first = index.meeting(Record.objects.annotate(record=F("pk")), wishes)
    return list(newest_first.values_list("pk", flat=True)[: MOST_FOUND + 1])


@dataclass
class Found:
    """What a search found, and how many of it each further filter would leave."""

    ids: list[int]
    is_cut: bool = False  # there is more, which is not listed
    counts: dict[str, dict[str, int]] = field(default_factory=dict)


def nothing() -> Found:
    """What a search finds that asks for nothing."""
    return Found([], counts={name: {} for name in ("kind", *FACETS)})


def search(query: Query, wishes: Mapping[str, str]) -> Found:
    """Search with counts by filter: each filter's counts are those under all the other filters."""
    ids = matching(query, wishes)
    found = Found(ids[:MOST_FOUND], is_cut=len(ids) > MOST_FOUND)
    for name in ("kind", *FACETS):
        others = {key: value for key, value in wishes.items() if key != name}
        base = matching(query, others) if wishes.get(name) else ids
        if name == "kind":
            rows = Record.objects.filter(pk__in=base).order_by().values_list("kind")
        else:
            facets = Facet.objects.filter(record__in=base, name=name)
            # Not the bare column: SQLite would walk all facets of the name in the order of their
            # values, to save itself the sorting of the few that these records have.
            rows = facets.annotate(found=Concat("value", Value(""))).values_list("found")
        found.counts[name] = dict(rows.annotate(Count("pk")))
    return found


@dataclass
class Result:
    """One record as the list of results shows it."""

    record: Record
    title: list[Piece]
    title_language: str
    extract: list[Piece]
    extract_language: str


def results(ids: Iterable[int], query: Query) -> list[Result]:
    """The records in this order, each with the passage in which the words were found."""
    ids = list(ids)
    records = Record.objects.defer("search_text").in_bulk(ids)
    return [_result(records[pk], query) for pk in ids if pk in records]


def _result(record: Record, query: Query) -> Result:
    name, passage = record.name, best_passage(record, query)
    return Result(
        record,
        extract(name, name.language, query, width=300),
        name.language,
        extract(passage, passage.language, query),
        passage.language,
    )


def best_passage(record: Record, query: Query) -> Name:
    """The text in which the words stand: the reader's language first, then the record's own."""
    reader = (get_language() or "en").split("-")[0]
    own = {**record.summaries}
    candidates = [
        Name(own.get(reader, ""), reader),
        Name(record.summary, record.language),
        *(Name(text, language) for language, text in own.items()),
        *(Name(text, language) for language, text in record.titles.items()),
    ]
    shown = next((text for text in candidates[: 2 + len(own)] if text), Name("", reader))
    title = record.name
    if query.words and not has_hit(title, title.language, query):
        return next((text for text in candidates if has_hit(text, text.language, query)), shown)
    return next((text for text in candidates[:2] if has_hit(text, text.language, query)), shown)


# --- The newest ------------------------------------------------------------------------------

# What happens, as against what is there from the first day: the feed of everything holds these.
EVENTFUL = (
    *(Kind.COMMITMENT, Kind.INTERVENTION, Kind.CONSULTATION),
    *(Kind.PARTNER, Kind.DECLARATION, Kind.NEWS),
)


def newest(kinds: Iterable[Kind], count: int) -> list[Record]:
    """The records of these kinds that changed last."""
    records = Record.objects.filter(kind__in=list(kinds)).defer("search_text")
    return list(records[:count])


# --- By reference ----------------------------------------------------------------------------


def resolve(references: Iterable[str]) -> dict[str, tuple[Name, str]]:
    """Title and address of the public records that have these references: partners, commitments,
    interventions and consultations by theirs (COM-2026-0042), paragraphs as doha/para_23. Others
    are left out."""
    kinds = (
        *(Kind.PARTNER, Kind.COMMITMENT, Kind.INTERVENTION),
        *(Kind.CONSULTATION, Kind.PROVISION),
    )
    found = Record.objects.filter(kind__in=kinds, key__in=list(references)).defer("search_text")
    return {one.key: (one.name, one.get_absolute_url()) for one in found}
