"""The answers one by one, where they may be published: kept small, and handed out in the format of
Polis, which other programs load.

People's rows are in the order of a secret that is thrown away, under new numbers; no group, place,
channel, language or moment stands beside them.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import numpy as np

from coalition.analysis.opinions.votes import Votes, counts
from coalition.base.downloads import harmless

PARTS = ("participants", "statements", "indptr", "columns", "values")
COMMENTS = (
    *("timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated"),
    *("comment-body", "is-meta"),
)
VOTES = ("timestamp", "datetime", "comment-id", "voter-id", "vote")
SHOWN, TAKEN_OUT = 1, -1
Rows = Iterable[Sequence[Any]]


def packed(rows: Mapping[str, Votes | None]) -> bytes:
    """By section, of those that may be published; see `unpacked`."""
    arrays = {
        f"{name}_{part}": getattr(votes, part)
        for name, votes in rows.items()
        if votes is not None
        for part in PARTS
    }
    held = io.BytesIO()
    np.savez_compressed(held, **arrays)
    return held.getvalue()


def unpacked(held: bytes, name: str) -> Votes | None:
    """The rows of a section, or None where they are not published."""
    with np.load(io.BytesIO(held), allow_pickle=False) as arrays:
        if f"{name}_indptr" not in arrays:
            return None
        return Votes(*(arrays[f"{name}_{part}"] for part in PARTS))


def numbered(votes: Votes) -> Votes:
    """The same under numbers from 1, in their order."""
    people = np.arange(1, len(votes.participants) + 1)
    return Votes(people, votes.statements, votes.indptr, votes.columns, votes.values)


def polis_zip(
    file: BinaryIO,
    votes: Votes,
    *,
    topic: str,
    texts: Mapping[int, str],
    voters: tuple[Sequence[str], Rows] | None = None,
) -> None:
    """Write summary.csv, comments.csv and votes.csv as Polis exports them, with 1 for agree; of
    organisations organisations.csv too, which tells whose each number is.

    Every time is 0: none is kept. A statement that is not shown any more has no words, and counts
    as taken out by moderation.
    """
    summary = [
        ("topic", harmless(topic)),
        ("voters", len(votes.participants)),
        ("voters-in-conv", len(votes.participants)),
        ("comments", len(votes.statements)),
    ]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, "summary.csv", summary[0], summary[1:])
        _write(archive, "comments.csv", COMMENTS, _comments(votes, texts))
        _write(archive, "votes.csv", VOTES, _votes(votes))
        if voters is not None:
            header, rows = voters
            tame = ([harmless(cell) for cell in row] for row in rows)
            _write(archive, "organisations.csv", header, tame)


def _comments(votes: Votes, texts: Mapping[int, str]) -> Iterator[Sequence[Any]]:
    tally = counts(votes, groups=1)
    for at, number in enumerate(votes.statements.tolist()):
        agrees, disagrees = int(tally.agrees[0, at]), int(tally.disagrees[0, at])
        moderated = SHOWN if number in texts else TAKEN_OUT
        words = harmless(texts.get(number, ""))
        yield 0, "", number, 0, agrees, disagrees, moderated, words, "false"


def _votes(votes: Votes) -> Iterator[Sequence[Any]]:
    statements = votes.statements.tolist()
    rows = zip(
        votes.participants[votes.rows].tolist(),
        votes.columns.tolist(),
        votes.values.tolist(),
        strict=True,
    )
    for person, column, value in rows:
        yield 0, "", statements[column], person, value


def _write(archive: zipfile.ZipFile, name: str, header: Sequence[Any], rows: Rows) -> None:
    """A file of the archive, row by row, of a day that tells nothing."""
    about = zipfile.ZipInfo(name)
    about.compress_type = zipfile.ZIP_DEFLATED
    with (
        archive.open(about, "w", force_zip64=True) as member,
        io.TextIOWrapper(member, encoding="utf-8", newline="") as text,
    ):
        writer = csv.writer(text)
        writer.writerow(header)
        writer.writerows(rows)
