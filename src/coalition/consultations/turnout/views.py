"""Pages of turnout: everybody's, once all is over; officers' at any time, with who is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from coalition.base.downloads import csv_file
from coalition.base.errors import NotAllowed
from coalition.consultations.inviting.actions import invite_partners
from coalition.consultations.models import Consultation, Summary
from coalition.consultations.queries import state_at
from coalition.consultations.states import AHEAD, ORGANISATIONS, PEOPLE, TONES, State
from coalition.consultations.taking_along import read_along, taken_along
from coalition.consultations.turnout import queries
from coalition.consultations.turnout.charts import chart, of_how_many
from coalition.consultations.turnout.cockpit import deadlines, tasks
from coalition.consultations.turnout.forms import MissingForm
from coalition.consultations.turnout.remembering import public_turnout

A_PAGE = 50
HEADER = ["of", "by", "code", "name", "answered", "could_have", "share"]
MISSING_HEADER = (
    *("reference", "name", "group", "country", "scope", "size", "language", "stands"),
    *("invited_on", "may_write", "url"),
)


# --- For everyone ----------------------------------------------------------------------------


@read_along
@require_safe
def turnout(request: HttpRequest, reference: str) -> HttpResponse:
    """Who answered; a page that is there once nobody takes part any more."""
    one = _public(reference)
    context = _told(one, public_turnout(one))
    return render(request, "consultations/turnout/public.html", context)


@taken_along
@require_safe
def turnout_csv(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The same as CSV."""
    one = _public(reference)
    return csv_file(f"{one.reference}-turnout", HEADER, _lines(public_turnout(one)))


def _public(reference: str) -> Consultation:
    # Whether the page can lead on to what each organisation answered.
    is_by_name = Exists(Summary.objects.filter(consultation=OuterRef("pk")))
    found = _found().announced().annotate(is_by_name=is_by_name & Q(answers_are_public=True))
    one: Consultation = get_object_or_404(found, reference=reference)
    if not queries.is_over(one):
        raise Http404
    return one


# --- For officers ----------------------------------------------------------------------------


@login_required
@require_safe
def desk(request: HttpRequest, reference: str) -> HttpResponse:
    """Who answered so far, at any time."""
    one = _one(request, reference)
    context = _told(one, queries.turnout(one, for_officers=True))
    return render(request, "consultations/turnout/desk.html", context)


@login_required
@require_safe
def desk_csv(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The same as CSV, with those of whom something waits for a signature."""
    one = _one(request, reference)
    found = queries.turnout(one, for_officers=True)
    header = [*HEADER, "waiting_for_signature"]
    return csv_file(f"{one.reference}-turnout", header, _lines(found, with_begun=True))


def _told(one: Consultation, found: queries.Turnout) -> dict[str, Any]:
    return {
        "consultation": one,
        "turnout": found,
        "organisations": of_how_many(found.organisations) if found.organisations else "",
        "charts": [chart(table) for table in found.by],
        "people_charts": [chart(table) for table in found.people_by],
    }


def _lines(found: queries.Turnout, *, with_begun: bool = False) -> Iterator[list[Any]]:
    told = (
        (ORGANISATIONS, found.organisations, found.by),
        (PEOPLE, found.people, found.people_by),
    )
    for whose, total, tables in told:
        if total is None:
            continue
        rows = [("all", total), *((table.code, row) for table in tables for row in table.rows)]
        for by, row in rows:
            share = "" if row.share is None else f"{row.share:.4f}"
            could = "" if row.expected is None else row.expected
            line = [whose, by, row.code, row.label, row.answered, could, share]
            yield [*line, row.begun] if with_begun else line


# --- Who is missing --------------------------------------------------------------------------


@login_required
@require_safe
def missing(request: HttpRequest, reference: str) -> HttpResponse:
    """The partners that have not answered, and one button that invites all that are listed."""
    one = _one(request, reference)
    form = MissingForm(request.GET)
    found = queries.missing(one, form.wishes)
    page = Paginator(found.select_related("group", "country"), A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "consultation": one,
        "form": form,
        "page": page,
        "count": page.paginator.count,
        "to_invite": found.filter(invited_at=None).count(),
        "may_invite": _may_invite(one),
        "query": request.GET.urlencode(),
    }
    return render(request, "consultations/turnout/missing.html", context)


@login_required
@require_safe
def missing_csv(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Exactly those of the list for the same question, as CSV."""
    one = _one(request, reference)
    found = queries.missing(one, MissingForm(request.GET).wishes)
    rows = found.select_related("group", "country").iterator(chunk_size=500)
    lines = (_line(request, partner) for partner in rows)
    return csv_file(f"{one.reference}-missing", MISSING_HEADER, lines)


def _line(request: HttpRequest, partner: Any) -> list[Any]:
    return [
        *(partner.reference, partner.name, partner.group.code),
        partner.country.code if partner.country else "",
        *(partner.scope, partner.size_class, partner.languages[0] if partner.languages else ""),
        "begun" if partner.is_begun else "silent",
        partner.invited_at.date().isoformat() if partner.invited_at else "",
        "yes" if partner.has_writer else "no",
        request.build_absolute_uri(partner.get_absolute_url()),
    ]


@require_POST
@login_required
def invite_missing(request: HttpRequest, reference: str) -> HttpResponse:
    """Invite all partners that the list shows for the same question, on all of its pages."""
    one = _one(request, reference, "consultations.plan")
    found = queries.missing(one, MissingForm(request.GET).wishes).filter(invited_at=None)
    try:
        count = invite_partners(one, found.only("pk"), by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        done = ngettext(
            "%d partner is invited. It gets one letter.",
            "%d partners are invited. Each gets one letter.",
            count,
        )
        messages.success(request, done % count)
    back = reverse("consultations:missing", args=[reference])
    asked = request.GET.urlencode()
    return redirect(f"{back}?{asked}" if asked else back)


def _may_invite(one: Consultation) -> bool:
    state = state_at(one, one.phases.all(), timezone.now())
    return one.for_partners and state in (State.DRAFT, *AHEAD)


# --- The cockpit -----------------------------------------------------------------------------


@login_required
@require_safe
def cockpit(request: HttpRequest, reference: str) -> HttpResponse:
    """One page of all that waits in a consultation, since when, and where it is done."""
    one = _one(request, reference)
    found = queries.turnout(one, for_officers=True)
    context = {
        "consultation": one,
        "turnout": found,
        "tone": TONES[State(one.state)],
        "organisations": of_how_many(found.organisations) if found.organisations else "",
        "charts": [chart(table) for table in found.by if table.code == "group"],
        "proposals": one.statements.shown().count(),
        "tasks": tasks(one, found),
        "phases": deadlines(one),
    }
    return render(request, "consultations/turnout/cockpit.html", context)


# --- Shared ----------------------------------------------------------------------------------


def _found() -> Any:
    return Consultation.objects.prefetch_related("phases")


def _one(
    request: HttpRequest, reference: str, permission: str = "consultations.view_desk"
) -> Consultation:
    """The consultation, for officers; to others the desk does not exist."""
    if not request.user.has_perm(permission):
        raise Http404
    found: Consultation = get_object_or_404(_found(), reference=reference)
    return found
