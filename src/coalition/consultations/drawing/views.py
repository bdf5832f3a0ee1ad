"""The panel by lot: as everybody reads it, as one puts one's name in, as officers prepare it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base.errors import NotAllowed, Refused
from coalition.base.limits import HOUR, Limit, seconds_to_wait
from coalition.consultations.access import answer, reader_of
from coalition.consultations.drawing import actions, forms, queries
from coalition.consultations.models import Consultation, Panel, Volunteer
from coalition.consultations.moments import too_often
from coalition.consultations.states import PUBLIC
from coalition.consultations.taking_along import read_along, taken_along

A_PAGE = 50
# Each leaves an event in the audit trail. Many may share one network address.
PER_CLIENT, PER_PERSON = Limit(2_000, HOUR), Limit(60, HOUR)

# --- As everybody reads it -------------------------------------------------------------------


@read_along
@require_safe
def panel(request: HttpRequest, reference: str) -> HttpResponse:
    """What the panel must be like, from which pool it is drawn, by which seed, and who sits, by
    their codes."""
    one = _public(reference)
    held = Panel.objects.select_related("consultation").filter(consultation=one).first()
    context = {
        "consultation": one,
        "panel": held,
        "shown": queries.shown(held) if held else None,
        "found": answer(one, actions.ABILITY),
        "own": queries.own(held, request.user),
        "may_plan": request.user.has_perm("consultations.plan"),
    }
    return render(request, "consultations/drawing/panel.html", context)


@taken_along
@require_safe
def pool(request: HttpRequest, reference: str) -> HttpResponse:
    """The very file that is drawn from; its SHA-256 is the digest on the page."""
    held = get_object_or_404(
        Panel.objects.exclude(published_at=None), consultation=_public(reference)
    )
    response = HttpResponse(held.pool.encode(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{reference}-pool.json"'
    return response


# --- One's own name --------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def volunteer(request: HttpRequest, reference: str) -> HttpResponse:
    """Put one's name in the lot, or say anew of which value of each feature one is."""
    one = _public(reference)
    held = Panel.objects.filter(consultation=one).first()
    found, reader = answer(one, actions.ABILITY), reader_of(one, request.user)
    own = queries.own(held, request.user)
    form, status = None, 200
    if held is not None and found.is_open and not reader.why_not:
        form = forms.VolunteerForm(held, own and own.values, request.POST or None)
    if request.method == "POST":
        if form is None:
            raise NotAllowed(reader.why_not or found.sentence)
        if wait := _wait(request):
            form.add_error(None, too_often(wait))
            status = 429
        elif form.is_valid():
            try:
                actions.volunteer(one, request.user, form.values)
            except Refused as refusal:  # the features were changed meanwhile
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Your name is in the lot."))
                return redirect("consultations:volunteer", reference)
    context = {
        "consultation": one,
        "panel": held,
        "found": found,
        "reader": reader,
        "own": own,
        "form": form,
    }
    return render(request, "consultations/drawing/volunteer.html", context, status=status)


@require_POST
@login_required
def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Take one's name out again."""
    if wait := _wait(request):
        messages.error(request, too_often(wait))
    elif actions.take_back(_public(reference), request.user):
        messages.success(request, _("Your name is not in the lot any more."))
    return redirect("consultations:volunteer", reference)


@require_POST
@login_required
def give_up_own(request: HttpRequest, reference: str) -> HttpResponse:
    """Give up one's own seat."""
    rows = Volunteer.objects.select_related("panel__consultation")
    member = get_object_or_404(rows, panel__consultation=_public(reference), person=request.user)
    if wait := _wait(request):
        messages.error(request, too_often(wait))
    else:
        actions.give_up(member, by=request.user)
        messages.success(request, _("You gave up your seat. Whom the draw puts next was asked."))
    return redirect("consultations:volunteer", reference)


# --- For officers ----------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest, reference: str) -> HttpResponse:
    """What the panel must be like, who put their name in, the seed, who sits."""
    one = _planned(request, reference)
    held = Panel.objects.select_related("consultation").filter(consultation=one).first()
    data = request.POST if request.method == "POST" else None
    form = None
    if held is None or not held.published_at:
        form = forms.PanelForm(one, held, data)
    if data is not None and form is not None and form.is_valid():
        try:
            actions.set_panel(one, **form.asked, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("consultations:prepare_panel", reference)
    return _prepared(request, one, held, form)


@require_POST
@login_required
def draw(request: HttpRequest, reference: str) -> HttpResponse:
    """Draw the panel with the seed that everybody knows now."""
    one = _planned(request, reference)
    held = get_object_or_404(Panel.objects.select_related("consultation"), consultation=one)
    form = forms.SeedForm(request.POST)
    if form.is_valid():
        try:
            actions.draw(held, seed=form.cleaned_data["seed"], by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Drawn. Everybody who put their name in is told."))
            return redirect("consultations:prepare_panel", reference)
    return _prepared(request, one, held, None, form)


@require_POST
@login_required
def give_up(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """A member cannot sit: whom the draw puts next follows."""
    rows = Volunteer.objects.select_related("panel__consultation", "person")
    member = get_object_or_404(rows, panel__consultation=_planned(request, reference), pk=pk)
    if actions.give_up(member, by=request.user):
        messages.success(request, _("Whom the draw puts next follows, and is told."))
    else:
        messages.info(request, _("The seat stays empty: nobody is left who could follow."))
    return redirect("consultations:prepare_panel", reference)


def _prepared(
    request: HttpRequest, one: Consultation, held: Panel | None, form: Any, seed_form: Any = None
) -> HttpResponse:
    people = held.volunteers.select_related("person") if held else Volunteer.objects.none()
    page = Paginator(people.order_by("-is_drawn", "pk"), A_PAGE).get_page(request.GET.get("page"))
    is_known = held is not None and held.seed_at is not None and held.seed_at <= timezone.now()
    context = {
        "consultation": one,
        "panel": held,
        "form": form,
        "page": page,
        "trouble": queries.trouble(held) if held else "",
        "may_draw": bool(held and held.published_at and not held.drawn_at and is_known),
        "seed_form": seed_form or forms.SeedForm(),
    }
    return render(request, "consultations/drawing/prepare.html", context)


def _public(reference: str) -> Consultation:
    found = Consultation.objects.prefetch_related("phases").filter(state__in=PUBLIC)
    return get_object_or_404(found, reference=reference)


def _planned(request: HttpRequest, reference: str) -> Consultation:
    if not request.user.has_perm("consultations.plan"):
        raise Http404
    return get_object_or_404(Consultation, reference=reference)


def _wait(request: HttpRequest) -> int:
    return seconds_to_wait(
        *(request, "lot", str(request.user.pk)), by_reader=PER_CLIENT, by_thing=PER_PERSON
    )
