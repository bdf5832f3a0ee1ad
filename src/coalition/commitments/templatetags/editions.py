"""What a commitment said from when on, for its public page."""

from __future__ import annotations

from django import template

from coalition.commitments.amending import queries
from coalition.commitments.models import Commitment

register = template.Library()


@register.simple_tag
def editions_of(commitment: Commitment) -> list[queries.Told]:
    """Its editions with what changed and why, the newest first; none where it was never amended.
    One query."""
    return queries.editions_of(commitment)
