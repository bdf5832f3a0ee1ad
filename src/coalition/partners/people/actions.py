"""Who speaks for an organisation, and until when.

Whatever changes who may act for a partner holds the partner's row, so that of two who change it
at once the second sees what the first has made of it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.mailroom import actions as mail
from coalition.partners.models import Mandate, MandateRole, Partner
from coalition.partners.people.queries import lead_of
from coalition.partners.queries import officers
from coalition.partners.values import locked_and_active

LEAD = MandateRole.FOCAL_POINT
# So many days before its last day the end of a mandate is told to the lead and the officers.
REMINDERS = (30, 7)


@transaction.atomic
def begin_mandate(
    person: User,
    partner: Partner,
    *,
    role: str = LEAD,
    since: date | None = None,
    until: date | None = None,
    by: Any,
) -> Mandate:
    """Give a person the right to act for a partner from a day on (today), perhaps until a day.

    Raises Refused for a role or days that cannot be; NotAllowed where the partner is gone, the
    account closed, the person acts for it already, or there is a lead focal point. Who calls it
    tells those concerned.
    """
    partner = locked_and_active(partner)
    if role not in MandateRole.values:
        raise Refused(_("There is no role “%(role)s”.") % {"role": role[:20]})
    if not person.is_active:
        raise NotAllowed(_("This account is closed, so its holder cannot act for anybody."))
    since = since or timezone.now().date()
    _refuse_past(until, since)
    close_ended(partner)
    if held := partner.mandates.open().filter(person=person).first():
        raise NotAllowed(
            _("%(person)s acts for %(partner)s already, as: %(role)s. Change the role instead.")
            % {"person": person, "partner": partner.name, "role": held.get_role_display()}
        )
    if role == LEAD and partner.mandates.open().filter(role=LEAD).exists():
        raise NotAllowed(
            _("%(partner)s has a lead focal point already; the role is handed over, not doubled.")
            % {"partner": partner.name}
        )
    mandate = partner.mandates.create(person=person, role=role, since=since, until=until)
    if since <= timezone.now().date() and (partner.heard_on is None or partner.heard_on < since):
        partner.heard_on = since
        partner.save(update_fields=["heard_on"])
    audit.record("partners.begin_mandate", mandate, by=by, refs=[partner, person])
    return mandate


@transaction.atomic
def change_role(mandate: Mandate, role: str, *, until: date | None = None, by: Any) -> Mandate:
    """Give a person another role from today on, or another last day; the person is told.

    The old mandate stays in the history. The lead's role is handed over, never changed here.
    """
    partner = locked_and_active(mandate.partner)
    mandate = _locked_open(mandate)
    if mandate.is_lead != (role == LEAD):
        raise NotAllowed(_("The lead's role is handed over to a successor, not changed here."))
    if role == mandate.role:
        _refuse_past(until, timezone.now().date())
        mandate.until = until
        mandate.save(update_fields=["until"])
        audit.record("partners.limit_mandate", mandate, by=by)
        made = mandate
    else:
        end_quietly(mandate, by=by)
        made = begin_mandate(mandate.person, partner, role=role, until=until, by=by)
    if mandate.person != by:
        mail.tell(
            mandate.person,
            event=f"partners.change_role:{made.pk}:{role}:{until}",
            template="partners/letters/role_changed.txt",
            context={"partner": partner, "mandate": made},
        )
    return made


@transaction.atomic
def end_mandate(mandate: Mandate, *, by: Any) -> Mandate:
    """End a person's right to act for an organisation, from now on; the person is told, and the
    officers too where nobody is left who leads."""
    partner = states.lock(mandate.partner)
    mandate = end_quietly(mandate, by=by)
    _tell_of_end(mandate, partner, by=by)
    if mandate.is_lead:
        _tell_officers_of_no_lead(mandate, partner, by=by)
    return mandate


def _tell_of_end(mandate: Mandate, partner: Partner, *, by: Any) -> None:
    if mandate.person != by:
        mail.tell(
            mandate.person,
            event=f"partners.end_mandate:{mandate.pk}",
            template="partners/letters/mandate_ended.txt",
            context={"partner": partner},
        )


def _tell_officers_of_no_lead(mandate: Mandate, partner: Partner, *, by: Any) -> None:
    for officer in officers():
        if officer != by:
            mail.tell(
                officer,
                event=f"partners.no_lead:{mandate.pk}",
                template="partners/letters/no_lead.txt",
                context={"partner": partner},
            )


def end_quietly(mandate: Mandate, *, by: Any) -> Mandate:
    """End a mandate and tell nobody: the caller does."""
    mandate = _locked_open(mandate)
    today = timezone.now().date()
    mandate.until = max(today, mandate.since)
    mandate.ended_at = timezone.now()
    mandate.save(update_fields=["until", "ended_at"])
    audit.record("partners.end_mandate", mandate, by=by)
    return mandate


@transaction.atomic
def promote(mandate: Mandate, *, by: Any) -> Mandate:
    """Succession, by the secretariat: somebody who acts for the partner already takes the lead.

    The mandate of a lead who cannot be reached ends; everybody concerned is told.
    """
    partner = locked_and_active(mandate.partner)
    if mandate.is_lead:
        raise NotAllowed(_("This person leads already."))
    return take_lead(partner, mandate.person, by=by, former_lead_stays=False)


def take_lead(
    partner: Partner, person: User, *, until: date | None = None, by: Any, former_lead_stays: bool
) -> Mandate:
    """Make a person the lead of a locked partner, in the place of whoever leads now.

    A former lead who stays takes the role that the successor had, or that of an editor; else
    their mandate ends. Both are told, and every officer.
    """
    close_ended(partner)
    own = partner.mandates.open().select_related("person").filter(person=person).first()
    former = partner.mandates.open().select_related("person").filter(role=LEAD).first()
    if own is not None and own == former:
        raise NotAllowed(_("This person leads already."))
    for mandate in (own, former):
        if mandate is not None:
            end_quietly(mandate, by=by)
    made = begin_mandate(person, partner, role=LEAD, until=until, by=by)
    if former and former_lead_stays:
        role = own.role if own else MandateRole.EDITOR
        begin_mandate(former.person, partner, role=role, by=by)
    people = {person, *officers(), *([former.person] if former else [])}
    for one in sorted(people - {by}, key=lambda one: one.pk):
        mail.tell(
            one,
            event=f"partners.take_lead:{made.pk}",
            template="partners/letters/new_lead.txt",
            context={
                "partner": partner,
                "lead": person,
                "former": former.person if former else None,
                "stays": former_lead_stays,
            },
        )
    return made


def close_ended(partner: Partner) -> None:
    """Note the end of mandates whose last day has passed, which gives their place free."""
    past = partner.mandates.open().filter(until__lte=timezone.now().date())
    for mandate in past.select_related("person"):
        mandate.ended_at = timezone.now()
        mandate.save(update_fields=["ended_at"])
        _tell_of_end(mandate, partner, by=None)


def _locked_open(mandate: Mandate) -> Mandate:
    mandate = states.lock(mandate)
    if mandate.ended_at or (mandate.until and mandate.until <= timezone.now().date()):
        raise NotAllowed(_("This mandate has ended already."))
    return mandate


def _refuse_past(until: date | None, since: date) -> None:
    if until is not None and until <= since:
        raise Refused(
            _("A mandate cannot end on %(until)s: it would have ended before it began.")
            % {"until": date_format(until)}
        )


# --- Once a day ------------------------------------------------------------------------------


@transaction.atomic
def remind(day: date | None = None) -> int:
    """Write to lead and officers of mandates that end soon, and tell of those that have ended.

    Runs once a day; running it again writes nothing twice, and a day left out is made up for.
    Returns how many mandates it wrote about.
    """
    today = day or timezone.now().date()
    soon = (
        Mandate.objects.current()
        .filter(until__lte=today + timedelta(days=max(REMINDERS)))
        .select_related("person", "partner")
    )
    everyone = list(officers())
    for mandate in soon:
        _remind_of(mandate, today, everyone)
    ended = list(
        Mandate.objects.open()
        .filter(until__lte=today)
        .select_related("person", "partner")
        .order_by("pk")
    )
    Mandate.objects.filter(pk__in=[one.pk for one in ended]).update(ended_at=timezone.now())
    for mandate in ended:
        _tell_of_end(mandate, mandate.partner, by=None)
        if mandate.is_lead:
            _tell_officers_of_no_lead(mandate, mandate.partner, by=None)
    return len(soon) + len(ended)


def _remind_of(mandate: Mandate, today: date, everyone: list[User]) -> None:
    """One letter for each of the two moments, each once."""
    assert mandate.until is not None
    left = (mandate.until - today).days
    moment = min(days for days in REMINDERS if left <= days)
    lead = lead_of(mandate.partner)
    people = {mandate.person, *everyone, *([lead.person] if lead else [])}
    for person in sorted(people, key=lambda one: one.pk):
        mail.tell(
            person,
            event=f"partners.mandate_ends:{mandate.pk}:{mandate.until}:{moment}",
            template="partners/letters/mandate_ends.txt",
            context={"partner": mandate.partner, "mandate": mandate},
        )


def members(partner: Partner) -> list[User]:
    """Everybody who acts for the partner now and can be written to."""
    return list(
        User.objects.filter(is_active=True, mandates__in=partner.mandates.current()).distinct()
    )
