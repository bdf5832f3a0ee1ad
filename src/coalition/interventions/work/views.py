"""What is done in an intervention and what may go wrong: for those who lead it to keep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coalition.interventions.access import own
from coalition.interventions.models import Activity, Intervention, Risk
from coalition.interventions.states import OPEN
from coalition.interventions.work import actions, forms, queries
from coalition.ui.verbs import attempt

KEEP = "interventions.keep_work"
ADD: dict[str, Callable[..., Any]] = {
    "activity": actions.add_activity,
    "risk": actions.add_risk,
}


@login_required
@require_safe
def work(request: HttpRequest, reference: str) -> HttpResponse:
    """All activities and risks, with what those who lead may still say."""
    one = own(request, reference, "interventions.view_workspace")
    context = {
        "intervention": one,
        "activities": queries.activities_of(one),
        "risks": queries.risks_of(one, request.user),
        "may_keep": one.state in OPEN and request.user.has_perm(KEEP, one),
    }
    return render(request, "interventions/work/work.html", context)


@login_required
def add(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """Say an activity or a risk."""
    one = own(request, reference, KEEP)
    form = forms.FORMS[kind](request.POST or None, intervention=one)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(request, form, lambda: ADD[kind](one, fields=given, by=request.user)):
            messages.success(request, _("Saved."))
            return redirect("interventions:work", reference)
    return _form_page(request, one, kind, form)


@login_required
def row(request: HttpRequest, reference: str, kind: str, number: int) -> HttpResponse:
    """How far an activity is, or how a risk stands; that it is given up or past."""
    one = own(request, reference, KEEP)
    found = _row(one, kind, number)
    form = forms.FORMS[kind](request.POST or None, intervention=one, row=found)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(request, form, lambda: actions.change(found, fields=given, by=request.user)):
            messages.success(request, _("Saved."))
            return redirect("interventions:work", reference)
    return _form_page(request, one, kind, form, found)


@require_POST
@login_required
def remove(request: HttpRequest, reference: str, kind: str, number: int) -> HttpResponse:
    """Take out of a draft what was said."""
    one = own(request, reference, KEEP)
    found = _row(one, kind, number)
    if attempt(request, None, lambda: actions.remove(found, by=request.user)):
        messages.success(request, _("Taken out."))
    return redirect("interventions:work", reference)


# --- The parts of this ---------------------------------------------------------------------------


def _row(one: Intervention, kind: str, number: int) -> Activity | Risk:
    rows = forms.MODELS[kind]._default_manager.filter(intervention=one)
    found: Activity | Risk = get_object_or_404(rows.select_related("partner"), number=number)
    found.intervention = one
    return found


def _form_page(
    request: HttpRequest, one: Intervention, kind: str, form: Form, found: Any = None
) -> HttpResponse:
    context = {
        "intervention": one,
        "title": forms.TITLES[kind],
        "kind": kind,
        "form": form,
        "row": found,
        "is_public": one.published_at is not None,
    }
    return render(request, "interventions/work/form.html", context)
