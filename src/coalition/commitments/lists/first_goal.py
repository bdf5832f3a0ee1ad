"""The first goal of a commitment as the cells of a list say it: one thing that is measured."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base.errors import Refused
from coalition.base.text import clean_line
from coalition.commitments.lists.cells import Words
from coalition.commitments.lists.columns import FIELDS, GOAL
from coalition.commitments.models import Commitment
from coalition.results import actions as results
from coalition.results.frameworks import actions as frameworks
from coalition.results.frameworks.checks import Typed, as_typed, read_figure
from coalition.results.models import RULES_OF, Fact, Indicator, Measure, Result, Role, Unit

LIMITS = {
    "goal": Result._meta.get_field("title").max_length,
    "measured": Indicator._meta.get_field("title").max_length,
    "source": Fact._meta.get_field("source").max_length,
    "no_baseline": Indicator._meta.get_field("no_baseline").max_length,
}
SIMPLE = (Measure.NUMBER, Measure.TEXT)  # what a list can say


@dataclass(frozen=True)
class Goal:
    """What the cells say, in the form in which it is kept: a unit by its code, figures as they
    would be typed. `unit`, `reached` and what follows serve to write it."""

    goal: str = ""
    measured: str = ""
    unit: str = ""
    target: str = ""
    baseline: str = ""
    source: str = ""
    no_baseline: str = ""
    indicator: Indicator | None = field(default=None, compare=False)
    counts: Unit | None = field(default=None, compare=False)
    aim: Typed = field(default=Typed(), compare=False)
    start: Typed = field(default=Typed(), compare=False)

    @property
    def is_simple(self) -> bool:
        return self.indicator is None or self.indicator.measure in SIMPLE

    def with_cells(
        self, cells: Mapping[str, str], words: Words
    ) -> tuple[Goal, list[tuple[str, str]]]:
        """The goal with what the cells say instead, and what is wrong with it: column and
        sentence."""
        said = {code: clean_line(text, limit=2001) for code, text in cells.items()}
        problems = [
            (code, _("Please shorten this to %(limit)s letters.") % {"limit": limit})
            for code, limit in LIMITS.items()
            if len(said.get(code, "")) > limit
        ]
        counts = self.counts
        if "unit" in said:
            try:
                counts = words.unit(said["unit"])
            except Refused as refusal:
                return self, [("unit", str(refusal))]
        if "baseline" in said:
            said = {"no_baseline": ""} | said
        elif "no_baseline" in said:
            said |= {"baseline": "", "source": ""}
        said["unit"] = counts.code if counts else ""
        made = replace(self, **said, counts=counts)
        made, wrong = made._read()
        return made, [*problems, *wrong, *made._lacks()]

    def _read(self) -> tuple[Goal, list[tuple[str, str]]]:
        """With its figures read as figures of its unit, and as they would be typed."""
        measure = Measure.NUMBER if self.counts else Measure.TEXT
        model = Indicator(measure=measure, unit=self.counts, rule=RULES_OF[measure][0])
        figures: dict[str, Any] = {}
        problems = []
        for code, name in (("target", "aim"), ("baseline", "start")):
            text = getattr(self, code)
            if not text:
                figures[name] = Typed()
                continue
            read = read_figure(model, value=text)
            problems += [(code, sentence) for sentence in read.sentences]
            figures[name] = read
            if not read.sentences:
                decimals = self.counts.decimals if self.counts else 0
                figures[code] = as_typed(read.value, decimals) if self.counts else read.text
        return replace(self, **figures), problems

    def _lacks(self) -> list[tuple[str, str]]:
        found = [
            (code, _("The first goal needs this too: %(field)s.") % {"field": FIELDS[code].label})
            for code in ("goal", "measured", "target")
            if not getattr(self, code)
        ]
        if self.baseline and self.no_baseline:
            found.append(
                ("no_baseline", _("Say how much it is today, or why that is not known; not both."))
            )
        elif not self.baseline and not self.no_baseline:
            found.append(("baseline", _("Say how much it is today, or why that is not known.")))
        elif self.baseline and not self.source:
            found.append(("source", _("Say where this was read, so that it can be checked.")))
        return found

    def differences(self, held: Goal | None) -> dict[str, tuple[str, str]]:
        """By column: what is held, and what would be."""
        old = held or Goal()
        pairs = {code: (getattr(old, code), getattr(self, code)) for code in GOAL}
        return {code: pair for code, pair in pairs.items() if pair[0] != pair[1]}

    def made(self, commitment: Commitment) -> results.NewGoal:
        """As a goal that a framework gets besides those it has."""
        return results.NewGoal(
            framework=commitment.framework,
            goal=self.goal,
            measured=self.measured,
            unit=self.counts,
            target=self.aim,
            baseline=self.start if self.baseline else None,
            source=self.source,
            no_baseline=self.no_baseline,
        )

    def say_anew(self, indicator: Indicator, *, by: Any) -> None:
        """Say the goal anew that is there; the commitment is still a draft, and held."""
        start = self.start if self.baseline else None
        if indicator.result.title != self.goal:
            frameworks.edit_result(indicator.result, fields={"title": self.goal}, by=by)
        measure = Measure.NUMBER if self.counts else Measure.TEXT
        fields: dict[str, Any] = {"title": self.measured}
        if indicator.unit_id != (self.counts.pk if self.counts else None):
            fields |= {"measure": measure, "unit": self.counts, "rule": RULES_OF[measure][0]}
            indicator.facts.published().filter(period=None).delete()
        indicator = frameworks.edit_indicator(indicator, fields=fields, by=by)
        results.set_target(indicator, value=self.aim.value, text=self.aim.text, by=by)
        if start is None:
            results.say_no_baseline(indicator, because=self.no_baseline, by=by)
        else:
            results.set_baseline(
                indicator,
                value=start.value,
                text=start.text,
                as_of=timezone.now().date(),
                source=self.source,
                by=by,
            )


def goals_of(commitments: Collection[int]) -> dict[int, Goal]:
    """The first goals of commitments, by their keys; those that have none are not there."""
    found: dict[int, Indicator] = {}
    indicators = (
        Indicator.objects.filter(framework__commitment__in=commitments)
        .select_related("result", "unit", "framework__commitment")
        .order_by("number")
    )
    for one in indicators:
        found.setdefault(one.framework.commitment.pk, one)
    figures = Fact.objects.published().filter(
        indicator__in=[one.pk for one in found.values()],
        role__in=[Role.TARGET, Role.BASELINE],
        period=None,
        place=None,
        cell=None,
    )
    said = {(one.indicator_id, one.role): one for one in figures}
    return {
        pk: _goal(one, said.get((one.pk, Role.TARGET)), said.get((one.pk, Role.BASELINE)))
        for pk, one in found.items()
    }


def _goal(indicator: Indicator, target: Fact | None, baseline: Fact | None) -> Goal:
    decimals = indicator.unit.decimals if indicator.unit else 0

    def text(fact: Fact | None) -> str:
        if fact is None:
            return ""
        return fact.text if fact.value is None else as_typed(fact.value, decimals)

    return Goal(
        goal=indicator.result.title,
        measured=indicator.title,
        unit=indicator.unit.code if indicator.unit else "",
        target=text(target),
        baseline=text(baseline),
        source=baseline.source if baseline else "",
        no_baseline="" if baseline else indicator.no_baseline,
        indicator=indicator,
        counts=indicator.unit,
    )
