"""`coalition consultations …`: what is run by the clock for consultations, and their list."""

from __future__ import annotations

from typing import Any

from coalition.base.commands import NounCommand, add_json
from coalition.consultations.concluding.telling import tell_the_rest as tell_what_became
from coalition.consultations.crediting import tell_the_rest
from coalition.consultations.drawing.actions import publish_due
from coalition.consultations.inviting.telling import tell_the_rest as tell_the_invited
from coalition.consultations.planning.actions import keep
from coalition.consultations.planning.queries import filtered, next_at, on_desk
from coalition.consultations.signing import tell_signatories
from coalition.consultations.states import State
from coalition.consultations.summing.actions import sum_up_due


class Command(NounCommand):
    help = "Consultations: opened and closed by the clock, and listed."

    def add_verbs(self, verbs: Any) -> None:
        kept = verbs.add_parser(
            "keep",
            help="Open the consultations that are due, close those that are over, count, write.",
            description=(
                "Meant for every few minutes. What people may do follows the phases to the second "
                "without it; this brings the states after them. It publishes the pools that panels "
                "are drawn from, and counts the results of what is over. It writes to partners "
                "whom proposals name, to those who are invited, to those who sign what colleagues "
                "drafted, and to those who are told what became of a consultation, where there "
                "were too many to be told at once. A second run does nothing; what was missed is "
                "caught up."
            ),
        )
        kept.set_defaults(run=self.keep)
        listed = verbs.add_parser(
            "list", help="List the consultations, the one with the next deadline first."
        )
        listed.add_argument(
            "--state", choices=State.values, default="", help="Only those in this state."
        )
        add_json(listed)
        listed.set_defaults(run=self.list)

    def keep(self, options: dict[str, Any]) -> None:
        steps = keep()
        for step in steps:
            self.say(f"{step.record.reference} is {step.to_state}.")
        self.say(f"{len(steps)} steps made.")
        for panel in publish_due():
            told = f"shows its pool: {panel.digest}" if panel.pool else "could not show its pool"
            self.say(f"{panel.consultation.reference} {told}.")
        for summary in sum_up_due():
            self.say(f"{summary.consultation.reference} has its results: {summary.digest}.")
        if told := tell_the_rest():
            self.say(f"{told} partners told that proposals name them.")
        if told := tell_what_became():
            self.say(f"{told} partners and followers told what became of a consultation.")
        if told := tell_the_invited():
            self.say(f"{told} invitations told.")
        if told := tell_signatories():
            self.say(f"{told} partners told that drafts wait for a signature.")

    def list(self, options: dict[str, Any]) -> None:
        rows = [
            {
                "reference": one.reference,
                "state": one.state,
                "next_deadline": at.isoformat() if (at := next_at(one)) else None,
                "question": dict(one.question),
            }
            for one in filtered(on_desk(), {"state": options["state"]})
        ]
        if options["json"]:
            self.say_json(rows)
            return
        for row in rows:
            first = next(iter(row["question"].values()), "")
            self.say(f"{row['reference']}  {row['state']}  {row['next_deadline'] or '-'}  {first}")
        self.say(f"{len(rows)} consultations.")
