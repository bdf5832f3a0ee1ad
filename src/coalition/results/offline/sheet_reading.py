"""Reading a workbook that comes back, whatever happened to it on the way.

Rows are found by their code, else by what is asked; columns by their heading in any language of
ours. What cannot be read is told with its cell, and what is not there stays as it was.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.datetime import from_excel

from coalition.analysis.figures_in_words import yes_or_no
from coalition.analysis.number_words import MARKS, plain
from coalition.base import sheets, uploads
from coalition.base.errors import Refused
from coalition.base.text import clean_line, clean_text, fold
from coalition.results.models import Basis, Measure, Report, Stage
from coalition.results.offline import workbook
from coalition.results.offline.workbook import FILLED, HIDDEN
from coalition.results.reporting.plain import MANY_LINES, WORDS, WORDS_ROW, Values, slot_of
from coalition.results.reporting.questions import Question, questions

KINDS = ("xlsx", "csv")
MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 16 * 1024 * 1024
MOST_CELLS = 150_000
MOST_ROWS = 3_000
MOST_COLUMNS = 60
MOST_NOTES = 100
CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})\"")
CODE = re.compile(r"\[?\s*([A-Za-z]{2,6}-\d{4}-\d{1,6})\s*/\s*([^\]]{1,400}?)\s*\]?")
REPORT_CODE = re.compile(
    r"([A-Z]{2,6}-\d{4}-\d{1,6}) (\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)", re.IGNORECASE
)
EXPONENT = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,15})?e[-+]?\d{1,2}", re.IGNORECASE)
DAY = re.compile(
    r"(\d{1,4})\s?[./\-年]\s?(\d{1,2})\s?[./\-月]\s?(\d{1,4})日?(?:[ t]00:00(?::00)?)?"
)


@dataclass(frozen=True)
class Cell:
    value: Any = None
    is_formula: bool = False
    is_percent: bool = False
    is_merged: bool = False  # it lies under another cell


Row = tuple[int, list[Cell]]


@dataclass
class Found:
    """What a workbook says: texts by row and field as `reporting.plain` has them, what it started
    from (None where that is lost), and sentences on what could not be read."""

    values: Values
    base: Values | None
    notes: list[str] = field(default_factory=list)


def read(content: bytes, *, name: str, report: Report, stored: Values) -> Found:
    """What the workbook changes of the report.

    `stored` is what the report says now; it stands in for what the workbook started from where
    that is lost. Raises Refused with a sentence for a file that cannot be read, or that belongs to
    another report.
    """
    kind = uploads.check(io.BytesIO(content), name=name, kinds=KINDS, limit=MOST_BYTES).kind
    try:
        rows, state = _rows_of_xlsx(content) if kind == "xlsx" else (_rows_of_csv(content), "")
        reading = _Reading(report, stored, state)
        for sheet in rows:
            reading.take_sheet(sheet)
        return reading.found()
    except Refused:
        raise
    except Exception as error:  # hostile bytes make the reader raise many kinds of errors
        raise Refused(
            _("The workbook is damaged and cannot be read. Please save it again and resend it.")
        ) from error


# --- Cells -----------------------------------------------------------------------------------


def _rows_of_xlsx(content: bytes) -> tuple[list[list[Row]], str]:
    """The rows of each sheet that people see, and what the hidden one keeps."""
    _refuse_large(content)
    given = {"read_only": True, "keep_links": False}
    book = load_workbook(io.BytesIO(content), data_only=True, **given)
    formulas = load_workbook(io.BytesIO(content), **given)
    sheets_, state = [], ""
    for sheet, beneath in zip(book.worksheets, formulas.worksheets, strict=True):
        # What a sheet says of its own size may be anything.
        sheet.reset_dimensions()
        beneath.reset_dimensions()
        if fold(sheet.title) == HIDDEN:
            kept = sheet.iter_rows(max_col=1, max_row=500, values_only=True)
            state = "".join(str(one[0]) for one in kept if one and one[0])
        else:
            merged = _merged(content, sheet._worksheet_path)
            sheets_.append(list(_cells(sheet, beneath, merged)))
    return sheets_, state


def _refuse_large(content: bytes) -> None:
    """A workbook of ours stays far below these bounds, whoever filled it in."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    cells = 0
    unpacked = sum(one.file_size for one in archive.infolist())
    if unpacked <= MOST_UNPACKED:
        for one in archive.infolist():
            if "worksheets/" in one.filename:
                cells += len(CELL.findall(archive.read(one)))
    if unpacked > MOST_UNPACKED or cells > MOST_CELLS:
        raise Refused(
            _("This workbook holds far more than a report asks for. Please fill in a fresh one.")
        )


def _merged(content: bytes, path: str) -> set[tuple[int, int]]:
    """The cells that lie under another one, by row and column."""
    hidden: set[tuple[int, int]] = set()
    xml = zipfile.ZipFile(io.BytesIO(content)).read(path)
    for match in MERGED.finditer(xml):
        left, top, right, bottom = range_boundaries(match[1].decode())
        for row in range(top, min(bottom, MOST_ROWS) + 1):
            for column in range(left, min(right, MOST_COLUMNS) + 1):
                if (row, column) != (top, left):
                    hidden.add((row, column))
    return hidden


def _cells(sheet: Any, beneath: Any, merged: set[tuple[int, int]]) -> Iterator[Row]:
    bounds = {"max_col": MOST_COLUMNS, "max_row": MOST_ROWS}
    both = zip(sheet.iter_rows(**bounds), beneath.iter_rows(**bounds), strict=False)
    for number, (cells, formulas) in enumerate(both, start=1):
        row = []
        for column, cell in enumerate(cells, start=1):
            under = formulas[column - 1] if column <= len(formulas) else None
            row.append(
                Cell(
                    cell.value,
                    is_formula=getattr(under, "data_type", "") == "f",
                    is_percent="%" in str(getattr(cell, "number_format", "") or ""),
                    is_merged=(number, column) in merged,
                )
            )
        yield number, row


def _rows_of_csv(content: bytes) -> list[list[Row]]:
    rows: list[Row] = []
    for number, cells in sheets.lines_of_csv(content):
        if number > MOST_ROWS:
            raise Refused(
                _("This file holds far more than a report asks for. Please fill in a fresh one.")
            )
        rows.append((number, [Cell(cell or None) for cell in cells]))
    return [rows]


# --- Rows and columns ------------------------------------------------------------------------


class _Reading:
    def __init__(self, report: Report, stored: Values, state: str) -> None:
        self.report, self.stored = report, stored
        self.reference = report.framework.reference
        self.kept = workbook.state_from(state) if state else None
        if self.kept is not None:
            self._refuse_other(self.kept["framework"], *self.kept["period"])
        self.base: Values = self.kept["base"] if self.kept else stored
        self.values: Values = {row: dict(texts) for row, texts in self.base.items()}
        self.asked = {each.row: each for each in questions(report)}
        self.by_label = {fold(workbook.full_label(one)): row for row, one in self.asked.items()}
        self.headings = workbook.known_headings()
        self.stages = workbook.choices_by_label(Stage)
        self.bases = workbook.choices_by_label(Basis)
        self.seen: dict[str, int] = {}
        self.twice: set[str] = set()
        self.notes: list[str] = []

    def found(self) -> Found:
        """All of it; Refused where nothing of the report was found."""
        if not self.seen:
            raise Refused(
                _(
                    "No row of this report was found in the file. Please fill in the workbook "
                    "that the report’s page gives you."
                )
            )
        if self.kept is None:
            self.note(
                _(
                    "What the workbook started from is lost. Where it differs from the report, "
                    "you are asked which of the two counts."
                )
            )
        absent = [row for row, one in self.asked.items() if row not in self.seen and one.is_whole]
        if absent:
            labels = ", ".join(self.asked[row].indicator.title for row in absent[:5])
            self.note(_("Not in the file, and left as they are: %(labels)s") % {"labels": labels})
        base = self.base if self.kept else None
        return Found(self.values, base, self.notes[:MOST_NOTES])

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def take_sheet(self, rows: list[Row]) -> None:
        self._refuse_by_title(rows)
        columns: dict[str, int] = {}
        top = 0
        for number, cells in rows:
            found = self._columns(cells)
            if len(found) > max(2, len(columns) - 1):
                columns, top = found, number
        for number, cells in rows:
            if number == top or not any(cell.value is not None for cell in cells):
                continue
            self._take_row(number, cells, columns, is_above=number < top)

    def _columns(self, cells: list[Cell]) -> dict[str, int]:
        """Which column is where, if these are headings."""
        found: dict[str, int] = {}
        for place, cell in enumerate(cells):
            if isinstance(cell.value, str):
                name = self.headings.get(fold(clean_line(cell.value)))
                if name is not None:
                    found.setdefault(name, place)
        return found

    def _refuse_by_title(self, rows: list[Row]) -> None:
        for _number, cells in rows[:40]:
            for cell in cells:
                if isinstance(cell.value, str) and (
                    match := REPORT_CODE.search(plain(MARKS.sub("", cell.value)))
                ):
                    self._refuse_other(match[1].upper(), match[2], match[3])

    def _refuse_other(self, reference: str, first: str = "", last: str = "") -> None:
        period = self.report.period
        if str(reference).upper() != self.reference:
            raise Refused(
                _(
                    "This workbook belongs to %(other)s, and this is a report of %(own)s. Please "
                    "upload it there, or fill in the workbook of this report."
                )
                % {"other": clean_line(str(reference), limit=20), "own": self.reference}
            )
        if first and (str(first), str(last)) != (str(period.starts_on), str(period.ends_on)):
            raise Refused(
                _(
                    "This workbook is about %(first)s – %(last)s, and this report about %(from)s "
                    "– %(until)s. Please fill in the workbook of this report."
                )
                % {
                    "first": clean_line(str(first), limit=10),
                    "last": clean_line(str(last), limit=10),
                    "from": period.starts_on,
                    "until": period.ends_on,
                }
            )

    def _take_row(
        self, number: int, cells: list[Cell], columns: dict[str, int], *, is_above: bool
    ) -> None:
        code = self._code(cells, columns)
        if code is not None and code.startswith(f"{WORDS_ROW}."):
            self._take_words(number, code.partition(".")[2], cells, columns)
            return
        row = code if code is not None else self._by_label(cells, columns)
        if is_above or row is None or not columns:
            if not is_above and columns and self._has_answers(cells, columns):
                self.note(
                    _("Row %(row)s: nobody knows what it answers, so it was not read.")
                    % {"row": number}
                )
            return
        if row in self.seen:
            self._take_twice(number, row)
            return
        self.seen[row] = number
        self._take_figure(number, row, cells, columns)

    def _code(self, cells: list[Cell], columns: dict[str, int]) -> str | None:
        """The code of a row, in its column or wherever else it was moved."""
        place = columns.get("code")
        ordered = ([cells[place]] if place is not None and place < len(cells) else []) + cells
        for cell in ordered:
            if not isinstance(cell.value, str) or "/" not in cell.value:
                continue
            if match := CODE.fullmatch(plain(MARKS.sub("", cell.value)).strip()):
                row = match[2].rstrip("|")
                is_row = slot_of(row) is not None
                if is_row or row.partition(".")[0] == WORDS_ROW:
                    self._refuse_other(match[1])
                    # Places and groups are written in capitals and small letters.
                    return self._as_known(row)
        return None

    def _as_known(self, row: str) -> str:
        known = {each.casefold(): each for each in (*self.asked, *self.base)}
        return known.get(row.casefold(), row)

    def _by_label(self, cells: list[Cell], columns: dict[str, int]) -> str | None:
        place = columns.get("label")
        if place is None or place >= len(cells) or not isinstance(cells[place].value, str):
            return None
        return self.by_label.get(fold(clean_line(cells[place].value, limit=1000)))

    def _has_answers(self, cells: list[Cell], columns: dict[str, int]) -> bool:
        places = [columns[name] for name in FILLED if name in columns]
        return any(place < len(cells) and cells[place].value is not None for place in places)

    def _take_twice(self, number: int, row: str) -> None:
        """Two rows for one figure: neither counts, and what stood there stays."""
        self.note(
            _("Rows %(first)s and %(second)s are about the same figure, so neither was read.")
            % {"first": self.seen[row], "second": number}
        )
        self.values[row] = dict(self.base.get(row, {}))

    # --- Cells of a row

    def _take_figure(
        self, number: int, row: str, cells: list[Cell], columns: dict[str, int]
    ) -> None:
        question = self.asked.get(row)
        texts = self.values.setdefault(row, {})
        for name in FILLED:
            place = columns.get(name)
            if place is None:
                continue  # the column was removed: what it held stays
            cell = cells[place] if place < len(cells) else Cell()
            where = {"row": number, "column": get_column_letter(place + 1)}
            text = self._text(name, cell, question, where)
            if text is None:
                continue
            if text:
                texts[name] = text
            else:
                texts.pop(name, None)

    def _take_words(
        self, number: int, name: str, cells: list[Cell], columns: dict[str, int]
    ) -> None:
        if name not in WORDS:
            return
        place = columns.get("text", 2)
        cell = cells[place] if place < len(cells) else Cell()
        where = {"row": number, "column": get_column_letter(place + 1)}
        self.seen[f"{WORDS_ROW}.{name}"] = number
        text = self._text(name, cell, None, where)
        if text is None:
            return
        texts = self.values.setdefault(WORDS_ROW, {})
        if name == "stage":
            text = self.stages.get(fold(text), text)
        if text:
            texts[name] = text
        else:
            texts.pop(name, None)

    def _text(
        self, name: str, cell: Cell, question: Question | None, where: dict[str, Any]
    ) -> str | None:
        """What a cell says, as plain text; None where it says nothing that could be read."""
        if cell.is_merged:
            self.note(
                _(
                    "Row %(row)s, column %(column)s: it is merged with another cell, so it was "
                    "left as it is."
                )
                % where
            )
            return None
        if cell.is_formula and cell.value is None:
            self.note(
                _(
                    "Row %(row)s, column %(column)s: a formula whose result was not saved with "
                    "it. Please type the figure."
                )
                % where
            )
            return None
        if isinstance(cell.value, str) and cell.value.startswith("#") and cell.is_formula:
            self.note(
                _("Row %(row)s, column %(column)s: the formula has no result but an error.") % where
            )
            return None
        text = _plain_text(cell, name)
        if name in ("value", "denominator"):
            return self._figure(name, text, question, where)
        if name == "as_of":
            return self._day(text, cell, where)
        if name == "basis":
            return self.bases.get(fold(text), text)
        return text

    def _figure(
        self, name: str, text: str, question: Question | None, where: dict[str, Any]
    ) -> str:
        text = MARKS.sub("", text).strip()
        measure = question.indicator.measure if question else ""
        if measure == Measure.YES_NO and name == "value":
            said = yes_or_no(text) if text else None
            return text if said is None else str(int(said))
        bare = plain(text)
        if EXPONENT.fullmatch(bare):
            return f"{Decimal(bare):f}"
        if "%" in bare:
            self.note(
                _(
                    "Row %(row)s, column %(column)s: “%(text)s” is a percentage. Please write how "
                    "many, and out of how many."
                )
                % {**where, "text": clean_line(text, limit=40)}
            )
        return text

    def _day(self, text: str, cell: Cell, where: dict[str, Any]) -> str:
        """A day as 2026-12-31; what could be two days stays as typed, and is told."""
        if not text or re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return text
        days = _days(text, cell)
        if len(days) == 1:
            return days[0].isoformat()
        self.note(
            _(
                "Row %(row)s, column %(column)s: “%(text)s” is no day that could be read. Please "
                "write it as 2026-12-31."
            )
            % {**where, "text": clean_line(text, limit=40)}
        )
        return text


def _plain_text(cell: Cell, name: str) -> str:
    """A cell's value as somebody would type it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (datetime, date)):
        return value.isoformat()[:10]
    if isinstance(value, (int, float)):
        exact = Decimal(repr(value))
        if not exact.is_finite():
            return str(value)
        if cell.is_percent and name in ("value", "denominator"):
            return f"{_trimmed(exact * 100)} %"
        # What a spreadsheet works out it may hold a hair beside it: 0.1 + 0.2.
        return _trimmed(Decimal(f"{value:.15g}") if isinstance(value, float) else exact)
    return clean_text(str(value)) if name in MANY_LINES else clean_line(str(value), limit=20_000)


def _trimmed(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _days(text: str, cell: Cell) -> list[date]:
    """Every day that a text may mean; a number is a spreadsheet's count of days."""
    if isinstance(cell.value, (int, float)) and 20_000 < cell.value < 80_000:
        moment = from_excel(cell.value)
        return [moment.date()] if isinstance(moment, datetime) else []
    match = DAY.fullmatch(plain(MARKS.sub("", text)).strip())
    if not match:
        return []
    one, two, three = (int(part) for part in match.groups())
    orders = [(one, two, three)] if one > 31 else [(three, two, one), (three, one, two)]
    found = []
    for year, month, day in orders:
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return sorted({one for one in found if 1900 <= one.year <= 2200})
