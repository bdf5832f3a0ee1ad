"""Messages in: stored byte for byte before anything is read, then judged, then handed on."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import asdict
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as marked

from coalition.base import audit, states
from coalition.base.errors import NotAllowed
from coalition.base.text import clean_line
from coalition.mailroom import reading
from coalition.mailroom.models import InboundMessage, Verdict

log = logging.getLogger(__name__)
NULL_PATH = "<>"  # the envelope's sender of bounces (RFC 5321, 4.5.5)


def take(
    raw: bytes, *, envelope_from: str = "", envelope_to: str = "", is_example: bool = False
) -> InboundMessage:
    """Keep a message, whatever it is, and then read it; the same bytes twice are one message.

    File and row are committed before the first byte is parsed, so this cannot run inside another
    transaction (RuntimeError). A reading that fails leaves the message as `RECEIVED` with a
    sentence; taking it again, or `read_again`, tries once more. `envelope_from` is "<>" where the
    mail server named no sender; `envelope_to` may name several addresses, with commas between.
    Raises what storage and database raise where they cannot be used: then take it again later.
    """
    message = _keep(raw, envelope_from, envelope_to, is_example)
    return _handle(message, raw) if message.verdict == Verdict.RECEIVED else message


def read_again(message: InboundMessage) -> InboundMessage:
    """Read a message that is kept but was not read; one that was read stays as it is."""
    with message.raw.open("rb") as file:
        return _handle(message, file.read())


@transaction.atomic
def mark_done(message: InboundMessage, *, by: Any) -> InboundMessage:
    """An officer has dealt with a message that waited. Raises NotAllowed with a sentence."""
    if not by.has_perm("mailroom.handle", message):
        raise NotAllowed(_("Only officers of the secretariat handle messages."))
    message = states.lock(message)
    if message.verdict in (Verdict.CASE, Verdict.DONE):
        raise NotAllowed(_("This message does not wait any more: nothing was changed."))
    message.verdict = Verdict.DONE
    message.handled_by, message.handled_at = by, timezone.now()
    message.save(update_fields=["verdict", "handled_by", "handled_at"])
    audit.record("mailroom.done", message, by=by)
    return message


def _keep(raw: bytes, envelope_from: str, envelope_to: str, is_example: bool) -> InboundMessage:
    digest = hashlib.sha256(raw).hexdigest()
    if known := InboundMessage.objects.filter(digest=digest).first():
        return known
    name = _keep_file(raw, digest)
    try:
        with transaction.atomic(durable=True):
            message = InboundMessage.objects.create(
                digest=digest,
                raw=name,
                size=len(raw),
                envelope_from=_one_line(envelope_from, 320),
                envelope_to=_one_line(envelope_to, 320),
                is_example=is_example,
            )
            audit.record("mailroom.take", message)
    except IntegrityError:
        # The same bytes came through another door at the same moment, and that one was faster.
        message = InboundMessage.objects.get(digest=digest)
        if message.raw.name != name:
            message.raw.storage.delete(name)
    return message


def _keep_file(raw: bytes, digest: str) -> str:
    """The name of the file with these bytes. One that a crash left without a row is used again;
    one that a crash left half-written stays, and the bytes go beside it."""
    storage = InboundMessage._meta.get_field("raw").storage
    name = f"mail/{digest[:2]}/{digest}.eml"
    if storage.exists(name):
        with storage.open(name, "rb") as file:
            if file.read() == raw:
                return name
    return storage.save(name, ContentFile(raw))


def _handle(message: InboundMessage, raw: bytes) -> InboundMessage:
    """Read and judge a kept message, once; a failure is told on the message."""
    try:
        danger = reading.unreadable(raw)
        read = None if danger else _read(raw)
        with transaction.atomic():
            message = states.lock(message)
            if message.verdict == Verdict.RECEIVED:
                if read is None:
                    _settle(message, Verdict.QUARANTINED, danger)
                    message.no_answer = danger
                else:
                    _fill(message, read)
                    _settle(message, *_verdict(message, read), *read.defects)
                message.save()
    except (OperationalError, InterfaceError):
        raise  # the database is away, and nothing is wrong with the message
    except Exception as error:
        log.exception("Message %s is kept, but could not be read.", message.pk)
        why = marked("Reading it failed. The message is kept as it came and can be read again.")
        InboundMessage.objects.filter(pk=message.pk, verdict=Verdict.RECEIVED).update(
            why=f"{why}\n{type(error).__name__}"
        )
        message = InboundMessage.objects.get(pk=message.pk)
    return message


def _read(raw: bytes) -> reading.ReadMessage:
    own = (settings.JOIN_ADDRESS, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    return reading.read(
        raw,
        own_domains=frozenset({settings.MAIL_DOMAIN.lower()}),
        own_addresses=frozenset(address.lower() for address in own),
        trusted_authserv_ids=frozenset(settings.MAIL_AUTHSERV_IDS),
    )


def _settle(message: InboundMessage, verdict: Verdict, *reasons: str) -> None:
    message.verdict = verdict
    message.why = "\n".join(reasons)


def _fill(message: InboundMessage, read: reading.ReadMessage) -> None:
    message.message_id = read.message_id[:500]
    message.from_name = read.from_name[:300]
    message.from_address = read.from_address[:320]
    message.subject = read.subject[:500]
    message.text = read.text
    message.attachments = [asdict(one) for one in read.attachments]
    message.sent_at = read.date
    message.no_answer = reading.may_be_answered(read) or _automatic(message, read)
    message.save()


def _automatic(message: InboundMessage, read: reading.ReadMessage) -> str:
    if message.envelope_from == NULL_PATH:
        return marked("It came without a return path, as only automatic mail does.")
    return read.automatic


def _verdict(message: InboundMessage, read: reading.ReadMessage) -> tuple[Verdict, str]:
    """What becomes of a message, and why. Opens a case where it is an application."""
    if automatic := _automatic(message, read):
        return Verdict.AUTOMATIC, automatic
    if read.forged:
        return Verdict.FORGED, read.forged
    envelope = message.envelope_to.lower().replace(",", " ").split()
    if settings.JOIN_ADDRESS.lower() not in {*read.to, *read.cc, *envelope}:
        return Verdict.WAITING, marked("It is not addressed to the joining address.")
    if import_string(settings.MAIL_HANDLERS["join"])(message, read):
        return Verdict.CASE, message.why or marked("It reads as an application to join.")
    return Verdict.WAITING, message.why or marked("It does not read as an application to join.")


def _one_line(value: str, limit: int) -> str:
    return clean_line(value.encode("utf-8", "replace").decode("utf-8"), limit=limit)
