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
from coalition.commitments.states import EDITABLE, VERBS, State
from coalition.instruments.models import Provision, SupervisoryComment
from coalition.partners.models import Partner, Priority
from coalition.places.models import Level, Place
from coalition.results.models import Framework
from coalition.themes.models import Challenge, Theme
from coalition.ui.thread import Knot


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def published(self) -> CommitmentQuerySet:
        return self.filter(state=State.PUBLISHED)

    def visible_to(self, person: Any) -> CommitmentQuerySet:
        """Published and withdrawn ones for all (a withdrawn one answers with date and reason);
        every state for officers, but for drafts, and for those who hold a mandate of the maker."""
        seen = Q(state__in=[State.PUBLISHED, State.WITHDRAWN])
        if person.is_authenticated:
            seen |= Q(partner__in=Partner.objects.spoken_for_by(person))
            if person.is_officer:
                seen |= ~Q(state=State.DRAFT)
        return self.filter(seen)


class Commitment(models.Model):
    """A pledge taken freely by a partner toward an agreed goal."""

    reference = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
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
    resources = models.CharField(_("resources"), max_length=400, blank=True)
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
    changed_at = models.DateTimeField(default=timezone.now)  # its words, not its state
    published_at = models.DateTimeField(null=True, blank=True)
    is_example = models.BooleanField(default=False)

    objects = CommitmentQuerySet.as_manager()
    VERBS = VERBS

    class Meta:
        verbose_name = _("commitment")
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "-published_at"]),
            models.Index(fields=["state", "ends_on"]),
            models.Index(fields=["state", "title"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="a_commitment_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False),
                name="published_has_a_time",
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
