"""`coalition mailroom`: messages in, letters out."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils.translation import gettext as _

from coalition.base.commands import NounCommand, add_json
from coalition.base.errors import Refused
from coalition.mailroom import actions
from coalition.mailroom.listening import serve
from coalition.mailroom.models import FailingAddress, InboundMessage, Verdict
from coalition.mailroom.queries import messages_in

MOST_SHOWN = 50
MOST_SENT = 1_000  # in one round
PROGRESS = 50  # messages between two lines that say how far it is
UNREAD = (Verdict.RECEIVED, Verdict.LIMITED)


class Command(NounCommand):
    help = "Takes messages in, listens for and fetches them, sends letters, shows what waits."

    def add_verbs(self, verbs: Any) -> None:
        take = verbs.add_parser(
            "take",
            help="Store messages byte for byte, then read them.",
            description="Store each message byte for byte, then read it. One that reads as an "
            "application opens a request on the board; all others wait in the queue.",
        )
        take.add_argument(
            "files", nargs="+", metavar="FILE", help="A message; - is standard input."
        )
        add_json(take)
        take.set_defaults(run=self.take)

        listen = verbs.add_parser(
            "listen",
            help="Take messages from a mail server by LMTP.",
            description="Take messages from a mail server by LMTP until told to stop. A message is "
            "stored before its receipt is confirmed.",
        )
        listen.add_argument("--host", default="127.0.0.1", help="Default: this machine alone.")
        listen.add_argument("--port", type=port, default=8024, help="Default: %(default)s.")
        listen.add_argument(
            "--socket", default="", metavar="PATH", help="Instead of host and port."
        )
        listen.set_defaults(run=self.listen)

        fetch = verbs.add_parser(
            "fetch",
            help="Take messages from a mail box by IMAP.",
            description="Take all messages from the mail box that COALITION_IMAP_HOST and its kin "
            "name, and move each to its folder for those taken once it is stored.",
        )
        fetch.add_argument(
            "--watch",
            type=seconds,
            metavar="SECONDS",
            help="Go on, with this pause between rounds, until told to stop.",
        )
        fetch.set_defaults(run=self.fetch)

        read = verbs.add_parser(
            "read",
            help="Read the messages that were held back.",
            description="Read the messages that were held back because too much came at once, "
            "and those whose reading failed, oldest first.",
        )
        read.set_defaults(run=self.read)

        send = verbs.add_parser(
            "send",
            help="Send the letters whose time has come.",
            description="Send the letters whose time has come, each once. Letters to example "
            "addresses never leave.",
        )
        send.add_argument(
            "--every",
            type=seconds,
            metavar="SECONDS",
            help="Go on, with this pause between rounds, until told to stop.",
        )
        send.set_defaults(run=self.send)

        clear = verbs.add_parser(
            "clear",
            help="Let letters go to a failing address again.",
            description="Let letters go again to an address that some came back from; those held "
            "back of late go out.",
        )
        clear.add_argument("address", metavar="ADDRESS", help="The address, such as a@b.org.")
        clear.set_defaults(run=self.clear)

        show = verbs.add_parser(
            "show",
            help="Show the queue, or one message.",
            description=f"Show the {MOST_SHOWN} newest messages that wait, or one message.",
        )
        show.add_argument("id", nargs="?", type=int, metavar="ID", help="The message's number.")
        add_json(show)
        show.set_defaults(run=self.show)

    def take(self, options: dict[str, Any]) -> None:
        for name in options["files"]:
            if name != "-" and not Path(name).is_file():
                raise Refused(
                    _("There is no file %(name)s. No message was taken.") % {"name": name}
                )
        taken = []
        for name in options["files"]:
            message = take_in(name)
            taken.append({"file": name, **described(message)})
            if not options["json"]:
                self.say(f"{name}: {told(message)}")
        if options["json"]:
            self.say_json(taken)

    def listen(self, options: dict[str, Any]) -> None:
        def ready(where: str) -> None:
            self.say(_("Taking messages by LMTP at %(where)s.") % {"where": where})
            self.stdout.flush()

        asyncio.run(
            serve(host=options["host"], port=options["port"], path=options["socket"], ready=ready)
        )

    def send(self, options: dict[str, Any]) -> None:
        if options["every"] is None:
            done = actions.deliver(limit=MOST_SENT)
            self.say(sentence(done))
            if done.problem:
                raise Refused(done.problem)
            return
        stop = until_told()
        last_problem = ""
        while not stop.is_set():
            close_old_connections()
            done = actions.deliver(limit=MOST_SENT)
            if done.sent or done.failed or done.held:
                self.say(sentence(done))
            if done.problem != last_problem:
                self.stderr.write(done.problem or _("Letters can be sent again."))
                last_problem = done.problem
            stop.wait(options["every"])

    def fetch(self, options: dict[str, Any]) -> None:
        stop = until_told()
        if options["watch"] is None:
            self.say(fetched(self._fetch(stop)))
            return
        last_problem = ""
        while not stop.is_set():
            close_old_connections()
            problem = ""
            try:
                done = self._fetch(stop)
                if done != actions.Fetched():
                    self.say(fetched(done))
            except Refused as refusal:
                problem = str(refusal)
            if problem != last_problem:
                self.stderr.write(problem or _("The mail box can be read again."))
                last_problem = problem
            stop.wait(options["watch"])

    def _fetch(self, stop: threading.Event) -> actions.Fetched:
        def progress(done: int) -> None:
            if done % PROGRESS == 0:
                self.say(_("%(count)s messages looked at …") % {"count": done})
                self.stdout.flush()

        return actions.fetch(progress=progress, is_stopped=stop.is_set)

    def read(self, options: dict[str, Any]) -> None:
        count = actions.read_held()
        left = InboundMessage.objects.filter(verdict__in=UNREAD).count()
        self.say(
            _("%(count)s messages read, %(left)s still unread.") % {"count": count, "left": left}
        )

    def clear(self, options: dict[str, Any]) -> None:
        known = FailingAddress.objects.filter(address=options["address"].strip().lower()).first()
        if known is None:
            raise Refused(
                _("No letter came back from %(address)s.") % {"address": options["address"]}
            )
        count = actions.clear_address(known, by=None)
        self.say(
            _("Letters may go there again. Held back until now: %(count)s.") % {"count": count}
        )

    def show(self, options: dict[str, Any]) -> None:
        if options["id"] is not None:
            message = InboundMessage.objects.filter(pk=options["id"]).first()
            if message is None:
                raise Refused(_("There is no message %(id)s.") % {"id": options["id"]})
            if options["json"]:
                return self.say_json(described(message) | {"text": message.text})
            return self.say(f"{line(message)}\n{told(message)}\n\n{message.text}".rstrip())
        waiting = messages_in(InboundMessage.objects.all())
        shown = waiting[:MOST_SHOWN]
        if options["json"]:
            return self.say_json([described(message) for message in shown])
        for message in shown:
            self.say(line(message))
        count = waiting.count()
        return self.say(_("%(count)s messages wait.") % {"count": count})


def take_in(name: str) -> InboundMessage:
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return actions.take(raw)
    except (OSError, OperationalError, InterfaceError) as error:
        sentence = _("%(name)s could not be taken in; try again: %(error)s.")
        raise Refused(sentence % {"name": name, "error": error}) from error


def described(message: InboundMessage) -> dict[str, Any]:
    """What became of a message, for programs."""
    return {
        "id": message.pk,
        "digest": message.digest,
        "verdict": message.verdict,
        "why": message.why.splitlines(),
        "cases": [case.reference for case in message.requests.all()],
    }


def told(message: InboundMessage) -> str:
    """What became of a message, for people."""
    cases = ", ".join(case.reference for case in message.requests.all())
    verdict = f"{message.get_verdict_display()} {cases}".strip()
    reasons = " ".join(_(reason) for reason in message.why.splitlines() if reason)
    return f"{verdict}. {reasons}\n  SHA-256 {message.digest}"


def line(message: InboundMessage) -> str:
    sender = message.from_address or "–"
    return (
        f"{message.pk}  {message.received_at:%Y-%m-%d %H:%M}  "
        f"{message.get_verdict_display()}  {sender}  {message.subject}"
    )


def sentence(done: actions.Delivered) -> str:
    return _("%(sent)s sent, %(failed)s given up, %(held)s held back, %(waiting)s waiting.") % {
        "sent": done.sent,
        "failed": done.failed,
        "held": done.held,
        "waiting": done.waiting,
    }


def fetched(done: actions.Fetched) -> str:
    return _(
        "%(taken)s taken, %(known)s known before, %(too_large)s too large, %(left)s left where "
        "they are."
    ) % {
        "taken": done.taken,
        "known": done.known,
        "too_large": done.too_large,
        "left": done.left,
    }


def until_told() -> threading.Event:
    """Set once somebody asks the process to stop; what is in hand is finished first."""
    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    return stop


def port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError(f"{value} is no port: write a number from 0 to 65535")
    return value


def seconds(text: str) -> float:
    value = float(text)
    if not 0 < value <= 86400:
        raise argparse.ArgumentTypeError(f"{text} is no pause: write seconds, more than 0")
    return value
