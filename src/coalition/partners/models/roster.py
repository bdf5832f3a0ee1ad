"""Lists of partners that officers take in from files."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coalition.base.lists.models import ListImport, closed_has_its_time
from coalition.mailroom.models import private_storage


class RosterImport(ListImport):
    """A list of partners on its way in."""

    file = models.FileField(upload_to="rosters", storage=private_storage, blank=True)

    class Meta(ListImport.Meta):
        verbose_name = _("import of partners")
        verbose_name_plural = _("imports of partners")
        constraints = [closed_has_its_time("a_closed_import_has_its_time")]

    def get_absolute_url(self) -> str:
        return reverse("partners:roster_report", args=[self.pk])
