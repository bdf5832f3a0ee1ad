"""The personal data of this room: drafts, which nobody is meant to read for ever, and who wrote
what is kept."""

from __future__ import annotations

from django.db.models import Q

from coalition.base.privacy import KEEP, Clock, Personal
from coalition.interventions.states import State

PERSONAL = [
    # Its results framework goes with it.
    Personal(
        "interventions.Intervention",
        {"reference": KEEP, "title": KEEP},
        deletes_row=True,
        clocks=(Clock("drafts", "changed_at", only=Q(state=State.DRAFT)),),
    ),
    # What was said is the record of the organisations; who wrote it stays as a row without a name.
    Personal("interventions.Change", {"at": KEEP, "field": KEEP, "why": KEEP}, person=("by",)),
    Personal("interventions.Budget", {"at": KEEP, "words": KEEP}, person=("by",)),
    Personal("interventions.Payment", {"at": KEEP, "words": KEEP}, person=("by",)),
]
