"""Taking in a file of tables of parties: read, checked row by row, kept whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from coalition.base import audit
from coalition.base.changes import records_changed
from coalition.base.reference import Source
from coalition.instruments.citations.actions import keep_keys
from coalition.instruments.consent.actions import derive
from coalition.instruments.consent.days import read_day
from coalition.instruments.consent.tables import Draft, Known, Reading, Table, read_table
from coalition.instruments.models import (
    CitedAs,
    ConsentAction,
    ConsentTable,
    Instrument,
    InstrumentKind,
    Party,
    PartyKind,
)
from coalition.instruments.texts.entries import make_entry, one_at_a_time
from coalition.instruments.texts.reading import file_digest
from coalition.places.models import Place

ORGANISATION_NAMES = {"EU": {"en": "European Union"}}
TELLS = ("effective_on", "words", "note", "source_status", "by_instrument_id")


def import_file(
    path: Path,
    *,
    as_of: str = "",
    good_rows: bool = False,
    is_dry: bool = False,
    by: Any = None,
) -> TableReport:
    """Read the file and keep its tables (`import_table` says how).

    Raises Refused where it is no table that is known, or `as_of` no day.
    """
    adopted = Instrument.objects.filter(adopted_on__isnull=False)
    known = Known(
        countries=frozenset(Place.objects.countries().values_list("code", flat=True)),
        adopted={
            name: day
            for symbol, code, day in adopted.values_list("symbol", "code", "adopted_on")
            for name in {symbol, code.upper()}
            if name
        },
        today=timezone.localdate(),
    )
    reading = read_table(path, known, as_of=read_day(as_of) if as_of else None)
    return import_table(
        reading, file_digest=file_digest(path), good_rows=good_rows, is_dry=is_dry, by=by
    )


@dataclass
class TableReport:
    """What taking in a file of tables did, or why it did nothing."""

    rows: int = 0
    tables: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    made: list[str] = field(default_factory=list)  # entries made for instruments not known before
    told: list[str] = field(default_factory=list)  # a sentence for each act that changed
    errors: list[tuple[int, str]] = field(default_factory=list)
    is_kept: bool = True
    is_dry: bool = False

    @property
    def summary(self) -> str:
        if not self.is_kept:
            return (
                f"Nothing was kept: {len(self.errors)} of {self.rows} rows cannot be taken. Mend "
                "them, or take the others with --good-rows."
            )
        left = f", {len(self.errors)} rows left out" if self.errors else ""
        dry = " Dry run: nothing was kept." if self.is_dry else ""
        return (
            f"{self.rows} rows of {self.tables} tables: {self.new} acts new, {self.changed} "
            f"changed, {self.unchanged} unchanged{left}.{dry}"
        )


def import_table(
    reading: Reading,
    *,
    file_digest: str,
    good_rows: bool = False,
    is_dry: bool = False,
    by: Any = None,
) -> TableReport:
    """Keep the tables of a file: all of it, or nothing where a row cannot be taken.

    With `good_rows` the others are taken; a table of which rows were left out is not marked as
    held, since nobody missing from it could be called not bound. A second run changes nothing. A
    newer table adds its acts; what it says otherwise than the one held is told. Acts that
    officers recorded are left alone.
    """
    report = TableReport(reading.rows, len(reading.tables), errors=list(reading.errors))
    with transaction.atomic():
        one_at_a_time()
        held = _instruments([*reading.tables])
        _refuse_strangers(reading, held, report)
        _refuse_older(reading, held, report)
        if report.errors and not good_rows:
            report.is_kept = False
            return report
        _keep(reading, held, report, file_digest, by)
        report.is_dry = is_dry
        transaction.set_rollback(is_dry)
    return report


def _keep(
    reading: Reading,
    instruments: dict[str, Instrument],
    report: TableReport,
    file_digest: str,
    by: Any,
) -> None:
    source = _source(reading)
    cited = {draft.by_symbol for table in reading.tables.values() for draft in table.drafts}
    instruments |= _instruments([each for each in cited - {""} if each not in instruments])
    for symbol in [*reading.tables, *sorted(cited - {""} - reading.tables.keys())]:
        if symbol not in instruments:
            instruments[symbol] = _bare_instrument(symbol, reading)
            report.made.append(symbol)
    parties = parties_by_code({draft.party for t in reading.tables.values() for draft in t.drafts})
    changed = []
    for table in reading.tables.values():
        if _keep_table(table, instruments, parties, source, report):
            instrument = instruments[table.symbol]
            changed.append(instrument)
            derive(instrument)
            audit.record(
                "instruments.import_parties",
                instrument,
                by=by,
                refs=[f"sha256:{file_digest}"],
            )
    records_changed([*changed, *(instruments[each] for each in report.made)])


def _keep_table(
    table: Table,
    instruments: dict[str, Instrument],
    parties: dict[str, Party],
    source: Source,
    report: TableReport,
) -> bool:
    """Keep the acts of one table; returns whether anything changed."""
    instrument = instruments[table.symbol]
    rows = list(
        ConsentAction.objects.filter(instrument=instrument, struck_at=None).select_related("party")
    )
    standing = {
        (each.party.code, each.kind, each.on, None if each.on else each.effective_on): each
        for each in rows
    }
    wanted = {draft.key[1:]: draft for draft in table.drafts}
    fresh = [draft for key, draft in wanted.items() if key not in standing]
    gone = [
        each
        for key, each in standing.items()
        if key not in wanted and each.source_id == source.pk and not table.refused
    ]
    _replace(gone, fresh, table, report)
    ConsentAction.objects.bulk_create(
        [_action(draft, instrument, instruments, parties, source, table.as_of) for draft in fresh],
        batch_size=1_000,
    )
    altered = []
    for key, draft in wanted.items():
        act = standing.get(key)
        if act is None:
            continue
        now = _action(draft, instrument, instruments, parties, source, table.as_of)
        different = [name for name in TELLS if getattr(act, name) != getattr(now, name)]
        report.changed += bool(different)
        report.unchanged += not different
        if different:
            report.told.append(_changed(act, now, different))
        if different or act.as_of != now.as_of:
            for name in (*TELLS, "as_of", "source_id"):
                setattr(act, name, getattr(now, name))
            altered.append(act)
    ConsentAction.objects.bulk_update(
        altered,
        [name.removesuffix("_id") for name in (*TELLS, "as_of", "source_id")],
        batch_size=500,
    )
    report.new += len(fresh)
    return bool(fresh or gone or altered) | _keep_held(instrument, table, source, report)


def _keep_held(instrument: Instrument, table: Table, source: Source, report: TableReport) -> bool:
    """Mark the table as held, as it stands now; returns whether that changed anything."""
    if table.refused:
        report.told.append(
            f"{table.symbol}: {len(table.refused)} rows were left out, so its table does not "
            "count as held; who is missing from it is unknown, not “not bound”."
        )
        return False
    held = ConsentTable.objects.filter(instrument=instrument).first()
    if held and (held.digest, held.as_of) == (table.digest, table.as_of):
        return False
    ConsentTable.objects.update_or_create(
        instrument=instrument,
        defaults={
            "as_of": table.as_of,
            "source": source,
            "rows": table.rows,
            "digest": table.digest,
            "imported_at": timezone.now(),
        },
    )
    return True


def _replace(
    gone: list[ConsentAction], fresh: list[Draft], table: Table, report: TableReport
) -> None:
    """Acts that the table no longer has: struck where it has the same act on another day, else
    left as they are; both are told."""
    struck = []
    for act in gone:
        instead = [each for each in fresh if (each.party, each.kind) == (act.party.code, act.kind)]
        others = [each for each in gone if (each.party_id, each.kind) == (act.party_id, act.kind)]
        what = f"{table.symbol}, {act.party.code}, {act.kind} of {act.on or act.effective_on}"
        if len(instead) == len(others) == 1:
            day = instead[0].on or instead[0].effective_on
            act.struck_at = timezone.now()
            act.struck_why = f"The table of {table.as_of} has the day {day}."
            struck.append(act)
            report.told.append(f"{what}: now of {day}.")
        else:
            report.told.append(f"{what}: no longer in the table; left as it is.")
    ConsentAction.objects.bulk_update(struck, ["struck_at", "struck_why"])


def _changed(act: ConsentAction, now: ConsentAction, names: Iterable[str]) -> str:
    what = "; ".join(
        f"{name.removesuffix('_id')}: {_shown(getattr(act, name))} -> {_shown(getattr(now, name))}"
        for name in names
    )
    return f"{now.instrument.symbol}, {now.party.code}, {now.kind} of {now.on}: {what}."


def _shown(value: Any) -> str:
    return "nothing" if value in (None, "") else f"“{str(value)[:80]}”"


def _action(
    draft: Draft,
    instrument: Instrument,
    instruments: dict[str, Instrument],
    parties: dict[str, Party],
    source: Source,
    as_of: date,
) -> ConsentAction:
    return ConsentAction(
        instrument=instrument,
        party=parties[draft.party],
        kind=draft.kind.value,
        on=draft.on,
        effective_on=draft.effective_on,
        by_instrument=instruments[draft.by_symbol] if draft.by_symbol else None,
        words=draft.words,
        source=source,
        as_of=as_of,
        source_status=draft.source_status,
        note=draft.note,
    )


def _refuse_strangers(
    reading: Reading, instruments: dict[str, Instrument], report: TableReport
) -> None:
    """What is no treaty has no parties, and a second name of one instrument no table of its own."""
    first: dict[int, str] = {}
    for symbol in [*reading.tables]:
        if (one := instruments.get(symbol)) is None:
            continue
        if not one.is_binding:
            sentence = f"{symbol} is no treaty here; nobody consents to be bound by it."
        elif (earlier := first.setdefault(one.pk, symbol)) != symbol:
            sentence = f"{symbol} and {earlier} are names of one instrument. Write one of them."
        else:
            continue
        table = reading.tables.pop(symbol)
        rows = [draft.row for draft in table.drafts]
        report.errors.append((min(rows, default=0), sentence))
    for symbol in instruments.keys() - reading.tables.keys():
        del instruments[symbol]


def _refuse_older(
    reading: Reading, instruments: dict[str, Instrument], report: TableReport
) -> None:
    """A table older than the one held would undo what is known."""
    by_key = {one.pk: symbol for symbol, one in instruments.items()}
    for held in ConsentTable.objects.filter(instrument__in=by_key):
        table = reading.tables[by_key[held.instrument_id]]
        if table.as_of < held.as_of:
            rows = [draft.row for draft in table.drafts]
            report.errors.append(
                (
                    min(rows, default=0),
                    f"{table.symbol}: this table is of {table.as_of}, and one of {held.as_of} is "
                    "held. Fetch a newer one, or correct its day in instruments.csv.",
                )
            )
            table.refused += rows
            table.drafts = []


def _instruments(symbols: list[str]) -> dict[str, Instrument]:
    """The instruments that are known, by the symbol that a table gives them."""
    wanted = {each.lower(): each for each in symbols}
    found: dict[str, Instrument] = {}
    keys = {f"symbol:{each}": symbol for each, symbol in wanted.items()}
    for cited in CitedAs.objects.filter(key__in=keys).select_related("instrument"):
        found[keys[cited.key]] = cited.instrument
    codes = [slugify(each) for each in wanted]
    for one in Instrument.objects.filter(code__in=codes) | Instrument.objects.filter(
        symbol__in=symbols
    ):
        for name in (one.code, one.symbol.lower()):
            if name in wanted:
                found[wanted[name]] = one
    return found


def _bare_instrument(symbol: str, reading: Reading) -> Instrument:
    """An entry for an instrument that nobody has told of: what our list of known ones says, else
    the title that stands beside the table; its parties may be all that is ever held of it."""
    title = reading.titles.get(symbol) or symbol
    shape = reading.shape
    made = make_entry(
        symbol, title=title, kind=_kind(title), url=shape.url, source_title=shape.title
    )
    keep_keys(made)
    return made


def _kind(title: str) -> str:
    """The kind of a treaty by the first such word of its title."""
    kinds = {
        "protocol": InstrumentKind.PROTOCOL,
        "covenant": InstrumentKind.COVENANT,
        "charter": InstrumentKind.CHARTER,
        "constitution": InstrumentKind.CONSTITUTION,
        "agreement": InstrumentKind.AGREEMENT,
        "convention": InstrumentKind.CONVENTION,
    }
    words = title.lower().split()
    return next((kinds[word] for word in words if word in kinds), InstrumentKind.CONVENTION)


def parties_by_code(codes: Collection[str]) -> dict[str, Party]:
    """A party for every code, and for every member of the United Nations: who is missing from a
    table must be there to be told so."""
    places = {
        place.code: place
        for place in Place.objects.countries()
        if place.is_un_member or place.code in codes
    }
    held = {party.code: party for party in Party.objects.all()}
    fresh = [
        Party(code=code, kind=PartyKind.STATE, names=place.names, place=place)
        for code, place in places.items()
        if code not in held
    ] + [
        Party(code=code, kind=PartyKind.ORGANISATION, names=names)
        for code, names in ORGANISATION_NAMES.items()
        if code in codes and code not in held
    ]
    Party.objects.bulk_create(fresh)
    return held | {party.code: party for party in fresh}


def _source(reading: Reading) -> Source:
    latest = max((table.as_of for table in reading.tables.values()), default=timezone.localdate())
    source, _made = Source.objects.get_or_create(
        code=reading.shape.source,
        defaults={
            "title": reading.shape.title,
            "url": reading.shape.url,
            "seen_on": latest,
        },
    )
    if source.seen_on < latest:
        source.seen_on = latest
        source.save(update_fields=["seen_on"])
    return source
