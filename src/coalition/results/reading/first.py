"""Where the first indicator of an owner stands: the one figure that a line in a list shows."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from coalition.results.models import Framework, Indicator, Role, Rule
from coalition.results.reading.queries import Standing
from coalition.results.totals.queries import wholes


def first_indicators() -> QuerySet[Indicator]:
    """The first indicator of each framework."""
    earlier = Indicator.objects.filter(
        framework=OuterRef("framework"), number__lt=OuterRef("number")
    )
    return Indicator.objects.filter(~Exists(earlier)).select_related("unit")


def with_first_figures() -> list[Prefetch]:
    """For `prefetch_related` of owners that are read with their framework: what `first_standing`
    needs. Two queries."""
    reached_and_wanted = wholes().filter(role__in=[Role.ACTUAL, Role.TARGET], hidden="")
    return [
        Prefetch("framework__indicators", first_indicators(), to_attr="first_indicators"),
        Prefetch("framework__first_indicators__totals", reached_and_wanted, to_attr="wholes"),
    ]


def first_standing(framework: Framework) -> Standing | None:
    """Where its first indicator stands, in its own unit; read with `with_first_figures`. None where
    it has no figure that is one number."""
    first: Any = next(iter(getattr(framework, "first_indicators", [])), None)
    if first is None or first.rule == Rule.NONE:
        return None
    first.framework = framework
    own = [one for one in first.wholes if one.unit_id in (None, first.unit_id)]
    return Standing(
        first,
        now=[one for one in own if one.role == Role.ACTUAL],
        aim=[one for one in own if one.role == Role.TARGET],
    )
