"""Pictures and weights of every page: `python -m tools.pages` writes them into var/pages."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tools import debian
from tools.browsing import WIDTHS, chromium_browser, visit
from tools.site import MOST_HTML, MOST_IN_ALL, Address, Site, example_site

FOLDER = Path("var/pages")
HEAD = "| page | language | HTML, bytes | all, bytes | requests |\n|---|---|---:|---:|---:|"


def main() -> int:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    print("Starting a site with the Example coalition …", flush=True)
    try:
        with example_site() as site, chromium_browser() as browser:
            print(f"Visiting {len(site.addresses)} pages at {len(WIDTHS)} widths …", flush=True)
            rows, wrong = [], []
            for address in site.addresses:
                row, found = look_at(browser, site, address)
                rows.append(row)
                wrong += found
    except (debian.Missing, RuntimeError) as trouble:
        print(trouble)
        return 1
    table = "\n".join([HEAD, *rows])
    (FOLDER / "weights.md").write_text(table + "\n", encoding="utf-8")
    print(table, f"\nPictures and this table are in {FOLDER}.", *wrong, sep="\n")
    return 1 if wrong else 0


def look_at(browser, site: Site, address: Address) -> tuple[str, list[str]]:
    """A row of the table, and a sentence for everything that is too much."""
    name = f"{address.language} {address.title}"
    wrong = []
    for width in WIDTHS:
        with visit(browser, site, address, width) as made:
            picture = FOLDER / f"{address.language}-{width}-{address.title}.png"
            made.page.screenshot(path=picture, full_page=True)
            if made.status not in (200, 410):
                wrong.append(f"{name} answers {made.status}.")
            if made.html > MOST_HTML and not address.no_budget:
                wrong.append(f"{name} has {made.html} bytes of HTML; at most {MOST_HTML} may be.")
            if made.total > MOST_IN_ALL and not address.no_budget:
                wrong.append(f"{name} takes {made.total} bytes; at most {MOST_IN_ALL} may be.")
            cells = (address.title, address.language, made.html, made.total, len(made.requests))
    return f"| {' | '.join(map(str, cells))} |", sorted(set(wrong))


if __name__ == "__main__":
    sys.exit(main())
