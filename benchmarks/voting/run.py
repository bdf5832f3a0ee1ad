"""Measure how fast people can vote, on both databases, and write it into docs/benchmarks.md:
`python -m benchmarks.voting.run`, after the rest of `make bench`.

The server and the people who vote share the cores of this machine. After the measurement the whole
server is killed while they go on, with PostgreSQL where it is used, and started again. Every vote
that was confirmed has to be stored, once. The exit code is 1 where one is not.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.run import PAGE, where_and_when, write
from benchmarks.voting.crowd import Crowd
from benchmarks.voting.server import Server
from tools import debian, private_postgres
from tools.site import call
from tools.steps import clean_environment

PEOPLE, STATEMENTS = 1_000, 60
SECONDS, KILLED_AFTER = 60, 10
SEED = 1919
BEGIN, END = "<!-- voting: begin -->", "<!-- voting: end -->"


def main() -> int:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print("Voting on SQLite …", flush=True)
    on_sqlite, wrong = measure()
    print("Voting on PostgreSQL …", flush=True)
    try:
        with private_postgres.cluster(is_lasting=True) as url:
            on_postgres, more = measure(url, lambda: private_postgres.crash(url))
    except debian.Missing as missing:
        print(missing)
        return 1
    lines = ["| | SQLite | PostgreSQL |", "|---|---:|---:|"]
    lines += [f"| {name} | {on_sqlite[name]} | {on_postgres[name]} |" for name in on_sqlite]
    table = "\n".join([where_and_when(), "", *lines])
    write(table, BEGIN, END)
    print(table, *wrong, *more, f"\nWritten into {PAGE}.", sep="\n")
    return 1 if wrong or more else 0


def measure(
    url: str = "", crash: Callable[[], None] = lambda: None
) -> tuple[dict[str, str], list[str]]:
    """The rows of one database, its name to its figures; and what was not as it has to be."""
    with served(url) as (server, environment, made):
        crowd = Crowd(server.url, made, SEED)
        asyncio.run(crowd.vote(SECONDS))
        wrong = [f"{count} times {what}" for what, count in crowd.errors.items()]
        rows = {
            f"votes a second, {PEOPLE:,} people for {SECONDS} s, each with the page after it": (
                f"{len(crowd.votes) / crowd.seconds:.0f}"
            ),
            "a vote is confirmed (p50 / p95)": in_seconds(crowd.votes),
            "a page is there (p50 / p95)": in_seconds(crowd.pages),
            "errors, of so many requests": (
                f"{crowd.errors.total():,} of {len(crowd.votes) + len(crowd.pages):,}"
            ),
        }
        wrong += check(environment, made, crowd)
        crowd.begin_anew()

        async def fall() -> None:
            crowd.is_down = True
            server.kill()
            await asyncio.to_thread(crash)
            await asyncio.to_thread(server.start)
            crowd.is_down = False

        asyncio.run(crowd.vote(KILLED_AFTER, fall))
        missing = check(environment, made, crowd)
        confirmed = sum(
            said["confirmed"] for one in crowd.journal.values() for said in one.values()
        )
        rows["votes that stand, confirmed; missing or stored otherwise after `kill -9`"] = (
            f"{confirmed:,}; {len(missing):,}"
        )
        wrong += missing + [f"{count} times {what}" for what, count in crowd.errors.items()]
    return rows, wrong


@contextmanager
def served(url: str) -> Iterator[tuple[Server, dict[str, str], dict[str, Any]]]:
    """The platform on an empty database with people who are signed in."""
    with tempfile.TemporaryDirectory(prefix="coalition-voting-") as home:
        environment = clean_environment(COALITION_HOME=home)
        environment["DATABASE_URL"] = url or f"sqlite:///{home}/voting.sqlite3"
        for command in ("migrate", "setup social-justice --quiet", "collectstatic --no-input"):
            call(environment, "-m", "coalition", *command.split(), "--verbosity=0")
        asked = ["make", str(PEOPLE), str(STATEMENTS)]
        made = json.loads(call(environment, "-m", "benchmarks.voting.people", *asked))
        server = Server(environment, Path(home) / "server.log")
        server.start()
        try:
            yield server, environment, made
        finally:
            server.kill()


def check(environment: dict[str, str], made: dict[str, Any], crowd: Crowd) -> list[str]:
    """What the database holds beside what people were told; see people.findings."""
    asked = {
        "consultation": made["consultation"],
        "people": made["people"],
        "journal": crowd.journal,
    }
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.voting.people", "check"],
        env=environment,
        input=json.dumps(asked),
        capture_output=True,
        check=False,
        text=True,
    )
    if answer.returncode:
        raise RuntimeError(answer.stderr)
    return list(json.loads(answer.stdout))


def in_seconds(times: list[float]) -> str:
    cuts = quantiles(times, n=20)
    return f"{cuts[9]:.1f} / {cuts[-1]:.1f} s"


if __name__ == "__main__":
    sys.exit(main())
