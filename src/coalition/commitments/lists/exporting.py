"""The empty list to fill in: headings, a filled Example row, notes, and the codes to use."""

from __future__ import annotations

import io
from collections.abc import Iterator

from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font

from coalition.base.downloads import XLSX
from coalition.commitments.lists.columns import FIELDS
from coalition.commitments.lists.reading import EXAMPLE_KEY
from coalition.commitments.models import PartRole, ResourceKind
from coalition.instruments.models import UNNAMED, Instrument, ProvisionRole
from coalition.partners.models import Partner
from coalition.places.models import Level, Place
from coalition.results.models import Unit
from coalition.themes.models import Challenge, Theme

WIDTH = 26


def template(partner: Partner | None) -> FileResponse:
    """A workbook in the reader's language; without the column of partners where all of it is one
    partner's."""
    codes = [code for code in FIELDS if partner is None or code != "partner"]
    book = Workbook()
    sheet = book.active
    sheet.title = _("Commitments")[:31]
    sheet.append([str(FIELDS[code].label) for code in codes])
    example = example_row()
    sheet.append([example.get(code, "") for code in codes])
    notes = book.create_sheet(_("Notes")[:31])
    notes.append([_("Column"), _("What it holds")])
    for code in codes:
        notes.append([str(FIELDS[code].label), str(FIELDS[code].note)])
    listed = book.create_sheet(_("Codes")[:31])
    listed.append([_("Column"), _("Code"), _("Meaning")])
    for code, value, meaning in code_rows():
        listed.append([str(FIELDS[code].label), value, meaning])
    for each in book.worksheets:
        each.freeze_panes = "A2"
        for cell in each[1]:
            cell.font = Font(bold=True)
            each.column_dimensions[cell.column_letter].width = WIDTH
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename="commitments-to-fill-in.xlsx", content_type=XLSX
    )


def example_row() -> dict[str, str]:
    """How a row is filled in, with codes that are in use here; an import leaves it out."""
    year = timezone.now().year
    codes = {
        "level": Level.objects.values_list("code", flat=True).first(),
        "themes": Theme.objects.filter(retired_on=None).values_list("code", flat=True).first(),
        "challenges": Challenge.objects.filter(retired_on=None)
        .values_list("code", flat=True)
        .first(),
        "unit": Unit.objects.filter(retired_on=None).values_list("code", flat=True).first(),
        "places": Place.objects.countries().values_list("code", flat=True).first(),
        "paragraphs": _first_paragraph(),
    }
    return {code: value or "" for code, value in codes.items()} | {
        "key": f"{EXAMPLE_KEY}-1",
        "partner": "PAR-2026-0042",
        "title": _("Example: breaks for night bakers"),
        "language": (get_language() or "en").partition("-")[0],
        "promise": _("We agree on breaks with every bakery of the Example country by the end."),
        "for_whom": _("people who bake at night"),
        "how": _("The agreements name the breaks that the paragraph asks for."),
        "starts_on": f"{year}-01-01",
        "ends_on": f"{year + 2}-12-31",
        "in_line_with": _("Example plan for decent work at night"),
        "resources": f"people: {_('two advisers')}",
        "amount": "250000",
        "currency": "usd",
        "year": str(year),
        "goal": _("Night bakers have breaks"),
        "measured": _("people with an agreement on breaks"),
        "target": "1200",
        "baseline": "300",
        "source": _("Example register of the labour inspection"),
    }


def _first_paragraph() -> str:
    """Of the first text whose paragraphs are held: "doha 23"."""
    texts = Instrument.objects.filter(position__lt=UNNAMED, is_example=False)
    for text in texts.order_by("position"):
        held = text.provisions.filter(role=ProvisionRole.OPERATIVE).exclude(number="")
        if number := held.order_by("position").values_list("number", flat=True).first():
            return f"{text.short_name} {number}"
    return ""


def code_rows() -> Iterator[tuple[str, str, str]]:
    """Column, code and meaning of everything that a cell may name, but places and partners."""
    for level in Level.objects.all():
        yield "level", level.code, str(level.name)
    for theme in Theme.objects.filter(retired_on=None):
        yield "themes", theme.code, str(theme.name)
    for challenge in Challenge.objects.filter(retired_on=None):
        yield "challenges", challenge.code, str(challenge.name)
    for text in Instrument.objects.filter(position__lt=UNNAMED, is_example=False):
        yield "paragraphs", text.code, str(text.name)
    for kind in ResourceKind:
        if kind != ResourceKind.FINANCIAL:
            yield "resources", kind.value, str(kind.label)
    for unit in Unit.objects.filter(retired_on=None):
        yield "currency" if unit.kind == "money" else "unit", unit.code, str(unit.name)
    for role in PartRole:
        yield "partners", role.value, str(role.label)
