"""The secretariat's desk of remarks on a text: those that wait, and one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from coalition.consultations.discussing import forms, moderating, queries
from coalition.consultations.history import steps
from coalition.consultations.models import Consultation, Remark, RemarkQuerySet
from coalition.consultations.states import STATEMENT_TONES, StatementState

A_PAGE = 25
HEADER = (
    *("number", "paragraph", "eid", "text", "language", "other_words", "state", "said_by"),
    *("refused_for", "day", "url"),
)


# --- The list --------------------------------------------------------------------------------


@login_required
@require_safe
def desk(request: HttpRequest, reference: str) -> HttpResponse:
    """All remarks of a consultation; those that wait can be shown many at a time."""
    one = _one(request, reference)
    form, found = _asked(request, one)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows = queries.rows_of(page)
    context = {
        "consultation": one,
        "form": form,
        "page": page,
        "rows": [(row, STATEMENT_TONES[StatementState(row.remark.state)]) for row in rows],
        "some_wait": any(each.state == StatementState.WAITING for each in page),
        "waiting": queries.waiting(one),
        "query": request.GET.urlencode(),
    }
    return render(request, "consultations/discussing/desk.html", context)


@login_required
@require_safe
def desk_csv(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Exactly what the desk shows for the same question, as CSV. Persons are not named: nobody
    knows who they are."""
    one = _one(request, reference)
    _form, found = _asked(request, one)
    return csv_file(f"{one.reference}-remarks-desk", HEADER, _lines(request, one, found))


def _lines(request: HttpRequest, one: Consultation, found: Any) -> Iterator[list[Any]]:
    for each in found.iterator(chunk_size=500):
        partner = each.author.partner
        address = reverse("consultations:remark_on_desk", args=[one.reference, each.number])
        yield [
            *(each.number, each.provision.number, each.provision.eid, each.text, each.language),
            *(each.instead, each.state, partner.reference if partner else ""),
            *(each.refused_for, each.made_at.date().isoformat()),
            request.build_absolute_uri(address),
        ]


def _asked(request: HttpRequest, one: Consultation) -> tuple[forms.DeskForm, RemarkQuerySet]:
    form = forms.DeskForm(request.GET)
    form.is_valid()
    return form, queries.on_desk(one, form.cleaned_data)


@require_POST
@login_required
def accept_all(request: HttpRequest, reference: str) -> HttpResponse:
    """Show those that are ticked and wait. What concerns the officer's own is left out."""
    one = _one(request, reference)
    numbers = [
        int(each) for each in request.POST.getlist("row") if each.isdecimal() and len(each) < 10
    ]
    ticked = _remarks(one).filter(number__in=numbers[:A_PAGE], state=StatementState.WAITING)
    allowed = [each for each in ticked if request.user.has_perm("consultations.moderate", each)]
    try:
        count = moderating.accept_all(allowed, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        done = ngettext("%d remark is shown now.", "%d remarks are shown now.", count)
        messages.success(request, done % count)
    return redirect("consultations:remarks_desk", reference)


# --- One of them -----------------------------------------------------------------------------


@login_required
@require_safe
def remark(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One remark: its words beside those of the text, whose it is, and what can be done with it."""
    return _page(request, _remark(request, reference, number))


# What an officer does with a remark: the action, its form, its button, and what is said then.
VERBS: dict[str, tuple[Callable[..., Any], type[Form], Any, Any]] = {
    "accept": (
        *(moderating.accept, Form, gettext_lazy("Show it")),
        gettext_lazy("Everybody can read it now."),
    ),
    "refuse": (
        *(moderating.refuse, forms.RefuseRemarkForm, gettext_lazy("Do not show it")),
        gettext_lazy("It is not shown. Its author reads why."),
    ),
}


@require_POST
@login_required
def act(request: HttpRequest, reference: str, number: int, verb: str) -> HttpResponse:
    """Apply a verb. What is refused is said in its form, which keeps what was typed."""
    one = _remark(request, reference, number)
    if not request.user.has_perm("consultations.moderate", one):
        raise NotAllowed(_("You speak for who said this: somebody else decides about it."))
    action, form_class, _words, done = VERBS[verb]
    form = form_class(request.POST, auto_id=f"{verb}-%s")
    if form.is_valid():
        try:
            action(one, **form.cleaned_data, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(done))
            return redirect("consultations:remarks_desk", reference)
    return _page(request, _remark(request, reference, number), {verb: form})


def _page(
    request: HttpRequest, one: Remark, refused: dict[str, Form] | None = None
) -> HttpResponse:
    refused = refused or {}
    is_open = request.user.has_perm("consultations.moderate", one)
    offers = [
        {
            "verb": verb,
            "words": words,
            "form": refused.get(verb) or form_class(auto_id=f"{verb}-%s"),
            "is_plain": form_class is Form,
            "url": reverse(
                f"consultations:{verb}_remark", args=[one.consultation.reference, one.number]
            ),
        }
        for verb, (_action, form_class, words, _done) in VERBS.items()
        if is_open and not states.refusal(one, verb)
    ]
    context = {
        "consultation": one.consultation,
        "remark": one,
        "place": queries.place_name(one.provision),
        "spans": queries.spans_of(one),
        "tone": STATEMENT_TONES[StatementState(one.state)],
        "is_open": is_open,
        "offers": offers,
        "refused": refused,
        "near": queries.near_to(one),
        "history": steps(one),
    }
    return render(request, "consultations/discussing/moderate.html", context)


def _one(request: HttpRequest, reference: str) -> Consultation:
    """The consultation, if this person reads its remarks; to others the desk does not exist."""
    if not request.user.has_perm("consultations.view_desk"):
        raise Http404
    return get_object_or_404(Consultation, reference=reference)


def _remarks(one: Consultation) -> Any:
    """Those that the secretariat reads: not the drafts of organisations."""
    rows: Any = queries.for_rows(Remark.objects.filter(consultation=one))
    rows = rows.select_related("consultation", "provision__instrument")
    return rows.exclude(state=StatementState.DRAFT)


def _remark(request: HttpRequest, reference: str, number: int) -> Remark:
    found: Remark = get_object_or_404(_remarks(_one(request, reference)), number=number)
    return found
