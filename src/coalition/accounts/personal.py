"""The personal data of this room and of the libraries that know its people."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from coalition.base.privacy import BLANK, KEEP, Clock, Personal


def nobody(user: Any) -> str:
    """An address that leads nowhere (RFC 2606) and is still one of its kind."""
    return f"erased-{user.pk}@erased.invalid"


PERSONAL = [
    Personal(
        "accounts.User",
        {
            "email": nobody,
            "name": BLANK,
            "language": KEEP,
            "joined_at": KEEP,
            "shows_name": lambda user: False,
            "shows_email": lambda user: False,
            "is_active": lambda user: False,
            "is_superuser": lambda user: False,
            "password": lambda user: make_password(None),
            "erased_at": lambda user: user.erased_at or timezone.now(),
        },
        person=("pk",),
    ),
    Personal(
        "accounts.User",
        {"last_login": BLANK},
        person=("pk",),
        clocks=(Clock("sign_in", "last_login"),),
    ),
    Personal(
        "accounts.RoleGrant",
        {"role": KEEP, "granted_at": KEEP},
        person=("user",),
        deletes_row=True,
    ),
    Personal("accounts.User_groups", {"group": KEEP}, person=("user",), deletes_row=True),
    Personal(
        "accounts.User_user_permissions", {"permission": KEEP}, person=("user",), deletes_row=True
    ),
    # Kept by the sign-in library beside our own row.
    Personal(
        "account.EmailAddress",
        {"email": KEEP, "verified": KEEP},
        person=("user",),
        address=("email",),
        deletes_row=True,
    ),
    # An editor's settings for the editing pages.
    Personal(
        "wagtailusers.UserProfile",
        {"preferred_language": KEEP, "current_time_zone": KEEP},
        person=("user",),
        deletes_row=True,
    ),
]
