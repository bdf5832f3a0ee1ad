"""Due diligence: what is asked of whom, what officers found, which risks stand on file.

After the verification and the flags of the UN Partner Portal. All of it is private; the public
reads a register entry with few fields.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.base.reference import Entry
from coalition.base.states import Move
from coalition.partners.models.partner import Partner
from coalition.partners.models.requests import AccessionRequest
from coalition.partners.states import (
    BLOCKING_FLAGS,
    FLAG_VERBS,
    REVIEWING,
    RISKS,
    VERIFICATION_VERBS,
    FlagState,
    VerificationState,
)

# --- What is asked: data of the coalition file -----------------------------------------------


class Depth(models.TextChoices):
    """How deep an organisation is looked into, from the first to the last."""

    LIGHT = "light", pgettext_lazy("depth of vetting", "light")
    STANDARD = "standard", pgettext_lazy("depth of vetting", "standard")
    FULL = "full", pgettext_lazy("depth of vetting", "full")


class VettingPlan(Entry):
    """How deep a partner group is looked into, and for how many months that holds. Its code is
    the group's; its names say what the vetting of this group is about."""

    depth = models.CharField(_("depth"), max_length=10, choices=Depth.choices)
    months = models.PositiveSmallIntegerField(_("renewed every so many months"))

    class Meta(Entry.Meta):
        verbose_name = _("vetting plan")


class VettingKind(models.TextChoices):
    QUESTION = "question", _("Question")
    EXCLUSION = "exclusion", _("Exclusion criterion")


class VettingSubject(models.TextChoices):
    """What a question is about; the questionnaire is laid out by it."""

    STANDING = "standing", _("Standing and registration")
    MANDATE = "mandate", _("Aims and mandate")
    GOVERNANCE = "governance", _("Governance and independence")
    FUNDING = "funding", _("Funding and ownership")
    SAFEGUARDS = "safeguards", _("Safeguards")
    CONDUCT = "conduct", _("Conduct and rights")
    RISK = "risk", _("Risks on file")


class Reply(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNCLEAR = "unclear", _("Unclear")


class VettingQuestion(Entry):
    """A question that officers answer about an organisation, or an exclusion criterion, which is
    expected not to apply. It is asked from a depth on, of the groups it names or of all."""

    kind = models.CharField(
        _("kind"), max_length=10, choices=VettingKind.choices, default=VettingKind.QUESTION
    )
    subject = models.CharField(_("what it is about"), max_length=20, choices=VettingSubject.choices)
    help = NamesField(_("help"), blank=True, default=dict)
    expected = models.CharField(_("expected answer"), max_length=3, choices=Reply.choices[:2])
    depth = models.CharField(
        _("asked from this depth on"), max_length=10, choices=Depth.choices, default=Depth.LIGHT
    )
    # Codes of partner groups; an empty list means all.
    groups = models.JSONField(_("groups"), default=list, blank=True)

    class Meta(Entry.Meta):
        verbose_name = _("vetting question")

    @property
    def help_text(self) -> Name:
        return in_language(self.help)


class FlagCategory(Entry):
    """What a flag is about."""

    class Meta(Entry.Meta):
        verbose_name = _("category of flags")
        verbose_name_plural = _("categories of flags")


# --- What was found --------------------------------------------------------------------------

HAS_AN_OWNER = Q(request__isnull=False) | Q(partner__isnull=False)


class OwnedQuerySet(models.QuerySet[Any]):
    """Records on a request to join, on a partner, or on both: what was found before admission
    goes on belonging to the organisation once it is a partner."""

    def of(self, owner: AccessionRequest | Partner) -> Any:
        if isinstance(owner, Partner):
            return self.filter(partner=owner)
        return self.filter(request=owner)


class VerificationQuerySet(OwnedQuerySet):
    def in_review(self) -> VerificationQuerySet:
        return self.filter(state__in=REVIEWING)


class Finding(models.TextChoices):
    VERIFY = "verify", _("to verify")
    REFUSE = "refuse", _("not to verify")


class Verification(models.Model):
    """One look into an organisation by two officers, from the first question to the decision."""

    request = models.ForeignKey(
        AccessionRequest,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="verifications",
    )
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.CASCADE, related_name="verifications"
    )
    state = models.CharField(
        max_length=20, choices=VerificationState.choices, default=VerificationState.NOT_STARTED
    )
    begun_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    # The depth by which it was decided; while it is reviewed, plan and flags say it anew.
    depth = models.CharField(_("depth"), max_length=10, choices=Depth.choices)
    # A risk on file asked for one step more than the plan; it stays so until the decision.
    is_raised = models.BooleanField(default=False)
    # What the first of two officers proposed.
    advice = models.CharField(max_length=10, choices=Finding.choices, blank=True)
    # The first day on which it no longer holds.
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    # So many days before it expires the officers were last reminded.
    reminded = models.PositiveSmallIntegerField(null=True, blank=True)
    # What the public register says of it, as the organisation gave it and officers found it.
    legal_status = models.CharField(_("legal status"), max_length=200, blank=True)
    governance = models.CharField(_("governance in one sentence"), max_length=400, blank=True)
    language = models.CharField(_("language of these words"), max_length=8, default="en")

    objects = VerificationQuerySet.as_manager()
    VERBS = VERIFICATION_VERBS

    class Meta:
        verbose_name = _("verification")
        ordering = ["pk"]
        indexes = [models.Index(fields=["state", "expires_on"])]
        constraints = [
            models.CheckConstraint(condition=HAS_AN_OWNER, name="a_verification_has_an_owner"),
            # Two officers who begin at once begin one.
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(state__in=REVIEWING),
                name="one_open_verification_a_request",
            ),
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(state__in=REVIEWING),
                name="one_open_verification_a_partner",
            ),
            models.CheckConstraint(
                condition=~Q(state=VerificationState.VERIFIED) | Q(expires_on__isnull=False),
                name="what_is_verified_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def owner(self) -> AccessionRequest | Partner:
        """The partner once there is one, else the request to join."""
        owner = self.partner or self.request
        assert owner is not None  # the table's own rule
        return owner


class VerificationMove(Move):
    record = models.ForeignKey(Verification, on_delete=models.CASCADE, related_name="moves")


class VettingAnswer(models.Model):
    """What an officer found on one question, with a note on how it is known."""

    verification = models.ForeignKey(Verification, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(VettingQuestion, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(_("answer"), max_length=10, choices=Reply.choices)
    note = models.TextField(_("how it is known"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("answer on a vetting question")
        ordering = ["question__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["verification", "question"], name="one_answer_a_vetting_question"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.value}"


class ConflictDeclaration(models.Model):
    """An officer's word on their own interests in a verification. A declared conflict stands; who
    declared none may find one later."""

    verification = models.ForeignKey(
        Verification, on_delete=models.CASCADE, related_name="declarations"
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    has_conflict = models.BooleanField(_("has a conflict of interest"))
    words = models.TextField(_("in the officer’s words"), blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("declaration of interests")
        verbose_name_plural = _("declarations of interests")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["verification", "officer", "has_conflict"], name="one_declaration_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class FlagQuerySet(OwnedQuerySet):
    def standing(self) -> FlagQuerySet:
        """Those not resolved. An observation or a risk stands until its day, if it has one; what
        was escalated stands until an officer decides."""
        today = timezone.now().date()
        lapsed = Q(valid_until__lte=today) & ~Q(state__in=BLOCKING_FLAGS)
        return self.exclude(Q(state=FlagState.RESOLVED) | lapsed)

    def risks(self) -> FlagQuerySet:
        return self.standing().filter(state__in=RISKS)


class Flag(models.Model):
    """Something officers should know of an organisation, from an observation to a red flag."""

    request = models.ForeignKey(
        AccessionRequest, null=True, blank=True, on_delete=models.CASCADE, related_name="flags"
    )
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.CASCADE, related_name="flags"
    )
    state = models.CharField(
        max_length=20, choices=FlagState.choices, default=FlagState.OBSERVATION
    )
    category = models.ForeignKey(
        FlagCategory, verbose_name=_("category"), on_delete=models.PROTECT, related_name="+"
    )
    words = models.TextField(_("what was seen, and where"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    raised_at = models.DateTimeField(default=timezone.now)
    # Nobody: the platform itself.
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = FlagQuerySet.as_manager()
    VERBS = FLAG_VERBS

    class Meta:
        verbose_name = _("flag")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state"])]
        constraints = [
            models.CheckConstraint(condition=HAS_AN_OWNER, name="a_flag_has_an_owner"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def owner(self) -> AccessionRequest | Partner:
        """The partner once there is one, else the request to join."""
        owner = self.partner or self.request
        assert owner is not None  # the table's own rule
        return owner

    @property
    def has_lapsed(self) -> bool:
        """Is it over by its own day, without anybody's decision?"""
        today = timezone.now().date()
        is_bound = self.valid_until is not None and self.state not in BLOCKING_FLAGS
        return bool(is_bound and self.valid_until <= today)


class FlagMove(Move):
    record = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="moves")
