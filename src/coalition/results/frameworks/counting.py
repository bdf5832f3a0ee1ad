"""Figures of one framework that count towards an indicator of another one, and no longer do.

Within a framework an indicator's own form says so (`actions.edit_indicator`). Here two owners are
concerned; whether a person may is asked by their rooms, which call these verbs.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.base import audit
from coalition.base.changes import record_changed
from coalition.base.errors import Refused
from coalition.results.frameworks import checks
from coalition.results.frameworks.actions import why_closed
from coalition.results.models import Framework, Indicator, Measure, Rule
from coalition.results.totals.actions import derive, hold


@transaction.atomic
def count_towards(indicator: Indicator, above: Indicator, *, by: Any) -> Indicator:
    """The figures of an indicator count from now on towards `above`, of another framework, too:
    in its totals of the periods within which theirs lie, and in those over all periods. Targets
    and baselines stay where they are. Totals are derived, and both owners' records follow.

    Raises Refused with the sentence of `why_not`.
    """
    indicator, above = _held(indicator, above)
    if sentence := why_not(indicator, above):
        raise Refused(sentence)
    indicator.parent = above
    indicator.save(update_fields=["parent"])
    _done("count_towards", indicator, above, by)
    return indicator


@transaction.atomic
def count_no_more(indicator: Indicator, *, by: Any) -> Indicator:
    """The figures of an indicator no longer count towards one of another framework; the totals of
    both are derived. What was said of the same people in both stays said, and changes no total.

    Raises Refused where they do not count towards another framework's now.
    """
    above = Indicator.objects.filter(children=indicator.pk).first()
    if above is not None:
        indicator, above = _held(indicator, above)
    if above is None or indicator.parent_id != above.pk or not checks.counts_elsewhere(indicator):
        raise Refused(
            _("The figures of “%(title)s” do not count towards other results now.")
            % {"title": indicator.title}
        )
    indicator.parent = None
    indicator.save(update_fields=["parent"])
    _done("count_no_more", indicator, above, by)
    return indicator


def why_not(indicator: Indicator, above: Indicator) -> str:
    """Why the figures of `indicator` cannot count towards `above` now, or an empty text. Both are
    read with their frameworks; walks up from `above`."""
    if indicator.framework_id == above.framework_id:
        return _("Both belong to the same results: say it where the indicator is set up.")
    for one in (indicator, above):
        if not one.framework.is_public:
            return _(
                "“%(title)s” is not public yet. Figures count towards other results once both are "
                "public."
            ) % {"title": one.title}
    if indicator.framework.is_example != above.framework.is_example:
        return _("Example records and real ones are counted apart.")
    if above.framework.ended_at is not None:
        return why_closed(above.framework)
    if indicator.parent is not None:
        return _(
            "“%(title)s” counts towards “%(above)s” already. A figure counts towards one indicator "
            "alone, so that no total counts it twice; take that back first."
        ) % {"title": indicator.title, "above": indicator.parent.title}
    if indicator.measure == Measure.TEXT or indicator.rule == Rule.NONE:
        return _("Figures of “%(title)s” are not added.") % {"title": indicator.title}
    return " ".join(checks.check_parent(indicator, above, **checks.defining(indicator)))


def _held(indicator: Indicator, above: Indicator) -> tuple[Indicator, Indicator]:
    """Both read afresh, their frameworks and then all they count towards locked: each in the order
    of keys, so that two who tie the same frameworks do not wait for each other."""
    frameworks = {indicator.framework_id, above.framework_id}
    list(Framework.objects.filter(pk__in=frameworks).order_by("pk").select_for_update(no_key=True))
    hold({indicator.pk, above.pk})
    found = Indicator.objects.select_related("framework", "unit", "parent").in_bulk(
        [indicator.pk, above.pk]
    )
    return found[indicator.pk], found[above.pk]


def _done(verb: str, indicator: Indicator, above: Indicator, by: Any) -> None:
    derive({indicator.pk, above.pk})
    refs = [above, indicator.framework, above.framework]
    audit.record(f"results.{verb}", indicator, by=by, refs=refs)
    for one in (indicator, above):
        record_changed(one.framework.owner)
