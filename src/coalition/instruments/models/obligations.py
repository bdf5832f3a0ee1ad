"""What follows from a ratification in force: reports due, and comments of supervisors."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coalition.base.reference import Source
from coalition.instruments.models.consent import Party
from coalition.instruments.models.library import Instrument


class ReportingGroup(models.Model):
    """Countries that report in the same year of a cycle, by the first letter of their name.

    `starts` is a year in which reports of the group were due; empty while no source is held, and
    then no due year is told.
    """

    cycle_years = models.PositiveSmallIntegerField()  # 3 or 6
    first_letter = models.CharField(max_length=1)
    last_letter = models.CharField(max_length=1)
    starts = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="+")
    loaded = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("reporting group")
        ordering = ["cycle_years", "first_letter"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle_years", "first_letter"], name="one_reporting_group_a_letter"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_letter}–{self.last_letter}"

    @property
    def key(self) -> str:
        return f"{self.cycle_years}-{self.first_letter}"


class CommentKind(models.TextChoices):
    OBSERVATION = "observation", _("Observation")
    DIRECT_REQUEST = "direct_request", _("Direct request")


class SupervisoryComment(models.Model):
    """What a supervisory body wrote to a party about an instrument that binds it."""

    reference = models.CharField(max_length=20, unique=True)  # CMT-2026-0001
    kind = models.CharField(_("kind"), max_length=20, choices=CommentKind.choices)
    party = models.ForeignKey(
        Party, verbose_name=_("addressed to"), on_delete=models.PROTECT, related_name="comments"
    )
    instruments = models.ManyToManyField(
        Instrument, verbose_name=_("instruments"), related_name="comments"
    )
    body = models.CharField(_("written by"), max_length=200)
    adopted_year = models.PositiveSmallIntegerField(_("adopted in"))
    published_year = models.PositiveSmallIntegerField(_("published in"), null=True, blank=True)
    gist = models.TextField(_("what it asks, in our words"), blank=True, max_length=2000)
    language = models.CharField(max_length=8, default="en")
    url = models.URLField(_("where it is published"), max_length=500)
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)
    # Taken back as an error of entry: kept, and shown no more.
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_why = models.CharField(max_length=300, blank=True)
    is_example = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("supervisory comment")
        ordering = ["-adopted_year", "-pk"]
        indexes = [models.Index(fields=["-adopted_year", "-id"])]
        constraints = [
            models.UniqueConstraint(fields=["party", "url"], name="a_comment_once_a_party")
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("instruments:comment", args=[self.reference])
