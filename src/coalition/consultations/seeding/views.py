"""Where officers make first proposals, and word them anew."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from coalition.base.errors import NotAllowed, Refused
from coalition.consultations.models import Consultation, Statement
from coalition.consultations.seeding import actions, queries
from coalition.consultations.seeding.forms import CandidateForm, RewordForm
from coalition.consultations.states import State


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def first_proposals(request: HttpRequest, reference: str) -> HttpResponse:
    """Those that stand, and what can become one, with suggested words."""
    one = _one(request, reference)
    refusal = queries.refusal_to_add(one)
    data = request.POST if request.method == "POST" else None
    offered = [] if refusal else queries.candidates(one)
    forms = [CandidateForm(one, each, data) for each in offered]
    if request.method == "POST":
        ticked = [form for form in forms if form["take"].data]
        wrong = [form for form in ticked if not form.is_valid()]  # each says what is wrong
        if not wrong and _made(request, one, ticked):
            return redirect("consultations:first_proposals", reference)
    statements = one.statements.first_ones().select_related(
        "priority__theme", "provision__instrument", "merged_into"
    )
    context = {
        "consultation": one,
        "statements": statements.prefetch_related("credits__partner"),
        "refusal": refusal,
        "may_reword": not queries.refusal_to_reword(one),
        "may_take_back": one.state == State.DRAFT,
        "forms": forms,
        "is_cut": len(forms) >= queries.MOST_OFFERED,
    }
    return render(request, "consultations/seeding/first_proposals.html", context)


def _made(request: HttpRequest, one: Consultation, ticked: list[CandidateForm]) -> bool:
    """Make them; False, with a sentence, where it is refused. What is sent a second time finds
    nothing to make, and says that it stands."""
    if not ticked and any(name.endswith("-take") for name in request.POST):
        messages.info(request, _("Nothing was made: these are proposals already."))
        return True
    seeds = [
        actions.Seed(
            form.candidate.source, form.cleaned_data["text"], form.cleaned_data["language"]
        )
        for form in ticked
    ]
    try:
        made = actions.make(one, seeds, by=request.user)
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
        return False
    count = len(made)
    done = ngettext("%d first proposal made.", "%d first proposals made.", count) % count
    messages.success(request, done)
    return True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Word a proposal anew."""
    statement = _statement(request, reference, number)
    form = RewordForm(statement, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reword(statement, **form.cleaned_data, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("consultations:first_proposals", reference)
    context = {
        "consultation": statement.consultation,
        "statement": statement,
        "form": form,
        "refusal": queries.refusal_to_reword(statement.consultation),
    }
    return render(request, "consultations/seeding/proposal.html", context)


@require_POST
@login_required
def take_back(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Take a proposal out of a draft."""
    try:
        actions.take_back(_statement(request, reference, number), by=request.user)
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken out. What it came from can become a proposal again."))
    return redirect("consultations:first_proposals", reference)


def _one(request: HttpRequest, reference: str) -> Consultation:
    """The consultation, if this person plans consultations; to others the desk does not exist."""
    if not request.user.has_perm("consultations.plan"):
        raise Http404
    return get_object_or_404(Consultation, reference=reference)


def _statement(request: HttpRequest, reference: str, number: int) -> Statement:
    statements = Statement.objects.first_ones().select_related("consultation")
    return get_object_or_404(statements, consultation=_one(request, reference), number=number)
