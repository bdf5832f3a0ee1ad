"""Consultations as everybody reads them: the list, one of them, the same on one printed page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coalition.base.downloads import csv_file
from coalition.base.fields import LANGUAGE_NAMES
from coalition.consultations.access import When, doors, of_phase, reader_of, said_in
from coalition.consultations.history import history
from coalition.consultations.models import Consultation
from coalition.consultations.reading import queries
from coalition.consultations.reading.forms import ListForm
from coalition.consultations.states import AHEAD, ANSWERED, PUBLIC, State
from coalition.consultations.taking_along import taken_along

HEADER = (
    *("reference", "question", "language", "languages", "state", "place", "level", "theme", "text"),
    *("challenges", "themes", "announced_at", "phases", "closes_next", "opens_next", "zone"),
    *("for_partners", "for_invited", "for_everyone", "answers_are_public", "first_proposals"),
    *("page", "is_example"),
)


# --- The list --------------------------------------------------------------------------------


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All public ones, those in which people take part now first."""
    form = ListForm(request.GET)
    found = queries.for_lines(queries.listed(form.wishes))
    page = Paginator(found, queries.A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": queries.lines_of(page),
        "query": request.GET.urlencode(),
    }
    return render(request, "consultations/reading/list.html", context)


@taken_along
@require_safe
def list_csv(request: HttpRequest) -> HttpResponseBase:
    """Exactly what the list shows for the same address, as CSV; moments in UTC."""
    found = queries.with_counts(queries.listed(ListForm(request.GET).wishes))
    return csv_file("consultations", HEADER, _rows(request, found))


def _rows(request: HttpRequest, found: Any) -> Iterator[list[Any]]:
    for one in found.iterator(chunk_size=500):
        phases = (
            f"{each.kind} {_moment(each.opens_at)}/{_moment(each.closes_at)}"
            for each in one.phases.all()
        )
        yield [
            *(one.reference, one.title, one.title.language, " ".join(one.languages)),
            one.state_now,
            *(each.code if each else "" for each in (one.place, one.level, one.theme, one.text)),
            " ".join(each.code for each in one.challenges.all()),
            " ".join(each.code for each in one.themes.all()),
            *(_moment(one.announced_at), "; ".join(phases)),
            *(_moment(one.closes_next), _moment(one.opens_next), one.zone),
            *(int(door) for door in (one.for_partners, one.for_invited, one.for_everyone)),
            *(int(one.answers_are_public), one.proposals),
            request.build_absolute_uri(one.get_absolute_url()),
            "yes" if one.is_example else "",
        ]


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""


# --- One of them -----------------------------------------------------------------------------


@require_safe
def consultation(request: HttpRequest, reference: str) -> HttpResponse:
    """What is asked, of whom, what can be done now and why not, and what it answers. A draft leads
    officers to its plan."""
    one = _found(request, reference)
    if one.state not in PUBLIC:
        return redirect("consultations:plan", reference=reference)
    page = Paginator(queries.shown(one), queries.A_PAGE).get_page(request.GET.get("page"))
    told, reader = _told(one), reader_of(one, request.user)
    is_guest = not request.user.is_authenticated
    doing = [
        (phase, found, doors(one, phase, reader, is_guest=is_guest) if found.is_open else [])
        for phase, found in told["line"].doing
    ]
    context = {
        **told,
        "doing": doing,
        "has_doors": one.has_results or any(pages for *_phase, pages in doing),
        "said": [
            (phase, pages)
            for phase, found in told["phases"]
            if found.when == When.OVER and (pages := said_in(one, phase, reader))
        ],
        "page": page,
        "knots": queries.knots(one, page.paginator.count),
        "steps": queries.steps(one),
        "reader": reader,
        "history": history(one),
        "may_follow": one.state not in (State.FEEDBACK, State.CALLED_OFF),
        "is_followed": not is_guest and one.followers.filter(person=request.user).exists(),
        "may_plan": request.user.has_perm("consultations.plan"),
    }
    return render(request, "consultations/reading/consultation.html", context)


@require_safe
def sheet(request: HttpRequest, reference: str) -> HttpResponse:
    """The same on one printed page."""
    one = _found(request, reference)
    if one.state not in PUBLIC:
        return redirect("consultations:plan", reference=reference)
    context = {
        **_told(one),
        "proposals": queries.shown(one).count(),
        "url": request.build_absolute_uri(one.get_absolute_url()),
        "today": timezone.now(),
    }
    return render(request, "consultations/reading/sheet.html", context)


def _found(request: HttpRequest, reference: str) -> Consultation:
    visible = queries.for_page(Consultation.objects.visible_to(request.user))
    return get_object_or_404(visible, reference=reference)


def _told(one: Consultation) -> dict[str, Any]:
    """What its page and its sheet say alike."""
    now = timezone.now()
    is_off = one.state == State.CALLED_OFF
    line = queries.line_of(one, now)
    return {
        "consultation": one,
        "line": line,
        "phases": [(phase, of_phase(one, phase, now)) for phase in one.phases.all()],
        "languages": [LANGUAGE_NAMES[code] for code in one.languages],
        "themes": queries.themes_of(one),
        "texts": queries.texts_of(one),
        "takes_part": line.state in AHEAD,
        "answered": one.state in ANSWERED,
        "called_off": one.moves.filter(verb="call_off").last() if is_off else None,
    }
