"""The search index's answer to a query: ids, the best first. The library keeps the index; on
SQLite we ask it ourselves, since the library's query weighs every record against every other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import BigIntegerField, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Cast
from modelsearch.backends import get_search_backend
from modelsearch.query import And, Or, PlainText, SearchQuery

from coalition.analysis.searching import Query
from coalition.catalogue.models import Facet, Record


def best_first(query: Query, wishes: Mapping[str, str], limit: int) -> list[int]:
    """Ids of at most `limit` records that hold every word and meet every wish.

    `wishes` are a `kind` and values of facets by name.
    """
    wanted = And([Or([PlainText(mark) for mark in sorted(word)]) for word in query.words])
    if connection.vendor == "sqlite":
        found = _in_sqlite(wanted)
    else:
        results = get_search_backend().search(wanted, Record.objects.all())
        found = results.get_queryset().annotate(record=F("pk"))
    return list(meeting(found, wishes).values_list("record", flat=True)[:limit])


def meeting(found: QuerySet[Any], wishes: Mapping[str, str]) -> QuerySet[Any]:
    """Those whose `record` meets every wish: asked per row found, never over the whole table."""
    for name, value in wishes.items():
        if name == "kind":
            having = Record.objects.filter(pk=OuterRef("record"), kind=value)
        else:
            having = Facet.objects.filter(record=OuterRef("record"), name=name, value=value)
        found = found.filter(Exists(having))
    return found


def _in_sqlite(wanted: SearchQuery) -> QuerySet[Any]:
    """Entries of the full-text table with their `record`, the best first."""
    # The library makes these only where SQLite is the database.
    from modelsearch.backends.database.sqlite.query import BM25, MatchExpression
    from modelsearch.backends.database.sqlite.sqlite import SQLiteFTSIndexEntry

    compiler = get_search_backend().query_compiler_class(Record.objects.all(), wanted)
    match = MatchExpression(compiler.FTS_TABLE_FIELDS, compiler.build_search_query(wanted))
    return (
        SQLiteFTSIndexEntry.objects.filter(match)
        .annotate(
            record=Cast("index_entry__object_id", BigIntegerField()),
            # A sum, not the bare column: so the planner begins with the words, not the type.
            type=F("index_entry__content_type_id") + 0,
        )
        .filter(type=ContentType.objects.get_for_model(Record).pk)
        .order_by(BM25(), "-record")
    )
