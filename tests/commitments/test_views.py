"""Pages of commitments: what they cost, what they hide, what they refuse."""

import csv
import io

import pytest
from django.urls import reverse

from coalition.commitments.actions import file_all
from tests import factories

pytestmark = pytest.mark.django_db


def officer_client(client):
    client.force_login(factories.officer())
    return client


@pytest.mark.parametrize("count", [1, 3])
def test_explorer_costs_the_same_for_one_and_three(client, count, django_assert_num_queries):
    for _number in range(count):
        factories.commitment("published", partner=factories.partner(country=factories.country()))
    file_all()

    with django_assert_num_queries(12):
        client.get("/en/commitments/")


@pytest.mark.parametrize(
    ("query", "numbers"),
    [("", [2, 1]), ("?page=2", [0]), ("?sort=title", [0, 1]), ("?sort=title&page=2", [2])],
)
def test_explorer_keeps_the_order_across_pages(client, monkeypatch, query, numbers):
    monkeypatch.setattr("coalition.commitments.exploring.views.PAGE_SIZE", 2)
    made = [factories.commitment("published", title=f"Wages {n}") for n in range(3)]
    file_all()

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

    with django_assert_num_queries(24):
        client.get(one.get_absolute_url())


@pytest.mark.parametrize("count", [1, 3])
def test_review_list_costs_the_same_for_one_and_three(client, count, django_assert_num_queries):
    for _number in range(count):
        factories.commitment("submitted")
    officer_client(client)

    with django_assert_num_queries(10):
        client.get("/en/desk/commitments/")


@pytest.mark.parametrize(
    "query", ["place=Nowhere", "theme=nothing", "page=abc", "page=-1", "sort=worst", "words=%00%27"]
)
def test_explorer_answers_mistaken_wishes_without_breaking(client, query):
    factories.commitment("published", title="Still here")

    assert client.get(f"/en/commitments/?{query}", follow=True).status_code == 200


def test_explorer_says_what_is_wrong_with_a_place(client):
    page = client.get("/en/commitments/?place=Atlantis").content.decode()

    assert "Nothing with a commitment is called “Atlantis”" in page


def test_download_is_what_the_explorer_shows(client):
    shown = factories.commitment("published", title="=1+1", themes=[factories.theme("rights")])
    factories.commitment("published", title="Other", themes=[factories.theme("employment")])
    factories.commitment("draft", title="Draft", themes=[factories.theme("rights")])
    file_all()

    text = client.get("/en/commitments/download.csv?theme=rights").getvalue().decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["reference"], row["title"]) for row in rows] == [(shown.reference, "'=1+1")]


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
