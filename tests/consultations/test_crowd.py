"""Fifty people vote at once at a real server, that is killed while they do: what they were told is
stored is stored, once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings

from benchmarks.voting.crowd import Crowd
from benchmarks.voting.people import findings, make
from benchmarks.voting.server import Server
from coalition.accounts.models import User
from coalition.consultations.models import Consultation, Statement, Vote
from coalition.consultations.voices import Voice, take_part
from tools.steps import clean_environment

SECONDS, PEOPLE, STATEMENTS = 5, 50, 40

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


def environment(home: Path) -> dict[str, str]:
    """Of a server on the database of this test."""
    name = str(settings.DATABASES["default"]["NAME"])
    url = f"sqlite:///{name}"
    if given := settings.DATABASE_URL.startswith("postgres") and settings.DATABASE_URL:
        url = urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
    return clean_environment(
        COALITION_HOME=str(home),
        COALITION_DEBUG="1",  # without a folder of collected style sheets
        COALITION_SECRET_KEY=settings.SECRET_KEY,
        DATABASE_URL=url,
    )


def test_what_was_confirmed_outlives_a_killed_server(tmp_path: Path) -> None:
    made = make(PEOPLE, STATEMENTS)
    server = Server(environment(tmp_path), tmp_path / "server.log")
    crowd, before = Crowd(server.url, made, seed=7), 0

    async def fall() -> None:
        nonlocal before
        crowd.is_down, before = True, len(crowd.votes)
        server.kill()
        await asyncio.to_thread(server.start)
        crowd.is_down = False

    server.start()
    try:
        asyncio.run(crowd.vote(SECONDS / 2, fall))
    finally:
        server.kill()

    assert not crowd.errors, (crowd.errors, server.log.read_text()[-3_000:])
    assert findings(made["consultation"], made["people"], crowd.journal) == []
    assert crowd.cut, "the server fell while people voted"
    assert 0 < before < len(crowd.votes), "they voted before and after"
    # One row a person, though some pressed each button twice, the first one too.
    one = Consultation.objects.get(pk=made["consultation"])
    assert one.participants.filter(channel="web").count() <= PEOPLE
    assert one.seal.pk


@pytest.mark.parametrize(
    ("confirmed", "may_be", "stored", "found"),
    [
        (True, [1], [1], 0),
        (True, [-1, 1], [-1], 0),  # the last one got no answer, and was stored
        (False, [1], [], 0),
        (False, [1], [1], 0),
        (True, [1], [], 1),
        (True, [1], [-1], 1),
        (None, [], [1], 1),
        (True, [1], [1, 1], 1),
    ],
)
def test_whoever_compares_notices(
    confirmed: bool | None, may_be: list[int], stored: list[int], found: int
) -> None:
    made = make(1, 1)
    one = Consultation.objects.get(pk=made["consultation"])
    statement = Statement.objects.get(consultation=one)
    participant = take_part(Voice(one, User.objects.get(pk=made["people"][0])))
    # A draft is not to be there either, of a person.
    for place, value in enumerate(stored):
        Vote.objects.create(
            participant=participant, statement=statement, value=value, is_draft=place > 0
        )
    said = {} if confirmed is None else {"1": {"confirmed": confirmed, "may_be": may_be}}

    assert len(findings(one.pk, made["people"], {"0": said})) == found
