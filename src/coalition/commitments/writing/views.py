"""The maker's workspace: a promise is written, screen by screen."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base.errors import Refused
from coalition.commitments.access import own, refuse_with_reason
from coalition.commitments.models import Commitment
from coalition.commitments.reading.queries import for_page, history
from coalition.commitments.writing import actions, forms, queries
from coalition.commitments.writing.quality import missing
from coalition.instruments.models import Instrument
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
    "goals": gettext_lazy("Goals"),
    "summary": gettext_lazy("Summary"),
}


STEP_FORMS = {"promise": forms.PromiseForm, "place": forms.PlaceForm, "means": forms.MeansForm}


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
    return render(request, "commitments/new.html", {"form": form, "partner": maker})


@login_required
def edit(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """One screen of the form; saving leads to the next, and the last to the summary."""
    if step not in STEP_FORMS:
        raise Http404
    one = own(request, reference, "commitments.edit")
    if not one.is_editable:
        return redirect("commitments:summary", reference=reference)
    form = STEP_FORMS[step](request.POST or None, instance=one)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit(one, fields=form.cleaned_data, by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(address(one, after(step)))
    context = {"form": form, "commitment": one, "title": STEPS[step], "steps": steps(one, step)}
    return render(request, "commitments/edit.html", context)


@login_required
def paragraphs(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose the paragraphs of one text; `of` in the address says which text."""
    one = own(request, reference, "commitments.edit")
    if not one.is_editable:
        return redirect("commitments:summary", reference=reference)
    wanted = request.GET.get("of", "")[:60]
    texts = list(queries.choosable_texts(one, wanted))
    if not texts:
        messages.info(request, _("No text with paragraphs is held yet."))
        return redirect(address(one, after("paragraphs")))
    text = next((each for each in texts if is_named(each, wanted)), texts[0])
    form = forms.ParagraphsForm(request.POST or None, commitment=one, instrument=text)
    if request.method == "POST" and form.is_valid():
        actions.deliver_on(one, text, how=form.cleaned_data["how"], by=request.user)
        if "stay" in request.POST:
            messages.success(request, _("Saved."))
            return redirect(f"{request.path}?of={text.code}")
        return redirect(address(one, after("paragraphs")))
    context = {
        "form": form,
        "commitment": one,
        "texts": texts,
        "text": text,
        "wanted": wanted if wanted and not is_named(text, wanted) else "",
        "steps": steps(one, "paragraphs"),
    }
    return render(request, "commitments/paragraphs.html", context)


@login_required
def goals(request: HttpRequest, reference: str) -> HttpResponse:
    """The first goal on one screen; where there are goals, what they are and where to change
    them."""
    one = own(request, reference, "commitments.edit")
    if not one.is_editable:
        return redirect("commitments:summary", reference=reference)
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
    context = {
        "form": form,
        "commitment": one,
        "title": STEPS["goals"],
        "summary": found,
        "missing": goals_missing(one.framework) if found else [],
        "steps": steps(one, "goals"),
    }
    return render(request, "commitments/goals.html", context)


def is_named(text: Instrument, words: str) -> bool:
    """Is this the text with that code or symbol?"""
    return words.casefold() in (text.code.casefold(), text.symbol.casefold() or None)


def steps(commitment: Commitment, now: str) -> list[Step]:
    """The screens of the form as a thread laid flat."""
    order = list(STEPS)
    return [
        Step(
            str(STEPS[name]),
            "now" if name == now else "done" if order.index(name) < order.index(now) else "ahead",
            address(commitment, name),
        )
        for name in order
    ]


def after(step: str) -> str:
    order = list(STEPS)
    return order[order.index(step) + 1]


def address(commitment: Commitment, step: str) -> str:
    if step in STEP_FORMS:
        return reverse("commitments:edit", args=[commitment.reference, step])
    return reverse(f"commitments:{step}", args=[commitment.reference])


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
    context = {
        "commitment": one,
        "history": history(one, all_steps=True),
        "summary": summary_of(one.framework, reader=request.user),
        "missing": missing(one) if one.is_editable else [],
        "why_not": why_not(request.user, one.partner, "sign") if one.is_editable else "",
        "may_edit": one.is_editable and request.user.has_perm("commitments.edit", one),
        "steps": steps(one, "summary"),
    }
    return render(request, "commitments/summary.html", context)
