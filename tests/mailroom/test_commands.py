"""`coalition mailroom` as people and programs use it."""

from __future__ import annotations

import io
import json
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command, execute_from_command_line

from coalition.mailroom import actions
from coalition.mailroom.models import InboundMessage, Letter, LetterState
from tests.factories import letter, raw_mail


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("mailroom", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "one.eml"
    path.write_bytes(raw_mail("Bread"))
    return path


def test_take_says_what_became_of_each_message(db, file: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.eml"
    empty.write_bytes(b"")

    said = run("take", str(file), str(empty)).splitlines()

    first, second = InboundMessage.objects.order_by("pk")
    assert said == [
        f"{file}: waits for an officer. It is not addressed to the joining address.",
        f"  SHA-256 {first.digest}",
        f"{empty}: in quarantine, never parsed. The message is empty.",
        f"  SHA-256 {second.digest}",
    ]


def test_take_answers_programs_in_json(db, file: Path) -> None:
    answer = json.loads(run("take", str(file), "--json"))

    message = InboundMessage.objects.get()
    assert answer == [
        {
            "file": str(file),
            "id": message.pk,
            "digest": message.digest,
            "verdict": "waiting",
            "why": ["It is not addressed to the joining address."],
            "cases": [],
        }
    ]


def test_take_reads_standard_input(db, monkeypatch) -> None:
    raw = raw_mail()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))

    run("take", "-")

    assert InboundMessage.objects.get().size == len(raw)


def test_take_takes_nothing_when_a_file_is_missing(db, file: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no file .*none\.eml"):
        run("take", str(file), str(file.with_name("none.eml")))
    assert InboundMessage.objects.count() == 0


def test_show_lists_what_waits(db) -> None:
    waiting = actions.take(raw_mail("Bread"))
    done = actions.take(raw_mail("Wages"))
    InboundMessage.objects.filter(pk=done.pk).update(verdict="done")

    assert run("show").splitlines() == [
        f"{waiting.pk}  {waiting.received_at:%Y-%m-%d %H:%M}  waits for an officer  "
        "ana@bakers.test  Bread",
        "1 messages wait.",
    ]
    assert [one["id"] for one in json.loads(run("show", "--json"))] == [waiting.pk]


def test_show_shows_one_message_whatever_became_of_it(db) -> None:
    message = actions.take(raw_mail("Bread", text="More of it."))

    assert run("show", str(message.pk)).splitlines()[-1] == "More of it."
    assert json.loads(run("show", str(message.pk), "--json"))["text"] == "More of it."
    with pytest.raises(CommandError, match="There is no message 0"):
        run("show", "0")


def test_send_says_that_no_mail_server_is_named(db, settings) -> None:
    settings.MAIL_HOST = ""
    letter()
    with pytest.raises(CommandError, match="COALITION_MAIL_HOST"):
        run("send")
    assert Letter.objects.get().state == LetterState.WAITING


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("take",),
        ("listen", "--port", "70000"),
        ("send", "--every", "0"),
        ("show", "one"),
    ],
)
def test_wrong_usage_ends_with_exit_code_2(capsys, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        execute_from_command_line(["coalition", "mailroom", *arguments])
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: ")


@pytest.mark.django_db(transaction=True)
def test_send_goes_on_until_it_is_told_to_stop(start: Callable, monkeypatch) -> None:
    monkeypatch.setenv("COALITION_MAIL_HOST", "127.0.0.1")
    monkeypatch.setenv("COALITION_MAIL_PORT", "1")
    held = letter(to_address="role@example.org")
    process = start("mailroom", "send", "--every", "0.1")
    until = time.monotonic() + 30
    while Letter.objects.filter(pk=held.pk, state=LetterState.WAITING) and time.monotonic() < until:
        time.sleep(0.1)

    process.send_signal(signal.SIGTERM)
    out, _said = process.communicate(timeout=30)

    assert process.returncode == 0
    assert out == "0 sent, 0 given up, 1 held back, 0 waiting.\n"
