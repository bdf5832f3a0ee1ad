"""Lists as CSV files and workbooks: readable by spreadsheets, harmless in them; and as JSON."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.http import FileResponse, Http404, StreamingHttpResponse
from django.utils.functional import Promise
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Some spreadsheets read wide signs as plain ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_file(
    name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    """A download called `name`.csv, in UTF-8, written row by row as it is read."""
    return StreamingHttpResponse(
        _lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def json_file(
    name: str, about: Mapping[str, Any], key: str, rows: Iterable[Mapping[str, Any]]
) -> StreamingHttpResponse:
    """A download called `name`.json, written row by row as it is read: one object that holds what
    is to be known about the file, and beneath `key` all rows."""
    return StreamingHttpResponse(
        _pieces(about, key, rows),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}.json"'},
    )


def xlsx_file(name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> FileResponse:
    """A download called `name`.xlsx: one sheet, its first row bold and always in sight.

    Written row by row into a temporary file, so that long lists need little memory. Texts stay
    texts, whatever they begin with; numbers and days are numbers and days.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    head = []
    for title in header:
        cell = WriteOnlyCell(sheet, value=str(title))
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def stored_file(file: Any, name: str) -> FileResponse:
    """A file that somebody sent us, on its way to a disk under `name`: no browser may sniff, show
    or run it, and no cache keep it. Raises Http404 where it is gone."""
    if not file or not file.storage.exists(file.name):
        raise Http404
    return FileResponse(
        file.open("rb"),
        as_attachment=True,
        filename=name,
        content_type="application/octet-stream",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, Promise):
        value = str(value)
    if not isinstance(value, str):
        return value
    if not value:
        return None  # no cell at all, rather than one with an empty text
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not text.startswith("="):
        return text
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # a text that begins like a formula
    return cell


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula, made plain text by an apostrophe."""
    starts_a_formula = isinstance(cell, str) and cell[:1] in FORMULA_STARTS
    return f"'{cell}" if starts_a_formula else cell


class _Line:
    """What csv.writer writes into: hands each line straight on."""

    def write(self, line: str) -> str:
        return line


def _pieces(about: Mapping[str, Any], key: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield json.dumps({**about, key: []}, ensure_ascii=False).removesuffix("]}")
    before = "\n"
    for row in rows:
        yield before + json.dumps(row, ensure_ascii=False)
        before = ",\n"
    yield "\n]}\n"


def _lines(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"  # so that spreadsheets read it as UTF-8
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])
