from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from coalition.base.reference import Source
from coalition.web.examples import consent as example
from tests.factories import consent, officer, state, treaty

pytestmark = pytest.mark.django_db


def get(client: Client, query: str = "") -> Any:
    response = client.get(f"/api/v1/consent{query}")
    assert response.status_code == 200, query
    return response.json()


def test_consent_is_told_for_any_day_with_its_passport(client: Client) -> None:
    france = state("FRA")
    letter = Source.objects.create(code="letter", title="A letter", seen_on="2024-03-04")
    given = {"source": letter, "as_of": date(2024, 3, 4), "source_status": "In Force"}
    consent(france, treaty("C087"), **given)
    days = {
        "1950-01-01": ("not_bound", None),
        "1951-07-01": ("pending", "1951-06-28"),
        "1952-07-01": ("in_force", "1952-06-28"),
    }
    for day, expected in days.items():
        told = get(client, f"?instrument=c087&country=fra&on={day}")["results"]
        assert (day, [(one["status"], one["since"]) for one in told]) == (day, [expected])

    assert told == [
        {
            "instrument": "C087",
            "country": "FRA",
            "names": france.names,
            "on": "1952-07-01",
            "status": "in_force",
            "since": "1952-06-28",
            "why": "",
            "source_says": "In Force",
            "source": {
                "code": "letter",
                "title": "A letter",
                "url": "",
                "seen_on": "2024-03-04",
            },
            "as_of": "2024-03-04",
            "url": "http://127.0.0.1:8000/en/instruments/C087/parties/FRA/",
            "is_example": False,
        }
    ]


def test_consent_comes_in_pages_of_parties_and_instruments(client: Client) -> None:
    for number in range(3):
        treaty(f"t{number}")
    for _number in range(4):
        consent(state(), treaty())

    whole = get(client, "?page_size=200")
    parts = [get(client, f"?page_size=5&page={page}")["results"] for page in range(1, 9)]

    assert whole["count"] == len(whole["results"])
    assert [one for part in parts for one in part] == whole["results"][:40]
    assert get(client, "?page=200")["results"] == []


def test_consent_of_unknown_names_is_empty_and_of_nonsense_refused(client: Client) -> None:
    consent(state("FRA"), treaty("t1"))

    assert get(client, "?instrument=C999")["count"] == 0
    assert get(client, "?country=ZZZ")["count"] == 0
    response = client.get("/api/v1/consent?on=yesterday")
    assert response.status_code == 422
    assert response.json()["detail"] == "“on” is a day, written as 2024-12-31."


def test_consent_of_examples_is_marked(client: Client) -> None:
    example.build(officer())

    assert {one["is_example"] for one in get(client)["results"]} == {True}
