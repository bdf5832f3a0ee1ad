"""Pages on which an organisation says what it aims at: goals, indicators, baselines, targets; who
contributed; and which figures count the same people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from coalition.base.errors import NotAllowed
from coalition.base.names import Name
from coalition.partners.people.queries import why_not
from coalition.results.frameworks import actions, aims, forms, overlaps, queries, shares
from coalition.results.models import (
    WHOLE,
    Cell,
    Contribution,
    Fact,
    Framework,
    Indicator,
    Measure,
    Overlap,
    Result,
)
from coalition.results.owners import owners_by, with_owners
from coalition.ui.thread import Step
from coalition.ui.verbs import attempt

# The screens of an indicator, in order.
STEPS = {
    "measure": gettext_lazy("What is measured"),
    "rule": gettext_lazy("How figures become a total"),
    "groups": gettext_lazy("Groups and sources"),
    "baseline": gettext_lazy("Where it stands today"),
    "targets": gettext_lazy("What shall be reached"),
}
FIGURES_A_PAGE = 25
MOST_OFFERED = 400
# What a mandate's role must grant, so that a refusal can name it.
ABILITIES = {"results.view_workspace": "view", "results.edit": "edit", "results.sign": "sign"}


# --- Who may see and change --------------------------------------------------------------------


def seen(request: HttpRequest, reference: str) -> Framework:
    """A framework that the person may see, with its owner and who reports; else 404."""
    visible = with_owners(Framework.objects.visible_to(request.user))
    return get_object_or_404(visible, reference=reference)


def own(request: HttpRequest, reference: str, permission: str = "results.edit") -> Framework:
    """The framework, if this person may do that for who reports. A hidden one is 404 to others;
    who acts or acted for the organisation reads why not."""
    framework = get_object_or_404(with_owners(Framework.objects.all()), reference=reference)
    if request.user.has_perm(permission, framework):
        return framework
    if sentence := why_not(request.user, framework.reporter, ABILITIES[permission]):
        raise NotAllowed(sentence)
    if not Framework.objects.visible_to(request.user).filter(pk=framework.pk).exists():
        raise Http404
    raise PermissionDenied(_("This is for those who act for the organisation that reports here."))


# --- The outline -------------------------------------------------------------------------------


@login_required
@require_safe
def setup(request: HttpRequest, reference: str) -> HttpResponse:
    """All goals with their indicators, baselines and targets, and what is still missing."""
    framework = own(request, reference, "results.view_workspace")
    goals = queries.outline(framework)
    closed = actions.why_closed(framework)
    may_edit = not closed and request.user.has_perm("results.edit", framework)
    lacks = [words for goal in goals for line in goal.lines for words in line.lacks]
    if not any(goal.lines for goal in goals):
        lacks = queries.missing(framework)
    context = {
        **about(framework),
        "goals": goals,
        "lacks": lacks,
        "closed": closed,
        "may_edit": may_edit,
        "has_periods": any(target.period for target in _first_targets(goals)),
    }
    return render(request, "results/frameworks/setup.html", context)


def _first_targets(goals: list[queries.Goal]) -> list[queries.Target]:
    return next((line.targets for goal in goals for line in goal.lines), [])


def about(framework: Framework) -> dict[str, Any]:
    """What every page of a framework's set-up shows of it."""
    owner = framework.owner
    return {
        "framework": framework,
        "owner": owner,
        "owner_title": Name(owner.title, owner.language),
    }


# --- Results -----------------------------------------------------------------------------------


@login_required
def new_result(request: HttpRequest, reference: str) -> HttpResponse:
    framework = own(request, reference)
    form = forms.ResultForm(request.POST or None, framework=framework)
    if request.method == "POST" and form.is_valid():
        made: list[Result] = []

        def add() -> None:
            made.append(actions.add_result(framework, **form.cleaned_data, by=request.user))

        if attempt(request, form, add):
            return redirect("results:new_indicator", reference=reference, pk=made[0].pk)
    return form_page(request, framework, form, _("A goal"), _("Save, and say how it is measured"))


@login_required
def edit_result(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    framework = own(request, reference)
    result = get_object_or_404(framework.results, pk=pk)
    form = forms.ResultForm(request.POST or None, framework=framework, instance=result)
    if request.method == "POST" and form.is_valid():

        def edit() -> None:
            actions.edit_result(result, fields=form.cleaned_data, by=request.user)

        if attempt(request, form, edit):
            return redirect("results:setup", reference=reference)
    return form_page(request, framework, form, _("A goal"), _("Save"))


@require_POST
@login_required
def move_result(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    framework = own(request, reference)
    result = get_object_or_404(framework.results, pk=pk)
    up = request.POST.get("to") != "down"
    attempt(request, None, lambda: actions.move_result(result, up=up, by=request.user))
    return redirect("results:setup", reference=reference)


@require_POST
@login_required
def remove_result(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    framework = own(request, reference)
    result = get_object_or_404(framework.results, pk=pk)
    if attempt(request, None, lambda: actions.remove_result(result, by=request.user)):
        messages.success(request, _("The goal was taken away."))
    return redirect("results:setup", reference=reference)


# --- Indicators --------------------------------------------------------------------------------


@login_required
def new_indicator(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The first screen of an indicator, which makes it."""
    framework = own(request, reference)
    result = get_object_or_404(framework.results, pk=pk)
    form = forms.MeasureForm(request.POST or None, framework=framework)
    if request.method == "POST" and form.is_valid():
        made: list[Indicator] = []

        def add() -> None:
            made.append(actions.add_indicator(result, **form.chosen, by=request.user))

        if attempt(request, form, add):
            return redirect(after(made[0], "measure"))
    context = {
        "steps": steps(None, "measure"),
        "under": Name(result.title, framework.language),
    }
    return form_page(
        request, framework, form, str(STEPS["measure"]), _("Save and go on"), **context
    )


@login_required
def indicator(request: HttpRequest, reference: str, number: int, step: str) -> HttpResponse:
    """One screen of an indicator; saving leads to the next, and the last to the outline."""
    framework = own(request, reference)
    of = framework.indicators.select_related("unit", "result", "parent", "framework")
    one = get_object_or_404(of, number=number)
    if step not in steps_of(one):
        raise Http404
    one.framework = framework
    cell = chosen_cell(request, one, step)
    form, save = screen(request, one, step, cell)
    if request.method == "POST" and form.is_valid() and attempt(request, form, save):
        if "stay" in request.POST:
            messages.success(request, _("Saved."))
            return redirect(request.get_full_path())
        return redirect(after(one, step))
    context = {
        "steps": steps(one, step),
        "under": Name(one.title, framework.language),
        "indicator": one,
        "cell": cell,
        "cells": queries.cells_offered(one) if step in ("baseline", "targets") else [],
        "step": step,
    }
    return form_page(request, framework, form, str(STEPS[step]), _("Save and go on"), **context)


def screen(
    request: HttpRequest, one: Indicator, step: str, cell: Cell | None
) -> tuple[Any, Callable[[], Any]]:
    """The form of one screen, and what saving it does."""
    data, by = request.POST or None, request.user
    form: Any
    if step == "measure":
        form = forms.MeasureForm(data, framework=one.framework, instance=one)
        return form, lambda: actions.edit_indicator(one, fields=form.chosen, by=by)
    if step == "rule":
        form = forms.RuleForm(data, indicator=one)
        return form, lambda: actions.edit_indicator(one, fields=form.cleaned_data, by=by)
    if step == "groups":
        form = forms.BreakdownForm(data, instance=one)
        return form, lambda: actions.edit_indicator(one, fields=form.cleaned_data, by=by)
    if step == "baseline":
        form = forms.BaselineForm(data, indicator=one, cell=cell)
        return form, lambda: save_baseline(one, cell, form.cleaned_data, by)
    form = forms.TargetsForm(data, indicator=one, cell=cell)
    return form, lambda: aims.set_targets(
        one, cleaned_targets(form), cell=cell, why_changed=reason(form), by=by
    )


def save_baseline(one: Indicator, cell: Cell | None, given: dict[str, Any], by: Any) -> Any:
    """Keep what the baseline screen says: a figure, or why there is none."""
    read = given["read"]
    if read is None:
        return aims.say_no_baseline(one, because=given["because"], by=by)
    return aims.set_baseline(
        one,
        value=read.value,
        denominator=read.denominator,
        text=read.text,
        as_of=given["as_of"],
        source=given["source"],
        source_url=given["source_url"],
        cell=cell,
        why_changed=given.get("why_changed", ""),
        by=by,
    )


def cleaned_targets(form: forms.TargetsForm) -> dict[Any, Any]:
    """What was typed, by period: None where a target that stood there was emptied."""
    return {
        period: read
        for period, held, read in form.cleaned_data["targets"]
        if read is not None or held is not None
    }


def reason(form: Form) -> str:
    """Why a public figure is changed, where the form asks for it."""
    return str(form.cleaned_data.get("why_changed", ""))


def chosen_cell(request: HttpRequest, one: Indicator, step: str) -> Cell | None:
    """The group that the address names, for the screens that are about figures."""
    key = request.GET.get("group", "")
    if not key or step not in ("baseline", "targets"):
        return None
    cell = next((each for each in queries.cells_offered(one) if each.key == key), None)
    if cell is None:
        raise Http404
    return cell


@require_POST
@login_required
def remove_indicator(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    framework = own(request, reference)
    one = get_object_or_404(framework.indicators, number=number)
    if attempt(request, None, lambda: actions.remove_indicator(one, by=request.user)):
        messages.success(request, _("The indicator was taken away."))
    return redirect("results:setup", reference=reference)


@login_required
def new_dimension(request: HttpRequest, reference: str) -> HttpResponse:
    """A breakdown of the organisation's own."""
    framework = own(request, reference)
    form = forms.DimensionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def add() -> None:
            actions.add_dimension(
                framework,
                name=form.cleaned_data["name"],
                categories=form.cleaned_data["categories"].split("\n"),
                by=request.user,
            )

        if attempt(request, form, add):
            messages.success(request, _("Saved. You can choose it for your indicators now."))
            return redirect("results:setup", reference=reference)
    return form_page(request, framework, form, _("A breakdown of your own"), _("Save"))


def steps_of(one: Indicator | None) -> list[str]:
    """Words are not added, so they need no rule."""
    is_words = one is not None and one.measure == Measure.TEXT
    return [name for name in STEPS if not (is_words and name == "rule")]


def steps(one: Indicator | None, now: str) -> list[Step]:
    """The screens of an indicator as a thread laid flat; of a new one none but the first."""
    order = steps_of(one)
    return [
        Step(
            str(STEPS[name]),
            "now" if name == now else "done" if order.index(name) < order.index(now) else "ahead",
            address(one, name) if one else "",
        )
        for name in order
    ]


def address(one: Indicator, step: str) -> str:
    """Where one screen of an indicator stands."""
    return reverse("results:edit_indicator", args=[one.framework.reference, one.number, step])


def after(one: Indicator, step: str) -> str:
    """Where saving a screen leads: to the next one, and from the last to the outline."""
    order = steps_of(one)
    if step == order[-1]:
        return reverse("results:setup", args=[one.framework.reference])
    return address(one, order[order.index(step) + 1])


def form_page(
    request: HttpRequest, framework: Framework, form: Form, title: str, button: str, **more: Any
) -> HttpResponse:
    """A page with one form; one that cannot be used now says so in its place."""
    context = {
        **about(framework),
        "form": form,
        "title": title,
        "button": button,
        "closed": actions.why_closed(framework),
        **more,
    }
    return render(request, "results/frameworks/form.html", context)


# --- Shares ------------------------------------------------------------------------------------


def shares_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Who contributed how much to what, for everybody; with the form for who reports."""
    framework = seen(request, reference)
    may_name = _may_name(request, framework)
    if request.method == "POST" and not may_name:
        own(request, reference)
        raise NotAllowed(actions.why_closed(framework) or _not_public_yet())
    form = forms.ShareForm(request.POST or None, framework=framework) if may_name else None
    if form is not None and request.method == "POST" and form.is_valid():
        given = form.cleaned_data

        def name() -> None:
            shares.name_share(
                given["indicator"],
                given["partner"],
                share=given["share"],
                how=given["how"],
                by=request.user,
            )

        if attempt(request, form, name):
            messages.success(request, _("Saved. The partner gets a letter."))
            return redirect("results:shares", reference=reference)
    shared = queries.shares_of(framework, reveal=may_name)
    context = {
        **about(framework),
        "shared": [one for one in shared if one.shares],
        "form": form,
        "is_whole": WHOLE,
        "may_name": may_name,
    }
    return render(request, "results/frameworks/shares.html", context)


def _may_name(request: HttpRequest, framework: Framework) -> bool:
    is_open = framework.is_public and not actions.why_closed(framework)
    return is_open and request.user.has_perm("results.edit", framework)


def _not_public_yet() -> str:
    return _("Shares are named once the goals are public: nothing is reached yet.")


@require_POST
@login_required
def take_back_share(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    framework = own(request, reference)
    held = Contribution.objects.filter(indicator__framework=framework)
    one = get_object_or_404(held.select_related("indicator", "partner"), pk=pk)
    if attempt(request, None, lambda: shares.take_back_share(one, by=request.user)):
        messages.success(request, _("The share was taken back."))
    return redirect("results:shares", reference=reference)


# --- The same people ---------------------------------------------------------------------------


@login_required
@require_safe
def overlaps_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Which figures count the same people; for who reports."""
    framework = own(request, reference, "results.view_workspace")
    figures = queries.overlapping(framework)
    page = Paginator(figures, FIGURES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        **about(framework),
        "declared": [
            (
                one,
                queries.named_figure(one.fact, of=framework),
                queries.named_figure(one.same_as, of=framework),
                overlaps.counted(one),
            )
            for one in queries.overlaps_of(framework)[:MOST_OFFERED]
        ],
        "page": page,
        "figures": [(one, queries.named_figure(one, of=framework)) for one in page],
        "may_edit": _may_name(request, framework),
    }
    return render(request, "results/frameworks/overlaps.html", context)


@login_required
def declare_overlap(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Say of one figure which other one counts the same people."""
    framework = own(request, reference)
    fact = get_object_or_404(queries.overlapping(framework), pk=pk)
    others: list[Fact] = list(
        queries.beside(fact)
        .filter(unit=fact.unit_id, cell=fact.cell_id)
        .select_related(*owners_by("indicator__framework"))[:MOST_OFFERED]
    )
    if not others:
        messages.info(request, _("There is no other figure yet that counts the same thing."))
        return redirect("results:overlaps", reference=reference)
    form = forms.OverlapForm(request.POST or None, fact=fact, others=others)
    if request.method == "POST" and form.is_valid():

        def declare() -> None:
            overlaps.declare_overlap(fact, **form.cleaned_data, by=request.user)

        if attempt(request, form, declare):
            messages.success(request, _("Saved. Totals count these people once now."))
            return redirect("results:overlaps", reference=reference)
    return form_page(
        request,
        framework,
        form,
        _("The same people"),
        _("Count them once"),
        under=Name(queries.named_figure(fact, of=framework), framework.language),
    )


@require_POST
@login_required
def take_back_overlap(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    framework = own(request, reference)
    held = Overlap.objects.filter(fact__indicator__framework=framework)
    one = get_object_or_404(held.select_related("fact__indicator", "same_as__indicator"), pk=pk)
    if attempt(request, None, lambda: overlaps.take_back_overlap(one, by=request.user)):
        messages.success(request, _("Taken back. Both figures count in full again."))
    return redirect("results:overlaps", reference=reference)
