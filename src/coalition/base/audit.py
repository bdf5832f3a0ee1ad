"""The audit trail: ids and verbs, chained by hash in commit order.

Each event's hash covers its own content and the hash before it. The one row of `Head` is locked
from the first event of a transaction until its commit, so the order of the chain is the order of
commits, whatever number of processes write.

So that no two transactions wait for each other, all take their locks in one order: first the rows
they work on (`states.lock`, which lets others go on pointing at these rows), then the head. What
removes rows or changes keys that others may point at takes the head first: `hold`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC
from itertools import chain
from typing import Any

from django.db import DataError, models, transaction
from django.utils import timezone

from coalition.base.models import Event, Head

START = "0" * 64
VERB = re.compile(r"[a-z_]{1,30}\.[a-z_]{1,40}\Z")
AT_ONCE = 500  # events in one statement
# How far verifying looks for the place of an event that was moved.
FARTHEST = 1000
# `kind:id`, so that a name, an address or a text cannot slip in.
REF = re.compile(r"[a-z0-9_.]{1,60}:[A-Za-z0-9_.\-]{1,80}\Z")


def ref(thing: models.Model) -> str:
    """How the trail names a record: `partners.partner:17`."""
    return f"{thing._meta.label_lower}:{thing.pk}"


@transaction.atomic
def record(
    verb: str,
    subject: models.Model | str,
    *,
    by: Any = None,
    refs: Iterable[models.Model | str] = (),
) -> Event:
    """Write one event: `by` did `verb` to `subject`, together with `refs`.

    `by` is a person or None for the platform itself. Raises ValueError for anything that is not
    a verb (`room.verb`) or a reference (`kind:id`).
    """
    subject_ref = subject if isinstance(subject, str) else ref(subject)
    other = [one if isinstance(one, str) else ref(one) for one in refs]
    actor = ref(by) if by is not None else "system:0"
    if not VERB.match(verb):
        raise ValueError(f"{verb!r} is no verb of the audit trail; write room.verb.")
    for one in (subject_ref, actor, *other):
        if not REF.match(one):
            raise ValueError(f"{one!r} is no reference of the audit trail; write kind:id.")
    run = _run.get()
    if run and run.head is None:
        run.head = hold()
    head = run.head if run and run.head else hold()
    event = Event(
        sequence=head.sequence + 1,
        at=timezone.now(),
        verb=verb,
        subject=subject_ref,
        actor=actor,
        refs=other,
        previous=head.hash,
    )
    event.hash = digest(event)
    head.sequence, head.hash = event.sequence, event.hash
    if run:
        run.events.append(event)
        if len(run.events) >= AT_ONCE:
            run.write()
    else:
        event.save(force_insert=True)
        head.save(update_fields=["sequence", "hash"])
    return event


@dataclass
class _Run:
    """Events of one run of verbs that are chained already and not yet written."""

    head: Head | None = None
    events: list[Event] = field(default_factory=list)

    def write(self) -> None:
        if self.head and self.events:
            Event.objects.bulk_create(self.events)
            self.head.save(update_fields=["sequence", "hash"])
            self.events.clear()


_run: ContextVar[_Run | None] = ContextVar("audit_run", default=None)


@contextmanager
def together() -> Iterator[None]:
    """The events of thousands of verbs in one transaction, the same as ever, written in few
    statements. Nothing inside may be undone by itself, else its events would stay:
    where something fails, all of it goes."""
    if _run.get() is not None:
        yield
        return
    run = _Run()
    token = _run.set(run)
    try:
        with transaction.atomic():
            yield
            run.write()
    finally:
        _run.reset(token)


def hold() -> Head:
    """Take the end of the chain, which nobody else can take until this transaction ends."""
    Head.objects.get_or_create(pk=1, defaults={"sequence": 0, "hash": START})
    return Head.objects.select_for_update().get(pk=1)


def digest(event: Event, sequence: int | None = None) -> str:
    """SHA-256 over the event's content and the hash before it, as hexadecimal text."""
    content = [
        event.sequence if sequence is None else sequence,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.verb,
        event.subject,
        event.actor,
        event.refs,
        event.previous,
    ]
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def head() -> tuple[int, str]:
    """Number and hash of the last event; (0, zeros) before the first."""
    row = Head.objects.filter(pk=1).first()
    return (row.sequence, row.hash) if row else (0, START)


def verify(known_head: tuple[int, str] | None = None) -> Iterator[str]:
    """Walk the whole chain and yield a sentence for each event that is not as it was written.

    `known_head`, a number and hash noted earlier (the officers' digest prints it), also shows a
    tail that was cut off or rewritten together with the stored head. Others may go on writing
    meanwhile; the walk ends where they are.
    """
    walk = Walk(known_head)
    while True:
        before = head()
        try:
            for event in (
                Event.objects.filter(sequence__gt=walk.last).order_by("sequence").iterator()
            ):
                yield from walk.step(event)
        except (ValueError, DataError) as error:
            # Its moment, say, is no moment any more: the row cannot even be read.
            yield f"Altered: event {walk.last + 1} or a later one cannot be read ({error})."
            return
        after = head()
        # Nothing was written while we read, or we have read all that the head names.
        if after == before or after[0] <= walk.last:
            break
    yield from walk.end(after)


class Walk:
    """One walk along the chain. An event's hash covers the number it was written as, so that an
    event that stands under another number still says where it belongs."""

    def __init__(self, known_head: tuple[int, str] | None) -> None:
        self.known = known_head
        self.found_known = known_head is None or known_head == (0, START)
        self.last = 0
        self.last_hash = START
        # Stored number less written number, where events were inserted or removed and the rest
        # renumbered.
        self.shift = 0
        # Is the event before this one named already, so that a broken joint adds nothing?
        self.last_is_named = False
        self.moved: set[int] = set()
        self._hashes: dict[str, int] | None = None
        self._followers: dict[str, int] | None = None

    def step(self, event: Event) -> Iterator[str]:
        number = event.sequence
        gap = number > self.last + 1
        if gap:
            yield missing(self.last + 1 - self.shift, number - 1 - self.shift)
        written = self._written_as(event)
        is_named = True
        if written is None:
            yield f"Altered: event {number} is not as it was written."
        elif written == number - self.shift:
            is_named = False
            if not gap and not self.last_is_named and event.previous != self.last_hash:
                yield from self._broken_joint(number)
        elif written == number and not gap and event.previous == self.last_hash:
            self.shift, is_named = 0, False
        else:
            yield self._displaced(event, written)
            is_named = number in self.moved
        if written is not None and self.known == (written, event.hash):
            self.found_known = True
        self.last, self.last_hash, self.last_is_named = number, event.hash, is_named

    def end(self, stored: tuple[int, str]) -> Iterator[str]:
        """What the stored head and the known one say about the last event of the walk."""
        number, content = stored
        last = self.last - self.shift
        if self.last_hash == content and number in (last, self.last):
            pass  # the very event, even where it was renumbered together with the head
        elif last < number:
            yield f"{missing(last + 1, number)} The head still names event {number}."
        elif last > number:
            yield f"Inserted: {which(number + 1, last)} after the end that the head names."
        elif not self.last_is_named:
            yield f"Altered: event {self.last} is not the one that the head names."
        if not self.found_known and self.known is not None:
            yield (
                "Cut off or rewritten: the chain holds no event "
                f"{self.known[0]} with the hash you gave."
            )

    def _broken_joint(self, number: int) -> Iterator[str]:
        if self.last == 0:
            yield f"Altered: event {number} does not begin the chain."
        else:
            yield (
                f"Altered: event {self.last} is not the one that event {number} was written after."
            )

    def _displaced(self, event: Event, written: int) -> str:
        """The sentence for an event that was written under another number than it stands."""
        number = event.sequence
        by = number - self.shift - written
        strangers = range(number - by, number)
        if by > 0 and not self.moved.intersection(strangers):
            before = Event.objects.filter(sequence=number - by - 1).first()
            if event.previous == (before.hash if before else START):
                self.shift += by
                return f"Inserted: {which(number - by, number - 1)} where event {number} belongs."
        if by < 0 and event.previous not in self.hashes:
            expected = number - self.shift
            self.shift += by
            return f"{missing(expected, written - 1)} The events after it were renumbered."
        self.moved.add(number)
        return f"Reordered: event {number} was written as event {written}."

    def _written_as(self, event: Event) -> int | None:
        """The number that the event's hash confirms, or None where its content was altered."""
        number = event.sequence - self.shift
        if is_digest(event, number):
            return number
        linked = [self.hashes.get(event.previous, 0) + 1, self.followers.get(event.hash, 0) - 1]
        # Far only once in a run of bad events: each try is a hash.
        reach = 1 if self.last_is_named else FARTHEST
        nearby = (number + step * way for step in range(1, reach + 1) for way in (1, -1))
        tries = chain([event.sequence], linked, nearby)
        return next((each for each in tries if is_digest(event, each)), None)

    # Read only when something is wrong: where each hash stands, and what stands after it.

    @property
    def hashes(self) -> dict[str, int]:
        if self._hashes is None:
            self._hashes = dict(Event.objects.values_list("hash", "sequence"))
        return self._hashes

    @property
    def followers(self) -> dict[str, int]:
        if self._followers is None:
            self._followers = dict(Event.objects.values_list("previous", "sequence"))
        return self._followers


def is_digest(event: Event, number: int) -> bool:
    """Is the event's hash the one of its content, written as this number?"""
    try:
        return digest(event, number) == event.hash
    except (AttributeError, TypeError, ValueError):
        return False  # a column holds something that was never written


def which(first: int, last: int) -> str:
    if first == last:
        return f"event {first} stands"
    return f"events {first} to {last} stand"


def missing(first: int, last: int) -> str:
    if first == last:
        return f"Removed: event {first} is missing."
    return f"Removed: events {first} to {last} are missing."
