"""What matters to organisations, where they see an opening, and what several of them share."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.base.states import Move
from coalition.partners.models.partner import Partner
from coalition.partners.states import (
    COMMON_PRIORITY_VERBS,
    JOINED,
    CommonPriorityState,
)
from coalition.places.models import Level, Place
from coalition.themes.models import Theme


class PriorityKind(models.TextChoices):
    PRIORITY = "priority", _("Priority")
    OPPORTUNITY = "opportunity", _("Opportunity")


class PriorityQuerySet(models.QuerySet["Priority"]):
    def of_partners(self) -> PriorityQuerySet:
        """Those of organisations that are partners now."""
        return self.filter(partner__state__in=JOINED)


class PriorityManager(models.Manager["Priority"]):
    """Priorities alone, so that `partner.priorities` are what they are called. Opportunities are
    ranked beside them and never meant by it; who wants both asks `Priority.every`."""

    def get_queryset(self) -> Any:
        return PriorityQuerySet(self.model, using=self._db).filter(kind=PriorityKind.PRIORITY)


class Priority(models.Model):
    """What matters to an organisation, or an opening it sees: theme, level, place and its own
    words, in its own order."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="priorities")
    kind = models.CharField(
        max_length=12, choices=PriorityKind.choices, default=PriorityKind.PRIORITY
    )
    rank = models.PositiveSmallIntegerField(_("rank"))
    theme = models.ForeignKey(
        Theme, verbose_name=_("theme"), on_delete=models.PROTECT, related_name="priorities"
    )
    level = models.ForeignKey(
        Level, verbose_name=_("level"), on_delete=models.PROTECT, related_name="+"
    )
    place = models.ForeignKey(
        Place, verbose_name=_("place"), on_delete=models.PROTECT, related_name="priorities"
    )
    words = models.CharField(_("in your own words"), max_length=300, blank=True)
    language = models.CharField(max_length=8, default="en")

    objects = PriorityManager()
    every = PriorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("priority")
        ordering = ["partner", "kind", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "kind", "rank"], name="one_priority_a_kind_and_rank"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.words or self.theme}"


class CommonPriorityQuerySet(models.QuerySet["CommonPriority"]):
    def public(self) -> CommonPriorityQuerySet:
        """Those that a person named. What a machine suggested is for officers to look at."""
        return self.filter(state__in=(CommonPriorityState.NAMED, CommonPriorityState.THEME))

    def visible_to(self, person: Any) -> CommonPriorityQuerySet:
        if person.is_authenticated and person.is_officer:
            return self
        return self.public()


class CommonPriority(models.Model):
    """Priorities of several partners that say much the same. A machine may suggest one; only
    when an officer has named it do others see it."""

    reference = models.CharField(max_length=20, unique=True)
    state = models.CharField(
        max_length=10, choices=CommonPriorityState.choices, default=CommonPriorityState.SUGGESTED
    )
    kind = models.CharField(
        max_length=12, choices=PriorityKind.choices, default=PriorityKind.PRIORITY
    )
    names = NamesField(_("name"), blank=True)
    theme = models.ForeignKey(Theme, verbose_name=_("theme"), on_delete=models.PROTECT)
    level = models.ForeignKey(
        Level, verbose_name=_("level"), on_delete=models.PROTECT, related_name="+"
    )
    # The smallest place that holds those of all members.
    place = models.ForeignKey(
        Place, verbose_name=_("place"), on_delete=models.PROTECT, related_name="+"
    )
    made_by_platform = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    became = models.ForeignKey(
        Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="came_from"
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    is_example = models.BooleanField(default=False)

    objects = CommonPriorityQuerySet.as_manager()
    VERBS = COMMON_PRIORITY_VERBS

    class Meta:
        verbose_name = _("common priority")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "theme"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partners:common_priority", args=[self.reference])

    @property
    def name(self) -> Name:
        """Its name, or the theme it falls under while it has none."""
        return in_language(self.names) if self.names else self.theme.short_name


class CommonPriorityMove(Move):
    record = models.ForeignKey(CommonPriority, on_delete=models.CASCADE, related_name="moves")


class Membership(models.TextChoices):
    SUGGESTED = "suggested", _("suggested by the platform")
    IN = "in", _("belongs to it")
    # Kept, so that the same is not suggested again.
    OUT = "out", _("taken out by an officer")


class CommonPriorityMember(models.Model):
    """That a priority belongs to a common one, why, and what it said when it was put there."""

    common = models.ForeignKey(CommonPriority, on_delete=models.CASCADE, related_name="members")
    priority = models.ForeignKey(Priority, on_delete=models.CASCADE, related_name="memberships")
    standing = models.CharField(
        max_length=10, choices=Membership.choices, default=Membership.SUGGESTED
    )
    # As `analysis.likeness` gives it: nearness, likeness, shared words. Empty: by an officer.
    why = models.JSONField(default=dict, blank=True)
    words_then = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("member of a common priority")
        ordering = ["common", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["common", "priority"], name="a_priority_once_a_common_one"
            ),
            # So that counts of who shares what can be added.
            models.UniqueConstraint(
                fields=["priority"],
                condition=Q(standing="in"),
                name="a_priority_in_one_common_one",
            ),
        ]

    @property
    def has_changed_since(self) -> bool:
        return self.words_then != self.priority.words
