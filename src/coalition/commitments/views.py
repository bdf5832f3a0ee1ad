"""Pages of commitments: the explorer, a promise, the maker's workspace, the officer's desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from coalition.base.downloads import csv_file
from coalition.base.errors import NotAllowed, Refused
from coalition.commitments import actions, forms, queries
from coalition.commitments.models import Commitment, Delivery
from coalition.commitments.states import State
from coalition.instruments.models import Instrument
from coalition.partners.models import Partner
from coalition.partners.people.queries import why_not
from coalition.partners.values import refuse_unless_joined
from coalition.results.frameworks.queries import missing as goals_missing
from coalition.results.reading.queries import summary as summary_of
from coalition.ui.thread import Move, Step

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
PAGE_SIZE = 25
# What a mandate's role must grant, so that a refusal can name it.
ABILITIES = {
    "commitments.draft": "edit",
    "commitments.edit": "edit",
    "commitments.view_workspace": "view",
    "commitments.submit": "sign",
    "commitments.withdraw": "sign",
}


# --- For everyone --------------------------------------------------------------------------


def explorer(request: HttpRequest) -> HttpResponse:
    """All published promises, filtered as the address says."""
    form = forms.ExplorerForm(request.GET)
    found = forms.answered(Commitment.objects.published(), form)
    ids = found.values_list("pk", flat=True)
    page = Paginator(ids, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = queries.by_ids(page.object_list)
    return render(request, "commitments/explorer.html", {"form": form, "page": page})


def download(request: HttpRequest) -> HttpResponse:
    """Exactly what the explorer shows for the same address, as CSV."""
    found = forms.answered(Commitment.objects.published(), forms.ExplorerForm(request.GET))
    deliveries = Delivery.objects.select_related("provision__instrument").only(
        "commitment", "provision__eid", "provision__instrument__code"
    )
    found = queries.with_names(found).prefetch_related(Prefetch("deliveries", deliveries))
    header = (
        "reference title language promise for_whom partner partner_group country level places "
        "themes delivers_on starts_on ends_on framework reports published_at is_example url"
    )
    rows = (
        [
            one.reference,
            one.title,
            one.language,
            one.promise,
            one.for_whom,
            one.partner.name,
            one.partner.group.code,
            one.partner.country.code if one.partner.country else "",
            one.level.code if one.level else "",
            " ".join(place.code for place in one.places.all()),
            " ".join(theme.code for theme in one.themes.all()),
            " ".join(
                f"{each.provision.instrument.code}/{each.provision.eid}"
                for each in one.deliveries.all()
            ),
            one.starts_on or "",
            one.ends_on or "",
            one.framework.reference,
            one.framework.light,
            one.published_at.isoformat() if one.published_at else "",
            int(one.is_example),
            request.build_absolute_uri(one.get_absolute_url()),
        ]
        for one in found.iterator(chunk_size=1000)
    )
    return csv_file("commitments", header.split(), rows)


def commitment(request: HttpRequest, reference: str) -> HttpResponse:
    """One promise with its thread; a withdrawn one answers with the day and the reason (410)."""
    one = get_object_or_404(
        queries.for_page(Commitment.objects.visible_to(request.user)), reference=reference
    )
    context = {"commitment": one, "history": history(one)}
    if one.state == State.WITHDRAWN:
        context["withdrawal"] = [move for move in one.moves.all() if move.verb == "withdraw"][-1]
        return render(request, "commitments/withdrawn.html", context, status=410)
    if one.state != State.PUBLISHED:
        return redirect("commitments:summary", reference=reference)
    context |= results_of(request, one)
    context["may_withdraw"] = request.user.has_perm("commitments.withdraw", one)
    return render(request, "commitments/commitment.html", context)


def results_of(request: HttpRequest, one: Commitment) -> dict[str, Any]:
    """Its goals with what came of them, and the thread through it."""
    found = summary_of(one.framework, reader=request.user)
    return {"summary": found, "knots": queries.knots(one, found)}


def history(commitment: Commitment, *, all_steps: bool = False) -> list[Move]:
    """What happened to it, in plain words; the public sees only from publication on."""
    verbs = Commitment.VERBS
    return [
        Move(move.at, str(verbs[move.verb].done).capitalize(), move.reason)
        for move in commitment.moves.all()
        if all_steps or move.verb in ("publish", "withdraw")
    ]


# --- For those who speak for the maker -----------------------------------------------------


def own(request: HttpRequest, reference: str, permission: str) -> Commitment:
    """The commitment if this person may do that; 404 where it is hidden, else a refusal. Who acts
    or acted for the maker reads why not: a role that does not include it, a mandate that ended."""
    one = get_object_or_404(Commitment.objects.select_related("partner"), reference=reference)
    if request.user.has_perm(permission, one):
        return one
    if ability := ABILITIES.get(permission):
        refuse_with_reason(request, one.partner, ability)
    visible = Commitment.objects.visible_to(request.user)
    if not visible.filter(pk=one.pk).exists():
        raise Http404
    if not request.user.has_perm(permission, one):
        # A published promise is no secret, its workspace is.
        raise (
            Http404
            if permission == "commitments.edit"
            else PermissionDenied(
                _("This is for those who act for the organisation, or for the secretariat.")
            )
        )
    return one


def refuse_with_reason(request: HttpRequest, partner: Partner, ability: str) -> None:
    """Raise NotAllowed for somebody to whom the reason can be told."""
    if sentence := why_not(request.user, partner, ability):
        raise NotAllowed(sentence)


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


def address(commitment: Commitment, step: str) -> str:
    if step in STEP_FORMS:
        return reverse("commitments:edit", args=[commitment.reference, step])
    return reverse(f"commitments:{step}", args=[commitment.reference])


def after(step: str) -> str:
    order = list(STEPS)
    return order[order.index(step) + 1]


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


@login_required
def summary(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything on one page before it is sent, and where it stands after that."""
    one = get_object_or_404(queries.for_page(Commitment.objects.all()), reference=reference)
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
        "missing": queries.missing(one) if one.is_editable else [],
        "why_not": why_not(request.user, one.partner, "sign") if one.is_editable else "",
        "may_edit": one.is_editable and request.user.has_perm("commitments.edit", one),
        "steps": steps(one, "summary"),
    }
    return render(request, "commitments/summary.html", context)


@require_POST
@login_required
def submit(request: HttpRequest, reference: str) -> HttpResponse:
    one = own(request, reference, "commitments.submit")
    try:
        actions.submit(one, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Sent. The secretariat reads it and writes to you."))
    return redirect("commitments:summary", reference=reference)


@require_POST
@login_required
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    return with_reason(request, own(request, reference, "commitments.withdraw"), actions.withdraw)


# --- For officers --------------------------------------------------------------------------


def officers_only(request: HttpRequest) -> None:
    if not request.user.is_officer:
        raise Http404


@login_required
def review_list(request: HttpRequest) -> HttpResponse:
    """What waits for the secretariat, the oldest first."""
    officers_only(request)
    waiting = queries.with_names(queries.waiting())
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "commitments/review_list.html", {"page": page})


@login_required
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """One promise as the officer judges it, with the buttons that apply."""
    officers_only(request)
    found = queries.for_page(Commitment.objects.visible_to(request.user))
    one = get_object_or_404(found, reference=reference)
    context = {
        "commitment": one,
        "history": history(one, all_steps=True),
        **results_of(request, one),
        "waits": one.state == State.SUBMITTED,
        "may_decide": request.user.has_perm("commitments.approve", one),
        "form": forms.ReasonForm(),
    }
    return render(request, "commitments/review.html", context)


@require_POST
@login_required
def approve(request: HttpRequest, reference: str) -> HttpResponse:
    officers_only(request)
    one = own(request, reference, "commitments.approve")
    try:
        actions.approve(one, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("commitments:review", reference=reference)
    messages.success(request, _("Published."))
    return redirect("commitments:commitment", reference=reference)


@require_POST
@login_required
def request_change(request: HttpRequest, reference: str) -> HttpResponse:
    officers_only(request)
    return with_reason(
        request, own(request, reference, "commitments.request_change"), actions.request_change
    )


def with_reason(
    request: HttpRequest, one: Commitment, action: Callable[..., Commitment]
) -> HttpResponse:
    """Apply a verb that needs a reason; without one, or too late, say so and change nothing."""
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give a reason: those concerned will read it."))
    else:
        try:
            action(one, reason=form.cleaned_data["reason"], by=request.user)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Done. Those concerned get a letter."))
    return redirect("commitments:summary", reference=one.reference)
