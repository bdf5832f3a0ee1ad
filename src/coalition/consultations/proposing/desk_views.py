"""The secretariat's desk of statements: those that wait, one of them, those that say the same."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from coalition.base import states
from coalition.base.downloads import csv_file
from coalition.base.errors import NotAllowed, Refused
from coalition.consultations.history import steps
from coalition.consultations.models import Consultation, Statement
from coalition.consultations.proposing import forms, moderating, queries
from coalition.consultations.states import AHEAD, STATEMENT_TONES, State, StatementState

A_PAGE = 50
HEADER = (
    *("number", "text", "language", "state", "origin", "proposed_by", "refused_for"),
    *("merged_into", "day", "url"),
)


# --- The list --------------------------------------------------------------------------------


@login_required
@require_safe
def desk(request: HttpRequest, reference: str) -> HttpResponse:
    """All statements of a consultation; those that wait can be shown many at a time."""
    one = _one(request, reference)
    form, found = _asked(request, one)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows = [(each, STATEMENT_TONES[StatementState(each.state)]) for each in page]
    counts = queries.counts(one)
    context = {
        "consultation": one,
        "form": form,
        "page": page,
        "waiting_rows": [row for row in rows if row[0].state == StatementState.WAITING],
        "other_rows": [row for row in rows if row[0].state != StatementState.WAITING],
        "waiting": counts.get(StatementState.WAITING, 0),
        "may_set_reading": one.state in (State.DRAFT, *AHEAD),
        "query": request.GET.urlencode(),
    }
    return render(request, "consultations/proposing/desk.html", context)


@login_required
@require_safe
def desk_csv(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Exactly what the desk shows for the same question, as CSV. Persons are not named: nobody
    knows who they are."""
    one = _one(request, reference)
    _form, found = _asked(request, one)
    return csv_file(f"{one.reference}-statements", HEADER, _rows(request, one, found))


def _rows(request: HttpRequest, one: Consultation, found: Any) -> Iterator[list[Any]]:
    for each in found.iterator(chunk_size=500):
        partner = each.author.partner if each.author else None
        yield [
            *(each.number, each.text, each.language, each.state, each.origin),
            partner.reference if partner else "",
            each.refused_for,
            each.merged_into.number if each.merged_into else "",
            each.made_at.date().isoformat(),
            request.build_absolute_uri(
                reverse("consultations:statement", args=[one.reference, each.number])
            ),
        ]


def _asked(request: HttpRequest, one: Consultation) -> tuple[forms.FilterForm, Any]:
    form = forms.FilterForm(request.GET)
    form.is_valid()
    return form, queries.on_desk(one, form.cleaned_data)


@require_POST
@login_required
def accept_all(request: HttpRequest, reference: str) -> HttpResponse:
    """Show those that are ticked and wait. What concerns the officer's own is left out."""
    one = _one(request, reference)
    rows = request.POST.getlist("row")[:A_PAGE]
    numbers = [int(each) for each in rows if each.isdecimal() and len(each) < 10]
    ticked = _statements(one).filter(number__in=numbers, state=StatementState.WAITING)
    allowed = [each for each in ticked if request.user.has_perm("consultations.moderate", each)]
    try:
        count = moderating.accept_all(allowed, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        done = ngettext("%d statement is shown now.", "%d statements are shown now.", count)
        messages.success(request, done % count)
    return redirect("consultations:statements", reference)


@require_POST
@login_required
def set_reading(request: HttpRequest, reference: str) -> HttpResponse:
    """Whether statements are read before they are shown."""
    reads_first = request.POST.get("reads_first") == "yes"
    try:
        moderating.set_reading(_one(request, reference), reads_first=reads_first, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("consultations:statements", reference)


@login_required
@require_safe
def near(request: HttpRequest, reference: str) -> HttpResponse:
    """Statements that say nearly the same, to be merged."""
    one = _one(request, reference)
    page = Paginator(queries.suggestions(one), A_PAGE).get_page(request.GET.get("page"))
    context = {"consultation": one, "page": page}
    return render(request, "consultations/proposing/near.html", context)


# --- One of them -----------------------------------------------------------------------------


@login_required
@require_safe
def statement(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One statement: its words, whose it is, its translations, and what can be done with it."""
    return _page(request, _statement(request, reference, number))


def _accept(one: Statement, given: dict[str, Any], by: Any) -> None:
    moderating.accept(one, by=by)


def _refuse(one: Statement, given: dict[str, Any], by: Any) -> None:
    moderating.refuse(one, **given, by=by)


def _merge(one: Statement, given: dict[str, Any], by: Any) -> None:
    into = one.consultation.statements.shown().filter(number=given["into"]).first()
    if into is None:
        raise Refused(_("No proposal with this number is shown."))
    moderating.merge(one, into, by=by)


def _part(one: Statement, given: dict[str, Any], by: Any) -> None:
    moderating.part(one, by=by)


# What an officer does with a statement: the action, its form, and what is said then.
VERBS: dict[str, tuple[Callable[..., None], type[Form], Any]] = {
    "accept": (_accept, Form, gettext_lazy("Everybody can read it now.")),
    "refuse": (_refuse, forms.RefuseForm, gettext_lazy("It is not shown. Its author reads why.")),
    "merge": (_merge, forms.MergeForm, gettext_lazy("Merged. Its votes are kept.")),
    "part": (_part, Form, gettext_lazy("It is shown by itself again.")),
}
WORDS = {
    "accept": gettext_lazy("Show it"),
    "refuse": gettext_lazy("Do not show it"),
    "merge": gettext_lazy("Merge it into another"),
    "part": gettext_lazy("Show it by itself again"),
}


@require_POST
@login_required
def act(request: HttpRequest, reference: str, number: int, verb: str) -> HttpResponse:
    """Apply a verb. What is refused is said in its form, which keeps what was typed."""
    one = _statement(request, reference, number)
    if not request.user.has_perm("consultations.moderate", one):
        raise NotAllowed(_("You speak for who proposed this: somebody else decides about it."))
    action, form_class, done = VERBS[verb]
    form = form_class(request.POST, auto_id=f"{verb}-%s")
    if form.is_valid():
        try:
            action(one, form.cleaned_data, request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(done))
            back = "near_statements" if request.POST.get("back") == "near" else "statements"
            return redirect(f"consultations:{back}", reference)
    return _page(request, _statement(request, reference, number), {verb: form})


@require_POST
@login_required
def translate(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Put it in another language of the consultation."""
    one = _statement(request, reference, number)
    form = forms.TranslationForm(one, _others(one), request.POST, auto_id="translate-%s")
    if form.is_valid():
        try:
            moderating.translate(one, **form.cleaned_data, by=request.user)
        except Refused as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("consultations:statement", reference, number)
    return _page(request, one, {"translate": form})


def _page(
    request: HttpRequest, one: Statement, refused: dict[str, Form] | None = None
) -> HttpResponse:
    refused = refused or {}
    is_open = request.user.has_perm("consultations.moderate", one)
    offers = [
        {
            "verb": verb,
            "words": WORDS[verb],
            "form": refused.get(verb) or form_class(auto_id=f"{verb}-%s"),
            "is_plain": form_class is Form,
            "url": reverse(
                f"consultations:{verb}_statement", args=[one.consultation.reference, one.number]
            ),
        }
        for verb, (_action, form_class, _done) in VERBS.items()
        if is_open and verb in _verbs_for(one) and not states.refusal(one, verb)
    ]
    may_merge = any(offer["verb"] == "merge" for offer in offers)
    others = _others(one)
    context = {
        "consultation": one.consultation,
        "one": one,
        "tone": STATEMENT_TONES[StatementState(one.state)],
        "is_open": is_open,
        "offers": offers,
        "refused": refused,
        "near": queries.near_to(one) if may_merge else [],
        "merged": one.merged.order_by("number"),
        "translations": one.translations.select_related("by"),
        "translate": refused.get("translate")
        or (forms.TranslationForm(one, others, auto_id="translate-%s") if others else None),
        "history": steps(one),
    }
    return render(request, "consultations/proposing/statement.html", context)


def _verbs_for(one: Statement) -> Container[str]:
    """A first proposal stays, but another first one that says the same may stand for it; as long
    as nobody has seen it, it is taken out instead."""
    if not one.is_first:
        return VERBS
    return () if one.consultation.state == State.DRAFT else ("merge", "part")


def _others(one: Statement) -> list[str]:
    return [code for code in one.consultation.languages if code != one.language]


def _one(request: HttpRequest, reference: str) -> Consultation:
    """The consultation, if this person reads its statements; to others the desk does not exist."""
    if not request.user.has_perm("consultations.view_desk"):
        raise Http404
    return get_object_or_404(Consultation, reference=reference)


def _statements(one: Consultation) -> Any:
    """Those that the secretariat reads: not the drafts of organisations."""
    rows = Statement.objects.select_related(
        *("consultation", "author__partner", "merged_into", "priority", "provision__instrument")
    )
    return rows.filter(consultation=one).exclude(state=StatementState.DRAFT)


def _statement(request: HttpRequest, reference: str, number: int) -> Statement:
    found: Statement = get_object_or_404(_statements(_one(request, reference)), number=number)
    return found
