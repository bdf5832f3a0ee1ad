"""Reads of the catalogue: search with its filters, the newest records, the thread both ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypedDict

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import get_language

from coalition.analysis.searching import Piece, Query, extract, has_hit
from coalition.base.names import Name
from coalition.catalogue import index
from coalition.catalogue.models import Facet, Kind, Record
from coalition.catalogue.rows import GROUP, PLACE, THEME
from coalition.commitments.models import Commitment, Delivery, Part
from coalition.consultations.models import Consultation, Credit
from coalition.consultations.queries import about
from coalition.instruments.models import ExternalRecord, Instrument, Provision
from coalition.partners.models import Partner, Priority
from coalition.places.models import Place
from coalition.themes.models import Challenge, Theme

# Nobody reads further: beyond this a search asks for one more word.
MOST_FOUND = 1000
FACETS = (THEME, PLACE, GROUP)


# --- Search ----------------------------------------------------------------------------------


def matching(query: Query, wishes: Mapping[str, str]) -> list[int]:
    """Ids of at most MOST_FOUND + 1 records that hold all words and meet all wishes.

    The best first; without words the newest first. `wishes` are values of `kind` and of FACETS.
    """
    if query.words:
        return index.best_first(query, wishes, MOST_FOUND + 1)
    newest_first = index.meeting(Record.objects.annotate(record=F("pk")), wishes)
    return list(newest_first.values_list("pk", flat=True)[: MOST_FOUND + 1])


@dataclass
class Found:
    """What a search found, and how many of it each further filter would leave."""

    ids: list[int]
    is_cut: bool = False  # there is more, which is not listed
    counts: dict[str, dict[str, int]] = field(default_factory=dict)


def nothing() -> Found:
    """What a search finds that asks for nothing."""
    return Found([], counts={name: {} for name in ("kind", *FACETS)})


def search(query: Query, wishes: Mapping[str, str]) -> Found:
    """Search with counts by filter: each filter's counts are those under all the other filters."""
    ids = matching(query, wishes)
    found = Found(ids[:MOST_FOUND], is_cut=len(ids) > MOST_FOUND)
    for name in ("kind", *FACETS):
        others = {key: value for key, value in wishes.items() if key != name}
        base = matching(query, others) if wishes.get(name) else ids
        if name == "kind":
            rows = Record.objects.filter(pk__in=base).order_by().values_list("kind")
        else:
            facets = Facet.objects.filter(record__in=base, name=name)
            # Not the bare column: SQLite would walk all facets of the name in the order of their
            # values, to save itself the sorting of the few that these records have.
            rows = facets.annotate(found=Concat("value", Value(""))).values_list("found")
        found.counts[name] = dict(rows.annotate(Count("pk")))
    return found


@dataclass
class Result:
    """One record as the list of results shows it."""

    record: Record
    title: list[Piece]
    title_language: str
    extract: list[Piece]
    extract_language: str


def results(ids: Iterable[int], query: Query) -> list[Result]:
    """The records in this order, each with the passage in which the words were found."""
    ids = list(ids)
    records = Record.objects.defer("search_text").in_bulk(ids)
    return [_result(records[pk], query) for pk in ids if pk in records]


def _result(record: Record, query: Query) -> Result:
    name, passage = record.name, best_passage(record, query)
    return Result(
        record,
        extract(name, name.language, query, width=300),
        name.language,
        extract(passage, passage.language, query),
        passage.language,
    )


def best_passage(record: Record, query: Query) -> Name:
    """The text in which the words stand: the reader's language first, then the record's own."""
    reader = (get_language() or "en").split("-")[0]
    own = {**record.summaries}
    candidates = [
        Name(own.get(reader, ""), reader),
        Name(record.summary, record.language),
        *(Name(text, language) for language, text in own.items()),
        *(Name(text, language) for language, text in record.titles.items()),
    ]
    shown = next((text for text in candidates[: 2 + len(own)] if text), Name("", reader))
    title = record.name
    if query.words and not has_hit(title, title.language, query):
        return next((text for text in candidates if has_hit(text, text.language, query)), shown)
    return next((text for text in candidates[:2] if has_hit(text, text.language, query)), shown)


# --- The newest ------------------------------------------------------------------------------

# What happens, as against what is there from the first day: the feed of everything holds these.
EVENTFUL = (Kind.COMMITMENT, Kind.CONSULTATION, Kind.PARTNER, Kind.DECLARATION, Kind.NEWS)


def newest(kinds: Iterable[Kind], count: int) -> list[Record]:
    """The records of these kinds that changed last."""
    records = Record.objects.filter(kind__in=list(kinds)).defer("search_text")
    return list(records[:count])


# --- The thread ------------------------------------------------------------------------------

MOST_KNOTS = 100  # of each relation


class Knot(TypedDict):
    """One public record on the thread, as plain values; `path` is its page."""

    position: str  # above: what the record answers; here; below: what came of it
    kind: str
    key: str
    title: str
    language: str
    path: str


def find_public(kind: str, key: str) -> Any:
    """The public record of this kind and key, with what its thread needs, or None."""
    one = None
    if kind == Kind.PARTNER:
        one = Partner.objects.public().filter(reference=key)
    elif kind == Kind.COMMITMENT:
        one = Commitment.objects.published().filter(reference=key)
    elif kind == Kind.CONSULTATION:
        one = Consultation.objects.announced().filter(reference=key)
    elif kind == Kind.DECLARATION:
        one = Instrument.objects.filter(code=key)
    elif kind == Kind.PROVISION:
        code, _slash, eid = key.partition("/")
        one = Provision.objects.filter(instrument__code=code, eid=eid)
    elif kind == Kind.THEME:
        one = Theme.objects.filter(code=key)
    elif kind == Kind.CHALLENGE:
        one = Challenge.objects.filter(code=key)
    elif kind == Kind.PLACE:
        one = Place.objects.filter(code=key)
    elif kind == Kind.EXTERNAL:
        code, _slash, number = key.partition("/")
        if number.isascii() and number.isdigit() and len(number) < 10:
            held = ExternalRecord.objects.filter(gone_at=None).select_related("register")
            one = held.filter(register__code=code, pk=int(number))
    elif kind == "priority":
        reference, _colon, rank = key.partition(":")
        if rank.isascii() and rank.isdigit() and len(rank) < 6:
            one = public_priorities().filter(partner__reference=reference, rank=int(rank))
    return one.first() if one is not None else None


def thread_of(record: Any) -> list[Knot]:
    """The public records the given one hangs with: above, here, below; MOST_KNOTS a relation.

    challenge · theme · priority → declaration → paragraph ← commitment → partner and place; a
    consultation hangs below what it answers.
    """
    above, below = RELATIONS[type(record)](record)
    return [
        *(_knot("above", one) for one in _each_once(above)),
        _knot("here", record),
        *(_knot("below", one) for one in _each_once(below)),
    ]


Sides = tuple[list[Iterable[Any]], list[Iterable[Any]]]


def _of_commitment(one: Commitment) -> Sides:
    provisions = list(one.provisions.select_related("instrument")[:MOST_KNOTS])
    priorities = public_priorities().filter(commitments=one)
    above = [
        *(one.challenges.all(), one.themes.all(), priorities),
        one.external_records.filter(gone_at=None).select_related("register"),
        *({each.instrument.pk: each.instrument for each in provisions}.values(), provisions),
    ]
    return above, [makers(Commitment.objects.filter(pk=one.pk)), one.places.all()]


def _of_consultation(one: Consultation) -> Sides:
    provisions = list(one.provisions.select_related("instrument")[:MOST_KNOTS])
    texts = {each.instrument.pk: each.instrument for each in provisions}
    if one.text:
        texts[one.text.pk] = one.text
    themes = {each.pk: each for each in one.themes.all()}
    if one.theme:
        themes[one.theme.pk] = one.theme
    credits = Credit.objects.order_by().filter(statement__consultation=one)
    credited = Partner.objects.public().filter(pk__in=credits.values("partner"))
    above = [one.challenges.all(), themes.values(), texts.values(), provisions]
    return above, [credited, _seat(one.place)]


def _seat(place: Place | None) -> list[Place]:
    return [place] if place else []


def _of_provision(one: Provision) -> Sides:
    commitments = promises(Q(provisions=one) | Q(provisions__parent=one))
    above = [one.challenges.all(), one.themes.all(), [one.instrument]]
    return above, [
        about(one),
        commitments,
        makers(commitments),
        where(commitments),
    ]


def _of_instrument(one: Instrument) -> Sides:
    # Nearly all promises may hang on one text: EXISTS stops at the first hundred. But most units
    # of a text have none, for which it would look through all promises in vain: those by ids.
    inside = Delivery.objects.filter(commitment=OuterRef("pk"), provision__instrument=one)
    commitments = Commitment.objects.published().filter(Exists(inside))
    kept = Delivery.objects.order_by().filter(provision__instrument=one, commitment__is_public=True)
    taken_up = Provision.objects.filter(pk__in=kept.values("provision"))
    taken_up = taken_up.select_related("instrument")
    return [], [about(one), taken_up, commitments, makers(commitments)]


def _of_partner(one: Partner) -> Sides:
    priorities = public_priorities().filter(partner=one)
    commitments = Commitment.objects.published().of(one)
    above = [
        Theme.objects.filter(priorities__in=priorities.order_by()).distinct(),
        priorities,
        answered(commitments),
    ]
    return above, [commitments, _seat(one.country), where(commitments)]


def _of_subject(name: str, one: Theme | Challenge) -> Sides:
    commitments = promises(Q(**{name: one}))
    provisions = Provision.objects.filter(**{name: one}).select_related("instrument")
    priorities = public_priorities().filter(theme=one) if isinstance(one, Theme) else []
    return [], [priorities, provisions, about(one), commitments, makers(commitments)]


def _of_place(one: Place) -> Sides:
    commitments = promises(Q(places__path__startswith=one.path))
    priorities = public_priorities().filter(place__path__startswith=one.path)
    seated = Partner.objects.public().filter(country__path__startswith=one.path)
    above = [answered(commitments)]
    return above, [seated, priorities, about(one), commitments]


def _of_priority(one: Priority) -> Sides:
    commitments = promises(Q(priorities=one))
    below = [commitments, answered(commitments)]
    return [[one.theme], [one.place], [one.partner]], below


def _of_external(one: ExternalRecord) -> Sides:
    commitments = promises(Q(external_records=one))
    return [], [commitments, makers(commitments)]


RELATIONS: Mapping[type, Any] = {
    ExternalRecord: _of_external,
    Commitment: _of_commitment,
    Consultation: _of_consultation,
    Provision: _of_provision,
    Instrument: _of_instrument,
    Partner: _of_partner,
    Theme: lambda one: _of_subject("themes", one),
    Challenge: lambda one: _of_subject("challenges", one),
    Place: _of_place,
    Priority: _of_priority,
}


# Many-to-many links are followed by ids: DISTINCT over joined rows would sort all of their texts.


def promises(which: Q) -> QuerySet[Commitment]:
    found = Commitment.objects.order_by().filter(which)
    return Commitment.objects.published().filter(pk__in=found.values("pk"))


def answered(commitments: QuerySet[Commitment]) -> QuerySet[Provision]:
    """What these commitments deliver on."""
    deliveries = Delivery.objects.order_by().filter(commitment__in=ids_of(commitments))
    found = Provision.objects.filter(pk__in=deliveries.values("provision"))
    return found.select_related("instrument")


def ids_of(commitments: QuerySet[Commitment]) -> QuerySet[Any]:
    return commitments.order_by().values("pk")


def makers(commitments: QuerySet[Commitment]) -> QuerySet[Partner]:
    """Who leads them, and who confirmed a part in one."""
    joined = Part.objects.confirmed().order_by().filter(commitment__in=ids_of(commitments))
    return Partner.objects.public().filter(
        Q(pk__in=commitments.order_by().values("partner")) | Q(pk__in=joined.values("partner"))
    )


def where(commitments: QuerySet[Commitment]) -> QuerySet[Place]:
    named = Commitment.places.through.objects.filter(commitment__in=ids_of(commitments))
    return Place.objects.filter(pk__in=named.values("place"))


def public_priorities() -> QuerySet[Priority]:
    """A partner's priorities are public with its page."""
    public = Priority.objects.filter(partner__in=Partner.objects.public())
    return public.select_related("partner", "theme", "place", "level")


def _each_once(relations: Iterable[Iterable[Any]]) -> Iterator[Any]:
    seen: set[tuple[type, int]] = set()
    for relation in relations:
        records = relation[:MOST_KNOTS] if isinstance(relation, QuerySet) else relation
        for record in islice(records, MOST_KNOTS):
            if (type(record), record.pk) not in seen:
                seen.add((type(record), record.pk))
                yield record


def _knot(position: str, record: Any) -> Knot:
    kind, key, title, path = _named(record)
    return Knot(
        position=position,
        kind=kind,
        key=key,
        title=str(title),
        language=title.language,
        path=path,
    )


def _named(record: Any) -> tuple[str, str, Name, str]:
    """Kind, key, title in the reader's language, and page of a record."""
    if isinstance(record, Partner):
        name = Name(record.name, record.name_language)
        return Kind.PARTNER.value, record.reference, name, record.get_absolute_url()
    if isinstance(record, Commitment):
        name = Name(record.title, record.language)
        return Kind.COMMITMENT.value, record.reference, name, record.get_absolute_url()
    if isinstance(record, Consultation):
        return Kind.CONSULTATION.value, record.reference, record.title, record.get_absolute_url()
    if isinstance(record, Provision):
        instrument = record.instrument.short_name
        words = f"{instrument}, {record.number}" if record.number else str(instrument)
        name = Name(words, instrument.language)
        key = f"{record.instrument.code}/{record.eid}"
        return Kind.PROVISION.value, key, name, record.get_absolute_url()
    if isinstance(record, Priority):
        own = Name(record.words, record.language) if record.words else record.theme.short_name
        key = f"{record.partner.reference}:{record.rank}"
        return "priority", key, own, record.partner.get_absolute_url()
    if isinstance(record, ExternalRecord):
        key = f"{record.register.code}/{record.pk}"
        name = Name(record.title, record.title_language)
        return Kind.EXTERNAL.value, key, name, record.get_absolute_url()
    kinds = {
        Instrument: Kind.DECLARATION,
        Theme: Kind.THEME,
        Challenge: Kind.CHALLENGE,
        Place: Kind.PLACE,
    }
    return kinds[type(record)].value, record.code, record.name, record.get_absolute_url()


# --- By reference ----------------------------------------------------------------------------


def resolve(references: Iterable[str]) -> dict[str, tuple[Name, str]]:
    """Title and address of the public records that have these references: partners, commitments
    and consultations by theirs (COM-2026-0042), paragraphs as doha/para_23. Others are left
    out."""
    kinds = (Kind.PARTNER, Kind.COMMITMENT, Kind.CONSULTATION, Kind.PROVISION)
    found = Record.objects.filter(kind__in=kinds, key__in=list(references)).defer("search_text")
    return {one.key: (one.name, one.get_absolute_url()) for one in found}
