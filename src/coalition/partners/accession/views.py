"""The officers' board and the page of a request: each verb is a button with an address of its own.

To everybody else these pages do not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base.errors import NotAllowed, Refused
from coalition.base.fields import LANGUAGE_NAMES
from coalition.mailroom.models import InboundMessage
from coalition.partners.accession import actions, queries
from coalition.partners.accession.forms import BoardFilter, ReasonForm, RequestForm, reasons
from coalition.partners.models import AccessionRequest
from coalition.partners.queries import days_since
from coalition.partners.states import ACCESSION_VERBS, AccessionState

ROWS_A_PAGE = 50
# Of a long message the page shows the beginning; the mail room has it whole.
MOST_MESSAGE_TEXT = 8_000
BUTTONS = {
    "acknowledge": gettext_lazy("Confirm to the applicant that it arrived"),
    "ask": gettext_lazy("Ask the applicant for what is missing"),
    "vet": gettext_lazy("Begin vetting"),
    "recommend": gettext_lazy("Recommend admission"),
    "accept": gettext_lazy("Accept: admit this organisation as a partner"),
    "decline": gettext_lazy("Decline the request"),
    "withdraw": gettext_lazy("Note that the applicant withdrew"),
}
TONES = {
    AccessionState.RECEIVED: "due",
    AccessionState.ACKNOWLEDGED: "calm",
    AccessionState.INCOMPLETE: "calm",
    AccessionState.UNDER_VETTING: "calm",
    AccessionState.RECOMMENDED: "due",
    AccessionState.ACCEPTED: "good",
    AccessionState.DECLINED: "ended",
    AccessionState.WITHDRAWN: "ended",
}


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    _must_be_allowed(request, "partners.read_requests")
    form = BoardFilter(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    cases = queries.board(request.user, state)
    page = Paginator(cases, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "case": case,
            "tone": TONES[AccessionState(case.state)],
            "days": days_since(case.since),
            "is_confirmed": queries.is_confirmed(case),
            "next": queries.next_step(case),
        }
        for case in page
    ]
    return render(request, "partners/board.html", {"form": form, "page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """The page of a request; its form saves the facts."""
    found = _case_or_404(request, reference)
    is_confirmed = queries.is_confirmed(found)
    form = RequestForm(request.POST or None, instance=found, is_confirmed=is_confirmed)
    if request.method == "POST" and form.is_valid():
        _must_be_allowed(request, "partners.complete")
        try:
            actions.complete(found, form.cleaned_data, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved: the facts are confirmed."))
            return redirect(found)
    message = found.message
    context = {
        "case": found,
        "tone": TONES[AccessionState(found.state)],
        "form": form,
        "is_confirmed": is_confirmed,
        "can_complete": not queries.obstacle(found, queries.COMPLETE),
        "missing": queries.missing(found),
        "language_name": LANGUAGE_NAMES.get(found.language, found.language),
        "next": queries.next_step(found),
        "notes": _notes(found),
        "message_text": message.text[:MOST_MESSAGE_TEXT] if message else "",
        "is_cut": bool(message and len(message.text) > MOST_MESSAGE_TEXT),
        "history": queries.history(found),
        **_verbs(found),
    }
    return render(request, "partners/request.html", context)


def _verbs(case: AccessionRequest) -> dict[str, Any]:
    """The buttons that may be pressed now, and the others with the reason why not."""
    allowed, greyed = [], []
    for verb, label in BUTTONS.items():
        if sentence := queries.obstacle(case, verb):
            greyed.append({"label": label, "why": sentence})
            continue
        needs_reason = ACCESSION_VERBS[verb].needs_reason
        allowed.append(
            {
                "label": label,
                "url": reverse(f"partners:{verb}", args=[case.reference]),
                "form": ReasonForm(auto_id=f"{verb}-%s") if needs_reason else None,
            }
        )
    return {"allowed": allowed, "greyed": greyed}


def _notes(case: AccessionRequest) -> list[str]:
    """What was read in the message that is no field of the request."""
    return [
        _("It is on behalf of %(organisation)s. %(why)s")
        % {"organisation": one.value, "why": reasons(one)}
        for one in queries.suggestions_by_field(case).get("on_behalf_of", [])
    ]


def _must_be_allowed(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise Http404


def _case_or_404(request: HttpRequest, reference: str) -> AccessionRequest:
    cases = AccessionRequest.objects.visible_to(request.user)
    cases = cases.select_related("group", "country", "message", "partner")
    return get_object_or_404(
        cases.prefetch_related("moves__by", "suggestions"), reference=reference
    )


# --- The verbs -------------------------------------------------------------------------------


def _decide(
    request: HttpRequest, reference: str, verb: Callable[..., Any], done: str, **given: str
) -> HttpResponse:
    """Apply a verb and go back to the case; a refusal is shown there, above the case as it is."""
    found = _case_or_404(request, reference)
    _must_be_allowed(request, "partners.decide")
    try:
        if not request.user.has_perm("partners.decide_request", found):
            raise NotAllowed(_("This request is your own: another officer must decide on it."))
        verb(found, by=request.user, **given)
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
        if not found.contact_email:
            messages.warning(request, _("The applicant was not told: there is no address."))
    return redirect(found)


@require_POST
def open_from_message(request: HttpRequest, message_id: int) -> HttpResponse:
    _must_be_allowed(request, "partners.complete")
    message = get_object_or_404(InboundMessage, pk=message_id)
    try:
        return redirect(actions.open_from_message(message, by=request.user))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("partners:board")


@require_POST
def acknowledge(request: HttpRequest, reference: str) -> HttpResponse:
    return _decide(request, reference, actions.acknowledge, _("Acknowledged."))


@require_POST
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    return _decide(
        request,
        reference,
        actions.ask,
        _("Asked, in your words."),
        reason=request.POST.get("reason", ""),
    )


@require_POST
def vet(request: HttpRequest, reference: str) -> HttpResponse:
    return _decide(request, reference, actions.vet, _("Vetting has begun."))


@require_POST
def recommend(request: HttpRequest, reference: str) -> HttpResponse:
    return _decide(
        request,
        reference,
        actions.recommend,
        _("Recommended; the other officers were told."),
        reason=request.POST.get("reason", ""),
        advice=request.POST.get("advice", "accept"),
    )


@require_POST
def accept(request: HttpRequest, reference: str) -> HttpResponse:
    return _decide(
        request,
        reference,
        actions.accept,
        _("The organisation is a partner now, and its focal point was invited."),
        reason=request.POST.get("reason", ""),
    )


@require_POST
def decline(request: HttpRequest, reference: str) -> HttpResponse:
    return _decide(
        request,
        reference,
        actions.decline,
        _("Declined, with your reason."),
        reason=request.POST.get("reason", ""),
    )


@require_POST
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    return _decide(
        request,
        reference,
        actions.withdraw,
        _("Noted as withdrawn."),
        reason=request.POST.get("reason", ""),
    )
