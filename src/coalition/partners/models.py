"""Organisations that join: their requests, what they are once admitted, who speaks for them."""

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
from coalition.mailroom.models import InboundMessage
from coalition.partners.states import (
    ACCESSION_VERBS,
    OPEN,
    PARTNER_VERBS,
    AccessionState,
    PartnerState,
)
from coalition.places.models import Level, Place
from coalition.themes.models import Theme


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


class Scope(models.TextChoices):
    """How far an organisation reaches."""

    NATIONAL = "national", _("National")
    REGIONAL = "regional", _("Regional")
    INTERNATIONAL = "international", _("International")


class PartnerQuerySet(models.QuerySet["Partner"]):
    def public(self) -> PartnerQuerySet:
        """Every partner's page is public; one that left answers with date and reason."""
        return self.filter(state=PartnerState.ACTIVE)

    def spoken_for_by(self, person: Any) -> PartnerQuerySet:
        """The organisations for which this person holds a current mandate."""
        if not person.is_authenticated:
            return self.none()
        return self.filter(pk__in=Mandate.objects.current().filter(person=person).values("partner"))


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


class PartnerMove(Move):
    record = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="moves")


class AccessionRequestQuerySet(models.QuerySet["AccessionRequest"]):
    def open(self) -> AccessionRequestQuerySet:
        return self.filter(state__in=OPEN)

    def visible_to(self, person: Any) -> AccessionRequestQuerySet:
        """Cases are for officers alone; applicants see theirs by their own link, later."""
        if person.is_authenticated and person.is_officer:
            return self
        return self.none()


class AccessionRequest(models.Model):
    """An organisation's wish to join, from the first message to the decision."""

    reference = models.CharField(max_length=20, unique=True)
    state = models.CharField(
        max_length=20,
        choices=AccessionState.choices,
        default=AccessionState.RECEIVED,
        db_index=True,
    )
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(
        InboundMessage, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests"
    )
    organisation = models.CharField(_("organisation"), max_length=300, blank=True)
    group = models.ForeignKey(
        PartnerGroup,
        verbose_name=_("partner group"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    scope = models.CharField(_("scope"), max_length=20, choices=Scope.choices, blank=True)
    country = models.ForeignKey(
        Place,
        verbose_name=_("country"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    language = models.CharField(_("language"), max_length=8, blank=True)
    website = models.URLField(_("web site"), max_length=300, blank=True)
    about = models.TextField(_("what the organisation does"), blank=True)
    contact_name = models.CharField(_("focal point's name"), max_length=200, blank=True)
    contact_email = models.EmailField(_("focal point's address"), max_length=254, blank=True)
    partner = models.OneToOneField(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="request"
    )
    is_example = models.BooleanField(default=False)

    objects = AccessionRequestQuerySet.as_manager()
    VERBS = ACCESSION_VERBS

    class Meta:
        verbose_name = _("accession request")
        ordering = ["opened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.reference} {self.organisation}".strip()

    def get_absolute_url(self) -> str:
        return reverse("partners:request", args=[self.reference])


class AccessionMove(Move):
    record = models.ForeignKey(AccessionRequest, on_delete=models.CASCADE, related_name="moves")


class Suggestion(models.Model):
    """What a machine read in the message, and why it thinks so. A person decides."""

    request = models.ForeignKey(
        AccessionRequest, on_delete=models.CASCADE, related_name="suggestions"
    )
    field = models.CharField(max_length=40)
    value = models.CharField(max_length=500)
    # Sentences marked for translation, and the words of the message they rest on.
    why = models.CharField(max_length=500)
    quote = models.CharField(max_length=500, blank=True)
    doubt = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"


class MandateRole(models.TextChoices):
    FOCAL_POINT = "focal_point", _("Focal point")


class MandateQuerySet(models.QuerySet["Mandate"]):
    def current(self) -> MandateQuerySet:
        """Those that hold today. The day a mandate ends is no longer its own: ended is ended."""
        today = timezone.now().date()
        return self.filter(Q(until=None) | Q(until__gt=today), since__lte=today)


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

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "partner", "role"],
                condition=Q(until=None),
                name="one_open_mandate_a_role",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="a_mandate_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.partner_id}"


class Priority(models.Model):
    """What matters to an organisation: theme, level, place and its own words, in its own order."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="priorities")
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

    class Meta:
        verbose_name = _("priority")
        ordering = ["partner", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "rank"], name="one_priority_a_rank")
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.words or self.theme}"
