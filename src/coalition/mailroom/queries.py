"""What the pages and commands of the mail room list."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from coalition.mailroom.models import (
    FailingAddress,
    Guess,
    InboundMessage,
    Letter,
    Verdict,
)

MOST_WORDS = 8


def messages_in(
    visible: QuerySet[InboundMessage], *, words: str = "", verdict: str = "", order: str = ""
) -> QuerySet[InboundMessage]:
    """Messages with all these words in sender, subject or text, without their long fields.

    `verdict` is one of Verdict, "all", or "" for those that wait; `order` "oldest" or the newest
    first.
    """
    found = visible.defer("text", "attachments", "why", "no_answer")
    if not verdict:
        found = found.waiting()
    elif verdict != "all":
        found = found.filter(verdict=verdict)
    for word in words.split()[:MOST_WORDS]:
        found = found.filter(
            Q(subject__icontains=word)
            | Q(from_name__icontains=word)
            | Q(from_address__icontains=word)
            | Q(text__icontains=word)
        )
    return found.order_by("received_at", "pk") if order == "oldest" else found


def letters_out(visible: QuerySet[Letter], *, words: str = "", state: str = "") -> QuerySet[Letter]:
    """Letters with all these words in address or subject, newest first, without their texts:
    those are for the people they were written to, and may hold a code to sign in with."""
    found = visible.defer("text", "html", "headers")
    if state:
        found = found.filter(state=state)
    for word in words.split()[:MOST_WORDS]:
        found = found.filter(Q(to_address__icontains=word) | Q(subject__icontains=word))
    return found


def with_guesses(found: QuerySet[InboundMessage]) -> QuerySet[InboundMessage]:
    """The messages with the guesses where they may belong: one query more."""
    return found.prefetch_related(
        Prefetch("guesses", Guess.objects.select_related("thread__request"))
    )


def held_back(visible: QuerySet[InboundMessage]) -> int:
    """How many messages were not read because too much came at once."""
    return visible.filter(verdict=Verdict.LIMITED).count()


def failing_addresses(visible: QuerySet[FailingAddress]) -> QuerySet[FailingAddress]:
    """The addresses that letters came back from, the newest first."""
    return visible.select_related("letter")
