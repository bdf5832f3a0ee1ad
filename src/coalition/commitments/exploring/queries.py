"""Finding commitments by what they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q

from coalition.commitments.models import Commitment, CommitmentQuerySet, Delivery
from coalition.instruments.models import (
    UNNAMED,
    Instrument,
)

MOST_TEXTS = 40  # by which readers of the explorer choose, beside those of the coalition


def filtered(commitments: CommitmentQuerySet, wishes: Mapping[str, Any]) -> CommitmentQuerySet:
    """Those that meet every wish of the explorer's form; an empty wish asks nothing."""
    if words := wishes.get("words"):
        for word in words.split()[:8]:
            commitments = commitments.filter(
                Q(title__icontains=word)
                | Q(promise__icontains=word)
                | Q(partner__name__icontains=word)
                | Q(reference__iexact=word)
            )
    if group := wishes.get("group"):
        commitments = commitments.filter(partner__group=group)
    if theme := wishes.get("theme"):
        commitments = commitments.filter(themes=theme)
    if challenge := wishes.get("challenge"):
        commitments = commitments.filter(challenges=challenge)
    if level := wishes.get("level"):
        commitments = commitments.filter(level=level)
    if declaration := wishes.get("declaration"):
        on_it = Delivery.objects.filter(provision__instrument=declaration)
        commitments = commitments.filter(pk__in=on_it.values("commitment"))
    if light := wishes.get("light"):
        commitments = commitments.filter(framework__light=light)
    if place := wishes.get("place"):
        within = Commitment.places.through.objects.filter(place__path__startswith=place.path)
        commitments = commitments.filter(pk__in=within.values("commitment"))
    return commitments


def answered_texts(wanted: str = "") -> Any:
    """The texts by which readers can choose: those that the coalition names, the others on which
    most published promises deliver, and the one whose code is wanted."""
    most = (
        Delivery.objects.filter(commitment__is_public=True)
        .values("provision__instrument")
        .annotate(number=Count("pk"))
        .order_by("-number", "provision__instrument")
        .values("provision__instrument")[:MOST_TEXTS]
    )
    return Instrument.objects.filter(Q(position__lt=UNNAMED) | Q(pk__in=most) | Q(code=wanted))
