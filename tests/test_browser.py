"""Every page in a real browser: usable by everyone, on a phone, without JavaScript, and light."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.pages import PAGES
from tools.browsing import visit
from tools.site import MOST_HTML, MOST_IN_ALL, Address, Site, example_site

pytestmark = pytest.mark.browser
# WCAG 2.2 AA, by the tags under which axe keeps its rules.
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
looks = pytest.mark.parametrize(("language", "width"), [("ar", 320), ("en", 1280)])
pages = pytest.mark.parametrize("title", [page.title for page in PAGES])


@pytest.fixture(scope="session")
def site(database_copies: Any) -> Iterator[Site]:
    with example_site(database_copies.template) as running:
        yield running


def address_of(site: Site, title: str, language: str) -> Address:
    return next(each for each in site.addresses if (each.title, each.language) == (title, language))


@pages
@looks
def test_page_is_for_everyone(
    browser: Browser, site: Site, title: str, language: str, width: int
) -> None:
    address = address_of(site, title, language)

    with visit(browser, site, address, width) as made:
        answer = Axe().run(made.page, options=RULES).response
        scrolled = made.page.evaluate("document.documentElement.scrollWidth")

    assert made.status in (200, 410)
    assert complaints_of(answer) == []
    assert scrolled <= width
    assert made.complaints == []
    assert [url for url in made.requests if not url.startswith(f"{site.url}/")] == []
    if not address.no_budget:
        assert made.html <= MOST_HTML
        assert made.total <= MOST_IN_ALL


@pages
def test_page_says_the_same_without_javascript(browser: Browser, site: Site, title: str) -> None:
    words = []
    for with_scripts in (True, False):
        with visit(
            browser, site, address_of(site, title, "en"), 1280, with_scripts=with_scripts
        ) as made:
            words.append(made.page.inner_text("main"))

    assert words[0]
    assert words[0] == words[1]


def complaints_of(answer: dict[str, Any]) -> list[str]:
    """A line per rule that is broken: the rule, where, and what axe says about it."""
    return [
        f"{rule['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]
