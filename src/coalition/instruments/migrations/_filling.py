"""Fills the fields that wordings and provisions gained, from what stood before."""

from __future__ import annotations

from typing import Any

BATCH = 2_000


def fill(apps: Any, schema_editor: Any) -> None:
    """Wordings take address, number and role of their provision, points learn their paragraph."""
    provision_model = apps.get_model("instruments", "Provision")
    wording_model = apps.get_model("instruments", "Wording")
    rows = {row.pk: row for row in provision_model.objects.all()}
    for row in rows.values():
        above = rows.get(row.parent_id)
        while above is not None and above.role != "operative":
            above = rows.get(above.parent_id)
        row.paragraph = above
    inside = [row for row in rows.values() if row.paragraph is not None]
    provision_model.objects.bulk_update(inside, ["paragraph"], batch_size=BATCH)
    wordings = list(wording_model.objects.all())
    of = {(each.version_id, each.provision_id): each for each in wordings}
    for each in wordings:
        row = rows[each.provision_id]
        each.eid, each.number, each.role = row.eid, row.number, row.role
        each.parent = of.get((each.version_id, row.parent_id))
    wording_model.objects.bulk_update(
        wordings, ["eid", "number", "role", "parent"], batch_size=BATCH
    )
    if schema_editor.connection.vendor == "postgresql":
        # What was deferred is checked now, so that the tables may still be altered.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
