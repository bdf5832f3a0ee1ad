"""`coalition status`: where a country stands under an instrument on a day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from coalition.base.commands import PlainCommand, add_json
from coalition.instruments.consent import queries
from coalition.instruments.consent.days import read_day
from coalition.instruments.texts.queries import find_instrument

WORDS = {
    "not_bound": "not bound",
    "signed": "signed, which alone does not bind",
    "pending": "bound, not yet in force",
    "in_force": "in force",
    "denounced": "denounced with effect",
    "unknown": "unknown",
}
WHY = {
    "rule_not_held": "the rule of entry into force is not held",
    "entry_not_reached": "too few parties are held for the instrument to be in force",
    "delay_not_held": "from when a denunciation takes effect is not held",
    "reason_not_held": "reason not held",
    "source_differs": "the source says otherwise than what follows from its days",
    "succession": "by succession; what held before its registration is not held",
    "table_not_held": "no table of its parties is held",
}


class Command(PlainCommand):
    help = "Say where a country stands under an instrument on a day, and since when."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--instrument",
            required=True,
            metavar="SYMBOL",
            help="Its symbol or short code, such as C087.",
        )
        parser.add_argument(
            "--country", required=True, metavar="CODE", help="ISO 3166 letters, such as FRA, or EU."
        )
        parser.add_argument(
            "--on", default="", metavar="DATE", help="The day, such as 1952-07-01; else today."
        )
        add_json(parser)

    def run(self, options: dict[str, Any]) -> None:
        data = queries.answer(
            find_instrument(options["instrument"]),
            queries.find_party(options["country"]),
            read_day(options["on"]) if options["on"] else timezone.localdate(),
        )
        if options["json"]:
            self.say_json(data)
        else:
            self.say(in_words(data))


def in_words(data: dict[str, Any]) -> str:
    """The answer in a few lines for people."""
    status = WORDS[data["status"]]
    since = f" since {data['since']}" if data["since"] else ""
    lines = [f"{data['country']}, {data['instrument']}, on {data['on']}: {status}{since}."]
    if why := data.get("why"):
        says = f" (the source says “{data['source_says']}”)" if "source_says" in data else ""
        lines.append(f"Note: {WHY[why]}{says}.")
    rule = data.get("rule")
    if rule is None:
        lines.append("The rule of entry into force is not held.")
    elif rule["is_general"]:
        lines.append("By the general rule; the text of the instrument is not held.")
    elif rule["articles"]:
        lines.append(f"By its {rule['articles']}.")
    if data["source"]:
        lines.append(f"Source: {data['source']}, as of {data['as_of']}.")
    return "\n".join(lines)
