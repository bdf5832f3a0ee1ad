"""The audit trail's rows, the counters behind references, retention periods."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.base.reference import Label, Source  # noqa: F401  # rows of this room too


class Event(models.Model):
    """One thing that happened. Ids and verbs only; no foreign keys, so that the trail never
    stands in the way of live data and outlives it. Written by `base.audit.record` alone."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=80)
    subject = models.CharField(max_length=150)
    actor = models.CharField(max_length=150)
    refs = models.JSONField(default=list)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["sequence"]
        indexes = [
            models.Index(fields=["subject"]),
            models.Index(fields=["actor"]),
            models.Index(fields=["verb", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.verb} {self.subject}"


class Head(models.Model):
    """The one row that holds the end of the audit chain; writers queue on its lock."""

    sequence = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_audit_head")]


class Counter(models.Model):
    """The last number given out for a kind of reference in a year."""

    prefix = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prefix", "year"], name="one_counter_a_year")
        ]


class Retention(models.Model):
    """How long a kind of personal data is kept after its clock starts; data, not code."""

    kind = models.SlugField(primary_key=True)
    days = models.PositiveIntegerField(_("days"))
    why = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.kind}: {self.days} days"
