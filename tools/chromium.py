"""Where Chromium is, for tests and pictures: `python -m tools.chromium` prints its path."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tools import debian

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without these, Chromium asks hosts on the Internet for updates and lists at every start.
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find() -> str:
    """The path of Chromium, installed from Debian where missing; debian.Missing with the mend."""
    if named := os.environ.get("COALITION_CHROMIUM"):
        if not shutil.which(named):
            raise debian.Missing(f"COALITION_CHROMIUM is {named!r}, which is no program.")
        return named
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        debian.install(
            "chromium",
            "fonts-noto-core",
            why="Chromium, in which the pages are tested, is not here (COALITION_CHROMIUM can "
            "name its path)",
        )
        path = shutil.which("chromium")
    if path is None:
        raise debian.Missing("Debian's package chromium is installed, but there is no chromium.")
    if not has_arabic_letters():
        debian.install("fonts-noto-core", why="There is no font with Arabic letters here")
    return path


def has_arabic_letters() -> bool:
    """Asked of fontconfig; where that is missing nothing can be said, and nothing is claimed."""
    if not shutil.which("fc-list"):
        return True
    answer = subprocess.run(
        ["fc-list", ":lang=ar", "file"], capture_output=True, text=True, check=False
    )
    return bool(answer.stdout.strip())


def main() -> int:
    try:
        print(find())
    except debian.Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
