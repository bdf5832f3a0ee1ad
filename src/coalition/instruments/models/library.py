"""Instruments: what each text is, by what names it is cited, what the coalition is anchored in."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.base.reference import Entry, Source
from coalition.places.models import Level
from coalition.themes.models import Theme


class InstrumentKind(models.TextChoices):
    SUMMIT_OUTCOME = "summit_outcome", _("Summit outcome")
    CONFERENCE_OUTCOME = "conference_outcome", _("Conference outcome")
    MINISTERIAL_DECLARATION = "ministerial_declaration", _("Ministerial declaration")
    TRIPARTITE_CONCLUSIONS = "tripartite_conclusions", _("Tripartite conclusions")
    SIGNED_STATEMENT = "signed_statement", _("Signed statement")
    CALL_TO_ACTION = "call_to_action", _("Call to action")
    RESOLUTION = "resolution", _("Resolution")
    DECLARATION = "declaration", _("Declaration")
    CONVENTION = "convention", _("Convention")
    PROTOCOL = "protocol", _("Protocol")
    RECOMMENDATION = "recommendation", _("Recommendation")
    CHARTER = "charter", _("Charter")
    COVENANT = "covenant", _("Covenant")
    CONSTITUTION = "constitution", _("Constitution of an organisation")
    AGREEMENT = "agreement", _("Agreement")
    ACT = "act", _("Act of a parliament")
    BILL = "bill", _("Bill before a parliament")
    OTHER = "other", _("Other text")


# Texts to which a State can consent to be bound. The others are guidance or promises.
BINDING = (
    InstrumentKind.CONVENTION,
    InstrumentKind.PROTOCOL,
    InstrumentKind.CHARTER,
    InstrumentKind.COVENANT,
    InstrumentKind.CONSTITUTION,
    InstrumentKind.AGREEMENT,
)


class Category(models.TextChoices):
    """How the ILO groups its conventions."""

    FUNDAMENTAL = "fundamental", _("Fundamental")
    GOVERNANCE = "governance", _("Governance")
    TECHNICAL = "technical", _("Technical")


class Standing(models.TextChoices):
    """Whether an instrument is still promoted. Not held for most: then it is empty."""

    UP_TO_DATE = "up_to_date", _("Up to date")
    IN_NEED_OF_REVISION = "in_need_of_revision", _("In need of revision")
    OUTDATED = "outdated", _("Outdated")
    SHELVED = "shelved", _("Shelved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ABROGATED = "abrogated", _("Abrogated")


# No reports are asked on these (domain facts, article 22 of the ILO's Constitution in practice).
NOT_REPORTED_ON = (Standing.SHELVED, Standing.WITHDRAWN, Standing.ABROGATED)


class AdoptionMode(models.TextChoices):
    CONSENSUS = "consensus", _("By consensus")
    SIGNATURE = "signature", _("By signature")
    ENDORSEMENT = "endorsement", _("By endorsement")


# Where instruments stand in lists that no coalition file names: after those that one does.
UNNAMED = 1000


class InstrumentQuerySet(models.QuerySet["Instrument"]):
    def named(self) -> InstrumentQuerySet:
        """Those that the coalition names as its own anchors and declarations."""
        return self.filter(position__lt=UNNAMED)


class Subject(Entry):
    """What an instrument is about, such as forced labour."""

    class Meta(Entry.Meta):
        verbose_name = _("subject")


class Instrument(Entry):
    """A declaration, resolution, convention or other text, whatever its wording says today."""

    short = NamesField(_("short name"), blank=True)
    leaflet_name = models.CharField(_("as the leaflet calls it"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=InstrumentKind.choices)
    level = models.ForeignKey(
        Level, verbose_name=_("level"), null=True, blank=True, on_delete=models.PROTECT
    )
    adopting_body = NamesField(_("adopting body"), blank=True)
    adoption_mode = models.CharField(
        _("adoption mode"), max_length=20, choices=AdoptionMode.choices, blank=True
    )
    place = NamesField(_("where"), blank=True)
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    begins_on = models.DateField(_("meeting began on"), null=True, blank=True)
    ends_on = models.DateField(_("meeting ended on"), null=True, blank=True)
    symbol = models.CharField(_("symbol"), max_length=60, blank=True, db_index=True)
    url = models.URLField(_("official document"), max_length=500, blank=True)
    category = models.CharField(
        _("category"), max_length=20, choices=Category.choices, blank=True, db_index=True
    )
    standing = models.CharField(_("status"), max_length=20, choices=Standing.choices, blank=True)
    subjects = models.ManyToManyField(
        Subject, verbose_name=_("subjects"), blank=True, related_name="instruments"
    )
    themes = models.ManyToManyField(
        Theme, verbose_name=_("thematic areas"), blank=True, related_name="instruments"
    )
    # The earlier instrument that this one revises; both can be in force for different States.
    revises = models.ForeignKey(
        "self",
        verbose_name=_("revises"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="revised_by",
    )
    is_example = models.BooleanField(default=False)
    known = NamesField(_("what is known, and what is not"), long=True, blank=True)
    other_sources = models.JSONField(default=list, blank=True)  # codes of base.Source

    objects = InstrumentQuerySet.as_manager()

    class Meta(Entry.Meta):
        verbose_name = _("instrument")

    @property
    def short_name(self) -> Name:
        return in_language(self.short or self.names)

    @property
    def adopting_body_name(self) -> Name:
        return in_language(self.adopting_body)

    @property
    def place_name(self) -> Name:
        return in_language(self.place)

    @property
    def known_text(self) -> Name:
        return in_language(self.known)

    @property
    def is_binding(self) -> bool:
        """Can States consent to be bound by it?"""
        return self.kind in BINDING

    def get_absolute_url(self) -> str:
        return reverse("instruments:contents", args=[self.code])


class CitedAs(models.Model):
    """A key under which other texts cite an instrument (`analysis.citations` makes them):
    "ga:70/1", "ilo:98", "symbol:a/80/l.5", "name:doha political declaration"."""

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="cited_as")
    key = models.CharField(max_length=200, unique=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class AnchorKind(models.TextChoices):
    POLITICAL_DECLARATION = "political_declaration", _("Latest political declaration")
    MULTILATERAL_AGREEMENT = "multilateral_agreement", _("Latest multilateral agreement")


class Anchor(models.Model):
    """What the coalition is anchored in from a day on: a dated pointer, not a constant."""

    kind = models.CharField(max_length=30, choices=AnchorKind.choices)
    since = models.DateField()
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="anchors")
    why = NamesField(long=True)
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="+")
    loaded = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("anchor")
        ordering = ["kind", "since"]
        constraints = [models.UniqueConstraint(fields=["kind", "since"], name="one_anchor_a_day")]

    @property
    def why_text(self) -> Name:
        return in_language(self.why)

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.since}"
