"""`coalition joining`: what is done for applicants by the clock."""

from __future__ import annotations

from typing import Any

from coalition.base.commands import NounCommand
from coalition.partners.joining import actions


class Command(NounCommand):
    help = "Look after requests to join that wait for their applicants."

    def add_verbs(self, verbs: Any) -> None:
        remind = verbs.add_parser(
            "remind",
            help="Write to applicants whose request has waited for them for two weeks, once each.",
        )
        remind.add_argument(
            "--dry-run", action="store_true", help="Say who would be reminded; write nothing."
        )
        remind.set_defaults(run=self.remind)

    def remind(self, options: dict[str, Any]) -> None:
        waiting = list(actions.waiting_for_applicant())
        if options["dry_run"]:
            for case in waiting:
                self.say(f"{case.reference} waits for its applicant.")
            self.say(f"{len(waiting)} wait; nothing was written.")
            return
        written = sum(actions.remind(case) for case in waiting)
        self.say(f"{written} reminders written; {len(waiting) - written} were reminded before.")
