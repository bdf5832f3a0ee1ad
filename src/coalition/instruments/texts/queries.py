"""Reading texts from the database: which version is current, the tree of one, who delivers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from coalition.base.errors import Refused
from coalition.base.reference import Source
from coalition.instruments.citations.queries import of_wordings
from coalition.instruments.models import (
    Anchor,
    Instrument,
    Provision,
    Stage,
    Status,
    Version,
    Wording,
)
from coalition.instruments.queries import commitments_within, published_commitments
from coalition.instruments.texts.reading import near
from coalition.instruments.texts.tree import Node, Text
from coalition.partners.models import PartnerGroup


def current_anchors(today: date) -> list[Anchor]:
    """The anchor of each kind that holds on this day, the latest of those begun."""
    begun = Anchor.objects.filter(since__lte=today).select_related("instrument", "source")
    return list({anchor.kind: anchor for anchor in begun}.values())


def with_facts(instruments: QuerySet[Instrument]) -> QuerySet[Instrument]:
    """With all that the list of an instrument's facts shows: four queries more, if any is there."""
    return instruments.select_related("source", "level", "revises").prefetch_related(
        "subjects", "themes", "revised_by", "versions"
    )


def with_sources(instruments: list[Instrument]) -> list[tuple[Instrument, list[Source]]]:
    """Each instrument with every source its facts were read in, first source first."""
    codes = {code for one in instruments for code in one.other_sources}
    known = Source.objects.in_bulk(codes)
    return [
        (
            one,
            [
                *([one.source] if one.source else []),
                *(known[code] for code in one.other_sources if code in known),
            ],
        )
        for one in instruments
    ]


def rank(stage: str, adopted: date | None, language: str, wanted: str = "en") -> tuple[Any, ...]:
    """Orders versions of one instrument: adopted before draft, newer before older, then the
    language wanted, then English."""
    return (stage != Stage.DRAFT, adopted or date.min, language == wanted, language == "en")


def current_version(versions: Iterable[Version], language: str = "en") -> Version | None:
    """The version that a reader of this language is shown unless another is asked for."""
    return max(
        versions,
        key=lambda one: (*rank(one.stage, one.adopted_on, one.language, language), one.pk),
        default=None,
    )


def is_same_edition(one: Version, other: Version) -> bool:
    """Are these the same text, perhaps in two languages?"""
    return (one.stage, one.adopted_on) == (other.stage, other.adopted_on)


def in_other_languages(text: Text) -> list[Version]:
    """Versions of the same edition in other languages than the one shown."""
    shown = text.version
    newest = {one.language: one for one in sorted(text.versions, key=lambda one: one.pk)}
    return [
        one
        for _language, one in sorted(newest.items())
        if shown and one.language != shown.language and is_same_edition(one, shown)
    ]


def text_of(
    instrument: Instrument,
    *,
    version: Version | None = None,
    language: str = "en",
    counted: bool = False,
) -> Text:
    """The whole text in three queries; in four with `counted`, how many deliver on each.

    Without `version` it is the current one in the language wanted, or else in English, or else
    in the language held. Provisions that only other versions have are left out; those whose
    wording nobody holds yet stand.
    """
    versions = list(instrument.versions.all())
    default = current_version(versions, language)
    version = version or default
    current = current_version(versions)
    # Another language of the current edition has its order, and our division into parts.
    is_current = bool(
        version and current and (version == current or is_same_edition(version, current))
    )
    wordings = {one.provision_id: one for one in version.wordings.order_by()} if version else {}
    counts = deliveries(instrument) if counted else {}
    elsewhere = Exists(Wording.objects.filter(provision=OuterRef("pk")))
    provisions = instrument.provisions.annotate(is_worded=elsewhere).defer("loaded")
    rows = sorted(
        (one for one in provisions if one.pk in wordings or not one.is_worded),
        key=lambda one: one.position,
    )
    if version and not is_current:  # its own order and nesting, without our division
        rows = sorted(
            (one for one in rows if one.pk in wordings), key=lambda one: wordings[one.pk].position
        )
    by_wording = {one.pk: one.provision_id for one in wordings.values()}
    nodes: dict[int | None, Node] = {}
    tops: list[Node] = []
    for provision in rows:
        node = Node(provision, wordings.get(provision.pk), count=counts.get(provision.pk, 0))
        nodes[provision.pk] = node
        above = provision.parent_id
        if version and not is_current and node.wording:
            above = by_wording.get(node.wording.parent_id)
        parent = nodes.get(above)
        if parent and not parent.is_heading:
            parent.inside.append(node)
        else:
            tops.append(node)
    return Text(instrument, version, tops, version == default, versions)


def with_citations(nodes: Iterable[Node]) -> None:
    """Give these nodes and all that stands under them what their words cite: one query."""
    every = [each for node in nodes for each in node.walk() if each.wording]
    found = of_wordings([each.wording for each in every if each.wording])
    for each in every:
        if each.wording:
            each.citations = found.get(each.wording.pk, [])


# --- Who delivers ----------------------------------------------------------------------------


def deliveries(instrument: Instrument) -> dict[int, int]:
    """How many published commitments deliver on each paragraph, its points included, by its key.

    One grouped query; a commitment that names two points of a paragraph counts once.
    """
    return dict(
        Provision.objects.filter(
            instrument=instrument, commitments__in=published_commitments().order_by()
        )
        .order_by()
        .values_list(Coalesce("paragraph", "pk"))
        .annotate(Count("commitments", distinct=True))
    )


def delivering_on(provision: Provision) -> QuerySet[Any]:
    """Published commitments that deliver on the provision or on anything inside it."""
    return commitments_within(provision).select_related("partner__group")


def parties_bound(instrument: Instrument, day: date) -> int | None:
    """How many parties are bound on the day; None where no table of parties is held. One query."""
    holds = Q(periods__until=None) | Q(periods__until__gt=day)
    bound = Q(holds, periods__since__lte=day, periods__status__in=[Status.PENDING, Status.IN_FORCE])
    held = Instrument.objects.filter(pk=instrument.pk, consent_table__isnull=False)
    return (
        held.annotate(bound=Count("periods", filter=bound)).values_list("bound", flat=True).first()
    )


def groups_delivering_on(provision: Provision) -> QuerySet[PartnerGroup]:
    """The partner groups whose commitments deliver on it, each with `count` of them. One query."""
    return PartnerGroup.objects.filter(
        partner__commitments__in=commitments_within(provision).order_by()
    ).annotate(count=Count("partner__commitments", distinct=True))


def find_instrument(name: str) -> Instrument:
    """The instrument with this symbol or code. Raises Refused with near ones."""
    found = Instrument.objects.filter(Q(symbol__iexact=name) | Q(code__iexact=name)).first()
    if found:
        return found
    known = [
        each for pair in Instrument.objects.values_list("symbol", "code") for each in pair if each
    ]
    hint = near(name, known) or "The page of instruments lists all texts."
    raise Refused(f"There is no text with the symbol or code “{name[:80]}”. {hint}")


def find_version(instrument: Instrument, symbol: str = "", language: str = "") -> Version | None:
    """The instrument's version with this symbol, in this language; None where neither is asked.

    Of several that fit it is the current one. Raises Refused with those that are held.
    """
    if not symbol and not language:
        return None
    held = list(instrument.versions.all())
    fitting = [
        one
        for one in held
        if (not symbol or one.symbol.lower() == symbol.lower())
        and (not language or one.language == language)
    ]
    if not fitting:
        known = ", ".join(f"{one.symbol} ({one.language})" for one in held) or "none"
        asked = " in ".join(filter(None, [symbol[:80], language[:20]]))
        raise Refused(f"No version {asked} of {instrument.code} is held. Held: {known}.")
    return current_version(fitting, language or "en")
