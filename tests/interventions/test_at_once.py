"""Who act on the same interventions at the same moment: one of them is told, and nobody waits for
somebody who waits for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from coalition.base import audit
from coalition.commitments.contributing import actions as contributing
from coalition.commitments.contributing import queries as claims
from coalition.interventions import actions
from coalition.interventions.models import Intervention
from coalition.interventions.roles.queries import version_of
from coalition.partners.people import lifecycle
from coalition.results.models import Total
from coalition.results.reporting import actions as reporting
from coalition.results.schedules import actions as schedules
from coalition.results.totals.actions import derive
from tests import factories
from tests.results.test_disputes import at_once

pytestmark = pytest.mark.django_db(transaction=True)

Act = Callable[[], Any]


def as_read(of: Any) -> Any:
    """The record as somebody else has it in hand."""
    return type(of).objects.get(pk=of.pk)


def reported(framework: Any, value: int = 20) -> Any:
    """A report with a figure that waits to be published."""
    period = factories.period(framework)
    made = factories.report(period, "submitted", stage="in_progress")
    factories.fact(framework.indicators.first(), value, period=period, report=made, state="draft")
    return made


def totals() -> list[tuple[Any, ...]]:
    return sorted(Total.objects.values_list("indicator", "role", "value", "facts"))


def all_is_exact() -> None:
    assert list(audit.verify()) == []
    held = totals()
    derive()
    assert totals() == held
    for one in Intervention.objects.all():
        assert one.roles.filter(kind="lead", state="confirmed").count() <= 1
        assert one.framework.reporter_id == one.partner_id


def test_the_lead_is_taken_over_while_it_reports() -> None:
    writer, officer = factories.person(), factories.officer()
    acts: list[Act] = []
    for _ in range(3):
        one = factories.intervention("implementation")
        role, report = factories.role(one, "lead"), reported(one.framework)
        seen, other = version_of(as_read(role)), factories.partner()
        acts += [
            lambda role=role, seen=seen: actions.confirm(as_read(role), seen=seen, by=writer),
            lambda report=report: reporting.publish(as_read(report), by=officer),
            lambda one=one: schedules.set_schedule(
                as_read(one.framework), every=6, days_to_report=30, zone="UTC", by=writer
            ),
            lambda one=one, other=other: actions.ask(
                as_read(one), other, kind="lead", what="", by=officer
            ),
        ]

    outcomes = at_once(*acts)

    assert set(outcomes) <= {"done", "refused"}, outcomes
    all_is_exact()


def test_everything_happens_to_a_wider_intervention_at_once() -> None:
    writer, officer, leaving = factories.person(), factories.officer(), factories.partner()
    wide = factories.intervention("implementation", level=factories.level("international"))
    joins = factories.intervention("implementation", whole=wide)
    counted, above = joins.framework.indicators.get(), wide.framework.indicators.get()
    role = factories.role(wide, "lead", partner=leaving)
    promised = factories.commitment("published")
    claim = factories.claim(promised, wide, own=promised.framework.indicators.first())
    planned = factories.intervention("pipeline")
    reports = [reported(of.framework) for of in (wide, joins, promised)]
    seen, read = version_of(as_read(role)), claims.version_of(as_read(claim))
    acts: list[Act] = [
        lambda: actions.confirm(as_read(role), seen=seen, by=writer),
        lambda: lifecycle.leave(as_read(leaving), "It ends.", by=officer),
        lambda: contributing.confirm(as_read(claim), seen=read, by=writer),
        lambda: contributing.decline(as_read(claim), reason="No.", by=writer),
        *(
            lambda report=report: reporting.publish(as_read(report), by=officer)
            for report in reports
        ),
        lambda: actions.count_towards(as_read(counted), as_read(above), by=writer),
        lambda: actions.leave_whole(as_read(joins), reason="We go.", by=writer),
        lambda: actions.kick_off(as_read(planned), by=writer),
        lambda: actions.edit(
            as_read(planned), fields={"title": "Ovens"}, why="It is shorter.", by=writer
        ),
        lambda: actions.suspend(as_read(wide), reason="It rests.", by=officer),
    ]

    outcomes = at_once(*acts)

    assert set(outcomes) <= {"done", "refused"}, outcomes
    all_is_exact()
