"""What a skeleton says of a text, as one list of entries in reading order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from coalition.base.errors import Refused
from coalition.instruments.models import OUR_DIVISION, ProvisionRole


@dataclass(frozen=True)
class Entry:
    """One heading, paragraph or point of the skeleton; `parent` is an eid or empty."""

    eid: str
    number: str  # as cited: "30", "30 (h)"
    role: ProvisionRole
    parent: str
    gist: dict[str, str]
    themes: tuple[str, ...] = ()
    challenges: tuple[str, ...] = ()


def read(skeleton: Mapping[str, Any]) -> list[Entry]:
    """The entries of a skeleton (`part`, `paragraph` with `points`), each part before its own.

    Raises Refused where a number or an id stands twice, or a part does not fit the paragraphs.
    """
    paragraphs = {}
    for paragraph in skeleton["paragraph"]:
        number = str(paragraph["number"])
        if number in paragraphs:
            raise Refused(
                f"The skeleton of {skeleton['declaration']} has paragraph {number} twice. "
                "Take one out or correct its number."
            )
        paragraphs[number] = paragraph
    parts = _parts(skeleton, list(paragraphs))
    entries = []
    placed = ""
    for number, paragraph in paragraphs.items():
        part = parts.get(number)
        heading = OUR_DIVISION + part["code"] if part else ""
        if part and heading != placed:
            number_of_part = part.get("number", "")
            entries.append(
                Entry(heading, number_of_part, ProvisionRole.HEADING, "", dict(part["names"]))
            )
        placed = heading
        entries += _paragraph(paragraph, number, heading)
    seen: set[str] = set()
    for entry in entries:
        if entry.eid in seen:
            raise Refused(
                f"The skeleton of {skeleton['declaration']} has the id {entry.eid} twice, the "
                f"second time at “{entry.number}”. Every paragraph and point needs its own."
            )
        seen.add(entry.eid)
    return entries


def _parts(skeleton: Mapping[str, Any], numbers: list[str]) -> dict[str, Mapping[str, Any]]:
    """Which part each paragraph number belongs to."""
    part_of: dict[str, Mapping[str, Any]] = {}
    for part in skeleton.get("part", []):
        where = f"Part {part['code']} of the skeleton of {skeleton['declaration']}"
        first, last = str(part["first"]), str(part["last"])
        for end in (first, last):
            if end not in numbers:
                raise Refused(f"{where} names paragraph {end}, which is not there. Correct it.")
        inside = numbers[numbers.index(first) : numbers.index(last) + 1]
        if not inside:
            raise Refused(f"{where} ends before it begins. Write its first paragraph first.")
        for number in inside:
            if number in part_of:
                raise Refused(
                    f"{where} takes in paragraph {number}, as {part_of[number]['code']} does. "
                    "A paragraph belongs to one part."
                )
            part_of[number] = part
    return part_of


def _paragraph(paragraph: Mapping[str, Any], number: str, heading: str) -> Iterator[Entry]:
    eid = paragraph["eid"]
    yield Entry(
        eid,
        number,
        ProvisionRole.OPERATIVE,
        heading,
        dict(paragraph["gist"]),
        tuple(sorted(paragraph.get("themes", []))),
        tuple(sorted(paragraph.get("challenges", []))),
    )
    for point in paragraph.get("points", []):
        letter = point["number"]
        yield Entry(
            f"{eid}__point_{letter}",
            f"{number} ({letter})",
            ProvisionRole.POINT,
            eid,
            dict(point["gist"]),
        )
