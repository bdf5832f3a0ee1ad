"""The officers' digests: daily what waits and the end of the audit chain, weekly the board."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from coalition.accounts.models import User
from coalition.base import audit
from coalition.mailroom.actions import tell
from coalition.partners.actions import remind_of_actions, remind_of_renewals
from coalition.partners.desk.queries import week
from coalition.web import queries


@transaction.atomic
def write_digests(day: date | None = None) -> int:
    """Write to every officer once a day (UTC); returns to how many. The head of the audit chain
    is printed in it, so that a tail cut off together with the stored head shows later."""
    day = day or timezone.now().date()
    remind_of_actions(day)
    remind_of_renewals(day)
    number, digest = audit.head()
    context = {"desk": queries.desk(), "day": day, "head": f"{number}:{digest}"}
    letters = [
        tell(
            officer,
            event=f"digest:{day}",
            template="web/mail/digest.txt",
            context=context,
            is_digest=True,
        )
        for officer in User.objects.officers()
    ]
    return len([letter for letter in letters if letter])


@transaction.atomic
def write_week(day: date | None = None) -> int:
    """Write to every officer once a week what waits, what is over target and what was decided.

    The week is that before the Monday (UTC) on or before `day`, so that a run which Monday missed
    is made up for later. Returns to how many officers letters stand in the outbox.
    """
    day = day or timezone.now().date()
    monday = day - timedelta(days=day.weekday())
    letters = [
        tell(
            officer,
            event=f"digest-week:{monday}",
            template="web/mail/week.txt",
            context={"week": week(officer, monday)},
            is_digest=True,
        )
        for officer in User.objects.officers()
    ]
    return len([letter for letter in letters if letter])
