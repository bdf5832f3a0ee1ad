"""Partners rank what matters to them, and the opportunities they see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from coalition.base import audit
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line
from coalition.partners.models import Partner, Priority, PriorityKind
from coalition.partners.values import locked_and_active

MOST_PRIORITIES = 10


@transaction.atomic
def set_priorities(
    partner: Partner,
    rows: Sequence[Mapping[str, Any]],
    *,
    by: Any,
    kind: str = PriorityKind.PRIORITY,
) -> list[Priority]:
    """Make `rows`, in their order, the partner's priorities, ranked from 1 without gaps; or, as
    `kind` says, the opportunities it sees, which have ranks of their own.

    Each row maps theme, level and place to rows, and perhaps words, language (of the words) and
    priority (the key of the priority it changes; else one of the same theme, level and place is
    taken). Priorities that commitments name keep their row. Raises Refused for rows that cannot
    be, NotAllowed where one that a commitment names would be dropped.
    """
    partner = locked_and_active(partner)
    wanted = [_priority_fields(row) for row in rows]
    _refuse_repeats(wanted)
    audit.hold()  # before rows go that commitments may point at
    held = Priority.every.filter(partner=partner, kind=kind)
    free = {priority.pk: priority for priority in held}
    kept = [free.pop(row.get("priority"), None) for row in rows]
    kept = [
        priority or _take_alike(free, fields) for priority, fields in zip(kept, wanted, strict=True)
    ]
    for dropped in free.values():
        _refuse_if_named(dropped)
        dropped.delete()
    # Old ranks give way first, since two priorities may not share one even for a moment.
    held.update(rank=F("rank") + 10 * MOST_PRIORITIES)
    ranked = []
    for rank, (priority, fields) in enumerate(zip(kept, wanted, strict=True), start=1):
        priority = priority or Priority(partner=partner, kind=kind)
        for name, value in {**fields, "rank": rank}.items():
            setattr(priority, name, value)
        priority.save()
        ranked.append(priority)
    verb = "set_opportunities" if kind == PriorityKind.OPPORTUNITY else "set_priorities"
    audit.record(f"partners.{verb}", partner, by=by, refs=ranked)
    record_changed(partner)
    return ranked


def _priority_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    language = row.get("language") or settings.LANGUAGE_CODE
    if language not in settings.UN_LANGUAGES:
        raise Refused(_("“%(code)s” is not one of the six languages.") % {"code": language})
    return {
        "theme": row["theme"],
        "level": row["level"],
        "place": row["place"],
        "words": clean_line(row.get("words", "")),
        "language": language,
    }


def _refuse_repeats(wanted: Sequence[Mapping[str, Any]]) -> None:
    if len(wanted) > MOST_PRIORITIES:
        raise Refused(
            _("There can be at most %(most)s priorities; these are %(count)s.")
            % {"most": MOST_PRIORITIES, "count": len(wanted)}
        )
    seen: dict[tuple[Any, ...], int] = {}
    for rank, fields in enumerate(wanted, start=1):
        alike = tuple(fields[name] for name in ("theme", "level", "place", "words"))
        if alike in seen:
            raise Refused(
                _("Priorities %(first)s and %(second)s say the same. Take one of them out.")
                % {"first": seen[alike], "second": rank}
            )
        seen[alike] = rank


def _take_alike(free: dict[int, Priority], fields: Mapping[str, Any]) -> Priority | None:
    for pk, priority in free.items():
        if all(getattr(priority, name) == fields[name] for name in ("theme", "level", "place")):
            return free.pop(pk)
    return None


def _refuse_if_named(priority: Priority) -> None:
    commitment = priority.commitments.first()
    if commitment is None:
        return
    raise NotAllowed(
        _(
            "The priority “%(priority)s” cannot be taken out: the commitment %(reference)s names "
            "it. Change the commitment first, or rank the priority last."
        )
        % {"priority": priority.words or priority.theme.name, "reference": commitment.reference}
    )
