"""What every topic reads: later rooms' records, reached from below, since we do not know theirs."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet

from coalition.instruments.models import Instrument, Party, Provision, Register


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


def registers_of(party: Party) -> QuerySet[Register]:
    """The registers of others in which documents of the party stand, each with how many."""
    standing = Register.objects.filter(records__party=party, records__gone_at=None)
    return standing.annotate(documents=Count("records")).order_by("code")
