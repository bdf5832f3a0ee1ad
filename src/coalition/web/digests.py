"""The officers' daily digest: what waits, and the end of the audit chain."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from coalition.accounts.models import User
from coalition.base import audit
from coalition.mailroom.actions import tell
from coalition.web import queries


@transaction.atomic
def write_digests(day: date | None = None) -> int:
    """Write to every officer once a day (UTC); returns to how many. The head of the audit chain
    is printed in it, so that a tail cut off together with the stored head shows later."""
    day = day or timezone.now().date()
    number, digest = audit.head()
    context = {"desk": queries.desk(), "day": day, "head": f"{number}:{digest}"}
    letters = [
        tell(officer, event=f"digest:{day}", template="web/mail/digest.txt", context=context)
        for officer in User.objects.officers()
    ]
    return len([letter for letter in letters if letter])
