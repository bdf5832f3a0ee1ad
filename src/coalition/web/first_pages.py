"""The editorial pages that a new installation begins with; editors take it from there.

Each text is a file, `data/pages/<language>/<slug>.html`: the title on its first line, the lead on
its second, then HTML. A page that exists is never touched again.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from wagtail.models import Locale, Page, Site

from coalition.base.reference import Report
from coalition.web.models import HomePage, NewsIndexPage, TextPage

FOLDER = Path(__file__).parent / "data" / "pages"
SLUGS = ("about", "accessibility", "privacy")


def text(language: str, slug: str) -> tuple[str, str, str]:
    """Title, lead and HTML body of a first page."""
    title, lead, body = (FOLDER / language / f"{slug}.html").read_text("utf-8").split("\n", 2)
    return title.strip(), lead.strip(), body.strip()


def make(report: Report) -> None:
    """Make the home page of each language and what hangs below it, where not there yet."""
    originals: dict[str, Page] = {}
    for language, _name in settings.LANGUAGES:
        locale, _made = Locale.objects.get_or_create(language_code=language)
        home = _page(HomePage, None, locale, "home", originals, report)
        for slug in SLUGS:
            _page(TextPage, home, locale, slug, originals, report)
        _page(NewsIndexPage, home, locale, "news", originals, report)
    home = originals["home"]
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        Site.objects.create(
            hostname="localhost", root_page=home, is_default_site=True, site_name="Coalition"
        )
    elif not HomePage.objects.filter(pk=site.root_page_id).exists():
        welcome, site.root_page = site.root_page, home
        site.save()
        if welcome.specific_class is Page:  # Wagtail's own first page
            welcome.delete()


def _page(
    kind: type[Page],
    parent: Page | None,
    locale: Locale,
    slug: str,
    originals: dict[str, Page],
    report: Report,
) -> Page:
    """The page of this slug and language, made as a translation of the first language's."""
    original = originals.get(slug)
    found = kind.objects.filter(locale=locale)
    if original is not None:
        found = found.filter(translation_key=original.translation_key)
    elif kind is TextPage:
        found = found.filter(slug=slug)
    page = found.first()
    if page is None:
        title, lead, body = text(locale.language_code, slug)
        fields: dict[str, object] = {"lead": lead, "body": body} if kind is HomePage else {}
        if kind is TextPage:
            fields = {"body": body}
        if original is not None:
            fields["translation_key"] = original.translation_key
        address = slug if parent else f"{slug}-{locale.language_code}"
        page = kind(title=title, slug=address, locale=locale, search_description=lead, **fields)
        (parent or Page.get_first_root_node()).add_child(instance=page)
        report.made.append(f"page {locale.language_code}/{slug}")
    else:
        report.unchanged += 1
    originals.setdefault(slug, page)
    return page
