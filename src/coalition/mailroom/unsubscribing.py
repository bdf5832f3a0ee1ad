"""A link by which a person declines digests, without signing in (RFC 8058)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from coalition.base import audit

SIGNER = signing.Signer(salt="coalition.mailroom.unsubscribe")


def link_for(person: Any) -> str:
    """The whole address of the person's own page, in their language."""
    spoken = dict(settings.LANGUAGES)
    language = person.language if person.language in spoken else settings.LANGUAGE_CODE
    with translation.override(language):
        path = reverse("mailroom:unsubscribe", args=[SIGNER.sign(person.pk)])
    return f"{settings.SITE_URL}{path}"


def person_of(signed: str) -> Any:
    """Whose link this is; None for one that we did not write."""
    try:
        key = SIGNER.unsign(signed)
    except signing.BadSignature:
        return None
    return get_user_model().objects.filter(pk=key, erased_at=None).first()


@transaction.atomic
def unsubscribe(person: Any) -> None:
    """No more digests to this person; done twice is done once."""
    if get_user_model().objects.filter(pk=person.pk, gets_digests=True).update(gets_digests=False):
        audit.record("mailroom.unsubscribe", person, by=person)
