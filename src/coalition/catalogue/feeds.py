"""The newest public records as entries of an Atom feed."""

from __future__ import annotations

from coalition.base.feeds import Entry
from coalition.catalogue.models import Record


def entry_of(record: Record) -> Entry:
    """A record as a feed tells of it."""
    name = record.name
    return Entry(
        id=f"{record.kind}/{record.key}",
        title=name,
        url=record.get_absolute_url(),
        summary=record.summary_text,
        changed_at=record.changed_at,
        category=str(record.get_kind_display()),
        language=name.language,
        is_example=record.is_example,
    )
