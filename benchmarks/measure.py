"""Measure one database and print the rows as JSON: `python -m benchmarks.measure`.

Started by benchmarks/run.py in a process of its own, which says where the database is. Pages are
asked for in process, through every middleware, without a network.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
django.setup()

from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from benchmarks import commitments, consent, results, rosters, summing
from coalition.base import audit
from coalition.base.models import Event, Head
from coalition.commitments.actions import file_all
from coalition.commitments.models import Commitment, Delivery
from coalition.instruments.models import Instrument
from coalition.partners.models import Partner
from coalition.results.models import Framework, Indicator, Result, Total
from coalition.web import coalition_file, example
from coalition.web.setup import set_up
from tools.site import WORDING

PARTNERS, COMMITMENTS, EVENTS, VISITS = 1_000, 3_000, 100_000, 40
LISTED, PROMISES = 10_000, 1_000  # rows of lists
Row = tuple[str, str]


def main() -> None:
    rows = list(rows_of_one_database())
    json.dump(rows, sys.stdout)


def rows_of_one_database() -> Iterator[Row]:
    silent = {"verbosity": 0, "stdout": open(os.devnull, "w")}  # noqa: SIM115  # ends with us
    yield "all migrations", seconds(lambda: call_command("migrate", **silent))
    file = coalition_file.find("social-justice")
    yield "setup, the first time", seconds(lambda: set_up(file))
    yield "setup, again: nothing to do", seconds(lambda: set_up(file))
    yield "Example coalition, 60 partners by the actions", seconds(example.build)
    if WORDING.is_file():
        yield whole_corpus()
        yield "import of the Doha declaration", seconds(lambda: read_in(WORDING, silent))
    yield from rows_of_lists()
    yield consent.row()
    multiply()
    yield (
        f"catalogue of {PARTNERS:,} partners and {COMMITMENTS:,} commitments made anew",
        seconds(lambda: call_command("catalogue", "rebuild", **silent)),
    )
    for name, address in pages().items():
        yield f"{name} (p50 / p95)", milliseconds(address)
    yield from commitments.rows()
    chain()
    yield f"audit verify, {EVENTS:,} events", seconds(verify)
    yield from results.rows()
    yield from summing.rows()


def whole_corpus() -> Row:
    """Every text of the data folder, read in by a process of its own and undone afterwards."""
    done = json.loads(
        subprocess.run(
            [sys.executable, "-m", "benchmarks.corpus"], check=True, capture_output=True, text=True
        ).stdout
    )
    return (
        f"import of the whole corpus, {done['documents']} documents (promised: under 90 s, 500 MB)",
        f"{done['seconds']:.0f} s, {done['megabytes']:.0f} MB",
    )


def rows_of_lists() -> Iterator[Row]:
    """Taking partners and commitments in from files; undone afterwards, so that the pages stand as
    they did."""
    file = rosters.workbook(LISTED)
    with transaction.atomic():
        held: dict[str, Any] = {}
        yield (
            f"list of {LISTED:,} partners previewed (XLSX; promised: under 10 s)",
            seconds(lambda: held.update(roster=rosters.preview(file))),
        )
        yield (
            f"list of {LISTED:,} partners taken in (promised: under 60 s)",
            seconds(lambda: rosters.take_in(held["roster"], LISTED)),
        )
        yield (
            "the same list again: nothing to do",
            seconds(lambda: rosters.preview(file, unchanged=LISTED)),
        )
        yield (
            f"list of {PROMISES:,} commitments taken in (26 columns; promised: under 30 s)",
            seconds(lambda: rosters.commitments_taken_in(PROMISES)),
        )
        transaction.set_rollback(True)


def read_in(file: Path, silent: dict[str, Any]) -> None:
    call_command("import", "texts", str(file), "--symbol", "A/RES/80/5", **silent)


def pages() -> dict[str, str]:
    code = Instrument.objects.filter(provisions__deliveries__gt=0)[0].code
    return {
        "home": reverse("home"),
        "directory": reverse("partners:directory"),
        "explorer": reverse("commitments:explorer"),
        "search “work”": reverse("catalogue:search") + "?q=work",
        "declaration, one part": reverse("instruments:part", args=[code, 1]),
    }


@transaction.atomic
def multiply() -> None:
    """Copies of the Example partners and their public commitments, links included."""
    partners = list(Partner.objects.filter(is_example=True))
    wanted = PARTNERS - Partner.objects.count()
    copies = [copy_of(partners[n % len(partners)], f"PAR-2020-{n:04d}") for n in range(wanted)]
    owners = [*partners, *Partner.objects.bulk_create(copies)]
    originals = list(Commitment.objects.published().select_related("framework"))
    linked = ("places", "themes", "challenges")
    links = {one.pk: {name: list(getattr(one, name).all()) for name in linked} for one in originals}
    given = {one.pk: list(one.deliveries.all()) for one in originals}
    deliveries = []
    wanted = range(COMMITMENTS - len(originals))
    kept = [copy_of(originals[n % len(originals)].framework, f"RES-2020-{n:04d}") for n in wanted]
    frameworks = Framework.objects.bulk_create(kept)
    give_goals(originals, frameworks)
    for n in wanted:
        original = originals[n % len(originals)]
        made = copy_of(original, f"COM-2020-{n:04d}")
        made.partner, made.framework = owners[n % len(owners)], frameworks[n]
        made.save()
        for name, targets in links[original.pk].items():
            getattr(made, name).set(targets)
        deliveries += [
            Delivery(commitment=made, provision_id=each.provision_id, how=each.how)
            for each in given[original.pk]
        ]
    Delivery.objects.bulk_create(deliveries)
    file_all()


def give_goals(originals: list[Commitment], frameworks: list[Framework]) -> None:
    """Each copied framework gets the first goal of its original, with its totals."""
    firsts = [
        one.framework.indicators.select_related("result").order_by("number").first()
        for one in originals
    ]
    totals = [list(one.totals.filter(period=None, place=None, cell=None)) for one in firsts]
    goals = Result.objects.bulk_create(
        Result(framework=each, title=firsts[n % len(firsts)].result.title)
        for n, each in enumerate(frameworks)
    )
    indicators = []
    for n, goal in enumerate(goals):
        first = firsts[n % len(firsts)]
        fields = {field.attname: getattr(first, field.attname) for field in first._meta.fields}
        own = {"id": None, "framework_id": goal.framework_id, "result_id": goal.pk}
        indicators.append(Indicator(**{**fields, **own}))
    indicators = Indicator.objects.bulk_create(indicators)
    copies = []
    for n, indicator in enumerate(indicators):
        for total in totals[n % len(totals)]:
            fields = {field.attname: getattr(total, field.attname) for field in total._meta.fields}
            copies.append(Total(**{**fields, "id": None, "indicator_id": indicator.pk}))
    Total.objects.bulk_create(copies, batch_size=2_000)


def copy_of(original: Any, reference: str) -> Any:
    fields = {field.attname: getattr(original, field.attname) for field in original._meta.fields}
    return type(original)(**{**fields, "id": None, "reference": reference})


@transaction.atomic
def chain() -> None:
    """So many events as `audit.record` writes them, but many rows at a time."""
    number, content = audit.head()
    latest = Event.objects.get(sequence=number)

    def events() -> Iterator[Event]:
        previous = content
        for sequence in range(number + 1, EVENTS + 1):
            event = Event(
                sequence=sequence,
                at=latest.at,
                verb="benchmarks.write",
                subject=f"partners.partner:{sequence}",
                actor="system:0",
                refs=[],
                previous=previous,
            )
            previous = event.hash = audit.digest(event)
            yield event

    made = events()
    while batch := list(islice(made, 5_000)):
        Event.objects.bulk_create(batch)
        Head.objects.filter(pk=1).update(sequence=batch[-1].sequence, hash=batch[-1].hash)


def verify() -> None:
    if findings := list(audit.verify()):
        raise SystemExit(f"The chain made for measuring does not hold: {findings[0]}")


def seconds(job: Callable[[], object]) -> str:
    start = time.perf_counter()
    job()
    return f"{time.perf_counter() - start:.2f} s"


def milliseconds(address: str) -> str:
    """Median and 95th percentile of many visits, after two that warm up."""
    client = Client(SERVER_NAME="127.0.0.1")
    times = []
    for number in range(VISITS + 2):
        start = time.perf_counter()
        response = client.get(address)
        took = time.perf_counter() - start
        if response.status_code != 200:
            raise SystemExit(f"{address} answers {response.status_code}.")
        if number >= 2:
            times.append(took * 1000)
    return f"{statistics.median(times):.0f} / {statistics.quantiles(times, n=20)[-1]:.0f} ms"


if __name__ == "__main__":
    main()
