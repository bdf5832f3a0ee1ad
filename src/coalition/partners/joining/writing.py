"""Letters with an applicant's link: the first one, a new one, a reminder."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from coalition.base import audit, states
from coalition.base.text import clean_line
from coalition.mailroom import actions as mail
from coalition.mailroom.models import Letter
from coalition.partners.accession import correspondence
from coalition.partners.models import AccessionRequest
from coalition.partners.states import AccessionState

MOST_LINKS = 5  # cases that one address is written to about at once
REMIND_AFTER = timedelta(days=14)


@transaction.atomic
def send_links(address: str) -> None:
    """Write a new link to every request whose focal point has this address.

    The caller learns nothing: for an address that is unknown, as much is written and taken back,
    so that neither the answer nor the clock tells who has applied.
    """
    address = clean_line(address, limit=254)
    hour = timezone.now().strftime("%Y-%m-%d-%H")
    cases = AccessionRequest.objects.filter(contact_email__iexact=address, merged_into=None)
    found = list(cases.order_by("-pk")[:MOST_LINKS])
    for case in found:
        case = states.lock(case)
        send_link(case, f"partners.link:{case.pk}:{case.link_number}:{hour}")
    if not found:
        _write_for_nobody(address)


def _write_for_nobody(address: str) -> None:
    nobody = AccessionRequest(
        pk=0, reference="ACC-0000-0000", contact_email=address, language=settings.LANGUAGE_CODE
    )
    with transaction.atomic():
        subject, text = correspondence.worded("resume", nobody)
        mail.write(key="partners.link:nobody", to_address=address, subject=subject, text=text)
        transaction.set_rollback(True)


def send_link(case: AccessionRequest, key: str, letter: str = "resume") -> None:
    subject, text = correspondence.worded(letter, case)
    correspondence.send(case, key=key, subject=subject, text=text)


def waiting_for_applicant() -> QuerySet[AccessionRequest]:
    """Requests that wait for their applicant, and have not moved for two weeks."""
    quiet_since = timezone.now() - REMIND_AFTER
    waiting = AccessionRequest.objects.filter(
        state__in=(AccessionState.DRAFT, AccessionState.INCOMPLETE), opened_at__lt=quiet_since
    ).exclude(contact_email="")
    return waiting.exclude(moves__at__gte=quiet_since).order_by("pk")


@transaction.atomic
def remind(request: AccessionRequest) -> bool:
    """Remind the applicant of a request that waits for them, once for each time it waits; was a
    letter written?"""
    case = states.lock(request)
    if case.state not in (AccessionState.DRAFT, AccessionState.INCOMPLETE):
        return False
    last = case.moves.last()
    key = f"partners.link:remind:{case.pk}:{last.pk if last else 0}"
    if Letter.objects.filter(key=key).exists():
        return False
    send_link(case, key, "reminder")
    audit.record("partners.remind", case)
    return True
