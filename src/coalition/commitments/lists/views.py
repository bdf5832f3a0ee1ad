"""Pages on which lists of commitments are taken in: by officers for any partner, by those who
write for a partner for their own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base.downloads import csv_file
from coalition.base.errors import NotAllowed, Refused
from coalition.base.lists.models import ListState
from coalition.base.lists.reading import outcome_names, report_page, report_table
from coalition.commitments.access import refuse_with_reason
from coalition.commitments.lists import actions, exporting
from coalition.commitments.lists.columns import FIELDS
from coalition.commitments.lists.forms import ColumnsForm, TakeInForm, UploadForm
from coalition.commitments.models import CommitmentList
from coalition.partners.models import Partner

LISTS_A_PAGE = 20


# --- Whose lists -----------------------------------------------------------------------------


def desk_only(request: HttpRequest) -> None:
    """Nobody but officers learns that the page exists."""
    if not (request.user.is_authenticated and request.user.is_officer):
        raise Http404


def written_for(request: HttpRequest, reference: str) -> Partner:
    """The partner if this person may write for it; a refusal for who acts for it otherwise."""
    partner = get_object_or_404(Partner, reference=reference)
    if not request.user.has_perm("commitments.draft", partner):
        refuse_with_reason(request, partner, "edit")
        raise Http404
    return partner


def own(request: HttpRequest, pk: int, *, with_report: bool = False) -> CommitmentList:
    """A list that this person may take in; 404 where it is somebody else's."""
    found: QuerySet[CommitmentList] = CommitmentList.objects.select_related("by", "partner")
    listed = get_object_or_404(found if with_report else found.defer("packed_report"), pk=pk)
    if listed.partner is None:
        desk_only(request)
    else:
        written_for(request, listed.partner.reference)
    return listed


def home_of(listed: CommitmentList) -> str:
    """Where the lists of the same people are."""
    if listed.partner is None:
        return reverse("commitments:lists")
    return reverse("commitments:own_lists", args=[listed.partner.reference])


# --- Upload ----------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest) -> HttpResponse:
    """The secretariat's lists so far, and a door for another."""
    desk_only(request)
    return _lists(request, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_lists(request: HttpRequest, partner: str) -> HttpResponse:
    """The lists that a partner's own people took in, and a door for another."""
    return _lists(request, written_for(request, partner))


def _lists(request: HttpRequest, partner: Partner | None) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = actions.upload(file, name=file.name, partner=partner, by=request.user)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("commitments:list_columns", made.pk)
    so_far = CommitmentList.objects.filter(partner=partner).select_related("by")
    page = Paginator(so_far.defer("packed_report"), LISTS_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "partner": partner}
    return render(request, "commitments/lists/lists.html", context)


@login_required
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """An empty list with the right headings and a filled Example row, for the secretariat."""
    desk_only(request)
    return exporting.template(None)


@login_required
@require_safe
def own_template(request: HttpRequest, partner: str) -> HttpResponse:
    """The same for those who write for a partner."""
    return exporting.template(written_for(request, partner))


# --- One list --------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What each column holds: guessed, and confirmed on one screen."""
    listed = own(request, pk)
    if not listed.is_open:
        return redirect(listed)
    form = ColumnsForm(request.POST or None, listed=listed, samples=actions.samples(listed))
    if request.method == "POST" and form.is_valid():
        try:
            actions.examine(listed, columns=form.columns, options=form.chosen, by=request.user)
        except (Refused, NotAllowed) as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(listed)
    context = {"listed": listed, "form": form, "home": home_of(listed)}
    return render(request, "commitments/lists/columns.html", context)


@login_required
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """What taking the list in would do, or did, row by row."""
    listed = own(request, pk, with_report=True)
    if listed.state == ListState.UPLOADED:
        return redirect("commitments:list_columns", listed.pk)
    context: dict[str, Any] = {
        "form": TakeInForm(counts=listed.counts),
        "home": home_of(listed),
        "record": _("Commitment"),
        **report_page(listed, request.GET, labels=FIELDS, names=_names()),
    }
    return render(request, "commitments/lists/report.html", context)


@login_required
@require_safe
def report_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole report, a line for each row of the list."""
    listed = own(request, pk, with_report=True)
    table = report_table(listed, labels=FIELDS, names=_names())
    return csv_file(f"list-{listed.pk}-report", *table)


def _names() -> dict[str, str]:
    return outcome_names(_("Looks like a commitment"))


@login_required
@require_POST
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    listed = own(request, pk)
    form = TakeInForm(request.POST, counts=listed.counts)
    form.is_valid()
    try:
        listed = actions.take_in(listed, **form.cleaned_data, by=request.user)
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
    else:
        done = _("Done: %(new)s new commitments, %(changed)s changed.") % listed.counts
        if handed_in := listed.counts["submitted"]:
            done += " " + ngettext(
                "%(count)d was handed in.", "%(count)d were handed in.", handed_in
            ) % {"count": handed_in}
        messages.success(request, done)
    return redirect(listed)


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    listed = own(request, pk)
    try:
        actions.cancel(listed, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Cancelled; nothing was changed, and the file is removed."))
    return redirect(home_of(listed))
