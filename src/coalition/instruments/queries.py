"""What every topic reads: later rooms' records, reached from below, since we do not know theirs;
and what a record of a later room can choose to deliver on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from coalition.instruments.models import (
    UNNAMED,
    Instrument,
    Party,
    Provision,
    ProvisionRole,
    Register,
)


def published_commitments() -> QuerySet[Any]:
    """Every published commitment, the newest first."""
    return Provision._meta.get_field("commitments").related_model.objects.published()


def commitments_on(instrument: Instrument) -> QuerySet[Any]:
    """Published commitments that deliver on anything in the text, each once."""
    deliveries = Provision._meta.get_field("commitments").through.objects
    on_it = deliveries.filter(provision__instrument=instrument)
    return published_commitments().filter(pk__in=on_it.values("commitment"))


def commitments_within(provision: Provision) -> QuerySet[Any]:
    """Published commitments that deliver on the provision or anything inside it, each once."""
    deliveries = Provision._meta.get_field("commitments").through.objects
    inside = Provision.objects.filter(
        instrument=provision.instrument_id, eid__startswith=f"{provision.eid}__"
    )
    on_it = deliveries.filter(provision=provision) | deliveries.filter(provision__in=inside)
    return published_commitments().filter(pk__in=on_it.values("commitment"))


def interventions() -> Any:
    """All key interventions; as on every page, the public ones are shown alone."""
    return Provision._meta.get_field("interventions").related_model.objects.all()


def registers_of(party: Party) -> QuerySet[Register]:
    """The registers of others in which documents of the party stand, each with how many."""
    standing = Register.objects.filter(records__party=party, records__gone_at=None)
    return standing.annotate(documents=Count("records")).order_by("code")


# --- What can be chosen ----------------------------------------------------------------------


def choosable_texts(chosen: Iterable[str], wanted: str = "") -> QuerySet[Instrument]:
    """The texts whose paragraphs are offered: those that the coalition names, those with the codes
    of texts chosen already, and the one whose code or symbol is wanted. Each has a paragraph to
    choose."""
    paragraphs = Provision.objects.filter(instrument=OuterRef("pk"), role=ProvisionRole.OPERATIVE)
    asked = Q(code__iexact=wanted) | Q(symbol__iexact=wanted) if wanted else Q(pk__in=[])
    return Instrument.objects.filter(
        Q(position__lt=UNNAMED) | Q(code__in=set(chosen)) | asked, Exists(paragraphs)
    )


def is_named(text: Instrument, words: str) -> bool:
    """Is this the text with that code or symbol?"""
    return bool(words) and words.casefold() in (text.code.casefold(), text.symbol.casefold())


def choosable(instrument: Instrument) -> QuerySet[Provision]:
    """Its paragraphs and points in reading order, with the heading each stands under."""
    return Provision.objects.filter(
        instrument=instrument, role__in=[ProvisionRole.OPERATIVE, ProvisionRole.POINT]
    ).select_related("parent")
