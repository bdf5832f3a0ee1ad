"""Goals of many frameworks at once: each a result with one indicator, its target and its baseline,
under the rules of the single verbs and with their audit events, in few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from coalition.base.errors import NotAllowed, Refused
from coalition.partners.models import Partner
from coalition.partners.values import refuse_unless_joined
from coalition.results.frameworks import aims, checks
from coalition.results.frameworks.actions import (
    done,
    refuse_too_many,
    why_closed,
    write_indicator,
    write_result,
)
from coalition.results.frameworks.checks import Typed
from coalition.results.models import Fact, Framework, Indicator, Measure, Result, Unit

AT_ONCE = 500  # rows in one statement


@dataclass(frozen=True)
class NewGoal:
    """What shall change, by what it is measured, how far and from where. Without a unit all is in
    words; without a baseline `no_baseline` says why there is none."""

    framework: Framework
    goal: str
    measured: str
    unit: Unit | None
    target: Typed
    baseline: Typed | None
    source: str
    no_baseline: str


@dataclass(frozen=True)
class _Made:
    framework: Framework
    result: Result
    indicator: Indicator
    figures: list[Fact]


@transaction.atomic
def add_goals(wanted: Sequence[NewGoal], *, by: Any) -> list[Indicator]:
    """Add a goal to each of these frameworks, no framework twice; all of them or none. Returns
    their indicators, in order. Raises Refused with what is wrong with one of them, NotAllowed
    where a framework cannot be changed now."""
    opened = _opened([one.framework for one in wanted])
    last = {
        pk: (position, number or 0)
        for pk, position, number in Framework.objects.filter(pk__in=opened).values_list(
            "pk", Max("results__position"), Max("indicators__number")
        )
    }
    made = [_made(one, opened[one.framework.pk], *last[one.framework.pk], by) for one in wanted]
    Result.objects.bulk_create((one.result for one in made), batch_size=AT_ONCE)
    Indicator.objects.bulk_create((one.indicator for one in made), batch_size=AT_ONCE)
    figures = list(chain.from_iterable(one.figures for one in made))
    Fact.objects.bulk_create(figures, batch_size=AT_ONCE)
    for one in made:
        done("add_result", one.framework, one.result, by)
        done("add_indicator", one.framework, one.indicator, by)
        for figure in one.figures:
            done(f"set_{figure.role}", one.framework, figure, by, refs=[one.indicator])
        if one.indicator.no_baseline:
            done("say_no_baseline", one.framework, one.indicator, by)
    return [one.indicator for one in made]


def _opened(frameworks: Sequence[Framework]) -> dict[int, Framework]:
    """As `actions.opened`, for many: partners first, then frameworks, each by their keys."""
    reporters = {one.reporter_id for one in frameworks}
    partners = Partner.objects.filter(pk__in=reporters).order_by("pk")
    for partner in partners.select_for_update(no_key=True):
        refuse_unless_joined(partner)
    held = Framework.objects.filter(pk__in={one.pk for one in frameworks}).order_by("pk")
    # Their owners are read with them, whatever they are.
    held = held.select_related(*{one.owner_kind for one in frameworks}, "reporter")
    found = {one.pk: one for one in held.select_for_update(no_key=True, of=("self",))}
    for one in found.values():
        if sentence := why_closed(one):
            raise NotAllowed(sentence)
    return found


def _made(
    wanted: NewGoal, framework: Framework, position: int | None, number: int, by: Any
) -> _Made:
    """The rows of a goal, checked and not yet saved."""
    refuse_too_many(number)
    result = Result(framework=framework, position=0 if position is None else position + 1)
    write_result(result, {"title": wanted.goal})
    measure = Measure.NUMBER if wanted.unit else Measure.TEXT
    indicator = Indicator(framework=framework, result=result, number=number + 1)
    fields = {"title": wanted.measured, "measure": measure, "unit": wanted.unit}
    write_indicator(indicator, fields | {"rule": checks.RULES_OF[measure][0]}, [], save=False)
    figures, sentences = [aims.target_of(indicator, **_told(wanted.target))], []
    if not wanted.baseline:
        indicator.no_baseline = aims.reason_of(wanted.no_baseline)
    else:
        today = timezone.now().date()
        told = _told(wanted.baseline) | {"as_of": today, "source": wanted.source}
        baseline, sentences = aims.baseline_of(indicator, **told)
        figures.append(baseline)
    for figure in figures:
        sentences = sentences + aims.problems_of(figure)
        aims.publish(figure, framework, by)
    if sentences:
        raise Refused(" ".join(sentences))
    return _Made(framework, result, indicator, figures)


def _told(figure: Typed) -> dict[str, Any]:
    return {"value": figure.value, "text": figure.text}
