"""Who speaks for an organisation: mandates, from a day, perhaps until a day, and invitations."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.reference import Entry
from coalition.partners.models.partner import Partner

INVITATION_DAYS = 14


class MandateRole(models.TextChoices):
    """What each may do stands in `partners.rules.ABILITIES`."""

    FOCAL_POINT = "focal_point", _("Lead focal point")
    EDITOR = "editor", _("Editor")
    SIGNATORY = "signatory", _("Signatory")
    VIEWER = "viewer", _("Viewer")


class MandateQuerySet(models.QuerySet["Mandate"]):
    def current(self) -> MandateQuerySet:
        """Those that hold today. The day a mandate ends is no longer its own: ended is ended."""
        today = timezone.now().date()
        return self.filter(Q(until=None) | Q(until__gt=today), since__lte=today)

    def open(self) -> MandateQuerySet:
        """Those that nobody has ended: current ones, those to come, and those whose last day has
        passed without its being noted yet."""
        return self.filter(ended_at=None)


class Mandate(models.Model):
    """A person's right to act for an organisation, from a day, perhaps until a day."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mandates"
    )
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="mandates")
    role = models.CharField(
        max_length=20, choices=MandateRole.choices, default=MandateRole.FOCAL_POINT
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    # When it was ended, or its end was noted. No constraint can know what day it is; with this a
    # partner has at most one lead focal point, whatever days were planned.
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "partner"],
                condition=Q(ended_at=None),
                name="one_open_mandate_a_person",
            ),
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(ended_at=None, role=MandateRole.FOCAL_POINT),
                name="one_lead_focal_point",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="a_mandate_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(until__isnull=False),
                name="an_ended_mandate_has_its_last_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.partner_id}"

    @property
    def is_lead(self) -> bool:
        return self.role == MandateRole.FOCAL_POINT


def in_two_weeks() -> object:
    return timezone.now() + timedelta(days=INVITATION_DAYS)


class Answer(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def pending(self) -> InvitationQuerySet:
        """Nobody has answered them yet; some may be too old to be accepted."""
        return self.filter(answer="")


class Invitation(models.Model):
    """A letter with a link by which one person, at one address, may take up a mandate, once.

    One to be the lead focal point is a hand-over: whoever accepts takes the lead's place.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(max_length=8, default="en")
    role = models.CharField(max_length=20, choices=MandateRole.choices)
    until = models.DateField(null=True, blank=True)  # the mandate's last day, if it is limited
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    # Of the secret in the link; the secret itself stands in the letter alone.
    token_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(default=in_two_weeks)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # Nobody where it was declined by the link alone.
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "partner",
                Lower("email"),
                condition=Q(answer=""),
                name="one_pending_invitation_an_address",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="an_answer_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} of {self.partner_id}"

    @property
    def is_hand_over(self) -> bool:
        return self.role == MandateRole.FOCAL_POINT

    @property
    def is_expired(self) -> bool:
        return not self.answer and self.expires_at <= timezone.now()


class Term(Entry):
    """A number of days that the coalition has set: how long a silence, how long a warning."""

    days = models.PositiveSmallIntegerField(_("days"))

    class Meta(Entry.Meta):
        verbose_name = _("term")
