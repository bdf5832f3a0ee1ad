"""News is found by search and told by the feeds: its row follows the page's publication."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from coalition.catalogue.actions import put, remove
from coalition.catalogue.models import Kind
from coalition.catalogue.rows import Row
from coalition.web.models import NewsPage


def rows() -> Iterator[Row]:
    """Every piece of news that is public, once: an alias in another language is none of its own."""
    for page in NewsPage.objects.live().public().filter(alias_of=None).select_related("locale"):
        yield row_of(page)


def row_of(page: NewsPage) -> Row:
    language = page.locale.language_code
    return Row(
        Kind.NEWS,
        str(page.translation_key),
        f"/news/{page.slug}/",
        page.title,
        language,
        summary=page.lead,
        since=page.first_published_at,
    )


@receiver(page_published, sender=NewsPage)
def show(instance: NewsPage, **kwargs: Any) -> None:
    if not instance.alias_of_id:
        put(row_of(instance))


@receiver(page_unpublished, sender=NewsPage)
@receiver(post_delete, sender=NewsPage)
def hide(instance: NewsPage, **kwargs: Any) -> None:
    if not instance.alias_of_id:
        remove(Kind.NEWS, str(instance.translation_key))
