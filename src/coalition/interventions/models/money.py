"""What an intervention costs and what was paid: by partner, currency and year. Amounts are whole
numbers of the currency's smallest part; nothing is added across currencies."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.analysis.figures import decimal_of
from coalition.interventions.models.programme import Intervention
from coalition.partners.models import Partner
from coalition.results.models import Unit


class MoneyQuerySet(models.QuerySet["Money"]):
    def standing(self) -> MoneyQuerySet:
        """What counts: not struck out."""
        return self.filter(struck_at=None)


class Money(models.Model):
    """One amount, with its passport. What was public is never rewritten: it is struck out with a
    reason, and said anew."""

    intervention = models.ForeignKey(Intervention, on_delete=models.CASCADE)
    number = models.PositiveSmallIntegerField()  # lasting within the intervention
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    amount = models.BigIntegerField(_("amount"))  # in the unit's smallest part
    unit = models.ForeignKey(
        Unit, verbose_name=_("currency"), on_delete=models.PROTECT, related_name="+"
    )
    value_on = models.DateField(_("as of"))  # of which day the currency's value is
    words = models.CharField(_("in words"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_because = models.CharField(_("struck out, because"), max_length=300, blank=True)

    objects = MoneyQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.intervention_id}, {self.number}"

    @property
    def amount_in_full(self) -> str:
        """The amount in whole units of its currency, as a plain decimal."""
        return str(decimal_of(self.amount, self.unit.decimals))


class BudgetStatus(models.TextChoices):
    """Codelist BudgetStatus of IATI 2.03."""

    INDICATIVE = "1", _("Indicative")
    COMMITTED = "2", _("Committed")


class BudgetQuerySet(MoneyQuerySet):
    def counting(self) -> BudgetQuerySet:
        """What counts: not struck out, and not replaced by a revised one."""
        return self.filter(~Exists(self.model.replacing()), struck_at=None)


class Budget(Money):
    """What is planned to be spent in a year or another period of at most a year; by the partner
    that brings it, where that is said. A revised one takes the place of those said before it of
    the same partner, currency and period."""

    intervention = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="budgets")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    status = models.CharField(
        _("how firm it is"),
        max_length=1,
        choices=BudgetStatus.choices,
        default=BudgetStatus.INDICATIVE,
    )
    is_revised = models.BooleanField(_("revised"), default=False)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget")
        ordering = ["starts_on", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["intervention", "number"], name="a_budget_has_its_number"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="a_budget_ends_after_it_begins"
            ),
        ]

    @classmethod
    def replacing(cls) -> MoneyQuerySet:
        """Of a row outside: the later, revised budgets that stand in its place."""
        same = ("intervention", "unit", "starts_on", "ends_on")
        later = cls.objects.standing().filter(is_revised=True, number__gt=OuterRef("number"))
        of_partner = Coalesce(OuterRef("partner"), 0)
        return later.annotate(whose=Coalesce("partner", 0)).filter(
            whose=of_partner, **{name: OuterRef(name) for name in same}
        )

    @property
    def year(self) -> int:
        """In which it is counted: that of its first day."""
        return self.starts_on.year


class PaymentKind(models.TextChoices):
    """Codelist TransactionType of IATI 2.03, as far as it tells of money of an intervention."""

    INCOMING = "1", _("Received")
    PLEDGED = "2", _("Committed to be paid")
    DISBURSED = "3", _("Paid out to a partner")
    SPENT = "4", _("Spent on goods and services")
    INTEREST = "5", _("Interest paid")
    LOAN_REPAID = "6", _("Loan repaid")
    REIMBURSED = "7", _("Paid back")
    BOUGHT = "8", _("Share bought")
    SOLD = "9", _("Share sold")
    GUARANTEED = "10", _("Guaranteed")
    INCOMING_PLEDGE = "11", _("Promised to it")
    PLEDGE_BEYOND = "12", _("Pledged to be passed on")
    IN_KIND = "13", _("Received in kind")


# What was paid out: the sum that stands beside the budget.
PAID = (PaymentKind.DISBURSED, PaymentKind.SPENT)


class Payment(Money):
    """Money that moved, or was bound to. `partner` gave it, `receiver` got it; where one of them
    is no partner, it is named."""

    intervention = models.ForeignKey(
        Intervention, on_delete=models.CASCADE, related_name="payments"
    )
    kind = models.CharField(
        _("what happened"), max_length=2, choices=PaymentKind.choices, default=PaymentKind.DISBURSED
    )
    paid_on = models.DateField(_("on"))
    giver_name = models.CharField(_("who gave it"), max_length=300, blank=True)
    receiver = models.ForeignKey(
        Partner,
        verbose_name=_("partner that received it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    receiver_name = models.CharField(_("who received it"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("payment")
        ordering = ["paid_on", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["intervention", "number"], name="a_payment_has_its_number"
            ),
        ]

    @property
    def year(self) -> int:
        return self.paid_on.year
