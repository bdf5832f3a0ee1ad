"""Reminders that verifications expire: to every officer, each reminder once."""

from __future__ import annotations

import hashlib
from datetime import date

from django.db import transaction
from django.utils import timezone

from coalition.mailroom import actions as mail
from coalition.partners.models import Verification
from coalition.partners.queries import officers
from coalition.partners.vetting import queries

# A letter names so many; the page it leads to has them all.
NAMED = 50


@transaction.atomic
def remind_of_renewals(day: date | None = None) -> int:
    """Write to the officers about every verification that expires in 60, in 30 or in 0 days, one
    letter for all of them; returns how many verifications it tells of.

    Safe to run twice: each reminder is given once, and one that was missed is given late.
    """
    day = day or timezone.now().date()
    people = list(officers())
    due = list(queries.to_remind(day).select_for_update(of=("self",), no_key=True))
    if not due or not people:
        return 0
    for one in due:
        one.reminded = queries.reminder(one.expires_on, day)
    Verification.objects.bulk_update(due, ["reminded"], batch_size=500)
    told = ",".join(f"{one.pk}:{one.reminded}" for one in due)
    event = f"partners.renewals:{hashlib.sha256(told.encode()).hexdigest()[:40]}"
    for officer in people:
        mail.tell(
            officer,
            event=event,
            template="partners/letters/renewals.txt",
            context={"due": due[:NAMED], "count": len(due), "day": day},
        )
    return len(due)
