"""“The same people as …”: said of two published figures, so that a total counts people once."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from coalition.base import audit
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line
from coalition.results.frameworks import actions, checks, queries
from coalition.results.models import Fact, Framework, Overlap
from coalition.results.totals.actions import derive, hold


@transaction.atomic
def declare_overlap(
    fact: Fact, same_as: Fact, *, count: int | None = None, why: str = "", by: Any
) -> Overlap:
    """So many people of `fact` (None: all of them) are counted in `same_as` already, a figure of
    the same framework or of another one with which it counts towards one total.

    Said again it replaces what was said. Raises Refused with a sentence where it cannot be: more
    than the figure has, or a circle in which nobody would be counted.
    """
    framework = _opened(fact)
    # Two who name figures that count towards one indicator, from two frameworks, wait here.
    hold({fact.indicator_id, same_as.indicator_id})
    mine = queries.overlapping(framework).filter(pk=fact.pk).first()
    other = queries.beside(mine).filter(pk=same_as.pk).first() if mine else None
    if mine is None or other is None:
        raise Refused(
            _(
                "Choose two different published figures that count the same thing, of these "
                "results or of others that count towards the same total."
            )
        )
    fact, same_as = mine, other
    if fact.unit_id != same_as.unit_id or fact.cell_id != same_as.cell_id:
        raise Refused(
            _(
                "The two figures do not count the same: choose two in the same unit, both of all "
                "or both of the same group."
            )
        )
    decimals = checks.decimals_of(fact.indicator, fact.unit)
    value, elsewhere = fact.value or 0, same_as.value or 0
    count = min(value, elsewhere) if count is None else count
    if count <= 0:
        raise Refused(_("Say how many are the same: more than 0."))
    declared = fact.overlaps.exclude(same_as=same_as).aggregate(sum=Sum("count"))["sum"] or 0
    most = min(value - declared, elsewhere)
    if count > most:
        raise Refused(
            _(
                "At most %(most)s can be the same here: no more than either figure counts, and "
                "each person is taken out once."
            )
            % {"most": checks.as_number(max(most, 0), decimals)}
        )
    if _leads_back(fact, same_as):
        raise Refused(
            _(
                "It was said the other way round already, directly or over other figures. Then "
                "nobody would be counted: take that back first."
            )
        )
    made, _is_new = Overlap.objects.update_or_create(
        fact=fact, same_as=same_as, defaults={"count": count, "why": clean_line(why, limit=300)}
    )
    derive({fact.indicator_id, same_as.indicator_id})
    audit.record("results.declare_overlap", made, by=by, refs=[fact, same_as])
    record_changed(framework.owner)
    return made


@transaction.atomic
def take_back_overlap(overlap: Overlap, *, by: Any) -> None:
    """The people are no longer said to be the same; both figures count in full again."""
    framework = _opened(overlap.fact)
    named, sides = audit.ref(overlap), [overlap.fact, overlap.same_as]
    Overlap.objects.filter(pk=overlap.pk).delete()
    derive({one.indicator_id for one in sides})
    audit.record("results.take_back_overlap", named, by=by, refs=sides)
    record_changed(framework.owner)


def counted(overlap: Overlap) -> str:
    """How many are the same, as a reader reads it."""
    decimals = checks.decimals_of(overlap.fact.indicator, overlap.fact.unit)
    return checks.as_number(overlap.count, decimals)


def _opened(fact: Fact) -> Framework:
    framework = actions.opened(fact.indicator.framework)
    if not framework.is_public:
        raise NotAllowed(_("There are no published figures yet, so none can overlap."))
    return framework


def _leads_back(fact: Fact, same_as: Fact) -> bool:
    """Do the overlaps that start from `same_as` reach `fact`? A query for each step of the way."""
    reached: set[int] = set()
    ahead = {same_as.pk}
    while ahead:
        reached |= ahead
        links = Overlap.objects.filter(fact__in=ahead).values_list("same_as", flat=True)
        ahead = set(links) - reached
    return fact.pk in reached
