"""Find in the project's files what belongs to one machine or was left for later.

Absolute home paths, hosts of package registries (those of this machine's own configuration
included), and notes to oneself. Exit code 1, a line per finding.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

# Written in pieces, so that this file does not find itself.
HOMES = "(?:/ro" + r"ot|/ho" + r"me/\w+|/Us" + r"ers/\w+|/wo" + r"rk)/\w"
HOSTS = ["py" + "pi.org", "python" + "hosted.org", "registry.np" + "mjs.org", "deb.deb" + "ian.org"]
NOTES = r"\b(?:TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b"


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    hosts = "|".join(map(re.escape, HOSTS + hosts_of_this_machine()))
    return {
        "a path of one machine": re.compile(rf"(?<![\w.]){HOMES}"),
        "the host of a package registry": re.compile(rf"(?<![\w.-])(?:{hosts})\b"),
        "a note to oneself": re.compile(NOTES),
    }


def hosts_of_this_machine() -> list[str]:
    """The hosts from which pip installs here, whatever they are."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    urls = re.findall(r"https?://[^\s'\"]+", answer.stdout)
    return [host for url in urls if (host := urlsplit(url).hostname)]


def files() -> list[Path]:
    """What is committed or would be: everything git knows or does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return [path for name in answer.stdout.split("\0") if name and (path := Path(name)).is_file()]


def findings(path: Path, text: str, looked_for: dict[str, re.Pattern[str]]) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        for what, pattern in looked_for.items():
            if found := pattern.search(line):
                yield f"{path}:{number}: {what}: {found[0]}"


def main() -> int:
    looked_for = patterns()
    found = []
    for path in files():
        content = path.read_bytes()
        if b"\0" not in content:
            text = content.decode("utf-8", errors="replace")
            found += findings(path, text, looked_for)
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
