"""Taking in a file of tables of parties: read, checked row by row, kept whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import timezone

from coalition.instruments.consent.actions import TableReport, import_table
from coalition.instruments.consent.days import read_day
from coalition.instruments.consent.tables import Known, read_table
from coalition.instruments.models import Instrument
from coalition.instruments.texts.reading import file_digest
from coalition.places.models import Place


def import_file(
    path: Path,
    *,
    as_of: str = "",
    good_rows: bool = False,
    is_dry: bool = False,
    by: Any = None,
) -> TableReport:
    """Read the file and keep its tables (`actions.import_table` says how).

    Raises Refused where it is no table that is known, or `as_of` no day.
    """
    adopted = Instrument.objects.filter(adopted_on__isnull=False)
    known = Known(
        countries=frozenset(Place.objects.countries().values_list("code", flat=True)),
        adopted={
            name: day
            for symbol, code, day in adopted.values_list("symbol", "code", "adopted_on")
            for name in {symbol, code.upper()}
            if name
        },
        today=timezone.localdate(),
    )
    reading = read_table(path, known, as_of=read_day(as_of) if as_of else None)
    return import_table(
        reading, file_digest=file_digest(path), good_rows=good_rows, is_dry=is_dry, by=by
    )
