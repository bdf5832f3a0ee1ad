"""What becomes of a partnership after admission."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from coalition.base import states
from coalition.base.changes import record_changed
from coalition.base.text import clean_text
from coalition.mailroom import actions as mail
from coalition.partners.models import Partner
from coalition.partners.people.actions import end_quietly
from coalition.partners.queries import officers
from coalition.partners.values import LONGEST_REASON, locked_and_active


@transaction.atomic
def leave(partner: Partner, reason: str, *, by: Any) -> Partner:
    """End the partnership: mandates end, the page stays with date and reason, people are told."""
    partner = locked_and_active(partner)
    states.move(partner, "leave", by=by, reason=clean_text(reason, limit=LONGEST_REASON))
    mandates = list(partner.mandates.current().select_related("person"))
    for mandate in mandates:
        end_quietly(mandate, by=by)
    people = {mandate.person for mandate in mandates} | set(officers())
    for person in sorted(people - {by}, key=lambda person: person.pk):
        mail.tell(
            person,
            event=f"partners.leave:{partner.pk}",
            template="partners/letters/left.txt",
            context={"partner": partner, "reason": reason},
        )
    record_changed(partner)
    return partner
