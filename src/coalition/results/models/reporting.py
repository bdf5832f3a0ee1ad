"""Reports on a period, what is remarked on them, what came in for them, and who was reminded."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.states import Move
from coalition.mailroom.models import InboundMessage, Thread, private_storage
from coalition.partners.models import Partner
from coalition.results.models.frameworks import Framework, Period
from coalition.results.states import REPORT_EDITABLE, REPORT_OPEN, REPORT_VERBS, ReportState


class Stage(models.TextChoices):
    """How far it is, in the words of the Global Refugee Forum's pledges."""

    PLANNING = "planning", _("In the planning stage")
    IN_PROGRESS = "in_progress", _("In progress")
    # Claims completion, which takes checked evidence on every last figure.
    FULFILLED = "fulfilled", _("Fulfilled")


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> ReportQuerySet:
        """Those that are being written or wait for the secretariat."""
        return self.filter(state__in=REPORT_OPEN)

    def visible_to(self, person: Any) -> ReportQuerySet:
        """Published and replaced ones of public frameworks for all, those sent in for officers,
        all of its own for those who hold a mandate of the organisation."""
        seen = Q(
            state__in=[ReportState.PUBLISHED, ReportState.SUPERSEDED], framework__is_public=True
        )
        if person.is_authenticated:
            seen |= Q(partner__in=Partner.objects.spoken_for_by(person))
            if person.is_officer:
                seen |= Q(state__in=[ReportState.SUBMITTED, ReportState.CHANGE_REQUESTED])
        return self.filter(seen)


class Report(models.Model):
    """What an organisation says of one period: its figures (`facts`) and its words. An amended
    report is a new one of the same period; the one before stays, superseded."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="reports")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="reports")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="reports")
    state = models.CharField(max_length=20, choices=ReportState.choices, default=ReportState.DRAFT)
    language = models.CharField(max_length=8, default="en")
    stage = models.CharField(_("how far it is"), max_length=12, choices=Stage.choices, blank=True)
    achieved = models.TextField(_("what was achieved"), max_length=3000, blank=True)
    barriers = models.TextField(_("what stood in the way"), max_length=3000, blank=True)
    next_steps = models.TextField(_("what comes next"), max_length=3000, blank=True)
    # {row: {field: text}}: what was typed and could not be read, as typed, until it is mended.
    unread = models.JSONField(default=dict, blank=True)
    amends = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="amended_by"
    )
    changed_at = models.DateTimeField(default=timezone.now)  # its words and figures, not its state
    submitted_at = models.DateTimeField(null=True, blank=True)  # the last time
    published_at = models.DateTimeField(null=True, blank=True)
    is_example = models.BooleanField(default=False)

    objects = ReportQuerySet.as_manager()
    VERBS = REPORT_VERBS

    class Meta:
        verbose_name = _("report")
        ordering = ["-period__starts_on", "-pk"]
        indexes = [models.Index(fields=["state", "submitted_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "partner"],
                condition=Q(state__in=REPORT_OPEN),
                name="one_open_report_a_period",
            ),
            models.UniqueConstraint(
                fields=["period", "partner"],
                condition=Q(state=ReportState.PUBLISHED),
                name="one_published_report_a_period",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.PUBLISHED) | Q(published_at__isnull=False),
                name="a_published_report_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.framework_id} {self.period_id}"

    def get_absolute_url(self) -> str:
        return reverse("results:report", args=[self.framework.reference, self.pk])

    @property
    def is_editable(self) -> bool:
        return self.state in REPORT_EDITABLE


class ReportMove(Move):
    record = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="moves")


class Remark(models.Model):
    """What an officer asks about one field of a report, and what the organisation answers."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="remarks")
    # A field by its row and name as `reporting.plain` has them: "3|FRA|sex-female" and "value".
    row = models.CharField(max_length=400)
    field = models.CharField(max_length=30)
    words = models.CharField(_("remark"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reply = models.CharField(_("reply"), max_length=1000, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    replied_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(replied_by=None, replied_at=None)
                | Q(replied_by__isnull=False, replied_at__isnull=False),
                name="a_reply_has_who_and_when",
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.row} {self.field}"


class Origin(models.TextChoices):
    """By which way values came in from outside the form."""

    SHEET = "sheet", _("a workbook")
    MAIL = "mail", _("an e-mail")


class Incoming(models.Model):
    """Values that came in for a report as a workbook or in an answer by mail: kept as they came,
    shown for confirmation, merged field by field. Plain texts, not yet figures."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="incoming")
    origin = models.CharField(max_length=10, choices=Origin.choices)
    # {row: {field: text}} as `reporting.plain` has them: what came, and what it started from.
    values = models.JSONField(default=dict)
    base = models.JSONField(default=dict)
    # {row: sentence}: where in the message or workbook it was read, and what was not understood.
    found = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    file = models.FileField(storage=private_storage, upload_to="reports", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # the same twice is once
    message = models.ForeignKey(
        InboundMessage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    # Merged or put aside, and by whom.
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "digest"],
                condition=~Q(digest=""),
                name="the_same_comes_in_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.origin}"


class Step(models.TextChoices):
    """When a person is reminded of a report; the days stand in `schedules.queries`."""

    AHEAD = "ahead", _("a month ahead")
    WEEK = "week", _("a week ahead")
    DAY = "day", _("on the day")
    LATE = "late", _("a week late")
    VERY_LATE = "very_late", _("a month late")


class Reminder(models.Model):
    """A person was reminded of a period's report at a step; an answer lands in the thread."""

    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="reminders")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="report_reminders"
    )
    step = models.CharField(max_length=10, choices=Step.choices)
    at = models.DateTimeField(default=timezone.now)
    thread = models.ForeignKey(
        Thread, null=True, blank=True, on_delete=models.SET_NULL, related_name="reminders"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "person", "step"], name="reminded_once_a_step"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.period_id} {self.step}"
