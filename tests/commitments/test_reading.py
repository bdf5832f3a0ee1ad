"""What readers see of a commitment, and of all those of a partner, a place or a theme."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from coalition.commitments.actions import file_all
from coalition.commitments.models import Commitment
from coalition.commitments.reading import balance, queries
from coalition.results.totals.actions import derive
from tests import factories

pytestmark = pytest.mark.django_db


def page_of(client: Any, one: Any, route: str = "commitments:commitment") -> str:
    response = client.get(reverse(route, args=[one.reference]))
    assert response.status_code == 200
    return response.content.decode()


def test_page_tells_the_promise_its_parts_and_what_came_of_it(client: Any) -> None:
    one = factories.commitment("published", needs_help=True, help_wanted="Teachers at night")
    money = {"kind": "financial", "amount": 150_000, "unit": factories.unit("usd"), "year": 2026}
    one.resources.create(number=2, **money)
    factories.part(one, "confirmed", partner=factories.partner("Guild"), what="Lends its rooms")
    factories.part(one, "asked", partner=factories.partner("Silent"))
    indicator = one.framework.indicators.get()
    period = factories.period(one.framework, 2025)
    report = factories.report(period, "published", stage="in_progress")
    figure = factories.fact(indicator, 18, period=period, report=report)
    factories.evidence(figure, title="The union's register")
    factories.dispute(figure, "admitted")
    figure.is_disputed = True
    figure.save()
    one.framework.assessments.create(
        reference="ASM-2026-0001",
        reviewer=factories.person(roles=("reviewer",)),
        state="published",
        completion="limited",
        words="Half of it was done.",
        published_at=timezone.now(),
        reply="We are not at the end yet.",
        replied_by=factories.person(),
        replied_at=timezone.now(),
    )
    derive()

    for route in ("commitments:commitment", "commitments:sheet"):
        page = page_of(client, one, route)
        for words in (
            *(one.promise, "Teachers at night", "1,500", "Guild", "Half of it was done."),
            *("18", "30", "1 disputed figure", "1 piece of evidence"),
        ):
            assert words in page, (route, words)
        assert "Silent" not in page, route
    page = page_of(client, one)
    for words in ("Lends its rooms", "union&#x27;s register", "We are not at the end yet."):
        assert words in page, words


def test_picture_tells_the_finding_and_what_it_cannot_show_is_told_in_words() -> None:
    one = factories.commitment("published")
    first = one.framework.indicators.get()
    reached = factories.indicator(one.framework, "Bakeries")
    told = factories.indicator(one.framework, "In words", measure="text", rule="none", unit=None)
    period = factories.period(one.framework, 2025)
    factories.fact(reached, 10, role="target")
    factories.fact(first, 15, period=period)
    factories.fact(reached, 12, period=period)
    factories.fact(told, None, text="All is well.", period=period, unit=None)
    derive()

    account = queries.account_of(one, reader=factories.person())

    assert "1 of 2 targets is reached" in account.picture
    assert "15" in account.picture
    assert [each.indicator.title for each in account.told] == ["In words"]


@pytest.mark.parametrize(
    ("state", "page", "sheet"),
    [
        ("published", 200, 200),
        ("completed_claimed", 200, 200),
        ("closed", 200, 200),
        ("inactive", 200, 200),
        ("withdrawn", 410, 302),
        ("submitted", 404, 404),
        ("draft", 404, 404),
    ],
)
def test_visitors_see_what_is_public_and_why_it_was_withdrawn(
    client: Any, state: str, page: int, sheet: int
) -> None:
    one = factories.commitment(state)

    assert client.get(f"/en/commitments/{one.reference}/").status_code == page
    assert client.get(f"/en/commitments/{one.reference}/print/").status_code == sheet


def test_history_tells_all_that_is_public_in_its_order() -> None:
    start = datetime(2026, 1, 1, 9, tzinfo=UTC)
    one = factories.commitment("published", published_at=start)
    guild = factories.part(one, "confirmed", partner=factories.partner("Guild"))
    quiet = factories.part(one, "declined", partner=factories.partner("Quiet"))
    steps = [("submit", -1), ("publish", 0)]
    for verb, days in steps:
        one.moves.create(
            verb=verb, from_state="draft", to_state="submitted", at=start + timedelta(days)
        )
    guild.moves.create(
        verb="confirm", from_state="asked", to_state="confirmed", at=start + timedelta(1)
    )
    quiet.moves.create(
        verb="decline", from_state="asked", to_state="declined", at=start + timedelta(2)
    )
    one.editions.create(number=1, at=start)
    one.editions.create(number=2, at=start + timedelta(3), why="It grew.")
    period = factories.period(one.framework, 2025)
    factories.report(period, "published", stage="in_progress", published_at=start + timedelta(4))
    one = queries.for_page(Commitment.objects.all()).get(pk=one.pk)

    told = queries.story(one, queries.account_of(one, reader=factories.person()))

    assert [(each.sentence, each.reason) for each in told] == [
        ("Published", ""),
        ("Guild joined it", ""),
        ("Amended; its words since then are edition 2", "It grew."),
        ("Reported on 2025: In progress", ""),
    ]


def test_balance_counts_every_state_and_never_adds_currencies() -> None:
    usd, eur = factories.unit("usd"), factories.unit("eur")
    country = factories.country("KEN")
    states = ("published", "published", "closed", "closed", "inactive", "withdrawn", "draft")
    made = [factories.commitment(state, places=[country]) for state in states]
    for verb, one in (("close", made[2]), ("close_unfulfilled", made[3])):
        one.moves.create(verb=verb, from_state="published", to_state="closed", reason="So it is.")
    factories.part(made[0], "confirmed", partner=factories.partner(group=factories.group("GOV")))
    factories.part(made[1], "asked", partner=factories.partner(group=factories.group("CSO")))
    for number, unit, one in ((2, usd, made[0]), (3, usd, made[0]), (2, usd, made[1])):
        one.resources.create(number=number, kind="financial", amount=100, unit=unit, year=2026)
    for one in (made[4], made[5]):
        one.resources.create(number=4, kind="financial", amount=250, unit=eur, year=2026)
    file_all()

    for facet, value in (("", ""), ("country", "KEN"), ("region", "002")):
        found = balance.balance_of(Commitment.objects.all(), facet, value)
        numbers = (found.total, found.fulfilled, found.unfulfilled, found.withdrawn)
        assert numbers == (5, 1, 1, 1), facet
        assert [(each.word, each.number) for each in found.states] == [
            ("Published", 2),
            ("Closed", 2),
            ("Inactive", 1),
        ], facet
        assert {each.code: each.number for each in found.groups} == {"WRK": 5, "GOV": 1}, facet
        assert sorted(found.money) == [
            f"2.50 {eur.short_name} in 1 commitment",
            f"3 {usd.short_name} in 2 commitments",
        ], facet
    assert found.states[0].query == "region=002&state=published"


def test_balance_and_the_newest_are_the_same_however_many_there_are(monkeypatch: Any) -> None:
    theme = factories.theme("rights")
    made = [factories.commitment("published", themes=[theme]) for _ in range(3)]
    factories.commitment("published")
    file_all()
    members = Commitment.objects.filter(themes=theme)

    few = balance.balance_of(members, "theme", "rights")
    monkeypatch.setattr(balance, "MANY", 0)
    many = balance.balance_of(members, "theme", "rights")

    assert (few.is_many, many.is_many) == (False, True)
    few.is_many = True
    assert few == many
    expected = [one.pk for one in reversed(made)]
    for is_many in (False, True):
        keys = balance.newest(members, "theme", "rights", is_many=is_many)
        assert list(keys) == expected, is_many
