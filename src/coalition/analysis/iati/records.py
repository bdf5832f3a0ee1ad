"""What is made of records while they are read. A module of its own, which other processes can
import without the platform."""

from __future__ import annotations

from coalition.analysis.iati.activities import Activity, activity_of
from coalition.analysis.iati.checking import Element
from coalition.analysis.iati.organisations import Organisation, organisation_of

Record = tuple[int, Activity | Organisation]


def record_of(element: Element) -> Record:
    """What is made of a record while it is read: where it stands, and its values."""
    if element.name == "iati-organisation":
        return element.line, organisation_of(element)
    return element.line, activity_of(element)


def nothing(_record: Element) -> None:
    """Of a record that is only looked at nothing is kept."""
