"""Plain texts become the figures and words of a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from coalition.results.models import (
    Cell,
    Fact,
    Report,
    Role,
)
from coalition.results.proof.actions import check_again
from coalition.results.reporting.plain import FIELDS, FIGURE, Ground, Problem, Slot, ground, read


@transaction.atomic
def put(
    report: Report,
    values: Mapping[str, Mapping[str, str]],
    *,
    by: Any,
    grounds: Ground | None = None,
) -> list[Problem]:
    """Make the report say these values and no others; the caller holds it locked.

    What cannot be read is kept as typed (`Report.unread`), and told with its row and field. A
    figure that goes away but has evidence stays as an empty one, so that no proof is lost.
    """
    grounds = grounds or ground(report)
    reading = read(values, grounds)
    is_changed = _write_facts(report, reading.figures, grounds, by=by)
    now = {**reading.words, "unread": reading.unread}
    if is_changed or any(getattr(report, name) != value for name, value in now.items()):
        for name, value in now.items():
            setattr(report, name, value)
        report.changed_at = timezone.now()
        report.save(update_fields=[*now, "changed_at"])
    return reading.problems


def _write_facts(
    report: Report, readings: Mapping[Slot, Mapping[str, Any]], grounds: Ground, *, by: Any
) -> bool:
    """Change, add and remove facts so that they are the readings; unchanged ones stay as they
    are, with what hangs on them. Returns whether anything was changed."""
    cells = _cells((slot, grounds) for slot in readings)
    held = {(each.indicator_id, each.place_id, each.cell_id): each for each in report.facts.all()}
    now = timezone.now()
    new, changed, other = [], [], []
    for slot, said in readings.items():
        indicator = grounds.indicators[slot.number]
        place = grounds.places.get(slot.place)
        cell = cells.get(slot.cell)
        fact = held.pop((indicator.pk, place and place.pk, cell and cell.pk), None)
        if fact is None:
            new.append(
                Fact(
                    indicator=indicator,
                    period_id=report.period_id,
                    place=place,
                    cell=cell,
                    partner_id=report.partner_id,
                    report=report,
                    role=Role.ACTUAL,
                    by=by,
                    changed_at=now,
                    **said,
                )
            )
        elif _differs(fact, said):
            if any(getattr(fact, name) != said[name] for name in FIGURE):
                other.append(fact.pk)
            for name, value in said.items():
                setattr(fact, name, value)
            fact.by, fact.changed_at = by, now
            changed.append(fact)
    _remove(held.values(), by=by, now=now)
    Fact.objects.bulk_update(changed, [*FIELDS, "by", "changed_at"], batch_size=200)
    Fact.objects.bulk_create(new, batch_size=200)
    if other:
        check_again(other)
    return bool(new or changed or held)


def _differs(fact: Fact, read: Mapping[str, Any]) -> bool:
    unit = read["unit"]
    return fact.unit_id != (unit and unit.pk) or any(
        getattr(fact, name) != value for name, value in read.items() if name != "unit"
    )


def _remove(facts: Iterable[Fact], *, by: Any, now: Any) -> None:
    gone = [each.pk for each in facts]
    if not gone:
        return
    rows = Fact.objects.filter(pk__in=gone)
    empty = {"value": None, "denominator": None, "text": "", "not_known": "", "note": ""}
    proven = list(rows.filter(evidence__isnull=False).distinct().values_list("pk", flat=True))
    rows.exclude(pk__in=proven).delete()
    Fact.objects.filter(pk__in=proven).update(**empty, by=by, changed_at=now)


def _cells(wanted: Iterable[tuple[Slot, Ground]]) -> dict[str, Cell]:
    """The cells by their keys; those that nobody used before are made."""
    by_key = {slot.cell: (slot, grounds) for slot, grounds in wanted if slot.cell}
    cells = {each.key: each for each in Cell.objects.filter(key__in=by_key)}
    for key, (slot, grounds) in by_key.items():
        if key in cells:
            continue
        known = grounds.categories(grounds.indicators[slot.number])
        categories = [known[code] for code in key.split("|")]
        codes = {each.pk: each.code for each in grounds.indicators[slot.number].dimensions.all()}
        breakdown = "|".join(sorted(codes[each.dimension_id] for each in categories))
        cells[key], is_new = Cell.objects.get_or_create(key=key, defaults={"breakdown": breakdown})
        if is_new:
            cells[key].categories.set(categories)
    return cells
