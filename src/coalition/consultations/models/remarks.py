"""Remarks on a text that is discussed, paragraph by paragraph."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.names import Name
from coalition.base.states import Move
from coalition.consultations.models.participants import Participant
from coalition.consultations.models.process import Consultation
from coalition.consultations.states import REMARK_STATES, REMARK_VERBS, Refusal, StatementState
from coalition.instruments.models import Provision, Wording

LONGEST_REMARK, LONGEST_WORDS = 1_000, 8_000  # characters: of a comment, of words proposed instead


class RemarkQuerySet(models.QuerySet["Remark"]):
    def shown(self) -> RemarkQuerySet:
        """Those that everybody sees."""
        return self.filter(state=StatementState.ACCEPTED)


class Remark(models.Model):
    """What somebody says of a paragraph: a comment, or other words for it with the reason."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="remarks")
    number = models.PositiveIntegerField()  # within its consultation, from 1
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="remarks")
    # The words of which it was said: later versions may have others. None where they are not held.
    wording = models.ForeignKey(
        Wording, null=True, blank=True, on_delete=models.PROTECT, related_name="remarks"
    )
    text = models.CharField(_("what you think of it"), max_length=LONGEST_REMARK)
    # These words as they should read, in their language; empty where it is a comment alone.
    instead = models.TextField(_("other words for the paragraph"), blank=True)
    language = models.CharField(max_length=8, default="en")  # of what is thought of it
    author = models.ForeignKey(Participant, on_delete=models.RESTRICT, related_name="remarks")
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.label) for state in REMARK_STATES],
        default=StatementState.WAITING,
    )
    refused_for = models.CharField(max_length=12, choices=Refusal.choices, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = RemarkQuerySet.as_manager()
    VERBS = REMARK_VERBS

    class Meta:
        verbose_name = _("remark")
        ordering = ["consultation", "number"]
        indexes = [models.Index(fields=["consultation", "provision", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "number"], name="a_remarks_number_once_a_consultation"
            ),
            models.CheckConstraint(
                condition=Q(state=StatementState.REFUSED) ^ Q(refused_for=""),
                name="a_refused_remark_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(instead="") | Q(wording__isnull=False),
                name="other_words_are_for_words_that_are_held",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def words(self) -> Name:
        return Name(self.text, self.language)


class RemarkMove(Move):
    record = models.ForeignKey(Remark, on_delete=models.CASCADE, related_name="moves")
