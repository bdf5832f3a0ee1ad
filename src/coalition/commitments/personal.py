"""The personal data of this room: none but drafts, which nobody is meant to read for ever."""

from __future__ import annotations

from django.db.models import Q

from coalition.base.privacy import KEEP, Clock, Personal
from coalition.commitments.states import State

PERSONAL = [
    Personal(
        "commitments.Commitment",
        {"reference": KEEP, "title": KEEP},
        deletes_row=True,
        clocks=(Clock("drafts", "changed_at", only=Q(state=State.DRAFT)),),
    ),
]
