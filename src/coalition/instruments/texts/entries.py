"""Making the entry of an instrument that no coalition file names: for its text, or its parties."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from coalition.base.errors import Refused
from coalition.base.numbers import next_references
from coalition.base.reference import Source
from coalition.base.text import clean_line
from coalition.instruments.models import UNNAMED, Instrument, Subject
from coalition.instruments.texts.known import (
    known_facts,
    known_source,
    known_subject,
    revising,
)
from coalition.themes.models import Theme


def one_at_a_time() -> None:
    """Until this transaction ends nobody else makes entries or reads in texts: the same text
    read in twice at once is one text."""
    next_references("TEXT", 0)


def make_entry(
    symbol: str,
    *,
    title: str,
    language: str = "en",
    kind: str = "other",
    adopted: date | None = None,
    url: str = "",
    source_title: str = "",
) -> Instrument:
    """An entry with what is known of the symbol, else with what the caller says, and no more.

    Raises Refused, with a sentence, where its short address is taken or would be empty.
    """
    known = known_facts(symbol)
    code = known.get("code") or slugify(symbol.replace("/", "-").replace(".", "-"))[:60]
    if not code or Instrument.objects.filter(code=code).exists():
        raise Refused(
            f"{symbol}: its short address “{code}” is taken by another text or empty. "
            "Make the entry in the browser first, with this symbol and a code of its own."
        )
    instrument = Instrument.objects.create(
        code=code,
        position=UNNAMED,
        names=known.get("names") or {language: clean_line(title)},
        kind=known.get("kind") or kind,
        category=known.get("category", ""),
        adopted_on=known.get("adopted_on") or adopted,
        symbol=known.get("symbol") or symbol,
        url=url,
        source=_known_source(known) or _source_of_text(code, symbol, source_title, url),
        revises=Instrument.objects.filter(symbol=known["revises"]).first()
        if known.get("revises")
        else None,
    )
    Instrument.objects.filter(symbol__in=revising(symbol), revises=None).update(revises=instrument)
    instrument.subjects.set([_subject(each) for each in known.get("subjects", [])])
    instrument.themes.set(Theme.objects.filter(code__in=known.get("themes", [])))
    return instrument


def _known_source(known: dict[str, Any]) -> Source | None:
    return _named_source(known["source"]) if known else None


def _named_source(code: str) -> Source:
    return Source.objects.get_or_create(code=f"known-{code}", defaults=known_source(code))[0]


def _source_of_text(code: str, symbol: str, title: str, url: str) -> Source:
    source, _made = Source.objects.get_or_create(
        code=f"text-{code}"[:50],
        defaults={
            "title": (title or f"United Nations, {symbol}")[:300],
            "url": url,
            "seen_on": timezone.now().date(),
        },
    )
    return source


def _subject(code: str) -> Subject:
    """The subject in our own words, made when the first instrument needs it."""
    subject, _made = Subject.objects.get_or_create(
        code=code,
        defaults={
            "names": known_subject(code)["names"],
            "ours": sorted(known_subject(code)["names"]),
            "source": _named_source("our-subjects"),
        },
    )
    return subject
