"""Tags for pages that list commitments."""

from __future__ import annotations

from typing import Any

from django import template

from coalition.commitments import queries
from coalition.results.reading.queries import light_of

register = template.Library()


@register.inclusion_tag("commitments/_progress.html")
def progress(commitment: Any) -> dict[str, Any]:
    """The light of a commitment's reports and its first figure; read with `queries.for_lists`."""
    return {
        "light": light_of(commitment.framework),
        "standing": queries.first_standing(commitment),
        "language": commitment.framework.language,
    }
