"""Who act on the same figures at the same moment: one of them is told, and nobody waits for
somebody who waits for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from coalition.base import audit
from coalition.results.disputes import actions as disputes
from coalition.results.frameworks import counting, overlaps, shares
from coalition.results.models import Fact, Framework, Incoming, Report
from coalition.results.offline import actions as offline
from coalition.results.offline import queries as came
from coalition.results.proof.actions import add_evidence
from coalition.results.reporting import actions as reporting
from coalition.results.reporting.plain import values_of
from coalition.results.schedules.actions import refresh_lights
from coalition.results.totals.actions import derive
from tests import factories
from tests.results.test_disputes import at_once
from tests.results.test_totals import as_they_stand

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def framework() -> Framework:
    return factories.framework(commitment=factories.commitment("published"))


def published(framework: Framework, count: int = 4) -> tuple[Report, list[Fact]]:
    """A published report with so many figures."""
    report = factories.report(factories.period(framework), "published", stage="in_progress")
    measured = [factories.indicator(framework) for _ in range(count)]
    facts = [
        factories.fact(one, 20 + at, period=report.period, report=report)
        for at, one in enumerate(measured)
    ]
    return report, facts


def amended(report: Report, by: Any) -> Report:
    """The report, amended without another figure, and sent in."""
    made = reporting.amend(report, reason="A typing error.", by=by)
    Report.objects.filter(pk=made.pk).update(state="submitted")
    return made


def as_read(of: Any) -> Any:
    """The record as somebody else has it in hand."""
    return type(of).objects.get(pk=of.pk)


def test_publishing_goes_on_while_its_figures_are_disputed_and_proved(framework: Framework) -> None:
    writer, officer = factories.person(), factories.officer()
    first, facts = published(framework)
    report = amended(first, writer)
    received = [factories.dispute(one) for one in facts[:2]]
    acts: list[Callable[[], Any]] = [
        lambda: reporting.publish(as_read(report), by=officer),
        lambda: reporting.publish(as_read(report), by=officer),
        lambda: refresh_lights(),
    ]
    acts += [
        lambda one=one: disputes.admit(as_read(one), reason="It seems so.", by=officer)
        for one in received
    ]
    acts += [
        lambda one=one: disputes.dispute(
            as_read(one), reason="The register counts fewer people.", language="en", by=writer
        )
        for one in facts[2:]
    ]
    acts += [
        lambda one=one: add_evidence(
            as_read(one), kind="link", title="List", language="en", url="https://a.test/", by=writer
        )
        for one in facts
    ]

    outcomes = at_once(*acts)

    assert set(outcomes) <= {"done", "refused"}
    assert (as_read(report).state, as_read(first).state) == ("published", "superseded")
    assert Fact.objects.published().filter(report=report).count() == len(facts)
    assert list(audit.verify()) == []


def test_what_came_in_is_taken_over_once_while_others_save(framework: Framework) -> None:
    writer = factories.person()
    number = factories.indicator(framework).number
    report = factories.report(factories.period(framework))
    incoming = Incoming.objects.create(
        report=report, origin="sheet", values={str(number): {"value": "7"}}, base={}
    )
    seal = came.changes_of(incoming).seal
    keys = [one.key for one in came.changes_of(incoming).rows]
    words = {"report": {"achieved": "All is well."}}
    acts: list[Callable[[], Any]] = [
        *(
            lambda: offline.confirm(as_read(incoming), taken=keys, seal=seal, by=writer)
            for _ in range(2)
        ),
        *(lambda: reporting.save(as_read(report), words, {}, by=writer) for _ in range(3)),
    ]

    outcomes = at_once(*acts)

    assert set(outcomes) <= {"done", "refused"}
    assert outcomes.count("done") in (3, 4)  # where words came first, it is looked at again
    assert values_of(as_read(report))["report"] == {"achieved": "All is well."}


def test_an_amendment_is_begun_once_and_shares_stay_within_the_whole(framework: Framework) -> None:
    writer = factories.person()
    first, facts = published(framework, 2)
    reporting_ones = [factories.partner() for _ in range(3)]
    acts: list[Callable[[], Any]] = [
        *(
            lambda: reporting.amend(as_read(first), reason="A typing error.", by=writer)
            for _ in range(2)
        ),
        *(
            lambda one=one: shares.name_share(
                as_read(facts[0].indicator), one, share=6_000, how="Trained half.", by=writer
            )
            for one in reporting_ones
        ),
        *(
            lambda a=a, b=b: overlaps.declare_overlap(as_read(a), as_read(b), count=5, by=writer)
            for a, b in (facts, facts[::-1])
        ),
    ]

    outcomes = at_once(*acts)

    # One share of 60 per cent fits, and of two overlaps that lead to each other one stands.
    assert outcomes == ["done"] * 4 + ["refused"] * 3
    assert first.amended_by.count() == 1


def test_figures_tied_at_once_go_in_no_circle_and_are_in_every_total(framework: Framework) -> None:
    officer = factories.officer()
    first, second, third = (
        factories.indicator(of)
        for of in (
            framework,
            factories.framework(commitment=factories.commitment("published")),
            factories.framework(commitment=factories.commitment("published")),
        )
    )
    for one in (first, second, third):
        factories.fact(one, 10, period=factories.period(one.framework))
    acts: list[Callable[[], Any]] = [
        lambda a=a, b=b: counting.count_towards(as_read(a), as_read(b), by=officer)
        for a, b in ((first, second), (second, third), (third, first), (second, first))
    ]
    acts += [lambda one=one: derive([one.pk]) for one in (first, second, third)]

    outcomes = at_once(*acts)

    assert outcomes == ["done"] * 5 + ["refused"] * 2
    one_by_one = as_they_stand()
    derive()
    assert as_they_stand() == one_by_one
