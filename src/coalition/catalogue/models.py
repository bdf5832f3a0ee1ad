"""One row per public record of any room, so that one box searches them all."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelsearch import index

from coalition.base.names import Name, in_language


class Kind(models.TextChoices):
    PARTNER = "partner", _("Partner")
    COMMITMENT = "commitment", _("Commitment")
    CONSULTATION = "consultation", _("Consultation")
    INTERVENTION = "intervention", _("Key intervention")
    DECLARATION = "declaration", _("Declaration")
    PROVISION = "provision", _("Paragraph")
    THEME = "theme", _("Thematic area")
    CHALLENGE = "challenge", _("Challenge")
    PLACE = "place", _("Place")
    NEWS = "news", _("News")
    EXTERNAL = "external", _("Document of others")


class Record(index.Indexed, models.Model):
    """A public record as search and feeds show it. Rebuilt from its source at every change;
    a record that is not public has no row."""

    kind = models.CharField(max_length=20, choices=Kind.choices)
    key = models.CharField(max_length=190)  # unique within its kind
    # In the record's own language; `titles` and `summaries` where it has names in several.
    title = models.CharField(max_length=300)
    titles = models.JSONField(default=dict)
    summary = models.TextField(blank=True)
    summaries = models.JSONField(default=dict)
    language = models.CharField(max_length=8, default="en")
    path = models.CharField(max_length=300)  # without the language: "/news/a-year/"
    changed_at = models.DateTimeField(db_index=True)
    is_example = models.BooleanField(default=False)
    # Normalised and stemmed words of all languages; queries go through the same function.
    search_text = models.TextField(blank=True)

    search_fields = [index.SearchField("search_text"), index.FilterField("kind")]
    # `catalogue.actions` brings the index up to date itself, many rows at a time.
    search_auto_update = False

    class Meta:
        ordering = ["-changed_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_row_a_record")]
        indexes = [models.Index(fields=["kind", "-changed_at", "-id"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The record's page in the reader's language; news is written in one language each."""
        language = self.language if self.kind == Kind.NEWS else get_language() or "en"
        return f"/{language}{self.path}"

    @property
    def name(self) -> Name:
        """The title in the reader's language where there is one."""
        return in_language(self.titles or {self.language: self.title})

    @property
    def summary_text(self) -> Name:
        return in_language(self.summaries or {self.language: self.summary})


class Facet(models.Model):
    """What a record can be filtered by: a theme, a place, a partner group, …"""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="facets")
    name = models.CharField(max_length=20)
    value = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "name", "value"], name="a_facet_once")
        ]
        indexes = [models.Index(fields=["name", "value"])]

    def __str__(self) -> str:
        return f"{self.name} {self.value}"
