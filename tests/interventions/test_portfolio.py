"""How all interventions stand, for those who steer: rules, sums, silence, what is not served."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.interventions.models import PAID, Budget, Intervention, Payment, PaymentKind
from coalition.interventions.portfolio.coverage import coverage_of
from coalition.interventions.portfolio.progress import Progress, gone_of, progress_of, way_of
from coalition.interventions.portfolio.queries import money_in_all, portfolio_of
from coalition.results.totals.actions import derive
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "interventions:portfolio"


def member() -> Any:
    """Somebody who signs for a partner with a seat in a coordinating group."""
    group = factories.body(kind="coordinating_group")
    return factories.mandate(factories.seat(group).partner, "signatory").person


# --- The rule of progress ----------------------------------------------------------------------

#  now aim start direction gone | how it stands
RULE = """
500  500  100  up    1/2  | reached
501  500  100  up    1/2  | reached
499  500  100  up    1    | behind
300  500  100  up    1/2  | on_the_way
299  500  100  up    1/2  | behind
250  500  -    up    1/2  | on_the_way
90   100  200  down  1/2  | reached
150  100  200  down  1/2  | on_the_way
160  100  200  down  1/2  | behind
160  100  -    down  1/2  | no_figure
-    500  100  up    1/2  | no_figure
300  -    100  up    1/2  | no_figure
300  500  100  up    -    | no_figure
400  500  500  up    1/2  | behind
"""


@pytest.mark.parametrize("line", RULE.strip().splitlines())
def test_progress_follows_its_rule(line):
    figures, answer = line.split(" | ")
    now, aim, start, direction, gone = figures.split()
    values = [None if one == "-" else Fraction(one) for one in (now, aim, start, gone)]

    assert way_of(*values[:3], direction=direction, gone=values[3]) == answer


def test_the_time_that_has_passed_is_a_part_of_the_whole():
    one = Intervention(starts_on=date(2025, 1, 1), ends_on=date(2025, 1, 11))

    days = (date(2024, 6, 1), date(2025, 1, 6), date(2026, 1, 1))

    assert [gone_of(one, day) for day in days] == [0, Fraction(1, 2), 1]
    assert gone_of(Intervention(), days[0]) is None


def test_indicators_are_counted_by_how_they_stand():
    one = factories.intervention("implementation", ends_on=date(2026, 12, 31))
    year = factories.period(one.framework, 2025)
    for title, start, value in (("Way", 0, 300), ("Behind", 0, 10), ("Told", 0, None)):
        measured = factories.indicator(one.framework, title)
        factories.fact(measured, start, role="baseline", as_of=date(2025, 1, 1))
        factories.fact(measured, 500, role="target")
        if value is not None:
            factories.fact(measured, value, period=year, as_of=date(2025, 12, 31))
    reached = one.framework.indicators.first()
    factories.fact(reached, 500, period=year, as_of=date(2025, 12, 31))
    derive(one.framework.indicators.values_list("pk", flat=True))

    found = progress_of([one])

    assert found == {one.pk: Progress(reached=1, on_the_way=1, behind=1, no_figure=1)}


# --- Who is silent -----------------------------------------------------------------------------


def due(one: Any, *days: date) -> None:
    for at, day in enumerate(days):
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        factories.period(one.framework, 2023 + at, due_on=day, due_at=moment)


def confirmed(one: Any, at: datetime, kind: str = "implementing") -> Any:
    role = factories.role(one, kind, "confirmed", asked_at=at)
    role.moves.create(verb="confirm", from_state="asked", to_state="confirmed", at=at)
    return role


def test_who_takes_part_without_a_figure_is_silent_since_the_first_deadline_after_it_said_yes():
    one = factories.intervention("implementation")
    due(one, date(2025, 3, 1), date(2026, 3, 1), timezone.localdate() + timedelta(days=9))
    early = confirmed(one, datetime(2025, 1, 1, tzinfo=UTC))
    late = confirmed(one, datetime(2025, 6, 1, tzinfo=UTC))
    confirmed(one, timezone.now())  # no deadline has passed since
    confirmed(one, datetime(2025, 1, 1, tzinfo=UTC), "champion")  # no figures are expected
    heard = confirmed(one, datetime(2025, 1, 1, tzinfo=UTC))
    factories.fact(
        one.framework.indicators.first(),
        5,
        period=one.framework.periods.first(),
        partner=heard.partner,
    )

    row = portfolio_of(member(), {})[0]

    assert [(each.partner, each.since.date()) for each in row.silent] == [
        (early.partner, date(2025, 3, 1)),
        (late.partner, date(2026, 3, 1)),
    ]


def test_who_did_not_answer_is_told_to_officers_alone():
    one = factories.intervention("pipeline")
    asked = factories.role(one, "funding").partner

    assert [each.partner for each in portfolio_of(factories.officer(), {})[0].silent] == [asked]
    assert portfolio_of(member(), {})[0].silent == []


def test_whoever_leads_and_owes_a_report_is_silent():
    one = factories.intervention("implementation")
    since = datetime(2026, 3, 1, tzinfo=UTC)
    one.framework.light, one.framework.light_since, one.framework.every = "overdue", since, 12
    one.framework.save()

    row = portfolio_of(member(), {})[0]

    assert [(each.partner, each.since) for each in row.silent] == [(one.partner, since)]
    assert row.light == ("Overdue", "alert")


# --- Money -------------------------------------------------------------------------------------

amounts = st.tuples(
    st.integers(0, 2),  # which intervention
    st.booleans(),  # a budget, or a payment
    st.integers(1, 9 * 10**15),
    st.sampled_from(["usd", "eur"]),
    st.sampled_from(PaymentKind.values),
    st.booleans(),  # struck out
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(amounts, max_size=25))
def test_money_equals_a_slow_computation_whatever_was_struck_out(rows):
    with transaction.atomic():
        ones = [factories.intervention("implementation", goals=False) for _ in range(3)]
        slow: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
        for number, (at, is_budget, amount, code, kind, is_struck) in enumerate(rows):
            unit, day = factories.unit(code), date(2025, 1, 1)
            common = {
                "intervention": ones[at],
                "number": number,
                "amount": amount,
                "unit": unit,
                "value_on": day,
                "struck_at": timezone.now() if is_struck else None,
            }
            if is_budget:
                Budget.objects.create(**common, starts_on=day, ends_on=day)
            else:
                Payment.objects.create(**common, kind=kind, paid_on=day)
            if not is_struck and (is_budget or kind in PAID):
                slow[ones[at].pk, code][not is_budget] += amount

        found = portfolio_of(factories.officer(), {})

        told = {
            (row.intervention.pk, line.unit.code): list(line.sums)
            for row in found
            for line in row.money
        }
        assert told == dict(slow)
        whole: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for (_one, code), (budget, paid) in slow.items():
            whole[code][0] += budget
            whole[code][1] += paid
        assert {line.unit.code: list(line.sums) for line in money_in_all(found)} == dict(whole)
        transaction.set_rollback(True)


# --- What is served ----------------------------------------------------------------------------


def test_what_no_running_intervention_serves_is_named():
    theme, other = factories.theme("first"), factories.theme("second")
    challenge = factories.challenge()
    country = factories.country()
    one = factories.intervention(
        "implementation", themes=[theme], challenges=[challenge], places=[country]
    )
    funder = factories.role(one, "funding", "confirmed").partner
    factories.role(one, "champion", partner=factories.partner(group=factories.group("ACA")))
    factories.intervention("pipeline", themes=[other])

    found = coverage_of(Intervention.objects.all())

    assert found.running == 1
    by_region, by_group = found.matrices
    counts = {
        (row.code, column.code): count for row, cells in by_region.rows for column, count in cells
    }
    regions = {column.code for (_row, column) in [(0, each) for each in by_region.columns]}
    region = next(code for code in country.path.split(".") if code in regions - {"001"})
    assert {key for key, count in counts.items() if count} == {(theme.code, region)}
    groups = {column.code: count for column, count in dict_of(by_group)[challenge.code]}
    assert groups[funder.group.code] == 1
    assert groups["ACA"] == 0
    unserved = {label: {each.code for each in rows} for label, rows in found.unserved[:2]}
    assert other.code in unserved["Themes"]
    assert theme.code not in unserved["Themes"]
    assert challenge.code not in unserved["Challenges"]


def dict_of(matrix: Any) -> dict[str, list[tuple[Any, int]]]:
    return {row.code: cells for row, cells in matrix.rows}


# --- Who reads it, and how ---------------------------------------------------------------------


def test_only_coordinating_groups_and_officers_read_it(client):
    working_group = factories.seat(factories.body()).partner
    past = factories.seat(factories.body(kind="coordinating_group"), until=date(2026, 2, 1)).partner
    refused = [factories.mandate(one, "signatory").person for one in (working_group, past)]
    for person in refused:
        client.force_login(person)
        assert client.get(reverse(ADDRESS)).status_code == 404
        assert client.get(reverse("interventions:portfolio_csv")).status_code == 404
    for person in (member(), factories.officer()):
        client.force_login(person)
        assert client.get(reverse(ADDRESS)).status_code == 200


def test_a_member_sees_no_draft_and_an_officer_does(client):
    factories.intervention("draft", title="Still a draft")
    public = factories.intervention("pipeline", title="Announced")

    assert [row.intervention for row in portfolio_of(member(), {})] == [public]
    assert len(portfolio_of(factories.officer(), {})) == 2


def test_it_is_filtered_and_sorted(client):
    theme = factories.theme("rare")
    light, heavy, none = (
        factories.intervention("implementation", title=title, themes=themes)
        for title, themes in (("C", [theme]), ("A", [theme]), ("B", None))
    )
    light.risks.create(number=1, words="A little", likelihood=1, harm=1)
    heavy.risks.create(number=1, words="Much", likelihood=3, harm=3)
    heavy.risks.create(number=2, words="Over", likelihood=3, harm=3, closed_at=timezone.now())
    officer = factories.officer()

    def asked(**wishes: Any) -> list[Any]:
        return [row.intervention for row in portfolio_of(officer, wishes)]

    assert asked(sort="title") == [heavy, none, light]
    assert asked(sort="risk") == [heavy, light, none]
    assert asked(theme=theme, sort="title") == [heavy, light]
    assert asked(attention="risk") == [heavy]
    assert asked(stage="closed") == []
    client.force_login(officer)
    page = client.get(reverse(ADDRESS) + "?stage=nonsense&theme=nothing")
    assert page.status_code == 200


def test_the_files_hold_what_the_page_shows(client):
    one = factories.intervention("implementation", title="Ovens")
    factories.intervention("pipeline", title="Announced")
    Budget.objects.create(
        intervention=one,
        number=1,
        amount=123_450,
        unit=factories.unit("usd"),
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 12, 31),
        value_on=date(2025, 1, 1),
    )
    client.force_login(member())

    url = reverse("interventions:portfolio_csv") + "?stage=implementation"
    text = client.get(url).getvalue().decode("utf-8-sig")

    rows = list(csv.DictReader(text.splitlines()))
    assert [(row["title"], row["money"], row["no_figure"]) for row in rows] == [
        ("Ovens", "USD 1234.50 / 0.00", "1"),
    ]
    book = client.get(reverse("interventions:portfolio_xlsx"))
    assert book.getvalue()[:2] == b"PK"


def test_its_queries_are_as_many_for_three_as_for_one(client, django_assert_max_num_queries):
    client.force_login(member())
    for _ in range(3):
        one = factories.intervention("implementation")
        confirmed(one, datetime(2025, 1, 1, tzinfo=UTC))
        one.risks.create(number=1, words="Much", likelihood=3, harm=3, is_public=True)

    with django_assert_max_num_queries(40):
        client.get(reverse(ADDRESS))
