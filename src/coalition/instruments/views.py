"""Declarations to read: the list, the contents, parts, single paragraphs, whole texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from coalition.base.downloads import csv_file
from coalition.base.names import Name
from coalition.instruments import queries
from coalition.instruments.forms import ParagraphFilter
from coalition.instruments.models import Instrument
from coalition.instruments.queries import Node
from coalition.instruments.templatetags.names import named
from coalition.themes.models import Challenge, Theme
from coalition.ui.templatetags.ui import example_mark
from coalition.ui.thread import ABOVE, BELOW, HERE, Cell, Knot

A_PAGE = 20
# Longer texts show the strip and the parts alone, so that the contents stay one light page.
MOST_LISTED = 150


@require_safe
def declarations(request: HttpRequest) -> HttpResponse:
    """Every text that partners can deliver on, and what the coalition is anchored in today."""
    instruments = Instrument.objects.select_related("source", "level")
    page = Paginator(instruments, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": queries.with_sources(list(page)),
        "anchors": queries.current_anchors(timezone.localdate()),
    }
    return render(request, "instruments/list.html", context)


@require_safe
def contents(request: HttpRequest, code: str) -> HttpResponse:
    """What a text is, the strip of its paragraphs, and its parts with a line on each paragraph."""
    instrument = _instrument(code)
    text = queries.text_of(instrument, counted=True)
    form = ParagraphFilter(request.GET)
    is_listed = len(text.paragraphs) <= MOST_LISTED
    parts = [(part, form.chosen(part.paragraphs) if is_listed else []) for part in text.parts]
    is_filtered = is_listed and form.is_filtering
    context = {
        "text": text,
        "instrument": instrument,
        "sources": queries.with_sources([instrument])[0][1],
        "anchors": [
            anchor
            for anchor in queries.current_anchors(timezone.localdate())
            if anchor.instrument_id == instrument.pk
        ],
        "form": form if is_listed else None,
        "csv_query": request.GET.urlencode() if is_filtered else "",
        "parts": [each for each in parts if each[1] or not is_filtered],
        "taken_up": sum(bool(node.count) for node in text.paragraphs),
        "cells": [_cell(node) for node in text.paragraphs],
    }
    return render(request, "instruments/contents.html", context)


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
            node.provision.number,
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
    text = queries.text_of(instrument, counted=True)
    parts = {one.number: one for one in text.parts}
    if number not in parts:
        raise Http404
    context = {
        "text": text,
        "instrument": instrument,
        "part": parts[number],
        "sub_heading": parts[number].sub_heading,
        "previous": parts.get(number - 1),
        "next": parts.get(number + 1),
    }
    return render(request, "instruments/part.html", context)


@require_safe
def provision(request: HttpRequest, code: str, eid: str) -> HttpResponse:
    """The lasting address of one paragraph or point, with who delivers on it.

    An id that does not exist answers with its closest ancestor and says so.
    """
    instrument = _instrument(code)
    text = queries.text_of(instrument)
    node = text.nearest(eid)
    if node is None:
        raise Http404
    home = text.part_of(node.eid)
    if node.is_heading:
        return redirect(f"{home.get_absolute_url()}#{node.eid}")
    family = [each.provision for each in text.line_of(node)]  # a point shares its paragraph's
    themes = Theme.objects.filter(provisions__in=family).distinct()
    challenges = list(Challenge.objects.filter(provisions__in=family).distinct())
    commitments = Paginator(queries.delivering_on(node.provision), A_PAGE).get_page(
        request.GET.get("page")
    )
    order = [each for each in text.by_eid.values() if each.provision.number]
    place = next((i for i, each in enumerate(order) if each is node), None)
    around = {
        "previous": order[place - 1] if place else None,
        "next": order[place + 1] if place is not None and place + 1 < len(order) else None,
        "parent": text.line_of(node)[1] if node.is_point else None,
    }
    context = {
        "text": text,
        "instrument": instrument,
        "node": node,
        "title": citation(node),
        "sub_heading": "h2",
        "asked": eid if eid != node.eid else "",
        "part": home,
        "themes": themes,
        "challenges": challenges,
        "page": commitments,
        "knots": list(_knots(instrument, node, challenges, commitments)),
        **around,
        **{f"{name}_title": citation(each) for name, each in around.items() if each},
    }
    return render(request, "instruments/provision.html", context)


@require_safe
def whole(request: HttpRequest, code: str) -> HttpResponse:
    """The whole text on one page, for paper."""
    instrument = _instrument(code)
    text = queries.text_of(instrument)
    return render(
        request,
        "instruments/print.html",
        {"text": text, "instrument": instrument, "sub_heading": "h3"},
    )


@require_safe
def as_text(request: HttpRequest, code: str) -> HttpResponse:
    instrument = _instrument(code)
    plain = queries.as_plain_text(queries.text_of(instrument))
    return HttpResponse(
        plain,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{instrument.code}.txt"'},
    )


@require_safe
def as_json(request: HttpRequest, code: str) -> HttpResponse:
    instrument = _instrument(code)
    return JsonResponse(
        queries.as_data(queries.text_of(instrument)),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="{instrument.code}.json"'},
    )


# --- Words for what is shown -------------------------------------------------------------------


def citation(node: Node) -> str:
    """How a provision is named in a title: "Paragraph 30 (h)", "Preambular paragraph"."""
    if node.provision.number and (node.is_point or node.is_counted):
        return _("Paragraph %(number)s") % {"number": node.provision.number}
    kind = node.provision.get_role_display()
    return f"{kind} {node.provision.number}".strip()


def _cell(node: Node) -> Cell:
    if node.count:
        who = ngettext("%(count)d commitment", "%(count)d commitments", node.count)
        who %= {"count": node.count}
    else:
        who = _("not taken up yet")
    return Cell(
        node.provision.number or "·",
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


def _instrument(code: str) -> Instrument:
    return get_object_or_404(Instrument.objects.select_related("source", "level"), code=code)
