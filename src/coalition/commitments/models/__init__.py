"""The records of this room, by topic."""

from coalition.commitments.models.amendments import Amendment, AmendmentMove, Edition, Side
from coalition.commitments.models.claims import Claim, ClaimMove, ClaimQuerySet
from coalition.commitments.models.finding import Facet, Filing, SavedSearch, Tally
from coalition.commitments.models.lists import CommitmentList
from coalition.commitments.models.promise import (
    Commitment,
    CommitmentMove,
    CommitmentQuerySet,
    Delivery,
    Part,
    PartMove,
    PartQuerySet,
    PartRole,
)
from coalition.commitments.models.resources import Resource, ResourceKind

__all__ = [
    "Amendment",
    "AmendmentMove",
    "Claim",
    "ClaimMove",
    "ClaimQuerySet",
    "Commitment",
    "CommitmentList",
    "CommitmentMove",
    "CommitmentQuerySet",
    "Delivery",
    "Edition",
    "Facet",
    "Filing",
    "Part",
    "PartMove",
    "PartQuerySet",
    "PartRole",
    "Resource",
    "ResourceKind",
    "SavedSearch",
    "Side",
    "Tally",
]
