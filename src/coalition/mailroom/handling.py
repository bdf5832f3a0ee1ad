"""What an officer does with a message that waits."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base import audit, states
from coalition.base.errors import NotAllowed
from coalition.mailroom import intake, threads
from coalition.mailroom.models import SETTLED, InboundMessage, Thread, Verdict
from coalition.mailroom.reading import ReadMessage

FILEABLE = (Verdict.WAITING, Verdict.AUTOMATIC, Verdict.FORGED)


@transaction.atomic
def mark_done(message: InboundMessage, *, by: Any) -> InboundMessage:
    """An officer has dealt with a message that waited. Raises NotAllowed with a sentence."""
    message = _locked(message, by)
    _settle(message, Verdict.DONE, by)
    audit.record("mailroom.done", message, by=by)
    return message


@transaction.atomic
def mark_all_done(messages: list[InboundMessage], *, by: Any) -> int:
    """Mark those of the messages that still wait as dealt with; returns how many those were."""
    waiting = InboundMessage.objects.filter(pk__in=[one.pk for one in messages]).waiting()
    # All are held before the first is noted in the audit trail, whose end others may hold.
    found = list(waiting.order_by("pk").select_for_update(no_key=True))
    for message in found:
        mark_done(message, by=by)
    return len(found)


@transaction.atomic
def file_message(message: InboundMessage, thread: Thread, *, by: Any) -> InboundMessage:
    """Put a message that waits into the correspondence where an officer says it belongs.

    The room of that correspondence hears of it as of any answer. Raises NotAllowed with a
    sentence: not an officer, settled meanwhile, or never read.
    """
    message = _locked(message, by)
    if message.verdict not in FILEABLE:
        raise NotAllowed(_("This message was not read yet, so it cannot be filed."))
    thread = threads.final(thread)
    message.guesses.all().delete()
    _settle(message, Verdict.FILED, by)
    intake.file(message, _read_of(message), thread)
    audit.record("mailroom.file", message, by=by, refs=[thread])
    return message


def _locked(message: InboundMessage, by: Any) -> InboundMessage:
    if not by.has_perm("mailroom.handle", message):
        raise NotAllowed(_("Only officers of the secretariat handle messages."))
    message = states.lock(message)
    if message.verdict in SETTLED:
        raise NotAllowed(_("This message does not wait any more: nothing was changed."))
    return message


def _settle(message: InboundMessage, verdict: Verdict, by: Any) -> None:
    message.verdict = verdict
    message.handled_by, message.handled_at = by, timezone.now()
    message.save(update_fields=["verdict", "handled_by", "handled_at"])


def _read_of(message: InboundMessage) -> ReadMessage:
    """What the message says; where its file is gone by now, as far as the row knows."""
    if message.raw and message.raw.storage.exists(message.raw.name):
        with message.raw.open("rb") as content:
            return intake.read_as_ours(content.read())
    return ReadMessage(
        message_id=message.message_id,
        from_name=message.from_name,
        from_address=message.from_address,
        subject=message.subject,
        text=message.text,
        words=message.text,
    )
