"""The desk: by which rates amounts are shown in another currency."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coalition.base.downloads import csv_file
from coalition.base.errors import Refused
from coalition.base.reference import source_of
from coalition.results.totals import actions, queries
from coalition.results.totals.forms import RateForm

A_PAGE = 50


def keepers_only(request: HttpRequest) -> None:
    """Nobody else learns that there is a desk."""
    if not request.user.has_perm("results.keep_rates"):
        raise Http404


@login_required
def rates(request: HttpRequest) -> HttpResponse:
    """The rates that are held, and the form for another."""
    keepers_only(request)
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.keep_rate(
                unit=told["unit"],
                into=told["into"],
                on=told["on"],
                rate=told["rate"],
                source=source_of(told["source"], told["url"]),
                by=request.user,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The rate is kept."))
            return redirect("results:rates")
    page = Paginator(queries.rates(), A_PAGE).get_page(request.GET.get("page"))
    rows = [(rate, number_format(queries.rate_of(rate), use_l10n=True)) for rate in page]
    return render(request, "results/totals/rates.html", {"form": form, "page": page, "rows": rows})


@login_required
@require_safe
def rates_csv(request: HttpRequest) -> HttpResponse:
    """All rates that are held."""
    keepers_only(request)
    rows = (
        [
            rate.unit.code,
            rate.into.code,
            rate.on.isoformat(),
            f"{queries.rate_of(rate):f}",
            rate.source.title,
            rate.source.url,
        ]
        for rate in queries.rates().iterator(chunk_size=500)
    )
    return csv_file("rates", ["currency", "into", "day", "rate", "source", "url"], rows)
