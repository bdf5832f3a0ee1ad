"""What may be chosen while a commitment is written."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from coalition.commitments.models import Commitment, Delivery
from coalition.instruments.models import (
    UNNAMED,
    Instrument,
    Party,
    Provision,
    ProvisionRole,
    SupervisoryComment,
)

MOST_COMMENTS = 40  # offered to be answered, the newest


def choosable_texts(commitment: Commitment, wanted: str = "") -> Any:
    """The texts whose paragraphs are offered: those that the coalition names, those chosen
    already, and the one whose code or symbol is wanted. Each has a paragraph to choose."""
    chosen = Delivery.objects.filter(commitment=commitment, provision__instrument=OuterRef("pk"))
    paragraphs = Provision.objects.filter(instrument=OuterRef("pk"), role=ProvisionRole.OPERATIVE)
    asked = Q(code__iexact=wanted) | Q(symbol__iexact=wanted) if wanted else Q(pk__in=[])
    return Instrument.objects.filter(
        Q(position__lt=UNNAMED) | Exists(chosen) | asked, Exists(paragraphs)
    )


def answerable_comments(commitment: Commitment) -> Any:
    """Comments of supervisors that the commitment may answer: on parties among its places or on
    its partner's country, the newest, and those chosen already."""
    about = Q(place__in=commitment.places.order_by())
    if commitment.partner.country_id:
        about |= Q(place=commitment.partner.country_id)
    parties = Party.objects.filter(about)
    newest = (
        SupervisoryComment.objects.filter(party__in=parties, struck_at=None)
        .order_by("-adopted_year", "-pk")
        .values_list("pk", flat=True)[:MOST_COMMENTS]
    )
    return SupervisoryComment.objects.filter(
        Q(pk__in=list(newest)) | Q(commitments=commitment)
    ).distinct()


def choosable(instrument: Instrument) -> Any:
    """Its paragraphs and points in reading order, with the heading each stands under."""
    return Provision.objects.filter(
        instrument=instrument, role__in=[ProvisionRole.OPERATIVE, ProvisionRole.POINT]
    ).select_related("parent")


def name_of_comment(comment: SupervisoryComment) -> str:
    """How a comment reads in a list to choose from."""
    about = ", ".join(str(one.short_name) for one in comment.instruments.all())
    return f"{comment.get_kind_display()} {comment.adopted_year}, {comment.party.name}: {about}"
