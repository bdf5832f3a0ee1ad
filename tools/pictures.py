"""Take the README's pictures from a running site: `python -m tools.pictures [ADDRESS]`.

Start `make run` first; the address is http://127.0.0.1:8000 unless another is given. The officer's
picture needs COALITION_DEMO=1 and the same COALITION_HOME and DATABASE_URL as the site.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tools import chromium

FOLDER = Path("docs/images")
# What a reader of the README waits for at most.
MOST_BYTES = 120_000
WIDE = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 760}
PUBLIC = (
    ("home", "/en/", WIDE),
    ("home-arabic", "/ar/", WIDE),
    ("declaration", "/en/declarations/doha/part/3/", WIDE),
    ("paragraph-phone", "/en/declarations/doha/para_30/", PHONE),
)


def take(page: Page, name: str) -> None:
    """One picture of what the window shows, in as many colours as its size allows."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for colours in (128, 64, 32, 16):
        file = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        if len(file.getvalue()) <= MOST_BYTES:
            break
    else:
        sys.exit(f"{name}.png weighs {len(file.getvalue())} bytes even in 16 colours.")
    (FOLDER / f"{name}.png").write_bytes(file.getvalue())
    print(f"{name}.png: {len(file.getvalue()):,} bytes, {colours} colours")


def officer_link(site: str) -> str:
    """A one-time link for the Example officer, from the same installation."""
    answer = subprocess.run(
        [Path(sys.executable).with_name("coalition"), "example", "links"],
        env=os.environ | {"COALITION_DEMO": "1", "COALITION_URL": site},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"as officer\s+(\S+)", answer.stdout)
    if not found:
        sys.exit(f"There is no link for the Example officer: {answer.stderr.strip()}")
    return found[1]


def first_commitment(page: Page, site: str) -> str:
    page.goto(f"{site}/en/commitments/")
    address = page.locator("main a[href*='/commitments/COM-']").first.get_attribute("href")
    return f"{site}{address}"


def main(site: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        for name, path, size in PUBLIC:
            page = browser.new_page(viewport=size, device_scale_factor=1)
            page.goto(site + path)
            take(page, name)
        page = browser.new_page(viewport=WIDE)
        page.goto(first_commitment(page, site))
        take(page, "commitment")
        page.goto(officer_link(site))
        page.get_by_role("main").get_by_role("button").click()
        page.goto(f"{site}/en/desk/requests/")
        take(page, "board")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000")
