"""What organisations answered, by name: who they are, what each said, and all of it as a file."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from coalition.base.downloads import csv_file
from coalition.consultations.models import Consultation
from coalition.consultations.summing import organisations as queries
from coalition.consultations.summing.forms import OrganisationsForm
from coalition.consultations.taking_along import read_along, taken_along

A_PAGE = 50
HEADER = (*("reference", "name", "group", "statement", "text", "language", "answer", "signed_on"),)


@read_along
@require_safe
def organisations(request: HttpRequest, reference: str) -> HttpResponse:
    """The organisations that answered, each with the way to what it said."""
    one, form = _consultation(reference), OrganisationsForm(request.GET)
    found = queries.answering(one, form.wishes)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "consultation": one,
        "form": form,
        "page": page,
        "rows": [(each, each.partner, queries.signed_on(one, each)) for each in page],
        "query": request.GET.urlencode(),
    }
    return render(request, "consultations/summing/organisations.html", context)


@taken_along
@require_safe
def organisations_csv(request: HttpRequest, reference: str) -> HttpResponseBase:
    """All that the organisations of the list for the same question said, a row for each answer."""
    one = _consultation(reference)
    rows = queries.rows_of(one, OrganisationsForm(request.GET).wishes)
    return csv_file(f"{reference}-organisations", HEADER, rows)


@read_along
@require_safe
def organisation(request: HttpRequest, reference: str, partner: str) -> HttpResponse:
    """What one organisation said to each statement; not found where it signed nothing."""
    one = _consultation(reference)
    found = queries.answering(one).select_related("partner__group", "partner__successor")
    participant = get_object_or_404(found, partner__reference=partner)
    page = Paginator(queries.answers_of(participant), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "consultation": one,
        "partner": participant.partner,
        "signed_on": queries.signed_on(one, participant),
        "page": page,
        "lines": queries.told(one, page),
    }
    return render(request, "consultations/summing/organisation.html", context)


def _consultation(reference: str) -> Consultation:
    """Raises Http404 before there are results, and where answers are not public."""
    found: Consultation = get_object_or_404(queries.by_name(), reference=reference)
    return found
