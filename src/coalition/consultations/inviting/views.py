"""The secretariat's desk of invitations, and the button by which readers follow a consultation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from coalition.base.downloads import csv_file
from coalition.base.errors import NotAllowed, Refused
from coalition.base.limits import HOUR, Limit, seconds_to_wait
from coalition.consultations.inviting import actions, forms, queries
from coalition.consultations.models import Consultation
from coalition.consultations.moments import too_often
from coalition.consultations.queries import state_at
from coalition.consultations.states import AHEAD, State

A_PAGE = 50
# A whole workshop may share one network address.
PER_CLIENT, PER_PERSON = Limit(2_000, HOUR), Limit(60, HOUR)
HEADER = ("kind", "partner", "name", "address", "language", "invited_on", "told_on")

# --- The desk --------------------------------------------------------------------------------


@login_required
@require_safe
def desk(request: HttpRequest, reference: str) -> HttpResponse:
    """Who is invited, and forms to invite more."""
    return _page(request, _one(request, reference))


@login_required
@require_safe
def desk_csv(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Exactly what the desk shows for the same question, as CSV."""
    one = _one(request, reference)
    _form, found = _asked(request, one)
    return csv_file(f"{one.reference}-invitations", HEADER, _rows(found))


def _rows(found: Any) -> Iterator[list[Any]]:
    for each in found.iterator(chunk_size=500):
        yield [
            "partner" if each.partner else "person",
            each.partner.reference if each.partner else "",
            each.partner.name if each.partner else "",
            *(each.address, each.language if each.address else ""),
            each.at.date().isoformat(),
            each.told_at.date().isoformat() if each.told_at else "",
        ]


@require_POST
@login_required
def people(request: HttpRequest, reference: str) -> HttpResponse:
    """Invite the people of a pasted list, all or none."""
    one = _one(request, reference)
    form = forms.PeopleForm(one, request.POST, auto_id="people-%s")
    if form.is_valid():
        try:
            count = actions.invite_people(one, **form.cleaned_data, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            return _done(request, one, count)
    return _page(request, one, people_form=form)


@require_POST
@login_required
def partners(request: HttpRequest, reference: str) -> HttpResponse:
    """Invite every partner, or every one of a group, that was not invited and has not answered."""
    one = _one(request, reference)
    form = forms.PartnersForm(request.POST, auto_id="partners-%s")
    if form.is_valid():
        wanted = queries.missing(one, form.cleaned_data["group"]).only("pk")
        try:
            count = actions.invite_partners(one, wanted, by=request.user)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return _done(request, one, count)
    return _page(request, one, partners_form=form)


@require_POST
@login_required
def take_back(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take one invitation back."""
    one = _one(request, reference)
    invitation = get_object_or_404(one.invitations, pk=pk)
    try:
        actions.take_back(invitation, by=request.user)
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The invitation is taken back."))
    return redirect("consultations:invitations", reference)


def _done(request: HttpRequest, one: Consultation, count: int) -> HttpResponse:
    if not count:
        messages.success(request, _("All of them were invited already. Nobody is told twice."))
    elif one.state == State.DRAFT:
        words = ngettext(
            "%d invited. The letter goes out once the consultation is announced.",
            "%d invited. The letters go out once the consultation is announced.",
            count,
        )
        messages.success(request, words % count)
    else:
        words = ngettext("%d invited by letter.", "%d invited by letter.", count)
        messages.success(request, words % count)
    return redirect("consultations:invitations", one.reference)


def _asked(request: HttpRequest, one: Consultation) -> tuple[forms.FilterForm, Any]:
    form = forms.FilterForm(request.GET)
    form.is_valid()
    return form, queries.invited(one, form.cleaned_data)


def _page(
    request: HttpRequest,
    one: Consultation,
    people_form: forms.PeopleForm | None = None,
    partners_form: forms.PartnersForm | None = None,
) -> HttpResponse:
    form, found = _asked(request, one)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    state = state_at(one, one.phases.all(), timezone.now())
    is_open = state in (State.DRAFT, *AHEAD)
    context = {
        "consultation": one,
        "form": form,
        "page": page,
        "counts": queries.counts(one),
        "is_open": is_open,
        "query": request.GET.urlencode(),
    }
    if is_open and (one.for_invited or one.for_everyone):
        context["people_form"] = people_form or forms.PeopleForm(one, auto_id="people-%s")
    missing = queries.missing(one).count() if is_open and one.for_partners else 0
    if missing or (partners_form and is_open and one.for_partners):
        context["partners_form"] = partners_form or forms.PartnersForm(auto_id="partners-%s")
        context["missing"] = missing
    for refused in (people_form, partners_form):
        if refused is not None and refused not in context.values():
            messages.error(request, " ".join(refused.non_field_errors()))
    return render(request, "consultations/inviting/desk.html", context)


def _one(request: HttpRequest, reference: str) -> Consultation:
    """The consultation, if this person may invite to it; to others the desk does not exist."""
    if not request.user.has_perm("consultations.invite"):
        raise Http404
    return get_object_or_404(Consultation, reference=reference)


# --- Followers -------------------------------------------------------------------------------


@require_POST
@login_required
def follow(request: HttpRequest, reference: str) -> HttpResponse:
    """Tell the reader what becomes of it."""
    one = get_object_or_404(Consultation.objects.announced(), reference=reference)
    if wait := _wait(request):
        messages.error(request, too_often(wait))
    else:
        actions.follow(one, request.user)
        messages.success(request, _("You get a letter when the answers are there."))
    return redirect(f"{one.get_absolute_url()}#follow")


@require_POST
@login_required
def unfollow(request: HttpRequest, reference: str) -> HttpResponse:
    """Tell them no more."""
    one = get_object_or_404(Consultation.objects.announced(), reference=reference)
    if wait := _wait(request):
        messages.error(request, too_often(wait))
    else:
        actions.unfollow(one, request.user)
        messages.success(request, _("You get no letter about it."))
    return redirect(f"{one.get_absolute_url()}#follow")


def _wait(request: HttpRequest) -> int:
    return seconds_to_wait(
        *(request, "follow", str(request.user.pk)), by_reader=PER_CLIENT, by_thing=PER_PERSON
    )
