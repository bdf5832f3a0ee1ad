"""The workbook of a report, out and in, and what came in from outside the form."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base.downloads import XLSX, stored_file
from coalition.base.errors import NotAllowed, Refused
from coalition.partners.people.queries import why_not
from coalition.results.models import Incoming, Report
from coalition.results.offline import actions, queries, workbook
from coalition.results.offline.forms import ConfirmForm, UploadForm
from coalition.results.offline.sheet_reading import MOST_BYTES
from coalition.results.reporting.queries import with_names
from coalition.results.states import ReportState

MOST_UPLOADED = MOST_BYTES + 100_000  # with everything around the file in its form


def _own(request: HttpRequest, reference: str, pk: int) -> Report:
    """The report, if this person may write for its organisation; NotAllowed says why not."""
    seen = with_names(Report.objects.visible_to(request.user))
    one: Report = get_object_or_404(seen, pk=pk, framework__reference=reference)
    if not request.user.has_perm("results.edit", one.framework):
        sentence = why_not(request.user, one.framework.reporter, "edit")
        raise NotAllowed(sentence or _("This is for those who act for the organisation."))
    return one


def _incoming(request: HttpRequest, reference: str, pk: int, number: int) -> Incoming:
    """What came in for the report; also where it went over to the one that amends it."""
    report = _own(request, reference, pk)
    found = Incoming.objects.filter(report__period=report.period_id)
    one: Incoming = get_object_or_404(found.select_related("by", "settled_by"), pk=number)
    if one.report_id != report.pk:
        report = with_names(Report.objects.all()).get(pk=one.report_id)
    one.report = report
    return one


@login_required
@never_cache
@require_safe
def sheet(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The report as a workbook, in the reader's language."""
    report = _own(request, reference, pk)
    name = f"{queries.file_name(report)}.xlsx"
    return HttpResponse(
        workbook.make(report),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Refuse what is too large before a byte of it is read; only then look at the form."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > MOST_UPLOADED:
        return _too_large(request, reference, pk)
    return _upload(request, reference, pk)


@login_required
def _too_large(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report = _own(request, reference, pk)
    sentence = _("The file is larger than %(limit)s MB. Please send a smaller one.")
    messages.error(request, sentence % {"limit": MOST_BYTES // (1024 * 1024)})
    return _upload_page(request, report, UploadForm(), status=413)


@csrf_protect
@login_required
def _upload(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report = _own(request, reference, pk)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            one = actions.take_workbook(
                report, content=file.read(), name=file.name, by=request.user
            )
        except (Refused, NotAllowed) as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("results:incoming", reference, one.report_id, one.pk)
    return _upload_page(request, report, form)


def _upload_page(
    request: HttpRequest, report: Report, form: UploadForm, status: int = 200
) -> HttpResponse:
    context = {"report": report, "form": form, "waiting": list(queries.waiting(report))}
    return render(request, "results/offline/upload.html", context, status=status)


@login_required
@require_safe
def incoming(request: HttpRequest, reference: str, pk: int, number: int) -> HttpResponse:
    """What came in, and what it would change, to be confirmed."""
    return _page(request, _incoming(request, reference, pk, number))


@login_required
@require_POST
def confirm(request: HttpRequest, reference: str, pk: int, number: int) -> HttpResponse:
    """Take over what was chosen."""
    one = _incoming(request, reference, pk, number)
    changes = queries.changes_of(one)
    form = ConfirmForm(request.POST, changes=changes, needs_reason=_needs_reason(one))
    if not form.is_valid():
        if form.data.get("seal") != changes.seal:
            messages.warning(
                request,
                _("The report was changed meanwhile. Please look at what would change once more."),
            )
            return redirect("results:incoming", reference, pk, number)
        return _page(request, one, form)
    try:
        saved = actions.confirm(
            one,
            taken=form.taken,
            seal=form.cleaned_data["seal"],
            reason=form.cleaned_data.get("reason", ""),
            by=request.user,
        )
    except (Refused, NotAllowed) as refusal:
        messages.error(request, str(refusal))
        return redirect("results:incoming", reference, pk, number)
    if saved.problems:
        messages.warning(
            request, _("Taken over. What could not be read is kept as you typed it; see below.")
        )
    else:
        messages.success(request, _("Taken over into the report."))
    return redirect("results:report_edit", reference, saved.report.pk)


@login_required
@require_POST
def put_aside(request: HttpRequest, reference: str, pk: int, number: int) -> HttpResponse:
    """Take nothing of it over."""
    one = _incoming(request, reference, pk, number)
    try:
        actions.put_aside(one, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Put aside: the report stays as it was."))
    return redirect("results:report", reference, pk)


@login_required
@require_safe
def file(request: HttpRequest, reference: str, pk: int, number: int) -> FileResponse:
    """The workbook as it came, to keep."""
    one = _incoming(request, reference, pk, number)
    return stored_file(one.file, one.file_name or "report.xlsx")


def _needs_reason(one: Incoming) -> bool:
    return one.report.state == ReportState.PUBLISHED


def _page(request: HttpRequest, one: Incoming, form: ConfirmForm | None = None) -> HttpResponse:
    report = one.report
    can_change = report.is_editable or report.state == ReportState.PUBLISHED
    changes = queries.changes_of(one) if one.settled_at is None else None
    if form is None and changes is not None:
        form = ConfirmForm(changes=changes, needs_reason=_needs_reason(one))
    context = {
        "report": report,
        "one": one,
        "changes": changes,
        "form": form,
        "can_change": can_change,
        "conflicts": sum(each.is_conflict for each in changes.rows) if changes else 0,
        "notes": [*(one.notes or []), *(changes.strangers if changes else [])],
    }
    return render(request, "results/offline/incoming.html", context)
