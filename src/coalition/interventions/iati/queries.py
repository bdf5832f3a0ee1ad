"""What is published as IATI, as files ask for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from coalition.analysis.iati.organisations import Organisation
from coalition.analysis.iati.writing import (
    ACTIVITIES,
    ORGANISATIONS,
    fragment,
    head,
    tail,
)
from coalition.interventions.iati import composing
from coalition.interventions.iati.composing import STILL
from coalition.interventions.models import Intervention, OrganisationCode, Published, Role
from coalition.partners.models import Partner

CHUNK = 50


@dataclass(frozen=True)
class Stand:
    """Of when a file is, and what it is known by; the same as long as nothing in it changes."""

    records: int
    changed_at: datetime | None
    etag: str


def records(partner: Partner | None = None) -> Any:
    """The elements of all interventions, or of those in which a partner has a confirmed role."""
    rows = Published.objects.filter(intervention__is_public__in=[True])
    if partner is not None:
        rows = rows.filter(intervention__in=Intervention.objects.of(partner))
    return rows.order_by("intervention")


def stand(rows: Any) -> Stand:
    """One query."""
    found = rows.order_by().aggregate(count=Count("pk"), last=Max("changed_at"), top=Max("pk"))
    words = f"{found['count']} {found['last']} {found['top']}"
    etag = f'"{hashlib.sha256(words.encode()).hexdigest()[:32]}"'
    return Stand(found["count"], found["last"], etag)


def activities_file(rows: Any, made_at: datetime) -> Iterator[bytes]:
    """The file, piece by piece, as it was kept."""
    yield head(ACTIVITIES, generated_at=made_at)
    for text in rows.values_list("xml", flat=True).iterator(chunk_size=CHUNK):
        yield text.encode()
    yield tail(ACTIVITIES)


def organisations_told(partner: Partner | None = None) -> list[Organisation]:
    """The partners that confirmed a role in a public intervention or whose own file was read in,
    or one of them."""
    roles = Role.objects.confirmed().filter(intervention__is_public__in=[True])
    partners = Partner.objects.shown().filter(
        Q(pk__in=roles.values("partner")) | Q(pk__in=told().values("partner"))
    )
    if partner is not None:
        partners = partners.filter(pk=partner.pk)
    return composing.organisations(partners)


def told() -> Any:
    """Organisations whose own file was read in, and is given out."""
    return OrganisationCode.objects.filter(is_main=True).exclude(came="")


def organisations_changed_at(activities: Stand) -> datetime:
    """Of when the file of organisations is. One query."""
    last = told().aggregate(last=Max("at"))["last"]
    return max(one for one in (activities.changed_at, last, STILL) if one is not None)


def organisations_file(organisations: list[Organisation], made_at: datetime) -> bytes:
    parts = (fragment(one) for one in organisations)
    return b"".join((head(ORGANISATIONS, generated_at=made_at), *parts, tail(ORGANISATIONS)))
