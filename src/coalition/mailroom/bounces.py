"""Letters that came back, and the addresses that nothing is sent to until an officer clears them.

A report counts only where it gives back the id of one of our letters, which nobody but its
recipient can know: so nobody can make another's address fail.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as marked

from coalition.base import audit
from coalition.base.errors import NotAllowed
from coalition.base.text import clean_line
from coalition.mailroom.models import (
    FailingAddress,
    InboundMessage,
    Letter,
    LetterState,
    Verdict,
)
from coalition.mailroom.reading import ReadMessage

# Letters held back for so long still go out once their address is cleared.
STILL_NEWS = timedelta(days=7)


def note_report(message: InboundMessage, read: ReadMessage) -> tuple[Verdict, str] | None:
    """What a report about one of our letters means, and note it; None where it is no such report.

    Only a failure for good makes the letter `RETURNED` and its address failing.
    """
    if not read.reports or not read.returned:
        return None
    letters = Letter.objects.filter(message_id__in=read.returned).exclude(state=LetterState.HELD)
    letter = letters.select_for_update(no_key=True).first()
    if letter is None:
        return None
    about = [
        one
        for one in read.reports
        if not one.recipients or letter.to_address.lower() in one.recipients
    ]
    if not about:
        return Verdict.AUTOMATIC, marked(
            "One of our letters did not reach an address to which it was passed on."
        )
    message.thread = letter.thread
    final = next((one for one in about if one.is_final), None)
    if final is None:
        return Verdict.BOUNCE, marked(
            "It says that one of our letters is late. Nothing need be done: its server goes on "
            "trying."
        )
    letter.state, letter.error = LetterState.RETURNED, clean_line(final.says, limit=500)
    letter.save(update_fields=["state", "error"])
    address = mark_failing(letter, final.says)
    audit.record("mailroom.returned", letter, refs=[message, address])
    return Verdict.BOUNCE, marked(
        "One of our letters came back. Nothing more is sent to that address until an officer "
        "clears it."
    )


def mark_failing(letter: Letter, why: str) -> FailingAddress:
    """Nothing more is sent to the address of this letter. `why` is in the server's words."""
    address, _is_new = FailingAddress.objects.get_or_create(
        address=letter.to_address.lower(),
        defaults={"letter": letter, "why": clean_line(why, limit=500)},
    )
    return address


def failing(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses, in lower case, that letters came back from."""
    wanted = {address.lower() for address in addresses}
    found = FailingAddress.objects.filter(address__in=wanted)
    return set(found.values_list("address", flat=True))


@transaction.atomic
def clear_address(address: FailingAddress, *, by: Any) -> int:
    """Letters may go to the address again; what was held back of late goes out now. Returns how
    many letters that is. Raises NotAllowed with a sentence.

    `by` is an officer, or None for whoever works at the machine itself.
    """
    if by is not None and not by.has_perm("mailroom.handle"):
        raise NotAllowed(_("Only officers of the secretariat clear addresses."))
    # Never tried, and no code to sign in with, which would have ended meanwhile.
    held = Letter.objects.filter(
        to_address__iexact=address.address,
        state=LetterState.FAILED,
        attempts=0,
        written_at__gt=timezone.now() - STILL_NEWS,
    ).exclude(key__startswith="mail:")
    count = held.update(state=LetterState.WAITING, error="", next_attempt_at=timezone.now())
    audit.record("mailroom.clear", address, by=by)
    address.delete()
    return count
