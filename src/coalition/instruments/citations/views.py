"""What a text builds on, and what builds on it: a page and its download."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from coalition.base.downloads import csv_file
from coalition.instruments.citations import queries
from coalition.instruments.citations.forms import BY, CitationFilter
from coalition.instruments.citations.words import place_name
from coalition.instruments.models import Citation, Instrument

A_PAGE = 20
# Places shown beside a text that is cited more often; the download has all of them.
MOST_PLACES = 8
AROUND = 60  # characters beside cited words


@require_safe
def citations(request: HttpRequest, code: str) -> HttpResponse:
    """The texts that this one cites, most cited first, or the paragraphs that cite it."""
    instrument = get_object_or_404(Instrument, code=code)
    version = queries.version_read(instrument)
    form = CitationFilter(request.GET)
    chosen = form.chosen
    context: dict[str, Any] = {
        "instrument": instrument,
        "form": form,
        "side": chosen["side"],
        "query": request.GET.urlencode()[:300],
        "counts": queries.counts(instrument, version),
    }
    number = request.GET.get("page")
    if chosen["side"] == BY:
        found = queries.citations_of(instrument, paragraph=chosen["paragraph"])
        page = Paginator(queries.paragraphs_citing(found), A_PAGE).get_page(number)
        context["rows"] = [
            (one, place_name(one), [(each, *around(one.words, each)) for each in one.cited_here])
            for one in page
        ]
    else:
        found = queries.citations_in(version, held=chosen["held"], paragraph=chosen["paragraph"])
        page = Paginator(queries.texts_cited(found), A_PAGE).get_page(number)
        context["rows"] = [
            (
                one,
                [(each, place_name(each)) for each in one.places[:MOST_PLACES]],
                max(0, len(one.places) - MOST_PLACES),
            )
            for one in queries.with_places(page, found)
        ]
        for one, _places, _more in context["rows"]:
            for each in one.places:
                each.provision.instrument = instrument
    return render(request, "instruments/citations/citations.html", context | {"page": page})


@require_safe
def citations_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    """Every citation that the page shows for the same filter, one a row."""
    instrument = get_object_or_404(Instrument, code=code)
    chosen = CitationFilter(request.GET).chosen
    if chosen["side"] == BY:
        found = queries.citations_of(instrument, paragraph=chosen["paragraph"]).order_by(
            "-wording__version__adopted_on", "wording__version", "wording__position", "begins"
        )
    else:
        found = queries.citations_in(
            queries.version_read(instrument), held=chosen["held"], paragraph=chosen["paragraph"]
        ).order_by("wording__position", "begins")
    every = found.select_related("instrument", "wording__version__instrument", "wording__provision")
    header = ["in", "paragraph", "url", "cites", "key", "cited_paragraph", "words"]
    return csv_file(f"{instrument.code}-citations", header, _rows(request, every))


def _rows(request: HttpRequest, citations: Any) -> Iterator[list[str]]:
    for one in citations.iterator(chunk_size=500):
        wording = one.wording
        wording.provision.instrument = wording.version.instrument
        yield [
            wording.version.symbol,
            wording.number or wording.eid,
            request.build_absolute_uri(wording.provision.get_absolute_url()),
            one.instrument.symbol if one.instrument else "",
            one.key,
            one.provision_number,
            wording.words[one.begins : one.ends],
        ]


def around(words: str, citation: Citation) -> tuple[str, str, str]:
    """The cited words with a few before and after them, cut between words."""
    before = words[max(0, citation.begins - AROUND) : citation.begins]
    after = words[citation.ends : citation.ends + AROUND]
    if citation.begins > AROUND:
        before = "… " + before.partition(" ")[2]
    if citation.ends + AROUND < len(words):
        after = after.rpartition(" ")[0] + " …"
    return before, words[citation.begins : citation.ends], after
