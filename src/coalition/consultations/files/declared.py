"""Who of a conversation's participants is of which declared group, from a CSV file."""

from __future__ import annotations

from pathlib import Path

from coalition.analysis.disclosure import NO_GROUP, OTHER_GROUPS
from coalition.base.errors import Refused
from coalition.consultations.files.opening import quoted
from coalition.consultations.files.tables import read_table

MOST_PEOPLE = 1_000_000
MOST_GROUPS = 200


def read(path: Path) -> dict[int, str]:
    """The group's name of each participant, from the columns participant and group; an empty name
    is no group.

    Refused: not such a file, a participant in two groups, a name that results use themselves, or
    more groups than can be compared.
    """
    table = read_table(path, "participants", MOST_PEOPLE)
    columns = table.needed("participant"), table.needed("group")
    found: dict[int, str] = {}
    for row, cells in table.rows:
        id, name = (table.cell(row, cells, at) for at in columns)
        if not (id.isascii() and id.isdigit() and len(id) < 18):
            raise table.refused(row, f"{quoted(id)} is no id; it must be a whole number.")
        person = int(id)
        if found.get(person, name) != name:
            raise table.refused(
                row,
                f"participant {person} is of “{found[person]}” already. Each is of one group.",
            )
        if name in (NO_GROUP, OTHER_GROUPS):
            raise table.refused(
                row,
                f"“{name}” is how results call something else. Choose another name, or leave it "
                "empty for no group.",
            )
        found[person] = name
    named = {person: name for person, name in found.items() if name}
    if len(set(named.values())) > MOST_GROUPS:
        raise Refused(
            f"{path.name} names {len(set(named.values()))} groups; at most {MOST_GROUPS} are "
            "compared. Put smaller ones together."
        )
    return named
