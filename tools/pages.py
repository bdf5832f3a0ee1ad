"""A look at every page in Chromium: `python -m tools.pages [arguments for pytest]`.

Each page is visited in both languages, on a phone and on a wide screen: it has to be light, and
usable by everyone. Pictures and weights go into var/pages.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from tools import chromium, debian
from tools.steps import clean_environment, python

FOLDER = Path("var/pages")
HEAD = """\
| page | language | width | HTML, bytes | all, bytes | requests |
|---|---|---:|---:|---:|---:|"""


def main(arguments: list[str]) -> int:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    try:
        browser = chromium.find()
    except debian.Missing as missing:
        print(missing)
        return 1
    with tempfile.TemporaryDirectory(prefix="coalition-home-") as home:
        environment = clean_environment(
            COALITION_HOME=home,
            COALITION_CHROMIUM=browser,
            COALITION_PICTURES=str(FOLDER.absolute()),
        )
        look = python("-m", "pytest", "-n", "2", "-m", "pages", *arguments, environment=environment)
        status = look()
    table = "\n".join([HEAD, *rows()])
    (FOLDER / "weights.md").write_text(table + "\n", encoding="utf-8")
    print(f"Pictures are in {FOLDER}, and weights in {FOLDER / 'weights.md'}.")
    return status


def rows() -> list[str]:
    """A row of the table per look; the notes that it is made from are removed."""
    made = []
    for file in sorted(FOLDER.glob("*.json"), key=lambda file: file.stem.split("-", 2)[::-1]):
        language, width, title = file.stem.split("-", 2)
        weight = json.loads(file.read_text(encoding="utf-8"))
        made.append(f"| {' | '.join(map(str, (title, language, width, *weight)))} |")
        file.unlink()
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
