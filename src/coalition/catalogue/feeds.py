"""Atom feeds (RFC 4287) of the newest public records."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coalition.base.text import clean_line, clean_text
from coalition.catalogue.models import Record

MOST_ENTRIES = 50
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


class Feed(Atom1Feed):
    """Each entry says in which language it is, since records are shown in their own."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}


def tag(what: str) -> str:
    """A lasting id (RFC 4151): the same in every language, whatever addresses become."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{what}"


def etag(records: list[Record], what: str) -> str:
    """Changes whenever the feed would read differently."""
    digest = hashlib.sha256(f"{get_language()} {what}".encode())
    for record in records:
        digest.update(f"{record.pk} {record.changed_at.isoformat()}".encode())
    return f'"{digest.hexdigest()[:32]}"'


def atom(records: list[Record], *, what: str, title: str, url: str, page: str) -> str:
    """The feed's XML. `what` names it for good ("commitments"); `url` is its own address, `page`
    that of the page it belongs to, both without host."""
    feed = Feed(
        title=title,
        link=settings.SITE_URL + page,
        feed_url=settings.SITE_URL + url,
        feed_guid=tag(f"feed/{what}"),
        description=None,
        language=get_language(),
        author_name=settings.COALITION_NAME,
        feed_copyright=f"CC BY 4.0, {LICENCE}",
    )
    for record in records:
        name, summary = record.name, record.summary_text
        marked = _("%(title)s (Example)") if record.is_example else "%(title)s"
        feed.add_item(
            # XML has no place for control characters, which text pasted by an editor may hold.
            title=marked % {"title": clean_line(name)},
            link=settings.SITE_URL + record.get_absolute_url(),
            # Readers take a summary for HTML; what people wrote is text.
            description=escape(clean_text(summary) or record.get_kind_display()),
            unique_id=tag(f"{record.kind}/{record.key}"),
            updateddate=record.changed_at,
            categories=[record.get_kind_display()],
            language=name.language,
        )
    return feed.writeString("utf-8")
