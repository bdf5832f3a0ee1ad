"""The door for mail servers, through real sockets and in a process of its own."""

from __future__ import annotations

import asyncio
import signal
import smtplib
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest

from coalition.mailroom.listening import Door, Taker
from coalition.mailroom.models import InboundMessage, Verdict
from tests.factories import raw_mail

# Whole databases are copied after each of these: the door is the same on both.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]
DESK = "secretariat@coalition.example"


@pytest.fixture
def door(start: Callable, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A listener on a free port of this machine."""
    process = start("mailroom", "listen", "--port", "0")
    said = process.stdout.readline()
    assert said.startswith("Taking messages by LMTP at 127.0.0.1:"), process.stderr.read()
    yield process, int(said.rpartition(":")[2].strip(" .\n"))
    if process.poll() is None:
        process.terminate()
    process.communicate(timeout=30)


def stored(message: InboundMessage) -> bytes:
    with message.raw.storage.open(message.raw.name, "rb") as file:
        return file.read()


def dialogue(port: int, *lines: bytes) -> list[str]:
    """Say all this, each line when its answer has come, and then give back what was answered."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as peer:
        file = peer.makefile("rb")
        answers = [file.readline().decode()]
        for line in lines:
            peer.sendall(line + b"\r\n")
            while True:
                answers.append(file.readline().decode())
                if answers[-1][3:4] != "-":
                    break
        peer.shutdown(socket.SHUT_WR)
        answers += [line.decode() for line in file]
        file.close()
    return answers


def test_listen_takes_arabic_in_address_and_text(door) -> None:
    _process, port = door
    message = EmailMessage()
    message["From"] = "منى <منى@مخبز.test>"
    message["To"] = DESK
    message["Subject"] = "خبز وأجور"
    message.set_content("نود أن نعرف المزيد.\n", cte="8bit")

    with smtplib.LMTP("127.0.0.1", port) as server:
        server.ehlo()
        assert {"8bitmime", "smtputf8", "size"} <= set(server.esmtp_features)
        assert server.send_message(message, mail_options=["BODY=8BITMIME"]) == {}

    got = InboundMessage.objects.get()
    assert (got.from_name, got.from_address) == ("منى", "منى@مخبز.test")
    assert (got.subject, got.text) == ("خبز وأجور", "نود أن نعرف المزيد.")
    assert (got.envelope_from, got.envelope_to) == ("منى@مخبز.test", DESK)
    assert got.verdict == Verdict.WAITING


def test_listen_keeps_ten_megabytes_byte_for_byte(door) -> None:
    _process, port = door
    raw = raw_mail(text=("x" * 998 + "\r\n") * 5_000 + "." * 5_000_000 + "\r\n..dots\r\n\xff")

    with smtplib.LMTP("127.0.0.1", port) as server:
        server.sendmail("ana@bakers.test", [DESK], raw)

    got = InboundMessage.objects.get()
    assert got.size == len(raw) > 10_000_000 - 10_000
    assert stored(got) == raw


def test_listen_answers_once_for_each_recipient(door) -> None:
    _process, port = door
    answers = dialogue(
        port,
        b"LHLO bakers.test",
        b"MAIL FROM:<>",
        b"RCPT TO:<secretariat@coalition.example>",
        b"RCPT TO:<join@coalition.example>",
        b"DATA",
        raw_mail() + b".",
    )

    got = InboundMessage.objects.get()
    assert answers[-2:] == [f"250 2.0.0 Stored as {got.digest}\r\n"] * 2
    assert got.envelope_to == "join@coalition.example, secretariat@coalition.example"
    assert (got.envelope_from, got.verdict) == ("<>", Verdict.AUTOMATIC)


def test_listen_refuses_an_announced_size_beyond_its_limit(door) -> None:
    _process, port = door
    with smtplib.LMTP("127.0.0.1", port) as server:
        server.ehlo()
        assert server.esmtp_features["size"] == str(60 * 1024 * 1024)
        code, _said = server.docmd(f"MAIL FROM:<a@bakers.test> SIZE={60 * 1024 * 1024 + 1}")
    assert code == 552


def test_door_answers_too_much_data_once_for_each_recipient() -> None:
    async def talk() -> list[str]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: Door(Taker(), data_size_limit=1_000, hostname="x.test", loop=loop),
            "127.0.0.1",
            0,
        )
        port = server.sockets[0].getsockname()[1]
        said = await asyncio.to_thread(
            dialogue,
            port,
            b"LHLO bakers.test",
            b"MAIL FROM:<a@bakers.test>",
            b"RCPT TO:<one@x.test>",
            b"RCPT TO:<two@x.test>",
            b"DATA",
            b"much too much\r\n" * 1_000 + b".",
        )
        server.close()
        await server.wait_closed()
        return said

    assert [line[:3] for line in asyncio.run(talk())[-2:]] == ["552", "552"]
    assert InboundMessage.objects.count() == 0


def test_listen_answers_451_while_the_database_cannot_be_used(start: Callable, tmp_path) -> None:
    process = start(
        "mailroom", "listen", "--port", "0", url=f"sqlite:///{tmp_path}/not-made.sqlite3"
    )
    port = int(process.stdout.readline().rpartition(":")[2].strip(" .\n"))

    with pytest.raises(smtplib.SMTPDataError) as refused, smtplib.LMTP("127.0.0.1", port) as server:
        server.sendmail("ana@bakers.test", [DESK], raw_mail())
    process.terminate()
    process.communicate(timeout=30)

    assert refused.value.smtp_code == 451


def test_listen_serves_many_at_once_and_stores_each_message_once(door) -> None:
    _process, port = door
    mails = [raw_mail(f"Message {number}") for number in range(20)]

    def send(raw: bytes) -> None:
        with smtplib.LMTP("127.0.0.1", port, timeout=60) as server:
            server.sendmail("ana@bakers.test", [DESK], raw)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, [*mails, *mails]))

    assert InboundMessage.objects.count() == 20
    assert set(InboundMessage.objects.values_list("verdict", flat=True)) == {Verdict.WAITING}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_listen_finishes_what_is_on_its_way_before_it_stops(door, number: int) -> None:
    process, port = door
    server = smtplib.LMTP("127.0.0.1", port)
    server.ehlo()
    server.mail("ana@bakers.test")
    server.rcpt(DESK)
    assert server.docmd("DATA")[0] == 354

    process.send_signal(number)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.5)
    server.send(raw_mail() + b".\r\n")
    code, _said = server.getreply()
    _out, said = process.communicate(timeout=30)
    server.close()

    assert code == 250
    assert (process.returncode, said) == (0, "")
    assert InboundMessage.objects.count() == 1


def test_listen_at_a_socket_leaves_none_behind(start: Callable, tmp_path: Path) -> None:
    path = tmp_path / "lmtp"
    process = start("mailroom", "listen", "--socket", str(path))
    assert process.stdout.readline() == f"Taking messages by LMTP at {path}.\n"
    assert path.stat().st_mode & 0o777 == 0o660

    with smtplib.LMTP(str(path)) as server:
        server.sendmail("ana@bakers.test", [DESK], raw_mail())
    process.terminate()
    process.communicate(timeout=30)

    assert process.returncode == 0
    assert not path.exists()
    assert InboundMessage.objects.count() == 1


def test_listen_says_when_the_port_is_taken(start: Callable) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start("mailroom", "listen", "--port", str(port))
        _out, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"Nothing can listen at 127.0.0.1:{port}" in said
