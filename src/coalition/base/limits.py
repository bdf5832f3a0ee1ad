"""How often an open door may be used, counted in the cache for all processes."""

from __future__ import annotations

import time
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

SALT = "coalition.base.limits"
HOUR, DAY = 3_600, 86_400


@dataclass(frozen=True)
class Limit:
    most: int
    seconds: int


def seconds_to_wait(
    request: HttpRequest,
    door: str,
    about: str = "",
    *,
    by_reader: Limit,
    by_thing: Limit | None = None,
) -> int:
    """0 while this door may be used again, by this reader (their network address) and, where it is
    about something (an e-mail address, a case), about this; it counts as a use."""
    address = get_adapter().get_client_ip(request)
    waits = [_count(f"{door}:ip:{address}", by_reader)]
    if by_thing is not None:
        waits.append(_count(f"{door}:about:{about.lower()}", by_thing))
    return max(waits)


def _count(name: str, limit: Limit) -> int:
    now = int(time.time())
    window = now // limit.seconds
    # No address stands in the cache, and a hostile one makes no odd key. Whoever holds a copy of
    # the cache cannot try out people either: how often somebody voted could tell which row is
    # theirs.
    digest = salted_hmac(SALT, name.encode("utf-8", "replace"), algorithm="sha256").hexdigest()
    key = f"door:{digest}:{window}"
    cache.add(key, 0, timeout=limit.seconds * 2)
    try:
        count = cache.incr(key)
    except ValueError:  # the cache let go of it in between
        return 0
    return limit.seconds - now % limit.seconds if count > limit.most else 0
