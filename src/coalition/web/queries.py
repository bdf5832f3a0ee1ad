"""Reads that gather several rooms around a partner, a place, a theme or a challenge."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base.names import Name
from coalition.commitments.amending.queries import asked
from coalition.commitments.deciding.queries import desk_counts as commitments_waiting
from coalition.commitments.models import Commitment, CommitmentQuerySet, Facet
from coalition.commitments.parts.queries import by_partner as parts_of
from coalition.commitments.queries import by_ids, for_lists
from coalition.commitments.reading.balance import balance_of, newest
from coalition.consultations.queries import about
from coalition.consultations.reading.queries import Line, for_lines, line_of
from coalition.interventions.models import Intervention
from coalition.interventions.reading.finding import lines, linked
from coalition.interventions.reading.finding import within as inside
from coalition.interventions.roles.queries import by_partner as roles_of
from coalition.mailroom.models import InboundMessage
from coalition.partners.models import (
    AccessionRequest,
    Mandate,
    MandateRole,
    NameKind,
    Partner,
    Priority,
    PriorityKind,
)
from coalition.partners.priorities.queries import RANKED
from coalition.partners.profile.queries import language_name
from coalition.partners.rules import ABILITIES
from coalition.partners.states import PartnerState
from coalition.places.models import Place, PlaceKind
from coalition.results.disputes.queries import waits
from coalition.results.schedules.queries import desk_counts
from coalition.themes.models import Challenge, Theme
from coalition.ui.thread import Knot, Move

ON_A_SHEET = 6  # newest ones on a partner's printed page
SHOWN = 10  # newest ones on a page; the rest is one link away
DONE_SHOWN = 5  # interventions likewise


def within(place: Place) -> CommitmentQuerySet:
    """Commitments that are carried out in the place or anywhere inside it, in every state."""
    inside = Commitment.places.through.objects.filter(place__path__startswith=place.path)
    return Commitment.objects.filter(pk__in=inside.values("commitment"))


def promised(one: Partner | Place | Theme | Challenge, shown: int = SHOWN) -> dict[str, Any]:
    """What is promised by a partner, in a place or on a subject, as its page shows it: how it
    stands, counted, and the newest public ones."""
    members, facet, value = commitments_of(one)
    balance = balance_of(members, facet, value)
    keys = newest(members, facet, value, is_many=balance.is_many)
    return {"balance": balance, "commitments": by_ids(keys[:shown])}


def asked_about(one: Place | Theme | Challenge) -> list[Line]:
    """The newest consultations on it, each with what can be done in it now. Two queries."""
    return [line_of(each) for each in for_lines(about(one))[:SHOWN]]


def done_for(one: Partner | Place | Theme | Challenge) -> dict[str, Any]:
    """The newest interventions in which a partner confirmed a role, in a place, or on a subject,
    and the list of them all. Six queries at most."""
    found = Intervention.objects.published()
    if isinstance(one, Partner):
        found, query = found.of(one), f"partner={one.reference}"
    elif isinstance(one, Theme):
        found, query = found.filter(linked("themes", theme=one)), f"theme={one.code}"
    elif isinstance(one, Challenge):
        found, query = found.filter(linked("challenges", challenge=one)), f"challenge={one.code}"
    else:
        found, query = inside(found, one), f"place={one.code}"
    newest_first = found.order_by("-published_at", "-pk")[:DONE_SHOWN]
    url = f"{reverse('interventions:list')}?{query}"
    return {"interventions": lines(newest_first), "interventions_url": url}


def commitments_of(
    one: Partner | Place | Theme | Challenge,
) -> tuple[CommitmentQuerySet, str, str]:
    """Its commitments in every state, and by which facet and value the public ones of them are
    filed; those in the whole world are all."""
    if isinstance(one, Partner):
        return Commitment.objects.of(one), Facet.PARTNER, one.reference
    if isinstance(one, Theme):
        return Commitment.objects.filter(themes=one), Facet.THEME, one.code
    if isinstance(one, Challenge):
        return Commitment.objects.filter(challenges=one), Facet.CHALLENGE, one.code
    if one.kind == PlaceKind.WORLD:
        return Commitment.objects.all(), "", ""
    return within(one), Facet.COUNTRY if one.kind == PlaceKind.COUNTRY else Facet.REGION, one.code


def commitments_by_place() -> dict[int, int]:
    """How many published commitments name each place, by the place's id."""
    rows = Commitment.objects.published().values_list("places").annotate(Count("pk")).order_by()
    return {place: count for place, count in rows if place}


def public_focal_points(partner: Partner) -> list[User]:
    """Who leads for the partner now, if they chose to be named.

    Who gave no name is called by their address, so only where that may be shown too.
    """
    mandates = Mandate.objects.current().filter(partner=partner, role=MandateRole.FOCAL_POINT)
    named = User.objects.filter(mandates__in=mandates, shows_name=True, is_active=True)
    return list(named.exclude(name="", shows_email=False).distinct())


def profile_of(partner: Partner) -> dict[str, Any]:
    """Where it works, in which sectors and languages. Two queries."""
    return {
        "works_in": list(partner.works_in.all()),
        "sectors": [sector.name for sector in partner.sectors.all()],
        "languages": [language_name(code) for code in partner.languages],
    }


# Steps of a partnership that are everybody's to know. Why one was suspended is not.
PUBLIC_MOVES = ("lapse", "return", "suspend", "reinstate", "delist", "leave", "merge")


def public_moves(partner: Partner) -> list[Move]:
    """What became of the partnership since it began, in plain words."""
    return [
        Move(
            move.at,
            str(Partner.VERBS[move.verb].done).capitalize(),
            "" if move.verb in ("suspend", "reinstate") else move.reason,
        )
        for move in partner.moves.all()
        if move.verb in PUBLIC_MOVES
    ]


def farewell_of(partner: Partner) -> dict[str, Any]:
    """What the page of a partner that is gone tells: when, why, its promises and who has them."""
    steps = [move for move in partner.moves.all() if move.verb in PUBLIC_MOVES]
    stays = for_lists(Commitment.objects.published().filter(partner=partner))
    passed = for_lists(Commitment.objects.published().filter(promised_by=partner))
    is_carried_on = partner.state == PartnerState.MERGED or passed.exists()
    return {
        "leaving": steps[-1] if steps else None,
        "history": [Move(partner.joined_on, _("Joined the coalition")), *public_moves(partner)],
        "commitments": list(stays[:SHOWN]),
        "passed_on": list(passed[:SHOWN]),
        "successor": partner.successor if is_carried_on else None,
        "adherences": adherences_of(partner),
    }


def adherences_of(partner: Partner) -> list[Any]:
    """Its latest act on each text of which it said something, the newest first; a few."""
    held = partner.adherences.held().filter(is_latest=True).select_related("instrument")
    return list(held.order_by("-on", "-pk")[:SHOWN])


def former_names(partner: Partner) -> list[str]:
    """Under which names it was known before, those of partners merged into it among them."""
    return list(partner.known_names.filter(kind=NameKind.FORMER).values_list("name", flat=True))


def partner_knots(partner: Partner) -> list[Knot]:
    """Above a partner what matters to it, then the opportunities it sees; what it promised stands
    on its page."""
    ranked = Priority.every.filter(partner=partner).select_related("theme", "level", "place")
    return [
        Knot(
            str(RANKED[PriorityKind(one.kind)]) % one.rank,
            Name(one.words, one.language) if one.words else one.theme.short_name,
            one.theme.get_absolute_url(),
            figure=f"{one.level.name} · {one.place}",
            position="above",
        )
        for one in ranked.order_by("-kind", "rank")
    ]


def desk() -> dict[str, int]:
    """What waits for the secretariat, by kind, and whose reports are late."""
    return {
        "requests": AccessionRequest.objects.open().count(),
        "messages": InboundMessage.objects.waiting().count(),
        **commitments_waiting(),
        **desk_counts(),
        **waits(),
    }


def organisations_of(person: Any) -> list[Partner]:
    """The organisations the person acts for, each with the role, what it allows, its commitments
    in every state, with the amendment of the secretariat that waits for it (`to_decide`), its parts
    in those of others, and its roles in key interventions."""
    mandates = Mandate.objects.current().filter(person=person)
    held = list(mandates.select_related("partner__group").order_by("partner__name", "pk"))
    partners = []
    for mandate in held:
        partner = mandate.partner
        partner.own_role = mandate.get_role_display()  # type: ignore[attr-defined]
        partner.abilities = ABILITIES[mandate.role]  # type: ignore[attr-defined]
        partners.append(partner)
    to_decide = asked().filter(commitment=OuterRef("pk")).values("pk")[:1]
    commitments = Commitment.objects.filter(partner__in=partners).select_related("framework")
    commitments = commitments.annotate(to_decide=Subquery(to_decide))
    by_partner: dict[int, list[Commitment]] = {}
    for one in commitments.order_by("-pk"):
        by_partner.setdefault(one.partner_id, []).append(one)
    parts, roles = parts_of(partners), roles_of(partners)
    for partner in partners:
        partner.own_commitments = by_partner.get(partner.pk, [])  # type: ignore[attr-defined]
        partner.own_parts = parts.get(partner.pk, [])  # type: ignore[attr-defined]
        partner.own_roles = roles.get(partner.pk, [])  # type: ignore[attr-defined]
    return partners
