"""Example comments of an Example supervisory body, one of which an Example commitment answers."""

from __future__ import annotations

from typing import Any

from coalition.commitments.models import Commitment
from coalition.instruments.models import Instrument, Party, SupervisoryComment
from coalition.instruments.obligations.actions import enter_comment

BODY = "Example committee of supervisors"
COMMENTS = (
    ("XAA", "observation", 2023, "Asks how the wages of home-based workers are counted (Example)."),
    ("XAB", "direct_request", 2024, "Asks for the number of inspections a year (Example)."),
    ("XAH", "observation", 2025, "Notes the new law, and asks how it is applied (Example)."),
)


def build(officer: Any) -> None:
    """Make the comments on the Example convention, after its parties stand."""
    about = Instrument.objects.get(code="example-convention-1")
    made = [
        enter_comment(
            party=Party.objects.get(code=code),
            instruments=[about],
            kind=kind,
            body=BODY,
            adopted_year=year,
            gist=gist,
            url=f"https://example.org/comments/{code.lower()}-{year}",
            by=officer,
        )
        for code, kind, year, gist in COMMENTS
    ]
    answer = Commitment.objects.filter(is_example=True, is_public=True).order_by("pk").first()
    if answer is not None:
        answer.comments.add(made[0])


def remove() -> int:
    """Remove the Example comments; returns how many rows went."""
    return SupervisoryComment.objects.filter(is_example=True).delete()[0]
