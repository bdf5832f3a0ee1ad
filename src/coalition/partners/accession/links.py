"""The applicant's own link to a case: without an account, from any device, for a year."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from coalition.partners.models import AccessionRequest

SALT = "coalition.partners.case"
LIFETIME = timedelta(days=365)
SECRETS = re.compile(r"(/join/(?:request|confirm)/)[^\s/]+/")
FARTHEST = 20  # cases merged one into the next


def link_for(case: AccessionRequest) -> str:
    """The whole address of the applicant's page, in their language where the site speaks it.

    It opens the case until `link_number` moves on, which ends all links given before.
    """
    return settings.SITE_URL + path_of("partners:application", case, token_for(case))


def token_for(case: AccessionRequest) -> str:
    return signing.dumps([case.pk, case.link_number], salt=SALT)


def path_of(route: str, case: AccessionRequest, *arguments: Any) -> str:
    """A path in the applicant's language, or in English where the site does not speak it."""
    spoken = case.language in dict(settings.LANGUAGES)
    with translation.override(case.language if spoken else settings.LANGUAGE_CODE):
        return reverse(route, args=arguments)


def case_of(token: str) -> AccessionRequest | None:
    """The case that a link opens, or None where it is wrong, altered, ended or too old.

    A link of a case that was merged into another leads to that one where both have the same focal
    point. Anybody may ask in an organisation's name: whoever did shall not read, by an officer's
    merging, what its own people sent.
    """
    named = _read(token, max_age=LIFETIME)
    if named is None:
        return None
    cases = AccessionRequest.objects.select_related("group", "country", "partner", "same_as")
    case = cases.filter(pk=named[0], link_number=named[1]).first()
    for _hop in range(FARTHEST):
        if case is None or case.merged_into_id is None:
            return case
        into = cases.get(pk=case.merged_into_id)
        if case.contact_email.lower() != into.contact_email.lower():
            return case
        case = into
    return None


def was_ours(token: str) -> bool:
    """Did we give this link once, whether or not it still opens anything?"""
    return _read(token, max_age=None) is not None


def hidden(text: str) -> str:
    """A letter's text as others than its reader may see it: without the secret of its links."""
    return SECRETS.sub(r"\1…", text)


def _read(token: str, *, max_age: timedelta | None) -> tuple[int, int] | None:
    try:
        pk, number = signing.loads(token, salt=SALT, max_age=max_age)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return (pk, number) if isinstance(pk, int) and isinstance(number, int) else None
