"""A promise as everybody reads it, on the screen and on one printed page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coalition.commitments import thread
from coalition.commitments.models import Commitment
from coalition.commitments.queries import shown_parts
from coalition.commitments.reading import queries
from coalition.commitments.states import PUBLIC, State


@require_safe
def commitment(request: HttpRequest, reference: str) -> HttpResponse:
    """One promise with its thread; a withdrawn one answers with the day and the reason (410)."""
    one = _found(request, reference)
    if one.state == State.WITHDRAWN:
        newest = one.editions.order_by("-number").values_list("number", flat=True).first()
        context: dict[str, Any] = {
            "commitment": one,
            "history": queries.history(one),
            "edition": newest,
        }
        return render(request, "commitments/reading/withdrawn.html", context, status=410)
    if one.state not in PUBLIC:
        return redirect("commitments:summary", reference=reference)
    account = queries.account_of(one, reader=request.user)
    parts = shown_parts(one)
    context = {
        "commitment": one,
        "account": account,
        "parts": parts,
        "claims": thread.confirmed_claims(one),
        "knots": queries.knots(one, account.summary, parts),
        "history": queries.story(one, account),
    }
    return render(request, "commitments/reading/commitment.html", context)


@require_safe
def sheet(request: HttpRequest, reference: str) -> HttpResponse:
    """A public promise on one printed page. What is not public, or was withdrawn, is told on its
    own page."""
    one = _found(request, reference)
    if one.state not in PUBLIC:
        return redirect("commitments:commitment", reference=reference)
    context = {
        "commitment": one,
        "account": queries.account_of(one, reader=request.user),
        "parts": shown_parts(one),
        "claims": thread.confirmed_claims(one),
        "url": request.build_absolute_uri(one.get_absolute_url()),
        "today": timezone.now(),
    }
    return render(request, "commitments/reading/sheet.html", context)


def _found(request: HttpRequest, reference: str) -> Commitment:
    visible = queries.for_page(Commitment.objects.visible_to(request.user))
    return get_object_or_404(visible, reference=reference)
