"""The personal data of this room: drafts, which nobody is meant to read for ever, and what
people look for."""

from __future__ import annotations

from django.db.models import Q

from coalition.base.privacy import FILE, KEEP, Clock, Personal
from coalition.commitments.states import AmendmentState, State

PERSONAL = [
    Personal(
        "commitments.Commitment",
        {"reference": KEEP, "title": KEEP},
        deletes_row=True,
        clocks=(Clock("drafts", "changed_at", only=Q(state=State.DRAFT)),),
    ),
    # An amendment that nobody ever proposed is a draft like any other.
    Personal(
        "commitments.Amendment",
        {"why": KEEP, "made_at": KEEP},
        deletes_row=True,
        clocks=(Clock("drafts", "changed_at", only=Q(state=AmendmentState.DRAFT)),),
    ),
    # What was proposed, and what it became, is the record of the organisations; who wrote it or
    # took it over stays as a row without a name.
    Personal("commitments.Amendment", {"made_at": KEEP, "why": KEEP}, person=("by",)),
    Personal("commitments.Edition", {"at": KEEP, "why": KEEP}, person=("by",)),
    # A list may hold more columns than those that are read; it goes with its use, or in a while.
    Personal("commitments.CommitmentList", {"file": FILE}, clocks=(Clock("imports", "made_at"),)),
    Personal(
        "commitments.SavedSearch",
        {"name": KEEP, "query": KEEP, "by_mail": KEEP, "made_at": KEEP, "told_until": KEEP},
        person=("person",),
        deletes_row=True,
    ),
]
