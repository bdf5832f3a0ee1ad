"""What came of an intervention, gathered for everybody: its results in their order, how each
indicator stands, what its figures rest on, and one indicator in full."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from coalition.interventions.models import Activity, Intervention, InterventionQuerySet
from coalition.interventions.queries import for_page
from coalition.interventions.showing import theory
from coalition.results.disputes.queries import told_beside
from coalition.results.frameworks.queries import RULE_WORDS, Share, shares_of
from coalition.results.models import Evidence, Fact, Framework, Indicator, Result
from coalition.results.reading.pictures import course_of
from coalition.results.reading.queries import (
    Parts,
    Standing,
    courses,
    figures_of,
    indicators_of,
    parts_of,
    standings,
    when,
)
from coalition.results.totals.queries import shown

MOST_FIGURES = 12  # of an indicator in full; its own page has all
MOST_CLAIMS = 10


# --- The intervention --------------------------------------------------------------------------


def for_showing(found: InterventionQuerySet) -> InterventionQuerySet:
    """With what its results and its brief say of it, in a fixed number of queries."""
    return for_page(found).select_related("framework__reporter__group")


def framework_of(intervention: Intervention, reader: Any) -> Framework | None:
    """Its results framework where this person may see it, else None. One query where the framework
    is not public: it becomes so with the kick-off."""
    framework: Framework = intervention.framework
    visible = Framework.objects.visible_to(reader).filter(pk=framework.pk)
    return framework if framework.is_public or visible.exists() else None


# --- Its results -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A result, and one of its indicators; None where it has none."""

    result: Result
    standing: Standing | None


@dataclass(frozen=True)
class Proof:
    """How many published figures there are, and what speaks for and against them."""

    figures: int
    with_evidence: int
    checked: int
    disputed: int


@dataclass(frozen=True)
class Results:
    """All that came of an intervention: from impact down to outputs."""

    framework: Framework
    lines: list[Line]
    proof: Proof
    results: list[Result]
    activities: list[Activity]

    @property
    def standings(self) -> list[Standing]:
        return [line.standing for line in self.lines if line.standing is not None]


def results_of(intervention: Intervention, framework: Framework) -> Results:
    """Its results, each with where its indicators stand. Nine queries, however many there are."""
    results = list(framework.results.all())
    activities = list(intervention.activities.filter(dropped_because=""))
    indicators = list(indicators_of(framework))
    for one in indicators:
        one.framework = framework
    by_result: dict[int, list[Standing]] = defaultdict(list)
    for standing in standings(indicators):
        by_result[standing.indicator.result_id].append(standing)
    lines = [
        Line(result, standing)
        for result in theory.from_the_end(results)
        for standing in by_result[result.pk] or [None]
    ]
    return Results(framework, lines, proof_of(framework), results, activities)


def courses_drawn(framework: Framework, measured: Sequence[Standing]) -> dict[int, str]:
    """By indicator, a picture of its course over time, "" where none can show it. Four queries at
    most."""
    steps = courses(framework, [standing.indicator for standing in measured])
    return {
        standing.indicator.pk: course_of(standing, steps[standing.indicator.pk])
        for standing in measured
    }


def proof_of(framework: Framework) -> Proof:
    """Counted over its published figures of what was reached; what speaks for a withheld one is not
    told. Two queries."""
    facts = Fact.objects.published().actual().filter(indicator__framework=framework)
    counted = facts.aggregate(figures=Count("pk"), disputed=Count("pk", filter=Q(is_disputed=True)))
    proved = Evidence.objects.held().filter(fact__in=facts.filter(hidden=""))
    speaks = proved.aggregate(
        with_evidence=Count("fact", distinct=True),
        checked=Count("fact", filter=Q(holds=True), distinct=True),
    )
    return Proof(**counted, **speaks)


# --- One indicator in full ---------------------------------------------------------------------


@dataclass(frozen=True)
class InFull:
    """One indicator: who contributed, where, for whom, and its figures."""

    standing: Standing
    parts: Parts
    shares: list[Share]
    claims: list[Any]
    figures: list[tuple[Fact, str, str]]  # a figure, how it reads, of when it is
    disputes: list[Any]
    rule_words: str

    @property
    def indicator(self) -> Indicator:
        return self.standing.indicator


def chosen(standings: Sequence[Standing], asked: str) -> Standing | None:
    """The one whose number is asked for, else the first of which something was reported, else the
    first."""
    by_number = {str(one.indicator.number): one for one in standings}
    reported = next((one for one in standings if one.now), None)
    return by_number.get(asked) or reported or next(iter(standings), None)


def in_full(intervention: Any, framework: Framework, standing: Standing) -> InFull:
    """All that readers are told of one indicator, in twelve queries at most."""
    one = standing.indicator
    figures = list(figures_of(one)[:MOST_FIGURES])
    for fact in figures:
        fact.indicator = one
    disputes = told_beside(fact__indicator=one)
    for each in disputes:
        each.when = when(each.fact)
    return InFull(
        standing,
        parts_of(one),
        [
            each
            for all_of in shares_of(framework)
            if all_of.indicator == one
            for each in all_of.shares
        ],
        # Reached from below: a later room keeps them.
        list(
            intervention.claims.for_page().filter(indicator=one, commitment__is_public=True)[
                :MOST_CLAIMS
            ]
        ),
        [(fact, shown(fact, one, with_unit=True), when(fact)) for fact in figures],
        disputes,
        str(RULE_WORDS[one.rule]),
    )
