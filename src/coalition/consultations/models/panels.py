"""A panel drawn by lot: who volunteered, from which pool it is drawn, and who was drawn."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.consultations.models.process import Consultation


class Panel(models.Model):
    """The lot of a consultation. Its features and quotas stand before anybody volunteers; the pool
    and its digest are published before the seed is known; the draw follows from both.

    `features` holds, in order, `{"name": {language: words}, "values": [{"name": {…}, "least": 3,
    "most": 5}, …]}`. `pool` is the very file that is drawn from (see the reference page of panels);
    it names nobody.
    """

    consultation = models.OneToOneField(
        Consultation, on_delete=models.CASCADE, related_name="panel"
    )
    seats = models.PositiveSmallIntegerField(_("seats"))
    features = models.JSONField(default=list)
    pool = models.TextField(blank=True)
    # Makes the codes; its own digest, the seal, stands in the pool.
    secret = models.CharField(max_length=80, blank=True)
    # Why no pool could be published when it was due: plain values, told in the reader's language.
    trouble = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    # What nobody knew when the pool was published, and where everybody can look it up.
    seed_from = models.CharField(_("where the seed comes from"), max_length=500, blank=True)
    seed_at = models.DateTimeField(_("when the seed is known"), null=True, blank=True)
    seed = models.CharField(_("seed"), max_length=500, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("panel by lot")
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None) | (~Q(pool="") & ~Q(digest="")),
                name="a_published_pool_has_its_digest",
            ),
            models.CheckConstraint(
                condition=Q(drawn_at=None) | (Q(published_at__isnull=False) & ~Q(seed="")),
                name="a_drawn_panel_has_its_pool_and_seed",
            ),
        ]

    def __str__(self) -> str:
        return f"panel of {self.consultation_id}"


class Volunteer(models.Model):
    """Somebody who put their name in the lot. Seen by themselves and by officers alone."""

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="volunteers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The place of the value of each feature, in the order of the features.
    values = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)
    # Their code in the published pool, once it is; whether they sit; when they gave their seat up.
    code = models.CharField(max_length=40, blank=True)
    is_drawn = models.BooleanField(default=False)
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("volunteer for a panel")
        ordering = ["panel", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "person"], name="a_person_volunteers_once"),
            models.UniqueConstraint(
                fields=["panel", "code"],
                condition=~Q(code=""),
                name="a_code_of_the_pool_once",
            ),
        ]

    def __str__(self) -> str:
        return f"volunteer {self.pk} for {self.panel_id}"
