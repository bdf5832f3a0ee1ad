"""The secretariat reads what is proposed: shown, not shown with a reason, merged, translated.

Every verb is one transaction. The caller has asked the permission (`rules.py`), which nobody has
for what their own organisation says; whether somebody reads their own words is asked here.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import LETTERS, clean_line
from coalition.consultations.models import Consultation, Statement, Summary, Translation, What
from coalition.consultations.planning.changing import note_change
from coalition.consultations.proposing.actions import MARKUP, held, is_own, refuse_holding
from coalition.consultations.proposing.telling import tell_author
from coalition.consultations.states import (
    AHEAD,
    ANSWERED,
    HARMFUL,
    Refusal,
    State,
    StatementState,
)


@transaction.atomic
def accept(statement: Statement, *, by: User) -> Statement:
    """Show it to everybody."""
    consultation, statement = _read(statement, by)
    step = states.move(statement, "accept", by=by, refused_for="")
    tell_author(statement, step)
    record_changed(consultation)
    return statement


@transaction.atomic
def accept_all(statements: Iterable[Statement], *, by: User) -> int:
    """Show all of these that wait; returns how many were shown. What was read meanwhile is left as
    it is."""
    count = 0
    for one in statements:
        if Statement.objects.filter(pk=one.pk, state=StatementState.WAITING).exists():
            accept(one, by=by)
            count += 1
    return count


@transaction.atomic
def refuse(statement: Statement, refused_for: str, *, reason: str, by: User) -> Statement:
    """Do not show it, for a reason from the list, and say in words what exactly. Who wrote it reads
    both. Raises NotAllowed for a first proposal, which the secretariat itself made; and once it was
    counted, but for what harms somebody: what people agreed on is answered, not taken away."""
    if refused_for not in Refusal.values:
        raise Refused(_("Choose a reason from the list."))
    consultation, statement = _read(statement, by)
    if statement.is_first:
        raise NotAllowed(_("The consultation began with this proposal, so it stays."))
    refuse_holding(statement)
    if refused_for not in HARMFUL and _is_counted(statement):
        raise NotAllowed(
            _(
                "It stands in the results, so it stays and gets its answer. Only what exposes, "
                "insults or threatens somebody is still taken away."
            )
        )
    step = states.move(statement, "refuse", by=by, reason=reason, refused_for=refused_for)
    tell_author(statement, step)
    record_changed(consultation)
    return statement


def _is_counted(statement: Statement) -> bool:
    """Is it shown in the results? One query."""
    held = Summary.objects.filter(consultation=statement.consultation)
    numbers = held.values_list("value__statements", flat=True).first()
    return statement.state == StatementState.ACCEPTED and statement.number in (numbers or ())


@transaction.atomic
def merge(statement: Statement, into: Statement, *, by: User) -> Statement:
    """Let another that says the same stand for it. Its votes are kept, and count for the other
    wherever the participant did not vote on the other itself (`VoteQuerySet.each_once`).

    What was merged into it before goes along, and so does its place on the ballot where priorities
    are set. A first proposal, once it was announced, goes into another first proposal alone, and
    everybody reads that in the history: into words that somebody contributed it would vanish with
    them when they are taken back, and what the secretariat itself asked it cannot refuse to hear.
    Partners credited for it are named with the other.

    Raises NotAllowed unless the other is shown in the same consultation (and, for a first proposal,
    is one), and in a draft, from which a first proposal is taken out.
    """
    consultation, statement = _read(statement, by)
    into = Statement.objects.get(pk=into.pk)
    if into.consultation_id != consultation.pk or into.state != StatementState.ACCEPTED:
        raise NotAllowed(_("Choose a proposal of this consultation that is shown."))
    if into == statement:
        raise NotAllowed(_("A proposal cannot be merged into itself."))
    if not statement.may_go_into(into):
        raise NotAllowed(
            _(
                "The consultation began with this proposal, so it stays, or goes into another with "
                "which the consultation began. Merge the other into it."
            )
        )
    if statement.is_first and consultation.state == State.DRAFT:
        raise NotAllowed(_("Nobody has seen it yet: take it out of the first proposals instead."))
    step = states.move(statement, "merge", by=by, merged_into=into)
    statement.merged.update(merged_into=into)
    if statement.is_on_ballot and not into.is_on_ballot:
        into.is_on_ballot, into.cost = True, statement.cost
        into.save(update_fields=["is_on_ballot", "cost"])
    _tell_of_first(statement, into, by=by)
    tell_author(statement, step)
    record_changed(consultation)
    return statement


@transaction.atomic
def part(statement: Statement, *, by: User) -> Statement:
    """Show it by itself again; its votes count for itself."""
    consultation, statement = _read(statement, by)
    step = states.move(statement, "part", by=by, merged_into=None)
    _tell_of_first(statement, None, by=by)
    tell_author(statement, step)
    record_changed(consultation)
    return statement


def _tell_of_first(statement: Statement, into: Statement | None, *, by: User) -> None:
    """Everybody reads what becomes of the proposals with which a consultation began."""
    if statement.is_first:
        now = {"number": statement.number, "into": into.number if into else None}
        note_change(statement.consultation, What.PROPOSALS, {}, now, by=by)


@transaction.atomic
def translate(
    statement: Statement, language: str, text: str, *, machine: str = "", by: User
) -> Translation:
    """Put it in another language of its consultation, in the place of what stood there; readers are
    told the `machine` that wrote it, or, where none is named, that a person did. Raises Refused for
    its own language, and for no words or too many."""
    consultation, statement = held(statement)
    if language not in consultation.languages or language == statement.language:
        raise Refused(_("Choose another of the languages in which the consultation is held."))
    limit = Translation._meta.get_field("text").max_length or 0
    words = clean_line(text, limit=len(text))
    if not LETTERS.search(words) or MARKUP.search(words):
        raise Refused(_("Write the translation in plain words."))
    if len(words) > limit:
        raise Refused(
            _("This has %(count)d characters. A translation has at most %(limit)d.")
            % {"count": len(words), "limit": limit}
        )
    made, _is_new = Translation.objects.update_or_create(
        statement=statement,
        language=language,
        defaults={
            "text": words,
            "machine": _named(machine),
            "by": by,
            "at": timezone.now(),
            "of_text": statement.text,
        },
    )
    audit.record("consultations.translate_statement", statement, by=by, refs=[consultation])
    return made


def _named(machine: str) -> str:
    """The name of a machine as it is kept."""
    name = clean_line(machine, limit=len(machine))
    limit = Translation._meta.get_field("machine").max_length or 0
    if len(name) > limit or MARKUP.search(name):
        raise Refused(_("Name the machine in at most %d characters.") % limit)
    return name


@transaction.atomic
def set_reading(consultation: Consultation, *, reads_first: bool, by: User) -> Consultation:
    """Say whether statements are read before they are shown. What waits goes on waiting. Raises
    NotAllowed once nobody proposes any more."""
    consultation = states.lock(consultation)
    if consultation.state not in (State.DRAFT, *AHEAD):
        raise NotAllowed(
            _("This consultation is “%s”, so nothing is proposed in it any more.")
            % consultation.get_state_display()
        )
    if consultation.reads_first != reads_first:
        consultation.reads_first = reads_first
        consultation.save(update_fields=["reads_first"])
        audit.record("consultations.set_reading", consultation, by=by)
    return consultation


def _read(statement: Statement, by: User) -> tuple[Consultation, Statement]:
    """Both read afresh and held. Raises NotAllowed where the consultation was called off, and where
    somebody would decide about their own words."""
    consultation, statement = held(statement)
    if consultation.state == State.CALLED_OFF:
        raise NotAllowed(_("The consultation was called off, so its proposals stay as they are."))
    if consultation.state in ANSWERED:
        raise NotAllowed(_("The proposals were answered, so they stay as they are."))
    if is_own(statement, by):
        raise NotAllowed(_("These are your own words: somebody else decides about them."))
    return consultation, statement
