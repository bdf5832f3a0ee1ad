"""How often the open doors of joining may be used."""

from __future__ import annotations

from django.http import HttpRequest

from coalition.base import limits
from coalition.base.limits import DAY, HOUR, Limit

# By door: for a reader's network address, and for what the door is about (an e-mail address, a
# case). Schools and ministries share one network address, so the first is the wider.
LIMITS = {
    "begin": (Limit(20, HOUR), Limit(5, DAY)),
    "link": (Limit(30, HOUR), Limit(5, HOUR)),
    "upload": (Limit(120, HOUR), Limit(60, HOUR)),
    "confirm": (Limit(30, HOUR), Limit(5, HOUR)),
}


def seconds_to_wait(request: HttpRequest, door: str, about: str) -> int:
    """0 while this door may be used again, by this reader and about this; it counts as a use."""
    by_reader, by_thing = LIMITS[door]
    return limits.seconds_to_wait(request, door, about, by_reader=by_reader, by_thing=by_thing)
