"""Who votes in the measurement, and what the database holds of it afterwards.

`python -m benchmarks.voting.people make 1000 60` fills a migrated database and prints who votes on
how many statements; `… check` reads a journal (see crowd.py) and prints what does not agree.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
    django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from coalition.accounts.models import User
from coalition.accounts.sessions import SessionStore
from coalition.consultations.models import Consultation, Statement, Vote
from coalition.consultations.sealing import pseudonym_of
from coalition.consultations.states import Channel, Origin, PhaseKind, State

# What a person says to a statement, by the person's place and the statement's number; and of each
# which values may stand: the last one confirmed, and what was sent after it without an answer.
Journal = Mapping[str, Mapping[str, Any]]


@transaction.atomic
def make(people: int, statements: int) -> dict[str, Any]:
    """A consultation that is open for an hour, its statements, and people who are signed in: the
    page on which each begins, and the values of their cookies, in the order of the people."""
    now = timezone.now()
    one = Consultation.objects.create(
        reference="CON-2020-0001",
        state=State.OPEN,
        question={"en": "What should change first?"},
        about={"en": "A consultation to measure with."},
        promise={"en": "Nothing comes of it."},
        for_partners=False,
        for_everyone=True,
        announced_at=now,
    )
    hour = timedelta(hours=1)
    one.phases.create(kind=PhaseKind.REACT, opens_at=now - hour, closes_at=now + hour)
    workshop = one.participants.create(pseudonym="0" * 64, channel=Channel.WORKSHOP)
    Statement.objects.bulk_create(
        Statement(
            consultation=one,
            number=number,
            text=f"Of {statements} things to do, the one that has the number {number} comes first.",
            origin=Origin.PERSON,
            author=workshop,
        )
        for number in range(1, statements + 1)
    )
    made = [User(email=f"voter{n}@partner.test", name=f"Voter {n}") for n in range(people)]
    for person in made:
        person.set_unusable_password()
    User.objects.bulk_create(made)
    with translation.override("en"):
        begin = reverse("consultations:react_next", args=[one.reference])
        page = reverse("consultations:react_to", args=[one.reference, 1])
    return {
        "consultation": one.pk,
        "people": [person.pk for person in made],
        "sessions": [_session(person) for person in made],
        "cookie": settings.SESSION_COOKIE_NAME,
        "begin": begin,
        "page": page.replace("/1/", "/{}/"),
        "statements": statements,
    }


def _session(person: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def findings(consultation: int, people: Sequence[int], journal: Journal) -> list[str]:
    """What is stored and was not sent, or is stored twice; what was confirmed and is not stored,
    or not as it was confirmed last. A sentence for each; none where all agrees."""
    return list(_findings(Consultation.objects.get(pk=consultation), people, journal))


def _findings(one: Consultation, people: Sequence[int], journal: Journal) -> Iterator[str]:
    known = User.objects.in_bulk(people)
    place_of = {pseudonym_of(one, known[key]): str(place) for place, key in enumerate(people)}
    rows = Vote.objects.filter(participant__consultation=one)
    stored: dict[tuple[str, str], list[int]] = {}
    for pseudonym, number, value in rows.values_list(
        "participant__pseudonym", "statement__number", "value"
    ).iterator():
        key = (place_of.get(pseudonym, "?"), str(number))
        stored.setdefault(key, []).append(value)
    sent = {
        (place, number): said
        for place, answers in journal.items()
        for number, said in answers.items()
    }
    for key, values in stored.items():
        who = f"Person {key[0]}, statement {key[1]}"
        if len(values) > 1:
            yield f"{who}: stored {len(values)} times."
        if key not in sent:
            yield f"{who}: stored, but never sent."
        elif not set(values) <= set(sent[key]["may_be"]):
            yield f"{who}: {values} is stored, but only {sent[key]['may_be']} may be."
    for key, said in sent.items():
        if said["confirmed"] and key not in stored:
            yield f"Person {key[0]}, statement {key[1]}: confirmed, but not stored."


def main(words: list[str]) -> int:
    match words:
        case ["make", people, statements]:
            json.dump(make(int(people), int(statements)), sys.stdout)
        case ["check"]:
            json.dump(findings(**json.load(sys.stdin)), sys.stdout)
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
