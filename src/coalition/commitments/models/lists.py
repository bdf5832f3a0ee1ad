"""Lists of commitments that are taken in from files."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coalition.base.lists.models import ListImport, closed_has_its_time
from coalition.mailroom.models import private_storage
from coalition.partners.models import Partner


class CommitmentList(ListImport):
    """A list of commitments on its way in: the secretariat's, of any partners, or one of a single
    partner, which its own people take in."""

    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="commitment_lists"
    )
    file = models.FileField(upload_to="commitment-lists", storage=private_storage, blank=True)
    is_example = models.BooleanField(default=False)

    class Meta(ListImport.Meta):
        verbose_name = _("list of commitments")
        verbose_name_plural = _("lists of commitments")
        constraints = [closed_has_its_time("a_closed_list_of_commitments_has_its_time")]

    def get_absolute_url(self) -> str:
        return reverse("commitments:list", args=[self.pk])
