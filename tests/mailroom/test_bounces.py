"""Letters that come back: only a report that names the letter itself counts."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from coalition.base.errors import NotAllowed
from coalition.base.models import Event
from coalition.mailroom import actions
from coalition.mailroom.headers import POLICY
from coalition.mailroom.models import (
    FailingAddress,
    InboundMessage,
    Letter,
    LetterState,
    Verdict,
)
from coalition.mailroom.parts import leaves_of
from coalition.mailroom.reports import reports_of, returned_ids
from tests.factories import letter, officer, person

pytestmark = pytest.mark.usefixtures("own_handlers")
CAME_BACK = "One of our letters came back."
TO = "ana@bakers.test"


def report(
    letter_id: str = "",
    *,
    action: str = "failed",
    status: str = "5.1.1",
    recipient: str = f"rfc822; {TO}",
    quote: str = "text/rfc822-headers",
) -> bytes:
    """A report of a mail server, as RFC 3464 describes it."""
    returned = f"Message-ID: {letter_id}\r\nSubject: News\r\n" if letter_id else "Subject: News\r\n"
    if quote == "message/rfc822":
        returned += "\r\nRead on.\r\n"
    lines = [
        "Return-Path: <>",
        "From: Mail Delivery System <MAILER-DAEMON@mx.bakers.test>",
        "To: secretariat@coalition.example",
        "Subject: Undelivered Mail Returned to Sender",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "I'm sorry to have to inform you that your message could not be delivered.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.bakers.test",
        "",
        f"Final-Recipient: {recipient}",
        f"Action: {action}",
        f"Status: {status}",
        "Diagnostic-Code: smtp; 550 No such <user> here",
        "",
        "--b",
        f"Content-Type: {quote}",
        "",
        returned,
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()


def sent(**fields: object) -> Letter:
    made = actions.write(key="a", to_address="Ana@bakers.test", subject="News", text="Read on.")
    values = {"state": LetterState.SENT, "sent_at": timezone.now(), **fields}
    Letter.objects.filter(pk=made.pk).update(**values)
    made.refresh_from_db()
    return made


def failing() -> list[str]:
    return list(FailingAddress.objects.values_list("address", flat=True))


@pytest.mark.parametrize("quote", ["text/rfc822-headers", "message/rfc822"])
def test_take_notes_a_letter_that_came_back(db, quote: str) -> None:
    made = sent(thread=actions.open_thread())

    one = actions.take(report(made.message_id, quote=quote))

    made.refresh_from_db()
    assert (one.verdict, one.thread) == (Verdict.BOUNCE, made.thread)
    assert one.why.startswith(CAME_BACK)
    assert (made.state, made.error) == (LetterState.RETURNED, "5.1.1 550 No such <user> here")
    row = FailingAddress.objects.get()
    assert (row.address, row.letter, row.why) == (TO, made, made.error)
    assert list(Event.objects.order_by("-sequence").values_list("verb", "refs")[:1]) == [
        (
            "mailroom.returned",
            [f"mailroom.inboundmessage:{one.pk}", f"mailroom.failingaddress:{row.pk}"],
        )
    ]
    assert list(InboundMessage.objects.waiting()) == []


def test_take_notes_the_same_failure_once(db) -> None:
    made = sent()
    actions.take(report(made.message_id))
    actions.take(report(made.message_id, status="5.2.2"))
    assert failing() == [TO]


def test_take_reads_an_id_that_is_only_quoted(db) -> None:
    made = sent()
    raw = report().replace(b"I'm sorry", f"> Message-ID: {made.message_id}\r\n".encode())
    assert actions.take(raw).verdict == Verdict.BOUNCE
    assert failing() == [TO]


@pytest.mark.parametrize(
    "forged",
    [
        {"letter_id": ""},
        {"letter_id": "<other@coalition.example>"},
        {"letter_id": "<a@coalition.example>"},
    ],
)
def test_take_believes_no_report_that_names_none_of_our_letters(db, forged) -> None:
    made = sent()
    one = actions.take(report(**forged))
    made.refresh_from_db()
    assert (one.verdict, made.state, failing()) == (Verdict.AUTOMATIC, LetterState.SENT, [])


@pytest.mark.parametrize(
    "late",
    [
        {"action": "delayed", "status": "4.4.1"},
        {"action": "failed", "status": "4.2.2"},
        {"action": "delivered", "status": "2.0.0"},
        {"action": "failed", "status": "5"},
    ],
)
def test_take_notes_and_ignores_what_is_not_for_good(db, late) -> None:
    made = sent()
    one = actions.take(report(made.message_id, **late))
    made.refresh_from_db()
    assert (one.verdict, made.state, failing()) == (Verdict.BOUNCE, LetterState.SENT, [])
    assert one.why.startswith("It says that one of our letters is late.")


def test_take_blames_no_address_for_another_to_which_it_was_passed_on(db) -> None:
    made = sent(thread=actions.open_thread())
    one = actions.take(report(made.message_id, recipient="rfc822; ben@elsewhere.test"))
    made.refresh_from_db()
    assert (one.verdict, made.state, failing()) == (Verdict.AUTOMATIC, LetterState.SENT, [])
    assert [guess.thread for guess in one.guesses.all()] == [made.thread]


def test_a_report_with_nonsense_in_it_never_stops_the_reading(db) -> None:
    made = sent()
    raw = report(made.message_id).replace(b"Status: 5.1.1", b"Status: \xff\x00;;5.1.1")
    assert actions.take(raw).verdict in (Verdict.BOUNCE, Verdict.QUARANTINED)
    assert failing() == []


# --- Nothing more is sent there --------------------------------------------------------------


class Counting:
    """A mail backend that only counts."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def open(self) -> None: ...

    def close(self) -> None: ...

    def send_messages(self, messages) -> int:
        self.sent += [one.to[0] for one in messages]
        return len(messages)


def test_deliver_sends_nothing_to_a_failing_address_until_it_is_cleared(db) -> None:
    FailingAddress.objects.create(address=TO, why="5.1.1")
    held = letter(to_address="Ana@Bakers.test")
    code = letter(to_address=TO, key="mail:1")
    old = letter(to_address=TO, written_at=timezone.now() - timedelta(days=8))
    other = letter()
    office = Counting()

    done = actions.deliver(connection=office)

    assert (done.sent, done.failed, office.sent) == (1, 3, [other.to_address])
    held.refresh_from_db()
    assert (held.state, held.attempts) == (LetterState.FAILED, 0)
    assert held.error == "Not sent: letters to this address came back. An officer can clear it."

    by = officer()
    assert actions.clear_address(FailingAddress.objects.get(), by=by) == 1
    assert Event.objects.latest("sequence").verb == "mailroom.clear"
    assert actions.deliver(connection=office).sent == 1
    assert office.sent[1:] == ["Ana@Bakers.test"]
    for one in (code, old):
        one.refresh_from_db()
        assert one.state == LetterState.FAILED


def test_a_bounce_is_answered_by_nothing(db) -> None:
    made = sent()
    actions.take(report(made.message_id))
    assert list(Letter.objects.values_list("pk", flat=True)) == [made.pk]


def test_clear_address_is_for_officers(db) -> None:
    row = FailingAddress.objects.create(address=TO, why="5.1.1")
    with pytest.raises(NotAllowed, match="Only officers of the secretariat clear addresses"):
        actions.clear_address(row, by=person())
    assert failing() == [TO]


def test_failing_says_which_addresses_are(db) -> None:
    FailingAddress.objects.create(address=TO, why="5.1.1")
    assert actions.failing(["Ana@Bakers.test", "ben@bakers.test"]) == {TO}


def test_clear_command_works_where_nobody_can_sign_in(db, capsys) -> None:
    FailingAddress.objects.create(address=TO, why="5.1.1")
    call_command("mailroom", "clear", "Ana@Bakers.test")
    assert capsys.readouterr().out == "Letters may go there again. Held back until now: 0.\n"
    assert failing() == []
    with pytest.raises(CommandError, match=r"No letter came back from ana@bakers\.test"):
        call_command("mailroom", "clear", TO)


# --- Real reports ----------------------------------------------------------------------------

REPORTS = {  # what each says of how many recipients, and the id of the letter it gives back
    "raw_email_with_mimepart_without_content_type.eml": (
        [("delayed", "4.5.0")],
        "<89d7557c0610181510r6fa5ebd8n66a7deec71ade118@mail.gmail.com>",
    ),
    "multi_address_bounce1.eml": (
        [("failed", "5.1.1")] * 5,
        "<118707422.15521266992174819.JavaMail.root@lvmail01>",
    ),
    "multi_address_bounce2.eml": (
        [("failed", "5.1.1")] * 5,
        "<118707422.15521266992174819.JavaMail.root@lvmail01>",
    ),
    "multipart_report_multiple_status.eml": (
        [("failed", "5.3.0")],
        "<4c2a146147ac8_61ff157c4ec1652df@s.h.c.mail>",
    ),
    "report_422.eml": (
        [("delayed", "4.2.2")],
        "<15655788.13.1200472642578.JavaMail.Administrator@mail.ttttt.com.au>",
    ),
    "report_530.eml": (
        [("failed", "5.3.0")],
        "<200712232303.lBNN3jDq002941@mail12.rrrr.com.au>",
    ),
    "msg_16.txt": ([("failed", "5.0.0")], "<002001c144a6$8752e060$56104586@oxy.edu>"),
    "msg_25.txt": ([], ""),
    "msg_43.txt": ([("failed", "5.7.1")] * 25, "<edab.7804f5cb8070@python.org>"),
}


def real_reports(data_dir: Path) -> dict[str, bytes]:
    files = [file for file in (data_dir / "emails").rglob("*") if file.is_file()]
    raw = {file.name: file.read_bytes() for file in files}
    return {name: one for name, one in raw.items() if b"message/delivery-status" in one.lower()}


@pytest.mark.realdata
def test_reports_of_real_servers_are_read(data_dir: Path) -> None:
    found = {}
    for name, raw in real_reports(data_dir).items():
        leaves = list(leaves_of(message_from_bytes(raw, policy=POLICY)))
        ids = returned_ids(leaves, "")
        wanted = REPORTS[name][1]
        reports = [(report.action, report.status) for report in reports_of(leaves)]
        found[name] = (reports, wanted if wanted in ids else "")
    assert found == REPORTS


@pytest.mark.realdata
def test_take_notes_what_real_servers_say_of_our_letters(db, data_dir: Path, settings) -> None:
    settings.MAIL_SENDER_LIMIT = 100
    became = {}
    for name, raw in real_reports(data_dir).items():
        id_there = REPORTS[name][1]
        recipients = [
            one.recipients[0]
            for one in reports_of(leaves_of(message_from_bytes(raw, policy=POLICY)))
        ]
        made = letter(
            to_address=(recipients or ["nobody@bakers.test"])[-1],
            state=LetterState.SENT,
            sent_at=timezone.now(),
            message_id=f"<{name}@coalition.example>",
        )
        ours = raw.replace(id_there.encode(), made.message_id.encode()) if id_there else raw
        one = actions.take(ours)
        made.refresh_from_db()
        became[name] = (one.verdict, made.state)

    back, late = (Verdict.BOUNCE, LetterState.RETURNED), (Verdict.BOUNCE, LetterState.SENT)
    assert became == {
        "raw_email_with_mimepart_without_content_type.eml": late,
        "multi_address_bounce1.eml": back,
        "multi_address_bounce2.eml": back,
        "multipart_report_multiple_status.eml": back,
        "report_422.eml": late,
        "report_530.eml": back,
        "msg_16.txt": back,
        "msg_25.txt": (Verdict.AUTOMATIC, LetterState.SENT),
        "msg_43.txt": back,
    }
