"""Taking a list in: entries made, changed or retired in one transaction, or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base import audit
from coalition.base.errors import Refused
from coalition.partners.models import EntryKind, ListEntry, ListName, SanctionsList
from coalition.partners.screening.lists import Listed, ListFile

BATCH = 500
FACTS = (
    *("kind", "reference", "list_type", "listed_on", "nationalities", "birth_dates"),
    *("designations", "comments", "digest"),
)


@dataclass(frozen=True)
class Taken:
    """What an import did. `is_unchanged`: the same file is held already."""

    held: SanctionsList
    is_unchanged: bool = False


@transaction.atomic
def import_list(file: ListFile, *, by: Any = None, is_older_wanted: bool = False) -> Taken:
    """Bring the entries held to what the file says. The same file again changes nothing.

    Entries that the file no longer has are retired, not removed; one that is back is listed
    again. Raises Refused for a file older than the one held, unless that is wanted.
    """
    # Two imports at once: the second waits here and finds what the first has done.
    audit.hold()
    last = SanctionsList.objects.current().filter(code=file.code).first()
    if last is not None and last.digest == file.digest:
        return Taken(last, is_unchanged=True)
    if last is not None and file.generated_at < last.generated_at and not is_older_wanted:
        raise Refused(
            _(
                "This list is of %(day)s and the one held is newer, of %(held)s. "
                "To go back to it nevertheless, add --older."
            )
            % {"day": file.date_generated, "held": last.date_generated}
        )
    made, changed, retired = _bring_up_to_date(file)
    held = SanctionsList.objects.create(
        code=file.code,
        generated_at=file.generated_at,
        date_generated=file.date_generated,
        imported_by=by,
        digest=file.digest,
        individuals=sum(entry.kind == EntryKind.INDIVIDUAL for entry in file.entries),
        entities=sum(entry.kind == EntryKind.ENTITY for entry in file.entries),
        listed=sum(len(entry.names) for entry in file.entries),
        made=made,
        changed=changed,
        retired=retired,
    )
    audit.record("partners.import_list", held, by=by)
    return Taken(held)


def _bring_up_to_date(file: ListFile) -> tuple[int, int, int]:
    """How many entries were made, changed (or are listed again) and retired."""
    held = {entry.dataid: entry for entry in ListEntry.objects.filter(code=file.code)}
    new, changed = [], []
    for listed in file.entries:
        entry = held.pop(listed.dataid, None)
        if entry is None:
            entry = ListEntry(code=file.code, dataid=listed.dataid)
            new.append((_with_facts(entry, listed), listed))
        elif entry.digest != listed.digest or entry.delisted_at is not None:
            changed.append((_with_facts(entry, listed), listed))
    gone = [entry.pk for entry in held.values() if entry.delisted_at is None]
    ListEntry.objects.bulk_create([entry for entry, _listed in new], batch_size=BATCH)
    ListEntry.objects.bulk_update(
        [entry for entry, _listed in changed], [*FACTS, "delisted_at"], batch_size=BATCH
    )
    ListName.objects.filter(entry__in=[entry.pk for entry, _listed in changed]).delete()
    ListName.objects.bulk_create(
        [
            ListName(entry=entry, kind=kind, name=name)
            for entry, listed in (*new, *changed)
            for kind, name in listed.names
        ],
        batch_size=BATCH,
    )
    for start in range(0, len(gone), BATCH):
        ListEntry.objects.filter(pk__in=gone[start : start + BATCH]).update(
            delisted_at=timezone.now()
        )
    return len(new), len(changed), len(gone)


def _with_facts(entry: ListEntry, listed: Listed) -> ListEntry:
    for name in FACTS:
        setattr(entry, name, getattr(listed, name))
    entry.delisted_at = None
    return entry
