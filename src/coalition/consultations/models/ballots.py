"""Ballots: which proposals come first."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.consultations.models.participants import Participant, by_chance


class BallotQuerySet(models.QuerySet["Ballot"]):
    def counting(self) -> BallotQuerySet:
        """Those that count: all but an organisation's drafts."""
        return self.filter(is_draft=False)


class Ballot(models.Model):
    """What a participant puts first, whole: a ballot is changed as a whole or not at all.

    `choices` holds, by the key of a statement (as text), 1 for each that is supported, the points
    that it was given, or its rank from 1; what is not named was left out. Like a vote it keeps
    neither moment nor order.
    """

    id = models.BigIntegerField(primary_key=True, default=by_chance, editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="ballots")
    choices = models.JSONField(default=dict)
    is_draft = models.BooleanField(default=False)

    objects = BallotQuerySet.as_manager()

    class Meta:
        verbose_name = _("ballot")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "is_draft"], name="one_ballot_a_participant"
            )
        ]

    def __str__(self) -> str:
        return f"ballot of {self.participant_id}"
