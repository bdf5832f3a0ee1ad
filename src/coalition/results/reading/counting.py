"""Where figures count: what counts towards an indicator, towards which it counts itself, and the
totals that hold a figure."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.utils.translation import ngettext

from coalition.results.models import Basis, Fact, FactState, Indicator, Role, Rule, Total
from coalition.results.owners import owners_by
from coalition.results.reading.queries import Standing, standings
from coalition.results.totals.actions import with_descendants
from coalition.results.totals.calendars import Calendars, calendars_of

# How many indicators of other frameworks the page of one names; the list of all has the others.
MOST_NAMED = 20


# --- Of an indicator -------------------------------------------------------------------------


@dataclass(frozen=True)
class Below:
    """What counts towards an indicator: indicators of its own framework and of others, each with
    where it stands; and how many others are not named here."""

    own: list[Standing]
    others: list[Standing]
    more: int

    @property
    def more_told(self) -> str:
        return ngettext("and %(count)d more", "and %(count)d more", self.more) % {
            "count": self.more
        }


def below(indicator: Indicator) -> Below:
    """What counts towards it, in six queries (seven where not all are named): its own, others, and
    `standings` of all."""
    found = Indicator.objects.filter(parent=indicator).select_related("unit", "result")
    own = list(found.filter(framework=indicator.framework_id).order_by("number"))
    for one in own:
        one.framework = indicator.framework
    elsewhere = found.exclude(framework=indicator.framework_id)
    others = list(
        elsewhere.select_related("framework__reporter", *owners_by("framework")).order_by("-pk")[
            : MOST_NAMED + 1
        ]
    )
    more = elsewhere.count() - MOST_NAMED if len(others) > MOST_NAMED else 0
    told = standings([*own, *others[:MOST_NAMED]])
    return Below(told[: len(own)], told[len(own) :], more)


def above(indicator: Indicator) -> Indicator | None:
    """The indicator towards which its figures count, with its framework's owner; one query, none
    where there is none."""
    if indicator.parent_id is None:
        return None
    found = Indicator.objects.select_related("framework", *owners_by("framework"))
    return found.get(pk=indicator.parent_id)


# --- Of a figure -----------------------------------------------------------------------------


def totals_with(fact: Fact) -> list[Total]:
    """The totals that hold this figure: of its indicator and of those it counts towards, also of
    other frameworks. One query and one for each indicator above its own; one more where these are
    of other frameworks, and under "latest" a few for each."""
    if fact.state != FactState.PUBLISHED or (
        fact.basis == Basis.PROJECTED and fact.role == Role.ACTUAL
    ):
        return []
    holding = _counts_in(fact)
    calendars = calendars_of({one.framework_id for one in holding})
    over_all = Q(place=None, partner=None, cell=fact.cell_id)
    where = Q(period=None) & over_all
    for one in holding:
        period = calendars.period_in(one.framework_id, fact.period_id)
        where |= Q(indicator=one, period=period) & over_all
    if fact.cell_id is None:
        where |= Q(period=None, place=fact.place_id, partner=None, cell=None)
        where |= Q(period=None, place=None, partner=fact.partner_id, cell=None)
    rows = (
        Total.objects.filter(where, indicator__in=holding, role=fact.role, unit=fact.unit_id)
        .select_related("indicator__framework", "indicator__unit", "unit", "period", "place")
        .select_related("partner")
        .order_by("indicator", F("period__ends_on").desc(nulls_last=True), "pk")
    )
    if fact.indicator.rule != Rule.LATEST or fact.period is None:
        return list(rows)
    later = {one.pk: list(_later(fact, one)) for one in holding}
    return [row for row in rows if not _is_over(row, later[row.indicator_id], calendars)]


def _counts_in(fact: Fact) -> list[Indicator]:
    """The indicator of a figure and those it counts towards; a target within its framework."""
    found = {fact.indicator_id: fact.indicator}
    one = fact.indicator
    while one.parent is not None and one.parent_id not in found:
        one = one.parent
        found[one.pk] = one
    home = fact.indicator.framework_id
    return [one for one in found.values() if fact.role != Role.TARGET or one.framework_id == home]


def _later(fact: Fact, top: Indicator) -> QuerySet[Fact]:
    """The figures of the same framework and of later periods that count towards `top` too."""
    return (
        Fact.objects.published()
        .filter(
            indicator__in=with_descendants([top.pk]),
            indicator__framework=fact.indicator.framework_id,
            role=fact.role,
            unit=fact.unit_id,
            cell=fact.cell_id,
            value__isnull=False,
            period__ends_on__gt=fact.period.ends_on,
        )
        .exclude(role=Role.ACTUAL, basis=Basis.PROJECTED)
    )


def _is_over(total: Total, later: list[Fact], calendars: Calendars) -> bool:
    """Does the total hold one of the later figures, and so none of before?"""
    home = total.indicator.framework_id
    return any(
        total.place_id in (None, one.place_id)
        and total.partner_id in (None, one.partner_id)
        and total.period_id in (None, calendars.period_in(home, one.period_id))
        for one in later
    )
