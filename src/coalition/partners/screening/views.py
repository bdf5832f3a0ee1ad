"""What was found on the lists: per organisation, and the state of the lists. For officers alone.

To everybody else these pages do not exist; to an officer whom it concerns they are closed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from coalition.base.errors import NotAllowed, Refused
from coalition.partners.models import AccessionRequest, Match, Partner, SanctionsList
from coalition.partners.screening import actions, queries, searching
from coalition.partners.screening.forms import ReasonForm
from coalition.partners.screening.queries import Owner
from coalition.partners.states import MatchState
from coalition.ui.thread import Move

ROWS_A_PAGE = 50
TONES = {
    MatchState.OPEN: "due",
    MatchState.CLEARED: "good",
    MatchState.CONFIRMED: "alert",
    MatchState.LAPSED: "ended",
}
BUTTONS = {
    "clear_match": gettext_lazy("They are not the same"),
    "confirm_match": gettext_lazy("They are the same"),
}


# --- One organisation ------------------------------------------------------------------------


@require_safe
def request_screening(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, _case(request, reference))


@require_safe
def partner_screening(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, _partner(request, reference))


def _page(request: HttpRequest, owner: Owner) -> HttpResponse:
    head = {
        "owner": owner,
        "name": queries.name_of(owner),
        "language": owner.name_language if isinstance(owner, Partner) else owner.language,
    }
    if not request.user.has_perm("partners.screen", owner):
        return render(request, "partners/screening/closed.html", head, status=403)
    lists = searching.current_lists()
    page = Paginator(queries.matches(owner), ROWS_A_PAGE).get_page(request.GET.get("page"))
    standing = queries.standing(owner, lists)
    context = {
        **head,
        "is_partner": isinstance(owner, Partner),
        "standing": standing,
        "standing_tone": "alert" if standing.has_matches else "due" if standing.blocks else "good",
        "lists": lists,
        "names": queries.names_of([owner])[owner],
        "page": page,
        "matches": [_match(match, lists) for match in page],
    }
    return render(request, "partners/screening/page.html", context)


def _match(match: Match, lists: searching.Lists) -> dict[str, Any]:
    """A match with all that an officer needs to decide on it."""
    allowed, greyed = [], []
    for verb, label in BUTTONS.items():
        if match.state not in Match.VERBS[verb].sources:
            continue
        if why := queries.obstacle(match, verb, lists):
            greyed.append({"label": label, "why": why})
            continue
        url = reverse(f"partners:{verb}", args=[match.pk])
        form = ReasonForm(auto_id=f"{verb}-{match.pk}-%s")
        allowed.append({"label": label, "url": url, "form": form})
    return {
        "match": match,
        "tone": TONES[MatchState(match.state)],
        "percent": round(match.score * 100),
        "reasons": searching.in_words(match.reasons),
        "names": match.entry.names.all(),
        "history": [_told(move) for move in match.moves.all()],
        "allowed": allowed,
        "greyed": greyed,
    }


def _told(move: Any) -> Move:
    by = str(move.by) if move.by else _("by itself")
    done = capfirst(str(Match.VERBS[move.verb].done))
    return Move(move.at, _("%(done)s (%(by)s)") % {"done": done, "by": by}, move.reason)


# --- Verbs -----------------------------------------------------------------------------------


@require_POST
def screen_request(request: HttpRequest, reference: str) -> HttpResponse:
    return _screen(request, _case(request, reference))


@require_POST
def screen_partner(request: HttpRequest, reference: str) -> HttpResponse:
    return _screen(request, _partner(request, reference))


def _screen(request: HttpRequest, owner: Owner) -> HttpResponse:
    return _do(request, owner, lambda: actions.screen(owner, by=request.user))


@require_POST
def clear(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, actions.clear_match)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, actions.confirm_match)


def _decide(request: HttpRequest, pk: int, verb: Callable[..., Any]) -> HttpResponse:
    _must_be_officer(request)
    if pk >= 2**63:  # no key of the database is that large
        raise Http404
    match = get_object_or_404(Match.objects.select_related("request", "partner"), pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join([f"{form.fields['reason'].label}:", *errors]))
        return redirect(queries.path_of(match.owner))
    reason = form.cleaned_data["reason"]
    return _do(request, match.owner, lambda: verb(match, reason, by=request.user))


def _do(request: HttpRequest, owner: Owner, verb: Callable[[], Any]) -> HttpResponse:
    """Apply a verb and go back to the page; a refusal is shown there."""
    try:
        verb()
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect(queries.path_of(owner))


def _case(request: HttpRequest, reference: str) -> AccessionRequest:
    _must_be_officer(request)
    cases = AccessionRequest.objects.visible_to(request.user)
    return get_object_or_404(cases, reference=reference)


def _partner(request: HttpRequest, reference: str) -> Partner:
    _must_be_officer(request)
    return get_object_or_404(Partner, reference=reference)


def _must_be_officer(request: HttpRequest) -> None:
    if not request.user.has_perm("partners.read_requests"):
        raise Http404


# --- The lists -------------------------------------------------------------------------------


@require_safe
def held_lists(request: HttpRequest) -> HttpResponse:
    """Which lists are held, of what date, what each import changed, and what waits."""
    _must_be_officer(request)
    held = searching.current_lists()
    waiting = Paginator(queries.waiting(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "held": held,
        "stale": searching.stale_sentence(held.date) if held.date and held.is_stale else "",
        "imports": SanctionsList.objects.select_related("imported_by")[:ROWS_A_PAGE],
        "page": waiting,
        "rows": [(match, queries.path_of(match.owner)) for match in waiting],
    }
    return render(request, "partners/screening/lists.html", context)
