"""Who does what in an intervention: partners by their own confirmation, and others by name."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.states import Move
from coalition.interventions.models.programme import Intervention
from coalition.interventions.states import ROLE_VERBS
from coalition.partners.asking import PART_HELD, PartState
from coalition.partners.models import Partner


class Kind(models.TextChoices):
    """What an organisation does in an intervention. Funding, implementing and extending are roles
    of the IATI standard, whose fourth, accountable, is the one of those who lead."""

    CHAMPION = "champion", _("Champion")
    LEAD = "lead", _("Leads")
    CO_LEAD = "co_lead", _("Leads together with it")
    IMPLEMENTING = "implementing", _("Carries it out")
    FUNDING = "funding", _("Pays for it")
    EXTENDING = "extending", _("Manages or passes on the money")
    BENEFICIARY = "beneficiary", _("Benefits from it")


# Codelist OrganisationRole of IATI 2.03. It has no role for champions and beneficiaries, so that
# these are not published there.
IATI_ROLE = {
    Kind.FUNDING: "1",
    Kind.LEAD: "2",
    Kind.CO_LEAD: "2",
    Kind.EXTENDING: "3",
    Kind.IMPLEMENTING: "4",
}


class RoleQuerySet(models.QuerySet["Role"]):
    def confirmed(self) -> RoleQuerySet:
        """Those that the public sees."""
        return self.filter(state=PartState.CONFIRMED)

    def held(self) -> RoleQuerySet:
        """Those asked for or confirmed."""
        return self.filter(state__in=PART_HELD)

    def visible_to(self, person: Any) -> RoleQuerySet:
        """Confirmed ones of what the person sees; all others for officers and for those who speak
        for the partner itself or for the one that leads."""
        seen = self.filter(intervention__in=Intervention.objects.visible_to(person))
        if person.is_authenticated and person.is_officer:
            return seen
        own = Partner.objects.spoken_for_by(person)
        return seen.filter(
            Q(state=PartState.CONFIRMED) | Q(partner__in=own) | Q(intervention__partner__in=own)
        )


class Role(models.Model):
    """One role of one partner. It is public once the partner's own people confirmed it."""

    intervention = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="roles")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(_("role"), max_length=12, choices=Kind.choices)
    what = models.CharField(_("what it does"), max_length=300, blank=True)  # in its language
    state = models.CharField(max_length=10, choices=PartState.choices, default=PartState.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)

    objects = RoleQuerySet.as_manager()
    VERBS = ROLE_VERBS

    class Meta:
        verbose_name = _("role in an intervention")
        verbose_name_plural = _("roles in interventions")
        ordering = ["pk"]
        indexes = [models.Index(fields=["partner", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["intervention", "partner", "kind"], name="a_partner_has_a_role_once"
            ),
            models.UniqueConstraint(
                fields=["intervention"],
                condition=Q(kind="lead", state=PartState.CONFIRMED),
                name="one_partner_leads",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id}: {self.kind} of {self.intervention_id}"

    def get_absolute_url(self) -> str:
        return reverse("interventions:role", args=[self.intervention.reference, self.pk])


class RoleMove(Move):
    record = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="moves")


class Outsider(models.Model):
    """An organisation that takes part and is no partner, as a file of others names it."""

    intervention = models.ForeignKey(
        Intervention, on_delete=models.CASCADE, related_name="outsiders"
    )
    kind = models.CharField(_("role"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=300)
    language = models.CharField(max_length=8, default="en")
    identifier = models.CharField(_("identifier in IATI"), max_length=200, blank=True)
    iati_type = models.CharField(_("IATI organisation type"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("organisation that is no partner")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
