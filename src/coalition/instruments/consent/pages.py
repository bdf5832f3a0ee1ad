"""What the pages of consent read beyond `queries`: rows and columns of the matrix, lists to filter.

Only instruments with a held table of parties appear. Such a table is whole: a party of which it
says nothing is not bound. Example parties and Example instruments show each other alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from coalition.instruments.consent import queries
from coalition.instruments.consent.queries import NOT_BOUND, StatusOn
from coalition.instruments.models import (
    CONSENTS,
    Category,
    ConsentAction,
    ConsentTable,
    Instrument,
    Party,
    PartyKind,
    Period,
    Provision,
    Status,
)
from coalition.places.models import Place, PlaceKind

# How lists are ordered where statuses are told one after another.
ORDER = (
    Status.IN_FORCE,
    Status.PENDING,
    Status.SIGNED,
    Status.DENOUNCED,
    Status.UNKNOWN,
    Status.NOT_BOUND,
)
CHUNK = 100  # parties whose statuses a download reads at once


@dataclass(frozen=True)
class Standing:
    """Where one party stands under one instrument on a day."""

    party: Party
    instrument: Instrument
    on: StatusOn

    @property
    def status(self) -> Status:
        return Status(self.on.status)


# --- Who and what there is -------------------------------------------------------------------


def shows_examples() -> bool:
    """Are Example tables shown? Only while no other is held."""
    return not ConsentTable.objects.filter(is_example=False).exists()


def held_instruments(*, examples: bool) -> QuerySet[Instrument]:
    """Instruments whose table of parties is held: fundamental ones first, then by code."""
    rank = {name: place for place, name in enumerate(Category.values)}
    order = Case(
        *(When(category=name, then=Value(place)) for name, place in rank.items()),
        default=Value(len(rank)),
    )
    return queries.held_instruments().filter(is_example=examples).order_by(order, "code")


def parties(*, examples: bool) -> QuerySet[Party]:
    """Every State and territory, and the organisations of which an act is held: few treaties are
    open to any."""
    held = Exists(ConsentAction.objects.filter(party=OuterRef("pk")))
    found = Party.objects.filter(~Q(kind=PartyKind.ORGANISATION) | held, is_example=examples)
    return found.select_related("place")


def by_name(found: Iterable[Party]) -> list[Party]:
    """Parties in the order of their names in the reader's language."""
    return sorted(found, key=lambda one: (one.name.casefold(), one.code))


def today() -> date:
    return timezone.localdate()


# --- The matrix ------------------------------------------------------------------------------


def parties_with(
    found: QuerySet[Party], status: str, instruments: Sequence[Instrument], day: date
) -> QuerySet[Party]:
    """Those that have this status under at least one of the instruments on the day."""
    here = Period.objects.filter(
        Q(until=None) | Q(until__gt=day),
        since__lte=day,
        instrument__in=instruments,
        party=OuterRef("pk"),
    ).order_by()
    if status != Status.NOT_BOUND:
        return found.filter(Exists(here.filter(status=status)))
    told = here.exclude(status=Status.NOT_BOUND).values("party").annotate(number=Count("pk"))
    number = Coalesce(Subquery(told.values("number")), 0)
    return found.annotate(told=number).filter(told__lt=len(instruments))


def standings(
    rows: Sequence[Party], instruments: Sequence[Instrument], day: date
) -> list[list[Standing]]:
    """A row for each party, in it a standing for each instrument. One query."""
    told = queries.statuses_on(day, rows, instruments)
    return [
        [Standing(party, one, told.get((party.pk, one.pk), NOT_BOUND)) for one in instruments]
        for party in rows
    ]


def all_standings(
    rows: Sequence[Party], instruments: Sequence[Instrument], day: date
) -> Iterator[Standing]:
    """Every standing of a matrix, read in parts."""
    for start in range(0, len(rows), CHUNK):
        for row in standings(rows[start : start + CHUNK], instruments, day):
            yield from row


# --- One instrument --------------------------------------------------------------------------


def standings_under(instrument: Instrument, day: date) -> list[Standing]:
    """Where every party stands under an instrument, by name. Two queries."""
    told = queries.statuses_on(day, None, [instrument])
    rows = by_name(parties(examples=instrument.is_example))
    return [
        Standing(party, instrument, told.get((party.pk, instrument.pk), NOT_BOUND))
        for party in rows
    ]


def counts(found: Iterable[Standing]) -> Counter[Status]:
    """How many have each status."""
    return Counter(one.status for one in found)


def is_member(party: Party) -> bool:
    """Is it a member of the United Nations? Example States count as such among themselves."""
    if party.is_example:
        return party.kind == PartyKind.STATE
    return bool(party.place and party.place.is_un_member)


def chosen_provisions(instrument: Instrument) -> list[Provision]:
    """Where parties choose what they accept: each provision that somebody named when consenting,
    with `accepted_by`, the number of parties that did."""
    named = Q(consents__struck_at=None, consents__kind__in=CONSENTS)
    counted = Count("consents__party", filter=named, distinct=True)
    found = instrument.provisions.filter(consents__isnull=False).annotate(accepted_by=counted)
    return list(found.filter(accepted_by__gt=0).order_by("position"))


def parties_accepting(instrument: Instrument, eid: str) -> set[int]:
    """The keys of parties that named this provision when they consented."""
    found = ConsentAction.objects.filter(
        instrument=instrument, provisions__eid=eid, struck_at=None, kind__in=CONSENTS
    )
    return set(found.order_by().values_list("party", flat=True))


def region_names() -> dict[str, str]:
    """The names of regions and sub-regions by their path, without its last dot. One query."""
    found = Place.objects.filter(kind__in=[PlaceKind.REGION, PlaceKind.SUBREGION])
    return {one.path.rstrip("."): str(one.name) for one in found}


# --- One party -------------------------------------------------------------------------------


def standings_of(party: Party, day: date) -> list[Standing]:
    """Where a party stands under every instrument with a held table. Two queries."""
    return standings([party], list(held_instruments(examples=party.is_example)), day)[0]


def territories_in_force(party: Party, day: date) -> list[tuple[Party, int]]:
    """The territories for which a State acts, each with how many instruments are in force for it.
    Two queries."""
    rows = by_name(party.territories.select_related("place"))
    told = queries.statuses_on(day, rows, None) if rows else {}
    in_force = Counter(key[0] for key, on in told.items() if on.status == Status.IN_FORCE)
    return [(one, in_force[one.pk]) for one in rows]


# --- The desk --------------------------------------------------------------------------------


def party_choices() -> list[tuple[str, str]]:
    """Every party, and every country that is none yet, by code and name. Two queries."""
    known = {one.code: str(one.name) for one in Party.objects.all()}
    known |= {one.code: str(one.name) for one in Place.objects.countries() if one.code not in known}
    return sorted(known.items(), key=lambda each: each[1].casefold())


def latest_acts() -> QuerySet[ConsentAction]:
    """Acts on record, those entered last first."""
    return ConsentAction.objects.select_related("instrument", "party", "source").order_by("-pk")


# --- For programs ----------------------------------------------------------------------------


class Grid:
    """Every party under every instrument on a day, read only as far as it is looked at."""

    def __init__(self, rows: Sequence[Party], columns: Sequence[Instrument], day: date) -> None:
        self.rows, self.columns, self.day = rows, columns, day

    def __len__(self) -> int:
        return len(self.rows) * len(self.columns)

    def __getitem__(self, part: slice) -> list[Standing]:
        """The standings of a slice without steps, party by party."""
        first, last, _step = part.indices(len(self))
        width = len(self.columns)
        if first >= last:
            return []
        start = first // width
        rows = self.rows[start : (last - 1) // width + 1]
        cells = [one for row in standings(rows, self.columns, self.day) for one in row]
        return cells[first - start * width : last - start * width]


def consent_grid(instrument: str, country: str, day: date) -> Grid:
    """The standings of one instrument or all (by symbol or code, "" for all), of one party or all
    (by code), on a day; an unknown name has none. Two queries, and one for each slice."""
    examples = shows_examples()
    columns = held_instruments(examples=examples)
    if instrument:
        columns = columns.filter(Q(code__iexact=instrument) | Q(symbol__iexact=instrument))
    rows = parties(examples=examples).order_by("code")
    if country:
        rows = rows.filter(code__iexact=country)
    return Grid(list(rows), list(columns), day)


def acts_behind(found: Sequence[Standing], day: date) -> dict[tuple[int, int], ConsentAction]:
    """The acts from which these standings of a day follow, each with its source, by the keys of
    the party and the instrument. One query."""
    periods = Period.objects.filter(
        Q(until=None) | Q(until__gt=day),
        since__lte=day,
        party__in={one.party.pk for one in found},
        instrument__in={one.instrument.pk for one in found},
    )
    rows = periods.select_related("action__source").order_by()
    return {(one.party_id, one.instrument_id): one.action for one in rows}
