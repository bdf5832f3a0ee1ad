"""Figures as typed rows, and the totals derived from them.

A value is a whole number of its unit's smallest part. A figure that replaces another is a new
row; the one before stays, superseded, so that what was public stays answerable.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.partners.models import Partner
from coalition.places.models import Place
from coalition.results.models.frameworks import Indicator, Period
from coalition.results.models.vocabulary import Cell, Unit

# Ten of the largest fit into the 64 bits of both databases: 10^15 with two decimals is smaller.
MOST = 9 * 10**17


class Role(models.TextChoices):
    BASELINE = "baseline", _("Baseline")
    TARGET = "target", _("Target")
    ACTUAL = "actual", _("Actual")


class Basis(models.TextChoices):
    """How a figure is known. Never mixed silently."""

    REPORTED = "reported", _("Reported")
    ESTIMATED = "estimated", _("Estimated")
    PROJECTED = "projected", _("Projected")


class FactState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Replaced by a later figure")


class Hidden(models.TextChoices):
    """Why a figure is not shown to the public; empty where it is."""

    SMALL = "small", _("Too small to be published")
    PROTECTS = "protects", _("Withheld to protect a small figure")


class FactQuerySet(models.QuerySet["Fact"]):
    def published(self) -> FactQuerySet:
        """What counts now. A published fact of a framework that is not public is seen by its
        organisation alone: see `public`."""
        return self.filter(state=FactState.PUBLISHED)

    def actual(self) -> FactQuerySet:
        return self.filter(role=Role.ACTUAL)

    def public(self) -> FactQuerySet:
        """What everybody may see; of a hidden one that it is, but not its value (`Fact.shown`)."""
        return self.published().filter(indicator__framework__is_public=True)

    def in_slot_of(self, fact: Fact) -> FactQuerySet:
        """This figure, those that stood in its place, and those that do now: whoever reported
        them, since an organisation passes its promises on."""
        slot = ("indicator_id", "role", "period_id", "place_id", "cell_id")
        return self.filter(**{name: getattr(fact, name) for name in slot})

    def visible_to(self, person: Any) -> FactQuerySet:
        """Those of frameworks that the person may see; drafts only for those who report."""
        own = Q(pk__in=[])
        if person.is_authenticated:
            own = Q(indicator__framework__reporter__in=Partner.objects.spoken_for_by(person))
        return self.filter(
            Q(
                state__in=[FactState.PUBLISHED, FactState.SUPERSEDED],
                indicator__framework__is_public=True,
            )
            | own
        )


class Fact(models.Model):
    """One figure: of an indicator, in a period, at a place, of a cell, by a partner.

    `value` is a whole number of the unit's smallest part (of a yes-or-no 1 or 0, of a scale the
    step). Of a percentage it is the numerator, and `denominator` counts in the same unit. A
    figure that nobody has says why in `not_known`.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="facts")
    # None: the baseline, or a target for the end.
    period = models.ForeignKey(
        Period, null=True, blank=True, on_delete=models.PROTECT, related_name="facts"
    )
    role = models.CharField(max_length=10, choices=Role.choices)
    # None: all places of the owner, and all that is counted.
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    cell = models.ForeignKey(
        Cell, null=True, blank=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="facts")
    report = models.ForeignKey(
        "results.Report", null=True, blank=True, on_delete=models.CASCADE, related_name="facts"
    )
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    value = models.BigIntegerField(null=True, blank=True)
    denominator = models.BigIntegerField(null=True, blank=True)
    text = models.TextField(blank=True, max_length=2000)
    not_known = models.CharField(_("not known, because"), max_length=300, blank=True)
    basis = models.CharField(max_length=10, choices=Basis.choices, default=Basis.REPORTED)
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    # Why a public target was changed.
    why_changed = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=FactState.choices, default=FactState.DRAFT)
    hidden = models.CharField(max_length=10, choices=Hidden.choices, blank=True)
    is_disputed = models.BooleanField(default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="+",
    )
    changed_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure")
        ordering = ["pk"]
        indexes = [
            # Few are hidden, and these are looked for whenever totals are derived.
            models.Index(
                fields=["indicator"], condition=~Q(hidden=""), name="figures_that_are_hidden"
            ),
            # Readers ask for the disputed ones among all.
            models.Index(
                fields=["indicator"], condition=Q(is_disputed=True), name="disputed_figures"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "indicator",
                "role",
                "partner",
                Coalesce(F("period"), 0),
                Coalesce(F("place"), 0),
                Coalesce(F("cell"), 0),
                condition=Q(state=FactState.PUBLISHED),
                name="one_published_figure",
            ),
            models.UniqueConstraint(
                "report",
                "indicator",
                Coalesce(F("place"), 0),
                Coalesce(F("cell"), 0),
                condition=Q(report__isnull=False),
                name="a_report_says_it_once",
            ),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=-MOST, value__lte=MOST),
                name="a_value_fits",
            ),
            models.CheckConstraint(
                condition=Q(denominator=None) | Q(denominator__gt=0, denominator__lte=MOST),
                name="a_denominator_is_above_zero",
            ),
            models.CheckConstraint(
                condition=~Q(state=FactState.PUBLISHED) | Q(published_at__isnull=False),
                name="a_published_figure_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.role} {self.value}"

    def get_absolute_url(self) -> str:
        return reverse("results:passport", args=[self.indicator.framework.reference, self.pk])


class Overlap(models.Model):
    """So many of the people of one figure are the same people as in another: a total of both
    counts them once. It is taken out only where a total holds both."""

    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="overlaps")
    same_as = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="overlapped")
    count = models.BigIntegerField(_("how many are the same"))  # in the unit's smallest part
    why = models.CharField(_("how this is known"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fact", "same_as"], name="an_overlap_once"),
            models.CheckConstraint(condition=~Q(fact=F("same_as")), name="an_overlap_joins_two"),
            models.CheckConstraint(condition=Q(count__gt=0), name="an_overlap_is_of_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.count} of {self.fact_id} are in {self.same_as_id}"


class Total(models.Model):
    """What the figures of an indicator, and of those that count towards it, come to: derived by
    its rule (`totals.actions`), never entered. Rows are made anew, and may be removed any time.

    Of a period, or of all (None); at a place, by a partner, of a cell, or of all. The figure is
    value divided by denominator, in the unit's smallest part.
    """

    # The figures vouch for what these rows refer to: to have the database look it up again, two
    # million times when all are made anew, would take longer than all the rest.
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, db_constraint=False, related_name="totals"
    )
    role = models.CharField(max_length=10, choices=Role.choices)
    period = models.ForeignKey(
        Period,
        null=True,
        on_delete=models.CASCADE,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    place = models.ForeignKey(
        Place,
        null=True,
        on_delete=models.CASCADE,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    partner = models.ForeignKey(
        Partner,
        null=True,
        on_delete=models.CASCADE,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    cell = models.ForeignKey(
        Cell,
        null=True,
        on_delete=models.CASCADE,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    unit = models.ForeignKey(
        Unit,
        null=True,
        on_delete=models.PROTECT,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    value = models.BigIntegerField()
    denominator = models.BigIntegerField(default=1)
    facts = models.PositiveIntegerField()  # from how many figures
    as_of = models.DateField(null=True)  # the latest of their days
    hidden = models.CharField(max_length=10, choices=Hidden.choices, blank=True)

    class Meta:
        verbose_name = _("total")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.role} {self.value}/{self.denominator}"
