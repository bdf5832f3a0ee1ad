"""The form of a report: its fields by row as a page shows them, and what comes back of them.

Hundreds of fields at once: they are plain values for one template, not Django's form fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.analysis.merging import Conflict
from coalition.base import sealing
from coalition.base.forms import CleanText
from coalition.results.models import Basis, Measure, Report, Stage
from coalition.results.reporting.plain import (
    FIELDS,
    LIMITS,
    LONGEST,
    MANY_LINES,
    WORDS,
    WORDS_ROW,
    Ground,
    Problem,
    Values,
)
from coalition.results.reporting.questions import Question
from coalition.results.totals.queries import shown
from coalition.ui.forms import DateInput

# A request takes 2000 fields (settings); a longer report is filled in over several screens.
MOST_FIELDS = 1500
LABELS: Mapping[str, str | Promise] = {
    "value": gettext_lazy("Figure"),
    "denominator": gettext_lazy("Out of"),
    "text": gettext_lazy("In words"),
    "unit": gettext_lazy("Currency"),
    "not_known": gettext_lazy("Not known, because"),
    "basis": gettext_lazy("How it is known"),
    "source": gettext_lazy("Source"),
    "source_url": gettext_lazy("Address of the source"),
    "as_of": gettext_lazy("As of"),
    "note": gettext_lazy("Note"),
    "stage": gettext_lazy("How far is it?"),
    "achieved": gettext_lazy("What was achieved?"),
    "barriers": gettext_lazy("What stood in the way?"),
    "next_steps": gettext_lazy("What comes next?"),
}
HELP: Mapping[str, str | Promise] = {
    "as_of": gettext_lazy("Empty: the last day of the period, or today."),
    "not_known": gettext_lazy("Where nobody has the figure, the reason is an answer too."),
}


# --- Out: what the page shows -------------------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """A field as the page shows it; in a conflict, the two values to choose from."""

    row: str
    name: str
    label: str
    text: str = ""
    help: str = ""
    choices: Sequence[tuple[str, str]] = ()
    problems: Sequence[Problem] = ()
    conflict: Conflict | None = None

    @property
    def key(self) -> str:
        return f"{self.row}.{self.name}"

    @property
    def id(self) -> str:
        return f"f-{self.key}"

    @property
    def kind(self) -> str:
        if self.choices:
            return "choice"
        if self.name in MANY_LINES:
            return "lines"
        # A browser's calendar would not show what is no day, so nobody could mend it.
        return "date" if self.name == "as_of" and not self.problems else "line"

    @property
    def is_figure(self) -> bool:
        return self.name in ("value", "denominator")

    @property
    def most(self) -> int:
        return LIMITS.get(self.name, 60)

    def label_of(self, text: str) -> str:
        """A text as people read it: the label of a choice."""
        return dict(self.choices).get(text, text) or _("nothing")

    @property
    def mine(self) -> str:
        return self.label_of(self.conflict.mine) if self.conflict else ""

    @property
    def theirs(self) -> str:
        return self.label_of(self.conflict.theirs) if self.conflict else ""


@dataclass(frozen=True)
class Part:
    """A group or place of an indicator's figure."""

    question: Question
    fields: list[Field]


@dataclass(frozen=True)
class Card:
    """All that is asked about one indicator."""

    question: Question
    figure: list[Field]
    passport: list[Field]  # how it is known, or why it is not
    parts: list[Part] = field(default_factory=list)
    last: str = ""
    target: str = ""
    baseline: str = ""
    fact: Any = None
    others: list[Problem] = field(default_factory=list)

    @property
    def has_last(self) -> bool:
        return bool(self.question.last_texts) or any(
            part.question.last_texts for part in self.parts
        )

    @property
    def passport_open(self) -> bool:
        return any(
            each.problems or each.conflict or (each.name == "not_known" and each.text)
            for each in self.passport
        )

    @property
    def parts_filled(self) -> int:
        return sum(any(each.text for each in part.fields) for part in self.parts)

    @property
    def parts_open(self) -> bool:
        return any(each.problems or each.conflict for part in self.parts for each in part.fields)


@dataclass(frozen=True)
class Screen:
    """One screen of the form: the words (on the last), and a card for each indicator."""

    cards: list[Card]
    words: list[Field]
    last_words: Mapping[str, str]
    number: int
    of: int
    problems: list[Field]
    conflicts: list[Field]


def screens_of(asked: Iterable[Question]) -> list[list[Question]]:
    """The questions, cut between indicators into screens that a request can bring back."""
    screens: list[list[Question]] = [[]]
    room = MOST_FIELDS
    by_indicator: dict[int, list[Question]] = {}
    for question in asked:
        by_indicator.setdefault(question.indicator.number, []).append(question)
    for questions in by_indicator.values():
        size = sum(len(question.fields) for question in questions)
        if size > room and screens[-1]:
            screens.append([])
            room = MOST_FIELDS
        screens[-1] += questions
        room -= size
    return screens


def screen(
    report: Report,
    grounds: Ground,
    asked: Sequence[Question],
    values: Mapping[str, Mapping[str, str]],
    *,
    number: int = 1,
    problems: Iterable[Problem] = (),
    conflicts: Iterable[Conflict] = (),
    last_words: Mapping[str, str] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Screen:
    """What the screen of this number shows."""
    screens = screens_of(asked)
    number = min(max(number, 1), len(screens))
    told: dict[str, list[Problem]] = {}
    for problem in problems:
        told.setdefault(problem.key, []).append(problem)
    open_ones = {f"{each.row}.{each.field}": each for each in conflicts}
    currencies = sorted({unit.code: str(unit.name) for unit in grounds.currencies.values()}.items())

    def fields(row: str, names: Iterable[str], question: Question | None = None) -> list[Field]:
        return [
            Field(
                row,
                name,
                label=_label(name, question),
                text=values.get(row, {}).get(name, ""),
                help=_help(name, question),
                choices=_choices(name, question, currencies, values.get(row, {}).get(name, "")),
                problems=told.get(f"{row}.{name}", ()),
                conflict=open_ones.get(f"{row}.{name}"),
            )
            for name in names
        ]

    cards: list[Card] = []
    for question in screens[number - 1]:
        if question.is_whole:
            figure = _figure_names(question)
            cards.append(
                Card(
                    question,
                    fields(question.row, figure, question),
                    fields(question.row, [n for n in question.fields if n not in figure], question),
                    last=_read(question.last, question),
                    target=_read(question.target, question),
                    baseline=_read(question.baseline, question),
                    fact=(facts or {}).get(question.row),
                    others=told.get(f"{question.row}.", []),
                )
            )
        else:
            made = fields(question.row, question.fields, question)
            cards[-1].parts.append(Part(question, made))
    is_last = number == len(screens)
    words = fields(WORDS_ROW, WORDS) if is_last else []
    every = [*words]
    for card in cards:
        every += [*card.figure, *card.passport]
        every += [each for part in card.parts for each in part.fields]
    return Screen(
        cards,
        words,
        last_words or {},
        number,
        len(screens),
        problems=[each for each in every if each.problems],
        conflicts=[each for each in every if each.conflict],
    )


def _figure_names(question: Question) -> list[str]:
    return [name for name in question.fields if name in ("value", "denominator", "text", "unit")]


def _read(fact: Any, question: Question) -> str:
    return shown(fact, question.indicator, with_unit=True, reveal=True) if fact else ""


def _label(name: str, question: Question | None) -> str:
    if question is None or name not in ("value", "denominator", "text"):
        return str(LABELS[name])
    if not question.is_whole:
        return question.label if name != "denominator" else _("out of")
    if question.indicator.measure == Measure.PERCENTAGE and name == "value":
        return _("How many")
    return str(LABELS[name])


def _help(name: str, question: Question | None) -> str:
    if question is not None and not question.is_whole and question.last and name != "denominator":
        return _("Last time: %(figure)s.") % {"figure": _read(question.last, question)}
    return str(HELP.get(name, ""))


def _choices(
    name: str, question: Question | None, currencies: Sequence[tuple[str, str]], text: str
) -> list[tuple[str, str]]:
    """What is offered; a text that is none of it stays to be seen, until it is mended."""
    offered: list[tuple[str, str]] = []
    if name == "stage":
        offered = [("", _("Please choose")), *((one.value, str(one.label)) for one in Stage)]
    elif name == "basis":
        offered = [(one.value, str(one.label)) for one in Basis]
    elif name == "unit":
        offered = list(currencies)
        if not text and question is not None and question.unit is not None:
            own = question.unit.code
            offered.sort(key=lambda pair: pair[0] != own)
    elif name == "value" and question and question.indicator.measure == Measure.YES_NO:
        offered = [("", _("No answer")), ("1", _("Yes")), ("0", _("No"))]
    if offered and text and text not in dict(offered):
        offered.append((text, text))
    return offered


# --- In: what comes back ------------------------------------------------------------------------


def sealed(report: Report, base: Mapping[str, Mapping[str, str]]) -> str:
    """What the form was shown with, signed, so that it comes back as it was."""
    return sealing.seal(_of(report), base)


def unsealed(token: str, report: Report) -> Values:
    """What the form was shown with; see `base.sealing`."""
    return sealing.unseal(token, _of(report))


def _of(report: Report) -> list[str | int]:
    return ["report", report.period_id, report.partner_id]


def posted(data: Mapping[str, str], asked: Iterable[Question], base: Values) -> Values:
    """The base with what was typed: fields that did not come back stay as they were."""
    values = {row: dict(texts) for row, texts in base.items()}
    known = {WORDS_ROW, *(question.row for question in asked)}
    for key, text in data.items():
        row, _dot, name = key.rpartition(".")
        if row in known and name in (WORDS if row == WORDS_ROW else FIELDS):
            values.setdefault(row, {})[name] = text[:LONGEST]
    return values


def as_last_time(
    values: Values, row: str, asked: Iterable[Question], last_words: Mapping[str, str]
) -> Values:
    """The values with those of last time in an indicator and its parts, or in the words; the day
    is that of this period."""
    values = {**values}
    if row == WORDS_ROW:
        values[row] = dict(last_words)
    for question in asked:
        if row == str(question.indicator.number) and question.last_texts:
            texts = {name: text for name, text in question.last_texts.items() if name != "as_of"}
            values[question.row] = texts
    return values


def next_base(
    base: Values, values: Values, conflicts: Iterable[Conflict]
) -> dict[str, dict[str, str]]:
    """The base of a form that stays open after it was saved: what it says now; in a conflict what
    it began with, so that the conflict is shown when the form is next seen whole."""
    after = {row: dict(texts) for row, texts in values.items()}
    for each in conflicts:
        after.setdefault(each.row, {})[each.field] = each.base
    return after


# --- Small forms --------------------------------------------------------------------------------


class ReasonForm(CleanText, forms.Form):
    """Why a report is sent back or amended."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DeskForm(CleanText, forms.Form):
    """What an officer may ask of the list of reports that wait."""

    words = forms.CharField(label=gettext_lazy("Words"), max_length=100, required=False)
    since = forms.DateField(
        label=gettext_lazy("Waits since before"), required=False, widget=DateInput()
    )
    claims = forms.BooleanField(
        label=gettext_lazy("Only those that claim completion"), required=False
    )
    sort = forms.ChoiceField(
        label=gettext_lazy("Sort by"),
        choices=[
            ("longest", gettext_lazy("Waiting longest")),
            ("newest", gettext_lazy("Newest first")),
            ("partner", gettext_lazy("Organisation")),
        ],
        required=False,
    )

    @property
    def order(self) -> tuple[str, ...]:
        return {
            "newest": ("-waits_since", "-pk"),
            "partner": ("partner__name", "pk"),
        }.get(self.cleaned_data.get("sort") or "", ("waits_since", "pk"))
