"""Contributions to key interventions: claimed in the workspace of a commitment, answered in that of
the intervention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from coalition.base.errors import NotAllowed, Refused
from coalition.commitments.access import own as own_commitment
from coalition.commitments.contributing import actions, forms, queries
from coalition.commitments.models import Claim, Commitment
from coalition.interventions.access import own as own_intervention
from coalition.interventions.models import Intervention
from coalition.results.frameworks.queries import in_per_cent, per_cent
from coalition.results.models import Indicator
from coalition.ui.verbs import attempt, with_refused

# --- For those who act for the commitment ------------------------------------------------------


@login_required
@require_safe
def claims(request: HttpRequest, reference: str) -> HttpResponse:
    """What the commitment contributes to key interventions, and what was answered."""
    one = own_commitment(request, reference, "commitments.view_claims")
    context = {
        "commitment": one,
        "claims": queries.of_commitment(one),
        "may_claim": one.is_public and request.user.has_perm("commitments.claim", one),
    }
    return render(request, "commitments/contributing/claims.html", context)


@login_required
def new(request: HttpRequest, reference: str) -> HttpResponse:
    """Contribute to a key intervention, in three steps of one address: which one, which of its
    results (`intervention`), and what is claimed (`indicator`, its number)."""
    one = own_commitment(request, reference, "commitments.claim")
    context: dict[str, Any] = {"commitment": one}
    word = request.GET.get("intervention", "")[:20]
    if not word:
        words = request.GET.get("words", "").replace("\x00", "")[:100]
        found = queries.taking(one, words)
        context |= {"words": words, "found": found[: queries.MOST_SHOWN], "count": found.count()}
        return render(request, "commitments/contributing/choose.html", context)
    visible = Intervention.objects.published().select_related("framework", "partner")
    intervention = get_object_or_404(visible, reference=word.replace("\x00", ""))
    measured = queries.measured(intervention)
    context |= {"intervention": intervention, "why_not": queries.why_not(one, intervention)}
    number = request.GET.get("indicator", "")
    above = next((each for each in measured if str(each.number) == number), None)
    if above is None or context["why_not"]:
        held = set(one.claims.values_list("indicator", flat=True))
        context["measured"] = [(each, each.pk in held) for each in measured]
        return render(request, "commitments/contributing/choose_result.html", context)
    return _claim(request, one, above, context)


def _claim(
    request: HttpRequest, one: Commitment, above: Indicator, context: dict[str, Any]
) -> HttpResponse:
    """The last step. What is refused is said on the form, which keeps what was typed."""
    fitting = queries.own_for(one, above)
    form = forms.ClaimForm(request.POST if request.method == "POST" else None, fitting=fitting)
    if form.is_valid():
        try:
            made = actions.claim(one, above, **form.cleaned_data, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Claimed. Whoever leads the intervention gets a letter."))
            return redirect(made)
    context |= {
        "indicator": above,
        "form": form,
        "unfit": [each for each in fitting if each.why_not],
        "left": in_per_cent(queries.left_of(above, one)),
    }
    return render(request, "commitments/contributing/new.html", context)


# --- For those who lead the intervention -------------------------------------------------------


@login_required
@require_safe
def desk(request: HttpRequest, reference: str) -> HttpResponse:
    """What commitments are claimed to contribute to an intervention: those that wait first."""
    one = own_intervention(request, reference, "interventions.view_workspace")
    if not (request.user.is_officer or request.user.has_perm("interventions.edit", one)):
        raise PermissionDenied(
            _("This is for those who lead the intervention, or for the secretariat.")
        )
    context = {"intervention": one, "claims": queries.of_intervention(one)}
    return render(request, "commitments/contributing/desk.html", context)


# --- One claim, for both sides -----------------------------------------------------------------

# What can be done with a claim, each at an address of its own: who may, and what is said then.
VERBS = {
    "confirm": ("commitments.answer_claim", gettext_lazy("Confirmed: everybody can read it.")),
    "decline": ("commitments.answer_claim", gettext_lazy("Declined. The other side is told.")),
    "withdraw": ("commitments.change_claim", gettext_lazy("Taken back. The other side is told.")),
    "reword": ("commitments.change_claim", gettext_lazy("Claimed in these words.")),
}
# These rest on words that somebody had before their eyes.
ON_WORDS_SEEN = ("confirm", "reword")


def claim_of(request: HttpRequest, reference: str, pk: int, permission: str) -> Claim:
    """The claim if this person may do that; 404 where it is hidden, else a refusal."""
    found = Claim.objects.visible_to(request.user).filter(commitment__reference=reference)
    found = found.select_related("commitment__partner", "commitment__framework", "own")
    found = found.select_related("intervention__partner", "intervention__framework")
    one = get_object_or_404(found.select_related("indicator__framework"), pk=pk)
    if not request.user.has_perm(permission, one):
        if permission == "commitments.view_claim":
            raise Http404
        raise PermissionDenied(
            _("This is for those who sign for the other side, or for the secretariat.")
        )
    return one


@login_required
@require_safe
def claim(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What is claimed, with all that this person may do about it."""
    return _page(request, claim_of(request, reference, pk, "commitments.view_claim"))


@require_POST
@login_required
def act(request: HttpRequest, reference: str, pk: int, verb: str) -> HttpResponse:
    """Apply a verb. What is refused is said in its form, which keeps what was typed."""
    permission, done = VERBS[verb]
    one = claim_of(request, reference, pk, permission)
    form = _form(one, verb, request.POST)
    given = {"seen": request.POST.get("seen", "")} if verb in ON_WORDS_SEEN else {}
    action = getattr(actions, verb)
    if form.is_valid() and attempt(
        request, form, lambda: action(one, **form.cleaned_data, **given, by=request.user)
    ):
        messages.success(request, str(done))
        return redirect(one)
    fresh = claim_of(request, reference, pk, "commitments.view_claim")
    return _page(request, fresh, {verb: form})


def _form(claim: Claim, verb: str, data: Any = None) -> Form:
    if verb != "reword":
        return forms.form_of(verb, data)
    fitting = queries.own_for(claim.commitment, claim.indicator, claim)
    now = {"share": per_cent(claim.share), "how": claim.how, "own": str(claim.own_id or "")}
    return forms.ClaimForm(data, fitting=fitting, initial=now)


def _page(
    request: HttpRequest, claim: Claim, refused: Mapping[str, Form] | None = None
) -> HttpResponse:
    """A claim with the forms that fit it as it is now. Where one that was refused fits no more,
    its sentences stand on top."""
    fitting = {verb: _form(claim, verb) for verb in queries.verbs_for(request.user, claim)}
    context = {
        "claim": claim,
        "commitment": claim.commitment,
        "intervention": claim.intervention,
        "leads": request.user.has_perm("commitments.view_claims", claim.commitment),
        "forms": with_refused(request, fitting, refused),
        "seen": queries.version_of(claim),
        "left": in_per_cent(queries.left_of(claim.indicator, claim.commitment)),
        "history": queries.history(claim),
    }
    return render(request, "commitments/contributing/claim.html", context)
