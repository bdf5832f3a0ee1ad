"""What everybody reads of key interventions: the list, the same on a map and as files, each."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coalition.base import feeds
from coalition.base.downloads import csv_file, json_file, xlsx_file
from coalition.consultations.taking_along import read_along, taken_along
from coalition.interventions.models import Intervention
from coalition.interventions.money.queries import money_of
from coalition.interventions.queries import stages_of, who_does_what
from coalition.interventions.reading import finding, queries, tables
from coalition.interventions.reading.forms import ListForm
from coalition.interventions.work.queries import activities_of, risks_of
from coalition.places.charts import member_map
from coalition.results.reading.queries import summary

A_PAGE = 25


# --- The list ----------------------------------------------------------------------------------


@require_safe
@read_along
def interventions(request: HttpRequest) -> HttpResponse:
    """All public ones that meet what the address asks for."""
    form = ListForm(request.GET)
    page = Paginator(finding.listed(form.wishes), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": finding.lines(page.object_list),  # type: ignore[arg-type]
        "query": _query(request),
    }
    return render(request, "interventions/reading/list.html", context)


@require_safe
@read_along
def on_map(request: HttpRequest) -> HttpResponse:
    """Where the same ones work; a tile leads to those in its country."""
    form = ListForm(request.GET)
    found = finding.listed(form.wishes)
    numbers = finding.by_country(found)
    drawn = member_map(
        dict(numbers.values()),
        title=_("Where key interventions work"),
        subtitle=_("Key interventions by country; one tile a member state of the United Nations"),
        unit=_("key interventions"),
        links={code: _but(request, place=code) for code in numbers},
    )
    context = {"form": form, "map": drawn, "total": found.count(), "query": _query(request)}
    return render(request, "interventions/reading/map.html", context)


def _query(request: HttpRequest) -> str:
    """The filters of the address, for links to the same on other pages."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


def _but(request: HttpRequest, **other: str) -> str:
    """The list with the same filters but these."""
    kept = request.GET.copy()
    kept.pop("page", None)
    for name, value in other.items():
        kept[name] = value
    return f"{reverse('interventions:list')}?{kept.urlencode()}"


# --- Files -------------------------------------------------------------------------------------


@require_safe
@taken_along
def download_csv(request: HttpRequest) -> HttpResponseBase:
    """Exactly what the list shows for the same address, as CSV."""
    return csv_file("interventions", tables.COLUMNS, tables.rows(_asked_for(request)))


@require_safe
@taken_along
def download_xlsx(request: HttpRequest) -> HttpResponseBase:
    """The same rows as a workbook."""
    return xlsx_file("interventions", tables.COLUMNS, tables.rows(_asked_for(request)))


@require_safe
@taken_along
def download_json(request: HttpRequest) -> HttpResponseBase:
    """The same interventions for programs: what there may be several of is a list."""
    query = _query(request)
    listed = reverse("interventions:list") + (f"?{query}" if query else "")
    about = {"list": settings.SITE_URL + listed, "licence": feeds.LICENCE}
    records = tables.records(_asked_for(request))
    return json_file("interventions", about, "interventions", records)


def _asked_for(request: HttpRequest) -> Any:
    return finding.listed(ListForm(request.GET).wishes)


# --- One of them -------------------------------------------------------------------------------


@require_safe
def intervention(request: HttpRequest, reference: str) -> HttpResponse:
    """One of them: what it is, who does what, what it answers, what came of it, what changed."""
    visible = queries.for_reading(Intervention.objects.visible_to(request.user))
    one = get_object_or_404(visible, reference=reference)
    found = summary(one.framework, reader=request.user)
    parts = queries.parts_of(one)
    claims = queries.claims_of(one)
    context = {
        "intervention": one,
        "stage": finding.line_of(one),
        "steps": stages_of(one),
        "stop": queries.stop_of(one),
        "doings": who_does_what(one),
        "summary": found,
        "parts": parts,
        "activities": activities_of(one),
        "risks": risks_of(one, request.user),
        "money": money_of(one),
        "claims": claims,
        "changes": queries.changes_of(one),
        "history": queries.history(one),
        "knots": queries.knots(one, found, parts, claims),
        "in_workspace": request.user.has_perm("interventions.view_workspace", one),
    }
    return render(request, "interventions/reading/intervention.html", context)
