"""The verbs of a commitment. Each is one transaction: state, history, audit, letters, or nothing.

The caller has asked the permission (`rules.py`); an action asks only whether it may happen now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed
from coalition.base.numbers import next_reference
from coalition.commitments import queries
from coalition.commitments.models import Commitment, Delivery
from coalition.commitments.states import State
from coalition.instruments.actions import tell_followers
from coalition.instruments.models import Instrument, Provision
from coalition.mailroom.actions import tell
from coalition.partners.models import Partner
from coalition.partners.values import locked_and_active


@transaction.atomic
def draft(partner: Partner, *, title: str, language: str, by: User) -> Commitment:
    """Begin a commitment of the partner; only those who speak for the partner see it."""
    partner = locked_and_active(partner)
    commitment = Commitment.objects.create(
        reference=next_reference("COM"),
        partner=partner,
        title=title,
        language=language,
        is_example=partner.is_example,
    )
    audit.record("commitments.draft", commitment, by=by, refs=[partner])
    return commitment


@transaction.atomic
def edit(commitment: Commitment, *, fields: Mapping[str, Any], by: User) -> Commitment:
    """Change texts, dates, level, and the lists places, themes, challenges, priorities, comments.

    Raises NotAllowed once the commitment is with the secretariat or published.
    """
    commitment = editable(commitment)
    lists = {"places", "themes", "challenges", "priorities", "comments"} & fields.keys()
    plain = {name: value for name, value in fields.items() if name not in lists}
    plain["changed_at"] = timezone.now()
    for name, value in plain.items():
        setattr(commitment, name, value)
    commitment.save(update_fields=list(plain))
    for name in sorted(lists):
        getattr(commitment, name).set(fields[name])
    audit.record("commitments.edit", commitment, by=by)
    return commitment


@transaction.atomic
def deliver_on(
    commitment: Commitment, instrument: Instrument, *, how: Mapping[int, str], by: User
) -> Commitment:
    """Choose the provisions of one instrument that the commitment delivers on.

    `how` maps the id of each chosen provision to a sentence, perhaps empty; provisions of other
    instruments stay as they are.
    """
    commitment = editable(commitment)
    chosen = Provision.objects.filter(instrument=instrument, pk__in=how)
    commitment.deliveries.filter(provision__instrument=instrument).delete()
    Delivery.objects.bulk_create(
        Delivery(commitment=commitment, provision=provision, how=how[provision.pk])
        for provision in chosen
    )
    commitment.changed_at = timezone.now()
    commitment.save(update_fields=["changed_at"])
    audit.record("commitments.deliver_on", commitment, by=by, refs=chosen)
    return commitment


def editable(commitment: Commitment) -> Commitment:
    """The commitment read afresh and locked; NotAllowed when its words are fixed by now, or when
    nobody may act for its partner."""
    locked_and_active(commitment.partner)
    commitment = states.lock(commitment)
    if not commitment.is_editable:
        raise NotAllowed(
            _("Only a draft, or what was sent back, can be changed; this commitment is “%s”.")
            % commitment.get_state_display()
        )
    return commitment


@transaction.atomic
def submit(commitment: Commitment, *, by: User) -> Commitment:
    """Hand the commitment to the secretariat; the officers hear of it.

    Raises NotAllowed naming what is missing: a promise must be specific, measurable, resourced
    and dated before it can be judged (UN Ocean's criteria; domain rule 1).
    """
    locked_and_active(commitment.partner)
    commitment = states.lock(commitment)
    if missing := queries.missing(commitment):
        raise NotAllowed(
            _("Before it can be sent, please add: %s.") % ", ".join(str(one) for one in missing)
        )
    move = states.move(commitment, "submit", by=by)
    tell_all(User.objects.officers(), commitment, move)
    return commitment


@transaction.atomic
def request_change(commitment: Commitment, *, reason: str, by: User) -> Commitment:
    """Send it back with a reason; those who speak for the partner hear of it."""
    commitment = states.lock(commitment)
    move = states.move(commitment, "request_change", by=by, reason=reason)
    tell_all(queries.speakers(commitment), commitment, move)
    return commitment


@transaction.atomic
def approve(commitment: Commitment, *, by: User) -> Commitment:
    """Approve it, which publishes it at once; those who speak for the partner hear of it."""
    commitment = states.lock(commitment)
    states.move(commitment, "approve", by=by)
    commitment.published_at = timezone.now()
    commitment.save(update_fields=["published_at"])
    move = states.move(commitment, "publish", by=by)
    record_changed(commitment)
    speakers = queries.speakers(commitment)
    tell_all(speakers, commitment, move)
    tell_followers(commitment, besides=[by, *speakers])
    return commitment


@transaction.atomic
def withdraw(commitment: Commitment, *, reason: str, by: User) -> Commitment:
    """Take back a published promise. Its page stays and answers with the day and the reason."""
    locked_and_active(commitment.partner)
    commitment = states.lock(commitment)
    move = states.move(commitment, "withdraw", by=by, reason=reason)
    record_changed(commitment)
    tell_all(User.objects.officers(), commitment, move)
    return commitment


@transaction.atomic
def partner_leaves(partner: Partner, successor: Partner | None, by: Any) -> None:
    """A partner leaves or is merged (settings.PARTNER_LEAVES).

    With a successor all its promises pass on to it, but for those it had taken back; who promised
    stays visible on each. Without one they stay with the partner, marked as such, and what waited
    for the secretariat goes back to a draft that nobody hands in.
    """
    own = list(partner.commitments.exclude(state=State.WITHDRAWN).order_by("pk"))
    for commitment in own:
        commitment = states.lock(commitment)
        if successor is not None:
            commitment.promised_by = commitment.promised_by or partner
            commitment.partner = successor
            commitment.save(update_fields=["partner", "promised_by"])
            audit.record("commitments.pass_on", commitment, by=by, refs=[partner, successor])
        elif commitment.state == State.SUBMITTED:
            reason = str(_("The organisation left the coalition before this was published."))
            states.move(commitment, "request_change", by=by, reason=reason)
        if commitment.state == State.PUBLISHED:
            record_changed(commitment)


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
