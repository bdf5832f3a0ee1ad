"""Moments as people read them: by the clocks of the consultation, with the name of their zone."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.base import zones


def told(at: datetime, zone: str) -> str:
    """“3 March 2026, 09:00 (Zurich)”: a moment by the clocks of this zone, in the reader's
    language; for sentences. On pages, `{% moment %}` marks it up as well."""
    local = at.astimezone(zones.zone(zone))
    return _("%(moment)s (%(zone)s)") % {
        "moment": date_format(local, "DATETIME_FORMAT"),
        "zone": zones.city(zone),
    }
