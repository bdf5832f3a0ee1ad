"""Statements: what is proposed, in a sentence or two, on which others can say yes or no."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.names import Name
from coalition.consultations.models.process import Consultation
from coalition.consultations.states import Origin
from coalition.instruments.models import Provision
from coalition.partners.models import CommonPriority, Partner

LONGEST = 280  # characters: to be read at a glance, and answered with yes or no


class Statement(models.Model):
    """A proposal that others can agree to, disagree with or pass on. The first ones come from what
    partners share already, or from a paragraph nobody has taken up."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="statements"
    )
    number = models.PositiveIntegerField()  # within its consultation, from 1
    text = models.CharField(_("statement"), max_length=LONGEST)
    language = models.CharField(max_length=8, default="en")
    origin = models.CharField(max_length=12, choices=Origin.choices)
    priority = models.ForeignKey(
        CommonPriority, null=True, blank=True, on_delete=models.PROTECT, related_name="statements"
    )
    provision = models.ForeignKey(
        Provision, null=True, blank=True, on_delete=models.PROTECT, related_name="statements"
    )
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("statement")
        ordering = ["consultation", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "number"], name="a_number_once_a_consultation"
            ),
            models.UniqueConstraint(
                fields=["consultation", "priority"], name="a_common_priority_proposed_once"
            ),
            models.UniqueConstraint(
                fields=["consultation", "provision"], name="a_paragraph_proposed_once"
            ),
            models.CheckConstraint(
                condition=Q(origin=Origin.PRIORITY, priority__isnull=False, provision=None)
                | Q(origin=Origin.PROVISION, priority=None, provision__isnull=False),
                name="a_first_proposal_says_where_it_comes_from",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def words(self) -> Name:
        return Name(self.text, self.language)


class Credit(models.Model):
    """A partner whose priority, or whose wish, stands behind a statement: told and named."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="credits")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="credits")
    # Partners hear of it once the consultation is public.
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("credit for a statement")
        ordering = ["statement", "partner"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "partner"], name="a_partner_credited_once")
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} for {self.statement_id}"
