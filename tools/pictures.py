"""Take the documents' pictures, from a site of its own: `python -m tools.pictures`.

The project carries no wording of declarations, so its pictures show none either.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, ViewportSize

from tools import debian
from tools import site as sites
from tools.browsing import chromium_browser
from tools.site import Site, example_site

FOLDER = Path("docs/images")
MOST_BYTES = 120_000  # what a reader of the README waits for at most
PROMISE = FOLDER / "promise"
MOST_BYTES_OF_PROMISE = 60_000  # of each knot of the thread
Pictures = Mapping[str, tuple[str, ViewportSize]]
WIDE: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 760}
# Each by its path, or by its title in tests/pages.py: then as whoever is shown that page.
PICTURES: Pictures = {
    "home": ("/en/", WIDE),
    "home-arabic": ("/ar/", WIDE),
    "declaration": ("/en/instruments/doha/part/3/", WIDE),
    "paragraph-phone": ("/en/instruments/doha/para_30/", PHONE),
    "commitment": ("/en/commitments/COM-2026-0001/", WIDE),
    "explorer": ("/en/commitments/?theme=inequalities", WIDE),
    "board": ("partners-board", WIDE),
    "consent": ("/en/consent/#matrix", WIDE),
    "comparison": ("/en/instruments/example-declaration/compare/", WIDE),
    "results": ("results-indicator", WIDE),
    "report-phone": ("results-report_edit", PHONE),
    "consultation": ("/en/consultations/CON-2026-0001/", WIDE),
    "theory": ("/en/interventions/INT-2026-0001/theory/", WIDE),
}
# Along the thread: docs/follow-a-promise.md.
ALONG: ViewportSize = {"width": 1000, "height": 820}
KNOTS: Pictures = {
    "priority": ("/en/priorities/common/CPR-2026-0001/", ALONG),
    "decision": ("/en/consultations/CON-2026-0010/conclusion/", ALONG),
    "intervention": ("/en/interventions/INT-2026-0002/", ALONG),
    "contribution": ("/en/commitments/COM-2026-0036/", ALONG),
    "indicator": ("/en/results/RES-2026-0052/indicators/1/", ALONG),
    "figure": ("/en/results/RES-2026-0036/figures/454/", ALONG),
}
# Where a picture begins, if not at the top: what stands above, other pictures show.
HEADING, THREAD = "main h1", "main"
BEGINS = {
    **dict.fromkeys(
        ("consultation", "theory", "results", "priority", "indicator", "figure"), HEADING
    ),
    **dict.fromkeys(("decision", "intervention", "contribution"), THREAD),
}


def main() -> int:
    sites.WORDING = Path("no wording")
    try:
        with example_site() as site, chromium_browser() as browser:
            take(site, browser, PICTURES, FOLDER, MOST_BYTES)
            take(site, browser, KNOTS, PROMISE, MOST_BYTES_OF_PROMISE)
    except (debian.Missing, RuntimeError) as trouble:
        print(trouble)
        return 1
    return 0


def take(site: Site, browser: Browser, pictures: Pictures, folder: Path, most: int) -> None:
    """Each of these pictures into the folder, none heavier than so many bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (which, size) in pictures.items():
        context = browser.new_context(viewport=size, color_scheme="light")
        path, session = address_of(site, which)
        if session:
            cookie: Any = {"name": "sessionid", "value": session, "url": site.url}
            context.add_cookies([cookie])
        page = context.new_page()
        page.goto(site.url + path, wait_until="networkidle")
        if name in BEGINS:
            page.locator(BEGINS[name]).first.evaluate("place => place.scrollIntoView()")
        picture = in_few_colours(page.screenshot(), most)
        (folder / f"{name}.png").write_bytes(picture)
        print(f"{name}.png: {len(picture)} bytes")
        context.close()


def address_of(site: Site, which: str) -> tuple[str, str]:
    """The path of a picture, and the session that is shown it; empty for a visitor."""
    if which.startswith("/"):
        return which, ""
    found = next(each for each in site.addresses if (each.title, each.language) == (which, "en"))
    return found.path, found.session


def in_few_colours(screenshot: bytes, most: int) -> bytes:
    """The picture as PNG, in as many colours as its weight allows.

    Raises RuntimeError where it is too heavy even in sixteen.
    """
    picture = Image.open(io.BytesIO(screenshot)).convert("RGB")
    for colours in (128, 64, 32, 16):
        file = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        if len(file.getvalue()) <= most:
            return file.getvalue()
    raise RuntimeError(f"A picture weighs {len(file.getvalue())} bytes even in sixteen colours.")


if __name__ == "__main__":
    sys.exit(main())
