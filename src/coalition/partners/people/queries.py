"""Who speaks for an organisation, what each may do, and which organisations nobody speaks for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.mailroom.models import Authenticity, InboundMessage
from coalition.partners.models import (
    Invitation,
    Mandate,
    MandateRole,
    Partner,
    PartnerMove,
    Term,
)
from coalition.partners.rules import ABILITIES, roles_that
from coalition.partners.states import JOINED, PartnerState

# What a role may do, in the words of the pages.
ABILITY_WORDS: dict[str, str | Promise] = {
    "view": gettext_lazy("see the workspace"),
    "edit": gettext_lazy("change profile and priorities, write commitments"),
    "sign": gettext_lazy("send and withdraw commitments"),
    "manage": gettext_lazy("say who acts for the organisation"),
}
# A silence of so many days is told to the officers; a warning is given so many days before the
# mark. The coalition file may say otherwise.
DEFAULT_DAYS = {"silence": 365, "warning": 30}
WARN = "warn"  # steps in a partner's history that leave its state as it is
CARRY_ON = "carry_on"


def abilities_of(role: str) -> list[str | Promise]:
    """What the role may do, in words, the least first."""
    return [words for ability, words in ABILITY_WORDS.items() if ability in ABILITIES[role]]


def mandate_of(person: Any, partner: Partner) -> Mandate | None:
    """The person's current mandate for the partner."""
    if not person.is_authenticated:
        return None
    return partner.mandates.current().filter(person=person).first()


def lead_of(partner: Partner) -> Mandate | None:
    """The mandate of the current lead focal point."""
    leads = partner.mandates.current().filter(role=MandateRole.FOCAL_POINT)
    return leads.select_related("person").first()


def people_of(partner: Partner) -> list[Mandate]:
    """The mandates that hold now or begin later, the lead first."""
    mandates = partner.mandates.open().filter(Q(until=None) | Q(until__gt=timezone.now().date()))
    order = list(MandateRole.values)
    held = mandates.select_related("person")
    return sorted(held, key=lambda one: (order.index(one.role), one.since, one.pk))


def former_people_of(partner: Partner) -> QuerySet[Mandate]:
    """The mandates that have ended, the latest first."""
    past = partner.mandates.filter(until__lte=timezone.now().date())
    return past.select_related("person").order_by("-until", "-pk")


def organisations_of(person: Any) -> list[tuple[Partner, str]]:
    """The organisations the person acts for now, each with their role, by name."""
    mandates = Mandate.objects.current().filter(person=person).select_related("partner")
    held = mandates.order_by("partner__name", "partner__pk")
    return [(one.partner, one.get_role_display()) for one in held]


def why_not(person: Any, partner: Partner, ability: str) -> str:
    """Why somebody who acts or acted for the partner may not do this; empty for all others, who
    need not learn more, and for those who may."""
    if not person.is_authenticated:
        return ""
    mandates = partner.mandates.filter(person=person)
    held = mandates.current().first()
    if held is not None:
        if held.role in roles_that(ability):
            return ""
        return _(
            "For %(partner)s you are: %(role)s. That does not include to %(ability)s. The lead "
            "focal point can give you another role."
        ) % {
            "partner": partner.name,
            "role": held.get_role_display(),
            "ability": ABILITY_WORDS[ability],
        }
    today = timezone.now().date()
    if past := mandates.filter(until__lte=today).order_by("-until").first():
        return _(
            "Your mandate for %(partner)s ended on %(day)s, so you can no longer act for it."
        ) % {"partner": partner.name, "day": date_format(past.until)}
    if ahead := mandates.filter(since__gt=today).order_by("since").first():
        return _("Your mandate for %(partner)s begins on %(day)s.") % {
            "partner": partner.name,
            "day": date_format(ahead.since),
        }
    return ""


# --- What waits ------------------------------------------------------------------------------


def partners_without_lead() -> QuerySet[Partner]:
    """Partners whose people may act, and that have no lead focal point now (one whose account is
    closed cannot be reached either). The longest without first: `without_since` is the last day
    of the last lead, or empty where there never was one."""
    leads = Mandate.objects.filter(partner=OuterRef("pk"), role=MandateRole.FOCAL_POINT)
    last = leads.exclude(until=None).order_by("-until").values("until")[:1]
    return (
        Partner.objects.public()
        .filter(~Exists(leads.current().filter(person__is_active=True)))
        .annotate(without_since=Subquery(last))
        .order_by("without_since", "name", "pk")
    )


def days_of(code: str) -> int:
    """How many days the coalition has set for a term, else our own proposal."""
    held = Term.objects.filter(code=code, retired_on=None).values_list("days", flat=True).first()
    return DEFAULT_DAYS[code] if held is None else held


def contacts(day: date) -> dict[int, date]:
    """When each partner was last heard of, by its id, as far as is still known: the last sign-in
    of whoever acts for it, and their mails of the last week."""
    current = Mandate.objects.current().filter(partner__state__in=JOINED)
    signed_in = current.values_list("partner").annotate(Max("person__last_login")).order_by()
    heard = {partner: at.date() for partner, at in signed_in if at}
    mails = (
        InboundMessage.objects.filter(received_at__date__gt=day - timedelta(days=7), no_answer="")
        .exclude(authenticity=Authenticity.FAILED)
        .values(address=Lower("from_address"))
        .annotate(at=Max("received_at"))
        .order_by()
    )
    wrote = {one["address"]: one["at"].date() for one in mails}
    senders = current.annotate(address=Lower("person__email")).filter(address__in=list(wrote))
    for partner, address in senders.values_list("partner", "address"):
        heard[partner] = max(heard.get(partner, wrote[address]), wrote[address])
    return heard


def silent_partners(day: date | None = None) -> QuerySet[Partner]:
    """Active partners of which nobody was heard of for the days of the term “silence”, each with
    `warned_at`, when it was last told so, if it was since. The longest silence first."""
    day = day or timezone.now().date()
    before = day - timedelta(days=days_of("silence"))
    warnings = PartnerMove.objects.filter(
        record=OuterRef("pk"), verb=WARN, at__date__gte=OuterRef("heard_on")
    )
    return (
        Partner.objects.filter(state=PartnerState.ACTIVE)
        .filter(heard_on__lt=before)
        .annotate(warned_at=Subquery(warnings.order_by("-at").values("at")[:1]))
        .order_by("heard_on", "pk")
    )


def warning_of(partner: Partner) -> PartnerMove | None:
    """The last warning, if nobody was heard of since."""
    warning = partner.moves.filter(verb=WARN).order_by("-pk").first()
    if warning and partner.heard_on and partner.heard_on > warning.at.date():
        return None
    return warning


def asks_to_carry_on(successor: Partner) -> QuerySet[Partner]:
    """Partners that left and named this one to carry on their promises, while it has not said."""
    answered = PartnerMove.objects.filter(record=OuterRef("pk"), verb=CARRY_ON)
    left = Partner.objects.filter(successor=successor, state=PartnerState.WITHDRAWN)
    return left.filter(~Exists(answered))


def pending_invitations(partner: Partner) -> QuerySet[Invitation]:
    return partner.invitations.pending().select_related("by")


def may_still_invite(person: Any, partner: Partner) -> bool:
    """Does whoever invited still have the say over who acts for the partner?"""
    return bool(person.is_active and person.has_perm("partners.manage_people", partner))


def is_stopped(partner: Partner) -> bool:
    """May nobody act for the partner now?"""
    return partner.state not in JOINED
