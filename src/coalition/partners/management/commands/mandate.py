"""`coalition mandate remind`: the daily look at who acts for whom, and who was not heard of."""

from typing import Any

from coalition.base.commands import NounCommand
from coalition.partners.people.actions import remind
from coalition.partners.people.lifecycle import note_contacts


class Command(NounCommand):
    help = "Mandates: tell of those that end, and note which partners were heard of."

    def add_verbs(self, verbs: Any) -> None:
        remind = verbs.add_parser(
            "remind",
            help="Write about mandates that end or have ended, and note who was heard of; "
            "run it once a day.",
        )
        remind.set_defaults(run=self.remind)

    def remind(self, options: dict[str, Any]) -> None:
        told, heard = remind(), note_contacts()
        self.say(f"Wrote about {told} mandates; heard of {heard} partners since the last time.")
