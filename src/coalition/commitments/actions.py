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
from coalition.results import actions as results
from coalition.results.frameworks.checks import Typed
from coalition.results.models import Framework, Indicator, Measure, Unit


@transaction.atomic
def draft(partner: Partner, *, title: str, language: str, by: User) -> Commitment:
    """Begin a commitment of the partner; only those who speak for the partner see it."""
    partner = locked_and_active(partner)
    framework = results.open_framework(
        owner_kind="commitment",
        reporter=partner,
        language=language,
        by=by,
        is_example=partner.is_example,
    )
    commitment = Commitment.objects.create(
        reference=next_reference("COM"),
        partner=partner,
        framework=framework,
        title=title,
        language=language,
        is_example=partner.is_example,
    )
    audit.record("commitments.draft", commitment, by=by, refs=[partner])
    return commitment


@transaction.atomic
def edit(commitment: Commitment, *, fields: Mapping[str, Any], by: User) -> Commitment:
    """Change texts, dates, level, and the lists places, themes, challenges, priorities, comments.

    Its reporting periods follow its dates. Raises NotAllowed once the commitment is with the
    secretariat or published, and Refused where the dates would make far too many periods.
    """
    commitment = editable(commitment)
    lists = {"places", "themes", "challenges", "priorities", "comments"} & fields.keys()
    plain = {name: value for name, value in fields.items() if name not in lists}
    plain["changed_at"] = timezone.now()
    for name, value in plain.items():
        setattr(commitment, name, value)
    commitment.save(update_fields=list(plain))
    if "language" in plain:
        Framework.objects.filter(commitment=commitment).update(language=plain["language"])
    if {"starts_on", "ends_on"} & plain.keys():
        results.lay_periods(commitment.framework)
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


@transaction.atomic
def set_first_goal(
    commitment: Commitment,
    *,
    goal: str,
    measured: str,
    unit: Unit | None,
    target: Typed,
    baseline: Typed | None,
    source: str,
    no_baseline: str,
    by: User,
) -> Indicator:
    """Write one goal with its indicator, target and baseline (`baseline` None: `no_baseline` says
    why there is none). Without a unit all is in words. Raises Refused with what is wrong."""
    commitment = editable(commitment)
    result = results.add_result(commitment.framework, title=goal, by=by)
    measure = Measure.NUMBER if unit else Measure.TEXT
    indicator = results.add_indicator(result, title=measured, measure=measure, unit=unit, by=by)
    results.set_target(indicator, value=target.value, text=target.text, by=by)
    if baseline:
        results.set_baseline(
            indicator,
            value=baseline.value,
            text=baseline.text,
            as_of=timezone.now().date(),
            source=source,
            by=by,
        )
    else:
        results.say_no_baseline(indicator, because=no_baseline, by=by)
    return indicator


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


def _held(commitment: Commitment) -> Commitment:
    """The commitment read afresh, held with its framework: before the end of the trail, for which
    whoever holds a framework waits."""
    commitment = states.lock(commitment)
    states.lock(commitment.framework)
    return commitment


@transaction.atomic
def submit(commitment: Commitment, *, by: User) -> Commitment:
    """Hand the commitment to the secretariat; the officers hear of it.

    Raises NotAllowed naming what is missing: a promise must be specific, measurable, resourced
    and dated before it can be judged (UN Ocean's criteria; domain rule 1).
    """
    locked_and_active(commitment.partner)
    commitment = _held(commitment)
    if missing := queries.missing(commitment):
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
    record_changed(commitment)
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
    record_changed(commitment)
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
