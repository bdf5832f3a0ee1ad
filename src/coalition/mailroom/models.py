"""Every message in, as it came; every letter out, once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def private_storage() -> Storage:
    return storages["private"]


class Verdict(models.TextChoices):
    """What became of a message."""

    RECEIVED = "received", _("received, not yet read")
    CASE = "case", _("opened a case")
    WAITING = "waiting", _("waits for an officer")
    AUTOMATIC = "automatic", _("automatic mail")
    FORGED = "forged", _("sender looks forged")
    QUARANTINED = "quarantined", _("in quarantine, never parsed")
    DONE = "done", _("dealt with")


class InboundMessageQuerySet(models.QuerySet["InboundMessage"]):
    def waiting(self) -> InboundMessageQuerySet:
        """What an officer has to look at: everything that opened nothing and is not done."""
        return self.exclude(verdict__in=[Verdict.CASE, Verdict.DONE])

    def visible_to(self, person: Any) -> InboundMessageQuerySet:
        """The mail room is for officers alone."""
        return self if person.has_perm("mailroom.read") else self.none()


class InboundMessage(models.Model):
    """A message byte for byte, stored before it is read, and what reading it said."""

    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the bytes: twice is once
    raw = models.FileField(storage=private_storage, upload_to="mail")
    size = models.PositiveBigIntegerField()
    received_at = models.DateTimeField(default=timezone.now)
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = models.CharField(max_length=320, blank=True)
    verdict = models.CharField(
        max_length=20, choices=Verdict.choices, default=Verdict.RECEIVED, db_index=True
    )
    why = models.TextField(blank=True)  # the verdict's reasons, a sentence a line
    message_id = models.CharField(max_length=500, blank=True, db_index=True)
    from_name = models.CharField(max_length=300, blank=True)
    from_address = models.CharField(max_length=320, blank=True, db_index=True)
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    attachments = models.JSONField(default=list)  # name, type, size and digest of each
    sent_at = models.DateTimeField(null=True, blank=True)
    # Why an automatic answer may not go to its sender; empty where one may.
    no_answer = models.TextField(blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    handled_at = models.DateTimeField(null=True, blank=True)
    is_example = models.BooleanField(default=False)

    objects = InboundMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["-received_at", "-id"]),
            models.Index(fields=["verdict", "-received_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(handled_by=None) | models.Q(handled_at__isnull=False),
                name="a_handler_has_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.subject or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("mailroom:message", args=[self.pk])


class LetterState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    HELD = "held", _("held: example address, never leaves")
    FAILED = "failed", _("failed")


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, person: Any) -> LetterQuerySet:
        """The outbox is for officers alone."""
        return self if person.has_perm("mailroom.read") else self.none()


class Letter(models.Model):
    """An outgoing letter. `key` makes it idempotent per recipient and event: written once."""

    key = models.CharField(max_length=200, unique=True)
    to_address = models.EmailField(max_length=320)
    to_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    subject = models.CharField(max_length=500)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    language = models.CharField(max_length=8, default="en")
    state = models.CharField(
        max_length=10, choices=LetterState.choices, default=LetterState.WAITING, db_index=True
    )
    written_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    error = models.CharField(max_length=500, blank=True)
    is_example = models.BooleanField(default=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        ordering = ["-written_at", "-pk"]
        indexes = [
            models.Index(fields=["-written_at", "-id"]),
            models.Index(fields=["state", "-written_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=LetterState.SENT, sent_at__isnull=False)
                | ~models.Q(state=LetterState.SENT),
                name="a_sent_letter_has_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.subject
