"""Pages of reports: the form, what is sent, the officer's desk, and the published report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.base.downloads import csv_file
from coalition.base.errors import NotAllowed, Refused
from coalition.base.names import Name
from coalition.partners.people.queries import why_not
from coalition.results.models import Fact, Framework, Measure, Period, Remark, Report, Stage
from coalition.results.proof.queries import proves_completion
from coalition.results.reporting import actions, forms, plain, queries, questions
from coalition.results.schedules.queries import deadline
from coalition.results.states import REPORT_VERBS, ReportState
from coalition.ui.thread import Knot, Move

PAGE_SIZE = 25
PUBLIC = (ReportState.PUBLISHED, ReportState.SUPERSEDED)


# --- Finding --------------------------------------------------------------------------------


def _find(request: HttpRequest, reference: str, pk: int) -> Report:
    """The report, with what names it, if this person may see it; else 404."""
    seen = queries.with_names(Report.objects.visible_to(request.user))
    found: Report = get_object_or_404(seen, pk=pk, framework__reference=reference)
    return found


def _own(request: HttpRequest, reference: str, pk: int, ability: str) -> Report:
    """The report if the person may do this for its organisation; NotAllowed says why not."""
    one = _find(request, reference, pk)
    if not request.user.has_perm(f"results.{ability}", one.framework):
        _refuse(request, one.framework, ability)
    return one


def _refuse(request: HttpRequest, framework: Framework, ability: str) -> None:
    sentence = why_not(request.user, framework.reporter, ability)
    raise NotAllowed(sentence or _("This is for those who act for the organisation."))


def _judged(request: HttpRequest, pk: int) -> Report:
    """A report for the officer's desk; 404 for all others."""
    if not request.user.is_officer:
        raise Http404
    seen = queries.with_names(Report.objects.visible_to(request.user))
    found: Report = get_object_or_404(seen.exclude(state=ReportState.DISCARDED), pk=pk)
    return found


def _impartial(request: HttpRequest, report: Report) -> None:
    if not request.user.has_perm("results.moderate", report.framework):
        raise NotAllowed(_("You speak for this organisation, so another officer has to decide."))


# --- Writing ----------------------------------------------------------------------------------


@login_required
def begin(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The form for a period, to which reminders link. Nothing is kept until it is saved once."""
    frameworks = Framework.objects.visible_to(request.user)
    periods = Period.objects.filter(framework__in=frameworks, framework__reference=reference)
    period = get_object_or_404(periods.select_related("framework__reporter"), pk=pk)
    partner = period.framework.reporter
    if not request.user.has_perm("results.edit", period.framework):
        _refuse(request, period.framework, "edit")
    if held := queries.open_report(period, partner):
        if request.method == "POST":
            return _form(request, held)
        return redirect("results:report_edit", reference, held.pk)
    today = timezone.now().astimezone(period.framework.time_zone).date()
    if sentence := queries.why_not_begin(period, partner, today):
        if first := queries.published_report(period):
            messages.info(request, sentence)
            return redirect(first)
        raise NotAllowed(sentence)
    if request.method == "POST":
        return _form(request, actions.begin(period, partner=partner, by=request.user))
    unsaved = Report(framework=period.framework, period=period, partner=partner)
    unsaved.language = period.framework.language
    return _form(request, unsaved)


@login_required
def edit(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The form of an open report."""
    one = _own(request, reference, pk, "edit")
    if one.is_editable:
        return _form(request, one)
    if request.headers.get("HX-Request"):
        context = {"base": request.POST.get("base", ""), "closed": True}
        return render(request, "results/reporting/_saved.html", context)
    if request.method == "POST":
        messages.error(
            request, _("This report was sent meanwhile, so what you typed last was not saved.")
        )
    return redirect("results:report_submit", reference, pk)


def _form(request: HttpRequest, report: Report) -> HttpResponse:
    """Show the form, or save what came back: with a script in passing, else as a whole page."""
    grounds = plain.ground(report)
    asked = questions.questions(report, grounds)
    before = questions.last_report(report)
    last_words = plain.values_of(before).get(plain.WORDS_ROW, {}) if before else {}
    saved = None
    if request.method == "POST":
        base = forms.unsealed(request.POST.get("base", ""), report)
        values = forms.posted(request.POST, asked, base)
        if row := request.POST.get("again", ""):
            values = forms.as_last_time(values, row, asked, last_words)
        saved = actions.save(report, values, base, by=request.user)
        for name in ("pk", "unread", *plain.WORDS):
            setattr(report, name, getattr(saved.report, name))
        if request.headers.get("HX-Request"):
            base = forms.next_base(base, values, saved.conflicts)
            return _saved_in_passing(request, report, saved, base)
        if not saved.problems and not saved.conflicts:
            return _after_saving(request, report)
        if saved.conflicts:
            messages.warning(request, _("Somebody else saved meanwhile. Please choose below."))
        if saved.problems:
            messages.warning(
                request, _("Saved. What could not be read is kept as you typed it; see below.")
            )
    held = plain.values_of(report)
    facts = queries.facts_of(report) if report.pk else {}
    screen = forms.screen(
        report,
        grounds,
        asked,
        held,
        number=_number(request.GET.get("screen")),
        problems=_told(report, asked, held, facts, saved),
        conflicts=saved.conflicts if saved else (),
        last_words=last_words,
        facts=facts,
    )
    context = _about(report) | {
        "screen": screen,
        "base": forms.sealed(report, held),
        "deadline": deadline(report.period, request.user.zone),
        "strangers": [one for one in saved.problems if not one.field] if saved else [],
        "remarks": list(report.remarks.filter(settled_at=None)) if report.pk else [],
        "incoming": list(report.incoming.filter(settled_at=None)) if report.pk else [],
        "why_not_sign": why_not(request.user, report.partner, "sign"),
    }
    response = render(request, "results/reporting/edit.html", context)
    # The form saves itself as one goes on, by one script of ours and no other.
    response._csp_update = {"script-src": [SELF], "connect-src": [SELF]}  # type: ignore[attr-defined]
    return response


def _told(
    report: Report,
    asked: list[questions.Question],
    held: plain.Values,
    facts: dict[str, Fact],
    saved: actions.Saved | None,
) -> list[plain.Problem]:
    """What is told while one is still writing: nothing yet about what is empty."""
    if report.pk is None:
        return []
    found = queries.problems_of(report, asked, facts)
    found += [one for one in saved.problems if one not in found] if saved else []
    return [
        one
        for one in found
        if one.row in held and (one.row != plain.WORDS_ROW or one.field in held[one.row])
    ]


def _saved_in_passing(
    request: HttpRequest, report: Report, saved: actions.Saved, base: plain.Values
) -> HttpResponse:
    context = {
        "base": forms.sealed(report, base),
        "saved_at": timezone.now(),
        "problems": saved.problems,
        "conflicts": saved.conflicts,
    }
    return render(request, "results/reporting/_saved.html", context)


def _after_saving(request: HttpRequest, report: Report) -> HttpResponse:
    reference = report.framework.reference
    if "check" in request.POST:
        return redirect("results:report_submit", reference, report.pk)
    messages.success(request, _("Saved."))
    address = reverse("results:report_edit", args=[reference, report.pk])
    if (number := _number(request.POST.get("screen") or request.GET.get("screen"))) > 1:
        address += f"?screen={number}"
    if row := request.POST.get("again", ""):
        address += f"#card-{row}" if row.isdecimal() or row == plain.WORDS_ROW else ""
    return redirect(address)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 4 else 1


def _about(report: Report) -> dict[str, Any]:
    """What every page of a report says on top."""
    owner = report.framework.owner
    return {
        "report": report,
        "framework": report.framework,
        "owner": owner,
        "title": Name(owner.title, owner.language),
    }


@login_required
def submit(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Everything on one page before it is sent, with what must be mended or confirmed first; and
    where it stands after that."""
    one = _own(request, reference, pk, "view_workspace")
    if one.state in PUBLIC:
        return redirect(one)
    if request.method == "POST":
        if not request.user.has_perm("results.sign", one.framework):
            _refuse(request, one.framework, "sign")
        try:
            actions.submit(one, confirmed=request.POST.getlist("right"), by=request.user)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Sent. The secretariat reads it and writes to you."))
        return redirect("results:report_submit", reference, pk)
    context = _about(one) | _judgement(one, reveal=True)
    writes = one.is_editable and request.user.has_perm("results.edit", one.framework)
    context |= {
        "history": _history(one, all_steps=True),
        "deadline": deadline(one.period, request.user.zone),
        "may_edit": writes,
        "may_sign": request.user.has_perm("results.sign", one.framework),
        "may_answer": request.user.has_perm("results.edit", one.framework),
        "signers": queries.signers(one) if writes else [],
        "incoming": list(one.incoming.filter(settled_at=None)) if writes else [],
    }
    return render(request, "results/reporting/submit.html", context)


def _judgement(report: Report, *, reveal: bool) -> dict[str, Any]:
    """The figures beside last period's, target, checks and evidence, and what is remarked."""
    lines, word_problems, word_remarks = queries.lines_of(
        report, with_problems=report.state not in PUBLIC, with_remarks=True, reveal=reveal
    )
    problems = [*word_problems, *(each for line in lines for each in line.problems)]
    lacks = []
    if report.stage == Stage.FULFILLED and report.state not in PUBLIC:
        lacks = proves_completion(report.framework, report)
    remarks = sorted(
        [*word_remarks, *(each for line in lines for each in line.remarks)], key=lambda one: one.pk
    )
    for one in remarks:
        one.label = queries.label_of(one.row, one.field, lines)
    shown = [line for line in lines if line.says or line.question.is_whole]
    return {
        "lines": shown,
        "remarkable": [
            (f"{row}.{name}", queries.label_of(row, name, lines))
            for row, name in [
                *((plain.WORDS_ROW, name) for name in plain.WORDS),
                *(
                    (line.row, name)
                    for line in shown
                    for name in (_figure_of(line), *(["source"] if line.question.is_whole else []))
                ),
            ]
        ],
        "remarks": remarks,
        "amendment": report.moves.filter(verb="amend").first() if report.amends_id else None,
        "word_problems": word_problems,
        "faults": [_named(one, lines) for one in problems if not one.is_doubt],
        "doubts": [_named(one, lines) for one in problems if one.is_doubt],
        "changes": queries.changes_of(report, lines, reveal=reveal),
        "lacks": lacks,
    }


def _figure_of(line: queries.Line) -> str:
    return "text" if line.question.indicator.measure == Measure.TEXT else "value"


def _named(problem: plain.Problem, lines: list[queries.Line]) -> dict[str, str]:
    return {
        "key": problem.key,
        "row_label": queries.label_of(problem.row, problem.field, lines),
        "sentence": problem.sentence,
    }


@require_POST
@login_required
def amend(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    one = _own(request, reference, pk, "edit")
    try:
        made = actions.amend(one, reason=request.POST.get("reason", ""), by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(one)
    return redirect("results:report_edit", reference, made.pk)


@require_POST
@login_required
def discard(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    one = _own(request, reference, pk, "edit")
    return _done(
        request,
        lambda: actions.discard(one, by=request.user),
        _("Put aside."),
        reverse("results:reports", args=[reference]),
    )


@require_POST
@login_required
def answer(request: HttpRequest, reference: str, pk: int, remark: int) -> HttpResponse:
    one = _own(request, reference, pk, "edit")
    found = get_object_or_404(Remark.objects.select_related("report"), pk=remark, report=one)
    return _done(
        request,
        lambda: actions.answer_remark(found, reply=request.POST.get("reply", ""), by=request.user),
        _("Your answer stands beside the remark."),
        reverse("results:report_submit", args=[reference, pk]) + f"#remark-{found.pk}",
    )


def _done(request: HttpRequest, act: Callable[[], Any], done: str, to: str) -> HttpResponse:
    try:
        act()
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(to)


# --- For everyone ------------------------------------------------------------------------------


def report(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """A published report: its words and figures, and what was amended and why."""
    one = _find(request, reference, pk)
    if one.state not in PUBLIC or not one.framework.is_public:
        own = request.user.has_perm("results.view_workspace", one.framework)
        if not own and one.state not in PUBLIC:
            return redirect("results:report_review", one.pk)
        if own and one.state not in PUBLIC:
            return redirect("results:report_submit", reference, pk)
    lines, _words, _remarks = queries.lines_of(one)
    context = _about(one) | {
        "lines": [line for line in lines if line.fact is not None],
        "changes": queries.changes_of(one, lines),
        "amendment": one.moves.filter(verb="amend").first(),
        "earlier_url": reverse("results:report", args=[reference, one.amends_id])
        if one.amends_id
        else "",
        "later": one.amended_by.filter(state__in=PUBLIC).order_by("pk").first(),
        "history": _history(one),
        "knots": [
            *one.framework.owner.above_results(),
            Knot(str(_("Report")), str(one.period), position="here"),
        ],
        "may_amend": one.state == ReportState.PUBLISHED
        and request.user.has_perm("results.edit", one.framework),
    }
    return render(request, "results/reporting/report.html", context)


def _history(report: Report, *, all_steps: bool = False) -> list[Move]:
    """What happened to it, in plain words; the public sees only from publication on."""
    words = {name: str(verb.done) for name, verb in REPORT_VERBS.items()}
    words["amend"] = _("begun, to amend the one before")
    return [
        Move(move.at, words[move.verb].capitalize(), move.reason)
        for move in report.moves.all()
        if all_steps or move.verb in ("publish", "supersede")
    ]


def reports(request: HttpRequest, reference: str) -> HttpResponse:
    """The reports of a framework: all of its own for its organisation, published ones for others;
    and the periods that wait for one."""
    frameworks = Framework.objects.visible_to(request.user).select_related("reporter")
    framework = get_object_or_404(frameworks, reference=reference)
    seen = queries.with_names(Report.objects.visible_to(request.user).filter(framework=framework))
    page = Paginator(seen.order_by("-period__starts_on", "-pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    may_edit = request.user.has_perm("results.edit", framework)
    owner = framework.owner
    context = {
        "framework": framework,
        "owner": owner,
        "title": Name(owner.title, owner.language),
        "page": page,
        "may_edit": may_edit,
        "open_periods": queries.periods_without(framework) if may_edit else [],
    }
    return render(request, "results/reporting/reports.html", context)


# --- For officers -----------------------------------------------------------------------------


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """The reports that wait for the secretariat: whose, since when, what is next."""
    form, waiting = _waiting(request)
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "query": request.GET.urlencode()}
    return render(request, "results/reporting/desk.html", context)


def _waiting(request: HttpRequest) -> tuple[forms.DeskForm, Any]:
    if not request.user.is_officer:
        raise Http404
    form = forms.DeskForm(request.GET)
    form.is_valid()
    waiting = queries.filtered(queries.with_names(queries.waiting()), form.cleaned_data)
    return form, waiting.order_by(*form.order)


@login_required
def desk_csv(request: HttpRequest) -> HttpResponseBase:
    """Exactly what the desk shows for the same question, as CSV."""
    _form, waiting = _waiting(request)
    header = "framework title partner period stage waits_since open_remarks amends url"
    rows = (
        [
            one.framework.reference,
            one.framework.owner.title,
            one.partner.name,
            str(one.period),
            one.stage,
            one.waits_since.isoformat() if one.waits_since else "",
            one.open_remarks,
            one.amends_id or "",
            request.build_absolute_uri(reverse("results:report_review", args=[one.pk])),
        ]
        for one in waiting
    )
    return csv_file("reports", header.split(), rows)


@login_required
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One report as the officer judges it: every figure, with what it is compared with, what is
    remarked, and the buttons that apply."""
    one = _judged(request, pk)
    context = _about(one) | _judgement(one, reveal=True)
    context |= {
        "history": _history(one, all_steps=True),
        "waits": one.state == ReportState.SUBMITTED,
        "may_decide": request.user.has_perm("results.moderate", one.framework),
        "open_remarks": queries.unsettled(one).count(),
        "form": forms.ReasonForm(),
        "knots": [
            *one.framework.owner.above_results(),
            Knot(str(_("Report")), str(one.period), position="here"),
        ],
    }
    return render(request, "results/reporting/review.html", context)


def _desk(pk: int, anchor: str = "") -> str:
    return reverse("results:report_review", args=[pk]) + anchor


@require_POST
@login_required
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    one = _judged(request, pk)
    _impartial(request, one)
    return _done(request, lambda: actions.publish(one, by=request.user), _("Published."), _desk(pk))


@require_POST
@login_required
def request_change(request: HttpRequest, pk: int) -> HttpResponse:
    one = _judged(request, pk)
    _impartial(request, one)
    reason = request.POST.get("reason", "")
    return _done(
        request,
        lambda: actions.request_change(one, reason=reason, by=request.user),
        _("Done. Those concerned get a letter."),
        _desk(pk),
    )


@require_POST
@login_required
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    one = _judged(request, pk)
    _impartial(request, one)
    row, _dot, name = request.POST.get("field", "").rpartition(".")
    words = request.POST.get("words", "")
    return _done(
        request,
        lambda: actions.remark(one, row=row, field=name, words=words, by=request.user),
        _("Remarked. It goes to the organisation when you send the report back."),
        _desk(pk, "#remarks"),
    )


@require_POST
@login_required
def settle(request: HttpRequest, pk: int, remark: int) -> HttpResponse:
    one = _judged(request, pk)
    _impartial(request, one)
    found = get_object_or_404(Remark.objects.select_related("report"), pk=remark, report=one)
    return _done(
        request,
        lambda: actions.settle_remark(found, by=request.user),
        _("Settled."),
        _desk(pk, f"#remark-{found.pk}"),
    )
