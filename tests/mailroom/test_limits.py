"""Too much mail at once: all of it is kept, little of it is read by itself, nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.mailroom import actions
from coalition.mailroom.intake import NULL_PATH
from coalition.mailroom.models import InboundMessage, Letter, Verdict
from tests.factories import officer, raw_mail
from tests.mailroom import handlers

pytestmark = pytest.mark.usefixtures("own_handlers")
OF_SENDER = "Its sender wrote more within an hour than is read by itself."
OF_ALL = "More mail came within an hour than is read by itself. Nothing is lost."


def counts() -> dict[str, int]:
    verdicts = list(InboundMessage.objects.values_list("verdict", flat=True))
    return {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))}


def test_a_mail_bomb_is_kept_whole_and_read_in_part(db) -> None:
    thread = actions.open_thread()
    for number in range(300):
        actions.take(raw_mail(f"Bomb {number}", sender="Eve <eve@bomb.test>", to=thread.address))
    other = actions.take(raw_mail(to=thread.address))

    assert counts() == {Verdict.FILED: 21, Verdict.LIMITED: 280}
    assert other.verdict == Verdict.FILED
    assert len(handlers.replies) == 21
    held = InboundMessage.objects.filter(verdict=Verdict.LIMITED).last()
    assert (held.why, held.no_answer) == (OF_SENDER, OF_SENDER)
    assert (held.from_address, held.subject, held.text) == ("eve@bomb.test", "Bomb 20", "")

    assert actions.read_held(limit=30) == 30
    assert counts() == {Verdict.FILED: 51, Verdict.LIMITED: 250}
    assert [one.subject for one, _, _ in handlers.replies[21:23]] == ["Bomb 20", "Bomb 21"]
    assert actions.read_held() == 250
    assert counts() == {Verdict.FILED: 301}


def test_a_bomb_of_many_senders_stops_at_the_limit_for_all(db, settings) -> None:
    settings.MAIL_LIMIT = 25
    for number in range(100):
        actions.take(raw_mail(sender=f"e{number}@bomb.test"))
    assert counts() == {Verdict.LIMITED: 75, Verdict.WAITING: 25}
    assert {one.why for one in InboundMessage.objects.filter(verdict=Verdict.LIMITED)} == {OF_ALL}


def test_what_is_held_back_opens_and_answers_nothing(db, settings) -> None:
    settings.MAIL_SENDER_LIMIT = 1
    settings.MAIL_HANDLERS = {"join": "tests.mailroom.handlers.opens"}
    first, second = (actions.take(raw_mail(to="join@coalition.example")) for _ in range(2))

    assert (first.verdict, second.verdict) == (Verdict.CASE, Verdict.LIMITED)
    assert len(handlers.seen) == 1
    assert actions.acknowledge(second, reference="ACC-2026-0001", language="en") is None
    assert Letter.objects.count() == 0


def test_the_hour_passes(db, settings) -> None:
    settings.MAIL_SENDER_LIMIT = 1
    actions.take(raw_mail())
    InboundMessage.objects.update(received_at=timezone.now() - timedelta(minutes=61))
    assert actions.take(raw_mail()).verdict == Verdict.WAITING


def test_reports_of_servers_count_for_all_and_not_for_their_sender(db, settings) -> None:
    settings.MAIL_SENDER_LIMIT, settings.MAIL_LIMIT = 1, 3
    sender = "MAILER-DAEMON@mx.test"
    became = [actions.take(raw_mail(sender=sender), envelope_from=NULL_PATH) for _ in range(4)]
    assert [one.verdict for one in became] == [*[Verdict.AUTOMATIC] * 3, Verdict.LIMITED]


def test_examples_are_never_held_back(db, settings) -> None:
    settings.MAIL_LIMIT = 0
    assert actions.take(raw_mail(), is_example=True).verdict == Verdict.WAITING


def test_what_must_not_be_parsed_is_not_parsed_for_its_sender_either(db, settings) -> None:
    settings.MAIL_LIMIT = 0
    assert actions.take(b"").verdict == Verdict.QUARANTINED


def test_the_queue_says_how_many_are_held_back_and_reads_them(client: Client, db, settings) -> None:
    settings.MAIL_SENDER_LIMIT = 1
    for _ in range(3):
        actions.take(raw_mail())
    client.force_login(officer())
    page = client.get(reverse("mailroom:queue")).content.decode()
    assert "2 messages were held back, because too much mail came at once." in page

    answer = client.post(reverse("mailroom:read_held"), follow=True)

    assert "2 messages were read." in answer.content.decode()
    assert counts() == {Verdict.WAITING: 3}
    assert "messages were held back" not in client.get(reverse("mailroom:queue")).content.decode()


def test_read_command_reads_what_is_held_and_what_failed(db, settings, capsys) -> None:
    settings.MAIL_SENDER_LIMIT = 1
    for _ in range(2):
        actions.take(raw_mail())
    failed = actions.take(raw_mail(sender="b@x.test"))
    InboundMessage.objects.filter(pk=failed.pk).update(verdict=Verdict.RECEIVED)

    call_command("mailroom", "read")

    assert capsys.readouterr().out == "2 messages read, 0 still unread.\n"
    assert counts() == {Verdict.WAITING: 3}
