"""What a partner takes with it: everything it entered, as JSON for programs and CSV for people."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.module_loading import import_string

from coalition.base.downloads import harmless
from coalition.partners.models import CaseDocument, Partner, Priority

Rows = Sequence[Mapping[str, Any]]


def archive(partner: Partner) -> bytes:
    """A zip file with one JSON and one CSV file each for profile, priorities, people, documents
    (their list) and what later rooms add (settings.PARTNER_ARCHIVE)."""
    parts: dict[str, Rows] = {
        "profile": _profile(partner),
        "priorities": _priorities(partner),
        "people": _people(partner),
        "documents": _documents(partner),
    }
    parts |= {name: import_string(path)(partner) for name, path in settings.PARTNER_ARCHIVE.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, rows in parts.items():
            text = json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
            packed.writestr(f"{partner.reference}/{name}.json", text + "\n")
            packed.writestr(f"{partner.reference}/{name}.csv", _as_csv(rows))
    return file.getvalue()


def _as_csv(rows: Rows) -> bytes:
    """A line a row; lists stand in one cell, parted by semicolons."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    header = list(rows[0]) if rows else []
    writer.writerow(header)
    for row in rows:
        writer.writerow([harmless(_cell(row[name])) for name in header])
    return ("\ufeff" + lines.getvalue()).encode()  # so that spreadsheets read it as UTF-8


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(str(each) for each in value)
    return "" if value is None else value


def _profile(partner: Partner) -> Rows:
    plain = (
        *("reference", "state", "name", "name_language", "scope", "website", "about"),
        *("about_language", "languages", "size_class", "joined_on"),
    )
    moves = [
        f"{move.at:%Y-%m-%d} {move.verb}" + (f": {move.reason}" if move.reason else "")
        for move in partner.moves.all()
    ]
    return [
        {
            **{name: getattr(partner, name) for name in plain},
            "group": partner.group.code,
            "country": partner.country.code if partner.country else "",
            "part_of": partner.parent.reference if partner.parent else "",
            "sectors": [one.code for one in partner.sectors.all()],
            "works_in": [one.code for one in partner.works_in.all()],
            "other_names": [one.name for one in partner.known_names.all()],
            "history": moves,
        }
    ]


def _priorities(partner: Partner) -> Rows:
    held = Priority.every.filter(partner=partner).order_by("kind", "rank")
    return [
        {
            "kind": one.kind,
            "rank": one.rank,
            "theme": one.theme.code,
            "level": one.level.code,
            "place": one.place.code,
            "words": one.words,
            "language": one.language,
        }
        for one in held.select_related("theme", "level", "place")
    ]


def _people(partner: Partner) -> Rows:
    return [
        {
            "name": one.person.name,
            "email": "" if one.person.erased_at else one.person.email,
            "role": one.role,
            "since": one.since,
            "until": one.until,
        }
        for one in partner.mandates.select_related("person")
    ]


def _documents(partner: Partner) -> Rows:
    """The documents it handed in with its request to join: their names, not their content."""
    held = CaseDocument.objects.filter(request__partner=partner).exclude(file="").order_by("pk")
    return [{"name": one.name, "size": one.size, "added_at": one.added_at} for one in held]
