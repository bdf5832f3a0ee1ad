"""Pools and quotas for a panel, as CSV files: what their rows say, or what is wrong in which row.

Quotas: one row a value of a feature, with headings `feature,value,min,max`, or
`category,feature,min,max`, or `category,name,min,max`; with `min_flex,max_flex` beside them, how
far the bounds may be changed if they cannot be met.

Pool: one row a person, one column a feature that quotas name, and one that tells people apart.
Headings and values are compared without regard to capital letters. Of other columns, such as names
and addresses, nothing is taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from coalition.analysis.lot.pools import Pool, Problem, Quota
from coalition.base import sheets
from coalition.base.errors import Refused
from coalition.consultations.files.tables import Table, folded, read_table, short

MOST_PEOPLE = sheets.MOST_ROWS
MOST_QUOTAS = 500
# Under which headings feature and value stand; min and max are called so everywhere.
SHAPES = (("category", "feature"), ("category", "name"), ("feature", "value"))
# Headings of what tells people apart, the better first.
ID_HEADINGS = [
    re.compile(pattern, re.IGNORECASE) for pattern in (r"id|identifier|code|number", r".*[ _-]id")
]
WHOLE = re.compile(r"[0-9]{1,9}(\.0+)?")


def problem(
    pool: Path, quotas: Path, size: int, *, id_heading: str = "", numbered: bool = False
) -> Problem:
    """What both files and the size of the panel say. Raises Refused with what is wrong, where, and
    how to mend it. People are told apart by the column `id_heading`, or by the first that is headed
    like one, or, where there is none and with `numbered`, by their number in the file."""
    asked = read_quotas(quotas)
    people = read_pool(pool, asked, id_heading=id_heading, numbered=numbered)
    if not 1 <= size <= len(people.ids):
        raise Refused(
            f"A panel of {size} cannot be drawn from the {len(people.ids)} people of {pool.name}. "
            f"Its size is a whole number from 1 to {len(people.ids)}."
        )
    return Problem(people, tuple(asked), size)


# --- Quotas ----------------------------------------------------------------------------------


def read_quotas(path: Path) -> list[Quota]:
    table = read_table(path, "quotas", MOST_QUOTAS)
    feature_at, value_at = _shape(table)
    bounds = {name: table.column(name) for name in ("min", "max", "min_flex", "max_flex")}
    found: dict[tuple[str, str], tuple[int, Quota]] = {}
    spelled: dict[str, str] = {}  # a feature is written as its first row writes it
    for number, cells in table.rows:
        feature, value = (table.cell(number, cells, at) for at in (feature_at, value_at))
        if not feature or not value:
            raise table.refused(number, "a quota needs a feature and a value of it.")
        feature = spelled.setdefault(folded(feature), feature)
        numbers = {
            name: _whole(table, number, name, table.cell(number, cells, at))
            for name, at in bounds.items()
            if at is not None
        }
        quota = _quota(table, number, feature, value, numbers)
        key = folded(feature), folded(value)
        if key in found:
            raise table.refused(
                number,
                f"{quota} has a quota in row {found[key][0]} already. Please keep one of them.",
            )
        found[key] = number, quota
    return [quota for _number, quota in found.values()]


def _shape(table: Table) -> tuple[int, int]:
    for feature, value in SHAPES:
        at = table.column(feature), table.column(value)
        if at[0] is not None and at[1] is not None:
            for bound in ("min", "max"):
                if table.column(bound) is None:
                    raise Refused(
                        f"{table.name}: there is no column “{bound}”. Quotas need a least and a "
                        "greatest number, headed min and max."
                    )
            return at[0], at[1]
    raise Refused(
        f"{table.name}: the headings of quotas were not found. Please head the columns "
        "feature, value, min, max (or category, feature, min, max)."
    )


def _whole(table: Table, number: int, name: str, cell: str) -> int | None:
    """Empty says nothing, which only the bounds of changes may."""
    if not cell and name.endswith("_flex"):
        return None
    if not WHOLE.fullmatch(cell):
        raise table.refused(
            number, f"{name} is “{short(cell)}”. Please write a whole number, such as 5."
        )
    return int(cell.partition(".")[0])


def _quota(
    table: Table, number: int, feature: str, value: str, numbers: dict[str, int | None]
) -> Quota:
    least, most = numbers["min"] or 0, numbers["max"] or 0
    floor, ceiling = numbers.get("min_flex") or 0, numbers.get("max_flex")
    if least > most:
        raise table.refused(
            number, f"the least number, {least}, is above the greatest, {most}. Please turn them."
        )
    if floor > least or (ceiling is not None and ceiling < most):
        raise table.refused(number, f"min_flex and max_flex must not lie within {least} to {most}.")
    return Quota(feature, value, least, most, floor, ceiling)


# --- Pool ------------------------------------------------------------------------------------


def read_pool(
    path: Path, quotas: Sequence[Quota], *, id_heading: str = "", numbered: bool = False
) -> Pool:
    table = read_table(path, "people", MOST_PEOPLE)
    features = list(dict.fromkeys(quota.feature for quota in quotas))
    columns = [table.needed(feature, ", which the quotas name") for feature in features]
    known = {(folded(quota.feature), folded(quota.value)): quota.value for quota in quotas}
    rows = []
    for number, cells in table.rows:
        row = []
        for feature, at in zip(features, columns, strict=True):
            cell = table.cell(number, cells, at)
            value = known.get((folded(feature), folded(cell)))
            if value is None:
                raise table.refused(number, _unknown(feature, cell, quotas))
            row.append(value)
        rows.append(row)
    ids = _ids(table, columns, id_heading, numbered)
    return Pool.of(ids, features, rows)


def _unknown(feature: str, cell: str, quotas: Sequence[Quota]) -> str:
    values = ", ".join(quota.value for quota in quotas if quota.feature == feature)
    if not cell:
        return f"{feature} is missing. It is one of: {short(values)}."
    return (
        f"no quota names {feature} “{short(cell)}”. Please correct it (known are: "
        f"{short(values)}), or add a quota for it."
    )


def _ids(table: Table, columns: Sequence[int], heading: str, numbered: bool) -> list[str]:
    at = None if numbered else _id_column(table, columns, heading)
    if at is None:
        return [str(place) for place in range(1, len(table.rows) + 1)]
    mend = "Please mend it, name another column with --id, or number people with --numbered."
    seen: dict[str, int] = {}
    for number, cells in table.rows:
        person = table.cell(number, cells, at)
        if not person:
            raise table.refused(number, f"{table.headings[at]} is missing. {mend}")
        if person in seen:
            raise table.refused(
                number,
                f"{table.headings[at]} “{short(person)}” stands in row {seen[person]} already, "
                f"and must tell people apart. {mend}",
            )
        seen[person] = number
    return list(seen)


def _id_column(table: Table, features: Sequence[int], heading: str) -> int | None:
    if heading:
        return table.needed(heading)
    for pattern in ID_HEADINGS:
        for at, one in enumerate(table.headings):
            if at not in features and pattern.fullmatch(one):
                return at
    return None
