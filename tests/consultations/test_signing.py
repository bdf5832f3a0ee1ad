"""Whoever signs for an organisation hears what waits for them: in time, and once a day at most."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.consultations.models import Ballot, Consultation, Participant, Vote
from coalition.consultations.proposing.actions import propose, withdraw
from coalition.consultations.proposing.actions import sign as sign_statement
from coalition.consultations.signing import due, tell_signatories
from coalition.consultations.states import State
from coalition.consultations.voices import participant_of, voice_of
from coalition.consultations.voting.actions import sign, vote
from coalition.consultations.voting.queries import unsigned, version_of
from coalition.mailroom.models import Letter
from tests import factories
from tests.signing_in import force_login

pytestmark = pytest.mark.django_db

ROLES = ("focal_point", "signatory", "editor", "viewer")
SIGNATORIES = ["focal_point@bakers.test", "signatory@bakers.test"]


@pytest.fixture
def partner() -> Any:
    """With one person of each role."""
    made = factories.partner("Bakers")
    for role in ROLES:
        factories.mandate(made, role, person=factories.person(f"{role}@bakers.test"))
    return made


def of_role(partner: Any, role: str) -> Any:
    return partner.mandates.get(role=role).person


def asked(**fields: Any) -> Consultation:
    """Open for two weeks, with three statements; something can be proposed too."""
    one = factories.consultation("open", **{"for_everyone": True, **fields})
    factories.phase(one, "propose")
    for _ in range(3):
        factories.statement(one)
    return one


def drafted(one: Consultation, partner: Any, number: int = 1, value: int = 1) -> Participant:
    """Its editor answers a statement."""
    voice = voice_of(one, of_role(partner, "editor"), partner)
    return vote(voice, one.statements.get(number=number), value)


def hours(count: float) -> datetime:
    return timezone.now() + timedelta(hours=count)


def told(count: float) -> tuple[int, list[str]]:
    """What the clock does so many hours from now: organisations told, and who got a letter."""
    before = Letter.objects.count()
    found = tell_signatories(hours(count))
    letters = Letter.objects.order_by("pk")[before:]
    return found, sorted(letter.to_address for letter in letters)


def test_those_who_sign_hear_an_hour_after_something_was_drafted(partner: Any) -> None:
    one = asked()
    drafted(one, partner, 1)
    drafted(one, partner, 2)
    propose(voice_of(one, of_role(partner, "editor"), partner), "Close at noon.", "en")

    assert told(0.9) == (0, [])
    assert told(1.1) == (1, SIGNATORIES)
    assert told(1.2) == (0, [])

    letter = Letter.objects.first()
    assert "Bakers" in letter.subject
    for piece in (
        str(one.title),
        "2 answers to statements",
        "1 proposal ",
        f"/consultations/{one.reference}/for/{partner.reference}/react/",
        f"/consultations/{one.reference}/propose/",
        "Open until",
    ):
        assert piece in letter.text


def test_once_a_day_at_most_and_one_letter_for_all_consultations(partner: Any) -> None:
    one, other = asked(), asked()
    drafted(one, partner)
    assert told(2) == (1, SIGNATORIES)
    drafted(one, partner, 2)
    drafted(other, partner)

    assert told(25) == (0, [])
    assert told(27) == (1, SIGNATORIES)
    last = Letter.objects.latest("pk")
    assert str(one.title) in last.text
    assert str(other.title) in last.text
    # Nothing new came since, so nothing more is said of what waits still.
    assert told(60) == (0, [])


def test_on_the_last_day_they_hear_again(partner: Any) -> None:
    one = asked()
    drafted(one, partner)
    end = one.phases.get(kind="react").closes_at
    left = (end - timezone.now()).total_seconds() / 3600
    assert told(2) == (1, SIGNATORIES)

    assert told(left - 25) == (0, [])
    assert told(left - 23) == (1, SIGNATORIES)
    assert told(left - 1) == (0, [])
    assert told(left) == (0, [])


def test_what_no_longer_waits_makes_no_letter(partner: Any) -> None:
    one = asked()
    signatory, editor = of_role(partner, "signatory"), of_role(partner, "editor")
    theirs = voice_of(one, signatory, partner)
    drafted(one, partner)
    held = participant_of(theirs)
    assert held is not None
    sign(theirs, seen=version_of(unsigned(held)))
    gone = propose(voice_of(one, editor, partner), "Close at noon.", "en")
    withdraw(gone, by=editor)
    sent = propose(voice_of(one, editor, partner), "Inspect every oven.", "en")
    sign_statement(sent, by=signatory)
    drafted(one, partner, 2)
    one.statements.filter(number=2).update(state="refused", refused_for="unclear")

    assert due(hours(2)) == [partner.pk]
    assert told(2) == (0, [])
    assert due(hours(2)) == []
    assert Participant.objects.get(partner=partner).told_at is None


@pytest.mark.parametrize("why", ["over", "called off", "summed up", "suspended", "no signatory"])
def test_nobody_hears_of_what_cannot_be_signed(partner: Any, why: str) -> None:
    one = asked()
    drafted(one, partner)
    if why == "over":
        one.phases.filter(kind="react").update(closes_at=hours(0.5))
    elif why == "suspended":
        partner.state = "suspended"
        partner.save()
    elif why == "no signatory":
        partner.mandates.exclude(role__in=["editor", "viewer"]).delete()
    else:
        state = State.CALLED_OFF if why == "called off" else State.SYNTHESIS
        Consultation.objects.filter(pk=one.pk).update(state=state)

    assert told(2) == (0, [])


def test_who_gets_the_mandate_later_hears_then(partner: Any) -> None:
    partner.mandates.exclude(role__in=["editor", "viewer"]).delete()
    drafted(asked(), partner)
    assert told(30) == (0, [])

    factories.mandate(partner, "signatory", person=factories.person("late@bakers.test"))
    assert told(31) == (1, ["late@bakers.test"])


def test_people_who_answer_for_themselves_are_never_written_to() -> None:
    one, person = asked(), factories.person()
    vote(voice_of(one, person), one.statements.get(number=1), 1)
    propose(voice_of(one, person), "Close at noon.", "en")

    last_day = (one.phases.get(kind="react").closes_at - timezone.now()).total_seconds() / 3600
    assert told(2) == (0, [])
    assert told(last_day - 5) == (0, [])
    assert Participant.objects.get().waits_since is None


def test_the_letter_leads_to_where_each_kind_of_draft_is_signed(partner: Any) -> None:
    text = factories.worded(factories.instrument("bread", paragraphs=1))
    one = asked(text=text)
    for kind in ("discuss", "prioritise"):
        factories.phase(one, kind)
    held = drafted(one, partner)
    factories.contribution(one, author=held, state="draft")
    factories.remark(one, text.provisions.get(), author=held, state="draft")
    Ballot.objects.create(participant=held, choices={}, is_draft=True)

    assert told(2) == (1, SIGNATORIES)
    lines = Letter.objects.first().text.splitlines()
    addresses = [line.strip() for line in lines if "/consultations/" in line]
    assert len(addresses) == 4
    client = Client()
    force_login(client, of_role(partner, "signatory"))
    for address in addresses:
        path = "/" + address.split("/", 3)[3]
        assert client.get(path, follow=True).status_code == 200, path


def test_the_clock_writes_and_says_so(partner: Any, capsys: Any) -> None:
    drafted(asked(), partner)
    Participant.objects.update(waits_since=timezone.now() - timedelta(hours=2))

    call_command("consultations", "keep")
    assert "1 partners told that drafts wait for a signature." in capsys.readouterr().out
    call_command("consultations", "keep")
    assert "drafts wait" not in capsys.readouterr().out


def test_who_is_due_costs_one_query_whatever_waits(partner: Any) -> None:
    one = asked()
    drafted(one, partner)
    for name in ("Millers", "Farmers"):
        other = factories.partner(name)
        factories.mandate(other, "signatory")
        held = one.participants.create(partner=other, waits_since=timezone.now())
        Vote.objects.create(
            participant=held, statement=one.statements.first(), value=1, is_draft=True
        )

    with CaptureQueriesContext(connection) as caught:
        assert len(due(hours(2))) == 3
    assert len(caught) == 1


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_write_one_letter(partner: Any) -> None:
    drafted(asked(), partner)
    at, every, found = hours(2), threading.Barrier(3), []

    def run() -> None:
        try:
            every.wait(timeout=20)
            found.append(tell_signatories(at))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(found) == [0, 0, 1]
    letters = Letter.objects.order_by("to_address").values_list("to_address", flat=True)
    assert list(letters) == SIGNATORIES
