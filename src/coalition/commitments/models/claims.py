"""What commitments are claimed to contribute to the results of key interventions."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.states import Move
from coalition.commitments.models.promise import Commitment
from coalition.commitments.states import CLAIM_HELD, CLAIM_VERBS, ClaimState
from coalition.interventions.models import Intervention
from coalition.partners.models import Partner
from coalition.results.frameworks.queries import in_per_cent
from coalition.results.models import WHOLE, Indicator


class ClaimQuerySet(models.QuerySet["Claim"]):
    def confirmed(self) -> ClaimQuerySet:
        """Those that the public sees and that count."""
        return self.filter(state=ClaimState.CONFIRMED)

    def for_page(self) -> ClaimQuerySet:
        """Confirmed ones with all that a page of the commitment or the intervention shows of
        them, in the order of the intervention's results. One query."""
        return (
            self.confirmed()
            .select_related("commitment__partner__group", "intervention", "own")
            .select_related("indicator__result", "indicator__framework")
            .order_by("intervention", "indicator__number", "-share", "pk")
        )

    def visible_to(self, person: Any) -> ClaimQuerySet:
        """Confirmed ones for all; others for officers, and for those who speak for the partner
        that leads the commitment, or that confirmed to lead the intervention, alone or not."""
        if person.is_authenticated and person.is_officer:
            return self
        own = Partner.objects.spoken_for_by(person)
        return self.filter(
            Q(state=ClaimState.CONFIRMED)
            | Q(commitment__partner__in=own)
            | Q(intervention__in=Intervention.objects.led_by(own))
        )


class Claim(models.Model):
    """A commitment contributes to a result of a key intervention: claimed by the partner that
    makes the promise, confirmed by the one that leads the intervention. A contribution is claimed,
    not a cause.

    `own` is the commitment's indicator whose figures count in the intervention's total from the
    confirmation on. A figure counts towards one indicator alone, and so once in every total.
    """

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="claims")
    intervention = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="claims")
    # Of the intervention's framework: the result that it contributes to.
    indicator = models.ForeignKey(
        Indicator, verbose_name=_("result"), on_delete=models.CASCADE, related_name="claims"
    )
    own = models.ForeignKey(
        Indicator,
        verbose_name=_("figures that count"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="claimed_by",
    )
    share = models.PositiveSmallIntegerField(_("share"))  # in hundredths of a per cent
    how = models.CharField(_("how it contributes"), max_length=300)  # in the commitment's language
    state = models.CharField(max_length=10, choices=ClaimState.choices, default=ClaimState.CLAIMED)
    asked_at = models.DateTimeField(default=timezone.now)

    objects = ClaimQuerySet.as_manager()
    VERBS = CLAIM_VERBS

    class Meta:
        verbose_name = _("contribution to a key intervention")
        verbose_name_plural = _("contributions to key interventions")
        ordering = ["pk"]
        indexes = [models.Index(fields=["intervention", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "indicator"], name="a_commitment_claims_a_result_once"
            ),
            models.UniqueConstraint(
                fields=["own"],
                condition=Q(state__in=[state.value for state in CLAIM_HELD]),
                name="figures_are_claimed_once",
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=WHOLE), name="a_claim_is_a_part_of_the_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} to {self.indicator_id}: {self.share / 100} %"

    def get_absolute_url(self) -> str:
        return reverse("commitments:claim", args=[self.commitment.reference, self.pk])

    @property
    def per_cent(self) -> str:
        """Its share as a reader reads it, with its sign."""
        return in_per_cent(self.share)


class ClaimMove(Move):
    record = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="moves")
