"""The personal data of this room and of the libraries that know its people."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.utils import timezone

from coalition.base.privacy import BLANK, FILE, KEEP, Clock, Personal


def nobody(user: Any) -> str:
    """An address that leads nowhere (RFC 2606) and is still one of its kind."""
    return f"erased-{user.pk}@erased.invalid"


def no_password(user: Any) -> str:
    return user.password if user.erased_at else make_password(None)


def unnamed(entry: Any) -> str:
    return "–"  # the log takes no empty name


WHO = {
    "email": nobody,
    "name": BLANK,
    "language": KEEP,
    "zone": lambda user: "UTC",
    "joined_at": KEEP,
    "shows_name": lambda user: False,
    "shows_email": lambda user: False,
    "is_active": lambda user: False,
    "is_superuser": lambda user: False,
    "password": no_password,
    "erased_at": lambda user: user.erased_at or timezone.now(),
}
PERSONAL = [
    Personal("accounts.User", WHO, person=("pk",)),
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
    Personal(
        "accounts.Session",
        {"device": KEEP, "began_at": KEEP, "seen_at": KEEP},
        person=("person",),
        deletes_row=True,
    ),
    Personal(
        "accounts.KnownDevice",
        {"first_at": KEEP, "last_at": KEEP},
        person=("user",),
        deletes_row=True,
        clocks=(Clock("devices", "last_at"),),
    ),
    # Kept by the sign-in library beside our own row. Secrets of factors are no part of an export.
    Personal(
        "mfa.Authenticator",
        {"type": KEEP, "created_at": KEEP, "last_used_at": KEEP},
        person=("user",),
        deletes_row=True,
    ),
    Personal(
        "account.EmailAddress",
        {"email": KEEP, "verified": KEEP},
        person=("user",),
        address=("email",),
        deletes_row=True,
        clocks=(Clock("guests", "user__guest_since", only=Q(user__last_login=None)),),
    ),
    # What the editing pages remember of an editor. Their work on pages stays, as ours does.
    Personal(
        "wagtailusers.UserProfile",
        {"preferred_language": KEEP, "current_time_zone": KEEP, "avatar": FILE},
        person=("user",),
        deletes_row=True,
    ),
    Personal(
        "wagtailcore.APIToken",
        {"name": KEEP, "created": KEEP},
        person=("user",),
        deletes_row=True,
    ),
    # The editing pages' own log of an account calls it by its name.
    Personal(
        "wagtailcore.ModelLogEntry",
        {"label": unnamed, "action": KEEP, "timestamp": KEEP},
        person=("object_id",),
        only=Q(content_type__app_label="accounts", content_type__model="user"),
    ),
    Personal("wagtailcore.PageSubscription", {"page": KEEP}, person=("user",), deletes_row=True),
    Personal("wagtailadmin.EditingSession", {}, person=("user",), deletes_row=True),
    Personal("wagtailadmin.FormState", {}, person=("user",), deletes_row=True),
    # The account of a guest who did not come again for longer than sign-ins are known. What others
    # keep of a guest goes by the same clock, and before it.
    Personal(
        "accounts.User",
        WHO | {"guest_since": BLANK},
        person=("pk",),
        clocks=(Clock("guests", "guest_since", only=Q(last_login=None)),),
    ),
]
