"""For whom a person acts: what every page of a workspace says above all else."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.urls import NoReverseMatch, reverse

from coalition.partners.models import Partner
from coalition.partners.people.queries import organisations_of
from coalition.partners.states import JOINED

register = template.Library()


@register.inclusion_tag("partners/people/_acting.html", takes_context=True)
def acting_for(context: Context, partner: Partner) -> dict[str, Any]:
    """“You act for …, as …”, the pages of its workspace, and a switch to the same page of the
    reader's other organisations. Costs one query."""
    request = context["request"]
    held = organisations_of(request.user)
    role = next((role for one, role in held if one.pk == partner.pk), "")
    return {
        "partner": partner,
        "role": role,
        "is_stopped": partner.state not in JOINED,
        "others": [
            (one, _same_page(request, partner, one)) for one, _role in held if one.pk != partner.pk
        ],
        "pages": [
            (route, reverse(f"partners:{route}", args=[partner.reference]))
            for route in ("profile_edit", "priorities", "people")
        ],
        "here": request.path,
    }


def _same_page(request: HttpRequest, partner: Partner, other: Partner) -> str:
    """This page for another organisation; where it is about one record, the other's workspace."""
    match = request.resolver_match
    if match is not None and partner.reference in match.kwargs.values():
        swapped = {
            name: other.reference if value == partner.reference else value
            for name, value in match.kwargs.items()
        }
        try:
            return reverse(match.view_name, kwargs=swapped)
        except NoReverseMatch:
            pass
    return f"{reverse('workspace')}#{other.reference}"
