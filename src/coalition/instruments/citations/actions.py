"""Keeping what texts cite and by what names they are cited; linking both, whichever is first."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction

from coalition.analysis import citations
from coalition.analysis.documents import Document
from coalition.instruments.models import (
    BINDING,
    Citation,
    CitedAs,
    Instrument,
    InstrumentKind,
    Provision,
    Version,
    Wording,
)

# Versions read anew in one transaction.
AT_ONCE = 40


@transaction.atomic
def keep_keys(instrument: Instrument, document: Document | None = None) -> None:
    """Remember under which keys others cite this instrument, and link what cited it before.

    Its own symbol and names, with those of the document where one is read in. A key that another
    instrument has stays with that one.
    """
    symbols = [instrument.symbol]
    names = [instrument.names.get("en", ""), instrument.short.get("en", "")]
    if document:
        symbols += [document.symbol, *document.drafts]
        names += [document.title, *document.cited_as]
    keys = [key for symbol in symbols if symbol for key in _of_symbol(symbol)]
    for name in names:
        keys += (
            key
            for key in citations.keys_of_name(name)
            # Many resolutions share a title; none is cited by it.
            if not key.startswith("name:") or instrument.kind != InstrumentKind.RESOLUTION
        )
    CitedAs.objects.bulk_create(
        [CitedAs(instrument=instrument, key=key) for key in dict.fromkeys(keys)],
        ignore_conflicts=True,
    )
    Citation.objects.filter(
        instrument=None, key__in=CitedAs.objects.filter(instrument=instrument).values("key")
    ).update(instrument=instrument)
    link_provisions(instrument)


def _of_symbol(symbol: str) -> list[str]:
    return list(dict.fromkeys([f"symbol:{symbol.lower()}", citations.key_of_symbol(symbol)]))


def link_provisions(instrument: Instrument) -> None:
    """Link citations of paragraphs of this instrument that were not held when they were read."""
    waiting = list(
        Citation.objects.filter(instrument=instrument, provision=None).exclude(provision_number="")
    )
    if not waiting:
        return
    places = _Places([instrument.pk])
    linked = []
    for citation in waiting:
        citation.provision_id = places.find(instrument.pk, citation.provision_number)
        if citation.provision_id:
            linked.append(citation)
    Citation.objects.bulk_update(linked, ["provision"], batch_size=500)


def keep_citations(instrument: Instrument, wordings: Sequence[Wording]) -> None:
    """Find in the wordings of one version what they cite, and keep it, linked where it is held.

    Only English is read; the wordings of other languages are left.
    """
    if not wordings or wordings[0].version.language != "en":
        return
    symbol = wordings[0].version.symbol
    found = [
        (wording, one)
        for wording in wordings
        for one in citations.find(
            wording.words,
            speaker=speaker_of(symbol, instrument.kind, wording.eid),
            article=article_of(wording.eid),
        )
    ]
    keys = {one.key for _wording, one in found}
    held = dict(CitedAs.objects.filter(key__in=keys).values_list("key", "instrument_id"))
    held[citations.SELF] = instrument.pk
    places = _Places({held[one.key] for _, one in found if one.number and one.key in held})
    Citation.objects.bulk_create(
        (
            Citation(
                wording=wording,
                begins=one.begins,
                ends=one.ends,
                key=one.key,
                provision_number=one.number,
                instrument_id=held.get(one.key),
                provision_id=places.find(
                    held.get(one.key),
                    one.number,
                    near=wording.eid if one.is_self else "",
                ),
            )
            for wording, one in found
        ),
        batch_size=500,
    )


def rebuild(progress: Callable[[str], None] = lambda words: None) -> tuple[int, int]:
    """Read the citations of every text held anew; returns how many texts and citations there are.

    For texts read in before the finder knew what it knows now. Twice does no harm.
    """
    for instrument in Instrument.objects.prefetch_related("versions"):
        keep_keys(instrument)
        _keep_symbols(instrument)
    versions = list(Version.objects.values_list("pk", flat=True))
    for start in range(0, len(versions), AT_ONCE):
        batch = versions[start : start + AT_ONCE]
        with transaction.atomic():
            Citation.objects.filter(wording__version__in=batch).delete()
            for version in Version.objects.filter(pk__in=batch).select_related("instrument"):
                wordings = list(version.wordings.all())
                for wording in wordings:
                    wording.version = version
                keep_citations(version.instrument, wordings)
        progress(f"{start + len(batch)} of {len(versions)} texts read …")
    return len(versions), Citation.objects.count()


def _keep_symbols(instrument: Instrument) -> None:
    """The symbols of the versions held, for instruments whose document is not at hand."""
    CitedAs.objects.bulk_create(
        [
            CitedAs(instrument=instrument, key=key)
            for version in instrument.versions.all()
            for key in _of_symbol(version.symbol)
        ],
        ignore_conflicts=True,
    )


def speaker_of(symbol: str, kind: str, eid: str) -> str:
    """Who speaks in a provision, as the finder asks it: the General Assembly, parties to a treaty.

    Annexes of treaties often list laws of States and their articles: there nobody speaks.
    """
    if symbol.startswith("A/"):
        return "ga"
    is_treaty = kind in BINDING or kind == InstrumentKind.RECOMMENDATION
    return "treaty" if is_treaty and not eid.startswith("annex_") else ""


_ARTICLE = re.compile(r"(?:^|__)art_([^_]+)(?=__|$)")
# What has a number to be cited by, as its address says it.
_NUMBERED = re.compile(r"(?:^|__)((?:art|para)_[^_]+(?:__(?:para|point)_[^_]+)*)$")
_LABEL = re.compile(r"[a-z]+_([^_]+)")


def article_of(eid: str) -> str:
    """The number of the article that a wording stands in; empty where it stands in none."""
    match = _ARTICLE.search(eid)
    return match[1] if match else ""


def _cited_number(eid: str) -> str:
    """How others cite the provision at this address: "30(h)", "4(19)" for a paragraph of an
    article; empty where it has no number."""
    match = _NUMBERED.search(eid)
    if not match:
        return ""
    first, *inner = _LABEL.findall(match[1])
    return first + "".join(f"({each})" for each in inner)


class _Places:
    """The numbered provisions of some instruments, to be found as they are cited."""

    def __init__(self, instruments: Iterable[int]) -> None:
        self.known: dict[tuple[int, str], list[tuple[str, int]]] = defaultdict(list)
        rows = Provision.objects.filter(instrument__in=set(instruments)).order_by()
        for of, eid, pk in rows.values_list("instrument", "eid", "pk"):
            if number := _cited_number(eid):
                self.known[of, number].append((eid, pk))

    def find(self, instrument: int | None, number: str, near: str = "") -> int | None:
        """The provision of this number, else the closest that it is inside of.

        Where several parts of a text have one, it is that of the part in which `near` stands;
        None where that does not tell.
        """
        if instrument is None:
            return None
        number = number.replace(" ", "")
        while number:
            candidates = self.known.get((instrument, number), [])
            for part in _parts_of(near):
                if len(candidates) > 1:
                    closer = [one for one in candidates if part in _parts_of(one[0])]
                    candidates = closer or candidates
            if len(candidates) == 1:
                return candidates[0][1]
            if candidates:
                return None
            number = number.rpartition("(")[0]
        return None


def _parts_of(eid: str) -> list[str]:
    """The parts of a text in which a provision stands, the smallest first, the text itself last:
    "annex_2__chp_1", "annex_2", ""."""
    steps = eid.split("__")
    return ["__".join(steps[:length]) for length in range(len(steps) - 1, -1, -1)]
