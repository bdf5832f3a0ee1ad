"""Reading a raw message: from bytes nobody vouches for to a plain value that is safe to keep.

Nothing here touches the database or the network. `unreadable` judges the bytes before anything
is parsed; `read` then never raises; `may_be_answered` says whether an automatic answer may go.
Every sentence is marked for translation where it stands and has no placeholder, so that it can
be kept as it is and shown in the reader's language.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageDefect
from email.message import EmailMessage

from django.utils.translation import gettext_noop as marked

from coalition.base.errors import Refused
from coalition.mailroom import quoting
from coalition.mailroom.headers import (
    MAX_HEADER_CHARS,
    POLICY,
    addresses,
    date,
    header,
    ids,
    line,
    safely,
)
from coalition.mailroom.parts import (
    Attachment,
    attachment,
    content_of,
    inner_message,
    is_body,
    leaves_of,
    text_of,
)
from coalition.mailroom.reports import Report, reports_of, returned_ids
from coalition.mailroom.signs import automation, forgery

MAX_BYTES = 25 * 1024 * 1024
MAX_HEADER_BYTES = 256 * 1024
MAX_HEADER_LINES = 2_000
MAX_LINES = 600_000  # 25 MB of base64 have about 340,000
MAX_PARTS = 200
MAX_CONTAINERS = 30  # multiparts and messages inside messages, nested or side by side
# "Name <a@b.org>" and "Name [mailto:a@b.org]" as programs copy them into a text, commas and all.
COPIED_SENDER = re.compile(r"^(.{0,300}?)[\s<\[(]*(?:mailto:)?([^\s<>()\[\]:]+@[^\s<>()\[\]]+)")
USABLE_ADDRESS = re.compile(r"^[^\s@<>()\[\],;:\"\\]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}$")


@dataclass(frozen=True)
class ReadMessage:
    """What a message says. Addresses are lower case; moments are in UTC; "" means not said."""

    message_id: str = ""
    from_name: str = ""
    from_address: str = ""
    reply_to: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    delivered_to: tuple[str, ...] = ()  # as a mail server noted it
    subject: str = ""
    date: datetime | None = None
    language_header: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    text: str = ""  # all of it
    words: str = ""  # the writer's own: neither quoted nor forwarded
    attachments: tuple[Attachment, ...] = ()
    automatic: str = ""
    bounce: bool = False
    reports: tuple[Report, ...] = ()  # what a mail server says of a message it could not deliver
    returned: tuple[str, ...] = ()  # the ids of messages that came back or are quoted with it
    from_list: bool = False
    forged: str = ""
    defects: tuple[str, ...] = ()
    forwarded: tuple[ReadMessage, ...] = ()  # one level deep


CONTENT_TYPE = re.compile(
    rb"(?:^|[\r\n])content-type[ \t]*:((?:[^\r\n]++|(?:\r\n|\r|\n)[ \t])*)", re.IGNORECASE
)
CONTAINER = re.compile(rb"multipart|message|=\?", re.IGNORECASE)  # "=?" may hide either word
HEADER_LINE = re.compile(rb"^[!-9;-~]+[ \t]*:", re.MULTILINE)


def unreadable(raw: bytes) -> str:
    """Why these bytes must stay in quarantine and never be parsed, or "".

    One linear scan that follows no nesting: each level of nesting needs a Content-Type line of
    its own, so counting these lines bounds the depth whatever the boundaries say.
    """
    if not raw.strip():
        return marked("The message is empty.")
    if len(raw) > MAX_BYTES:
        return marked("The message is larger than 25 MB.")
    head = raw[: MAX_HEADER_BYTES + 2].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    head, blank_line, _ = head.partition(b"\n\n")
    if not blank_line and len(raw) > MAX_HEADER_BYTES:
        return marked("The header of the message does not end within 256 kB.")
    if not HEADER_LINE.search(head):
        return marked("The message has no header line: it is not an e-mail.")
    if head.count(b"\n") > MAX_HEADER_LINES:
        return marked("The message has more than 2,000 header lines.")
    if max(raw.count(b"\n"), raw.count(b"\r")) > MAX_LINES:
        return marked("The message has more than 600,000 lines.")
    containers = 0
    for parts, declared in enumerate(CONTENT_TYPE.finditer(raw), start=1):
        containers += bool(CONTAINER.search(declared[1]))
        if parts > MAX_PARTS:
            return marked("The message has more than 200 parts.")
        if containers > MAX_CONTAINERS:
            return marked("The message holds more than 30 messages or groups of parts in itself.")
    return ""


def read(
    raw: bytes,
    *,
    own_domains: frozenset[str],
    own_addresses: frozenset[str],
) -> ReadMessage:
    """What the message says, for any bytes that pass `unreadable`; never raises for these.

    `own_domains` and `own_addresses` are ours (lower case).
    Raises Refused with the reason where `unreadable` gives one.
    """
    if reason := unreadable(raw):
        raise Refused(reason)
    message = safely(lambda: message_from_bytes(raw, policy=POLICY), EmailMessage(POLICY))
    return _describe(message, own_domains, own_addresses)


def sender_of(raw: bytes) -> tuple[str, str, str]:
    """Name and address of the sender, and the subject, from the header alone."""
    head = re.split(rb"\r?\n\r?\n", raw[:MAX_HEADER_BYTES], maxsplit=1)[0]
    message = safely(
        lambda: message_from_bytes(head + b"\n\n", policy=POLICY), EmailMessage(POLICY)
    )
    senders = addresses(message, "From")
    name, address = next((one for one in senders if "@" in one[1]), ("", ""))
    return name, address, header(message, "Subject")


def attachment_bytes(raw: bytes, sha256: str) -> bytes | None:
    """The content of the attachment with this digest, or None where there is none such."""
    if unreadable(raw):
        return None
    message = safely(lambda: message_from_bytes(raw, policy=POLICY), EmailMessage(POLICY))
    for part in leaves_of(message):
        content = content_of(part)
        if hashlib.sha256(content).hexdigest() == sha256:
            return content
    return None


def may_be_answered(message: ReadMessage) -> str:
    """Why no automatic answer may go to `from_address` (RFC 3834), or ""."""
    if message.bounce:
        return marked("It is a report that a message could not be delivered.")
    if message.from_list:
        return marked("It came through a mailing list.")
    if message.automatic:
        return message.automatic
    if message.forged:
        return message.forged
    if not USABLE_ADDRESS.match(message.from_address):
        return marked("It gives no address that an answer could be sent to.")
    return ""


def _describe(
    message: EmailMessage,
    own_domains: frozenset[str],
    own_addresses: frozenset[str],
    depth: int = 0,
) -> ReadMessage:
    leaves = list(leaves_of(message))
    bodies = [part for part in leaves if is_body(part)]
    text, defects = text_of(bodies)
    subject = header(message, "Subject")
    senders = addresses(message, "From")
    # A sender that can be written to, else whatever name there is.
    from_name, from_address = next(
        (sender for sender in senders if "@" in sender[1]), (senders[0][0] if senders else "", "")
    )
    words, inline = quoting.split(text, subject)
    forwarded: list[ReadMessage] = []
    if depth == 0:
        if inline:
            forwarded.append(_from_inline(inline))
        for part in leaves:
            inner = inner_message(part)
            if inner is not None and part.get_content_type() == "message/rfc822":
                forwarded.append(_describe(inner, own_domains, own_addresses, depth=1))
    automatic, bounce, from_list = automation(message, from_address, subject)
    return ReadMessage(
        message_id=header(message, "Message-ID"),
        from_name=from_name,
        from_address=from_address,
        reply_to=next((address for _, address in addresses(message, "Reply-To") if address), ""),
        to=tuple(address for _, address in addresses(message, "To") if address),
        cc=tuple(address for _, address in addresses(message, "Cc") if address),
        delivered_to=tuple(
            address
            for name in ("Delivered-To", "X-Original-To")
            for _, address in addresses(message, name)
            if address
        ),
        subject=subject,
        date=date(message),
        language_header=header(message, "Content-Language") or header(message, "Accept-Language"),
        in_reply_to=next(iter(ids(message, "In-Reply-To")), ""),
        references=ids(message, "References"),
        text=text,
        words=words,
        attachments=tuple(attachment(part) for part in leaves if part not in bodies),
        automatic=automatic,
        bounce=bounce,
        reports=reports_of(leaves),
        returned=returned_ids(leaves, text),
        from_list=from_list,
        forged=forgery(message, own_domains, own_addresses),
        defects=_defects(message, leaves, defects),
        forwarded=tuple(forwarded),
    )


def _from_inline(inline: quoting.Forward) -> ReadMessage:
    """A message forwarded in the text of another: little is known of it, and nothing is sure."""
    found = COPIED_SENDER.match(inline.sender)
    name, address = found.groups() if found else (inline.sender, "")
    return ReadMessage(
        from_name=line(name.strip(" \"'")),
        from_address=address.lower(),
        subject=inline.subject,
        text=inline.text,
        words=quoting.split(inline.text, "")[0],
    )


DEFECTS = {
    "StartBoundaryNotFoundDefect": marked("The parts of the message could not be told apart."),
    "NoBoundaryInMultipartDefect": marked("The parts of the message could not be told apart."),
    "MultipartInvariantViolationDefect": marked(
        "The parts of the message could not be told apart."
    ),
    "CloseBoundaryNotFoundDefect": marked("The end of the message is missing."),
    "InvalidBase64PaddingDefect": marked("An attachment or text is damaged."),
    "InvalidBase64CharactersDefect": marked("An attachment or text is damaged."),
    "InvalidBase64LengthDefect": marked("An attachment or text is damaged."),
}


def _defects(
    message: EmailMessage, leaves: list[EmailMessage], found: list[str]
) -> tuple[str, ...]:
    """What is wrong with the message as it came, each kind once."""
    for defect in (d for part in [message, *leaves] for d in part.defects):
        found.append(_sentence(defect))
    if message.get("Date") and date(message) is None:
        found.append(marked("Its date could not be read."))
    if any(len(value) >= MAX_HEADER_CHARS for _, value in message.raw_items()):
        found.append(marked("A header line was longer than 8,000 characters and was cut."))
    return tuple(dict.fromkeys(found))


def _sentence(defect: MessageDefect) -> str:
    return DEFECTS.get(
        type(defect).__name__, marked("The message does not keep to the rules of e-mail.")
    )
