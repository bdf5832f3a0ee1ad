"""What a commitment said from when on, and what the secretariat wishes to change in it."""

from __future__ import annotations

from django import template

from coalition.commitments.amending import queries
from coalition.commitments.models import Amendment, Commitment

register = template.Library()


@register.simple_tag
def editions_of(commitment: Commitment) -> list[queries.Told]:
    """Its editions with what changed and why, the newest first; none where it was never amended.
    One query."""
    return queries.editions_of(commitment)


@register.simple_tag
def asked_of_partner(commitment: Commitment) -> Amendment | None:
    """What the secretariat proposes and its partner has to decide on; None where nothing waits.
    One query."""
    return queries.asked().filter(commitment=commitment).first()
