"""Reads of commitments that every topic and other rooms use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, Q

from coalition.accounts.models import User
from coalition.commitments import goals
from coalition.commitments.models import Claim, Commitment, CommitmentQuerySet, Delivery, Part
from coalition.commitments.states import PART_HELD, PartState
from coalition.partners.models import Partner
from coalition.partners.queries import people_who
from coalition.results.models import Fact, FactState
from coalition.results.reading.first import with_first_figures


def speakers(commitment: Commitment) -> list[User]:
    """Those who may write or sign for the organisation that makes the promise."""
    return people_who("edit", commitment.partner_id)


def for_lists(commitments: CommitmentQuerySet) -> CommitmentQuerySet:
    """With what a line in a list shows, in a fixed number of queries."""
    return commitments.select_related("partner__group", "level", "framework").prefetch_related(
        "places", *with_first_figures()
    )


def with_names(commitments: CommitmentQuerySet) -> CommitmentQuerySet:
    """With its partner, light, level, places and themes, in a fixed number of queries."""
    return commitments.select_related(
        "partner__group", "partner__country", "level", "framework"
    ).prefetch_related("themes", "places")


def by_ids(ids: Iterable[int]) -> list[Commitment]:
    """The published ones of one page in this order. Sorting is done on ids alone: sorting whole
    rows with all they are joined to makes a far page slow."""
    ids = list(ids)
    held = for_lists(Commitment.objects.published()).in_bulk(ids)
    return [held[pk] for pk in ids if pk in held]


# --- Joint commitments -----------------------------------------------------------------------


def shown_parts(commitment: Commitment) -> list[Part]:
    """The parts that everybody sees, with their partners: those that were confirmed. One query."""
    return list(commitment.parts.confirmed().select_related("partner__group"))


def unanswered_parts(commitment: Commitment) -> list[Part]:
    """The parts whose partners have not said yes or no yet, with their partners. One query."""
    asked = commitment.parts.filter(state=PartState.ASKED)
    return list(asked.select_related("partner__group"))


def own_part(commitment: Commitment, person: Any) -> Part | None:
    """The part of an organisation for which the person acts, asked or confirmed. One query."""
    own = Partner.objects.spoken_for_by(person)
    held = commitment.parts.filter(partner__in=own, state__in=PART_HELD)
    return held.select_related("partner").first()


# --- What a partner takes with it ------------------------------------------------------------


ARCHIVED = (
    *("reference", "state", "language", "title", "promise", "for_whom"),
    *("in_line_with", "starts_on", "ends_on", "published_at"),
)


def archive_of(partner: Partner) -> list[dict[str, Any]]:
    """All that a partner wrote into its commitments, those passed on to others among them, as
    plain values for its archive (settings.PARTNER_ARCHIVE)."""
    deliveries = Delivery.objects.select_related("provision__instrument")
    facts = Fact.objects.exclude(state=FactState.SUPERSEDED)
    facts = facts.select_related("period", "place", "cell", "partner")
    own = (
        Commitment.objects.filter(Q(partner=partner) | Q(promised_by=partner))
        .select_related("partner", "level", "framework")
        .prefetch_related(
            *("places", "themes", "challenges", "priorities", "resources__unit"),
            Prefetch("deliveries", deliveries),
            Prefetch("parts", Part.objects.select_related("partner")),
            Prefetch("claims", Claim.objects.select_related("intervention", "indicator")),
            *goals.to_read(facts),
        )
        .order_by("pk")
    )
    return [
        {
            **{name: getattr(one, name) for name in ARCHIVED},
            "level": one.level.code if one.level else "",
            "resources": [
                {"kind": each.kind, "words": each.words, "amount": each.amount_in_full}
                | {"currency": each.unit.code if each.unit else "", "year": each.year}
                for each in one.resources.all()
            ],
            "places": [each.code for each in one.places.all()],
            "themes": [each.code for each in one.themes.all()],
            "challenges": [each.code for each in one.challenges.all()],
            "priorities": [each.words for each in one.priorities.all() if each.words],
            "delivers_on": [
                f"{each.provision.instrument.code}/{each.provision.eid}"
                + (f": {each.how}" if each.how else "")
                for each in one.deliveries.all()
            ],
            "contributes_to": [
                f"{each.intervention.reference}, {each.indicator.title}: {each.share / 100} %, "
                f"{each.state}: {each.how}"
                for each in one.claims.all()
            ],
            "goals": goals.of(one.framework),
            "figures": [
                goals.entry(each, indicator)
                for goal in one.framework.results.all()
                for indicator in goal.indicators.all()
                for each in indicator.facts.all()
            ],
            "carried_on_by": one.partner.reference if one.partner_id != partner.pk else "",
            "together_with": [
                f"{each.partner.reference} {each.role}, {each.state}: {each.what}"
                for each in one.parts.all()
            ],
        }
        for one in own
    ]


def archive_of_parts(partner: Partner) -> list[dict[str, Any]]:
    """What a partner was asked to do in commitments of others, and what it said to that, as plain
    values for its archive (settings.PARTNER_ARCHIVE)."""
    held = Part.objects.filter(partner=partner).select_related("commitment__partner")
    return [
        {
            "commitment": one.commitment.reference,
            "title": one.commitment.title,
            "led_by": one.commitment.partner.reference,
            **{name: getattr(one, name) for name in ("role", "what", "state", "asked_at")},
            "history": [
                f"{step.at:%Y-%m-%d} {step.verb}" + (f": {step.reason}" if step.reason else "")
                for step in one.moves.all()
            ],
        }
        for one in held.prefetch_related("moves")
    ]
