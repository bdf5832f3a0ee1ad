"""Every page in a real browser: usable by everyone, on a phone, without JavaScript, and light.

`make pages` runs this, once a page, language and width, and keeps a picture of each.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser

from tests.pages import PAGES
from tools.browsing import WIDTHS, Visit, visit
from tools.site import MOST_HTML, MOST_IN_ALL, Address, Site, example_site, prepare

pytestmark = pytest.mark.pages
# WCAG 2.2 AA, by the tags under which axe keeps its rules.
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
LOOKS = [
    (page.title, language, width)
    for page in PAGES
    for language, _name in settings.LANGUAGES
    for width in WIDTHS
]
# A page has the same marks at every width: each language is judged at the one that is harder.
JUDGED = {("ar", 320), ("en", 1280)}
# Where pictures and weights go, if they are wanted.
PICTURES = os.environ.get("COALITION_PICTURES", "")
SCRIPTS = {page.title: page.script for page in PAGES}


@pytest.fixture(scope="session")
def site(database_copies: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One worker prepares the Example coalition, each serves its own copy."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "example"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        home = shared / "home"
        if not home.exists():
            unfinished = shared / "unfinished"
            unfinished.mkdir()
            prepare(unfinished, database_copies.template)
            unfinished.rename(home)
    with example_site(home) as running:
        yield running


def address_of(site: Site, title: str, language: str) -> Address:
    return next(each for each in site.addresses if (each.title, each.language) == (title, language))


@pytest.mark.parametrize(("title", "language", "width"), LOOKS)
def test_page_is_for_everyone(
    browser: Browser, site: Site, title: str, language: str, width: int
) -> None:
    address = address_of(site, title, language)

    with visit(browser, site, address, width) as made:
        # Without a script on the page it says the same with JavaScript on or off.
        scripts = made.page.evaluate("document.scripts.length")
        answer = {"violations": []}
        if (language, width) in JUDGED:
            answer = Axe().run(made.page, options=RULES).response
        scrolled = made.page.evaluate("document.documentElement.scrollWidth")
        if PICTURES:
            keep(made, Path(PICTURES), f"{language}-{width}-{title}")

    assert bool(scripts) == bool(SCRIPTS[title])
    assert made.status in (200, 410)
    assert complaints_of(answer) == []
    assert scrolled <= width
    assert made.complaints == []
    assert [url for url in made.requests if not url.startswith(f"{site.url}/")] == []
    if not address.no_budget:
        assert made.html <= MOST_HTML
        assert made.total <= MOST_IN_ALL


def keep(made: Visit, folder: Path, name: str) -> None:
    """A picture of the whole page, and what it weighed."""
    made.page.screenshot(path=folder / f"{name}.png", full_page=True)
    weight = [made.html, made.total, len(made.requests)]
    (folder / f"{name}.json").write_text(json.dumps(weight), encoding="utf-8")


def complaints_of(answer: dict[str, Any]) -> list[str]:
    """A line per rule that is broken: the rule, where, and what axe says about it."""
    return [
        f"{rule['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]
