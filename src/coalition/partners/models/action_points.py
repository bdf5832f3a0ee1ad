"""Who has to do what by when, who looks whether it is done, and what it goes back to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.states import Move
from coalition.partners.models.bodies import Body, Decision, Meeting, Seat
from coalition.partners.models.partner import Partner
from coalition.partners.states import ACTION_VERBS, ActionState


class ActionPointQuerySet(models.QuerySet["ActionPoint"]):
    def open(self) -> ActionPointQuerySet:
        return self.filter(state=ActionState.OPEN)

    def overdue(self) -> ActionPointQuerySet:
        return self.open().filter(due_on__lt=timezone.now().date())

    def public(self) -> ActionPointQuerySet:
        """Those that follow from a published decision."""
        return self.filter(decision__published_at__isnull=False)

    def owned_by(self, person: Any) -> ActionPointQuerySet:
        """Those the person has to do, alone or for an organisation they may act for."""
        partners = Partner.objects.spoken_for_by(person, "edit")
        return self.filter(Q(owner=person) | Q(owner_partner__in=partners.values("pk")))

    def visible_to(self, person: Any) -> ActionPointQuerySet:
        """All to officers; else those of one's own, to verify, of one's organisation or body."""
        if not person.is_authenticated or not person.is_active:
            return self.none()
        if person.is_officer:
            return self
        partners = Partner.objects.spoken_for_by(person)
        bodies = Seat.objects.current().held_by(person)
        return self.filter(
            Q(owner=person)
            | Q(verifier=person)
            | Q(owner_partner__in=partners.values("pk"))
            | Q(body__in=bodies.values("body"))
        )


class ActionPoint(models.Model):
    """Something to be done by a day: one owner, and another person who verifies it."""

    reference = models.CharField(max_length=20, unique=True)
    state = models.CharField(
        max_length=10, choices=ActionState.choices, default=ActionState.OPEN, db_index=True
    )
    words = models.CharField(_("what is to be done"), max_length=500)
    language = models.CharField(_("language"), max_length=8, default="en")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person who does it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="action_points",
    )
    owner_partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner that does it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="action_points",
    )
    due_on = models.DateField(_("due on"))
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person who verifies it"),
        on_delete=models.PROTECT,
        related_name="action_points_to_verify",
    )
    body = models.ForeignKey(
        Body,
        verbose_name=_("body"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="action_points",
    )
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="action_points"
    )
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="action_points"
    )
    is_example = models.BooleanField(default=False)

    objects = ActionPointQuerySet.as_manager()
    VERBS = ACTION_VERBS

    class Meta:
        verbose_name = _("action point")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | Q(owner_partner__isnull=False),
                name="an_action_point_has_an_owner",
            ),
            models.CheckConstraint(
                condition=Q(owner=None) | ~Q(owner=models.F("verifier")),
                name="another_person_verifies",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("partners:action_point", args=[self.reference])

    @property
    def is_overdue(self) -> bool:
        return self.state == ActionState.OPEN and self.due_on < timezone.now().date()


class ActionMove(Move):
    record = models.ForeignKey(ActionPoint, on_delete=models.CASCADE, related_name="moves")


class Citation(models.Model):
    """A public record that a decision or an action point names, by its reference."""

    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.CASCADE, related_name="citations"
    )
    action_point = models.ForeignKey(
        ActionPoint, null=True, blank=True, on_delete=models.CASCADE, related_name="citations"
    )
    reference = models.CharField(max_length=190, db_index=True)

    class Meta:
        verbose_name = _("citation")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision=None, action_point__isnull=False)
                | Q(decision__isnull=False, action_point=None),
                name="a_citation_has_one_owner",
            ),
            models.UniqueConstraint(
                fields=["decision", "reference"], name="a_decision_cites_a_record_once"
            ),
            models.UniqueConstraint(
                fields=["action_point", "reference"], name="an_action_point_cites_a_record_once"
            ),
        ]
