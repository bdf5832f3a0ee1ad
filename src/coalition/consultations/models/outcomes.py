"""What came out of a consultation: the results, the answer to each proposal, what was concluded."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.consultations.models.process import Consultation
from coalition.consultations.models.statements import Statement
from coalition.consultations.states import Outcome, State
from coalition.partners.models import Body, Decision, PartnerGroup


class Summary(models.Model):
    """The results, worked out once when all is closed, and kept: nobody can compare two counts to
    see what a single person said. What may not be published is not in it."""

    consultation = models.OneToOneField(
        Consultation, on_delete=models.CASCADE, related_name="summary"
    )
    value = models.JSONField(default=dict)
    # The answers one by one that may be published (`summing.answers`); read for files alone.
    rows = models.BinaryField(default=bytes)
    # SHA-256 of the tally as the reference page writes it down; the audit trail has it too.
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("results of a consultation")

    def __str__(self) -> str:
        return f"results of {self.consultation_id}"


class Response(models.Model):
    """The reasoned answer to one proposal. All of a consultation are published at once; until then
    it is a draft, which may still lack its outcome or a language."""

    statement = models.OneToOneField(Statement, on_delete=models.PROTECT, related_name="response")
    outcome = models.CharField(
        _("what becomes of it"), max_length=12, choices=Outcome.choices, blank=True
    )
    # In the languages of the consultation.
    reason = NamesField(_("because"), long=True)
    changed_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("response")
        ordering = ["statement"]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.statement_id}"

    def get_absolute_url(self) -> str:
        """Where everybody reads it once it is published."""
        asked, number = self.statement.consultation.reference, self.statement.number
        return reverse("consultations:response", args=[asked, number])

    @property
    def reason_text(self) -> Name:
        return in_language(self.reason)


class ConclusionQuerySet(models.QuerySet["Conclusion"]):
    def published(self) -> ConclusionQuerySet:
        return self.exclude(published_at=None)


class Conclusion(models.Model):
    """What a body decided at the end of a consultation, and the proposals that it takes up.
    Published, it never changes."""

    consultation = models.OneToOneField(
        Consultation, on_delete=models.PROTECT, related_name="conclusion"
    )
    body = models.ForeignKey(
        Body, verbose_name=_("body"), on_delete=models.PROTECT, related_name="conclusions"
    )
    decided_on = models.DateField(_("decided on"))
    words = NamesField(_("what was decided"), long=True)
    # Where it was made at a meeting: the decision as the minutes have it.
    decision = models.ForeignKey(
        Decision,
        verbose_name=_("decision of a meeting"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="conclusions",
    )
    takes_up = models.ManyToManyField(
        Statement,
        verbose_name=_("proposals that it takes up"),
        blank=True,
        related_name="conclusions",
    )
    changed_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ConclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("conclusion of a consultation")

    def __str__(self) -> str:
        return f"conclusion of {self.consultation_id}"

    def get_absolute_url(self) -> str:
        return reverse("consultations:conclusion", args=[self.consultation.reference])

    @property
    def text(self) -> Name:
        return in_language(self.words)


class Dissent(models.Model):
    """Which group did not agree with a conclusion, in its own words: printed with it."""

    conclusion = models.ForeignKey(Conclusion, on_delete=models.CASCADE, related_name="dissents")
    group = models.ForeignKey(PartnerGroup, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(_("in its own words"), max_length=4_000)
    language = models.CharField(max_length=8, default="en")

    class Meta:
        verbose_name = _("dissent")
        ordering = ["conclusion", "group"]
        constraints = [
            models.UniqueConstraint(fields=["conclusion", "group"], name="a_group_dissents_once")
        ]

    def __str__(self) -> str:
        return f"{self.group_id} on {self.conclusion_id}"

    @property
    def text(self) -> Name:
        return Name(self.words, self.language)


class Telling(models.Model):
    """How far letters to many have come: to those who follow a consultation when its responses are
    published, to them and all organisations that contributed once it is decided. Written in rounds,
    so that nobody waits for thousands of letters; each round goes on where the last one ended."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="tellings"
    )
    state = models.CharField(max_length=20, choices=State.choices)  # of which it tells
    # The last partner and the last follower gone through, by their keys.
    partner = models.BigIntegerField(default=0)
    follower = models.BigIntegerField(default=0)
    is_done = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("letters about a consultation")
        constraints = [
            models.UniqueConstraint(fields=["consultation", "state"], name="told_once_of_a_state")
        ]

    def __str__(self) -> str:
        return f"{self.state} of {self.consultation_id}"
