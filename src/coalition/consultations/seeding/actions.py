"""First proposals: made from what partners share and from paragraphs nobody has taken up.

Every verb is one transaction. The caller has asked the permission (`rules.py`); an action asks only
whether it may happen now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line, fold
from coalition.consultations.crediting import tell_credited
from coalition.consultations.models import LONGEST, Consultation, Credit, Statement, What
from coalition.consultations.planning.changing import changed, hold, note_change, set_provisions
from coalition.consultations.seeding.queries import (
    MOST_FIRST,
    Source,
    origin_of,
    refusal_to_add,
    refusal_to_reword,
    sharers,
    takeable_priorities,
    takeable_provisions,
)
from coalition.consultations.states import Origin, State, StatementState
from coalition.instruments.models import Provision
from coalition.partners.models import CommonPriority


@dataclass(frozen=True)
class Seed:
    """What an officer takes as a first proposal, in which words and language."""

    source: Source
    text: str
    language: str


@transaction.atomic
def make(consultation: Consultation, seeds: Sequence[Seed], *, by: User) -> list[Statement]:
    """Make first proposals; gives those that are new. What is a proposal already is left as it is,
    so that the same sent twice makes nothing twice.

    Partners that share a common priority are credited, and told once the consultation is public.
    Raises Refused for words that cannot be taken, NotAllowed for what is not, or no longer, a
    source of this consultation.
    """
    if not seeds:
        raise Refused(_("Tick at least one that becomes a proposal."))
    consultation, _now = hold(consultation)
    if sentence := refusal_to_add(consultation):
        raise NotAllowed(sentence)
    held = list(consultation.statements.all())
    made = _new_ones(consultation, seeds, held)
    if not made:
        return []
    if sum(one.is_first for one in held) + len(made) > MOST_FIRST:
        raise Refused(_("A consultation begins with at most %d proposals.") % MOST_FIRST)
    _refuse_other_sources(consultation, made)
    made = Statement.objects.bulk_create(made)
    _credit(made)
    paragraphs = [one.provision for one in made if one.provision]
    unnamed = set(paragraphs) - set(consultation.provisions.filter(statements__in=made))
    if unnamed:
        set_provisions(consultation, unnamed, among=unnamed, by=by)
    note_change(consultation, What.PROPOSALS, {}, {"numbers": [one.number for one in made]}, by=by)
    changed(consultation)
    tell_credited(consultation)
    audit.record("consultations.make_proposals", consultation, by=by)
    return made


def _new_ones(
    consultation: Consultation, seeds: Sequence[Seed], held: Sequence[Statement]
) -> list[Statement]:
    """Statements, not stored yet, from those sources of which none of the `held` comes."""
    sources = {(one.origin, one.priority_id or one.provision_id) for one in held}
    spoken = {fold(one.text): one.number for one in held}
    number = max((one.number for one in held), default=0)
    new: dict[tuple[str, int], Statement] = {}
    for seed in seeds:
        key = (origin_of(seed.source), seed.source.pk)
        if key in sources or key in new:
            continue
        text = _worded(consultation, seed.text, seed.language, spoken)
        number += 1
        spoken[fold(text)] = number
        new[key] = Statement(
            consultation=consultation,
            number=number,
            text=text,
            language=seed.language,
            origin=key[0],
            **{key[0].value: seed.source},
        )
    return list(new.values())


@transaction.atomic
def reword(statement: Statement, text: str, language: str, *, seen: str = "", by: User) -> None:
    """Say a proposal otherwise, while nobody can have answered it; once it is public, its history
    tells how it read. `seen` is the version of the consultation on which the words rest
    (`planning.queries.version_of`)."""
    consultation, now = hold(statement.consultation, seen)
    if sentence := refusal_to_reword(consultation, now):
        raise NotAllowed(sentence)
    statement = _again(statement)
    if statement.state == StatementState.MERGED:
        raise NotAllowed(_("Another proposal stands for it: reword that one."))
    others = consultation.statements.exclude(pk=statement.pk).values_list("text", "number")
    text = _worded(consultation, text, language, {fold(said): n for said, n in others})
    if (statement.text, statement.language) == (text, language):
        return
    before, statement.text, statement.language = _plain(statement), text, language
    statement.save(update_fields=["text", "language"])
    note_change(consultation, What.PROPOSALS, before, _plain(statement), by=by)
    changed(consultation)
    audit.record("consultations.reword_proposal", statement, by=by, refs=[consultation])


@transaction.atomic
def take_back(statement: Statement, *, by: User) -> None:
    """Take a proposal out of a draft, of which nobody was told. What it came from can become one
    again. Raises NotAllowed once the consultation was announced."""
    consultation, _now = hold(statement.consultation)
    if consultation.state != State.DRAFT:
        raise NotAllowed(_("The consultation was announced, so its proposals stay in it."))
    statement = _again(statement)
    audit.record("consultations.take_back_proposal", statement, by=by, refs=[consultation])
    statement.delete()
    changed(consultation)


def _again(statement: Statement) -> Statement:
    """Read afresh; whoever holds the consultation holds its proposals."""
    found = Statement.objects.filter(pk=statement.pk).first()
    if found is None:
        raise Refused(_("This proposal was taken out meanwhile."))
    return found


def _worded(consultation: Consultation, text: str, language: str, spoken: dict[str, int]) -> str:
    """The words as they are kept. Raises Refused where they are none, too long, in a language in
    which the consultation is not held, or those of another proposal (`spoken`, with its number)."""
    words = clean_line(text, limit=len(text))
    if not words:
        raise Refused(_("Write the proposal in a sentence."))
    if len(words) > LONGEST:
        raise Refused(
            _("“%(beginning)s…” has %(count)d characters. A proposal has at most %(limit)d.")
            % {"beginning": words[:40], "count": len(words), "limit": LONGEST}
        )
    if language not in consultation.languages:
        raise Refused(_("Choose one of the languages in which the consultation is held."))
    if number := spoken.get(fold(words)):
        raise Refused(
            _("“%(words)s” says the same as proposal %(number)d.")
            % {"words": words, "number": number}
        )
    return words


def _refuse_other_sources(consultation: Consultation, made: Sequence[Statement]) -> None:
    """Raise NotAllowed where one comes from elsewhere than from what this consultation may take."""
    priorities: list[CommonPriority] = [one.priority for one in made if one.priority]
    paragraphs: list[Provision] = [one.provision for one in made if one.provision]
    offered = takeable_priorities(consultation).filter(pk__in=[one.pk for one in priorities])
    if gone := set(priorities) - set(offered):
        raise NotAllowed(
            _("“%s” is not a common priority that this consultation answers, or not any more.")
            % gone.pop().name
        )
    untaken = takeable_provisions(consultation).filter(pk__in=[one.pk for one in paragraphs])
    if taken := set(paragraphs) - set(untaken):
        raise NotAllowed(
            _(
                "%s: somebody has taken this paragraph up, or it is none of those that this "
                "consultation answers."
            )
            % taken.pop().citation
        )


def _credit(made: Sequence[Statement]) -> None:
    """Name the partners that share what these statements come from."""
    of_priority = {one.priority_id: one for one in made if one.origin == Origin.PRIORITY}
    shared = sharers(one.priority for one in of_priority.values() if one.priority)
    Credit.objects.bulk_create(
        [Credit(statement=of_priority[common], partner_id=who) for common, who in shared],
        batch_size=500,
    )


def _plain(statement: Statement) -> dict[str, object]:
    return {name: getattr(statement, name) for name in ("number", "text", "language")}
