"""The maker's workspace: a promise is written, screen by screen."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base import sealing
from coalition.base.errors import Refused
from coalition.commitments.access import own, refuse_with_reason
from coalition.commitments.models import Commitment
from coalition.commitments.queries import own_part, shown_parts, unanswered_parts
from coalition.commitments.reading.queries import for_page, history
from coalition.commitments.writing import actions, forms, plain, queries
from coalition.commitments.writing.quality import Ingredient, guide, lacking
from coalition.partners.models import Partner
from coalition.partners.people.queries import why_not
from coalition.partners.values import refuse_unless_joined
from coalition.results.frameworks.queries import missing as goals_missing
from coalition.results.reading.queries import summary as summary_of
from coalition.ui.thread import Step

# The screens of the form, in order.
STEPS = {
    "promise": gettext_lazy("The promise"),
    "place": gettext_lazy("Where, and what it answers"),
    "paragraphs": gettext_lazy("Paragraphs"),
    "means": gettext_lazy("Resources and dates"),
    "help": gettext_lazy("Help wanted"),
    "goals": gettext_lazy("Goals"),
    "parts": gettext_lazy("Together with others"),
    "summary": gettext_lazy("Summary"),
}


@login_required
def new(request: HttpRequest, partner: str) -> HttpResponse:
    maker = get_object_or_404(Partner, reference=partner)
    if not request.user.has_perm("commitments.draft", maker):
        refuse_with_reason(request, maker, "edit")
        raise Http404
    refuse_unless_joined(maker)
    form = forms.NameForm(request.POST or None, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        made = actions.draft(maker, **form.cleaned_data, by=request.user)
        return redirect("commitments:edit", reference=made.reference, step="promise")
    return render(request, "commitments/writing/new.html", {"form": form, "partner": maker})


@login_required
def edit(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """One screen of the form; saving leads to the next, and the last to the summary. `of` names
    the text whose paragraphs are chosen."""
    if step not in forms.FORMS:
        raise Http404
    one = own(request, reference, "commitments.edit")
    if not one.is_editable:
        return _too_late(request, one)
    wanted = (request.POST.get("of") or request.GET.get("of", ""))[:60]
    if request.method != "POST":
        values = plain.values_of(queries.with_words(one))
        form = forms.step_form(step, one, values, wanted=wanted)
        return _screen(request, one, step, form, values)
    base = sealing.unseal(request.POST.get("base", ""), _of(one))
    typed = forms.step_form(step, one, base, request.POST, wanted=wanted).values()
    saved = actions.save(one, typed, base, by=request.user)
    one = saved.commitment
    if saved.is_whole:
        if "stay" not in request.POST:
            return redirect(address(one, after(step)))
        messages.success(request, _("Saved."))
        return redirect(address(one, step) + (f"?of={wanted}" if wanted else ""))
    form = forms.step_form(step, one, saved.shown, wanted=wanted)
    form.tell(saved.problems, saved.conflicts)
    return _screen(request, one, step, form, plain.values_of(queries.with_words(one)))


def _too_late(request: HttpRequest, one: Commitment) -> HttpResponse:
    if request.method == "POST":
        messages.error(
            request, _("This commitment was sent meanwhile, so what you typed last was not saved.")
        )
    return redirect("commitments:summary", reference=one.reference)


def _of(one: Commitment) -> list[str | int]:
    return ["commitment", one.pk]


def _screen(
    request: HttpRequest, one: Commitment, step: str, form: forms.StepForm, base: plain.Values
) -> HttpResponse:
    guided = guide(one)
    context = {
        "form": form,
        "base": sealing.seal(_of(one), base),
        "commitment": one,
        "title": STEPS[step],
        "steps": steps(one, step, guided),
        "guide": guided,
    }
    return render(request, "commitments/writing/step.html", context)


@login_required
def goals(request: HttpRequest, reference: str) -> HttpResponse:
    """The first goal on one screen; where there are goals, what they are and where to change
    them."""
    one = own(request, reference, "commitments.edit")
    if not one.is_editable:
        return _too_late(request, one)
    found = summary_of(one.framework, reader=request.user)
    form = None if found else forms.FirstGoalForm(request.POST or None)
    if request.method == "POST" and form and form.is_valid():
        try:
            actions.set_first_goal(one, **form.cleaned_data, by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if "more" in request.POST:
                return redirect("results:setup", one.framework.reference)
            return redirect(address(one, after("goals")))
    guided = guide(queries.with_words(one))
    context = {
        "form": form,
        "commitment": one,
        "title": STEPS["goals"],
        "summary": found,
        "missing": goals_missing(one.framework) if found else [],
        "steps": steps(one, "goals", guided),
        "guide": guided,
    }
    return render(request, "commitments/writing/goals.html", context)


def steps(commitment: Commitment, now: str, guided: Sequence[Ingredient]) -> list[Step]:
    """The screens of the form as a thread laid flat. A screen on which something is missing is
    not done, wherever one stands; where nothing is missing any more, all before sending are."""
    order = list(STEPS)
    waiting = {each.step for each in guided if each.lacks}
    last = order.index(now) if waiting else order.index("summary")
    return [
        Step(
            str(STEPS[name]),
            "now"
            if name == now
            else "done"
            if order.index(name) < last and name not in waiting
            else "ahead",
            address(commitment, name),
        )
        for name in order
    ]


def after(step: str) -> str:
    order = list(STEPS)
    return order[order.index(step) + 1]


def address(commitment: Commitment, step: str) -> str:
    if step in ("parts", "summary"):
        return reverse(f"commitments:{step}", args=[commitment.reference])
    return reverse("commitments:edit", args=[commitment.reference, step])


@login_required
def summary(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything on one page before it is sent, and where it stands after that."""
    one = get_object_or_404(for_page(Commitment.objects.all()), reference=reference)
    if not request.user.has_perm("commitments.view_workspace", one):
        visible = Commitment.objects.visible_to(request.user).filter(pk=one.pk)
        if request.user.is_officer and visible.exists():
            return redirect("commitments:review", reference=reference)
        refuse_with_reason(request, one.partner, "view")
        raise Http404
    guided = guide(one) if one.is_editable else []
    context = {
        "commitment": one,
        "history": history(one, all_steps=True),
        "summary": summary_of(one.framework, reader=request.user),
        "guide": guided,
        "missing": lacking(guided),
        "parts": shown_parts(one),
        "unanswered": unanswered_parts(one),
        "leads": request.user.has_perm("commitments.view_parts", one),
        "own_part": own_part(one, request.user),
        "may_submit": one.is_editable and request.user.has_perm("commitments.submit", one),
        "why_not": why_not(request.user, one.partner, "sign") if one.is_editable else "",
        "may_edit": one.is_editable and request.user.has_perm("commitments.edit", one),
        "steps": steps(one, "summary", guided),
    }
    return render(request, "commitments/writing/summary.html", context)
