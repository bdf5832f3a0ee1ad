"""Pages of commitments: what they cost, what they hide, what they refuse."""

import csv
import io

import pytest
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"


def officer_client(client):
    client.force_login(factories.officer())
    return client


@pytest.mark.parametrize("count", [1, 3])
def test_explorer_costs_the_same_for_one_and_three(client, count, django_assert_num_queries):
    for _number in range(count):
        factories.commitment("published", partner=factories.partner(country=factories.country()))

    with django_assert_num_queries(12):
        client.get("/en/commitments/")


@pytest.mark.parametrize(
    ("query", "numbers"),
    [("", [2, 1]), ("?page=2", [0]), ("?sort=title", [0, 1]), ("?sort=title&page=2", [2])],
)
def test_explorer_keeps_the_order_across_pages(client, monkeypatch, query, numbers):
    monkeypatch.setattr("coalition.commitments.deciding.views.PAGE_SIZE", 2)
    made = [factories.commitment("published", title=f"Wages {n}") for n in range(3)]

    shown = client.get(f"/en/commitments/{query}").context["page"]

    assert list(shown) == [made[number] for number in numbers]
    assert shown.paginator.count == 3


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_for_one_and_three_of_everything(
    client, count, django_assert_num_queries
):
    declaration = factories.instrument("long", paragraphs=3)
    one = factories.commitment(
        "published",
        provisions=declaration.provisions.all()[:count],
        places=[factories.country(code) for code in ("FRA", "KEN", "PER")[:count]],
        themes=[factories.theme(code) for code in ("employment", "rights", "protection")[:count]],
    )

    for _number in range(count - 1):
        factories.indicator(one.framework)

    with django_assert_num_queries(13):
        client.get(one.get_absolute_url())


@pytest.mark.parametrize("count", [1, 3])
def test_review_list_costs_the_same_for_one_and_three(client, count, django_assert_num_queries):
    for _number in range(count):
        factories.commitment("submitted")
    officer_client(client)

    with django_assert_num_queries(7):
        client.get("/en/desk/commitments/")


def test_explorer_filters_by_everything_it_offers(client):
    declaration = factories.instrument("other", paragraphs=1)
    wanted = factories.commitment(
        "published",
        title="Wages in Kenya",
        partner=factories.partner(group=factories.group("GOV")),
        places=[factories.country("KEN")],
        themes=[factories.theme("rights")],
        challenges=[factories.challenge("climate-change")],
        level=factories.level("regional"),
        provisions=[declaration.provisions.get()],
    )
    factories.commitment("published", title="Something else")

    for query in (
        *(
            "words=wages",
            "group=GOV",
            "place=KEN",
            "place=Africa",
            "theme=rights",
            "level=regional",
        ),
        *("challenge=climate-change", "declaration=other"),
        f"words={wanted.reference}",
        "words=kenya&group=GOV&theme=rights",
    ):
        page = client.get(f"/en/commitments/?{query}").content.decode()
        assert wanted.title in page, query
        assert "Something else" not in page, query


@pytest.mark.parametrize(
    "query", ["place=Nowhere", "theme=nothing", "page=abc", "page=-1", "sort=worst", "words=%00%27"]
)
def test_explorer_answers_mistaken_wishes_without_breaking(client, query):
    factories.commitment("published", title="Still here")

    assert client.get(f"/en/commitments/?{query}").status_code == 200


def test_explorer_says_what_is_wrong_with_a_place(client):
    page = client.get("/en/commitments/?place=Atlantis").content.decode()

    assert "We do not know the place “Atlantis”." in page


def test_download_is_what_the_explorer_shows(client):
    shown = factories.commitment("published", title="=1+1", themes=[factories.theme("rights")])
    factories.commitment("published", title="Other", themes=[factories.theme("employment")])
    factories.commitment("draft", title="Draft", themes=[factories.theme("rights")])

    text = client.get("/en/commitments/download.csv?theme=rights").getvalue().decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["reference"], row["title"]) for row in rows] == [(shown.reference, "'=1+1")]


def test_script_in_every_field_is_kept_as_text_and_shown_escaped(client):
    person = factories.person()
    partner = factories.partner(person=person)
    client.force_login(person)
    new = reverse("commitments:new", args=[partner.reference])
    client.post(new, {"title": SCRIPT, "language": "en"})
    one = partner.commitments.get()
    for step, fields in {
        "promise": {
            **dict.fromkeys(("title", "promise", "for_whom", "in_line_with"), SCRIPT),
            "language": "en",
            "level": factories.level().pk,
        },
        "means": {"resources": SCRIPT},
    }.items():
        answer = client.post(reverse("commitments:edit", args=[one.reference, step]), fields)
        assert answer.status_code == 302, step
    goal = dict.fromkeys(("goal", "measured", "target", "baseline", "source"), SCRIPT)
    answer = client.post(reverse("commitments:goals", args=[one.reference]), goal)
    assert answer.status_code == 302

    page = client.get(reverse("commitments:summary", args=[one.reference])).content.decode()

    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 7
    assert SCRIPT not in page


def test_direction_turning_characters_are_taken_out(client):
    person = factories.person()
    partner = factories.partner(person=person)
    client.force_login(person)

    client.post(
        reverse("commitments:new", args=[partner.reference]),
        {"title": "safe\u202egnp.exe\x07", "language": "en"},
    )

    assert partner.commitments.get().title == "safegnp.exe"


def test_unknown_place_keeps_what_was_written_and_says_so(client):
    person = factories.person()
    one = factories.commitment(partner=factories.partner(person=person))
    client.force_login(person)

    answer = client.post(
        reverse("commitments:edit", args=[one.reference, "place"]),
        {"places": ["Kenya", "Atlantis"]},
    )

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "We do not know the place “Atlantis”." in page
    assert 'value="Kenya"' in page
    assert [place.code for place in one.places.all()] == ["FRA"]


def test_key_larger_than_any_is_no_choice(client):
    person = factories.person()
    one = factories.commitment(partner=factories.partner(person=person))
    client.force_login(person)

    answer = client.post(
        reverse("commitments:edit", args=[one.reference, "place"]),
        {"themes": ["9" * 20], "challenges": ["9" * 400], "priorities": ["x", "-1"]},
    )

    assert answer.status_code == 200
    assert f"Select a valid choice. {'9' * 20} is not" in answer.content.decode()


def test_end_before_start_is_refused_beside_the_field(client):
    person = factories.person()
    one = factories.commitment(partner=factories.partner(person=person))
    client.force_login(person)

    answer = client.post(
        reverse("commitments:edit", args=[one.reference, "means"]),
        {"starts_on": "2028-01-01", "ends_on": "2027-01-01"},
    )

    assert "The end is before the start." in answer.content.decode()


@pytest.mark.parametrize("stranger", ["999999", "abc", "10" * 30, "-1"])
def test_paragraph_of_another_text_is_refused(client, stranger):
    person = factories.person()
    one = factories.commitment(partner=factories.partner(person=person))
    client.force_login(person)

    answer = client.post(
        reverse("commitments:paragraphs", args=[one.reference]), {"provision": [stranger]}
    )

    assert answer.status_code == 200
    assert "is no paragraph of this text" in answer.content.decode()
    assert one.deliveries.count() == 1


@pytest.mark.parametrize("name", ["submit", "withdraw", "approve", "request_change"])
def test_verbs_are_not_moved_by_a_link(client, name):
    one = factories.commitment("submitted")
    officer_client(client)

    assert client.get(reverse(f"commitments:{name}", args=[one.reference])).status_code == 405


@pytest.mark.parametrize(
    ("person", "status"), [("visitor", 302), ("stranger", 404), ("editor", 404), ("officer", 200)]
)
def test_review_is_for_officers(client, person, status):
    one = factories.commitment("submitted")
    people = {
        "stranger": factories.person,
        "editor": lambda: factories.person(roles=("editor",)),
        "officer": factories.officer,
    }
    if person != "visitor":
        client.force_login(people[person]())

    for route, args in (("review_list", []), ("review", [one.reference])):
        assert client.get(reverse(f"commitments:{route}", args=args)).status_code == status


def test_second_officer_reads_that_it_was_decided(client):
    one = factories.commitment("submitted")
    officer_client(client)
    client.post(reverse("commitments:approve", args=[one.reference]))

    answer = client.post(reverse("commitments:approve", args=[one.reference]), follow=True)

    assert "This is not possible now: the record is “Published”." in answer.content.decode()
    assert one.moves.count() == 2
