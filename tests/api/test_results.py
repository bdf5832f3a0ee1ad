"""Results in the public API: frameworks, figures with their passports, totals."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from coalition.results.totals.actions import derive
from tests import factories
from tests.api.test_views import SITE, get, record

pytestmark = pytest.mark.django_db


def framework(**fields: Any) -> Any:
    """30 of 40 people in two years, of a public promise."""
    owner = factories.commitment("published", goals=False, title="Decent pay", **fields)
    made = factories.framework(commitment=owner, every=12)
    indicator = factories.indicator(made, "Bakers trained")
    factories.fact(indicator, 40, role="target")
    for year, value in ((2024, 10), (2025, 20)):
        period = factories.period(made, year)
        factories.fact(
            indicator, value, period=period, report=factories.report(period, "published")
        )
    derive()
    return made


def test_framework_with_where_each_indicator_stands(client: Client) -> None:
    made = framework()

    told = record(client, f"frameworks/{made.reference}")

    amount = {"unit": "people", "as_of": None, "withheld": ""}
    assert told == {
        "reference": made.reference,
        "owner_kind": "commitment",
        "owner": made.owner.reference,
        "title": "Decent pay",
        "language": "en",
        "reporter": made.reporter.reference,
        "reporter_name": made.reporter.name,
        "group": "WRK",
        "light": "reported",
        "every": 12,
        "days_to_report": 60,
        "next_due_at": None,
        "completed_at": None,
        "ended_at": None,
        "url": f"{SITE}/en/results/{made.reference}/",
        "is_example": False,
        "indicators": [
            {
                "number": 1,
                "result": made.results.get().title,
                "level": "goal",
                "title": "Bakers trained",
                "measure": "number",
                "unit": "people",
                "rule": "sum",
                "direction": "up",
                "no_baseline": "",
                "baseline": [],
                "target": [{**amount, "value": "40", "figures": 1}],
                "reached": [{**amount, "value": "30", "figures": 2}],
                "figures": 2,
                "evidence": 0,
                "checked": 0,
                "disputed": 0,
                "url": f"{SITE}/en/results/{made.reference}/indicators/1/",
            }
        ],
    }


def test_frameworks_are_filtered_and_hidden_ones_are_missing(client: Client) -> None:
    made = framework(partner=factories.partner("Bakers"))
    hidden = factories.commitment("submitted").framework
    wishes = {
        "": [made.reference],
        "group=WRK": [made.reference],
        "group=GOV": [],
        f"partner={made.reporter.reference}": [made.reference],
        "light=reported": [made.reference],
        "light=overdue": [],
    }

    found = {
        wish: [one["reference"] for one in get(client, f"frameworks?{wish}")["results"]]
        for wish in wishes
    }

    assert found == wishes
    for address in ("", "/figures", "/totals"):
        response = client.get(f"/api/v1/frameworks/{hidden.reference}{address}")
        assert response.status_code == 404
    assert client.get("/api/v1/frameworks?light=green").status_code == 422


def test_figures_carry_their_passports_and_totals_their_rule(client: Client) -> None:
    made = framework()
    fact = made.indicators.get().facts.get(value=20)

    figures = get(client, f"frameworks/{made.reference}/figures?role=actual&indicator=1")
    totals = get(client, f"frameworks/{made.reference}/totals")

    assert [one["value"] for one in figures["results"]] == ["10", "20"]
    told = figures["results"][1]
    assert told["url"] == f"{SITE}/en/results/{made.reference}/figures/{fact.pk}/"
    assert (told["rule"], told["basis"], told["checked"]) == ("sum", "reported", False)
    assert [
        (one["role"], one["period_from"], one["partner"], one["value"], one["rule"])
        for one in totals["results"]
        if not one["partner"]
    ] == [
        ("actual", None, "", "30", "sum"),
        ("actual", "2024-01-01", "", "10", "sum"),
        ("actual", "2025-01-01", "", "20", "sum"),
        ("target", None, "", "40", "sum"),
    ]


def test_figures_unchanged_cost_nothing(client: Client) -> None:
    address = f"/api/v1/frameworks/{framework().reference}/figures"
    etag = client.get(address)["ETag"]

    again = client.get(address, HTTP_IF_NONE_MATCH=etag)

    assert (again.status_code, again.content) == (304, b"")
