"""Prioritised lists and amounts of money, as pages say them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from coalition.consultations.models import Consultation
from coalition.consultations.prioritising import words
from coalition.results.models import Unit

register = template.Library()
SHORT = 10  # rows of each list beside the other results


@register.simple_tag
def amount(value: int | None, unit: Unit | None) -> str:
    """Of a whole number of a unit's smallest part, in whole units: “25,000 US$”."""
    # In one piece: torn over two lines it would stand on both sides of a text of another direction.
    return "" if value is None or unit is None else words.amount(value, unit).replace(" ", "\xa0")


@register.simple_tag
def prioritised(consultation: Consultation, value: Mapping[str, Any]) -> list[words.Section]:
    """What comes first on the two lists (`results.outcome`), in the reader's language; the rest has
    a page of its own."""
    return [
        words.section(consultation, value, name, words.items_of(value, name)[:SHORT])
        for name in words.titles()
    ]


@register.simple_tag
def prioritised_how(value: Mapping[str, Any]) -> str:
    """By which rule it was worked out."""
    return words.method(value)
