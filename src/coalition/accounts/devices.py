"""From which browser somebody signs in: in words, and whether we have seen it before."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from coalition.accounts import letters
from coalition.accounts.models import KnownDevice, User

COOKIE = "device"
COOKIE_AGE = timedelta(days=365)
A_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")
# Who signs in from one new device after the other gets no more letters than this a day.
LETTERS_A_DAY = 5

# What a browser says of itself names many others too: the first word found is the right one.
BROWSERS = (
    *(("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet")),
    *(("FxiOS", "Firefox"), ("Firefox", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome")),
    ("Safari", "Safari"),
)
SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS")),
    *(("Windows", "Windows"), ("Macintosh", "macOS"), ("Linux", "Linux")),
)


def device_in_words(user_agent: str) -> str:
    """Browser and system, such as “Firefox · Windows”; empty where it names neither."""
    browser = next((name for word, name in BROWSERS if word in user_agent), "")
    system = next((name for word, name in SYSTEMS if word in user_agent), "")
    return " · ".join(filter(None, [browser, system]))


@transaction.atomic
def recognise(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Note from which device the person signed in, and write to them where it is a new one.

    A device is known by a random value in a cookie, of which we keep a digest. The first device
    ever is nobody's news.
    """
    value = request.COOKIES.get(COOKIE, "")
    if not A_VALUE.fullmatch(value):
        value = secrets.token_urlsafe(32)
    digest, now = hashlib.sha256(value.encode()).hexdigest(), timezone.now()
    is_first = not user.devices.exists()
    device, is_new = KnownDevice.objects.get_or_create(user=user, digest=digest)
    if not is_new:
        KnownDevice.objects.filter(pk=device.pk).update(last_at=now)
    elif not is_first and lately(user) <= LETTERS_A_DAY:
        words = device_in_words(request.headers.get("User-Agent", ""))
        letters.write(user, "new_device", {"at": now, "device": words})
    response.set_cookie(
        COOKIE,
        value,
        max_age=COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def lately(user: User) -> int:
    """How many devices were new to the person within a day, the first one ever not counted."""
    since = timezone.now() - timedelta(days=1)
    first = user.devices.order_by("first_at", "pk").values_list("pk", flat=True)[0]
    return user.devices.filter(first_at__gt=since).exclude(pk=first).count()
