"""The second factor: whether this session has used one, and who may not do without.

The factors themselves (codes of an app, passkeys, recovery codes) are kept by the sign-in
library. A session is marked with the person who used one, so that no other person profits.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from coalition.accounts.models import User

MARK = "second_factor"
# For so long nobody is asked again before they change their factors.
RECENT_SECONDS = 300


def mark(session: Any, user: User) -> None:
    """Note in the session that this person has used a second factor just now."""
    session[MARK] = {"person": user.pk, "at": time.time()}


def is_done(request: HttpRequest) -> bool:
    """Has the person of this session used a second factor in it?"""
    return request.session.get(MARK, {}).get("person") == request.user.pk


def is_recent(request: HttpRequest) -> bool:
    return is_done(request) and time.time() - request.session[MARK]["at"] < RECENT_SECONDS


def factors(user: User) -> list[Authenticator]:
    """The app and the passkeys of a person, oldest first; recovery codes are no factor alone."""
    found = Authenticator.objects.filter(user=user).order_by("created_at", "pk")
    return list(found.exclude(type=Authenticator.Type.RECOVERY_CODES))


def may_remove(factor: Authenticator) -> bool:
    """The last factor of somebody who needs one stays; they add another one first."""
    person: Any = factor.user
    return not person.needs_second_factor or len(factors(person)) > 1
