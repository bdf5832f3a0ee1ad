"""The cache in files counts exactly, as long as it is told to, for as many as come."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from coalition.base import counting_cache, limits
from coalition.base.counting_cache import CountingCache
from coalition.base.limits import DAY, HOUR, Limit

A_DAY = Limit(3, DAY)


@pytest.fixture
def counts(tmp_path: Path) -> CountingCache:
    # A name with a bracket, which a pattern of files would take for one of its own signs.
    return CountingCache(str(tmp_path / "cache[1]"), {"OPTIONS": {"MAX_ENTRIES": 1_000_000}})


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + seconds)


def test_none_is_lost_of_those_that_come_at_once(tmp_path: Path) -> None:
    def count() -> None:
        own = CountingCache(str(tmp_path), {})
        for number in range(100):
            key = f"key{number % 3}"
            own.add(key, 0, timeout=HOUR)
            own.incr(key)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    left = CountingCache(str(tmp_path), {})
    assert [left.get(f"key{n}") for n in range(3)] == [8 * 34, 8 * 33, 8 * 33]


def test_a_count_stands_until_its_end_and_no_longer(
    counts: CountingCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert counts.add("key", 0, timeout=HOUR)
    assert [counts.incr("key") for _ in range(300)][-1] == 300
    later(monkeypatch, HOUR - 60)
    assert counts.incr("key", 5) == 305
    assert not counts.add("key", 0, timeout=HOUR)
    later(monkeypatch, 120)
    with pytest.raises(ValueError, match="key"):
        counts.incr("key")
    assert counts.add("key", 0, timeout=HOUR)


def test_who_waits_has_not_used_the_door_less(
    counts: CountingCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three a day are three a day, also for whoever takes their time."""
    monkeypatch.setattr(limits, "cache", counts)
    now = time.time() // DAY * DAY + 60
    for minutes in (0, 10, 30):
        monkeypatch.setattr(time, "time", lambda at=now + minutes * 60: at)
        assert limits._count("door", A_DAY) == 0
    monkeypatch.setattr(time, "time", lambda: now + 5 * HOUR)
    assert limits._count("door", A_DAY) > 0


def test_a_copy_of_the_counts_does_not_tell_whose_they_are(
    counts: CountingCache, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Another secret, other keys: names cannot be tried out without it."""
    monkeypatch.setattr(limits, "cache", counts)
    assert limits._count("react:about:person:7", Limit(1, DAY)) == 0
    assert limits._count("react:about:person:7", Limit(1, DAY)) > 0
    settings.SECRET_KEY = "another secret of an installation"
    assert limits._count("react:about:person:7", Limit(1, DAY)) == 0


def test_many_do_not_wipe_out_each_other_and_what_has_ended_goes(
    counts: CountingCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting_cache, "TIDY_EVERY", 1)
    counts.set("kept", 7, timeout=DAY)
    for number in range(4_000):
        counts.add(f"voter{number}", 0, timeout=HOUR)
    assert len(counts._list_cache_files()) == 4_001
    later(monkeypatch, 2 * HOUR)
    for number in range(4_000):
        counts.set(f"other{number % 10}", 0, timeout=HOUR)
    assert counts.get("kept") == 7
    assert len(counts._list_cache_files()) < 100
    counts.clear()
    assert counts.get("kept") is None


def test_it_holds_no_more_than_it_is_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting_cache, "TIDY_EVERY", 1)
    small = CountingCache(str(tmp_path), {"OPTIONS": {"MAX_ENTRIES": 2 * counting_cache.FOLDERS}})
    for number in range(4_000):
        small.set(f"key{number}", number)
    assert len(small._list_cache_files()) < 1_200
