"""`coalition text show`: a text on the terminal, for people or for programs."""

from __future__ import annotations

from typing import Any

from coalition.base.commands import NounCommand, add_json
from coalition.instruments import queries


class Command(NounCommand):
    help = "Texts that partners deliver on: declarations, statements, resolutions."

    def add_verbs(self, verbs: Any) -> None:
        show = verbs.add_parser(
            "show",
            help="Show a text, paragraph by paragraph.",
            description=(
                "Shows every paragraph with its points and footnotes. Where the wording is not "
                "held it says so, and gives the line in our own words."
            ),
        )
        show.add_argument(
            "symbol", metavar="SYMBOL", help="The symbol (A/RES/80/5) or the short code (doha)."
        )
        add_json(show)
        show.set_defaults(run=self.show)

    def show(self, options: dict[str, Any]) -> None:
        text = queries.text_of(queries.find_instrument(options["symbol"]))
        if options["json"]:
            self.say_json(queries.as_data(text))
        else:
            self.say(queries.as_plain_text(text).rstrip())
