"""The life of a promise. Each verb is one transaction: state, history, audit, letters, or
nothing.

The caller has asked the permission (`rules.py`); an action asks only whether it may happen now.
All take their locks in one order: partner, commitment, framework, what hangs on it, and last the
end of the trail, so that no two of them wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import states
from coalition.base.errors import NotAllowed, Refused
from coalition.commitments.amending import actions as amending
from coalition.commitments.contributing import actions as contributing
from coalition.commitments.deciding import offers, queries
from coalition.commitments.exploring.actions import changed
from coalition.commitments.holding import held
from coalition.commitments.models import Commitment
from coalition.commitments.parts import actions as parts
from coalition.commitments.queries import speakers
from coalition.commitments.states import (
    AMENDMENT_OPEN,
    PUBLIC,
    UNDER_WAY,
    AmendmentState,
    State,
)
from coalition.instruments.actions import tell_followers
from coalition.mailroom.actions import tell_each
from coalition.partners.models import Partner
from coalition.results import actions as results

# --- Until it is public ------------------------------------------------------------------------


@transaction.atomic
def submit(commitment: Commitment, *, by: User) -> Commitment:
    """Hand the commitment to the secretariat; the officers hear of it.

    Raises NotAllowed naming what is missing: a promise must be specific, measurable, resourced
    and dated before it can be judged (UN Ocean's criteria; domain rule 1).
    """
    commitment = _held(commitment)
    _refuse_while(commitment, "submit")
    move = states.move(commitment, "submit", by=by)
    results.hand_in(commitment.framework, by=by)
    tell_all(User.objects.officers(), commitment, move)
    return commitment


@transaction.atomic
def request_change(commitment: Commitment, *, reason: str, by: User) -> Commitment:
    """Send it back with a reason, also when it was approved for a day that has not come; those
    who speak for the partner hear of it."""
    commitment = _held(commitment, also_gone=True)
    move = states.move(commitment, "request_change", by=by, reason=reason, publish_on=None)
    tell_all(speakers(commitment), commitment, move)
    return commitment


@transaction.atomic
def approve(
    commitment: Commitment,
    *,
    by: User,
    publish_on: date | None = None,
    now: datetime | None = None,
) -> Commitment:
    """Approve it, which publishes it at once, or at the first moment of a day to come in the time
    zone of its deadlines (`publish`); those who speak for the partner hear of it.

    Raises Refused where the day has passed, or comes after the end of the promise.
    """
    now = now or timezone.now()
    commitment = _held(commitment)
    _refuse_while(commitment, "approve")
    if publish_on is not None and (sentence := queries.why_not_on(commitment, publish_on, now)):
        raise Refused(sentence)
    waits = publish_on is not None and queries.begins_at(commitment, publish_on) > now
    day = publish_on if waits else None
    move = states.move(commitment, "approve", by=by, publish_on=day)
    if not waits:
        return _publish(commitment, by=by, now=now)
    tell_all(speakers(commitment), commitment, move)
    return commitment


@transaction.atomic
def publish(commitment: Commitment, *, by: User | None, now: datetime | None = None) -> Commitment:
    """Publish what was approved: its words and its goals are everybody's, reports are due from
    then on, and those who speak for its partners or follow its paragraphs hear of it. `by` is the
    officer who does not wait for the day, or nobody: the day has come."""
    commitment = _held(commitment)
    _refuse_while(commitment, "publish")
    return _publish(commitment, by=by, now=now or timezone.now())


def publish_due(now: datetime | None = None) -> Iterator[tuple[Commitment, str]]:
    """Publish what was approved for a day that has come; yields each with why it could not be, or
    "" where it was. Each is a transaction of its own, and what another run published meanwhile is
    passed over: run twice, it publishes once."""
    now = now or timezone.now()
    for commitment in queries.due(now):
        try:
            publish(commitment, by=None, now=now)
        except NotAllowed as refusal:
            if Commitment.objects.filter(pk=commitment.pk, state=State.APPROVED).exists():
                yield commitment, str(refusal)
        else:
            yield commitment, ""


def _publish(commitment: Commitment, *, by: User | None, now: datetime) -> Commitment:
    move = states.move(commitment, "publish", by=by, published_at=now)
    commitment.framework = results.publish_framework(commitment.framework, by=by)
    results.lay_periods(commitment.framework, now=now)
    results.refresh_lights([commitment.framework], now=now)
    amending.first_edition(commitment, by=by)
    changed(commitment)
    concerned = queries.concerned(commitment)
    tell_all(concerned, commitment, move)
    tell_followers(commitment, besides=[*concerned, *([by] if by else [])])
    return commitment


# --- Until it is fulfilled ---------------------------------------------------------------------


@transaction.atomic
def claim_completion(commitment: Commitment, *, by: User) -> Commitment:
    """Its partner says that it is fulfilled; the officers hear of it, and one of them looks at the
    proof: completion takes evidence and a second approver (after the Our Ocean conference's
    tracker; domain rule 5). Reports are due until it is closed.

    Raises NotAllowed where the last report does not say so, or figures lack checked proof.
    """
    commitment = _held(commitment)
    _refuse_while(commitment, "claim_completion")
    move = states.move(commitment, "claim_completion", by=by)
    changed(commitment)
    tell_all(User.objects.officers(), commitment, move)
    return commitment


@transaction.atomic
def refuse_completion(commitment: Commitment, *, reason: str, by: User) -> Commitment:
    """It is not found to be fulfilled yet, with the reason: it goes on as before. Its framework
    never ended, so its reports are due as they were."""
    commitment = _held(commitment, also_gone=True)
    move = states.move(commitment, "refuse_completion", by=by, reason=reason)
    changed(commitment)
    tell_all(queries.concerned(commitment), commitment, move)
    return commitment


@transaction.atomic
def close(commitment: Commitment, *, by: User) -> Commitment:
    """An officer finds it fulfilled. No report is due any more, and it stays public and counted.

    Raises NotAllowed where a later report or a check took the proof back meanwhile.
    """
    commitment = _held(commitment, also_gone=True)
    _refuse_while(commitment, "close")
    return _close(commitment, "close", by=by)


@transaction.atomic
def close_unfulfilled(commitment: Commitment, *, reason: str, by: User) -> Commitment:
    """An officer closes what ended without being fulfilled, with the reason. No report is due any
    more.

    Raises NotAllowed before its end, and while a report on its last period can be expected.
    """
    commitment = _held(commitment, also_gone=True)
    _refuse_while(commitment, "close_unfulfilled")
    return _close(commitment, "close_unfulfilled", by=by, reason=reason)


def _close(commitment: Commitment, verb: str, *, by: User, reason: str = "") -> Commitment:
    _settle_amendments(commitment, by)
    move = states.move(commitment, verb, by=by, reason=reason, closed_at=timezone.now())
    commitment.framework = results.end(commitment.framework, by=by)
    changed(commitment)
    tell_all(queries.concerned(commitment), commitment, move)
    return commitment


# --- When it is not heard of, or not kept ------------------------------------------------------


@transaction.atomic
def mark_inactive(commitment: Commitment, *, reason: str, by: User) -> Commitment:
    """An officer marks a promise of which nothing is heard. Its reports stay due, so that one of
    them can bring it back.

    Raises NotAllowed unless its light is silent.
    """
    commitment = _held(commitment, also_gone=True)
    _refuse_while(commitment, "mark_inactive")
    move = states.move(commitment, "mark_inactive", by=by, reason=reason)
    changed(commitment)
    tell_all(queries.concerned(commitment), commitment, move)
    return commitment


@transaction.atomic
def resume(commitment: Commitment, *, reason: str, by: User) -> Commitment:
    """Its partner or an officer takes it up again, once something was heard of it.

    Raises NotAllowed while its light is silent: a report is what ends the silence.
    """
    commitment = _held(commitment)
    _refuse_while(commitment, "resume")
    move = states.move(commitment, "resume", by=by, reason=reason)
    changed(commitment)
    tell_all([*queries.concerned(commitment), *User.objects.officers()], commitment, move)
    return commitment


@transaction.atomic
def withdraw(commitment: Commitment, *, reason: str, by: User) -> Commitment:
    """Take back a public promise. Its page stays and answers with the day and the reason; it
    counts no more, here or in key interventions, and no report on it is due. Officers and the
    other partners hear of it."""
    commitment = held(commitment)
    contributing.hold_frameworks(commitment)
    commitment.framework = states.lock(commitment.framework)
    _settle_amendments(commitment, by)
    move = states.move(commitment, "withdraw", by=by, reason=reason)
    reason = str(_("The commitment was withdrawn."))
    contributing.end_all(commitment, verb="withdraw", reason=reason, by=by)
    commitment.framework = results.end(commitment.framework, by=by)
    changed(commitment)
    tell_all([*queries.concerned(commitment), *User.objects.officers()], commitment, move)
    return commitment


def hold_all_of(partner: Partner) -> None:
    """Hold all commitments that a held partner leads, and then all frameworks on which it reports,
    also on interventions, with those to which its commitments contribute, until the caller's
    transaction ends (settings.PARTNER_HELD)."""
    own = Commitment.objects.filter(partner=partner)
    list(own.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk"))
    contributing.hold_all_of(partner)


@transaction.atomic
def partner_leaves(partner: Partner, successor: Partner | None, by: Any) -> None:
    """A partner leaves or is merged (settings.PARTNER_LEAVES).

    With a successor all its promises pass on to it, but for those it had taken back; who promised
    stays visible on each. Without one they stay with the partner, marked as such, and what waited
    for the secretariat or for its day goes back to a draft that nobody hands in. Whoever carries a
    promise on reports on it; of one that nobody carries on no report is due. Of its parts in the
    promises of others `parts.actions` tells.
    """
    own = list(partner.commitments.exclude(state=State.WITHDRAWN).order_by("pk"))
    for commitment in own:
        commitment = states.lock(commitment)
        if successor is not None:
            framework = parts.pass_lead(commitment, successor, by=by)
            if commitment.state in UNDER_WAY and framework.ended_at:
                results.lay_periods(results.begin_again(framework, by=by))
        elif commitment.state in (State.SUBMITTED, State.APPROVED):
            reason = str(_("The organisation left the coalition before this was published."))
            states.move(commitment, "request_change", by=by, reason=reason, publish_on=None)
        elif commitment.state in UNDER_WAY:
            contributing.end_all(commitment, verb="end", by=by)
            results.end(commitment.framework, by=by)
        if commitment.state in PUBLIC:
            changed(commitment)
    parts.partner_leaves(partner, successor, by=by)


# --- Common to all -----------------------------------------------------------------------------


def tell_all(people: Iterable[User], commitment: Commitment, move: Any) -> None:
    """One letter per person about this step, in their language; none to who did it."""
    tell_each(
        people,
        by=move.by,
        event=f"commitments.{move.verb}:{move.pk}",
        template=f"commitments/mail/{move.verb}.txt",
        context={"commitment": commitment, "move": move},
    )


def _held(commitment: Commitment, *, also_gone: bool = False) -> Commitment:
    """As `holding.held`, with its framework."""
    commitment = held(commitment, also_gone=also_gone)
    commitment.framework = states.lock(commitment.framework)
    return commitment


def _refuse_while(commitment: Commitment, verb: str) -> None:
    if sentence := states.refusal(commitment, verb):
        raise NotAllowed(sentence)
    if lacks := offers.lacks(commitment, verb):
        raise NotAllowed(" ".join(lacks))


def _settle_amendments(commitment: Commitment, by: User) -> None:
    """What somebody wished to change in it is given up: it changes no more."""
    for one in commitment.amendments.filter(state__in=[*AMENDMENT_OPEN, AmendmentState.PROPOSED]):
        amending.discard(one, by=by)
