"""Joint commitments: one partner leads and asks others, and each answers for itself.

Every verb is one transaction: state, history, audit and letters, or nothing. The caller has asked
the permission (`rules.py`); an action asks only whether it may happen now. Locks are taken in one
order everywhere: partners by their keys, the commitment, the part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line
from coalition.commitments.contributing import actions as contributing
from coalition.commitments.exploring.actions import changed
from coalition.commitments.holding import refuse_unless_led_by
from coalition.commitments.models import Commitment, Part, PartMove, PartRole
from coalition.commitments.parts.queries import version_of
from coalition.commitments.states import (
    PART_HELD,
    PART_VERBS,
    PARTS_FIXED,
    PARTS_OPEN,
    PUBLIC,
    PartState,
    State,
)
from coalition.mailroom.actions import tell_each
from coalition.partners.asking import refuse_unless_seen
from coalition.partners.models import Partner
from coalition.partners.queries import people_who
from coalition.partners.values import refuse_unless_joined
from coalition.results import actions as results
from coalition.results.models import Framework

MOST_PARTS = 100  # in one commitment: what a page can list
NO_OFFER = {"lead_offered_at": None, "role_of_lead": "", "what_of_lead": ""}


# --- The one that leads ----------------------------------------------------------------------


@transaction.atomic
def ask(commitment: Commitment, partner: Partner, *, role: str, what: str, by: User) -> Part:
    """Ask a partner to confirm a part, or to confirm it again where it ended; whoever signs for
    the partner gets a letter, and the public sees nothing before one of them confirmed it.

    Raises Refused for a role or words that cannot be taken and for a partner that leads or has a
    part; NotAllowed where the commitment is with the secretariat or has ended.
    """
    role, what = _said(role, what)
    if partner.pk == commitment.partner_id:
        raise Refused(_("Your organisation leads this commitment. Choose another partner."))
    commitment = _hold(commitment, partner, active=[commitment.partner, partner])
    _refuse_unless_open(commitment)
    part, move = _begin("ask", commitment, partner, role=role, what=what, by=by)
    _tell("asked", people_who("sign", partner), part, move, by=by)
    return part


def ask_again(part: Part, *, role: str, what: str, by: User) -> Part:
    """As `ask`, for a part that ended."""
    return ask(part.commitment, part.partner, role=role, what=what, by=by)


@transaction.atomic
def change(part: Part, *, role: str, what: str, seen: str, by: User) -> Part:
    """Say otherwise what the partner does. Where it had confirmed, it is asked again, and until it
    answers the public does not see it: nobody is held to words they did not say.

    `seen` is the version on which the change rests (`queries.version_of`); raises NotAllowed
    where there is a newer one.
    """
    role, what = _said(role, what)
    part = _held(part, active=[part.commitment.partner, part.partner])
    _refuse_unless_open(part.commitment)
    refuse_unless_seen(seen, version_of(part))
    if part.state not in PART_HELD:
        raise NotAllowed(states.refusal(part, "remove"))
    if (part.role, part.what) == (role, what):
        return part
    words = {"role": role, "what": what, "asked_at": timezone.now()}
    if states.refusal(part, "confirm"):
        move = states.move(part, "ask", by=by, **words, **NO_OFFER)
        _tell("changed", people_who("sign", part.partner), part, move, by=by)
        _shown_anew(part.commitment)
    else:
        _write(part, words)
        audit.record("commitments.change_part", part, by=by)
    return part


@transaction.atomic
def remove(part: Part, *, reason: str, by: User) -> Part:
    """Take a partner out, with a reason that its people read."""
    part = _held(part, active=[part.commitment.partner])
    _refuse_unless_open(part.commitment)
    move = states.move(part, "remove", by=by, reason=reason, **NO_OFFER)
    _tell("removed", people_who("sign", part.partner), part, move, by=by)
    _shown_anew(part.commitment)
    return part


# --- The one that was asked ------------------------------------------------------------------


@transaction.atomic
def confirm(part: Part, *, seen: str, by: User) -> Part:
    """The partner says yes to these words, and everybody who sees the commitment sees its part.

    `seen` is the version that was read (`queries.version_of`); raises NotAllowed where the part or
    the promise was reworded since.
    """
    part = _held(part, active=[part.commitment.partner, part.partner])
    _refuse_once_ended(part.commitment)
    refuse_unless_seen(seen, version_of(part))
    move = states.move(part, "confirm", by=by)
    _tell("confirmed", people_who("edit", part.commitment.partner), part, move, by=by)
    _shown_anew(part.commitment)
    return part


@transaction.atomic
def decline(part: Part, *, reason: str, by: User) -> Part:
    """The partner says no, with a reason that the one that leads reads."""
    part = _held(part, active=[part.partner])
    _refuse_once_ended(part.commitment)
    move = states.move(part, "decline", by=by, reason=reason)
    _tell("declined", people_who("edit", part.commitment.partner), part, move, by=by)
    return part


@transaction.atomic
def leave(part: Part, *, reason: str, by: User) -> Part:
    """The partner gives up a part that it had confirmed, with a reason."""
    part = _held(part, active=[part.partner])
    _refuse_once_ended(part.commitment)
    move = states.move(part, "leave", by=by, reason=reason, **NO_OFFER)
    _tell("left", people_who("edit", part.commitment.partner), part, move, by=by)
    _shown_anew(part.commitment)
    return part


# --- The lead is handed over -----------------------------------------------------------------


@transaction.atomic
def offer_lead(part: Part, *, role: str, what: str, by: User) -> Part:
    """Offer a partner that confirmed its part to lead and report from now on, and say what one
    will do oneself (`role`, `what`) once it took over."""
    role, what = _said(role, what)
    part = _held(part, active=[part.commitment.partner, part.partner])
    _refuse_unless_open(part.commitment)
    if sentence := states.refusal(part, "leave"):
        raise NotAllowed(sentence)
    offer = {"lead_offered_at": timezone.now(), "role_of_lead": role, "what_of_lead": what}
    _write(part, offer)
    event = audit.record("commitments.offer_lead", part, by=by)
    _tell("lead_offered", people_who("sign", part.partner), part, event, by=by)
    return part


@transaction.atomic
def end_offer(part: Part, *, by: User) -> Part:
    """The offer is taken back, or refused by the one to whom it was made; the other side hears."""
    part = _held(part, active=[])
    if part.lead_offered_at is None:
        raise NotAllowed(_("The lead is not offered to this partner, or not any more."))
    _write(part, NO_OFFER)
    event = audit.record("commitments.end_offer", part, by=by)
    both = [*people_who("sign", part.partner), *people_who("sign", part.commitment.partner)]
    _tell("offer_ended", both, part, event, by=by)
    return part


@transaction.atomic
def take_lead(part: Part, *, seen: str, by: User) -> Commitment:
    """Lead and report from now on. The one that led until now goes on with the part that it
    named when it offered the lead. Raises NotAllowed where the lead is not offered, or something
    else was read (`seen`) than is offered by now."""
    part = _held(part, active=[part.commitment.partner, part.partner])
    commitment, former = part.commitment, part.commitment.partner
    _refuse_unless_open(commitment)
    if part.lead_offered_at is None:
        raise NotAllowed(_("The lead is not offered to this partner, or not any more."))
    refuse_unless_seen(seen, version_of(part))
    contributing.hold_frameworks(commitment)
    words = {"role": part.role_of_lead, "what": part.what_of_lead}
    pass_lead(commitment, part.partner, by=by)
    commitment.parts.update(**NO_OFFER)
    own, move = _begin("hand_over", commitment, former, **words, by=by)
    both = [*people_who("edit", former), *people_who("edit", commitment.partner)]
    _tell("lead_taken", both, own, move, by=by)
    _shown_anew(commitment)
    return commitment


def pass_lead(commitment: Commitment, to: Partner, *, by: Any) -> Framework:
    """Another partner leads a held commitment and reports on it (what is returned); a part that it
    had ends, for it has all of it now, and what it contributes is its own. Who promised it in
    public stays named."""
    before = commitment.partner
    for part in commitment.parts.filter(partner=to, state__in=PART_HELD):
        states.move(states.lock(part), "take_lead", by=by, **NO_OFFER)
    if commitment.published_at or before.is_gone:
        promised_by = commitment.promised_by or before
        commitment.promised_by = None if promised_by == to else promised_by
    if to.commitments.filter(list_key=commitment.list_key).exists():
        commitment.list_key = ""  # a row of another list than that of its partner
    commitment.partner = to
    commitment.save(update_fields=["partner", "promised_by", "list_key"])
    framework = results.pass_on(commitment.framework, to, by=by)
    contributing.pass_on(commitment, before, to, by=by)
    audit.record("commitments.pass_on", commitment, by=by, refs=[before, to])
    return framework


# --- A partner leaves the coalition ----------------------------------------------------------


def partner_leaves(partner: Partner, successor: Partner | None, *, by: Any) -> None:
    """A partner leaves or is merged. Its parts pass on to its successor, unless that leads or has
    had a part of its own; else they end. For what has ended the successor is asked anew.

    Whoever leaves holds the partner, and with it all its parts: no commitment is held here.
    """
    over = [State.WITHDRAWN] if successor else PARTS_FIXED
    for part in partner.parts.filter(state__in=PART_HELD).exclude(commitment__state__in=over):
        part = states.lock(part)
        if successor and not _is_in(successor, part.commitment):
            _pass_on(part, successor, by=by)
        else:
            move = states.move(part, "end", by=by, **NO_OFFER)
            _tell("ended", people_who("edit", part.commitment.partner), part, move, by=by)
        _shown_anew(part.commitment)
    if successor:
        for part in partner.parts.filter(state=PartState.LEFT):
            if part.moves.order_by("-pk")[0].verb == "end":
                _ask_instead(part, successor, by=by)


def _is_in(partner: Partner, commitment: Commitment) -> bool:
    return commitment.partner == partner or commitment.parts.filter(partner=partner).exists()


def _pass_on(part: Part, to: Partner, *, by: Any) -> None:
    before = part.partner
    _write(part, {"partner": to, **NO_OFFER})
    event = audit.record("commitments.pass_on_part", part, by=by, refs=[before, to])
    lead = people_who("edit", part.commitment.partner)
    _tell("passed_on", lead, part, event, by=by, before=before)


def _ask_instead(part: Part, partner: Partner, *, by: Any) -> None:
    """Ask the successor for a part that ended, unless it leads, has a part or all has ended."""
    commitment = part.commitment
    has_one = commitment.parts.filter(partner=partner, state__in=PART_HELD).exists()
    if has_one or commitment.partner == partner or commitment.state in PARTS_FIXED:
        return
    words = {"role": part.role, "what": part.what}
    asked, move = _begin("ask", commitment, partner, **words, by=by)
    _tell("asked", people_who("sign", partner), asked, move, by=by)


# --- Common to all ---------------------------------------------------------------------------


def _hold(commitment: Commitment, partner: Partner, *, active: Iterable[Partner]) -> Commitment:
    """The commitment read afresh, held with the one that leads and this partner. Raises NotAllowed
    where one that has to be `active` is gone or suspended, or another one leads by now."""
    lead = commitment.partner_id
    held = {pk: states.lock(Partner(pk=pk)) for pk in sorted({lead, partner.pk})}
    for one in active:
        refuse_unless_joined(held[one.pk])
    commitment = states.lock(commitment)
    refuse_unless_led_by(commitment, lead)
    commitment.partner = held[lead]
    return commitment


def _held(part: Part, *, active: Iterable[Partner]) -> Part:
    """The part read afresh, held with its commitment and both partners; see `_hold`."""
    commitment = _hold(part.commitment, part.partner, active=active)
    held = states.lock(part)
    if held.partner_id != part.partner_id:
        raise NotAllowed(_("This part passed on to another partner. Please look again."))
    held.commitment = commitment
    return held


def _said(role: str, what: str) -> tuple[str, str]:
    """What a partner does, cleaned. Raises Refused for no role of ours and for no words."""
    if role not in PartRole.values:
        raise Refused(_("Choose what the partner does in this commitment from the list."))
    what = clean_line(what, limit=Part._meta.get_field("what").max_length)
    if not what:
        raise Refused(_("Say in a sentence what the partner does in this commitment."))
    return role, what


def _refuse_unless_open(commitment: Commitment) -> None:
    if commitment.state not in PARTS_OPEN:
        raise NotAllowed(
            _(
                "Parts can be changed while a commitment is written and while it is under way; "
                "this one is “%s”."
            )
            % commitment.get_state_display()
        )


def _refuse_once_ended(commitment: Commitment) -> None:
    if commitment.state in PARTS_FIXED:
        raise NotAllowed(
            _("This commitment is “%s”, so nobody joins or leaves it any more.")
            % commitment.get_state_display()
        )


def _begin(
    verb: str, commitment: Commitment, partner: Partner, *, role: str, what: str, by: Any
) -> tuple[Part, PartMove]:
    """The partner's part, begun by this verb, or taken up again where it had ended."""
    words = {"role": role, "what": what, "asked_at": timezone.now()}
    part = commitment.parts.filter(partner=partner).first()
    if part is None:
        if commitment.parts.count() >= MOST_PARTS:
            raise Refused(_("A commitment has at most %d partners.") % MOST_PARTS)
        state = PART_VERBS[verb].target
        part = commitment.parts.create(partner=partner, state=state, **words)
        move = part.moves.create(verb=verb, from_state="", to_state=state, by=by)
        audit.record(f"commitments.{verb}", part, by=by, refs=[commitment, partner])
        return part, move
    if part.state in PART_HELD:
        raise Refused(
            _("%(partner)s has a part in this commitment already. Change that one.")
            % {"partner": partner.name}
        )
    part = states.lock(part)
    part.commitment = commitment
    return part, states.move(part, verb, by=by, **words)


def _write(part: Part, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(part, name, value)
    part.save(update_fields=list(fields))


def _shown_anew(commitment: Commitment) -> None:
    """Whoever reads a public commitment sees at once who takes part."""
    if commitment.state in PUBLIC:
        changed(commitment)


def _tell(
    what: str, people: Iterable[User], part: Part, step: Any, *, by: Any, **more: Any
) -> None:
    """One letter per person about this step, in their language; none to who took it."""
    tell_each(
        people,
        by=by,
        event=f"commitments.part_{what}:{step.pk}",
        template=f"commitments/mail/part_{what}.txt",
        context={"part": part, "commitment": part.commitment, "step": step, **more},
    )
