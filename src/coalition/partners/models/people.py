"""Who speaks for an organisation: mandates, from a day, perhaps until a day."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.partners.models.partner import Partner


class MandateRole(models.TextChoices):
    """What each may do stands in `partners.rules.ABILITIES`."""

    FOCAL_POINT = "focal_point", _("Lead focal point")
    EDITOR = "editor", _("Editor")
    SIGNATORY = "signatory", _("Signatory")
    VIEWER = "viewer", _("Viewer")


class MandateQuerySet(models.QuerySet["Mandate"]):
    def current(self) -> MandateQuerySet:
        """Those that hold today. The day a mandate ends is no longer its own: ended is ended."""
        today = timezone.now().date()
        return self.filter(Q(until=None) | Q(until__gt=today), since__lte=today)


class Mandate(models.Model):
    """A person's right to act for an organisation, from a day, perhaps until a day."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mandates"
    )
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="mandates")
    role = models.CharField(
        max_length=20, choices=MandateRole.choices, default=MandateRole.FOCAL_POINT
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "partner", "role"],
                condition=Q(until=None),
                name="one_open_mandate_a_role",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="a_mandate_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.partner_id}"
