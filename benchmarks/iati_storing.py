"""Storing IATI activities, beside a bare bulk load of the very rows that this makes.

Recipe: the one activity of the official annotated example, 2,000 times, each with its number behind
its identifier, taken in by `coalition import iati` (`importing.import_file`): read, judged, stored
as interventions with roles, money, results, figures, totals, history, the catalogue's rows, and
published, in one transaction. The peer is PostgreSQL's COPY: all rows that came into any table by
that, copied by psycopg into plain tables of the same columns, without keys or indexes.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.iati import EXAMPLE, grow
from tools import private_postgres
from tools.site import call
from tools.steps import clean_environment

COUNT = 2_000


def table() -> str:
    """Both databases and the peer, as rows of a table."""
    with tempfile.TemporaryDirectory(prefix="coalition-bench-") as home:
        lite = measure(home, DATABASE_URL=f"sqlite:///{home}/bench.sqlite3")
    with (
        tempfile.TemporaryDirectory(prefix="coalition-bench-") as home,
        private_postgres.cluster() as url,
    ):
        post = measure(home, DATABASE_URL=url)
    both = (lite, post)
    speeds = " | ".join(f"{one['rows'] / one['seconds']:,.0f}" for one in both)
    seconds = " | ".join(f"{one['seconds']:.1f} s" for one in both)
    memory = " | ".join(f"{one['memory']:.0f} MB" for one in both)
    again = " | ".join(f"{one['again']:.1f} s" for one in both)
    lines = [
        f"{COUNT:,} IATI activities stored; the recipe stands in `benchmarks/iati_storing.py`. The "
        "peer is PostgreSQL's COPY of the same rows into plain tables without keys or indexes.",
        "",
        "| | SQLite | PostgreSQL | peer |",
        "|---|---:|---:|---:|",
        f"| read, judged, stored and published: {post['rows']:,} rows in {post['tables']} tables "
        f"| {seconds} | {post['copied']:.2f} s |",
        f"| rows a second | {speeds} | {post['rows'] / post['copied']:,.0f} |",
        f"| the same file once more: nothing changes | {again} | – |",
        f"| memory, at most | {memory} | – |",
    ]
    return "\n".join(lines)


def measure(home: str, **variables: str) -> dict[str, Any]:
    """One database, made for this, in processes of their own."""
    environment = clean_environment(COALITION_HOME=home, COALITION_LOG_LEVEL="ERROR", **variables)
    for command in (["migrate", "--verbosity=0"], ["setup", "social-justice", "--quiet"]):
        call(environment, "-m", "coalition", *command)
    found: dict[str, Any] = json.loads(call(environment, "-m", "benchmarks.iati_storing", "take"))
    return found


def take() -> dict[str, Any]:
    """Take the file in on the database of this process, twice; on PostgreSQL copy its rows, too."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
    django.setup()
    from django.db import connection

    from coalition.interventions.iati.importing import import_file
    from coalition.interventions.iati.reports import Options
    from coalition.partners.models import Partner, PartnerGroup

    lead = Partner.objects.create(
        reference="PAR-2026-0001",
        name="Example partner",
        group=PartnerGroup.objects.earliest("pk"),
        scope="national",
        joined_on=date(2026, 1, 1),
    )
    before = last_rows()
    with tempfile.TemporaryDirectory(prefix="coalition-bench-") as folder:
        path = Path(folder) / "activities.xml"
        grow(EXAMPLE, path, COUNT)
        start = time.perf_counter()
        report = import_file(path, path.name, Options(lead=lead), by=None)
        seconds = time.perf_counter() - start
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        assert report.is_kept
        assert report.counts["new"] == COUNT
        start = time.perf_counter()
        assert import_file(path, path.name, Options(), by=None).counts["unchanged"] == COUNT
        again = time.perf_counter() - start
    after = last_rows()
    added = {name: count - before[name][1] for name, (_last, count) in after.items()}
    added = {name: count for name, count in added.items() if count > 0}
    found = {
        "seconds": seconds,
        "again": again,
        "memory": memory,
        "rows": sum(added.values()),
        "tables": len(added),
    }
    if connection.vendor == "postgresql":
        found["copied"] = copied({name: before[name][0] for name in added})
    return found


def last_rows() -> dict[str, tuple[int, int]]:
    """Of every table whose rows have numbers: the last one, and how many there are."""
    from django.apps import apps
    from django.db.models import AutoField, Count, Max

    found = {}
    for model in apps.get_models(include_auto_created=True):
        if isinstance(model._meta.pk, AutoField):
            told = model._base_manager.aggregate(last=Max("pk"), count=Count("pk"))
            found[model._meta.db_table] = (told["last"] or 0, told["count"])
    return found


def copied(tables: dict[str, int]) -> float:
    """Seconds that COPY takes for the rows behind these, into plain tables."""
    from django.db import connection, transaction

    held = {}
    with connection.cursor() as cursor:
        for name, last in tables.items():
            cursor.execute(f'CREATE TABLE "copy_{name}" (LIKE "{name}")')
            query = f'COPY (SELECT * FROM "{name}" WHERE id > {last}) TO STDOUT (FORMAT binary)'
            with cursor.cursor.copy(query) as copy:
                held[name] = b"".join(copy)
        start = time.perf_counter()
        with transaction.atomic():
            for name, content in held.items():
                with cursor.cursor.copy(f'COPY "copy_{name}" FROM STDIN (FORMAT binary)') as copy:
                    copy.write(content)
        return time.perf_counter() - start


if __name__ == "__main__":
    if sys.argv[1:] == ["take"]:
        print(json.dumps(take()))
    else:
        print(table())
