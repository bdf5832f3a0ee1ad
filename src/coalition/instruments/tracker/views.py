"""The tracker of a text: on screen, as CSV and as JSON, the same rows in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from coalition.base.downloads import csv_file
from coalition.instruments.models import Instrument
from coalition.instruments.texts.tree import Part, short
from coalition.instruments.tracker import queries
from coalition.instruments.tracker.forms import TrackerFilter
from coalition.instruments.tracker.queries import Tracked, Tracker
from coalition.partners.models import PartnerGroup
from coalition.places.models import Level
from coalition.themes.models import Challenge, Theme
from coalition.ui.thread import Cell

ROWS_A_PAGE = 50
# A longer text shows a cell for each of its parts, so that the strip stays one glance.
MOST_CELLS = 200


@dataclass
class Asked:
    """What one request is about: the text, the filter, and the paragraphs it leaves."""

    instrument: Instrument
    tracker: Tracker
    form: TrackerFilter
    wishes: dict[str, Any]
    found: list[Tracked]
    groups: list[PartnerGroup]
    levels: list[Level]
    themes: list[Theme]
    challenges: list[Challenge]

    @property
    def narrowed(self) -> tuple[str, str]:
        """Of which group, at which level, commitments are counted: what the filter says."""
        return self.wishes.get("group", ""), self.wishes.get("level", "")


@require_safe
def tracker(request: HttpRequest, code: str) -> HttpResponse:
    """Which paragraph of a text who answers with a commitment, and which nobody has taken up."""
    asked = _asked(request, code)
    page = Paginator(asked.found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = [(one, one.count(*asked.narrowed), _by_group(one, asked)) for one in page]
    context = {
        "asked": asked,
        "instrument": asked.instrument,
        "text": asked.tracker.text,
        "form": asked.form,
        "page": page,
        "rows": rows,
        "total": len(asked.tracker.paragraphs),
        "taken_up": asked.tracker.taken_up(*asked.narrowed),
        "commitments": asked.tracker.commitments(*asked.narrowed),
        "cells": _cells(asked),
        "summaries": _summaries(asked),
        "as_table": "table" in asked.wishes,
        "is_filtered": bool(asked.wishes.keys() - {"sort", "table"}),
        "csv": _link("instruments:tracker_csv", asked),
        "json": _link("instruments:tracker_json", asked),
    }
    return render(request, "instruments/tracker/tracker.html", context)


@require_safe
def tracker_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The paragraphs that the page lists for the same filter, with a column a group and level."""
    asked = _asked(request, code)
    groups = [group.code for group in asked.groups]
    levels = [level.code for level in asked.levels]
    header = ["eid", "number", "part", "in_our_words", "themes", "challenges", "commitments"]
    header += [f"group_{code}" for code in groups] + [f"level_{code}" for code in levels] + ["url"]
    rows = (
        [
            one.node.eid,
            one.node.number,
            one.part.number,
            one.gist,
            " ".join(sorted(one.themes)),
            " ".join(sorted(one.challenges)),
            one.count(*asked.narrowed),
            *(one.count(group, asked.narrowed[1]) for group in groups),
            *(one.count(asked.narrowed[0], level) for level in levels),
            request.build_absolute_uri(one.node.provision.get_absolute_url()),
        ]
        for one in asked.found
    )
    return csv_file(f"{asked.instrument.code}-tracker", header, rows)


@require_safe
def tracker_json(request: HttpRequest, code: str) -> HttpResponse:
    """The same as one JSON value: the figure, and each paragraph with its counts."""
    asked = _asked(request, code)
    groups = [group.code for group in asked.groups]
    levels = [level.code for level in asked.levels]
    group, level = asked.narrowed
    value = {
        "instrument": asked.instrument.code,
        "filter": asked.wishes,
        "paragraphs_in_all": len(asked.tracker.paragraphs),
        "taken_up": asked.tracker.taken_up(group, level),
        "commitments": asked.tracker.commitments(group, level),
        "paragraphs": [
            {
                "eid": one.node.eid,
                "number": one.node.number,
                "part": one.part.number,
                "in_our_words": one.gist,
                "themes": sorted(one.themes),
                "challenges": sorted(one.challenges),
                "commitments": one.count(group, level),
                "by_group": {code: one.count(code, level) for code in groups},
                "by_level": {code: one.count(group, code) for code in levels},
                "url": request.build_absolute_uri(one.node.provision.get_absolute_url()),
            }
            for one in asked.found
        ],
    }
    return JsonResponse(
        value,
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={
            "Content-Disposition": f'attachment; filename="{asked.instrument.code}-tracker.json"'
        },
    )


def _asked(request: HttpRequest, code: str) -> Asked:
    instrument = get_object_or_404(Instrument, code=code)
    tracker = queries.tracker_of(instrument)
    vocabulary: dict[str, Any] = {
        "groups": list(PartnerGroup.objects.all()),
        "levels": list(Level.objects.all()),
        "themes": list(Theme.objects.filter(retired_on=None)),
        "challenges": list(Challenge.objects.filter(retired_on=None)),
    }
    parts = [part for part in tracker.text.parts if part.paragraphs]
    form = TrackerFilter(request.GET, **vocabulary, parts=parts)
    wishes = form.chosen()
    found = queries.chosen(tracker.paragraphs, wishes)
    return Asked(instrument, tracker, form, wishes, found, **vocabulary)


def _link(route: str, asked: Asked, **other: Any) -> str:
    chosen = {**asked.wishes, **other}
    chosen = {name: "on" if value is True else value for name, value in chosen.items() if value}
    address = reverse(route, args=[asked.instrument.code])
    return f"{address}?{urlencode(chosen)}" if chosen else address


def _by_group(one: Tracked, asked: Asked) -> list[tuple[PartnerGroup, int]]:
    """How many commitments of each group, all groups in their order."""
    return [(group, one.count(group.code, asked.narrowed[1])) for group in asked.groups]


def _cells(asked: Asked) -> list[Cell]:
    """The whole text at a glance: a cell for each paragraph, or where it is long for each part."""
    if len(asked.tracker.paragraphs) > MOST_CELLS:
        by_part: dict[Part, list[Tracked]] = {}
        for one in asked.tracker.paragraphs:
            by_part.setdefault(one.part, []).append(one)
        return [_cell_of_part(part, inside, asked) for part, inside in by_part.items()]
    cells = []
    for one in asked.tracker.paragraphs:
        count = one.count(*asked.narrowed)
        who = _("not taken up yet")
        if count:
            who = ngettext("%(count)d commitment", "%(count)d commitments", count)
            who %= {"count": count}
        words = _("Article %(number)s") if one.node.is_article else _("Paragraph %(number)s")
        title = words % {"number": one.node.number}
        address = one.node.provision.get_absolute_url()
        cells.append(Cell(short(one.node.number) or "·", address, count, f"{title}: {who}"))
    return cells


def _cell_of_part(part: Part, inside: list[Tracked], asked: Asked) -> Cell:
    taken = sum(bool(one.count(*asked.narrowed)) for one in inside)
    said = _("Paragraphs %(first)s to %(last)s: %(taken)d of %(all)d taken up") % {
        "first": part.first,
        "last": part.last,
        "taken": taken,
        "all": len(inside),
    }
    return Cell(
        f"{short(part.first)}–{short(part.last)}",
        _link("instruments:tracker", asked, part=part.number),
        taken,
        said,
    )


@dataclass(frozen=True)
class Line:
    """One line of a summary: a group, a level or a theme."""

    name: str
    url: str
    taken_up: int
    total: int  # paragraphs in question
    commitments: int | None  # None where they are not counted by this
    group: str = ""  # its code, for the hue


def _summaries(asked: Asked) -> list[tuple[str, list[Line]]]:
    """Taken up by partner group, by level and by theme, whatever else the filter says."""
    tracker, total = asked.tracker, len(asked.tracker.paragraphs)

    def link(**wish: str) -> str:
        address = reverse("instruments:tracker", args=[asked.instrument.code])
        return f"{address}?{urlencode(wish)}"

    groups = [
        Line(
            one.name,
            link(group=one.code),
            tracker.taken_up(one.code),
            total,
            tracker.commitments(one.code),
            one.code,
        )
        for one in asked.groups
    ]
    levels = [
        Line(
            one.name,
            link(level=one.code),
            tracker.taken_up("", one.code),
            total,
            tracker.commitments("", one.code),
        )
        for one in asked.levels
    ]
    themes = []
    for theme in asked.themes:
        inside = [one for one in tracker.paragraphs if theme.code in one.themes]
        if inside:
            taken = sum(bool(one.count()) for one in inside)
            themes.append(Line(theme.name, link(theme=theme.code), taken, len(inside), None))
    summaries = [
        (_("By partner group"), groups),
        (_("By level"), levels),
        (_("By theme of the paragraph"), themes),
    ]
    return [each for each in summaries if each[1]]
