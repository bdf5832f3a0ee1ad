"""The wording of instruments: versions, lasting provisions, what each says, what it cites.

A provision is the lasting identity of a unit: its address never changes, whatever number it has
in later versions. A wording is what it says, and how it is numbered, in one version and language.
Commitments hang on provisions, so that a new version never loses them.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coalition.base.errors import Refused
from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.instruments.models.library import Instrument
from coalition.themes.models import Challenge, Theme


class Stage(models.TextChoices):
    """How far a text had come when it was published in these words."""

    DRAFT = "draft", _("Draft")
    ADOPTED = "adopted", _("Adopted")
    REVISED = "revised", _("Revised")


class Fixed(models.QuerySet[Any]):
    """Rows that are written once: what was published is never changed in place."""

    def update(self, **values: Any) -> int:
        raise Refused(_FIXED)

    def bulk_update(self, *_args: Any, **_values: Any) -> int:
        raise Refused(_FIXED)


_FIXED = "A published version of a text never changes. Read in the new text as a new version."


class Version(models.Model):
    """One published text of an instrument in one language. Never changed once it is here."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="versions")
    symbol = models.CharField(max_length=60)
    language = models.CharField(max_length=8, default="en")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.ADOPTED)
    title = models.CharField(max_length=500)
    adopted_on = models.DateField(null=True, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    source_title = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64)  # SHA-256 of the words that were read
    doubts = models.JSONField(default=list)  # sentences: what the reader was unsure of
    imported_at = models.DateTimeField(auto_now_add=True)

    objects = Fixed.as_manager()

    class Meta:
        verbose_name = _("version")
        ordering = ["adopted_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["symbol", "language"], name="one_text_a_symbol")
        ]

    def __str__(self) -> str:
        return self.symbol

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Refused(_FIXED)
        super().save(*args, **kwargs)


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
    """A numbered unit of a text, for good: commitments, comments and links hang on it.

    `eid` is its lasting address. Number, role, place and parent are those of the current version.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="provisions")
    eid = models.CharField(max_length=120)
    number = models.CharField(max_length=60, blank=True)  # as cited: "30", "30 (h)", "I"
    role = models.CharField(max_length=20, choices=ProvisionRole.choices)
    position = models.PositiveIntegerField()
    # The heading a paragraph stands under, the paragraph a point belongs to.
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    # The numbered paragraph or article that a point is inside of, however deep.
    paragraph = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="inside"
    )
    # Where its matter went when a later version took it into another provision.
    became = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="came_from"
    )
    gist = NamesField(_("in our words"), blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="provisions")
    challenges = models.ManyToManyField(Challenge, blank=True, related_name="provisions")
    loaded = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("provision")
        ordering = ["instrument", "position"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "eid"], name="one_provision_an_eid"),
            models.CheckConstraint(
                condition=~Q(became=models.F("pk")), name="a_provision_becomes_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.eid}"

    def get_absolute_url(self) -> str:
        return reverse("instruments:provision", args=[self.instrument.code, self.eid])

    @property
    def citation(self) -> str:
        """How it is cited with its text: "Doha, paragraph 30 (h)"."""
        said = {"text": self.instrument.short_name, "number": self.number}
        if self.number and self.role in (ProvisionRole.OPERATIVE, ProvisionRole.POINT):
            return str(_("%(text)s, paragraph %(number)s")) % said
        return f"{self.instrument.short_name}, {self.get_role_display()} {self.number}".strip()

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
    # How this version addresses, numbers and nests it; the provision has the current version's.
    eid = models.CharField(max_length=120, default="")
    number = models.CharField(max_length=60, blank=True)
    role = models.CharField(
        max_length=20, choices=ProvisionRole.choices, default=ProvisionRole.PLAIN
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    heading = models.CharField(max_length=500, blank=True)  # printed, nearest above it
    title = models.CharField(max_length=500, blank=True)  # its own, such as an article's
    words = models.TextField()
    footnotes = models.JSONField(default=list)  # [{"mark": "8", "words": "…"}], in order

    objects = Fixed.as_manager()

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "provision"], name="one_wording_a_version"),
            models.UniqueConstraint(fields=["version", "eid"], name="one_wording_an_eid"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Refused(_FIXED)
        super().save(*args, **kwargs)


class Citation(models.Model):
    """Words of a wording that name another text. `instrument` is empty while that is not held."""

    wording = models.ForeignKey(Wording, on_delete=models.CASCADE, related_name="citations")
    begins = models.PositiveIntegerField()  # characters of `words`, from 0
    ends = models.PositiveIntegerField()
    key = models.CharField(max_length=200, db_index=True)  # as in CitedAs
    provision_number = models.CharField(max_length=60, blank=True)  # "23", "30 (h)"
    instrument = models.ForeignKey(
        Instrument, null=True, blank=True, on_delete=models.SET_NULL, related_name="citations"
    )
    provision = models.ForeignKey(
        Provision, null=True, blank=True, on_delete=models.SET_NULL, related_name="citations"
    )

    class Meta:
        ordering = ["wording", "begins"]
        constraints = [
            models.UniqueConstraint(fields=["wording", "begins"], name="one_citation_a_place"),
            models.CheckConstraint(
                condition=Q(ends__gt=models.F("begins")), name="a_citation_has_words"
            ),
        ]
