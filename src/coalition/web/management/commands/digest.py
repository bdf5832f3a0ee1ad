"""`coalition digest send` and `coalition digest week`: the officers' letters."""

from typing import Any

from coalition.base.commands import NounCommand
from coalition.web.digests import write_digests, write_week


class Command(NounCommand):
    help = "Write the officers' digests: each day what waits, each week how the board stands."

    def add_verbs(self, verbs: Any) -> None:
        send = verbs.add_parser("send", help="Write to every officer, once a day.")
        send.set_defaults(run=self.send)
        week = verbs.add_parser(
            "week", help="Write to every officer, once a week: the week before the last Monday."
        )
        week.set_defaults(run=self.week)

    def send(self, options: dict[str, Any]) -> None:
        count = write_digests()
        self.say(f"{count} digests stand in the outbox for today.")

    def week(self, options: dict[str, Any]) -> None:
        count = write_week()
        self.say(f"{count} digests stand in the outbox for this week.")
