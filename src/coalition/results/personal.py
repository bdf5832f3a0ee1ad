"""The personal data of this room: who disputes a figure, and what people sent in.

What an organisation reports is its record; who wrote it down stays as a row without a name.
"""

from __future__ import annotations

from django.db.models import Q

from coalition.base.privacy import BLANK, FILE, KEEP, Clock, Personal
from coalition.results.states import DisputeState

UNCONFIRMED = Q(state=DisputeState.UNCONFIRMED)
OVER = Q(state__in=[DisputeState.REFUSED, DisputeState.RESOLVED])

PERSONAL = [
    # Of an address that nobody confirmed nothing is kept.
    Personal(
        "results.Dispute",
        {"reference": KEEP, "reason": KEEP, "email": KEEP, "token_digest": KEEP, "at": KEEP},
        person=("person",),
        address=("email",),
        only=UNCONFIRMED,
        deletes_row=True,
        clocks=(Clock("imports", "at", only=UNCONFIRMED),),
    ),
    # What was said against a figure is part of the public record; who said it is not, and is
    # forgotten some time after the last word.
    Personal(
        "results.Dispute",
        {
            "reference": KEEP,
            "fact": KEEP,
            "reason": KEEP,
            "at": KEEP,
            "state": KEEP,
            "email": BLANK,
            "person": BLANK,
            "token_digest": BLANK,
        },
        person=("person",),
        address=("email",),
        only=~UNCONFIRMED,  # those are gone by now
        clocks=(Clock("disputes", "moves__at", only=OVER),),
    ),
    # A proof is the organisation's; a file that was taken back goes after a while.
    Personal(
        "results.Evidence",
        {"title": KEEP, "at": KEEP, "struck_why": KEEP},
        person=("by", "checked_by"),
    ),
    Personal(
        "results.Evidence",
        {"file": FILE, "file_name": BLANK},
        clocks=(Clock("taken_back", "struck_at"),),
    ),
    # What came as a workbook or an answer by mail is in the report once somebody has merged it.
    Personal(
        "results.Incoming",
        {"file": FILE, "file_name": BLANK, "found": BLANK, "notes": BLANK},
        clocks=(Clock("imports", "settled_at"),),
    ),
    Personal("results.Incoming", {"origin": KEEP, "at": KEEP, "values": KEEP}, person=("by",)),
    # Remarks and answers belong to the report; who wrote them stays as a row without a name.
    Personal(
        "results.Remark",
        {"words": KEEP, "at": KEEP, "reply": KEEP, "replied_at": KEEP},
        person=("by", "replied_by"),
    ),
    Personal(
        "results.Reminder",
        {"period": KEEP, "step": KEEP, "at": KEEP},
        person=("person",),
        deletes_row=True,
        clocks=(Clock("letters", "at"),),
    ),
    Personal(
        "results.Assessment",
        {"reference": KEEP, "framework": KEEP, "state": KEEP, "words": KEEP},
        person=("reviewer",),
    ),
]
