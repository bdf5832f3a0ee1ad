"""`coalition citations rebuild`: what texts cite, read anew."""

from __future__ import annotations

from typing import Any

from coalition.base.commands import NounCommand
from coalition.instruments.citations.actions import rebuild


class Command(NounCommand):
    help = "What texts cite of each other."

    def add_verbs(self, verbs: Any) -> None:
        again = verbs.add_parser(
            "rebuild",
            help="Read the citations of every text held anew.",
            description=(
                "For texts that were read in before this version of the platform. The texts stay "
                "as they are; only what was found in them is found again. Twice does no harm."
            ),
        )
        again.set_defaults(run=self.rebuild)

    def rebuild(self, options: dict[str, Any]) -> None:
        texts, citations = rebuild(self.progress)
        self.say(f"{texts} texts read; {citations} citations kept.")

    def progress(self, words: str) -> None:
        """How far it is, on one line of a terminal that overwrites itself."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{words:<70}", ending="")
            self.stderr.flush()
