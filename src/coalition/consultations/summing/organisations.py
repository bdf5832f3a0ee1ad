"""What organisations answered, by name: once the results are out, and where that was said when the
consultation was announced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from coalition.base.names import Name
from coalition.consultations.models import Consultation, Participant, Summary, Vote, VoteQuerySet
from coalition.consultations.states import REACTION_TONES, Reaction
from coalition.consultations.summing.queries import texts_of
from coalition.partners.models import Partner

MOST = 50  # of the consultations that a partner answered, on its page
AT_ONCE = 2_000  # rows fetched from the database
CODES = {Reaction.AGREE: "agree", Reaction.DISAGREE: "disagree", Reaction.PASS: "pass"}


def by_name() -> QuerySet[Consultation]:
    """The public ones with results in which organisations answer by name."""
    done = Summary.objects.filter(consultation=OuterRef("pk"))
    return Consultation.objects.announced().filter(Exists(done), answers_are_public=True)


# --- Who answered ----------------------------------------------------------------------------


def answering(
    consultation: Consultation, wishes: Mapping[str, Any] | None = None
) -> QuerySet[Participant]:
    """The organisations with a signed answer to a statement that is shown and that meet every wish
    of the form, by name; each with `answered`, the number of those statements."""
    wishes = wishes or {}
    found = consultation.participants.filter(Exists(_signed()), partner__isnull=False)
    for word in wishes.get("words", "").split()[:8]:
        held = Q(partner__name__icontains=word) | Q(partner__reference__iexact=word)
        found = found.filter(held)
    if group := wishes.get("group"):
        found = found.filter(partner__group=group)
    count = _signed().order_by().values("participant").annotate(of=Count("target", distinct=True))
    found = found.annotate(answered=Subquery(count.values("of")))
    return found.select_related("partner__group").order_by("partner__name", "partner_id")


def _signed() -> VoteQuerySet:
    """What the participant of the query around it signed, on what is shown."""
    return Vote.objects.counting().on_shown().filter(participant=OuterRef("pk"))


def signed_on(consultation: Consultation, participant: Participant) -> date | None:
    """The day of its last signature, by the clocks of the consultation."""
    at = participant.signed_at
    return at.astimezone(consultation.zone_info).date() if at else None


# --- What one of them said -------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """A statement, and what an organisation said to it."""

    number: int
    words: Name | None  # None: it was taken out at this moment
    is_translated: bool
    reaction: Reaction

    @property
    def tone(self) -> str:
        return REACTION_TONES[self.reaction]


def answers_of(participant: Participant) -> QuerySet[Vote, tuple[int, int]]:
    """Number of the statement and value, one a statement; what was said to a merged one stands
    under the one that stands for it."""
    found = participant.votes.counting().each_once()
    return found.order_by("number").values_list("number", "value")


def told(consultation: Consultation, rows: Iterable[tuple[int, int]]) -> list[Said]:
    """The same with words. Two queries at most."""
    held = list(rows)
    texts = texts_of(consultation, (number for number, _value in held))
    return [
        Said(number, *texts.get(number, (None, False)), Reaction(value)) for number, value in held
    ]


# --- All of it, as rows ----------------------------------------------------------------------


def rows_of(consultation: Consultation, wishes: Mapping[str, Any] | None = None) -> Iterator[Any]:
    """All answers of the organisations that meet the wishes: reference, name, group, number, text,
    language, answer, day of the last signature. One query, read as it is written out."""
    asking = answering(consultation, wishes).order_by().values("pk")
    found = Vote.objects.counting().filter(participant__in=asking).each_once()
    rows = found.order_by(
        "participant__partner__name", "participant__partner_id", "number"
    ).values_list(
        *("participant__partner__reference", "participant__partner__name"),
        *("participant__partner__group__code", "number"),
        Coalesce("statement__merged_into__text", "statement__text"),
        Coalesce("statement__merged_into__language", "statement__language"),
        *("value", "participant__signed_at"),
    )
    for *who, value, at in rows.iterator(chunk_size=AT_ONCE):
        day = at.astimezone(consultation.zone_info).date().isoformat() if at else ""
        yield [*who, CODES[Reaction(value)], day]


# --- From the partner ------------------------------------------------------------------------


def answered_by(partner: Partner) -> list[Consultation]:
    """The consultations in which everybody reads what it answered, the newest first, `MOST` at
    most. One query."""
    own = partner.answers.filter(Exists(_signed())).values("consultation")
    return list(by_name().filter(pk__in=own)[:MOST])
