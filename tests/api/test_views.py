"""The public API: what it gives, what it keeps to itself, and how it says no."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from coalition.base.changes import record_changed
from coalition.instruments.models import Version, Wording
from tests import factories
from tests.catalogue.test_queries import HOSTILE

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/"
SITE = "http://127.0.0.1:8000"


def get(client: Client, address: str, **asked: Any) -> Any:
    response = client.get(ROOT + address, asked)
    assert response.status_code == 200, response.content
    return response.json()


def record(client: Client, address: str) -> Any:
    return get(client, address)["record"]


# --- What it gives -----------------------------------------------------------------------------


def test_commitment_with_all_its_facts(client: Client) -> None:
    partner = factories.partner("Bakers", country=factories.country("FRA"))
    wish = factories.priority(partner)
    instrument = factories.instrument("api-one", paragraphs=2)
    made = factories.commitment(
        "published",
        partner=partner,
        title="Decent pay",
        provisions=[instrument.provisions.get(eid="para_2")],
        challenges=[factories.challenge("climate-change")],
        published_at=datetime(2026, 11, 1, 8, tzinfo=UTC),
        needs_help=True,
        help_wanted="Ovens",
        is_example=True,
    )
    made.priorities.add(wish)
    guild = factories.partner("Guild", group=factories.group("BUS"))
    factories.part(made, "confirmed", partner=guild, what="Lends ovens")
    factories.part(made, "asked")
    made.editions.create(number=1)
    made.editions.create(number=2, why="More bakeries.")

    assert record(client, f"commitments/{made.reference}") == {
        "reference": made.reference,
        "state": "published",
        "partner": partner.reference,
        "partner_name": "Bakers",
        "parts": [
            {
                "partner": guild.reference,
                "partner_name": "Guild",
                "group": "BUS",
                "role": "implementing",
                "what": "Lends ovens",
            }
        ],
        "promised_by": None,
        "group": "WRK",
        "language": "en",
        "title": "Decent pay",
        "promise": "Sign a wage agreement in every bakery.",
        "for_whom": "Bakers",
        "framework": made.framework.reference,
        "reports": "reported",
        "goals": [
            {
                "level": "goal",
                "title": made.framework.results.get().title,
                "indicators": [
                    {
                        "number": 1,
                        "title": "Bakers with an agreement",
                        "measure": "number",
                        "rule": "sum",
                        "baseline": {"value": "12", "unit": "people"},
                        "no_baseline": "",
                        "target": {"value": "30", "unit": "people"},
                        "reached": [],
                    }
                ],
            }
        ],
        "resources": [
            {
                "kind": "people",
                "words": "Two organisers",
                "amount": None,
                "currency": None,
                "year": None,
            }
        ],
        "needs_help": True,
        "help_wanted": "Ovens",
        "in_line_with": "",
        "external_records": [],
        "level": "national",
        "starts_on": None,
        "ends_on": "2027-12-31",
        "places": ["FRA"],
        "themes": ["employment"],
        "challenges": ["climate-change"],
        "priorities": [f"{partner.reference}:1"],
        "delivers_on": [{"declaration": "api-one", "eid": "para_2", "number": "2", "how": ""}],
        "contributes_to": [],
        "published_at": "2026-11-01T08:00:00Z",
        "closed_at": None,
        "editions": 2,
        "source": None,
        "url": f"{SITE}/en/commitments/{made.reference}/",
        "is_example": True,
    }


def test_parts_of_a_partner_and_its_commitments_with_those_it_joined(client: Client) -> None:
    guild = factories.partner("Guild", group=factories.group("BUS"))
    led = factories.commitment("closed", partner=guild)
    joined = factories.commitment("published", title="Decent pay")
    factories.part(joined, "confirmed", partner=guild, what="Lends ovens", role="funding")
    factories.part(factories.commitment("published"), "asked", partner=guild)
    factories.part(factories.commitment("withdrawn"), "confirmed", partner=guild)

    assert get(client, f"partners/{guild.reference}/parts")["results"] == [
        {
            "partner": guild.reference,
            "partner_name": "Guild",
            "group": "BUS",
            "role": "funding",
            "what": "Lends ovens",
            "commitment": joined.reference,
            "title": "Decent pay",
            "language": "en",
            "state": "published",
            "led_by": joined.partner.reference,
            "led_by_name": joined.partner.name,
            "url": f"{SITE}/en/commitments/{joined.reference}/",
            "is_example": False,
        }
    ]
    for asked, expected in (
        ({"partner": guild.reference}, {led.reference, joined.reference}),
        ({"group": "BUS"}, {led.reference, joined.reference}),
        ({"partner": guild.reference, "state": "closed"}, {led.reference}),
    ):
        found = get(client, "commitments", **asked)["results"]
        assert {one["reference"] for one in found} == expected, asked


def test_partner_with_its_priorities(client: Client) -> None:
    partner = factories.partner(
        "Boulangers",
        name_language="fr",
        about="We bake.",
        country=factories.country("FRA"),
        website="https://bakers.test/",
    )
    factories.priority(partner, words="Fair nights")

    assert record(client, f"partners/{partner.reference}") == {
        "reference": partner.reference,
        "state": "active",
        "names": {"fr": "Boulangers"},
        "our_translations": [],
        "group": "WRK",
        "scope": "national",
        "country": "FRA",
        "website": "https://bakers.test/",
        "about": {"en": "We bake."},
        "joined_on": "2026-01-15",
        "priorities": [
            {
                "rank": 1,
                "theme": "employment",
                "level": "national",
                "place": "FRA",
                "words": "Fair nights",
                "language": "en",
            }
        ],
        "focal_points": [],
        "source": None,
        "url": f"{SITE}/en/partners/{partner.reference}/",
        "is_example": False,
    }


def test_focal_points_are_named_only_when_they_chose_so(client: Client) -> None:
    shy = factories.person("shy@partner.test", name="Shy Person")
    partner = factories.partner(person=shy)
    address = f"partners/{partner.reference}"
    assert record(client, address)["focal_points"] == []

    shy.shows_name = True
    shy.save()
    assert record(client, address)["focal_points"] == ["Shy Person"]

    shy.erased_at = timezone.now()
    shy.save()
    assert record(client, address)["focal_points"] == []


def test_no_list_gives_names_or_addresses_of_people(client: Client) -> None:
    person = factories.person("secret@partner.test", name="Secret Person")
    partner = factories.partner(person=person)
    made = factories.commitment("published", partner=partner)
    record_changed(partner)
    assert len(get(client, "partners")["results"]) == 1

    for address in LISTS:
        answer = client.get(ROOT + address).content.decode()
        assert "secret" not in answer.lower(), address
    assert "secret" not in json.dumps(record(client, f"commitments/{made.reference}")).lower()


def test_provision_with_its_wording_and_who_delivers(client: Client) -> None:
    instrument = factories.instrument("api-two", paragraphs=1)
    paragraph = instrument.provisions.get()
    point = instrument.provisions.create(
        eid="para_1__point_a", number="1 (a)", role="point", position=2, parent=paragraph
    )
    version = Version.objects.create(
        instrument=instrument, symbol="T/api-two", title="A text", digest="0" * 64
    )
    Wording.objects.create(
        version=version,
        provision=paragraph,
        position=1,
        heading="I. Work",
        words="We work.",
        footnotes=[{"mark": "1", "words": "A note."}],
    )
    made = factories.commitment("published", provisions=[paragraph, point])
    factories.commitment("draft", provisions=[point])

    one = record(client, "declarations/api-two/provisions/para_1")

    assert one["delivered_by"] == [
        {
            "reference": made.reference,
            "title": made.title,
            "language": "en",
            "partner": made.partner.reference,
            "partner_name": made.partner.name,
            "is_example": False,
            "url": f"{SITE}/en/commitments/{made.reference}/",
        }
    ]
    assert one["wording"] == {
        "symbol": "T/api-two",
        "language": "en",
        "source_url": "",
        "heading": "I. Work",
        "words": "We work.",
        "footnotes": [{"mark": "1", "words": "A note."}],
    }
    listed = get(client, "declarations/api-two/provisions")["results"]
    assert [(each["eid"], each["parent"], each["commitments"]) for each in listed] == [
        ("para_1", None, 1),
        ("para_1__point_a", "para_1", 1),
    ]


def test_provisions_count_each_commitment_once_for_all_that_is_inside(client: Client) -> None:
    instrument = factories.instrument("api-inside", paragraphs=12)
    units = {one.eid: one for one in instrument.provisions.all()}
    for eid in ("para_1__point_a", "para_1__point_a__point_i", "para_1__point_b"):
        units[eid] = instrument.provisions.create(eid=eid, role="point", position=20 + len(units))
    factories.commitment(
        "published", provisions=[units["para_1__point_a__point_i"], units["para_1__point_b"]]
    )
    factories.commitment("published", provisions=[units["para_1"], units["para_12"]])
    factories.commitment("withdrawn", provisions=[units["para_2"]])

    listed = get(client, "declarations/api-inside/provisions?page_size=200")["results"]

    assert {one["eid"]: one["commitments"] for one in listed if one["commitments"]} == {
        "para_1": 2,
        "para_1__point_a": 1,
        "para_1__point_a__point_i": 1,
        "para_1__point_b": 1,
        "para_12": 1,
    }
    first = get(client, "declarations/api-inside/provisions?page_size=1")["results"]
    assert [(one["eid"], one["commitments"]) for one in first] == [("para_1", 2)]
    single = record(client, "declarations/api-inside/provisions/para_1__point_a")
    assert single["commitments"] == 1


def test_declaration_names_its_source_and_what_we_translated(client: Client) -> None:
    doha = record(client, "declarations/doha")

    assert doha["code"] == "doha"
    assert set(doha["names"]) == {"ar", "en", "es", "fr", "ru", "zh"}
    assert set(doha["our_translations"]) <= set(doha["names"])
    assert set(doha["source"]) == {"code", "title", "url", "seen_on"}
    assert doha["versions"] == []


def test_vocabularies_and_places_are_whole(client: Client) -> None:
    assert [get(client, name)["count"] for name in ("partner-groups", "themes", "challenges")] == [
        8,
        6,
        6,
    ]
    regions = get(client, "places", kind="region")
    assert {place["kind"] for place in regions["results"]} == {"region"}
    assert regions["count"] == 5


def test_commitments_are_filtered(client: Client) -> None:
    instrument = factories.instrument("api-three", paragraphs=2)
    one, two = instrument.provisions.order_by("position")
    bakers = factories.partner("Bakers", group=factories.group("WRK"))
    first = factories.commitment(
        "published",
        partner=bakers,
        provisions=[one],
        places=[factories.country("FRA")],
        themes=[factories.theme("employment")],
        challenges=[factories.challenge("climate-change")],
        level=factories.level("national"),
    )
    second = factories.commitment(
        "published",
        partner=factories.partner("Ministry", group=factories.group("GOV")),
        provisions=[two],
        places=[factories.country("KEN")],
        themes=[factories.theme("rights")],
        level=factories.level("regional"),
    )

    def found(**wishes: str) -> list[str]:
        return [one["reference"] for one in get(client, "commitments", **wishes)["results"]]

    assert found() == [second.reference, first.reference]
    for wishes in (
        {"partner": bakers.reference},
        {"group": "WRK"},
        {"theme": "employment"},
        {"challenge": "climate-change"},
        {"place": "FRA"},
        {"place": "150"},  # Europe
        {"level": "national"},
        {"declaration": "api-three", "provision": "para_1"},
        {"group": "WRK", "theme": "employment", "place": "155"},
    ):
        assert found(**wishes) == [first.reference], wishes
    assert found(declaration="api-three") == [second.reference, first.reference]
    assert found(place="XXX") == []
    assert found(group="WRK", place="KEN") == []


def test_partners_are_filtered(client: Client) -> None:
    one = factories.partner("Bakers", country=factories.country("FRA"))
    two = factories.partner("Cooks", scope="international", group=factories.group("GOV"))
    factories.priority(one, theme=factories.theme("employment"))

    def found(**wishes: str) -> list[str]:
        return [each["reference"] for each in get(client, "partners", **wishes)["results"]]

    assert found() == [one.reference, two.reference]
    assert found(group="GOV") == [two.reference]
    assert found(scope="international") == [two.reference]
    assert found(country="FRA") == found(theme="employment") == [one.reference]


def test_search_finds_as_the_page_does(client: Client) -> None:
    partner = factories.partner("Réseau des inégalités de Zanzibar", name_language="fr")
    record_changed(partner)

    answer = get(client, "search", q="inegalite zanzibar")

    assert [(one["kind"], one["key"]) for one in answer["results"]] == [
        ("partner", partner.reference)
    ]
    assert (answer["count"], answer["is_cut"]) == (1, False)
    assert get(client, "search", q="inegalite zanzibar", kind="theme")["results"] == []


def test_thread_gives_knots_with_addresses(client: Client) -> None:
    made = factories.commitment("published")

    knots = get(client, f"thread/commitment/{made.reference}")["knots"]

    here = [knot for knot in knots if knot["position"] == "here"]
    assert here == [
        {
            "position": "here",
            "kind": "commitment",
            "key": made.reference,
            "title": made.title,
            "language": "en",
            "url": f"{SITE}/en/commitments/{made.reference}/",
            "thread": f"{SITE}{ROOT}thread/commitment/{made.reference}",
        }
    ]
    for knot in knots:
        assert client.get(f"{ROOT}thread/{knot['kind']}/{knot['key']}").status_code == 200


# --- Pages of a list -----------------------------------------------------------------------------


def test_pages_lead_to_one_another(client: Client) -> None:
    for name in "ABC":
        factories.partner(name)

    first = get(client, "partners", page_size=2)
    second = client.get(first["next"].removeprefix(SITE)).json()

    assert [one["names"]["en"] for one in first["results"] + second["results"]] == list("ABC")
    assert (first["count"], first["pages"], first["previous"]) == (3, 2, None)
    assert (second["page"], second["next"]) == (2, None)
    assert client.get(second["previous"].removeprefix(SITE)).json()["results"] == first["results"]


def test_page_beyond_the_last_is_empty(client: Client) -> None:
    factories.partner()

    beyond = get(client, "partners", page=10_000, page_size=200)

    assert (beyond["results"], beyond["next"], beyond["count"]) == ([], None, 1)


@pytest.mark.parametrize("page", ["0", "-1", "10001", "1" + "0" * 30, "x", "1.5", "\x00", "١٠٠٠٠١"])
def test_page_out_of_bounds_is_a_sentence(client: Client, page: str) -> None:
    response = client.get(ROOT + "partners", {"page": page})

    assert response.status_code == 422
    assert response.json() == {"detail": "“page” is a whole number from 1 to 10,000."}


def test_page_size_is_bounded(client: Client) -> None:
    response = client.get(ROOT + "partners", {"page_size": "201"})

    assert response.status_code == 422
    assert response.json() == {"detail": "“page_size” is a whole number from 1 to 200."}


# --- What it keeps to itself, and what was withdrawn ---------------------------------------------


@pytest.mark.parametrize("state", ["draft", "submitted", "change_requested", "approved"])
def test_hidden_commitment_is_nowhere(client: Client, state: str) -> None:
    made = factories.commitment(state, title="Zanzibar")
    record_changed(made)

    for address in (f"commitments/{made.reference}", f"thread/commitment/{made.reference}"):
        response = client.get(ROOT + address)
        assert response.status_code == 404
        assert response.json() == {"detail": "There is no public record here."}
    assert get(client, "commitments")["results"] == []
    assert get(client, "search", q="zanzibar")["results"] == []


def test_withdrawn_commitment_says_when_and_why(client: Client) -> None:
    made = factories.commitment("withdrawn")
    day = made.moves.get().at.date().isoformat()

    response = client.get(f"{ROOT}commitments/{made.reference}")

    assert response.status_code == 410
    assert response.json() == {
        "detail": f"This record was withdrawn on {day}.",
        "reference": made.reference,
        "withdrawn_on": day,
        "reason": "It ended early.",
    }
    assert client.get(f"{ROOT}thread/commitment/{made.reference}").status_code == 404


def test_partner_that_left_says_when_and_why(client: Client) -> None:
    partner = factories.partner(state="withdrawn")
    partner.moves.create(
        verb="leave", from_state="active", to_state="withdrawn", reason="It merged with another."
    )

    response = client.get(f"{ROOT}partners/{partner.reference}")

    assert response.status_code == 410
    assert response.json()["reason"] == "It merged with another."
    assert get(client, "partners")["results"] == []


# --- The door ------------------------------------------------------------------------------------

LISTS = (
    *("partners", "partner-groups", "commitments", "themes", "challenges", "places"),
    *("declarations", "declarations/doha/provisions", "search?q=work", "openapi.json"),
)


@pytest.mark.parametrize("address", LISTS)
def test_anyone_may_read_without_cookie(client: Client, address: str) -> None:
    response = client.get(ROOT + address)

    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Cookie" not in response["Vary"]
    assert not response.cookies


@pytest.mark.parametrize("address", LISTS)
def test_unchanged_answer_is_not_sent_again(client: Client, address: str) -> None:
    first = client.get(ROOT + address)

    again = client.get(ROOT + address, HTTP_IF_NONE_MATCH=first["ETag"])

    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"


def test_changed_answer_is_sent_again(client: Client) -> None:
    etag = client.get(ROOT + "partners")["ETag"]
    factories.partner()

    assert client.get(ROOT + "partners", HTTP_IF_NONE_MATCH=etag).status_code == 200


def test_head_is_a_get_without_body(client: Client) -> None:
    full, head = client.get(ROOT + "themes"), client.head(ROOT + "themes")

    assert (head.status_code, head.content, head["ETag"]) == (200, b"", full["ETag"])


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_written(method: str) -> None:
    client = Client(enforce_csrf_checks=True)

    response = getattr(client, method)(ROOT + "partners", content_type="application/json")

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert response.json() == {"detail": "This address can only be read, with GET."}


@pytest.mark.parametrize(
    "address", ["nonsense", "", "partners/", "partners/PAR-2026-9999", "a/b/c/"]
)
def test_missing_address_is_json_and_no_redirect(client: Client, address: str) -> None:
    response = client.get(ROOT + address)

    assert response.status_code == 404
    assert set(response.json()) == {"detail"}


def test_sentences_come_in_the_language_asked_for(client: Client) -> None:
    from django.utils import translation
    from django.utils.translation import gettext

    response = client.get(ROOT + "partners/PAR-9", HTTP_ACCEPT_LANGUAGE="ar")

    assert response["Content-Language"] == "ar"
    with translation.override("ar"):
        assert response.json() == {"detail": gettext("There is no public record here.")}


def test_too_many_requests_are_told_to_wait(client: Client, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 2

    statuses = [client.get(ROOT + "themes").status_code for _time in range(2)]
    # A minute may end in between; then it takes up to two more.
    refused = next(
        answer
        for answer in (client.get(ROOT + "themes") for _time in range(4))
        if answer.status_code != 200
    )

    assert statuses == [200, 200]
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert set(refused.json()) == {"detail"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_are_answered(client: Client, text: str) -> None:
    for name in ("partner", "place", "theme", "provision", "page", "page_size"):
        assert client.get(ROOT + "commitments", {name: text}).status_code in (200, 422)
    assert client.get(ROOT + "search", {"q": text}).status_code in (200, 422)
    assert client.get(ROOT + "places", {"kind": text}).status_code == 422


# --- Queries: the same for one record and for three ----------------------------------------------

QUERIES = {
    "partners": 7,
    "commitments": 15,
    "declarations": 3,
    "partner-groups": 2,
    "themes": 2,
    "challenges": 2,
    "places": 2,
    "search?q=zanzibar": 2,
    "declarations/api-four/provisions": 8,
    "declarations/api-four/provisions/para_1": 8,
    "thread/partner/PAR-2000-0001": 7,
    "thread/theme/employment": 8,
}


@pytest.mark.parametrize(("address", "queries"), QUERIES.items())
@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_queries(
    client: Client, django_assert_num_queries: Any, address: str, queries: int, count: int
) -> None:
    instrument = factories.instrument("api-four", paragraphs=count)
    partner = factories.partner("Zanzibar", reference="PAR-2000-0001")
    for number in range(count):
        other = factories.partner(f"Zanzibar {number}", country=factories.country("FRA"))
        factories.priority(other)
        record_changed(other)
        for maker in (partner, other):
            factories.priority(maker)
            made = factories.commitment(
                "published",
                partner=maker,
                provisions=list(instrument.provisions.all()),
                challenges=[factories.challenge()],
            )
            made.priorities.set(maker.priorities.all())
    client.get(ROOT + "search?q=x")  # content types are read once

    with django_assert_num_queries(queries):
        assert client.get(ROOT + address).status_code == 200


# --- The description -----------------------------------------------------------------------------


def test_description_is_openapi_and_names_every_refusal(client: Client) -> None:
    described = get(client, "openapi.json")

    assert described["openapi"].startswith("3.1")
    assert described["info"]["title"] == "Coalition public API"
    paths = described["paths"]
    assert len(paths) == 29
    for path, operations in paths.items():
        assert list(operations) == ["get"], path
        wanted = {"200", "422", "429"} | ({"404"} if "{" in path else set())
        # Results stay where a promise is withdrawn: its own page says so.
        can_go = path.endswith(("partners/{reference}", "commitments/{reference}"))
        wanted |= {"410"} if can_go else set()
        assert set(operations["get"]["responses"]) == wanted, path
        assert operations["get"]["description"], path


def test_page_for_people_names_every_address(client: Client) -> None:
    described = get(client, "openapi.json")["paths"]

    for language in ("en", "ar"):
        page = client.get(f"/{language}/data/").content.decode()
        assert [path for path in described if path not in page] == []
        assert f'href="/{language}/feed/commitments/"' in page
