"""What an officer says of a consultation: its words, its scope, what it answers, who takes part.

In a draft anything goes. From the announcement on people rely on what they read: words are mended
in sight of all, who may take part only grows, and each change leaves a line in the history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit, states, zones
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.numbers import next_reference
from coalition.consultations.models import Change, Consultation, What
from coalition.consultations.planning.clock import catch_up
from coalition.consultations.planning.queries import (
    MOST_ANSWERS,
    WORDS,
    lacks_of_words,
    languages,
    version_of,
)
from coalition.consultations.states import AHEAD, ANSWERED, PhaseKind, State
from coalition.instruments.models import Provision
from coalition.partners.models import CommonPriority

Names = Mapping[str, str]
# Who may take part; each of them may be let in later, and none shut out again.
DOORS = ("for_partners", "for_invited", "for_everyone")
PLACED = ("place", "level", "theme", "text")


# --- A draft ---------------------------------------------------------------------------------


@transaction.atomic
def draft(*, question: Names, zone: str, by: User, is_example: bool = False) -> Consultation:
    """Begin a consultation, which officers alone see until it is announced.

    Raises Refused without a question, and for a zone that nobody knows.
    """
    if not any(question.values()):
        raise Refused(_("Write the question in at least one language."))
    _refuse_zone(zone)
    made = Consultation.objects.create(
        reference=next_reference("CON"), question=dict(question), zone=zone, is_example=is_example
    )
    audit.record("consultations.draft", made, by=by)
    return made


@transaction.atomic
def discard(consultation: Consultation, *, by: User) -> None:
    """Throw a draft away, with all that hangs on it. Nobody but officers ever saw it."""
    held = states.lock(consultation)
    if held.state != State.DRAFT:
        raise NotAllowed(_("It was announced, so it stays. It can be called off, with a reason."))
    audit.record("consultations.discard", held, by=by)
    held.delete()


# --- Words -----------------------------------------------------------------------------------


@transaction.atomic
def word(
    consultation: Consultation,
    *,
    question: Names,
    about: Names,
    promise: Names,
    seen: str = "",
    by: User,
) -> Consultation:
    """Say what is asked, what it is about and what becomes of the answers, by language.

    `seen` is the version on which the words rest (`queries.version_of`); raises Refused where
    there is a newer one, and NotAllowed where an announced consultation would lack something.
    """
    if not any(question.values()):
        raise Refused(_("Write the question in at least one language."))
    consultation, _now = hold(consultation, seen)
    _refuse_final(consultation)
    given = {"question": question, "about": about, "promise": promise}
    values = {
        name: {code: text for code, text in texts.items() if text} for name, texts in given.items()
    }
    if consultation.state != State.DRAFT:
        if gone := set(consultation.question) - set(values["question"]):
            raise NotAllowed(
                _("It was announced in these languages, so they stay: %s.") % languages(gone)
            )
        if missing := lacks_of_words(values):
            raise NotAllowed(" ".join(missing))
    before, now = _difference({name: getattr(consultation, name) for name in WORDS}, values)
    if before == now:
        return consultation
    for name, value in values.items():
        setattr(consultation, name, value)
    consultation.save(update_fields=[*WORDS])
    note_change(consultation, What.WORDS, before, now, by=by)
    changed(consultation)
    audit.record("consultations.word", consultation, by=by)
    return consultation


def _difference(
    before: Mapping[str, Names], now: Mapping[str, Names]
) -> tuple[dict[str, Names], dict[str, Names]]:
    """Of texts by field and language those that changed, as they were and as they are."""
    was: dict[str, Names] = {}
    becomes: dict[str, Names] = {}
    for name, texts in now.items():
        codes = [
            code
            for code in {**before[name], **texts}
            if before[name].get(code, "") != texts.get(code, "")
        ]
        if codes:
            was[name] = {code: before[name].get(code, "") for code in codes}
            becomes[name] = {code: texts.get(code, "") for code in codes}
    return was, becomes


# --- Scope, and what it answers --------------------------------------------------------------


@transaction.atomic
def set_scope(
    consultation: Consultation,
    *,
    place: Any,
    level: Any,
    theme: Any,
    text: Any,
    challenges: Iterable[Any],
    themes: Iterable[Any],
    seen: str = "",
    by: User,
) -> Consultation:
    """Say where, at which level, on which theme or text it is, and what it answers.

    Raises NotAllowed where a text is taken away that a phase discusses.
    """
    consultation, _now = hold(consultation, seen)
    _refuse_final(consultation)
    is_draft = consultation.state == State.DRAFT
    discussed = consultation.phases.filter(kind=PhaseKind.DISCUSS)
    if not is_draft and consultation.text != text and discussed.exists():
        raise NotAllowed(_("This text is discussed in a phase, so it stays in the scope."))
    before: dict[str, Any] = {}
    now: dict[str, Any] = {}
    for name, one in zip(PLACED, (place, level, theme, text), strict=True):
        old = getattr(consultation, name)
        if old != one:
            before[name], now[name] = _named(old and [old]), _named(one and [one])
            setattr(consultation, name, one)
    consultation.save(update_fields=[*PLACED])
    for name, rows in (("challenges", challenges), ("themes", themes)):
        _set_rows(consultation, name, rows, before, now)
    return _saved(consultation, before, now, by=by)


def set_priorities(
    consultation: Consultation,
    chosen: Collection[CommonPriority],
    *,
    among: Collection[CommonPriority],
    by: User,
) -> Consultation:
    """Of the common priorities `among` those that it answers; others stay as they are."""
    return _set_answers(consultation, "priorities", chosen, among, by=by)


def set_provisions(
    consultation: Consultation,
    chosen: Collection[Provision],
    *,
    among: Collection[Provision],
    by: User,
) -> Consultation:
    """Of the paragraphs `among` (of one text, as a rule) those that it answers."""
    return _set_answers(consultation, "provisions", chosen, among, by=by)


@transaction.atomic
def _set_answers(
    consultation: Consultation, name: str, chosen: Iterable[Any], among: Iterable[Any], *, by: User
) -> Consultation:
    consultation, _now = hold(consultation)
    _refuse_final(consultation)
    others = getattr(consultation, name).exclude(pk__in=[one.pk for one in among])
    wanted = [*others, *chosen]
    if len(wanted) > MOST_ANSWERS:
        raise Refused(_("A consultation answers at most %d of them.") % MOST_ANSWERS)
    before: dict[str, Any] = {}
    now: dict[str, Any] = {}
    _set_rows(consultation, name, wanted, before, now)
    return _saved(consultation, before, now, by=by)


def _set_rows(
    consultation: Consultation,
    name: str,
    rows: Iterable[Any],
    before: dict[str, Any],
    now: dict[str, Any],
) -> None:
    """Give a relation these rows; what was taken out and what was added is noted."""
    relation = getattr(consultation, name)
    held, wanted = {one.pk: one for one in relation.all()}, {one.pk: one for one in rows}
    gone = [held[pk] for pk in held.keys() - wanted.keys()]
    new = [wanted[pk] for pk in wanted.keys() - held.keys()]
    if gone or new:
        relation.remove(*gone)
        relation.add(*new)
        before[name], now[name] = _named(gone), _named(new)


def _saved(
    consultation: Consultation, before: dict[str, Any], now: dict[str, Any], *, by: User
) -> Consultation:
    if before or now:
        note_change(consultation, What.SCOPE, before, now, by=by)
        changed(consultation)
        audit.record("consultations.set_scope", consultation, by=by)
    return consultation


def _named(rows: Iterable[Any] | None) -> list[dict[str, str]]:
    """How these rows are called now, by language, for a history that outlives their names."""
    named = []
    for row in rows or ():
        texts = {}
        for code in settings.UN_LANGUAGES:
            with translation.override(code):
                texts[code] = str(row.citation if isinstance(row, Provision) else row)
        same = texts["en"]
        named.append({"en": same} | {code: text for code, text in texts.items() if text != same})
    return named


# --- Who takes part --------------------------------------------------------------------------


@transaction.atomic
def set_people(
    consultation: Consultation,
    *,
    for_partners: bool,
    for_invited: bool,
    for_everyone: bool,
    answers_are_public: bool,
    zone: str,
    seen: str = "",
    by: User,
) -> Consultation:
    """Say who may take part, whether the answers of organisations are public, and by the clocks of
    which zone it runs; the phases of a draft keep what the clock shows.

    Raises NotAllowed where an announced consultation would shut somebody out or say otherwise than
    it said.
    """
    doors = dict(zip(DOORS, (for_partners, for_invited, for_everyone), strict=True))
    if not any(doors.values()):
        raise Refused(_("Say who may take part."))
    _refuse_zone(zone)
    consultation, _now = hold(consultation, seen)
    given = {**doors, "answers_are_public": answers_are_public, "zone": zone}
    _refuse_otherwise(consultation, given)
    was = {name: getattr(consultation, name) for name in DOORS}
    if zone != consultation.zone:
        _move_phases(consultation, zone)
    if all(getattr(consultation, name) == value for name, value in given.items()):
        return consultation
    for name, value in given.items():
        setattr(consultation, name, value)
    consultation.save(update_fields=[*given])
    # Of an announced one nothing else can have changed.
    let_in = [name for name in DOORS if doors[name] and not was[name]]
    note_change(consultation, What.PEOPLE, {}, dict.fromkeys(let_in, True), by=by)
    changed(consultation)
    audit.record("consultations.set_people", consultation, by=by)
    return consultation


def _refuse_otherwise(consultation: Consultation, given: Mapping[str, Any]) -> None:
    """Raise NotAllowed for what shuts somebody out, or says otherwise than was announced; and once
    nobody takes part any more."""
    if consultation.state not in (State.DRAFT, *AHEAD):
        raise NotAllowed(
            _("This consultation is “%s”, so nobody else can take part any more.")
            % consultation.get_state_display()
        )
    if consultation.state == State.DRAFT:
        return
    if any(getattr(consultation, name) and not given[name] for name in DOORS):
        raise NotAllowed(_("Who was told that they may take part stays in. Others can be added."))
    if any(getattr(consultation, name) != given[name] for name in ("answers_are_public", "zone")):
        raise NotAllowed(
            _(
                "Whether answers are public, and the time zone, were said when it was announced, "
                "so they stay."
            )
        )


def _move_phases(consultation: Consultation, zone: str) -> None:
    """The same days and times by the clocks of another zone."""
    for phase in consultation.phases.all():
        for name in ("opens_at", "closes_at"):
            wall = zones.wall_of(getattr(phase, name), consultation.zone)
            setattr(phase, name, zones.moment_of(wall, zone))
        phase.save(update_fields=["opens_at", "closes_at"])


def _refuse_zone(zone: str) -> None:
    if zone not in zones.names():
        raise Refused(_("Choose the time zone from the list."))


# --- Within a verb ---------------------------------------------------------------------------


def hold(consultation: Consultation, seen: str = "") -> tuple[Consultation, datetime]:
    """The consultation read afresh and held, with its state where the clock is, and the moment.
    Raises Refused where it is another version than was `seen`."""
    held, now = states.lock(consultation), timezone.now()
    if seen and seen != version_of(held):
        raise Refused(
            _(
                "Somebody else changed this consultation while you had it before you. What stands "
                "here when you save again counts."
            )
        )
    catch_up(held, now)
    return held, now


def changed(consultation: Consultation) -> None:
    """Something else than its state was changed: note the day, and tell who shows it."""
    consultation.changed_at = timezone.now()
    consultation.save(update_fields=["changed_at"])
    if consultation.state != State.DRAFT:
        record_changed(consultation)


def note_change(
    consultation: Consultation,
    what: What,
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    *,
    by: Any,
) -> None:
    """Leave a line in the history that everybody reads; of a draft there is none."""
    if consultation.state != State.DRAFT:
        Change.objects.create(consultation=consultation, what=what, before=before, now=now, by=by)


def _refuse_final(consultation: Consultation) -> None:
    if consultation.state == State.CALLED_OFF:
        raise NotAllowed(_("This consultation was called off, so it stays as it was."))
    if consultation.state in ANSWERED:
        raise NotAllowed(_("This consultation was answered, so what was asked stays as it was."))
