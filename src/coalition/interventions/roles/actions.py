"""Who takes part: partners are asked, and each answers for itself.

Every verb is one transaction. The caller has asked the permission (`rules.py`); an action asks
only whether it may happen now. Locks: see `holding`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line
from coalition.interventions.holding import held, refuse_once_ended
from coalition.interventions.models import Intervention, Kind, Role, RoleMove
from coalition.interventions.queries import people_of
from coalition.interventions.roles.queries import version_of
from coalition.interventions.states import OPEN
from coalition.mailroom.actions import tell_each
from coalition.partners.asking import PART_HELD, PartState, refuse_unless_seen
from coalition.partners.models import Partner
from coalition.partners.queries import people_who
from coalition.results import actions as results

MOST_ROLES = 200  # in one intervention: what a page can list

# --- Whoever leads, or the secretariat ---------------------------------------------------------


@transaction.atomic
def ask(intervention: Intervention, partner: Partner, *, kind: str, what: str, by: Any) -> Role:
    """Ask a partner to confirm a role, or to confirm it again in other words; whoever signs for it
    gets a letter, and the public sees nothing before one of them confirmed it.

    Until somebody confirmed to lead a draft, the partner asked last is the one that leads it. Of
    what runs, the lead passes on when the new one confirms.
    Raises Refused for a role that is none, or that it holds or was asked for already in these
    words; NotAllowed where it is gone or suspended, or the intervention ended.
    """
    if kind not in Kind.values:
        raise Refused(_("Choose what the partner does in this intervention from the list."))
    what = clean_line(what, limit=Role._meta.get_field("what").max_length)
    intervention = held(intervention, partner, active=[partner])
    refuse_once_ended(intervention)
    if kind == Kind.LEAD:
        intervention.framework = states.lock(intervention.framework)
    role, move = _begin(intervention, partner, kind=kind, what=what, by=by)
    if kind == Kind.LEAD and not _has_lead(intervention):
        _pass_lead(intervention, partner, by=by)
    _tell("asked", people_who("sign", partner), role, move, by=by)
    return role


@transaction.atomic
def remove(role: Role, *, reason: str, by: User) -> Role:
    """Take a partner out, with a reason that its people read."""
    role = _held(role)
    refuse_once_ended(role.intervention)
    _refuse_without_lead(role)
    move = states.move(role, "remove", by=by, reason=reason)
    _tell("removed", people_who("sign", role.partner), role, move, by=by)
    _shown_anew(role.intervention)
    return role


# --- The one that was asked --------------------------------------------------------------------


@transaction.atomic
def confirm(role: Role, *, seen: str, by: User) -> Role:
    """The partner says yes, and everybody who sees the intervention sees its role. Who confirms to
    lead takes the lead over from the one that had it, whose role ends, and reports from then on.

    `seen` is the version that was read (`queries.version_of`); raises NotAllowed where the role or
    the intervention was reworded since.
    """
    role = _held(role, must_be_active=True)
    refuse_once_ended(role.intervention)
    refuse_unless_seen(seen, version_of(role))
    if sentence := states.refusal(role, "confirm"):
        raise NotAllowed(sentence)
    if role.kind == Kind.LEAD:
        _take_lead(role, by=by)
    move = states.move(role, "confirm", by=by)
    _tell("confirmed", _other_side(role), role, move, by=by)
    _shown_anew(role.intervention)
    return role


@transaction.atomic
def decline(role: Role, *, reason: str, by: User) -> Role:
    """The partner says no, with a reason that the other side reads."""
    role = _held(role, must_be_active=True)
    refuse_once_ended(role.intervention)
    move = states.move(role, "decline", by=by, reason=reason)
    _tell("declined", _other_side(role), role, move, by=by)
    return role


@transaction.atomic
def leave(role: Role, *, reason: str, by: User) -> Role:
    """The partner gives up a role that it had confirmed, with a reason. Raises NotAllowed for the
    one that leads: another one has to confirm first that it does."""
    role = _held(role, must_be_active=True)
    refuse_once_ended(role.intervention)
    _refuse_without_lead(role)
    move = states.move(role, "leave", by=by, reason=reason)
    _tell("left", _other_side(role), role, move, by=by)
    _shown_anew(role.intervention)
    return role


# --- A partner leaves the coalition ------------------------------------------------------------


def partner_leaves(partner: Partner, successor: Partner | None, *, by: Any) -> None:
    """Its roles pass on to its successor, unless that has the same one; else they end. Whoever
    leaves holds the partner, and with it all its roles."""
    open_ones = partner.roles.filter(state__in=PART_HELD, intervention__state__in=OPEN)
    for role in open_ones.select_related("intervention__framework").order_by("pk"):
        role = states.lock(role)
        intervention = states.lock(role.intervention)
        role.intervention = intervention
        if (
            successor is None
            or intervention.roles.filter(partner=successor, kind=role.kind).exists()
        ):
            move = states.move(role, "end", by=by)
            _tell("ended", _other_side(role), role, move, by=by)
        else:
            role.partner = successor
            role.save(update_fields=["partner"])
            audit.record("interventions.pass_on_role", role, by=by, refs=[partner, successor])
        if successor is not None and intervention.partner_id == partner.pk:
            _pass_lead(intervention, successor, by=by)
        _shown_anew(intervention)


# --- Common to all -----------------------------------------------------------------------------


def _held(role: Role, *, must_be_active: bool = False) -> Role:
    """The role read afresh, held with its intervention and partner."""
    active = [role.partner] if must_be_active else []
    intervention = held(role.intervention, role.partner, active=active)
    if role.kind == Kind.LEAD:  # the framework may pass on with it, and is held before the trail
        intervention.framework = states.lock(intervention.framework)
    fresh: Role = states.lock(role)
    if fresh.partner_id != role.partner_id:
        raise NotAllowed(_("This role passed on to another partner. Please look again."))
    fresh.intervention = intervention
    return fresh


def _begin(
    intervention: Intervention, partner: Partner, *, kind: str, what: str, by: Any
) -> tuple[Role, RoleMove]:
    """The partner's role, asked for the first time or anew."""
    words = {"what": what, "asked_at": timezone.now()}
    role = intervention.roles.filter(partner=partner, kind=kind).first()
    if role is None:
        if intervention.roles.count() >= MOST_ROLES:
            raise Refused(_("An intervention has at most %d roles.") % MOST_ROLES)
        role = intervention.roles.create(partner=partner, kind=kind, **words)
        role.intervention = intervention
        move = role.moves.create(verb="ask", from_state="", to_state=role.state, by=by)
        audit.record("interventions.ask", role, by=by, refs=[intervention, partner])
        return role, move
    role = states.lock(role)
    role.intervention = intervention
    is_new = role.state not in PART_HELD or (
        role.state == PartState.CONFIRMED and role.what != what
    )
    if not is_new or (role.kind == Kind.LEAD and role.state == PartState.CONFIRMED):
        raise Refused(
            _("%(partner)s has this role already, or was asked for it.") % {"partner": partner.name}
        )
    return role, states.move(role, "ask", by=by, **words)


def _has_lead(intervention: Intervention) -> bool:
    return bool(intervention.roles.confirmed().filter(kind=Kind.LEAD).exists())


def _refuse_without_lead(role: Role) -> None:
    if role.kind == Kind.LEAD and role.state == PartState.CONFIRMED:
        raise NotAllowed(
            _("This partner leads. Ask another one to lead: once it confirms, this role ends.")
        )


def _take_lead(role: Role, *, by: Any) -> None:
    """Whoever led until now hands over, and the new one reports."""
    intervention = role.intervention
    for before in intervention.roles.confirmed().filter(kind=Kind.LEAD).exclude(pk=role.pk):
        before = states.lock(before)
        before.intervention = intervention
        move = states.move(before, "hand_over", by=by)
        _tell("handed_over", people_who("edit", before.partner), before, move, by=by)
    if intervention.partner_id != role.partner_id:
        _pass_lead(intervention, role.partner, by=by)


def _pass_lead(intervention: Intervention, to: Partner, *, by: Any) -> None:
    if intervention.partner_id == to.pk:
        return
    before = intervention.partner
    intervention.partner = to
    intervention.save(update_fields=["partner"])
    intervention.framework = results.pass_on(intervention.framework, to, by=by)
    audit.record("interventions.pass_on", intervention, by=by, refs=[before, to])


def _other_side(role: Role) -> list[User]:
    """Those who asked for it: who leads, and the officers where nobody does yet."""
    if role.kind == Kind.LEAD or not _has_lead(role.intervention):
        return [*User.objects.officers(), *people_of(role.intervention)]
    return people_who("edit", role.intervention.partner)


def _shown_anew(intervention: Intervention) -> None:
    """Whoever reads a public intervention sees at once who takes part."""
    if intervention.published_at is not None:
        record_changed(intervention)


def _tell(what: str, people: Iterable[User], role: Role, step: Any, *, by: Any) -> None:
    """One letter per person about this step, in their language; none to who took it."""
    tell_each(
        people,
        by=by,
        event=f"interventions.role_{what}:{step.pk}",
        template=f"interventions/mail/role_{what}.txt",
        context={"role": role, "intervention": role.intervention, "step": step},
    )
