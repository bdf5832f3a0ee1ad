"""Reads a list out of an XLSX or CSV file: a heading and rows of plain values, within bounds.

Nothing of the file is trusted: how much is unpacked, how many rows and columns are looked at and
how long a cell may be is limited, and formulas are never worked out.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl import load_workbook

from coalition.base import uploads
from coalition.base.downloads import FORMULA_STARTS
from coalition.base.errors import Refused
from coalition.base.text import clean_line

KINDS = ("xlsx", "csv")
MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 60
# So many empty rows end a list; a sheet has room for a million.
EMPTY_ROWS = 5_000
# Rows above the heading: a title, a date, an emblem.
HEADING_WITHIN = 20
LONGEST_CELL = 32_767  # what a cell of a spreadsheet holds
MOST_SHARED = 60 * 1024 * 1024  # of texts, unpacked: they are all in memory at once
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
DELIMITERS = ",;\t"


@dataclass
class Sheet:
    """A list as it was read. `rows` are (number as the file counts, one value per heading);
    a value is a text, a day, or "". `notes` are sentences on how it was read."""

    headings: list[str]
    rows: list[tuple[int, list[Any]]]
    notes: list[str] = field(default_factory=list)

    def packed(self) -> bytes:
        """All of it, to be kept until the list is taken in."""
        rows = [[number, [_kept(cell) for cell in cells]] for number, cells in self.rows]
        text = json.dumps([self.headings, rows, self.notes], ensure_ascii=False)
        return zlib.compress(text.encode())

    @classmethod
    def unpacked(cls, content: bytes) -> Sheet:
        headings, rows, notes = json.loads(zlib.decompress(content))
        found = [
            (number, [cell if isinstance(cell, str) else date(*cell) for cell in cells])
            for number, cells in rows
        ]
        return cls(headings, found, notes)


def _kept(cell: Any) -> Any:
    return [cell.year, cell.month, cell.day] if isinstance(cell, date) else cell


def read(content: bytes, *, name: str, columns: int = MOST_COLUMNS) -> Sheet:
    """The first sheet of a workbook, or a CSV file, of which so many columns are looked at. Raises
    Refused with what is wrong with it."""
    kind = uploads.check(io.BytesIO(content), name=name, kinds=KINDS, limit=MOST_BYTES).kind
    return _read_xlsx(content, columns) if kind == "xlsx" else _read_csv(content, columns)


# --- Workbooks -------------------------------------------------------------------------------


def _read_xlsx(content: bytes, columns: int) -> Sheet:
    _refuse_large_texts(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheets = [one for one in book.worksheets if one.sheet_state == "visible"]
        if not sheets:
            raise Refused(_("The workbook has no sheet with rows. Please choose another file."))
        sheet = sheets[0]
        # What a sheet says of its own size may be anything.
        sheet.reset_dimensions()
        rows = enumerate(sheet.iter_rows(max_col=columns, values_only=True), start=1)
        made = _sheet((number, [_plain(cell) for cell in row]) for number, row in rows)
        if len(sheets) > 1:
            made.notes.append(
                _("The workbook has %(count)s sheets; the first, “%(name)s”, was read.")
                % {"count": len(sheets), "name": clean_line(sheet.title, limit=60)}
            )
        if formulas := _formulas(content, sheet._worksheet_path):
            made.notes.append(
                ngettext(
                    "%(count)s cell holds a formula. It was not worked out: the value that was "
                    "saved with it was read.",
                    "%(count)s cells hold formulas. They were not worked out: the values that "
                    "were saved with them were read.",
                    formulas,
                )
                % {"count": formulas}
            )
        return made
    except Refused:
        raise
    except Exception as error:  # hostile bytes make the reader raise many kinds of errors
        raise Refused(
            _("The workbook is damaged and cannot be read. Please save it again and resend it.")
        ) from error


def _refuse_large_texts(content: bytes) -> None:
    archive = zipfile.ZipFile(io.BytesIO(content))
    shared = sum(
        member.file_size
        for member in archive.infolist()
        if "sharedstrings" in member.filename.lower()
    )
    if shared > MOST_SHARED:
        raise Refused(
            _("The texts of this workbook are too long in all. Please send a part of the list.")
        )


def _formulas(content: bytes, path: str) -> int:
    """How many cells of the sheet hold a formula, counted in its XML without reading it whole."""
    found, tail = 0, b""
    with zipfile.ZipFile(io.BytesIO(content)).open(path) as file:
        while piece := file.read(1 << 20):
            window = tail + piece
            found += sum(1 for one in FORMULA.finditer(window) if one.end() > len(tail))
            tail = window[-16:]
    return found


def _plain(cell: Any) -> Any:
    """A cell's value as a text, or as a day."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bool):
        return str(cell).lower()
    return str(cell)


# --- CSV -------------------------------------------------------------------------------------


def lines_of_csv(content: bytes, columns: int = MOST_COLUMNS) -> Iterator[tuple[int, list[str]]]:
    """The lines of a CSV file as they stand, each with its number; at most so many cells of each.
    Raises Refused with the line that cannot be read."""
    text, _writing = _decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        for number, row in enumerate(reader, start=1):
            yield number, [_without_apostrophe(cell) for cell in row[:columns]]
    except csv.Error:
        raise Refused(
            _(
                "Line %(line)s cannot be read: a cell is too long, or a quotation mark is "
                "missing. Please mend it and send the file again."
            )
            % {"line": reader.line_num}
        ) from None


def _read_csv(content: bytes, columns: int) -> Sheet:
    made = _sheet(lines_of_csv(content, columns))
    text, writing = _decoded(content)
    name = {",": _("commas"), ";": _("semicolons"), "\t": _("tabs")}[_delimiter(text)]
    made.notes.append(
        _("Read as %(writing)s, with %(delimiter)s between the columns.")
        % {"writing": writing, "delimiter": name}
    )
    return made


def _decoded(content: bytes) -> tuple[str, str]:
    """The text of the file and the name of its writing."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace"), "UTF-16"
    for encoding, name in (("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            return content.decode(encoding), name
        except UnicodeDecodeError:
            continue
    raise Refused(
        _("The file’s writing is neither UTF-8, UTF-16 nor Windows-1252. Please save it as UTF-8.")
    )


def _delimiter(text: str) -> str:
    """The sign that splits the first lines into the most columns, alike from line to line."""
    start = text[:20_000].splitlines()[:HEADING_WITHIN]

    def columns(sign: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(start, delimiter=sign) if any(row)]
        except csv.Error:
            return 0, 0
        most = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
        return (widths.count(most) if most > 1 else 0), most

    return max(DELIMITERS, key=columns)


def _without_apostrophe(cell: str) -> str:
    """Our own downloads put an apostrophe before what a spreadsheet would take for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA_STARTS else cell


# --- Both ------------------------------------------------------------------------------------


def _sheet(rows: Iterator[tuple[int, list[Any]]]) -> Sheet:
    """The heading is the first row with at least two texts; empty rows are left out."""
    headings: list[str] = []
    made: list[tuple[int, list[Any]]] = []
    notes, empty = [], 0
    for number, cells in rows:
        if not any(cells):
            empty += 1
            if empty > EMPTY_ROWS:
                notes.append(
                    _("After row %(row)s came %(count)s empty rows; what follows was not read.")
                    % {"row": made[-1][0] if made else number - empty, "count": EMPTY_ROWS}
                )
                break
            continue
        empty = 0
        if not headings:
            if (
                number <= HEADING_WITHIN
                and sum(isinstance(c, str) and bool(c.strip()) for c in cells) >= 2
            ):
                headings = _headings(cells)
            elif number > HEADING_WITHIN:
                break
            continue
        values = [_bounded(cell) for cell in cells[: len(headings)]]
        if not any(values):
            continue
        if len(made) >= MOST_ROWS:
            raise Refused(
                _("The list has more than %(most)s rows. Please send it in parts.")
                % {"most": f"{MOST_ROWS:,}"}
            )
        made.append((number, values + [""] * (len(headings) - len(values))))
    if not headings:
        raise Refused(
            _(
                "No row with headings was found among the first %(rows)s. The first row says what "
                "each column holds, such as Name, Country, Partner group."
            )
            % {"rows": HEADING_WITHIN}
        )
    if not made:
        raise Refused(_("Below the headings there is no row. Please choose another file."))
    return Sheet(headings, made, notes)


def _headings(cells: list[Any]) -> list[str]:
    texts = [clean_line(str(cell), limit=100) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _bounded(cell: Any) -> Any:
    """What is longer than a cell can be is cut where it is still far too long to be taken."""
    return cell[: LONGEST_CELL + 1].strip() if isinstance(cell, str) else cell
