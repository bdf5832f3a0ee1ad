"""The records of this room, by topic."""

from coalition.partners.models.partner import (
    KnownName,
    NameKind,
    Partner,
    PartnerGroup,
    PartnerMove,
    Scope,
)
from coalition.partners.models.people import Mandate, MandateRole
from coalition.partners.models.priorities import Priority
from coalition.partners.models.requests import (
    AccessionMove,
    AccessionRequest,
    Advice,
    Door,
    Suggestion,
)

__all__ = [
    "AccessionMove",
    "AccessionRequest",
    "Advice",
    "Door",
    "KnownName",
    "Mandate",
    "MandateRole",
    "NameKind",
    "Partner",
    "PartnerGroup",
    "PartnerMove",
    "Priority",
    "Scope",
    "Suggestion",
]
