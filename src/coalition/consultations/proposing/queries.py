"""Reads of contributed statements: one's own, those that say nearly the same, the desk's list."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Case, Count, Exists, Max, OuterRef, Prefetch, Q, Value, When

from coalition.analysis.likeness import THRESHOLD, Contrary, Text, contrary, likeness, likenesses
from coalition.analysis.likeness import near_duplicates as near_texts
from coalition.base import states
from coalition.base.text import fold
from coalition.consultations.access import TO_SIGN, Reader
from coalition.consultations.models import (
    LONGEST,
    Consultation,
    Participant,
    Response,
    Statement,
    StatementMove,
    StatementQuerySet,
)
from coalition.consultations.reading.queries import place_of
from coalition.consultations.sealing import pseudonym_of
from coalition.consultations.states import AHEAD, ANSWERED, STATEMENT_TONES, StatementState
from coalition.partners.models import Partner

MOST_OF_PERSON, MOST_OF_PARTNER = 10, 50  # statements, in one consultation
MOST_COMPARED = 5_000  # the newest; 2,000 take a sixth of a second
MOST_WORDS = 8
MOST_NEAR = 5  # beside one statement
ALIKE = 0.5  # worth a look beside one statement; from THRESHOLD on it is suggested unasked

OPEN = (StatementState.WAITING, StatementState.ACCEPTED)
# Characters that take no room, or mark one before them: soft hyphens, joiners, fillers, tags.
UNSEEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)


def most_of(participant: Participant) -> int:
    """How many statements are taken from this participant in one consultation."""
    return MOST_OF_PARTNER if participant.partner_id else MOST_OF_PERSON


@dataclass(frozen=True)
class Own:
    """A statement that the reader, or an organisation for which they write, proposed: why it is not
    shown, where it is not, and what can be done with it."""

    statement: Statement
    tone: str
    reason: str
    may_sign: bool
    may_withdraw: bool
    response: Response | None = None  # once everybody reads it: its own, or of what stands for it


def own(consultation: Consultation, reader: Reader, person: Any) -> list[Own]:
    """What the reader, and the organisations they write for, proposed here, the newest first. Five
    queries at most, whatever their number."""
    theirs = Q(partner__in=reader.partners)
    if pseudonym := pseudonym_of(consultation, person):
        theirs |= Q(pseudonym=pseudonym)
    authors = consultation.participants.filter(theirs).values_list("pk", "partner")
    partner_of = dict(authors)
    signed_for: Any = Partner.objects.public().spoken_for_by(person, TO_SIGN)
    signed_for = set(signed_for.filter(pk__in=filter(None, partner_of.values())).values_list("pk"))
    merged = Statement.objects.filter(merged_into=OuterRef("pk"))
    found = consultation.statements.filter(author__in=partner_of).annotate(holds=Exists(merged))
    refusals = StatementMove.objects.filter(verb="refuse").order_by("pk")
    related = ("author__partner", "response", "merged_into__response")
    rows = found.select_related(*related).order_by("-number")
    return [
        _own(consultation, one, partner_of[one.author_id], signed_for)
        for one in rows.prefetch_related(Prefetch("moves", refusals))
    ]


def _own(
    consultation: Consultation, one: Any, partner: int | None, signed_for: Container[Any]
) -> Own:
    state = StatementState(one.state)
    signs = partner is not None and (partner,) in signed_for
    may = consultation.state in AHEAD and not one.holds and not states.refusal(one, "withdraw")
    reasons = [step.reason for step in one.moves.all()]
    return Own(
        *(one, STATEMENT_TONES[state], reasons[-1] if reasons else ""),
        may_sign=signs and state == StatementState.DRAFT,
        may_withdraw=may and (signs or partner is None or state == StatementState.DRAFT),
        response=_response(consultation, one),
    )


def _response(consultation: Consultation, one: Statement) -> Response | None:
    stands = one.merged_into or one
    if consultation.state not in ANSWERED or stands.state != StatementState.ACCEPTED:
        return None
    found: Response | None = getattr(stands, "response", None)
    if found:
        stands.consultation = consultation
    return found


def address_of(statement: Statement) -> str:
    """Where everybody reads it: on its page of the consultation. One query."""
    place = place_of(statement)
    return f"{statement.consultation.get_absolute_url()}{place}#proposal-{statement.number}"


# --- What says nearly the same ---------------------------------------------------------------


def said_already(
    consultation: Consultation, text: str, language: str, author: Participant
) -> Statement | None:
    """The statement that says nearly the same, of those that are shown and of one's own that stand;
    one's own first, then the one most like it. Two queries.

    Statements that deny each other, say the contrary or name other numbers do not say the same;
    only of one's own, another number alone makes no other proposal.
    """
    wanted = _text(text, language)
    standing = consultation.statements.filter(state__in=(StatementState.DRAFT, *OPEN))
    for one in standing.filter(author=author):
        mine = _text(one.text, one.language)
        is_other = contrary(wanted, mine) not in (None, Contrary.NUMBER)
        if not is_other and likeness(wanted, mine).score >= THRESHOLD:
            return one
    shown = consultation.statements.shown().exclude(author=author).order_by("-number")
    rows = list(shown[:MOST_COMPARED])
    folded = as_compared(text)
    same = next((one for one in rows if as_compared(one.text) == folded), None)
    if same or not rows:
        return same
    scores = likenesses([wanted], [_text(one.text, one.language) for one in rows])[0]
    for place in np.argsort(-scores, kind="stable"):
        if scores[place] < THRESHOLD:
            return None
        if contrary(wanted, _text(rows[place].text, rows[place].language)) is None:
            return rows[place]
    return None


@dataclass(frozen=True)
class Near:
    """A statement that says nearly the same as another, and the words that tell so."""

    statement: Statement
    percent: int
    words: str


@dataclass(frozen=True)
class Suggestion:
    """Statements that say nearly the same: the one into which the others could be merged, and
    these."""

    target: Statement
    others: Sequence[Near]


def suggestions(consultation: Consultation) -> list[Suggestion]:
    """All groups of statements, shown or waiting, that say nearly the same; the largest first. The
    target is one that is shown, of these a first proposal, else the first. One query."""
    found = consultation.statements.filter(state__in=OPEN).select_related("author__partner")
    rows = list(found.order_by("-number")[:MOST_COMPARED])
    groups = near_texts([_text(one.text, one.language) for one in rows])
    return [_suggestion([rows[each.place] for each in group]) for group in groups]


def _suggestion(group: Sequence[Statement]) -> Suggestion:
    def rank(one: Statement) -> tuple[bool, bool, int]:
        return one.state != StatementState.ACCEPTED, not one.is_first, one.number

    ranked = sorted(group, key=rank)
    return Suggestion(ranked[0], [_near(ranked[0], one) for one in ranked[1:]])


def near_to(statement: Statement) -> list[Near]:
    """Statements that are shown and into which this one could be merged, the most like it first.
    One query."""
    shown = statement.consultation.statements.shown().exclude(pk=statement.pk)
    if statement.is_first:
        shown = shown.first_ones()
    rows = list(shown.order_by("-number")[:MOST_COMPARED])
    if not rows:
        return []
    wanted = _text(statement.text, statement.language)
    scores = likenesses([wanted], [_text(one.text, one.language) for one in rows])[0]
    first = [place for place in np.argsort(-scores, kind="stable") if scores[place] >= ALIKE]
    return [
        _near(statement, rows[place])
        for place in first[:MOST_NEAR]
        if contrary(wanted, _text(rows[place].text, rows[place].language)) is None
    ]


def _near(one: Statement, other: Statement) -> Near:
    found = likeness(_text(one.text, one.language), _text(other.text, other.language))
    words = ", ".join(dict.fromkeys(str(each) for each in found.shared))
    return Near(other, round(100 * found.score), words)


def _text(words: str, language: str) -> Text:
    return Text(UNSEEN.sub("", words)[:LONGEST], language)


def as_compared(words: str) -> str:
    """What makes two texts one: what is read of them, whatever stands between unseen."""
    return fold(UNSEEN.sub("", words))


# --- The desk --------------------------------------------------------------------------------


def on_desk(consultation: Consultation, wishes: Mapping[str, Any]) -> StatementQuerySet:
    """Its statements, those of organisations that nobody signed left out; in the state that is
    asked for, with these words. Those that wait to be read come first, longest waiting first."""
    found: Any = consultation.statements.exclude(state=StatementState.DRAFT)
    if state := wishes.get("state"):
        found = found.filter(state=state)
    for word in (wishes.get("words") or "").split()[:MOST_WORDS]:
        found = found.filter(text__icontains=word)
    rows: StatementQuerySet = found.select_related(
        "author__partner", "merged_into", "priority", "provision__instrument"
    ).order_by(waiting_first(), "number")
    return rows


def waiting_first() -> Case:
    """By which rows with a StatementState are put in order: what waits to be read, then the
    rest."""
    return Case(When(state=StatementState.WAITING, then=Value(0)), default=Value(1))


def counts(consultation: Consultation) -> dict[str, int]:
    """How many statements stand in each state. One query."""
    rows = consultation.statements.order_by().values_list("state").annotate(of=Count("pk"))
    return dict(rows)


def next_number(consultation: Consultation) -> int:
    """The number after the last; the caller holds the consultation. One query."""
    last = consultation.statements.order_by().aggregate(last=Max("number"))["last"]
    return (last or 0) + 1
