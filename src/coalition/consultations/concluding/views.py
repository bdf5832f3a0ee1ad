"""What became of a consultation as everybody reads it: each answer, all of them, the decision."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from coalition.base.downloads import csv_file, xlsx_file
from coalition.consultations.concluding import queries, tables
from coalition.consultations.concluding.forms import ListForm
from coalition.consultations.models import Consultation
from coalition.consultations.reading.queries import A_PAGE
from coalition.consultations.states import ANSWERED, OUTCOME_TONES, Outcome, State
from coalition.consultations.taking_along import taken_along


@require_safe
def responses(request: HttpRequest, reference: str) -> HttpResponse:
    """The public answer to every proposal, with its reasons."""
    one = _one(request, reference)
    form, found = _asked(request, one)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "consultation": one,
        "form": form,
        "page": page,
        "rows": [(each, OUTCOME_TONES[Outcome(each.response.outcome)]) for each in page],
        "figures": queries.figures(one),
        "query": request.GET.urlencode(),
    }
    return render(request, "consultations/concluding/responses.html", context)


@taken_along
@require_safe
def responses_csv(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Exactly what the list shows for the same address, as CSV."""
    one = _one(request, reference)
    found = _asked(request, one)[1]
    return csv_file(f"{reference}-responses", tables.header(one), tables.rows(one, found))


@taken_along
@require_safe
def responses_xlsx(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The same as a workbook."""
    one = _one(request, reference)
    found = _asked(request, one)[1]
    return xlsx_file(f"{reference}-responses", tables.header(one), tables.rows(one, found))


@require_safe
def response(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One proposal from what it answers to the decision: the thread, whole. What was merged leads
    to the one that stands for it."""
    one = _one(request, reference)
    told = queries.told(one, number)
    if told is None:
        if (stands := queries.stands_for(one, number)) is None:
            raise Http404
        return redirect("consultations:response", reference, stands)
    context = {
        "consultation": one,
        "one": told.statement,
        "tone": OUTCOME_TONES[Outcome(told.statement.response.outcome)],
        "conclusion": told.conclusion,
        "is_taken_up": told.is_taken_up,
        "knots": queries.knots(one, told),
    }
    return render(request, "consultations/concluding/response.html", context)


@require_safe
def conclusion(request: HttpRequest, reference: str) -> HttpResponse:
    """What the body decided, what it takes up, and who did not agree; on paper too."""
    one = _one(request, reference)
    if one.state == State.RESPONDED:
        raise Http404
    found = queries.conclusion_of(one)
    if found is None:
        raise Http404
    page = Paginator(queries.taken_up(found), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "consultation": one,
        "conclusion": found,
        "page": page,
        "rows": [(each, OUTCOME_TONES[Outcome(each.response.outcome)]) for each in page],
        "dissents": queries.dissents_of(found),
        "figures": queries.figures(one),
        "knots": queries.knots_of(one, found),
    }
    return render(request, "consultations/concluding/conclusion.html", context)


def _one(request: HttpRequest, reference: str) -> Consultation:
    """The consultation, where its answers are published."""
    found = Consultation.objects.prefetch_related("challenges").filter(state__in=ANSWERED)
    return get_object_or_404(found, reference=reference)


def _asked(request: HttpRequest, one: Consultation) -> tuple[ListForm, Any]:
    form = ListForm(request.GET)
    return form, queries.filtered(one, queries.with_answers(one), form.wishes)
