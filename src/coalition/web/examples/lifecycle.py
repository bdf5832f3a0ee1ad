"""Example commitments in every state: said to be completed, closed, inactive, set for a day."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from coalition.accounts.models import User
from coalition.commitments import actions as commitments
from coalition.commitments.models import Commitment
from coalition.commitments.states import State
from coalition.results.models import Light

DAYS_AHEAD = 21


def build(officer: User, second: User) -> None:
    """Of those reported as fulfilled one is closed and one waits for the second look; of the
    silent ones one is inactive and one closed; of those that wait one is set for a day."""
    public = Commitment.objects.filter(is_example=True, state=State.PUBLISHED).order_by("pk")
    public = public.select_related("partner", "framework")
    fulfilled = list(public.filter(framework__completed_at__isnull=False)[:2])
    for one in fulfilled:
        one = commitments.claim_completion(one, by=signatory(one))
        if one.pk == fulfilled[0].pk:
            commitments.close(one, by=second)
        else:
            reason = "Example: the register names one place less than the report."
            one = commitments.refuse_completion(one, reason=reason, by=second)
            commitments.claim_completion(one, by=signatory(one))
    silent = list(public.filter(framework__light=Light.SILENT)[:2])
    for one in silent[:1]:
        reason = "Example: two letters were not answered, and nobody could be reached."
        commitments.mark_inactive(one, reason=reason, by=officer)
    for one in silent[1:]:
        reason = "Example: the time is over, and nothing was reported on the last two years."
        commitments.close_unfulfilled(one, reason=reason, by=officer)
    waiting = list(Commitment.objects.filter(is_example=True, state=State.SUBMITTED).order_by("pk"))
    for one in waiting[1:2]:
        day = timezone.now().date() + timedelta(days=DAYS_AHEAD)
        commitments.approve(one, publish_on=day, by=officer)


def signatory(one: Commitment) -> User:
    return User.objects.get(mandates__partner=one.partner)
