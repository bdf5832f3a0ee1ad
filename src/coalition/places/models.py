"""Places: the world, its M49 regions, countries; and the three levels at which work is done."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.base.reference import Entry


class Level(Entry):
    """National, regional or international."""

    class Meta(Entry.Meta):
        verbose_name = _("level")


class PlaceKind(models.TextChoices):
    WORLD = "world", _("World")
    REGION = "region", _("Region")
    SUBREGION = "subregion", _("Sub-region")
    COUNTRY = "country", _("Country or area")


class PlaceQuerySet(models.QuerySet["Place"]):
    def countries(self) -> PlaceQuerySet:
        return self.filter(kind=PlaceKind.COUNTRY)

    def un_members(self) -> PlaceQuerySet:
        return self.filter(is_un_member=True)

    def within(self, place: Place) -> PlaceQuerySet:
        """The place itself and everything below it."""
        return self.filter(path__startswith=place.path)


class Place(models.Model):
    """A country or area of ISO 3166, or a region of UN M49. Names only; no capitals, no borders."""

    code = models.CharField(max_length=8, unique=True)  # ISO alpha-3, or M49 number of a region
    kind = models.CharField(max_length=10, choices=PlaceKind.choices)
    m49 = models.CharField(max_length=3, unique=True)
    iso2 = models.CharField(max_length=2, blank=True)
    names = NamesField()
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    # "001.150.155.FRA.": the codes from the world down, so that "within" is one prefix.
    path = models.CharField(max_length=60, unique=True)
    is_un_member = models.BooleanField(default=False)
    # Where its tile stands on the equal-area map; members of the United Nations only.
    tile_column = models.PositiveSmallIntegerField(null=True, blank=True)
    tile_row = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["tile_column", "tile_row"], name="one_member_a_tile"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("place", args=[self.code])

    @property
    def name(self) -> Name:
        return in_language(self.names)
