"""Lists of partners that officers take in from files."""

from __future__ import annotations

import json
import zlib
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.mailroom.models import private_storage


class RosterState(models.TextChoices):
    UPLOADED = "uploaded", _("Columns to be confirmed")
    CHECKED = "checked", _("Checked, nothing done yet")
    APPLIED = "applied", _("Taken in")
    CANCELLED = "cancelled", _("Cancelled")


class RosterImport(models.Model):
    """A file with a list of partners: what its columns hold, what it would do, and whether that
    was done. What was read goes once it was taken in or cancelled; the report stays."""

    state = models.CharField(
        max_length=10, choices=RosterState.choices, default=RosterState.UPLOADED
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to="rosters", storage=private_storage, blank=True)
    file_name = models.CharField(max_length=100)
    file_digest = models.CharField(max_length=64)  # SHA-256 of the file
    headings = models.JSONField(default=list)
    # For each heading the code of a field (partners.roster.columns), or "".
    columns = models.JSONField(default=list)
    # What stands in for empty cells, and whether focal points are written to.
    options = models.JSONField(default=dict)
    # How the file was read, in sentences.
    notes = models.JSONField(default=list)
    # Of everything the check would do: what changed since gives another one.
    plan_digest = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    packed_report = models.BinaryField(default=b"")

    # What may become of a row, in the order in which it is told.
    OUTCOMES = ("new", "changed", "unchanged", "alike", "refused")

    class Meta:
        verbose_name = _("import of partners")
        verbose_name_plural = _("imports of partners")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("uploaded", "checked"), closed_at=None)
                | Q(state__in=("applied", "cancelled"), closed_at__isnull=False),
                name="a_closed_import_has_its_time",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("partners:roster_report", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in (RosterState.UPLOADED, RosterState.CHECKED)

    @property
    def report(self) -> list[dict[str, Any]]:
        """The rows of the report, in the order of the file: see `roster.checking.Line.told`."""
        packed = bytes(self.packed_report)
        return json.loads(zlib.decompress(packed)) if packed else []

    @report.setter
    def report(self, rows: list[dict[str, Any]]) -> None:
        text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        self.packed_report = zlib.compress(text.encode(), 6)
