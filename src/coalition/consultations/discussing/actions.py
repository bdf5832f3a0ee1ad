"""What those who take part say of a text: a comment on a paragraph, or other words for it.

Of a person's remark nothing is kept that leads to the person: no event of the audit trail, no name
in its history, no moment, only the day. What an organisation does is told like all it does.
"""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import LETTERS, clean_text
from coalition.consultations.discussing.queries import (
    MOST_ON_ONE,
    STANDING,
    is_current,
    most_of,
    next_number,
    said_already,
)
from coalition.consultations.models import (
    LONGEST_REMARK,
    LONGEST_WORDS,
    Consultation,
    Remark,
)
from coalition.consultations.planning.clock import catch_up
from coalition.consultations.proposing.actions import (
    MARKUP,
    day_of,
    first_state,
    is_own,
    move_unseen,
)
from coalition.consultations.signing import await_signature
from coalition.consultations.states import AHEAD, StatementState
from coalition.consultations.voices import Voice, heard, take_part, voice_of
from coalition.instruments.models import Provision, Wording


class SaidAlready(Refused):
    """Somebody, or one oneself, said nearly the same of this paragraph; the remark is named."""

    def __init__(self, remark: Remark, *, is_own: bool) -> None:
        self.remark = remark
        sentence = (
            _("You said nearly the same of this paragraph already: “%(words)s”.")
            if is_own
            else _(
                "Remark %(number)d says nearly the same: “%(words)s”. If you mean something else, "
                "say it in other words."
            )
        )
        super().__init__(sentence % {"number": remark.number, "words": remark.text})


@transaction.atomic
def remark(
    voice: Voice,
    provision: Provision,
    text: str,
    language: str,
    *,
    instead: str = "",
    wording: Wording | None = None,
) -> Remark:
    """Say something of a paragraph of the text, for oneself or for an organisation
    (`voices.voice_of`); gives the remark.

    `instead` is how the paragraph should read, in the language of `wording`, the words that were
    read; empty, or the same as these, it is a comment alone. The remark is shown at once, or once
    an officer read it (`Consultation.reads_first`); one for an organisation by somebody who may not
    sign for it waits for its signatory first. The same sent twice by the same makes one remark.

    Raises NotAllowed where this may not be done now or the paragraph is not discussed, Refused for
    words that cannot be taken and for too many of them, SaidAlready for nearly the same.
    """
    consultation = states.lock(voice.consultation)
    voice = replace(voice, consultation=consultation)
    if provision.instrument_id != consultation.text_id or provision.is_our_division:
        raise NotAllowed(_("This paragraph is not discussed in this consultation."))
    _refuse_other(provision, wording)
    words = _other_words(instead, wording)
    heard(voice, "amend" if words else "comment")
    said = Remark(
        consultation=consultation,
        provision=provision,
        wording=wording,
        text=_worded(consultation, text, language),
        language=language,
        instead=words,
        author=take_part(voice),
    )
    if same := _sent_already(said):
        return same
    _refuse_too_many(said)
    if other := said_already(said):
        raise SaidAlready(other, is_own=other.author_id == said.author_id)
    return _keep(said, voice)


@transaction.atomic
def sign(remark: Remark, *, by: User) -> Remark:
    """Stand behind what was drafted for an organisation, so that it is read and shown. Raises
    NotAllowed where the time for it is over, or for whoever may not sign for it."""
    consultation, remark = held(remark)
    partner = remark.author.partner
    if partner is None or not voice_of(consultation, by, partner).may_sign:
        raise NotAllowed(_("Only who may sign for the organisation sends it."))
    heard(Voice(consultation, by, partner), "amend" if remark.instead else "comment")
    states.move(remark, "sign", by=by)
    if not consultation.reads_first:
        states.move(remark, "accept", by=None)
    return remark


@transaction.atomic
def withdraw(remark: Remark, *, by: User) -> Remark:
    """Take back what one said, while the consultation runs. An organisation's draft is taken back
    by whoever may write for it, what it signed by its signatory. Raises NotAllowed for anybody
    else."""
    consultation, remark = held(remark)
    catch_up(consultation, timezone.now())  # the end is exact, whenever the clock runs
    if consultation.state not in AHEAD:
        raise NotAllowed(
            _("This consultation is “%s”, so what was said in it stays.")
            % consultation.get_state_display()
        )
    if not is_own(remark, by):
        raise NotAllowed(_("Only who said it takes it back."))
    partner = remark.author.partner
    if partner is None:
        move_unseen(remark, "withdraw")
        return remark
    is_draft = remark.state == StatementState.DRAFT
    if not is_draft and not Voice(consultation, by, partner).may_sign:
        raise NotAllowed(
            _("It was signed, so only who may sign for the organisation withdraws it.")
        )
    states.move(remark, "withdraw", by=by)
    return remark


# --- Within a verb ---------------------------------------------------------------------------


def held(remark: Remark) -> tuple[Consultation, Remark]:
    """Its consultation and the remark, read afresh; whoever holds the one holds the other."""
    consultation = states.lock(remark.consultation)
    again = Remark.objects.select_related("author__partner").get(pk=remark.pk)
    again.consultation = consultation
    return consultation, again


def _worded(consultation: Consultation, text: str, language: str) -> str:
    """What is thought of it, as it is kept."""
    words = clean_text(text, limit=len(text))
    if len(words) > LONGEST_REMARK:
        raise Refused(
            _("This has %(count)d characters. A remark has at most %(limit)d.")
            % {"count": len(words), "limit": LONGEST_REMARK}
        )
    if not LETTERS.search(words):
        raise Refused(_("Say in a sentence what you think of it."))
    _refuse_markup(words)
    if language not in consultation.languages:
        raise Refused(_("Choose one of the languages in which the consultation is held."))
    return words


def _other_words(instead: str, wording: Wording | None) -> str:
    """The other words as they are kept; none where they are those of the text."""
    words = clean_text(instead, limit=len(instead))
    if not words or (wording and words == clean_text(wording.words)):
        return ""
    if wording is None or not wording.words:
        raise Refused(_("The wording is not held here, so other words cannot stand beside it."))
    if len(words) > LONGEST_WORDS:
        raise Refused(
            _("This has %(count)d characters. Other words for a paragraph have at most %(limit)d.")
            % {"count": len(words), "limit": LONGEST_WORDS}
        )
    if not LETTERS.search(words):
        raise Refused(_("Write the paragraph as it should read."))
    _refuse_markup(words)
    return words


def _refuse_markup(words: str) -> None:
    if MARKUP.search(words):
        raise Refused(_("Write plain words, without the marks of a web page such as <b>."))


def _refuse_other(provision: Provision, wording: Wording | None) -> None:
    """Refuse the words of another paragraph, and those of a version that was replaced meanwhile."""
    if wording is None:
        return
    if wording.provision_id != provision.pk or not is_current(wording, provision.instrument):
        raise Refused(
            _("The text has new words since you opened this page. Please read them, and try again.")
        )


def _sent_already(said: Remark) -> Remark | None:
    mine = said.consultation.remarks.filter(author=said.author, provision=said.provision)
    return mine.filter(state__in=STANDING, text=said.text, instead=said.instead).first()


def _refuse_too_many(said: Remark) -> None:
    mine = said.consultation.remarks.filter(author=said.author)
    most = most_of(said.author)
    if mine.count() >= most:
        raise Refused(
            ngettext(
                "You have said %d thing of this text, and more are not taken from one participant.",
                "You have said %d things of this text, and more are not taken from one "
                "participant.",
                most,
            )
            % most
        )
    if mine.filter(provision=said.provision).count() >= MOST_ON_ONE:
        raise Refused(
            ngettext(
                "You have said %d thing of this paragraph, and more are not taken.",
                "You have said %d things of this paragraph, and more are not taken.",
                MOST_ON_ONE,
            )
            % MOST_ON_ONE
        )


def _keep(said: Remark, voice: Voice) -> Remark:
    partner, now = voice.partner, timezone.now()
    said.number = next_number(said.consultation)
    said.state = first_state(voice)
    said.made_at = now if partner else day_of(now)
    said.save()
    if said.state == StatementState.DRAFT:
        await_signature(states.lock(said.author))
    if partner:
        refs = [said.consultation, partner]
        audit.record("consultations.remark", said, by=voice.person, refs=refs)
    return said
