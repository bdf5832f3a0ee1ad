"""The order of the provisions of a text, and the making of new ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from coalition.instruments.models import Instrument, Provision, ProvisionRole


def merged(
    standing: Sequence[str], spine: Sequence[str], headings: Iterable[str] = ()
) -> list[str]:
    """All ids in reading order: that of `spine`, and what only `standing` has before its next.

    `headings` are ids of the spine that belong to what follows them: nothing comes in between.
    """
    order = list(spine)
    inside, bound = set(spine), set(headings)
    following = ""
    for eid in reversed(standing):
        if eid not in inside:
            place = order.index(following) if following else len(order)
            while following and place and order[place - 1] in bound:
                place -= 1
            order.insert(place, eid)
        following = eid
    return order


def make_provisions(
    instrument: Instrument,
    wanted: Iterable[tuple[str, str, ProvisionRole, str]],
    standing: Mapping[str, Provision],
    order: Sequence[str],
    more: Mapping[str, Mapping[str, Any]],
) -> dict[str, Provision]:
    """Make the provisions that do not stand yet, parents first, and put all in order.

    `wanted` gives eid, number, role and parent's eid; `more` further values by eid.
    """
    position = {eid: place for place, eid in enumerate(order, 1)}
    moved = [row for eid, row in standing.items() if row.position != position[eid]]
    for row in moved:
        row.position = position[row.eid]
    Provision.objects.bulk_update(moved, ["position"])
    made: dict[str, Provision] = {}
    waiting = [each for each in wanted if each[0] not in standing]
    while waiting:
        ready = [each for each in waiting if not each[3] or each[3] in standing or each[3] in made]
        assert ready, "a reader gives every piece a parent that exists"
        batch = []
        for eid, number, role, parent_eid in ready:
            parent = (standing.get(parent_eid) or made[parent_eid]) if parent_eid else None
            batch.append(
                Provision(
                    instrument=instrument,
                    eid=eid,
                    number=number,
                    role=role,
                    position=position[eid],
                    parent=parent,
                    paragraph_id=paragraph_above(parent),
                    **more.get(eid, {}),
                )
            )
        made |= {row.eid: row for row in Provision.objects.bulk_create(batch)}
        waiting = [each for each in waiting if each[0] not in made]
    return made


def paragraph_above(parent: Provision | None) -> int | None:
    """The key of the paragraph or article that a provision below `parent` is inside of."""
    if parent is None:
        return None
    return parent.pk if parent.role == ProvisionRole.OPERATIVE else parent.paragraph_id
