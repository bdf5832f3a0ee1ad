"""Texts that partners deliver on: instruments and declarations, their versions and provisions.

A provision is the lasting identity of a numbered unit (Akoma Ntoso eId within its instrument);
a wording is what it says in one version. Commitments hang on provisions, so that a new version
never loses them.
"""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.base.reference import Entry, Source
from coalition.places.models import Level
from coalition.themes.models import Challenge, Theme


class InstrumentKind(models.TextChoices):
    SUMMIT_OUTCOME = "summit_outcome", _("Summit outcome")
    CONFERENCE_OUTCOME = "conference_outcome", _("Conference outcome")
    MINISTERIAL_DECLARATION = "ministerial_declaration", _("Ministerial declaration")
    TRIPARTITE_CONCLUSIONS = "tripartite_conclusions", _("Tripartite conclusions")
    SIGNED_STATEMENT = "signed_statement", _("Signed statement")
    CALL_TO_ACTION = "call_to_action", _("Call to action")
    RESOLUTION = "resolution", _("Resolution")


class AdoptionMode(models.TextChoices):
    CONSENSUS = "consensus", _("By consensus")
    SIGNATURE = "signature", _("By signature")
    ENDORSEMENT = "endorsement", _("By endorsement")


class Instrument(Entry):
    """A political declaration, statement or resolution; conventions and treaties will follow."""

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
    known = NamesField(_("what is known, and what is not"), long=True, blank=True)
    other_sources = models.JSONField(default=list, blank=True)  # codes of base.Source

    class Meta(Entry.Meta):
        verbose_name = _("declaration")

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

    def get_absolute_url(self) -> str:
        return reverse("instruments:contents", args=[self.code])


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


class Version(models.Model):
    """One published text of an instrument in one language. Never changed once imported."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="versions")
    symbol = models.CharField(max_length=60)
    language = models.CharField(max_length=8, default="en")
    title = models.CharField(max_length=500)
    adopted_on = models.DateField(null=True, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    digest = models.CharField(max_length=64)  # SHA-256 of what was read
    doubts = models.JSONField(default=list)  # sentences: what the reader was unsure of
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("version")
        ordering = ["adopted_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["symbol", "language"], name="one_text_a_symbol")
        ]

    def __str__(self) -> str:
        return self.symbol


class ProvisionRole(models.TextChoices):
    """What a unit does in its text; the same words as `analysis.documents.Role`."""

    FORMULA = "formula", _("Opening words")
    PREAMBULAR = "preambular", _("Preambular paragraph")
    ADOPTING = "adopting", _("Adopting clause")
    ANNEX_TITLE = "annex_title", _("Title of the annex")
    HEADING = "heading", _("Heading")
    OPERATIVE = "operative", _("Paragraph")
    POINT = "point", _("Point")
    CLOSING = "closing", _("Closing words")
    PLAIN = "plain", _("Text without a number")


# Parts into which we divide a text for reading keep apart from the headings printed in it.
OUR_DIVISION = "ours__"


class Provision(models.Model):
    """A numbered unit of a text, for good: commitments, comments and links hang on it."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="provisions")
    eid = models.CharField(max_length=120)
    number = models.CharField(max_length=30, blank=True)  # as cited: "30", "30 (h)", "I"
    role = models.CharField(max_length=20, choices=ProvisionRole.choices)
    position = models.PositiveIntegerField()
    # The heading a paragraph stands under, the paragraph a point belongs to.
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    gist = NamesField(_("in our words"), blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="provisions")
    challenges = models.ManyToManyField(Challenge, blank=True, related_name="provisions")
    loaded = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("provision")
        ordering = ["instrument", "position"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "eid"], name="one_provision_an_eid")
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.eid}"

    def get_absolute_url(self) -> str:
        return reverse("instruments:provision", args=[self.instrument.code, self.eid])

    @property
    def gist_text(self) -> Name:
        return in_language(self.gist)

    @property
    def is_our_division(self) -> bool:
        """Is this a heading of our own, which the text itself does not have?"""
        return self.eid.startswith(OUR_DIVISION)


class Wording(models.Model):
    """What a provision says in one version: its own words, footnote marks taken out."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="wordings")
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="wordings")
    position = models.PositiveIntegerField()
    heading = models.CharField(max_length=500, blank=True)  # printed, nearest above it
    words = models.TextField()
    footnotes = models.JSONField(default=list)  # [{"mark": "8", "words": "…"}], in order

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "provision"], name="one_wording_a_version")
        ]
