"""Status on one day of 190 countries under 90 instruments: one query, every cell filled.

Each pair gets one ratification, drawn by a stated seed; some parties leave again. Statuses are
derived as the platform does it. Nothing of it is kept.
"""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from statistics import median

from django.db import connection, transaction

from coalition.base.reference import Source
from coalition.instruments.consent import actions, queries
from coalition.instruments.models import (
    BindingRule,
    ConsentAction,
    ConsentTable,
    Instrument,
    Party,
)

SEED = 1919
PARTIES, INSTRUMENTS, LEAVERS = 190, 90, 30
DAY = date(2026, 1, 1)
FIRST = date(1950, 1, 1)
VISITS = 21
MOST_MILLISECONDS = 50  # what is promised, printed beside what is measured


def row() -> tuple[str, str]:
    """The row of the table: what was asked, and the median and 95th percentile it took."""
    with transaction.atomic():
        parties, instruments = _fill(random.Random(SEED))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        times = []
        for _visit in range(VISITS):
            start = time.perf_counter()
            found = queries.statuses_on(DAY, parties, instruments)
            times.append((time.perf_counter() - start) * 1000)
        if len(found) != PARTIES * INSTRUMENTS:
            raise SystemExit(f"{len(found)} cells are filled, not {PARTIES * INSTRUMENTS}.")
        transaction.set_rollback(True)
    name = (
        f"status of {PARTIES} countries under {INSTRUMENTS} instruments on a day, one query "
        f"(promised: {MOST_MILLISECONDS} ms)"
    )
    return name, f"{median(times):.0f} / {sorted(times)[-2]:.0f} ms"


def _fill(dice: random.Random) -> tuple[list[Party], list[Instrument]]:
    source = Source.objects.create(code="bench-consent", title="Benchmark", seen_on=DAY)
    parties = Party.objects.bulk_create(
        Party(code=f"BENCH{number}", names={"en": f"Benchmark {number}"})
        for number in range(PARTIES)
    )
    instruments = Instrument.objects.bulk_create(
        Instrument(
            code=f"bench-{number}", symbol=f"BENCH-{number}", kind="convention", names={"en": "B"}
        )
        for number in range(INSTRUMENTS)
    )
    twelve = {"first_months": 12, "later_months": 12, "denounced_months": 12}
    BindingRule.objects.bulk_create(
        BindingRule(instrument=one, first_parties=2, **twelve) for one in instruments
    )
    acts = []
    for one in instruments:
        for party in parties:
            act = ConsentAction(
                instrument=one,
                party=party,
                kind="ratification",
                on=FIRST + timedelta(dice.randrange(25_000)),
                source=source,
                as_of=DAY,
            )
            acts.append(act)
            if not dice.randrange(LEAVERS):
                later = act.on + timedelta(400 + dice.randrange(1_000))
                acts.append(
                    ConsentAction(
                        instrument=one,
                        party=party,
                        kind="denunciation",
                        on=later,
                        source=source,
                        as_of=DAY,
                    )
                )
    ConsentAction.objects.bulk_create(acts, batch_size=2_000)
    ConsentTable.objects.bulk_create(
        ConsentTable(instrument=one, as_of=DAY, source=source, rows=PARTIES, digest="")
        for one in instruments
    )
    for one in instruments:
        actions.derive(one)
    return parties, instruments
