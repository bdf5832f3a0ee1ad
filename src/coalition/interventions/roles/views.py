"""Who takes part: all roles in an intervention, and one of them for both sides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from coalition.interventions.access import own, role_of
from coalition.interventions.models import Intervention, Role
from coalition.interventions.queries import for_page
from coalition.interventions.roles import actions, forms, queries
from coalition.interventions.states import OPEN
from coalition.results.reading.queries import summary as summary_of
from coalition.ui.verbs import attempt, with_refused

# --- All roles ---------------------------------------------------------------------------------


@login_required
def roles(request: HttpRequest, reference: str) -> HttpResponse:
    """Who was asked for what and what they answered; whoever signs for the partner that leads, and
    the secretariat, ask another one."""
    posted = request.method == "POST"
    needed = "interventions.ask_role" if posted else "interventions.view_workspace"
    one = own(request, reference, needed)
    form = forms.AskForm(request.POST if posted else None)
    if posted and form.is_valid():
        given = form.cleaned_data
        if attempt(request, form, lambda: actions.ask(one, **given, by=request.user)):
            name = given["partner"].name
            messages.success(request, _("%s is asked, and gets a letter.") % name)
            return redirect("interventions:roles", reference)
    is_open = one.state in OPEN
    may_ask = is_open and request.user.has_perm("interventions.ask_role", one)
    context = {
        "intervention": one,
        "roles": queries.all_of(one, request.user),
        "outsiders": list(one.outsiders.all()),
        "form": form if may_ask else None,
        "is_open": is_open,
    }
    return render(request, "interventions/roles/roles.html", context)


# --- One role, for both sides ------------------------------------------------------------------

# What can be done with a role, each at an address of its own: who may, and what is said then.
VERBS = {
    "confirm": ("interventions.answer_role", gettext_lazy("Confirmed: you take part from now on.")),
    "decline": ("interventions.answer_role", gettext_lazy("Declined. The other side is told.")),
    "leave": ("interventions.answer_role", gettext_lazy("You have left. The other side is told.")),
    "remove": (
        "interventions.manage_role",
        gettext_lazy("Taken out. The partner gets a letter."),
    ),
}


@login_required
@require_safe
def role(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What a partner is asked to confirm, with all that this person may do about it."""
    return page(request, role_of(request, reference, pk, "interventions.view_role"))


@require_POST
@login_required
def act(request: HttpRequest, reference: str, pk: int, verb: str) -> HttpResponse:
    """Apply a verb. What is refused is said in its form, which keeps what was typed."""
    permission, done = VERBS[verb]
    one = role_of(request, reference, pk, permission)
    form = forms.form_of(verb, request.POST)
    # Nobody says yes to words that they did not have before their eyes.
    given = {"seen": request.POST.get("seen", "")} if verb == "confirm" else {}
    action = getattr(actions, verb)
    if form.is_valid() and attempt(
        request, form, lambda: action(one, **form.cleaned_data, **given, by=request.user)
    ):
        messages.success(request, str(done))
        # Who said no to a draft has no more to do with it.
        visible = Intervention.objects.visible_to(request.user).filter(pk=one.intervention_id)
        return redirect(one if visible.exists() else "workspace")
    fresh = role_of(request, reference, pk, "interventions.view_role")
    return page(request, fresh, {verb: form})


def page(request: HttpRequest, role: Role, refused: Mapping[str, Form] | None = None) -> Any:
    """A role with the forms that fit it as it is now, also those that were refused. Where one of
    these fits no more, its sentences stand on top."""
    person = request.user
    role.intervention = for_page(Intervention.objects.filter(pk=role.intervention_id)).get()
    fitting = {verb: forms.form_of(verb) for verb in queries.verbs_for(person, role)}
    context = {
        "role": role,
        "intervention": role.intervention,
        "acts_for_it": person.has_perm("interventions.answer_role", role),
        "in_workspace": person.has_perm("interventions.view_workspace", role.intervention),
        "forms": with_refused(request, fitting, refused),
        "seen": queries.version_of(role),
        "summary": summary_of(role.intervention.framework, reader=person),
        "history": queries.history(role),
        "confirmed_at": queries.confirmed_at(role),
    }
    return render(request, "interventions/roles/role.html", context)
