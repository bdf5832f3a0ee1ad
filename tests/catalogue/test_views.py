"""The search page and the feeds, as readers and their programs get them."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from coalition.base.changes import record_changed
from coalition.catalogue import actions
from coalition.catalogue.models import Record
from tests import factories
from tests.catalogue.test_queries import HOSTILE, put

pytestmark = pytest.mark.django_db
ROWS = "main ol.rows > li"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def html(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(node.get_text().split()) for node in page.select(selector)]


def test_search_lists_kind_title_and_marked_extract(client: Client) -> None:
    put("1", "A year of storms", summary="Two lighthouses were painted.", is_example=True)

    page = html(client.get("/en/search/?q=lighthouse"))

    assert [link["href"] for link in page.select(f"{ROWS} h3 a")] == ["/en/news/1/"]
    assert texts(page, f"{ROWS} h3 a") == ["A year of storms"]
    assert texts(page, f"{ROWS} mark") == ["lighthouses"]
    assert texts(page, f"{ROWS} .example") == ["Example"]
    assert texts(page, f"{ROWS} p.soft") == ["News"]


def test_search_escapes_what_records_say(client: Client) -> None:
    put("1", "<script>lighthouse</script>", summary="<b>lighthouse</b> & more")

    response = client.get("/en/search/?q=lighthouse")

    assert b"<script>" not in response.content
    assert texts(html(response), f"{ROWS} a") == ["<script>lighthouse</script>"]


def test_search_without_words_explains(client: Client) -> None:
    page = html(client.get("/en/search/"))

    assert texts(page, ROWS) == []
    assert texts(page, "main p.empty")[0].startswith("Type one or more words")


def test_search_that_finds_nothing_says_what_to_do(client: Client) -> None:
    page = html(client.get("/en/search/?q=nonesuch"))

    assert texts(page, "main p.empty")[0].startswith("Nothing public fits.")


@pytest.mark.usefixtures("_no_rows")
def test_search_filters_alone_list_the_newest(client: Client) -> None:
    put("1", "One", facets=[("theme", "employment")])
    put("2", "Two", facets=[("theme", "employment")])

    page = html(client.get("/en/search/?theme=employment"))

    assert texts(page, f"{ROWS} h3 a") == ["Two", "One"]
    chosen = texts(page, "select[name=theme] option[selected]")
    assert chosen == [f"{factories.theme('employment').short_name} (2)"]


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("name", ["q", "kind", "theme", "place", "group", "page"])
def test_search_never_breaks(client: Client, name: str, words: str) -> None:
    put("1", "Lighthouse")

    response = client.get("/en/search/", {"q": "lighthouse", name: words})

    assert response.status_code == 200
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize("page", ["1" + "0" * 30, "-1", "0", "x", ""])
def test_search_page_numbers_are_bounded(client: Client, page: str) -> None:
    for number in range(21):
        put(str(number), "Lighthouse")

    response = client.get("/en/search/", {"q": "lighthouse", "page": page})

    assert response.status_code == 200
    assert len(texts(html(response), f"{ROWS} h3")) in (1, 20)


@pytest.mark.usefixtures("_no_rows")
@pytest.mark.parametrize("count", [1, 3])
def test_search_costs_the_same_for_one_and_three(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count):
        put(str(number), "Lighthouse", facets=[("place", "FRA"), ("theme", "employment")])
    client.get("/en/search/?q=x")  # content types are read once

    with django_assert_num_queries(9):
        client.get("/en/search/?q=lighthouse")
    with django_assert_num_queries(10):
        client.get("/en/search/?q=lighthouse&kind=news")


def test_search_does_not_show_hidden_records(client: Client) -> None:
    for state in ("draft", "submitted", "approved", "withdrawn"):
        record_changed(factories.commitment(state, title="Zanzibar"))
    record_changed(factories.partner("Zanzibar Union", state="withdrawn"))

    assert texts(html(client.get("/en/search/?q=zanzibar")), ROWS) == []


# --- Feeds ---------------------------------------------------------------------------------


def entries(response: Any) -> list[tuple[str, str]]:
    feed = ElementTree.fromstring(response.content)
    return [
        (entry.findtext("a:id", namespaces=ATOM), entry.findtext("a:title", namespaces=ATOM))
        for entry in feed.findall("a:entry", ATOM)
    ]


@pytest.mark.usefixtures("_no_rows")
def test_feed_holds_the_newest_public_records(client: Client) -> None:
    partner = factories.partner("Lighthouse", is_example=True)
    made = factories.commitment("published", partner=partner, title="Decent pay", language="fr")
    for state in ("draft", "submitted", "approved", "withdrawn"):
        record_changed(factories.commitment(state, partner=partner))
    record_changed(partner)
    record_changed(factories.theme())

    response = client.get("/en/feed/")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert sorted(entries(response)) == [
        (f"tag:127.0.0.1,2026:commitment/{made.reference}", "Decent pay"),
        (f"tag:127.0.0.1,2026:partner/{partner.reference}", "Lighthouse (Example)"),
    ]
    feed = ElementTree.fromstring(response.content)
    assert feed.findtext("a:id", namespaces=ATOM) == "tag:127.0.0.1,2026:feed/all"
    newest = Record.objects.get(kind="partner")  # the theme, newer still, is no event
    assert feed.findtext("a:updated", namespaces=ATOM) == newest.changed_at.isoformat()
    entry = feed.find("a:entry[a:title='Decent pay']", ATOM)
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    assert entry.find("a:link", ATOM).get("href") == (
        f"http://127.0.0.1:8000/en/commitments/{made.reference}/"
    )


@pytest.mark.usefixtures("_no_rows")
def test_feed_of_a_kind_holds_that_kind(client: Client) -> None:
    made = factories.commitment("published", title="Decent pay")
    record_changed(made.partner)

    assert entries(client.get("/ar/feed/commitments/")) == [
        (f"tag:127.0.0.1,2026:commitment/{made.reference}", "Decent pay")
    ]
    assert len(entries(client.get("/en/feed/partners/"))) == 1
    assert entries(client.get("/en/feed/news/")) == []
    assert client.get("/en/feed/drafts/").status_code == 404


def test_feed_gives_what_people_wrote_as_text(client: Client) -> None:
    put("1", "One <b>bold</b>", summary="<script>alert(1)</script> & more")

    entry = ElementTree.fromstring(client.get("/en/feed/news/").content).find("a:entry", ATOM)

    # A summary is HTML to its readers, a title is text.
    assert entry.findtext("a:summary", namespaces=ATOM) == (
        "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"
    )
    assert entry.findtext("a:title", namespaces=ATOM) == "One <b>bold</b>"


def test_feed_stays_readable_whatever_was_pasted(client: Client) -> None:
    put("1", "One\x0btwo\x01", summary="Three\x0bfour\x1f")

    entry = ElementTree.fromstring(client.get("/en/feed/news/").content).find("a:entry", ATOM)

    assert entry.findtext("a:title", namespaces=ATOM) == "One two"
    assert entry.findtext("a:summary", namespaces=ATOM) == "Three\nfour"


def test_feed_holds_at_most_fifty(client: Client, django_assert_num_queries: Any) -> None:
    for number in range(53):
        put(str(number), f"News {number}")

    with django_assert_num_queries(1):
        response = client.get("/en/feed/news/")

    assert [title for _id, title in entries(response)] == [f"News {n}" for n in range(52, 2, -1)]


@pytest.mark.usefixtures("_no_rows")
def test_feed_answers_not_modified_until_something_changes(client: Client) -> None:
    put("1", "One")
    first = client.get("/en/feed/")
    asked = {"HTTP_IF_NONE_MATCH": first["ETag"]}

    again = client.get("/en/feed/", **asked)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    since = client.get("/en/feed/", HTTP_IF_MODIFIED_SINCE=first["Last-Modified"])
    assert since.status_code == 304
    assert client.get("/ar/feed/", **asked).status_code == 200

    put("1", "One, corrected")
    assert entries(client.get("/en/feed/", **asked)) == [
        ("tag:127.0.0.1,2026:news/1", "One, corrected")
    ]

    changed = client.get("/en/feed/")["ETag"]
    actions.remove("news", "1")
    assert entries(client.get("/en/feed/", HTTP_IF_NONE_MATCH=changed)) == []


def test_feed_is_announced_in_the_page_head(client: Client) -> None:
    page = html(client.get("/en/search/"))

    links = page.select('head link[type="application/atom+xml"]')
    assert [link["href"] for link in links] == ["/en/feed/"]
