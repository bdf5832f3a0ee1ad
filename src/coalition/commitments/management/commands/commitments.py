"""`coalition commitments …`: what is run by the clock or by hand for commitments."""

from __future__ import annotations

from functools import partial
from typing import Any

from coalition.base.commands import NounCommand
from coalition.base.errors import Refused
from coalition.base.lists import commands as list_commands
from coalition.base.lists.plan import BATCH
from coalition.commitments.deciding.actions import publish_due
from coalition.commitments.exploring.actions import file_all
from coalition.commitments.exploring.searches import tell_what_is_new
from coalition.commitments.lists.actions import import_file
from coalition.partners.models import Partner


class Command(NounCommand):
    help = "Commitments: publication days, what they are found by, letters on searches."

    def add_verbs(self, verbs: Any) -> None:
        publish = verbs.add_parser(
            "publish",
            help="Publish what was approved for a day that has come.",
            description=(
                "Meant for every hour: a day begins at midnight in the time zone of a commitment's "
                "deadlines. A second run publishes nothing again; what was missed is caught up."
            ),
        )
        publish.set_defaults(run=self.publish)
        file = verbs.add_parser(
            "file",
            help="File all commitments anew under what they are found by, and count them.",
            description=(
                "Filters and their numbers follow every change by themselves; run it where the "
                "places or a vocabulary were changed by hand. Safe at any time. A second run puts "
                "nothing right."
            ),
        )
        file.set_defaults(run=self.file)
        tell = verbs.add_parser(
            "tell",
            help="Write to people on what is new in the searches they keep.",
            description=(
                "Meant for every day: one letter a person, on all that was published since the "
                "last one. A second run writes nothing; days that were missed are caught up."
            ),
        )
        tell.set_defaults(run=self.tell)

        taken = verbs.add_parser(
            "import",
            help="Take in a list of commitments from an XLSX or CSV file.",
            description=(
                "Columns are guessed from their headings. New ones become drafts of their "
                "partner, drafts are changed, nothing is published. Prints a line for every row "
                "that is new, changes something or cannot be taken. All of it is done or nothing; "
                "a second run changes nothing."
            ),
        )
        list_commands.add_arguments(taken)
        taken.add_argument(
            "--partner",
            default="",
            metavar="REFERENCE",
            help="All of them are this partner's, such as PAR-2026-0042.",
        )
        taken.set_defaults(run=self.take_in)

    def take_in(self, options: dict[str, Any]) -> None:
        partner, reference = None, options["partner"].upper()
        if reference:
            partner = Partner.objects.filter(reference=reference).first()
            if partner is None:
                raise Refused(f"There is no partner {reference}. Look it up among the partners.")
        taken = partial(import_file, partner=partner, progress=self.written, by=None)
        list_commands.take(options, taken, self.say)

    def written(self, rows: int) -> None:
        if rows >= BATCH:
            self.say(f"{rows} rows written.")

    def publish(self, options: dict[str, Any]) -> None:
        count = 0
        for commitment, why_not in publish_due():
            if why_not:
                self.say(f"{commitment.reference} waits: {why_not}")
            else:
                count += 1
        self.say(f"{count} commitments published.")

    def file(self, options: dict[str, Any]) -> None:
        righted = file_all(lambda seen: self.say(f"{seen} commitments looked at."))
        self.say(f"{righted} entries put right.")

    def tell(self, options: dict[str, Any]) -> None:
        self.say(f"{tell_what_is_new()} letters on searches.")
