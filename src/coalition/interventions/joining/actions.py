"""National interventions are part of regional and global ones: asked, answered, and counted once.

Every verb is one transaction. The caller has asked the permission (`rules.py`); an action asks only
whether it may happen now. Locks: see `holding`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_text
from coalition.interventions.holding import refuse_once_ended
from coalition.interventions.joining import queries
from coalition.interventions.models import Change, Intervention
from coalition.interventions.states import State
from coalition.mailroom.actions import tell_each
from coalition.partners.models import Partner
from coalition.partners.queries import people_who
from coalition.partners.values import refuse_unless_joined
from coalition.results import actions as results
from coalition.results.models import Framework, Indicator
from coalition.results.totals.actions import hold

LONGEST_REASON = 400  # as the history of an intervention keeps it

# --- The one that leads the narrower one -------------------------------------------------------


@transaction.atomic
def ask_whole(intervention: Intervention, whole: Intervention, *, by: User) -> Intervention:
    """Ask that an intervention be part of a wider one; whoever signs for the one that leads that
    gets a letter. Asked of another one, the former question is taken back.

    Raises Refused with the reason where it cannot be part of it, or is part of one already.
    """
    intervention, whole = _held(intervention, whole, active=[intervention.partner])
    if intervention.whole_id is not None:
        raise Refused(_("It is part of a wider intervention already. Leave that one first."))
    if intervention.asks_whole_id == whole.pk:
        raise Refused(_("This was asked already, and waits for an answer."))
    if sentence := queries.why_not_part(intervention, whole):
        raise Refused(sentence)
    _write(intervention, asks_whole=whole)
    event = audit.record("interventions.ask_whole", intervention, by=by, refs=[whole])
    _tell("asked", people_who("sign", whole.partner), intervention, whole, event, by=by)
    return intervention


@transaction.atomic
def count_towards(indicator: Indicator, above: Indicator, *, by: User) -> Indicator:
    """The figures of one of its indicators count from now on towards one of the wider one, too, and
    of all that count towards it. Raises Refused where it is no part of that one, or they cannot
    be added."""
    narrower, wider = _both(indicator, above)
    if wider is None or narrower.whole_id != wider.pk:
        raise Refused(_("Choose a result of the wider intervention of which this one is a part."))
    return results.count_towards(indicator, above, by=by)


@transaction.atomic
def count_no_more(indicator: Indicator, *, by: User) -> Indicator:
    """They count there no more. Raises Refused where they do not count in the wider one now."""
    narrower, wider = _both(indicator, indicator.parent)
    if wider is None or narrower.whole_id != wider.pk:
        raise Refused(_("These figures do not count towards a wider intervention now."))
    return results.count_no_more(indicator, by=by)


# --- The one that leads the wider one ----------------------------------------------------------


@transaction.atomic
def accept_part(intervention: Intervention, *, by: User) -> Intervention:
    """It is part of the wider one from now on, and everybody reads it on both pages. No figure
    counts there before the one that leads the part says which. Raises NotAllowed where it was not
    asked or cannot be any more."""
    intervention, whole = _asked(intervention)
    if sentence := queries.why_not_part(intervention, whole):
        raise NotAllowed(sentence)
    _write(intervention, whole=whole, asks_whole=None)
    _note(intervention, "", whole.reference, why="", by=by)
    event = audit.record("interventions.accept_part", intervention, by=by, refs=[whole])
    _shown_anew(intervention, whole)
    both = people_who("edit", intervention.partner)
    _tell("accepted", both, intervention, whole, event, by=by)
    return intervention


@transaction.atomic
def refuse_part(intervention: Intervention, *, reason: str, by: User) -> Intervention:
    """It is not taken as a part, with a reason that who asked reads."""
    intervention, whole = _asked(intervention)
    reason = _reason(reason)
    _write(intervention, asks_whole=None)
    event = audit.record("interventions.refuse_part", intervention, by=by, refs=[whole])
    people = people_who("edit", intervention.partner)
    _tell("refused", people, intervention, whole, event, by=by, reason=reason)
    return intervention


# --- Either side -------------------------------------------------------------------------------


@transaction.atomic
def leave_whole(intervention: Intervention, *, reason: str, by: User) -> Intervention:
    """It is part of the wider one no more, or asks no more to be: its figures count there no more,
    and everybody reads the reason. Of what was completed it stays a part (NotAllowed)."""
    whole = intervention.whole or intervention.asks_whole
    if whole is None:
        raise NotAllowed(_("It is part of no wider intervention now."))
    intervention, whole = _held(intervention, whole, active=[])
    if whole.pk not in (intervention.whole_id, intervention.asks_whole_id):
        raise NotAllowed(_("This was changed meanwhile. Please look again."))
    refuse_once_ended(intervention)
    if whole.state == State.CLOSED:
        refuse_once_ended(whole)
    reason = _reason(reason)
    was_part = intervention.whole_id == whole.pk
    counted = _hold_counted(intervention, whole) if was_part else []
    _write(intervention, whole=None, asks_whole=None)
    event = audit.record("interventions.leave_whole", intervention, by=by, refs=[whole])
    for one in counted:
        results.count_no_more(one, by=by)
    if was_part:
        _note(intervention, whole.reference, "", why=reason, by=by)
        _shown_anew(intervention, whole)
    both = [*people_who("edit", intervention.partner), *people_who("edit", whole.partner)]
    _tell("left", both, intervention, whole, event, by=by, reason=reason)
    return intervention


# --- Common to all -----------------------------------------------------------------------------


def _held(
    narrower: Intervention, wider: Intervention, *, active: Iterable[Partner]
) -> tuple[Intervention, Intervention]:
    """Both read afresh and held with all of which the wider one is a part, after the partners that
    lead them: two who join at once make no circle. NotAllowed where one that has to be `active` is
    gone or suspended, or another one leads by now."""
    leads = {one.pk: one.partner_id for one in (narrower, wider)}
    partners = {pk: states.lock(Partner(pk=pk)) for pk in sorted(set(leads.values()))}
    for one in active:
        refuse_unless_joined(partners[one.pk])
    chain = queries.chain_of(Intervention.objects.get(pk=wider.pk))
    fresh = {pk: states.lock(Intervention(pk=pk)) for pk in sorted({*chain, narrower.pk})}
    one, whole = fresh[narrower.pk], fresh[wider.pk]
    is_same = all(fresh[pk].partner_id == lead for pk, lead in leads.items())
    if not is_same or queries.chain_of(whole) != chain:
        raise NotAllowed(_("This was changed meanwhile. Please look again."))
    for each in (one, whole):
        each.partner = partners[each.partner_id]
    return one, whole


def _asked(intervention: Intervention) -> tuple[Intervention, Intervention]:
    """An intervention that asks to be a part, held with the one that it asks."""
    asked = intervention.asks_whole
    if asked is not None:
        intervention, whole = _held(intervention, asked, active=[asked.partner])
        if intervention.asks_whole_id == whole.pk:
            return intervention, whole
    raise NotAllowed(_("It does not ask to be part of this one, or not any more."))


def _both(
    indicator: Indicator, above: Indicator | None
) -> tuple[Intervention, Intervention | None]:
    """The interventions of both indicators, held, and the narrower one not ended."""
    owners = Intervention.objects.select_related("partner")
    narrower = owners.filter(framework=indicator.framework_id).first()
    wider = owners.filter(framework=above.framework_id).first() if above else None
    if narrower is None:
        raise Refused(_("These are not figures of a key intervention."))
    if wider is None or wider.pk == narrower.pk:
        return narrower, None
    narrower, wider = _held(narrower, wider, active=[narrower.partner])
    refuse_once_ended(narrower)
    return narrower, wider


def _hold_counted(narrower: Intervention, wider: Intervention) -> list[Indicator]:
    """The narrower one's indicators that count in the wider one, with both frameworks and all
    indicators concerned held."""
    ids = [narrower.framework_id, wider.framework_id]
    rows = Framework.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    list(rows.values_list("pk"))
    counted = list(
        Indicator.objects.filter(
            framework=narrower.framework_id, parent__framework=wider.framework_id
        ).order_by("pk")
    )
    if counted:
        hold({one.pk for one in counted})
    return counted


def _write(intervention: Intervention, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(intervention, name, value)
    intervention.save(update_fields=list(fields))


def _reason(reason: str) -> str:
    reason = clean_text(reason, limit=LONGEST_REASON)
    if not reason:
        raise NotAllowed(_("Please give a reason: those concerned will read it."))
    return reason


def _note(intervention: Intervention, before: str, after: str, *, why: str, by: User) -> None:
    """What everybody reads of it in the narrower one's history."""
    Change.objects.create(
        intervention=intervention, by=by, field="whole", before=before, after=after, why=why
    )


def _shown_anew(*interventions: Intervention) -> None:
    for one in interventions:
        record_changed(one)


def _tell(
    what: str,
    people: Iterable[User],
    intervention: Intervention,
    whole: Intervention,
    event: Any,
    *,
    by: Any,
    reason: str = "",
) -> None:
    """One letter per person about this step, in their language; none to who took it."""
    tell_each(
        people,
        by=by,
        event=f"interventions.part_{what}:{event.pk}",
        template=f"interventions/mail/part_{what}.txt",
        context={"intervention": intervention, "whole": whole, "reason": reason},
    )
