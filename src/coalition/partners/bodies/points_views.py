"""Action points: each person's list, each body's, and the page of one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coalition.base.downloads import csv_file
from coalition.base.errors import NotAllowed, Refused
from coalition.partners.bodies import actions, forms, queries
from coalition.partners.models import ActionPoint, Body
from coalition.partners.states import ActionState
from coalition.ui.thread import Move

ROWS_A_PAGE = 50
TONES = {
    ActionState.OPEN: "calm",
    ActionState.DONE: "due",
    ActionState.VERIFIED: "good",
    ActionState.DROPPED: "ended",
}


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What the person has to do, alone or for an organisation, and what they have to verify."""
    form = forms.PointFilter(request.GET or {"state": "open"})
    chosen = form.chosen()
    own = queries.points(ActionPoint.objects.owned_by(request.user), **chosen)
    page = Paginator(own, ROWS_A_PAGE).get_page(request.GET.get("page"))
    to_verify = queries.points(
        ActionPoint.objects.filter(verifier=request.user),
        # What is still to be done cannot be verified; without a wish, what waits for it.
        **(chosen if request.GET else {"state": ActionState.DONE}),
    )
    context = {
        "form": form,
        "page": _toned(page),
        "to_verify": _toned(to_verify[:ROWS_A_PAGE]),
        "csv": f"?{urlencode(chosen)}",
        "may_agree": request.user.is_officer,
    }
    return render(request, "partners/bodies/my_points.html", context)


@require_safe
@login_required
def mine_csv(request: HttpRequest) -> HttpResponse:
    """One's own list with the same filters, and what one has to verify."""
    chosen = forms.PointFilter(request.GET or {"state": "open"}).chosen()
    found = ActionPoint.objects.owned_by(request.user) | ActionPoint.objects.filter(
        verifier=request.user
    )
    return _csv(request, queries.points(found, **chosen), "action-points")


@require_safe
@login_required
def of_body(request: HttpRequest, code: str) -> HttpResponse:
    """The action points of a body, for officers and those who sit in it."""
    body, form, found = _of_body(request, code)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "body": body,
        "form": form,
        "page": _toned(page),
        "csv": f"?{urlencode(form.chosen())}",
        "may_agree": request.user.has_perm("partners.keep_body", body),
    }
    return render(request, "partners/bodies/body_points.html", context)


@require_safe
@login_required
def of_body_csv(request: HttpRequest, code: str) -> HttpResponse:
    body, _form, found = _of_body(request, code)
    return _csv(request, found, f"action-points-{body.code}")


def _of_body(
    request: HttpRequest, code: str
) -> tuple[Body, forms.PointFilter, QuerySet[ActionPoint]]:
    body = get_object_or_404(Body, code=code)
    held = body.seats.current().held_by(request.user)
    if not (request.user.is_officer or held.exists()):
        raise Http404
    form = forms.PointFilter(request.GET)
    return body, form, queries.points(body.action_points.all(), **form.chosen())


def _toned(points: Any) -> Any:
    for one in points:
        one.tone = "alert" if one.is_overdue else TONES[ActionState(one.state)]
    return points


def _csv(request: HttpRequest, found: QuerySet[ActionPoint], name: str) -> HttpResponse:
    header = [
        *(_("Reference"), _("State"), _("Overdue"), _("What is to be done"), _("Language")),
        *(_("Person"), _("Partner"), _("Due on"), _("Verified by"), _("Body"), _("Page")),
    ]
    rows = (
        [
            one.reference,
            one.get_state_display(),
            _("yes") if one.is_overdue else "",
            one.words,
            one.language,
            str(one.owner) if one.owner else "",
            one.owner_partner.name if one.owner_partner else "",
            one.due_on.isoformat(),
            str(one.verifier),
            one.body.name if one.body else "",
            request.build_absolute_uri(one.get_absolute_url()),
        ]
        for one in found.iterator(chunk_size=1000)
    )
    return csv_file(name, header, rows)


# --- One of them -----------------------------------------------------------------------------


@login_required
def new(request: HttpRequest, code: str = "") -> HttpResponse:
    """Note an action point, of a body or of none."""
    body = get_object_or_404(Body, code=code) if code else None
    if not (request.user.has_perm("partners.keep_body", body) if body else request.user.is_officer):
        raise Http404
    form = forms.PointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            point = actions.agree(form.cleaned_data | {"body": body}, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted. Those who do it and verify it are told."))
            return redirect(point)
    context = {
        "form": form,
        "heading": _("A new action point"),
        "button": _("Note it"),
        "back": body,
    }
    return render(request, "partners/bodies/form.html", context)


@require_safe
@login_required
def point(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, _visible(request, reference))


def _visible(request: HttpRequest, reference: str) -> ActionPoint:
    found = ActionPoint.objects.visible_to(request.user).select_related(
        "owner", "owner_partner", "verifier", "body", "meeting", "decision"
    )
    return get_object_or_404(found.distinct(), reference=reference)


def _page(
    request: HttpRequest, one: ActionPoint, bound: dict[str, Any] | None = None
) -> HttpResponse:
    _toned([one])
    cited = queries.citations_of([one])
    may = {
        name: request.user.has_perm(f"partners.{name}_action", one)
        for name in ("report", "verify", "edit")
    }
    moves = list(one.moves.select_related("by"))
    reported = [move.by_id for move in moves if move.verb == "report_done"][-1:]
    state = ActionState(one.state)
    context = {
        "point": one,
        "cited": [(each.reference, cited.get(each.reference)) for each in one.citations.all()],
        "history": [
            Move(
                move.at,
                f"{capfirst(str(ActionPoint.VERBS[move.verb].done))}: {move.by}",
                move.reason,
            )
            for move in moves
        ],
        "may_report": may["report"] and state == ActionState.OPEN,
        "may_verify": may["verify"] and state == ActionState.DONE,
        "reported_it": reported == [request.user.pk],
        "may_edit": may["edit"] and state == ActionState.OPEN,
        "may_drop": may["edit"] and state in (ActionState.OPEN, ActionState.DONE),
        "done_form": forms.DoneForm(auto_id="done_%s"),
        "back_form": forms.ReasonForm(auto_id="back_%s"),
        "drop_form": forms.ReasonForm(auto_id="drop_%s"),
        **(bound or {}),
    }
    status = 422 if bound else 200
    return render(request, "partners/bodies/point.html", context, status=status)


@login_required
def point_edit(request: HttpRequest, reference: str) -> HttpResponse:
    one = _visible(request, reference)
    if not request.user.has_perm("partners.edit_action", one):
        raise Http404
    held = {
        "words": one.words,
        "language": one.language,
        "owner": one.owner.email if one.owner else "",
        "owner_partner": one.owner_partner.reference if one.owner_partner else "",
        "due_on": one.due_on,
        "verifier": one.verifier.email,
        "cites": " ".join(each.reference for each in one.citations.all()),
    }
    form = forms.PointForm(request.POST or None, initial=held)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit(one, form.cleaned_data, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Those who do it and verify it are told."))
            return redirect(one)
    context = {"form": form, "heading": one.reference, "button": _("Save"), "back": one}
    return render(request, "partners/bodies/form.html", context)


def _verb(
    request: HttpRequest,
    reference: str,
    permission: str,
    act: Any,
    done: str,
    form_class: Any = None,
    name: str = "",
) -> HttpResponse:
    """One verb on an action point; a refusal comes back on its page."""
    one = _visible(request, reference)
    if not request.user.has_perm(permission, one):
        raise NotAllowed(_("This is for those who are named in the action point."))
    if form_class is None:
        try:
            act(one, {})
        except (NotAllowed, Refused) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done)
        return redirect(one)
    form = form_class(request.POST, auto_id=f"{name.removesuffix('_form')}_%s")
    if form.is_valid():
        try:
            act(one, form.cleaned_data)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect(one)
    return _page(request, one, {name: form})


@require_POST
@login_required
def report_done(request: HttpRequest, reference: str) -> HttpResponse:
    return _verb(
        request,
        reference,
        "partners.report_action",
        lambda one, data: actions.report_done(one, words=data["reason"], by=request.user),
        _("Reported. The person who verifies it is told."),
        forms.DoneForm,
        "done_form",
    )


@require_POST
@login_required
def verify(request: HttpRequest, reference: str) -> HttpResponse:
    return _verb(
        request,
        reference,
        "partners.verify_action",
        lambda one, data: actions.verify(one, by=request.user),
        _("Verified."),
    )


@require_POST
@login_required
def send_back(request: HttpRequest, reference: str) -> HttpResponse:
    return _verb(
        request,
        reference,
        "partners.verify_action",
        lambda one, data: actions.send_back(one, reason=data["reason"], by=request.user),
        _("Sent back. Those who do it are told."),
        forms.ReasonForm,
        "back_form",
    )


@require_POST
@login_required
def drop(request: HttpRequest, reference: str) -> HttpResponse:
    return _verb(
        request,
        reference,
        "partners.edit_action",
        lambda one, data: actions.drop(one, reason=data["reason"], by=request.user),
        _("Dropped, with your reason."),
        forms.ReasonForm,
        "drop_form",
    )
