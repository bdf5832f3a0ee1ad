"""The trail: what it takes, and that every kind of meddling is named."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from coalition.base import audit
from coalition.base.models import Event, Head
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(db: None) -> list[Event]:
    """Six events and nothing before them."""
    sql("DELETE FROM base_event")
    sql("DELETE FROM base_head")
    return [audit.record("base.test", f"base.thing:{number}") for number in range(1, 7)]


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def set_verb(sequence: int, verb: str) -> None:
    sql("UPDATE base_event SET verb = %s WHERE sequence = %s", verb, sequence)


def rehash(sequence: int) -> str:
    """What a meddler who knows the recipe does: compute the event's hash anew."""
    event = Event.objects.get(pk=sequence)
    sql("UPDATE base_event SET hash = %s WHERE sequence = %s", audit.digest(event), sequence)
    return audit.digest(event)


def link_and_rehash(first: int, last: int) -> None:
    for sequence in range(first, last + 1):
        before = Event.objects.get(pk=sequence - 1).hash if sequence > 1 else audit.START
        sql("UPDATE base_event SET previous = %s WHERE sequence = %s", before, sequence)
        rehash(sequence)


def set_head(sequence: int) -> None:
    event = Event.objects.get(pk=sequence)
    sql("UPDATE base_head SET sequence = %s, hash = %s", event.sequence, event.hash)


def remove(*sequences: int) -> None:
    for sequence in sequences:
        sql("DELETE FROM base_event WHERE sequence = %s", sequence)


def renumber(first: int, last: int, by: int) -> None:
    numbers = range(first, last + 1)
    for number in reversed(numbers) if by > 0 else numbers:
        sql("UPDATE base_event SET sequence = %s WHERE sequence = %s", number + by, number)


def insert(sequence: int, *, previous: int) -> None:
    """A forged event with a valid hash, hung on the event numbered `previous`."""
    forged = Event(
        sequence=sequence,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        verb="base.forged",
        subject="base.thing:9",
        actor="system:0",
        refs=[],
        previous=Event.objects.get(pk=previous).hash,
    )
    forged.hash = audit.digest(forged)
    forged.save(force_insert=True)


def swap(one: int, other: int) -> None:
    renumber(one, one, 100)
    renumber(other, other, one - other)
    renumber(one + 100, one + 100, other - one - 100)


def alter(sequence: int) -> None:
    set_verb(sequence, "base.altered")


def alter_and_rehash(sequence: int) -> None:
    alter(sequence)
    rehash(sequence)


def in_turn(*steps: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        for step in steps:
            step()

    return run


TAMPERING: dict[str, tuple[Callable[[], object], list[str]]] = {
    "nothing": (lambda: None, []),
    "altered verb": (lambda: alter(3), ["Altered: event 3 is not as it was written."]),
    "altered first": (lambda: alter(1), ["Altered: event 1 is not as it was written."]),
    "altered last": (lambda: alter(6), ["Altered: event 6 is not as it was written."]),
    "altered two": (
        in_turn(lambda: alter(2), lambda: alter(5)),
        [
            "Altered: event 2 is not as it was written.",
            "Altered: event 5 is not as it was written.",
        ],
    ),
    "altered moment": (
        lambda: Event.objects.filter(pk=4).update(at=datetime(2020, 1, 1, tzinfo=UTC)),
        ["Altered: event 4 is not as it was written."],
    ),
    "altered refs": (
        lambda: Event.objects.filter(pk=4).update(refs=["base.thing:8"]),
        ["Altered: event 4 is not as it was written."],
    ),
    "altered actor": (
        lambda: sql("UPDATE base_event SET actor = 'accounts.user:1' WHERE sequence = 4"),
        ["Altered: event 4 is not as it was written."],
    ),
    "altered link": (
        lambda: sql("UPDATE base_event SET previous = %s WHERE sequence = 4", "f" * 64),
        ["Altered: event 4 is not as it was written."],
    ),
    "altered and hashed anew": (
        lambda: alter_and_rehash(3),
        ["Altered: event 3 is not the one that event 4 was written after."],
    ),
    "last altered and hashed anew": (
        lambda: alter_and_rehash(6),
        ["Altered: event 6 is not the one that the head names."],
    ),
    "hung on another event and hashed anew": (
        in_turn(
            lambda: sql("UPDATE base_event SET previous = %s WHERE sequence = 1", "f" * 64),
            lambda: link_and_rehash(2, 1),
            lambda: rehash(1),
        ),
        [
            "Altered: event 1 does not begin the chain.",
            "Altered: event 1 is not the one that event 2 was written after.",
        ],
    ),
    "removed": (lambda: remove(3), ["Removed: event 3 is missing."]),
    "removed first": (lambda: remove(1), ["Removed: event 1 is missing."]),
    "removed last": (
        lambda: remove(6),
        ["Removed: event 6 is missing. The head still names event 6."],
    ),
    "removed two in a row": (
        lambda: remove(3, 4),
        ["Removed: events 3 to 4 are missing."],
    ),
    "removed here and there": (
        lambda: remove(1, 3, 6),
        [
            "Removed: event 1 is missing.",
            "Removed: event 3 is missing.",
            "Removed: event 6 is missing. The head still names event 6.",
        ],
    ),
    "removed all": (
        lambda: remove(1, 2, 3, 4, 5, 6),
        ["Removed: events 1 to 6 are missing. The head still names event 6."],
    ),
    "removed and the next altered": (
        in_turn(lambda: remove(3), lambda: alter(4)),
        ["Removed: event 3 is missing.", "Altered: event 4 is not as it was written."],
    ),
    "removed and renumbered": (
        in_turn(lambda: remove(3), lambda: renumber(4, 6, -1)),
        ["Removed: event 3 is missing. The events after it were renumbered."],
    ),
    "removed two and renumbered": (
        in_turn(lambda: remove(2, 3), lambda: renumber(4, 6, -2)),
        ["Removed: events 2 to 3 are missing. The events after it were renumbered."],
    ),
    "removed two and renumbered, the head too": (
        in_turn(
            lambda: remove(2, 3),
            lambda: renumber(4, 6, -2),
            lambda: sql("UPDATE base_head SET sequence = 4"),
        ),
        ["Removed: events 2 to 3 are missing. The events after it were renumbered."],
    ),
    "inserted and renumbered": (
        in_turn(lambda: renumber(3, 6, 1), lambda: insert(3, previous=2)),
        ["Inserted: event 3 stands where event 4 belongs."],
    ),
    "inserted two and renumbered": (
        in_turn(
            lambda: renumber(3, 6, 2),
            lambda: insert(3, previous=2),
            lambda: insert(4, previous=3),
        ),
        ["Inserted: events 3 to 4 stand where event 5 belongs."],
    ),
    "inserted first": (
        in_turn(
            lambda: renumber(1, 6, 1),
            lambda: insert(7 + 1, previous=7),
            lambda: renumber(8, 8, -7),
            lambda: sql("UPDATE base_event SET previous = %s WHERE sequence = 1", audit.START),
            lambda: rehash(1),
        ),
        ["Inserted: event 1 stands where event 2 belongs."],
    ),
    "inserted at the end": (
        lambda: insert(7, previous=6),
        ["Inserted: event 7 stands after the end that the head names."],
    ),
    "inserted far beyond the end": (
        lambda: insert(9, previous=6),
        [
            "Removed: events 7 to 8 are missing.",
            "Inserted: events 7 to 9 stand after the end that the head names.",
        ],
    ),
    "swapped neighbours": (
        lambda: swap(3, 4),
        [
            "Reordered: event 3 was written as event 4.",
            "Reordered: event 4 was written as event 3.",
        ],
    ),
    "swapped far": (
        lambda: swap(2, 5),
        [
            "Reordered: event 2 was written as event 5.",
            "Reordered: event 5 was written as event 2.",
        ],
    ),
    "swapped last two": (
        lambda: swap(5, 6),
        [
            "Reordered: event 5 was written as event 6.",
            "Reordered: event 6 was written as event 5.",
        ],
    ),
    "swapped first two": (
        lambda: swap(1, 2),
        [
            "Reordered: event 1 was written as event 2.",
            "Reordered: event 2 was written as event 1.",
        ],
    ),
    "moved to another place": (
        in_turn(
            lambda: renumber(5, 5, 100), lambda: renumber(2, 4, 1), lambda: renumber(105, 105, -103)
        ),
        [
            "Reordered: event 2 was written as event 5.",
            "Reordered: event 3 was written as event 2.",
            "Reordered: event 4 was written as event 3.",
            "Reordered: event 5 was written as event 4.",
        ],
    ),
    "head removed": (
        lambda: sql("DELETE FROM base_head"),
        ["Inserted: events 1 to 6 stand after the end that the head names."],
    ),
    # Without a head noted elsewhere these two leave no trace in the database; see below.
    "tail cut together with the head": (in_turn(lambda: remove(6), lambda: set_head(5)), []),
    "all rewritten from one event on": (
        in_turn(lambda: alter(3), lambda: link_and_rehash(3, 6), lambda: set_head(6)),
        [],
    ),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_verify_names_every_tampering(chain: list[Event], name: str) -> None:
    tamper, sentences = TAMPERING[name]

    tamper()

    assert list(audit.verify()) == sentences


@pytest.mark.parametrize(
    "name", ["tail cut together with the head", "all rewritten from one event on"]
)
def test_verify_with_a_known_head_shows_what_the_database_hides(
    chain: list[Event], name: str
) -> None:
    known = audit.head()

    TAMPERING[name][0]()

    assert list(audit.verify(known)) == [
        "Cut off or rewritten: the chain holds no event 6 with the hash you gave."
    ]


def test_verify_finds_a_known_head_of_any_time(chain: list[Event]) -> None:
    for event in chain:
        assert list(audit.verify((event.sequence, event.hash))) == []
    assert list(audit.verify((0, audit.START))) == []


def test_verify_finds_a_known_head_that_was_renumbered(chain: list[Event]) -> None:
    known = (chain[4].sequence, chain[4].hash)
    renumber(3, 6, 1)
    insert(3, previous=2)

    assert list(audit.verify(known)) == ["Inserted: event 3 stands where event 4 belongs."]


def test_verify_names_a_row_that_cannot_be_read(chain: list[Event]) -> None:
    if connection.vendor == "postgresql":
        sql("UPDATE base_event SET at = 'infinity' WHERE sequence = 3")
    else:
        sql("UPDATE base_event SET at = '2026-13-41 25:00:00' WHERE sequence = 3")

    sentences = list(audit.verify())

    assert len(sentences) == 1
    assert sentences[0].startswith("Altered: event")


def test_verify_takes_few_queries_on_a_sound_chain(chain: list[Event]) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert list(audit.verify()) == []

    assert len(queries) == 3


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 1, 12, 0, 0, 0, tzinfo=UTC),
        datetime(2026, 3, 1, 12, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 3, 1, 12, 0, 0, 999_999, tzinfo=UTC),
        datetime(2026, 3, 1, 23, 30, tzinfo=timezone(timedelta(hours=-9, minutes=-30))),
    ],
)
def test_digest_survives_the_database(db: None, at: datetime) -> None:
    event = Event(
        sequence=10**12,
        at=at,
        verb="base.test",
        subject="base.thing:1",
        actor="system:0",
        refs=["base.thing:2", "base.thing:10"],
        previous="0" * 64,
    )
    event.hash = audit.digest(event)
    event.save(force_insert=True)

    assert audit.digest(Event.objects.get(pk=10**12)) == event.hash


def test_digest_is_the_documented_one(chain: list[Event]) -> None:
    first = chain[0]
    content = [
        1,
        first.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"),
        "base.test",
        "base.thing:1",
        "system:0",
        [],
        "0" * 64,
    ]

    expected = hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()

    assert first.hash == expected


def test_record_writes_ids_and_verbs(chain: list[Event]) -> None:
    person = factories.person()

    event = audit.record(
        "accounts.profile", person, by=person, refs=[person, "accounts.role:editor"]
    )

    assert (event.subject, event.actor, event.refs) == (
        f"accounts.user:{person.pk}",
        f"accounts.user:{person.pk}",
        [f"accounts.user:{person.pk}", "accounts.role:editor"],
    )
    assert audit.head() == (7, event.hash)
    assert list(audit.verify()) == []


@pytest.mark.parametrize(
    ("verb", "subject"),
    [
        ("submit", "base.thing:1"),
        ("base.Submit", "base.thing:1"),
        ("base.submit\n", "base.thing:1"),
        ("base." + "v" * 80, "base.thing:1"),
        ("base.test", "somebody@example.org"),
        ("base.test", "base.thing:somebody@example.org"),
        ("base.test", "base.thing:Focal point"),
        ("base.test", "base.thing:1\n"),
        ("base.test", "thing"),
        ("base.test", ""),
    ],
)
def test_record_refuses_what_is_no_verb_or_reference(
    chain: list[Event], verb: str, subject: str
) -> None:
    with pytest.raises(ValueError, match="is no"):
        audit.record(verb, subject)

    assert Event.objects.count() == 6


def test_record_refuses_a_text_among_the_references(chain: list[Event]) -> None:
    with pytest.raises(ValueError, match="is no reference"):
        audit.record("base.test", "base.thing:1", refs=["the whole story"])


def test_record_is_undone_with_its_transaction(chain: list[Event]) -> None:
    with transaction.atomic():
        audit.record("base.test", "base.thing:7")
        transaction.set_rollback(True)

    assert audit.head() == (6, chain[-1].hash)
    audit.record("base.test", "base.thing:8")
    assert list(audit.verify()) == []


# --- Several processes at once ---------------------------------------------------------------

WRITER = """
import django; django.setup()
from django.db import transaction
from coalition.base import audit
for number in range(40):
    with transaction.atomic():
        audit.record("base.test", f"base.thing:{number}")
        if number % 4 == 3:
            audit.record("base.test", f"base.other:{number}")
        if number % 10 == 9:
            transaction.set_rollback(True)
"""
WRITTEN = 4 * (40 + 10 - 4 - 2)  # of four processes; every tenth event is rolled back


def url_of_this_database(folder: Path) -> str:
    """Where other processes reach the database of this run."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{folder / 'processes.sqlite3'}"
    here = connection.settings_dict
    host = here["HOST"] or ""
    address = host.replace("/", "%2F") + (f":{here['PORT']}" if here["PORT"] else "")
    password = f":{here['PASSWORD']}" if here["PASSWORD"] else ""
    user = f"{here['USER']}{password}@" if here["USER"] else ""
    return f"postgres://{user}{address}/{here['NAME']}"


@pytest.mark.django_db(transaction=True)
def test_events_of_several_processes_make_one_chain(tmp_path: Path) -> None:
    environment = os.environ | {
        "DATABASE_URL": url_of_this_database(tmp_path),
        "COALITION_HOME": str(settings.HOME),
        "DJANGO_SETTINGS_MODULE": "coalition.settings",
    }

    def python(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *arguments],
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def finish(process: subprocess.Popen[str]) -> str:
        out, errors = process.communicate(timeout=100)
        assert (process.returncode, errors) == (0, "")
        return out

    if connection.vendor == "sqlite":
        finish(python("-m", "coalition", "migrate", "base", "--verbosity=0"))
    before = int(finish(python("-m", "coalition", "audit", "verify")).split()[0])
    writers = [python("-c", WRITER) for _number in range(4)]
    for writer in writers:
        finish(writer)

    report = finish(python("-m", "coalition", "audit", "verify"))

    assert report.splitlines()[0].startswith(f"{before + WRITTEN} events. Head: ")
    assert report.splitlines()[1:] == ["The trail is as it was written."]


# --- The commands ----------------------------------------------------------------------------


def test_audit_verify_prints_the_head(chain: list[Event], capsys: pytest.CaptureFixture) -> None:
    call_command("audit", "verify")

    assert capsys.readouterr().out.splitlines() == [
        f"6 events. Head: 6:{chain[-1].hash}",
        "The trail is as it was written.",
    ]


def test_audit_verify_refuses_a_bad_trail(
    chain: list[Event], capsys: pytest.CaptureFixture
) -> None:
    alter(2)

    with pytest.raises(CommandError, match="1 findings") as refusal:
        call_command("audit", "verify")

    assert refusal.value.returncode == 1
    assert capsys.readouterr().out.splitlines()[0] == "Altered: event 2 is not as it was written."


def test_audit_verify_takes_a_known_head(chain: list[Event], capsys: pytest.CaptureFixture) -> None:
    known = f"6:{chain[-1].hash}"
    remove(6)
    set_head(5)

    with pytest.raises(CommandError):
        call_command("audit", "verify", "--head", known)

    assert "no event 6 with the hash you gave" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "6", "6:abc", "x:" + "0" * 64, "9" * 40 + ":" + "0" * 64])
def test_audit_verify_refuses_what_is_no_head(chain: list[Event], text: str) -> None:
    with pytest.raises(CommandError, match="is no head of the trail"):
        call_command("audit", "verify", "--head", text)


def test_audit_show_prints_the_latest_of_a_subject(
    chain: list[Event], capsys: pytest.CaptureFixture
) -> None:
    audit.record("base.again", "base.thing:2", refs=["base.thing:3"])

    call_command("audit", "show", "--subject", "base.thing:2", "--last", "1")

    at = Event.objects.get(pk=7).at
    assert capsys.readouterr().out == (
        f"7  {at:%Y-%m-%d %H:%M:%S}Z  system:0  base.again  base.thing:2  base.thing:3\n"
    )


def test_head_before_the_first_event_is_zero(db: None) -> None:
    Event.objects.all().delete()
    Head.objects.all().delete()

    assert audit.head() == (0, "0" * 64)
    assert list(audit.verify()) == []


def record_together(subjects: list[str]) -> None:
    with audit.together():
        for subject in subjects:
            audit.record("base.lost", subject)


@pytest.mark.django_db
def test_events_of_a_long_run_are_the_same_and_go_together(monkeypatch):
    monkeypatch.setattr(audit, "AT_ONCE", 2)
    before = audit.head()[0]
    audit.record("base.first", "base.thing:1")
    with audit.together():
        for number in range(5):
            audit.record("base.many", f"base.thing:{number}")
    lost = ["base.thing:1"] * 3 + ["no reference"]
    with pytest.raises(ValueError, match="no reference"):
        record_together(lost)
    audit.record("base.last", "base.thing:1")

    written = Event.objects.filter(sequence__gt=before).order_by("sequence")
    numbers, verbs = zip(*written.values_list("sequence", "verb"), strict=True)
    assert numbers == tuple(range(before + 1, before + 8))
    assert verbs == ("base.first", *["base.many"] * 5, "base.last")
    assert list(audit.verify()) == []
