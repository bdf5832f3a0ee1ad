"""Moments as people read them: by the clocks of the consultation, with the name of their zone; and
how long somebody has to wait."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.base import zones


def told(at: datetime, zone: str) -> str:
    """“3 March 2026, 09:00 (Zurich)”: a moment by the clocks of this zone, in the reader's
    language; for sentences. On pages, `{% moment %}` marks it up as well."""
    local = at.astimezone(zones.zone(zone))
    return _("%(moment)s (%(zone)s)") % {
        "moment": date_format(local, "DATETIME_FORMAT"),
        "zone": zones.city(zone),
    }


def too_often(seconds: int) -> str:
    """What whoever used a door too often reads (`base.limits`)."""
    minutes = max(1, -(-seconds // 60))
    return (
        ngettext(
            "You sent a lot within an hour. Please go on in %d minute.",
            "You sent a lot within an hour. Please go on in %d minutes.",
            minutes,
        )
        % minutes
    )
