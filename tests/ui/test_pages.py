"""The base template, the living page and the pages for errors.

No test here may touch the database: the frame of a page costs a visitor no query.
"""

import datetime
import gzip

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from coalition.ui.context import page
from tests.ui.test_tags import HOSTILE, read, words


def components(client, language: str) -> str:
    with translation.override(language):
        address = reverse("ui:components")
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_components_page_speaks_the_language_and_direction(client, language, direction):
    seen = read(components(client, language))

    assert seen.elements[0] == ("html", {"lang": language, "dir": direction})


def test_components_page_is_light(client):
    assert len(gzip.compress(components(client, "ar").encode())) <= 15_000


def test_components_page_takes_hostile_filters(client):
    answer = client.get(reverse("ui:components"), {"q": HOSTILE, "page": "1" + "0" * 30})

    assert answer.status_code == 200
    assert {"script", "b"} & {
        tag for tag, _attributes in read(answer.content.decode()).elements
    } == (set())


def test_every_page_says_what_it_is_not(client):
    assert (
        "This is an independent platform, described from a public leaflet. It is not a site of the "
        "ILO or of the Global Coalition for Social Justice."
    ) in words(components(client, "en"))


def test_every_page_offers_the_other_languages(client):
    seen = read(components(client, "en"))

    links = {each["hreflang"]: each["href"] for tag, each in seen.elements if "hreflang" in each}

    assert links == {"en": "/en/components/", "ar": "/ar/components/"}


def test_every_page_marks_where_one_is(client):
    seen = read(components(client, "en"))

    here = [each.get("href") for _tag, each in seen.elements if each.get("aria-current") == "page"]

    assert here.count("/en/components/") == 1


def request_for(path: str):
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return request


def test_language_links_never_lead_to_another_site():
    request = request_for("/")
    request.path = request.path_info = "//evil.example/"

    links = page(request)["language_links"]

    assert [link["url"] for link in links] == ["/%2Fevil.example/"] * len(settings.LANGUAGES)


def test_missing_route_in_the_navigation_is_an_error(settings):
    settings.COALITION_NAVIGATION = [("Nowhere", "nowhere:at-all")]

    with pytest.raises(NoReverseMatch, match="nowhere"):
        page(request_for("/"))


@pytest.mark.parametrize("code", [400, 403, 404, 410, 500])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_error_page_stands_without_request_and_database(code, language):
    with translation.override(language):
        html = render_to_string(f"{code}.html")

    seen = read(html)
    assert seen.elements[0][1]["lang"] == language
    assert [tag for tag, _attributes in seen.elements].count("h1") == 1
    assert {"script", "form"} & {tag for tag, _attributes in seen.elements} == set()


def test_withdrawn_page_gives_date_and_reason():
    html = render_to_string(
        "410.html", {"withdrawn_on": datetime.date(2026, 3, 9), "reason": HOSTILE}
    )

    assert f"Withdrawn on 9 March 2026. {HOSTILE}" in words(html)
