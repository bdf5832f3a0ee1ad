"""What those who take part say: they propose, sign what was drafted in their name, take it back.

Of a person's statement nothing is kept that leads to the person: no event of the audit trail, no
name in its history, no moment, only the day. What an organisation does is told like all it does.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import LETTERS, clean_line
from coalition.consultations.access import TO_ANSWER
from coalition.consultations.models import LONGEST, Consultation, Remark, Statement
from coalition.consultations.planning.clock import catch_up
from coalition.consultations.proposing.queries import (
    as_compared,
    most_of,
    next_number,
    said_already,
)
from coalition.consultations.signing import await_signature
from coalition.consultations.states import AHEAD, Origin, StatementState
from coalition.consultations.voices import Voice, heard, participant_of, take_part, voice_of
from coalition.partners.models import Partner
from coalition.partners.rules import acts_for

# What begins like a tag, a comment or an instruction of a markup language.
MARKUP = re.compile(r"<[/!?a-z]", re.IGNORECASE)


class SaidAlready(Refused):
    """Somebody, or one oneself, said nearly the same; the statement is named."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        words = {"number": statement.number, "words": statement.text}
        super().__init__(
            _(
                "Proposal %(number)d says nearly the same: “%(words)s”. If you mean something "
                "else, say it in other words."
            )
            % words
            if statement.state == StatementState.ACCEPTED
            else _("You proposed nearly the same already: “%(words)s”.") % words
        )


@transaction.atomic
def propose(voice: Voice, text: str, language: str) -> Statement:
    """Propose something, for oneself or for an organisation (`voices.voice_of`); gives the
    statement.

    It is shown at once, or once an officer read it (`Consultation.reads_first`); one for an
    organisation by somebody who may not sign for it waits for its signatory first. The same words
    sent twice by the same make one statement.

    Raises NotAllowed where this may not be done now, Refused for words that cannot be taken and for
    too many of them, SaidAlready where somebody said nearly the same.
    """
    consultation = states.lock(voice.consultation)
    voice = replace(voice, consultation=consultation)
    heard(voice, "propose")
    words = worded(consultation, text, language)
    author = take_part(voice)
    mine = consultation.statements.filter(author=author)
    if same := _sent_already(mine, words):
        return same
    if mine.count() >= (most := most_of(author)):
        raise Refused(
            ngettext(
                "You have proposed %d thing here, and more are not taken from one participant.",
                "You have proposed %d things here, and more are not taken from one participant.",
                most,
            )
            % most
        )
    if other := said_already(consultation, words, language, author):
        raise SaidAlready(other)
    partner, now = voice.partner, timezone.now()
    made = Statement.objects.create(
        consultation=consultation,
        number=next_number(consultation),
        text=words,
        language=language,
        origin=Origin.PARTNER if partner else Origin.PERSON,
        author=author,
        state=first_state(voice),
        made_at=now if partner else day_of(now),
    )
    if made.state == StatementState.DRAFT:
        await_signature(states.lock(author))
    if partner:
        audit.record("consultations.propose", made, by=voice.person, refs=[consultation, partner])
    if made.state == StatementState.ACCEPTED:
        record_changed(consultation)
    return made


@transaction.atomic
def sign(statement: Statement, *, by: User) -> Statement:
    """Stand behind what was drafted for an organisation, so that it is read and shown. Raises
    NotAllowed where the time for it is over, or for whoever may not sign for it."""
    consultation, statement = held(statement)
    partner = _partner_of(statement)
    if partner is None or not voice_of(consultation, by, partner).may_sign:
        raise NotAllowed(_("Only who may sign for the organisation sends it."))
    heard(Voice(consultation, by, partner), "propose")
    states.move(statement, "sign", by=by)
    if not consultation.reads_first:
        states.move(statement, "accept", by=None)
        record_changed(consultation)
    return statement


@transaction.atomic
def withdraw(statement: Statement, *, by: User) -> Statement:
    """Take back what one proposed, while it can still be answered. An organisation's draft is taken
    back by whoever may write for it, what it signed by its signatory.

    Raises NotAllowed for anybody else, and where others were merged into it.
    """
    consultation, statement = held(statement)
    catch_up(consultation, timezone.now())  # the end is exact, whenever the clock runs
    if consultation.state not in AHEAD:
        raise NotAllowed(
            _("This consultation is “%s”, so what was said in it stays.")
            % consultation.get_state_display()
        )
    partner = _partner_of(statement)
    if not is_own(statement, by):
        raise NotAllowed(_("Only who proposed it takes it back."))
    is_draft = statement.state == StatementState.DRAFT
    if partner and not is_draft and not Voice(consultation, by, partner).may_sign:
        raise NotAllowed(
            _("It was signed, so only who may sign for the organisation withdraws it.")
        )
    refuse_holding(statement)
    was_shown = statement.state == StatementState.ACCEPTED
    if partner:
        states.move(statement, "withdraw", by=by)
    else:
        move_unseen(statement, "withdraw")
    if was_shown:
        record_changed(consultation)
    return statement


# --- Within a verb ---------------------------------------------------------------------------


def held(statement: Statement) -> tuple[Consultation, Statement]:
    """Its consultation and the statement, read afresh; whoever holds the one holds the other."""
    consultation = states.lock(statement.consultation)
    again = Statement.objects.select_related("author__partner").get(pk=statement.pk)
    again.consultation = consultation
    return consultation, again


def is_own(statement: Statement | Remark, person: User) -> bool:
    """Did this person say it, or an organisation for which they write? At most two queries."""
    author = statement.author
    if author is None:
        return False
    if author.partner is not None:
        return acts_for(person, author.partner.pk, TO_ANSWER)
    return participant_of(Voice(statement.consultation, person)) == author


def refuse_holding(statement: Statement) -> None:
    """Raise NotAllowed where others are merged into it: they would vanish with it."""
    if statement.merged.exists():
        raise NotAllowed(_("Others that say the same are merged into it, so it stays."))


def worded(consultation: Consultation, text: str, language: str) -> str:
    """The words as they are kept. Raises Refused for none, too many, markup, or a language in which
    the consultation is not held."""
    words = clean_line(text, limit=len(text))
    if len(words) > LONGEST:
        raise Refused(
            _("This has %(count)d characters. A proposal has at most %(limit)d.")
            % {"count": len(words), "limit": LONGEST}
        )
    if not LETTERS.search(words):
        raise Refused(_("Write the proposal in a sentence."))
    if MARKUP.search(words):
        raise Refused(_("Write plain words, without the marks of a web page such as <b>."))
    if language not in consultation.languages:
        raise Refused(_("Choose one of the languages in which the consultation is held."))
    return words


def _sent_already(mine: QuerySet[Statement], words: str) -> Statement | None:
    folded = as_compared(words)
    standing = (StatementState.DRAFT, StatementState.WAITING, StatementState.ACCEPTED)
    rows = mine.filter(state__in=standing)
    return next((one for one in rows if as_compared(one.text) == folded), None)


def first_state(voice: Voice) -> StatementState:
    """Where what this voice says begins: with its signatory, with who reads it first, or in sight
    of all. One query at most."""
    if voice.partner and not voice.may_sign:
        return StatementState.DRAFT
    return StatementState.WAITING if voice.consultation.reads_first else StatementState.ACCEPTED


def _partner_of(statement: Statement) -> Partner | None:
    return statement.author.partner if statement.author else None


def move_unseen(statement: Statement | Remark, verb: str) -> None:
    """A person's own step: in the history with its day, without a name and without an event."""
    if sentence := states.refusal(statement, verb):
        raise NotAllowed(sentence)
    target = statement.VERBS[verb].target
    statement.moves.create(
        verb=verb, from_state=statement.state, to_state=target, by=None, at=day_of(timezone.now())
    )
    statement.state = target
    statement.save(update_fields=["state"])


def day_of(at: datetime) -> datetime:
    """The beginning of its day, by the universal clock."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
