"""Who act on the same promises at the same moment: one of them is told, nobody waits for somebody
who waits for them, and what is found and counted is exact."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from coalition.base import audit, states
from coalition.base.errors import NotAllowed
from coalition.commitments import actions
from coalition.commitments.amending import actions as amending
from coalition.commitments.amending import queries as amendments
from coalition.commitments.parts import actions as parts
from coalition.commitments.parts.queries import version_of
from coalition.commitments.writing import plain
from coalition.commitments.writing.actions import save
from coalition.interventions import actions as interventions
from coalition.partners.people import lifecycle
from coalition.results.assessments import actions as assessments
from coalition.results.models import Framework
from coalition.results.reporting import actions as reporting
from coalition.results.schedules import actions as schedules
from tests import factories
from tests.results.test_disputes import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def as_read(of: Any) -> Any:
    """The record as somebody else has it in hand."""
    return type(of).objects.get(pk=of.pk)


def reworded(one: Any, title: str) -> plain.Values:
    values = plain.values_of(one)
    return values | {"words": values["words"] | {"title": title}}


def behind(record: Any, *acts: Callable[[], Any]) -> list[str]:
    """What becomes of these when they come one after the other while somebody holds a record that
    each of them needs: whoever waits there already holds all that it takes before."""

    def holder() -> None:
        with transaction.atomic():
            states.lock(record)
            time.sleep(0.3 + 0.3 * len(acts))

    def late(place: int, act: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: (time.sleep(0.3 * place), act())

    return at_once(holder, *(late(place, act) for place, act in enumerate(acts, start=1)))


def all_is_exact() -> None:
    assert actions.file_all() == 0
    assert list(audit.verify()) == []


def test_who_leads_no_more_does_nothing_in_its_name() -> None:
    """The lead is handed over while a page of the former lead is still open."""
    person, officer = factories.person(), factories.officer()
    one = factories.commitment("published")
    amended = factories.amendment(one, title="Another")
    part = factories.part(one, "confirmed")
    parts.offer_lead(part, role="supporting", what="Goes on helping.", by=person)
    seen, amended.commitment = as_read(one), as_read(one)
    assert seen.partner == amended.commitment.partner != part.partner  # all were read by now
    parts.take_lead(as_read(part), seen=version_of(as_read(part)), by=person)

    acts: dict[str, Callable[[], Any]] = {
        "withdraw": lambda: actions.withdraw(seen, reason="We stop.", by=person),
        "edit": lambda: actions.edit(seen, fields={"title": "Mine"}, by=person),
        "begin": lambda: amending.begin(seen, side="partner", by=person),
        "save": lambda: amending.save(amended, amended.values, amended.base, by=person),
        "propose": lambda: amending.propose(amended, why="It grew.", by=person),
        "discard": lambda: amending.discard(amended, by=person),
        "close": lambda: actions.close_unfulfilled(seen, reason="It ended.", by=officer),
    }
    refused = []
    for verb, act in acts.items():
        try:
            act()
        except NotAllowed as refusal:
            refused.append((verb, "Another partner leads" in str(refusal)))

    assert refused == [(verb, True) for verb in acts]
    assert as_read(one).state == "published"


def test_a_public_promise_that_gets_its_first_schedule_is_found_by_its_light() -> None:
    one = factories.commitment("published")
    actions.file_all()

    schedules.set_schedule(
        one.framework, every=6, days_to_report=30, zone="UTC", by=factories.person()
    )

    assert one.filings.filter(facet="light").exists()
    all_is_exact()


def test_everybody_acts_on_three_promises_at_once() -> None:
    writer, officer, other = factories.person(), factories.officer(), factories.officer()
    helper = factories.partner()
    given = {"partner": factories.partner()}
    ends = factories.commitment("published", **given)
    waits = factories.commitment("submitted", **given)
    day = factories.commitment("approved", **given, publish_on=date(2026, 1, 2))
    amended = factories.amendment(ends, state="proposed", title="Higher wages")
    part = factories.part(ends, partner=helper)
    report = factories.report(factories.period(ends.framework), "submitted", stage="in_progress")
    actions.file_all()
    seal = amendments.outcome_of(as_read(amended)).seal
    seen = version_of(as_read(part))
    base = plain.values_of(as_read(waits))
    acts: list[Callable[[], Any]] = [
        lambda: actions.withdraw(as_read(ends), reason="We stop.", by=writer),
        lambda: actions.close_unfulfilled(as_read(ends), reason="It is over.", by=officer),
        lambda: amending.apply(as_read(amended), seal=seal, by=officer),
        lambda: amending.apply(as_read(amended), seal=seal, by=other),
        lambda: parts.confirm(as_read(part), seen=seen, by=writer),
        lambda: parts.change(
            as_read(part), role="funding", what="Pays for all.", seen=seen, by=writer
        ),
        lambda: actions.approve(as_read(waits), by=officer),
        lambda: actions.approve(as_read(waits), by=other),
        lambda: actions.request_change(as_read(waits), reason="Say when.", by=other),
        lambda: save(as_read(waits), reworded(waits, "Mine"), base, by=writer),
        lambda: amending.begin(as_read(waits), side="secretariat", by=officer),
        lambda: list(actions.publish_due()),
        lambda: list(actions.publish_due()),
        lambda: reporting.publish(as_read(report), by=officer),
        lambda: lifecycle.suspend(as_read(helper), "It is looked into.", by=officer),
        lambda: assessments.begin(as_read(ends.framework), language="en", by=other),
        lambda: schedules.refresh_lights(),
        lambda: actions.file_all(),
    ]

    outcomes = at_once(*acts)

    assert set(outcomes) <= {"done", "refused"}, outcomes
    assert as_read(day).state == "published"
    all_is_exact()


def test_a_partner_leaves_while_others_work_on_what_it_promised() -> None:
    writer, officer = factories.person(), factories.officer()
    leaving, joined = factories.partner(), factories.partner()
    own = [factories.commitment("published", partner=leaving) for _ in range(3)]
    theirs = [factories.commitment("published", partner=joined) for _ in range(2)]
    held = [factories.part(one, "confirmed", partner=leaving) for one in theirs]
    taken = factories.part(own[0], "confirmed", partner=joined)
    parts.offer_lead(taken, role="supporting", what="Helps.", by=writer)
    seen = version_of(as_read(taken))
    actions.file_all()
    acts: list[Callable[[], Any]] = [
        lambda: lifecycle.leave(as_read(leaving), "It ends.", by=officer),
        lambda: parts.take_lead(as_read(taken), seen=seen, by=writer),
        *(
            lambda one=one: assessments.begin(as_read(one.framework), language="en", by=officer)
            for one in own
        ),
        *(
            lambda one=one: schedules.set_schedule(
                as_read(one.framework), every=6, days_to_report=30, zone="UTC", by=writer
            )
            for one in own
        ),
        *(lambda one=one: parts.leave(as_read(one), reason="No.", by=writer) for one in held),
        *(
            lambda one=one: actions.withdraw(as_read(one), reason="We stop.", by=writer)
            for one in theirs
        ),
        lambda: schedules.refresh_lights(),
    ]

    outcomes = at_once(*acts)

    assert set(outcomes) <= {"done", "refused"}, outcomes
    reports = Framework.objects.filter(reporter=leaving, ended_at=None, is_public=True)
    assert not reports.exists()
    all_is_exact()


def test_a_partner_leaves_while_another_takes_back_what_it_contributes() -> None:
    person, officer, leaving = factories.person(), factories.officer(), factories.partner()
    first, led = (
        factories.intervention("implementation"),
        factories.intervention("implementation", partner=leaving),
    )
    own = factories.commitment("published", partner=leaving)
    other = factories.commitment("published")
    factories.claim(own, first, "confirmed")
    for one in (first, led):
        factories.claim(other, one, "confirmed")
    actions.file_all()
    assert first.framework_id < led.framework_id

    outcomes = behind(
        first.framework,
        lambda: actions.withdraw(as_read(other), reason="We stop.", by=person),
        lambda: lifecycle.leave(as_read(leaving), "It ends.", by=officer),
    )

    assert outcomes == ["done"] * 3
    assert (as_read(led).state, as_read(other).state) == ("suspended", "withdrawn")
    assert not first.framework.indicators.get().contributions.exists()
    all_is_exact()


def test_a_partner_leaves_while_an_intervention_joins_a_wider_one() -> None:
    person, officer, leaving = factories.person(), factories.officer(), factories.partner()
    narrow = factories.intervention("implementation", level=factories.level("national"))
    wide = factories.intervention("implementation", level=factories.level("international"))
    for one in (narrow, wide):
        factories.role(one, "funding", "confirmed", partner=leaving)

    outcomes = behind(
        wide,
        lambda: interventions.ask_whole(as_read(narrow), as_read(wide), by=person),
        lambda: lifecycle.leave(as_read(leaving), "It ends.", by=officer),
    )

    assert outcomes == ["done"] * 3
    assert as_read(narrow).asks_whole == wide
    assert not leaving.roles.held().exists()
    all_is_exact()
