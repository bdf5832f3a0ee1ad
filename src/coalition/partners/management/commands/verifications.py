"""`coalition verifications due` and `coalition verifications remind`: what is to be renewed."""

from __future__ import annotations

from typing import Any

from coalition.base.commands import NounCommand, add_json
from coalition.partners.vetting import queries
from coalition.partners.vetting.actions import remind_of_renewals


class Command(NounCommand):
    help = "Verifications of partners: which expire, and reminders to the officers."

    def add_verbs(self, verbs: Any) -> None:
        due = verbs.add_parser(
            "due", help="List partners whose verification expired or soon expires."
        )
        due.add_argument(
            "--days",
            type=int,
            default=queries.REMINDERS[0],
            metavar="N",
            help="How many days ahead to look (%(default)s).",
        )
        add_json(due)
        due.set_defaults(run=self.due)
        remind = verbs.add_parser(
            "remind",
            help="Write to the officers about what expires in 60, 30 or 0 days, once for each; "
            "the daily digest does it too.",
        )
        remind.set_defaults(run=self.remind)

    def due(self, options: dict[str, Any]) -> None:
        partners = queries.renewals(max(0, min(options["days"], 36_500))).iterator(chunk_size=1000)
        if options["json"]:
            self.say_json(
                [
                    {
                        "reference": partner.reference,
                        "name": partner.name,
                        "verified_until": partner.verified_until.isoformat(),
                        "is_expired": partner.verification_expired,
                        "is_under_review": partner.is_renewed,
                    }
                    for partner in partners
                ]
            )
            return
        count = 0
        for partner in partners:
            count += 1
            how = "under review" if partner.is_renewed else "to be renewed"
            self.say(f"{partner.verified_until}  {partner.reference}  {partner.name} ({how})")
        self.say(f"{count} verifications expire within {options['days']} days, or have expired.")

    def remind(self, options: dict[str, Any]) -> None:
        self.say(f"The officers were told of {remind_of_renewals()} verifications.")
