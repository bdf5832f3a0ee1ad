"""A list on its way in."""

from __future__ import annotations

import json
import zlib
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.lists.plan import OUTCOMES


class ListState(models.TextChoices):
    UPLOADED = "uploaded", _("Columns to be confirmed")
    CHECKED = "checked", _("Checked, nothing done yet")
    APPLIED = "applied", _("Taken in")
    CANCELLED = "cancelled", _("Cancelled")


class ListImport(models.Model):
    """A file with a list: what its columns hold, what it would do, and whether that was done.
    What was read goes once it was taken in or cancelled; the report stays.

    A room subclasses this with `file`, in a store that nobody reads from outside, and with
    `closed_has_its_time` among its constraints.
    """

    state = models.CharField(max_length=10, choices=ListState.choices, default=ListState.UPLOADED)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    file_name = models.CharField(max_length=100)
    file_digest = models.CharField(max_length=64)  # SHA-256 of the file
    headings = models.JSONField(default=list)
    # For each heading the code of a field, or "".
    columns = models.JSONField(default=list)
    # What a person chose besides: what stands in for empty cells, who is written to.
    options = models.JSONField(default=dict)
    # How the file was read, in sentences.
    notes = models.JSONField(default=list)
    # Of everything the check would do: what changed since gives another one.
    plan_digest = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    packed_report = models.BinaryField(default=b"")

    OUTCOMES = OUTCOMES

    class Meta:
        abstract = True
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_open(self) -> bool:
        return self.state in (ListState.UPLOADED, ListState.CHECKED)

    @property
    def report(self) -> list[dict[str, Any]]:
        """The rows of the report, in the order of the file: see `plan.Line.told`."""
        packed = bytes(self.packed_report)
        return json.loads(zlib.decompress(packed)) if packed else []

    @report.setter
    def report(self, rows: list[dict[str, Any]]) -> None:
        text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        self.packed_report = zlib.compress(text.encode(), 6)


def closed_has_its_time(name: str) -> models.CheckConstraint:
    """That a list is closed and when stand together; the name is the table's own."""
    return models.CheckConstraint(
        condition=Q(state__in=("uploaded", "checked"), closed_at=None)
        | Q(state__in=("applied", "cancelled"), closed_at__isnull=False),
        name=name,
    )
