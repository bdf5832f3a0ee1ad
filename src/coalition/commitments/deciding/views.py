"""The verbs of a promise's life, one address each, and the officer's desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from coalition.base.downloads import csv_file
from coalition.base.errors import NotAllowed, Refused
from coalition.commitments.access import own
from coalition.commitments.deciding import actions, forms, queries
from coalition.commitments.deciding.offers import OF_SECRETARIAT, possible
from coalition.commitments.models import Commitment, CommitmentQuerySet
from coalition.commitments.queries import unanswered_parts
from coalition.commitments.reading.queries import for_page, results_of
from coalition.commitments.states import State
from coalition.commitments.writing.quality import guide

PAGE_SIZE = 25

# --- The verbs ---------------------------------------------------------------------------------

DONE = {
    "submit": gettext_lazy("Sent. The secretariat reads it and writes to you."),
    "claim_completion": gettext_lazy("Said. The secretariat looks at the proof and writes to you."),
    "publish": gettext_lazy("Published."),
}
# Each with an address of its own, in the workspace or below the desk. To take a promise up again
# is for both sides.
FOR_PARTNERS = ("submit", "claim_completion", "resume", "withdraw")
FOR_OFFICERS = (
    *("approve", "publish", "request_change", "close", "refuse_completion"),
    *("close_unfulfilled", "mark_inactive"),
)


@require_POST
@login_required
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Apply a verb; where it cannot be, say why and change nothing."""
    one = _may(request, reference, verb)
    form = forms.VerbForm(verb, request.POST)
    if not form.is_valid():
        sentences = [each for of_field in form.errors.values() for each in of_field]
        if "reason" in form.errors:
            sentences = [_("Please give a reason: those concerned will read it.")]
        messages.error(request, " ".join(sentences))
        return redirect(_back(request, reference))
    said = {name: value for name, value in form.cleaned_data.items() if value}
    try:
        one = getattr(actions, verb)(one, **said, by=request.user)
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _done(one, verb))
    return redirect(_back(request, reference))


def _may(request: HttpRequest, reference: str, verb: str) -> Commitment:
    """The commitment, if this person may use the verb. For an officer who speaks for a partner in
    it another one decides; to others the desk does not exist."""
    if verb not in FOR_OFFICERS:
        return own(request, reference, f"commitments.{verb}")
    if not request.user.is_officer:
        raise Http404
    seen = Commitment.objects.visible_to(request.user).select_related("partner")
    one = get_object_or_404(seen, reference=reference)
    if not request.user.has_perm(f"commitments.{verb}", one):
        raise NotAllowed(impartial())
    return one


def impartial() -> str:
    return _("You speak for an organisation in this promise, so another officer has to decide.")


def _done(one: Commitment, verb: str) -> str:
    if verb == "approve" and one.state == State.APPROVED:
        return _("Approved. It is published on the day that you chose.")
    if verb == "approve":
        return str(DONE["publish"])
    return str(DONE.get(verb) or _("Done. Those concerned get a letter."))


def _back(request: HttpRequest, reference: str) -> str:
    """To where it was asked for: the desk as it was filtered, else the page of the promise."""
    there = request.POST.get("next", "")
    if there.startswith("/") and url_has_allowed_host_and_scheme(there, allowed_hosts=None):
        return there
    return reverse("commitments:summary", args=[reference])


# --- The desk ----------------------------------------------------------------------------------


@login_required
def review_list(request: HttpRequest) -> HttpResponse:
    """What waits for the secretariat: what, whose, since when, and what can be done from here."""
    form, waiting = _waiting(request)
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        (row, forms.with_forms(row.offers, row.commitment.pk))
        for row in queries.rows(page.object_list, request.user)
    ]
    context = {"form": form, "page": page, "rows": rows, "query": request.GET.urlencode()}
    return render(request, "commitments/deciding/desk.html", context)


def _waiting(request: HttpRequest) -> tuple[forms.DeskForm, CommitmentQuerySet]:
    if not request.user.is_officer:
        raise Http404
    form = forms.DeskForm(request.GET)
    form.is_valid()
    found = queries.filtered(queries.waiting(), form.cleaned_data)
    return form, queries.with_rows(found).order_by(*form.order)


@login_required
def review_csv(request: HttpRequest) -> HttpResponseBase:
    """Exactly what the desk shows for the same question, as CSV."""
    _form, waiting = _waiting(request)
    header = (
        "reference title language partner partner_group state waits_for waits_since publish_on "
        "ends_on reports parts_unanswered url"
    )
    lines = (_line(request, one) for one in waiting.iterator(chunk_size=1000))
    return csv_file("commitments-waiting", header.split(), lines)


def _line(request: HttpRequest, one: Any) -> list[Any]:
    return [
        one.reference,
        one.title,
        one.language,
        one.partner.name,
        one.partner.group.code,
        one.state,
        " ".join(queries.kinds_of(one)),
        one.waits_since.isoformat(),
        one.publish_on or "",
        one.ends_on or "",
        one.framework.light,
        queries.unanswered(one),
        request.build_absolute_uri(reverse("commitments:review", args=[one.reference])),
    ]


@login_required
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """One promise as the officer judges it: what it says, what it lacks, whose part is open, all
    that happened to it, and the verbs that apply."""
    if not request.user.is_officer:
        raise Http404
    found = for_page(Commitment.objects.visible_to(request.user))
    one = get_object_or_404(found, reference=reference)
    may_decide = request.user.has_perm("commitments.approve", one)
    offers = possible(one, OF_SECRETARIAT) if may_decide else []
    context = {
        "commitment": one,
        "history": queries.chronicle(one),
        **results_of(one, reader=request.user),
        "guide": guide(one),
        "unanswered": unanswered_parts(one),
        "proposal": queries.proposed().filter(commitment=one).first(),
        "may_decide": may_decide,
        "impartial": impartial(),
        "offers": forms.with_forms(offers, one.pk),
    }
    return render(request, "commitments/deciding/review.html", context)
