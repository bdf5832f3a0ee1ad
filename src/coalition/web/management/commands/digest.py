"""`coalition digest send`: the officers' daily letter."""

from typing import Any

from coalition.base.commands import NounCommand
from coalition.web.digests import write_digests


class Command(NounCommand):
    help = "Write the officers' daily digest: what waits, and the end of the audit trail."

    def add_verbs(self, verbs: Any) -> None:
        send = verbs.add_parser("send", help="Write to every officer, once a day.")
        send.set_defaults(run=self.send)

    def send(self, options: dict[str, Any]) -> None:
        count = write_digests()
        self.say(f"{count} digests stand in the outbox for today.")
