"""News is found by search and told by the feeds: its row follows the page's publication."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from coalition.catalogue.actions import put, remove
from coalition.web.models import NewsPage


@receiver(page_published, sender=NewsPage)
def show(instance: NewsPage, **kwargs: Any) -> None:
    """An alias is not a piece of news of its own: only the page in its first language has a row."""
    if instance.alias_of_id:
        return
    put(
        "news",
        str(instance.translation_key),
        title=instance.title,
        titles={instance.locale.language_code: instance.title},
        summary=instance.lead,
        path=f"/news/{instance.slug}/",
        language=instance.locale.language_code,
        changed_at=instance.last_published_at,
    )


@receiver(page_unpublished, sender=NewsPage)
def hide(instance: NewsPage, **kwargs: Any) -> None:
    if not instance.alias_of_id:
        remove("news", str(instance.translation_key))
