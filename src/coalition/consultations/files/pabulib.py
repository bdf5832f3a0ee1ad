"""Elections of participatory budgeting in the format of Pabulib (.pb): three parts, META, PROJECTS
and VOTES, of cells parted by semicolons, the latter two with a heading each.

Source: Faliszewski and others, "Participatory Budgeting: Data, Tools and Analysis", IJCAI 2023
(arXiv:2305.11035), appendix, and the description of the format on pabulib.org.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coalition.analysis.choosing.election import Election
from coalition.base.errors import Refused
from coalition.base.text import UNWANTED, clean_line
from coalition.consultations.files.opening import content, quoted

MOST_BYTES = 200_000_000
MOST_PROJECTS = 10_000
PARTS = ("meta", "projects", "votes")
APPROVALS = ("approval", "choose-1")
POINTS = ("cumulative", "scoring")
RANKED = ("ordinal",)
MONEY = re.compile(r"[0-9]{1,15}(?:[.,][0-9]{1,4})?")

Row = tuple[int, dict[str, str]]  # the line it ends on; cells by the name of their column


@dataclass(frozen=True)
class Poll:
    """What a file holds: the election, what it is called, how people voted, and which projects the
    organisers took in the end (None where the file does not tell).

    Of approvals each counts one point. Points count as given. Of a ranking the first counts as
    many points as projects could be ranked, the next one fewer, and so on: as Kraków counts
    three, two and one.
    """

    election: Election
    title: str
    vote_type: str
    rule: str
    currency: str
    names: tuple[str, ...]  # of the projects; where there is none, the id
    official: frozenset[str] | None


def read(path: Path, *, by: str = "") -> Poll:
    """`by` names a column of VOTES by whose values voters are told apart in groups.

    Refused: the file is missing, broken, cut off or too large, a vote names a project that is not
    there, or votes are of a kind that supports nothing (such as yes and no with vetoes).
    """
    meta_rows, projects, votes = _parts(path)
    meta = {row["key"].strip(): row["value"].strip() for _, row in meta_rows}
    vote_type = meta.get("vote_type", "").lower()
    if vote_type not in (*APPROVALS, *POINTS, *RANKED):
        raise Refused(
            f"{path.name} says vote_type {quoted(vote_type)}; what can be counted is: "
            f"{', '.join((*APPROVALS, *POINTS, *RANKED))}."
        )
    for key, rows, what in (("num_projects", projects, "PROJECTS"), ("num_votes", votes, "VOTES")):
        if key in meta and meta[key] != str(len(rows)):
            raise Refused(
                f"{path.name} says {key} {quoted(meta[key])}, and {len(rows)} rows stand under "
                f"{what}: the file seems cut off. Get it anew, or mend the number."
            )
    if not 0 < len(projects) <= MOST_PROJECTS:
        raise Refused(f"{path.name} must hold from 1 to {MOST_PROJECTS:,} projects.")
    ids = _ids(projects, path)
    budget = _money(meta.get("budget", ""), "budget", f"{path.name}, META")
    costs = [
        _money(row.get("cost", ""), "cost", f"Line {line} of {path.name}") for line, row in projects
    ]
    unit = max(10 ** len(decimals) for _, decimals in [budget, *costs])
    who, what, points = _supports(votes, ids, vote_type, meta.get("max_length", ""), path)
    groups, group_of = _groups(votes, by, path)
    try:
        election = Election.of(
            list(ids),
            [_in_units(cost, unit) for cost in costs],
            _in_units(budget, unit),
            len(votes),
            (who, what),
            points,
            unit=unit,
            groups=groups,
            group_of=group_of,
        )
    except (ValueError, OverflowError) as error:
        raise Refused(f"{path.name}: {error}") from error
    official = None
    if any("selected" in row for _, row in projects):
        chosen = zip(ids, projects, strict=True)
        official = frozenset(id for id, (_, row) in chosen if row.get("selected", "0") not in "0")
    return Poll(
        election=election,
        title=clean_line(meta.get("description", "")),
        vote_type=vote_type,
        rule=clean_line(meta.get("rule", "")),
        currency=clean_line(meta.get("currency", ""), limit=10),
        names=tuple(
            clean_line(row.get("name", "")) or id
            for id, (_, row) in zip(ids, projects, strict=True)
        ),
        official=official,
    )


# --- The three parts -------------------------------------------------------------------------


def _parts(path: Path) -> tuple[list[Row], list[Row], list[Row]]:
    parts: dict[str, list[Row]] = {}
    part, heading = "", list[str]()
    for line, row in _cells(path):
        first = row[0].strip().lower()
        if first in PARTS and not any(row[1:]):
            if first in parts:
                raise Refused(f"Line {line} of {path.name} begins {first.upper()} a second time.")
            part, heading = first, []
            parts[part] = []
        elif not part:
            raise Refused(f"{path.name} is no Pabulib file: its first line must be META.")
        elif not heading:
            heading = [name.strip() for name in row]
            _refuse_heading(part, heading, line, path)
        elif len(row) > len(heading):
            raise Refused(
                f"Line {line} of {path.name} has {len(row)} cells, and the heading {len(heading)}. "
                "A semicolon within a text needs quotation marks around the text."
            )
        else:
            cut = row + [""] * (len(heading) - len(row))
            parts[part].append((line, dict(zip(heading, cut, strict=True))))
    for part in PARTS:
        if part not in parts:
            raise Refused(
                f"{path.name} has no part {part.upper()}. If it should, look for a quotation mark "
                "before it that is never closed."
            )
    return parts["meta"], parts["projects"], parts["votes"]


def _cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        text = content(path, MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            f"{path.name} is not text in UTF-8 (byte {error.start}). Save it again as UTF-8."
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise Refused(
            f"{path.name} cannot be read after line {reader.line_num}: {error}. Look for a "
            "quotation mark that is opened and not closed."
        ) from error


def _refuse_heading(part: str, heading: list[str], line: int, path: Path) -> None:
    needed = {"meta": ("key", "value"), "projects": ("project_id", "cost"), "votes": ("vote",)}
    for name in needed[part]:
        if name not in heading:
            raise Refused(
                f"Line {line} of {path.name}: the heading of {part.upper()} lacks “{name}”."
            )
    named = [name for name in heading if name]
    if len(set(named)) < len(named):
        raise Refused(f"Line {line} of {path.name}: the heading names a column twice.")


# --- Cells -----------------------------------------------------------------------------------


def _ids(projects: list[Row], path: Path) -> dict[str, int]:
    """The position of each project by its id."""
    ids: dict[str, int] = {}
    for line, row in projects:
        id = row["project_id"].strip()
        if not id or "," in id or UNWANTED.search(id) or id in ids:
            wrong = "is there twice" if id in ids else "is empty or holds a comma or an unseen sign"
            raise Refused(f"Line {line} of {path.name}: the project_id {quoted(id)} {wrong}.")
        ids[id] = len(ids)
    return ids


def _money(text: str, what: str, where: str) -> tuple[int, str]:
    """The whole part and the decimals, without zeros at their end."""
    text = text.strip()
    if not MONEY.fullmatch(text) or not text.strip("0.,"):
        raise Refused(
            f"{where}: the {what} {quoted(text)} must be a number above 0, with at most four "
            "decimals and no other signs. What costs nothing needs no vote."
        )
    whole, _, decimals = text.replace(",", ".").partition(".")
    return int(whole), decimals.rstrip("0")


def _in_units(money: tuple[int, str], unit: int) -> int:
    whole, decimals = money
    return whole * unit + int(decimals or "0") * unit // 10 ** len(decimals)


def _supports(
    votes: list[Row], ids: dict[str, int], vote_type: str, longest: str, path: Path
) -> tuple[list[int], list[int], list[int] | None]:
    """Voters, projects, and points unless people approve."""
    who, what = list[int](), list[int]()
    given: list[list[str]] = []
    for voter, (line, row) in enumerate(votes):
        named = [name.strip() for name in row["vote"].split(",") if name.strip()]
        if vote_type in APPROVALS:
            named = list(dict.fromkeys(named))  # what is ticked twice is ticked
        elif len(set(named)) < len(named):
            raise Refused(f"Line {line} of {path.name}: the vote names a project twice.")
        for name in named:
            if name not in ids:
                raise Refused(
                    f"Line {line} of {path.name}: the vote is for {quoted(name)}, which is no "
                    "project_id in this file."
                )
        who += [voter] * len(named)
        what += [ids[name] for name in named]
        given.append(named)
    if vote_type in APPROVALS:
        return who, what, None
    if vote_type in RANKED:
        places = max([len(named) for named in given], default=0)
        if longest.isascii() and longest.isdigit() and len(longest) < 6:
            places = max(places, int(longest))
        return who, what, [places - at for named in given for at in range(len(named))]
    points: list[int] = []
    for (line, row), named in zip(votes, given, strict=True):
        here = [number.strip() for number in row.get("points", "").split(",") if number.strip()]
        if len(here) != len(named):
            raise Refused(
                f"Line {line} of {path.name}: {len(named)} projects and {len(here)} points. Each "
                "project needs its points, in the same order."
            )
        for number in here:
            if not (number.isascii() and number.isdigit() and len(number) < 10):
                raise Refused(
                    f"Line {line} of {path.name}: {quoted(number)} points; points are whole "
                    "numbers from 0 to 999,999,999."
                )
        points += [int(number) for number in here]
    return who, what, points


def _groups(votes: list[Row], by: str, path: Path) -> tuple[list[str], list[int]]:
    if not by:
        return [], []
    if votes and by not in votes[0][1]:
        known = ", ".join(
            clean_line(name) for name in votes[0][1] if name not in ("voter_id", "vote")
        )
        raise Refused(f"VOTES of {path.name} has no column {quoted(by)}. It has: {known}.")
    values = [clean_line(row[by]) for _, row in votes]
    names = sorted(set(values) - {""})
    places = {name: place for place, name in enumerate(names)} | {"": -1}
    return names, [places[value] for value in values]
