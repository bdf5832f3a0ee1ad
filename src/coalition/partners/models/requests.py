"""An organisation's wish to join, from the first word to the decision."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.states import Move
from coalition.mailroom.models import InboundMessage, Thread
from coalition.partners.models.partner import Partner, PartnerGroup, Scope
from coalition.partners.states import ACCESSION_VERBS, OPEN, AccessionState
from coalition.places.models import Place


class AccessionRequestQuerySet(models.QuerySet["AccessionRequest"]):
    def open(self) -> AccessionRequestQuerySet:
        return self.filter(state__in=OPEN)

    def visible_to(self, person: Any) -> AccessionRequestQuerySet:
        """Cases are for officers alone; applicants see theirs by their own link."""
        if person.is_authenticated and person.is_officer:
            return self
        return self.none()


class Door(models.TextChoices):
    MAIL = "mail", _("by e-mail")
    FORM = "form", _("by the form")
    OFFICER = "officer", _("by an officer’s hand")


class Advice(models.TextChoices):
    ACCEPT = "accept", _("to accept")
    DECLINE = "decline", _("to decline")


class AccessionRequest(models.Model):
    """An organisation's wish to join, from the first message to the decision."""

    reference = models.CharField(max_length=20, unique=True)
    state = models.CharField(
        max_length=20,
        choices=AccessionState.choices,
        default=AccessionState.RECEIVED,
        db_index=True,
    )
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    door = models.CharField(max_length=10, choices=Door.choices, default=Door.OFFICER)
    # All that was written to and fro: what is sent to its address lands in this case.
    thread = models.OneToOneField(
        Thread, null=True, blank=True, on_delete=models.PROTECT, related_name="request"
    )
    # The applicant's link opens the case while it names this number; a new number ends old links.
    link_number = models.PositiveIntegerField(default=1)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    # Merged because this organisation is a partner already.
    same_as = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="merged_requests"
    )
    # What the first of two officers recommended.
    advice = models.CharField(max_length=10, choices=Advice.choices, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assigned to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    snoozed_until = models.DateField(_("put off until"), null=True, blank=True)
    message = models.ForeignKey(
        InboundMessage, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests"
    )
    organisation = models.CharField(_("organisation"), max_length=300, blank=True)
    group = models.ForeignKey(
        PartnerGroup,
        verbose_name=_("partner group"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    scope = models.CharField(_("scope"), max_length=20, choices=Scope.choices, blank=True)
    country = models.ForeignKey(
        Place,
        verbose_name=_("country"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    language = models.CharField(_("language"), max_length=8, blank=True)
    website = models.URLField(_("web site"), max_length=300, blank=True)
    about = models.TextField(_("what the organisation does"), blank=True)
    contact_name = models.CharField(_("focal point's name"), max_length=200, blank=True)
    contact_email = models.EmailField(_("focal point's address"), max_length=254, blank=True)
    partner = models.OneToOneField(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="request"
    )
    is_example = models.BooleanField(default=False)

    objects = AccessionRequestQuerySet.as_manager()
    VERBS = ACCESSION_VERBS

    class Meta:
        verbose_name = _("accession request")
        ordering = ["opened_at", "pk"]
        # How long the last decisions took.
        indexes = [models.Index(fields=["state", "-closed_at"])]

    def __str__(self) -> str:
        return f"{self.reference} {self.organisation}".strip()

    def get_absolute_url(self) -> str:
        return reverse("partners:request", args=[self.reference])


class AccessionMove(Move):
    record = models.ForeignKey(AccessionRequest, on_delete=models.CASCADE, related_name="moves")


class Suggestion(models.Model):
    """What a machine read in the message, and why it thinks so. A person decides."""

    request = models.ForeignKey(
        AccessionRequest, on_delete=models.CASCADE, related_name="suggestions"
    )
    field = models.CharField(max_length=40)
    value = models.CharField(max_length=500)
    # Sentences marked for translation, and the words of the message they rest on.
    why = models.CharField(max_length=500)
    quote = models.CharField(max_length=500, blank=True)
    doubt = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"
