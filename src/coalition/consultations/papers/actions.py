"""Answers on paper and from workshops are taken in, and taken back: a file at a time, whole.

The caller has asked the permission (`rules.py`). What an officer typed is told in the audit trail
as a file; of whom it came from nobody knows.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line
from coalition.consultations.access import answer
from coalition.consultations.models import Batch, Consultation, PaperFile, Participant, Vote
from coalition.consultations.papers.answers import (
    LONGEST_FORM,
    PaperAnswer,
    digest_of,
    packed,
    unpacked,
)
from coalition.consultations.papers.queries import answerable, batch_with, forms_of
from coalition.consultations.states import Channel, Reaction

ABILITY = "react"
MOST_PEOPLE = 5_000  # in one file
AT_A_TIME = 500
MOST_NAMED = 10  # forms that a refusal names
ON_PAPER = (Channel.PAPER, Channel.WORKSHOP)


@transaction.atomic
def upload(
    consultation: Consultation,
    rows: Sequence[PaperAnswer],
    *,
    channel: str,
    occasion: str,
    language: str,
    file_name: str,
    by: User,
) -> PaperFile:
    """Keep what was read of a file until somebody looked at it and takes it in. Raises what
    `take_in` would raise."""
    refuse_now(consultation)
    occasion = _checked(channel, occasion, language)
    if earlier := batch_with(consultation, digest_of(rows)):
        raise Refused(taken_in_already(earlier))
    _refuse_wrong(rows, set(answerable(consultation)))
    _refuse_twice(consultation, rows, occasion)
    return PaperFile.objects.create(
        consultation=consultation,
        channel=channel,
        occasion=occasion,
        language=language,
        file_name=_file_name(file_name),
        packed=packed(rows),
        by=by,
    )


@transaction.atomic
def take_in_file(file: PaperFile, *, by: User) -> Batch:
    """Take in a file that was looked at, and forget it. Raises what `take_in` raises; then the file
    waits on."""
    held = _held(file)
    rows = unpacked(held.packed)
    made = take_in(
        held.consultation,
        rows,
        channel=held.channel,
        occasion=held.occasion,
        language=held.language,
        file_name=held.file_name,
        digest=digest_of(rows),
        by=by,
    )
    held.delete()
    return made


@transaction.atomic
def throw_away(file: PaperFile, *, by: User) -> None:
    """Forget a file that was not taken in."""
    held = _held(file)
    audit.record("consultations.throw_papers_away", held, by=by, refs=[held.consultation])
    held.delete()


@transaction.atomic
def take_in(
    consultation: Consultation,
    rows: Sequence[PaperAnswer],
    *,
    channel: str,
    occasion: str,
    language: str,
    file_name: str,
    digest: str,
    by: User,
    now: datetime | None = None,
) -> Batch:
    """Take in the answers of one file: all of them, or none. Each becomes a participant of its own
    under a pseudonym by chance, marked with the file it came in.

    `digest` is what tells the file from others (`answers.digest_of`); `language` is that of the
    answers that name none. Raises NotAllowed while nobody may react, and where people do not answer
    for themselves; Refused for a file that was taken in already, a form that comes twice in it or
    in the files of its occasion, or that says nothing, and for answers to what is not shown.
    """
    consultation = states.lock(consultation)
    refuse_now(consultation, now)
    occasion = _checked(channel, occasion, language)
    if earlier := batch_with(consultation, digest):
        raise Refused(taken_in_already(earlier))
    numbers = answerable(consultation)
    _refuse_wrong(rows, set(numbers))
    _refuse_twice(consultation, rows, occasion)
    made = Batch.objects.create(
        consultation=consultation,
        channel=channel,
        occasion=occasion,
        language=language,
        file_name=_file_name(file_name),
        digest=digest,
        forms=[one.form for one in rows if one.form],
        people=len(rows),
        votes=sum(len(one.values) for one in rows),
        at=now or timezone.now(),
        by=by,
    )
    _let_speak(made, rows, numbers)
    audit.record("consultations.take_in_papers", made, by=by, refs=[consultation])
    return made


def _let_speak(batch: Batch, rows: Sequence[PaperAnswer], numbers: Mapping[int, int]) -> None:
    """A participant for each form, and its votes; `numbers` has the key of each proposal."""
    people = [
        Participant(
            consultation=batch.consultation,
            batch=batch,
            channel=batch.channel,
            pseudonym=secrets.token_hex(32),
            group=one.group,
            place=one.place,
            language=one.language or batch.language,
        )
        for one in rows
    ]
    Participant.objects.bulk_create(people, batch_size=AT_A_TIME)
    Vote.objects.bulk_create(
        (
            Vote(participant=person, statement_id=numbers[number], value=value)
            for person, one in zip(people, rows, strict=True)
            for number, value in one.values.items()
        ),
        batch_size=AT_A_TIME,
    )


@transaction.atomic
def take_back(batch: Batch, *, by: User, now: datetime | None = None) -> None:
    """Take all answers of a file out again, as if it had never come. Raises NotAllowed once the
    time to react is over: what is counted then stays."""
    consultation = states.lock(batch.consultation)
    held = Batch.objects.filter(pk=batch.pk).first()
    if held is None:
        raise NotAllowed(_("This file was taken back already."))
    if not (found := answer(consultation, ABILITY, now)).is_open:
        raise NotAllowed(_("Its answers stay: %s") % found.sentence)
    audit.record("consultations.take_back_papers", held, by=by, refs=[consultation])
    # The database deletes the votes by itself; none of them is read.
    Vote.objects.filter(participant__batch=held).delete()
    held.delete()


def refuse_now(consultation: Consultation, now: datetime | None = None) -> None:
    """Raise NotAllowed with why no answers on paper can be taken in now."""
    if not (consultation.for_everyone or consultation.for_invited):
        raise NotAllowed(
            _("Only organisations answer this consultation, and they do it themselves.")
        )
    if not (found := answer(consultation, ABILITY, now)).is_open:
        raise NotAllowed(found.sentence)


def taken_in_already(batch: Batch) -> str:
    return _("These answers were taken in already: “%(occasion)s”, %(people)d forms.") % {
        "occasion": batch.occasion,
        "people": batch.people,
    }


def _held(file: PaperFile) -> PaperFile:
    found = PaperFile.objects.select_for_update(of=("self",)).filter(pk=file.pk).first()
    if found is None:
        raise NotAllowed(_("This file was taken in or thrown away already."))
    return found


def _file_name(name: str) -> str:
    return clean_line(name, limit=200) or "answers"


def _checked(channel: str, occasion: str, language: str) -> str:
    """The occasion as it is kept."""
    if channel not in ON_PAPER:
        raise Refused(_("Choose whether they came on paper or from a workshop."))
    if language not in settings.UN_LANGUAGES:
        raise Refused(_("Choose the language in which they were given."))
    if not (occasion := clean_line(occasion, limit=200)):
        raise Refused(_("Say where and when they were given."))
    return occasion


def _refuse_wrong(rows: Sequence[PaperAnswer], numbers: set[int]) -> None:
    if not rows:
        raise Refused(_("There is no answer in it."))
    if len(rows) > MOST_PEOPLE:
        raise Refused(
            _("A file holds the answers of at most %d people. Please send it in parts.")
            % MOST_PEOPLE
        )
    forms = Counter(one.form for one in rows if one.form)
    if twice := [form for form, times in forms.items() if times > 1]:
        raise Refused(_("Form %s comes twice.") % twice[0])
    for one in rows:
        if len(one.form) > LONGEST_FORM:
            raise Refused(_("The number of a form has at most %d characters.") % LONGEST_FORM)
        if not one.values:
            raise Refused(_("A form without an answer is in it. Leave it out."))
        if unknown := set(one.values) - numbers:
            raise Refused(_("Proposal %d is not shown, or not any more.") % min(unknown))
        if not set(one.values.values()) <= set(Reaction.values):
            raise Refused(_("An answer is 1 (agree), -1 (disagree) or 0 (pass)."))
        if one.language and one.language not in settings.UN_LANGUAGES:
            raise Refused(_("“%s” is none of the languages.") % one.language)


def _refuse_twice(consultation: Consultation, rows: Sequence[PaperAnswer], occasion: str) -> None:
    """Raise Refused for forms that came in an earlier file of the same occasion."""
    held = forms_of(consultation, occasion)
    if again := [one.form for one in rows if one.form in held]:
        listed = str(_(", ")).join(again[:MOST_NAMED])
        if (more := len(again) - MOST_NAMED) > 0:
            listed = _("%(listed)s and %(count)d more") % {"listed": listed, "count": more}
        raise Refused(
            _(
                "Of “%(occasion)s” these forms were taken in already: %(listed)s. Leave them out, "
                "or take the earlier file back first."
            )
            % {"occasion": occasion, "listed": listed}
        )
