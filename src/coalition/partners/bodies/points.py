"""What is done with action points: one owner, a day, another person who verifies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.numbers import next_reference
from coalition.base.text import clean_line, clean_text
from coalition.mailroom import actions as mail
from coalition.partners.bodies import queries
from coalition.partners.models import ActionPoint
from coalition.partners.states import ActionState
from coalition.partners.values import LONGEST_REASON

REMIND_BEFORE = timedelta(days=7)
# Reminders of the last days are written where a daily run was missed; each goes out once.
CATCH_UP = timedelta(days=14)
FIELDS = ("words", "language", "owner", "owner_partner", "due_on", "verifier")


@transaction.atomic
def agree(fields: Mapping[str, Any], *, by: Any, is_example: bool = False) -> ActionPoint:
    """Note that somebody has to do something by a day; owner and verifier are told.

    Takes words, language, owner and/or owner_partner, due_on, verifier, and perhaps body, meeting,
    decision and cites (references as written). Raises Refused for what cannot be.
    """
    decision, meeting, body = (fields.get(name) for name in ("decision", "meeting", "body"))
    if decision is not None:
        meeting = decision.meeting
    if meeting is not None:
        body = meeting.body
    cites = queries.read_references(fields.get("cites", ""))
    point = ActionPoint(
        reference=next_reference("ACT"),
        decision=decision,
        meeting=meeting,
        body=body,
        is_example=is_example or bool(body and body.is_example),
    )
    _fill(point, fields)
    point.save()
    queries.cite(cites, action_point=point)
    _tell(point, "agreed", [*queries.owners(point), point.verifier], by=by)
    audit.record("partners.agree_action", point, by=by)
    return point


@transaction.atomic
def edit(point: ActionPoint, fields: Mapping[str, Any], *, by: Any) -> ActionPoint:
    """Change an open action point: its words, day, owner or verifier; owners are told."""
    point = states.lock(point)
    if point.state != ActionState.OPEN:
        raise NotAllowed(_("Only an open action point can be changed."))
    cites = queries.read_references(fields.get("cites", ""))
    _fill(point, fields)
    point.save(update_fields=list(FIELDS))
    queries.cite(cites, action_point=point)
    people = [*queries.owners(point), point.verifier]
    _tell(point, f"edited.{timezone.now():%Y%m%d%H%M%S%f}", people, by=by)
    audit.record("partners.edit_action", point, by=by)
    return point


def _fill(point: ActionPoint, fields: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in fields:
            setattr(point, name, fields[name])
    point.words = clean_line(point.words, limit=500)
    if not point.words:
        raise Refused(_("Please say what is to be done."))
    if not (point.owner_id or point.owner_partner_id):
        raise Refused(_("Name who does it: a person, a partner, or both."))
    if point.owner_id and point.owner_id == point.verifier_id:
        raise Refused(_("Another person than the one who does it has to verify it."))


@transaction.atomic
def report_done(point: ActionPoint, *, words: str, by: Any) -> ActionPoint:
    """The owner says that it is done, and how; the verifier is told."""
    point = states.lock(point)
    if not clean_text(words):
        raise NotAllowed(_("Please say in a word how it was done."))
    move = states.move(point, "report_done", by=by, reason=clean_text(words, limit=LONGEST_REASON))
    _tell(point, f"done.{move.pk}", [point.verifier], by=by)
    return point


@transaction.atomic
def verify(point: ActionPoint, *, by: Any) -> ActionPoint:
    """Another person says that it is done indeed; the owners are told."""
    point = _locked_for_another(point, by)
    move = states.move(point, "verify", by=by)
    _tell(point, f"verified.{move.pk}", queries.owners(point), by=by)
    return point


@transaction.atomic
def send_back(point: ActionPoint, *, reason: str, by: Any) -> ActionPoint:
    """Another person finds it not done yet, and says why; the owners are told."""
    point = _locked_for_another(point, by)
    move = states.move(point, "return", by=by, reason=clean_text(reason, limit=LONGEST_REASON))
    _tell(point, f"returned.{move.pk}", queries.owners(point), by=by, reason=reason)
    return point


@transaction.atomic
def drop(point: ActionPoint, *, reason: str, by: Any) -> ActionPoint:
    """Give it up, with a reason; owners and verifier are told."""
    point = states.lock(point)
    move = states.move(point, "drop", by=by, reason=clean_text(reason, limit=LONGEST_REASON))
    people = [*queries.owners(point), point.verifier]
    _tell(point, f"dropped.{move.pk}", people, by=by, reason=reason)
    return point


def _locked_for_another(point: ActionPoint, by: Any) -> ActionPoint:
    point = states.lock(point)
    reported = point.moves.filter(verb="report_done").last()
    if reported is not None and reported.by_id == by.pk:
        raise NotAllowed(_("You reported it as done yourself, so another person has to verify it."))
    return point


@transaction.atomic
def remind(day: date | None = None) -> int:
    """Write to the owners a week before an action point is due and when it is overdue; once each.

    Meant for the daily run; returns how many letters of this kind stand for the day's points.
    """
    day = day or timezone.now().date()
    count = 0
    for point in queries.due_between(day, day + REMIND_BEFORE):
        count += _tell(point, f"due.{point.due_on}", queries.owners(point), by=None)
    yesterday = day - timedelta(days=1)
    for point in queries.due_between(day - CATCH_UP, yesterday):
        count += _tell(point, f"overdue.{point.due_on}", queries.owners(point), by=None)
    return count


def _tell(point: ActionPoint, what: str, people: Any, *, by: Any, reason: str = "") -> int:
    """Write once to each about what happened; `what` is the event, and its first word the text."""
    told = 0
    for person in dict.fromkeys(people):
        if person == by:
            continue
        letter = mail.tell(
            person,
            event=f"partners.action:{point.pk}:{what}",
            template="partners/letters/action_point.txt",
            context={"point": point, "what": what.partition(".")[0], "reason": reason},
        )
        told += letter is not None
    return told
