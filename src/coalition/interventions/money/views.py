"""The money of an intervention: for those who lead it to keep, and for everybody as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coalition.base.downloads import csv_file
from coalition.consultations.taking_along import taken_along
from coalition.interventions.access import own, seen
from coalition.interventions.models import Budget, Intervention, Payment
from coalition.interventions.money import actions, forms, queries
from coalition.interventions.states import OPEN
from coalition.ui.verbs import attempt

KEEP = "interventions.keep_money"
A_PAGE = 50  # budgets on it, and payments
ADD: dict[str, Callable[..., Any]] = {
    "budget": actions.add_budget,
    "payment": actions.add_payment,
}


@login_required
@require_safe
def money(request: HttpRequest, reference: str) -> HttpResponse:
    """All that was said of its money, with what those who lead it may still say."""
    one = own(request, reference, "interventions.view_workspace")
    number = request.GET.get("page")
    pages = [Paginator(rows, A_PAGE).get_page(number) for rows in queries.rows_of(one)]
    context = {
        "intervention": one,
        "money": queries.money_of(one),
        "budgets": pages[0].object_list,
        "payments": pages[1].object_list,
        "page": max(pages, key=lambda page: page.paginator.num_pages),
        "may_keep": one.state in OPEN and request.user.has_perm(KEEP, one),
        "is_public": one.published_at is not None,
    }
    return render(request, "interventions/money/money.html", context)


@login_required
def add(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """Say a budget or a payment; `like` names one, such as one that was struck out, from which
    the form is filled."""
    one = own(request, reference, KEEP)
    like = request.GET.get("like", "")
    earlier = None
    if like.isdecimal() and len(like) < 6:
        earlier = forms.MODELS[kind]._default_manager.filter(intervention=one, number=like).first()
    form = forms.FORMS[kind](request.POST or None, intervention=one, like=earlier)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(request, form, lambda: ADD[kind](one, fields=given, by=request.user)):
            messages.success(request, _("Saved."))
            return redirect("interventions:money", reference)
    return _form_page(request, one, kind, form, _("Save"))


@login_required
def row(request: HttpRequest, reference: str, kind: str, number: int) -> HttpResponse:
    """One amount: to be corrected while nobody else can read it, to be struck out afterwards."""
    one = own(request, reference, KEEP)
    found = _row(one, kind, number)
    posted = request.POST if request.method == "POST" else None
    if one.published_at is None:
        form: Form = forms.FORMS[kind](posted, intervention=one, like=found)
        button = _("Save")
    else:
        form, button = forms.StrikeForm(posted), _("Strike it out")
    if posted is not None and form.is_valid():

        def save() -> None:
            if one.published_at is None:
                actions.correct(found, fields=form.cleaned_data, by=request.user)
            else:
                actions.strike(found, **form.cleaned_data, by=request.user)

        if attempt(request, form, save):
            messages.success(request, _("Saved."))
            return redirect("interventions:money", reference)
    return _form_page(request, one, kind, form, button, found)


@require_POST
@login_required
def remove(request: HttpRequest, reference: str, kind: str, number: int) -> HttpResponse:
    """Take out of a draft what was said."""
    one = own(request, reference, KEEP)
    found = _row(one, kind, number)
    if attempt(request, None, lambda: actions.remove(found, by=request.user)):
        messages.success(request, _("Taken out."))
    return redirect("interventions:money", reference)


@require_safe
@taken_along
def money_csv(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Every amount with its passport, also those struck out."""
    one = seen(request, reference)
    return csv_file(f"{reference}-money", queries.COLUMNS, queries.lines_of(one))


# --- The parts of this ---------------------------------------------------------------------------


def _row(one: Intervention, kind: str, number: int) -> Budget | Payment:
    rows = forms.MODELS[kind]._default_manager.filter(intervention=one)
    names = ["unit", "partner", *(["receiver"] if kind == "payment" else [])]
    found: Budget | Payment = get_object_or_404(rows.select_related(*names), number=number)
    found.intervention = one
    found.amount_told = queries.told(found.amount, found.unit)  # type: ignore[union-attr]
    return found


def _form_page(
    request: HttpRequest, one: Intervention, kind: str, form: Form, button: str, found: Any = None
) -> HttpResponse:
    context = {
        "intervention": one,
        "title": forms.TITLES[kind],
        "kind": kind,
        "form": form,
        "button": button,
        "row": found,
        "is_public": one.published_at is not None,
    }
    return render(request, "interventions/money/form.html", context)
