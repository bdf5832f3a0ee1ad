"""Messages in: stored byte for byte before anything is read, then judged, then handed on."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import asdict, replace
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop as marked

from coalition.base import audit, states
from coalition.base.text import clean_line
from coalition.mailroom import authenticity, bounces, reading, threads
from coalition.mailroom.models import SETTLED, Authenticity, InboundMessage, Thread, Verdict

log = logging.getLogger(__name__)
NULL_PATH = "<>"  # the envelope's sender of bounces (RFC 5321, 4.5.5)

TOO_LARGE = marked(
    "The message is larger than 25 MB. Only its beginning was fetched; the whole of it is in the "
    "mail box, in the folder for what was taken."
)


def take(
    raw: bytes,
    *,
    envelope_from: str = "",
    envelope_to: str = "",
    is_example: bool = False,
    is_beginning: bool = False,
) -> InboundMessage:
    """Keep a message, whatever it is, and then read it; the same bytes twice are one message.

    File and row are committed before the first byte is parsed, so this cannot run inside another
    transaction (RuntimeError). A reading that fails leaves the message as `RECEIVED` with a
    sentence; taking it again, or `read_again`, tries once more. `envelope_from` is "<>" where the
    mail server named no sender; `envelope_to` may name several addresses, with commas between.
    `is_beginning` says that the bytes are only the first of a message too large to be had whole.
    Raises what storage and database raise where they cannot be used: then take it again later.
    """
    message = _keep(raw, envelope_from, envelope_to, is_example)
    if message.verdict != Verdict.RECEIVED:
        return message
    danger = TOO_LARGE if is_beginning else ""
    return _handle(message, raw, is_limited=not is_example, danger=danger)


def read_again(message: InboundMessage) -> InboundMessage:
    """Read a message that is kept but was not read, however much came with it; one that was read
    stays as it is."""
    with message.raw.open("rb") as content:
        return _handle(message, content.read(), is_limited=False)


def read_held(*, limit: int | None = None) -> int:
    """Read the messages that were held back because too much came at once, oldest first, at most
    `limit`; and those whose reading failed. Returns how many are read now."""
    held = InboundMessage.objects.filter(verdict__in=[Verdict.LIMITED, Verdict.RECEIVED])
    keys = held.exclude(raw="").order_by("received_at", "pk").values_list("pk", flat=True)
    done = 0
    for key in list(keys[:limit]):
        one = InboundMessage.objects.filter(pk=key).first()
        if one is not None and one.raw:
            done += read_again(one).verdict not in (Verdict.LIMITED, Verdict.RECEIVED)
    return done


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
        with storage.open(name, "rb") as content:
            if content.read() == raw:
                return name
    return storage.save(name, ContentFile(raw))


def _handle(
    message: InboundMessage, raw: bytes, *, is_limited: bool, danger: str = ""
) -> InboundMessage:
    """Read and judge a kept message, once; a failure is told on the message."""
    try:
        danger = danger or reading.unreadable(raw)
        if not danger and is_limited and _is_too_much(message, raw):
            return message
        read = None if danger else read_as_ours(raw)
        # Outside the transaction: it may ask name servers.
        found = _authenticity(message, raw) if read else None
        with transaction.atomic():
            message = states.lock(message)
            if message.verdict in (Verdict.RECEIVED, Verdict.LIMITED):
                if read is None or found is None:
                    _settle(message, Verdict.QUARANTINED, danger)
                    message.no_answer = danger
                else:
                    _fill(message, read, found)
                    _settle(message, *_verdict(message, read), *read.defects)
                    if message.verdict not in SETTLED:
                        threads.guess(message, read)
                message.save()
    except (OperationalError, InterfaceError):
        raise  # the database is away, and nothing is wrong with the message
    except Exception as error:
        log.exception("Message %s is kept, but could not be read.", message.pk)
        why = marked("Reading it failed. The message is kept as it came and can be read again.")
        InboundMessage.objects.filter(
            pk=message.pk, verdict__in=[Verdict.RECEIVED, Verdict.LIMITED]
        ).update(verdict=Verdict.RECEIVED, why=f"{why}\n{type(error).__name__}")
        message = InboundMessage.objects.get(pk=message.pk)
    return message


def _is_too_much(message: InboundMessage, raw: bytes) -> bool:
    """Hold a message back where more came within an hour than one sender, or all, may send."""
    recent = InboundMessage.objects.filter(
        received_at__gt=timezone.now() - timedelta(hours=1), is_example=False
    ).exclude(verdict=Verdict.LIMITED)
    recent = recent.exclude(pk=message.pk)
    name, address, subject = reading.sender_of(raw)
    # Reports of mail servers share few senders, and may be many after a round of letters.
    has_sender = bool(address) and message.envelope_from != NULL_PATH
    of_sender = recent.filter(from_address=address[:320])
    why = ""
    if recent.count() >= settings.MAIL_LIMIT:
        why = marked("More mail came within an hour than is read by itself. Nothing is lost.")
    elif has_sender and of_sender.count() >= settings.MAIL_SENDER_LIMIT:
        why = marked("Its sender wrote more within an hour than is read by itself.")
    if why:
        message.from_name, message.from_address = name[:300], address[:320]
        message.subject = subject[:500]
        message.no_answer = why
        _settle(message, Verdict.LIMITED, why)
        message.save()
    return bool(why)


def read_as_ours(raw: bytes) -> reading.ReadMessage:
    """What the bytes of a message say; Refused where they must not be parsed."""
    own = (settings.JOIN_ADDRESS, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    return reading.read(
        raw,
        own_domains=frozenset({settings.MAIL_DOMAIN.lower()}),
        own_addresses=frozenset(address.lower() for address in own),
    )


def _authenticity(message: InboundMessage, raw: bytes) -> authenticity.Finding:
    if message.is_example:
        return authenticity.Finding(Authenticity.UNCHECKED, "")
    return authenticity.check(
        raw,
        authserv_ids=frozenset(settings.MAIL_AUTHSERV_IDS),
        is_own_check=settings.MAIL_CHECK == "own",
    )


def _settle(message: InboundMessage, verdict: Verdict, *reasons: str) -> None:
    message.verdict = verdict
    message.why = "\n".join(reasons)


def _fill(message: InboundMessage, read: reading.ReadMessage, found: authenticity.Finding) -> None:
    message.message_id = read.message_id[:500]
    message.from_name = read.from_name[:300]
    message.from_address = read.from_address[:320]
    message.subject = read.subject[:500]
    message.text = read.text
    message.attachments = [asdict(one) for one in read.attachments]
    message.sent_at = read.date
    message.authenticity, message.authenticity_why = found.authenticity, found.why
    forged = found.why if found.authenticity == Authenticity.FAILED else ""
    message.no_answer = reading.may_be_answered(read) or _automatic(message, read) or forged
    message.save()


def _automatic(message: InboundMessage, read: reading.ReadMessage) -> str:
    if message.envelope_from == NULL_PATH:
        return marked("It came without a return path, as only automatic mail does.")
    return read.automatic


def _verdict(message: InboundMessage, read: reading.ReadMessage) -> tuple[Verdict, str]:
    """What becomes of a message, and why: files it with its correspondence, or opens a case where
    it is an application."""
    if report := bounces.note_report(message, read):
        return report
    automatic = _automatic(message, read)
    if read.forged:
        return (Verdict.AUTOMATIC, automatic) if automatic else (Verdict.FORGED, read.forged)
    if message.authenticity == Authenticity.FAILED:
        return Verdict.FORGED, message.authenticity_why
    tokens = threads.tokens_in(message, read)
    if thread := threads.addressed(tokens):
        asks = file(message, replace(read, automatic=automatic), thread)
        why = marked("It was sent to the address of its correspondence.")
        if asks:
            return Verdict.WAITING, f"{why}\n{asks}"
        return Verdict.FILED, f"{why}\n{automatic}".strip()
    if automatic:
        return Verdict.AUTOMATIC, automatic
    if tokens:
        return Verdict.WAITING, marked("The correspondence to whose address it was sent is gone.")
    envelope = message.envelope_to.lower().replace(",", " ").split()
    if settings.JOIN_ADDRESS.lower() not in {*read.to, *read.cc, *read.delivered_to, *envelope}:
        return Verdict.WAITING, marked("It is not addressed to the joining address.")
    if import_string(settings.MAIL_HANDLERS["join"])(message, read):
        return Verdict.CASE, message.why or marked("It reads as an application to join.")
    return Verdict.WAITING, message.why or marked("It does not read as an application to join.")


def file(message: InboundMessage, read: reading.ReadMessage, thread: Thread) -> str:
    """Put a locked message into a correspondence, and tell the room that it belongs to.

    Each room looks whether the correspondence is its own. Returns the sentence (marked for
    translation) by which that room asks an officer to look at the message all the same, or "".
    """
    message.thread = thread
    message.save(update_fields=["thread"])
    handlers = [import_string(name) for name in settings.MAIL_HANDLERS.get("reply", ())]
    answers = [handler(message, read, thread) for handler in handlers]
    return next((one for one in answers if isinstance(one, str) and one), "")


def _one_line(value: str, limit: int) -> str:
    return clean_line(value.encode("utf-8", "replace").decode("utf-8"), limit=limit)
