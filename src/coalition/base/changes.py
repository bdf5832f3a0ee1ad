"""The one call by which any room says that a public record changed, and the same for many."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def record_changed(record: Any) -> None:
    """Tell the room named in settings (RECORD_CHANGED) that this record was made, changed or
    withdrawn, and before it those that keep something of such records (ALSO_CHANGED). Runs in the
    caller's transaction, so all are saved or nothing is; after its audit event, so that of two
    who write these rows one waits at the end of the trail."""
    _tell_others([record])
    import_string(settings.RECORD_CHANGED)(record)


def lights_changed(frameworks: Collection[int]) -> None:
    """Tell the rooms named in settings (LIGHTS_CHANGED) that these results frameworks have
    another light. Runs in the caller's transaction."""
    for path in settings.LIGHTS_CHANGED:
        import_string(path)(frameworks)


def records_changed(records: Sequence[Any]) -> None:
    """As `record_changed` for many records of one kind, in few queries (RECORDS_CHANGED)."""
    _tell_others(records)
    import_string(settings.RECORDS_CHANGED)(records)


def _tell_others(records: Sequence[Any]) -> None:
    if records:
        for path in settings.ALSO_CHANGED.get(records[0]._meta.label, ()):
            import_string(path)(records)
