"""Taking in the list of a register of others: all of it or nothing, told row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base import audit
from coalition.base.changes import records_changed
from coalition.base.errors import Refused
from coalition.base.reference import source_of
from coalition.base.sheets import Sheet
from coalition.instruments.consent.importing import parties_by_code
from coalition.instruments.external.actions import document, forget, refuse_strangers, whose
from coalition.instruments.external.attaching import Document, attach
from coalition.instruments.external.declared import Declared
from coalition.instruments.external.reading import Draft, read_list
from coalition.instruments.models import (
    ExternalKind,
    ExternalRecord,
    Party,
    Register,
)

# What a record takes from its row; `changed_at` moves when one of these does.
TAKEN = (
    *("kind", "party_id", "party_code", "party_name", "title", "title_language"),
    *("language", "language_name", "version", "status", "submitted_on", "url", "file_name"),
)
# A row whose address alone is new is the same document, put somewhere else.
SAME = ("kind", "party_code", "party_name", "title", "language_name", "version", "submitted_on")
BELONGS = ("belongs_to_id", "belongs_because", "attached_by_id", "attached_at")
NEW, CHANGED, GONE, BACK, UNCHANGED, WRONG = "new", "changed", "gone", "back", "unchanged", "wrong"
OUTCOMES = (NEW, CHANGED, BACK, GONE, UNCHANGED, WRONG)
BATCH = 500


@dataclass(frozen=True)
class Line:
    """What became of a row, or of a record that has none any more."""

    row: int | None
    outcome: str
    party: str
    title: str
    sentences: tuple[str, ...] = ()


@dataclass
class Report:
    """What taking in a list did, or would do, row by row."""

    register: str
    rows: int
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    attached: Counter[str] = field(default_factory=Counter)  # how many by which rule
    waiting: list[ExternalRecord] = field(default_factory=list)  # for an officer to look up
    is_dry: bool = False

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(each.outcome for each in self.lines)
        return {each: found[each] for each in OUTCOMES}

    @property
    def attached_count(self) -> int:
        return self.attached.total()

    @property
    def is_kept(self) -> bool:
        return not self.counts[WRONG]

    @property
    def told(self) -> list[Line]:
        """The lines with something to say."""
        return [each for each in self.lines if each.outcome != UNCHANGED]


# --- A whole list ----------------------------------------------------------------------------


def take_in(
    sheet: Sheet,
    register: Declared,
    *,
    title: str = "",
    url: str = "",
    as_of: date | None = None,
    is_dry: bool = False,
    by: Any = None,
) -> Report:
    """Make the records of a register what its list says: all of it, or nothing where a row is
    wrong.

    `title` and `url` name the list where it does not come from the declared place, `as_of` the
    day on which it was taken from the register. A second run changes nothing. What the list does
    not have any more is marked as gone and kept. Raises NotAllowed for who may not (`by` None is
    the platform's own command), Refused where the list is not this register's or is older than
    what is held.
    """
    refuse_strangers(by)
    reading = read_list(sheet, register)
    report = Report(register.code, reading.rows, notes=reading.notes, is_dry=is_dry)
    if reading.errors:
        report.lines = [Line(row, WRONG, "", "", (why,)) for row, why in reading.errors]
        return report
    with transaction.atomic():
        held = _register(register)
        _refuse_older(held, as_of)
        touched = _follow(held, reading.drafts, register, report)
        touched += _attach_all(held, register, report)
        _keep_register(held, register, title, url, as_of, changed=bool(touched))
        if touched and not is_dry:
            records_changed(touched)
            audit.record("instruments.import_register", held, by=by)
        transaction.set_rollback(is_dry)
    return report


def _register(register: Declared) -> Register:
    """Its row, locked: two lists of one register are taken in one after the other."""
    made = {
        "names": dict(register.names),
        "source": source_of(register.source_title, register.source_url),
        "is_example": register.is_example,
    }
    held, _made = Register.objects.get_or_create(code=register.code, defaults=made)
    return Register.objects.select_for_update(no_key=True).get(pk=held.pk)


def _refuse_older(held: Register, as_of: date | None) -> None:
    if as_of and as_of > timezone.localdate():
        raise Refused(_("%s has not come yet. Correct the day.") % as_of.isoformat())
    if as_of and held.as_of and as_of < held.as_of:
        raise Refused(
            _("The list is of %(new)s; what is held is of %(held)s. Take in a newer one.")
            % {"new": as_of.isoformat(), "held": held.as_of.isoformat()}
        )


def _keep_register(
    held: Register, register: Declared, title: str, url: str, as_of: date | None, *, changed: bool
) -> None:
    """A list that changed something and does not say of which day it is leaves none."""
    held.names, held.about = dict(register.names), dict(register.about)
    held.url = register.url
    held.source = source_of(title or register.source_title, url or register.source_url)
    held.as_of = as_of or (None if changed else held.as_of)
    held.taken_in_at = timezone.now()
    held.save()


def _follow(
    held: Register, drafts: Sequence[Draft], register: Declared, report: Report
) -> list[ExternalRecord]:
    """Make, change and mark the records as the drafts say; returns those that it touched."""
    now = timezone.now()
    records = {each.key: each for each in held.records.select_related("party")}
    _follow_moved(records, drafts)
    parties = _parties(drafts, register)
    made: list[ExternalRecord] = []
    altered: list[ExternalRecord] = []
    for draft in drafts:
        party = parties.get(draft.values["party_code"])
        values = draft.values | {"party_id": party.pk if party else None}
        record = records.get(draft.key)
        if record is None:
            record = ExternalRecord(register=held, key=draft.key, is_example=register.is_example)
            outcome, sentences = NEW, list(_doubts(draft, party))
            made.append(record)
        else:
            sentences = list(_differences(record, values))
            outcome = BACK if record.gone_at else CHANGED if sentences else UNCHANGED
            if outcome != UNCHANGED:
                altered.append(record)
        if outcome != UNCHANGED:
            _set(record, values)
            record.gone_at, record.changed_at = None, now
        report.lines.append(Line(draft.row, outcome, *draft.told, tuple(sentences)))
    kept = {draft.key for draft in drafts}
    for record in records.values():
        if record.key not in kept and record.gone_at is None:
            record.gone_at = record.changed_at = now
            altered.append(record)
            report.lines.append(
                Line(
                    *(None, GONE, record.party_name, record.title),
                    (_("The list does not have it any more. It is kept, and marked as gone."),),
                )
            )
    ExternalRecord.objects.bulk_create(made, batch_size=BATCH)
    names = [each.removesuffix("_id") for each in (*TAKEN, *BELONGS)]
    ExternalRecord.objects.bulk_update(
        altered, ["key", *names, "gone_at", "changed_at"], batch_size=BATCH
    )
    return [*made, *altered]


def _follow_moved(records: dict[str, ExternalRecord], drafts: Sequence[Draft]) -> None:
    """Give records whose file was put somewhere else the key of their new row, so that they stay
    what they are: where one row is new, one is missing, and all else that they say is the same."""
    kept = {draft.key for draft in drafts}
    missing: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for key, record in records.items():
        if key not in kept and record.gone_at is None:
            missing[tuple(getattr(record, name) for name in SAME)].append(key)
    fresh: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for draft in drafts:
        if draft.key not in records:
            fresh[tuple(draft.values.get(name, "") for name in SAME)].append(draft.key)
    for told, keys in fresh.items():
        if len(keys) == len(missing[told]) == 1:
            record = records.pop(missing[told][0])
            record.key = keys[0]
            records[record.key] = record


def _parties(drafts: Iterable[Draft], register: Declared) -> Mapping[str, Party]:
    """The parties that the list names by a code that is held; others stay known by their name."""
    if register.is_example:
        return {each.code: each for each in Party.objects.filter(is_example=True)}
    found = parties_by_code({each.values["party_code"] for each in drafts})
    return {code: each for code, each in found.items() if not each.is_example}


def _set(record: ExternalRecord, values: Mapping[str, Any]) -> None:
    for name in TAKEN:
        if name in values:
            setattr(record, name, values[name])
    if record.kind == ExternalKind.SUBMISSION:
        forget(record)


def _differences(record: ExternalRecord, values: Mapping[str, Any]) -> Iterable[str]:
    """Which fields the row says otherwise, each in words."""
    for name in TAKEN:
        before, after = getattr(record, name), values.get(name, getattr(record, name))
        if before == after:
            continue
        if name == "party_id":
            yield (
                _("It is now known which party this is.") if after else _("No such party is held.")
            )
        elif name not in ("language", "title_language"):  # they follow from other fields
            label = ExternalRecord._meta.get_field(name).verbose_name
            yield f"{label}: {_shown(before)} → {_shown(after)}"
    if record.gone_at:
        yield _("The list has it again.")


def _shown(value: Any) -> str:
    return "–" if value in (None, "") else f"“{str(value)[:80]}”"


def _doubts(draft: Draft, party: Party | None) -> Iterable[str]:
    if party is None:
        yield _("No such party is held; it is known by the name alone.")
    if draft.values["language_name"] and not draft.values["language"]:
        yield (
            _("“%s” is no language that we know; it is kept as written.")
            % draft.values["language_name"]
        )


# --- What belongs to what --------------------------------------------------------------------


def _attach_all(held: Register, register: Declared, report: Report) -> list[ExternalRecord]:
    """Say of every addendum and translation where it belongs; returns those it changed.

    What a person said stays, as long as it can: what it was attached to is still a submission.
    """
    standing = list(
        held.records.filter(gone_at=None).select_related("belongs_to", "party").order_by("pk")
    )
    submissions: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for one in standing:
        if one.kind == ExternalKind.SUBMISSION:
            submissions[whose(one)].append(document(one, register))
    altered = []
    for one in standing:
        if one.kind == ExternalKind.SUBMISSION:
            continue
        before = [getattr(one, name) for name in BELONGS]
        if one.belongs_to and one.belongs_to.kind != ExternalKind.SUBMISSION:
            forget(one)
        if not one.attached_by_id:
            found = attach(document(one, register), submissions[whose(one)])
            one.belongs_to_id, one.belongs_because = found.to, found.because
        if before != [getattr(one, name) for name in BELONGS]:
            altered.append(one)
        if one.belongs_to_id:
            report.attached[one.belongs_because] += 1
        elif not one.attached_by_id:
            report.waiting.append(one)
    names = [each.removesuffix("_id") for each in BELONGS]
    ExternalRecord.objects.bulk_update(altered, names, batch_size=BATCH)
    return altered
