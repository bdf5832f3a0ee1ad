"""Reads of what a framework aims at: what is missing, the outline for its set-up, shares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.analysis import figures
from coalition.results.frameworks.checks import as_number
from coalition.results.models import (
    WHOLE,
    Category,
    Cell,
    Contribution,
    Dimension,
    Fact,
    Framework,
    Indicator,
    Measure,
    Overlap,
    Period,
    Result,
    Role,
    Rule,
    Total,
    UnitKind,
)
from coalition.results.owners import owners_by
from coalition.results.totals.actions import with_ancestors, with_descendants
from coalition.results.totals.queries import shown

# Each rule in one plain sentence, with an example.
RULE_WORDS: dict[str, str | Promise] = {
    Rule.SUM: gettext_lazy(
        "For what adds up: 30 people trained this year and 20 the next make 50."
    ),
    Rule.LATEST: gettext_lazy(
        "For how things stand: 30 members last year and 40 now are 40, not 70."
    ),
    Rule.MAXIMUM: gettext_lazy("For a peak: 30 people reached in May and 45 in June make 45."),
    Rule.AVERAGE: gettext_lazy(
        "Every figure counts alike: waits of 10 and of 20 days make 15 days."
    ),
    Rule.RATIO: gettext_lazy(
        "For shares: 5 out of 10 and 30 out of 90 make 35 out of 100, which is 35 per cent."
    ),
    Rule.NONE: gettext_lazy(
        "For what makes no sense together: 3 laws and 2 rulings stay as they are."
    ),
}


# --- What is missing -----------------------------------------------------------------------


def missing(framework: Framework) -> list[str]:
    """What the framework lacks before its owner is handed in, in words to follow “please add”: a
    measurable goal has an indicator, and each indicator a baseline, or why not, and a target."""
    return missing_of([framework])[framework.pk]


def missing_of(frameworks: Collection[Framework]) -> dict[int, list[str]]:
    """What each of these lacks, by its id. Two queries, however many they are."""
    indicators = list(Indicator.objects.filter(framework__in=frameworks))
    held = set(
        Fact.objects.published()
        .filter(indicator__in=indicators, role__in=[Role.BASELINE, Role.TARGET], cell=None)
        .values_list("indicator", "role")
    )
    found: dict[int, list[str]] = {one.pk: [] for one in frameworks}
    for one in indicators:
        found[one.framework_id] += _lacks(one, held)
    measured = {one.framework_id for one in indicators}
    for pk in found.keys() - measured:
        found[pk] = [_("what will be measured: at least one indicator")]
    return found


def _lacks(indicator: Indicator, held: set[tuple[int, str]]) -> list[str]:
    title = {"title": indicator.title}
    lacks = []
    if (indicator.pk, Role.BASELINE) not in held and not indicator.no_baseline:
        lacks.append(_("where “%(title)s” stands today, or why that is not known") % title)
    if (indicator.pk, Role.TARGET) not in held:
        lacks.append(_("a target for “%(title)s”") % title)
    return lacks


# --- The outline of a set-up ---------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """What shall be reached in a period, or by the end where there is no period."""

    period: Period | None
    fact: Fact | None
    figure: str


@dataclass
class Line:
    """An indicator with what was promised of it."""

    indicator: Indicator
    baseline: Fact | None = None
    baseline_figure: str = ""
    targets: list[Target] = field(default_factory=list)
    by_group: int = 0  # how many of its targets and baselines are of a breakdown
    lacks: list[str] = field(default_factory=list)


@dataclass
class Goal:
    """A result with its indicators."""

    result: Result
    lines: list[Line] = field(default_factory=list)


def outline(framework: Framework) -> list[Goal]:
    """Results in order, with indicators, baselines and targets, in a fixed number of queries."""
    goals = {one.pk: Goal(one) for one in framework.results.select_related("parent")}
    periods = list(framework.periods.all())
    indicators = list(
        framework.indicators.select_related("unit", "parent__framework").prefetch_related(
            "dimensions"
        )
    )
    facts = list(
        Fact.objects.published()
        .filter(indicator__in=indicators, role__in=[Role.BASELINE, Role.TARGET], place=None)
        .select_related("unit")
    )
    of: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        of[fact.indicator_id].append(fact)
    held = {(fact.indicator_id, fact.role) for fact in facts if fact.cell_id is None}
    for indicator in indicators:
        whole = {
            (fact.role, fact.period_id): fact for fact in of[indicator.pk] if fact.cell_id is None
        }
        baseline = whole.get((Role.BASELINE, None))
        line = Line(
            indicator,
            baseline,
            shown(baseline, indicator, with_unit=True) if baseline else "",
            by_group=sum(fact.cell_id is not None for fact in of[indicator.pk]),
            lacks=_lacks(indicator, held),
        )
        for period in [*periods, None]:
            target = whole.get((Role.TARGET, period.pk if period else None))
            said = shown(target, indicator, with_unit=True) if target else ""
            line.targets.append(Target(period, target, said))
        goals[indicator.result_id].lines.append(line)
    return list(goals.values())


def targets_of(indicator: Indicator, cell: Any = None) -> list[tuple[Period | None, Fact | None]]:
    """The published target of each period in order and of the end, of all or of one cell."""
    held = {
        fact.period_id: fact
        for fact in indicator.facts.published()
        .filter(role=Role.TARGET, place=None, cell=cell)
        .select_related("unit")
    }
    periods: list[Period | None] = [*indicator.framework.periods.all(), None]
    return [(one, held.get(one.pk if one else None)) for one in periods]


def baseline_of(indicator: Indicator, cell: Any = None) -> Fact | None:
    """The published baseline, of all or of one cell."""
    held = indicator.facts.published().filter(role=Role.BASELINE, place=None, cell=cell)
    return held.select_related("unit").first()


def dimensions_for(framework: Framework) -> Any:
    """The breakdowns that can be chosen: shared ones in use, and the organisation's own; with
    their categories."""
    shared = Dimension.objects.filter(framework=None, retired_on=None)
    own = Dimension.objects.filter(framework=framework)
    categories = Prefetch("categories", Category.objects.filter(retired_on=None))
    return (shared | own).prefetch_related(categories)


def cells_offered(indicator: Indicator) -> list[Cell]:
    """The cell of each group of the breakdowns of an indicator, in order, with its categories."""
    groups = Category.objects.filter(dimension__indicators=indicator, retired_on=None)
    order = list(groups.order_by("dimension__position", "dimension__code", "position", "code"))
    held = {
        one.key: one
        for one in Cell.objects.filter(key__in=[group.code for group in order]).prefetch_related(
            "categories"
        )
    }
    return [held[group.code] for group in order if group.code in held]


# --- Shares of a joint result --------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """A partner's claim, and what of the total falls to it; "" where the total has no parts."""

    contribution: Contribution
    part: str

    @property
    def per_cent(self) -> str:
        return in_per_cent(self.contribution.share)


@dataclass(frozen=True)
class Shared:
    """An indicator, its total so far, the shares claimed and what nobody claims."""

    indicator: Indicator
    total: str
    shares: list[Share]
    unclaimed: int  # in hundredths of a per cent
    unclaimed_part: str

    @property
    def unclaimed_per_cent(self) -> str:
        return in_per_cent(self.unclaimed)


def per_cent(share: int) -> str:
    """A share in hundredths of a per cent as a reader reads it, without the sign: 33.33, 50."""
    return as_number(share, 2) if share % 100 else as_number(share // 100, 0)


def in_per_cent(share: int) -> str:
    """The same with its sign."""
    return _("%(figure)s%%") % {"figure": per_cent(share)}


def shares_of(framework: Framework, *, reveal: bool = False) -> list[Shared]:
    """Every indicator with the shares claimed of it. The parts of a total are exact: together with
    what is not claimed they make the total. A withheld total has none for the public."""
    claims = Contribution.objects.select_related("partner__group")
    indicators = framework.indicators.select_related("unit").prefetch_related(
        Prefetch("contributions", claims)
    )
    totals: dict[int, list[Total]] = defaultdict(list)
    of_all = {"period": None, "place": None, "partner": None, "cell": None, "role": Role.ACTUAL}
    for total in Total.objects.filter(indicator__framework=framework, **of_all).select_related(
        "unit"
    ):
        totals[total.indicator_id].append(total)
    return [_shared(one, totals[one.pk], reveal) for one in indicators]


def _shared(indicator: Indicator, totals: list[Total], reveal: bool) -> Shared:
    claims = list(indicator.contributions.all())
    left = WHOLE - sum(one.share for one in claims)
    # One total to split, kept as a whole number; of several currencies none is.
    total = totals[0] if len(totals) == 1 else None
    parts: list[str] = [""] * len(claims)
    rest = ""
    if total is not None and _can_be_split(indicator, total) and (reveal or not total.hidden):
        split = figures.parts(total.value, [one.share for one in claims])
        said = [_part(total, indicator, each) for each in [*split, total.value - sum(split)]]
        *parts, rest = said
    return Shared(
        indicator,
        _(" · ").join(shown(one, indicator, with_unit=True, reveal=reveal) for one in totals),
        [Share(one, part) for one, part in zip(claims, parts, strict=True)],
        left,
        rest,
    )


def _can_be_split(indicator: Indicator, total: Total) -> bool:
    """Only what is counted or measured has parts; a rate or an average has none."""
    return (
        indicator.measure == Measure.NUMBER
        and indicator.rule != Rule.AVERAGE
        and total.denominator == 1
        and total.value >= 0
    )


def _part(total: Total, indicator: Indicator, value: int) -> str:
    part = Total(indicator=indicator, unit=total.unit, value=value, denominator=1, facts=1)
    return shown(part, indicator, with_unit=True)


# --- The same people -----------------------------------------------------------------------


def overlapping(framework: Framework) -> Any:
    """The published figures of a framework between which people can be the same, in order."""
    return _counted().filter(indicator__framework=framework)


def beside(fact: Fact) -> Any:
    """The figures in which people of this one can be counted too: of its framework, and of others
    where a total holds both. Of others only what everybody sees is offered."""
    together = with_descendants(with_ancestors([fact.indicator_id]))
    of = fact.indicator.framework_id
    return (
        _counted()
        .filter(Q(indicator__framework=of) | Q(indicator__in=together, hidden=""))
        .exclude(pk=fact.pk)
    )


def _counted() -> Any:
    return (
        Fact.objects.published()
        .actual()
        .filter(
            indicator__measure=Measure.NUMBER, indicator__unit__kind=UnitKind.COUNT, value__gt=0
        )
        .exclude(indicator__rule=Rule.NONE)
        .select_related("indicator__unit", "indicator__framework", "period", "place", "cell")
        .select_related("partner", "unit")
        .prefetch_related("cell__categories")
        .order_by("indicator__framework", "indicator__number", "period__starts_on", "pk")
    )


def overlaps_of(framework: Framework) -> Any:
    """The overlaps declared between its published figures, each with both figures."""
    sides = [
        f"{side}__{name}"
        for side in ("fact", "same_as")
        for name in ("indicator__unit", "indicator__framework", "period", "place", "cell", "unit")
    ] + owners_by("same_as__indicator__framework")
    return (
        Overlap.objects.filter(fact__indicator__framework=framework)
        .filter(fact__in=Fact.objects.published(), same_as__in=Fact.objects.published())
        .select_related(*sides)
        .prefetch_related("fact__cell__categories", "same_as__cell__categories")
        .order_by("pk")
    )


def named_figure(fact: Fact, *, of: Framework) -> str:
    """How a figure reads in a list to choose from: whose it is where that is not the framework
    `of` those who read; indicator, period, place, group, value. They see what is withheld of their
    own."""
    is_own = fact.indicator.framework_id == of.pk
    about = [
        "" if is_own else fact.indicator.framework.owner.title,
        fact.indicator.title,
        str(fact.period or ""),
        str(fact.place.name) if fact.place else "",
        fact.cell.label if fact.cell else "",
    ]
    value = shown(fact, fact.indicator, with_unit=True, reveal=is_own)
    return f"{_(', ').join(part for part in about if part)}: {value}"
