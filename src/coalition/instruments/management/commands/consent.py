"""`coalition consent rebuild`: every status of every party, derived anew from the acts."""

from __future__ import annotations

from typing import Any

from coalition.base.commands import NounCommand
from coalition.instruments.consent.actions import rebuild


class Command(NounCommand):
    help = "Consent to be bound: statuses derived from signatures, ratifications, denunciations."

    def add_verbs(self, verbs: Any) -> None:
        again = verbs.add_parser(
            "rebuild",
            help="Derive every status anew.",
            description=(
                "Gives every instrument the rule of entry into force that is known for it, and "
                "derives the statuses of all its parties from their acts. Safe to run at any time."
            ),
        )
        again.set_defaults(run=self.rebuild)

    def rebuild(self, options: dict[str, Any]) -> None:
        instruments, periods = rebuild()
        self.say(f"{instruments} instruments with acts of consent: {periods} periods derived.")
