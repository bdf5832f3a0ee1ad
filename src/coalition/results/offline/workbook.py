"""A report as a workbook to be filled in away from the web.

One sheet asks for the figures, a row each, found again by its code; one asks for the words. A
hidden sheet keeps, signed, which report it is and what stood in it when the workbook was made, so
that what was changed meanwhile on either side can be brought together.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from coalition.base.text import fold
from coalition.results.models import Basis, Measure, Report, Stage
from coalition.results.offline.letters import hint_of
from coalition.results.reporting.plain import WORDS, WORDS_ROW, Values, values_of
from coalition.results.reporting.questions import Question, questions
from coalition.results.totals.queries import shown

HIDDEN = "coalition"
SALT = "results.offline.workbook"
CHUNK = 30_000  # a cell holds 32,767 characters
LONGEST_CELL = 32_767
# Of each column its heading, its width, and whether it is filled in.
COLUMNS: dict[str, tuple[Any, int, bool]] = {
    "code": (gettext_lazy("Code"), 24, False),
    "label": (gettext_lazy("What is asked"), 48, False),
    "hint": (gettext_lazy("How to answer"), 26, False),
    "last": (gettext_lazy("Last time"), 16, False),
    "target": (gettext_lazy("Target"), 16, False),
    "value": (gettext_lazy("Figure"), 16, True),
    "denominator": (gettext_lazy("Out of"), 16, True),
    "text": (gettext_lazy("In words"), 40, True),
    "unit": (gettext_lazy("Currency"), 12, True),
    "not_known": (gettext_lazy("Not known, because"), 28, True),
    "basis": (gettext_lazy("How it is known"), 16, True),
    "source": (gettext_lazy("Source"), 28, True),
    "source_url": (gettext_lazy("Address of the source"), 28, True),
    "as_of": (gettext_lazy("As of (2026-12-31)"), 16, True),
    "note": (gettext_lazy("Note"), 36, True),
}
FILLED = [name for name, (_heading, _width, is_filled) in COLUMNS.items() if is_filled]
WORD_LABELS = {
    "stage": gettext_lazy("How far it is"),
    "achieved": gettext_lazy("What was achieved"),
    "barriers": gettext_lazy("What stood in the way"),
    "next_steps": gettext_lazy("What comes next"),
}
INPUT = PatternFill("solid", fgColor="FFF7E0")
HEAD = PatternFill("solid", fgColor="E3EEEC")
WRAPPED = Alignment(wrap_text=True, vertical="top")


def make(report: Report) -> bytes:
    """The workbook of a report, in the reader's language, with what the report says by now."""
    values = values_of(report)
    book = Workbook()
    figures = book.active
    figures.title = _sheet_name(_("Figures"))
    asked = questions(report)
    top = _write_top(figures, report)
    _write_figures(figures, report, asked, values, top)
    _write_words(book.create_sheet(_sheet_name(_("Words"))), report, values)
    _write_hidden(book.create_sheet(HIDDEN), report, values)
    for sheet in book.worksheets[:2]:
        sheet.sheet_view.rightToLeft = get_language() in settings.LANGUAGES_BIDI
        _protect(sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def code_of(report: Report) -> str:
    """Which report it is, for people and programs: "RES-2026-0042 2026-01-01/2026-12-31"."""
    period = report.period
    return f"{report.framework.reference} {period.starts_on}/{period.ends_on}"


def state_of(report: Report, values: Values) -> str:
    """What the hidden sheet keeps, signed."""
    period = report.period
    kept = {
        "framework": report.framework.reference,
        "period": [str(period.starts_on), str(period.ends_on)],
        "base": values,
    }
    return signing.dumps(kept, salt=SALT, compress=True)


def state_from(text: str) -> dict[str, Any] | None:
    """What a hidden sheet kept; None where it is not as we signed it."""
    try:
        kept = signing.loads(text, salt=SALT)
    except Exception:  # hostile texts make unpacking raise many kinds of errors
        return None
    return kept if isinstance(kept, dict) else None


def full_label(question: Question) -> str:
    """The question in words that no other of the report has."""
    if question.is_whole:
        return question.indicator.title
    return f"{question.indicator.title}: {question.label}"


@cache
def known_headings() -> dict[str, str]:
    """The columns by their headings in every language of ours, folded."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for name, (heading, _width, _is_filled) in COLUMNS.items():
                found.setdefault(fold(str(heading)), name)
    return found


@cache
def choices_by_label(choices: type[Basis] | type[Stage]) -> dict[str, str]:
    """The values of a choice by their labels in every language of ours, folded, and by value."""
    found = {fold(value): value for value in choices.values}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {fold(str(label)): value for value, label in choices.choices}
    return found


# --- Writing ---------------------------------------------------------------------------------


def _write_top(sheet: Worksheet, report: Report) -> int:
    """Title, period, deadline and how to fill it in; the row of the headings."""
    period, owner = report.period, report.framework.owner
    span = {"from": date_format(period.starts_on), "until": date_format(period.ends_on)}
    lines = [
        owner.title,
        _("Report on %(from)s – %(until)s") % span,
        code_of(report),
    ]
    if period.due_on:
        due = {"day": date_format(period.due_on), "zone": report.framework.zone}
        lines.append(_("Due until the end of %(day)s (%(zone)s)") % due)
    lines.append(
        _(
            "Fill in the coloured cells, then upload the file or send it as an answer to our "
            "letter. You confirm what was read before it counts."
        )
    )
    for row, line in enumerate(lines, start=1):
        _put(sheet, row, 1, line)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    return len(lines) + 2


def _write_figures(
    sheet: Worksheet, report: Report, asked: list[Question], values: Values, top: int
) -> None:
    for column, (heading, width, _is_filled) in enumerate(COLUMNS.values(), start=1):
        cell = _put(sheet, top, column, str(heading))
        cell.font, cell.fill, cell.alignment = Font(bold=True), HEAD, WRAPPED
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(top + 1, 3)
    rows = [*asked, *_further(values, asked)]
    for number, each in enumerate(rows, start=top + 1):
        texts = _row_texts(report, each, values)
        fields = each.fields if isinstance(each, Question) else tuple(values[each])
        for column, name in enumerate(COLUMNS, start=1):
            is_open = name in fields
            cell = _put(sheet, number, column, texts.get(name, ""), is_text=not is_open)
            cell.alignment = WRAPPED
            if is_open:
                cell.fill, cell.protection = INPUT, Protection(locked=False)
                # A day or a text stays as typed; figures may be numbers.
                cell.number_format = "General" if name in ("value", "denominator") else "@"
    last = max(top + len(rows), top + 1)
    _offer(sheet, "basis", top, last, [str(label) for label in Basis.labels])
    for number, each in enumerate(rows, start=top + 1):
        if isinstance(each, Question) and each.indicator.measure == Measure.YES_NO:
            _offer(sheet, "value", number - 1, number, [_("yes"), _("no")])


def _further(values: Values, asked: list[Question]) -> Iterator[str]:
    """Rows that the report has beyond what is asked, such as women of a place."""
    known = {each.row for each in asked} | {WORDS_ROW}
    return (row for row in values if row not in known)


def _row_texts(report: Report, of: Question | str, values: Values) -> dict[str, Any]:
    row = of if isinstance(of, str) else of.row
    held = values.get(row, {})
    texts: dict[str, Any] = {
        "code": f"{report.framework.reference}/{row}",
        "label": row if isinstance(of, str) else full_label(of),
        **held,
    }
    if "basis" in held:
        texts["basis"] = str(dict(Basis.choices).get(held["basis"], held["basis"]))
    if isinstance(of, str):
        return texts
    if of.indicator.measure == Measure.YES_NO:
        texts["value"] = {"1": _("yes"), "0": _("no")}.get(held.get("value", ""), "")
    texts["hint"] = hint_of(of)
    texts["last"] = shown(of.last, of.indicator, reveal=True) if of.last else ""
    texts["target"] = shown(of.target, of.indicator, reveal=True) if of.target else ""
    return texts


def _write_words(sheet: Worksheet, report: Report, values: Values) -> None:
    said = values.get(WORDS_ROW, {})
    for column, width in ((1, 30), (2, 30), (3, 90)):
        sheet.column_dimensions[get_column_letter(column)].width = width
    headings = (_("Code"), _("What is asked"), _("In words"))
    for column, heading in enumerate(headings, start=1):
        cell = _put(sheet, 1, column, heading)
        cell.font, cell.fill = Font(bold=True), HEAD
    for number, name in enumerate(WORDS, start=2):
        _put(sheet, number, 1, f"{report.framework.reference}/{WORDS_ROW}.{name}")
        _put(sheet, number, 2, str(WORD_LABELS[name]))
        text = said.get(name, "")
        if name == "stage":
            text = str(dict(Stage.choices).get(text, text))
        cell = _put(sheet, number, 3, text)
        cell.fill, cell.protection, cell.alignment = INPUT, Protection(locked=False), WRAPPED
        cell.number_format = "@"
        sheet.row_dimensions[number].height = 20 if name == "stage" else 90
    labels = ",".join(str(label).replace(",", " ") for label in Stage.labels)
    _validate(sheet, "C2", labels)


def _write_hidden(sheet: Worksheet, report: Report, values: Values) -> None:
    state = state_of(report, values)
    for number, start in enumerate(range(0, len(state), CHUNK), start=1):
        _put(sheet, number, 1, state[start : start + CHUNK])
    sheet.sheet_state = "hidden"


def _put(sheet: Worksheet, row: int, column: int, value: str, *, is_text: bool = True) -> Any:
    """Write a text that stays a text, or a figure that may be a number."""
    cell = sheet.cell(row, column)
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL]
    if not is_text and _is_number(text):
        cell.value = float(text) if "." in text else int(text)
        return cell
    cell.value = text or None
    if text:
        cell.data_type = "s"  # also where it begins like a formula
    return cell


def _is_number(text: str) -> bool:
    """A plain decimal that a spreadsheet holds exactly: fifteen digits at most."""
    bare = text.removeprefix("-").replace(".", "", 1)
    return bare.isascii() and bare.isdecimal() and len(bare) <= 15


def _offer(sheet: Worksheet, name: str, top: int, last: int, labels: list[str]) -> None:
    letter = get_column_letter(list(COLUMNS).index(name) + 1)
    _validate(sheet, f"{letter}{top + 1}:{letter}{last}", ",".join(labels))


def _validate(sheet: Worksheet, cells: str, labels: str) -> None:
    """A list to choose from; what is typed instead is read too. Excel takes 255 characters."""
    if len(labels) > 250:
        return
    rule = DataValidation("list", formula1=f'"{labels}"', allow_blank=True, showErrorMessage=False)
    sheet.add_data_validation(rule)
    rule.add(cells)


def _protect(sheet: Worksheet) -> None:
    """What explains is locked, without a password; rows and columns can be sorted and sized."""
    protection = sheet.protection
    protection.sheet = True
    for allowed in ("formatCells", "formatColumns", "formatRows", "sort", "autoFilter"):
        setattr(protection, allowed, False)


def _sheet_name(name: str) -> str:
    return "".join(sign for sign in name if sign not in "[]:*?/\\'")[:31] or "1"
