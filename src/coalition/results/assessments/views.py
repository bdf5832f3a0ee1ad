"""The reviewer's desk, the form, and the page on which assessment and reply stand together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base.downloads import csv_file
from coalition.base.errors import NotAllowed, Refused
from coalition.base.names import Name
from coalition.partners.models import PartnerGroup
from coalition.partners.people.queries import why_not
from coalition.results.assessments import actions, forms, queries
from coalition.results.models import Assessment, Framework
from coalition.results.states import AssessmentState
from coalition.ui.thread import Knot

A_PAGE = 50


# --- The page --------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD"])
def assessment(request: HttpRequest, reference: str) -> HttpResponse:
    """What a reviewer found, and what the partner says to it."""
    one = get_object_or_404(queries.for_page(request.user), reference=reference)
    return _page(request, one)


def _page(
    request: HttpRequest, one: Assessment, form: Any = None, *, status: int = 200
) -> HttpResponse:
    person, framework = request.user, one.framework
    is_reviewer = person.is_authenticated and one.reviewer_id == person.pk
    waits = one.state == AssessmentState.WITH_PARTNER
    may_reply = waits and person.has_perm("results.sign", framework)
    if may_reply and form is None:
        held = {"words": one.reply, "language": one.reply_language} if one.reply else None
        form = forms.ReplyForm(initial=held)
    owner = framework.owner
    context = {
        "assessment": one,
        "framework": framework,
        "owner": owner,
        "reviewer": queries.reviewer_of(one),
        "may_edit": is_reviewer and one.state == AssessmentState.DRAFT,
        "may_publish": is_reviewer and waits,
        "missing": queries.missing(one) if one.state == AssessmentState.DRAFT else [],
        "why_not_yet": actions.why_not_yet(one) if waits else "",
        "form": form if may_reply else None,
        "knots": [
            *owner.above_results(),
            Knot(
                str(_("Results")), Name(owner.title, owner.language), framework.get_absolute_url()
            ),
        ],
    }
    return render(request, "results/assessments/assessment.html", context, status=status)


@require_POST
@login_required
def reply(request: HttpRequest, reference: str) -> HttpResponse:
    one = get_object_or_404(queries.for_page(request.user), reference=reference)
    if not request.user.has_perm("results.sign", one.framework):
        sentence = why_not(request.user, one.framework.reporter, "sign")
        raise NotAllowed(sentence or _("Only those who sign for the organisation reply."))
    form = forms.ReplyForm(request.POST)
    if form.is_valid():
        try:
            actions.reply(one, **form.cleaned_data, by=request.user)
        except Refused as refusal:
            form.add_error("words", str(refusal))
        else:
            messages.success(request, _("Your reply is kept, and published with the assessment."))
            return redirect(one)
    return _page(request, one, form)


# --- For reviewers ---------------------------------------------------------------------------


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What a reviewer has in hand, and the promises longest without an assessment."""
    form = _filter(request)
    found = queries.assessable(request.user, form.chosen())
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "own": list(queries.own_open(request.user)[:A_PAGE]),
    }
    return render(request, "results/assessments/desk.html", context)


@login_required
@require_safe
def desk_csv(request: HttpRequest) -> HttpResponse:
    """All rows of the desk's list that the filters choose, in its order."""
    found = queries.assessable(request.user, _filter(request).chosen())
    header = "framework owner title language partner partner_group light completed_on assessed_on"
    rows = (
        [
            one.reference,
            one.owner.reference,
            one.owner.title,
            one.owner.language,
            one.reporter.name,
            one.reporter.group.code,
            one.light,
            one.completed_at.date().isoformat() if one.completed_at else "",
            one.assessed_at.date().isoformat() if one.assessed_at else "",
        ]
        for one in found.iterator(chunk_size=1000)
    )
    return csv_file("to-assess", header.split(), rows)


def _filter(request: HttpRequest) -> forms.DeskFilter:
    if not request.user.has_role("reviewer"):
        raise Http404
    return forms.DeskFilter(request.GET, list(PartnerGroup.objects.all()))


@require_POST
@login_required
def begin(request: HttpRequest, reference: str) -> HttpResponse:
    framework = get_object_or_404(
        Framework.objects.visible_to(request.user).select_related("reporter"), reference=reference
    )
    _check(request, framework)
    made = actions.begin(framework, language=request.user.language, by=request.user)
    if made.state == AssessmentState.DRAFT:
        return redirect("results:assessment_edit", made.reference)
    return redirect(made)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """The reviewer's form: first whether it can be verified, then what follows from that."""
    one = _own(request, reference)
    if one.state != AssessmentState.DRAFT:
        return redirect(one)
    was = one.verifiable
    form = forms.AssessmentForm(request.POST or None, instance=one)
    if request.method == "POST" and form.is_valid():
        made = actions.edit(one, fields=form.cleaned_data, by=request.user)
        if made.verifiable != was:
            return redirect("results:assessment_edit", reference)
        messages.success(request, _("Saved."))
        return redirect(made)
    context = {"form": form, "assessment": one, "framework": one.framework, "is_first": was is None}
    return render(request, "results/assessments/edit.html", context)


@require_POST
@login_required
def send(request: HttpRequest, reference: str) -> HttpResponse:
    return _apply(request, reference, actions.send, _("Sent. The partner may reply now."))


@require_POST
@login_required
def publish(request: HttpRequest, reference: str) -> HttpResponse:
    return _apply(request, reference, actions.publish, _("Published."))


@require_POST
@login_required
def discard(request: HttpRequest, reference: str) -> HttpResponse:
    return _apply(request, reference, actions.discard, _("Discarded."), to="results:assess_desk")


def _apply(
    request: HttpRequest, reference: str, act: Callable[..., Assessment], done: str, to: str = ""
) -> HttpResponse:
    one = _own(request, reference)
    try:
        act(one, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(one)
    messages.success(request, done)
    return redirect(to or one)


def _own(request: HttpRequest, reference: str) -> Assessment:
    """The assessment if it is this reviewer's own; 404 where it is hidden."""
    one = get_object_or_404(queries.for_page(request.user), reference=reference)
    if one.reviewer_id != request.user.pk:
        raise PermissionDenied(_("This is for the reviewer who writes it."))
    _check(request, one.framework)
    return one


def _check(request: HttpRequest, framework: Framework) -> None:
    if request.user.has_perm("results.assess", framework):
        return
    if request.user.has_role("reviewer"):
        raise NotAllowed(_("You speak for this organisation, so another reviewer assesses it."))
    raise PermissionDenied(_("This is for independent reviewers."))
