"""Reads around a report: what is wrong with it, what it changes, who waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base.errors import NotAllowed
from coalition.partners.models import Partner
from coalition.partners.queries import people_who
from coalition.results.frameworks.checks import check_as_of, check_breakdown, check_figure
from coalition.results.models import (
    Direction,
    Evidence,
    Fact,
    Framework,
    Indicator,
    Measure,
    Period,
    Remark,
    Report,
    ReportQuerySet,
    Rule,
    Stage,
)
from coalition.results.owners import owners_by
from coalition.results.reporting.plain import (
    FIGURE,
    WORDS,
    WORDS_ROW,
    Ground,
    Problem,
    ground,
    read,
    row_of,
    values_of,
)
from coalition.results.reporting.questions import Question, questions
from coalition.results.states import REPORT_OPEN, ReportState
from coalition.results.totals.queries import shown

# A figure so many times last period's, or as small a part of it, is asked to be confirmed.
FAR = 10


@dataclass(frozen=True)
class Line:
    """A figure of a report as people read it beside what it is compared with."""

    question: Question
    fact: Fact | None = None
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    before: Fact | None = None  # of the report that this one amends
    reveal: bool = False  # also what is withheld from the public

    @property
    def now(self) -> str:
        return self._read(self.fact) or ("–" if self.question.is_whole else "")

    @property
    def last(self) -> str:
        return self._read(self.question.last)

    @property
    def target(self) -> str:
        return self._read(self.question.target)

    def _read(self, fact: Fact | None) -> str:
        if fact is None:
            return ""
        return shown(fact, self.question.indicator, with_unit=True, reveal=self.reveal)

    @property
    def row(self) -> str:
        return self.question.row

    @property
    def says(self) -> bool:
        """Is there anything to read?"""
        return self.fact is not None or bool(self.problems or self.remarks or self.before)


# --- Reports ----------------------------------------------------------------------------------


def with_names(reports: ReportQuerySet) -> ReportQuerySet:
    """With the period, the organisation, and the framework with its owner, in the same query."""
    return reports.select_related(
        "period", "partner__group", "framework__reporter", "amends", *owners_by("framework")
    )


def open_report(period: Period, partner: Partner) -> Report | None:
    """What the organisation is writing on the period, or has sent in."""
    return period.reports.filter(partner=partner, state__in=REPORT_OPEN).first()


def published_report(period: Period) -> Report | None:
    """The report that holds, also where another organisation reported before this one."""
    return period.reports.filter(state=ReportState.PUBLISHED).order_by("-published_at").first()


def why_not_begin(period: Period, partner: Partner, today: Any) -> str:
    """Why nobody can begin a report on the period now, in a sentence; empty where they can."""
    framework = period.framework
    if partner.pk != framework.reporter_id:
        return _("%(reporter)s reports for all on this; please send your figures there.") % {
            "reporter": framework.reporter
        }
    if not framework.is_public:
        return _("This is not public yet. Reports begin once it is published.")
    if period.starts_on > today:
        return _("The period %(period)s has not begun; it can be reported on from %(day)s.") % {
            "period": period,
            "day": period.starts_on,
        }
    if framework.ended_at and period.starts_on > framework.ended_at.date():
        return _("This ended before the period %(period)s began, so no report is asked for.") % {
            "period": period
        }
    if first := published_report(period):
        return _(
            "There is a report on %(period)s already: %(address)s. If a figure has changed, amend "
            "that report."
        ) % {"period": period, "address": first.get_absolute_url()}
    return ""


def speakers(report: Report) -> list[User]:
    """Those who may write for the organisation that reports."""
    return people_who("edit", report.partner_id)


def signers(report: Report) -> list[User]:
    """Those who may send a report in."""
    return people_who("sign", report.partner_id)


def waiting() -> ReportQuerySet:
    """Those that wait for the secretariat, each with `waits_since` and its number of open remarks,
    the longest first."""
    return (
        Report.objects.filter(state=ReportState.SUBMITTED)
        .annotate(
            waits_since=Max("moves__at", filter=Q(moves__verb="submit")),
            open_remarks=Count("remarks", filter=Q(remarks__settled_at=None), distinct=True),
        )
        .order_by("waits_since", "pk")
    )


def filtered(reports: ReportQuerySet, wishes: Mapping[str, Any]) -> ReportQuerySet:
    """Those of `waiting` that meet every wish of the desk's form; an empty wish asks nothing."""
    for word in (wishes.get("words") or "").split()[:8]:
        reports = reports.filter(
            Q(partner__name__icontains=word) | Q(framework__reference__iexact=word)
        )
    if since := wishes.get("since"):
        reports = reports.filter(waits_since__date__lt=since)
    if wishes.get("claims"):
        reports = reports.filter(stage=Stage.FULFILLED)
    return reports


def periods_without(framework: Framework) -> list[Period]:
    """The periods that have begun and have no report yet, the latest first."""
    today = timezone.now().astimezone(framework.time_zone).date()
    taken = framework.reports.filter(state__in=[*REPORT_OPEN, ReportState.PUBLISHED])
    begun = framework.periods.filter(starts_on__lte=today)
    return list(begun.exclude(pk__in=taken.values("period")).order_by("-starts_on")[:24])


def unsettled(report: Report) -> Any:
    """What the secretariat asked and has not settled yet."""
    return report.remarks.filter(settled_at=None)


# --- What is wrong ------------------------------------------------------------------------------


def facts_of(report: Report) -> dict[str, Fact]:
    """The figures of a report by row, with their proofs in `proofs`."""
    proofs = Prefetch("evidence", Evidence.objects.held(), to_attr="proofs")
    facts = report.facts.select_related(
        "indicator__unit", "place", "cell", "unit"
    ).prefetch_related("cell__categories", proofs)
    return {row_of(fact): fact for fact in facts}


def problems_of(
    report: Report,
    asked: Sequence[Question] | None = None,
    facts: dict[str, Fact] | None = None,
    unreadable: Iterable[Problem] | None = None,
) -> list[Problem]:
    """What must be mended before the report can be sent, and what is asked to be confirmed, in
    the order of the form. `unreadable` is what `writing.put` told; else it is read again."""
    asked = questions(report) if asked is None else asked
    facts = facts_of(report) if facts is None else facts
    found = list(unreadable) if unreadable is not None else unread_of(report)
    if not report.stage and "stage" not in report.unread.get(WORDS_ROW, {}):
        found.append(Problem(WORDS_ROW, "stage", _("Please say how far it is.")))
    by_row = {question.row: question for question in asked}
    for row in [*by_row, *(facts.keys() - by_row.keys())]:
        found += _problems_of_row(row, by_row.get(row), facts.get(row), report)
    for question in asked:
        if question.is_whole:
            found += _problems_of_breakdown(question, facts)
    order = {row: place for place, row in enumerate([WORDS_ROW, *by_row])}
    return sorted(found, key=lambda one: order.get(one.row, len(order)))


def unread_of(report: Report) -> list[Problem]:
    """Why what was typed could not be read, told again."""
    return read(values_of(report), ground(report)).problems if report.unread else []


def _problems_of_row(
    row: str, question: Question | None, fact: Fact | None, report: Report
) -> list[Problem]:
    unread = report.unread.get(row, {})
    if unread.keys() & set(FIGURE):
        return []  # told already
    is_whole = question is not None and question.is_whole
    name = "text" if question and question.indicator.measure == Measure.TEXT else "value"
    has_figure = fact is not None and (fact.value is not None or bool(fact.text))
    if fact is None or not (has_figure or fact.not_known):
        if fact is not None and getattr(fact, "proofs", ()):
            sentence = _("The figure is gone, but its evidence is still here. Take that back too.")
            return [Problem(row, name, sentence)]
        if is_whole:
            return [Problem(row, name, _("Please give the figure, or say why it is not known."))]
        return []
    if has_figure and fact.not_known:
        sentence = _("Please give either the figure or the reason why there is none, not both.")
        return [Problem(row, "not_known", sentence)]
    found = [Problem(row, "as_of", each) for each in check_as_of(fact.as_of)]
    if not has_figure:
        return found
    indicator = question.indicator if question else fact.indicator
    sentences = check_figure(
        indicator,
        value=fact.value,
        denominator=fact.denominator,
        text=fact.text,
        cell=fact.cell,
        unit=fact.unit,
    )
    found += [Problem(row, name, each) for each in sentences]
    if not sentences and question is not None and question.last is not None:
        found += _doubts(row, fact, question.last, indicator)
    return found


def _doubts(row: str, fact: Fact, last: Fact, indicator: Indicator) -> list[Problem]:
    """What looks odd beside the same figure of last time."""
    if indicator.measure not in (Measure.NUMBER, Measure.PERCENTAGE):
        return []
    if fact.value is None or last.value is None or fact.unit_id != last.unit_id:
        return []
    # Compared as fractions, without dividing.
    now = fact.value * (last.denominator or 1)
    then = last.value * (fact.denominator or 1)
    was = shown(last, indicator, reveal=True)
    if now and then and (abs(now) > FAR * abs(then) or abs(now) * FAR < abs(then)):
        sentence = _("This is far from last time (%(was)s). Is it right, and in the same unit?")
        return [Problem(row, "value", sentence % {"was": was}, is_doubt=True)]
    is_running = indicator.rule == Rule.LATEST and indicator.measure == Measure.NUMBER
    if is_running and indicator.direction == Direction.UP and now < then:
        sentence = _("This is lower than last time (%(was)s), though it is a running total.")
        return [Problem(row, "value", sentence % {"was": was}, is_doubt=True)]
    return []


def _problems_of_breakdown(question: Question, facts: dict[str, Fact]) -> list[Problem]:
    whole = facts.get(question.row)
    cells = [
        fact
        for fact in facts.values()
        if fact.indicator_id == question.indicator.pk and fact.cell and not fact.place_id
    ]
    return [
        Problem(question.row, "value", sentence, is_doubt=True)
        for sentence in check_breakdown(question.indicator, whole, cells)
    ]


def refuse_unless_ready(problems: Iterable[Problem], confirmed: Iterable[str]) -> None:
    """Raise NotAllowed naming what stands in the way of sending the report in."""
    confirmed = set(confirmed)
    faults = [one for one in problems if not one.is_doubt]
    doubts = [one for one in problems if one.is_doubt and one.key not in confirmed]
    if faults:
        raise NotAllowed(
            _("Before it can be sent, please mend: %s")
            % " ".join(one.sentence for one in faults[:5])
        )
    if doubts:
        raise NotAllowed(
            _("Before it can be sent, please look at these figures and confirm them: %s")
            % " ".join(one.sentence for one in doubts[:5])
        )


# --- Pages ------------------------------------------------------------------------------------


def lines_of(
    report: Report,
    *,
    with_problems: bool = False,
    with_remarks: bool = False,
    reveal: bool = False,
) -> tuple[list[Line], list[Problem], list[Remark]]:
    """The figures of a report as lines; with the problems and remarks about its words."""
    grounds: Ground = ground(report)
    asked = questions(report, grounds)
    facts = facts_of(report)
    problems = problems_of(report, asked, facts) if with_problems else []
    remarks = list(report.remarks.select_related("by", "replied_by")) if with_remarks else []
    before = facts_of(report.amends) if report.amends else {}
    known = {question.row for question in asked}
    asked += [_question_of(fact, row) for row, fact in facts.items() if row not in known]
    lines = [
        Line(
            question,
            facts.get(question.row),
            [one for one in problems if one.row == question.row],
            [one for one in remarks if one.row == question.row],
            before.get(question.row),
            reveal,
        )
        for question in asked
    ]
    return (
        lines,
        [one for one in problems if one.row == WORDS_ROW],
        [one for one in remarks if one.row == WORDS_ROW],
    )


def _question_of(fact: Fact, row: str) -> Question:
    """A figure that no form asks for: of several groups at once, or of a group no longer kept."""
    names = [fact.place.name] if fact.place else []
    names += [fact.cell.label] if fact.cell else []
    label = _(", ").join(str(each) for each in names)
    return Question(row, fact.indicator, label or fact.indicator.title, fact.unit, ())


@dataclass(frozen=True)
class Change:
    """What an amended report says otherwise than the one before."""

    label: str
    old: str
    new: str


def label_of(row: str, name: str, lines: Iterable[Line]) -> str:
    """How a field of a report is called: "Bakers trained: Women" or "What was achieved"."""
    if row == WORDS_ROW and name in WORDS:
        return str(Report._meta.get_field(name).verbose_name).capitalize()
    for line in lines:
        if line.row == row:
            parts = [line.question.indicator.title]
            parts += [] if line.question.is_whole else [line.question.label]
            if name and name not in FIGURE:
                parts.append(str(Fact._meta.get_field(name).verbose_name))
            return ": ".join(parts)
    return row


def changes_of(report: Report, lines: Iterable[Line], *, reveal: bool = False) -> list[Change]:
    """The differences from the report that this one amends, old and new, figures then words."""
    if report.amends is None:
        return []
    found = []
    for line in lines:
        indicator = line.question.indicator
        old = shown(line.before, indicator, with_unit=True, reveal=reveal)
        new = shown(line.fact, indicator, with_unit=True, reveal=reveal)
        if old != new:
            label = line.question.label
            if not line.question.is_whole:
                label = f"{indicator.title}: {label}"
            found.append(Change(label, old, new))
    for name in WORDS:
        old, new = (
            str(one.get_stage_display() if name == "stage" else getattr(one, name))
            for one in (report.amends, report)
        )
        if old != new:
            title = Report._meta.get_field(name).verbose_name
            found.append(Change(str(title).capitalize(), old, new))
    return found
