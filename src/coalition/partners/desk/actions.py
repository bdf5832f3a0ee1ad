"""What officers do with rows of the board: share the work out, put it off, remind, keep views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line
from coalition.mailroom.models import Letter
from coalition.partners.accession import correspondence
from coalition.partners.desk.queries import CASE, KINDS
from coalition.partners.models import AccessionRequest, BoardMark, SavedView
from coalition.partners.queries import officers
from coalition.partners.states import AccessionState

MOST_ROWS = 200
MOST_VIEWS = 30
FARTHEST = timedelta(days=366)


def parsed(keys: Sequence[str]) -> list[tuple[str, int]]:
    """The rows that a form names ("case:12"). Raises Refused for none, too many or nonsense."""
    rows = []
    for key in dict.fromkeys(keys):
        kind, _colon, number = key.partition(":")
        if (kind != CASE and kind not in KINDS) or not (
            number.isascii() and number.isdecimal() and len(number) < 19
        ):
            raise Refused(_("The board has no such row."))
        rows.append((kind, int(number)))
    if not rows:
        raise Refused(_("Choose at least one row first."))
    if len(rows) > MOST_ROWS:
        raise Refused(_("Choose at most %d rows at a time.") % MOST_ROWS)
    return sorted(rows)


@transaction.atomic
def assign(keys: Sequence[str], to: Any, *, by: Any) -> int:
    """Make an officer (or nobody: None) look after some rows; returns how many."""
    if to is not None and not officers().filter(pk=to.pk).exists():
        raise Refused(_("Only officers look after what is on the board."))
    return _mark(keys, "assigned_to", to, "partners.assign", by=by)


@transaction.atomic
def snooze(keys: Sequence[str], until: date | None, *, by: Any) -> int:
    """Take some rows off the board until a day, on which they come back by themselves; with None
    they come back now. Raises Refused for a day that is past, or more than a year away."""
    today = timezone.now().date()
    if until and not today < until <= today + FARTHEST:
        raise Refused(_("Choose a day between tomorrow and a year from now."))
    return _mark(keys, "snoozed_until", until, "partners.snooze", by=by)


def _mark(keys: Sequence[str], field: str, value: Any, verb: str, *, by: Any) -> int:
    rows = parsed(keys)
    cases = [number for kind, number in rows if kind == CASE]
    done = AccessionRequest.objects.visible_to(by).filter(pk__in=cases).update(**{field: value})
    marks = [(kind, number) for kind, number in rows if kind != CASE]
    for kind, number in marks:
        BoardMark.objects.update_or_create(kind=kind, number=number, defaults={field: value})
    refs = [f"board.{kind}:{number}" for kind, number in rows]
    audit.record(verb, f"board.rows:{len(rows)}", by=by, refs=refs)
    return done + len(marks)


@dataclass(frozen=True)
class Reminded:
    """How many letters went out, and how many rows got none because nobody was asked, nobody
    can be written to, or a reminder went today already."""

    written: int
    left_out: int


@transaction.atomic
def remind(keys: Sequence[str], *, by: Any) -> Reminded:
    """Remind the applicants of incomplete cases of what they were asked: once a case and day."""
    rows = parsed(keys)
    written = 0
    for kind, number in rows:
        if kind != CASE:
            continue
        found = AccessionRequest.objects.visible_to(by).filter(pk=number).first()
        if found is None:
            continue
        case = states.lock(found)
        key = f"partners.remind:{case.pk}:{timezone.now().date()}"
        if (
            case.state != AccessionState.INCOMPLETE
            or not case.contact_email
            or Letter.objects.filter(key=key).exists()
        ):
            continue
        subject, text = correspondence.worded("written/reminder", case)
        letter = correspondence.send(case, key=key, subject=subject, text=text, by=by)
        audit.record("partners.remind", case, by=by, refs=[letter])
        written += 1
    return Reminded(written, len(rows) - written)


# --- Views of the board


@transaction.atomic
def save_view(name: str, query: str, *, by: Any, is_shared: bool = False) -> SavedView:
    """Keep the board's filters under a name; the same name of the same officer is overwritten."""
    name = clean_line(name, limit=80)
    if not name:
        raise Refused(_("Give the view a name."))
    if len(query) > 500:
        raise Refused(_("These filters are too long to be kept."))
    own = SavedView.objects.filter(owner=by)
    if own.exclude(name=name).count() >= MOST_VIEWS:
        raise Refused(_("You keep %d views already: remove one first.") % MOST_VIEWS)
    view, _made = SavedView.objects.update_or_create(
        owner=by, name=name, defaults={"query": query, "is_shared": is_shared}
    )
    audit.record("partners.save_view", view, by=by)
    return view


@transaction.atomic
def forget_view(view: SavedView, *, by: Any) -> None:
    """Remove a view of one's own. Raises NotAllowed for another officer's."""
    if view.owner_id != by.pk:
        raise NotAllowed(_("Only its owner removes a view."))
    audit.record("partners.forget_view", view, by=by)
    view.delete()
