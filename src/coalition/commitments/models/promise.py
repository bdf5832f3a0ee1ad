"""Voluntary commitments: who promises what, for whom, where, until when, on which paragraphs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.states import Move
from coalition.commitments import thread
from coalition.commitments.states import (
    EDITABLE,
    PART_HELD,
    PART_VERBS,
    PUBLIC,
    VERBS,
    PartState,
    State,
)
from coalition.instruments.models import ExternalRecord, Provision, SupervisoryComment
from coalition.partners.models import Partner, Priority
from coalition.places.models import Level, Place
from coalition.results.models import Framework
from coalition.themes.models import Challenge, Theme
from coalition.ui.thread import Knot


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def published(self) -> CommitmentQuerySet:
        """Those that everybody sees and that count: also when closed or inactive."""
        # Said as a bare column, SQLite would not look into the indexes that begin with it.
        return self.filter(is_public__in=[True])

    def of(self, partner: Partner | int) -> CommitmentQuerySet:
        """All that a partner leads, or has confirmed a part in."""
        parts = Part.objects.filter(partner=partner, state=PartState.CONFIRMED)
        return self.filter(Q(partner=partner) | Q(pk__in=parts.values("commitment")))

    def refused(self) -> CommitmentQuerySet:
        """None: who makes a promise reports on it."""
        return self.none()

    def shared_with(self, person: Any) -> CommitmentQuerySet:
        """Those that others lead, and in which a partner for which the person holds a mandate was
        asked for a part or confirmed it."""
        own = Partner.objects.spoken_for_by(person)
        parts = Part.objects.filter(partner__in=own, state__in=PART_HELD)
        return self.filter(pk__in=parts.values("commitment"))

    def visible_to(self, person: Any) -> CommitmentQuerySet:
        """Public and withdrawn ones for all (a withdrawn one answers with date and reason); every
        state for those who hold a mandate of the maker or of a partner that was asked for a part;
        for officers every state but drafts."""
        seen = Q(is_public=True) | Q(state=State.WITHDRAWN)
        if person.is_authenticated:
            own = Partner.objects.spoken_for_by(person)
            seen |= Q(partner__in=own) | Q(pk__in=self.model.objects.shared_with(person))
            if person.is_officer:
                seen |= ~Q(state=State.DRAFT)
        return self.filter(seen)


class Commitment(models.Model):
    """A pledge taken freely by a partner toward an agreed goal, alone or with others.

    `partner` leads and reports, so that there is always exactly one who does; the others have
    their parts (`models.parts`).
    """

    reference = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    # Kept by the database; after a move it is known once the row is read again.
    is_public = models.GeneratedField(
        expression=Q(state__in=[state.value for state in PUBLIC]),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="commitments")
    # What it wants to reach, in figures.
    framework = models.OneToOneField(Framework, on_delete=models.PROTECT, related_name="commitment")
    # Who made the promise, where another organisation carries it on.
    promised_by = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="passed_on"
    )
    language = models.CharField(_("language you write in"), max_length=8, default="en")
    title = models.CharField(_("title"), max_length=160)
    promise = models.CharField(_("the promise in one sentence"), max_length=400, blank=True)
    for_whom = models.CharField(_("for whom"), max_length=300, blank=True)
    in_line_with = models.CharField(
        _("national plan or priority it is in line with"), max_length=300, blank=True
    )
    level = models.ForeignKey(
        Level, verbose_name=_("level"), null=True, blank=True, on_delete=models.PROTECT
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    places = models.ManyToManyField(
        Place, verbose_name=_("places"), blank=True, related_name="commitments"
    )
    themes = models.ManyToManyField(
        Theme, verbose_name=_("themes"), blank=True, related_name="commitments"
    )
    challenges = models.ManyToManyField(
        Challenge, verbose_name=_("challenges"), blank=True, related_name="commitments"
    )
    priorities = models.ManyToManyField(
        Priority, verbose_name=_("your priorities"), blank=True, related_name="commitments"
    )
    provisions = models.ManyToManyField(
        Provision, through="Delivery", blank=True, related_name="commitments"
    )
    # What supervisors asked of a party, and the promise answers.
    comments = models.ManyToManyField(
        SupervisoryComment,
        verbose_name=_("comments of supervisors it answers"),
        blank=True,
        related_name="commitments",
    )
    # What it is in line with, where that stands in a register of others.
    external_records = models.ManyToManyField(
        ExternalRecord,
        verbose_name=_("submissions and plans it is in line with"),
        blank=True,
        related_name="commitments",
    )
    # A promise that can be kept only with the help of others says which.
    needs_help = models.BooleanField(_("it needs the help of others"), default=False)
    help_wanted = models.CharField(_("which help is wanted"), max_length=400, blank=True)
    # The row of the list it was taken in from, in the words of its partner: "HR-7".
    list_key = models.CharField(max_length=100, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)  # its words, not its state
    # The first moment of this day, in its framework's zone, once it is approved; empty: at once.
    publish_on = models.DateField(_("publish on"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    is_example = models.BooleanField(default=False)

    objects = CommitmentQuerySet.as_manager()
    VERBS = VERBS

    class Meta:
        verbose_name = _("commitment")
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "-published_at"]),
            models.Index(fields=["is_public", "-published_at", "-id"]),
            models.Index(fields=["is_public", "ends_on", "id"]),
            models.Index(fields=["is_public", "title", "id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="a_commitment_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[state.value for state in PUBLIC])
                | Q(published_at__isnull=False),
                name="a_public_commitment_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, closed_at__isnull=False)
                | (~Q(state=State.CLOSED) & Q(closed_at=None)),
                name="a_closed_commitment_has_its_day",
            ),
            models.UniqueConstraint(
                fields=["partner", "list_key"],
                condition=~Q(list_key=""),
                name="a_row_of_a_partners_list_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("commitments:commitment", args=[self.reference])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """A draft that is removed takes its goals with it."""
        gone = super().delete(*args, **kwargs)
        self.framework.delete()
        return gone

    is_refused = False

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    def above_results(self) -> Iterable[Knot]:
        """The thread above its figures; see `results.owners.Owner`."""
        return [*thread.above(self), thread.knot(self, "above")]


class CommitmentMove(Move):
    record = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="moves")


class Delivery(models.Model):
    """A commitment delivers on a provision: the central link of the golden thread."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="deliveries")
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="deliveries")
    how = models.CharField(_("how"), max_length=300, blank=True)

    class Meta:
        ordering = ["provision__instrument", "provision__position"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "provision"], name="a_provision_once")
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} on {self.provision_id}"


# --- Joint commitments ------------------------------------------------------------------------


class PartRole(models.TextChoices):
    """What a partner does in a joint commitment. The first three are roles of organisations in
    the IATI standard; its fourth, accountable, is the one that leads."""

    IMPLEMENTING = "implementing", _("Carries it out")
    FUNDING = "funding", _("Pays for it")
    EXTENDING = "extending", _("Manages or passes on the money")
    SUPPORTING = "supporting", _("Helps with knowledge or its voice")


class PartQuerySet(models.QuerySet["Part"]):
    def confirmed(self) -> PartQuerySet:
        """Those that the public sees."""
        return self.filter(state=PartState.CONFIRMED)


class Part(models.Model):
    """One partner's part. It counts and is public once the partner's own people confirmed it."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="parts")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="parts")
    role = models.CharField(_("role"), max_length=12, choices=PartRole.choices)
    what = models.CharField(_("what it does"), max_length=300)  # in the commitment's language
    state = models.CharField(max_length=10, choices=PartState.choices, default=PartState.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    # The one that leads offers to hand that over; empty: not offered. With it says what it would
    # do itself from then on, so that nobody but itself gives it a part.
    lead_offered_at = models.DateTimeField(null=True, blank=True)
    role_of_lead = models.CharField(max_length=12, choices=PartRole.choices, blank=True)
    what_of_lead = models.CharField(max_length=300, blank=True)

    objects = PartQuerySet.as_manager()
    VERBS = PART_VERBS

    class Meta:
        verbose_name = _("part in a commitment")
        verbose_name_plural = _("parts in commitments")
        ordering = ["pk"]
        indexes = [models.Index(fields=["partner", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "partner"], name="a_partner_has_one_part"
            ),
            models.CheckConstraint(
                condition=Q(lead_offered_at=None, role_of_lead="", what_of_lead="")
                | (
                    Q(state=PartState.CONFIRMED, lead_offered_at__isnull=False)
                    & ~Q(role_of_lead="")
                ),
                name="a_lead_is_offered_to_who_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} in {self.commitment_id}"

    def get_absolute_url(self) -> str:
        return reverse("commitments:part", args=[self.commitment.reference, self.pk])


class PartMove(Move):
    record = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="moves")
