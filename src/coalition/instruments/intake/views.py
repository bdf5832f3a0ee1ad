"""Pages on which editors read texts in by hand: the list, and one screen for each."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.analysis.marked import parse
from coalition.base.errors import NotAllowed, Refused
from coalition.instruments.intake import actions, queries
from coalition.instruments.intake.forms import IntakeForm, StateFilter, UploadForm
from coalition.instruments.intake.reading import in_words
from coalition.instruments.models import Intake
from coalition.instruments.states import OPEN
from coalition.ui.thread import Move

TEXTS_A_PAGE = 20
PIECES_A_PAGE = 300  # of the preview
View = Callable[..., HttpResponse]


def for_readers_in(view: View) -> View:
    """Nobody else learns that the page exists."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("instruments.intake"):
            raise Http404
        return view(request, *args, **kwargs)

    return shown


@for_readers_in
@require_safe
def texts(request: HttpRequest) -> HttpResponse:
    """The texts on their way in, and a door for another."""
    return _list(request, UploadForm())


@for_readers_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Upload a file: it is read at once, and the screen to correct it opens."""
    if request.method != "POST":
        return redirect("instruments:intakes")
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = actions.upload(file, name=file.name, by=request.user)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect(made)
    return _list(request, form, status=422)


def _list(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    chooser = StateFilter(request.GET)
    rows = queries.visible_to(request.user).defer("marked", "suggested", "doubts")
    if chooser.chosen:
        rows = rows.filter(state=chooser.chosen)
    page = Paginator(rows, TEXTS_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "filter": chooser, "page": page}
    return render(request, "instruments/intake/list.html", context, status=status)


@for_readers_in
@require_safe
def intake(request: HttpRequest, pk: int) -> HttpResponse:
    """One text: its facts, its words to correct, and how readers will see it."""
    one = _one(request, pk)
    return _screen(request, one, IntakeForm(instance=one))


@for_readers_in
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the correction, and show the preview of it."""
    one = _one(request, pk)
    form = IntakeForm(request.POST, instance=_one(request, pk))
    saved = _saved(request, one, form)
    return redirect(f"{saved.get_absolute_url()}#preview") if saved else _again(request, one, form)


@for_readers_in
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the correction and ask once more; what was confirmed becomes a version."""
    one = _one(request, pk)
    if "confirmed" in request.POST:
        try:
            made = actions.publish(one, seen=request.POST.get("seen", ""), by=request.user)
        except (Refused, NotAllowed) as refusal:
            messages.error(request, str(refusal))
            return redirect(one)
        messages.success(request, _("Published. Readers find the text from now on."))
        return redirect(made.version.instrument)
    form = IntakeForm(request.POST, instance=_one(request, pk))
    saved = _saved(request, one, form)
    if saved is None:
        return _again(request, one, form)
    try:
        document = actions.document_of(saved)
    except Refused as refusal:
        return _screen(request, saved, IntakeForm(instance=saved), str(refusal), status=422)
    marked = parse(saved.marked)
    context = {
        "one": saved,
        "document": document,
        "counts": queries.counts_of(marked),
        "doubts": [in_words(each) for each in marked.doubts],
    }
    return render(request, "instruments/intake/confirm.html", context)


@for_readers_in
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to what the machine had suggested."""
    one = _one(request, pk)
    try:
        actions.restore(one, seen=request.POST.get("seen", ""), by=request.user)
    except (Refused, NotAllowed) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The text is again as it was suggested at first."))
    return redirect(one)


@for_readers_in
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    one = _one(request, pk)
    try:
        actions.discard(one, request.POST.get("reason", ""), by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(one)
    messages.success(request, _("Discarded. The reason stays in its history."))
    return redirect("instruments:intakes")


@for_readers_in
@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it was sent: to keep, never to show in the browser."""
    one = _one(request, pk)
    if not one.file:
        raise Http404
    return FileResponse(one.file.open("rb"), as_attachment=True, filename=one.file_name)


# --- Helpers -----------------------------------------------------------------------------------


def history(one: Intake) -> list[Move]:
    """What happened to the text, oldest first; saved again and again is said once."""
    moves = list(one.moves.all())
    told = [
        move
        for move, following in zip(moves, [*moves[1:], None], strict=False)
        if following is None or move.verb != "correct" or following.verb != "correct"
    ]
    return [
        Move(move.at, str(Intake.VERBS[move.verb].done).capitalize(), move.reason) for move in told
    ]


def _one(request: HttpRequest, pk: int) -> Intake:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)


def _saved(request: HttpRequest, one: Intake, form: IntakeForm) -> Intake | None:
    """The text with what was typed; None where that was not saved, and the form says why."""
    if not form.is_valid():
        return None
    try:
        return actions.correct(
            one,
            marked=form.cleaned_data["marked"],
            facts=form.facts,
            seen=form.cleaned_data["seen"],
            by=request.user,
        )
    except (Refused, NotAllowed) as refusal:
        form.add_error(None, str(refusal))
        return None


def _again(request: HttpRequest, one: Intake, form: IntakeForm) -> HttpResponse:
    """What was typed, shown back with what hindered saving it. Pressed again, it is saved."""
    form.data = form.data.copy()
    form.data["seen"] = one.changed_at.isoformat()
    return _screen(request, one, form, status=409, typed=form.data.get("marked"))


def _screen(
    request: HttpRequest,
    one: Intake,
    form: IntakeForm,
    refusal: str = "",
    *,
    status: int = 200,
    typed: str | None = None,
) -> HttpResponse:
    marked = parse(one.marked if typed is None else typed)
    page = Paginator(queries.rows_of(marked), PIECES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "one": one,
        "form": form,
        "facts": [field for field in form.visible_fields() if field.name != "marked"],
        "is_open": one.state in OPEN,
        "is_changed": one.marked != one.suggested,
        "refusal": refusal,
        "page": page,
        "counts": queries.counts_of(marked),
        "faults": [(each.line, in_words(each)) for each in marked.faults],
        "doubts": [(each.line, in_words(each)) for each in marked.doubts],
        "read": [in_words(each) for each in one.doubts],
        "history": history(one),
    }
    return render(request, "instruments/intake/intake.html", context, status=status)
