"""Texts on their way in by hand: a file, what the machine read in it, what a person made of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.states import Move
from coalition.instruments.models.library import Instrument, InstrumentKind
from coalition.instruments.models.texts import Stage, Version
from coalition.instruments.states import INTAKE_VERBS, IntakeState
from coalition.mailroom.models import private_storage


class Intake(models.Model):
    """One file that becomes a version. `marked` is the text in pieces, a line each, as the editor
    sees and corrects it (`analysis.marked`); it stays as it was published."""

    state = models.CharField(
        max_length=12, choices=IntakeState.choices, default=IntakeState.SUGGESTED
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    file = models.FileField(upload_to="texts", storage=private_storage, blank=True)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    file_digest = models.CharField(max_length=64)  # SHA-256 of the file
    pages = models.PositiveIntegerField(null=True, blank=True)
    marked = models.TextField(_("the text, a piece a line"))
    suggested = models.TextField(editable=False)  # what the machine had read
    doubts = models.JSONField(default=list)  # sentences: what the reader was unsure of
    # The instrument it belongs to; a new one is made where this is empty.
    instrument = models.ForeignKey(
        Instrument,
        verbose_name=_("text it is a version of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="intakes",
    )
    kind = models.CharField(
        _("kind"), max_length=30, choices=InstrumentKind.choices, default=InstrumentKind.RESOLUTION
    )
    symbol = models.CharField(_("symbol"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=500, blank=True)
    language = models.CharField(_("language of the text"), max_length=8, default="en")
    stage = models.CharField(
        _("stage"), max_length=10, choices=Stage.choices, default=Stage.ADOPTED
    )
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    source_url = models.URLField(_("where it was published"), max_length=500, blank=True)
    version = models.OneToOneField(
        Version, null=True, blank=True, on_delete=models.PROTECT, related_name="intake"
    )
    VERBS = INTAKE_VERBS

    class Meta:
        verbose_name = _("text being read in")
        verbose_name_plural = _("texts being read in")
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(version__isnull=False),
                name="a_published_intake_has_a_version",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.file_name

    def get_absolute_url(self) -> str:
        return reverse("instruments:intake", args=[self.pk])


class IntakeMove(Move):
    record = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="moves")
