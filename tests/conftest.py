"""One migrated database, made once and copied for every worker; the real data, where it is."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache as limits
from django.core.files.storage import storages
from django.db import connections
from django.utils import translation
from playwright.sync_api import Browser

from tools.browsing import chromium_browser

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("COALITION_DATA") or ROOT.parent / "shared" / "data")
TEMPLATES = Path(tempfile.gettempdir()) / f"coalition-tests-{os.getuid()}"


# --- The database --------------------------------------------------------------------------


def state_of_migrations() -> str:
    """A digest of everything that decides how a fresh database looks."""
    digest = hashlib.sha256()
    files = [
        *ROOT.glob("src/coalition/*/migrations/*.py"),
        *ROOT.glob("src/coalition/*/data/*.toml"),
        *ROOT.glob("src/coalition/*/data/*.csv"),
        ROOT / "src/coalition/web/setup.py",
        ROOT / "requirements" / "base.txt",
    ]
    for file in sorted(file for file in files if file.exists()):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def make(url: str) -> None:
    """Migrate the database at `url` and load the coalition file, in a process of its own."""
    environment = os.environ | {"DATABASE_URL": url}
    for command in (["migrate", "--verbosity=0"], ["setup", "social-justice", "--quiet"]):
        subprocess.run([sys.executable, "-m", "coalition", *command], env=environment, check=True)


class SqliteCopies:
    """A template file, and a copy of it per worker."""

    def __init__(self, worker: str) -> None:
        self.template = TEMPLATES / f"{state_of_migrations()}.sqlite3"
        self.copy = Path(tempfile.mkdtemp(prefix="coalition-")) / f"{worker}.sqlite3"

    def prepare(self) -> str:
        if not self.template.exists():
            unfinished = self.template.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            make(f"sqlite:///{unfinished}")
            unfinished.rename(self.template)
        self.restore()
        return str(self.copy)

    def restore(self) -> None:
        for leftover in self.copy.parent.glob(self.copy.name + "-*"):
            leftover.unlink()
        shutil.copyfile(self.template, self.copy)

    def remove(self) -> None:
        shutil.rmtree(self.copy.parent, ignore_errors=True)


class PostgresCopies:
    """A template database, and a copy of it per worker."""

    def __init__(self, worker: str) -> None:
        self.url = urlsplit(os.environ["DATABASE_URL"])
        self.template = f"coalition_{state_of_migrations()}"
        self.copy = f"coalition_test_{worker}"

    def run(self, *statements: str) -> list[tuple[object, ...]]:
        import psycopg

        address = urlunsplit(self.url._replace(path="/postgres"))
        rows: list[tuple[object, ...]] = []
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
                rows = cursor.fetchall() if cursor.description else []
        return rows

    def prepare(self) -> str:
        if not self.run(f"SELECT 1 FROM pg_database WHERE datname = '{self.template}'"):
            unfinished = f"{self.template}_unfinished"
            self.run(f"DROP DATABASE IF EXISTS {unfinished}", f"CREATE DATABASE {unfinished}")
            make(urlunsplit(self.url._replace(path=f"/{unfinished}")))
            self.run(f"ALTER DATABASE {unfinished} RENAME TO {self.template}")
        self.restore()
        return self.copy

    def restore(self) -> None:
        self.run(
            f"DROP DATABASE IF EXISTS {self.copy} WITH (FORCE)",
            f"CREATE DATABASE {self.copy} TEMPLATE {self.template}",
        )

    def remove(self) -> None:
        self.run(f"DROP DATABASE IF EXISTS {self.copy} WITH (FORCE)")


@pytest.fixture(scope="session")
def database_copies(worker_id: str) -> Iterator[SqliteCopies | PostgresCopies]:
    is_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    TEMPLATES.mkdir(mode=0o700, exist_ok=True)
    copies = (SqliteCopies if is_sqlite else PostgresCopies)(worker_id)
    with (TEMPLATES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one worker makes the template, the others wait
        name = copies.prepare()
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name
    yield copies
    # The browser may still be open here, and its driver keeps a loop running in this thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    connections.close_all()
    copies.remove()


@pytest.fixture(scope="session")
def django_db_setup(database_copies: SqliteCopies | PostgresCopies) -> None:
    """Replaces pytest-django's: the copy is ready, nothing to migrate."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """After a test that really commits, the worker's database is copied afresh."""
    result = yield
    marker = item.get_closest_marker("django_db")
    commits = (marker and marker.kwargs.get("transaction")) or {
        "transactional_db",
        "live_server",
    } & set(getattr(item, "fixturenames", ()))
    copies = getattr(item, "funcargs", {}).get("database_copies")
    if commits and copies is None:
        definitions = item.session._fixturemanager.getfixturedefs("database_copies", item)
        cached = definitions[-1].cached_result if definitions else None
        copies = cached[0] if cached else None
    if commits and copies is not None:
        connections.close_all()
        copies.restore()
    return result


@pytest.fixture(autouse=True)
def own_outbox(settings) -> None:
    """Mail goes into our outbox in tests too, not into Django's mailbox for tests."""
    settings.EMAIL_BACKEND = "coalition.mailroom.backends.Outbox"


@pytest.fixture(autouse=True)
def own_cache(settings) -> None:
    """Limits on open doors are counted anew in every test."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    limits.clear()


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that a test stores land in its own folder; static files need no manifest."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "private"},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # The models asked for their storage when they were loaded; here they get the test's.
    for field in private_fields():
        monkeypatch.setattr(field, "storage", storages["private"])


@cache
def private_fields() -> list[Any]:
    """The fields of all models whose files nobody may ask for by address."""
    fields = (field for model in apps.get_models() for field in model._meta.local_fields)
    return [
        field
        for field in fields
        if getattr(field, "storage", None) is not None and hasattr(field, "_storage_callable")
    ]


@pytest.fixture(autouse=True)
def own_language() -> None:
    """A page in Arabic leaves its language behind in the thread; each test begins in English."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True, scope="session")
def second_factors() -> None:
    """Officers whom a test signs in have used their second factor; see tests/signing_in.py."""
    from tests import signing_in

    signing_in.install()


# --- The browser ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all: Playwright allows a process a single one at a time."""
    with chromium_browser() as started:
        yield started


# --- The real data -------------------------------------------------------------------------

REQUIRED = os.environ.get("COALITION_DATA_REQUIRED", "") not in ("", "0")
LEFT_OUT = pytest.StashKey[int]()


@pytest.fixture(scope="session")
def data_dir() -> Path:
    return DATA


def pytest_configure(config: pytest.Config) -> None:
    if REQUIRED and not DATA.is_dir():
        raise pytest.UsageError(
            f"COALITION_DATA_REQUIRED is set, and there is no folder {DATA}. "
            "Set COALITION_DATA to where the data is."
        )


def touches_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "live_server", "database_copies"}
    return bool(
        item.get_closest_marker("django_db")
        or item.get_closest_marker("browser")
        or item.get_closest_marker("pages")
        or fixtures & set(getattr(item, "fixturenames", ()))
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without the data folder its tests are left out, and the summary says how many.

    On PostgreSQL only tests that touch a database run: the others were proved on SQLite. Long
    ones begin first: no worker is to wait at the end for another's.
    """
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        pure = [item for item in items if not touches_database(item)]
        config.hook.pytest_deselected(items=pure)
        items[:] = [item for item in items if touches_database(item)]
    on_data = [item for item in items if item.get_closest_marker("realdata")]
    if DATA.is_dir() or not on_data:
        return
    config.stash[LEFT_OUT] = len(on_data)
    config.hook.pytest_deselected(items=on_data)
    items[:] = [item for item in items if item not in on_data]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of xdist hands its count to the main process, which writes the summary."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error: object) -> None:
    # Every worker collects all tests, so their counts are one and the same.
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    passed = terminalreporter.stats.get("passed", [])
    if count := sum("realdata" in report.keywords for report in passed):
        terminalreporter.write_line(f"{count} tests on real data passed.")
    if count := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_sep("!", yellow=True)
        terminalreporter.write_line(
            f"{count} tests on real data did NOT run: there is no folder {DATA}. "
            "Set COALITION_DATA to where the data is.",
            yellow=True,
        )


# --- Nothing is skipped --------------------------------------------------------------------


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A test that skips itself, or is expected to fail, counts as one that failed."""
    report = yield
    return refused_when_skipped(report)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    report = yield
    return refused_when_skipped(report)


def refused_when_skipped(report):
    if report.outcome == "skipped":
        where = f" ({report.longrepr[-1]})" if isinstance(report.longrepr, tuple) else ""
        report.outcome = "failed"
        report.longrepr = (
            f"{report.nodeid} was skipped{where}. A test runs or fails; what cannot be had here "
            "belongs into the marked group realdata."
        )
        vars(report).pop("wasxfail", None)
    return report
