"""Personal data: where they are, and what export, erasure and retention do with them.

Each room lists its personal fields in `personal.py`; settings.PERSONAL_DATA names the lists.
Whatever concerns a person's data runs from that registry and from nothing else.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from coalition.base import audit
from coalition.base.errors import Refused
from coalition.base.models import Retention

# How long each kind is kept where the installation has no row of its own (base.models.Retention).
DEFAULT_DAYS = {
    "raw_mail": 730,
    "letters": 730,
    "cases": 730,
    "drafts": 730,
    "imports": 30,
    "sign_in": 90,
    "guests": 365,
    "invitations": 365,
    "seals": 365,
    "devices": 365,
    "delisted": 365,
    "disputes": 365,
    "taken_back": 365,
}
# Rows treated, and references written into one audit event, in one go.
BATCH = 500


class Erasure(Enum):
    """What erasing does to a field. A function of the row may stand in its place."""

    KEEP = "keep"  # shown in the export, left as it is
    BLANK = "blank"  # emptied: no text, no date, an empty list
    FILE = "file"  # the file is removed for good, and its name with it


KEEP, BLANK, FILE = Erasure


@dataclass(frozen=True)
class Clock:
    """When retention treats a row: `kind`'s days after `moment` (a lookup to a date and time).

    Where `moment` leads to several rows the latest one counts, and none may still be empty.
    `only` narrows it to rows of which a condition holds.
    """

    kind: str
    moment: str
    only: Q = field(default_factory=Q)


@dataclass(frozen=True)
class Personal:
    """The personal fields of one model, whose they are, and what erasure makes of them.

    `fields` maps each field to an Erasure, or to a function that gives the new value for a row.
    `person` holds lookups from a row to the person, `address` lookups to an e-mail address
    (compared without regard to case): a row is a person's when any of them leads there, and it
    meets `only`.
    With `deletes_row` erasing removes the whole row, with the files of its fields.
    """

    model: str
    fields: Mapping[str, Erasure | Callable[[Any], Any]]
    person: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    only: Q = field(default_factory=Q)
    deletes_row: bool = False
    clocks: tuple[Clock, ...] = ()

    @property
    def rows(self) -> models.QuerySet[Any]:
        return apps.get_model(self.model)._base_manager.order_by("pk")

    def rows_of(self, subject: Subject) -> models.QuerySet[Any]:
        """Every row that is about this person or this address."""
        theirs = Q(pk__in=[])
        if subject.user is not None:
            for lookup in self.person:
                theirs |= Q(**{lookup: subject.user.pk})
        # An empty address would be everybody's whose address we do not know.
        for lookup in self.address if "@" in subject.address else ():
            theirs |= Q(**{f"{lookup}__iexact": subject.address})
        return self.rows.filter(theirs, self.only).distinct()

    def rows_due(self, clock: Clock, cutoff: datetime) -> models.QuerySet[Any]:
        """Rows whose clock ran out before the cutoff and that still hold something."""
        return (
            self.rows.filter(clock.only, self._holds_something(), **{f"{clock.moment}__lt": cutoff})
            .exclude(**{f"{clock.moment}__gte": cutoff})
            .exclude(**{f"{clock.moment}__isnull": True})
            .distinct()
        )

    def _holds_something(self) -> Q:
        if self.deletes_row:
            return Q()
        model = apps.get_model(self.model)
        held = Q()
        for name, what in self.fields.items():
            if what is BLANK or what is FILE:
                empty = blank_value(model._meta.get_field(name))
                held |= Q(**{f"{name}__isnull": False}) if empty is None else ~Q(**{name: empty})
        return held


@dataclass(frozen=True)
class Subject:
    """Whose data: a person who can sign in, or an address that only appears in mail or cases."""

    address: str
    user: Any = None

    @property
    def ref(self) -> str:
        # An address has no place in the trail, and neither has its hash: it could be guessed.
        return audit.ref(self.user) if self.user is not None else "base.address:0"


def registry() -> list[Personal]:
    """Every entry of every room, in the order of settings.PERSONAL_DATA."""
    return [entry for path in settings.PERSONAL_DATA for entry in import_string(path)]


def find(person: str) -> Subject:
    """Whom an e-mail address or a person's number means. Raises Refused when it means nobody."""
    person = person.strip()
    people = get_user_model()._base_manager
    if person.isdecimal():
        # A number longer than any key would overflow the database's integer.
        user = people.filter(pk=int(person)).first() if len(person) < 19 else None
        if user is None:
            raise Refused(_("There is no person with the number %(number)s.") % {"number": person})
        return Subject(user.email, user)
    if "@" not in person:
        raise Refused(
            _("“%(text)s” is neither an e-mail address nor a person's number.")
            % {"text": person[:80]}
        )
    subject = _subject(person)
    if subject.user is None and not any(entry.rows_of(subject).exists() for entry in registry()):
        raise Refused(
            _("The address %(address)s is in no account, no message and no case.")
            % {"address": person}
        )
    return subject


def _subject(person: Any) -> Subject:
    if isinstance(person, Subject):
        return person
    if not isinstance(person, str):
        return Subject(person.email, person)
    address = person.strip()
    user = get_user_model()._base_manager.filter(email__iexact=address).first()
    return Subject(address, user)


# --- Export ----------------------------------------------------------------------------------


def export(person: Any) -> dict[str, Any]:
    """All we hold about a person (a user, an address or a Subject), as plain JSON values.

    Keys: person, address, made_at, records (each with model, called, rows), sessions (when each
    ends), events (what the audit trail says of them). Files are given whole, in base64.
    """
    subject = _subject(person)
    records: dict[str, dict[str, Any]] = {}
    for entry in registry():
        model = apps.get_model(entry.model)
        for row in entry.rows_of(subject):
            record = records.setdefault(
                entry.model,
                {"model": entry.model, "called": str(model._meta.verbose_name), "rows": {}},
            )
            shown = record["rows"].setdefault(row.pk, {"id": row.pk})
            shown |= {name: _plain(row, name) for name in entry.fields}
    value = {
        "person": subject.user.pk if subject.user is not None else None,
        "address": subject.address,
        "made_at": timezone.now(),
        "records": [
            record | {"rows": list(record["rows"].values())} for record in records.values()
        ],
        "sessions": [{"ends_at": session.expire_date} for session in _sessions_of(subject)],
        "events": [
            {"sequence": one.sequence, "at": one.at, "verb": one.verb, "subject": one.subject}
            for one in _events_of(subject)
        ],
    }
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def _plain(row: Any, name: str) -> Any:
    if not isinstance(row._meta.get_field(name), models.FileField):
        value = getattr(row, name)
        return value.pk if isinstance(value, models.Model) else value
    file = getattr(row, name)
    if not file or not file.storage.exists(file.name):
        return None
    with file.storage.open(file.name, "rb") as handle:
        return {"name": file.name, "base64": base64.b64encode(handle.read()).decode("ascii")}


def _events_of(subject: Subject) -> Iterable[audit.Event]:
    if subject.user is None:
        return []
    return audit.Event.objects.filter(Q(actor=subject.ref) | Q(subject=subject.ref))


# --- Erasure ---------------------------------------------------------------------------------


@transaction.atomic
def erase(person: Any, *, by: Any) -> list[str]:
    """Erase a person (a user, an address or a Subject); returns references of the rows touched.

    All of it happens or nothing. The person's own row stays, without anything of theirs, so that
    what they did for their organisation still has a doer: "former focal point". Files go once the
    transaction is committed.
    """
    subject = _subject(person)
    # Whose rows they are is asked before anything is blanked: one row may lead to the next.
    found = [(entry, _locked(entry, entry.rows_of(subject))) for entry in registry()]
    audit.hold()  # before addresses change and rows go that others point at
    touched = [ref for entry, rows in found for ref in _erase_rows(entry, rows)]
    for session in _sessions_of(subject):
        session.delete()
    refs = sorted(set(touched))
    _record("privacy.erase", subject.ref, refs, by=by)
    return refs


def _locked(entry: Personal, rows: models.QuerySet[Any]) -> list[Any]:
    """The rows read afresh and held. (A query with DISTINCT cannot lock: hence a second one.)"""
    keys = list(rows.values_list("pk", flat=True))
    return list(entry.rows.filter(pk__in=keys).select_for_update(no_key=True))


def _erase_rows(entry: Personal, rows: Iterable[Any]) -> list[str]:
    """Apply an entry to locked rows; returns references of those in which there was something."""
    named = [(audit.ref(row), row) for row in rows]  # a deleted row has no number any more
    return [ref for ref, row in named if _erase_row(entry, row)]


def _erase_row(entry: Personal, row: Any) -> bool:
    """Apply an entry to a locked row; False where nothing was left to do."""
    for name, what in entry.fields.items():
        if what is FILE and (file := getattr(row, name)):
            # Only after the commit: a rolled-back erasure must not have lost the file.
            transaction.on_commit(partial(file.storage.delete, file.name))
    if entry.deletes_row:
        return bool(row.delete()[0])
    changed = []
    for name, what in entry.fields.items():
        if what is KEEP:
            continue
        empty = blank_value(row._meta.get_field(name))
        value = empty if isinstance(what, Erasure) else what(row)
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed.append(name)
    if changed:
        row.save(update_fields=changed)
    return bool(changed)


def blank_value(model_field: Any) -> Any:
    """What an emptied field holds: its empty list or mapping, no value, or an empty text."""
    if isinstance(model_field, models.JSONField):
        return model_field.get_default()
    return None if model_field.null else ""


def _sessions_of(subject: Subject) -> Iterator[Session]:
    """Sessions of the person, and those in which their address waits for its code."""
    wanted = json.dumps(subject.address).lower()
    for session in Session.objects.iterator(chunk_size=1000):
        content = session.get_decoded()
        is_theirs = subject.user is not None and content.get("_auth_user_id") == str(
            subject.user.pk
        )
        if is_theirs or wanted in json.dumps(content, default=str).lower():
            yield session


def _record(verb: str, subject: str, refs: list[str], *, by: Any = None) -> None:
    for start in range(0, max(len(refs), 1), BATCH):
        audit.record(verb, subject, by=by, refs=refs[start : start + BATCH])


# --- Retention -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Purged:
    """How many rows of a model were (or would be) treated for a kind, and since when."""

    kind: str
    days: int
    before: datetime
    called: str
    rows: int


def days_kept(kind: str) -> int:
    """The installation's days for a kind, else the default. Raises KeyError for an unknown kind."""
    row = Retention.objects.filter(pk=kind).first()
    return row.days if row else DEFAULT_DAYS[kind]


def purge(*, dry_run: bool, now: datetime | None = None) -> list[Purged]:
    """Treat every row whose time is over as erasure would; with `dry_run` only count them.

    Works in batches, each a transaction with its audit event, so that a run that was interrupted
    is finished by the next. Sessions that ended are removed too.
    """
    now = now or timezone.now()
    report = []
    for entry in registry():
        for clock in entry.clocks:
            days = days_kept(clock.kind)
            before = now - timedelta(days=days)
            due = entry.rows_due(clock, before)
            count = due.count() if dry_run else _purge(entry, clock, due)
            called = str(apps.get_model(entry.model)._meta.verbose_name_plural)
            report.append(Purged(clock.kind, days, before, called, count))
    ended = Session.objects.filter(expire_date__lt=now)
    count = ended.count() if dry_run else ended.delete()[0]
    report.append(Purged("sign_in", 0, now, str(_("ended sessions")), count))
    return report


def _purge(entry: Personal, clock: Clock, due: models.QuerySet[Any]) -> int:
    done, last = 0, None
    while True:
        batch = due if last is None else due.filter(pk__gt=last)
        keys = list(batch.values_list("pk", flat=True)[:BATCH])
        if not keys:
            return done
        with transaction.atomic():
            rows = _locked(entry, entry.rows.filter(pk__in=keys))
            audit.hold()
            refs = _erase_rows(entry, rows)
            if refs:
                _record("privacy.purge", f"base.retention:{clock.kind}", refs)
        done, last = done + len(refs), keys[-1]
