"""The calendar of reports due, per party and for all; comments of supervisors and who answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coalition.base import uploads
from coalition.base.downloads import csv_file
from coalition.base.errors import NotAllowed, Refused
from coalition.base.icalendar import Event, calendar_file
from coalition.base.sheets import KINDS, MOST_BYTES
from coalition.instruments.models import Party, ReportingGroup, SupervisoryComment
from coalition.instruments.obligations import actions, forms, importing, queries
from coalition.instruments.obligations.queries import Duty, Groups

A_PAGE = 50
COMMENTS_A_PAGE = 20
MOST_EVENTS = 5_000


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Which reports are due from whom and when, on every convention in force."""
    form, groups, periods = _asked(request)
    page = Paginator(periods, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "groups": groups,
        "page": page,
        "duties": queries.duties(page, groups, year=timezone.localdate().year),
    }
    return render(request, "instruments/obligations/calendar.html", context)


@require_safe
def calendar_csv(request: HttpRequest) -> HttpResponse:
    """What the calendar shows for the same filter, all of it."""
    _form, groups, periods = _asked(request)
    header = [
        *("party", "instrument", "title", "category", "in_force_since", "cycle_years"),
        *("group", "due_years", "source", "url"),
    ]
    return csv_file("reports-due", header, _rows(request, periods, groups))


def _rows(request: HttpRequest, periods: Any, groups: Groups) -> Iterator[list[Any]]:
    year = timezone.localdate().year
    for duty in queries.duties(periods.iterator(chunk_size=2000), groups, year=year):
        period = duty.period
        yield [
            period.party.code,
            period.instrument.symbol or period.instrument.code,
            period.instrument.name,
            period.instrument.category,
            period.since.isoformat(),
            duty.cycle,
            str(duty.group or ""),
            " ".join(map(str, duty.due)) if duty.is_known else "not known",
            duty.group.source.url if duty.group and duty.group.source else "",
            request.build_absolute_uri(
                reverse("instruments:passport", args=[period.instrument.code, period.party.code])
            ),
        ]


@require_safe
def calendar_ics(request: HttpRequest) -> HttpResponse:
    """The years in which reports are due, for calendars; only years that a source gives."""
    _form, groups, periods = _asked(request)
    return _ics(_("Reports due"), "reports-due", periods[:MOST_EVENTS], groups)


@require_safe
def of_party(request: HttpRequest, party: str) -> HttpResponse:
    """What one party owes: its reports, and the comments addressed to it."""
    one = get_object_or_404(Party.objects.select_related("place"), code=party)
    groups = Groups()
    today = timezone.localdate()
    periods = queries.in_force(today).filter(party=one).order_by("instrument__code")
    comments = queries.comments().filter(party=one)
    page = Paginator(comments, COMMENTS_A_PAGE).get_page(request.GET.get("page"))
    follows = request.user.is_authenticated and one.followings.filter(person=request.user).exists()
    context = {
        "party": one,
        "groups": groups,
        "duties": queries.duties(periods, groups, year=today.year),
        "page": page,
        "follows": follows,
    }
    return render(request, "instruments/obligations/party.html", context)


@require_safe
def party_ics(request: HttpRequest, party: str) -> HttpResponse:
    """The years in which one party's reports are due, for calendars."""
    one = get_object_or_404(Party, code=party)
    periods = queries.in_force(timezone.localdate()).filter(party=one)
    title = _("Reports due: %(party)s") % {"party": one.name}
    return _ics(title, f"reports-due-{one.code.lower()}", periods, Groups())


def _asked(request: HttpRequest) -> tuple[forms.CalendarFilter, Groups, Any]:
    form = forms.CalendarFilter(request.GET)
    form.is_valid()
    groups = Groups()
    periods = queries.filtered(
        queries.in_force(timezone.localdate()), form.cleaned_data, groups
    ).order_by("party__code", "instrument__code")
    return form, groups, periods


def _ics(name: str, file_name: str, periods: Any, groups: Groups) -> HttpResponse:
    year = timezone.localdate().year
    events = (
        _event(duty, due) for duty in queries.duties(periods, groups, year=year) for due in duty.due
    )
    text = calendar_file(
        events,
        name=name,
        host=urlsplit(settings.SITE_URL).hostname or "coalition",
        site=settings.SITE_URL,
    )
    return HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}.ics"'},
    )


def _event(duty: Duty, year: int) -> Event:
    """A whole year: no day within it is known."""
    party, instrument = duty.period.party, duty.period.instrument
    return Event(
        uid=f"report-{party.code}-{instrument.code}-{year}".lower(),
        title=_("Report due in %(year)d: %(party)s, %(instrument)s")
        % {"year": year, "party": party.name, "instrument": instrument.short_name},
        starts=date(year, 1, 1),
        ends=date(year + 1, 1, 1),
        changed=datetime(year, 1, 1, tzinfo=UTC),
        path=reverse("instruments:reporting_of", args=[party.code]),
        description=_("The year is known, not the day."),
    )


# --- Comments ------------------------------------------------------------------------------


@require_safe
def comments(request: HttpRequest) -> HttpResponse:
    """What supervisors wrote to parties, and which of it commitments answer."""
    form, found = _asked_comments(request)
    page = Paginator(found, COMMENTS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "instruments/obligations/comments.html", {"form": form, "page": page})


@require_safe
def comments_csv(request: HttpRequest) -> HttpResponse:
    """The comments that the list shows for the same filter."""
    _form, found = _asked_comments(request)
    header = [
        *("reference", "party", "instruments", "kind", "body", "adopted_year", "published_year"),
        *("gist", "language", "commitments", "published_at", "url"),
    ]
    rows = (
        [
            one.reference,
            one.party.code,
            " ".join(each.symbol or each.code for each in one.instruments.all()),
            one.kind,
            one.body,
            one.adopted_year,
            one.published_year or "",
            one.gist,
            one.language,
            one.answers,
            one.url,
            request.build_absolute_uri(one.get_absolute_url()),
        ]
        for one in found.iterator(chunk_size=500)
    )
    return csv_file("comments", header, rows)


def _asked_comments(request: HttpRequest) -> tuple[forms.CommentFilter, Any]:
    form = forms.CommentFilter(request.GET)
    form.is_valid()
    return form, queries.filtered_comments(queries.comments(), form.cleaned_data)


@require_safe
def comment(request: HttpRequest, reference: str) -> HttpResponse:
    """One comment: to whom, about what, where it is published, who answers it."""
    one = get_object_or_404(queries.comments(), reference=reference)
    page = Paginator(queries.answering(one), COMMENTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "comment": one,
        "page": page,
        "form": forms.StrikeForm() if _may(request) else None,
    }
    return render(request, "instruments/obligations/comment.html", context)


# --- For officers --------------------------------------------------------------------------


def _may(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("instruments.supervise"))


def _officers_only(request: HttpRequest) -> None:
    if not _may(request):
        raise Http404


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """Where officers enter comments, take in lists of them, and set the years of the cycles."""
    _officers_only(request)
    form = forms.CommentForm(request.POST or None, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        instrument = values.pop("instrument")
        try:
            made = actions.enter_comment(instruments=[instrument], by=request.user, **values)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept. Who follows the party gets a letter."))
            return redirect(made)
    context = {
        "form": form,
        "file_form": forms.CommentsFile(),
        "groups": Groups(),
        "needed": ", ".join(importing.NEEDED),
        "optional": ", ".join(importing.OPTIONAL),
    }
    return render(request, "instruments/obligations/desk.html", context)


@require_POST
@login_required
def take_in(request: HttpRequest) -> HttpResponse:
    """A list of comments from a file: what would be done, or all of it."""
    _officers_only(request)
    form = forms.CommentsFile(request.POST, request.FILES)
    taken, sentence = None, ""
    if form.is_valid():
        file, is_dry = form.cleaned_data["file"], form.cleaned_data["is_dry"]
        try:
            uploads.check(file, name=file.name, kinds=KINDS, limit=MOST_BYTES)
            file.seek(0)
            taken = importing.import_comments(
                file.read(), name=file.name, by=request.user, is_dry=is_dry
            )
        except Refused as refusal:
            sentence = str(refusal)
    else:
        sentence = _("Please choose a file.")
    context = {"taken": taken, "sentence": sentence, "is_dry": "is_dry" in request.POST}
    return render(request, "instruments/obligations/taken_in.html", context)


@require_POST
@login_required
def strike(request: HttpRequest, reference: str) -> HttpResponse:
    _officers_only(request)
    one = get_object_or_404(SupervisoryComment, reference=reference)
    form = forms.StrikeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give a reason: it stays with the comment."))
        return redirect(one)
    try:
        actions.strike_comment(one, reason=form.cleaned_data["reason"], by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back."))
    return redirect("instruments:reporting_of", party=one.party.code)


@login_required
def group(request: HttpRequest, key: str) -> HttpResponse:
    """The year in which a group's cycle begins, and where that is written."""
    _officers_only(request)
    cycle, _dash, letter = key.partition("-")
    if not (cycle.isascii() and cycle.isdigit() and len(cycle) < 3):
        raise Http404
    one = get_object_or_404(
        ReportingGroup.objects.select_related("source"), cycle_years=cycle, first_letter=letter
    )
    initial = {"starts": one.starts}
    if one.starts and one.source:
        initial |= {"title": one.source.title, "url": one.source.url}
    form = forms.StartForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_start(one, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. The calendar follows it at once."))
            return redirect("instruments:reporting")
    return render(request, "instruments/obligations/group.html", {"form": form, "group": one})
