"""The results of an intervention as IATI tells them, each figure with its passport as a comment
and a link. What is withheld is not told, nor that there is something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings

from coalition.analysis.iati import results as iati
from coalition.analysis.iati.parts import DocumentLink, Narrative, Words
from coalition.interventions.models import Intervention
from coalition.results import actions as results
from coalition.results.models import (
    Direction,
    Fact,
    Indicator,
    Measure,
    Result,
    ResultLevel,
    Role,
    Rule,
    Total,
)
from coalition.results.totals.queries import plain

# Codelists ResultType and IndicatorMeasure of IATI 2.03. A goal without a level is “other”.
TYPES = {
    ResultLevel.OUTPUT: "1",
    ResultLevel.OUTCOME: "2",
    ResultLevel.IMPACT: "3",
    ResultLevel.GOAL: "9",
}
MEASURES = {
    Measure.NUMBER: "1",
    Measure.PERCENTAGE: "2",
    Measure.YES_NO: "3",
    Measure.SCALE: "4",
    Measure.TEXT: "5",
}
SUMMED = (Rule.SUM, Rule.RATIO)
PASSPORTS = "A08"  # codelist DocumentCategory: results, outcomes and outputs


@dataclass
class Shelf:
    """The public figures of many frameworks, read once and found by indicator."""

    facts: Mapping[int, list[Fact]] = field(default_factory=lambda: defaultdict(list))
    totals: Mapping[int, list[Total]] = field(default_factory=lambda: defaultdict(list))


def shelf(frameworks: Iterable[int]) -> Shelf:
    """Everything that is told of these frameworks, in a fixed number of queries."""
    held = Shelf()
    public = Fact.objects.public().filter(indicator__framework__in=list(frameworks), hidden="")
    for fact in results.with_passport(public.order_by("period__starts_on", "pk")):
        held.facts[fact.indicator_id].append(fact)
    totals = (
        Total.objects.filter(
            indicator__framework__in=list(frameworks), place=None, partner=None, hidden=""
        )
        .select_related("unit", "cell")
        .prefetch_related("cell__categories__dimension")
    )
    for total in totals.order_by("pk"):
        held.totals[total.indicator_id].append(total)
    return held


def told(intervention: Intervention, held: Shelf) -> tuple[iati.Result, ...]:
    """Its results; none while they are not public. Read with `framework__results__indicators` and
    `framework__periods`."""
    framework = intervention.framework
    if not framework.is_public:
        return ()
    return tuple(
        _result(intervention, one, held)
        for one in framework.results.all()
        if one.indicators.all()  # one without any is no result that can be told
    )


def places_told(intervention: Intervention, held: Shelf) -> dict[str, Any]:
    """The places of its figures, by their codes."""
    if not intervention.framework.is_public:
        return {}
    found = {}
    for one in intervention.framework.results.all():
        for indicator in one.indicators.all():
            for fact in held.facts[indicator.pk]:
                if fact.place is not None and fact.cell_id is None:
                    found[fact.place.code] = fact.place
    return found


def _result(intervention: Intervention, one: Result, held: Shelf) -> iati.Result:
    indicators = tuple(_indicator(intervention, each, held) for each in one.indicators.all())
    return iati.Result(
        type=TYPES[ResultLevel(one.level)],
        may_be_summed=all(each.rule in SUMMED for each in one.indicators.all()),
        title=_words(one.title, intervention.framework.language),
        indicators=indicators,
    )


def _indicator(intervention: Intervention, one: Indicator, held: Shelf) -> iati.Indicator:
    one.framework = intervention.framework  # with its owner, which passports name
    facts, totals = held.facts[one.pk], held.totals[one.pk]
    for row in (*facts, *totals):
        row.indicator = one
    language = intervention.framework.language
    own = [row for row in totals if row.unit_id in (None, one.unit_id)]
    by_period: dict[int | None, list[Total]] = defaultdict(list)
    for row in own:
        by_period[row.period_id].append(row)
    starts = [fact for fact in facts if fact.role == Role.BASELINE]
    unit = [_said(f"Unit: {one.unit.code}.")] if one.unit else []
    verified = one.means_of_verification
    return iati.Indicator(
        measure=MEASURES[Measure(one.measure)],
        is_ascending=one.direction == Direction.UP,
        may_be_summed=one.rule in SUMMED,
        title=_words(one.title, language),
        description=(*unit, *(_words(verified, language) if verified else ())),
        baselines=tuple(_baseline(fact, one) for fact in starts if fact.cell_id is None),
        periods=tuple(_periods(intervention, one, facts, by_period)),
    )


def _baseline(fact: Fact, indicator: Indicator) -> iati.Baseline:
    on = fact.as_of
    return iati.Baseline(
        year=on.year if on else fact.changed_at.year,
        day=on,
        value="" if indicator.measure == Measure.TEXT else plain(fact, indicator),
        locations=(fact.place.code,) if fact.place else (),
        comment=_comment(fact, indicator),
        documents=_passport(fact),
    )


def _periods(
    intervention: Intervention,
    indicator: Indicator,
    facts: list[Fact],
    totals: Mapping[int | None, list[Total]],
) -> Iterable[iati.Period]:
    """Each period of which something is told, and last the whole time with the target for its
    end."""
    for period in intervention.framework.periods.all():
        own = [fact for fact in facts if fact.period_id == period.pk]
        if own or totals.get(period.pk):
            yield _period(period.starts_on, period.ends_on, indicator, own, totals[period.pk])
    ends = [fact for fact in facts if fact.period_id is None and fact.role == Role.TARGET]
    start, end = intervention.starts_on, intervention.ends_on
    if start and end and (ends or totals.get(None)):
        yield _period(start, end, indicator, ends, totals[None])


def _period(
    start: date, end: date, indicator: Indicator, facts: list[Fact], totals: list[Total]
) -> iati.Period:
    def measures(role: str) -> tuple[iati.Measure, ...]:
        own = [fact for fact in facts if fact.role == role]
        found = [_total(row, indicator, own) for row in totals if row.role == role]
        summed = {row.cell_id for row in totals if row.role == role}
        # What no total is made of, and what is told of a single place.
        alone = [
            fact
            for fact in own
            if (fact.place_id is not None and fact.cell_id is None)
            or (fact.place_id is None and fact.cell_id not in summed)
        ]
        return (*found, *(_alone(fact, indicator) for fact in alone))

    return iati.Period(
        start=start, end=end, targets=measures(Role.TARGET), actuals=measures(Role.ACTUAL)
    )


def _total(row: Total, indicator: Indicator, facts: list[Fact]) -> iati.Measure:
    """What the figures of a period come to. Of one figure its own passport is told."""
    own = [one for one in facts if one.cell_id == row.cell_id and one.place_id is None]
    if row.facts == 1 and len(own) == 1:
        return _alone(own[0], indicator)
    as_of = f" As of {row.as_of:%Y-%m-%d}." if row.as_of else ""
    said = f"Derived from {row.facts} figures by the rule “{indicator.rule}”.{as_of}"
    return iati.Measure(
        value=plain(row, indicator), dimensions=_dimensions(row.cell), comment=(_said(said),)
    )


def _alone(fact: Fact, indicator: Indicator) -> iati.Measure:
    return iati.Measure(
        value="" if indicator.measure == Measure.TEXT else plain(fact, indicator),
        locations=(fact.place.code,) if fact.place else (),
        dimensions=_dimensions(fact.cell),
        comment=_comment(fact, indicator),
        documents=_passport(fact),
    )


def _dimensions(cell: Any) -> tuple[iati.Dimension, ...]:
    categories = cell.categories.all() if cell else ()
    return tuple(iati.Dimension(name=one.dimension.code, value=one.code) for one in categories)


def _comment(fact: Fact, indicator: Indicator) -> Words:
    """The passport in a sentence, and what is told in words."""
    given = results.passport(fact)
    language = indicator.framework.language
    parts = [f"{given['basis'].capitalize()} by {given['reporter_name']}."]
    parts += [f"Source: {given['source']}."] if given["source"] else []
    parts += [f"As of {given['as_of']:%Y-%m-%d}."] if given["as_of"] else []
    if given["numerator"]:
        parts += [f"{given['numerator']} of {given['denominator']}."]
    parts += [f"Not known: {given['not_known']}."] if given["not_known"] else []
    parts += ["Checked by a second person."] if given["checked"] else ["Not checked."]
    parts += ["Disputed."] if given["disputed"] else []
    told_in_words = _words(given["text"], language) if given["text"] else ()
    return (*told_in_words, _said(" ".join(parts)))


def _passport(fact: Fact) -> tuple[DocumentLink, ...]:
    return (
        DocumentLink(
            url=f"{settings.SITE_URL}{fact.get_absolute_url()}",
            format="text/html",
            title=(_said("Passport of the figure"),),
            categories=(PASSPORTS,),
            languages=tuple(settings.UN_LANGUAGES),
        ),
    )


def _words(text: str, language: str) -> Words:
    return (Narrative(text=text, language=language),)


def _said(text: str) -> Narrative:
    return Narrative(text=text, language="en")
