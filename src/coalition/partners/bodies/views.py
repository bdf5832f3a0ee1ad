"""Public pages of bodies: who sits in them, when they meet, what they decided."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coalition.base.downloads import csv_file
from coalition.base.icalendar import calendar_file
from coalition.partners.bodies import queries
from coalition.partners.bodies.calendar import entry
from coalition.partners.models import Body, Meeting, Paper, Seat
from coalition.partners.states import MeetingState
from coalition.ui.thread import Move

ROWS_A_PAGE = 20
TONES = {
    MeetingState.PLANNED: "due",
    MeetingState.HELD: "good",
    MeetingState.CANCELLED: "ended",
}


@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """The bodies of the coalition."""
    context = {
        "bodies": queries.bodies(),
        "may_manage": request.user.has_perm("partners.manage_bodies"),
    }
    return render(request, "partners/bodies/list.html", context)


@require_safe
def body(request: HttpRequest, code: str) -> HttpResponse:
    """One body: what it is for, its seats, its meetings and decisions."""
    one = get_object_or_404(Body.objects.select_related("source"), code=code)
    seats = list(queries.seats(one))
    current = {seat.pk for seat in Seat.objects.current().filter(body=one)}
    found = one.meetings.all()
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    for meeting in page:
        meeting.tone = TONES[MeetingState(meeting.state)]
    decided = queries.decisions(one)
    context = {
        "body": one,
        "seats": [seat for seat in seats if seat.pk in current],
        "former": [seat for seat in seats if seat.pk not in current],
        "page": page,
        "decisions": decided[:ROWS_A_PAGE],
        "conclusions": queries.conclusions(one)[:ROWS_A_PAGE],
        "may_manage": request.user.has_perm("partners.manage_bodies"),
        "may_keep": request.user.has_perm("partners.keep_body", one),
        "sits_in_it": sits_in(request, one),
    }
    return render(request, "partners/bodies/body.html", context)


def sits_in(request: HttpRequest, body: Body) -> bool:
    """May the reader see what is for those who sit in the body? Officers may."""
    if not request.user.is_authenticated:
        return False
    held = body.seats.current().held_by(request.user)
    return bool(request.user.is_officer or held.exists())


@require_safe
def body_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """The meetings of a body for calendars: those of the last year, and all to come."""
    one = get_object_or_404(Body, code=code)
    host = urlsplit(settings.SITE_URL).hostname or "coalition"
    text = calendar_file(
        (entry(each) for each in one.meetings.all()[:200]),
        name=str(one.name),
        host=host,
        site=settings.SITE_URL,
    )
    return HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{one.code}.ics"'},
    )


@require_safe
def decisions_csv(request: HttpRequest, code: str) -> HttpResponse:
    """Every published decision of a body."""
    one = get_object_or_404(Body, code=code)
    found = queries.decisions(one).prefetch_related("citations", "corrections")
    header = [
        *(_("Reference"), _("Meeting"), _("Day"), _("Item"), _("Decision"), _("Language")),
        *(_("Dissent"), _("Records it is about"), _("Corrections"), _("Published"), _("Page")),
    ]
    rows = (
        [
            decision.reference,
            decision.meeting.reference,
            decision.meeting.local_start.date().isoformat(),
            str(decision.item) if decision.item else "",
            decision.text,
            decision.language,
            decision.dissent,
            " ".join(each.reference for each in decision.citations.all()),
            " | ".join(each.text for each in decision.corrections.all()),
            decision.published_at.isoformat(timespec="seconds"),
            request.build_absolute_uri(decision.get_absolute_url()),
        ]
        for decision in found.iterator(chunk_size=500)
    )
    return csv_file(f"decisions-{one.code}", header, rows)


@require_safe
def meeting(request: HttpRequest, reference: str) -> HttpResponse:
    """One meeting: agenda, papers, minutes, decisions, who was there, what follows from it."""
    found = queries.meeting_with_all(request.user)
    one = get_object_or_404(found, reference=reference)
    cited = queries.citations_of(one.decided)
    for decision in one.decided:
        decision.cited = [
            (each.reference, cited.get(each.reference)) for each in decision.citations.all()
        ]
    papers = list(one.papers.all())
    items = list(one.agenda.all())
    for item in items:
        item.shown_papers = [paper for paper in papers if paper.item_id == item.pk]
    context = {
        "meeting": one,
        "tone": TONES[MeetingState(one.state)],
        "items": items,
        "papers": [paper for paper in papers if paper.item_id is None],
        "knots": queries.knots(one, cited),
        "history": history(one),
        "may_keep": request.user.has_perm("partners.keep_body", one.body),
        "sits_in_it": sits_in(request, one.body),
    }
    return render(request, "partners/bodies/meeting.html", context)


def history(meeting: Meeting) -> list[Move]:
    return [
        Move(move.at, capfirst(str(Meeting.VERBS[move.verb].done)), move.reason)
        for move in meeting.moves.all()
    ]


@require_safe
def paper(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """The file of a paper, to be saved; hidden from those it is not for."""
    found = Paper.objects.visible_to(request.user).filter(meeting__reference=reference)
    one = get_object_or_404(found, pk=pk)
    if not one.file or not one.file.storage.exists(one.file.name):
        raise Http404
    return FileResponse(
        one.file.open("rb"),
        as_attachment=True,
        filename=one.file_name,
        content_type=one.media_type,
    )
