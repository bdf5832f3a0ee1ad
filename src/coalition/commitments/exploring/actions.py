"""Keeps under what commitments are found, and how many there are of each.

Who writes here holds the end of the audit trail, which puts all writers in a row: what is read
then is what stands, and the numbers are exact without a lock of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from coalition.base import audit, planner
from coalition.base.changes import record_changed
from coalition.commitments.exploring.filing import pairs
from coalition.commitments.models import Commitment, Filing, Part, Tally
from coalition.commitments.states import State

BATCH = 500


def changed(commitment: Commitment) -> None:
    """A commitment that everybody sees was published, changed or withdrawn: file it anew, and tell
    the catalogue. Called last in the verb's transaction, after its audit event."""
    file([commitment.pk])
    record_changed(commitment)


def lights_changed(frameworks: Collection[int]) -> None:
    """These frameworks have another light (settings.LIGHTS_CHANGED): file their commitments
    under it."""
    frameworks = list(frameworks)
    for start in range(0, len(frameworks), BATCH):
        own = Commitment.objects.filter(framework__in=frameworks[start : start + BATCH])
        file(own.published().values_list("pk", flat=True))


def partners_changed(partners: Iterable[Any]) -> None:
    """These partners changed, perhaps their group (settings.ALSO_CHANGED): file the commitments
    in which they have a part under it."""
    keys = [one.pk for one in partners]
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        joint = Part.objects.confirmed().filter(partner__in=batch).values("commitment")
        own = Commitment.objects.filter(Q(partner__in=batch) | Q(pk__in=joint))
        file(own.published().values_list("pk", flat=True))


def file_all(progress: Callable[[int], None] | None = None) -> int:
    """File all commitments anew, and count all values anew; returns how many rows were put right:
    none, where all was right. Others may go on writing meanwhile. `progress` is told after each
    batch how many commitments were looked at."""
    righted, last, seen = 0, 0, 0
    filed = Filing.objects.filter(commitment=OuterRef("pk"))
    concerned = Commitment.objects.filter(
        Q(is_public=True) | Q(state=State.WITHDRAWN) | Exists(filed)
    ).order_by("pk")
    while keys := list(concerned.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        righted += file(keys)
        last, seen = keys[-1], seen + len(keys)
        if progress:
            progress(seen)
    righted += _count_anew()
    planner.refresh()
    return righted


@transaction.atomic
def file(keys: Iterable[int]) -> int:
    """File these commitments under exactly what they are found by, and bring the numbers along;
    returns how many rows of the file changed. As many queries for one as for many."""
    keys = list(keys)
    if not keys:
        return 0
    audit.hold()
    return sum(_file(keys[start : start + BATCH]) for start in range(0, len(keys), BATCH))


def _file(keys: list[int]) -> int:
    wanted = pairs(keys)
    rows = Filing.objects.filter(commitment__in=keys)
    held = {(one.commitment_id, one.facet, one.value): one.pk for one in rows}
    gone = held.keys() - wanted
    new = wanted - held.keys()
    if gone:
        Filing.objects.filter(pk__in=[held[pair] for pair in gone]).delete()
    Filing.objects.bulk_create(
        (Filing(commitment_id=pk, facet=facet, value=value) for pk, facet, value in sorted(new)),
        batch_size=2000,
    )
    _count(Counter(pair[1:] for pair in new), Counter(pair[1:] for pair in gone))
    return len(gone) + len(new)


def _count(more: Counter[tuple[str, str]], fewer: Counter[tuple[str, str]]) -> None:
    """Bring the numbers of these values along; a value under which nothing is found has none."""
    touched = {value for value in more | fewer if more[value] != fewer[value]}
    if not touched:
        return
    rows = Tally.objects.filter(
        facet__in={facet for facet, _value in touched}, value__in={value for _, value in touched}
    )
    held = {(one.facet, one.value): one.number for one in rows}
    numbers = {one: held.get(one, 0) + more[one] - fewer[one] for one in touched}
    _write({one: number for one, number in numbers.items() if number > 0})
    if empty := [one for one, number in numbers.items() if number <= 0]:
        for facet in {facet for facet, _value in empty}:
            values = [value for of, value in empty if of == facet]
            Tally.objects.filter(facet=facet, value__in=values).delete()


@transaction.atomic
def _count_anew() -> int:
    """Count every value in the file; returns how many numbers were put right."""
    audit.hold()
    rows = Filing.objects.order_by().values_list("facet", "value").annotate(Count("pk"))
    wanted = {(facet, value): number for facet, value, number in rows}
    held = {(one.facet, one.value): one for one in Tally.objects.all()}
    gone = [one.pk for key, one in held.items() if key not in wanted]
    for start in range(0, len(gone), BATCH):
        Tally.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    wrong = {
        key: number
        for key, number in wanted.items()
        if key not in held or held[key].number != number
    }
    _write(wrong)
    return len(gone) + len(wrong)


def _write(numbers: dict[tuple[str, str], int]) -> None:
    Tally.objects.bulk_create(
        (
            Tally(facet=facet, value=value, number=number)
            for (facet, value), number in sorted(numbers.items())
        ),
        update_conflicts=True,
        unique_fields=["facet", "value"],
        update_fields=["number"],
        batch_size=2000,
    )
