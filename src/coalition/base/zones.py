"""Time zones by their IANA names, as people choose them, and when a day is over in one.

The zones' rules come from the system's zoneinfo, or from Python's package tzdata.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base.errors import Refused

# The years in which a day and a time can be meant.
FIRST_YEAR, LAST_YEAR = 1900, 2199
# The parts of the world under which IANA names its zones; names outside them are old ones, kept
# for old programs.
REGIONS = {
    "Africa": gettext_lazy("Africa"),
    "America": gettext_lazy("America"),
    "Antarctica": gettext_lazy("Antarctica"),
    "Asia": gettext_lazy("Asia"),
    "Atlantic": gettext_lazy("Atlantic Ocean"),
    "Australia": gettext_lazy("Australia"),
    "Europe": gettext_lazy("Europe"),
    "Indian": gettext_lazy("Indian Ocean"),
    "Pacific": gettext_lazy("Pacific Ocean"),
}


@cache
def names() -> tuple[str, ...]:
    """The zones that may be chosen, UTC first, then by name."""
    known = sorted(one for one in available_timezones() if one.partition("/")[0] in REGIONS)
    return ("UTC", *known)


def city(name: str) -> str:
    """What a reader calls a zone: "Asia/Kolkata" is "Kolkata", "UTC" is itself."""
    return name.partition("/")[2].replace("_", " ").replace("/", ", ") or name


def zone(name: str) -> ZoneInfo:
    """The zone of this name; UTC where this machine does not know the name (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _choices() -> list[tuple[Any, Any]]:
    grouped: dict[str, list[tuple[str, str]]] = {region: [] for region in REGIONS}
    for name in names()[1:]:
        grouped[name.partition("/")[0]].append((name, city(name)))
    everywhere = [("UTC", _("UTC, the same everywhere"))]
    return everywhere + [(REGIONS[region], held) for region, held in grouped.items() if held]


# For a field's choices: made when a form is shown, in its reader's language.
choices = lazy(_choices, list)


def end_of(day: date, name: str) -> datetime:
    """The moment in which the day is over in this zone, in UTC.

    Where the clock skips the next midnight, it is the moment of the skip; where a midnight comes
    twice, the first one ends the day.
    """
    midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone(name))
    return midnight.astimezone(UTC)


def today_in(name: str, now: datetime) -> date:
    """Which day it is in this zone."""
    return now.astimezone(zone(name)).date()


def moment_of(wall: datetime, name: str) -> datetime:
    """The moment, in UTC, at which the clocks of this zone show `wall` (a day and a time without
    a zone); of a time that comes twice the first is meant.

    Raises Refused for a time that the clocks skip, and for a year far from ours.
    """
    if not FIRST_YEAR <= wall.year <= LAST_YEAR:
        raise Refused(
            _("Please write a year between %(first)d and %(last)d.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    moment = wall.replace(tzinfo=zone(name), fold=0).astimezone(UTC)
    if wall_of(moment, name) != wall:
        raise Refused(_("The clocks there skip this time on that day."))
    return moment


def wall_of(moment: datetime, name: str) -> datetime:
    """What the clocks of this zone show at a moment, without the zone."""
    return moment.astimezone(zone(name)).replace(tzinfo=None)
