"""What matters to organisations."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.partners.models.partner import Partner
from coalition.places.models import Level, Place
from coalition.themes.models import Theme


class Priority(models.Model):
    """What matters to an organisation: theme, level, place and its own words, in its own order."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="priorities")
    rank = models.PositiveSmallIntegerField(_("rank"))
    theme = models.ForeignKey(
        Theme, verbose_name=_("theme"), on_delete=models.PROTECT, related_name="priorities"
    )
    level = models.ForeignKey(
        Level, verbose_name=_("level"), on_delete=models.PROTECT, related_name="+"
    )
    place = models.ForeignKey(
        Place, verbose_name=_("place"), on_delete=models.PROTECT, related_name="priorities"
    )
    words = models.CharField(_("in your own words"), max_length=300, blank=True)
    language = models.CharField(max_length=8, default="en")

    class Meta:
        verbose_name = _("priority")
        ordering = ["partner", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "rank"], name="one_priority_a_rank")
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.words or self.theme}"
