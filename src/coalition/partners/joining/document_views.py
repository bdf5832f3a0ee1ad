"""The documents of a request: each kept by itself, given out only to be saved."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from coalition.base import uploads
from coalition.base.errors import NotAllowed, Refused
from coalition.partners.accession import answers, documents
from coalition.partners.accession.answers import DOCUMENTS, Told
from coalition.partners.joining import actions, forms
from coalition.partners.joining.doors import by_link, too_often
from coalition.partners.joining.limits import seconds_to_wait
from coalition.partners.joining.screens import of_screen, screens_of
from coalition.partners.models import AccessionRequest, CaseDocument, WantedDocument
from coalition.partners.states import AccessionState

MOST_SHOWN = 100  # attachments on a page
# An upload with everything around the file in its form.
MOST_UPLOADED = uploads.MAX_BYTES + 200_000


def documents_page(
    request: HttpRequest,
    case: AccessionRequest,
    token: str,
    told: Told,
    refused: Any = None,
    status: int = 200,
) -> HttpResponse:
    """Every wanted document with a small form of its own, so that each upload is kept by itself;
    `refused` is the bound form that was not taken."""
    rows = [
        {
            "papers": one,
            "name": forms.in_own_language(one.label),
            "help": forms.in_own_language(one.wanted.explained(case.language)),
            "form": _document_form(one.wanted.code, refused, {"reason": one.reason}),
        }
        for one in told.documents
    ]
    context = {
        "rows": rows,
        "other": _document_form("", refused),
        "others": told.other_documents,
        "refused": refused,
        "megabytes": uploads.MAX_BYTES // (1024 * 1024),
        **of_screen(case, token, DOCUMENTS, screens_of(told)),
    }
    return render(request, "partners/joining/documents.html", context, status=status)


def _document_form(code: str, refused: Any, initial: Any = None) -> Any:
    if refused is not None and refused.prefix == (code or "other"):
        return refused
    if not code:
        return forms.OtherDocumentForm(prefix="other")
    return forms.DocumentForm(prefix=code, initial=initial)


@csrf_exempt
@require_POST
def add_document(request: HttpRequest, token: str) -> HttpResponse:
    """Refuse what is too large before a byte of it is read; only then look at the form."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > MOST_UPLOADED:
        return _too_large(request, token)
    return _add_document(request, token)


@by_link
def _too_large(request: HttpRequest, case: AccessionRequest, token: str) -> HttpResponse:
    messages.error(
        request,
        _("The file is larger than %(limit)s MB. Please send a smaller one.")
        % {"limit": uploads.MAX_BYTES // (1024 * 1024)},
    )
    return documents_page(request, case, token, answers.told(case, case.language), status=413)


@csrf_protect
@by_link
def _add_document(request: HttpRequest, case: AccessionRequest, token: str) -> HttpResponse:
    if wait := seconds_to_wait(request, "upload", case.reference):
        return too_often(request, wait)
    told = answers.told(case, case.language)
    code = request.POST.get("wanted", "")
    wanted = next((one.wanted for one in told.documents if one.wanted.code == code), None)
    if code and wanted is None:
        raise Http404
    kind = forms.DocumentForm if wanted else forms.OtherDocumentForm
    form = kind(request.POST, request.FILES, prefix=code or "other")
    if form.is_valid():
        try:
            _keep(case, wanted, form.cleaned_data)
        except (Refused, NotAllowed) as refusal:
            form.add_error("file", str(refusal))
    if not form.is_valid():
        return documents_page(request, case, token, told, form)
    messages.success(request, _("Kept."))
    here = reverse("partners:fill_in", args=[token, DOCUMENTS])
    return redirect(f"{here}#{code or 'other'}")


def _keep(case: AccessionRequest, wanted: WantedDocument | None, given: dict[str, Any]) -> None:
    if file := given.get("file"):
        documents.add_document(case, file, name=file.name, wanted=wanted)
    elif wanted:
        documents.explain_missing(case, wanted, given["reason"])
    if case.state != AccessionState.DRAFT:
        actions.note_document(case, wanted.called(settings.LANGUAGE_CODE) if wanted else "…")


@require_POST
@by_link
def remove_document(
    request: HttpRequest, case: AccessionRequest, token: str, pk: int
) -> HttpResponse:
    try:
        documents.remove_document(case, get_object_or_404(case.documents, pk=pk))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken out."))
    return redirect("partners:fill_in", token=token, step=DOCUMENTS)


@require_safe
@by_link
def application_document(
    request: HttpRequest, case: AccessionRequest, token: str, pk: int
) -> FileResponse:
    """A document of the case, for who has its link: to keep, never to show in the browser."""
    return documents.as_attachment(get_object_or_404(case.documents, pk=pk))


@require_safe
def case_document(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """A document of the case, for officers."""
    cases = AccessionRequest.objects.visible_to(request.user)
    found = get_object_or_404(CaseDocument, request__in=cases, request__reference=reference, pk=pk)
    return documents.as_attachment(found)


# --- For officers: attachments of the case's messages --------------------------------------


@require_safe
def attachments(request: HttpRequest, reference: str) -> HttpResponse:
    """What came with the messages of a case, to be taken over as documents of the request."""
    case = _case_of_officer(request, reference)
    group = case.group.code if case.group else ""
    wanted = [one for one in WantedDocument.objects.filter(retired_on=None) if one.is_for(group)]
    papers = list(case.documents.all())
    held, answered = {one.sha256 for one in papers}, {one.wanted_id for one in papers}
    rows = [
        {"message": message, "attachment": one, "is_held": one["sha256"] in held}
        for message in documents.messages_with_files(case)
        for one in message.attachments
    ]
    context = {
        "case": case,
        "rows": rows[:MOST_SHOWN],
        "wanted": wanted,
        "missing": [one for one in wanted if one.pk not in answered],
    }
    return render(request, "partners/joining/attachments.html", context)


@require_POST
def adopt(request: HttpRequest, reference: str) -> HttpResponse:
    """Take an attachment over as a document of the request."""
    case = _case_of_officer(request, reference)
    given = request.POST
    number = given.get("message", "")
    message = get_object_or_404(
        documents.messages_of(case), pk=int(number) if number.isdecimal() else 0
    )
    wanted = WantedDocument.objects.filter(code=given.get("wanted", "")).first()
    try:
        documents.adopt_attachment(case, message, given.get("sha256", ""), wanted, request.user)
    except (Refused, NotAllowed) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is a document of the request now."))
    return redirect("partners:attachments", reference=reference)


@require_POST
def explain_paper(request: HttpRequest, reference: str) -> HttpResponse:
    """Note for the applicant why a wanted document is not there."""
    case = _case_of_officer(request, reference)
    wanted = get_object_or_404(WantedDocument, code=request.POST.get("wanted", ""))
    try:
        documents.explain_missing(case, wanted, request.POST.get("reason", ""), by=request.user)
    except (Refused, NotAllowed) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted."))
    return redirect("partners:attachments", reference=reference)


def _case_of_officer(request: HttpRequest, reference: str) -> AccessionRequest:
    if not request.user.has_perm("partners.complete"):
        raise Http404
    cases = AccessionRequest.objects.visible_to(request.user).select_related("group")
    return get_object_or_404(cases, reference=reference)
