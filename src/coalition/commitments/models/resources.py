"""With what a commitment is carried out: money by currency and year, and what is given in kind."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coalition.analysis.figures import decimal_of
from coalition.commitments.models.promise import Commitment
from coalition.results.models import Unit


class ResourceKind(models.TextChoices):
    """After the kinds of contributions to the Global Refugee Forum, and people's own work."""

    FINANCIAL = "financial", _("Money")
    MATERIAL = "material", _("Goods and premises")
    TECHNICAL = "technical", _("Knowledge and advice")
    PEOPLE = "people", _("People and their time")
    POLICY = "policy", _("Laws and policies")
    PLACES = "places", _("Places, for example for training")
    OTHER = "other", _("Other, in words")


class Resource(models.Model):
    """One means of a commitment. Money has amount, currency and year; amounts of several
    currencies or years stand beside each other and are never added across currencies."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="resources")
    number = models.PositiveSmallIntegerField()  # lasting within the commitment
    kind = models.CharField(_("kind"), max_length=10, choices=ResourceKind.choices)
    words = models.CharField(_("in words"), max_length=400, blank=True)
    amount = models.BigIntegerField(null=True, blank=True)  # in the unit's smallest part
    unit = models.ForeignKey(
        Unit, verbose_name=_("currency"), null=True, blank=True, on_delete=models.PROTECT
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)

    class Meta:
        verbose_name = _("resource")
        ordering = ["number"]
        indexes = [
            # The money promised in many commitments is added up from this alone.
            models.Index(
                fields=["unit", "commitment", "amount"],
                condition=Q(kind="financial"),
                name="money_promised",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "number"], name="a_resource_once"),
            models.CheckConstraint(
                condition=Q(kind="financial", amount__gt=0, unit__isnull=False, year__isnull=False)
                | (~Q(kind="financial") & Q(amount=None, unit=None) & ~Q(words="")),
                name="money_has_amount_currency_and_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id}, {self.number}"

    @property
    def amount_in_full(self) -> str | None:
        """The amount in whole units of its currency, as a plain decimal; None where there is
        none."""
        if self.amount is None or self.unit is None:
            return None
        return str(decimal_of(self.amount, self.unit.decimals))
