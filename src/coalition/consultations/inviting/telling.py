"""Who is invited is told so by one letter, once everybody can read the consultation."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import lazy

from coalition.accounts.models import User
from coalition.base import states
from coalition.consultations.crediting import writers_of
from coalition.consultations.models import Consultation, Invitation
from coalition.consultations.moments import told
from coalition.consultations.queries import state_at
from coalition.consultations.states import AHEAD
from coalition.mailroom.actions import tell, tell_address
from coalition.partners.states import JOINED

# In the language of each letter.
said = lazy(told, str)
# Whom an officer waits for; whoever is left is told by the clock (`tell_the_rest`).
AT_ONCE = 100


@transaction.atomic
def tell_invited(consultation: Consultation, now: datetime | None = None) -> int:
    """Write to those who are invited and were not told yet, `AT_ONCE` of them at most. Of a draft
    nobody is told, and of what is over neither. Returns how many invitations were gone through.

    The caller holds the consultation, so that two calls never tell the same.
    """
    now = now or timezone.now()
    phases = list(consultation.phases.taking_part())
    if state_at(consultation, phases, now) not in AHEAD:
        return 0
    untold = consultation.invitations.filter(told_at=None).select_related("partner")
    found = list(untold.order_by("pk")[:AT_ONCE])
    until = max((phase.closes_at for phase in phases), default=now)
    people = writers_of(one.partner_id for one in found if one.partner_id)
    known = _people_at({one.address for one in found if one.address})
    Invitation.objects.filter(pk__in=[one.pk for one in found]).update(told_at=now)
    for one in found:
        context = {
            "consultation": consultation,
            "partner": one.partner,
            "until": said(until, consultation.zone),
        }
        if one.partner is not None:
            writers = people.get(one.partner.pk, []) if one.partner.state in JOINED else []
        else:
            person = known.get(one.address)
            writers = [person] if person else []
        for person in writers:
            tell(
                person,
                event=f"consultations.invited:{one.pk}",
                template="consultations/mail/invited.txt",
                context=context,
            )
        if one.address and one.address not in known:
            tell_address(
                one.address,
                event=f"consultations.invited:{one.pk}",
                template="consultations/mail/invited.txt",
                context=context,
                language=one.language,
                is_example=consultation.is_example,
            )
    return len(found)


def tell_the_rest(now: datetime | None = None) -> int:
    """Tell all who are invited to what is ahead or open and were not told yet; each round is kept
    by itself. Returns how many invitations were gone through."""
    waiting = Invitation.objects.filter(told_at=None, consultation__state__in=AHEAD)
    count = 0
    for pk in list(waiting.order_by().values_list("consultation", flat=True).distinct()):
        while True:
            with transaction.atomic():
                done = tell_invited(states.lock(Consultation(pk=pk)), now)
            count += done
            if done < AT_ONCE:
                break
    return count


def _people_at(addresses: set[str]) -> dict[str, User]:
    """Of these addresses in lower case those of people we know. One query."""
    found = User.objects.annotate(lower=Lower("email")).filter(lower__in=addresses)
    return {person.email.lower(): person for person in found}
