"""Who answered, as everybody reads it: counted once, with the results, and kept with them.

Kept are codes and numbers, as they may be told; how groups and regions are called is looked up in
the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from coalition.consultations.models import Consultation, Summary
from coalition.consultations.turnout.queries import (
    BY,
    PEOPLE_BY,
    Row,
    Table,
    Turnout,
    tables_of_organisations,
    tables_of_people,
    turnout,
)


def public_turnout(consultation: Consultation) -> Turnout:
    """Who answered, for everybody. At most five queries once results were counted; before, those of
    `queries.turnout`, which take a second where 100,000 people answered."""
    held = Summary.objects.filter(consultation=consultation)
    if value := held.values_list("value__turnout", flat=True).first():
        return remembered(value)
    return turnout(consultation, for_officers=False)


def plain(found: Turnout) -> dict[str, Any]:
    """The turnout as a JSON value, which says it in no language."""
    return {
        "organisations": found.organisations and _plain(found.organisations),
        "by": [_plain_table(one) for one in found.by],
        "people": found.people and _plain(found.people),
        "people_by": [_plain_table(one) for one in found.people_by],
        "is_exact": found.is_exact,
    }


def remembered(value: Mapping[str, Any]) -> Turnout:
    """The turnout again, in the reader's language. Four queries."""
    organisations, people = value["organisations"], value["people"]
    return Turnout(
        organisations and _row(organisations, {"": _("All partners")}),
        _tables(value["by"], tables_of_organisations({}), BY) if organisations else [],
        people and _row(people, {"": _("People")}),
        _tables(value["people_by"], tables_of_people({}), PEOPLE_BY) if people else [],
        is_exact=value["is_exact"],
    )


def _plain(row: Row) -> dict[str, Any]:
    return {
        "code": row.code,
        "answered": row.answered,
        "expected": row.expected,
        "parts": list(row.parts),
    }


def _plain_table(table: Table) -> dict[str, Any]:
    return {"code": table.code, "rows": [_plain(row) for row in table.rows]}


def _tables(
    told: Sequence[Mapping[str, Any]],
    named: Mapping[str, Sequence[Row]],
    titles: Mapping[str, Any],
) -> list[Table]:
    made = []
    for one in told:
        labels = {row.code: row.label for row in named[one["code"]]}
        rows = [_row(row, labels) for row in one["rows"]]
        made.append(Table(one["code"], str(titles[one["code"]]), rows))
    return made


def _row(told: Mapping[str, Any], labels: Mapping[str, str]) -> Row:
    """A row under its name, or under those of its parts; a code that is gone names itself."""
    codes = told["parts"] or [told["code"]]
    label = str(_(", ")).join(labels.get(code, code) for code in codes)
    parts = tuple(told["parts"])
    return Row(told["code"], label, told["answered"], told["expected"], parts=parts)
