"""Reading who is bound by what: matrices, records, curves, single answers.

Every status comes from derived periods (`consent.actions.derive`). A pair without a period on a
day is not bound, where the instrument has a held table of parties; without one it is unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from coalition.analysis import binding
from coalition.base.errors import Refused
from coalition.instruments.models import (
    CONSENTS,
    DENUNCIATIONS,
    BindingRule,
    ConsentAction,
    ConsentTable,
    Instrument,
    Party,
    PartyKind,
    Period,
    Provision,
    Status,
)
from coalition.instruments.texts.reading import near
from coalition.places.models import Place


class StatusOn(NamedTuple):
    """A party's status on a day; `until` and `action` (the key of the act it follows from) are
    told where one instrument or one party is asked about, not in `statuses_on`."""

    status: str
    since: date | None = None
    why: str = ""  # a code of `analysis.binding.Why`, or "table_not_held"
    until: date | None = None
    action: int | None = None


NOT_BOUND = StatusOn(Status.NOT_BOUND)
TABLE_NOT_HELD = StatusOn(Status.UNKNOWN, why="table_not_held")
BOUND = (Status.PENDING, Status.IN_FORCE)


# --- Statuses of many ------------------------------------------------------------------------


def held_instruments() -> QuerySet[Instrument]:
    """Instruments with a held table of parties, each with its table, its source and its rule."""
    return Instrument.objects.filter(consent_table__isnull=False).select_related(
        "consent_table__source", "rule"
    )


def statuses_on(
    day: date, parties: Collection[Party] | None, instruments: Collection[Instrument] | None
) -> dict[tuple[int, int], StatusOn]:
    """Every status on a day in one query, by (party's key, instrument's key).

    None stands for all. A pair that is missing is `NOT_BOUND` where the instrument's table is
    held; callers ask only about such instruments.
    """
    periods = _on(day)
    if parties is not None:
        periods = periods.filter(party__in=[one.pk for one in parties])
    if instruments is not None:
        periods = periods.filter(instrument__in=[one.pk for one in instruments])
    rows = periods.order_by().values_list("party_id", "instrument_id", "status", "since", "why")
    return {row[:2]: StatusOn(*row[2:]) for row in rows}


def _on(day: date) -> QuerySet[Period]:
    return Period.objects.filter(Q(until__gt=day) | Q(until=None), since__lte=day)


def _told(period: Period) -> StatusOn:
    return StatusOn(period.status, period.since, period.why, period.until, period.action_id)


def members(instrument: Instrument | None = None) -> QuerySet[Party]:
    """Who could be bound: the members of the United Nations; of an example, example parties."""
    if instrument is not None and instrument.is_example:
        return Party.objects.filter(is_example=True)
    return Party.objects.filter(place__is_un_member=True, is_example=False)


# --- One party, one instrument -----------------------------------------------------------------


@dataclass(frozen=True)
class RecordRow:
    """Where a party stands under one instrument; `note` is what the source adds."""

    instrument: Instrument
    on: StatusOn


def party_record(party: Party, day: date) -> dict[str, list[RecordRow]]:
    """Every instrument with a held table by the party's status under it, in two queries.

    All statuses are keys, in the order of `Status`; instruments stand in the list's order.
    """
    held = list(held_instruments().filter(is_example=party.is_example))
    found = statuses_on(day, [party], held)
    record: dict[str, list[RecordRow]] = {status: [] for status in Status.values}
    for instrument in held:
        here = found.get((party.pk, instrument.pk), NOT_BOUND)
        record[here.status].append(RecordRow(instrument, here))
    return record


def parties_of(instrument: Instrument, day: date) -> list[tuple[Party, StatusOn]]:
    """Every party with a status under the instrument on a day, by code; one query."""
    rows = _on(day).filter(instrument=instrument).select_related("party__place")
    return [(row.party, _told(row)) for row in rows.order_by("party__code")]


@dataclass(frozen=True)
class NotYet:
    """Members that are not bound, and those of whom it is not known: never counted together."""

    without: list[tuple[Party, StatusOn]]  # not bound, signed only, or denounced
    unknown: list[tuple[Party, StatusOn]]


def not_yet_bound(instrument: Instrument, day: date) -> NotYet:
    """Members of the United Nations that have not consented on that day, or no longer do.

    Two queries. Raises Refused where no table of parties is held: nobody can be said to lack.
    """
    if not ConsentTable.objects.filter(instrument=instrument).exists():
        raise Refused(
            f"No table of the parties of {instrument.symbol or instrument.code} is held, so "
            "nobody can be said to be missing."
        )
    everyone = list(members(instrument).select_related("place"))
    found = statuses_on(day, None, [instrument])
    all_ = [(party, found.get((party.pk, instrument.pk), NOT_BOUND)) for party in everyone]
    return NotYet(
        [each for each in all_ if each[1].status not in (*BOUND, Status.UNKNOWN)],
        [each for each in all_ if each[1].status == Status.UNKNOWN],
    )


@dataclass(frozen=True)
class YearCount:
    """How many parties stood where at the end of a year (the last: on the table's day)."""

    year: int
    bound: int  # in force
    consented: int  # in force, pending, or of a status not known


def ratification_curve(instrument: Instrument) -> list[YearCount]:
    """Parties at the end of each year, from the first consent to the table's day; two queries."""
    consented = (*BOUND, Status.UNKNOWN)
    periods = list(
        Period.objects.filter(instrument=instrument, status__in=consented)
        .order_by("since")
        .values_list("status", "since", "until")
    )
    if not periods:
        return []
    table = ConsentTable.objects.filter(instrument=instrument).first()
    last = table.as_of if table else max(since for _status, since, _until in periods)
    curve = []
    for year in range(periods[0][1].year, last.year + 1):
        day = min(date(year, 12, 31), last)
        here = [
            status
            for status, since, until in periods
            if since <= day and (until is None or day < until)
        ]
        curve.append(YearCount(year, here.count(Status.IN_FORCE), len(here)))
    return curve


# --- One answer --------------------------------------------------------------------------------


def find_party(name: str) -> Party:
    """The party with this code: ISO letters (FRA, FR) or EU.

    A country that no table names yet is given as a party that is not saved. Raises Refused with
    near ones.
    """
    wanted = name.strip().upper()
    parties = Party.objects.select_related("place")
    found = parties.filter(Q(code__iexact=wanted) | Q(place__iso2=wanted)).first()
    if found:
        return found
    place = Place.objects.countries().filter(Q(code=wanted) | Q(iso2=wanted)).first()
    if place:
        return Party(code=place.code, names=place.names, place=place)
    names = [*Place.objects.countries().values_list("code", "names__en")]
    known = [each for pair in names for each in pair if each]
    hint = near(name, known) or "Countries are named by their ISO 3166 letters, such as FRA."
    raise Refused(f"There is no country or party “{name[:80]}”. {hint}")


def status_of(instrument: Instrument, party: Party, day: date) -> StatusOn:
    """One status: not bound where a held table does not name the party, else unknown."""
    period = _on(day).filter(party=party.pk, instrument=instrument).first() if party.pk else None
    if period:
        return _told(period)
    held = ConsentTable.objects.filter(instrument=instrument).exists()
    return NOT_BOUND if held else TABLE_NOT_HELD


def rule_of(instrument: Instrument) -> BindingRule | None:
    return BindingRule.objects.filter(instrument=instrument).select_related("source").first()


def answer(instrument: Instrument, party: Party, day: date) -> dict[str, Any]:
    """A status with all it rests on, as plain values for programs."""
    here = status_of(instrument, party, day)
    action = ConsentAction.objects.filter(pk=here.action).select_related("source").first()
    table = ConsentTable.objects.filter(instrument=instrument).select_related("source").first()
    origin = action or table
    rule = rule_of(instrument)
    data: dict[str, Any] = {
        "instrument": instrument.symbol or instrument.code,
        "country": party.code,
        "on": day.isoformat(),
        "status": str(here.status),
        "since": here.since.isoformat() if here.since else None,
        "source": origin.source.title if origin else None,
        "as_of": origin.as_of.isoformat() if origin else None,
    }
    if here.why:
        data["why"] = here.why
    if action and action.source_status:
        data["source_says"] = action.source_status
    if rule:
        data["rule"] = {"articles": rule.articles or None, "is_general": rule.is_general}
    return data


@dataclass(frozen=True)
class Passport:
    """All that a status rests on: the acts, what follows from them, the rule, the table."""

    actions: list[ConsentAction]  # by day; struck ones last
    periods: list[Period]
    rule: BindingRule | None
    table: ConsentTable | None


def passport(instrument: Instrument, party: Party) -> Passport:
    """Everything held on one party under one instrument, in five queries."""
    acts = ConsentAction.objects.filter(instrument=instrument, party=party)
    rows = list(acts.select_related("source", "by_instrument").prefetch_related("provisions"))
    periods = Period.objects.filter(instrument=instrument, party=party).select_related("action")
    table = ConsentTable.objects.filter(instrument=instrument).select_related("source").first()
    return Passport(
        sorted(rows, key=lambda one: (one.struck_at is not None, one.on or one.effective_on)),
        list(periods.order_by("since")),
        rule_of(instrument),
        table,
    )


# --- Provisions ----------------------------------------------------------------------------------


def accepted_provisions(party: Party, instrument: Instrument) -> QuerySet[Provision]:
    """What a party accepted where the instrument lets it choose; none: it did not choose."""
    return Provision.objects.filter(
        instrument=instrument,
        consents__party=party,
        consents__kind__in=CONSENTS,
        consents__struck_at=None,
    ).distinct()


def status_of_provision(provision: Provision, party: Party, day: date) -> StatusOn:
    """A party's status under one provision: by its choice, where it chose, else by the whole.

    A provision is accepted with what it stands inside of. A denunciation of the provision ends
    it alone; one of the whole instrument ends it too.
    """
    instrument = provision.instrument
    acts = list(
        ConsentAction.objects.filter(instrument=instrument, party=party, struck_at=None)
        .select_related("party")
        .prefetch_related("provisions")
    )
    names = {act.pk: {each.eid for each in act.provisions.all()} for act in acts}
    chose = any(names[act.pk] for act in acts if act.kind in CONSENTS)
    if not chose and not any(names[act.pk] for act in acts if act.kind in DENUNCIATIONS):
        return status_of(instrument, party, day)
    above = _and_above(provision.eid)
    concerned = [
        act
        for act in acts
        if names[act.pk] & above or (not names[act.pk] and not (chose and act.kind in CONSENTS))
    ]
    entry = entry_of(instrument)
    periods = binding.periods_of(rule_for(rule_of(instrument)), entry, as_acts(concerned))
    here = binding.on_day(periods, day)
    if here is None:
        return NOT_BOUND
    return StatusOn(here.status.value, here.since, here.why.value, here.until, here.action)


def _and_above(eid: str) -> set[str]:
    parts = eid.split("__")
    return {"__".join(parts[:count]) for count in range(1, len(parts) + 1)}


# --- As `analysis.binding` reads it ------------------------------------------------------------


def rule_for(rule: BindingRule | None) -> binding.Rule:
    """The rule as plain values; `NO_RULE` where none is held."""
    if rule is None:
        return binding.NO_RULE
    # What no number of parties can express is not met by a number of parties.
    is_countable = not rule.first_condition
    return binding.Rule(
        later=_delay(rule.later_months, rule.later_days),
        first_parties=rule.first_parties if is_countable else None,
        first=_delay(rule.first_months, rule.first_days),
        in_force_on=rule.in_force_on,
        denounced=_delay(rule.denounced_months, rule.denounced_days),
        from_next_month=rule.from_next_month,
    )


def _delay(months: int | None, days: int | None) -> binding.Delay | None:
    if months is None and days is None:
        return None
    return binding.Delay(months or 0, days or 0)


def as_acts(actions: Iterable[ConsentAction]) -> list[binding.Action]:
    """The acts that bear on a status, as plain values. Needs `party` with each."""
    return [
        binding.Action(
            key=one.pk,
            party=one.party_id,
            act=act,
            on=one.on,
            effective_on=one.effective_on,
            counts=one.party.kind != PartyKind.ORGANISATION,
            says_in_force=_says_in_force(one.source_status),
            as_of=one.as_of,
        )
        for one in actions
        if (act := _act(one.kind))
    ]


def _act(kind: str) -> binding.Act | None:
    if kind == "signature":
        return binding.Act.SIGNATURE
    if kind == "succession":
        return binding.Act.SUCCESSION
    if kind in CONSENTS:
        return binding.Act.CONSENT
    return binding.Act.DENUNCIATION if kind in DENUNCIATIONS else None


def _says_in_force(words: str) -> bool | None:
    return {"in force": True, "not in force": False}.get(words.strip().lower())


def whole(instrument: Instrument) -> QuerySet[ConsentAction]:
    """The acts of all parties that count for the instrument as a whole: none that denounces only
    a part of it, none that was struck."""
    acts = ConsentAction.objects.filter(instrument=instrument, struck_at=None)
    in_part = acts.filter(kind__in=DENUNCIATIONS, provisions__isnull=False)
    return acts.exclude(pk__in=in_part.values("pk")).select_related("party")


def entry_of(instrument: Instrument) -> date | None:
    """When the instrument itself first entered into force, derived from all that is held."""
    return binding.derive(rule_for(rule_of(instrument)), as_acts(whole(instrument))).entry
