"""What was changed in a consultation after everybody could read it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.consultations.models.process import Consultation


class What(models.TextChoices):
    """What a change was about; `history.sentence` says it in the reader's language."""

    WORDS = "words", _("Words")
    SCOPE = "scope", _("Scope")
    PEOPLE = "people", _("Who may take part")
    PHASE_ADDED = "phase_added", _("A phase was added")
    PHASE_CHANGED = "phase_changed", _("A phase was changed")
    PHASE_REMOVED = "phase_removed", _("A phase was taken out")
    PROPOSALS = "proposals", _("First proposals")
    BALLOT = "ballot", _("Ballot")
    PANEL = "panel", _("Panel by lot")


class Change(models.Model):
    """A line of the history that everybody reads, beside the moves between states.

    `before` and `now` hold plain values by field, of those that changed: of words by field and
    language, of a phase its moments in ISO 8601 and its kind, of a scope what was named there, of
    proposals their `numbers`, the number, text and language of the one that was reworded, or the
    `number` of the one that was merged and `into` which (None: shown by itself again), of a
    ballot the `numbers` of what was chosen for it, of a panel its `seats`, its `features` as a
    Panel keeps them, and of its seed `seed_from` and `seed_at`.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField(max_length=14, choices=What.choices)
    before = models.JSONField(default=dict)
    now = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    # Nobody: the platform itself, by the clock.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("change of a consultation")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.what} of {self.consultation_id}"
