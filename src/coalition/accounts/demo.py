"""One-time sign-in links for Example people, on one's own machine only."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from coalition.accounts import second_factor, sessions
from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.checks import demo_stays_on_loopback
from coalition.base.errors import Refused

SALT = "coalition.accounts.demo"
LIFETIME = timedelta(hours=24)
# Somebody stands between the reader and us, so that the near end tells nothing about the far one.
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def demo_link(user: User) -> str:
    """A link that signs this Example person in, once, within 24 hours, from this machine.

    Any sign-in of theirs ends it. Raises Refused where COALITION_DEMO is off or the person real.
    """
    if not is_on():
        raise Refused(_("Sign-in links are only made where COALITION_DEMO is 1."))
    if not user.is_example:
        raise Refused(_("Sign-in links are only made for Example people."))
    with translation.override(user.language):
        return settings.SITE_URL + reverse("accounts:demo", args=[_token(user)])


def person_of(token: str, request: HttpRequest) -> User | None:
    """Whom the link signs in, or None where it is wrong, used, too old, or not from here."""
    if not is_on() or not is_from_this_machine(request):
        return None
    try:
        person, last_login = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    if not isinstance(person, int):
        return None
    user = User.objects.filter(pk=person, is_example=True, is_active=True).first()
    return user if user and _last_login(user) == last_login else None


@transaction.atomic
def sign_in(token: str, request: HttpRequest) -> User | None:
    """Use the link up; None where it cannot be used. Of two at once, one gets in."""
    user = person_of(token, request)
    if user is None:
        return None
    states.lock(user)
    if person_of(token, request) is None:
        return None
    # Moves `last_login` on, which is what ends the link.
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    sessions.begin(request)
    # Nobody keeps a passkey for a made-up officer; the link works on one's own machine alone.
    second_factor.mark(request.session, user)
    audit.record("accounts.demo_sign_in", user, by=user)
    return user


def is_on() -> bool:
    """Was it asked for, on a site that answers to nobody else? (A server behind WSGI starts
    without the system check.)"""
    return settings.DEMO and not demo_stays_on_loopback(None)


def is_from_this_machine(request: HttpRequest) -> bool:
    """Does the request come over the loopback, and from nobody behind it?"""
    if any(request.META.get(header) for header in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _token(user: User) -> str:
    return signing.dumps([user.pk, _last_login(user)], salt=SALT)


def _last_login(user: User) -> Any:
    return user.last_login.isoformat() if user.last_login else None
