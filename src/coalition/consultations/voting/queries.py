"""What somebody who answers sees: the statements in an order of their own, what they said already,
how far they are. Never what others said."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Mod
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from coalition.consultations.models import Participant, Statement, Translation, Vote, VoteQuerySet
from coalition.consultations.states import StatementState
from coalition.consultations.voices import Voice

PRIME = 2_147_483_647  # 2^31 - 1: times an id it still fits into a database's big integer
SALT = "coalition.consultations.order"

# --- The order -------------------------------------------------------------------------------


def in_own_order(shown: QuerySet[Statement], voice: Voice) -> QuerySet[Statement]:
    """Statements by (a × id + b) modulo a prime, with a and b of this voice: everybody begins
    elsewhere, and the same voice always in the same place. Worked out by the database, so that no
    request reads all of them."""
    whose = f"partner:{voice.partner.pk}" if voice.partner else f"person:{voice.person.pk}"
    digest = salted_hmac(SALT, f"{voice.consultation.pk}:{whose}", algorithm="sha256").digest()
    a = 1 + int.from_bytes(digest[:8]) % (PRIME - 1)
    b = int.from_bytes(digest[8:16]) % PRIME
    product = Mod(F("pk") * a + b, PRIME, output_field=BigIntegerField())
    return shown.annotate(turn=product).order_by("turn", "pk")


def next_number(voice: Voice, participant: Participant | None) -> int | None:
    """The number of the statement whose turn it is; None once all are answered. One query."""
    left = voice.consultation.statements.shown().exclude(Exists(_votes(participant)))
    return in_own_order(left, voice).values_list("number", flat=True).first()


# --- What was said ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """How many of the statements shown now this voice has answered."""

    answered: int
    total: int

    @property
    def is_done(self) -> bool:
        return self.answered >= self.total


def progress(voice: Voice, participant: Participant | None) -> Progress:
    """One query."""
    counts = voice.consultation.statements.shown().aggregate(
        total=Count("pk"), answered=Count("pk", filter=Q(Exists(_votes(participant))))
    )
    return Progress(counts["answered"], counts["total"])


def with_answers(
    statements: QuerySet[Statement], participant: Participant | None
) -> QuerySet[Statement]:
    """Each with `said`, its value in the voice's own answer (an organisation's draft before what is
    signed), else None, and `is_unsigned`."""
    said = _votes(participant)
    return statements.annotate(
        said=Subquery(said.order_by("-is_draft").values("value")[:1]),
        is_unsigned=Exists(said.filter(is_draft=True)),
    )


def answer_of(participant: Participant | None, statement: Statement) -> Vote | None:
    """What this voice says to it now: a draft before what is signed. One query at most."""
    if participant is None:
        return None
    return participant.votes.filter(statement=statement).order_by("-is_draft").first()


def _votes(participant: Participant | None) -> VoteQuerySet:
    """The votes of this voice on the statement of the query around it."""
    if participant is None:
        return Vote.objects.none()
    return Vote.objects.filter(participant=participant, statement=OuterRef("pk"))


def merged_of(participant: Participant | None) -> list[Statement]:
    """What this voice proposed and another that is shown stands for, in its order. One query at
    most."""
    if participant is None:
        return []
    merged = participant.statements.filter(
        state=StatementState.MERGED, merged_into__state=StatementState.ACCEPTED
    )
    return list(merged.select_related("merged_into").order_by("number"))


# --- What an organisation has not signed yet -------------------------------------------------


def unsigned(participant: Participant) -> VoteQuerySet:
    """Its drafts on statements that are shown. Those on others wait: one may be shown again."""
    drafts = participant.votes.filter(is_draft=True)
    return drafts.filter(statement__in=Statement.objects.shown()).order_by("statement_id")


def version_of(drafts: Iterable[Vote]) -> str:
    """A digest of what would be signed now: whoever signs, signs what they saw."""
    text = ";".join(f"{one.statement_id}:{one.value}" for one in drafts)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


# --- In the reader's language ----------------------------------------------------------------


def translation_of(statement: Statement) -> Translation | None:
    """In the language of the page, where the statement is in another one. One query at most."""
    language = (get_language() or "en").split("-")[0]
    if statement.language == language:
        return None
    found = statement.translations.filter(language=language).first()
    if found:
        found.statement = statement  # its freshness asks for the words
    return found
