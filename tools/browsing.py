"""Visit a page of the Example site in Chromium, and note what came over the line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tools import chromium
from tools.site import Address, Site

WIDTHS = {320: 640, 1280: 900}  # each with its height


@dataclass
class Visit:
    """A first visit: the page as it stands in the browser, and what it took to get there."""

    page: Page
    status: int = 0
    html: int = 0  # bytes of the document as sent, compressed, headers included
    total: int = 0  # bytes of everything
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)  # of the browser's console


@contextmanager
def chromium_browser() -> Iterator[Browser]:
    """A headless Chromium. Raises debian.Missing where there is none to be had."""
    path = chromium.find()
    with sync_playwright() as playwright:
        # Chromium refuses to run as root with its sandbox; it visits nothing but our own pages.
        no_sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(
            executable_path=path, args=[*chromium.ARGUMENTS, *no_sandbox]
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(browser: Browser, site: Site, address: Address, width: int) -> Iterator[Visit]:
    """Open the page with nothing in the cache, in a window of this width."""
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme="light",
        reduced_motion="reduce",
    )
    if address.session:
        cookie: Any = {"name": "sessionid", "value": address.session, "url": site.url}
        context.add_cookies([cookie])
    try:
        made = Visit(context.new_page())
        listen(made)
        response = made.page.goto(site.url + address.path, wait_until="load")
        made.status = response.status if response else 0
        yield made
    finally:
        context.close()


def listen(made: Visit) -> None:
    """Write down every request, its bytes, and every complaint of the browser."""
    line = made.page.context.new_cdp_session(made.page)
    line.send("Network.enable")
    kinds: dict[str, str] = {}

    def begin(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event.get("type", "")
        if not event["request"]["url"].startswith("data:"):
            made.requests.append(event["request"]["url"])

    def end(event: dict[str, Any]) -> None:
        made.total += int(event["encodedDataLength"])
        if kinds.get(event["requestId"]) == "Document":
            made.html = int(event["encodedDataLength"])

    line.on("Network.requestWillBeSent", begin)
    line.on("Network.loadingFinished", end)
    made.page.on("console", lambda message: note(made, message.type, message.text))
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))


def note(made: Visit, kind: str, text: str) -> None:
    """Errors and warnings only; that a withdrawn record answers 410 is no complaint."""
    if kind in ("error", "warning") and "status of 410" not in text:
        made.complaints.append(text)
