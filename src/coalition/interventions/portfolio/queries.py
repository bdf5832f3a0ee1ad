"""The portfolio: all interventions that somebody may see, each with how it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from coalition.interventions.models import Intervention, Risk
from coalition.interventions.money.queries import Line, Part, added, parts_of
from coalition.interventions.portfolio.progress import Progress, progress_of
from coalition.interventions.portfolio.silence import Silent, silent_in
from coalition.interventions.reading.finding import linked
from coalition.interventions.states import STAGES, State
from coalition.results.models import Unit
from coalition.results.schedules.lights import light_of

FAR = 10**12  # later than every moment, in seconds


@dataclass(frozen=True)
class Standing:
    """An intervention, and how it stands."""

    intervention: Intervention
    money: list[Line]  # one a currency; `of` is the currency
    progress: Progress
    risk: Risk | None  # the weightiest that is open, of those that the reader may see
    silent: list[Silent]

    @property
    def light(self) -> tuple[str, str]:
        """How it stands with its reports: a word and its tone."""
        return light_of(self.intervention.framework)


def portfolio_of(reader: Any, wishes: Mapping[str, Any]) -> list[Standing]:
    """All that the reader may see and that meet the wishes, in the order wished. Of each its money
    by currency, its indicators, its weightiest open risk and who is silent: some fifteen queries,
    however many there are."""
    found = filtered(Intervention.objects.visible_to(reader), wishes)
    interventions = list(
        found.select_related("partner", "framework", "level").order_by("-published_at", "-pk")
    )
    money = _money(found)
    progress = progress_of(interventions)
    risks = _risks(found, reader)
    silent = silent_in(interventions, reader)
    rows = [
        Standing(
            one,
            money.get(one.pk, []),
            progress.get(one.pk, Progress()),
            risks.get(one.pk),
            silent.get(one.pk, []),
        )
        for one in interventions
    ]
    rows = [one for one in rows if _needs(one, wishes.get("attention") or "")]
    if order := ORDERS.get(wishes.get("sort") or ""):
        rows.sort(key=order)
    return rows


def filtered(found: QuerySet[Intervention], wishes: Mapping[str, Any]) -> QuerySet[Intervention]:
    """Those that meet the wishes that are columns and lists of theirs."""
    if stage := wishes.get("stage"):
        found = found.filter(state=stage)
    if light := wishes.get("light"):
        found = found.filter(
            framework__light=light, framework__every__isnull=False, framework__ended_at=None
        )
    for name in ("theme", "challenge"):
        if one := wishes.get(name):
            found = found.filter(linked(f"{name}s", **{name: one}))
    return found


def _needs(one: Standing, attention: str) -> bool:
    """Does it need that attention? Every one does where none is asked for."""
    return {
        "behind": one.progress.behind > 0,
        "silent": bool(one.silent),
        "risk": one.risk is not None and one.risk.weight >= 6,
    }.get(attention, True)


def _stage(one: Standing) -> int:
    order = [*STAGES, State.SUSPENDED, State.CANCELLED, State.DRAFT]
    return order.index(State(one.intervention.state))


def _least_paid(one: Standing) -> float:
    """The smallest share of a budget, of its currencies; without a budget it comes last."""
    shares = [line.sums.paid / line.sums.budget for line in one.money if line.sums.budget]
    return min(shares, default=float(FAR))


ORDERS = {
    "title": lambda one: (str(one.intervention.name).casefold(), one.intervention.pk),
    "stage": _stage,
    "paid": _least_paid,
    "behind": lambda one: -one.progress.behind,
    "risk": lambda one: -(one.risk.weight if one.risk else 0),
    "silent": lambda one: one.silent[0].since.timestamp() if one.silent else FAR,
}


def _money(found: QuerySet[Intervention]) -> dict[int, list[Line]]:
    """Budget and what was paid out, by intervention and currency. Three queries."""
    parts: dict[tuple[int, int], list[Part]] = defaultdict(list)
    for part in parts_of(found.order_by()):
        if any(part.sums):
            parts[part.intervention, part.unit].append(part)
    units = Unit.objects.in_bulk({unit for _intervention, unit in parts})
    lines: dict[int, list[Line]] = defaultdict(list)
    for (intervention, unit), own in sorted(parts.items(), key=lambda each: each[0]):
        lines[intervention].append(Line(units[unit], added(own), units[unit]))
    return lines


def money_in_all(rows: Sequence[Standing]) -> list[Line]:
    """The money of all these, one line a currency."""
    sums: dict[Unit, list[Line]] = defaultdict(list)
    for row in rows:
        for line in row.money:
            sums[line.unit].append(line)
    return [
        Line(unit, _whole(lines), unit)
        for unit, lines in sorted(sums.items(), key=lambda each: each[0].code)
    ]


def _whole(lines: Sequence[Line]) -> Any:
    kind = type(lines[0].sums)
    return kind(sum(one.sums.budget for one in lines), sum(one.sums.paid for one in lines))


def _risks(found: QuerySet[Intervention], reader: Any) -> dict[int, Risk]:
    """The weightiest open risk of each that the reader may see."""
    rows = Risk.objects.visible_to(reader).open().filter(intervention__in=found.order_by())
    heaviest: dict[int, Risk] = {}
    for one in rows.order_by("-weight", "number").only("intervention", "words", "weight", "number"):
        heaviest.setdefault(one.intervention_id, one)
    return heaviest
