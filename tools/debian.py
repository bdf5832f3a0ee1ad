"""Install Debian's packages where possible; where not, a sentence with the mend."""

from __future__ import annotations

import os
import shutil
import subprocess
import time

APT = [
    "apt-get",
    "-q",
    "-y",
    "-o",
    "DPkg::Lock::Timeout=300",
    "-o",
    "Dpkg::Options::=--force-confold",
]
QUIET = {"DEBIAN_FRONTEND": "noninteractive", "APT_LISTCHANGES_FRONTEND": "none"}


class Missing(Exception):
    """Something this machine lacks; the text says what, and how to mend it."""


def install(*packages: str, why: str) -> None:
    """Install the packages, or raise Missing: no Debian, no rights, no network.

    `why` is the beginning of that sentence: "PostgreSQL is not here".
    """
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        raise Missing(f"{why}. Please install it; on Debian its packages are {names}.")
    if os.geteuid() != 0:
        raise Missing(f"{why}. Please install it: sudo apt-get install {names}")
    print(f"Installing {names} from Debian …", flush=True)
    for attempt in range(1, 4):
        # The lists have a lock of their own, on which apt-get does not wait: so it is tried again.
        answer = run("update")
        if answer.returncode == 0:
            break
        time.sleep(10 * attempt)
    answer = run("install", "--no-install-recommends", *packages)
    if answer.returncode:
        last = answer.stderr.strip() or answer.stdout.strip()[-500:]
        raise Missing(f"{why}, and apt-get install {names} failed:\n{last}")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*APT, *arguments],
        env=os.environ | QUIET,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
