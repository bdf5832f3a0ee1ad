"""Everything an officer sees about partners, as a table; and the empty one to fill in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font

from coalition.base.downloads import XLSX
from coalition.partners.models import (
    KnownName,
    Mandate,
    MandateRole,
    NameKind,
    Partner,
    PartnerGroup,
    Scope,
    Sector,
    SizeClass,
)
from coalition.partners.roster.columns import FIELDS
from coalition.partners.states import PartnerState
from coalition.places.models import Place

CHUNK = 500
# The columns that an import reads, in the order of a download and of the template.
READ = (
    *("reference", "name", "acronym", "group", "scope", "country", "joined_on", "website"),
    *("about", "language", "parent", "contact_name", "contact_email"),
)


def header() -> list[str]:
    """Headings of the table: first those that an import reads, then what only we can say."""
    return [
        *(str(FIELDS[code].label) for code in READ),
        *(_("State"), _("Verified until"), _("Last heard of on"), _("People who act for it")),
        *(_("Working languages"), _("Sectors"), _("Works in"), _("Size"), _("Example")),
    ]


def table(partners: QuerySet[Partner] | None = None) -> Iterator[list[Any]]:
    """A row for each partner in any state, in the order of their references.

    Groups, countries and scopes are codes, so that the table reads the same in every language.
    """
    today = timezone.now().date()
    acting = Q(mandates__ended_at=None, mandates__since__lte=today)
    leads = Mandate.objects.filter(ended_at=None, role=MandateRole.FOCAL_POINT)
    rows = (
        (Partner.objects.all() if partners is None else partners)
        .select_related("group", "country", "parent")
        .annotate(acting=Count("mandates", filter=acting))
        .prefetch_related(
            Prefetch("sectors", Sector.objects.only("code")),
            Prefetch("works_in", Place.objects.only("code")),
            Prefetch("mandates", leads.select_related("person"), to_attr="leads"),
            Prefetch(
                "known_names",
                KnownName.objects.filter(kind=NameKind.ACRONYM),
                to_attr="acronyms",
            ),
        )
        .order_by("reference")
    )
    for one in rows.iterator(chunk_size=CHUNK):
        lead = one.leads[0].person if one.leads else None
        yield [
            one.reference,
            one.name,
            one.acronyms[0].name if one.acronyms else "",
            one.group.code,
            one.scope,
            one.country.code if one.country else "",
            one.joined_on.isoformat(),
            one.website,
            one.about,
            one.name_language,
            one.parent.reference if one.parent else "",
            lead.name if lead else "",
            lead.email if lead else "",
            PartnerState(one.state).label,
            one.verified_until.isoformat() if one.verified_until else "",
            one.heard_on.isoformat() if one.heard_on else "",
            one.acting,
            " ".join(one.languages),
            " ".join(sector.code for sector in one.sectors.all()),
            " ".join(place.code for place in one.works_in.all()),
            SizeClass(one.size_class).label if one.size_class else "",
            _("yes") if one.is_example else "",
        ]


def template() -> FileResponse:
    """An empty workbook with the headings, a sheet of notes and one of the codes to use."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("Partners")[:31]
    sheet.append([str(FIELDS[code].label) for code in READ])
    notes = book.create_sheet(_("Notes")[:31])
    notes.append([_("Column"), _("What it holds")])
    for code in READ:
        notes.append([str(FIELDS[code].label), str(FIELDS[code].note)])
    codes = book.create_sheet(_("Codes")[:31])
    codes.append([_("Column"), _("Code"), _("Meaning")])
    for group in PartnerGroup.objects.all():
        codes.append([str(FIELDS["group"].label), group.code, str(group.name)])
    for scope in Scope:
        codes.append([str(FIELDS["scope"].label), scope.value, str(scope.label)])
    for each in book.worksheets:
        each.freeze_panes = "A2"
        for cell in each[1]:
            cell.font = Font(bold=True)
            each.column_dimensions[cell.column_letter].width = 24
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename="partners-to-fill-in.xlsx", content_type=XLSX
    )
