"""Key interventions as JSON, and the thread walked from a challenge to a proof and back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.api.test_views import ROOT, SITE, get, record
from tests.catalogue.test_thread import chain

pytestmark = pytest.mark.django_db


def listed(client: Client, **asked: str) -> list[str]:
    return [one["title"] for one in get(client, "interventions", **asked)["results"]]


def test_an_intervention_with_all_its_facts(client: Client) -> None:
    held = chain()
    one = held["intervention"]
    guild = factories.partner("Guild", group=factories.group("BUS"))
    factories.role(one, "funding", "confirmed", partner=guild, what="Lends ovens")
    factories.role(one, "implementing", "asked")
    one.outsiders.create(kind="implementing", name="A school")
    day = date(2025, 1, 1)
    one.budgets.create(
        number=1,
        amount=150_075,
        unit=factories.unit("eur"),
        value_on=day,
        starts_on=day,
        ends_on=date(2025, 12, 31),
    )

    told = record(client, f"interventions/{one.reference}")

    assert told["partner_name"] == one.partner.name
    assert told["roles"][1] == {
        "partner": guild.reference,
        "partner_name": "Guild",
        "group": "BUS",
        "role": "funding",
        "what": "Lends ovens",
    }
    assert len(told["roles"]) == 2
    assert told["outsiders"] == [{"name": "A school", "language": "en", "role": "implementing"}]
    assert told["decision"] == held["consultation"].reference
    assert told["proposals"] == [f"{held['consultation'].reference}/1"]
    assert told["challenges"] == ["climate-change"]
    assert told["common_priorities"] == [held["common_priority"].reference]
    assert [each["eid"] for each in told["takes_up"]] == ["para_1"]
    assert told["framework"] == held["results"].reference
    assert told["goals"][0]["indicators"][0]["target"] == {"value": "500", "unit": "people"}
    assert told["money"] == [{"currency": "eur", "year": 2025, "budget": "1500.75", "paid": "0.00"}]
    assert told["contributions"] == [
        {
            "commitment": held["commitment"].reference,
            "title": held["commitment"].title,
            "language": "en",
            "partner": held["commitment"].partner.reference,
            "indicator": 1,
            "share": "1.00",
            "how": "So.",
        }
    ]
    promise = record(client, f"commitments/{held['commitment'].reference}")
    assert promise["contributes_to"] == [
        {"intervention": one.reference, "indicator": 1, "share": "1.00", "how": "So."}
    ]


def test_what_is_not_promised_yet_keeps_its_goals(client: Client) -> None:
    one = factories.intervention("pipeline")

    told = record(client, f"interventions/{one.reference}")

    assert (told["framework"], told["reports"], told["goals"]) == (None, None, [])
    draft = factories.intervention("draft", whole=one)
    assert client.get(f"{ROOT}interventions/{draft.reference}").status_code == 404
    assert record(client, f"interventions/{one.reference}")["parts"] == []


def test_filters(client: Client) -> None:
    text = factories.instrument("api-int", paragraphs=2)
    guild = factories.partner("Guild", group=factories.group("BUS"))
    one = factories.intervention(
        "implementation",
        title="Ovens",
        places=[factories.country("KEN")],
        challenges=[factories.challenge("climate-change")],
        provisions=[text.provisions.get(eid="para_2")],
    )
    factories.role(one, "funding", "confirmed", partner=guild)
    factories.intervention("closed", title="Other")

    for asked in (
        {"stage": "implementation"},
        {"partner": guild.reference},
        {"group": "BUS", "role": "funding"},
        {"place": "002"},
        {"challenge": "climate-change"},
        {"declaration": "api-int", "provision": "para_2"},
    ):
        assert listed(client, **asked) == ["Ovens"], asked
    for asked in ({"group": "BUS", "role": "lead"}, {"place": "XXX"}, {"provision": "para_2"}):
        assert listed(client, **asked) == [], asked
    assert client.get(f"{ROOT}interventions", {"stage": "draft"}).status_code == 422


def walk(client: Client, at: str, *kinds: str, side: str) -> str:
    """From one address of the thread to the next, by the kind of each step."""
    for kind in kinds:
        knots = client.get(at.removeprefix(SITE)).json()["knots"]
        ways = [one for one in knots if (one["position"], one["kind"]) == (side, kind)]
        assert ways, (at, kind, knots)
        at = ways[0]["thread"]
    return at


@pytest.mark.parametrize(
    "begins",
    [("challenge", "climate-change"), ("common_priority", "")],
)
def test_the_thread_is_walked_from_a_challenge_to_a_proof_and_back(
    client: Client, begins: tuple[str, str]
) -> None:
    held = chain()
    kind, key = begins[0], begins[1] or held["common_priority"].reference
    start = f"{SITE}{ROOT}thread/{kind}/{key}"
    there = ("consultation", "proposal", "decision", "intervention", "results")
    down = walk(client, start, *there, "indicator", "figure", "evidence", side="below")
    knots = client.get(down.removeprefix(SITE)).json()["knots"]
    here: Any = next(one for one in knots if one["position"] == "here")
    assert (here["kind"], here["title"]) == ("evidence", held["evidence"].title)

    back = ("figure", "indicator", "results", "intervention", "decision", "consultation", kind)
    assert walk(client, down, *back, side="above") == start
