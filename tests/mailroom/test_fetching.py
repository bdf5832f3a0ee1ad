"""Messages from a mail box: a real Dovecot, from which nothing is lost and nothing taken twice."""

from __future__ import annotations

import hashlib
import imaplib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from subprocess import Popen

import pytest
from django.db import OperationalError

from coalition.base.errors import Refused
from coalition.mailroom import fetching
from coalition.mailroom.actions import Fetched, fetch
from coalition.mailroom.fetching import mailbox_name
from coalition.mailroom.models import InboundMessage, Verdict
from tests.factories import raw_mail
from tools.dovecot import MailBox, mail_box

pytestmark = [pytest.mark.usefixtures("own_handlers"), pytest.mark.any_database]


@pytest.fixture(scope="module")
def dovecot() -> Iterator[MailBox]:
    with mail_box() as box:
        yield box


class Folders:
    """The mail box as its owner sees it."""

    def __init__(self, box: MailBox) -> None:
        self.box = box
        self.client = imaplib.IMAP4(box.host, box.port, timeout=20)
        self.client.login(box.user, box.password)
        self.empty()

    def empty(self) -> None:
        for folder in ("INBOX", "Taken", "Erledigt &- Verfügbares"):
            status, said = self.client.select(mailbox_name(folder))
            if status == "OK" and said != [b"0"]:
                self.client.store("1:*", "+FLAGS", r"(\Deleted)")
                self.client.expunge()

    def put(self, *messages: bytes, folder: str = "INBOX") -> None:
        for raw in messages:
            status, said = self.client.append(mailbox_name(folder), "", "", raw)
            assert status == "OK", said

    def drop(self, name: str, raw: bytes) -> None:
        """As a mail server delivers it: bytes that IMAP itself would not let in."""
        (self.box.maildir / "new" / name).write_bytes(raw)

    def held(self, folder: str = "INBOX") -> int:
        status, said = self.client.select(mailbox_name(folder), readonly=True)
        return int(said[0]) if status == "OK" else 0


@pytest.fixture
def folders(dovecot: MailBox, settings) -> Iterator[Folders]:
    settings.IMAP_HOST, settings.IMAP_PORT, settings.IMAP_TLS = dovecot.host, dovecot.port, False
    settings.IMAP_USER, settings.IMAP_PASSWORD = dovecot.user, dovecot.password
    folders = Folders(dovecot)
    yield folders
    folders.client.logout()


def digests() -> set[str]:
    return set(InboundMessage.objects.values_list("digest", flat=True))


def digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def test_fetch_takes_all_once_and_moves_what_it_took(db, folders: Folders) -> None:
    good, again = raw_mail("Bread"), raw_mail("Wages")
    malformed = b"no header at all\r\n\r\nbut bytes\r\n"
    folders.put(good, again, again, malformed)
    folders.drop("1.nul", b"From: a@x.test\r\nSubject: nul\r\n\r\nBread \x00 and wages\r\n")
    seen: list[int] = []

    assert fetch(progress=seen.append) == Fetched(taken=4, known=1)

    assert seen == [1, 2, 3, 4, 5]
    assert (folders.held(), folders.held("Taken")) == (0, 5)
    assert {digest(good), digest(again), digest(malformed)} < digests()
    verdicts = InboundMessage.objects.order_by("pk").values_list("subject", "verdict")
    assert list(verdicts) == [
        ("Bread", Verdict.WAITING),
        ("Wages", Verdict.WAITING),
        ("", Verdict.QUARANTINED),
        ("nul", Verdict.WAITING),
    ]
    assert fetch() == Fetched()  # a second round takes nothing
    assert (folders.held("Taken"), InboundMessage.objects.count()) == (5, 4)


def test_fetch_fetches_only_the_beginning_of_what_is_too_large(
    db, folders: Folders, monkeypatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_BYTES", 100_000)
    large = raw_mail("Large", text="bread " * 20_000)
    small = raw_mail("Small")
    folders.put(large, small)

    assert fetch() == Fetched(taken=1, too_large=1)

    one = InboundMessage.objects.get(verdict=Verdict.QUARANTINED)
    assert one.digest == digest(large[: fetching.BEGINNING])
    assert one.why.startswith("The message is larger than 25 MB. Only its beginning was fetched;")
    assert (folders.held(), folders.held("Taken")) == (0, 2)


def test_fetch_leaves_what_cannot_be_stored(db, folders: Folders, monkeypatch) -> None:
    bad = raw_mail("Bad")
    folders.put(raw_mail("1"), bad, raw_mail("2"))
    take = fetching.take

    def full(raw: bytes, **options: bool) -> InboundMessage:
        if raw == bad:
            raise OSError("No space left on device")
        return take(raw, **options)

    monkeypatch.setattr(fetching, "take", full)
    assert fetch() == Fetched(taken=2, left=1)
    assert (folders.held(), folders.held("Taken")) == (1, 2)

    monkeypatch.setattr(fetching, "take", take)
    assert fetch() == Fetched(taken=1)
    assert (folders.held(), folders.held("Taken")) == (0, 3)


def test_fetch_stops_where_nothing_can_be_stored(db, folders: Folders, monkeypatch) -> None:
    def away(raw: bytes, **options: bool) -> InboundMessage:
        raise OperationalError("the database is away")

    monkeypatch.setattr(fetching, "take", away)
    folders.put(*(raw_mail() for _ in range(8)))
    assert fetch() == Fetched(left=5)
    assert folders.held() == 8


def test_fetch_survives_a_connection_that_breaks(db, folders: Folders, settings) -> None:
    """Whenever it breaks, the next round takes the rest: nothing is lost, nothing taken twice."""
    messages = [raw_mail(f"{number}") for number in range(6)]
    folders.put(*messages)
    port = settings.IMAP_PORT
    for broken_after in (300, 900, 1500, 2100, 2700):
        with (
            cut_off(port, after=broken_after) as settings.IMAP_PORT,
            pytest.raises(Refused, match="The mail box cannot be read"),
        ):
            fetch()
        assert folders.held() + folders.held("Taken") == 6
        assert len(digests()) >= folders.held("Taken")
    settings.IMAP_PORT = port

    done = fetch()

    assert digests() == {digest(raw) for raw in messages}
    assert done.taken < 6
    assert (folders.held(), folders.held("Taken")) == (0, 6)


def test_fetch_stops_when_told_after_the_message_in_hand(db, folders: Folders) -> None:
    folders.put(raw_mail(), raw_mail(), raw_mail())
    assert fetch(is_stopped=lambda: True) == Fetched(taken=1)
    assert (folders.held(), folders.held("Taken")) == (2, 1)


@pytest.mark.parametrize("can", [set(), {"UIDPLUS"}])
def test_fetch_touches_nobody_elses_messages_where_it_cannot_move(
    db, folders: Folders, monkeypatch, can: set[str]
) -> None:
    """A server without MOVE: copied, marked, and expunged by its own number or not at all."""
    begun = fetching.Box.__init__

    def poorer(box: fetching.Box) -> None:
        begun(box)
        box.can = can

    monkeypatch.setattr(fetching.Box, "__init__", poorer)
    folders.put(raw_mail(), raw_mail())
    folders.client.select("INBOX")
    folders.client.store("1", "+FLAGS", r"(\Deleted)")  # by somebody else, who may yet think again

    assert fetch() == Fetched(taken=1)
    assert fetch() == Fetched()

    assert folders.held("Taken") == 1
    assert folders.held() == (1 if can else 2)


def test_fetch_works_with_folders_of_any_name(db, folders: Folders, settings) -> None:
    settings.IMAP_DONE_FOLDER = "Erledigt &- Verfügbares"
    folders.put(raw_mail())
    assert fetch() == Fetched(taken=1)
    assert folders.held("Erledigt &- Verfügbares") == 1


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("INBOX", '"INBOX"'),
        ("A & B", '"A &- B"'),
        ("Entwürfe", '"Entw&APw-rfe"'),
        ("日本語", '"&ZeVnLIqe-"'),
        ('a"b\\c', r'"a\"b\\c"'),
    ],
)
def test_mailbox_name_is_written_as_servers_know_it(name: str, encoded: str) -> None:
    assert mailbox_name(name) == encoded


# --- Refusals --------------------------------------------------------------------------------


def test_fetch_refuses_without_a_mail_box(settings) -> None:
    settings.IMAP_HOST = ""
    with pytest.raises(Refused, match="No mail box is named: set COALITION_IMAP_HOST"):
        fetch()


def test_fetch_says_what_the_server_said(db, folders: Folders, settings) -> None:
    settings.IMAP_PASSWORD = "wrong"
    with pytest.raises(Refused, match=r"cannot be read: .*Authentication failed"):
        fetch()
    settings.IMAP_PASSWORD, settings.IMAP_FOLDER = folders.box.password, "Nowhere"
    with pytest.raises(Refused, match=r"cannot be read: .*Mailbox doesn't exist: Nowhere"):
        fetch()
    settings.IMAP_TLS = True
    with pytest.raises(Refused, match="cannot be trusted"):
        fetch()
    settings.IMAP_TLS, settings.IMAP_PORT = False, 1
    with pytest.raises(Refused, match="Connection refused"):
        fetch()


# --- The command -----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_fetch_command_counts_and_watches(
    folders: Folders, start: Callable[..., Popen[str]], monkeypatch
) -> None:
    for name, value in {
        "HOST": folders.box.host,
        "PORT": str(folders.box.port),
        "TLS": "0",
        "USER": folders.box.user,
        "PASSWORD": folders.box.password,
    }.items():
        monkeypatch.setenv(f"COALITION_IMAP_{name}", value)
    folders.put(*(raw_mail(f"{number}") for number in range(51)))

    with start("mailroom", "fetch", "--watch", "0.1") as process:
        said = [process.stdout.readline() for _ in range(2)]
        folders.put(raw_mail("later"))
        said.append(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, process.stderr.read()

    assert said == [
        "50 messages looked at …\n",
        "51 taken, 0 known before, 0 too large, 0 left where they are.\n",
        "1 taken, 0 known before, 0 too large, 0 left where they are.\n",
    ]
    assert (folders.held(), folders.held("Taken")) == (0, 52)
    assert InboundMessage.objects.count() == 52


# --- A line that breaks ----------------------------------------------------------------------


class cut_off:  # reads as a verb: with cut_off(...)
    """A port that leads to another and breaks after so many bytes from there."""

    def __init__(self, port: int, *, after: int) -> None:
        self.port, self.left = port, after
        self.door = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve)

    def __enter__(self) -> int:
        self.thread.start()
        return int(self.door.getsockname()[1])

    def __exit__(self, *error: object) -> None:
        self.thread.join(timeout=20)
        self.door.close()

    def serve(self) -> None:
        near, _ = self.door.accept()
        far = socket.create_connection(("127.0.0.1", self.port))
        sender = threading.Thread(target=self.pump, args=(near, far))
        sender.start()
        while self.left > 0 and (piece := far.recv(min(self.left, 4096))):
            self.left -= len(piece)
            near.sendall(piece)
        for end in (near, far):
            end.shutdown(socket.SHUT_RDWR)
        sender.join()
        near.close(), far.close()

    def pump(self, near: socket.socket, far: socket.socket) -> None:
        try:
            while piece := near.recv(4096):
                far.sendall(piece)
        except OSError:
            return
