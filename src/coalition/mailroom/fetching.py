"""Messages from a mail box, by IMAP (RFC 9051): each stored first, then moved, never the reverse.

A connection that breaks costs nothing: what was stored and not yet moved is found again, known by
its bytes, and moved then. Only a message's own number (UID) is ever touched.
"""

from __future__ import annotations

import base64
import hashlib
import imaplib
import logging
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from coalition.base.errors import Refused
from coalition.mailroom.intake import take
from coalition.mailroom.models import InboundMessage
from coalition.mailroom.reading import MAX_BYTES

log = logging.getLogger(__name__)
SECONDS = 60  # for one answer of the server
BEGINNING = 64 * 1024  # of a message that is too large to be fetched whole
WINDOW = 10_000  # messages that are listed at once: the answer is one line
MOST_FAILURES = 5  # in a row: then the disk or the database is away, and the rest can wait
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True)
class Fetched:
    """What one round did: messages taken in, known before, too large to be fetched whole (their
    beginning is in quarantine), and left in the mail box because they could not be stored."""

    taken: int = 0
    known: int = 0
    too_large: int = 0
    left: int = 0


def fetch(
    *,
    progress: Callable[[int], None] = lambda done: None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Fetched:
    """Take all messages of the mail box's folder in, and move each to the folder for those done.

    `progress` hears how many are looked at so far; `is_stopped` is asked after each message.
    Raises Refused with a sentence where the mail box cannot be read, or the connection breaks.
    """
    if not settings.IMAP_HOST:
        raise Refused(_("No mail box is named: set COALITION_IMAP_HOST."))
    box = None
    try:
        box = Box()
        return _fetch_all(box, progress, is_stopped)
    except ssl.SSLError as error:
        sentence = _("The mail box's server cannot be trusted: %(error)s.")
        raise Refused(sentence % {"error": error.reason or error}) from error
    except (OSError, imaplib.IMAP4.error) as error:
        said = error.args[0] if error.args and isinstance(error.args[0], bytes) else str(error)
        said = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        sentence = _("The mail box cannot be read: %(error)s.")
        raise Refused(sentence % {"error": said.rstrip(".") or type(error).__name__}) from error
    finally:
        if box is not None:
            box.leave()


def _fetch_all(
    box: Box, progress: Callable[[int], None], is_stopped: Callable[[], bool]
) -> Fetched:
    done, tried, failures = Fetched(), set[bytes](), 0
    while numbers := [number for number in box.numbers() if number not in tried]:
        for number in numbers:
            tried.add(number)
            became = _take(box, number)
            if became:
                done = replace(done, **{became: getattr(done, became) + 1})
            if became and became != "left":
                box.move(number)
            failures = failures + 1 if became == "left" else 0
            progress(len(tried))
            if failures == MOST_FAILURES or is_stopped():
                return done
    return done


def _take(box: Box, number: bytes) -> str:
    """Store a message; says what to count it as, "" if somebody else took it meanwhile."""
    size = box.size(number)
    if size is None:
        return ""
    is_too_large = size > MAX_BYTES
    raw = box.read(number, BEGINNING if is_too_large else MAX_BYTES + 1)
    if raw is None:
        return ""
    try:
        digest = hashlib.sha256(raw).hexdigest()
        is_known = InboundMessage.objects.filter(digest=digest).exists()
        take(raw, is_beginning=is_too_large)
    except Exception:
        log.exception("Message %s stays in the mail box: it could not be stored.", number.decode())
        return "left"
    if is_too_large:
        return "too_large"
    return "known" if is_known else "taken"


class Box:
    """The folder of the mail box, over one connection that is signed in."""

    def __init__(self) -> None:
        host, port = settings.IMAP_HOST, settings.IMAP_PORT
        self.folder = mailbox_name(settings.IMAP_FOLDER)
        self.done_folder = mailbox_name(settings.IMAP_DONE_FOLDER)
        self.connection: imaplib.IMAP4
        if settings.IMAP_TLS:
            trusted = ssl.create_default_context()
            self.connection = imaplib.IMAP4_SSL(host, port, ssl_context=trusted, timeout=SECONDS)
        else:
            self.connection = imaplib.IMAP4(host, port, timeout=SECONDS)
        try:
            self.connection.login(settings.IMAP_USER, settings.IMAP_PASSWORD)
            # Servers tell some of what they can only to those who are signed in.
            told = b" ".join(_must(self.connection.capability()))
            self.can = set(told.decode("ascii", "replace").upper().split())
            # It may be there already; anything worse shows when the first message is moved.
            self.connection.create(self.done_folder)
        except Exception:
            self.leave()
            raise

    def numbers(self) -> list[bytes]:
        """The lasting numbers (UIDs) of the folder's first messages, the oldest first.

        Without those marked as deleted: a server that can neither move a message nor expunge a
        single one leaves them there.
        """
        count = int(_must(self.connection.select(self.folder))[0] or 0)
        if not count:
            return []
        found = _must(self.connection.uid("SEARCH", f"1:{min(count, WINDOW)}", "UNDELETED"))
        return (found[0] or b"").split()

    def size(self, number: bytes) -> int | None:
        answer = _must(self._uid("FETCH", number, "(RFC822.SIZE)"))
        found = SIZE.search(b" ".join(part for part in answer if isinstance(part, bytes)))
        return int(found[1]) if found else None

    def read(self, number: bytes, length: int) -> bytes | None:
        """At most so many bytes of a message, which stays unread; None if it is gone."""
        answer = _must(self._uid("FETCH", number, f"(BODY.PEEK[]<0.{length}>)"))
        return next((part[1] for part in answer if isinstance(part, tuple)), None)

    def move(self, number: bytes) -> None:
        """Into the folder for those done (RFC 6851), or what comes nearest to it."""
        if "MOVE" in self.can:
            _must(self._uid("MOVE", number, self.done_folder))
            return
        _must(self._uid("COPY", number, self.done_folder))
        _must(self._uid("STORE", number, "+FLAGS.SILENT", r"(\Deleted)"))
        if "UIDPLUS" in self.can:  # otherwise others' deleted messages would go too
            _must(self._uid("EXPUNGE", number))

    def leave(self) -> None:
        """Sign out. Not by closing the folder, which would expunge what others marked."""
        try:
            self.connection.logout()
        except (OSError, imaplib.IMAP4.error):
            self.connection.shutdown()

    def _uid(self, command: str, number: bytes, *more: str) -> Any:
        return self.connection.uid(command, number.decode("ascii"), *more)


def _must(answer: tuple[str, list[Any]]) -> list[Any]:
    """What the server said, or its refusal as an error."""
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(data[0] or status)
    return data


def mailbox_name(name: str) -> str:
    """A folder's name as servers know it: in modified UTF-7 (RFC 3501, 5.1.3), quoted."""

    def encoded(run: re.Match[str]) -> str:
        bare = base64.b64encode(run[0].encode("utf-16-be")).decode("ascii").rstrip("=")
        return "&" + bare.replace("/", ",") + "-"

    name = re.sub(r"[^\x20-\x7e]+", encoded, name.replace("&", "&-"))
    return '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'
