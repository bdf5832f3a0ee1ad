"""Handing in and taking back, and the officer's desk."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.base.errors import NotAllowed
from coalition.commitments.access import own
from coalition.commitments.deciding import actions, forms, queries
from coalition.commitments.models import Commitment
from coalition.commitments.queries import with_names
from coalition.commitments.reading.queries import for_page, history, results_of
from coalition.commitments.states import State

PAGE_SIZE = 25


@require_POST
@login_required
def submit(request: HttpRequest, reference: str) -> HttpResponse:
    one = own(request, reference, "commitments.submit")
    try:
        actions.submit(one, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Sent. The secretariat reads it and writes to you."))
    return redirect("commitments:summary", reference=reference)


@require_POST
@login_required
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    return with_reason(request, own(request, reference, "commitments.withdraw"), actions.withdraw)


def officers_only(request: HttpRequest) -> None:
    if not request.user.is_officer:
        raise Http404


@login_required
def review_list(request: HttpRequest) -> HttpResponse:
    """What waits for the secretariat, the oldest first."""
    officers_only(request)
    waiting = with_names(queries.waiting())
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "commitments/review_list.html", {"page": page})


@login_required
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """One promise as the officer judges it, with the buttons that apply."""
    officers_only(request)
    found = for_page(Commitment.objects.visible_to(request.user))
    one = get_object_or_404(found, reference=reference)
    context = {
        "commitment": one,
        "history": history(one, all_steps=True),
        **results_of(one, reader=request.user),
        "waits": one.state == State.SUBMITTED,
        "may_decide": request.user.has_perm("commitments.approve", one),
        "form": forms.ReasonForm(),
    }
    return render(request, "commitments/review.html", context)


@require_POST
@login_required
def approve(request: HttpRequest, reference: str) -> HttpResponse:
    officers_only(request)
    one = own(request, reference, "commitments.approve")
    try:
        actions.approve(one, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("commitments:review", reference=reference)
    messages.success(request, _("Published."))
    return redirect("commitments:commitment", reference=reference)


@require_POST
@login_required
def request_change(request: HttpRequest, reference: str) -> HttpResponse:
    officers_only(request)
    return with_reason(
        request, own(request, reference, "commitments.request_change"), actions.request_change
    )


def with_reason(
    request: HttpRequest, one: Commitment, action: Callable[..., Commitment]
) -> HttpResponse:
    """Apply a verb that needs a reason; without one, or too late, say so and change nothing."""
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give a reason: those concerned will read it."))
    else:
        try:
            action(one, reason=form.cleaned_data["reason"], by=request.user)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Done. Those concerned get a letter."))
    return redirect("commitments:summary", reference=one.reference)
