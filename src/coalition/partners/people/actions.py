"""Who speaks for an organisation, and until when."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base import audit, states
from coalition.base.errors import NotAllowed
from coalition.mailroom import actions as mail
from coalition.partners.models import Mandate


@transaction.atomic
def end_mandate(mandate: Mandate, *, by: Any) -> Mandate:
    """End a person's right to act for an organisation, from now on; the person is told."""
    mandate = end_quietly(mandate, by=by)
    mail.tell(
        mandate.person,
        event=f"partners.end_mandate:{mandate.pk}",
        template="partners/letters/mandate_ended.txt",
        context={"partner": mandate.partner},
    )
    return mandate


def end_quietly(mandate: Mandate, *, by: Any) -> Mandate:
    mandate = states.lock(mandate)
    today = timezone.now().date()
    if mandate.until and mandate.until <= today:
        raise NotAllowed(_("This mandate has ended already."))
    mandate.until = max(today, mandate.since)
    mandate.save(update_fields=["until"])
    audit.record("partners.end_mandate", mandate, by=by)
    return mandate
