"""The web door to joining: what it takes, the first step, and the form screen by screen."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base.errors import NotAllowed, Refused
from coalition.partners.accession import answers, documents, links
from coalition.partners.accession.answers import DOCUMENTS, FACTS, STATEMENTS, Told
from coalition.partners.joining import actions, forms, queries
from coalition.partners.joining.document_views import documents_page
from coalition.partners.joining.doors import by_link, private, too_often
from coalition.partners.joining.limits import seconds_to_wait
from coalition.partners.joining.screens import (
    ABOUT,
    SCREENS,
    SUMMARY,
    of_screen,
    parts_of,
    screens_of,
)
from coalition.partners.models import AccessionRequest, Eligibility, Question, WantedDocument
from coalition.partners.states import AccessionState

# --- The door ------------------------------------------------------------------------------


@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """What joining takes: what is asked of whom, who reads it, how long it usually lasts."""
    context = {
        "join_address": settings.JOIN_ADDRESS,
        "usual": queries.usual_time(),
        "questions": Question.objects.filter(retired_on=None),
        "wanted": WantedDocument.objects.filter(retired_on=None),
        "statements": Eligibility.objects.filter(retired_on=None),
    }
    return render(request, "partners/joining/join.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    language = get_language() or settings.LANGUAGE_CODE
    form = forms.BeginForm(request.POST or None, initial={"language": language})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if wait := seconds_to_wait(request, "begin", given["contact_email"]):
            return too_often(request, wait)
        try:
            case = actions.begin(**given)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("Kept under %(reference)s. A link to go on later is on its way to %(address)s.")
                % {"reference": case.reference, "address": case.contact_email},
            )
            return redirect("partners:fill_in", token=links.token_for(case), step=FACTS)
    return render(request, "partners/joining/begin.html", {"form": form})


@private
@require_http_methods(["GET", "HEAD", "POST"])
def lost_link(request: HttpRequest) -> HttpResponse:
    """Send new links to an address; whether it has any request, the answer does not tell."""
    form = forms.AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        if wait := seconds_to_wait(request, "link", address):
            return too_often(request, wait)
        actions.send_links(address)
        messages.success(
            request,
            _(
                "If a request names this address as its focal point’s, a letter with a new link is "
                "on its way there."
            ),
        )
        return redirect("partners:join")
    return render(request, "partners/joining/lost_link.html", {"form": form})


# --- The form, screen by screen ------------------------------------------------------------


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def fill_in(request: HttpRequest, case: AccessionRequest, token: str, step: str) -> HttpResponse:
    """One screen; what can be kept of it is kept, even where something needs mending."""
    if step not in SCREENS:
        raise Http404
    if case.state not in documents.STILL_OPEN:
        return redirect("partners:application", token=token)
    told = answers.told(case, case.language)
    screens = screens_of(told)
    if step not in screens:
        return redirect("partners:fill_in", token=token, step=FACTS)
    if step == DOCUMENTS:
        return documents_page(request, case, token, told)
    if step == SUMMARY:
        return _summary(request, case, token, told)
    form = _form_of(step, case, told, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            _save(step, case, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        if not form.errors:
            return _onward(request, case, token, step, screens)
    context = {"form": form, **of_screen(case, token, step, screens)}
    return render(request, "partners/joining/step.html", context)


def _form_of(step: str, case: AccessionRequest, told: Told, data: Any) -> Any:
    if step == FACTS:
        return forms.FactsForm(data, case=case)
    if step == ABOUT:
        return forms.AboutForm(data, case=case)
    if step == STATEMENTS:
        return forms.StatementsForm(data, statements=told.statements, language=case.language)
    return forms.QuestionsForm(data, said=told.said(step), language=case.language)


def _save(step: str, case: AccessionRequest, form: Any) -> None:
    form.is_valid()
    if step in (FACTS, ABOUT):
        actions.save_facts(case, form.kept)
    elif step == STATEMENTS:
        actions.save_statements(case, form.statements.values(), form.confirmed)
    else:
        actions.save_answers(case, form.answers)


def _onward(
    request: HttpRequest, case: AccessionRequest, token: str, step: str, screens: list[str]
) -> HttpResponse:
    """A draft goes on to the next screen; a correction leads back to where it was begun."""
    if case.state != AccessionState.DRAFT:
        messages.success(request, _("Saved. The secretariat sees what changed."))
        return redirect("partners:application", token=token)
    if request.POST.get("then") == SUMMARY:
        return redirect("partners:fill_in", token=token, step=SUMMARY)
    after = screens[screens.index(step) + 1]
    return redirect("partners:fill_in", token=token, step=after)


def _summary(request: HttpRequest, case: AccessionRequest, token: str, told: Told) -> HttpResponse:
    """All of it on one page before it is sent, each part with a link to change it."""
    if case.state != AccessionState.DRAFT:
        return redirect("partners:application", token=token)
    context = {
        "told": told,
        "parts": parts_of(told),
        **of_screen(case, token, SUMMARY, screens_of(told)),
    }
    return render(request, "partners/joining/summary.html", context)


@require_POST
@by_link
def send(request: HttpRequest, case: AccessionRequest, token: str) -> HttpResponse:
    try:
        actions.send(case)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("partners:fill_in", token=token, step=SUMMARY)
    messages.success(request, _("Sent. The secretariat reads it and writes to you."))
    return redirect("partners:application", token=token)
