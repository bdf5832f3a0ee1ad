"""The secretariat answers proposals, and writes down what was decided and who did not agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from coalition.base import states
from coalition.base.downloads import csv_file, xlsx_file
from coalition.base.errors import NotAllowed, Refused
from coalition.consultations.access import answer
from coalition.consultations.concluding import actions, forms, queries, tables, telling
from coalition.consultations.models import Consultation, Response, Statement
from coalition.consultations.states import (
    AHEAD,
    ANSWERED,
    OUTCOME_TONES,
    TONES,
    Outcome,
    State,
)
from coalition.partners.models import PartnerGroup

A_PAGE = 50

# --- Answers ---------------------------------------------------------------------------------


@login_required
@require_safe
def responses(request: HttpRequest, reference: str) -> HttpResponse:
    """Every proposal with its answer, or without; what they lack until they are published."""
    one = _one(request, reference)
    form, found = _asked(request, one)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    counts = queries.counts(one)
    context = {
        "consultation": one,
        "tone": TONES[State(one.state)],
        "due": answer(one, "respond"),
        "form": form,
        "page": page,
        "rows": [(each, _tone(each)) for each in page],
        "total": sum(counts.values()),
        "figures": queries.figures(one),
        "may_publish": not states.refusal(one, "publish_responses"),
        "lacks": queries.lacks_of_responses(one) if one.state == State.SYNTHESIS else [],
        "may_write": one.state == State.SYNTHESIS,
        "is_ahead": one.state in AHEAD,
        "is_answered": one.state in ANSWERED,
        "query": request.GET.urlencode(),
    }
    return render(request, "consultations/concluding/desk.html", context)


@login_required
@require_safe
def responses_csv(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Exactly what the desk shows for the same question, drafts too, as CSV."""
    one = _one(request, reference)
    found = _asked(request, one)[1]
    return csv_file(f"{reference}-answers", tables.header(one), tables.rows(one, found))


@login_required
@require_safe
def responses_xlsx(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The same as a workbook."""
    one = _one(request, reference)
    found = _asked(request, one)[1]
    return xlsx_file(f"{reference}-answers", tables.header(one), tables.rows(one, found))


@login_required
def response(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Write the answer to one proposal; what somebody else wrote meanwhile is never lost."""
    consultation = _one(request, reference)
    one = get_object_or_404(queries.with_answers(consultation), number=number)
    one.consultation = consultation
    held = _held(one)
    like, like_form = _like(request, consultation)
    data = request.POST if request.method == "POST" else None
    form = forms.ResponseForm(consultation, held, data, like=like)
    may_write = request.user.has_perm("consultations.respond", one)
    overtaken = None
    if request.method == "POST" and form.is_valid():
        try:
            if not may_write:
                raise NotAllowed(_("You speak for who proposed this: somebody else answers it."))
            given = (form.cleaned_data["outcome"], form.words)
            actions.respond(one, *given, seen=form.cleaned_data["seen"], by=request.user)
        except actions.Overtaken as refusal:
            form.add_error(None, str(refusal))
            form.rest_on(refusal.stands)
            overtaken = refusal.stands
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(_after(request, consultation, number))
    context = {
        "consultation": consultation,
        "one": one,
        "held": held,
        "form": form,
        "overtaken": overtaken,
        "may_write": may_write and consultation.state == State.SYNTHESIS,
        "like_form": like_form if held is None else None,
    }
    return render(request, "consultations/concluding/answer.html", context)


def _after(request: HttpRequest, consultation: Consultation, number: int) -> str:
    """Where one goes on: the next proposal without a whole answer, or all of them."""
    if "next" in request.POST:
        rows = queries.with_answers(consultation).filter(is_whole=False).prefetch_related(None)
        later = rows.filter(number__gt=number).values_list("number", flat=True).first()
        other = later or rows.exclude(number=number).values_list("number", flat=True).first()
        if other:
            return reverse("consultations:answer", args=[consultation.reference, other])
    return reverse("consultations:answers", args=[consultation.reference])


def _like(
    request: HttpRequest, consultation: Consultation
) -> tuple[Response | None, forms.LikeForm]:
    """The answer to another proposal, where the reader asks to begin with its words."""
    asked = forms.LikeForm(request.GET if "like" in request.GET else None)
    if not asked.is_bound or not asked.is_valid():
        return None, asked
    found = Response.objects.filter(
        statement__consultation=consultation, statement__number=asked.cleaned_data["like"]
    ).first()
    if found is None:
        asked.add_error("like", _("This proposal has no answer yet."))
    return found, asked


def _held(one: Statement) -> Response | None:
    return getattr(one, "response", None)


def _tone(one: Statement) -> str:
    held = _held(one)
    return OUTCOME_TONES[Outcome(held.outcome)] if held and held.outcome else "due"


# --- The decision ----------------------------------------------------------------------------


@login_required
def conclude(request: HttpRequest, reference: str) -> HttpResponse:
    """What a body decided, on which day, which proposals it takes up, and who did not agree."""
    one = _one(request, reference)
    if one.state not in ANSWERED:
        return redirect("consultations:answers", reference)
    held = queries.conclusion_of(one)
    form = forms.ConclusionForm(one, held, request.POST if request.method == "POST" else None)
    overtaken = None
    if request.method == "POST" and form.is_valid():
        names = ("body", "decided_on", "decision", "takes_up", "seen")
        given = {name: form.cleaned_data[name] for name in names}
        try:
            actions.set_conclusion(one, **given, words=form.words, by=request.user)
        except actions.Overtaken as refusal:
            form.add_error(None, str(refusal))
            form.rest_on(refusal.stands)
            overtaken = refusal.stands
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Officers alone see it until it is published."))
            return redirect("consultations:conclude", reference)
    is_ahead = one.state == State.RESPONDED
    context = {
        "consultation": one,
        "conclusion": held,
        "form": form if is_ahead else None,
        "overtaken": overtaken,
        "dissents": queries.dissents_of(held),
        "group_form": forms.GroupForm() if is_ahead and held else None,
        "lacks": queries.lacks_of_conclusion(one, held) if is_ahead else [],
        "not_named": _not_named(one, held) if is_ahead and held else 0,
        "may_decide": is_ahead and held,
        "may_feed_back": one.state == State.DECIDED,
        "contributors": _contributors(one),
    }
    return render(request, "consultations/concluding/conclude.html", context)


def _not_named(one: Consultation, held: Any) -> int:
    """How many proposals were answered as taken up, and are not in the decision."""
    return queries.takeable(one).exclude(pk__in=held.takes_up.values("pk")).count()


def _contributors(one: Consultation) -> int:
    if one.state != State.DECIDED:
        return 0
    return telling.contributors(one).count()


@login_required
@require_safe
def choose_group(request: HttpRequest, reference: str) -> HttpResponse:
    """Lead to the dissent of the group that was chosen."""
    one = _one(request, reference)
    form = forms.GroupForm(request.GET)
    if not form.is_valid():
        return redirect("consultations:conclude", one.reference)
    return redirect("consultations:dissent", one.reference, form.cleaned_data["group"].code)


@login_required
def dissent(request: HttpRequest, reference: str, group: str) -> HttpResponse:
    """That a partner group did not agree, in its own words."""
    one = _one(request, reference)
    of = get_object_or_404(PartnerGroup, code=group)
    conclusion = queries.conclusion_of(one)
    if conclusion is None or one.state != State.RESPONDED:
        return redirect("consultations:conclude", reference)
    held = conclusion.dissents.filter(group=of).first()
    data = request.POST if request.method == "POST" else None
    form = forms.DissentForm(held, one.title.language, data)
    overtaken = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_dissent(one, of, **form.cleaned_data, by=request.user)
        except actions.Overtaken as refusal:
            form.add_error(None, str(refusal))
            form.rest_on(refusal.stands)
            overtaken = refusal.stands
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("consultations:conclude", reference)
    context = {"consultation": one, "group": of, "form": form, "overtaken": overtaken}
    return render(request, "consultations/concluding/dissent.html", context)


# --- The verbs -------------------------------------------------------------------------------

# What an officer does with all of it, at an address of its own: the page on which one lands, and
# what is said then.
VERBS: dict[str, tuple[Callable[..., Consultation], str, Any]] = {
    "publish_responses": (
        actions.publish_responses,
        "answers",
        gettext_lazy("Published. Everybody can read what becomes of every proposal."),
    ),
    "decide": (actions.decide, "conclude", gettext_lazy("Published. It stays as it is now.")),
    "feed_back": (
        actions.feed_back,
        "conclude",
        gettext_lazy("Told. The tie between people and what they said is cut."),
    ),
}


@require_POST
@login_required
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Apply a verb; what stands in the way is said on the page."""
    one = _one(request, reference, f"consultations.{verb}")
    action, page, done = VERBS[verb]
    try:
        action(one, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(done))
    return redirect(f"consultations:{page}", reference)


def _one(
    request: HttpRequest, reference: str, permission: str = "consultations.respond"
) -> Consultation:
    """The consultation, if this person may do that; to others the desk does not exist."""
    if not request.user.has_perm(permission):
        raise Http404
    found = Consultation.objects.prefetch_related("phases").exclude(state=State.DRAFT)
    return get_object_or_404(found, reference=reference)


def _asked(request: HttpRequest, one: Consultation) -> tuple[forms.DeskForm, Any]:
    form = forms.DeskForm(request.GET)
    return form, queries.filtered(one, queries.with_answers(one), form.wishes)
