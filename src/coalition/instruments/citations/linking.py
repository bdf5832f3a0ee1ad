"""Cited words as links inside the wording."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from coalition.analysis.citations import official_address
from coalition.instruments.models import Citation


def linked(words: str, citations: Iterable[Citation], own: int) -> SafeString:
    """The words, escaped, with a link on what each citation covers.

    It leads to the provision or text held, else to the official document. A text that names
    itself (`own` is the key of its instrument) is not linked to itself as a whole. The citations
    are of exactly these words, in order.
    """
    parts, done = [], 0
    for one in citations:
        url, is_external = address_of(one)
        is_whole_self = one.instrument_id == own and one.provision_id is None
        if not url or is_whole_self or one.begins < done or one.ends > len(words):
            continue
        parts.append(conditional_escape(words[done : one.begins]))
        link = '<a href="{}" rel="external">{}</a>' if is_external else '<a href="{}">{}</a>'
        parts.append(format_html(link, url, words[one.begins : one.ends]))
        done = one.ends
    parts.append(conditional_escape(words[done:]))
    return mark_safe("".join(parts))  # noqa: S308  # each part is escaped above


def address_of(citation: Citation) -> tuple[str, bool]:
    """Where the cited text is read, and whether that is elsewhere; an empty address where nobody
    knows."""
    if citation.provision and citation.instrument:
        citation.provision.instrument = citation.instrument
        return citation.provision.get_absolute_url(), False
    if citation.instrument:
        return citation.instrument.get_absolute_url(), False
    return official_address(citation.key), True
