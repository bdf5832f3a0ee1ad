"""An Example register of others: plans of Example States, taken in by the usual door."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from coalition.base.reference import Source
from coalition.commitments.models import Commitment
from coalition.instruments.external.actions import attach_by_hand
from coalition.instruments.external.declared import declared
from coalition.instruments.external.importing import take_in
from coalition.instruments.external.reading import open_list
from coalition.instruments.models import ExternalRecord, Register

REGISTER = "example-register"
HEADINGS = (
    *("number", "state", "name", "title", "kind", "language", "version", "status", "day", "file"),
)
ROWS = (
    "1|XAA|Example State A|Example State A: plan for decent work|Plan|English|1|Superseded"
    "|2018-03-05|plan-a.pdf",
    "2|XAA|Example State A|Example State A: second plan for decent work|Plan|English|2|Current"
    "|2024-03-04|plan-a-2.pdf",
    "3|XAA|Example State A|Letter with the second plan (Example)|Annex|English|2|Current||l.pdf",
    "4|XAA|Example State A|الدولة المثال أ: الخطة الثانية للعمل اللائق|Translation|Arabic|2|Current"
    "|2024-03-04|plan-a-2-ar.pdf",
    "5|XAB|Example State B|Example State B: plan d’action pour l’emploi des jeunes|Plan|French|1"
    "|Current|2022-11-01|plan-b.pdf",
    "6|XAB|Example State B|Example State B: regional plan|Plan|French|1|Current|2022-11-01|b-2.pdf",
    # Two plans have its version: an officer looks it up.
    "7|XAB|Example State B|Annex of tables (Example)|Annex|English|1|Current||tables.xlsx",
    "8|XAC|Example State C|Example State C: plan for social protection|Plan|English|1|Current"
    "|2023-06-09|plan-c.pdf",
    "9|XAC|Example State C|Annex of costs (Example)|Annex|English|3|Current||costs.pdf",
    # Nobody holds this party: it is known by its name alone.
    "10|XYZ|Example Federation of States|Example: common plan|Plan|English|1|Draft|2021-01-12|",
)
# In the list of the year before there was one more.
GONE = "11|XAD|Example State D|Example State D: draft plan|Plan|English|1|Draft|2020-02-02|d.pdf"


def build(officer: Any) -> None:
    """Make the register by two lists, the second without a row of the first; attach one document
    by hand; let an Example commitment be in line with a plan."""
    register = declared(REGISTER)
    for rows, day in (((*ROWS, GONE), date(2025, 1, 31)), (ROWS, date(2026, 1, 31))):
        take_in(open_list(_list(rows), name="example.csv"), register, as_of=day, by=officer)
    held = ExternalRecord.objects.filter(register__code=REGISTER)
    attach_by_hand(held.get(key="9"), held.get(key="8"), by=officer)
    promises = Commitment.objects.published().filter(is_example=True).order_by("pk")
    for one, key in zip(promises[:2], ("2", "5"), strict=False):
        one.external_records.add(held.get(key=key))


def remove() -> int:
    """Remove the register with its documents; returns how many rows went."""
    examples = ExternalRecord.objects.filter(is_example=True)
    gone = examples.exclude(belongs_to=None).delete()[0] + examples.delete()[0]
    gone += Register.objects.filter(is_example=True).delete()[0]
    return gone + Source.objects.filter(title=declared(REGISTER).source_title).delete()[0]


def _list(rows: tuple[str, ...]) -> bytes:
    """The rows as the register would give them."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *(each.split("|") for each in rows)])
    return text.getvalue().encode()
