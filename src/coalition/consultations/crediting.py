"""Whoever stands behind a proposal is told of it, once everybody can read it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from coalition.accounts.models import User
from coalition.base import states
from coalition.consultations.access import TO_ANSWER
from coalition.consultations.models import Consultation, Credit
from coalition.consultations.states import PUBLIC, StatementState
from coalition.mailroom.actions import tell
from coalition.partners.models import Mandate
from coalition.partners.rules import roles_that
from coalition.partners.states import JOINED

# Whom an officer waits for; whoever is left is told by the clock (`tell_the_rest`).
AT_ONCE = 200


@transaction.atomic
def tell_credited(consultation: Consultation) -> int:
    """Write to the partners that are credited and were not told yet, `AT_ONCE` of them at most: one
    letter to each of their people who may write for them, whatever number of proposals names them.
    Of a draft nobody is told. Returns how many partners were gone through.

    The caller holds the consultation, so that two calls never tell the same. Four queries, and
    those of each letter.
    """
    if consultation.state not in PUBLIC:
        return 0
    untold = Credit.objects.filter(statement__consultation=consultation, told_at=None)
    partners = list(
        untold.order_by("partner").values_list("partner", flat=True).distinct()[:AT_ONCE]
    )
    now_told = untold.filter(partner__in=partners)
    joined = now_told.filter(
        partner__state__in=JOINED, statement__state=StatementState.ACCEPTED
    ).select_related("statement", "partner")
    rows = list(joined.order_by("partner", "statement__number"))
    people = writers_of({credit.partner_id for credit in rows})
    now_told.update(told_at=timezone.now())
    for partner, credits in groupby(rows, key=lambda credit: credit.partner):
        named = list(credits)
        for person in people.get(partner.pk, ()):
            tell(
                person,
                event=f"consultations.credited:{partner.pk}:{named[0].pk}",
                template="consultations/mail/credited.txt",
                context={
                    "consultation": consultation,
                    "partner": partner,
                    "statements": [credit.statement for credit in named],
                },
            )
    return len(partners)


def tell_the_rest() -> int:
    """Tell all who are credited in public and were not told yet; each round is kept by itself.
    Returns how many partners were gone through."""
    waiting = Credit.objects.filter(told_at=None, statement__consultation__is_public__in=[True])
    count = 0
    for pk in list(waiting.order_by().values_list("statement__consultation", flat=True).distinct()):
        while True:
            with transaction.atomic():
                done = tell_credited(states.lock(Consultation(pk=pk)))
            count += done
            if done < AT_ONCE:
                break
    return count


def writers_of(partners: Iterable[int], ability: str = TO_ANSWER) -> dict[int, list[User]]:
    """Who may write for these partners, or do for them what `ability` names, by partner. One
    query."""
    mandates = Mandate.objects.current().filter(
        partner__in=set(partners), role__in=roles_that(ability), person__is_active=True
    )
    found: dict[int, list[User]] = {}
    for mandate in mandates.select_related("person").order_by("pk"):
        people = found.setdefault(mandate.partner_id, [])
        if mandate.person not in people:
            people.append(mandate.person)
    return found
