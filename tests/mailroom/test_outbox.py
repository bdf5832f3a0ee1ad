"""Letters out: written once with what they tell of, sent once, or not at all."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connections, transaction
from django.utils import timezone

from coalition.mailroom import outbox
from coalition.mailroom.actions import Delivered, deliver, is_example_address, tell, write
from coalition.mailroom.models import Letter, LetterState
from tests.factories import letter, person

WORDS = "mailroom/mail/acknowledgement.en.txt"


class PostOffice:
    """What a mail server got, and how it answers."""

    def __init__(self) -> None:
        self.got: list[tuple[str, EmailMessage]] = []
        self.raw: list[bytes] = []
        self.refuses: dict[str, str] = {}
        self.pause = 0.0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.pause)
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        self.raw.append(envelope.content)
        self.got += [(address, parsed) for address in envelope.rcpt_tos]
        return "250 OK"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def office(settings) -> Iterator[PostOffice]:
    """A real mail server on loopback, to which the settings lead."""
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.MAIL_HOST, settings.MAIL_PORT = "127.0.0.1", controller.port
    yield office
    controller.stop()


# --- Writing -------------------------------------------------------------------------------


def test_write_is_once_per_key(db) -> None:
    first = write(key="a:1", to_address="ana@bakers.test", subject="One", text="1")
    second = write(key="a:1", to_address="ben@bakers.test", subject="Two", text="2")

    assert first == second
    assert list(Letter.objects.values_list("to_address", "subject")) == [("ana@bakers.test", "One")]


def test_write_takes_keys_of_any_length_apart(db) -> None:
    long = "k" * 500
    write(key=long + "1", to_address="a@bakers.test", subject="1", text="1")
    write(key=long + "2", to_address="a@bakers.test", subject="2", text="2")
    write(key=long + "2", to_address="a@bakers.test", subject="3", text="3")
    assert sorted(Letter.objects.values_list("subject", flat=True)) == ["1", "2"]


@pytest.mark.django_db(transaction=True)
def test_write_tells_nobody_of_what_was_rolled_back() -> None:
    @transaction.atomic
    def act() -> None:
        write(key="a:1", to_address="ana@bakers.test", subject="One", text="1")
        raise LookupError

    with pytest.raises(LookupError):
        act()
    assert Letter.objects.count() == 0


def test_write_keeps_only_headers_that_a_letter_may_bring(db) -> None:
    made = write(
        key="a:1",
        to_address="ana@bakers.test",
        subject="One\r\nBcc: eve@bakers.test",
        text="1",
        headers={
            "Reply-To": "a@x.test\r\nBcc: eve@x.test",
            "Bcc": "eve@x.test",
            "From": "eve@x.test",
        },
    )
    assert made.subject == "One Bcc: eve@bakers.test"
    assert made.headers == {"Reply-To": "a@x.test Bcc: eve@x.test"}


@pytest.mark.parametrize(
    ("address", "is_example"),
    [
        ("a@example.org", True),
        ("a@EXAMPLE.ORG.", True),
        ("a@mail.example.com", True),
        ("a@coalition.example", True),
        ("a@myexample.org", False),
        ("example.org@bakers.test", False),
        ("a@example.org.bakers.test", False),
    ],
)
def test_is_example_address_goes_by_the_domain(address: str, is_example: bool) -> None:
    assert is_example_address(address) is is_example


@pytest.mark.parametrize(
    ("address", "is_example", "state"),
    [
        ("a@bakers.test", False, LetterState.WAITING),
        ("a@bakers.test", True, LetterState.HELD),
        ("a@example.org", False, LetterState.HELD),
        ("Office@Leaflet.test", False, LetterState.HELD),
    ],
)
def test_write_holds_what_must_never_leave(
    db, settings, address: str, is_example: bool, state: str
) -> None:
    settings.MAIL_NEVER_TO = ["office@leaflet.test"]
    made = write(key="a", to_address=address, subject="1", text="1", is_example=is_example)
    assert made.state == state


def test_tell_is_once_per_person_and_event(db) -> None:
    ana, ben = person(), person()
    context = {"reference": "ACC-2026-0001", "join_address": "Tom & <Ann>'s"}

    for each in (ana, ana, ben):
        tell(each, event="case:1", template=WORDS, context=context)

    assert sorted(Letter.objects.values_list("key", flat=True)) == sorted(
        [f"case:1:{ana.pk}", f"case:1:{ben.pk}"]
    )
    made = Letter.objects.get(to_person=ana)
    assert (made.to_address, made.subject) == (ana.email, "Your message has arrived: ACC-2026-0001")
    assert "write to Tom & <Ann>'s and" in made.text  # plain text is not escaped for HTML


def test_tell_writes_to_nobody_who_was_erased_or_may_not_sign_in(db) -> None:
    for gone in (person(erased_at=timezone.now()), person(is_active=False)):
        assert tell(gone, event="case:1", template=WORDS, context={}) is None
    assert Letter.objects.count() == 0


def test_tell_holds_letters_to_example_people(db) -> None:
    made = tell(person(is_example=True), event="case:1", template=WORDS, context={})
    assert (made.state, made.is_example) == (LetterState.HELD, True)


# --- Sending -------------------------------------------------------------------------------


def test_deliver_sends_each_waiting_letter_once(db, office: PostOffice) -> None:
    one = letter(
        to_address="ana@bakers.test",
        subject="خبر",
        text="مرحبا\n",
        html="<p>مرحبا</p>",
        language="ar",
        headers={"Reply-To": "desk@x.test"},
    )

    assert deliver() == Delivered(sent=1)
    assert deliver() == Delivered()

    ((address, got),) = office.got
    assert address == "ana@bakers.test"
    assert (got["Subject"], got["To"], got["Reply-To"]) == ("خبر", "ana@bakers.test", "desk@x.test")
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Content-Language"] == "ar"
    assert got.get_body(("plain",)).get_content().strip() == "مرحبا"
    assert got.get_body(("html",)).get_content().strip() == "<p>مرحبا</p>"
    one.refresh_from_db()
    assert (one.state, one.attempts, one.error) == (LetterState.SENT, 1, "")
    assert one.sent_at is not None


def test_deliver_names_a_letter_always_the_same(db, office: PostOffice) -> None:
    one = letter()
    deliver()
    Letter.objects.update(state=LetterState.WAITING, next_attempt_at=timezone.now())
    deliver()
    letter()
    deliver()

    first, again, other = [got["Message-ID"] for _address, got in office.got]
    assert first == again != other
    assert first.endswith("@coalition.example>")
    assert one.key not in first


def test_deliver_says_so_without_a_mail_server(db, settings) -> None:
    settings.MAIL_HOST = ""
    letter()

    assert deliver() == Delivered(
        waiting=1, problem="No mail server is named: set COALITION_MAIL_HOST."
    )
    assert Letter.objects.get().attempts == 0


def test_deliver_uses_up_no_attempt_while_the_server_is_away(db, settings) -> None:
    settings.MAIL_HOST, settings.MAIL_PORT = "127.0.0.1", free_port()
    letter()

    done = deliver()

    assert (done.sent, done.waiting) == (0, 1)
    assert done.problem.startswith("The mail server cannot be reached: ")
    assert Letter.objects.get().attempts == 0


def test_deliver_holds_examples_whatever_their_row_says(db, settings, office: PostOffice) -> None:
    settings.MAIL_NEVER_TO = ["office@leaflet.test"]
    letter(to_address="a@example.org")
    letter(is_example=True)
    letter(to_address="Office@leaflet.test")
    letter(state=LetterState.HELD)

    assert deliver() == Delivered(held=3)
    assert office.got == []
    assert Counter(Letter.objects.values_list("state", flat=True)) == {"held": 4}
    assert deliver() == Delivered()


def test_deliver_waits_longer_after_each_failure_and_gives_up(db, office: PostOffice) -> None:
    office.refuses["ana@bakers.test"] = "451 Busy"
    letter(to_address="ana@bakers.test")
    waits = []
    for _attempt in range(5):
        before = timezone.now()
        done = deliver()
        one = Letter.objects.get()
        waits.append(round((one.next_attempt_at - before) / timedelta(minutes=1)))
        assert deliver() == Delivered(waiting=done.waiting)  # not before its time
        Letter.objects.update(next_attempt_at=timezone.now())

    assert waits[:4] == [5, 30, 120, 480]
    assert (one.state, one.attempts) == (LetterState.FAILED, 5)
    assert "Busy" in one.error
    assert done == Delivered(failed=1)
    assert deliver() == Delivered()


def test_deliver_gives_up_at_once_where_the_address_is_refused_for_good(
    db, office: PostOffice
) -> None:
    office.refuses["gone@bakers.test"] = "550 No such person"
    letter(to_address="gone@bakers.test")
    letter(to_address="مدير@bakers.test")
    letter(to_address="ana@bakers.test")

    assert deliver() == Delivered(sent=1, failed=2)

    assert [address for address, _got in office.got] == ["ana@bakers.test"]
    errors = dict(
        Letter.objects.filter(state=LetterState.FAILED).values_list("to_address", "error")
    )
    assert "No such person" in errors["gone@bakers.test"]
    assert errors["مدير@bakers.test"].startswith("The mail server")


def test_deliver_sends_no_more_than_its_limit_and_the_oldest_first(db, office: PostOffice) -> None:
    now = timezone.now()
    for minutes in (1, 3, 2):
        letter(
            to_address=f"{minutes}@bakers.test", next_attempt_at=now - timedelta(minutes=minutes)
        )

    assert deliver(limit=2) == Delivered(sent=2, waiting=1)
    assert [address for address, _got in office.got] == ["3@bakers.test", "2@bakers.test"]


def test_deliver_leaves_a_claimed_letter_to_its_sender(db, office: PostOffice, monkeypatch) -> None:
    letter()
    claim = outbox._claim
    monkeypatch.setattr(outbox, "_claim", lambda one: claim(Letter.objects.get()) and claim(one))

    assert deliver() == Delivered(waiting=1)
    assert office.got == []


@pytest.mark.django_db(transaction=True)
def test_deliver_by_two_senders_at_once_sends_each_letter_once(office: PostOffice) -> None:
    office.pause = 0.01
    for number in range(40):
        letter(to_address=f"person{number}@bakers.test")

    def send(_number: int) -> Delivered:
        try:
            return deliver()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        rounds = list(pool.map(send, range(2)))

    assert sum(one.sent for one in rounds) == 40
    assert Counter(address for address, _got in office.got) == Counter(
        f"person{number}@bakers.test" for number in range(40)
    )
    assert Counter(Letter.objects.values_list("state", "attempts")) == {("sent", 1): 40}
