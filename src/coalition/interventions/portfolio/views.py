"""The portfolio, for coordinating groups and the secretariat: how all interventions stand."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coalition.base.downloads import csv_file, xlsx_file
from coalition.interventions.models import Intervention
from coalition.interventions.portfolio import coverage, queries, tables
from coalition.interventions.portfolio.forms import PortfolioForm, wishes_of

A_PAGE = 20
ALL = 10_000  # on paper


@login_required
@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """All interventions: stage, money, results, risk, who is silent; and what none of them serves.
    `all=1` has them all on one page, to be printed."""
    form, rows = _asked(request)
    is_whole = request.GET.get("all") == "1"
    context = {
        "form": form,
        "page": Paginator(rows, ALL if is_whole else A_PAGE).get_page(request.GET.get("page")),
        "is_whole": is_whole,
        "money": queries.money_in_all(rows),
        "coverage": coverage.coverage_of(Intervention.objects.visible_to(request.user)),
        "query": request.GET.urlencode(),
        "today": timezone.now(),
    }
    return render(request, "interventions/portfolio/portfolio.html", context)


@login_required
@require_safe
def portfolio_csv(request: HttpRequest) -> HttpResponseBase:
    """Exactly those that the page shows for the same address."""
    return csv_file("portfolio", tables.COLUMNS, tables.rows(_asked(request)[1]))


@login_required
@require_safe
def portfolio_xlsx(request: HttpRequest) -> HttpResponseBase:
    """The same as a workbook."""
    return xlsx_file("portfolio", tables.COLUMNS, tables.rows(_asked(request)[1]))


def _asked(request: HttpRequest) -> tuple[PortfolioForm, list[queries.Standing]]:
    """What is asked for and what answers it; nobody else learns that there is such a page."""
    if not request.user.has_perm("interventions.view_portfolio"):
        raise Http404
    form = PortfolioForm(request.GET)
    return form, queries.portfolio_of(request.user, wishes_of(form))
