"""References are given out once, in order, per kind and year."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone

from coalition.base.models import Counter
from coalition.base.numbers import next_reference

YEAR = datetime.now(UTC).year


@pytest.mark.django_db
def test_next_reference_counts_per_kind() -> None:
    given = [next_reference("TST"), next_reference("TST"), next_reference("OTH")]

    assert given == [f"TST-{YEAR}-0001", f"TST-{YEAR}-0002", f"OTH-{YEAR}-0001"]


@pytest.mark.django_db
def test_next_reference_grows_beyond_four_digits() -> None:
    Counter.objects.create(prefix="TST", year=YEAR, last=9999)

    assert next_reference("TST") == f"TST-{YEAR}-10000"


@pytest.mark.django_db
def test_next_reference_begins_anew_each_year(monkeypatch: pytest.MonkeyPatch) -> None:
    next_reference("TST")
    new_year = datetime(YEAR + 1, 1, 1, 0, 0, 1, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: new_year)

    assert next_reference("TST") == f"TST-{YEAR + 1}-0001"


@pytest.mark.django_db
def test_next_reference_is_given_back_when_all_is_undone() -> None:
    with transaction.atomic():
        next_reference("TST")
        transaction.set_rollback(True)

    assert next_reference("TST") == f"TST-{YEAR}-0001"


@pytest.mark.django_db(transaction=True)
def test_next_reference_is_never_given_twice() -> None:
    def take(_number: int) -> list[str]:
        try:
            return [next_reference("TST") for _each in range(10)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        given = [one for some in threads.map(take, range(4)) for one in some]

    assert sorted(given) == [f"TST-{YEAR}-{number:04d}" for number in range(1, 41)]
