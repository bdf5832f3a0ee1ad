"""What figures are counted in and broken down by: defined once, shared by all."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.base.reference import Entry, Source

MOST_DECIMALS = 6
# A rate is kept as a whole number of hundred-millionths.
RATE_DECIMALS = 8


class UnitKind(models.TextChoices):
    COUNT = "count", _("Something counted")
    MEASURE = "measure", _("Something measured")
    MONEY = "money", _("Money")


class Unit(Entry):
    """What a value counts. Values are kept as whole numbers of its smallest part: with two
    decimals, 12.34 is kept as 1234, so that sums are exact on every database."""

    kind = models.CharField(_("kind"), max_length=10, choices=UnitKind.choices)
    short = NamesField(_("short name"))  # "people", "US$"
    decimals = models.PositiveSmallIntegerField(
        _("decimals"), default=0, validators=[MaxValueValidator(MOST_DECIMALS)]
    )
    # Of people: figures broken down by who they are, above zero and below this, are not published.
    threshold = models.PositiveSmallIntegerField(
        _("smallest figure that is published when broken down"), default=0
    )

    class Meta(Entry.Meta):
        verbose_name = _("unit")
        constraints = [
            models.CheckConstraint(
                condition=Q(decimals__lte=MOST_DECIMALS), name="a_unit_has_few_decimals"
            )
        ]

    @property
    def short_name(self) -> Name:
        return in_language(self.short or self.names)


class Dimension(Entry):
    """By what a figure is broken down: sex, age, disability. One that belongs to a framework was
    made by its organisation, for itself."""

    framework = models.ForeignKey(
        "results.Framework",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="own_dimensions",
    )

    class Meta(Entry.Meta):
        verbose_name = _("breakdown")


class Category(Entry):
    """One of the groups of a dimension: women, 15 to 24 years."""

    dimension = models.ForeignKey(Dimension, on_delete=models.CASCADE, related_name="categories")

    class Meta(Entry.Meta):
        verbose_name = _("category")
        verbose_name_plural = _("categories")


class Cell(models.Model):
    """A set of categories of different dimensions, such as women of 15 to 24: what one figure of
    a breakdown is about. A figure without a cell is about all."""

    key = models.CharField(max_length=300, unique=True)  # codes in order: "age-15-24|sex-female"
    # The codes of its dimensions, in order: cells of one breakdown have the same.
    breakdown = models.CharField(max_length=200, db_index=True)
    categories = models.ManyToManyField(Category, related_name="cells")

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key

    @property
    def label(self) -> str:
        """ "Women, 15 to 24 years", in the reader's language; read with its categories."""
        names = [str(one.name) for one in self.categories.all()]
        return str(_(", ")).join(names)


class ExchangeRate(models.Model):
    """How much of `into` one unit of a currency bought on a day, and who says so."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="rates")
    into = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    rate = models.BigIntegerField()  # in hundred-millionths
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["unit", "into", "-on"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "into", "on"], name="one_rate_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="a_rate_is_above_zero"),
            models.CheckConstraint(condition=~Q(unit=F("into")), name="a_rate_joins_two"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.into_id} {self.on}"
