"""The whole platform with its Example coalition, started on a free port, gone afterwards."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.steps import clean_environment

DATA = Path(os.environ.get("COALITION_DATA") or "../shared/data")
SANCTIONS = DATA / "sanctions_un" / "un_consolidated_2020.xml"
WORDING = DATA / "un_ga_texts" / "docs_sessions78-79.jsonl.gz"
MOST_HTML = 15_000  # bytes of compressed HTML a page may have
MOST_IN_ALL = 60_000  # bytes a first visit may take
PATIENCE = 240  # seconds: migrating and building take about forty on two cores


@dataclass(frozen=True)
class Address:
    """A page of tests/pages.py as a browser visits it, with the session that sees it."""

    title: str
    language: str
    path: str
    session: str  # the value of the session's cookie; empty for a visitor
    no_budget: str


@dataclass(frozen=True)
class Site:
    url: str
    addresses: list[Address]


@contextmanager
def example_site(prepared: Path | None = None) -> Iterator[Site]:
    """The platform as `make run` starts it, with a database of its own, on a free port.

    `prepared` is a folder filled by `prepare` before: copied, it saves most of the time.

    Raises RuntimeError with the server's own words where it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="coalition-site-") as home:
        url = f"http://127.0.0.1:{free_port()}"
        environment = clean_environment(COALITION_HOME=home, COALITION_URL=url, COALITION_DEMO="1")
        if prepared:
            shutil.copytree(prepared, home, dirs_exist_ok=True)
        else:
            prepare(Path(home))
        addresses = [Address(**each) for each in json.loads(call(environment, "-m", "tools.site"))]
        with serving(url, environment, Path(home) / "server.log"):
            yield Site(url, addresses)


def prepare(home: Path, database: Path | None = None) -> None:
    """Fill the folder with the Example coalition, and the wording of its declaration where the
    real data are found. `database` is an SQLite file that is migrated and set up already."""
    environment = clean_environment(COALITION_HOME=str(home), COALITION_DEMO="1")
    if database:
        shutil.copyfile(database, home / "coalition.sqlite3")
    call(environment, "-m", "coalition", "run", "--prepare-only")
    if WORDING.is_file():
        words = ["import", "texts", str(WORDING), "--symbol", "A/RES/80/5"]
        call(environment, "-m", "coalition", *words)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(url: str, environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "coalition", "run"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            deadline = time.monotonic() + PATIENCE
            while not answers(url):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"The site did not start:\n{log.read_text()}")
                time.sleep(0.2)
            yield
        finally:
            server.terminate()
            server.wait(timeout=30)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/en/", timeout=20) as response:
            return response.status == 200
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"The front page of the site answers {error.code}.") from error
    except OSError:
        return False


def call(environment: dict[str, str], *arguments: str) -> str:
    """Run Python with these arguments; its standard output. RuntimeError with all it said."""
    answer = subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{answer.stdout}{answer.stderr}")
    return answer.stdout


def addresses() -> list[dict[str, Any]]:
    """Every page in every language, asked of the database: runs in a process of its own."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from coalition.accounts.models import User
    from tests.pages import PAGES
    from tests.signing_in import force_login

    def session(person: User) -> str:
        client = Client()
        force_login(client, person)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    drafting = {"mandates__partner__commitments__state__in": ["draft", "change_requested"]}
    focal_point = User.objects.filter(is_example=True, **drafting).order_by("pk")[0]
    officer = User.objects.filter(is_example=True, roles__role="officer").order_by("pk")[0]
    sessions = {
        "visitor": "",
        "stranger": session(focal_point),
        "focal point": session(focal_point),
        "officer": session(officer),
    }
    return [
        {
            "title": page.title,
            "language": language,
            "path": page.address(language, focal_point),
            "session": sessions[page.person],
            "no_budget": page.no_budget,
        }
        for page in PAGES
        for language, _ in settings.LANGUAGES
    ]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
    print(json.dumps(addresses()))
