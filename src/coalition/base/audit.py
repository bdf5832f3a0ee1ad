"""The audit trail: ids and verbs, chained by hash in commit order.

Each event's hash covers its own content and the hash before it. The one row of `Head` is locked
from the first event of a transaction until its commit, so the order of the chain is the order of
commits, whatever number of processes write.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from coalition.base.models import Event, Head

START = "0" * 64
VERB = re.compile(r"[a-z_]+\.[a-z_]+\Z")
# `kind:id`, so that a name, an address or a text cannot slip in.
REF = re.compile(r"[a-z0-9_.]{1,60}:[A-Za-z0-9_.\-]{1,80}\Z")


def ref(thing: models.Model) -> str:
    """How the trail names a record: `partners.partner:17`."""
    return f"{thing._meta.label_lower}:{thing.pk}"


@transaction.atomic
def record(
    verb: str, subject: models.Model | str, *, by: Any = None, refs: Iterable[models.Model | str] = ()
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
    Head.objects.get_or_create(pk=1, defaults={"sequence": 0, "hash": START})
    head = Head.objects.select_for_update().get(pk=1)
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
    event.save(force_insert=True)
    head.sequence, head.hash = event.sequence, event.hash
    head.save(update_fields=["sequence", "hash"])
    return event


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
    tail that was cut off together with the stored head.
    """
    before_sequence, before_hash, older_hash = 0, START, START
    followers: dict[str, int] | None = None
    found_known = known_head is None or known_head == (0, START)
    for event in Event.objects.order_by("sequence").iterator(chunk_size=2000):
        if event.sequence != before_sequence + 1:
            gap = f"{before_sequence + 1}"
            if event.sequence - 1 != before_sequence + 1:
                gap += f" to {event.sequence - 1}"
            yield f"Removed: event {gap} is missing."
        if digest(event) != event.hash:
            if followers is None:
                followers = dict(Event.objects.values_list("previous", "sequence"))
            written_as = followers.get(event.hash, 0) - 1
            if written_as > 0 and digest(event, sequence=written_as) == event.hash:
                yield f"Reordered: event {event.sequence} was written at another place in the chain."
            elif any(digest(event, sequence=event.sequence + step) == event.hash for step in (-1, 1)):
                yield f"Reordered: event {event.sequence} was written at another place in the chain."
            else:
                yield f"Altered: event {event.sequence} is not as it was written."
        elif event.previous != before_hash and event.sequence == before_sequence + 1:
            if event.previous == older_hash:
                yield f"Inserted: event {before_sequence} does not belong to the chain."
            else:
                yield f"Broken: event {event.sequence} does not follow event {before_sequence}."
        if known_head == (event.sequence, event.hash):
            found_known = True
        older_hash = before_hash
        before_sequence, before_hash = event.sequence, event.hash
    if head() != (before_sequence, before_hash):
        number, _hash = head()
        yield (
            f"Cut or extended: the last event is {before_sequence}, but the head names event "
            f"{number}."
        )
    if not found_known and known_head is not None:
        yield (
            f"Cut or rewritten: no event {known_head[0]} with the hash you gave is in the chain."
        )
