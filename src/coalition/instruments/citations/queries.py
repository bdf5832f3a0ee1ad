"""What texts cite and what cites them, from the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from coalition.analysis.citations import SELF, official_address
from coalition.base.names import Name
from coalition.instruments.citations.words import name_of_key
from coalition.instruments.models import (
    Citation,
    Instrument,
    Provision,
    Stage,
    Version,
    Wording,
)


def of_wordings(wordings: Collection[Wording]) -> dict[int, list[Citation]]:
    """The citations in these wordings, by the wording's key, in order: one query."""
    found: dict[int, list[Citation]] = defaultdict(list)
    rows = Citation.objects.filter(wording__in=[one.pk for one in wordings]).order_by(
        "wording", "begins"
    )
    for citation in rows.select_related("instrument", "provision"):
        found[citation.wording_id].append(citation)
    return found


def version_read(instrument: Instrument) -> Version | None:
    """The version whose citations are shown: the newest adopted in English, else a draft."""
    return max(
        instrument.versions.filter(language="en"),
        key=lambda one: (one.stage != Stage.DRAFT, one.adopted_on or date.min, one.pk),
        default=None,
    )


def _of_paragraph(field: str, number: str) -> Q:
    """This number or one inside it: "30" takes in "30 (h)"."""
    return Q(**{field: number}) | Q(**{f"{field}__startswith": f"{number} ("})


# --- What a text builds on -------------------------------------------------------------------


@dataclass
class Cited:
    """A text that is cited, held here or not, with how often and where."""

    key: str
    times: int
    instrument: Instrument | None = None
    places: list[Wording] = field(default_factory=list)  # each paragraph once

    @property
    def name(self) -> Name:
        return self.instrument.short_name if self.instrument else name_of_key(self.key)

    @property
    def url(self) -> str:
        if self.instrument:
            return self.instrument.get_absolute_url()
        return official_address(self.key)


def citations_in(
    version: Version | None, *, held: str = "", paragraph: str = ""
) -> QuerySet[Citation]:
    """What this version cites of other texts: held ("yes"), not held ("no"), in a paragraph."""
    if version is None:
        return Citation.objects.none()
    rows = Citation.objects.filter(wording__version=version).exclude(key=SELF)
    rows = rows.filter(~Q(instrument=version.instrument_id) | Q(instrument=None))
    if held:
        rows = rows.filter(instrument__isnull=held == "no")
    return rows.filter(_of_paragraph("wording__number", paragraph)) if paragraph else rows


def texts_cited(citations: QuerySet[Citation]) -> QuerySet[Any]:
    """The texts that these citations name, most cited first: rows of key, instrument, times."""
    rows = citations.order_by().values("key", "instrument").annotate(times=Count("pk"))
    return rows.order_by("-times", "key")


def with_places(rows: Iterable[dict[str, Any]], citations: QuerySet[Citation]) -> list[Cited]:
    """Rows of `texts_cited` with the instruments held and the paragraphs that cite them."""
    cited = [Cited(row["key"], row["times"]) for row in rows]
    by_key = {one.key: one for one in cited}
    every = (
        citations.filter(key__in=by_key)
        .select_related("instrument", "wording__provision")
        .order_by("wording__position", "begins")
    )
    for citation in every:
        one = by_key[citation.key]
        one.instrument = citation.instrument
        if not one.places or one.places[-1].pk != citation.wording_id:
            one.places.append(citation.wording)
    return cited


def cited_by(citations: Iterable[Citation], own: int) -> list[Cited]:
    """The other texts that these citations name, in their order."""
    found: dict[str, Cited] = {}
    for citation in citations:
        if citation.key != SELF and citation.instrument_id != own:
            one = found.setdefault(citation.key, Cited(citation.key, 0, citation.instrument))
            one.times += 1
    return list(found.values())


# --- What builds on a text -------------------------------------------------------------------


def citations_of(instrument: Instrument, *, paragraph: str = "") -> QuerySet[Citation]:
    """Citations of this text in others; with `paragraph` of that number or what is inside it.

    A draft is left out where the text adopted from it is held.
    """
    adopted = Version.objects.filter(instrument=OuterRef("wording__version__instrument")).exclude(
        stage=Stage.DRAFT
    )
    rows = (
        Citation.objects.filter(instrument=instrument)
        .exclude(wording__version__instrument=instrument)
        .filter(~Q(wording__version__stage=Stage.DRAFT) | ~Exists(adopted))
    )
    return rows.filter(_of_paragraph("provision_number", paragraph)) if paragraph else rows


def citations_of_provision(provision: Provision) -> QuerySet[Citation]:
    """Citations in other texts of this provision or of what is inside it."""
    inside = Q(provision__eid=provision.eid) | Q(provision__eid__startswith=f"{provision.eid}__")
    return citations_of(provision.instrument).filter(
        inside, provision__instrument=provision.instrument_id
    )


def paragraphs_citing(citations: QuerySet[Citation]) -> QuerySet[Wording]:
    """The paragraphs in which these citations stand, newest text first; each with `citations`."""
    return (
        Wording.objects.filter(pk__in=citations.order_by().values("wording"))
        .select_related("version__instrument", "provision")
        .prefetch_related(
            Prefetch(
                "citations",
                citations.select_related("provision").order_by("begins"),
                to_attr="cited_here",
            )
        )
        .order_by("-version__adopted_on", "version", "position")
    )


def counts(instrument: Instrument, version: Version | None) -> tuple[int, int]:
    """How many texts this version cites, and how many paragraphs of others cite the instrument."""
    on = citations_in(version).order_by().values("key").distinct().count()
    by = citations_of(instrument).order_by().values("wording").distinct().count()
    return on, by
