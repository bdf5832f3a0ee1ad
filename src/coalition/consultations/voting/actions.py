"""People and organisations say what they think of statements.

A person's vote leaves no event, no moment and no message: only the vote itself, behind a pseudonym.
What an organisation signs is its public word, and leaves one. The caller has asked whose voice it
is (`voices.voice_of`); an action asks only whether it may be heard now.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.consultations.models import Participant, Statement, Vote
from coalition.consultations.signing import await_signature
from coalition.consultations.states import Reaction, StatementState
from coalition.consultations.voices import Voice, heard, participant_of, take_part
from coalition.consultations.voting.queries import unsigned, version_of
from coalition.partners.models import PartnerGroup
from coalition.places.models import Place

ABILITY = "react"


def vote(
    voice: Voice, statement: Statement, value: int, *, now: datetime | None = None
) -> Participant:
    """Say to a statement that one agrees (1), disagrees (-1) or passes (0).

    One vote stands, the last that came, however often and at however many doors it is sent; an
    organisation's is a draft until it is signed (`sign`). The moment at which it came decides.
    Raises NotAllowed before and after, and where the statement is not shown or is another
    consultation's; Refused for any other value.
    """
    if value not in Reaction.values:
        raise Refused(_("Choose one of the three: agree, disagree or pass."))
    # Asked before anything is held: those who vote wait for one another as shortly as can be.
    keeping = _heard_on(voice, statement, now)
    held = participant_of(voice)
    with keeping:
        participant = held or take_part(voice)
        if voice.partner is None:
            _put([Vote(participant=participant, statement=statement, value=value)])
        else:
            _draft(states.lock(participant), statement, value)
    return participant


def sign(voice: Voice, *, seen: str, now: datetime | None = None) -> Participant:
    """Make the drafts of an organisation its answer, which counts from now on; later changes are
    drafts again until they are signed.

    `seen` is the version of the drafts on which the signature rests (`queries.version_of`).
    Raises NotAllowed for who does not sign for the organisation, and before and after; Refused
    where there is nothing to sign or a colleague changed something meanwhile.
    """
    if not voice.may_sign:
        raise NotAllowed(_("Only a signatory of %s can sign.") % voice.partner)
    with heard(voice, ABILITY, now):
        found = participant_of(voice)
        participant = states.lock(found) if found else None
        drafts = list(unsigned(participant)) if participant else []
        if participant is None or not drafts:
            raise Refused(_("There is nothing to sign: all that was answered is signed."))
        if seen != version_of(drafts):
            raise Refused(
                _("A colleague changed an answer since you opened this page. Please look again.")
            )
        _put(
            Vote(participant=participant, statement_id=one.statement_id, value=one.value)
            for one in drafts
        )
        participant.votes.filter(pk__in=[one.pk for one in drafts]).delete()
        participant.signed_at, participant.signed_by = timezone.now(), voice.person
        participant.save(update_fields=["signed_at", "signed_by"])
        refs = [voice.consultation, participant.partner]
        audit.record("consultations.sign_answer", participant, by=voice.person, refs=refs)
    return participant


def describe(
    voice: Voice, *, group: PartnerGroup | None, place: Place | None, now: datetime | None = None
) -> Participant:
    """Say of oneself to which group one belongs and in which country one is, or take it back. Only
    whoever answers for themselves does: of organisations it is known. Like a vote it leaves no
    event. Raises NotAllowed before and after."""
    if voice.partner is not None:
        raise NotAllowed(_("Of an organisation this is known."))
    with heard(voice, ABILITY, now):
        participant = take_part(voice)
        participant.group, participant.place = group, place
        participant.save(update_fields=["group", "place"])
    return participant


def _heard_on(
    voice: Voice, statement: Statement, now: datetime | None
) -> AbstractContextManager[None]:
    """As `heard`; raises NotAllowed also on what is not shown. Both are read afresh: it may have
    been closed, merged or taken back since its page was opened. Two queries."""
    held = Statement.objects.filter(consultation=voice.consultation, pk=statement.pk)
    found = held.select_related("consultation").first()
    keeping = heard(voice, ABILITY, now, afresh=found.consultation if found else None)
    if found is None or found.state != StatementState.ACCEPTED:
        raise NotAllowed(_("This statement is not shown, or not any more. Please take another."))
    return keeping


def _draft(participant: Participant, statement: Statement, value: int) -> None:
    """Of several who write for an organisation the last one stands. What says the same as the
    signed answer needs no signature."""
    signed = participant.votes.filter(statement=statement, is_draft=False, value=value)
    if signed.exists():
        participant.votes.filter(statement=statement, is_draft=True).delete()
        return
    _put([Vote(participant=participant, statement=statement, value=value, is_draft=True)])
    await_signature(participant)


def _put(votes: Iterable[Vote]) -> None:
    """Put them, or change those that are there, in one statement: what is sent twice, or at the
    same moment, leaves one row."""
    Vote.objects.bulk_create(
        votes,
        update_conflicts=True,
        unique_fields=["participant", "statement", "is_draft"],
        update_fields=["value"],
        batch_size=500,
    )
