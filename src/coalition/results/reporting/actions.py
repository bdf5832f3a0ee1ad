"""The verbs of a report. Each is one transaction: state, history, audit, letters, or nothing.

The caller has asked the permission (`rules.py`); an action asks only whether it may happen now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.accounts.models import User
from coalition.analysis.merging import Conflict, merge
from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line, clean_text
from coalition.mailroom.actions import tell
from coalition.partners.models import Partner
from coalition.partners.values import locked_and_active
from coalition.results.models import (
    Fact,
    FactState,
    Framework,
    Period,
    Remark,
    Report,
    Role,
    Stage,
)
from coalition.results.proof.actions import carry_over
from coalition.results.proof.queries import proves_completion
from coalition.results.reporting import plain, queries, writing
from coalition.results.reporting.plain import Problem
from coalition.results.schedules.actions import refresh_lights
from coalition.results.states import ReportState
from coalition.results.totals.actions import derive, hold


@dataclass(frozen=True)
class Saved:
    """What became of a save: fields that somebody else changed meanwhile, differently, keep what
    is stored until somebody chooses; what could not be read is kept as typed."""

    report: Report
    conflicts: tuple[Conflict, ...]
    problems: list[Problem]


# --- For the organisation ---------------------------------------------------------------------


@transaction.atomic
def begin(period: Period, *, partner: Partner, by: User) -> Report:
    """The organisation's open report on the period; a new one where there is none.

    Raises NotAllowed where it cannot be reported on (`queries.why_not_begin`), with the address of
    the report where one is published.
    """
    partner = locked_and_active(partner)
    if held := queries.open_report(period, partner):
        return held
    today = timezone.now().astimezone(period.framework.time_zone).date()
    if sentence := queries.why_not_begin(period, partner, today):
        raise NotAllowed(sentence)
    report = Report.objects.create(
        framework=period.framework,
        period=period,
        partner=partner,
        language=period.framework.language,
        is_example=period.framework.is_example,
    )
    audit.record("results.begin", report, by=by, refs=[period.framework])
    return report


@transaction.atomic
def save(
    report: Report,
    values: Mapping[str, Mapping[str, str]],
    base: Mapping[str, Mapping[str, str]],
    *,
    by: User,
) -> Saved:
    """Bring in what somebody made of the report since they read it as `base`.

    Both as `plain.values_of` gives them. What somebody else changed meanwhile stays; a field that
    both changed differently is a conflict and keeps what is stored. Raises NotAllowed once the
    report is sent.
    """
    report = editable(report)
    grounds = plain.ground(report)
    stored = plain.values_of(report)
    merged = merge(plain.canonical(base, grounds), plain.canonical(values, grounds), stored)
    problems = writing.put(report, merged.values, by=by, grounds=grounds)
    problems += plain.strangers(values, grounds)
    if merged.values != stored:
        audit.record("results.save", report, by=by)
    return Saved(report, merged.conflicts, problems)


def editable(report: Report) -> Report:
    """The report read afresh and locked; NotAllowed where its words are fixed by now, or where
    nobody may act for its organisation."""
    locked_and_active(report.partner)
    report = states.lock(report)
    if not report.is_editable:
        raise NotAllowed(
            _("Only a draft, or what was sent back, can be changed; this report is “%s”.")
            % report.get_state_display()
        )
    return report


@transaction.atomic
def submit(report: Report, *, confirmed: Collection[str] = (), by: User) -> Report:
    """Send the report to the secretariat; the officers hear of it, and the light turns.

    `confirmed` are the keys of the doubts (`Problem.key`) that the organisation looked at. Raises
    NotAllowed naming what must be mended or confirmed first.
    """
    report = editable(report)
    queries.refuse_unless_ready(queries.problems_of(report), confirmed)
    states.lock(report.framework)
    move = states.move(report, "submit", by=by)
    report.submitted_at = move.at
    report.save(update_fields=["submitted_at"])
    refresh_lights([report.framework])
    tell_all(User.objects.officers(), report, move)
    return report


@transaction.atomic
def amend(report: Report, *, reason: str, by: User) -> Report:
    """Begin a new version of a published report, which stays until that one is published.

    It is of who reports now, also where another organisation wrote the one before. Returns the
    open one where there is one. The reason is told beside what changed. Raises NotAllowed where
    the report is not published, or no reason is given.
    """
    partner = locked_and_active(Framework.objects.get(pk=report.framework_id).reporter)
    report = states.lock(report)
    if held := queries.open_report(report.period, partner):
        return held
    if report.state != ReportState.PUBLISHED:
        raise NotAllowed(
            _("Only a published report is amended; this one is “%s”.") % report.get_state_display()
        )
    reason = clean_text(reason, limit=1000)
    if not reason:
        raise NotAllowed(_("Please say why the report is amended: its readers will see it."))
    made = Report.objects.create(
        framework_id=report.framework_id,
        period_id=report.period_id,
        partner=partner,
        language=report.language,
        amends=report,
        is_example=report.is_example,
        **{name: getattr(report, name) for name in plain.WORDS},
    )
    made.moves.create(verb="amend", from_state="", to_state=ReportState.DRAFT, by=by, reason=reason)
    copies = []
    for fact in report.facts.filter(state=FactState.PUBLISHED):
        fact.pk, fact.report, fact.partner, fact.state = None, made, partner, FactState.DRAFT
        fact.published_at, fact.hidden, fact.is_disputed = None, "", False
        fact._state.adding = True
        copies.append(fact)
    Fact.objects.bulk_create(copies, batch_size=200)
    audit.record("results.amend", made, by=by, refs=[report])
    return made


@transaction.atomic
def discard(report: Report, *, by: User) -> Report:
    """Put an open report aside; nothing of it is deleted, and another can be begun."""
    report = editable(report)
    states.move(report, "discard", by=by)
    refresh_lights([report.framework])
    return report


# --- For officers -----------------------------------------------------------------------------


@transaction.atomic
def request_change(report: Report, *, reason: str, by: User) -> Report:
    """Send it back with a reason and the open remarks; those who write for it hear of it."""
    states.lock(report.partner)
    report = states.lock(report)
    states.lock(report.framework)
    move = states.move(report, "request_change", by=by, reason=reason)
    refresh_lights([report.framework])
    remarks = list(queries.unsettled(report))
    lines = queries.lines_of(report)[0] if remarks else []
    for one in remarks:
        one.label = queries.label_of(one.row, one.field, lines)
    tell_all(queries.speakers(report), report, move, remarks=remarks)
    return report


@transaction.atomic
def publish(report: Report, *, by: User) -> Report:
    """Publish the report: its figures replace those before, totals and light follow at once.

    Raises NotAllowed while remarks are open, or where it claims that everything is done and a
    figure lacks evidence that a second person checked.
    """
    states.lock(report.partner)
    report = states.lock(report)
    framework = states.lock(report.framework)
    if sentence := states.refusal(report, "publish"):
        raise NotAllowed(sentence)
    if count := queries.unsettled(report).count():
        raise NotAllowed(
            ngettext(
                "%(count)d remark is open. Settle it first, or send the report back.",
                "%(count)d remarks are open. Settle them first, or send the report back.",
                count,
            )
            % {"count": count}
        )
    report.published_at = timezone.now()
    report.save(update_fields=["published_at"])
    # Figures before moves: a move takes the end of the trail, for which whoever holds one waits.
    _publish_facts(report)
    for earlier in framework.reports.filter(period=report.period_id, state=ReportState.PUBLISHED):
        states.move(states.lock(earlier), "supersede", by=by)
    move = states.move(report, "publish", by=by)
    if report.stage == Stage.FULFILLED and (lacks := proves_completion(framework)):
        raise NotAllowed(_lacks_proof(lacks))
    _keep_completion(framework, report)
    refresh_lights([framework])
    record_changed(framework.owner)
    tell_all(queries.speakers(report), report, move)
    return report


def _publish_facts(report: Report) -> None:
    """The report's figures become those that count; the ones before of its period do not, whoever
    reported them: one organisation reports at a time, for all."""
    new = list(report.facts.filter(state=FactState.DRAFT))
    says = [one for one in new if one.value is not None or one.text or one.not_known]
    held = Fact.objects.published().filter(
        indicator__framework=report.framework_id,
        role=Role.ACTUAL,
        period=report.period_id,
    )
    slots = {_slot(one): one for one in says}
    replaced = [one for one in held if _slot(one) in slots or one.report_id is not None]
    concerned = {one.indicator_id for one in (*says, *replaced)}
    hold(concerned)
    Fact.objects.filter(pk__in=[one.pk for one in replaced]).update(state=FactState.SUPERSEDED)
    Fact.objects.filter(pk__in=[one.pk for one in says]).update(
        state=FactState.PUBLISHED, published_at=report.published_at
    )
    carry_over((one, slots[_slot(one)]) for one in replaced if _slot(one) in slots)
    derive(concerned)


def _slot(fact: Fact) -> tuple[Any, ...]:
    return (fact.indicator_id, fact.place_id, fact.cell_id)


def _keep_completion(framework: Framework, report: Report) -> None:
    """The claim that everything is done stands from the report that makes it, until a later
    report, or an amended one, takes it back."""
    is_last = not framework.reports.filter(
        state=ReportState.PUBLISHED, period__starts_on__gt=report.period.starts_on
    ).exists()
    if report.stage == Stage.FULFILLED:
        framework.completed_at = framework.completed_at or report.published_at
    elif is_last:
        framework.completed_at = None
    framework.save(update_fields=["completed_at"])


def _lacks_proof(lacks: Iterable[str]) -> str:
    return _("That everything is done takes checked evidence. Still missing: %s") % " ".join(lacks)


# --- Remarks ------------------------------------------------------------------------------------


@transaction.atomic
def remark(report: Report, *, row: str, field: str, words: str, by: User) -> Remark:
    """Pin a remark to a field; it goes to the organisation when the report is sent back."""
    report = states.lock(report)
    if report.state != ReportState.SUBMITTED:
        raise NotAllowed(
            _("Remarks are made on a report that waits for the secretariat; this one is “%s”.")
            % report.get_state_display()
        )
    words = clean_line(words, limit=1000)
    if not words:
        raise Refused(_("Please write what you ask about this field."))
    if not plain.is_field(row, field, plain.ground(report)):
        raise Refused(_("This report has no such field. Please choose one from the page."))
    made = report.remarks.create(row=row, field=field, words=words, by=by)
    audit.record("results.remark", report, by=by)
    return made


@transaction.atomic
def answer_remark(remark: Remark, *, reply: str, by: User) -> Remark:
    """What the organisation answers; it can be mended until the remark is settled."""
    report = states.lock(remark.report)
    remark = states.lock(remark)
    if remark.settled_at is not None or report.state not in (
        ReportState.CHANGE_REQUESTED,
        ReportState.SUBMITTED,
    ):
        raise NotAllowed(_("This remark is settled; nothing is to be answered any more."))
    reply = clean_line(reply, limit=1000)
    if not reply:
        raise Refused(_("Please write your answer."))
    remark.reply, remark.replied_by, remark.replied_at = reply, by, timezone.now()
    remark.save(update_fields=["reply", "replied_by", "replied_at"])
    audit.record("results.answer_remark", report, by=by)
    return remark


@transaction.atomic
def settle_remark(remark: Remark, *, by: User) -> Remark:
    """The officer has what was asked for; a second time changes nothing."""
    report = states.lock(remark.report)
    remark = states.lock(remark)
    if remark.settled_at is None:
        remark.settled_at = timezone.now()
        remark.save(update_fields=["settled_at"])
        audit.record("results.settle_remark", report, by=by)
    return remark


def tell_all(people: Iterable[User], report: Report, move: Any, **context: Any) -> None:
    """One letter per person about this step, in their language."""
    for person in people:
        if person.pk != move.by_id:
            tell(
                person,
                event=f"results.report_{move.verb}:{move.pk}",
                template=f"results/reporting/mail/{move.verb}.txt",
                context={"report": report, "owner": report.framework.owner, "move": move} | context,
            )
