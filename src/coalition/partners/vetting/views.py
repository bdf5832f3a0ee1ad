"""The officers' file on an organisation, what waits to be renewed, and the public register entry.

To everybody but officers the file does not exist; to an officer whom it concerns it is closed,
and says why.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base.errors import NotAllowed, Refused
from coalition.partners.models import (
    AccessionRequest,
    CaseDocument,
    Flag,
    FlagCategory,
    Partner,
    Verification,
)
from coalition.partners.screening import queries as screening
from coalition.partners.states import (
    FLAG_VERBS,
    AccessionState,
    FlagState,
    VerificationState,
)
from coalition.partners.vetting import actions, dossier, queries
from coalition.partners.vetting.dossier import Dossier, Owner
from coalition.partners.vetting.forms import (
    DeclarationForm,
    FlagForm,
    ProposalForm,
    QuestionnaireForm,
    WhyForm,
)

ROWS_A_PAGE = 50
TONES = {
    VerificationState.NOT_STARTED: "calm",
    VerificationState.IN_REVIEW: "due",
    VerificationState.PROPOSED: "due",
    VerificationState.VERIFIED: "good",
    VerificationState.NOT_VERIFIED: "alert",
}
FLAG_TONES = {
    FlagState.OBSERVATION: "calm",
    FlagState.RISK: "due",
    FlagState.ESCALATED: "alert",
    FlagState.RED: "alert",
    FlagState.RESOLVED: "ended",
}
FLAG_BUTTONS = {
    "raise_risk": gettext_lazy("Make it a risk"),
    "escalate": gettext_lazy("Escalate it to another officer"),
    "confirm_red": gettext_lazy("Make it a red flag"),
    "lower": gettext_lazy("Lower it to a risk"),
    "resolve": gettext_lazy("Resolve it"),
}
# A request is decided on its own page, where these are called recommend, accept and decline.
BUTTONS = {
    "propose": gettext_lazy("Propose a decision"),
    "review_again": gettext_lazy("Send it back to review"),
    "confirm": gettext_lazy("Confirm: it is verified"),
    "reject": gettext_lazy("Confirm: it is not verified"),
}


# --- The file --------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def request_vetting(request: HttpRequest, reference: str) -> HttpResponse:
    """The file on an applicant; its form saves the questionnaire."""
    _must_be_officer(request)
    cases = AccessionRequest.objects.visible_to(request.user).select_related("group", "partner")
    return _file(request, get_object_or_404(cases, reference=reference))


@require_http_methods(["GET", "HEAD", "POST"])
def partner_vetting(request: HttpRequest, reference: str) -> HttpResponse:
    """The file on a partner; its form saves the questionnaire."""
    _must_be_officer(request)
    partners = Partner.objects.select_related("group", "request")
    return _file(request, get_object_or_404(partners, reference=reference))


def _file(request: HttpRequest, owner: Owner) -> HttpResponse:
    file = dossier.Dossier(owner)
    if sentence := queries.closed_to(file, request.user):
        context = {**_head(owner), "sentence": sentence}
        return render(request, "partners/vetting/closed.html", context, status=403)
    form = None
    if file.verification is not None and file.verification.state == VerificationState.IN_REVIEW:
        form = QuestionnaireForm(request.POST or None, file=file)
        if request.method == "POST" and form.is_valid():
            try:
                actions.answer(file.verification, form.given(), by=request.user)
                actions.word_register(file.verification, form.register(), by=request.user)
            except (NotAllowed, Refused) as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Saved."))
                return redirect(dossier.path_of(owner))
    return render(request, "partners/vetting/file.html", _context(request, file, form))


def _head(owner: Owner) -> dict[str, Any]:
    is_partner = isinstance(owner, Partner)
    return {
        "owner": owner,
        "is_partner": is_partner,
        "name": dossier.name_of(owner),
        "language": owner.name_language if is_partner else owner.language,
        "path": dossier.path_of(owner),
    }


def _context(request: HttpRequest, file: Dossier, form: Form | None) -> dict[str, Any]:
    one = file.verification
    own = file.declared(request.user)
    return {
        **_head(file.owner),
        "file": file,
        "one": one,
        "tone": TONES[VerificationState(one.state)] if one else "calm",
        "standing": file.standing,
        "screening_path": screening.path_of(file.owner),
        "form": form,
        "read": [] if form or one is None else list(file.answers.values()),
        "documents": _documents(file.owner),
        "own": own,
        "declaration": DeclarationForm(auto_id="declare-%s") if _may_declare(file) else None,
        "flags": [_flag(flag, request.user) for flag in file.flags],
        "flag_form": FlagForm(categories=_categories(), auto_id="flag-%s"),
        "history": queries.history(one) if one else [],
        "closed": queries.closed_request(file.owner),
        **_verbs(request, file),
    }


def _may_declare(file: Dossier) -> bool:
    return file.is_reviewed and not queries.closed_request(file.owner)


def _verbs(request: HttpRequest, file: Dossier) -> dict[str, Any]:
    """What may be done with the verification now, and what not, with every reason."""
    can_begin = not file.is_reviewed and not queries.closed_request(file.owner)
    if not isinstance(file.owner, Partner):
        # A request whose vetting began before files were kept has none yet.
        can_begin = can_begin and file.owner.state == AccessionState.UNDER_VETTING
        return {"can_begin": can_begin, "allowed": [], "greyed": []}
    allowed, greyed = [], []
    for verb, label in BUTTONS.items() if file.is_reviewed else ():
        if why := queries.obstacles(file.owner, verb, request.user, file=file):
            greyed.append({"label": label, "why": " ".join(why)})
            continue
        form = (ProposalForm if verb == "propose" else WhyForm)(auto_id=f"{verb}-%s")
        url = reverse(f"partners:verification_{verb}", args=[file.verification.pk])
        allowed.append({"label": label, "url": url, "form": form})
    return {"can_begin": can_begin, "allowed": allowed, "greyed": greyed}


def _flag(flag: Flag, person: Any) -> dict[str, Any]:
    allowed, greyed = [], []
    for verb, label in FLAG_BUTTONS.items():
        if flag.state not in FLAG_VERBS[verb].sources:
            continue
        if why := queries.flag_obstacle(flag, verb, person):
            greyed.append({"label": label, "why": why})
            continue
        url = reverse(f"partners:flag_{verb}", args=[flag.pk])
        allowed.append(
            {"label": label, "url": url, "form": WhyForm(auto_id=f"{verb}-{flag.pk}-%s")}
        )
    return {
        "flag": flag,
        "tone": "ended" if flag.has_lapsed else FLAG_TONES[FlagState(flag.state)],
        "history": queries.flag_history(flag),
        "allowed": allowed,
        "greyed": greyed,
    }


def _categories() -> list[FlagCategory]:
    return list(FlagCategory.objects.filter(retired_on=None))


def _documents(owner: Owner) -> list[CaseDocument]:
    """What came with the request: files, and why others are missing."""
    found = CaseDocument.objects.select_related("wanted", "request")
    if isinstance(owner, Partner):
        return list(found.filter(request__partner=owner))
    return list(found.filter(request=owner))


# --- Verbs -----------------------------------------------------------------------------------


@require_POST
def request_begin(request: HttpRequest, reference: str) -> HttpResponse:
    """The file of a request whose vetting began without one."""
    _must_be_officer(request)
    cases = AccessionRequest.objects.filter(state=AccessionState.UNDER_VETTING)
    case = get_object_or_404(cases, reference=reference)
    return _do(request, case, lambda: actions.begin(case, by=request.user))


@require_POST
def partner_begin(request: HttpRequest, reference: str) -> HttpResponse:
    """A new verification of a partner."""
    _must_be_officer(request)
    partner = get_object_or_404(Partner, reference=reference)
    return _do(request, partner, lambda: actions.renew(partner, by=request.user))


@require_POST
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    one = _verification(request, pk)
    form = DeclarationForm(request.POST)
    if not form.is_valid():
        return _said_wrong(request, one.owner, form)
    has_conflict = form.cleaned_data["has_conflict"] == "yes"
    words = form.cleaned_data["words"]
    return _do(
        request,
        one.owner,
        lambda: actions.declare_conflict(one, has_conflict, words, by=request.user),
    )


def _decide(request: HttpRequest, pk: int, verb: Callable[..., Any]) -> HttpResponse:
    """A step of a partner's verification; that of a request is decided with the request."""
    one = _verification(request, pk)
    if not isinstance(one.owner, Partner):
        messages.error(request, _("This is decided with the request to join, on its page."))
        return redirect(dossier.path_of(one.owner))
    is_proposal = verb is actions.propose
    form = (ProposalForm if is_proposal else WhyForm)(request.POST)
    if not form.is_valid():
        return _said_wrong(request, one.owner, form)
    given = [form.cleaned_data[name] for name in (["advice"] if is_proposal else [])]
    reason = form.cleaned_data["reason"]
    return _do(request, one.owner, lambda: verb(one, *given, reason, by=request.user))


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, actions.propose)


@require_POST
def review_again(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, actions.review_again)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, actions.confirm)


@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, actions.reject)


@require_POST
def request_flag(request: HttpRequest, reference: str) -> HttpResponse:
    _must_be_officer(request)
    cases = AccessionRequest.objects.visible_to(request.user)
    return _raise(request, get_object_or_404(cases, reference=reference))


@require_POST
def partner_flag(request: HttpRequest, reference: str) -> HttpResponse:
    _must_be_officer(request)
    return _raise(request, get_object_or_404(Partner, reference=reference))


def _raise(request: HttpRequest, owner: Owner) -> HttpResponse:
    form = FlagForm(request.POST, categories=_categories())
    if not form.is_valid():
        return _said_wrong(request, owner, form)
    given = form.cleaned_data
    return _do(
        request,
        owner,
        lambda: actions.raise_flag(
            owner,
            given["category"],
            given["words"],
            state=given["state"],
            valid_until=given["valid_until"],
            by=request.user,
        ),
    )


def _move_flag(request: HttpRequest, pk: int, verb: Callable[..., Any]) -> HttpResponse:
    _must_be_officer(request)
    flag = get_object_or_404(Flag.objects.select_related("request", "partner"), pk=_key(pk))
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _said_wrong(request, flag.owner, form)
    reason = form.cleaned_data["reason"]
    return _do(request, flag.owner, lambda: verb(flag, reason, by=request.user))


@require_POST
def raise_risk(request: HttpRequest, pk: int) -> HttpResponse:
    return _move_flag(request, pk, actions.raise_risk)


@require_POST
def escalate(request: HttpRequest, pk: int) -> HttpResponse:
    return _move_flag(request, pk, actions.escalate)


@require_POST
def confirm_red(request: HttpRequest, pk: int) -> HttpResponse:
    return _move_flag(request, pk, actions.confirm_red)


@require_POST
def lower(request: HttpRequest, pk: int) -> HttpResponse:
    return _move_flag(request, pk, actions.lower)


@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    return _move_flag(request, pk, actions.resolve)


def _do(request: HttpRequest, owner: Owner, verb: Callable[[], Any]) -> HttpResponse:
    """Apply a verb and go back to the file; a refusal is shown there."""
    try:
        verb()
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect(dossier.path_of(owner))


def _said_wrong(request: HttpRequest, owner: Owner, form: Form) -> HttpResponse:
    """Nothing was done: the file says what is wrong with what was filled in."""
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, " ".join(filter(None, [f"{label}:" if label else "", *errors])))
    return redirect(dossier.path_of(owner))


def _verification(request: HttpRequest, pk: int) -> Verification:
    _must_be_officer(request)
    found = Verification.objects.select_related("request", "partner")
    return get_object_or_404(found, pk=_key(pk))


def _key(pk: int) -> int:
    if pk >= 2**63:  # no key of the database is that large
        raise Http404
    return pk


def _must_be_officer(request: HttpRequest) -> None:
    if not request.user.has_perm("partners.read_requests"):
        raise Http404


# --- What waits ------------------------------------------------------------------------------


@require_safe
def verifications(request: HttpRequest) -> HttpResponse:
    """Whose verification expires soon, has expired or never was; and what is under review."""
    _must_be_officer(request)
    due = queries.renewals(with_unverified=True)
    page = Paginator(due, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "under_review": list(queries.under_review()[:ROWS_A_PAGE]),
        "days": queries.REMINDERS[0],
    }
    return render(request, "partners/vetting/verifications.html", context)


# --- The public register ---------------------------------------------------------------------


@require_safe
def register_entry(request: HttpRequest, reference: str) -> HttpResponse:
    """What everybody may know of a partner's standing: few fields, after the register of the
    World Health Organization. Nothing of the due diligence itself. One that is gone answers on
    its own page."""
    found = Partner.objects.select_related("group", "country")
    partner = get_object_or_404(found, reference=reference)
    if partner.is_gone:
        return redirect(partner)
    context = {
        "partner": partner,
        "entry": queries.register_entry(partner),
    }
    return render(request, "partners/vetting/register_entry.html", context)
