"""What is done in an intervention, and what may go wrong."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.interventions.models.programme import Intervention
from coalition.interventions.rules import reads_portfolio
from coalition.partners.models import Partner
from coalition.results.models import Result


class Activity(models.Model):
    """A piece of work towards a result; its texts are in the intervention's language."""

    intervention = models.ForeignKey(
        Intervention, on_delete=models.CASCADE, related_name="activities"
    )
    number = models.PositiveSmallIntegerField()  # lasting within the intervention
    title = models.CharField(_("what is done"), max_length=300)
    result = models.ForeignKey(
        Result,
        verbose_name=_("result it leads to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="activities",
    )
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner that does it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="activities",
    )
    starts_on = models.DateField(_("planned from"))
    ends_on = models.DateField(_("planned until"))
    began_on = models.DateField(_("began on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    # It will not be done, because.
    dropped_because = models.CharField(_("given up, because"), max_length=300, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["starts_on", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["intervention", "number"], name="an_activity_has_its_number"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="an_activity_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(began_on=None, ended_on=None)
                | (Q(began_on__isnull=False) & (Q(ended_on=None) | Q(ended_on__gte=F("began_on")))),
                name="an_activity_ended_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Weight(models.IntegerChoices):
    """How likely something is, and how much it would harm."""

    LOW = 1, _("Low")
    MEDIUM = 2, _("Medium")
    HIGH = 3, _("High")


class RiskQuerySet(models.QuerySet["Risk"]):
    def open(self) -> RiskQuerySet:
        return self.filter(closed_at=None)

    def visible_to(self, person: Any) -> RiskQuerySet:
        """What its partner chose to publish for all; every one for those who take part, for
        officers, and for those who hold a seat in a coordinating group."""
        if reads_portfolio(person):
            return self
        shared = Intervention.objects.shared_with(person)
        return self.filter(
            Q(is_public=True, intervention__in=Intervention.objects.published())
            | Q(intervention__in=shared)
        )


class Risk(models.Model):
    """What may go wrong, how much that weighs, and what is done about it; in the intervention's
    language."""

    intervention = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="risks")
    number = models.PositiveSmallIntegerField()  # lasting within the intervention
    words = models.CharField(_("what may go wrong"), max_length=300)
    likelihood = models.PositiveSmallIntegerField(
        _("how likely it is"), choices=Weight.choices, default=Weight.MEDIUM
    )
    harm = models.PositiveSmallIntegerField(
        _("how much it would harm"), choices=Weight.choices, default=Weight.MEDIUM
    )
    # Likelihood times harm, 1 to 9: kept by the database, since lists sort by it.
    weight = models.GeneratedField(
        expression=F("likelihood") * F("harm"),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    answer = models.CharField(_("what is done about it"), max_length=300, blank=True)
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner that watches it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="risks",
    )
    is_public = models.BooleanField(_("everybody may read it"), default=False)
    changed_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.CharField(_("past, because"), max_length=300, blank=True)

    objects = RiskQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk")
        ordering = ["-weight", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["intervention", "number"], name="a_risk_has_its_number"
            ),
            models.CheckConstraint(
                condition=Q(likelihood__range=(1, 3), harm__range=(1, 3)),
                name="a_risk_weighs_one_to_three",
            ),
        ]

    def __str__(self) -> str:
        return self.words
