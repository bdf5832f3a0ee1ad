"""Reads that gather several rooms around a partner, a place, a theme or a challenge."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base.names import Name
from coalition.commitments.models import Commitment, CommitmentQuerySet
from coalition.commitments.queries import for_lists
from coalition.commitments.states import State
from coalition.mailroom.models import InboundMessage
from coalition.partners.models import AccessionRequest, Mandate, Partner
from coalition.places.models import Place
from coalition.ui.thread import Knot

SHOWN = 10  # newest ones on a page; the rest is one link away


def commitments_of(partner: Partner) -> CommitmentQuerySet:
    return for_lists(Commitment.objects.published().filter(partner=partner))


def commitments_within(place: Place) -> CommitmentQuerySet:
    """Those that are carried out in the place or anywhere inside it."""
    inside = Commitment.places.through.objects.filter(place__path__startswith=place.path)
    return for_lists(Commitment.objects.published().filter(pk__in=inside.values("commitment")))


def commitments_by_place() -> dict[int, int]:
    """How many published commitments name each place, by the place's id."""
    rows = Commitment.objects.published().values_list("places").annotate(Count("pk")).order_by()
    return {place: count for place, count in rows if place}


def public_focal_points(partner: Partner) -> list[User]:
    """Those who act for the partner now and chose to be named.

    Who gave no name is called by their address, so only where that may be shown too.
    """
    mandates = Mandate.objects.current().filter(partner=partner)
    named = User.objects.filter(mandates__in=mandates, shows_name=True, is_active=True)
    return list(named.exclude(name="", shows_email=False).distinct())


def partner_knots(partner: Partner) -> list[Knot]:
    """Above a partner what matters to it; what it promised stands on its page."""
    return [
        Knot(
            str(_("Priority %d")) % one.rank,
            Name(one.words, one.language) if one.words else one.theme.short_name,
            one.theme.get_absolute_url(),
            figure=f"{one.level.name} · {one.place}",
            position="above",
        )
        for one in partner.priorities.select_related("theme", "level", "place")
    ]


def desk() -> dict[str, int]:
    """What waits for the secretariat, by kind."""
    return {
        "requests": AccessionRequest.objects.open().count(),
        "messages": InboundMessage.objects.waiting().count(),
        "commitments": Commitment.objects.filter(state=State.SUBMITTED).count(),
    }


def organisations_of(person: Any) -> list[Partner]:
    """The organisations the person acts for, each with its commitments in every state."""
    partners = list(Partner.objects.spoken_for_by(person).select_related("group"))
    commitments = Commitment.objects.filter(partner__in=partners).order_by("-pk")
    by_partner: dict[int, list[Commitment]] = {}
    for one in commitments:
        by_partner.setdefault(one.partner_id, []).append(one)
    for partner in partners:
        partner.own_commitments = by_partner.get(partner.pk, [])  # type: ignore[attr-defined]
    return partners
