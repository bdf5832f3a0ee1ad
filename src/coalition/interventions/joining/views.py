"""The page on which interventions are joined: of which one it is a part, which are part of it, and
which figures count towards which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coalition.interventions.access import own, seen
from coalition.interventions.joining import actions, forms, queries
from coalition.interventions.models import Intervention
from coalition.results.models import Indicator
from coalition.ui.verbs import attempt


@login_required
@require_safe
def parts(request: HttpRequest, reference: str) -> HttpResponse:
    """The wider one, the narrower ones, and which figures count, with what this person may do."""
    one = own(request, reference, "interventions.view_workspace")
    may = {
        verb: request.user.has_perm(f"interventions.{verb}", one)
        for verb in ("ask_whole", "answer_part", "count_towards")
    }
    whole = one.whole or one.asks_whole
    words = request.GET.get("words", "").replace("\x00", "")[:100]
    counted = queries.counted_in(one)
    found = one.national_parts.published().select_related("partner", "level")
    asking = one.asked_by.published().select_related("partner", "level")
    context = {
        "intervention": one,
        "whole": whole,
        "may": may,
        "words": words,
        "offered": queries.offered(one, words) if may["ask_whole"] and whole is None else [],
        "lines": queries.lines(one, one.whole) if one.whole else [],
        "parts": [
            (each, counted.get(each.pk, []), forms.reason_of(each.pk))
            for each in found.order_by("title", "pk")
        ],
        "asking": [(each, forms.reason_of(each.pk)) for each in asking.order_by("title", "pk")],
        "leave_form": forms.reason_of("own"),
    }
    return render(request, "interventions/joining/parts.html", context)


# --- The verbs, each at an address of its own; where one cannot be, it says why ----------------


@require_POST
@login_required
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """The narrower one asks to be part of the one named."""
    one = own(request, reference, "interventions.ask_whole")
    word = request.POST.get("whole", "").replace("\x00", "")[:20]
    whole = get_object_or_404(
        Intervention.objects.published().select_related("partner", "level"), reference=word
    )
    done = _("Asked. Whoever leads the wider intervention gets a letter.")
    return _do(request, reference, lambda: actions.ask_whole(one, whole, by=request.user), done)


@require_POST
@login_required
def accept(request: HttpRequest, reference: str) -> HttpResponse:
    """The wider one takes this one as a part."""
    one, whole = _of_whole(request, reference)
    done = _("It is part of this intervention now.")
    return _do(request, whole.reference, lambda: actions.accept_part(one, by=request.user), done)


@require_POST
@login_required
def refuse(request: HttpRequest, reference: str) -> HttpResponse:
    """The wider one does not take this one as a part."""
    one, whole = _of_whole(request, reference)
    reason = request.POST.get("reason", "")
    done = _("Refused. The other side is told.")
    return _do(
        request,
        whole.reference,
        lambda: actions.refuse_part(one, reason=reason, by=request.user),
        done,
    )


@require_POST
@login_required
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Either side ends it; who leads the wider one goes back to its page."""
    one = seen(request, reference)
    whole = one.whole or one.asks_whole
    leads = request.user.has_perm("interventions.ask_whole", one)
    if not leads and not (one.whole and _answers(request, one.whole)):
        raise PermissionDenied(_("This is for those who sign for one of the two that lead."))
    reason = request.POST.get("reason", "")
    back = reference if leads or whole is None else whole.reference
    done = _("It is no part any more. The other side is told.")
    return _do(
        request, back, lambda: actions.leave_whole(one, reason=reason, by=request.user), done
    )


@require_POST
@login_required
def count(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One of its indicators counts towards the one named of the wider intervention; with none
    named, it counts there no more."""
    one = own(request, reference, "interventions.count_towards")
    indicator = get_object_or_404(
        Indicator.objects.select_related("parent", "framework"),
        framework=one.framework_id,
        number=number,
    )
    word = request.POST.get("above", "")
    if not word:
        done = _("These figures count there no more.")
        return _do(
            request, reference, lambda: actions.count_no_more(indicator, by=request.user), done
        )
    wanted = int(word) if word.isascii() and word.isdigit() and len(word) < 6 else 0
    rows = Indicator.objects.filter(framework__intervention=one.whole_id or 0)
    above = get_object_or_404(rows, number=wanted)
    done = _("Its figures count towards the wider intervention from now on.")
    return _do(
        request, reference, lambda: actions.count_towards(indicator, above, by=request.user), done
    )


# --- The parts of this -------------------------------------------------------------------------


def _of_whole(request: HttpRequest, reference: str) -> tuple[Intervention, Intervention]:
    """The narrower one and the one that it asks, for those who sign for the latter."""
    one = seen(request, reference)
    if one.asks_whole is None or not _answers(request, one.asks_whole):
        raise PermissionDenied(
            _("This is for those who sign for the partner that leads the wider intervention.")
        )
    return one, one.asks_whole


def _answers(request: HttpRequest, whole: Intervention) -> bool:
    return bool(request.user.has_perm("interventions.answer_part", whole))


def _do(request: HttpRequest, reference: str, verb: Callable[[], Any], done: str) -> HttpResponse:
    if attempt(request, None, verb):
        messages.success(request, done)
    return redirect("interventions:parts", reference)
