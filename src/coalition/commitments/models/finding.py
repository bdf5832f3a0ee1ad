"""By what commitments are found, how many there are of each, and searches that people keep."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.commitments.models.promise import Commitment


class Facet(models.TextChoices):
    """What readers may choose by. Values are codes and references."""

    PARTNER = "partner", _("Partner")
    GROUP = "group", _("Partner group")
    COUNTRY = "country", _("Country")
    REGION = "region", _("Region")
    THEME = "theme", _("Theme")
    CHALLENGE = "challenge", _("Challenge")
    LEVEL = "level", _("Level")
    DECLARATION = "declaration", _("Declaration")
    PROVISION = "provision", _("Paragraph")
    STATE = "state", _("State")
    LIGHT = "light", _("Reports")
    YEAR = "year", _("Running in")
    HELP = "help", _("Help wanted")


class Filing(models.Model):
    """A commitment that everybody may see is found under this value. Made anew from its record at
    every change (`exploring.actions.file`), so that no reader waits for joins."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="filings")
    facet = models.CharField(max_length=12, choices=Facet.choices)
    value = models.CharField(max_length=200)  # "code/eid" of a paragraph is the longest

    class Meta:
        verbose_name = _("filing")
        constraints = [
            models.UniqueConstraint(
                fields=["facet", "value", "commitment"], name="a_commitment_filed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.facet} {self.value}"


class Tally(models.Model):
    """How many public commitments are found under a value; kept, so that nobody counts them."""

    facet = models.CharField(max_length=12, choices=Facet.choices)
    value = models.CharField(max_length=200)  # "code/eid" of a paragraph is the longest
    number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("tally")
        constraints = [models.UniqueConstraint(fields=["facet", "value"], name="one_tally_a_value")]

    def __str__(self) -> str:
        return f"{self.facet} {self.value}: {self.number}"


class SavedSearch(models.Model):
    """What somebody looks for again and again; by mail they hear of what is new."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(_("name"), max_length=100)
    query = models.CharField(max_length=1000)  # the filters as an address has them, in one order
    by_mail = models.BooleanField(_("write to me of new ones"), default=True)
    made_at = models.DateTimeField(default=timezone.now)
    # What was published up to here has been told.
    told_until = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "query"], name="a_search_saved_once"),
            models.CheckConstraint(condition=~Q(name=""), name="a_saved_search_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
