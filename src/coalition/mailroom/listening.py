"""The door for our mail server: LMTP (RFC 2033). It says 250 once a message is stored, not before.

A message that could not be stored, because the database or the disk failed, is answered with 451:
the sending server keeps it and comes again. Then the same bytes twice are still one message.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session
from django.conf import settings
from django.db import connections

from coalition.base.errors import Refused
from coalition.mailroom.actions import take
from coalition.mailroom.intake import NULL_PATH
from coalition.mailroom.models import InboundMessage

log = logging.getLogger(__name__)
MAX_BYTES = 60 * 1024 * 1024
LONGEST_COMMAND = 4096
SECONDS_TO_FINISH = 30  # for messages that are on their way in when the door is to close
LATER = "451 4.3.0 The message could not be stored. Please try again later."


class Door(LMTP):
    """One connection of a mail server."""

    line_length_limit = MAX_BYTES  # no message is refused for a long line
    command_size_limit = LONGEST_COMMAND
    command_size_limits: dict[str, int] = defaultdict(lambda: LONGEST_COMMAND)
    answers_owed = 1

    async def smtp_DATA(self, arg: str) -> None:
        self.event_handler.busy += 1
        try:
            await super().smtp_DATA(arg)
        finally:
            self.event_handler.busy -= 1

    async def push(self, status: str | bytes) -> None:
        """What follows the data is answered once for each recipient (RFC 2033, section 4.2)."""
        for _ in range(self.answers_owed):
            await super().push(status)
        go_on = str(status).startswith("354")
        self.answers_owed = len(self.envelope.rcpt_tos) if go_on else 1


class Taker:
    """What all connections share: how messages are taken in, and how many are on their way."""

    def __init__(self) -> None:
        self.busy = 0

    async def handle_DATA(self, server: Door, session: Session, envelope: Envelope) -> str:
        try:
            message = await asyncio.to_thread(take_one, envelope)
        except Exception:
            log.exception("A message could not be stored; its sender will try again.")
            return LATER
        return f"250 2.0.0 Stored as {message.digest}"

    async def handle_exception(self, error: Exception) -> str:
        log.error("A mail server's command failed.", exc_info=error)
        return LATER

    async def finish(self) -> None:
        """Wait until every message on its way in has its answer."""
        while self.busy:
            await asyncio.sleep(0.02)


def take_one(envelope: Envelope) -> InboundMessage:
    """Take a message in, with a database connection of its own, closed afterwards: one that broke
    meanwhile costs no message."""
    sender = envelope.mail_from or NULL_PATH
    # First the addresses that decide what becomes of it: a long list of recipients is cut.
    ours = (settings.JOIN_ADDRESS.lower(), "case+")
    recipients = sorted(envelope.rcpt_tos, key=lambda one: not one.lower().startswith(ours))
    try:
        return take(envelope.content, envelope_from=sender, envelope_to=", ".join(recipients))
    finally:
        connections.close_all()


async def serve(*, host: str, port: int, path: str, ready: Callable[[str], None]) -> None:
    """Listen at a Unix socket (`path`, open to its owner and group), else at host and port, until
    SIGTERM or SIGINT; messages on their way in are finished first. `ready` is told where.

    Raises Refused where the address cannot be used.
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
    taker = Taker()

    def door() -> Door:
        return Door(
            taker,
            data_size_limit=MAX_BYTES,
            enable_SMTPUTF8=True,
            hostname=settings.MAIL_DOMAIN,
            ident="LMTP",
            loop=loop,
        )

    try:
        server: Any
        if path:
            server = await loop.create_unix_server(door, path)
            os.chmod(path, 0o660)
        else:
            server = await loop.create_server(door, host, port)
    except OSError as error:
        raise Refused(f"Nothing can listen at {path or f'{host}:{port}'}: {error}.") from None
    ready(path or "{}:{}".format(*server.sockets[0].getsockname()[:2]))
    try:
        await stop.wait()
        server.close()
        await asyncio.wait_for(taker.finish(), SECONDS_TO_FINISH)
    except TimeoutError:
        log.warning("A message that was still coming in was cut off; its sender will try again.")
    finally:
        if path:
            Path(path).unlink(missing_ok=True)
