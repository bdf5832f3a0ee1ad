"""What the mail room does: take messages in, write letters once, send them out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from coalition.mailroom.models import Letter, LetterState


def is_example_address(address: str) -> bool:
    """Does the address belong to a domain reserved for examples (RFC 2606)?"""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    return any(domain == one or domain.endswith("." + one) for one in settings.EXAMPLE_DOMAINS)


def write(
    *,
    key: str,
    to_address: str,
    subject: str,
    text: str,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    language: str = "en",
    to_person: Any = None,
    is_example: bool = False,
) -> Letter:
    """Put a letter into the outbox, once per `key`: a second call returns the first letter.

    It is a row of the running transaction, so what is rolled back tells nobody. Letters to
    example addresses are held for good.
    """
    held = is_example or is_example_address(to_address)
    letter, _made = Letter.objects.get_or_create(
        key=key if len(key) <= 200 else hashlib.sha256(key.encode()).hexdigest(),
        defaults={
            "to_address": to_address,
            "to_person": to_person,
            "subject": " ".join(subject.split())[:500],
            "text": text,
            "html": html,
            "headers": dict(headers or {}),
            "language": language,
            "state": LetterState.HELD if held else LetterState.WAITING,
            "is_example": held,
        },
    )
    return letter


@transaction.atomic
def tell(person: Any, *, event: str, template: str, context: Mapping[str, Any]) -> Letter | None:
    """Write to a person in their language about an event, once per person and event.

    `template` is a text template whose first line is the subject. Nothing is written to people
    who were erased or may no longer sign in.
    """
    if person.erased_at or not person.is_active:
        return None
    with translation.override(person.language):
        body = render_to_string(
            template, {**context, "person": person, "site_url": settings.SITE_URL}
        )
    subject, _newline, text = body.strip().partition("\n")
    return write(
        key=f"{event}:{person.pk}",
        to_address=person.email,
        to_person=person,
        subject=subject,
        text=text.strip() + "\n",
        language=person.language,
        is_example=person.is_example,
    )
