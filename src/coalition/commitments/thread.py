"""The golden thread through a commitment, as plain values."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from coalition.base.names import Name
from coalition.instruments import thread as of_instruments
from coalition.interventions import thread as of_interventions
from coalition.ui.thread import Knot

ANSWERED = (
    *("challenges", "themes", "priorities__theme", "priorities__partner"),
    *("deliveries__provision__instrument", "comments__party", "external_records__register"),
)


def above(commitment: Any) -> list[Knot]:
    """What the commitment answers, and last the key interventions to which it contributes, as they
    confirmed. As many queries for one of each as for many."""
    prefetch_related_objects([commitment], *ANSWERED)
    knots = [
        Knot(_("Challenge"), one.short_name, one.get_absolute_url(), position="above")
        for one in commitment.challenges.all()
    ]
    knots += [
        Knot(_("Theme"), one.short_name, one.get_absolute_url(), position="above")
        for one in commitment.themes.all()
    ]
    knots += [
        Knot(
            _("Priority of %s") % one.partner,
            Name(one.words, one.language) if one.words else one.theme.short_name,
            one.partner.get_absolute_url(),
            position="above",
        )
        for one in commitment.priorities.all()
    ]
    knots += of_instruments.paragraphs(one.provision for one in commitment.deliveries.all())
    knots += [
        Knot(
            one.get_kind_display(),
            f"{one.party.name} {one.adopted_year}",
            one.get_absolute_url(),
            position="above",
        )
        for one in commitment.comments.all()
        if one.struck_at is None
    ]
    knots += of_instruments.records(commitment.external_records.all())
    return knots + _contributed_to(commitment)


def _contributed_to(commitment: Any) -> list[Knot]:
    interventions = {one.intervention_id: one.intervention for one in confirmed_claims(commitment)}
    return [of_interventions.knot(one, "above") for one in interventions.values()]


def confirmed_claims(commitment: Any) -> list[Any]:
    """What it contributes to key interventions, as they confirmed, with all that a page shows of
    it. Asked for once a record: one query."""
    if not hasattr(commitment, "confirmed_claims"):
        commitment.confirmed_claims = list(commitment.claims.for_page())
    return list(commitment.confirmed_claims)


def knot(commitment: Any, position: Literal["above", "here"]) -> Knot:
    """The commitment itself."""
    url = commitment.get_absolute_url() if position == "above" else ""
    return Knot(_("Commitment"), Name(commitment.title, commitment.language), url, "", position)
