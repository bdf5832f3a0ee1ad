"""Who is invited to a consultation, and who wants to hear what becomes of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.consultations.models.process import Consultation
from coalition.partners.models import Partner


class Invitation(models.Model):
    """An invitation to take part: of a person, by an address, or of a partner that is missing.

    It says who may come, never who came: no answer is tied to it.
    """

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="invitations"
    )
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # In lower case, and the mailbox to which it leads (`accounts.mailboxes`), by which the person
    # is known whichever way they write it; both empty where a partner is invited.
    address = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    mailbox = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=8, default="en")
    at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)  # nobody is told of a draft
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("invitation to a consultation")
        ordering = ["consultation", "pk"]
        indexes = [models.Index(fields=["mailbox"])]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "partner"], name="a_partner_invited_once"
            ),
            models.UniqueConstraint(
                fields=["consultation", "mailbox"],
                condition=~Q(mailbox=""),
                name="a_mailbox_invited_once",
            ),
            models.CheckConstraint(
                condition=(Q(partner=None) & ~Q(address="") & ~Q(mailbox=""))
                | Q(partner__isnull=False, address="", mailbox=""),
                name="a_partner_or_an_address_is_invited",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk} to {self.consultation_id}"


class Follower(models.Model):
    """Somebody who wants a letter when the answers are published and when it is decided. It tells
    that they are interested, not that they took part."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="followers"
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("follower of a consultation")
        ordering = ["consultation", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "person"], name="a_person_follows_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.consultation_id}"
