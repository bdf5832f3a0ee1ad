"""`coalition catalogue rebuild`: make every row of the catalogue from its source."""

from __future__ import annotations

from typing import Any

from coalition.base.commands import NounCommand
from coalition.catalogue import actions
from coalition.catalogue.actions import Tally
from coalition.catalogue.models import Kind


class Command(NounCommand):
    help = "The catalogue of all public records: search, filters and feeds read from it."

    def add_verbs(self, verbs: Any) -> None:
        parser = verbs.add_parser(
            "rebuild",
            help="Make every row from its source. May be run at any time, and again.",
        )
        parser.set_defaults(run=self.rebuild)

    def rebuild(self, options: dict[str, Any]) -> None:
        self.say(f"Done: {told(actions.rebuild(self.tell))}.")

    def tell(self, kind: Kind, tally: Tally) -> None:
        self.say(f"{kind.value}: {told(tally)}")
        self.stdout.flush()


def told(tally: Tally) -> str:
    return (
        f"{tally.total} records ({tally.made} new, {tally.changed} changed), "
        f"{tally.removed} taken out"
    )
