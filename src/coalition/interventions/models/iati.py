"""What is kept for the exchange of interventions as IATI files."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.interventions.models.programme import Intervention
from coalition.partners.models import Partner


class Origin(models.Model):
    """From which file of others an intervention was read in. All that the file tells is kept as it
    came, and goes out again with what was changed here."""

    intervention = models.OneToOneField(
        Intervention, on_delete=models.CASCADE, related_name="iati_origin"
    )
    identifier = models.CharField(_("identifier in IATI"), max_length=200, unique=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)  # its identifier
    publisher_name = models.CharField(max_length=300, blank=True)
    address = models.CharField(_("file or address"), max_length=500)
    version = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)  # SHA-256 of the record, as it came
    # One `iati-activity` each: as it came, and what was held of it then. What did not change
    # since goes out again as it came (`analysis.iati.merging`).
    came = models.TextField()
    held = models.TextField()
    taken_in_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("origin of an intervention")

    def __str__(self) -> str:
        return self.identifier


class Published(models.Model):
    """An intervention as one element of an IATI file, made when it changes, so that no request has
    to make it. Rows may be removed at any time and made anew."""

    intervention = models.OneToOneField(
        Intervention, on_delete=models.CASCADE, related_name="iati_record"
    )
    xml = models.TextField()
    digest = models.CharField(max_length=64)
    changed_at = models.DateTimeField()  # when its content last became another

    class Meta:
        verbose_name = _("IATI record")
        indexes = [models.Index(fields=["-changed_at"])]

    def __str__(self) -> str:
        return f"IATI record of {self.intervention_id}"


class OrganisationCode(models.Model):
    """By which identifiers a partner is known in IATI (`XM-DAC-41122`, `GB-CHC-202918`): told by
    an officer, and kept when a file of others was matched."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="iati_codes")
    identifier = models.CharField(_("identifier in IATI"), max_length=200, unique=True)
    is_main = models.BooleanField(_("published by us"), default=False)
    # As with `Origin`: what a file of others told of the organisation, and what was held then.
    came = models.TextField(blank=True)
    held = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("identifier in IATI")
        constraints = [
            models.UniqueConstraint(
                fields=["partner"],
                condition=models.Q(is_main=True),
                name="one_main_identifier_a_partner",
            )
        ]

    def __str__(self) -> str:
        return self.identifier
