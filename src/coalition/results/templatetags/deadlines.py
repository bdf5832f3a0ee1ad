"""A deadline in a page: in its own zone and in the reader's."""

from __future__ import annotations

from typing import Any

from django import template

from coalition.results.models import Period
from coalition.results.schedules import queries

register = template.Library()


@register.inclusion_tag("results/schedules/_deadline.html", takes_context=True)
def deadline(context: Any, period: Period) -> dict[str, Any]:
    """When the period's report is due; nothing where none is. Read it with its framework."""
    request = context.get("request")
    reader = getattr(request, "user", None)
    return {"deadline": queries.deadline(period, queries.zone_of(reader))}
