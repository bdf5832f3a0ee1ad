"""What the applicant's page says: the stage, who is to act, how long it takes, what was written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db.models import Sum
from django.utils.translation import gettext as _

from coalition.mailroom.models import Letter
from coalition.partners.models import AccessionRequest, ServiceTarget
from coalition.partners.states import OPEN, AccessionState
from coalition.ui.thread import Step

# The last so many decisions tell how long one takes; fewer than these tell nothing yet.
DECISIONS = 100
FEWEST = 5
LETTERS = 50
# Letters that only carry a link: of no use to who has opened it.
LINK_KEYS = "partners.link:"

_A = AccessionState
# The way of a request as its applicant sees it. What officers recommend stays among them.
STAGES = (
    (_A.DRAFT,),
    (_A.RECEIVED, _A.ACKNOWLEDGED, _A.INCOMPLETE),
    (_A.UNDER_VETTING,),
    (_A.RECOMMENDED,),
)


def stages(case: AccessionRequest) -> list[Step]:
    """Where the request stands, on the thread laid flat."""
    labels = [_("Filled in"), _("Looked through"), _("Examined"), _("Decided")]
    number = next((n for n, held in enumerate(STAGES) if case.state in held), None)
    if number is None:  # it is over
        return [
            *(Step(label, "done") for label in labels[:-1]),
            Step(labels[-1], "now", note=case.get_state_display()),
        ]
    words = ["done"] * number + ["now"] + ["ahead"] * (len(labels) - number - 1)
    return [Step(label, word) for label, word in zip(labels, words, strict=True)]


def who_acts(case: AccessionRequest) -> str:
    """Who has to do something now, in a sentence to the applicant."""
    return {
        _A.DRAFT: _("You: the request is not sent yet."),
        _A.RECEIVED: _("The secretariat: it looks through what you sent."),
        _A.ACKNOWLEDGED: _("The secretariat: it looks through what you sent."),
        _A.INCOMPLETE: _("You: the secretariat asked for something, and waits for your answer."),
        _A.UNDER_VETTING: _("The secretariat: it examines the request. You need do nothing."),
        _A.RECOMMENDED: _("The secretariat: a decision is being taken. You need do nothing."),
    }.get(AccessionState(case.state), _("Nobody: it is over."))


@dataclass(frozen=True)
class Usual:
    """How long a decision takes, in whole days: half of the last `cases` decisions took at most
    `half`, four in five at most `most`. With too few decisions both are None, and `target` is
    what the secretariat aims at, if it named one."""

    cases: int
    half: int | None = None
    most: int | None = None
    target: int | None = None


def usual_time() -> Usual:
    """From the last decisions, at most a hundred; Example cases tell nothing."""
    decided = AccessionRequest.objects.filter(
        state__in=(_A.ACCEPTED, _A.DECLINED), closed_at__isnull=False, is_example=False
    )
    rows = decided.order_by("-closed_at").values_list("opened_at", "closed_at")[:DECISIONS]
    days = sorted(days_between(opened, closed) for opened, closed in rows)
    if len(days) < FEWEST:
        waits = [state for state in OPEN if state != _A.INCOMPLETE]
        target = ServiceTarget.objects.filter(stage__in=waits).aggregate(days=Sum("days"))["days"]
        return Usual(len(days), target=target)
    return Usual(len(days), half=math.ceil(median(days)), most=share(days, 0.8))


def share(days: Sequence[int], part: float) -> int:
    """The smallest of these sorted numbers that this part of them does not exceed."""
    return days[math.ceil(part * len(days)) - 1]


def days_between(first: datetime, last: datetime) -> int:
    """Days begun: what was decided on the same day took one."""
    return max(1, math.ceil((last - first).total_seconds() / 86_400))


@dataclass(frozen=True)
class Written:
    """One piece of the correspondence as the applicant reads it: a letter to them, or their own
    words (`is_own`)."""

    at: datetime
    text: str
    subject: str = ""
    language: str = ""
    is_own: bool = False


def written(case: AccessionRequest) -> list[Written]:
    """The secretariat's last letters to the focal point, and what was answered here, in order.

    Letters to others, officers' notes and letters that ask to confirm a step are not among them:
    the link that opens this page must not be enough to read those.
    """
    told = [
        Written(move.at, move.reason, is_own=True)
        for move in case.moves.all()
        if move.verb == "answer" and move.reason
    ]
    if case.thread_id and case.contact_email:
        letters = Letter.objects.filter(
            thread=case.thread_id, to_address__iexact=case.contact_email
        ).exclude(key__startswith=LINK_KEYS)
        told += [
            Written(one.written_at, one.text, one.subject, one.language)
            for one in letters.order_by("-pk")[:LETTERS]
        ]
    return sorted(told, key=lambda one: one.at)
