"""Two years of reports on Example key interventions: figures by groups, proofs that a second
person checked, and one figure that is disputed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coalition.accounts.models import User
from coalition.interventions.models import Intervention
from coalition.results import actions as results
from coalition.results.models import Fact, Framework, Period, Role
from coalition.web.examples.results import WORDS, date_back, prove

Text = Mapping[str, Any]


def report_all(one: Intervention, text: Text, officer: User) -> None:
    """A report for each year of which figures are told, the last one first to say that all is done
    where it is."""
    indicators = [each for told in text["results"] for each in told.get("indicators", ())]
    years = max(len(each.get("years", ())) for each in indicators)
    periods = list(one.framework.periods.all()[:years])
    for number, period in enumerate(periods):
        figures = [each["years"][number] for each in indicators]
        is_done = text["stage"] == "closed" and number == years - 1
        _report(period, figures, officer, is_done=is_done)
    results.refresh_lights([Framework.objects.get(pk=one.framework_id)])


def _report(period: Period, figures: list[Text], officer: User, *, is_done: bool) -> None:
    framework = period.framework
    person = User.objects.filter(mandates__partner=framework.reporter).earliest("pk")
    achieved, barriers, following = WORDS[framework.language]
    values = {
        "report": {
            "stage": "fulfilled" if is_done else "in_progress",
            "achieved": achieved,
            "barriers": barriers,
            "next_steps": "" if is_done else following,
        }
    }
    for number, told in enumerate(figures, 1):
        values |= _rows(str(number), told, period)
    made = results.begin(period, partner=framework.reporter, by=person)
    results.save(made, values, {}, by=person)
    prove(made, person, officer)
    made = results.submit(made, by=person)
    date_back(results.publish(made, by=officer))


def _rows(row: str, told: Text, period: Period) -> dict[str, dict[str, str]]:
    """The whole with its passport, and the groups it is broken down by."""
    whole = {name: each for name, each in told.items() if isinstance(each, str)}
    rest = {
        "source": f"Example register, {period.ends_on.year}",
        "as_of": period.ends_on.isoformat(),
        "basis": "reported",
    }
    rows = {row: {**whole, **rest}}
    for code, part in told.get("groups", {}).items():
        rows[f"{row}||{code}"] = {"value": part}
    return rows


def dispute_one(one: Intervention, *, by: User, officer: User) -> None:
    """Somebody says that the first figure is wrong; an officer finds that this is a reason to look
    again, and its organisation replies."""
    first = Fact.objects.public().filter(
        indicator__framework=one.framework_id, indicator__number=1, role=Role.ACTUAL, cell=None
    )
    reason = "Example: children who are enrolled with their parents were counted twice."
    made = results.dispute(first.earliest("period__starts_on"), reason=reason, language="en", by=by)
    made = results.admit_dispute(
        made, reason="Example: the register has a line for each card.", by=officer
    )
    results.reply_to_dispute(
        made,
        words="Example: the register is being compared with the list of cards.",
        language="en",
        by=User.objects.filter(mandates__partner=one.partner).earliest("pk"),
    )
