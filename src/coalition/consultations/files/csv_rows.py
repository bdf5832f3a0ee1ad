"""Rows of large CSV files that programs wrote, one by one, within bounds: nothing of the file is
trusted, but it is taken at its word. What people keep in a spreadsheet is read by `tables`."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from coalition.base.errors import Refused
from coalition.consultations.files.opening import quoted, refuse_large

DELIMITER = re.compile("[,;\t]")
LONGEST_LINE = 1_000_000  # letters; a row for 5,000 statements has 15,000
HIGHEST = 2**53 - 1  # whole numbers up to here are exact in every program and in JSON
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Row = tuple[int, list[str]]


def cells(path: Path, *, most_bytes: int) -> Iterator[Row]:
    """Each row that holds anything: the number of the line it ends on, and its cells.

    Text is UTF-8 or, where marked so, UTF-16. The delimiter is whichever of comma, semicolon and
    tab comes first in the first line.

    Refused: no such file, too large, a line too long, not such text, or a quotation mark that is
    never closed.
    """
    refuse_large(path, most_bytes)
    line = 0
    try:
        with path.open("rb") as file:
            encoding = "utf-16" if file.read(2) in UTF_16 else "utf-8-sig"
        with path.open(encoding=encoding, newline="") as file:
            delimiter = DELIMITER.search(file.readline(LONGEST_LINE))
            file.seek(0)
            reader = csv.reader(
                _lines(path, file), delimiter=delimiter[0] if delimiter else ",", strict=True
            )
            for row in reader:
                line = reader.line_num
                if any(row):
                    yield line, row
    except UnicodeError as error:
        raise Refused(
            f"{path.name} is not text in UTF-8 (after line {line}). Save it again as UTF-8."
        ) from error
    except csv.Error as error:
        raise Refused(
            f"{path.name} cannot be read as CSV after line {line}: {error}. Look for a quotation "
            "mark that is opened and not closed."
        ) from error
    except OSError as error:
        raise Refused(f"{path.name} cannot be opened: {error.strerror}.") from error


def _lines(path: Path, file: TextIO) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise Refused(
                f"{path.name} has a line of more than {LONGEST_LINE:,} letters. Is it such a file?"
            )
        yield line


def rows(path: Path, needed: Sequence[str], *, most_bytes: int) -> Iterator[Row]:
    """As `cells`, of the needed columns in that order: the first row names them.

    Refused besides: a needed column is missing or there twice, or a row is cut short.
    """
    at: list[int] = []
    last = 0
    heading: list[str] = []
    for line, row in cells(path, most_bytes=most_bytes):
        if not heading:
            heading = [name.strip() for name in row]
            for name in needed:
                if heading.count(name) != 1:
                    wrong = "is there twice" if name in heading else "is missing"
                    raise Refused(f"In the heading of {path.name} the column {name} {wrong}.")
            at = [heading.index(name) for name in needed]
            last = max(at)
        elif len(row) > last:
            yield line, [row[position] for position in at]
        else:
            raise Refused(
                f"Line {line} of {path.name} has {len(row)} of {len(heading)} cells: it is cut "
                "short. Complete it or take it out."
            )
    if not heading:
        raise Refused(f"{path.name} is empty: its first line must name the columns.")


def whole(text: str, what: str, path: Path, line: int) -> int:
    """The whole number from 0 on that a cell holds; Refused says what it should have been."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 18 and int(text) <= HIGHEST:
        return int(text)
    raise Refused(
        f"Line {line} of {path.name}: {quoted(text)} is no {what}; it must be a whole number from "
        f"0 to {HIGHEST:,}."
    )
