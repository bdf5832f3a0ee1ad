"""Letters out: each written once, as a row of the transaction it tells of; each sent once."""

from __future__ import annotations

import hashlib
import re
import secrets
import smtplib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, SafeMIMEMultipart, SafeMIMEText, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coalition.base.text import clean_line
from coalition.mailroom import bounces, signatures, threads, unsubscribing
from coalition.mailroom.models import InboundMessage, Letter, LetterState, Thread

# Headers that a letter may bring; all others are ours to write.
SAFE_HEADERS = {
    *("Auto-Submitted", "In-Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post"),
    *("Precedence", "References", "Reply-To", "X-Auto-Response-Suppress"),
}
WEB_ADDRESS = re.compile(r"(https?://[^\s<>\"'“”«»]*[^\s<>\"'“”«».,;:!?)\]])")
# A reply of this kind says that the address itself is wrong (RFC 3463, section 3.2).
BAD_ADDRESS = re.compile(rb"\s*5\.1\.\d")
# How long a letter that could not be sent waits, after the first, second, … attempt.
WAITS = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
# Long enough for a slow server; a whole dialogue of some six answers ends before the first wait,
# so that no other sender takes up a letter that is still being sent.
SMTP_SECONDS = 30


def is_example_address(address: str) -> bool:
    """Does the address belong to a domain reserved for examples (RFC 2606)?"""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    return any(domain == one or domain.endswith("." + one) for one in settings.EXAMPLE_DOMAINS)


def never_leaves(address: str) -> bool:
    """Is this an address that nothing may be sent to: an example, or one the settings name?"""
    return is_example_address(address) or address.lower() in getattr(settings, "MAIL_NEVER_TO", ())


def write(
    *,
    key: str,
    to_address: str,
    subject: str,
    text: str,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    language: str = "en",
    to_person: Any = None,
    thread: Thread | None = None,
    written_by: Any = None,
    is_example: bool = False,
) -> Letter:
    """Put a letter into the outbox, once per `key`: a second call returns the first letter.

    It is a row of the running transaction, so what is rolled back tells nobody. Letters to
    example addresses are held for good. A letter of a `thread` is answered to the thread's own
    address, and mail programs show it beneath what its reader has of that correspondence;
    `written_by` is the officer whose own words it holds.
    """
    held = is_example or never_leaves(to_address)
    headers = dict(headers or {})
    if thread is not None:
        thread = threads.final(thread)
        headers = {"Reply-To": thread.address, **threads.references(thread, to_address), **headers}
    letter, _made = Letter.objects.get_or_create(
        key=key if len(key) <= 200 else hashlib.sha256(key.encode()).hexdigest(),
        defaults={
            "to_address": to_address,
            "to_person": to_person,
            "subject": clean_line(subject, limit=500),
            "text": text,
            "html": html,
            "headers": {
                name: clean_line(str(value), limit=900)
                for name, value in headers.items()
                if name in SAFE_HEADERS
            },
            "thread": thread,
            "written_by": written_by,
            # By chance, so that only who has the letter can report that it came back.
            "message_id": f"<{secrets.token_hex(16)}@{settings.MAIL_DOMAIN}>",
            "language": language,
            "state": LetterState.HELD if held else LetterState.WAITING,
            "is_example": is_example or is_example_address(to_address),
        },
    )
    return letter


@transaction.atomic
def tell(
    person: Any,
    *,
    event: str,
    template: str,
    context: Mapping[str, Any],
    thread: Thread | None = None,
    is_digest: bool = False,
) -> Letter | None:
    """Write to a person in their language about an event, once per person and event.

    `template` is a text template whose first line is the subject. Nothing is written to people
    who were erased or may no longer sign in; and no digest to those who declined them. Each
    digest says how to decline them, to its reader and to mail programs (RFC 8058).
    """
    if person.erased_at or not person.is_active or (is_digest and not person.gets_digests):
        return None
    headers = {}
    with translation.override(person.language):
        subject, text = _worded(template, {**context, "person": person})
        if is_digest:
            link = unsubscribing.link_for(person)
            text += "\n" + _("You get this as a digest. To get no more of them: %(link)s") % {
                "link": link
            }
            text += "\n"
            headers = {
                "List-Unsubscribe": f"<{link}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
    return write(
        key=f"{event}:{person.pk}",
        to_address=person.email,
        to_person=person,
        subject=subject,
        text=text,
        headers=headers,
        language=person.language,
        thread=thread,
        is_example=person.is_example,
    )


def tell_each(
    people: Iterable[Any], *, by: Any, event: str, template: str, context: Mapping[str, Any]
) -> None:
    """`tell`, once to each of these people; none to who did it (`by`)."""
    for person in {one.pk: one for one in people if one != by}.values():
        tell(person, event=event, template=template, context=context)


@transaction.atomic
def tell_address(
    address: str,
    *,
    event: str,
    template: str,
    context: Mapping[str, Any],
    language: str,
    is_example: bool = False,
) -> Letter:
    """As `tell`, to an address of which we know no person: once per event, in `language`."""
    with translation.override(language):
        subject, text = _worded(template, context)
    return write(
        key=event,
        to_address=address,
        subject=subject,
        text=text,
        language=language,
        is_example=is_example,
    )


@transaction.atomic
def acknowledge(
    message: InboundMessage,
    *,
    reference: str,
    language: str,
    thread: Thread | None = None,
    link: str = "",
) -> Letter | None:
    """Answer a message automatically, naming the case: at most once per address and UTC day.

    `thread` is the correspondence that an answer to it lands in, `link` where the applicant sees
    the case.

    Follows RFC 3834: never to bounces, lists, automatic or forged mail (`message.no_answer`), and
    nothing of the message is quoted. Returns the letter, or None where none may go or one went
    today already. A language other than the six of the United Nations is answered in English.
    """
    address = message.from_address
    hashed = hashlib.sha256(address.lower().encode()).hexdigest()
    key = f"ack:{hashed}:{timezone.now().date()}"
    if message.no_answer or not address or Letter.objects.filter(key=key).exists():
        return None
    language = language.partition("-")[0]
    language = language if language in settings.UN_LANGUAGES else "en"
    subject, text = _worded(
        f"mailroom/mail/acknowledgement.{language}.txt",
        {
            "reference": reference,
            "join_address": settings.JOIN_ADDRESS,
            "address": thread.address if thread else "",
            "link": link,
        },
    )
    headers = {
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "Precedence": "auto_reply",
    }
    if threads.MESSAGE_ID.fullmatch(message.message_id):
        headers |= {"In-Reply-To": message.message_id, "References": message.message_id}
    return write(
        key=key,
        to_address=address,
        subject=subject,
        text=text,
        headers=headers,
        language=language,
        thread=thread,
        is_example=message.is_example,
    )


def _worded(template: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Subject (the first line) and text of a letter. Plain text needs no escaping for HTML."""
    values = Context({**context, "site_url": settings.SITE_URL}, autoescape=False)
    body = get_template(template).template.render(values)
    subject, _newline, text = body.strip().partition("\n")
    return subject, re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n"


# --- Sending ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Delivered:
    """What one round of sending did: letters sent, given up, held back now; how many still wait;
    and a sentence where sending as a whole was not possible."""

    sent: int = 0
    failed: int = 0
    held: int = 0
    waiting: int = 0
    problem: str = ""


def deliver(*, limit: int = 100, connection: BaseEmailBackend | None = None) -> Delivered:
    """Send letters whose time has come, at most `limit`, each by one sender only.

    A letter is claimed by moving its next attempt ahead where no one else did so; only a process
    killed between the server's answer and the note of it can send a letter again, and then under
    the same Message-ID. Without a mail server, or while it cannot be reached, letters wait and
    none of their attempts is used up. `connection` is a mail backend of Django's.
    """
    if connection is None:
        if not settings.MAIL_HOST:
            return _round(problem=_("No mail server is named: set COALITION_MAIL_HOST."))
        connection = _smtp()
    due = Letter.objects.filter(state=LetterState.WAITING, next_attempt_at__lte=timezone.now())
    letters = list(due.order_by("next_attempt_at", "pk")[:limit])
    to_hold = [each.pk for each in letters if each.is_example or never_leaves(each.to_address)]
    held = Letter.objects.filter(pk__in=to_hold).update(state=LetterState.HELD)
    letters = [each for each in letters if each.pk not in to_hold]
    letters, failed = _without_failing(letters)
    sent = 0
    try:
        if letters:
            connection.open()
        for letter in letters:
            if not _claim(letter):
                continue
            is_sent, is_lost = _send(letter, connection)
            sent, failed = sent + is_sent, failed + is_lost
    except OSError as error:  # smtplib's own errors are of this kind too
        problem = _("The mail server cannot be reached: %(error)s") % {"error": error}
        return _round(sent=sent, failed=failed, held=held, problem=problem)
    finally:
        connection.close()
    return _round(sent=sent, failed=failed, held=held)


def _without_failing(letters: list[Letter]) -> tuple[list[Letter], int]:
    """The letters whose addresses work; the others are given up untried, and counted."""
    known = bounces.failing(each.to_address for each in letters)
    bad = [each.pk for each in letters if each.to_address.lower() in known]
    if bad:
        Letter.objects.filter(pk__in=bad, state=LetterState.WAITING).update(
            state=LetterState.FAILED,
            error=_("Not sent: letters to this address came back. An officer can clear it."),
        )
    return [each for each in letters if each.pk not in set(bad)], len(bad)


def _round(**counts: Any) -> Delivered:
    return Delivered(waiting=Letter.objects.filter(state=LetterState.WAITING).count(), **counts)


def _smtp() -> BaseEmailBackend:
    return get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=settings.MAIL_HOST,
        port=settings.MAIL_PORT,
        username=settings.MAIL_USER,
        password=settings.MAIL_PASSWORD,
        use_tls=settings.MAIL_USE_TLS,
        timeout=SMTP_SECONDS,
    )


def _claim(letter: Letter) -> bool:
    """Is this letter ours to send? Only one of several senders hears yes."""
    wait = WAITS[min(letter.attempts, len(WAITS) - 1)]
    as_read = Letter.objects.filter(
        pk=letter.pk,
        state=LetterState.WAITING,
        attempts=letter.attempts,
        next_attempt_at=letter.next_attempt_at,
    )
    letter.attempts += 1
    letter.next_attempt_at = timezone.now() + wait
    return as_read.update(attempts=letter.attempts, next_attempt_at=letter.next_attempt_at) == 1


def _send(letter: Letter, connection: BaseEmailBackend) -> tuple[bool, bool]:
    """Whether the letter was sent, and whether it was given up. Raises if the server is gone."""
    row = Letter.objects.filter(pk=letter.pk)
    try:
        connection.send_messages([_as_message(letter)])
    except (OSError, ValueError) as error:
        is_lost = letter.attempts > len(WAITS) or _is_final(error)
        state = LetterState.FAILED if is_lost else LetterState.WAITING
        row.update(state=state, error=clean_line(str(error), limit=500))
        if is_lost and (says := _bad_address(error)):
            bounces.mark_failing(letter, says)
        connection.close()  # after a refusal the dialogue may hang half-way
        connection.open()
        return False, is_lost
    row.update(state=LetterState.SENT, sent_at=timezone.now(), error="")
    return True, False


def _is_final(error: Exception) -> bool:
    """Refused for good: a reply of 500 or above (RFC 5321, 4.2.1), or a letter nobody can send."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _reply in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)


def _bad_address(error: Exception) -> str:
    """What the server says of an address that is wrong for good, or ""."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return ""
    replies = [reply for _code, reply in error.recipients.values()]
    return next((r.decode("utf-8", "replace") for r in replies if BAD_ADDRESS.match(r)), "")


class Signed(EmailMultiAlternatives):
    """A letter with our signature, where a key is set."""

    def message(self, **kwargs: Any) -> SafeMIMEText | SafeMIMEMultipart:
        made = super().message(**kwargs)
        if signatures.is_wanted():
            made["DKIM-Signature"] = signatures.signature(made.as_bytes(linesep="\r\n"))
        return made


def _as_message(letter: Letter) -> EmailMultiAlternatives:
    """The letter as it leaves. Raises ValueError with a sentence if its address cannot be used."""
    if not letter.to_address.rpartition("@")[0].isascii():
        raise ValueError(_("The mail server's language has no letters for this address."))
    message = Signed(
        letter.subject,
        letter.text,
        settings.DEFAULT_FROM_EMAIL,
        [letter.to_address],
        headers={
            # No program shall answer a program (RFC 3834).
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": letter.language,
            **letter.headers,
            "Message-ID": letter.message_id or _old_message_id(letter),
        },
    )
    message.attach_alternative(letter.html or as_html(letter), "text/html")
    return message


def _old_message_id(letter: Letter) -> str:
    """Letters written before ids were kept had them made of their keys."""
    named = hashlib.sha256(letter.key.encode()).hexdigest()[:40]
    return f"<{named}@{settings.MAIL_DOMAIN}>"


def as_html(letter: Letter) -> str:
    """The text of a letter as a page: paragraphs and links, nothing from elsewhere."""
    is_right_to_left = letter.language.partition("-")[0] in settings.LANGUAGES_BIDI
    return render_to_string(
        "mailroom/letter.html",
        {
            "subject": letter.subject,
            "language": letter.language,
            "direction": "rtl" if is_right_to_left else "ltr",
            "paragraphs": [
                [_pieces(line) for line in paragraph.splitlines()]
                for paragraph in re.split(r"\n{2,}", letter.text.strip())
            ],
        },
    )


def _pieces(line: str) -> list[tuple[str, bool]]:
    """A line cut into words and web addresses; which it is stands beside each."""
    return [
        (piece, number % 2 == 1) for number, piece in enumerate(WEB_ADDRESS.split(line)) if piece
    ]
