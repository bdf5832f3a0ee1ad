"""The life of a promise. Each verb is one transaction: state, history, audit, letters, or
nothing.

The caller has asked the permission (`rules.py`); an action asks only whether it may happen now.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.errors import NotAllowed
from coalition.commitments import queries
from coalition.commitments.exploring.actions import changed
from coalition.commitments.models import Commitment
from coalition.commitments.states import State
from coalition.commitments.writing.quality import missing as missing_of
from coalition.instruments.actions import tell_followers
from coalition.mailroom.actions import tell
from coalition.partners.models import Partner
from coalition.partners.values import locked_and_active
from coalition.results import actions as results


@transaction.atomic
def submit(commitment: Commitment, *, by: User) -> Commitment:
    """Hand the commitment to the secretariat; the officers hear of it.

    Raises NotAllowed naming what is missing: a promise must be specific, measurable, resourced
    and dated before it can be judged (UN Ocean's criteria; domain rule 1).
    """
    locked_and_active(commitment.partner)
    commitment = _held(commitment)
    if missing := missing_of(commitment):
        raise NotAllowed(
            _("Before it can be sent, please add: %s.") % ", ".join(str(one) for one in missing)
        )
    move = states.move(commitment, "submit", by=by)
    results.hand_in(commitment.framework, by=by)
    tell_all(User.objects.officers(), commitment, move)
    return commitment


@transaction.atomic
def request_change(commitment: Commitment, *, reason: str, by: User) -> Commitment:
    """Send it back with a reason; those who speak for the partner hear of it."""
    states.lock(commitment.partner)
    commitment = states.lock(commitment)
    move = states.move(commitment, "request_change", by=by, reason=reason)
    tell_all(queries.speakers(commitment), commitment, move)
    return commitment


@transaction.atomic
def approve(commitment: Commitment, *, by: User) -> Commitment:
    """Approve it, which publishes it and its goals at once, and from then on reports are due;
    those who speak for the partner hear of it."""
    states.lock(commitment.partner)
    commitment = _held(commitment)
    states.move(commitment, "approve", by=by)
    commitment.published_at = timezone.now()
    commitment.save(update_fields=["published_at"])
    move = states.move(commitment, "publish", by=by)
    framework = results.publish_framework(commitment.framework, by=by)
    results.lay_periods(framework)
    results.refresh_lights([framework])
    changed(commitment)
    speakers = queries.speakers(commitment)
    tell_all(speakers, commitment, move)
    tell_followers(commitment, besides=[by, *speakers])
    return commitment


@transaction.atomic
def withdraw(commitment: Commitment, *, reason: str, by: User) -> Commitment:
    """Take back a published promise. Its page stays and answers with the day and the reason; no
    report on it is due any more."""
    locked_and_active(commitment.partner)
    commitment = _held(commitment)
    move = states.move(commitment, "withdraw", by=by, reason=reason)
    results.end(commitment.framework, by=by)
    changed(commitment)
    tell_all(User.objects.officers(), commitment, move)
    return commitment


@transaction.atomic
def partner_leaves(partner: Partner, successor: Partner | None, by: Any) -> None:
    """A partner leaves or is merged (settings.PARTNER_LEAVES).

    With a successor all its promises pass on to it, but for those it had taken back; who promised
    stays visible on each. Without one they stay with the partner, marked as such, and what waited
    for the secretariat goes back to a draft that nobody hands in. Whoever carries a promise on
    reports on it; of one that nobody carries on no report is due.
    """
    own = list(partner.commitments.exclude(state=State.WITHDRAWN).order_by("pk"))
    for commitment in own:
        commitment = states.lock(commitment)
        if successor is not None:
            commitment.promised_by = commitment.promised_by or partner
            commitment.partner = successor
            commitment.save(update_fields=["partner", "promised_by"])
            results.pass_on(commitment.framework, successor, by=by)
            audit.record("commitments.pass_on", commitment, by=by, refs=[partner, successor])
        elif commitment.state == State.SUBMITTED:
            reason = str(_("The organisation left the coalition before this was published."))
            states.move(commitment, "request_change", by=by, reason=reason)
        elif commitment.state == State.PUBLISHED:
            results.end(commitment.framework, by=by)
        if commitment.state == State.PUBLISHED:
            changed(commitment)


def tell_all(people: Iterable[User], commitment: Commitment, move: Any) -> None:
    """One letter per person about this step, in their language."""
    for person in people:
        if person.pk != move.by_id:
            tell(
                person,
                event=f"commitments.{move.verb}:{move.pk}",
                template=f"commitments/mail/{move.verb}.txt",
                context={"commitment": commitment, "move": move},
            )


def _held(commitment: Commitment) -> Commitment:
    """The commitment read afresh, held with its framework: before the end of the trail, for which
    whoever holds a framework waits."""
    commitment = states.lock(commitment)
    states.lock(commitment.framework)
    return commitment
