"""Registers that are not ours: the list of them, what stands in one, a document; and the desk."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coalition.base.downloads import csv_file, xlsx_file
from coalition.base.errors import NotAllowed, Refused
from coalition.base.sheets import MOST_BYTES, Sheet
from coalition.instruments.external import actions, forms, importing, queries
from coalition.instruments.external.declared import declared
from coalition.instruments.external.reading import open_list
from coalition.instruments.models import ExternalKind, ExternalRecord, Register
from coalition.ui.thread import ABOVE, Knot

ROWS_A_PAGE = 50
LINES_SHOWN = 200
SALT = "coalition.register"
# Of a form that sends the rows back; Django refuses larger ones.
MOST_SEALED = 2_000_000
HEADER = (
    *("id", "party", "party_name", "kind", "title", "language", "version", "status"),
    *("submitted_on", "url", "file_name", "belongs_to", "belongs_because", "gone_on"),
    *("register", "source", "as_of", "page", "is_example"),
)


# --- For everyone ----------------------------------------------------------------------------


@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    """Every register of others that is held, and what stands in it."""
    return render(request, "instruments/external/registers.html", {"found": queries.registers()})


@require_safe
def register(request: HttpRequest, code: str) -> HttpResponse:
    """What stands in one of them, filtered and in pages."""
    one = _register(code)
    form = forms.RecordsFilter(request.GET, one)
    page = Paginator(queries.records(one, form.chosen), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"register": one, "form": form, "page": page, "query": form.query}
    return render(request, "instruments/external/register.html", context)


@require_safe
def register_csv(request: HttpRequest, code: str) -> HttpResponse:
    """All documents that the filters choose, in the order of the list."""
    return csv_file(f"register-{code}", HEADER, _lines(request, _register(code)))


@require_safe
def register_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    return xlsx_file(f"register-{code}", HEADER, _lines(request, _register(code)))


def _lines(request: HttpRequest, one: Register) -> Iterator[list[Any]]:
    form = forms.RecordsFilter(request.GET, one)
    pattern = request.build_absolute_uri(one.get_absolute_url())
    for each in queries.records(one, form.chosen).iterator(chunk_size=1000):
        yield [
            *(each.pk, each.party.code if each.party else each.party_code, each.party_name),
            *(each.kind, each.title, each.language, each.version, each.status),
            *(each.submitted_on or "", each.url, each.file_name),
            *(each.belongs_to_id or "", each.belongs_because),
            *(each.gone_at.date() if each.gone_at else "", one.code),
            *(one.source.title, one.as_of or "", f"{pattern}{each.pk}/"),
            "yes" if each.is_example else "",
        ]


@require_safe
def record(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One document of others: what the register says of it, what belongs to it, who points to
    it. Its text is not held."""
    found = ExternalRecord.objects.select_related("register__source", "party", "belongs_to")
    one = get_object_or_404(found, pk=pk, register__code=code)
    attached = list(queries.around(one)[:ROWS_A_PAGE])
    page = Paginator(queries.promises_on(one), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "record": one,
        "register": one.register,
        "attached": attached,
        "page": page,
        "knots": [*_knots(one), *one.interventions.as_knots()],  # type: ignore[attr-defined]
        "because": one.get_belongs_because_display() if one.belongs_to else "",
        "cite": _cite(one, request.build_absolute_uri()),
        "may_keep": one.kind != ExternalKind.SUBMISSION
        and request.user.has_perm(actions.PERMISSION),
    }
    return render(request, "instruments/external/record.html", context)


def _knots(one: ExternalRecord) -> list[Knot]:
    """Above an addendum or a translation the submission it belongs to; what belongs to a
    submission, and who points to it, is listed on its page."""
    whole = one.belongs_to
    if whole is None:
        return []
    whole.register = one.register
    kind = str(whole.get_kind_display())
    return [Knot(kind=kind, title=whole.name, url=whole.get_absolute_url(), position=ABOVE)]


def _cite(one: ExternalRecord, address: str) -> str:
    """How to name it elsewhere: whose, what, where it is filed, when, and its lasting address."""
    parts = (
        str(one.party_shown),
        one.title,
        str(one.register.name),
        _("version %s") % one.version if one.version else "",
        date_format(one.submitted_on) if one.submitted_on else "",
        address.partition("?")[0],
    )
    return ", ".join(filter(None, parts))


# --- For officers ----------------------------------------------------------------------------


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The registers, the door for a new list, and the documents that an officer has to look up."""
    _officers_only(request)
    return _desk(request, forms.UploadForm(initial={"register": request.GET.get("register")}))


def _desk(request: HttpRequest, form: forms.UploadForm, status: int = 200) -> HttpResponse:
    page = Paginator(queries.waiting(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "found": queries.registers()}
    return render(request, "instruments/external/desk.html", context, status=status)


@require_POST
@login_required
def preview(request: HttpRequest) -> HttpResponse:
    """What a list would change, row by row; nothing is kept."""
    _officers_only(request)
    form = forms.UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _desk(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        sheet = open_list(file.read(MOST_BYTES + 1), name=file.name)
        report = _taken(sheet, form.cleaned_data, is_dry=True, by=request.user)
        rows = _seal(sheet)
    except (NotAllowed, Refused) as refusal:
        form.add_error("file", str(refusal))
        return _desk(request, form, status=422)
    return _report(request, report, form, rows)


@require_POST
@login_required
def take_in(request: HttpRequest) -> HttpResponse:
    """Do what was shown: all of it, or nothing."""
    _officers_only(request)
    form = forms.ConfirmForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_("The form came back incomplete. Please choose the file again."))
        sheet = _unseal(form.cleaned_data["rows"])
        report = _taken(sheet, form.cleaned_data, is_dry=False, by=request.user)
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
        return redirect("instruments:registers_desk")
    return _report(request, report, form, "")


def _taken(sheet: Sheet, told: dict[str, Any], *, is_dry: bool, by: Any) -> importing.Report:
    as_of: date | None = told["as_of"]
    return importing.take_in(
        sheet,
        declared(told["register"]),
        title=told["title"],
        url=told["url"],
        as_of=as_of,
        is_dry=is_dry,
        by=by,
    )


def _report(
    request: HttpRequest, report: importing.Report, form: forms.ListForm, rows: str
) -> HttpResponse:
    context = {
        "report": report,
        "lines": report.told[:LINES_SHOWN],
        "more": max(0, len(report.told) - LINES_SHOWN),
        "counts": [(each, report.counts[each]) for each in importing.OUTCOMES],
        "told": {name: form.data.get(name, "") for name in ("register", "as_of", "title", "url")},
        "rows": rows if report.is_kept else "",
    }
    status = 200 if report.is_kept else 422
    return render(request, "instruments/external/report.html", context, status=status)


def _seal(sheet: Sheet) -> str:
    """The rows as the confirming form sends them back, signed so that nobody changes them."""
    packed = base64.b64encode(sheet.packed()).decode()
    if len(packed) > MOST_SEALED:
        raise Refused(
            _("The list is too long to be taken in here. Ask for `coalition import register`.")
        )
    return signing.Signer(salt=SALT).sign(packed)


def _unseal(text: str) -> Sheet:
    try:
        return Sheet.unpacked(base64.b64decode(signing.Signer(salt=SALT).unsign(text.strip())))
    except signing.BadSignature:
        raise Refused(
            _("The rows did not come back as they were shown. Please choose the file again.")
        ) from None


@login_required
@require_safe
def belonging(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an officer says to which submission a document belongs."""
    _officers_only(request)
    one = _document(pk)
    return _belonging(request, one, forms.BelongingForm(None, one))


def _belonging(
    request: HttpRequest, one: ExternalRecord, form: forms.BelongingForm, status: int = 200
) -> HttpResponse:
    context = {"record": one, "form": form, "because": one.get_belongs_because_display()}
    return render(request, "instruments/external/belonging.html", context, status=status)


@require_POST
@login_required
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """It belongs to this submission, or to none: the rules leave it so."""
    _officers_only(request)
    one = _document(pk)
    form = forms.BelongingForm(request.POST, one)
    if not form.is_valid():
        return _belonging(request, one, form, status=422)
    try:
        actions.attach_by_hand(one, form.submission, by=request.user)
    except (NotAllowed, Refused) as refusal:
        form.add_error(None, str(refusal))
        return _belonging(request, one, form, status=422)
    messages.success(request, _("Kept. A new list of the register leaves it so."))
    return redirect("instruments:registers_desk")


@require_POST
@login_required
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the rules say again where it belongs."""
    _officers_only(request)
    one = _document(pk)
    try:
        one = actions.leave_to_rules(one, by=request.user)
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. The rules say again where it belongs."))
    return redirect("instruments:belonging", pk=one.pk)


def _document(pk: int) -> ExternalRecord:
    """An addendum or a translation; a submission belongs to none."""
    found = ExternalRecord.objects.exclude(kind=ExternalKind.SUBMISSION)
    return get_object_or_404(
        found.select_related("register", "party", "belongs_to", "attached_by"), pk=pk
    )


def _register(code: str) -> Register:
    found = Register.objects.filter(taken_in_at__isnull=False).select_related("source")
    return get_object_or_404(found, code=code)


def _officers_only(request: HttpRequest) -> None:
    if not request.user.has_perm(actions.PERMISSION):
        raise Http404
