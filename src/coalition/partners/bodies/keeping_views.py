"""The pages on which officers set up bodies, and officers and chairs keep their meetings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.base.errors import NotAllowed, Refused
from coalition.partners.bodies import actions, forms, queries
from coalition.partners.models import (
    AgendaItem,
    Body,
    Decision,
    Meeting,
    Minutes,
    Paper,
    Seat,
)
from coalition.partners.states import MeetingState


def hidden_unless(request: HttpRequest, permission: str, on: Any = None) -> None:
    """What one may not do is not there."""
    if not request.user.has_perm(permission, on):
        raise Http404


# --- Bodies and seats ------------------------------------------------------------------------


@login_required
def body_new(request: HttpRequest) -> HttpResponse:
    """Set up a working group."""
    hidden_unless(request, "partners.manage_bodies")
    form = forms.BodyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            body = actions.add_group(form.cleaned_data, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Set up. Everyone can see it now."))
            return redirect(body)
    context = {"form": form, "heading": _("A new working group"), "button": _("Set it up")}
    return render(request, "partners/bodies/form.html", context)


@login_required
def body_edit(request: HttpRequest, code: str) -> HttpResponse:
    """What is said of a body."""
    hidden_unless(request, "partners.manage_bodies")
    body = get_object_or_404(Body, code=code)
    held = {name: getattr(body, name) for name in forms.BodyForm.base_fields}
    form = forms.BodyForm(request.POST or None, initial=held)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_body(body, form.cleaned_data, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. The public page shows it now."))
            return redirect(body)
    context = {"form": form, "heading": body.name, "button": _("Save"), "back": body}
    return render(request, "partners/bodies/form.html", context)


@login_required
def seats(request: HttpRequest, code: str) -> HttpResponse:
    """Who sits in a body: give a seat, end one."""
    hidden_unless(request, "partners.manage_bodies")
    body = get_object_or_404(Body, code=code)
    form = forms.SeatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_seat(body, form.cleaned_data, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. The public page shows it now."))
            return redirect("partners:seats", body.code)
    context = {
        "body": body,
        "form": form,
        "seats": queries.seats(body),
        "end_form": forms.EndSeatForm(auto_id=False),
    }
    return render(request, "partners/bodies/seats.html", context)


@require_POST
@login_required
def seat_end(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    hidden_unless(request, "partners.manage_bodies")
    seat = get_object_or_404(Seat, pk=pk, body__code=code)
    form = forms.EndSeatForm(request.POST)
    if form.is_valid():
        _say(
            request,
            lambda: actions.end_seat(seat, until=form.cleaned_data["until"], by=request.user),
            _("Saved. The public page shows it now."),
        )
    else:
        messages.error(request, _("Please give the day until which the seat is held."))
    return redirect("partners:seats", code)


def _say(request: HttpRequest, act: Callable[[], Any], done: str) -> None:
    """Do it, and say that it was done, or why not."""
    try:
        act()
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)


# --- Meetings --------------------------------------------------------------------------------


@login_required
def meeting_new(request: HttpRequest, code: str) -> HttpResponse:
    """Call a meeting."""
    body = get_object_or_404(Body, code=code)
    hidden_unless(request, "partners.keep_body", body)
    form = forms.MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            meeting = actions.plan(body, form.cleaned_data, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Called. Those who sit in the body are told."))
            return redirect("partners:meeting_keep", meeting.reference)
    context = {
        "form": form,
        "heading": _("A new meeting"),
        "button": _("Call this meeting"),
        "back": body,
    }
    return render(request, "partners/bodies/form.html", context)


@login_required
def meeting_edit(request: HttpRequest, reference: str) -> HttpResponse:
    meeting = _meeting(request, reference)
    form = forms.MeetingForm(request.POST or None, meeting=meeting)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_meeting(meeting, form.cleaned_data, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. The public page shows it now."))
            return redirect("partners:meeting_keep", meeting.reference)
    context = {"form": form, "heading": meeting.name, "button": _("Save"), "back": meeting}
    return render(request, "partners/bodies/form.html", context)


def _meeting(request: HttpRequest, reference: str) -> Meeting:
    """The meeting, if the reader keeps its body."""
    found = Meeting.objects.select_related("body")
    meeting = get_object_or_404(found, reference=reference)
    hidden_unless(request, "partners.keep_body", meeting.body)
    return meeting


@login_required
def meeting_keep(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything that officers and the chair can do with a meeting, on one page."""
    return _keep(request, _meeting(request, reference))


def _keep(
    request: HttpRequest, meeting: Meeting, bound: dict[str, Any] | None = None
) -> HttpResponse:
    is_held = meeting.state == MeetingState.HELD
    bound = bound or {}
    seats = list(
        meeting.body.seats.on(meeting.local_start.date()).select_related("partner", "person")
        if is_held
        else []
    )
    decisions = list(meeting.decisions.order_by("pk").prefetch_related("citations", "corrections"))
    minutes = list(meeting.minutes.prefetch_related("corrections"))
    unbound: dict[str, Callable[[], Any]] = {
        "item_form": lambda: forms.ItemForm(auto_id="item_%s"),
        "paper_form": lambda: forms.PaperForm(meeting=meeting, auto_id="paper_%s"),
        "cancel_form": lambda: forms.ReasonForm(auto_id="cancel_%s"),
        "attendance_form": lambda: forms.AttendanceForm(meeting=meeting, seats=seats),
        "minutes_form": lambda: forms.MinutesForm(auto_id="minutes_%s"),
        "decision_form": lambda: forms.DecisionForm(meeting=meeting, auto_id="decision_%s"),
        "correction_form": lambda: forms.CorrectionForm(auto_id="correction_%s"),
        "point_form": lambda: forms.PointForm(decisions=decisions, auto_id="point_%s"),
    }
    context = {
        "meeting": meeting,
        "is_planned": meeting.state == MeetingState.PLANNED,
        "is_held": is_held,
        "items": meeting.agenda.all(),
        "papers": meeting.papers.select_related("item", "meeting"),
        "minutes": minutes,
        "decisions": decisions,
        "has_published": any(one.published_at for one in [*decisions, *minutes]),
        "quorum": queries.quorum(meeting) if is_held else None,
        "points": queries.points(meeting.action_points.all()),
        **{name: bound.get(name) or make() for name, make in unbound.items()},
    }
    status = 422 if bound else 200
    return render(request, "partners/bodies/keep.html", context, status=status)


def _with_form(
    request: HttpRequest, meeting: Meeting, name: str, form: Any, act: Callable[[], Any], done: str
) -> HttpResponse:
    """Do what the form says; what cannot be comes back beside the form, nothing typed is lost."""
    if form.is_valid():
        try:
            act()
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("partners:meeting_keep", meeting.reference)
    return _keep(request, meeting, {name: form})


@require_POST
@login_required
def meeting_hold(request: HttpRequest, reference: str) -> HttpResponse:
    meeting = _meeting(request, reference)
    _say(
        request,
        lambda: actions.hold(meeting, by=request.user),
        _("Noted as held. Now note who was there, and what was decided."),
    )
    return redirect("partners:meeting_keep", reference)


@require_POST
@login_required
def meeting_cancel(request: HttpRequest, reference: str) -> HttpResponse:
    meeting = _meeting(request, reference)
    form = forms.ReasonForm(request.POST, auto_id="cancel_%s")
    return _with_form(
        request,
        meeting,
        "cancel_form",
        form,
        lambda: actions.cancel(meeting, reason=form.cleaned_data["reason"], by=request.user),
        _("Cancelled. Those who sit in the body are told."),
    )


@require_POST
@login_required
def item_add(request: HttpRequest, reference: str) -> HttpResponse:
    meeting = _meeting(request, reference)
    form = forms.ItemForm(request.POST, auto_id="item_%s")
    return _with_form(
        request,
        meeting,
        "item_form",
        form,
        lambda: actions.add_item(meeting, **form.cleaned_data, by=request.user),
        _("Added."),
    )


@require_POST
@login_required
def item_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    meeting = _meeting(request, reference)
    item = get_object_or_404(AgendaItem, pk=pk, meeting=meeting)
    _say(request, lambda: actions.remove_item(item, by=request.user), _("Removed."))
    return redirect("partners:meeting_keep", reference)


@require_POST
@login_required
def paper_add(request: HttpRequest, reference: str) -> HttpResponse:
    meeting = _meeting(request, reference)
    form = forms.PaperForm(request.POST, request.FILES, meeting=meeting, auto_id="paper_%s")
    return _with_form(
        request,
        meeting,
        "paper_form",
        form,
        lambda: actions.add_paper(
            meeting,
            form.cleaned_data["file"],
            **{name: form.cleaned_data[name] for name in ("title", "language", "audience", "item")},
            by=request.user,
        ),
        _("Added."),
    )


@require_POST
@login_required
def paper_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    meeting = _meeting(request, reference)
    paper = get_object_or_404(Paper, pk=pk, meeting=meeting)
    _say(request, lambda: actions.remove_paper(paper, by=request.user), _("Removed."))
    return redirect("partners:meeting_keep", reference)


@require_POST
@login_required
def attendance(request: HttpRequest, reference: str) -> HttpResponse:
    meeting = _meeting(request, reference)
    seats = meeting.body.seats.on(meeting.local_start.date())
    form = forms.AttendanceForm(
        request.POST,
        meeting=meeting,
        seats=list(seats.select_related("partner", "person")),
    )
    return _with_form(
        request,
        meeting,
        "attendance_form",
        form,
        lambda: actions.note_attendance(meeting, form.presence(), by=request.user),
        _("Noted."),
    )


@require_POST
@login_required
def minutes_write(request: HttpRequest, reference: str) -> HttpResponse:
    meeting = _meeting(request, reference)
    form = forms.MinutesForm(request.POST, auto_id="minutes_%s")
    return _with_form(
        request,
        meeting,
        "minutes_form",
        form,
        lambda: actions.write_minutes(meeting, **form.cleaned_data, by=request.user),
        _("Saved as a draft. Publish the minutes when they are right."),
    )


@require_POST
@login_required
def minutes_publish(request: HttpRequest, reference: str, language: str) -> HttpResponse:
    meeting = _meeting(request, reference)
    one = get_object_or_404(Minutes, meeting=meeting, language=language)
    _say(
        request,
        lambda: actions.publish_minutes(one, by=request.user),
        _("Published. They stay as they are; mistakes are noted as corrections."),
    )
    return redirect("partners:meeting_keep", reference)


@require_POST
@login_required
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    meeting = _meeting(request, reference)
    form = forms.DecisionForm(request.POST, meeting=meeting, auto_id="decision_%s")
    return _with_form(
        request,
        meeting,
        "decision_form",
        form,
        lambda: actions.decide(meeting, form.cleaned_data, by=request.user),
        _("Saved as a draft. Publish the decision when it is right."),
    )


@login_required
def decision_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """The draft of a decision."""
    found = Decision.objects.select_related("meeting__body")
    decision = get_object_or_404(found, reference=reference)
    meeting = decision.meeting
    hidden_unless(request, "partners.keep_body", meeting.body)
    held = {
        "item": decision.item_id,
        "text": decision.text,
        "dissent": decision.dissent,
        "language": decision.language,
        "cites": " ".join(each.reference for each in decision.citations.all()),
    }
    form = forms.DecisionForm(request.POST or None, meeting=meeting, initial=held)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_decision(decision, form.cleaned_data, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved as a draft. Publish the decision when it is right."))
            return redirect("partners:meeting_keep", meeting.reference)
    context = {
        "form": form,
        "heading": decision.reference,
        "button": _("Save"),
        "back": meeting,
    }
    return render(request, "partners/bodies/form.html", context)


@require_POST
@login_required
def decision_publish(request: HttpRequest, reference: str) -> HttpResponse:
    found = Decision.objects.select_related("meeting__body")
    decision = get_object_or_404(found, reference=reference)
    hidden_unless(request, "partners.keep_body", decision.meeting.body)
    _say(
        request,
        lambda: actions.publish_decision(decision, by=request.user),
        _("Published. It stays as it is; mistakes are noted as corrections."),
    )
    return redirect("partners:meeting_keep", decision.meeting.reference)


@require_POST
@login_required
def correct(request: HttpRequest, reference: str) -> HttpResponse:
    """A correction of published minutes or of a published decision of this meeting."""
    meeting = _meeting(request, reference)
    form = forms.CorrectionForm(request.POST, auto_id="correction_%s")
    what = request.POST.get("of", "")
    of: Any = meeting.decisions.filter(reference=what).first()
    of = of or meeting.minutes.filter(language=what).first()
    if of is None:
        raise Http404
    return _with_form(
        request,
        meeting,
        "correction_form",
        form,
        lambda: actions.correct(of, **form.cleaned_data, by=request.user),
        _("Noted beside the text, with today’s date."),
    )


@require_POST
@login_required
def point_agree(request: HttpRequest, reference: str) -> HttpResponse:
    meeting = _meeting(request, reference)
    form = forms.PointForm(request.POST, decisions=meeting.decisions.all(), auto_id="point_%s")
    return _with_form(
        request,
        meeting,
        "point_form",
        form,
        lambda: actions.agree(form.cleaned_data | {"meeting": meeting}, by=request.user),
        _("Noted. Those who do it and verify it are told."),
    )
