"""Keeping acts of consent, one at a time or whole tables, and deriving every status from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from coalition.analysis import binding
from coalition.base import audit
from coalition.base.changes import record_changed, records_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.reference import Source
from coalition.base.text import clean_line, clean_text
from coalition.instruments.citations.actions import keep_keys
from coalition.instruments.consent import queries
from coalition.instruments.consent.known_rules import apply_rule
from coalition.instruments.consent.tables import Draft, Reading, Table
from coalition.instruments.models import (
    BINDING,
    CONSENTS,
    DENUNCIATIONS,
    CitedAs,
    ConsentAction,
    ConsentKind,
    ConsentTable,
    Instrument,
    InstrumentKind,
    Party,
    PartyKind,
    Period,
    Provision,
)
from coalition.instruments.texts.entries import make_entry, one_at_a_time
from coalition.places.models import Place

PERMISSION = "instruments.consent"
ORGANISATION_NAMES = {"EU": {"en": "European Union"}}
TELLS = ("effective_on", "words", "note", "source_status", "by_instrument_id")


# --- Deriving --------------------------------------------------------------------------------


@transaction.atomic
def derive(instrument: Instrument) -> int:
    """Make all periods of an instrument's parties anew; returns how many there are.

    Idempotent: what follows from the same acts and the same rule is the same. Others wait
    meanwhile, so that two who record an act at once both count.
    """
    Instrument.objects.select_for_update(no_key=True).get(pk=instrument.pk)
    rule = queries.rule_for(apply_rule(instrument))
    derived = binding.derive(rule, queries.as_acts(queries.whole(instrument)))
    Period.objects.filter(instrument=instrument).delete()
    Period.objects.bulk_create(
        [
            Period(
                instrument=instrument,
                party_id=one.party,
                status=one.status.value,
                since=one.since,
                until=one.until,
                action_id=one.action,
                why=one.why.value,
            )
            for one in derived.periods
        ],
        batch_size=1_000,
    )
    return len(derived.periods)


def rebuild() -> tuple[int, int]:
    """Derive every instrument that has acts, and give known rules to all; (instruments, periods).

    Each instrument in a transaction of its own, so that nobody waits long.
    """
    concerned = set(ConsentAction.objects.values_list("instrument", flat=True).distinct())
    concerned |= set(Period.objects.values_list("instrument", flat=True).distinct())
    periods = 0
    for instrument in Instrument.objects.order_by("pk").iterator():
        if instrument.pk in concerned:
            periods += derive(instrument)
        elif instrument.is_binding:
            apply_rule(instrument)
    return len(concerned), periods


def settle_rules() -> None:
    """Give the rules that are known to binding instruments that have none yet, or the general one:
    after texts were read in. Statuses that rest on a rule follow it."""
    waiting = Instrument.objects.filter(kind__in=BINDING).filter(
        Q(rule=None) | Q(rule__is_general=True)
    )
    for instrument in waiting.select_related("rule").order_by("pk"):
        before = getattr(instrument, "rule", None)
        rule = apply_rule(instrument)
        if rule is None or (before and rule.is_general):
            continue
        if instrument.consents.exists():
            derive(instrument)


# --- One act ---------------------------------------------------------------------------------


@transaction.atomic
def record_action(
    instrument: Instrument,
    party: Party,
    kind: str,
    *,
    by: Any,
    source: Source,
    on: date | None = None,
    effective_on: date | None = None,
    provisions: Collection[Provision] = (),
    by_instrument: Instrument | None = None,
    words: str = "",
    language: str = "en",
    url: str = "",
    note: str = "",
) -> ConsentAction:
    """Keep one act of a party as a source has it, and derive the instrument's statuses anew.

    Raises NotAllowed for who may not, Refused with a sentence for what cannot be: a day to come,
    a consent before the adoption, a denunciation of what never was consented to, the same act
    twice, provisions of another instrument.
    """
    _may(by)
    Instrument.objects.select_for_update(no_key=True).get(pk=instrument.pk)
    held = list(
        ConsentAction.objects.filter(instrument=instrument, party=party, struck_at=None)
        .select_related("party")
        .prefetch_related("provisions")
    )
    _refuse_impossible(instrument, party, ConsentKind(kind), on, effective_on, held)
    if strange := [each for each in provisions if each.instrument_id != instrument.pk]:
        raise Refused(
            _("%(eid)s is no provision of %(instrument)s. Choose among its own.")
            % {"eid": strange[0].eid, "instrument": instrument.name}
        )
    action = ConsentAction.objects.create(
        instrument=instrument,
        party=party,
        kind=kind,
        on=on,
        effective_on=effective_on,
        by_instrument=by_instrument,
        words=clean_text(words),
        language=language,
        source=source,
        url=url,
        as_of=timezone.localdate(),
        note=clean_line(note, limit=300),
        is_example=instrument.is_example,
    )
    action.provisions.set(provisions)
    derive(instrument)
    record_changed(instrument)
    audit.record("instruments.record_consent", action, by=by, refs=[instrument, party])
    return action


@transaction.atomic
def strike_action(action: ConsentAction, *, by: Any, why: str) -> ConsentAction:
    """Take an act back as an error of entry: it is kept with its reason, and counts no longer.

    Raises Refused without a reason, for one that was struck already, and for a consent while a
    denunciation of it still stands.
    """
    _may(by)
    instrument = Instrument.objects.select_for_update(no_key=True).get(pk=action.instrument_id)
    action = ConsentAction.objects.select_related("party").get(pk=action.pk)
    why = clean_line(why, limit=300)
    if not why:
        raise Refused(_("Say why this act is struck; the reason is kept with it."))
    if action.struck_at:
        raise Refused(_("This act has been struck already."))
    if action.kind in CONSENTS:
        rest = ConsentAction.objects.filter(
            instrument=instrument, party=action.party_id, struck_at=None
        ).exclude(pk=action.pk)
        kinds = set(rest.values_list("kind", flat=True))
        if kinds & set(DENUNCIATIONS) and not kinds & set(CONSENTS):
            raise Refused(
                _("A denunciation of what this act began still stands. Strike that one first.")
            )
    action.struck_at, action.struck_why = timezone.now(), why
    action.save(update_fields=["struck_at", "struck_why"])
    derive(instrument)
    record_changed(instrument)
    audit.record("instruments.strike_consent", action, by=by, refs=[instrument, action.party])
    return action


def _may(person: Any) -> None:
    if person is None or not person.has_perm(PERMISSION):
        raise NotAllowed(_("Only editors and officers of the secretariat record acts of consent."))


def _refuse_impossible(
    instrument: Instrument,
    party: Party,
    kind: ConsentKind,
    on: date | None,
    effective_on: date | None,
    held: list[ConsentAction],
) -> None:
    if not instrument.is_binding:
        raise Refused(
            _("%(instrument)s is not a treaty; nobody consents to be bound by it.")
            % {"instrument": instrument.name}
        )
    day = on or effective_on
    if day is None:
        raise Refused(_("Give the day of registration, or the day on which it takes effect."))
    if on and on > timezone.localdate():
        raise Refused(_("The day of registration has not come yet. Correct the day."))
    if on and effective_on and effective_on < on and kind != ConsentKind.SUCCESSION:
        raise Refused(_("It cannot take effect before it was registered. Correct one of the days."))
    adopted = instrument.adopted_on
    if adopted and day < adopted:
        raise Refused(
            _("The text was adopted on %(adopted)s; an act of %(day)s is not possible.")
            % {"adopted": date_format(adopted), "day": date_format(day)}
        )
    same = [each for each in held if each.kind == kind and (each.on or each.effective_on) == day]
    if same:
        raise Refused(
            _("This act is held already, from %(source)s.") % {"source": same[0].source.title}
        )
    if kind in DENUNCIATIONS:
        before = [
            each.on or each.effective_on
            for each in held
            if each.kind in CONSENTS and (each.on or each.effective_on) < day
        ]
        if not before:
            raise Refused(
                _("%(party)s had not consented before %(day)s, so there is nothing to denounce.")
                % {"party": party.name, "day": date_format(day)}
            )


# --- Whole tables ------------------------------------------------------------------------------


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
    parties = _parties({draft.party for t in reading.tables.values() for draft in t.drafts})
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


# --- What the rows name --------------------------------------------------------------------------


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


def _parties(codes: Collection[str]) -> dict[str, Party]:
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
