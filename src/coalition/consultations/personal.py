"""The personal data of this room: drafts, which nobody is meant to keep for ever, and who changed
what."""

from __future__ import annotations

from django.db.models import Q

from coalition.base.privacy import KEEP, Clock, Personal
from coalition.consultations.states import State

PERSONAL = [
    Personal(
        "consultations.Consultation",
        {"reference": KEEP, "question": KEEP},
        deletes_row=True,
        clocks=(Clock("drafts", "changed_at", only=Q(state=State.DRAFT)),),
    ),
    # The history stays; who made a change stays as a row without a name.
    Personal("consultations.Change", {"at": KEEP, "what": KEEP}, person=("by",)),
]
