"""All pages of methods: each module beside this one has `page()`, which is Markdown."""

from __future__ import annotations

import importlib
from pathlib import Path

FOLDER = Path("docs/reference")
PAGES = ("opinion-map", "prioritisation", "seats", "panel", "likeness", "disclosure")
NOTE = (
    "<!-- Drawn by `python -m tools.methods`, and held by a test; what is written here by hand "
    "is lost -->"
)


def main() -> int:
    for name in PAGES:
        (FOLDER / f"{name}.md").write_text(drawn(name), encoding="utf-8")
    print(f"Written: {len(PAGES)} pages in {FOLDER}.")
    return 0


def drawn(name: str) -> str:
    """The page whole: its first line is the heading, behind it the note that it is drawn."""
    module = importlib.import_module(f"tools.methods.{name.replace('-', '_')}")
    heading, _, rest = module.page().strip().partition("\n")
    return f"{heading}\n\n{NOTE}\n{rest}\n"
