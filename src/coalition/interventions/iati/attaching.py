"""What a newer file tells of interventions that are here already: figures that are new or have
changed, and money that was not told before. Their words are left to those who lead them."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from coalition.analysis.iati.activities import Activity
from coalition.analysis.iati.writing import fragment
from coalition.base import audit
from coalition.base.changes import records_changed
from coalition.base.text import clean_line
from coalition.interventions.iati import composing, measuring
from coalition.interventions.iati.actions import read
from coalition.interventions.iati.fields import kept, language_of, words_of
from coalition.interventions.iati.storing import Ground, budgets_of, digest_of, payments_of
from coalition.interventions.models import Budget, Intervention, Origin, Payment
from coalition.results.models import Fact, FactState, Indicator, Period
from coalition.results.proof.actions import carry_over
from coalition.results.totals.actions import derive

BATCH = 500
SAME = ("value", "denominator", "text")
Pairs = Sequence[tuple[Intervention, Activity]]


@dataclass
class Attached:
    """How many figures and amounts came, and what could not be attached, in sentences."""

    count: int = 0
    notes: list[str] = field(default_factory=list)


def attach(pairs: Pairs, ground: Ground) -> list[Attached]:
    """Take in what is new of each, in the caller's transaction and a fixed number of queries."""
    rows = [one for one, _activity in pairs]
    keys = [one.pk for one in rows]
    list(Intervention.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    before = _held_now(rows)
    done = {one.pk: Attached() for one in rows}
    _figures(pairs, ground, done)
    _money(pairs, ground, done)
    _keep_what_came(pairs, before)
    with audit.together():
        for one in rows:
            if done[one.pk].count:
                audit.record("interventions.attach", one, by=ground.by)
    records_changed(list(Intervention.objects.filter(pk__in=keys)))
    return [done[pk] for pk in keys]


# --- Figures ---------------------------------------------------------------------------------


def _figures(pairs: Pairs, ground: Ground, done: dict[int, Attached]) -> None:
    units = {code: unit.decimals for code, unit in ground.units.items()}
    frameworks = [one.framework_id for one, _activity in pairs]
    rows = Indicator.objects.filter(framework__in=frameworks).select_related("unit")
    held = {(each.framework_id, clean_line(each.title).casefold()): each for each in rows}
    periods = _periods(pairs)
    figures = measuring.Figures(measuring.known_cells())
    for one, activity in pairs:
        notes = done[one.pk].notes
        for told in (each for result in activity.results for each in result.indicators):
            title, _others = words_of(told.title, language_of(activity), 400)
            row = held.get((one.framework_id, title.casefold()))
            how = kept(told, units)
            if row is None:
                notes.append(f"<indicator> “{title}” is no indicator here, so it is left out.")
            elif (row.measure, row.unit.code if row.unit else "") != (how.measure, how.unit):
                notes.append(f"<indicator> “{title}” is measured in another way here.")
            else:
                measuring.of_indicator(figures, row, how, told, (one, activity), periods, ground)
    owners = {one.framework_id: one for one, _activity in pairs}
    of = {row.pk: owners[row.framework_id] for row in held.values()}
    for pk, count in _supersede(figures, of).items():
        done[pk].count += count


def _periods(pairs: Pairs) -> measuring.Spans:
    """The periods that are here, and those of the file that begin on a day of which none is."""
    frameworks = [one.framework_id for one, _activity in pairs]
    held = list(Period.objects.filter(framework__in=frameworks))
    starts = {(each.framework_id, each.starts_on) for each in held}
    new = [
        Period(framework_id=one.framework_id, starts_on=start, ends_on=end)
        for one, activity in pairs
        for start, end in measuring.spans(one, activity).items()
        if (one.framework_id, start) not in starts
    ]
    held += Period.objects.bulk_create(new, batch_size=BATCH)
    return {(each.framework_id, each.starts_on, each.ends_on): each for each in held}


def _supersede(figures: measuring.Figures, of: dict[int, Intervention]) -> Counter[int]:
    """Figures that say otherwise take the place of those before, which stay answerable. Returns
    how many came, by intervention."""
    published = Fact.objects.published().filter(indicator__in=list(of))
    before: dict[measuring.Slot, Fact] = {
        (each.indicator_id, each.role, each.period_id, each.place_id, each.cell_id): each
        for each in published
        if each.partner_id == of[each.indicator_id].partner_id
    }
    new = {
        slot: fact
        for slot, fact in figures.facts.items()
        if slot not in before
        or any(getattr(before[slot], name) != getattr(fact, name) for name in SAME)
    }
    gone = [before[slot].pk for slot in new if slot in before]
    Fact.objects.filter(pk__in=gone).update(state=FactState.SUPERSEDED)
    Fact.objects.bulk_create(new.values(), batch_size=BATCH)
    if gone:
        carry_over([(before[slot], fact) for slot, fact in new.items() if slot in before])
    derive(sorted({fact.indicator_id for fact in new.values()}))
    return Counter(of[fact.indicator_id].pk for fact in new.values())


# --- Money -----------------------------------------------------------------------------------


def _money(pairs: Pairs, ground: Ground, done: dict[int, Attached]) -> None:
    """Amounts that are not here yet; what is gone from the file stays until somebody strikes it."""
    told: Any
    for model, told in ((Budget, budgets_of), (Payment, payments_of)):
        held = defaultdict(list)
        for row in model.objects.filter(intervention__in=[one.pk for one, _activity in pairs]):
            held[row.intervention_id].append(row)
        new: list[Any] = []
        for one, activity in pairs:
            unknown = _unknown(held[one.pk], told(one, activity, ground))
            done[one.pk].count += len(unknown)
            new += unknown
        model.objects.bulk_create(new, batch_size=BATCH)


def _unknown(held: Sequence[Any], told: Iterable[Any]) -> list[Any]:
    left = Counter(_said(each) for each in held)
    last = max((each.number for each in held), default=0)
    new = []
    for row in told:
        said = _said(row)
        if left[said]:
            left[said] -= 1
            continue
        last += 1
        row.number = last
        new.append(row)
    return new


def _said(row: Any) -> tuple[Any, ...]:
    days: tuple[date, ...] = (
        (row.starts_on, row.ends_on) if isinstance(row, Budget) else (row.paid_on,)
    )
    kind = row.status if isinstance(row, Budget) else row.kind
    return (row.amount, row.unit_id, kind, *days)


# --- What came -------------------------------------------------------------------------------


def _held_now(rows: Sequence[Intervention]) -> dict[int, Activity]:
    return {one.pk: activity for one, activity in composing.activities(rows)}


def _keep_what_came(pairs: Pairs, before: dict[int, Activity]) -> None:
    """The file's own words from now on, except where something was changed here since the last
    file: that goes on as what was changed."""
    told = {one.pk: activity for one, activity in pairs}
    rows = [one for one, _activity in pairs]
    after = _held_now(rows)
    origins = list(Origin.objects.filter(intervention__in=rows))
    for origin in origins:
        pk = origin.intervention_id
        was = read(origin.held)
        ours = {
            each.name: getattr(was, each.name)
            for each in dataclasses.fields(was)
            if getattr(was, each.name) != getattr(before[pk], each.name)
        }
        origin.came, origin.digest = fragment(told[pk]).decode(), digest_of(told[pk])
        origin.held = fragment(dataclasses.replace(after[pk], **ours)).decode()
    Origin.objects.bulk_update(origins, ["came", "held", "digest"], batch_size=BATCH)
