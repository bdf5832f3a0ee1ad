"""Pages on which officers take in answers on paper: the template, the files, a look before each."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base.downloads import XLSX
from coalition.base.errors import NotAllowed, Refused
from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.sheets import MOST_BYTES
from coalition.consultations.access import answer
from coalition.consultations.models import Batch, Consultation, PaperFile
from coalition.consultations.papers import actions, queries
from coalition.consultations.papers.answers import unpacked
from coalition.consultations.papers.forms import UploadForm
from coalition.consultations.papers.reading import Found, read
from coalition.consultations.papers.workbook import template as make_template

A_PAGE = 25
SAMPLED = 25  # forms that the look before shows


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest, reference: str) -> HttpResponse:
    """All files that were taken in or wait, and a door for another."""
    one = _one(request, reference)
    if request.method != "POST":
        return _page(request, one, UploadForm(one))
    form, found = UploadForm(one, request.POST, request.FILES), None
    if form.is_valid():
        file = form.cleaned_data.pop("file")
        try:
            actions.refuse_now(one)
            found = read(file.read(MOST_BYTES + 1), name=file.name, consultation=one)
            if not found.errors:
                made = actions.upload(
                    one, found.rows, **form.cleaned_data, file_name=file.name, by=request.user
                )
                for sentence in found.notes:
                    messages.info(request, sentence)
                return redirect("consultations:paper_file", reference, made.pk)
        except (NotAllowed, Refused) as refusal:
            form.add_error("file", str(refusal))
    return _page(request, one, form, found, status=400)


def _page(
    request: HttpRequest,
    one: Consultation,
    form: UploadForm,
    found: Found | None = None,
    status: int = 200,
) -> HttpResponse:
    page = Paginator(queries.batches(one), A_PAGE).get_page(request.GET.get("page"))
    open_now = answer(one, actions.ABILITY)
    context = {
        "consultation": one,
        "form": form,
        "found": found,
        "why_not": _why_not(one),
        "is_open": open_now.is_open,
        "page": page,
        "waiting": one.paper_files.defer("packed").select_related("by"),
        "languages": LANGUAGE_NAMES,
    }
    return render(request, "consultations/papers/papers.html", context, status=status)


def _why_not(one: Consultation) -> str:
    try:
        actions.refuse_now(one)
    except NotAllowed as refusal:
        return str(refusal)
    return ""


@login_required
@require_safe
def template(request: HttpRequest, reference: str) -> HttpResponse:
    """The empty file to fill in."""
    one = _one(request, reference)
    name = f"{one.reference}-answers.xlsx"
    return HttpResponse(
        make_template(one),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@login_required
@require_safe
def file(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What a file would take in, before it does."""
    one = _one(request, reference)
    held = _file(one, pk)
    rows = unpacked(held.packed)
    languages = Counter(row.language or held.language for row in rows)
    context = {
        "consultation": one,
        "file": held,
        "people": len(rows),
        "votes": sum(len(row.values) for row in rows),
        "languages": [(LANGUAGE_NAMES[code], count) for code, count in languages.most_common()],
        "rows": [
            (row, LANGUAGE_NAMES[row.language or held.language], len(row.values))
            for row in rows[:SAMPLED]
        ],
        "more": max(len(rows) - SAMPLED, 0),
        "why_not": _why_not(one),
    }
    return render(request, "consultations/papers/file.html", context)


@require_POST
@login_required
def take_in(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take a file in that was looked at."""
    one = _one(request, reference)
    try:
        made = actions.take_in_file(_file(one, pk), by=request.user)
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
        return redirect("consultations:paper_file", reference, pk)
    words = ngettext(
        "The answers of %d person are taken in.",
        "The answers of %d people are taken in.",
        made.people,
    )
    messages.success(request, words % made.people)
    return redirect("consultations:papers", reference)


@require_POST
@login_required
def throw_away(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Forget a file that was not taken in."""
    one = _one(request, reference)
    try:
        actions.throw_away(_file(one, pk), by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The file is gone, and nothing was taken in."))
    return redirect("consultations:papers", reference)


@require_POST
@login_required
def take_back(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take all answers of a file out again."""
    one = _one(request, reference)
    try:
        actions.take_back(get_object_or_404(Batch, consultation=one, pk=pk), by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. None of its answers counts any more."))
    return redirect("consultations:papers", reference)


def _file(one: Consultation, pk: int) -> PaperFile:
    found: PaperFile = get_object_or_404(
        PaperFile.objects.select_related("by"), consultation=one, pk=pk
    )
    return found


def _one(request: HttpRequest, reference: str) -> Consultation:
    """The consultation, for officers; to others the desk does not exist."""
    if not request.user.has_perm("consultations.plan"):
        raise Http404
    found: Any = get_object_or_404(
        Consultation.objects.prefetch_related("phases"), reference=reference
    )
    return found  # type: ignore[no-any-return]
