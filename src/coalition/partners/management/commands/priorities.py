"""`coalition priorities suggest`: groups of similar priorities, for officers to name."""

from typing import Any

from coalition.base.commands import NounCommand, add_json
from coalition.partners.priorities.suggesting import suggest


class Command(NounCommand):
    help = "Groups of similar priorities and opportunities, for officers to look at."

    def add_verbs(self, verbs: Any) -> None:
        parser = verbs.add_parser(
            "suggest",
            help="Compare all priorities and suggest groups. What officers decided stays; "
            "running it twice changes nothing.",
        )
        add_json(parser)
        parser.set_defaults(run=self.suggest)

    def suggest(self, options: dict[str, Any]) -> None:
        if options["json"]:
            self.say_json(vars(suggest()))
            return
        done = suggest(self.say)
        self.say(
            f"{done.made} groups suggested, {done.changed} changed, {done.unchanged} as before, "
            f"{done.given_up} given up; {done.for_named} priorities suggested for named ones."
        )
