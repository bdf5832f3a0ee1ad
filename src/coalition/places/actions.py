"""Loads the places that the project carries: ISO 3166, UN M49, members and their tiles."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction

from coalition.base.reference import Report
from coalition.places.models import Place

DATA = Path(__file__).parent / "data"
FIELDS = (
    "kind",
    "m49",
    "iso2",
    "names",
    "parent_id",
    "path",
    "is_un_member",
    "tile_column",
    "tile_row",
)


def rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@transaction.atomic
def load_places(report: Report) -> dict[str, Place]:
    """Make or bring up to date every place; returns them by code. Parents come before children
    in the file, so one pass is enough. Places are not edited in the browser: the file holds."""
    members = {row["iso3"] for row in rows("un_members.csv")}
    tiles = {row["iso3"]: (int(row["column"]), int(row["row"])) for row in rows("tiles.csv")}
    held = {place.code: place for place in Place.objects.all()}
    changed = []
    for row in rows("places.csv"):
        parent = held[row["parent"]] if row["parent"] else None
        column, line = tiles.get(row["code"], (None, None))
        values = {
            "kind": row["kind"],
            "m49": row["m49"],
            "iso2": row["iso2"],
            "names": {code: row[f"name_{code}"] for code in settings.UN_LANGUAGES},
            "parent_id": parent.pk if parent else None,
            "path": f"{parent.path if parent else ''}{row['code']}.",
            "is_un_member": row["code"] in members,
            "tile_column": column,
            "tile_row": line,
        }
        place = held.get(row["code"])
        if place is None:
            held[row["code"]] = Place.objects.create(code=row["code"], **values)
            report.made.append(f"place {row['code']}")
        elif any(getattr(place, field) != value for field, value in values.items()):
            for field, value in values.items():
                setattr(place, field, value)
            changed.append(place)
            report.changed.append(f"place {row['code']}")
        else:
            report.unchanged += 1
    # Old tiles first give way, so that two members can change places.
    Place.objects.filter(pk__in=[place.pk for place in changed]).update(
        tile_column=None, tile_row=None
    )
    Place.objects.bulk_update(changed, FIELDS)
    return held
