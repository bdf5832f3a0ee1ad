"""Amendments in the workspace, for both sides; the editions they became, for everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coalition.base import sealing
from coalition.base.errors import NotAllowed, Refused
from coalition.commitments.access import refuse_with_reason
from coalition.commitments.amending import actions, forms, queries
from coalition.commitments.models import Amendment, Commitment, Side
from coalition.commitments.states import AMENDMENT_OPEN, AmendmentState, State
from coalition.commitments.writing import plain
from coalition.commitments.writing import views as writing
from coalition.commitments.writing.forms import FORMS, step_form
from coalition.commitments.writing.ground import WORDS_ROW, ground
from coalition.commitments.writing.step_forms import StepForm
from coalition.partners.people.queries import why_not
from coalition.ui.thread import Step

MOST_NUMBER = 2**15 - 1  # of an edition
SETTLED = (AmendmentState.APPLIED, AmendmentState.DISCARDED)


# --- Finding ----------------------------------------------------------------------------------


def _commitment(request: HttpRequest, reference: str) -> Commitment:
    """A commitment whose amendments this person may read; 404 for all others, but who acts or
    acted for the partner reads why not."""
    visible = Commitment.objects.visible_to(request.user).select_related("partner", "level")
    one = get_object_or_404(visible, reference=reference)
    if queries.side_of(request.user, one) is None and not request.user.is_officer:
        refuse_with_reason(request, one.partner, "view")
        raise Http404
    return one


def _find(request: HttpRequest, reference: str, pk: int) -> Amendment:
    commitment = _commitment(request, reference)
    found: Amendment = get_object_or_404(queries.seen_by(request.user, commitment), pk=pk)
    found.commitment = commitment
    return found


def _allowed(request: HttpRequest, amendment: Amendment, verb: str) -> Amendment:
    """The amendment if this person may do that; NotAllowed says why not."""
    if request.user.has_perm(f"commitments.{verb}_amendment", amendment):
        return amendment
    partner = amendment.commitment.partner
    ability = "edit" if verb in ("edit", "discard") else "sign"
    raise NotAllowed(why_not(request.user, partner, ability) or _whose(amendment, verb))


def _whose(amendment: Amendment, verb: str) -> str:
    decides = verb in ("apply", "send_back")
    if (amendment.side == Side.PARTNER) == decides:
        return _("This is for an officer who speaks for no partner in it.")
    return _("This is for those who act for the organisation.")


# --- Pages ------------------------------------------------------------------------------------


@login_required
def amendments(request: HttpRequest, reference: str) -> HttpResponse:
    """All amendments of a commitment that this person may read, and the button to begin one."""
    one = _commitment(request, reference)
    side = queries.side_of(request.user, one)
    context = {
        "commitment": one,
        "side": side,
        "amendments": queries.seen_by(request.user, one).select_related("edition"),
        "why_not": queries.why_not(one, side) if side else "",
        "may_amend": request.user.has_perm("commitments.amend", one),
        "held": queries.open_of(one, side) if side else None,
    }
    return render(request, "commitments/amending/amendments.html", context)


@login_required
def amendment(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """One amendment: what would change, what became of it, and what may be done."""
    return _page(request, _find(request, reference, pk))


def _page(
    request: HttpRequest,
    one: Amendment,
    *,
    outcome: queries.Outcome | None = None,
    **bound: Any,
) -> HttpResponse:
    """The page; `bound` holds forms that came back with something to mend."""
    is_settled = one.state in SETTLED
    outcome = outcome or (None if is_settled else queries.outcome_of(one))
    may = {
        verb: request.user.has_perm(f"commitments.{verb}_amendment", one)
        for verb in ("edit", "propose", "apply", "discard")
    }
    context: dict[str, Any] = {
        "amendment": one,
        "commitment": one.commitment,
        "side": queries.side_of(request.user, one.commitment),
        "changes": outcome.changes if outcome else plain.changes(one.base, one.values),
        "questions": outcome.questions if outcome else [],
        "problems": plain.check(one.commitment, one.values, outcome.grounds) if outcome else [],
        "why_not": "" if is_settled else queries.why_not(one.commitment, one.side),
        "steps": _steps(one) if one.state in AMENDMENT_OPEN and may["edit"] else [],
        "history": queries.history_of(one),
        "is_settled": is_settled,
        "is_open": one.state in AMENDMENT_OPEN,
        "is_proposed": one.state == AmendmentState.PROPOSED,
        "may": may,
        "why_not_sign": why_not(request.user, one.commitment.partner, "sign"),
        "propose_form": forms.ProposeForm(initial={"why": one.why}),
        "apply_form": forms.ApplyForm(outcome=outcome) if outcome else None,
        "reason_form": forms.ReasonForm(),
    }
    return render(request, "commitments/amending/amendment.html", context | bound)


# --- Writing ----------------------------------------------------------------------------------

# The screens of a commitment that an amendment has: goals are its framework's.
STEPS = {name: title for name, title in writing.STEPS.items() if name in FORMS}


@login_required
def step(request: HttpRequest, reference: str, pk: int, step: str) -> HttpResponse:
    """One screen of an amendment, as a draft has it; the last leads to what would change."""
    if step not in STEPS:
        raise Http404
    one = _allowed(request, _find(request, reference, pk), "edit")
    if one.state not in AMENDMENT_OPEN:
        if request.method == "POST":
            messages.error(
                request,
                _("This amendment was proposed meanwhile, so what you typed last was not saved."),
            )
        return redirect(one)
    wanted = (request.POST.get("of") or request.GET.get("of", ""))[:60]
    if request.method != "POST":
        form = step_form(step, one.commitment, one.values, wanted=wanted)
        return _screen(request, one, step, form)
    base = sealing.unseal(request.POST.get("base", ""), _of(one))
    typed = step_form(step, one.commitment, base, request.POST, wanted=wanted).values()
    saved = actions.save(one, typed, base, by=request.user)
    if saved.is_whole:
        if "stay" not in request.POST:
            return redirect(_after(one, step))
        messages.success(request, _("Saved."))
        return redirect(_address(one, step) + (f"?of={wanted}" if wanted else ""))
    form = step_form(step, one.commitment, saved.shown, wanted=wanted)
    form.tell(saved.problems, saved.conflicts)
    return _screen(request, saved.amendment, step, form)


def _screen(request: HttpRequest, one: Amendment, step: str, form: StepForm) -> HttpResponse:
    context = {
        "form": form,
        "base": sealing.seal(_of(one), one.values),
        "amendment": one,
        "commitment": one.commitment,
        "title": STEPS[step],
        "steps": _steps(one, step),
    }
    return render(request, "commitments/amending/step.html", context)


def _of(one: Amendment) -> list[str | int]:
    return ["amendment", one.pk]


def _address(one: Amendment, step: str) -> str:
    return reverse("commitments:amendment_step", args=[one.commitment.reference, one.pk, step])


def _after(one: Amendment, step: str) -> str:
    """The next screen, or after the last what would change."""
    order = list(STEPS)
    following = order[order.index(step) + 1 :]
    return _address(one, following[0]) if following else one.get_absolute_url()


def _steps(one: Amendment, now: str = "") -> list[Step]:
    """The screens as a thread laid flat, and at its end what would change."""
    order = list(STEPS)
    reached = order.index(now) if now else len(order)
    steps = [
        Step(
            str(STEPS[name]),
            "now" if place == reached else "done" if place < reached else "ahead",
            _address(one, name),
        )
        for place, name in enumerate(order)
    ]
    state = "ahead" if now else "now"
    return [*steps, Step(_("What would change"), state, one.get_absolute_url())]


# --- Verbs ------------------------------------------------------------------------------------


@require_POST
@login_required
def begin(request: HttpRequest, reference: str) -> HttpResponse:
    one = _commitment(request, reference)
    side = queries.side_of(request.user, one)
    if side is None or not request.user.has_perm("commitments.amend", one):
        refuse_with_reason(request, one.partner, "edit")
        raise NotAllowed(_("You speak for a partner in it, so another officer has to do this."))
    try:
        made = actions.begin(one, side=side, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("commitments:amendments", reference)
    return redirect("commitments:amendment", reference, made.pk)


@require_POST
@login_required
def propose(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    one = _allowed(request, _find(request, reference, pk), "propose")
    form = forms.ProposeForm(request.POST)
    if not form.is_valid():
        return _page(request, one, propose_form=form)
    return _done(
        request,
        one,
        lambda: actions.propose(one, why=form.cleaned_data["why"], by=request.user),
        _("Proposed. Those who decide on it get a letter."),
    )


@require_POST
@login_required
def discard(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    one = _allowed(request, _find(request, reference, pk), "discard")
    sentence = _("Given up. The commitment stays as it is.")
    return _done(request, one, lambda: actions.discard(one, by=request.user), sentence)


@require_POST
@login_required
def send_back(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    one = _allowed(request, _find(request, reference, pk), "send_back")
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, one, reason_form=form)
    return _done(
        request,
        one,
        lambda: actions.send_back(one, reason=form.cleaned_data["reason"], by=request.user),
        _("Sent back. Those who work on it get a letter."),
    )


@require_POST
@login_required
def apply(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take it over as it was looked at. Where something was changed since, or a question is open,
    the page asks once more."""
    one = _allowed(request, _find(request, reference, pk), "apply")
    outcome = queries.outcome_of(one)
    form = forms.ApplyForm(request.POST, outcome=outcome)
    if request.POST.get("seal") == outcome.seal and not form.is_valid():
        return _page(request, one, outcome=outcome, apply_form=form)
    answers = form.answers if form.is_valid() else {}
    return _done(
        request,
        one,
        lambda: actions.apply(
            one, seal=request.POST.get("seal", ""), answers=answers, by=request.user
        ),
        _("Taken over. It holds from now on, and those concerned get a letter."),
    )


def _done(
    request: HttpRequest, one: Amendment, act: Callable[[], Any], sentence: str
) -> HttpResponse:
    """Act, and say that it was done or why it was not."""
    try:
        act()
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    return redirect(one)


# --- Editions ---------------------------------------------------------------------------------


@require_safe
def edition(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """What a commitment said from a moment on, in full. What was public stays answerable: also of
    one that was withdrawn, with its reason and as gone (410)."""
    visible = Commitment.objects.visible_to(request.user).select_related("partner")
    one = get_object_or_404(visible, reference=reference)
    near = queries.around(one, number) if number <= MOST_NUMBER else {}
    if number not in near:
        raise Http404
    found, earlier = near[number], near.get(number - 1)
    before = earlier.words if earlier else {}
    grounds = ground(found.words, before)
    said = found.words[WORDS_ROW]
    is_withdrawn = one.state == State.WITHDRAWN
    context = {
        "commitment": one,
        "edition": found,
        "earlier": earlier,
        "later": near.get(number + 1),
        "title": said["title"],
        "language": said["language"],
        "words": queries.read(found.words, grounds),
        "changes": plain.changes(before, found.words, grounds) if earlier else [],
        "withdrawal": one.moves.filter(verb="withdraw").last() if is_withdrawn else None,
    }
    status = 410 if is_withdrawn else 200
    return render(request, "commitments/amending/edition.html", context, status=status)
