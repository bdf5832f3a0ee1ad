"""A report as lines of a letter, which can be filled in by answering it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from coalition.results.models import Measure, Period, Report
from coalition.results.reporting.questions import Question, questions
from coalition.results.totals.queries import shown

MOST_LINES = 60  # questions that a letter asks; the workbook and the form ask all


def code(reference: str, row: str) -> str:
    """By which a letter or workbook names a row of a report: "[RES-2026-0042/3]"."""
    return f"[{reference}/{row}]"


def lines_to_fill(of: Report | Period, language: str) -> str:
    """The figures that a report asks for, each with its code and a place for the answer, as text.

    `of` is a report, or a period that nobody began to report on yet. What was reported last time
    and the target stand above each place. Nothing is written to the database. The letter that
    holds these lines must belong to a `Reminder.thread`, or be written in a thread that a
    reminder has: an answer to it is then read by `recognising`, whether the answers stand behind
    the codes, below them, or in words of their own. At most MOST_LINES figures are asked, wholes
    first; a last line says so where there are more.
    """
    report = of if isinstance(of, Report) else report_to_be(of)
    with translation.override(language):
        asked = questions(report)
        chosen = set(_chosen(asked))
        lines = [
            _("Please write each figure behind its “=”, or answer in your own words."),
            _("Figures that nobody knows: write “not known”, and why."),
            "",
        ]
        for each in asked:
            if each.row in chosen:
                lines += [*_lines(each, report.framework.reference), ""]
        if len(chosen) < len(asked):
            lines.append(_("Further breakdowns are asked for in the form and the workbook."))
        return "\n".join(lines).strip() + "\n"


def report_to_be(period: Period) -> Report:
    """The open report on a period, or one that is not kept yet."""
    framework = period.framework
    begun = framework.reports.open().filter(period=period, partner=framework.reporter_id).first()
    return begun or Report(framework=framework, period=period, partner=framework.reporter)


def _chosen(asked: list[Question]) -> Iterator[str]:
    wholes = [each.row for each in asked if each.is_whole]
    parts = [each.row for each in asked if not each.is_whole]
    yield from [*wholes, *parts][:MOST_LINES]


def _lines(question: Question, reference: str) -> list[str]:
    label = question.label
    if not question.is_whole:
        label = f"{question.indicator.title}: {label}"
    head = f"{question.indicator.number}. {label}"
    if hint := hint_of(question):
        head += f" ({hint})"
    known = []
    if question.last is not None:
        known.append(_("last time: %(figure)s") % {"figure": _shown(question.last, question)})
    if question.target is not None:
        known.append(_("target: %(figure)s") % {"figure": _shown(question.target, question)})
    lines = [head]
    if known:
        lines.append("   " + " · ".join(known))
    return [*lines, f"   {code(reference, question.row)} = "]


def hint_of(question: Question) -> str:
    """In which form the answer is given: "in people", "so many out of so many", "yes or no"."""
    indicator = question.indicator
    unit = str(question.unit.short_name) if question.unit else ""
    if indicator.measure == Measure.PERCENTAGE:
        return _("so many out of so many, in %(unit)s: 45 out of 60") % {"unit": unit}
    if indicator.measure == Measure.SCALE:
        ends = {"lowest": indicator.lowest, "highest": indicator.highest}
        return _("a step from %(lowest)s to %(highest)s") % ends
    if indicator.measure == Measure.YES_NO:
        return _("yes or no")
    if indicator.measure == Measure.TEXT:
        return _("in words")
    return _("in %(unit)s") % {"unit": unit} if unit else ""


def _shown(fact: Any, question: Question) -> str:
    return shown(fact, question.indicator, reveal=True)
