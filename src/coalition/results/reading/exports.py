"""Figures as rows with their passport, for downloads and programs.

One row a figure. A withheld one has no value, no parts, no words: only why it is withheld.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from coalition.analysis.figures import decimal_of
from coalition.base.downloads import csv_file, xlsx_file
from coalition.base.errors import Refused
from coalition.results.models import Dispute, Evidence, Fact, Indicator, UnitKind
from coalition.results.owners import owners_by
from coalition.results.reading import queries
from coalition.results.totals.queries import plain, unit_of

# A workbook is written whole before it is sent; a longer list is had as CSV or JSON.
MOST_IN_A_WORKBOOK = 50_000
CHUNK = 1000
TOO_LONG = gettext_lazy(
    "There are more figures than a workbook takes well. Narrow the question, or take the CSV."
)
COLUMNS = (
    *("framework", "owner", "result", "indicator", "title", "language", "measure", "unit"),
    *("currency", "rule", "role", "period_from", "period_until", "place", "cell", "value"),
    *("numerator", "denominator", "text", "not_known", "basis", "source", "source_url", "as_of"),
    *("reporter", "reporter_name", "report", "state", "published_at", "checked", "evidence"),
    *("disputed", "dispute", "reply", "withheld", "is_example", "url"),
)


def rows(facts: Any) -> Iterator[dict[str, Any]]:
    """Each figure of a queryset as its passport, read in chunks: what many figures share, such as
    their framework and its owner, is read once a chunk and not once a figure."""
    shared = (
        *("indicator__unit", "indicator__result", *owners_by("indicator__framework")),
        *("unit", "period", "place", "partner", "cell__categories__dimension"),
    )
    for fact in _with_proof(facts.prefetch_related(*shared)).iterator(chunk_size=CHUNK):
        yield passport(fact)


def with_passport(facts: Any) -> Any:
    """One figure, or a page of them, with everything that is said of each."""
    owners = owners_by("indicator__framework")
    return _with_proof(queries.for_passport(facts).select_related(*owners, "partner"))


def _with_proof(facts: Any) -> Any:
    held = Evidence.objects.held().filter(fact=OuterRef("pk"))
    counted = held.order_by().values("fact").annotate(count=Count("pk")).values("count")
    standing = Dispute.objects.standing().order_by("pk")
    return facts.prefetch_related(Prefetch("disputes", standing, to_attr="standing")).annotate(
        evidence_count=Coalesce(Subquery(counted), 0),
        is_checked=Exists(Evidence.objects.checked().filter(fact=OuterRef("pk"))),
    )


def passport(fact: Any) -> dict[str, Any]:
    """One figure with its passport, as plain values; texts as their writers left them. Read as by
    `with_passport`."""
    indicator: Indicator = fact.indicator
    framework = indicator.framework
    unit = unit_of(fact, indicator)
    hidden = bool(fact.hidden)
    is_parted = indicator.is_ratio and not hidden
    disputes = [] if hidden else fact.standing
    decimals = unit.decimals if unit else 0
    return {
        "framework": framework.reference,
        "owner": framework.owner.reference if framework.owner else "",
        "result": indicator.result.title,
        "indicator": indicator.number,
        "title": indicator.title,
        "language": framework.language,
        "measure": indicator.measure,
        "unit": unit.code if unit else "",
        "currency": unit.code.upper() if unit and unit.kind == UnitKind.MONEY else "",
        "rule": indicator.rule,
        "role": fact.role,
        "period_from": fact.period.starts_on if fact.period else None,
        "period_until": fact.period.ends_on if fact.period else None,
        "place": fact.place.code if fact.place else "",
        "cell": categories(fact),
        "value": "" if hidden or fact.text else plain(fact, indicator),
        "numerator": as_decimal(fact.value, decimals) if is_parted else "",
        "denominator": as_decimal(fact.denominator, decimals) if is_parted else "",
        "text": "" if hidden else fact.text,
        "not_known": "" if hidden else fact.not_known,
        "basis": fact.basis,
        "source": "" if hidden else fact.source,
        "source_url": "" if hidden else fact.source_url,
        "as_of": fact.as_of,
        "reporter": fact.partner.reference,
        "reporter_name": fact.partner.name,
        "report": fact.report_id,
        "state": fact.state,
        "published_at": fact.published_at,
        "checked": fact.is_checked and not hidden,
        "evidence": 0 if hidden else fact.evidence_count,
        "disputed": fact.is_disputed,
        "dispute": "\n\n".join(one.reason for one in disputes),
        "reply": "\n\n".join(one.reply for one in disputes if one.reply),
        "withheld": fact.hidden,
        "is_example": framework.is_example,
        "url": f"{settings.SITE_URL}{_figures_of(framework.reference, get_language())}{fact.pk}/",
    }


def categories(fact: Fact) -> dict[str, str]:
    """The category in each dimension by which the figure is broken down."""
    cell = fact.cell
    if cell is None:
        return {}
    if not hasattr(cell, "by_dimension"):  # many figures have the same cell in hand
        cell.by_dimension = {one.dimension.code: one.code for one in cell.categories.all()}
    found: dict[str, str] = cell.by_dimension
    return found


@lru_cache(maxsize=64)
def _figures_of(reference: str, language: str) -> str:
    """Where the figures of a framework stand, up to their number: to make the address of each
    anew would take a third of a long download."""
    return reverse("results:passport", args=[reference, 0]).removesuffix("0/")


def as_decimal(value: int | None, decimals: int) -> str:
    """A whole number of the smallest part as a plain decimal text."""
    return "" if value is None else f"{decimal_of(value, decimals):f}"


# --- Files -----------------------------------------------------------------------------------


def file(kind: str, name: str, facts: Any) -> HttpResponse | StreamingHttpResponse:
    """The figures as `csv`, `xlsx` or `json`. Raises Refused for a workbook that would be too
    long."""
    if kind == "csv":
        return csv_file(name, COLUMNS, map(_line, rows(facts)))
    if kind == "json":
        return StreamingHttpResponse(
            _written(rows(facts)),
            content_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{name}.json"'},
        )
    if facts[MOST_IN_A_WORKBOOK : MOST_IN_A_WORKBOOK + 1].exists():
        raise Refused(TOO_LONG)
    return xlsx_file(name, COLUMNS, map(_line, rows(facts)))


def _line(row: dict[str, Any]) -> list[Any]:
    flat = row | {
        "cell": "|".join(f"{dimension}={code}" for dimension, code in row["cell"].items()),
        "published_at": row["published_at"].isoformat() if row["published_at"] else "",
        **{name: int(row[name]) for name in ("checked", "disputed", "is_example")},
    }
    return ["" if flat[name] is None else flat[name] for name in COLUMNS]


def _written(found: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield '{"figures": ['
    gap = "\n"
    for row in found:
        yield gap + as_json(row)
        gap = ",\n"
    yield "\n]}\n"


def as_json(row: dict[str, Any]) -> str:
    """Days and moments as ISO 8601 writes them; decimals as text, so that no digit is lost."""
    return json.dumps(row, ensure_ascii=False, default=lambda value: value.isoformat())
