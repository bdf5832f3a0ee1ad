"""Consultations in the public API: with their phases, and why something may not be done now."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from django.test import Client

from coalition.base.changes import record_changed
from tests import factories
from tests.api.test_views import SITE, get, record

pytestmark = pytest.mark.django_db


def references(client: Client, query: str = "") -> list[str]:
    return [one["reference"] for one in get(client, f"consultations{query}")["results"]]


def test_one_with_its_phases_and_first_proposals(client: Client) -> None:
    text = factories.instrument(paragraphs=1)
    provision = text.provisions.filter(role="operative").first()
    common, partner = factories.common_priority(), factories.partner()
    one = factories.consultation(
        "open", place=factories.country("FRA"), text=text, provisions=[provision]
    )
    first = factories.statement(one, "Pay night work.", priority=common)
    first.credits.create(partner=partner)
    factories.statement(one, "Take it up.", provision=provision)

    told = record(client, f"consultations/{one.reference}")

    phase = one.phases.get()
    assert told["state"] == "open"
    assert told["question"] == one.question
    assert (told["place"], told["text"], told["theme"]) == ("FRA", text.code, None)
    assert told["provisions"] == [f"{text.code}/{provision.eid}"]
    assert told["url"] == f"{SITE}{one.get_absolute_url()}"
    assert [(each["kind"], each["grants"], each["is_open"]) for each in told["phases"]] == [
        ("react", ["react"], True)
    ]
    assert told["phases"][0]["closes_at"][:19] == phase.closes_at.astimezone(UTC).isoformat()[:19]
    assert told["phases"][0]["sentence"].startswith("Open until ")
    assert [each["credited"] for each in told["proposals"]] == [[partner.reference], []]
    assert told["proposals"][0]["common_priority"] == common.reference
    assert told["proposals"][1]["provision"] == f"{text.code}/{provision.eid}"


def test_contributed_proposals_stand_beside_the_first_ones_as_readers_see_them(
    client: Client,
) -> None:
    one, partner = factories.consultation("open"), factories.partner()
    factories.statement(one, "Pay night work.")
    factories.contribution(one, "Rest on Sundays.", partner=partner)
    factories.contribution(one, "Buses run at night.")
    for state, more in (
        *(("waiting", {}), ("draft", {}), ("withdrawn", {})),
        ("refused", {"refused_for": "unclear"}),
        ("merged", {"merged_into": one.statements.first()}),
    ):
        factories.contribution(one, f"Hidden {state}.", state=state, **more)

    told = record(client, f"consultations/{one.reference}")
    assert (told["first_proposals"], told["proposal_count"]) == (1, 3)
    keys = ("number", "origin", "proposed_by")
    by_number = [tuple(each[key] for key in keys) for each in told["proposals"]]
    assert by_number == [
        *((1, "priority", None), (2, "partner", partner.reference), (3, "person", None)),
    ]
    page = get(client, f"consultations/{one.reference}/proposals?page_size=2")
    assert (page["count"], page["results"]) == (3, told["proposals"][:2])
    one.answers_are_public = False
    one.save()
    page = get(client, f"consultations/{one.reference}/proposals?page=2&page_size=1")
    assert [each["proposed_by"] for each in page["results"]] == [None]
    assert not any("Hidden" in each["text"] for each in page["results"])
    draft = factories.consultation("draft")
    assert client.get(f"/api/v1/consultations/{draft.reference}/proposals").status_code == 404


def test_what_is_credited_to_a_merged_one_stands_with_the_other(client: Client) -> None:
    one, partners = factories.consultation("open"), [factories.partner() for _ in range(2)]
    first, second = factories.statement(one), factories.statement(one)
    first.credits.create(partner=partners[0])
    for partner in partners:
        second.credits.create(partner=partner)
    one.statements.filter(pk=second.pk).update(state="merged", merged_into=first)

    [told] = record(client, f"consultations/{one.reference}")["proposals"]

    assert sorted(told["credited"]) == sorted(each.reference for each in partners)


def test_drafts_are_hidden_and_what_was_called_off_says_why(client: Client) -> None:
    draft, off = factories.consultation("draft"), factories.consultation("called_off")
    steps = {"from_state": "open", "to_state": "called_off", "by": factories.officer()}
    off.moves.create(verb="call_off", reason="No money.", **steps)

    assert client.get(f"/api/v1/consultations/{draft.reference}").status_code == 404
    told = record(client, f"consultations/{off.reference}")

    assert references(client) == [off.reference]
    assert (told["state"], told["called_off_because"]) == ("called_off", "No money.")
    assert told["phases"][0]["is_open"] is False


def test_list_is_filtered(client: Client) -> None:
    theme = factories.theme("employment")
    here = {"place": factories.country("FRA"), "level": factories.level("national")}
    one = factories.consultation(
        "open", theme=theme, challenges=[factories.challenge("climate-change")], **here
    )
    planned = factories.consultation("planned", themes=[theme])

    wanted: dict[str, list[Any]] = {
        "?state=open": [one],
        "?state=planned": [planned],
        "?open_to=react": [one],
        "?open_to=propose": [],
        "?theme=employment": [planned, one],
        "?theme=nonsense": [],
        "?challenge=climate-change": [one],
        "?place=FRA": [one],
        "?place=XXX": [],
        "?level=national": [one],
    }
    for query, expected in wanted.items():
        assert sorted(references(client, query)) == sorted(x.reference for x in expected), query
    assert client.get("/api/v1/consultations?state=draft").status_code == 422


def test_it_hangs_on_the_thread_below_what_it_answers(client: Client) -> None:
    text = factories.instrument(paragraphs=1)
    provision = text.provisions.filter(role="operative").first()
    one = factories.consultation("open", provisions=[provision], challenges=[factories.challenge()])
    record_changed(one)

    below = get(client, f"thread/provision/{text.code}/{provision.eid}")["knots"]
    own = get(client, f"thread/consultation/{one.reference}")["knots"]

    assert ("below", "consultation", one.reference) in [
        (knot["position"], knot["kind"], knot["key"]) for knot in below
    ]
    assert [(knot["position"], knot["kind"]) for knot in own] == [
        ("above", "challenge"),
        ("above", "declaration"),
        ("above", "provision"),
        ("here", "consultation"),
    ]
