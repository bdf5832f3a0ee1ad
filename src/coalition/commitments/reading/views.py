"""A promise as everybody reads it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from coalition.commitments.models import Commitment
from coalition.commitments.reading import queries
from coalition.commitments.states import State


def commitment(request: HttpRequest, reference: str) -> HttpResponse:
    """One promise with its thread; a withdrawn one answers with the day and the reason (410)."""
    one = get_object_or_404(
        queries.for_page(Commitment.objects.visible_to(request.user)), reference=reference
    )
    context = {"commitment": one, "history": queries.history(one)}
    if one.state == State.WITHDRAWN:
        context["withdrawal"] = [move for move in one.moves.all() if move.verb == "withdraw"][-1]
        return render(request, "commitments/withdrawn.html", context, status=410)
    if one.state != State.PUBLISHED:
        return redirect("commitments:summary", reference=reference)
    context |= queries.results_of(one, reader=request.user)
    context["may_withdraw"] = request.user.has_perm("commitments.withdraw", one)
    return render(request, "commitments/commitment.html", context)
