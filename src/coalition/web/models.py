"""Editorial pages, composed by the secretariat's editors: home, texts, news."""

from __future__ import annotations

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.base.reference import Entry
from coalition.web import front


class Coalition(Entry):
    """The coalition that this installation describes: its name and purpose, with their source."""

    purpose = NamesField(_("purpose"), long=True, blank=True)

    class Meta(Entry.Meta):
        verbose_name = _("coalition")

    @property
    def purpose_text(self) -> Name:
        return in_language(self.purpose)


class HomePage(Page):
    """The front door. The editors write its sentences; its figures come from the records."""

    lead = models.CharField(_("what this is, in one sentence"), max_length=400, blank=True)
    body = RichTextField(_("more"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["web.TextPage", "web.NewsIndexPage"]
    max_count_per_parent = 2  # one a language
    template = "web/home.html"

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict:
        return super().get_context(request, *args, **kwargs) | front.home()


class TextPage(Page):
    """About, accessibility, privacy, and whatever else needs telling."""

    body = RichTextField(_("text"))

    content_panels = [*Page.content_panels, FieldPanel("body")]
    parent_page_types = ["web.HomePage"]
    subpage_types: list[str] = []
    template = "web/text.html"


class NewsIndexPage(Page):
    """All news, newest first."""

    parent_page_types = ["web.HomePage"]
    subpage_types = ["web.NewsPage"]
    template = "web/news_index.html"

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict:
        context = super().get_context(request, *args, **kwargs)
        context["items"] = (
            NewsPage.objects.live().public().child_of(self).order_by("-day", "-pk")[:50]
        )
        return context


class NewsPage(Page):
    """One piece of news."""

    day = models.DateField(_("day"), default=timezone.localdate)
    lead = models.CharField(_("in one sentence"), max_length=400)
    body = RichTextField(_("text"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("day"),
        FieldPanel("lead"),
        FieldPanel("body"),
    ]
    parent_page_types = ["web.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "web/news.html"
