"""Every message in, as it came; every letter out, once."""

from __future__ import annotations

import base64
import secrets
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def private_storage() -> Storage:
    return storages["private"]


def new_token() -> str:
    """26 letters and digits that nobody guesses: 128 bits, safe in an address of any case."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


class Thread(models.Model):
    """A correspondence with an address of its own: what is sent there lands in it."""

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    opened_at = models.DateTimeField(default=timezone.now)
    # Into which correspondence it was merged: what still comes to its address lands there.
    into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    is_example = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("correspondence")

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def address(self) -> str:
        return f"case+{self.token}@{settings.MAIL_DOMAIN}"


class Verdict(models.TextChoices):
    """What became of a message."""

    RECEIVED = "received", _("received, not yet read")
    CASE = "case", _("opened a case")
    WAITING = "waiting", _("waits for an officer")
    AUTOMATIC = "automatic", _("automatic mail")
    FORGED = "forged", _("sender looks forged")
    QUARANTINED = "quarantined", _("in quarantine, never parsed")
    FILED = "filed", _("filed with a correspondence")
    BOUNCE = "bounce", _("about a letter’s delivery")
    LIMITED = "limited", _("held back: too much mail")
    DONE = "done", _("dealt with")


# What needs nobody's eyes any more.
SETTLED = [Verdict.CASE, Verdict.FILED, Verdict.BOUNCE, Verdict.DONE]


class Authenticity(models.TextChoices):
    """What is known of whether a message comes from the domain its sender names (DMARC)."""

    UNCHECKED = "unchecked", _("not checked")
    PASSED = "passed", _("its sender’s domain vouches for it")
    UNKNOWN = "unknown", _("its sender’s domain does not say")
    FAILED = "failed", _("its sender’s domain disowns it")


class InboundMessageQuerySet(models.QuerySet["InboundMessage"]):
    def waiting(self) -> InboundMessageQuerySet:
        """What an officer has to look at: everything that opened nothing and is not done."""
        return self.exclude(verdict__in=SETTLED)

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
    thread = models.ForeignKey(
        Thread, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    authenticity = models.CharField(
        max_length=10, choices=Authenticity.choices, default=Authenticity.UNCHECKED
    )
    authenticity_why = models.CharField(max_length=300, blank=True)  # marked for translation
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


class Guess(models.Model):
    """Where a message that waits may belong, and why. An officer decides."""

    message = models.ForeignKey(InboundMessage, on_delete=models.CASCADE, related_name="guesses")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="guesses")
    # A sentence marked for translation; the likeliest guess comes first.
    why = models.CharField(max_length=300)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["message", "thread"], name="one_guess_a_thread")
        ]

    def __str__(self) -> str:
        return self.why


class LetterState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    HELD = "held", _("held: example address, never leaves")
    FAILED = "failed", _("failed")
    RETURNED = "returned", _("came back: it did not arrive")


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
    thread = models.ForeignKey(
        Thread, null=True, blank=True, on_delete=models.SET_NULL, related_name="letters"
    )
    # The officer whose own words it holds; nobody, where the platform wrote it.
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # By which reports of mail servers and answers name it.
    message_id = models.CharField(max_length=120, blank=True, db_index=True)
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


class FailingAddressQuerySet(models.QuerySet["FailingAddress"]):
    def visible_to(self, person: Any) -> FailingAddressQuerySet:
        """Failing addresses are for officers alone."""
        return self if person.has_perm("mailroom.read") else self.none()


class FailingAddress(models.Model):
    """An address that letters came back from. While it stands here, nothing is sent to it."""

    address = models.EmailField(max_length=320, unique=True)  # in lower case
    since = models.DateTimeField(default=timezone.now)
    why = models.CharField(max_length=500)  # the server's words
    letter = models.ForeignKey(
        Letter, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = FailingAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("failing address")
        verbose_name_plural = _("failing addresses")
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return self.address
