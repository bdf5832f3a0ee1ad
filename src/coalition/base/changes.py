"""The one call by which any room says that a public record changed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def record_changed(record: Any) -> None:
    """Tell the room named in settings (RECORD_CHANGED) that this record was made, changed or
    withdrawn. Runs in the caller's transaction, so both are saved or neither."""
    import_string(settings.RECORD_CHANGED)(record)
