"""The results of a consultation in which 100,000 people cast 2.5 million votes on 500 statements:
how long they take, and how much memory.

People lean to one of four camps, as in `computations.opinions`, and belong to one of eight groups.
Nothing of it is kept.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from benchmarks.computations.opinions import generated
from coalition.consultations.models import Consultation, Participant, Statement, Vote
from coalition.consultations.models.participants import by_chance
from coalition.consultations.states import Origin
from coalition.consultations.summing.actions import sum_up
from coalition.partners.models import PartnerGroup

PEOPLE, STATEMENTS, VOTES = 100_000, 500, 2_500_000
PAGE = 4_096  # bytes in which the system counts memory


def rows() -> Iterator[tuple[str, str]]:
    """The row of the table: what was worked out, and what it took."""
    with transaction.atomic():
        one = _fill()
        before, start = _memory(), time.perf_counter()
        with Peak() as peak:
            made = sum_up(one)
        seconds = time.perf_counter() - start
        found = made.value["people"]
        assert found["voices"] > 0.9 * PEOPLE
        assert found["map"]["dots"]
        yield (
            f"results of {PEOPLE:,} people, {STATEMENTS} statements and {VOTES:,} votes worked "
            "out; memory beside what the process had; what is kept",
            f"{seconds:.1f} s; {(peak.most - before) / 1e6:,.0f} MB; {len(made.rows) / 1e6:.1f} MB",
        )
        transaction.set_rollback(True)


def _fill() -> Consultation:
    now = timezone.now()
    one = Consultation.objects.create(
        reference="CON-1999-0001",
        state="synthesis",
        question={"en": "Bench?"},
        for_everyone=True,
        announced_at=now,
    )
    one.phases.create(
        kind="react", opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1)
    )
    groups = list(PartnerGroup.objects.order_by("pk"))
    people = Participant.objects.bulk_create(
        (
            Participant(consultation=one, pseudonym=f"{at:064x}", group=groups[at % len(groups)])
            for at in range(PEOPLE)
        ),
        batch_size=2_000,
    )
    statements = Statement.objects.bulk_create(
        Statement(
            *(None, one.pk, at + 1, f"Statement {at + 1}", "en", Origin.PERSON),
            author=people[0],
        )
        for at in range(STATEMENTS)
    )
    who, what, said = generated(PEOPLE, STATEMENTS, VOTES, seed=3)
    ids = np.array([each.pk for each in people])[who].tolist()
    on = np.array([each.pk for each in statements])[what].tolist()
    _put(zip(ids, on, said.tolist(), strict=True))
    return one


def _put(votes: Any) -> None:
    table = Vote._meta.db_table
    named = "id, participant_id, statement_id, value, is_draft"
    made = ((by_chance(), *vote, False) for vote in votes)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy:
                for row in made:
                    copy.write_row(row)
            cursor.execute(f"ANALYZE {table}")
        else:
            sql = f"INSERT INTO {table} ({named}) VALUES (%s, %s, %s, %s, %s)"
            cursor.executemany(sql, made)


class Peak:
    """The most memory that this process holds while it works, in bytes; looked at often."""

    most = 0

    def __enter__(self) -> Peak:
        self._is_over = threading.Event()
        self._watch = threading.Thread(target=self._look)
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._is_over.wait(0.02):
            self.most = max(self.most, _memory())


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE
