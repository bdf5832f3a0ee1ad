"""What an organisation is once it has joined, in which group it is counted, how it is called."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.base.reference import Entry
from coalition.base.states import Move
from coalition.partners.rules import roles_that
from coalition.partners.states import JOINED, PARTNER_VERBS, SHOWN, PartnerState
from coalition.places.models import Place


class PartnerGroup(Entry):
    """One of the groups in which partners are counted: governments, workers' organizations, …"""

    short = NamesField(_("short name"))
    is_constituent = models.BooleanField(_("constituent of the ILO"), default=False)
    iati_type = models.CharField(_("IATI organisation type"), max_length=10, blank=True)

    class Meta(Entry.Meta):
        verbose_name = _("partner group")

    @property
    def short_name(self) -> Name:
        return in_language(self.short or self.names)


class Sector(Entry):
    """A field of economic activity: a section of ISIC Rev.4."""

    class Meta(Entry.Meta):
        verbose_name = _("sector")


class SizeClass(models.TextChoices):
    """By people who work for the organisation, paid or not."""

    MICRO = "micro", _("fewer than 10 people")
    SMALL = "small", _("10 to 49 people")
    MEDIUM = "medium", _("50 to 249 people")
    LARGE = "large", _("250 people or more")


class Scope(models.TextChoices):
    """How far an organisation reaches."""

    NATIONAL = "national", _("National")
    REGIONAL = "regional", _("Regional")
    INTERNATIONAL = "international", _("International")


class PartnerQuerySet(models.QuerySet["Partner"]):
    def public(self) -> PartnerQuerySet:
        """Those that are listed and counted; one that is gone answers with date and reason."""
        return self.filter(state__in=JOINED)

    def shown(self) -> PartnerQuerySet:
        """Those that have a page of their own: also a suspended one, which is not counted."""
        return self.filter(state__in=SHOWN)

    def spoken_for_by(self, person: Any, ability: str = "view") -> PartnerQuerySet:
        """The organisations for which this person holds a current mandate that grants the ability
        (see `partners.rules.ABILITIES`)."""
        if not person.is_authenticated or not person.is_active:
            return self.none()
        today = timezone.now().date()
        return self.filter(
            Q(mandates__until=None) | Q(mandates__until__gt=today),
            mandates__since__lte=today,
            mandates__person=person,
            mandates__role__in=roles_that(ability),
        ).distinct()


class Partner(models.Model):
    """An organisation that has joined the coalition."""

    reference = models.CharField(max_length=20, unique=True)
    state = models.CharField(
        max_length=20, choices=PartnerState.choices, default=PartnerState.ACTIVE
    )
    name = models.CharField(_("name"), max_length=300)
    name_language = models.CharField(max_length=8, default="en")
    group = models.ForeignKey(
        PartnerGroup, verbose_name=_("partner group"), on_delete=models.PROTECT
    )
    scope = models.CharField(_("scope"), max_length=20, choices=Scope.choices)
    # Where it is seated; an international organisation may have none.
    country = models.ForeignKey(
        Place, verbose_name=_("country"), null=True, blank=True, on_delete=models.PROTECT
    )
    website = models.URLField(_("web site"), max_length=300, blank=True)
    about = models.TextField(_("about"), blank=True)
    about_language = models.CharField(max_length=8, default="en")
    # Working languages: codes of BCP 47, in the partner's own order.
    languages = models.JSONField(_("working languages"), default=list, blank=True)
    sectors = models.ManyToManyField(
        Sector, verbose_name=_("sectors"), blank=True, related_name="partners"
    )
    # Where it works, which may be wider or narrower than where it is seated.
    works_in = models.ManyToManyField(
        Place, verbose_name=_("works in"), blank=True, related_name="partners_at_work"
    )
    size_class = models.CharField(_("size"), max_length=10, choices=SizeClass.choices, blank=True)
    # Small, and drawn anew by us: what was uploaded is not kept.
    logo = models.ImageField(_("logo"), upload_to="logos", blank=True)
    # A country chapter's parent, a federation's head.
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="chapters",
    )
    # Into which partner it was merged, or who carries on what it promised.
    successor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors"
    )
    # When somebody of it was last heard of: a sign-in, a mail, a new mandate.
    heard_on = models.DateField(_("last heard of on"), null=True, blank=True)
    # When its last verification expires; empty where there never was one.
    verified_until = models.DateField(_("verified until"), null=True, blank=True)
    joined_on = models.DateField(_("joined on"))
    is_example = models.BooleanField(default=False)

    objects = PartnerQuerySet.as_manager()
    VERBS = PARTNER_VERBS

    class Meta:
        verbose_name = _("partner")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["state", "name"]),
            models.Index(fields=["state", "-joined_on", "name"]),
            # Counted on the front page and in the directory, from the index alone.
            models.Index(fields=["state", "group"]),
            models.Index(fields=["state", "country"]),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partner", args=[self.reference])

    @property
    def verification_expired(self) -> bool:
        """Is the day over on which its verification ends? That day is no longer its own."""
        return self.verified_until is not None and self.verified_until <= timezone.now().date()

    @property
    def is_gone(self) -> bool:
        """Is it no partner any more? A suspended one is still there."""
        return self.state not in SHOWN


class PartnerMove(Move):
    record = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="moves")


class ProfileChange(models.Model):
    """One field of a partner's profile, as it was and as it became."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="profile_changes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    field = models.CharField(max_length=40)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.field} {self.at:%Y-%m-%d}"

    @property
    def label(self) -> str:
        return str(Partner._meta.get_field(self.field).verbose_name)


class NameKind(models.TextChoices):
    ALIAS = "alias", _("also known as")
    FORMER = "former", _("former name")
    ACRONYM = "acronym", _("short form")
    OFFICER = "officer", _("person in charge")


class KnownName(models.Model):
    """Another name of an organisation, or the name of a person in charge of it: what is screened
    against lists and compared for duplicates. It belongs to a request or to a partner."""

    request = models.ForeignKey(
        "partners.AccessionRequest",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="known_names",
    )
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.CASCADE, related_name="known_names"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=NameKind.choices)
    name = models.CharField(_("name"), max_length=300)
    # What the person is: chair, director.
    role = models.CharField(_("role"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("known name")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(request=None, partner__isnull=False)
                | Q(request__isnull=False, partner=None),
                name="a_known_name_has_one_owner",
            )
        ]

    def __str__(self) -> str:
        return self.name
