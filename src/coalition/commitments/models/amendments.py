"""What a commitment said from when on, and what somebody wishes it to say."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.states import Move
from coalition.commitments.models.promise import Commitment
from coalition.commitments.states import AMENDMENT_TONES, AMENDMENT_VERBS, AmendmentState


class Edition(models.Model):
    """All that a public commitment said from a moment on, as texts by row and field
    (`writing.plain`). The first is made when it is published; none is ever changed."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.JSONField(default=dict)
    why = models.CharField(max_length=400, blank=True)  # in the commitment's language

    class Meta:
        verbose_name = _("edition of a commitment")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "number"], name="an_edition_once")
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id}, {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("commitments:edition", args=[self.commitment.reference, self.number])


class Side(models.TextChoices):
    """Who wishes the change. The other side takes it over, so that none speaks for the other."""

    PARTNER = "partner", _("The partner")
    SECRETARIAT = "secretariat", _("The secretariat")


class Amendment(models.Model):
    """A copy of a commitment's words on which one side works. `base` is what they were when it
    was begun, `values` what they shall be; taking it over merges it with what they are by then."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="amendments")
    side = models.CharField(max_length=12, choices=Side.choices)
    state = models.CharField(
        max_length=10, choices=AmendmentState.choices, default=AmendmentState.DRAFT
    )
    base = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    why = models.CharField(_("why"), max_length=400, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    edition = models.OneToOneField(  # that it became, where the commitment was public
        Edition, null=True, blank=True, on_delete=models.RESTRICT, related_name="amendment"
    )

    VERBS = AMENDMENT_VERBS

    class Meta:
        verbose_name = _("amendment")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "side"],
                condition=Q(state__in=["draft", "proposed", "sent_back"]),
                name="one_open_amendment_a_side",
            )
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id}, {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("commitments:amendment", args=[self.commitment.reference, self.pk])

    @property
    def tone(self) -> str:
        """How its state looks in a list (`ui.status`)."""
        return str(AMENDMENT_TONES[AmendmentState(self.state)])


class AmendmentMove(Move):
    record = models.ForeignKey(Amendment, on_delete=models.CASCADE, related_name="moves")
