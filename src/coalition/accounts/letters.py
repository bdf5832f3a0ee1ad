"""Letters of this room: about one's own account, in one's own language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from coalition.accounts.models import User


def write(user: User, name: str, context: Mapping[str, Any]) -> None:
    """Write to a person about their account: accounts/letters/NAME.txt, whose first line is the
    subject. It goes into the outbox as part of the running transaction."""
    if user.erased_at or not user.is_active:
        return
    with translation.override(user.language):
        page = settings.SITE_URL + reverse("mfa_index")
        text = render_to_string(f"accounts/letters/{name}.txt", {**context, "page": page})
        subject, _newline, body = text.strip().partition("\n")
        send_mail(subject, body.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [user.email])
