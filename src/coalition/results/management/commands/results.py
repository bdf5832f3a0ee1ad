"""`coalition results …`: what is run by the clock or by hand for figures and reports."""

from __future__ import annotations

from typing import Any

from coalition.base.commands import NounCommand
from coalition.results.models import Fact
from coalition.results.offline.letters import lines_to_fill
from coalition.results.schedules.actions import refresh_lights, remind
from coalition.results.totals.actions import derive


class Command(NounCommand):
    help = "Results: reports that are due, lights, totals."

    def add_verbs(self, verbs: Any) -> None:
        lights = verbs.add_parser(
            "lights",
            help="Bring the lights of all results frameworks up to date.",
            description=(
                "Meant for every day, before the reminders: a deadline that passes turns a light "
                "although nobody does anything. A second run changes nothing."
            ),
        )
        lights.set_defaults(run=self.lights)
        reminders = verbs.add_parser(
            "remind",
            help="Write to those whose reports are due.",
            description=(
                "Meant for every day. A month and a week before a deadline, on the day, and a week "
                "and a month after it, each person gets one letter on all that is due. A second "
                "run on the same day writes nothing; a day that was missed is caught up."
            ),
        )
        reminders.set_defaults(run=self.remind)

        again = verbs.add_parser(
            "rebuild",
            help="Derive all totals anew from the published figures.",
            description=(
                "Comes to the same totals to the last digit, and withholds the same small figures. "
                "Safe to run at any time: readers see the old totals until all new ones stand."
            ),
        )
        again.set_defaults(run=self.rebuild)

    def lights(self, options: dict[str, Any]) -> None:
        self.say(f"{refresh_lights()} lights changed.")

    def remind(self, options: dict[str, Any]) -> None:
        self.say(f"{remind(lines=lines_to_fill)} letters on reports that are due.")

    def rebuild(self, options: dict[str, Any]) -> None:
        figures = Fact.objects.published().count()
        self.say(f"Deriving the totals of {figures} published figures.")
        totals = derive()
        withheld = Fact.objects.published().exclude(hidden="").count()
        self.say(f"{totals} totals of {figures} figures; {withheld} figures withheld.")
