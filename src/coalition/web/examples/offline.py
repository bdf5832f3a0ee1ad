"""A workbook of the Example coalition that came back and waits to be confirmed."""

from __future__ import annotations

import io

from django.utils import translation
from openpyxl import load_workbook

from coalition.accounts.models import User
from coalition.results.models import Measure, Report
from coalition.results.offline import actions, workbook
from coalition.results.states import ReportState


def build() -> int:
    """Bring in a workbook for the newest draft, changed in two cells; returns how many."""
    drafts = Report.objects.filter(
        is_example=True,
        state=ReportState.DRAFT,
        framework__indicators__measure=Measure.NUMBER,
    )
    # The newest: that of the commitment with figures of every kind.
    report = drafts.select_related("framework", "period", "partner").order_by("-pk").first()
    if report is None:
        return 0
    person = User.objects.filter(mandates__partner=report.partner).order_by("pk").first()
    with translation.override("en"):
        book = load_workbook(io.BytesIO(workbook.make(report)))
    columns = {name: place for place, name in enumerate(workbook.COLUMNS, start=1)}
    numbers = report.framework.indicators.filter(measure=Measure.NUMBER)
    codes = {f"{report.framework.reference}/{one.number}" for one in numbers}
    sheet = book.worksheets[0]
    for row in sheet.iter_rows(max_col=1):
        if row[0].value in codes:
            value = sheet.cell(row[0].row, columns["value"])
            value.value = int(value.value or 0) + 12
            sheet.cell(row[0].row, columns["note"]).value = "Twelve more were found in the register"
            break
    file = io.BytesIO()
    book.save(file)
    actions.take_workbook(report, content=file.getvalue(), name="Example report.xlsx", by=person)
    return 1
