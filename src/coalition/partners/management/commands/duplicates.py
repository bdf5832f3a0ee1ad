"""`coalition duplicates find`: who may be the same organisation, looked for anew everywhere."""

from typing import Any

from coalition.base.commands import NounCommand
from coalition.partners.accession.duplicates import look_everywhere


class Command(NounCommand):
    help = "Look for requests and partners that may be one organisation."

    def add_verbs(self, verbs: Any) -> None:
        find = verbs.add_parser(
            "find", help="Note all names and domains anew, and compare every open request."
        )
        find.set_defaults(run=self.find)

    def find(self, options: dict[str, Any]) -> None:
        cases, waiting = look_everywhere()
        self.say(f"{cases} open requests compared; {waiting} likenesses wait for an officer.")
