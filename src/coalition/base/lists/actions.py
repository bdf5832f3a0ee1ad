"""The way of a list: uploaded, checked, taken in or given up.

Checking writes nothing but the report. Taking in checks once more, behind locks: where that gives
another plan than the person has seen, nothing is done and the new plan is shown. These are the
steps that all lists share; each room makes its verbs of them, with its own locks and audit events.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base import states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.lists.columns import Fields
from coalition.base.lists.models import ListImport, ListState
from coalition.base.lists.plan import ALIKE, CHANGED, NEW, REFUSED, Plan
from coalition.base.sheets import MOST_BYTES, Sheet, read
from coalition.base.text import clean_line

SAMPLED = 20
Listed = TypeVar("Listed", bound=ListImport)


class Changed(NotAllowed):
    """What the list would do is not what the person has seen: the new report is there now."""


def begin(made: Listed, file: Any, *, name: str, fields: Fields) -> Listed:
    """Read a file with a list into a row that is not saved yet, with a guess of what its columns
    hold, and save it. Raises Refused where it is no XLSX or CSV file with a heading and rows."""
    made.file_name = clean_line(name, limit=100) or "list"
    content = file.read(MOST_BYTES + 1)
    sheet = read(content, name=made.file_name)
    made.file_digest = hashlib.sha256(content).hexdigest()
    made.headings, made.notes = sheet.headings, sheet.notes
    made.columns = [each.field for each in fields.guess(sheet.headings)]
    # What was read is kept, not the file: hostile bytes are looked at once.
    packed = ContentFile(sheet.packed())
    made.file.save(f"{made.file_digest[:32]}.list", packed, save=False)
    made.save()
    return made


def held(listed: Listed) -> Listed:
    """The list read afresh and locked; NotAllowed once it was taken in or cancelled."""
    listed = states.lock(listed)
    if not listed.is_open:
        raise NotAllowed(
            _("This list is closed already: %(state)s.") % {"state": listed.get_state_display()}
        )
    return listed


def sheet_of(listed: ListImport) -> Sheet:
    if not listed.file:
        raise NotAllowed(_("The file is kept no longer. Please upload it again."))
    with listed.file.open("rb") as file:
        return Sheet.unpacked(file.read())


def samples(listed: ListImport) -> list[str]:
    """For each column its first few values, by which a person sees what it holds. Empty where
    the file is kept no longer."""
    if not listed.file:
        return [""] * len(listed.headings)
    columns = zip(*(cells for _number, cells in sheet_of(listed).rows[:SAMPLED]), strict=True)
    return [_sample(cells) for cells in columns]


def _sample(cells: Sequence[Any]) -> str:
    texts = dict.fromkeys(clean_line(str(cell), limit=40) for cell in cells if cell != "")
    return " · ".join(list(texts)[:3])


def keep(listed: ListImport, plan: Plan) -> None:
    """Keep the report of a check."""
    listed.state = ListState.CHECKED
    listed.counts, listed.plan_digest = plan.counts, plan.digest
    listed.report = [line.told() for line in plan.lines]
    listed.save()


def refuse_unseen(
    listed: ListImport, plan: Plan, *, leave_out: bool, alike_are_new: bool, alike: str
) -> None:
    """Raise Changed where the plan is not the one that was seen, NotAllowed for what holds it up;
    `alike` is the sentence about rows that look like a record that is there."""
    if plan.digest != listed.plan_digest:
        raise Changed(
            _(
                "Something changed since the list was checked, so nothing was done. The report "
                "below is new: please read it and decide again."
            )
        )
    if plan.counts[REFUSED] and not leave_out:
        raise NotAllowed(
            _("Some rows cannot be taken. Mend the file, or choose to leave them out.")
        )
    if plan.counts[ALIKE] and not alike_are_new:
        raise NotAllowed(alike)
    if not plan.of(NEW, ALIKE, CHANGED):
        raise NotAllowed(_("There is nothing to do: the list says what we have already."))


def refuse_unchecked(listed: ListImport) -> None:
    if listed.state != ListState.CHECKED:
        raise NotAllowed(_("Please confirm the columns first."))


def close(listed: ListImport, state: str) -> None:
    """The list was taken in or given up: what was read of the file goes."""
    transaction.on_commit(partial(listed.file.storage.delete, listed.file.name))
    listed.file = ""
    listed.state, listed.closed_at = state, timezone.now()
    listed.save()


def in_one_go(
    upload: Callable[[], Listed],
    examine: Callable[[Listed, list[str]], Listed],
    take_in: Callable[[Listed], Listed],
    cancel: Callable[[Listed], Listed],
    *,
    corrections: Mapping[str, str],
    is_dry: bool,
) -> Listed:
    """All steps in one transaction, as commands take them.

    `corrections` maps headings to fields (or "" for columns that shall not be read) where the
    guess is wrong. With `is_dry` nothing is kept but what is returned. Raises Refused or
    NotAllowed as the steps do; a list with nothing to do is no error here.
    """
    stored = None
    try:
        with transaction.atomic():
            listed = upload()
            stored = listed.file.storage, listed.file.name
            listed = examine(listed, _corrected(listed, corrections))
            if is_dry:
                transaction.set_rollback(True)
            elif any(listed.counts[outcome] for outcome in (NEW, CHANGED, ALIKE, REFUSED)):
                listed = take_in(listed)
            else:
                listed = cancel(listed)
    finally:
        # Closed, refused or only tried: the rows are of no more use.
        if stored:
            storage, file_name = stored
            storage.delete(file_name)
    return listed


def _corrected(listed: ListImport, corrections: Mapping[str, str]) -> list[str]:
    known = {clean_line(heading): field for heading, field in corrections.items()}
    if unknown := sorted(set(known) - set(listed.headings)):
        raise Refused(
            _("The list has no heading “%(heading)s”. Its headings are: %(all)s.")
            % {"heading": unknown[0], "all": ", ".join(listed.headings)}
        )
    return [
        known.get(heading, guessed)
        for heading, guessed in zip(listed.headings, listed.columns, strict=True)
    ]
