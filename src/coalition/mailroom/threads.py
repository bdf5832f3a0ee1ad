"""Which correspondence a message belongs to: by its address for certain, else as a guess."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop as marked

from coalition.mailroom.models import Guess, InboundMessage, Letter, Thread
from coalition.mailroom.reading import ReadMessage

CASE_ADDRESS = re.compile(r"case\+([a-z0-9]{10,32})@(.+)")
MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,400}>")  # printable ASCII without < and >
MOST_REFERENCES = 20
MOST_GUESSES = 5


def open_thread(*, is_example: bool = False) -> Thread:
    """A correspondence with an address of its own that nobody guesses."""
    return Thread.objects.create(is_example=is_example)


@transaction.atomic
def merge_threads(gone: Thread, *, into: Thread) -> Thread:
    """All that was written in one correspondence moves into another, and so does what still comes
    to its address. Returns the one that stays."""
    stays = final(into)
    if stays.pk == final(gone).pk:
        return stays
    gone = final(gone)
    gone.into = stays
    gone.save(update_fields=["into"])
    gone.messages.update(thread=stays)
    gone.letters.update(thread=stays)
    gone.guesses.exclude(message__guesses__thread=stays).update(thread=stays)
    return stays


def final(thread: Thread) -> Thread:
    """The correspondence that this one was merged into, however often; itself where it was not."""
    seen = {thread.pk}
    while thread.into is not None and thread.into_id not in seen:
        thread = thread.into
        seen.add(thread.pk)
    return thread


def tokens_in(message: InboundMessage, read: ReadMessage) -> list[str]:
    """The tokens of all addresses of correspondences that a message was sent to."""
    envelope = message.envelope_to.lower().replace(",", " ").split()
    tokens = []
    for address in (*envelope, *read.delivered_to, *read.to, *read.cc):
        found = CASE_ADDRESS.fullmatch(address.lower())
        if found and found[2] == settings.MAIL_DOMAIN.lower():
            tokens.append(found[1])
    return list(dict.fromkeys(tokens))


def addressed(tokens: list[str]) -> Thread | None:
    """The correspondence that the first known token leads to."""
    if not tokens:
        return None
    known = {one.token: one for one in Thread.objects.filter(token__in=tokens[:MOST_REFERENCES])}
    first = next((known[token] for token in tokens if token in known), None)
    return final(first) if first else None


def guess(message: InboundMessage, read: ReadMessage) -> None:
    """Note where a message that waits may belong, and why: the likeliest first, at most five."""
    found: dict[int, tuple[Thread, str]] = {}
    for thread, why in _guesses(message, read):
        thread = final(thread)
        found.setdefault(thread.pk, (thread, why))
    message.guesses.all().delete()
    Guess.objects.bulk_create(
        Guess(message=message, thread=thread, why=why[:300])
        for thread, why in list(found.values())[:MOST_GUESSES]
    )


def _guesses(message: InboundMessage, read: ReadMessage) -> list[tuple[Thread, str]]:
    found: list[tuple[Thread, str]] = []
    if thread := addressed(tokens_in(message, read)):
        found.append((thread, marked("It was sent to the address of this correspondence.")))
    named = [read.in_reply_to, *reversed(read.references), *read.returned]
    named = [one for one in dict.fromkeys(named) if one][:MOST_REFERENCES]
    if named:
        letters = Letter.objects.filter(message_id__in=named).exclude(thread=None)
        letters = letters.select_related("thread").order_by("-written_at", "-pk")
        found += [
            (letter.thread, marked("It answers a letter of this correspondence."))
            for letter in letters[:MOST_REFERENCES]
        ]
    if handler := settings.MAIL_HANDLERS.get("guess"):
        found += import_string(handler)(message, read)
    return found


def references(thread: Thread, address: str) -> dict[str, str]:
    """The headers that let a mail program show a new letter to this address beneath what was
    written before: only ids that this very address has seen, so that nobody learns another's."""
    rows: list[tuple[Any, str, bool]] = []
    letters = thread.letters.filter(to_address__iexact=address).exclude(message_id="")
    rows += [(at, one, False) for at, one in letters.values_list("written_at", "message_id")[:10]]
    messages = thread.messages.filter(from_address__iexact=address).exclude(message_id="")
    rows += [(at, one, True) for at, one in messages.values_list("received_at", "message_id")[:10]]
    rows = [row for row in sorted(rows) if MESSAGE_ID.fullmatch(row[1])]
    if not rows:
        return {}
    known: list[str] = []
    for _at, one, _is_theirs in reversed(rows):
        if sum(map(len, known)) + len(one) > 800:  # a header line has its limits
            break
        known.insert(0, one)
    theirs = [one for _at, one, is_theirs in rows if is_theirs]
    return {"References": " ".join(known), "In-Reply-To": (theirs or known)[-1]}
