"""One state machine per kind of record: a table of verbs, and the one way to apply them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition.base import audit
from coalition.base.errors import NotAllowed
from coalition.base.text import clean_text


@dataclass(frozen=True)
class Verb:
    """What may be done in which states, where it leads, and how its history reads."""

    sources: tuple[str, ...]
    target: str
    done: str | Promise  # as history tells it: "sent to the secretariat"
    needs_reason: bool = False


class Move(models.Model):
    """One step in the history of a record: who, when, from where to where, and why.

    A room subclasses this with `record`, a foreign key with related_name="moves".
    """

    verb = models.CharField(max_length=40)
    from_state = models.CharField(max_length=30)
    to_state = models.CharField(max_length=30)
    at = models.DateTimeField(default=timezone.now)
    # Nobody: the platform itself, or a message that arrived.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True)

    class Meta:
        abstract = True
        ordering = ["pk"]


def lock(record: Any) -> Any:
    """The record read afresh and held until the transaction ends: two tabs, one submission.

    Rows that point at it can still be written: who writes one may hold the audit trail's head,
    for which the holder of this lock waits next.
    """
    return record._meta.model._base_manager.select_for_update(no_key=True).get(pk=record.pk)


def refusal(record: Any, verb: str) -> str:
    """Why this verb cannot be applied to the record as it stands, or an empty text."""
    if record.state in type(record).VERBS[verb].sources:
        return ""
    return str(
        _("This is not possible now: the record is “%(state)s”.")
        % {"state": record.get_state_display()}
    )


@transaction.atomic
def move(record: Any, verb: str, *, by: Any, reason: str = "", **fields: Any) -> Move:
    """Apply a verb to a locked record: state, history and audit event together, or nothing.

    `fields` are those of the record that change with its state: its day of publication, say.
    Returns the step as history keeps it; its number makes a letter about it unique.
    Raises NotAllowed with a sentence when the state does not allow it or a reason is missing.
    """
    step = type(record).VERBS[verb]
    if sentence := refusal(record, verb):
        raise NotAllowed(sentence)
    reason = clean_text(reason)
    if step.needs_reason and not reason:
        raise NotAllowed(_("Please give a reason: those concerned will read it."))
    made: Move = record.moves.create(
        verb=verb, from_state=record.state, to_state=step.target, by=by, reason=reason
    )
    for name, value in {"state": step.target, **fields}.items():
        setattr(record, name, value)
    record.save(update_fields=["state", *fields])
    audit.record(f"{record._meta.app_label}.{verb}", record, by=by)
    return made


def diagram(verbs: dict[str, Verb], states: Iterable[models.TextChoices]) -> str:
    """The state machine as a Mermaid drawing, as the docs show it; records begin in the first."""
    lines = ["stateDiagram-v2", f"    [*] --> {next(iter(states)).value}"]
    lines += [
        f"    {source} --> {verb.target}: {name}"
        for name, verb in verbs.items()
        for source in verb.sources
    ]
    left = {source for verb in verbs.values() for source in verb.sources}
    lines += [f"    {state.value} --> [*]" for state in states if state.value not in left]
    return "\n".join(lines)
