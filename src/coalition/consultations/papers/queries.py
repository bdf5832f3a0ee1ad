"""What answers on paper are given to, and which files were taken in."""

from __future__ import annotations

from django.db.models import QuerySet

from coalition.base.text import fold
from coalition.consultations.models import Batch, Consultation
from coalition.consultations.states import StatementState


def answerable(consultation: Consultation) -> dict[int, int]:
    """The keys of the statements that a form may answer, by number: those that are shown, and those
    that were merged since it was printed, whose votes count for the other. One query."""
    states = (StatementState.ACCEPTED, StatementState.MERGED)
    held = consultation.statements.filter(state__in=states)
    return dict(held.values_list("number", "pk"))


def batch_with(consultation: Consultation, digest: str) -> Batch | None:
    """The file that says the same, if it was taken in. One query."""
    return consultation.batches.filter(digest=digest).first()


def forms_of(consultation: Consultation, occasion: str) -> set[str]:
    """The numbers of the forms that were taken in from this occasion, however it was written.
    One query."""
    held = consultation.batches.values_list("occasion", "forms")
    return {form for said, forms in held if fold(said) == fold(occasion) for form in forms}


def batches(consultation: Consultation) -> QuerySet[Batch]:
    """All files that were taken in, the newest first."""
    return consultation.batches.select_related("by").order_by("-at", "-pk")
