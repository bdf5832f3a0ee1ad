"""`coalition example build|remove|links`: sample records, made by the actions and removable."""

from typing import Any

from coalition.base.commands import NounCommand
from coalition.web import example, running


class Command(NounCommand):
    help = "Make or remove the Example coalition: sixty partners with priorities and commitments."

    def add_verbs(self, verbs: Any) -> None:
        build = verbs.add_parser("build", help="Make the Example coalition from a fixed seed.")
        build.set_defaults(run=self.build)
        remove = verbs.add_parser("remove", help="Remove every Example record.")
        remove.set_defaults(run=self.remove)
        links = verbs.add_parser(
            "links", help="Print one-time sign-in links of Example people (COALITION_DEMO=1)."
        )
        links.set_defaults(run=self.links)

    def build(self, options: dict[str, Any]) -> None:
        example.build(self.say)

    def remove(self, options: dict[str, Any]) -> None:
        self.say(f"{example.remove()} Example rows removed.")

    def links(self, options: dict[str, Any]) -> None:
        for line in running.ways_in():
            self.say(line)
