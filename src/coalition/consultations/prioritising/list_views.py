"""The prioritised lists for everyone, once results are published: as pages and as files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from coalition.base.downloads import csv_file
from coalition.consultations.models import Consultation, Summary
from coalition.consultations.prioritising import exporting, queries, words
from coalition.consultations.states import SUMMED_UP
from coalition.consultations.taking_along import read_along, taken_along

A_PAGE = 25
HEADER = (
    *("number", "text", "language", "place", "is_in", "cost", "currency", "support"),
    *("supporters", "why"),
)


@read_along
@require_safe
def prioritised(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """One list, page by page, with why in or out."""
    one, value = _published(reference, name)
    page = Paginator(words.items_of(value, name), A_PAGE).get_page(request.GET.get("page"))
    has_ballots = exporting.is_published(one, value, name)
    context = {
        "consultation": one,
        "value": value,
        "page": page,
        "section": words.section(one, value, name, list(page)),
        "others": [
            (other, title, reverse("consultations:prioritised", args=[reference, other]))
            for other, title in words.titles().items()
        ],
        "csv_url": reverse("consultations:prioritised_csv", args=[reference, name]),
        "pb_url": reverse("consultations:ballots_pb", args=[reference, name])
        if has_ballots
        else "",
    }
    return render(request, "consultations/prioritising/list.html", context)


@taken_along
@require_safe
def prioritised_csv(request: HttpRequest, reference: str, name: str) -> HttpResponseBase:
    """The whole list, as CSV; supporters by group in columns of their own, empty where they are not
    told. Amounts are in the smallest part of the currency."""
    one, value = _published(reference, name)
    groups = sorted({code for item in words.items_of(value, name) for code in item["by_group"]})
    header = [*HEADER, *(f"supporters_{code.replace(' ', '_')}" for code in groups)]
    return csv_file(f"{reference}-{name}-first", header, _rows(one, value, name, groups))


def _rows(
    one: Consultation, value: Mapping[str, Any], name: str, groups: list[str]
) -> Iterator[list[Any]]:
    items = {item["number"]: item for item in words.items_of(value, name)}
    for row in words.section(one, value, name).rows:
        item = items[row.statement.number]
        counts = [item["by_group"].get(code) for code in groups]
        yield [
            *(row.statement.number, row.statement.readable, row.statement.language),
            item["round"] or "" if value["budget"] else item["place"],
            int(row.is_in),
            *(item.get("cost", ""), value["unit"] or "", item["support"], item["supporters"]),
            row.why,
            *("" if count is None else count for count in counts),
        ]


@taken_along
@require_safe
def ballots_pb(request: HttpRequest, reference: str, name: str) -> HttpResponseBase:
    """The single ballots, where they may be told, in the format of Pabulib."""
    one, value = _published(reference, name)
    phase = queries.phase_of(one)
    if phase is None or not exporting.is_published(one, value, name):
        raise Http404
    return StreamingHttpResponse(
        exporting.lines(one, phase, value, name),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{reference}-{name}.pb"'},
    )


def _published(reference: str, name: str) -> tuple[Consultation, dict[str, Any]]:
    """A consultation whose results everybody reads, and what came first in it."""
    one = get_object_or_404(Consultation.objects.announced(), reference=reference)
    found = Summary.objects.filter(consultation=one, consultation__state__in=SUMMED_UP)
    value = found.values_list("value__priorities", flat=True).first()
    if not value or name not in words.titles():
        raise Http404
    return one, value
