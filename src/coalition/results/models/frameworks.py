"""What shall change, how it is measured, and when it is reported: a results framework.

After IATI's result model (result > indicator > baseline, period > target, actual), the words of
the OECD's glossary, and the yearly light of the UN's platform for SDG actions.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from coalition.partners.models import Partner
from coalition.results.models.vocabulary import Dimension, Unit

WHOLE = 10_000  # shares are kept in hundredths of a per cent


class Light(models.TextChoices):
    """How a framework stands with its reports; its rule is in `schedules.lights`."""

    REPORTED = "reported", _("Reported")
    DUE = "due", _("Due")
    OVERDUE = "overdue", _("Overdue")
    SILENT = "silent", _("Silent")


class FrameworkQuerySet(models.QuerySet["Framework"]):
    def public(self) -> FrameworkQuerySet:
        return self.filter(is_public=True)

    def visible_to(self, person: Any) -> FrameworkQuerySet:
        """Public ones for all; others for those who hold a mandate of who reports, unless it said
        no to that, or with whom their owner is shared, and once they were handed in for
        officers."""
        seen = Q(is_public=True)
        if person.is_authenticated:
            reports = Q(reporter__in=Partner.objects.spoken_for_by(person))
            for accessor in settings.RESULT_OWNERS:
                owners = Framework._meta.get_field(accessor).related_model.objects
                reports &= ~Q(**{f"{accessor}__in": owners.refused()})
                seen |= Q(**{f"{accessor}__in": owners.shared_with(person)})
            seen |= reports
            if person.is_officer:
                seen |= Q(is_handed_in=True)
        return self.filter(seen)


class Framework(models.Model):
    """The results framework of one owner: a commitment, a key intervention."""

    reference = models.CharField(max_length=20, unique=True)  # RES-2026-0042
    owner_kind = models.CharField(max_length=20)  # the accessor to its owner: "commitment"
    # The organisation that reports: of a joint promise, the one that does so for all.
    reporter = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="frameworks")
    language = models.CharField(max_length=8, default="en")
    # Kept by the owner's verbs: from publication on everybody sees it, also after withdrawal.
    is_public = models.BooleanField(default=False)
    # Kept likewise: it was handed in, so officers see it although it is not public yet.
    is_handed_in = models.BooleanField(default=False)
    # From when on no report is due any more: its owner was withdrawn or closed.
    ended_at = models.DateTimeField(null=True, blank=True)
    # A period is so many months; without it nothing is due.
    every = models.PositiveSmallIntegerField(
        _("months between two reports"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(36)],
    )
    days_to_report = models.PositiveSmallIntegerField(
        _("days to report after a period ends"), default=60, validators=[MaxValueValidator(366)]
    )
    # Deadlines end with the day in this zone, by its IANA name.
    zone = models.CharField(_("time zone of its deadlines"), max_length=64, default="UTC")
    # Kept by `schedules.actions`, since it is asked for in every list.
    light = models.CharField(max_length=10, choices=Light.choices, default=Light.REPORTED)
    light_since = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    # When its organisation's claim that everything is done was published.
    completed_at = models.DateTimeField(null=True, blank=True)
    is_example = models.BooleanField(default=False)

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        verbose_name = _("results framework")
        ordering = ["reference"]
        indexes = [
            models.Index(fields=["is_public", "light"]),
            models.Index(fields=["next_due_at"]),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("results:framework", args=[self.reference])

    @property
    def owner(self) -> Any:
        """The record it belongs to (`owners.Owner`)."""
        return getattr(self, self.owner_kind)

    @property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class Period(models.Model):
    """From a day to a day, both included, and by when it is reported on."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="periods")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    # The last day, in the framework's zone, and the moment in which it is over.
    due_on = models.DateField(_("report due on"), null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("period")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "starts_on"], name="a_period_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="a_period_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(due_on=None, due_at=None)
                | Q(due_on__isnull=False, due_at__isnull=False),
                name="a_deadline_is_a_day_and_a_moment",
            ),
        ]

    def __str__(self) -> str:
        if (self.starts_on.month, self.starts_on.day) == (1, 1) and (
            (self.ends_on.month, self.ends_on.day) == (12, 31)
            and self.starts_on.year == self.ends_on.year
        ):
            return str(self.starts_on.year)
        return f"{date_format(self.starts_on)} – {date_format(self.ends_on)}"


class ResultLevel(models.TextChoices):
    IMPACT = "impact", _("Impact")
    OUTCOME = "outcome", _("Outcome")
    OUTPUT = "output", _("Output")
    GOAL = "goal", _("Goal")


class Result(models.Model):
    """A change that is aimed at. Its texts are in the framework's language."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="results")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    level = models.CharField(
        _("kind of result"), max_length=10, choices=ResultLevel.choices, default=ResultLevel.GOAL
    )
    title = models.CharField(_("what shall change"), max_length=400)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("result")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Measure(models.TextChoices):
    """What kind of figure an indicator is."""

    NUMBER = "number", _("A number")
    PERCENTAGE = "percentage", _("A percentage: so many out of so many")
    SCALE = "scale", _("A step on a scale")
    YES_NO = "yes_no", _("Yes or no")
    TEXT = "text", _("In words")


class Rule(models.TextChoices):
    """How figures of several periods, places, partners and indicators become one."""

    SUM = "sum", _("Add them up")
    LATEST = "latest", _("Take the latest")
    MAXIMUM = "maximum", _("Take the highest")
    AVERAGE = "average", _("Take the average")
    RATIO = "ratio", _("Weigh them: all of the parts by all of the wholes")
    NONE = "none", _("Do not add them")


# Which rules make sense for which measure; the first is what is offered.
RULES_OF = {
    Measure.NUMBER: (Rule.SUM, Rule.LATEST, Rule.MAXIMUM, Rule.AVERAGE, Rule.NONE),
    Measure.PERCENTAGE: (Rule.RATIO, Rule.LATEST, Rule.NONE),
    Measure.SCALE: (Rule.AVERAGE, Rule.LATEST, Rule.MAXIMUM, Rule.NONE),
    Measure.YES_NO: (Rule.RATIO, Rule.LATEST, Rule.NONE),
    Measure.TEXT: (Rule.NONE,),
}


class Direction(models.TextChoices):
    UP = "up", _("More is better")
    DOWN = "down", _("Less is better")


class Indicator(models.Model):
    """What is measured of a result, in which unit, and how its figures become a total."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="indicators")
    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="indicators")
    # Its number within the framework, which never changes: letters and workbooks name it by that.
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("what is measured"), max_length=400)
    measure = models.CharField(
        _("kind of figure"), max_length=12, choices=Measure.choices, default=Measure.NUMBER
    )
    # Of a percentage: what is counted above and below the line. Empty for words and yes or no.
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="indicators",
    )
    rule = models.CharField(
        _("how figures become a total"), max_length=10, choices=Rule.choices, default=Rule.SUM
    )
    direction = models.CharField(
        _("direction"), max_length=5, choices=Direction.choices, default=Direction.UP
    )
    lowest = models.SmallIntegerField(_("lowest step of the scale"), null=True, blank=True)
    highest = models.SmallIntegerField(_("highest step of the scale"), null=True, blank=True)
    # Averages and percentages are rounded once, half to even, to so many decimals.
    decimals = models.PositiveSmallIntegerField(
        _("decimals of averages and percentages"), default=1, validators=[MaxValueValidator(6)]
    )
    dimensions = models.ManyToManyField(
        Dimension, verbose_name=_("broken down by"), blank=True, related_name="indicators"
    )
    no_baseline = models.CharField(_("no baseline, because"), max_length=300, blank=True)
    means_of_verification = models.CharField(
        _("where the figures come from"), max_length=300, blank=True
    )
    # Its figures count towards that indicator's total too: same measure, unit and rule. One of
    # another framework is set by `frameworks.counting` alone.
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        db_index=False,
        related_name="children",
    )

    class Meta:
        verbose_name = _("indicator")
        ordering = ["number", "pk"]
        indexes = [
            # Most have no parent: an index of all would look useless, and would not be used.
            models.Index(
                fields=["parent"], condition=Q(parent__isnull=False), name="indicators_below"
            ),
            models.Index(fields=["title", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["framework", "number"], name="one_indicator_a_number"),
            models.CheckConstraint(
                condition=~Q(measure=Measure.SCALE)
                | Q(lowest__isnull=False, highest__isnull=False, highest__gt=F("lowest")),
                name="a_scale_has_its_ends",
            ),
            models.CheckConstraint(
                condition=~Q(measure__in=[Measure.NUMBER, Measure.PERCENTAGE])
                | Q(unit__isnull=False),
                name="a_number_has_its_unit",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")), name="no_indicator_is_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_ratio(self) -> bool:
        """Has each of its figures a denominator?"""
        return self.measure == Measure.PERCENTAGE


class Contribution(models.Model):
    """What part of a joint indicator's total a partner claims to have contributed to. The parts
    make up the whole and no more; a contribution is claimed, not a cause."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="contributions")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="contributions")
    share = models.PositiveSmallIntegerField(_("share"))  # in hundredths of a per cent
    how = models.CharField(_("how it contributed"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-share", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "partner"], name="one_share_a_partner"),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=WHOLE), name="a_share_is_a_part_of_the_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id}: {self.share / 100} %"
