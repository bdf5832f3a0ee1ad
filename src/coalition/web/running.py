"""Starting everything on one's own machine: `coalition run`."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from coalition.accounts.demo import demo_link
from coalition.accounts.models import User
from coalition.base.errors import Refused
from coalition.web import example
from coalition.web.examples import results


def ways_in() -> list[str]:
    """How to look at the site as visitor and as each of the Example people, a line each."""
    lines = [f"  as {'visitor':<19}{settings.SITE_URL}/"]
    people = {
        "officer": User.objects.filter(email=example.OFFICER).first(),
        "second officer": User.objects.filter(email=example.SECOND_OFFICER).first(),
        "focal point": User.objects.filter(is_example=True, mandates__isnull=False)
        .order_by("pk")
        .first(),
        "focal point (ar)": User.objects.filter(
            is_example=True, language="ar", mandates__isnull=False
        )
        .order_by("pk")
        .first(),
        "editor": User.objects.filter(email=example.EDITOR).first(),
        "reviewer": User.objects.filter(email=results.REVIEWER).first(),
    }
    for name, person in people.items():
        if person:
            lines.append(f"  as {name:<19}{demo_link(person)}")
    return lines


def free_or_refuse(host: str, port: int) -> None:
    """Raise Refused with a sentence when somebody else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise Refused(
                f"Port {port} on {host} is taken by another program. Stop it, or choose another "
                f"port: COALITION_URL=http://{host}:{port + 1} make run"
            ) from None


def address() -> tuple[str, int]:
    """Host and port of COALITION_URL."""
    parts = urlsplit(settings.SITE_URL)
    return parts.hostname or "127.0.0.1", parts.port or 8000


def fingerprint() -> str:
    """Changes when migrations, reference data or static files may have changed."""
    # Without the folder's own path, so that a copy of it is as prepared as the folder itself.
    name = str(settings.DATABASES["default"]["NAME"]).removeprefix(str(settings.HOME))
    digest = hashlib.sha256(name.encode())
    package = Path(__file__).resolve().parents[1]
    files = sorted(
        [
            *package.glob("*/migrations/*.py"),
            *package.glob("*/data/**/*"),
            *package.glob("*/static/**/*"),
            *package.glob("locale/**/*.po"),
            Path(sys.prefix) / "pyvenv.cfg",
        ]
    )
    for file in files:
        stat = file.stat()
        digest.update(f"{file}{stat.st_size}{stat.st_mtime_ns}".encode())
    return digest.hexdigest()


def serve() -> None:
    """Replace this process by the web server; it stops with Ctrl-C."""
    host, port = address()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
    program = str(Path(sys.executable).with_name("gunicorn"))
    arguments = ["coalition.wsgi", f"--bind={host}:{port}", "--workers=2", "--threads=4"]
    os.execv(program, [program, *arguments, "--preload", "--log-level=error"])  # noqa: S606
