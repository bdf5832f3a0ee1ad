"""The applicant's own page: where the request stands, what is missing, what may be done.

What could harm the applicant counts only once a letter to the focal point confirms it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base.errors import NotAllowed, Refused
from coalition.partners.accession import answers, documents
from coalition.partners.joining import actions, forms, queries
from coalition.partners.joining.doors import by_link, private, too_often
from coalition.partners.joining.limits import seconds_to_wait
from coalition.partners.joining.screens import SCREENS, SUMMARY, parts_of, screens_of
from coalition.partners.models import AccessionRequest
from coalition.partners.states import AccessionState

TONES = {
    AccessionState.INCOMPLETE: "alert",
    AccessionState.ACCEPTED: "good",
    AccessionState.DECLINED: "ended",
    AccessionState.WITHDRAWN: "ended",
    AccessionState.SET_ASIDE: "ended",
    AccessionState.MERGED: "ended",
}


@require_safe
@by_link
def application(request: HttpRequest, case: AccessionRequest, token: str) -> HttpResponse:
    """Where the request stands, what is missing, who is to act, and what may be done."""
    if case.state == AccessionState.DRAFT:
        return redirect("partners:fill_in", token=token, step=SUMMARY)
    return _page(request, case, token)


def _page(request: HttpRequest, case: AccessionRequest, token: str, **bound: Any) -> HttpResponse:
    told = answers.told(case, case.language)
    is_open = case.state in documents.STILL_OPEN
    screens = [name for name in screens_of(told) if name != SUMMARY]
    context = {
        "case": case,
        "token": token,
        "tone": TONES.get(AccessionState(case.state), "calm"),
        "stages": queries.stages(case),
        "who": queries.who_acts(case),
        "is_open": is_open,
        "is_asked": case.state == AccessionState.INCOMPLETE,
        "usual": queries.usual_time() if is_open else None,
        "told": told,
        "parts": parts_of(told),
        "screens": [(name, SCREENS[name]) for name in screens],
        "written": queries.written(case),
        "is_suggested": is_open and _is_suggested(case),
        "answer_form": forms.MessageForm(),
        "withdraw_form": forms.WithdrawForm(auto_id="withdraw-%s"),
        "contact_form": forms.ContactForm(),
        "join_address": settings.JOIN_ADDRESS,
        **bound,
    }
    return render(request, "partners/joining/application.html", context)


def _is_suggested(case: AccessionRequest) -> bool:
    """Were facts read out of a message that the applicant has not looked through yet?"""
    looked = any(move.verb == "correct" for move in case.moves.all())
    return not looked and case.suggestions.exists()


@require_POST
@by_link
def answer(request: HttpRequest, case: AccessionRequest, token: str) -> HttpResponse:
    """Answer what the secretariat asked."""
    form = forms.MessageForm(request.POST)
    if form.is_valid():
        try:
            actions.answer(case, form.cleaned_data["message"])
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Sent. The secretariat reads it and writes to you."))
            return redirect("partners:application", token=token)
    return _page(request, case, token, answer_form=form)


@require_POST
@by_link
def withdraw(request: HttpRequest, case: AccessionRequest, token: str) -> HttpResponse:
    """Ask the focal point by letter to confirm the withdrawal."""
    form = forms.WithdrawForm(request.POST, auto_id="withdraw-%s")
    return _by_letter(
        request,
        case,
        token,
        form,
        "withdraw_form",
        lambda given: actions.ask_to_withdraw(case, given["reason"]),
    )


@require_POST
@by_link
def change_contact(request: HttpRequest, case: AccessionRequest, token: str) -> HttpResponse:
    """Ask the present focal point by letter to confirm another one."""
    form = forms.ContactForm(request.POST)
    return _by_letter(
        request,
        case,
        token,
        form,
        "contact_form",
        lambda given: actions.ask_for_contact(
            case, name=given["contact_name"], email=given["contact_email"]
        ),
    )


def _by_letter(
    request: HttpRequest,
    case: AccessionRequest,
    token: str,
    form: Any,
    name: str,
    ask: Callable[[dict[str, Any]], Any],
) -> HttpResponse:
    if form.is_valid():
        if wait := seconds_to_wait(request, "confirm", case.reference):
            return too_often(request, wait)
        try:
            step = ask(form.cleaned_data)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("We wrote to %(address)s. It counts once the link in that letter is followed.")
                % {"address": step.sent_to},
            )
            return redirect("partners:application", token=token)
    return _page(request, case, token, **{name: form})


@private
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a letter shows one button, so that nothing that only looks at it uses it."""
    step = actions.step_of(token)
    if step is None:
        return render(request, "partners/joining/not_confirmed.html", status=410)
    if sentence := actions.used_up(step):
        context = {"sentence": sentence}
        return render(request, "partners/joining/not_confirmed.html", context, status=410)
    if request.method == "POST":
        try:
            case = actions.confirm(step)
        except NotAllowed as refusal:
            context = {"sentence": str(refusal)}
            return render(request, "partners/joining/not_confirmed.html", context, status=410)
        context = {"step": step, "case": case}
        return render(request, "partners/joining/confirmed.html", context)
    return render(request, "partners/joining/confirm.html", {"step": step, "case": step.request})
