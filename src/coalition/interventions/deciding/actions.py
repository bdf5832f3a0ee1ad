"""The life of a key intervention. Each verb is one transaction: state, history, audit, letters, or
nothing.

The caller has asked the permission (`rules.py`); an action asks only whether it may happen now.
Locks: see `holding`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed
from coalition.instruments.actions import tell_followers
from coalition.interventions.deciding.offers import lacks
from coalition.interventions.holding import held
from coalition.interventions.models import Intervention, Kind, Role
from coalition.interventions.queries import people_of
from coalition.interventions.roles import actions as roles
from coalition.interventions.states import RUNNING
from coalition.mailroom.actions import tell_each
from coalition.partners.models import Partner
from coalition.results import actions as results
from coalition.results.totals.actions import hold

# --- From an idea to the end -------------------------------------------------------------------


@transaction.atomic
def announce(intervention: Intervention, *, by: User) -> Intervention:
    """Everybody sees that it is being prepared; what it shall change may still be said otherwise.
    Who follows a paragraph that it takes up hears of it.

    Raises NotAllowed naming what is missing (`offers.lacks`).
    """
    intervention = _held(intervention, "announce")
    move = states.move(intervention, "announce", by=by, published_at=timezone.now())
    results.hand_in(intervention.framework, by=by)
    fresh = _told(intervention, move)
    tell_followers(fresh, besides=[by, *people_of(fresh), *User.objects.officers()])
    return fresh


@transaction.atomic
def kick_off(intervention: Intervention, *, by: User) -> Intervention:
    """Its goals are everybody's and fixed, and reports are due from now on.

    Raises NotAllowed naming what is missing.
    """
    intervention = _held(intervention, "kick_off")
    move = states.move(intervention, "kick_off", by=by, began_on=timezone.localdate())
    intervention.framework = results.publish_framework(intervention.framework, by=by)
    results.lay_periods(intervention.framework)
    results.refresh_lights([intervention.framework])
    return _told(intervention, move)


@transaction.atomic
def carry_out(intervention: Intervention, *, by: User) -> Intervention:
    """The preparations are done, and the work has begun."""
    intervention = _held(intervention, "carry_out")
    return _told(intervention, states.move(intervention, "carry_out", by=by))


@transaction.atomic
def finalise(intervention: Intervention, *, by: User) -> Intervention:
    """The work is done; the last reports and accounts are being made."""
    intervention = _held(intervention, "finalise")
    return _told(intervention, states.move(intervention, "finalise", by=by))


@transaction.atomic
def close(intervention: Intervention, *, by: User) -> Intervention:
    """An officer who has no part in it finds it completed: completion takes evidence and a second
    approver (domain rule 5). No report is due any more.

    Raises NotAllowed where the last report does not say so, or figures lack checked proof.
    """
    intervention = _held(intervention, "close", also_gone=True)
    return _ended(intervention, "close", by=by)


# --- When it stops -----------------------------------------------------------------------------


@transaction.atomic
def suspend(intervention: Intervention, *, reason: str, by: Any) -> Intervention:
    """It rests, with the reason: no report is due until it is taken up again."""
    intervention = _held(intervention, "suspend", also_gone=True)
    move = states.move(intervention, "suspend", by=by, reason=reason)
    intervention.framework = results.end(intervention.framework, by=by)
    return _told(intervention, move)


@transaction.atomic
def resume(intervention: Intervention, *, reason: str, by: User) -> Intervention:
    """It is taken up again, and reports are due from now on.

    Raises NotAllowed where no partner leads it.
    """
    intervention = _held(intervention, "resume")
    # Others may count towards its totals, and hold these before the end of the trail.
    hold(list(intervention.framework.indicators.values_list("pk", flat=True)))
    move = states.move(intervention, "resume", by=by, reason=reason)
    intervention.framework = results.begin_again(intervention.framework, by=by)
    results.lay_periods(intervention.framework)
    results.refresh_lights([intervention.framework])
    return _told(intervention, move)


@transaction.atomic
def cancel(intervention: Intervention, *, reason: str, by: User) -> Intervention:
    """It will not be done, or not be done to its end, with the reason. Its page stays."""
    intervention = _held(intervention, "cancel", also_gone=True)
    return _ended(intervention, "cancel", by=by, reason=reason)


def _ended(intervention: Intervention, verb: str, *, by: User, reason: str = "") -> Intervention:
    today: date = timezone.localdate()
    fields: dict[str, Any] = {"closed_at": timezone.now()}
    if intervention.began_on is not None:
        fields["ended_on"] = max(today, intervention.began_on)
    move = states.move(intervention, verb, by=by, reason=reason, **fields)
    intervention.framework = results.end(intervention.framework, by=by)
    return _told(intervention, move)


# --- A partner leaves the coalition ------------------------------------------------------------


def hold_all_of(partner: Partner) -> None:
    """Hold all interventions in which a held partner has a role, until the caller's transaction
    ends (settings.PARTNER_HELD). One query; the last room holds the frameworks on which it
    reports, in one order for all rooms."""
    rows = Intervention.objects.filter(pk__in=partner.roles.values("intervention")).order_by("pk")
    list(rows.select_for_update(no_key=True, of=("self",)).values_list("pk"))


@transaction.atomic
def partner_leaves(partner: Partner, successor: Partner | None, by: Any) -> None:
    """A partner leaves or is merged (settings.PARTNER_LEAVES). Its roles pass on to its successor
    or end; what it led and nobody carries on is suspended, until another one leads it: also where
    its successor had said no to leading it."""
    roles.partner_leaves(partner, successor, by=by)
    concerned = Intervention.objects.filter(partner__in=[partner, successor or partner])
    confirmed = Role.objects.confirmed().filter(kind=Kind.LEAD)
    alone = concerned.filter(state__in=RUNNING).exclude(pk__in=confirmed.values("intervention"))
    for one in alone.order_by("pk"):
        locked = states.lock(one)
        reason = str(_("The partner that led it left the coalition."))
        move = states.move(locked, "suspend", by=by, reason=reason)
        locked.framework = results.end(locked.framework, by=by)
        _told(locked, move)


# --- Common to all -----------------------------------------------------------------------------


def _held(intervention: Intervention, verb: str, *, also_gone: bool = False) -> Intervention:
    """The intervention and its framework, held; NotAllowed where the verb may not happen now."""
    active = [] if also_gone else [intervention.partner]
    intervention = held(intervention, active=active)
    intervention.framework = states.lock(intervention.framework)
    if sentence := states.refusal(intervention, verb):
        raise NotAllowed(sentence)
    if found := lacks(intervention, verb):
        raise NotAllowed(" ".join(found))
    return intervention


def _told(intervention: Intervention, move: Any) -> Intervention:
    """Those who take part and the officers hear of the step, and readers see it. Returns the row
    as the database has it, with what it derived."""
    fresh = Intervention.objects.select_related("partner", "framework").get(pk=intervention.pk)
    record_changed(fresh)
    tell_all([*people_of(fresh), *User.objects.officers()], fresh, move)
    return fresh


def tell_all(people: Iterable[User], intervention: Intervention, move: Any) -> None:
    """One letter per person about this step, in their language; none to who did it."""
    tell_each(
        people,
        by=move.by,
        event=f"interventions.{move.verb}:{move.pk}",
        template="interventions/mail/moved.txt",
        context={
            "intervention": intervention,
            "move": move,
            "done": Intervention.VERBS[move.verb].done,
        },
    )
