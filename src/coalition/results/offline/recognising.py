"""What an answer to a reminder says of the reports that it was about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as marked

from coalition.analysis.figures_in_words import (
    Asked,
    LeftOut,
    Reading,
    Suggestion,
    Unclear,
    Why,
    recognise,
)
from coalition.base.text import clean_line
from coalition.mailroom.models import Thread
from coalition.mailroom.reading import ReadMessage
from coalition.results.models import Report, UnitKind
from coalition.results.offline.workbook import full_label
from coalition.results.reporting.plain import Values, row_name
from coalition.results.reporting.questions import Question, questions

WHY = {
    Why.CODE: marked("Behind its code: “%(snippet)s”"),
    Why.NUMBER: marked("Behind its number: “%(snippet)s”"),
    Why.LABEL: marked("Behind its words: “%(snippet)s”"),
    Why.WORDS: marked("Its words stand beside the figure: “%(snippet)s”"),
    Why.ONLY: marked("The only figure that was asked for: “%(snippet)s”"),
}
LEFT = {
    LeftOut.TWO: marked("It gives two figures, and only one was asked for: “%(snippet)s”"),
    LeftOut.WHICH: marked("It is not clear which figure this answers: “%(snippet)s”"),
    LeftOut.NO_WHOLE: marked("A percentage alone. Out of how many? “%(snippet)s”"),
    LeftOut.RANGE: marked("From … to … is not one figure: “%(snippet)s”"),
    LeftOut.NO_FIGURE: marked("No figure was found in the answer: “%(snippet)s”"),
    LeftOut.OUTSIDE: marked("This is no figure of that kind: “%(snippet)s”"),
    LeftOut.AMBIGUOUS: marked("The point or comma can be read in two ways: “%(snippet)s”"),
}


@dataclass
class Answer:
    """What an answer says of one report: texts by row and field, where each row was found (a
    sentence), and sentences on what was not understood."""

    values: Values = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def answers(read: ReadMessage, thread: Thread, reports: Iterable[Report]) -> list[Answer]:
    """What a message says of each of the reports that its correspondence is about, in the language
    in use."""
    of = list(reports)
    asked_of = [questions(report) for report in of]
    asked = [
        _asked(report, question)
        for report, each in zip(of, asked_of, strict=True)
        for question in each
    ]
    sent = "\n".join(thread.letters.order_by("pk").values_list("text", flat=True)[:20])
    reading = recognise(read.text or read.words, asked, sent=sent)
    return [
        _answer(report, each, reading, is_only=len(of) == 1)
        for report, each in zip(of, asked_of, strict=True)
    ]


def _asked(report: Report, question: Question) -> Asked:
    indicator, unit = question.indicator, question.unit
    is_money = unit is not None and unit.kind == UnitKind.MONEY
    about = question.category or question.place
    reference = report.framework.reference
    whole = "" if question.is_whole else f"{reference}/{row_name(indicator.number)}"
    return Asked(
        key=f"{reference}/{question.row}",
        measure=str(indicator.measure),
        title=indicator.title,
        language=report.framework.language,
        units=(*unit.names.values(), *unit.short.values()) if unit is not None else (),
        currency=unit.code.lower() if unit is not None and is_money else "",
        decimals=unit.decimals if unit is not None else 0,
        about=tuple(about.names.values()) if about is not None else (),
        whole=whole,
        lowest=indicator.lowest,
        highest=indicator.highest,
    )


def _answer(report: Report, asked: list[Question], reading: Reading, *, is_only: bool) -> Answer:
    start = f"{report.framework.reference}/"
    labels = {each.row: full_label(each) for each in asked}
    answer = Answer()
    for one in reading.suggestions:
        if one.key.startswith(start):
            row = one.key.removeprefix(start)
            answer.values[row] = dict(one.fields)
            answer.found[row] = _where(one)
    for left in reading.unclear:
        row = left.key.removeprefix(start) if left.key.startswith(start) else ""
        if row or (is_only and not left.key):
            answer.notes.append(_told(left, labels.get(row, "")))
    return answer


def _where(one: Suggestion) -> str:
    return _(WHY[one.why]) % {"snippet": clean_line(one.snippet)}


def _told(left: Unclear, label: str) -> str:
    sentence = _(LEFT[left.why]) % {"snippet": clean_line(left.snippet)}
    return f"{label}: {sentence}" if label else sentence
