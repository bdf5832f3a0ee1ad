"""Public references such as COM-2026-0042: readable, never reused, never renumbered."""

from django.db import transaction
from django.utils import timezone

from coalition.base.models import Counter


@transaction.atomic
def next_reference(prefix: str) -> str:
    """The next reference of this kind in the current year (UTC), e.g. `COM-2026-0042`."""
    return next_references(prefix, 1)[0]


@transaction.atomic
def next_references(prefix: str, count: int) -> list[str]:
    """The next `count` references of this kind. Until the transaction ends nobody else gets one,
    so with `count` 0 it makes sure that no record of this kind is made meanwhile."""
    year = timezone.now().year
    Counter.objects.get_or_create(prefix=prefix, year=year)
    counter = Counter.objects.select_for_update().get(prefix=prefix, year=year)
    first, counter.last = counter.last + 1, counter.last + count
    counter.save(update_fields=["last"])
    return [f"{prefix}-{year}-{number:04d}" for number in range(first, counter.last + 1)]
