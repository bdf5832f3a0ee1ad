"""Reads around what came in: what it would change, and which reports an answer is about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.analysis.merging import merge
from coalition.base.text import clean_line
from coalition.mailroom.models import Thread
from coalition.results.models import Basis, Incoming, Measure, Period, Report, Stage
from coalition.results.offline.workbook import COLUMNS, WORD_LABELS, full_label
from coalition.results.reporting import plain, questions
from coalition.results.reporting.plain import WORDS_ROW, Values
from coalition.results.reporting.questions import Question
from coalition.results.schedules.queries import with_owners

FIELD_LABELS = {name: heading for name, (heading, _width, _filled) in COLUMNS.items()}
FIELD_LABELS |= WORD_LABELS | {"as_of": gettext_lazy("As of")}


@dataclass
class Change:
    """A field that would change: what stands there now, what comes in, and what is known of it.

    In a conflict both sides changed it; then nobody but a person says which counts.
    """

    row: str
    field: str
    label: str
    field_label: str
    now: str
    comes: str
    now_shown: str
    comes_shown: str
    is_conflict: bool
    where: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.row}.{self.field}"


@dataclass(frozen=True)
class Changes:
    """All that would change, what the report says now, and a seal on both: whoever confirms has
    seen these and no others."""

    rows: list[Change]
    stored: Values
    strangers: list[str]

    @property
    def seal(self) -> str:
        said = [(one.key, one.now, one.comes) for one in self.rows]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    def chosen(self, keys: Iterable[str]) -> Values:
        """What the report says once these changes, and no others, are taken in."""
        wanted = set(keys)
        values = {row: dict(texts) for row, texts in self.stored.items()}
        for one in self.rows:
            if one.key not in wanted:
                continue
            texts = values.setdefault(one.row, {})
            if one.comes:
                texts[one.field] = one.comes
            else:
                texts.pop(one.field, None)
        return values


def changes_of(incoming: Incoming) -> Changes:
    """What would change in the report as it stands now.

    Of a workbook that lost what it started from, every figure that differs from the report's is a
    conflict, and an empty cell takes nothing away.
    """
    report = incoming.report
    grounds = plain.ground(report)
    asked = {each.row: each for each in questions.questions(report, grounds)}
    stored = plain.values_of(report)
    base = plain.canonical(incoming.base, grounds)
    comes = plain.canonical(incoming.values, grounds)
    merged = merge(base, comes, stored)
    open_ones = {(one.row, one.field): one.mine for one in merged.conflicts}
    problems: dict[tuple[str, str], list[str]] = {}
    for one in plain.read(merged.values | _rows_with(merged.values, open_ones), grounds).problems:
        problems.setdefault((one.row, one.field), []).append(one.sentence)
    rows = []
    for row, name in _places(stored, merged.values, open_ones, asked):
        now = stored.get(row, {}).get(name, "")
        value = open_ones.get((row, name), merged.values.get(row, {}).get(name, ""))
        if value == now:
            continue
        question = asked.get(row)
        rows.append(
            Change(
                row,
                name,
                label=_label(row, question),
                field_label=str(FIELD_LABELS.get(name, name)),
                now=now,
                comes=value,
                now_shown=_shown(name, now, question),
                comes_shown=_shown(name, value, question),
                is_conflict=(row, name) in open_ones,
                where=(incoming.found or {}).get(row, "") if name in plain.FIGURE else "",
                problems=problems.get((row, name), []),
            )
        )
    strangers = [one.sentence for one in plain.strangers(incoming.values, grounds)]
    return Changes(rows, stored, strangers)


def _rows_with(values: Values, open_ones: dict[tuple[str, str], str]) -> Values:
    """The rows of conflicts, with what comes in."""
    rows: Values = {}
    for (row, name), text in open_ones.items():
        rows.setdefault(row, dict(values.get(row, {})))[name] = text
    return rows


def _places(
    stored: Values,
    merged: Values,
    open_ones: dict[tuple[str, str], str],
    asked: dict[str, Question],
) -> list[tuple[str, str]]:
    """Every field that may differ, in the order of the report."""
    found = {(row, name) for table in (stored, merged) for row in table for name in table[row]}
    found |= set(open_ones)
    rows = {row: place for place, row in enumerate([WORDS_ROW, *asked])}
    names = {name: place for place, name in enumerate([*plain.WORDS, *plain.FIELDS])}
    return sorted(
        found, key=lambda one: (rows.get(one[0], len(rows)), one[0], names.get(one[1], 99), one[1])
    )


def _label(row: str, question: Question | None) -> str:
    if row == WORDS_ROW:
        return _("The report’s words")
    return full_label(question) if question else row


def _shown(name: str, text: str, question: Question | None) -> str:
    """A plain text as people read it."""
    if name == "basis":
        return str(dict(Basis.choices).get(text, text))
    if name == "stage":
        return str(dict(Stage.choices).get(text, text))
    if name == "value" and question and question.indicator.measure == Measure.YES_NO:
        return {"1": _("yes"), "0": _("no")}.get(text, text)
    return text


def waiting(report: Report) -> Any:
    """What came in for a report and was neither merged nor put aside, the oldest first."""
    return report.incoming.filter(settled_at=None).select_related("by").order_by("pk")


def periods_of(thread: Thread) -> list[Period]:
    """The periods that the letters of a correspondence asked to report on."""
    keys = set(thread.reminders.values_list("period", flat=True))
    return sorted(with_owners(keys), key=lambda one: (one.due_at is None, one.due_at, one.pk))


def file_name(report: Report) -> str:
    """Of the workbook: "RES-2026-0042-2026-12-31"."""
    return clean_line(f"{report.framework.reference}-{report.period.ends_on}")
