"""What the coalition works on, and against what: thematic areas and challenges."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.base.reference import Entry


class Theme(Entry):
    """A thematic area; the list is open to grow."""

    number = models.PositiveSmallIntegerField(_("number"))
    short = NamesField(_("short name"))
    about = NamesField(_("about"), long=True, blank=True)

    class Meta(Entry.Meta):
        verbose_name = _("thematic area")

    @property
    def short_name(self) -> Name:
        return in_language(self.short or self.names)

    @property
    def about_text(self) -> Name:
        return in_language(self.about)

    def get_absolute_url(self) -> str:
        return reverse("theme", args=[self.code])


class Challenge(Entry):
    """What stands in the way of social justice, as the leaflet lists it."""

    short = NamesField(_("short name"))
    about = NamesField(_("about"), long=True, blank=True)

    class Meta(Entry.Meta):
        verbose_name = _("challenge")

    @property
    def short_name(self) -> Name:
        return in_language(self.short or self.names)

    @property
    def about_text(self) -> Name:
        return in_language(self.about)

    def get_absolute_url(self) -> str:
        return reverse("challenge", args=[self.code])
