"""`coalition reporting remind`: letters on reports due, to those who follow a party."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from coalition.base.commands import NounCommand
from coalition.instruments.obligations.actions import remind


class Command(NounCommand):
    help = "Reports due on ratified conventions."

    def add_verbs(self, verbs: Any) -> None:
        parser = verbs.add_parser(
            "remind",
            help="Write to those who follow a party of which reports are due this year.",
            description=(
                "Meant for every day. A person gets one letter per party and year, however often "
                "it runs. Where no year of a cycle is known, nobody is written to."
            ),
        )
        parser.add_argument("--year", type=int, help="Another year than this one.")
        parser.set_defaults(run=self.remind)

    def remind(self, options: dict[str, Any]) -> None:
        year = options["year"] or timezone.localdate().year
        self.say(f"{remind(year)} letters on reports due in {year}.")
