"""Tables that people keep in a spreadsheet and save as CSV: a row of headings, and rows below it,
which can say where they are. Read with the patience of `base.sheets`: headings in whatever case,
older encodings, any usual delimiter. What programs write is read by `csv_rows`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coalition.base import sheets
from coalition.base.errors import Refused
from coalition.base.text import clean_line
from coalition.consultations.files.opening import content

LONGEST = 200  # characters of a cell that is looked at


@dataclass(frozen=True)
class Table:
    """A CSV file's headings, and its rows with their numbers, of which empty ones are left out.
    Cells stand as in the file: most of them are not looked at."""

    name: str
    headings: list[str]
    rows: list[tuple[int, list[str]]]

    def cell(self, row: int, cells: Sequence[str], at: int) -> str:
        value = clean_line(cells[at], limit=LONGEST + 1) if at < len(cells) else ""
        if len(value) > LONGEST:
            raise self.refused(
                row,
                f"what stands under “{self.headings[at]}” is longer than {LONGEST} characters. "
                "Please shorten it.",
            )
        return value

    def column(self, heading: str) -> int | None:
        """Where the column of this heading stands; Refused where there are two of it."""
        same = [at for at, one in enumerate(self.headings) if folded(one) == folded(heading)]
        if len(same) > 1:
            raise Refused(
                f"{self.name}: two columns are headed “{heading}” (columns {same[0] + 1} and "
                f"{same[1] + 1}). Please take one of them out."
            )
        return same[0] if same else None

    def needed(self, heading: str, why: str = "") -> int:
        """As `column`; Refused where there is none."""
        at = self.column(heading)
        if at is None:
            raise Refused(
                f"{self.name}: there is no column “{short(heading)}”{why}. Its columns are: "
                f"{short(', '.join(self.headings))}."
            )
        return at

    def refused(self, row: int, what: str) -> Refused:
        return Refused(f"{self.name}, row {row}: {what}")


def read_table(path: Path, of: str, most: int) -> Table:
    """The table of a file, with `most` rows of whatever it is a table of. Refused: there is none,
    it is no CSV, too large, or a row is longer than the headings."""
    headings: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for number, cells in _lines(path):
        if not any(cell.strip() for cell in cells):
            continue
        if not headings:
            headings = [clean_line(cell, limit=LONGEST) for cell in cells]
            continue
        if any(cell.strip() for cell in cells[len(headings) :]):
            raise Refused(
                f"{path.name}, row {number}: it has more cells than there are headings. Please put "
                "what holds a comma in quotation marks."
            )
        if len(rows) == most:
            raise Refused(f"{path.name} has more than {most:,} rows, the most that is read.")
        rows.append((number, cells))
    if not rows:
        raise Refused(
            f"{path.name} has no {of}: it needs a row of headings, and one row for each below it."
        )
    return Table(path.name, headings, rows)


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    raw = content(path, sheets.MOST_BYTES)
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refused(f"{path.name} is a workbook. Please save its sheet as CSV.")
    return sheets.lines_of_csv(raw)


def folded(text: str) -> str:
    return text.strip().casefold()


def short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:80]}…"
