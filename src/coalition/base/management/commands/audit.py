"""`coalition audit …`: read the trail, and find out whether anybody meddled with it."""

from __future__ import annotations

import argparse
import re
from typing import Any

from coalition.base import audit
from coalition.base.commands import NounCommand
from coalition.base.errors import Refused
from coalition.base.models import Event

MOST = 10_000


def known_head(text: str) -> tuple[int, str]:
    found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text.strip())
    if not found:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no head of the trail; write its number, a colon and its 64 characters, "
            "as “coalition audit verify” printed them"
        )
    return int(found[1]), found[2]


def count_of_events(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST}")
    return int(text)


class Command(NounCommand):
    help = "The audit trail: who did what to which record, chained by hash."

    def add_verbs(self, verbs: Any) -> None:
        verify = verbs.add_parser(
            "verify",
            help="Check the whole chain; names every event that was altered, removed, inserted "
            "or reordered.",
        )
        verify.add_argument(
            "--head",
            type=known_head,
            metavar="N:HASH",
            help="A head noted earlier: also shows a tail that was cut off together with the head.",
        )
        verify.set_defaults(run=self.verify)
        show = verbs.add_parser("show", help="Print the latest events, the newest last.")
        show.add_argument(
            "--subject", metavar="KIND:ID", help="Only events on this record: partners.partner:17."
        )
        show.add_argument(
            "--last", type=count_of_events, default=20, metavar="N", help="How many (20)."
        )
        show.set_defaults(run=self.show)

    def verify(self, options: dict[str, Any]) -> None:
        findings = 0
        for sentence in audit.verify(options["head"]):
            findings += 1
            self.say(sentence)
        number, content = audit.head()
        self.say(f"{Event.objects.count()} events. Head: {number}:{content}")
        if findings:
            raise Refused(f"The trail is not as it was written: {findings} findings.")
        self.say("The trail is as it was written.")

    def show(self, options: dict[str, Any]) -> None:
        events = Event.objects.order_by("-sequence")
        if options["subject"]:
            events = events.filter(subject=options["subject"])
        for event in reversed(events[: options["last"]]):
            refs = " ".join(event.refs)
            self.say(
                f"{event.sequence}  {event.at:%Y-%m-%d %H:%M:%S}Z  {event.actor}  {event.verb}  "
                f"{event.subject}  {refs}".rstrip()
            )
