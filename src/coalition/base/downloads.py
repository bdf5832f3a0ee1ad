"""Lists as CSV files: streamed, readable by spreadsheets, harmless in them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_file(
    name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    """A download called `name`.csv, in UTF-8, written row by row as it is read."""
    return StreamingHttpResponse(
        _lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula, made plain text by an apostrophe."""
    starts_a_formula = isinstance(cell, str) and cell[:1] in FORMULA_STARTS
    return f"'{cell}" if starts_a_formula else cell


class _Line:
    """What csv.writer writes into: hands each line straight on."""

    def write(self, line: str) -> str:
        return line


def _lines(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"  # so that spreadsheets read it as UTF-8
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])
