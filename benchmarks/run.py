"""Measure on both databases, print the table and write it into docs/benchmarks.md: `make bench`."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import iati, iati_storing, screening
from tools import debian, private_postgres
from tools.site import SANCTIONS, call
from tools.steps import clean_environment

PAGE = Path("docs/benchmarks.md")
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
FIRST = f"""# Benchmarks

What `make bench` measured, on SQLite and on PostgreSQL in one run: the Example coalition, copied
to 1,000 partners and 3,000 commitments. Pages are asked for in process, without a network; p50 is
the median of forty visits. The PostgreSQL is a private one that does not wait for the disk.

{BEGIN}
{END}
"""


def main() -> int:
    print("Measuring on SQLite …", flush=True)
    on_sqlite = measure()
    print("Measuring on PostgreSQL …", flush=True)
    try:
        with private_postgres.cluster() as url:
            on_postgres = measure(DATABASE_URL=url)
    except debian.Missing as missing:
        print(missing)
        return 1
    lines = ["| | SQLite | PostgreSQL |", "|---|---:|---:|"]
    names = dict.fromkeys([*on_sqlite, *on_postgres])
    lines += [f"| {n} | {on_sqlite.get(n, '–')} | {on_postgres.get(n, '–')} |" for n in names]
    if SANCTIONS.is_file():
        print("Measuring the screening of names …", flush=True)
        lines += ["", screening.table(SANCTIONS)]
    if iati.EXAMPLE.is_file():
        print("Measuring the reading of IATI files …", flush=True)
        lines += ["", iati.table()]
        print("Measuring the storing of IATI activities …", flush=True)
        lines += ["", iati_storing.table()]
    table = "\n".join([where_and_when(), "", *lines])
    write(table)
    print(table, f"\nWritten into {PAGE}.", sep="\n")
    return 0


def measure(**variables: str) -> dict[str, str]:
    """The rows of one database, its name to its time. RuntimeError with all it said."""
    with tempfile.TemporaryDirectory(prefix="coalition-bench-") as home:
        environment = clean_environment(
            COALITION_HOME=home, COALITION_DEMO="1", COALITION_LOG_LEVEL="ERROR", **variables
        )
        environment.setdefault("DATABASE_URL", f"sqlite:///{home}/bench.sqlite3")
        call(environment, "-m", "coalition", "collectstatic", "--no-input", "--verbosity=0")
        return dict(json.loads(call(environment, "-m", "benchmarks.measure")))


def where_and_when() -> str:
    load = os.getloadavg()[0]
    return (
        f"{datetime.now(UTC):%d %B %Y}, {os.cpu_count()} cores ({platform.machine()}), "
        f"Python {platform.python_version()}; load average at the end {load:.1f}."
    )


def write(table: str, begin: str = BEGIN, end: str = END) -> None:
    """Between the markers; what people wrote around them stays."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else FIRST
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}\n{table}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
