"""What may be chosen while a commitment is written."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, prefetch_related_objects
from django.utils.formats import date_format

from coalition.commitments.models import Commitment
from coalition.instruments.models import (
    ExternalKind,
    ExternalRecord,
    Party,
    SupervisoryComment,
)
from coalition.themes.models import Challenge, Theme

MOST_COMMENTS = 40  # offered to be answered, the newest
MOST_RECORDS = 40  # offered as what it is in line with, the newest


WORDS = (
    *("level", "framework", "places", "themes", "challenges", "priorities", "comments"),
    *("external_records", "deliveries__provision__instrument", "resources__unit"),
)


def with_words(commitment: Commitment) -> Commitment:
    """With all that its plain values and the quality guide read, in a fixed number of queries."""
    prefetch_related_objects([commitment], *WORDS)
    return commitment


def offered_to(commitment: Commitment) -> dict[str, list[Any]]:
    """What a commitment may name, by kind of row, besides places: the vocabularies in use, its
    partner's priorities, and what concerns the countries that it is about."""
    parties = _parties(commitment)
    return {
        "theme": list(Theme.objects.filter(retired_on=None)),
        "challenge": list(Challenge.objects.filter(retired_on=None)),
        "priority": list(commitment.partner.priorities.select_related("theme")),
        "comment": list(
            SupervisoryComment.objects.filter(party__in=parties, struck_at=None)
            .select_related("party__place")
            .prefetch_related("instruments")
            .order_by("-adopted_year", "-pk")[:MOST_COMMENTS]
        ),
        "record": list(
            ExternalRecord.objects.filter(
                party__in=parties, kind=ExternalKind.SUBMISSION, gone_at=None
            )
            .select_related("register")
            .order_by("-submitted_on", "-pk")[:MOST_RECORDS]
        ),
    }


def _parties(commitment: Commitment) -> Any:
    """The parties among its places, and its partner's country."""
    about = Q(place__in=commitment.places.order_by())
    if commitment.partner.country_id:
        about |= Q(place=commitment.partner.country_id)
    return Party.objects.filter(about)


def name_of_choice(kind: str, one: Any) -> str:
    """How something that can be chosen reads in the list."""
    if kind == "comment":
        return name_of_comment(one)
    if kind == "record":
        day = f", {date_format(one.submitted_on)}" if one.submitted_on else ""
        return f"{one.party_name}: {one.title}{day}"
    return str(one)


def name_of_comment(comment: SupervisoryComment) -> str:
    """How a comment reads in a list to choose from."""
    about = ", ".join(str(one.short_name) for one in comment.instruments.all())
    return f"{comment.get_kind_display()} {comment.adopted_year}, {comment.party.name}: {about}"
