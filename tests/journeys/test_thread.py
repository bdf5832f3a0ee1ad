"""The golden thread as a reader walks it: by links alone, from what is asked to what proves it, and
back again; as pages in two languages, and as JSON."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from coalition.catalogue.kinds import named
from coalition.results.totals.actions import derive
from tests.catalogue.test_thread import chain

pytestmark = pytest.mark.browser

IN_TWO_LANGUAGES = pytest.mark.parametrize(
    ("language", "width"), [("en", 1280), ("ar", 320)], ids=["en", "ar"]
)
BEGINNINGS = pytest.mark.parametrize("begins", ["challenge", "common_priority"])


@IN_TWO_LANGUAGES
@BEGINNINGS
def test_a_reader_walks_from_what_is_asked_to_what_proves_it_and_back(
    reader: Any, begins: str, language: str, width: int
) -> None:
    held = chain()
    derive([held["indicator"].pk])
    visitor = reader(language, width, java_script_enabled=False)
    way = {kind: named(one)[-1] for kind, one in held.items()}
    start = in_language(way[begins], language)

    # Down: what was asked and decided, what came of it, who contributes.
    visitor.goes_to(visitor.site + start)
    for kind in ("consultation", "proposal", "decision", "intervention", "commitment"):
        follows(visitor, way[kind])
        fits(visitor, width)
    visitor.sees(held["commitment"].title)

    # From the contribution back to the intervention, and down to the proof of a figure.
    follows(visitor, way["intervention"], "above")
    for kind in ("results", "indicator", "figure"):
        follows(visitor, way[kind])
        fits(visitor, width)
    visitor.sees("120")
    visitor.sees(held["evidence"].title)

    # And up again by the thread alone.
    for kind in ("intervention", "decision", "consultation", begins):
        follows(visitor, way[kind], "above")
    assert urlsplit(visitor.page.url).path == start


@BEGINNINGS
def test_a_program_walks_the_same_way(reader: Any, begins: str) -> None:
    held = chain()
    program = reader("en", 1280)
    key = "climate-change" if begins == "challenge" else held[begins].reference
    start = f"/api/v1/thread/{begins}/{key}"

    at = walks(program, start, DOWN, "below")
    (here,) = (one for one in knots(program, at) if one["position"] == "here")
    assert (here["kind"], here["title"]) == ("evidence", held["evidence"].title)
    back = ("figure", "indicator", "results", "intervention", "decision", "consultation", begins)
    assert walks(program, at, back, "above") == start


DOWN = (
    *("consultation", "proposal", "decision", "intervention"),
    *("results", "indicator", "figure", "evidence"),
)


def in_language(path: str, language: str) -> str:
    return re.sub(r"^/\w\w/", f"/{language}/", path)


def follows(one: Any, path: str, side: str = "") -> None:
    """Take the link to the page of this path, on that side of the thread if one is named; a fold
    that holds it is opened before."""
    wanted = in_language(path, one.language)
    part = f".thread.{side} " if side else ""
    link = one.page.locator(f"main {part}:is(a[href='{wanted}'], a[href^='{wanted}#'])").first
    assert link.count(), (one.page.url, wanted, one.page.inner_text("main"))
    if not link.is_visible():
        link.locator("xpath=ancestor::details/summary").first.click()
    with one.page.expect_navigation():
        link.click()
    assert urlsplit(one.page.url).path == wanted


def knots(program: Any, at: str) -> list[dict[str, str]]:
    answer = program.page.request.get(program.site + at)
    assert answer.status == 200, (at, answer.status)
    return list(answer.json()["knots"])


def walks(program: Any, at: str, kinds: tuple[str, ...], side: str) -> str:
    """From one address to the next, by the kind of each step on this side; the page for people of
    each step stands there too."""
    for kind in kinds:
        ways = [one for one in knots(program, at) if (one["position"], one["kind"]) == (side, kind)]
        assert ways, (at, kind)
        program.goes_to(program.site + urlsplit(ways[0]["url"]).path)
        at = urlsplit(ways[0]["thread"]).path
    return at


def fits(one: Any, width: int) -> None:
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
