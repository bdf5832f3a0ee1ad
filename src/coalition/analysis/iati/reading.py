"""Reading an IATI file of any size: checked, and each record made into something of one's own.

A large file is cut behind its records, and the pieces are read side by side. Where a piece tells of
anything that could come from the cut, the whole is read once more in one go, so that cutting is
never seen.
"""

from __future__ import annotations

import functools
import gc
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar

from coalition.analysis.iati.checking import (
    MOST_FINDINGS,
    Checked,
    Checker,
    Element,
    checked,
)

T = TypeVar("T")
# Bytes, about. What has fewer than two of them is read before other processes have started.
PIECE = 4_000_000
BLOCK = 1 << 20
# The begin and the end of a record, and what may hide them.
MARKS = re.compile(
    rb"<!--|-->|<!\[CDATA\[|\]\]>|<\?|\?>|<iati-(?:activity|organisation)(?=[\s>])"
    rb"|</iati-(?:activity|organisation)\s*>"
)
END = re.compile(rb"</iati-(?:activity|organisation)\s*>")
LONGEST_MARK = 64
CLOSED_BY = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
# Findings that a cut could bring about by itself; so could any of the root.
OF_THE_CUT = frozenset(("not_xml", "declares", "root"))


@dataclass(frozen=True)
class Read(Generic[T]):
    """What a file is, and what its records were made into, in their order."""

    checked: Checked
    values: list[T]


def read(
    path: Path,
    of: Callable[[Element], T],
    *,
    processes: int | None = None,
    piece: int = PIECE,
) -> Read[T]:
    """Read and check a file. `of` makes something of each record, in whichever process has it: it
    is a function of a module, and what it gives can be pickled. The smaller that is, the faster and
    the smaller all is: a whole `Activity` of each costs about as much again as reading the file,
    and stays in memory. Raises OSError where the file cannot be read."""
    many = min(processes or os.cpu_count() or 1, 8)
    with _uncollected():
        if many > 1 and path.stat().st_size >= 2 * piece:
            found = _side_by_side(path, of, many, piece)
            if found is not None:
                return found
        values: list[T] = []
        with path.open("rb") as file:
            return Read(checked(file, lambda record: values.append(of(record))), values)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles, of which records have none and which would look at all of
    them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# --- Side by side ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Piece:
    """A stretch of a file: its bytes, and the line on which it begins."""

    start: int
    end: int
    line: int


def _side_by_side(
    path: Path, of: Callable[[Element], T], processes: int, piece: int
) -> Read[T] | None:
    """None where the file has to be read in one go."""
    size = path.stat().st_size
    with path.open("rb") as file:
        pieces = _pieces(file, piece)
        if (head := next(pieces, None)) is None:
            return None
        with ProcessPoolExecutor(
            processes, mp_context=get_context("spawn"), initializer=gc.disable
        ) as pool:
            # The first pieces are read while the others are being looked for.
            found = list(pool.map(functools.partial(_read_piece, path, of, head, size), pieces))
    told = [one.checked for one in found]
    if any(_is_of_the_cut(one) for one in told):
        return None
    findings = [each for one in told for each in one.findings]
    return Read(
        Checked(
            *(told[0].root, told[0].version, sum(one.records for one in told)),
            *(tuple(findings[:MOST_FINDINGS]), len(findings)),
        ),
        [value for one in found for value in one.values],
    )


def _is_of_the_cut(one: Checked) -> bool:
    return one.found > len(one.findings) or any(
        each.code in OF_THE_CUT or each.element in ("", one.root) for each in one.findings
    )


def _read_piece(
    path: Path, of: Callable[[Element], T], head: _Piece, size: int, piece: _Piece
) -> Read[T]:
    """One piece, as if it stood alone between the head and the end of the root."""
    values: list[T] = []
    checker = Checker(lambda record: values.append(of(record)))
    with path.open("rb") as file:
        for part in (head, piece):
            file.seek(part.start)
            for at in range(part.start, part.end, BLOCK):
                checker.feed(file.read(min(BLOCK, part.end - at)))
            checker.ahead = piece.line - head.line
    if piece.end < size:
        checker.feed(f"</{checker.root}>".encode())
    return Read(checker.close(), values)


def _pieces(file: BinaryIO, size: int) -> Iterator[_Piece]:
    """The head, up to the first record, with the line on which it ends; then pieces of about one
    size, each behind the end of a record, the last one up to the end of the file. Nothing where no
    record was found: the marks may look otherwise in its encoding.

    Only the head is read with care. A cut in a comment or the like leaves it open at the end of a
    piece, which is then not well-formed, and is told as such."""
    found = next(_marks(file), None)
    if found is None or found[0].startswith(b"</"):
        return
    _mark, start, line = found
    yield _Piece(0, start, line)
    size_of_file = file.seek(0, os.SEEK_END)
    while start < size_of_file:
        end, lines = _cut(file, start, size)
        yield _Piece(start, end, line)
        start, line = end, line + lines


def _cut(file: BinaryIO, start: int, size: int) -> tuple[int, int]:
    """Where a piece of at least this size ends, and how many line ends it has."""
    file.seek(start)
    held, before, lines = b"", start, 0
    while block := file.read(BLOCK):
        held += block
        if found := END.search(held, max(start + size - before, 0)):
            return before + found.end(), lines + held.count(b"\n", 0, found.end())
        keep = max(len(held) - LONGEST_MARK, 0)
        lines += held.count(b"\n", 0, keep)
        before, held = before + keep, held[keep:]
    return before + len(held), lines + held.count(b"\n")


def _marks(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Where records begin, and where they end (behind the mark), outside of comments and the like;
    with the line."""
    held, before, line, hidden_until = b"", 0, 1, b""
    while True:
        block = file.read(BLOCK)
        held += block
        safe = len(held) - (LONGEST_MARK if block else 0)
        done = 0
        for found in MARKS.finditer(held):
            if found.start() >= safe:
                break
            mark, at = found[0], found.end()
            if hidden_until:
                hidden_until = b"" if mark == hidden_until else hidden_until
            elif mark in CLOSED_BY:
                hidden_until = CLOSED_BY[mark]
            elif mark.startswith((b"<iati", b"</iati")):
                at = found.start() if mark.startswith(b"<iati") else at
                line += held.count(b"\n", done, at)
                done = at
                yield mark, before + at, line
        if not block:
            return
        keep = max(safe, done)
        line += held.count(b"\n", done, keep)
        before, held = before + keep, held[keep:]
