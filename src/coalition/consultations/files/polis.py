"""Conversations as Polis hands them out: the folder of CSV files of its open data, or the JSON of
its server, whose keys come in two styles (`pid`, `tid`, `mod` and `participant_id`,
`statement_id`, `moderated`)."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coalition.analysis.opinions.votes import AGREE, DISAGREE, PASS
from coalition.base.errors import Refused
from coalition.base.text import clean_line, clean_text
from coalition.consultations.files.conversations import (
    Conversation,
    Statement,
    Vote,
    conversation,
)
from coalition.consultations.files.csv_rows import HIGHEST, cells, rows, whole
from coalition.consultations.files.opening import content, quoted

MOST_BYTES = 500_000_000  # of a CSV file, read row by row: some 10 million votes
MOST_JSON = 100_000_000  # of a JSON file, which is in memory whole
VALUES = {"1": AGREE, "0": PASS, "-1": DISAGREE}
MODERATED = {"1": 1, "0": 0, "-1": -1, "": 0}


def read(folder: Path) -> Conversation:
    """The conversation in a folder with comments.csv and votes.csv, or comments.json and
    votes.json. What else tells its topic and groups may be missing.

    Refused: a file is missing, broken or too large, or what stands in it is no vote.
    """
    if _has(folder, "votes.csv"):
        return conversation(
            _csv_topic(folder),
            _csv_statements(folder),
            _csv_votes(folder),
            _csv_groups(folder),
            lambda line: f"Line {line} of votes.csv",
        )
    if _has(folder, "votes.json"):
        return conversation(
            _json_topic(folder),
            _json_statements(folder),
            _json_votes(folder),
            _json_groups(folder),
            lambda number: f"Vote {number} of votes.json",
        )
    raise Refused(
        f"{folder} is no export of Polis: it must hold votes.csv and comments.csv, or votes.json "
        "and comments.json."
    )


def _has(folder: Path, name: str) -> bool:
    # Unlike Path.exists this is no error where the folder may not be looked into.
    return os.path.isfile(folder / name)


# --- CSV -------------------------------------------------------------------------------------


def _csv_topic(folder: Path) -> str:
    """summary.csv has no heading; each row is a name and its value."""
    if not _has(folder, "summary.csv"):
        return ""
    path = folder / "summary.csv"
    told = {row[0]: row[1] for _, row in cells(path, most_bytes=MOST_BYTES) if len(row) > 1}
    return clean_line(told.get("topic", ""))


def _csv_statements(folder: Path) -> Iterator[Statement]:
    path = folder / "comments.csv"
    needed = ("comment-id", "agrees", "disagrees", "moderated", "comment-body")
    for line, (number, agrees, disagrees, moderated, body) in rows(
        path, needed, most_bytes=MOST_BYTES
    ):
        if moderated.strip() not in MODERATED:
            raise Refused(
                f"Line {line} of comments.csv: moderated is {quoted(moderated)}; it must be 1, 0 "
                "or -1."
            )
        yield Statement(
            whole(number, "id", path, line),
            clean_text(body),
            MODERATED[moderated.strip()],
            (
                whole(agrees, "number of votes", path, line),
                whole(disagrees, "number of votes", path, line),
            ),
        )


def _csv_votes(folder: Path) -> Iterator[Vote]:
    path = folder / "votes.csv"
    needed = ("voter-id", "comment-id", "vote", "timestamp")
    for line, (participant, statement, value, time) in rows(path, needed, most_bytes=MOST_BYTES):
        said = VALUES.get(value.strip())
        if said is None:
            raise Refused(
                f"Line {line} of votes.csv: the vote is {quoted(value)}; it must be 1 (agree), "
                "0 (pass) or -1 (disagree)."
            )
        yield (
            whole(participant, "id", path, line),
            whole(statement, "id", path, line),
            said,
            whole(time, "time", path, line),
            line,
        )


def _csv_groups(folder: Path) -> dict[int, int] | None:
    for name in ("participants-votes.csv", "participant-votes.csv"):
        path = folder / name
        if _has(folder, name):
            return {
                whole(participant, "id", path, line): whole(group, "group", path, line)
                for line, (participant, group) in rows(
                    path, ("participant", "group-id"), most_bytes=MOST_BYTES
                )
                if group.strip()
            }
    return None


# --- JSON ------------------------------------------------------------------------------------


def _json_topic(folder: Path) -> str:
    if not _has(folder, "conversation.json"):
        return ""
    told = _loaded(folder / "conversation.json")
    topic = told.get("topic") if isinstance(told, dict) else None
    return clean_line(topic) if isinstance(topic, str) else ""


def _json_statements(folder: Path) -> Iterator[Statement]:
    path = folder / "comments.json"
    for where, entry in _entries(path):
        moderated = _one_of(entry, ("mod", "moderated"), where)
        if moderated is not None and (type(moderated) is not int or abs(moderated) > 1):
            raise Refused(f"{where}: “moderated” must be 1, 0 or -1.")
        text = entry.get("txt", "")
        if not isinstance(text, str):
            raise Refused(f"{where}: “txt” must be a text.")
        agrees, disagrees = entry.get("agree_count"), entry.get("disagree_count")
        yield Statement(
            _id(_one_of(entry, ("tid", "statement_id"), where), where),
            clean_text(text),
            moderated or 0,
            None
            if agrees is None or disagrees is None
            else (_id(agrees, where), _id(disagrees, where)),
        )


def _json_votes(folder: Path) -> Iterator[Vote]:
    path = folder / "votes.json"
    for number, (where, entry) in enumerate(_entries(path), start=1):
        said = _one_of(entry, ("vote",), where)
        if type(said) is not int or said not in (AGREE, PASS, DISAGREE):
            raise Refused(f"{where}: the vote must be 1 (agree), 0 (pass) or -1 (disagree).")
        yield (
            _id(_one_of(entry, ("pid", "participant_id"), where), where),
            _id(_one_of(entry, ("tid", "statement_id"), where), where),
            said,
            _time(entry.get("modified", entry.get("created")), where),
            number,
        )


def _json_groups(folder: Path) -> dict[int, int] | None:
    """The group of each participant, by way of the base clusters that the groups are made of."""
    if not _has(folder, "math-pca2.json"):
        return None
    told = _loaded(folder / "math-pca2.json")
    where = "math-pca2.json"
    try:
        base = dict(zip(told["base-clusters"]["id"], told["base-clusters"]["members"], strict=True))
        return {
            _id(participant, where): _id(group["id"], where)
            for group in told["group-clusters"]
            for cluster in group["members"]
            for participant in base[cluster]
        }
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(
            "math-pca2.json does not hold the groups as the server of Polis writes them. Fetch "
            "it again, or take it out of the folder."
        ) from error


def _loaded(path: Path) -> Any:
    def no_number(name: str) -> None:
        raise ValueError(f"{name} is no number")

    try:
        return json.loads(content(path, MOST_JSON), parse_constant=no_number)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{path.name} is no valid JSON: {error}. Fetch it again.") from error


def _entries(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object of a list, and how to call it in a sentence."""
    loaded = _loaded(path)
    if not isinstance(loaded, list):
        raise Refused(f"{path.name} must hold a list. Fetch it again.")
    for number, entry in enumerate(loaded, start=1):
        where = f"Entry {number} of {path.name}"
        if not isinstance(entry, dict):
            raise Refused(f"{where} is no object in braces.")
        yield where, entry


def _one_of(entry: dict[str, Any], names: tuple[str, ...], where: str) -> Any:
    for name in names:
        if name in entry:
            return entry[name]
    raise Refused(f"{where} has no “{'” or “'.join(names)}”.")


def _id(value: Any, where: str) -> int:
    if type(value) is int and 0 <= value <= HIGHEST:
        return value
    raise Refused(f"{where}: {quoted(value)} must be a whole number from 0 to {HIGHEST:,}.")


def _time(value: Any, where: str) -> float:
    """Milliseconds as a number or as digits; without any the order of the file counts."""
    if value is None:
        return 0.0
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 18:
        return float(value)
    if type(value) in (int, float) and 0 <= value <= HIGHEST and math.isfinite(value):
        return float(value)
    raise Refused(f"{where}: the time {quoted(value)} is no number of milliseconds.")
