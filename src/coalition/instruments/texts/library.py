"""The list of all instruments: which of them a reader wants, in which order, and what is held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import get_language, gettext_lazy

from coalition.instruments.models import Instrument, Provision, ProvisionRole, Version, Wording
from coalition.instruments.texts.queries import current_version

# Instruments before this place are those that the coalition file names.
OF_THE_COALITION = 1000
MOST_WORDS = 8
AT_ONCE = 200  # rows of a download whose holdings are asked for together

NEWEST, BY_NAME, BY_SYMBOL = "newest", "name", "symbol"
SORTS = {
    NEWEST: gettext_lazy("Newest first"),
    BY_NAME: gettext_lazy("By name"),
    BY_SYMBOL: gettext_lazy("By symbol"),
}


@dataclass(frozen=True)
class Row:
    """An instrument in the list, with what is held of it."""

    instrument: Instrument
    paragraphs: int  # numbered ones of its current version, or of its skeleton
    languages: tuple[str, ...]  # of its versions
    has_parties: bool


def coalition_texts() -> QuerySet[Instrument]:
    """The declarations that the coalition file names, in its order."""
    return Instrument.objects.filter(position__lt=OF_THE_COALITION, retired_on=None)


def library(
    *,
    words: str = "",
    kind: str = "",
    category: str = "",
    standing: str = "",
    subject: Any = None,
    theme: Any = None,
    wording: str = "",
    parties: str = "",
    language: str = "",
    sort: str = "",
) -> QuerySet[Instrument]:
    """The instruments that fulfil all that is asked for.

    `words` must each stand in a name (of any language), the symbol or the code; `wording` and
    `parties` are "yes" or "no": is a text of it held, and a table of who is bound by it.
    """
    rows = Instrument.objects.filter(retired_on=None)
    for word in words.split()[:MOST_WORDS]:
        held = Q(symbol__icontains=word) | Q(code__icontains=word)
        for code in settings.UN_LANGUAGES:
            held |= Q(**{f"names__{code}__icontains": word})
        rows = rows.filter(held)
    same = {"kind": kind, "category": category, "standing": standing}
    same |= {"subjects": subject, "themes": theme}
    rows = rows.filter(**{name: value for name, value in same.items() if value})
    versions = Version.objects.filter(instrument=OuterRef("pk"))
    if wording:
        rows = rows.filter(Exists(versions) if wording == "yes" else ~Exists(versions))
    if parties:
        rows = rows.filter(consent_table__isnull=parties != "yes")
    if language:
        rows = rows.filter(Exists(versions.filter(language=language)))
    return rows.order_by(*_order(sort))


def _order(sort: str) -> list[Any]:
    if sort == BY_NAME:
        reader = (get_language() or "en").split("-")[0]
        return [Lower(Coalesce(KT(f"names__{reader}"), KT("names__en"))), "code"]
    if sort == BY_SYMBOL:
        return [NullIf("symbol", Value("")).asc(nulls_last=True), "code"]
    return [F("adopted_on").desc(nulls_last=True), "code"]


def with_holdings(instruments: Iterable[Instrument]) -> list[Row]:
    """The instruments with what is held of each: three queries, however many they are."""
    listed = list(instruments)
    versions: dict[int, list[Version]] = defaultdict(list)
    needed = ("instrument", "language", "stage", "adopted_on")
    for version in Version.objects.filter(instrument__in=listed).only(*needed).order_by("pk"):
        versions[version.instrument_id].append(version)
    current = [one.pk for held in versions.values() if (one := current_version(held))]
    elsewhere = Exists(Wording.objects.filter(provision=OuterRef("pk")))
    paragraphs = dict(
        Provision.objects.filter(
            Q(Exists(Wording.objects.filter(provision=OuterRef("pk"), version__in=current)))
            | ~elsewhere,
            instrument__in=listed,
            role=ProvisionRole.OPERATIVE,
        )
        .order_by()
        .values_list("instrument")
        .annotate(Count("pk"))
    )
    with_table = set(
        Instrument.objects.filter(pk__in=[one.pk for one in listed], consent_table__isnull=False)
        .order_by()
        .values_list("pk", flat=True)
    )
    return [
        Row(
            one,
            paragraphs.get(one.pk, 0),
            tuple(sorted({held.language for held in versions[one.pk]})),
            one.pk in with_table,
        )
        for one in listed
    ]


def all_rows(instruments: QuerySet[Instrument]) -> Iterator[Row]:
    """Every row of a download, some hundred at a time."""
    rest = instruments.iterator(chunk_size=AT_ONCE)
    while some := list(islice(rest, AT_ONCE)):
        yield from with_holdings(some)
