"""Pages on which officers take in lists of partners, and the tables they take out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base.downloads import csv_file, xlsx_file
from coalition.base.errors import NotAllowed, Refused
from coalition.base.lists.models import ListState
from coalition.base.lists.reading import outcome_names, report_page, report_table
from coalition.partners.models import RosterImport
from coalition.partners.roster import actions, exporting
from coalition.partners.roster.columns import FIELDS
from coalition.partners.roster.forms import ColumnsForm, TakeInForm, UploadForm

LISTS_A_PAGE = 20
View = Callable[..., HttpResponse]


def for_officers(view: View) -> View:
    """Nobody else learns that the page exists."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("partners.decide"):
            raise Http404
        return view(request, *args, **kwargs)

    return shown


# Another heading than that of a column: of the name and of the text alike.
LABELS = {**FIELDS, "name_language": FIELDS["language"]}


@for_officers
@require_http_methods(["GET", "HEAD", "POST"])
def rosters(request: HttpRequest) -> HttpResponse:
    """The lists taken in so far, and a door for another."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = actions.upload(file, name=file.name, by=request.user)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("partners:roster_columns", made.pk)
    lists = RosterImport.objects.select_related("by").defer("packed_report")
    page = Paginator(lists, LISTS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "partners/roster/lists.html", {"form": form, "page": page})


@for_officers
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What each column holds: guessed, and confirmed on one screen."""
    roster = get_object_or_404(RosterImport.objects.defer("packed_report"), pk=pk)
    if not roster.is_open:
        return redirect(roster)
    samples = actions.samples(roster)
    form = ColumnsForm(request.POST or None, listed=roster, samples=samples)
    if request.method == "POST" and form.is_valid():
        try:
            actions.examine(roster, columns=form.columns, options=form.chosen, by=request.user)
        except (Refused, NotAllowed) as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(roster)
    return render(request, "partners/roster/columns.html", {"listed": roster, "form": form})


@for_officers
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """What taking the list in would do, or did, row by row."""
    roster = get_object_or_404(RosterImport.objects.select_related("by"), pk=pk)
    if roster.state == ListState.UPLOADED:
        return redirect("partners:roster_columns", roster.pk)
    names = outcome_names(_("Looks like a partner"))
    context = {
        "form": TakeInForm(counts=roster.counts),
        "record": _("Organisation"),
        **report_page(roster, request.GET, labels=LABELS, names=names),
    }
    return render(request, "partners/roster/report.html", context)


@for_officers
@require_safe
def report_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole report, a line for each row of the list."""
    roster = get_object_or_404(RosterImport, pk=pk)
    names = outcome_names(_("Looks like a partner"))
    return csv_file(f"list-{roster.pk}-report", *report_table(roster, labels=LABELS, names=names))


@for_officers
@require_POST
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    roster = get_object_or_404(RosterImport, pk=pk)
    form = TakeInForm(request.POST, counts=roster.counts)
    form.is_valid()
    try:
        roster = actions.take_in(roster, **form.cleaned_data, by=request.user)
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("Done: %(new)s new partners, %(changed)s changed.") % roster.counts,
        )
    return redirect(roster)


@for_officers
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    roster = get_object_or_404(RosterImport, pk=pk)
    try:
        actions.cancel(roster, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Cancelled; nothing was changed, and the file is removed."))
    return redirect("partners:rosters")


@for_officers
@require_safe
def export_csv(request: HttpRequest) -> HttpResponse:
    """Everything we hold about every partner; an import reads it and finds nothing to change."""
    return csv_file("all-partners", exporting.header(), exporting.table())


@for_officers
@require_safe
def export_xlsx(request: HttpRequest) -> HttpResponse:
    return xlsx_file("all-partners", exporting.header(), exporting.table())


@for_officers
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    return exporting.template()
