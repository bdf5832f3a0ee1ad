"""Reading the records of registers that are not ours. Nothing here counts as a commitment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from coalition.instruments.models import ExternalKind, ExternalRecord, Party, Register
from coalition.places.models import Place

CHOOSABLE_A_PARTY = 3
NEWEST_FIRST = (F("submitted_on").desc(nulls_last=True), "pk")
SORTS = {
    "": ("party_name", *NEWEST_FIRST),
    "newest": NEWEST_FIRST,
    "oldest": (F("submitted_on").asc(nulls_last=True), "pk"),
    "title": ("title", "pk"),
}


def registers() -> QuerySet[Register]:
    """Every register that is held, with how many documents of how many parties stand in it."""
    here = Q(records__gone_at=None)
    return (
        Register.objects.select_related("source")
        .annotate(
            documents=Count("records", filter=here),
            parties=Count("records__party_name", filter=here, distinct=True),
            newest=Max("records__submitted_on", filter=here),
        )
        .filter(taken_in_at__isnull=False)
        .order_by("code")
    )


def records(register: Register, wishes: Mapping[str, Any]) -> QuerySet[ExternalRecord]:
    """The documents of a register that meet every wish of the filter, in its order; those that
    it does not have any more only where `gone` is asked for."""
    found = register.records.filter(gone_at__isnull=not wishes.get("gone"))
    found = found.select_related("party", "belongs_to")
    for name in ("kind", "language", "status"):
        if wishes.get(name):
            found = found.filter(**{name: wishes[name]})
    if party := wishes.get("party"):
        found = found.filter(Q(party__code=party) | Q(party=None, party_name=party))
    for word in (wishes.get("words") or "").split()[:8]:
        found = found.filter(
            Q(title__icontains=word) | Q(party_name__icontains=word) | Q(file_name__icontains=word)
        )
    return found.order_by(*SORTS.get(wishes.get("sort") or "", SORTS[""]))


def standing_in(register: Register) -> QuerySet[ExternalRecord]:
    """The documents that the register has now, in no order: for the choices of its filters."""
    return register.records.filter(gone_at=None).order_by()


def parties_in(register: Register) -> list[tuple[str, str]]:
    """Whose documents stand in the register: what a filter asks for and the name to read."""
    named = standing_in(register)
    held = Party.objects.filter(pk__in=named.values("party"))
    found = [(each.code, str(each.name)) for each in held]
    strangers = named.filter(party=None).values_list("party_name", flat=True).distinct()
    return sorted([*found, *((name, name) for name in strangers)], key=lambda pair: pair[1])


def around(record: ExternalRecord) -> QuerySet[ExternalRecord]:
    """The addenda and translations of the submission that this record is or belongs to, itself
    left out."""
    whole = record.belongs_to_id or record.pk
    found = ExternalRecord.objects.filter(belongs_to=whole, gone_at=None).exclude(pk=record.pk)
    return found.select_related("register").order_by("kind", *NEWEST_FIRST)


def promises_on(record: ExternalRecord) -> QuerySet[Any]:
    """Published commitments that say that they are in line with it, the newest first."""
    return record.commitments.published().select_related("partner").order_by("-published_at", "pk")


def waiting() -> QuerySet[ExternalRecord]:
    """Addenda and translations of which no rule could say where they belong, and nobody did."""
    return (
        ExternalRecord.objects.filter(gone_at=None, belongs_to=None, attached_by=None)
        .exclude(kind=ExternalKind.SUBMISSION)
        .select_related("register", "party")
        .order_by("register", "party_name", "pk")
    )


def submissions_beside(record: ExternalRecord) -> QuerySet[ExternalRecord]:
    """To which an addendum or a translation may belong: those of its party, the newest first."""
    return ExternalRecord.objects.filter(
        register=record.register_id,
        kind=ExternalKind.SUBMISSION,
        party_code=record.party_code,
        gone_at=None,
        **({} if record.party_code else {"party_name": record.party_name}),
    ).order_by(*NEWEST_FIRST)


def choosable(places: Iterable[Place]) -> QuerySet[ExternalRecord]:
    """What a promise for these places can be in line with: the newest submissions of each of
    their parties that still stand in the register, by party, the newest first.

    With their register and party, so that a choice can be worded without further queries.
    """
    standing = ExternalRecord.objects.filter(
        kind=ExternalKind.SUBMISSION, gone_at=None, party__place__in=[each.pk for each in places]
    )
    place_in_row = Window(
        RowNumber(), partition_by=["register", "party"], order_by=list(NEWEST_FIRST)
    )
    return (
        standing.annotate(row=place_in_row)
        .filter(row__lte=CHOOSABLE_A_PARTY)
        .select_related("register", "party")
        .order_by("party__code", "register__code", *NEWEST_FIRST)
    )
