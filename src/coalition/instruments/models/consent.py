"""Consent to be bound: who did what on which day, by which rules it binds, and what follows.

Actions are what a source says. A status is never entered: it is derived from the actions and from
the instrument's rule (`analysis.binding`), and kept as rows that can be made anew at any time.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.base.reference import Source
from coalition.instruments.models.library import Instrument
from coalition.instruments.models.texts import Provision
from coalition.places.models import Place


class PartyKind(models.TextChoices):
    STATE = "state", pgettext_lazy("kind of party", "State")
    TERRITORY = "territory", _("Territory")
    ORGANISATION = "organisation", _("Regional organisation")


class Party(models.Model):
    """Who can consent to be bound: a State, a territory for which one speaks, an organisation."""

    code = models.SlugField(max_length=12, unique=True)  # ISO alpha-3, or "EU"
    kind = models.CharField(max_length=12, choices=PartyKind.choices, default=PartyKind.STATE)
    names = NamesField()
    place = models.OneToOneField(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="party"
    )
    # The State that acts for a territory.
    state = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="territories"
    )
    is_example = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("instruments:record", args=[self.code])

    @property
    def name(self) -> Name:
        return in_language(self.names)


class ConsentKind(models.TextChoices):
    SIGNATURE = "signature", _("Signature")
    DEFINITIVE_SIGNATURE = "definitive_signature", _("Definitive signature")
    RATIFICATION = "ratification", _("Ratification")
    ACCESSION = "accession", _("Accession")
    ACCEPTANCE = "acceptance", _("Acceptance")
    APPROVAL = "approval", _("Approval")
    FORMAL_CONFIRMATION = "formal_confirmation", _("Formal confirmation")
    SUCCESSION = "succession", _("Succession")
    DENUNCIATION = "denunciation", _("Denunciation")
    AUTOMATIC_DENUNCIATION = "automatic_denunciation", _("Denunciation by a later instrument")
    DECLARATION = "declaration", _("Declaration")
    RESERVATION = "reservation", _("Reservation")


# Acts by which a party consents to be bound. A signature alone does not (K3).
CONSENTS = (
    ConsentKind.DEFINITIVE_SIGNATURE,
    ConsentKind.RATIFICATION,
    ConsentKind.ACCESSION,
    ConsentKind.ACCEPTANCE,
    ConsentKind.APPROVAL,
    ConsentKind.FORMAL_CONFIRMATION,
    ConsentKind.SUCCESSION,
)
DENUNCIATIONS = (ConsentKind.DENUNCIATION, ConsentKind.AUTOMATIC_DENUNCIATION)
STATEMENTS = (ConsentKind.DECLARATION, ConsentKind.RESERVATION)


class BindingRule(models.Model):
    """When an instrument enters into force, when it binds later parties, when a denunciation
    takes effect: each with the article that says so. What is not held is empty."""

    instrument = models.OneToOneField(Instrument, on_delete=models.CASCADE, related_name="rule")
    # First entry into force: so long after so many parties consented, or a day that a source gives.
    first_parties = models.PositiveSmallIntegerField(null=True, blank=True)
    first_months = models.PositiveSmallIntegerField(null=True, blank=True)
    first_days = models.PositiveSmallIntegerField(null=True, blank=True)
    in_force_on = models.DateField(null=True, blank=True)
    # Conditions that no number of parties can express ("five of the eight States named").
    first_condition = models.CharField(max_length=500, blank=True)
    later_months = models.PositiveSmallIntegerField(null=True, blank=True)
    later_days = models.PositiveSmallIntegerField(null=True, blank=True)
    denounced_months = models.PositiveSmallIntegerField(null=True, blank=True)
    denounced_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # Periods count from the first day of the month that follows (some treaties of Europe).
    from_next_month = models.BooleanField(default=False)
    articles = models.CharField(max_length=200, blank=True)  # "art. 8 and 9"
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="+")
    is_general = models.BooleanField(default=False)  # the general rule; its own text is not held

    class Meta:
        verbose_name = _("rule of entry into force")


class ConsentTable(models.Model):
    """All parties of one instrument as a source had them on a day: the held table."""

    instrument = models.OneToOneField(
        Instrument, on_delete=models.PROTECT, related_name="consent_table"
    )
    as_of = models.DateField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 of its rows
    imported_at = models.DateTimeField(default=timezone.now)
    is_example = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("table of parties")


class ConsentAction(models.Model):
    """One act of one party, as a source has it."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="consents")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=30, choices=ConsentKind.choices)
    # Day of registration or deposit; empty where the source gives only the day it takes effect.
    on = models.DateField(_("registered on"), null=True, blank=True)
    effective_on = models.DateField(_("takes effect on"), null=True, blank=True)
    by_instrument = models.ForeignKey(
        Instrument, null=True, blank=True, on_delete=models.PROTECT, related_name="denounces"
    )
    # Where the instrument lets a party choose: what it accepts, or denounces. None: all of it.
    provisions = models.ManyToManyField(Provision, blank=True, related_name="consents")
    words = models.TextField(_("what was declared"), blank=True)
    language = models.CharField(max_length=8, default="en")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    url = models.URLField(_("where it is written"), max_length=500, blank=True)
    as_of = models.DateField()  # the day on which the source said so
    # What the source says of the party's status on that day; empty where it does not.
    source_status = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)  # as the source has it
    # Taken back as an error of entry: kept, and no longer counted.
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_why = models.CharField(max_length=300, blank=True)
    is_example = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("act of consent")
        verbose_name_plural = _("acts of consent")
        ordering = ["instrument", "party", F("on").asc(nulls_last=True), "pk"]
        indexes = [models.Index(fields=["party", "instrument"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(on__isnull=False) | Q(effective_on__isnull=False),
                name="an_act_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True) | ~Q(struck_why=""),
                name="a_struck_act_has_a_reason",
            ),
            models.UniqueConstraint(
                fields=["instrument", "party", "kind", "on"],
                condition=Q(struck_at__isnull=True, on__isnull=False),
                name="an_act_once",
            ),
            models.UniqueConstraint(
                fields=["instrument", "party", "kind", "effective_on"],
                condition=Q(struck_at__isnull=True, on__isnull=True),
                name="an_effect_once",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("instruments:passport", args=[self.instrument.code, self.party.code])


class Status(models.TextChoices):
    """Where a party stands under an instrument on a day; the words of `analysis.binding`."""

    NOT_BOUND = "not_bound", _("Not bound")
    SIGNED = "signed", _("Signed, not bound")
    PENDING = "pending", _("Bound, not yet in force")
    IN_FORCE = "in_force", _("In force")
    DENOUNCED = "denounced", _("Denounced")
    UNKNOWN = "unknown", _("Unknown")


class Period(models.Model):
    """A party's status from a day until another (exclusive; open where empty): derived."""

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="periods")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="periods")
    status = models.CharField(max_length=10, choices=Status.choices)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    action = models.ForeignKey(ConsentAction, on_delete=models.CASCADE, related_name="periods")
    why = models.CharField(max_length=60, blank=True)  # a code of `analysis.binding.Why`

    class Meta:
        ordering = ["instrument", "party", "since"]
        indexes = [
            # All that a matrix reads, so that it need not look at the rows themselves.
            models.Index(fields=["instrument", "party", "since", "until", "status", "why"]),
            models.Index(fields=["party", "instrument", "since"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "party", "since"], name="one_status_a_day"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="a_period_has_days"
            ),
        ]
