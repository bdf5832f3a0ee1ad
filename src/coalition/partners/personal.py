"""The personal data of this room: contacts of accession requests, and mandates.

The reasons that people write into a request's history stay: they are the organisation's record.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from coalition.base.privacy import BLANK, KEEP, Clock, Personal


def ended(mandate: Any) -> date:
    """The day from which the mandate holds no more: today, or the day it began if that is later."""
    today = max(mandate.since, timezone.now().date())
    return min(mandate.until, today) if mandate.until else today


PERSONAL = [
    Personal(
        "partners.AccessionRequest",
        {
            "reference": KEEP,
            "organisation": KEEP,
            "message": KEEP,  # a link; the message is treated in its own room
            "contact_name": BLANK,
            "contact_email": BLANK,
        },
        address=("contact_email",),
        clocks=(Clock("cases", "closed_at"),),
    ),
    Personal(
        "partners.Suggestion",
        {"field": KEEP, "value": KEEP, "why": KEEP, "quote": KEEP},
        address=("value", "request__contact_email", "request__message__from_address"),
        deletes_row=True,
        clocks=(Clock("cases", "request__closed_at"),),
    ),
    Personal(
        "partners.Mandate",
        {"partner": KEEP, "role": KEEP, "since": KEEP, "until": ended},
        person=("person",),
    ),
]
