"""The workspace of an intervention, and the verbs of its life, one address each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coalition.interventions.access import own
from coalition.interventions.deciding import actions, forms, queries
from coalition.interventions.deciding.offers import NEXT, READY, allowed, lacks
from coalition.interventions.models import Intervention
from coalition.interventions.queries import for_page, stages_of
from coalition.interventions.roles.queries import all_of
from coalition.interventions.states import OPEN, State
from coalition.interventions.writing.queries import screens, steps
from coalition.results.reading.queries import summary as summary_of
from coalition.ui.verbs import attempt, with_refused


@login_required
@require_safe
def workspace(request: HttpRequest, reference: str) -> HttpResponse:
    """Where an intervention is written and run: what it lacks, what can be done next."""
    return page(request, reference)


@require_POST
@login_required
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Apply a verb. What is refused is said in its form, which keeps what was typed."""
    one = own(request, reference, f"interventions.{verb}")
    form = forms.VerbForm(verb, request.POST)
    action = getattr(actions, verb)
    if form.is_valid() and attempt(
        request, form, lambda: action(one, **form.cleaned_data, by=request.user)
    ):
        messages.success(request, _("Done. Those concerned get a letter."))
        return redirect("interventions:workspace", reference)
    return page(request, reference, {verb: form})


def page(
    request: HttpRequest, reference: str, refused: Mapping[str, Form] | None = None
) -> HttpResponse:
    """The workspace with the verbs that fit the intervention as it is now. Where one that was
    refused fits no more, its sentences stand on top."""
    seen = own(request, reference, "interventions.view_workspace")
    one = for_page(Intervention.objects.filter(pk=seen.pk)).prefetch_related("moves").get()
    person = request.user
    offered = {offer.verb: offer for offer in allowed(one, person)}
    fitting = with_refused(request, {verb: forms.VerbForm(verb) for verb in offered}, refused)
    may_edit = person.has_perm("interventions.edit", one)
    order = screens(one, person)
    roles = queries.own_roles(one, person)
    context = {
        "intervention": one,
        "offers": [(offered[verb], form, lacks(one, verb)) for verb, form in fitting.items()],
        **_waits_for_others(one, set(offered)),
        "stages": stages_of(one),
        "own_roles": roles,
        "acts_for": roles[0].partner if roles else None,
        "roles": all_of(one, person),
        "steps": steps(one, "overview", order) if may_edit and one.state in OPEN else [],
        "sets_goals": "goals" in order,
        "may_discard": one.state == State.DRAFT and person.has_perm("interventions.open"),
        "reports": queries.reports_due(one, person),
        "summary": summary_of(one.framework, reader=person),
        "history": queries.chronicle(one, with_roles=may_edit),
    }
    return render(request, "interventions/deciding/workspace.html", context)


def _waits_for_others(intervention: Intervention, offered: set[str]) -> dict[str, Any]:
    """What the next stage still takes, for those to whom another one will say when it begins; where
    it takes nothing more, whose turn it is."""
    verb = NEXT.get(State(intervention.state), "")
    if verb in offered:
        return {}
    found = lacks(intervention, verb)
    return {"lacks": found, "ready": "" if found else READY.get(verb, "")}
