"""Atom feeds (RFC 4287): entries as plain values, each in its own language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coalition.base.text import clean_line, clean_text

MOST_ENTRIES = 50
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True)
class Entry:
    """One entry: `id` names it for good within this installation, `url` is without host."""

    id: str
    title: str
    url: str
    summary: str
    changed_at: datetime
    category: str
    language: str
    is_example: bool = False


class Feed(Atom1Feed):
    """Each entry says in which language it is, since records are shown in their own."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}


def tag(what: str) -> str:
    """A lasting id (RFC 4151): the same in every language, whatever addresses become."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{what}"


def etag(marks: Iterable[tuple[Any, datetime]], what: str) -> str:
    """Changes whenever the feed would read differently: marks are each entry's id and time."""
    digest = hashlib.sha256(f"{get_language()} {what}".encode())
    for mark, changed_at in marks:
        digest.update(f"{mark} {changed_at.isoformat()}".encode())
    return f'"{digest.hexdigest()[:32]}"'


def atom(entries: Iterable[Entry], *, what: str, title: str, url: str, page: str) -> str:
    """The feed's XML. `what` names it for good ("commitments"); `url` is its own address, `page`
    that of the page it belongs to, both without host."""
    feed = Feed(
        title=clean_line(title),
        link=settings.SITE_URL + page,
        feed_url=settings.SITE_URL + url,
        feed_guid=tag(f"feed/{what}"),
        description=None,
        language=get_language(),
        author_name=settings.COALITION_NAME,
        feed_copyright=f"CC BY 4.0, {LICENCE}",
    )
    for entry in entries:
        marked = _("%(title)s (Example)") if entry.is_example else "%(title)s"
        feed.add_item(
            # XML has no place for control characters, which text pasted by an editor may hold.
            title=marked % {"title": clean_line(entry.title)},
            link=settings.SITE_URL + entry.url,
            # Readers take a summary for HTML; what people wrote is text.
            description=escape(clean_text(entry.summary) or entry.category),
            unique_id=tag(entry.id),
            updateddate=entry.changed_at,
            categories=[entry.category],
            language=entry.language,
        )
    return feed.writeString("utf-8")


def answer(
    request: HttpRequest,
    entries: Sequence[Entry],
    *,
    what: str,
    title: str,
    page: str,
    url: str = "",
) -> HttpResponse:
    """The feed at the request's own address, or at `url` where a query belongs to it, the newest
    entry first; 304 where a reader has it."""
    mark = etag(((entry.id, entry.changed_at) for entry in entries), what)
    changed = int(entries[0].changed_at.timestamp()) if entries else None
    response = get_conditional_response(request, etag=mark, last_modified=changed)
    if response is None:
        xml = atom(entries, what=what, title=title, url=url or request.path, page=page)
        response = HttpResponse(xml, content_type="application/atom+xml; charset=utf-8")
    response["ETag"] = mark
    response["Cache-Control"] = "public, max-age=300"
    if changed is not None:
        response["Last-Modified"] = http_date(changed)
    return response
