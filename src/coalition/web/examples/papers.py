"""What people said on forms of paper in the Example consultation that is open: one file is taken
in, and another was looked at and waits."""

from __future__ import annotations

from coalition.accounts.models import User
from coalition.consultations.models import Consultation
from coalition.consultations.papers.actions import take_in, upload
from coalition.consultations.papers.answers import PaperAnswer, digest_of
from coalition.consultations.states import Channel
from coalition.partners.models import PartnerGroup

FORMS, WAITING = 12, 7
PATTERN = (1, 1, 0, 1, -1)  # who agrees, disagrees and passes, in turn


def build(one: Consultation, officer: User) -> None:
    """Take in the forms of an Example market day; those of a second one wait."""
    first, second = _forms(one, FORMS, turn=0), _forms(one, WAITING, turn=1)
    take_in(
        one,
        first,
        channel=Channel.PAPER,
        occasion="Example market day, morning",
        language="en",
        file_name="example-market-morning.xlsx",
        digest=digest_of(first),
        by=officer,
    )
    upload(
        one,
        second,
        channel=Channel.PAPER,
        occasion="Example market day, evening",
        language="en",
        file_name="example-market-evening.xlsx",
        by=officer,
    )


def _forms(one: Consultation, count: int, *, turn: int) -> list[PaperAnswer]:
    numbers = list(one.statements.shown().order_by("number").values_list("number", flat=True))
    workers = PartnerGroup.objects.filter(code="WRK").first()
    return [
        PaperAnswer(
            group=workers,
            form=str(form),
            values={number: PATTERN[(form + number + turn) % len(PATTERN)] for number in numbers},
        )
        for form in range(1, count + 1)
    ]
