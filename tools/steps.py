"""Run a row of steps one after another, all of them, and say at the end which failed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

Step = Callable[[], int]


def program(*command: str, environment: dict[str, str] | None = None) -> Step:
    """A step that is a program, its exit code the answer."""

    def run() -> int:
        return subprocess.run(
            command, env=environment or os.environ, stdin=subprocess.DEVNULL, check=False
        ).returncode

    return run


def run_all(steps: dict[str, Step]) -> int:
    """Run every step, also after one has failed; print a line for each. 0 where all passed."""
    lines, is_green = [], True
    for name, step in steps.items():
        print(f"— {name}", flush=True)
        start = time.monotonic()
        status = step()
        is_green = is_green and status == 0
        word = "passed" if status == 0 else f"FAILED ({status})"
        lines.append(f"  {word:<12}{time.monotonic() - start:6.1f} s  {name}")
    print("—", *lines, sep="\n", flush=True)
    return 0 if is_green else 1


def clean_environment(**variables: str) -> dict[str, str]:
    """The environment without what the developer set for their own installation."""
    kept = {"COALITION_DATA", "COALITION_DATA_REQUIRED", "COALITION_CHROMIUM"}
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in kept or not name.startswith(("COALITION_", "DATABASE_URL", "DJANGO_"))
    }
    return environment | {"PYTHONUNBUFFERED": "1"} | variables


def python(*arguments: str, environment: dict[str, str] | None = None) -> Step:
    return program(sys.executable, *arguments, environment=environment)
