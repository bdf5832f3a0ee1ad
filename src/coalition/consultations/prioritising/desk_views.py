"""Where the secretariat chooses what stands on the ballot, and says what each proposal costs."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coalition.base.errors import NotAllowed, Refused
from coalition.consultations.models import Consultation, Phase, Statement
from coalition.consultations.prioritising import actions, forms, queries
from coalition.consultations.states import State

A_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: HttpRequest, reference: str) -> HttpResponse:
    """The proposals that are shown, those on the ballot ticked. A page is saved by itself."""
    if not request.user.has_perm("consultations.plan"):
        raise Http404
    one = get_object_or_404(Consultation, reference=reference)
    phase = queries.phase_of(one)
    refused = ""
    if request.method == "POST":
        try:
            _save(request, one, phase)
        except (NotAllowed, Refused) as refusal:
            refused = str(refusal)
        else:
            messages.success(request, _saved(one))
            page = request.POST.get("go") or request.POST.get("page") or ""
            onward = f"?page={page}" if page.isascii() and page.isdecimal() else ""
            return redirect(request.path + onward)
    shown = one.statements.shown().order_by("number")
    asked = request.POST if refused else request.GET
    page = Paginator(shown, A_PAGE).get_page(asked.get("page"))
    context = {
        "consultation": one,
        "phase": phase,
        "page": page,
        "next_page": page.next_page_number() if page.has_next() else 0,
        "rows": [_row(request, each, phase, typed=bool(refused)) for each in page],
        "chosen": shown.filter(is_on_ballot=True).count(),
        "on_ballot": queries.on_ballot(one, phase).count() if phase else 0,
        "refusal": actions.refusal_to_choose(one, phase),
        "refused": refused,
    }
    status = 409 if refused else 200
    return render(request, "consultations/prioritising/desk.html", context, status=status)


def _save(request: HttpRequest, one: Consultation, phase: Phase | None) -> None:
    if phase is None:
        raise NotAllowed(actions.refusal_to_choose(one, phase))
    numbers = forms.numbers_on_page(request.POST, A_PAGE)
    on_page = list(one.statements.shown().filter(number__in=numbers))
    chosen = forms.read_costs(request.POST, on_page, phase)
    actions.set_ballot(one, chosen, among=[each.pk for each in on_page], by=request.user)


def _row(
    request: HttpRequest, one: Statement, phase: Phase | None, *, typed: bool
) -> tuple[Statement, bool, str]:
    """A proposal, whether it is ticked, and its cost in whole units as the field shows it."""
    if typed:
        cost = request.POST.get(f"cost-{one.number}", "")[:30]
        return one, str(one.number) in request.POST.getlist("row"), cost
    unit = phase.unit if phase else None
    cost = "" if one.cost is None or unit is None else str(one.cost // 10**unit.decimals)
    return one, one.is_on_ballot, cost


def _saved(one: Consultation) -> str:
    if one.state == State.DRAFT:
        return _("Saved.")
    return _("Saved. Everybody reads in the history that it was changed.")
