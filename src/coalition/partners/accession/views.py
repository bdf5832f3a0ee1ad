"""The page of a request, and its verbs: each is a button with an address of its own.

To everybody but officers these pages do not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base.errors import NotAllowed, Refused
from coalition.base.fields import LANGUAGE_NAMES
from coalition.mailroom.models import InboundMessage
from coalition.partners.accession import (
    actions,
    answers,
    correspondence,
    deciding,
    duplicates,
    queries,
)
from coalition.partners.accession.forms import (
    InternalReasonForm,
    LetterForm,
    MergeForm,
    NoteForm,
    ReasonForm,
    RecommendForm,
    RequestForm,
    TemplateForm,
    reasons,
)
from coalition.partners.models import AccessionRequest, Duplicate, Partner
from coalition.partners.queries import coalition_name
from coalition.partners.states import AccessionState

TONES = {
    AccessionState.DRAFT: "calm",
    AccessionState.RECEIVED: "due",
    AccessionState.ACKNOWLEDGED: "calm",
    AccessionState.INCOMPLETE: "calm",
    AccessionState.UNDER_VETTING: "calm",
    AccessionState.RECOMMENDED: "due",
    AccessionState.ACCEPTED: "good",
    AccessionState.DECLINED: "ended",
    AccessionState.WITHDRAWN: "ended",
    AccessionState.SET_ASIDE: "ended",
    AccessionState.MERGED: "ended",
}


@dataclass(frozen=True)
class Decision:
    """A verb as its button shows it: what it does, what is said then, what it asks for first."""

    label: Promise
    done: Promise
    form: type[forms.Form] | None = None
    # Does the applicant get a letter, so that a missing address must be said?
    tells: bool = True


# In the order of the page; each is an address, `/desk/requests/<reference>/<verb>/`.
DECISIONS = {
    "acknowledge": Decision(
        gettext_lazy("Confirm to the applicant that it arrived"), gettext_lazy("Acknowledged.")
    ),
    "ask": Decision(
        gettext_lazy("Ask the applicant for what is missing"),
        gettext_lazy("Asked, in your words."),
        ReasonForm,
    ),
    "answer": Decision(
        gettext_lazy("Note that the applicant answered"),
        gettext_lazy("Noted: the case goes on."),
        tells=False,
    ),
    "vet": Decision(gettext_lazy("Begin vetting"), gettext_lazy("Vetting has begun.")),
    "recommend": Decision(
        gettext_lazy("Recommend a decision"),
        gettext_lazy("Recommended; the other officers were told."),
        RecommendForm,
        tells=False,
    ),
    "send_back": Decision(
        gettext_lazy("Send it back to vetting"),
        gettext_lazy("Sent back; who recommended it was told."),
        InternalReasonForm,
        tells=False,
    ),
    "accept": Decision(
        gettext_lazy("Accept: admit this organisation as a partner"),
        gettext_lazy("The organisation is a partner now, and its focal point was invited."),
        InternalReasonForm,
    ),
    "decline": Decision(
        gettext_lazy("Decline the request"),
        gettext_lazy("Declined, with your reason."),
        ReasonForm,
    ),
    "withdraw": Decision(
        gettext_lazy("Note that the applicant withdrew"),
        gettext_lazy("Noted as withdrawn."),
        ReasonForm,
    ),
    "merge": Decision(
        gettext_lazy("Merge it: the same organisation has a request or is a partner"),
        gettext_lazy("Merged; nothing was lost."),
        MergeForm,
    ),
    "set_aside": Decision(
        gettext_lazy("Set it aside: it is no request to join"),
        gettext_lazy("Set aside."),
        InternalReasonForm,
        tells=False,
    ),
    "reopen": Decision(gettext_lazy("Open it again"), gettext_lazy("Open again."), ReasonForm),
}


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """The page of a request; its form saves the facts."""
    found = case_or_404(request, reference)
    form = _facts(request, found)
    if request.method == "POST" and form.is_valid():
        must_be_allowed(request, "partners.complete")
        try:
            actions.complete(found, form.cleaned_data, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved: the facts are confirmed."))
            return redirect(found)
    return _page(request, found, form)


def _facts(request: HttpRequest, found: AccessionRequest) -> RequestForm:
    is_saving = request.method == "POST" and "text" not in request.POST
    return RequestForm(
        request.POST if is_saving else None,
        instance=found,
        is_confirmed=queries.is_confirmed(found),
    )


def _page(
    request: HttpRequest,
    found: AccessionRequest,
    form: RequestForm,
    letter: LetterForm | None = None,
) -> HttpResponse:
    index = correspondence.index(found)
    pages = Paginator(index, correspondence.SHOWN)
    # The newest part first: it is what the officer came for.
    part = pages.get_page(request.GET.get("part") or pages.num_pages)
    addresses = correspondence.correspondents(found)
    can_complete = not queries.obstacle(found, queries.COMPLETE)
    told = answers.told(found)
    context = {
        "case": found,
        "tone": TONES[AccessionState(found.state)],
        "form": form,
        "can_complete": can_complete,
        # Nothing counts before an officer has looked the facts through.
        "must_look": can_complete and not queries.is_confirmed(found),
        "advised": next(
            (move.reason for move in reversed(found.moves.all()) if move.verb == "recommend"), ""
        ),
        "blocks": _blocks(found, told, request.user),
        "missing": queries.missing(found),
        "language_name": LANGUAGE_NAMES.get(found.language, found.language),
        "next": queries.next_step(found),
        "notes": _notes(found),
        "part": part,
        "entries": correspondence.entries(found, part.object_list),
        "template_form": TemplateForm(
            {
                "template": request.GET.get("template", ""),
                "language": request.GET.get("language") or correspondence.language_of(found),
            },
            auto_id="begin-%s",
        ),
        "letter": letter or _letter(request, found, addresses, len(index)),
        "can_write": bool(addresses),
        "is_writing": letter is not None or "template" in request.GET,
        "links": _links(found),
        "can_ask": not queries.obstacle(found, "ask"),
        "note_form": NoteForm(auto_id="note-%s"),
        "duplicates": _duplicates(found),
        "merged_here": list(found.merged.all()),
        "told": told,
        "told_elsewhere": answers.told_elsewhere(found),
        "history": queries.history(found),
        **_verbs(request, found),
    }
    return render(request, "partners/request.html", context)


def _blocks(found: AccessionRequest, told: answers.Told, officer: Any) -> list[str]:
    """Why the next decision cannot be taken yet, each reason a sentence."""
    of_papers = ""
    if found.state == AccessionState.UNDER_VETTING:
        of_papers = deciding.missing_papers(told)
    return [each for each in (of_papers, *queries.blocks(found, officer)) if each]


def _letter(
    request: HttpRequest, found: AccessionRequest, addresses: list[str], number: int
) -> LetterForm:
    """The letter as the officer begins it: empty, or filled in from a template."""
    language = request.GET.get("language") or correspondence.language_of(found)
    begun = {"language": language, "number": number}
    if code := request.GET.get("template"):
        try:
            begun["subject"], begun["text"] = correspondence.begun(found, code, language)
        except Refused as refusal:
            messages.error(request, str(refusal))
    return LetterForm(initial=begun, addresses=addresses)


def _links(found: AccessionRequest) -> list[dict[str, str]]:
    """The other pages about this case."""
    vetting = {
        "url": reverse("partners:request_vetting", args=[found.reference]),
        "label": _("Vetting and screening"),
    }
    return [vetting] + [
        {
            "url": reverse("partners:letter", args=[found.reference, name]),
            "label": _(correspondence.PRINTED[name][2]),
        }
        for name in correspondence.printable(found)
    ]


def _duplicates(found: AccessionRequest) -> list[dict[str, Any]]:
    return [
        {
            "row": one,
            "other": one.other_partner
            or (one.request if one.other_request_id == found.pk else one.other_request),
            "why": duplicates.reasons(one),
        }
        for one in duplicates.waiting(found)
    ]


def _verbs(request: HttpRequest, case: AccessionRequest) -> dict[str, Any]:
    """The buttons that may be pressed now, and the others with the reason why not."""
    allowed, greyed = [], []
    for verb, decision in DECISIONS.items():
        if sentence := queries.obstacle(case, verb, request.user):
            greyed.append({"label": decision.label, "why": sentence})
            continue
        initial = {"into": request.GET.get("into", "")[:20]} if verb == "merge" else {}
        if verb == "recommend":
            initial["advice"] = "accept"
        allowed.append(
            {
                "verb": verb,
                "label": decision.label,
                "url": reverse(f"partners:{verb}", args=[case.reference]),
                "form": decision.form(auto_id=f"{verb}-%s", initial=initial)
                if decision.form
                else None,
                "opened": bool(initial.get("into")),
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


def must_be_allowed(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise Http404


def case_or_404(request: HttpRequest, reference: str) -> AccessionRequest:
    cases = AccessionRequest.objects.visible_to(request.user)
    cases = cases.select_related(
        *("group", "country", "message", "partner", "thread", "merged_into", "same_as"),
        "assigned_to",
    ).prefetch_related("moves__by", "suggestions")
    return get_object_or_404(cases, reference=reference)


def back_to(request: HttpRequest, default: Any) -> HttpResponse:
    """To where the form was sent from, if it says so and lies within this site."""
    there = request.POST.get("next", "")
    # Only a path: anything else would be looked up as the name of a page.
    if there.startswith("/") and url_has_allowed_host_and_scheme(there, allowed_hosts=None):
        return redirect(there)
    return redirect(default)


def carried_out(request: HttpRequest, act: Callable[[], Any], done: object) -> bool:
    """Do it and say so, or say why not; was it done?"""
    try:
        act()
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
        return False
    if done:
        messages.success(request, str(done))
    return True


# --- Verbs


@require_POST
def decide(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Apply a verb and go back; a refusal is shown there, above the case as it is."""
    found = case_or_404(request, reference)
    must_be_allowed(request, "partners.decide")
    decision = DECISIONS[verb]
    fields = decision.form.base_fields if decision.form else ()
    given: dict[str, Any] = {name: request.POST.get(name, "") for name in fields}

    def act() -> None:
        if "into" in given:
            given["into"] = _named(given["into"])
        getattr(actions, verb)(found, by=request.user, **given)

    is_done = carried_out(request, act, decision.done)
    if is_done and decision.tells and not found.contact_email:
        messages.warning(request, _("The applicant was not told: there is no address."))
    return back_to(request, found)


def _named(reference: str) -> AccessionRequest | Partner:
    """The request or partner of a reference that an officer typed. Raises Refused for neither."""
    reference = reference.strip().upper()
    for model in (AccessionRequest, Partner):
        if "\x00" not in reference and (row := model.objects.filter(reference=reference).first()):
            return row
    raise Refused(_("No request and no partner has the reference “%s”.") % reference[:20])


@require_POST
def open_from_message(request: HttpRequest, message_id: int) -> HttpResponse:
    must_be_allowed(request, "partners.complete")
    message = get_object_or_404(InboundMessage, pk=message_id)
    try:
        return redirect(actions.open_from_message(message, by=request.user))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("partners:board")


@require_safe
def letter(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """A letter of the case as a page to print, in its language or in one of the six."""
    found = case_or_404(request, reference)
    if name not in correspondence.printable(found):
        raise Http404
    language = request.GET.get("language", "")
    if language not in settings.UN_LANGUAGES:
        language = correspondence.language_of(found)
    day, subject, text = correspondence.printed(found, name, language)
    reference_label, signed = correspondence.ON_PAPER[language]
    with translation.override(language):
        context = {
            "case": found,
            "letter_language": language,
            "letterhead": coalition_name(),
            "place_and_date": date_format(day),
            "reference_label": reference_label,
            "subject": subject,
            "text": text,
            "signed": signed,
            "languages": [(code, LANGUAGE_NAMES[code]) for code in settings.UN_LANGUAGES],
        }
    return render(request, "partners/desk/letter.html", context)


@require_POST
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """Send a letter from the case; a form with mistakes is shown again with what was typed."""
    found = case_or_404(request, reference)
    must_be_allowed(request, "partners.decide")
    letter = LetterForm(request.POST, addresses=correspondence.correspondents(found))
    if letter.is_valid():
        asks = "ask" in request.POST
        try:
            actions.write(found, **letter.cleaned_data, asks=asks, by=request.user)
        except (NotAllowed, Refused) as refusal:
            letter.add_error(None, str(refusal))
        else:
            said = _("Sent; the case waits for the answer.") if asks else _("The letter is sent.")
            messages.success(request, said)
            return redirect(found)
    return _page(request, found, _facts(request, found), letter)


@require_POST
def note(request: HttpRequest, reference: str) -> HttpResponse:
    found = case_or_404(request, reference)
    must_be_allowed(request, "partners.decide")
    text = request.POST.get("text", "")
    carried_out(request, lambda: actions.add_note(found, text, by=request.user), _("Noted."))
    return redirect(found)


@require_POST
def not_the_same(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a likely duplicate with no."""
    must_be_allowed(request, "partners.decide")
    if pk >= 2**63:  # no key of the database is that large
        raise Http404
    found = get_object_or_404(Duplicate, pk=pk)
    carried_out(
        request,
        lambda: actions.dismiss(found, by=request.user),
        _("Noted; it is asked again only when a name or address changes."),
    )
    return back_to(request, found.request)
