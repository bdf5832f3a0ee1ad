"""What waits for the secretariat."""

from __future__ import annotations

from django.db.models import Max, Q

from coalition.commitments.models import Commitment, CommitmentQuerySet
from coalition.commitments.states import State


def waiting() -> CommitmentQuerySet:
    """Those that wait for the secretariat, each with `waits_since`, the longest first."""
    return (
        Commitment.objects.filter(state=State.SUBMITTED)
        .annotate(waits_since=Max("moves__at", filter=Q(moves__verb="submit")))
        .order_by("waits_since", "pk")
    )
