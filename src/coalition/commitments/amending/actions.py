"""The verbs of an amendment. Each is one transaction: state, history, audit, letters, or nothing.

The caller has asked the permission (`rules.py`); an action asks only whether it may happen now.
Locks are taken in one order: partner, commitment, its framework, amendment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.analysis.merging import Conflict
from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line
from coalition.commitments.amending import queries
from coalition.commitments.exploring.actions import changed
from coalition.commitments.holding import held
from coalition.commitments.models import Amendment, AmendmentMove, Commitment, Edition, Side
from coalition.commitments.queries import speakers
from coalition.commitments.states import AMENDMENT_OPEN, PART_HELD, PUBLIC, AmendmentState
from coalition.commitments.writing import plain
from coalition.commitments.writing.ground import Table, Values, kind_of
from coalition.commitments.writing.plain import Problem
from coalition.commitments.writing.quality import missing
from coalition.instruments.actions import tell_followers
from coalition.mailroom.actions import tell
from coalition.partners.queries import people_who


@dataclass(frozen=True)
class Saved:
    """What became of a save. Fields that somebody else changed meanwhile, differently, and those
    that cannot be read keep what is stored; `shown` are the values with both as they were typed,
    for the form to show until somebody decides."""

    amendment: Amendment
    conflicts: tuple[Conflict, ...]
    problems: list[Problem]
    shown: Values

    @property
    def is_whole(self) -> bool:
        return not self.conflicts and not self.problems


# --- For the side that wishes the change ------------------------------------------------------


@transaction.atomic
def begin(commitment: Commitment, *, side: Side, by: User) -> Amendment:
    """The side's open amendment of the commitment; a new one, with the words as they are now,
    where there is none. Raises NotAllowed where its words cannot be amended in its state."""
    commitment = held(commitment)
    if begun := queries.open_of(commitment, side):
        return begun
    if sentence := queries.why_not(commitment, side):
        raise NotAllowed(sentence)
    words = plain.values_of(commitment)
    made = Amendment.objects.create(
        commitment=commitment, side=side, base=words, values=words, by=by
    )
    audit.record("commitments.begin_amendment", made, by=by, refs=[commitment])
    return made


@transaction.atomic
def save(amendment: Amendment, values: Table, base: Table, *, by: User) -> Saved:
    """Bring in what somebody made of the amendment since they read it as `base`.

    What somebody else of the same side changed meanwhile stays; a field that both changed
    differently is a conflict and keeps what is stored. The commitment itself stays as it is.
    Raises NotAllowed once the amendment is proposed.
    """
    commitment = held(amendment.commitment)
    amendment = states.lock(amendment)
    amendment.commitment = commitment
    if amendment.state not in AMENDMENT_OPEN:
        raise NotAllowed(
            _("Only what is not yet proposed can be changed; this amendment is “%s”.")
            % amendment.get_state_display()
        )
    stored = amendment.values
    both = plain.merged(base, values, stored)
    problems = plain.check(amendment.commitment, both.values, held=stored)
    sound = plain.readable(both.values, problems, stored)
    if sound != stored:
        amendment.values, amendment.changed_at = plain.canonical(sound), timezone.now()
        amendment.save(update_fields=["values", "changed_at"])
        audit.record("commitments.save_amendment", amendment, by=by)
    shown = {row: dict(texts) for row, texts in both.values.items()}
    for one in both.conflicts:
        shown.setdefault(one.row, {})[one.field] = one.mine
    return Saved(amendment, both.conflicts, problems, shown)


@transaction.atomic
def propose(amendment: Amendment, *, why: str, by: User) -> Amendment:
    """Ask the other side to take it over; they hear of it.

    `why` is told beside the new edition, to everybody. Raises Refused where no reason is given,
    nothing would change, or the commitment could not say so; NotAllowed where it cannot be
    amended now.
    """
    amendment = _held(amendment)
    commitment = amendment.commitment
    if sentence := queries.why_not(commitment, amendment.side):
        raise NotAllowed(sentence)
    why = clean_line(why, limit=400)
    if not why:
        raise Refused(_("Please say why: everybody reads it beside the new edition."))
    outcome = queries.outcome_of(amendment)
    if outcome.as_proposed == outcome.stored:
        raise Refused(_("Nothing is different from what it says now. Change something first."))
    _try(commitment, outcome.as_proposed)
    amendment.why = why
    amendment.save(update_fields=["why"])
    move = states.move(amendment, "propose", by=by, reason=why)
    _tell(_deciders(amendment), amendment, move)
    return amendment


@transaction.atomic
def discard(amendment: Amendment, *, by: User) -> Amendment:
    """Give it up; nothing of it is deleted, and another can be begun. Those who were asked to
    decide on it hear that they need not."""
    commitment = held(amendment.commitment, also_gone=True)
    amendment = states.lock(amendment)
    amendment.commitment = commitment
    was_proposed = amendment.state == AmendmentState.PROPOSED
    move = states.move(amendment, "discard", by=by)
    if was_proposed:
        _tell(_deciders(amendment), amendment, move)
    return amendment


# --- For the other side -----------------------------------------------------------------------


@transaction.atomic
def send_back(amendment: Amendment, *, reason: str, by: User) -> Amendment:
    """Send it back with a reason; those who work on it hear of it and can propose it again."""
    commitment = held(amendment.commitment, also_gone=True)
    amendment = states.lock(amendment)
    amendment.commitment = commitment
    move = states.move(amendment, "send_back", by=by, reason=reason)
    _tell(_writers(amendment), amendment, move)
    return amendment


@transaction.atomic
def apply(amendment: Amendment, *, seal: str, answers: Table | None = None, by: User) -> Amendment:
    """Take it over: what it changes, and nothing else, is said from now on. Of what is public an
    edition is made, and everybody concerned hears of it.

    `seal` is that of `queries.outcome_of` and tells what the person looked at; `answers` holds, by
    row and field, the text that shall stand for each conflict (`Question.answer`). Raises Refused
    where something was changed since then, a conflict is open, or what was chosen cannot be said;
    NotAllowed where it cannot be taken over now. Then nothing is changed at all.
    """
    amendment = _held(amendment)
    commitment = amendment.commitment
    for sentence in (
        states.refusal(amendment, "apply"),
        queries.why_not(commitment, amendment.side),
    ):
        if sentence:
            raise NotAllowed(sentence)
    outcome = queries.outcome_of(amendment)
    if outcome.seal != seal:
        raise Refused(_("It was changed meanwhile. Please look at the difference once more."))
    values = outcome.settled(answers or {})
    if values == outcome.stored:
        raise Refused(
            _("With this choice nothing would change. Send the amendment back with a reason.")
        )
    _put(commitment, values)
    if commitment.state in PUBLIC:
        amendment.edition = _next_edition(commitment, why=amendment.why, by=by)
        amendment.save(update_fields=["edition"])
    move = states.move(amendment, "apply", by=by)
    if amendment.edition:
        changed(commitment)
    _tell_of_change(amendment, move, is_on_more=_is_on_more(outcome.stored, values))
    return amendment


# --- Editions ---------------------------------------------------------------------------------


def first_edition(commitment: Commitment, *, by: User | None) -> Edition:
    """Keep what the commitment says at the moment it is published; done twice is done once.
    Called within the transaction that publishes it, which holds the commitment."""
    return Edition.objects.get_or_create(
        commitment=commitment,
        number=1,
        defaults={
            "at": commitment.published_at or timezone.now(),
            "by": by,
            "words": plain.values_of(commitment),
        },
    )[0]


def _next_edition(commitment: Commitment, *, why: str, by: User) -> Edition:
    last = commitment.editions.order_by("-number").values_list("number", flat=True).first()
    return Edition.objects.create(
        commitment=commitment,
        number=(last or 0) + 1,
        by=by,
        words=plain.values_of(commitment),
        why=why,
    )


# --- Steps of the above -----------------------------------------------------------------------


def _held(amendment: Amendment) -> Amendment:
    """The amendment read afresh, held with its commitment and framework, of a partner for whom
    somebody may act. The framework before the end of the trail, for which its holder waits."""
    commitment = held(amendment.commitment)
    framework = states.lock(commitment.framework)
    amendment = states.lock(amendment)
    commitment.framework, amendment.commitment = framework, commitment
    return amendment


def _put(commitment: Commitment, values: Values) -> None:
    """The commitment says this from now on, and its reporting periods follow its dates. Raises
    Refused where it cannot be said, or would lack what it needs and has."""
    lacked = [] if commitment.is_editable else missing(commitment)
    plain.put(commitment, values)
    if commitment.is_editable:
        return
    if lacks := [words for words in missing(commitment) if words not in lacked]:
        raise Refused(_("With this it would lack: %s.") % ", ".join(lacks))


def _try(commitment: Commitment, values: Values) -> None:
    """Refused where the commitment could not say this; whatever was written to see that is undone
    at once."""
    trial = transaction.savepoint()
    _put(commitment, values)
    transaction.savepoint_rollback(trial)
    commitment.refresh_from_db()


def _is_on_more(before: Values, after: Values) -> bool:
    """Does it deliver on a paragraph on which it did not?"""
    return any(kind_of(row) == "paragraph" and row not in before for row in after)


# --- Letters ----------------------------------------------------------------------------------


def _writers(amendment: Amendment) -> list[User]:
    """Those who work on it."""
    if amendment.side == Side.PARTNER:
        return speakers(amendment.commitment)
    return list(User.objects.officers())


def _deciders(amendment: Amendment) -> list[User]:
    """Those who may take it over."""
    if amendment.side == Side.PARTNER:
        return list(User.objects.officers())
    return people_who("sign", amendment.commitment.partner_id)


def _tell_of_change(amendment: Amendment, move: AmendmentMove, *, is_on_more: bool) -> None:
    """Those who worked on it hear that it holds now, so does everybody else who speaks for a
    partner in it, and who follows a paragraph on which it newly delivers."""
    commitment = amendment.commitment
    own = [*_writers(amendment), *speakers(commitment)]
    _tell(own, amendment, move)
    told = {one.pk for one in own}
    for part in commitment.parts.filter(state__in=PART_HELD):
        others = [one for one in people_who("edit", part.partner_id) if one.pk not in told]
        _tell(others, amendment, move, template="apply_part", part=part)
    if amendment.edition and is_on_more:
        tell_followers(commitment, besides=[move.by, *own])


def _tell(
    people: Iterable[User],
    amendment: Amendment,
    move: AmendmentMove,
    *,
    template: str = "",
    **context: Any,
) -> None:
    """One letter per person about this step, in their language; none to who made it."""
    for person in people:
        if person.pk != move.by_id:
            tell(
                person,
                event=f"commitments.amendment_{move.verb}:{move.pk}",
                template=f"commitments/amending/mail/{template or move.verb}.txt",
                context={"commitment": amendment.commitment, "amendment": amendment, "move": move}
                | context,
            )
