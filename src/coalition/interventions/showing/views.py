"""What came of key interventions, for everybody: results, the theory of change, printed briefs."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coalition.consultations.taking_along import read_along
from coalition.interventions import thread
from coalition.interventions.models import Intervention
from coalition.interventions.queries import who_does_what
from coalition.interventions.showing import briefs, pictures, queries
from coalition.interventions.showing.theory import theory_of
from coalition.interventions.states import TONES
from coalition.places.models import Place
from coalition.results.models import Framework
from coalition.results.reading.pictures import finding_of, parts_drawn
from coalition.results.reading.queries import Parts, Standing
from coalition.results.schedules.lights import light_of
from coalition.ui.thread import Knot

LINES_A_PAGE = 10  # each with a picture of its course
KINDS = ("csv", "xlsx", "json")  # of `results:framework_file`


def _seen(request: HttpRequest, reference: str) -> Intervention:
    visible = queries.for_showing(Intervention.objects.visible_to(request.user))
    return get_object_or_404(visible, reference=reference)


def _context(one: Intervention, here: str) -> dict[str, Any]:
    """What all its pages here begin with."""
    return {
        "intervention": one,
        "tone": TONES[one.state],
        "knots": [
            *thread.above(one),
            thread.knot(one, "above"),
            Knot(here, one.name, position="here"),
        ],
    }


# --- Results -----------------------------------------------------------------------------------


@require_safe
@read_along
def results(request: HttpRequest, reference: str) -> HttpResponse:
    """What changed, where, for whom, against which target, by whom, proved how."""
    one = _seen(request, reference)
    context = _context(one, _("Results"))
    framework = queries.framework_of(one, request.user)
    if framework is not None:
        context |= _told(request, one, framework)
    return render(request, "interventions/showing/results.html", context)


def _told(request: HttpRequest, one: Intervention, framework: Framework) -> dict[str, Any]:
    found = queries.results_of(one, framework)
    page = Paginator(found.lines, LINES_A_PAGE).get_page(request.GET.get("page"))
    standing = queries.chosen(found.standings, request.GET.get("indicator", ""))
    measured = [line.standing for line in page.object_list if line.standing]
    # The course of the one told in full stands once on the page: in the list, or with the rest.
    apart = [standing] if standing and standing not in measured else []
    drawn = queries.courses_drawn(framework, [*measured, *apart])
    page.object_list = [
        (line, drawn[line.standing.indicator.pk] if line.standing else "")
        for line in page.object_list
    ]
    return {
        "framework": framework,
        "language": framework.language,
        "light": light_of(framework),
        "finding": finding_of(found.standings) if found.standings else "",
        "page": page,
        "proof": found.proof,
        "theory": theory_of(one, found.results, found.activities),
        "doings": who_does_what(one),
        "chosen": _in_full(one, found, standing) if standing else None,
        "course": drawn[standing.indicator.pk] if apart else "",
        "kinds": KINDS,
    }


def _in_full(one: Intervention, results: queries.Results, standing: Standing) -> dict[str, Any]:
    """One indicator with its pictures."""
    found = queries.in_full(one, results.framework, standing)
    places = found.parts.places
    drawn = pictures.places_drawn(found.indicator, places)
    # The target is of all together, whoever set it.
    whose = [(row, None) for row, _aim in found.parts.partners]
    return {
        "found": found,
        "indicator": found.indicator,
        "by_whom": parts_drawn(found.indicator, Parts({}, whose, [])),
        "for_whom": parts_drawn(found.indicator, Parts(found.parts.breakdowns, [], [])),
        "map": drawn,
        "places": pictures.places_told(found.indicator, places, is_drawn=bool(drawn)),
    }


@require_safe
@read_along
def theory(request: HttpRequest, reference: str) -> HttpResponse:
    """What is done, and what it is to lead to: drawn, and as a list."""
    one = _seen(request, reference)
    context = _context(one, _("Theory of change"))
    framework = queries.framework_of(one, request.user)
    if framework is not None:
        done = one.activities.filter(dropped_because="")
        context["theory"] = theory_of(one, list(framework.results.all()), list(done))
    return render(request, "interventions/showing/theory.html", context)


# --- On paper ----------------------------------------------------------------------------------


@require_safe
@read_along
def brief(request: HttpRequest, reference: str) -> HttpResponse:
    """What everybody may know of it, on two printed pages; a draft is told on its own page."""
    one = _seen(request, reference)
    if one.published_at is None:
        return redirect(one)
    context = {
        "intervention": one,
        "tone": TONES[one.state],
        "brief": briefs.of_intervention(one),
        "url": request.build_absolute_uri(one.get_absolute_url()),
        "results_url": request.build_absolute_uri(
            reverse("interventions:results", args=[one.reference])
        ),
        "today": timezone.now(),
    }
    return render(request, "interventions/showing/brief.html", context)


@require_safe
@read_along
def in_place(request: HttpRequest, code: str) -> HttpResponse:
    """The interventions that work in a place, on two printed pages."""
    place = get_object_or_404(Place.objects.select_related("parent"), code=code)
    context = {
        "place": place,
        "brief": briefs.of_place(place),
        "url": request.build_absolute_uri(place.get_absolute_url()),
        "today": timezone.now(),
    }
    return render(request, "interventions/showing/in_place.html", context)
