"""Public references such as COM-2026-0042: readable, never reused, never renumbered."""

from django.db import transaction
from django.utils import timezone

from coalition.base.models import Counter


@transaction.atomic
def next_reference(prefix: str) -> str:
    """The next reference of this kind in the current year (UTC), e.g. `COM-2026-0042`."""
    year = timezone.now().year
    Counter.objects.get_or_create(prefix=prefix, year=year)
    counter = Counter.objects.select_for_update().get(prefix=prefix, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{prefix}-{year}-{counter.last:04d}"
