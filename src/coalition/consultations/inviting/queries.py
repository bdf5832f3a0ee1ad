"""What officers read of invitations: who is invited, and who could be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from coalition.consultations.models import Consultation, Invitation, Participant
from coalition.partners.models import Partner

KINDS = ("partners", "people")


def invited(consultation: Consultation, wishes: Mapping[str, Any]) -> QuerySet[Invitation]:
    """Its invitations that meet every wish (see `forms.FilterForm`), the newest first."""
    found = consultation.invitations.select_related("partner", "by")
    if wishes.get("kind") == "partners":
        found = found.filter(partner__isnull=False)
    if wishes.get("kind") == "people":
        found = found.filter(partner=None)
    for word in (wishes.get("words") or "").split():
        found = found.filter(Q(address__icontains=word) | Q(partner__name__icontains=word))
    return found.order_by("-pk")


def counts(consultation: Consultation) -> dict[str, int]:
    """How many partners and people are invited, and how many of both wait for their letter. One
    query."""
    return consultation.invitations.aggregate(
        partners=Count("pk", filter=Q(partner__isnull=False)),
        people=Count("pk", filter=Q(partner=None)),
        untold=Count("pk", filter=Q(told_at=None)),
    )


def missing(consultation: Consultation, group: Any = None) -> QuerySet[Partner]:
    """The partners, of a group where one is named, that may answer, were not invited, and have no
    answer yet, drafts included."""
    here = {"consultation": consultation, "partner": OuterRef("pk")}
    found = Partner.objects.public().filter(
        ~Exists(Invitation.objects.filter(**here)), ~Exists(Participant.objects.filter(**here))
    )
    return found.filter(group=group) if group is not None else found
