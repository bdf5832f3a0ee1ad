"""Texts to read: the list of all, the contents, parts, single paragraphs, whole texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coalition.base.downloads import csv_file
from coalition.base.names import Name
from coalition.base.reference import Source
from coalition.instruments.citations import queries as citing
from coalition.instruments.citations.words import place_name
from coalition.instruments.models import Instrument, Version
from coalition.instruments.queries import interventions
from coalition.instruments.templatetags.names import named
from coalition.instruments.texts import anchors, exporting, plain, queries
from coalition.instruments.texts import library as listing
from coalition.instruments.texts.forms import LibraryFilter, ParagraphFilter
from coalition.instruments.texts.tree import Node, short
from coalition.themes.models import Challenge, Theme
from coalition.ui.templatetags.ui import example_mark
from coalition.ui.thread import ABOVE, BELOW, HERE, Cell, Knot

A_PAGE = 20
ROWS_A_PAGE = 50
MOST_OWN = 12  # of the coalition's own declarations, shown with all their facts
RECORD = (
    *("code", "symbol", "name", "kind", "adopted_on", "category", "status", "paragraphs"),
    *("languages", "parties_held", "url"),
)
# Longer texts show the strip and the parts alone, so that the contents stay one light page.
MOST_LISTED = 150
# Paragraphs of other texts that cite a provision, shown on its page; all are on their own page.
MOST_BUILDERS = 5
MOST_ASKED = 10  # consultations on it


def leads_on(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A text that became a version of another leads to it; so do its paragraphs."""

    @wraps(view)
    def answer(request: HttpRequest, code: str, **more: str) -> HttpResponse:
        try:
            return view(request, code, **more)
        except Http404:
            home = anchors.moved_to(code)
            if home is None:
                raise
            return redirect(f"instruments:{view.__name__}", permanent=True, code=home.code, **more)

    return answer


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Every text, filtered and in pages; before all of them, unfiltered, the coalition's own."""
    form = LibraryFilter(request.GET)
    page = Paginator(listing.library(**form.chosen()), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    is_front = page.number == 1 and not form.query()
    context = {
        "form": form,
        "page": page,
        "rows": (rows := listing.with_holdings(page)),
        "has_category": any(row.instrument.category for row in rows),
        "has_standing": any(row.instrument.standing for row in rows),
        "query": form.query(),
        "order": listing.SORTS[form.chosen().get("sort", listing.NEWEST)],
        "own": _own_texts() if is_front else [],
        "anchors": queries.current_anchors(timezone.localdate()) if is_front else [],
    }
    return render(request, "instruments/texts/list.html", context)


@require_safe
def library_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All rows that the filters of the list choose, in its order."""
    rows = (list(each.values()) for each in _records(request))
    return csv_file("instruments", RECORD, rows)


@require_safe
def library_json(request: HttpRequest) -> StreamingHttpResponse:
    """The same rows as JSON, each an object."""

    def lines() -> Iterator[str]:
        gap = "[\n"
        for each in _records(request):
            yield gap + json.dumps(each, ensure_ascii=False, default=str)
            gap = ",\n"
        yield "\n]\n" if gap != "[\n" else "[]\n"

    return StreamingHttpResponse(
        lines(),
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="instruments.json"'},
    )


def _own_texts() -> list[tuple[Instrument, list[Source]]]:
    chosen = queries.with_facts(listing.coalition_texts())[:MOST_OWN]
    return queries.with_sources(list(chosen))


def _records(request: HttpRequest) -> Iterator[dict[str, Any]]:
    """The rows of a download; languages are those in which a wording is held."""
    chosen = listing.library(**LibraryFilter(request.GET).chosen())
    for row in listing.all_rows(chosen):
        one = row.instrument
        values = (
            *(one.code, one.symbol, str(one.name), one.kind, one.adopted_on, one.category),
            *(one.standing, row.paragraphs, " ".join(row.languages), row.has_parties),
            request.build_absolute_uri(one.get_absolute_url()),
        )
        yield dict(zip(RECORD, values, strict=True))


@require_safe
def moved(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Texts had their pages under another address once; links that people kept still lead there."""
    query = request.META.get("QUERY_STRING", "")
    return redirect(
        f"{reverse('instruments:list')}{rest}" + (f"?{query}" if query else ""), permanent=True
    )


@require_safe
@leads_on
def contents(request: HttpRequest, code: str) -> HttpResponse:
    """What a text is, the strip of its paragraphs, and its parts with a line on each paragraph."""
    instrument = get_object_or_404(queries.with_facts(Instrument.objects.all()), code=code)
    text = queries.text_of(instrument, language=_language(), counted=True)
    form = ParagraphFilter(request.GET)
    is_listed = len(text.paragraphs) <= MOST_LISTED
    parts = [(part, form.chosen(part.paragraphs) if is_listed else []) for part in text.parts]
    is_filtered = is_listed and form.is_filtering
    today = timezone.localdate()
    bound = queries.parties_bound(instrument, today) if instrument.is_binding else None
    context = {
        "text": text,
        "instrument": instrument,
        "bound": bound,
        "sources": queries.with_sources([instrument])[0][1],
        "anchors": [
            anchor
            for anchor in queries.current_anchors(today)
            if anchor.instrument_id == instrument.pk
        ],
        "form": form if is_listed else None,
        "csv_query": request.GET.urlencode() if is_filtered else "",
        "parts": [each for each in parts if each[1] or not is_filtered],
        "taken_up": sum(bool(node.count) for node in text.paragraphs),
        "cells": [_cell(node) for node in text.paragraphs],
        "gone": anchors.gone_from(text, request.GET.get("was", "")),
        "languages": queries.in_other_languages(text),
        "citations": citing.counts(instrument, text.version),
        "consultations": list(instrument.consultations.announced()[:MOST_ASKED]),
        "done": interventions().on_text(instrument).as_knots(f"declaration={instrument.code}"),
    }
    return render(request, "instruments/texts/contents.html", context)


@require_safe
def paragraphs_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The paragraphs that the contents page lists for the same filter, as CSV."""
    instrument = _instrument(code)
    chosen = ParagraphFilter(request.GET).chosen(
        queries.text_of(instrument, counted=True).paragraphs
    )
    rows = (
        [
            node.eid,
            node.number,
            node.provision.gist_text,
            node.count,
            request.build_absolute_uri(node.provision.get_absolute_url()),
        ]
        for node in chosen
    )
    return csv_file(instrument.code, ["eid", "number", "in_our_words", "commitments", "url"], rows)


@require_safe
def part(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One part of a text, to read."""
    instrument = _instrument(code)
    text = queries.text_of(instrument, language=_language(), counted=True)
    parts = {one.number: one for one in text.parts}
    if number not in parts:
        raise Http404
    queries.with_citations(parts[number].nodes)
    context = {
        "text": text,
        "instrument": instrument,
        "part": parts[number],
        "gone": anchors.gone_from(text, request.GET.get("was", "")),
        "languages": queries.in_other_languages(text),
        "sub_heading": parts[number].sub_heading,
        "previous": parts.get(number - 1),
        "next": parts.get(number + 1),
    }
    return render(request, "instruments/texts/part.html", context)


@require_safe
@leads_on
def provision(request: HttpRequest, code: str, eid: str) -> HttpResponse:
    """The lasting address of one paragraph or point, with who delivers on it.

    An address that it had in another version leads here too. One that is no more leads to what
    took it in or to what it stood in, and an unknown one to its closest ancestor; the page says so.
    """
    instrument = _instrument(code)
    text = queries.text_of(instrument, language=_language())
    place = anchors.place_of(text, eid)
    node = place.node
    was = f"?{urlencode({'was': place.gone.eid})}" if place.gone else ""
    if node is None:
        if not place.is_known:
            raise Http404
        return redirect(f"{instrument.get_absolute_url()}{was}")
    home = text.part_of(node.eid)
    if node.is_heading:
        return redirect(f"{home.get_absolute_url()}{was}#{node.eid}")
    if place.is_known and not place.is_exact:
        return redirect(f"{node.provision.get_absolute_url()}{was}")
    family = [each.provision for each in text.line_of(node)]  # a point shares its paragraph's
    themes = Theme.objects.filter(provisions__in=family).distinct()
    challenges = list(Challenge.objects.filter(provisions__in=family).distinct())
    commitments = Paginator(queries.delivering_on(node.provision), A_PAGE).get_page(
        request.GET.get("page")
    )
    queries.with_citations([node])
    builders = citing.citations_of_provision(node.provision)
    order = [each for each in text.by_eid.values() if each.number]
    rank = next((i for i, each in enumerate(order) if each is node), None)
    around = {
        "previous": order[rank - 1] if rank else None,
        "next": order[rank + 1] if rank is not None and rank + 1 < len(order) else None,
        "parent": text.line_of(node)[1] if node.is_point else None,
    }
    context = {
        "text": text,
        "instrument": instrument,
        "node": node,
        "title": citation(node),
        "sub_heading": "h2",
        "asked": "" if place.is_exact else eid,
        "gone": anchors.gone_from(text, request.GET.get("was", "")),
        "earlier": anchors.earlier_places(text, node),
        "languages": queries.in_other_languages(text),
        "part": home,
        "themes": themes,
        "challenges": challenges,
        "consultations": list(node.provision.consultations.announced()[:MOST_ASKED]),
        "answered": list(node.provision.statements.answered()[:MOST_ASKED]),
        "discussions": list(instrument.consultations.discussing(node.provision)[:MOST_ASKED]),
        "page": commitments,
        "by_group": queries.groups_delivering_on(node.provision),
        "knots": list(_knots(instrument, node, challenges, commitments)),
        "done": interventions()
        .taking_up(node.provision)
        .as_knots(f"provision={instrument.code}/{node.provision.eid}"),
        "builds_on": citing.cited_by(
            [one for each in node.walk() for one in each.citations], instrument.pk
        ),
        "built_on_by": [
            (one, place_name(one)) for one in citing.paragraphs_citing(builders)[:MOST_BUILDERS]
        ],
        **around,
        **{f"{name}_title": citation(each) for name, each in around.items() if each},
    }
    return render(request, "instruments/texts/provision.html", context)


@require_safe
def whole(request: HttpRequest, code: str) -> HttpResponse:
    """The whole text on one page, for paper."""
    instrument = _instrument(code)
    text = queries.text_of(instrument, version=_version(request, instrument))
    queries.with_citations(text.nodes)
    return render(
        request,
        "instruments/texts/print.html",
        {"text": text, "instrument": instrument, "sub_heading": "h3"},
    )


@require_safe
def as_text(request: HttpRequest, code: str) -> HttpResponse:
    instrument = _instrument(code)
    version = _version(request, instrument)
    words = plain.as_plain_text(queries.text_of(instrument, version=version))
    return HttpResponse(
        words,
        content_type="text/plain; charset=utf-8",
        headers=_attached(instrument, version, "txt"),
    )


@require_safe
def as_json(request: HttpRequest, code: str) -> HttpResponse:
    instrument = _instrument(code)
    version = _version(request, instrument)
    return JsonResponse(
        plain.as_data(queries.text_of(instrument, version=version)),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers=_attached(instrument, version, "json"),
    )


@require_safe
def as_xml(request: HttpRequest, code: str) -> HttpResponse:
    """A version as Akoma Ntoso: the one asked for, else the current one; 404 without wording."""
    instrument = _instrument(code)
    asked = _version(request, instrument)
    version = asked or queries.current_version(instrument.versions.all())
    if version is None:
        raise Http404
    version.instrument = instrument
    return HttpResponse(
        exporting.as_akn(version),
        content_type="application/akn+xml; charset=utf-8",
        headers=_attached(instrument, asked, "xml"),
    )


def _attached(instrument: Instrument, version: Version | None, ending: str) -> dict[str, str]:
    """The header by which a text is saved under the name of its instrument, or of its version."""
    name = slugify(version.symbol.replace("/", "-")) if version else instrument.code
    language = f"-{version.language}" if version else ""
    return {"Content-Disposition": f'attachment; filename="{name}{language}.{ending}"'}


# --- Words for what is shown -------------------------------------------------------------------


def citation(node: Node) -> str:
    """How a provision is named in a title: "Paragraph 30 (h)", "Article 2", "Heading"."""
    if node.number and (node.is_point or node.is_counted):
        words = _("Article %(number)s") if node.is_article else _("Paragraph %(number)s")
        return words % {"number": node.number}
    kind = node.provision.get_role_display()
    return f"{kind} {node.number}".strip()


def _cell(node: Node) -> Cell:
    if node.count:
        who = ngettext("%(count)d commitment", "%(count)d commitments", node.count)
        who %= {"count": node.count}
    else:
        who = _("not taken up yet")
    return Cell(
        short(node.number) or "·",
        node.provision.get_absolute_url(),
        node.count,
        f"{citation(node)}: {who}",
    )


def _knots(
    instrument: Instrument, node: Node, challenges: Iterable[Any], commitments: Iterable[Any]
) -> Iterator[Knot]:
    """The thread through a provision: what it answers, where it stands, who delivers on it."""
    for challenge in challenges:
        yield Knot(_("Challenge"), challenge.short_name, challenge.get_absolute_url(), "", ABOVE)
    yield Knot(
        instrument.get_kind_display(),
        instrument.short_name,
        instrument.get_absolute_url(),
        "",
        ABOVE,
    )
    yield Knot(_("You are here"), citation(node), "", "", HERE)
    for commitment in commitments:
        maker = commitment.partner
        yield Knot(
            format_html("{} · {}", _("Commitment"), named(Name(maker.name, maker.name_language))),
            named(Name(commitment.title, commitment.language)),
            commitment.get_absolute_url(),
            example_mark() if commitment.is_example else "",
            BELOW,
        )


# --- Helpers -----------------------------------------------------------------------------------


def _language() -> str:
    """The reader's language, as versions have it: "en", "zh"."""
    return (get_language() or "en").split("-")[0]


def _version(request: HttpRequest, instrument: Instrument) -> Version | None:
    """The version asked for by its key (`?version=12`); None where none is asked for."""
    asked = request.GET.get("version", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        raise Http404
    return get_object_or_404(instrument.versions, pk=int(asked))


def _instrument(code: str) -> Instrument:
    return get_object_or_404(Instrument.objects.select_related("source", "level"), code=code)
