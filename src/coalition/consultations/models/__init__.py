"""The records of this room, by topic."""

from coalition.consultations.models.history import Change, What
from coalition.consultations.models.process import (
    Consultation,
    ConsultationMove,
    ConsultationQuerySet,
    Phase,
    PhaseQuerySet,
    granted,
)
from coalition.consultations.models.statements import LONGEST, Credit, Statement

__all__ = [
    "LONGEST",
    "Change",
    "Consultation",
    "ConsultationMove",
    "ConsultationQuerySet",
    "Credit",
    "Phase",
    "PhaseQuerySet",
    "Statement",
    "What",
    "granted",
]
