"""The personal data of this room: who wrote to us and what, whom we wrote to and what."""

from django.db.models import Q

from coalition.base.privacy import BLANK, FILE, KEEP, Clock, Personal

PERSONAL = [
    Personal(
        "mailroom.InboundMessage",
        {
            "received_at": KEEP,
            "sent_at": KEEP,
            "from_name": BLANK,
            "from_address": BLANK,
            "envelope_from": BLANK,
            "envelope_to": BLANK,
            "message_id": BLANK,
            "subject": BLANK,
            "text": BLANK,
            "why": BLANK,  # its reasons quote the message
            "attachments": BLANK,
            "raw": FILE,
        },
        # Also what somebody else forwarded, where a request names the first writer.
        address=(
            *("from_address", "envelope_from"),
            *("requests__contact_email", "requests__suggestions__value"),
        ),
        clocks=(
            Clock("raw_mail", "requests__closed_at"),
            # What was filed with a case goes with the case.
            Clock("raw_mail", "thread__request__closed_at", only=Q(requests=None)),
            Clock("raw_mail", "received_at", only=Q(requests=None, thread__request=None)),
        ),
    ),
    # The whole row goes: even the key of an acknowledgement holds a hash of the address.
    Personal(
        "mailroom.Letter",
        {
            "to_address": KEEP,
            "to_person": KEEP,
            "subject": KEEP,
            "text": KEEP,
            "html": KEEP,
            "written_at": KEEP,
            "sent_at": KEEP,
        },
        person=("to_person",),
        address=("to_address",),
        deletes_row=True,
        clocks=(Clock("letters", "written_at"),),
    ),
    Personal(
        "mailroom.FailingAddress",
        {"address": KEEP, "since": KEEP, "why": KEEP},
        address=("address",),
        deletes_row=True,
        clocks=(Clock("letters", "since"),),
    ),
]
