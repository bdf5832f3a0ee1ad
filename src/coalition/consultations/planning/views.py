"""The officers' desk of consultations: the list, the pages on which one is written, its verbs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from coalition.base.downloads import csv_file
from coalition.base.errors import NotAllowed, Refused
from coalition.consultations.history import history
from coalition.consultations.models import Consultation, ConsultationQuerySet
from coalition.consultations.planning import actions, forms, queries
from coalition.consultations.planning.offers import offered
from coalition.consultations.states import AHEAD, ANSWERED, KINDS, TONES, PhaseKind, State
from coalition.ui.verbs import attempt

PAGE_SIZE = 25

# --- The list --------------------------------------------------------------------------------


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """All consultations, drafts among them, by their next deadline."""
    form, found = _asked(request)
    page = Paginator(found.prefetch_related("phases"), PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [
        {
            "one": one,
            "tone": TONES[State(one.state)],
            "next_at": queries.next_at(one),
            "under_way": [each for each in one.phases.all() if each.is_under_way(now)],
        }
        for one in page
    ]
    context = {"form": form, "page": page, "rows": rows, "query": request.GET.urlencode()}
    return render(request, "consultations/planning/desk.html", context)


@login_required
@require_safe
def desk_csv(request: HttpRequest) -> HttpResponseBase:
    """Exactly what the desk shows for the same question, as CSV; moments in UTC."""
    _form, found = _asked(request)
    header = (
        "reference question languages state announced_at next_deadline phases for_partners "
        "for_invited for_everyone zone first_proposals url"
    )
    rows = found.prefetch_related("phases").iterator(chunk_size=500)
    return csv_file("consultations-desk", header.split(), (_line(request, one) for one in rows))


def _asked(request: HttpRequest) -> tuple[forms.DeskForm, ConsultationQuerySet]:
    if not request.user.has_perm("consultations.view_desk"):
        raise Http404
    form = forms.DeskForm(request.GET)
    form.is_valid()
    return form, queries.filtered(queries.on_desk(), form.cleaned_data)


def _line(request: HttpRequest, one: Any) -> list[Any]:
    at = queries.next_at(one)
    phases = [
        f"{each.kind} {each.opens_at.isoformat()}/{each.closes_at.isoformat()}"
        for each in one.phases.all()
    ]
    return [
        one.reference,
        one.title,
        " ".join(one.languages),
        one.state,
        one.announced_at.isoformat() if one.announced_at else "",
        at.isoformat() if at else "",
        "; ".join(phases),
        *(int(door) for door in (one.for_partners, one.for_invited, one.for_everyone)),
        one.zone,
        one.proposals,
        request.build_absolute_uri(reverse("consultations:plan", args=[one.reference])),
    ]


# --- One of them, and its verbs --------------------------------------------------------------

# What an officer does with a consultation, each at an address of its own, and what is said then.
VERBS: Mapping[str, tuple[Callable[..., Any], Any]] = {
    "announce": (actions.announce, gettext_lazy("Announced. Everybody can read it now.")),
    "open": (actions.open_early, gettext_lazy("Open from now on.")),
    "close_early": (actions.close_early, gettext_lazy("Closed. Everybody reads the reason.")),
    "reopen": (actions.reopen, gettext_lazy("Open again. Everybody reads the reason.")),
    "call_off": (actions.call_off, gettext_lazy("Called off. Everybody reads the reason.")),
}


@login_required
@require_safe
def plan(request: HttpRequest, reference: str) -> HttpResponse:
    """One consultation as officers prepare it: what stands, what it lacks, what can be done."""
    return _page(request, _one(request, reference))


@require_POST
@login_required
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Apply a verb. What is refused is said in its form, which keeps what was typed."""
    one = _one(request, reference, f"consultations.{verb}")
    form = forms.VerbForm(verb, one, request.POST, auto_id=f"{verb}-%s")
    action, done = VERBS[verb]
    if form.is_valid() and attempt(
        request, form, lambda: action(one, **form.cleaned_data, by=request.user)
    ):
        messages.success(request, str(done))
        return redirect("consultations:plan", reference)
    return _page(request, _one(request, reference), {verb: form})


@require_POST
@login_required
def discard(request: HttpRequest, reference: str) -> HttpResponse:
    """Throw a draft away."""
    one = _one(request, reference)
    try:
        actions.discard(one, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("consultations:plan", reference)
    messages.success(request, _("The draft is gone."))
    return redirect("consultations:desk")


def _one(
    request: HttpRequest, reference: str, permission: str = "consultations.plan"
) -> Consultation:
    """The consultation, if this person may do that; to others the desk does not exist."""
    if not request.user.has_perm(permission):
        raise Http404
    found = Consultation.objects.select_related("place", "level", "theme", "text")
    return get_object_or_404(found, reference=reference)


def _page(
    request: HttpRequest, one: Consultation, refused: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The page with the verbs that fit the consultation as it is now. Where one that was refused
    fits no more, its sentences stand on top."""
    refused = refused or {}
    offers = offered(one, request.user)
    for verb in refused.keys() - {offer.verb for offer in offers}:
        messages.error(request, " ".join(chain.from_iterable(refused[verb].errors.values())))
    context = {
        "consultation": one,
        "tone": TONES[State(one.state)],
        "languages": queries.languages(one.languages),
        "lacks": [sentence for offer in offers for sentence in offer.lacks],
        "phases": queries.phase_rows(one),
        "is_fixed": one.state in (State.CALLED_OFF, *ANSWERED),
        "people_are_fixed": one.state not in (State.DRAFT, *AHEAD),
        "answers": {
            "challenges": one.challenges.count(),
            "themes": one.themes.count(),
            "priorities": one.priorities.count(),
            "provisions": one.provisions.count(),
        },
        "proposals": one.statements.first_ones().count(),
        "offers": forms.with_forms(offers, one, refused),
        "refused": refused,
        "history": history(one, with_names=True),
    }
    return render(request, "consultations/planning/plan.html", context)


# --- The pages on which it is written --------------------------------------------------------


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft with its question."""
    if not request.user.has_perm("consultations.plan"):
        raise Http404
    form = forms.NewForm(request.POST or None, initial={"zone": "UTC"})
    if request.method == "POST" and form.is_valid():
        made: list[Consultation] = []
        if attempt(
            request, form, lambda: made.append(actions.draft(**form.cleaned_data, by=request.user))
        ):
            messages.success(request, _("Begun. Officers alone see it until you announce it."))
            return redirect("consultations:plan", made[0].reference)
    context = {"form": form, "heading": _("A new consultation"), "button": _("Begin")}
    return render(request, "consultations/planning/form.html", context)


@login_required
def words(request: HttpRequest, reference: str) -> HttpResponse:
    """The question, what it is about, what becomes of the answers."""
    return _written(request, reference, forms.WordsForm, actions.word, _("Words"))


@login_required
def scope(request: HttpRequest, reference: str) -> HttpResponse:
    """Where, at which level, on which theme or text; which challenges and themes it answers."""
    return _written(request, reference, forms.ScopeForm, actions.set_scope, _("Scope"))


@login_required
def people(request: HttpRequest, reference: str) -> HttpResponse:
    """Who may take part, and by whose clocks."""
    return _written(
        request, reference, forms.PeopleForm, actions.set_people, _("Who may take part")
    )


def _written(
    request: HttpRequest,
    reference: str,
    form_class: type[forms.OnVersion],
    action: Callable[..., Consultation],
    heading: str,
) -> HttpResponse:
    """A page with one form about the consultation, and back to its plan when it is saved."""
    one = _one(request, reference)
    form = form_class(one, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if attempt(request, form, lambda: action(one, **form.cleaned_data, by=request.user)):
            messages.success(request, _saved(one))
            return redirect("consultations:plan", reference)
        form.rest_on(_one(request, reference))
    context = {"form": form, "heading": heading, "button": _("Save"), "consultation": one}
    return render(request, "consultations/planning/form.html", context)


def _saved(one: Consultation) -> str:
    if one.state == State.DRAFT:
        return _("Saved.")
    return _("Saved. Everybody reads in the history that it was changed.")


# --- What it answers: rows to be ticked -------------------------------------------------------


@login_required
def priorities(request: HttpRequest, reference: str) -> HttpResponse:
    """The common priorities that it answers."""
    one = _one(request, reference)
    form = forms.ThemeForm(request.GET)
    theme = form.cleaned_data.get("theme") if form.is_valid() else None
    offered_rows = queries.offered_priorities(one, theme)
    if request.method == "POST" and _ticked(request, one, "set_priorities", offered_rows):
        return redirect("consultations:plan", reference)
    rows = [(each, each.is_answered) for each in offered_rows]  # type: ignore[attr-defined]
    context = {"consultation": one, "rows": rows, "form": form}
    return render(request, "consultations/planning/priorities.html", context)


@login_required
def paragraphs(request: HttpRequest, reference: str) -> HttpResponse:
    """The paragraphs that it answers, of one text after the other; those of the others stay."""
    one = _one(request, reference)
    wanted = request.GET.get("of", "")[:60]
    texts = queries.choosable_texts(one, wanted)
    named = [each for each in texts if wanted and queries.is_named(each, wanted)]
    of_scope = [each for each in texts if each.pk == one.text_id]
    text = next(iter([*named, *of_scope, *texts]), None)
    choices = list(queries.choosable(text)) if text else []
    for each in choices:
        each.instrument = text
    if request.method == "POST" and _ticked(request, one, "set_provisions", choices):
        return redirect(f"{request.path}?of={text.code}" if text else request.path)
    held = set(one.provisions.values_list("pk", flat=True))
    context = {
        "consultation": one,
        "texts": texts,
        "text": text,
        "not_found": wanted if wanted and not named else "",
        "rows": [(each, each.pk in held) for each in choices],
    }
    return render(request, "consultations/planning/paragraphs.html", context)


def _ticked(request: HttpRequest, one: Consultation, name: str, among: Any) -> bool:
    """Keep which rows of the page are ticked; False, with a sentence, where it is refused."""
    keys = set(request.POST.getlist("row"))
    chosen = [each for each in among if str(each.pk) in keys]
    try:
        getattr(actions, name)(one, chosen, among=among, by=request.user)
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, _saved(one))
    return True


# --- Phases ----------------------------------------------------------------------------------


@login_required
@require_safe
def phases(request: HttpRequest, reference: str) -> HttpResponse:
    """Its phases, and the kinds that can be added."""
    one = _one(request, reference)
    found = queries.phase_rows(one)
    held = {row.phase.kind for row in found}
    kinds = [
        (kind, KINDS[kind].purpose)
        for kind in PhaseKind
        if kind not in held and queries.may_change_phases(one.state, kind)
    ]
    context = {"consultation": one, "phases": found, "kinds": kinds}
    return render(request, "consultations/planning/phases.html", context)


@login_required
def phase(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """Add a phase of this kind, or change it."""
    one = _one(request, reference)
    if kind not in PhaseKind.values:
        raise Http404
    held = one.phases.select_related("unit").filter(kind=kind).first()
    data = request.POST if request.method == "POST" else None
    form = forms.PhaseForm(one.zone, kind, held, data)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("opens_at", "closes_at")}
        if attempt(
            request,
            form,
            lambda: actions.set_phase(one, kind, **given, method=form.method, by=request.user),
        ):
            messages.success(request, _saved(one))
            return redirect("consultations:phases", reference)
    context = {
        "consultation": one,
        "form": form,
        "heading": PhaseKind(kind).label,
        "purpose": KINDS[PhaseKind(kind)].purpose,
        "in_zone": True,
        "button": _("Save") if held else _("Add this phase"),
    }
    return render(request, "consultations/planning/form.html", context)


@require_POST
@login_required
def phase_remove(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """Take a phase out that has not begun."""
    one = _one(request, reference)
    try:
        actions.remove_phase(one, kind, by=request.user)
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _saved(one))
    return redirect("consultations:phases", reference)
