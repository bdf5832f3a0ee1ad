"""The command in a process of its own on the test's database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from tests.mailroom import handlers


@pytest.fixture(autouse=True)
def nothing_handled_yet() -> None:
    for noted in (handlers.seen, handlers.replies, handlers.likely):
        noted.clear()


@pytest.fixture
def own_handlers(settings) -> None:
    """What later rooms would do with messages is only noted down."""
    settings.MAIL_HANDLERS = {
        "join": "tests.mailroom.handlers.declines",
        "reply": ["tests.mailroom.handlers.replied"],
        "guess": "tests.mailroom.handlers.guesses",
    }


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """`coalition …` as a process of its own, on the same database and folder as the test."""

    def run(*arguments: str, url: str = "") -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "coalition", *arguments],
            env=os.environ | {"DATABASE_URL": url or database(), "COALITION_HOME": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return run


def database() -> str:
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
