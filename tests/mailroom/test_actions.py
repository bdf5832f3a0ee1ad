"""Messages in: kept first, read once, judged; and the automatic answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connections
from django.template.loader import get_template
from django.utils import timezone

from coalition.base.errors import NotAllowed
from coalition.base.models import Event
from coalition.mailroom import actions, reading
from coalition.mailroom.models import InboundMessage, Letter, LetterState, Verdict
from tests.factories import officer, person, raw_mail
from tests.mailroom import handlers

JOIN = project.JOIN_ADDRESS
AUTOMATIC = {
    "automatic": {"Auto_Submitted": "auto-replied"},
    "list": {"List_Id": "<news.bakers.test>"},
    "bounce": {"X_Failed_Recipients": "join@coalition.example"},
    "bulk": {"Precedence": "bulk"},
}


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    handlers.seen.clear()


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every message that reaches the parser."""
    found: list[bytes] = []
    parse = reading.message_from_bytes
    monkeypatch.setattr(
        reading,
        "message_from_bytes",
        lambda raw, **kwargs: (found.append(raw), parse(raw, **kwargs))[1],
    )
    return found


def handled_by(settings, name: str) -> None:
    settings.MAIL_HANDLERS = {"join": f"tests.mailroom.handlers.{name}"}


def stored(message: InboundMessage) -> bytes:
    with message.raw.storage.open(message.raw.name, "rb") as file:
        return file.read()


def kept_files() -> list[str]:
    storage = storages["private"]
    return [str(file) for file in Path(storage.location).rglob("*") if file.is_file()]


# --- Taking in -----------------------------------------------------------------------------


def test_take_keeps_the_bytes_and_says_what_was_read(db) -> None:
    raw = raw_mail(
        "Bread and wages",
        text="Caf\u00e9 first.",
        Date="Mon, 2 Nov 2026 09:30:00 +0100",
        Content_Type="text/plain; charset=utf-8",
    )

    message = actions.take(raw, envelope_from="ana@bakers.test", envelope_to="office@x.test")

    message.refresh_from_db()
    assert message.digest == hashlib.sha256(raw).hexdigest()
    assert stored(message) == raw
    assert (message.size, message.envelope_from, message.envelope_to) == (
        len(raw),
        "ana@bakers.test",
        "office@x.test",
    )
    assert (message.from_name, message.from_address) == ("Ana", "ana@bakers.test")
    assert (message.subject, message.text) == ("Bread and wages", "Caf\u00e9 first.")
    assert message.sent_at == datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
    assert (message.verdict, message.why) == (
        Verdict.WAITING,
        "It is not addressed to the joining address.",
    )
    assert message.no_answer == ""
    assert [
        (event.verb, event.subject) for event in Event.objects.filter(verb__startswith="mailroom")
    ] == [("mailroom.take", f"mailroom.inboundmessage:{message.pk}")]


def test_take_commits_file_and_row_before_anything_is_read(db, monkeypatch) -> None:
    raw = raw_mail()
    kept_by_then = []

    def look(raw: bytes) -> str:
        message = InboundMessage.objects.get()
        kept_by_then.append((message.verdict, stored(message) == raw))
        return ""

    monkeypatch.setattr(reading, "unreadable", look)
    actions.take(raw)

    assert kept_by_then[0] == (Verdict.RECEIVED, True)


@pytest.mark.django_db(transaction=True)
def test_take_refuses_to_run_inside_a_transaction() -> None:
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        actions.take(raw_mail())
    assert InboundMessage.objects.count() == 0


def test_take_the_same_bytes_twice_is_one_message(db, settings) -> None:
    handled_by(settings, "opens")
    raw = raw_mail(to=JOIN)

    first, second = actions.take(raw), actions.take(raw)

    assert first == second
    assert InboundMessage.objects.count() == 1
    assert len(handlers.seen) == 1
    assert Event.objects.filter(verb="mailroom.take").count() == 1
    assert len(kept_files()) == 1


@pytest.mark.django_db(transaction=True)
def test_take_the_same_bytes_in_eight_threads_is_one_message(settings) -> None:
    handled_by(settings, "opens")
    raw = raw_mail(to=JOIN)

    def take_one(_number: int) -> int:
        try:
            return actions.take(raw).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(take_one, range(8)))

    message = InboundMessage.objects.get()
    assert keys == {message.pk}
    assert message.verdict == Verdict.CASE
    assert len(handlers.seen) == 1
    assert kept_files() == [message.raw.path]


@pytest.mark.django_db(transaction=True)
def test_take_the_same_bytes_in_two_processes_is_one_message(start: Callable, tmp_path) -> None:
    file = tmp_path / "one.eml"
    file.write_bytes(raw_mail())

    both = [start("mailroom", "take", str(file)) for _ in range(2)]
    answers = [process.communicate(timeout=60) for process in both]

    assert [process.returncode for process in both] == [0, 0], answers
    assert InboundMessage.objects.get().verdict == Verdict.WAITING
    assert Event.objects.filter(verb="mailroom.take").count() == 1


def test_take_finds_the_file_that_a_crash_left_without_a_row(db) -> None:
    raw = raw_mail()
    digest = hashlib.sha256(raw).hexdigest()
    orphan = storages["private"].save(f"mail/{digest[:2]}/{digest}.eml", ContentFile(raw))

    message = actions.take(raw)

    assert message.raw.name == orphan
    assert len(kept_files()) == 1


def test_take_keeps_the_whole_message_beside_a_half_written_file(db) -> None:
    raw = raw_mail()
    digest = hashlib.sha256(raw).hexdigest()
    half = storages["private"].save(f"mail/{digest[:2]}/{digest}.eml", ContentFile(raw[:20]))

    message = actions.take(raw)

    assert message.raw.name != half
    assert stored(message) == raw


def test_take_does_not_bring_back_the_file_of_an_erased_message(db) -> None:
    raw = raw_mail()
    message = actions.take(raw)
    message.raw.delete()

    assert actions.take(raw) == message
    assert kept_files() == []


# --- What becomes of it --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handler", "verdict", "why"),
    [
        ("opens", Verdict.CASE, "It reads as an application to join."),
        ("declines", Verdict.WAITING, "It does not read as an application to join."),
    ],
)
def test_take_hands_mail_to_the_joining_address_to_its_handler(
    db, settings, handler: str, verdict: str, why: str
) -> None:
    handled_by(settings, handler)

    message = actions.take(raw_mail("We want to join", to=JOIN.upper()))

    assert (message.verdict, message.why) == (verdict, why)
    ((handed, read),) = handlers.seen
    assert handed == message
    assert (read.subject, handed.subject) == ("We want to join", "We want to join")


@pytest.mark.parametrize(
    ("headers", "envelope_to"),
    [({"Cc": JOIN}, ""), ({}, f"office@x.test, {JOIN}"), ({}, JOIN.title())],
)
def test_take_knows_the_joining_address_in_copies_and_on_the_envelope(
    db, settings, headers: dict[str, str], envelope_to: str
) -> None:
    handled_by(settings, "opens")

    message = actions.take(raw_mail(**headers), envelope_to=envelope_to)

    assert message.verdict == Verdict.CASE


@pytest.mark.parametrize("headers", AUTOMATIC.values(), ids=AUTOMATIC)
def test_take_opens_nothing_for_automatic_mail(db, settings, headers: dict[str, str]) -> None:
    handled_by(settings, "opens")

    message = actions.take(raw_mail(to=JOIN, **headers))

    assert message.verdict == Verdict.AUTOMATIC
    assert message.why
    assert message.no_answer
    assert handlers.seen == []


def test_take_knows_a_bounce_by_its_envelope(db, settings) -> None:
    handled_by(settings, "opens")

    message = actions.take(raw_mail(to=JOIN), envelope_from="<>")

    assert (message.verdict, message.why) == (
        Verdict.AUTOMATIC,
        "It came without a return path, as only automatic mail does.",
    )
    assert message.no_answer == message.why
    assert handlers.seen == []


def test_take_opens_nothing_for_a_sender_forged_on_its_face(db, settings) -> None:
    handled_by(settings, "opens")

    message = actions.take(raw_mail(to=JOIN, sender=f"Join <{JOIN}>"))

    assert (message.verdict, message.why) == (
        Verdict.FORGED,
        "It claims to come from our own address.",
    )
    assert message.no_answer == message.why
    assert handlers.seen == []


def nested(depth: int) -> bytes:
    """Messages inside messages, some 50 MB of them."""
    return b"From: a@b.test\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * depth


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "The message is empty."),
        (nested(1_650_000), "The message is larger than 25 MB."),
        (
            nested(100),
            "The message holds more than 30 messages or groups of parts in itself.",
        ),
        (
            b"Subject: " + b"endless " * 200_000,
            "The header of the message does not end within 256 kB.",
        ),
    ],
    ids=["empty", "50 MB of nesting", "nesting", "header without end"],
)
def test_take_quarantines_what_must_not_be_parsed(
    db, parsed: list[bytes], raw: bytes, why: str
) -> None:
    message = actions.take(raw)

    message.refresh_from_db()
    assert (message.verdict, message.why, message.no_answer) == (Verdict.QUARANTINED, why, why)
    assert (message.subject, message.from_address, message.text) == ("", "", "")
    assert stored(message) == raw
    assert parsed == []
    assert actions.read_again(message).verdict == Verdict.QUARANTINED
    assert parsed == []


def test_take_reads_what_is_not_in_quarantine(db, parsed: list[bytes]) -> None:
    raw = raw_mail()
    actions.take(raw)
    assert raw in parsed


def test_take_keeps_a_message_whose_reading_fails(db, settings, caplog) -> None:
    handled_by(settings, "breaks")
    raw = raw_mail("Join", to=JOIN)

    message = actions.take(raw)

    message.refresh_from_db()
    assert message.verdict == Verdict.RECEIVED
    assert message.why == (
        "Reading it failed. The message is kept as it came and can be read again.\nLookupError"
    )
    assert message.subject == ""  # nothing half-written
    assert stored(message) == raw
    assert "could not be read" in caplog.text


def test_read_again_handles_what_failed_before(db, settings) -> None:
    handled_by(settings, "breaks")
    message = actions.take(raw_mail("Join", to=JOIN))
    handled_by(settings, "opens")

    again = actions.read_again(message)

    assert (again.verdict, again.subject) == (Verdict.CASE, "Join")
    assert actions.read_again(again).verdict == Verdict.CASE
    assert len(handlers.seen) == 1


def test_take_of_the_same_bytes_handles_what_failed_before(db, settings) -> None:
    handled_by(settings, "breaks")
    raw = raw_mail("Join", to=JOIN)
    actions.take(raw)
    handled_by(settings, "opens")

    assert actions.take(raw).verdict == Verdict.CASE


@pytest.mark.realdata
def test_take_survives_every_message_of_the_corpora(db, data_dir: Path) -> None:
    files = sorted(
        file for file in (data_dir / "emails").rglob("*") if file.is_file() and file.suffix != ".md"
    )
    assert len(files) > 100
    digests = set()
    for file in files:
        raw = file.read_bytes()
        message = actions.take(raw, envelope_to=JOIN)
        digests.add(message.digest)
        assert message.verdict in (
            Verdict.WAITING,
            Verdict.AUTOMATIC,
            Verdict.FORGED,
            Verdict.QUARANTINED,
        ), (file, message.why)
        assert list(message.requests.all()) == [], file
        assert stored(message) == raw
    assert InboundMessage.objects.count() == len(digests)
    assert Letter.objects.count() == 0


# --- Dealing with it -----------------------------------------------------------------------


def test_mark_done_notes_who_and_when_together(db) -> None:
    by = officer()
    message = actions.take(raw_mail())

    done = actions.mark_done(message, by=by)

    assert (done.verdict, done.handled_by) == (Verdict.DONE, by)
    assert timezone.now() - done.handled_at < timedelta(minutes=1)
    assert InboundMessage.objects.waiting().count() == 0
    assert Event.objects.get(verb="mailroom.done").actor == f"accounts.user:{by.pk}"


def test_mark_done_refuses_a_second_time(db) -> None:
    by = officer()
    message = actions.take(raw_mail())
    actions.mark_done(message, by=by)

    with pytest.raises(NotAllowed, match="does not wait any more"):
        actions.mark_done(message, by=officer())
    message.refresh_from_db()
    assert message.handled_by == by


@pytest.mark.parametrize("roles", [(), ("editor",)])
def test_mark_done_is_for_officers(db, roles: tuple[str, ...]) -> None:
    message = actions.take(raw_mail())
    with pytest.raises(NotAllowed):
        actions.mark_done(message, by=person(roles=roles))


# --- The automatic answer ------------------------------------------------------------------


def test_acknowledge_answers_without_quoting(db) -> None:
    message = actions.take(
        raw_mail("Secret subject", text="Secret words.", sender="Ana <Ana@bakers.test>")
    )

    letter = actions.acknowledge(message, reference="ACC-2026-0007", language="en")

    assert letter.to_address == "ana@bakers.test"
    assert letter.subject == "Your message has arrived: ACC-2026-0007"
    assert "ACC-2026-0007" in letter.text
    for quoted in ("Secret", "Ana"):
        assert quoted not in letter.subject + letter.text
    assert letter.headers == {
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "Precedence": "auto_reply",
        "In-Reply-To": message.message_id,
        "References": message.message_id,
    }


def test_acknowledge_goes_once_per_address_and_day(db, monkeypatch) -> None:
    first = actions.take(raw_mail())
    second = actions.take(raw_mail(sender="ANA@bakers.test"))
    other = actions.take(raw_mail(sender="ben@bakers.test"))

    letters = [
        actions.acknowledge(one, reference="ACC-2026-0001", language="en")
        for one in (first, first, second, other)
    ]
    assert [letter and letter.to_address for letter in letters] == [
        "ana@bakers.test",
        None,
        None,
        "ben@bakers.test",
    ]
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert actions.acknowledge(second, reference="ACC-2026-0001", language="en")
    assert Letter.objects.count() == 3


@pytest.mark.parametrize(
    "raw",
    [
        *(raw_mail(**headers) for headers in AUTOMATIC.values()),
        raw_mail(sender=f"Join <{JOIN}>"),
        raw_mail(sender='"ana@real.test" <ben@other.test>'),
        raw_mail(sender="nobody"),
        raw_mail(sender="MAILER-DAEMON@bakers.test"),
        b"",
    ],
    ids=[*AUTOMATIC, "forged", "another name", "no address", "daemon", "quarantine"],
)
def test_acknowledge_never_answers(db, raw: bytes) -> None:
    message = actions.take(raw)

    assert actions.acknowledge(message, reference="ACC-2026-0001", language="en") is None
    assert Letter.objects.count() == 0


def test_acknowledge_names_no_message_id_that_is_none(db) -> None:
    raw = raw_mail().replace(b"Message-ID: <", b"Message-ID: no id <x y")
    message = actions.take(raw)

    letter = actions.acknowledge(message, reference="ACC-2026-0001", language="en")

    assert set(letter.headers) == {"Auto-Submitted", "X-Auto-Response-Suppress", "Precedence"}


def test_acknowledge_of_an_example_never_leaves(db) -> None:
    message = actions.take(raw_mail(sender="ana@bakers.test"), is_example=True)

    letter = actions.acknowledge(message, reference="ACC-2026-0001", language="en")

    assert (letter.state, letter.is_example) == (LetterState.HELD, True)


@pytest.mark.parametrize("language", project.UN_LANGUAGES)
def test_acknowledge_writes_in_six_languages(db, language: str) -> None:
    message = actions.take(raw_mail())

    letter = actions.acknowledge(message, reference="ACC-2026-0001", language=language)

    assert letter.language == language
    source = Path(get_template(f"mailroom/mail/acknowledgement.{language}.txt").origin.name)
    english = source.with_name("acknowledgement.en.txt")
    holes = ("{{ reference }}", "{{ join_address }}", "{{ site_url }}")
    counts = [[file.read_text("utf-8").count(hole) for hole in holes] for file in (source, english)]
    assert counts[0] == counts[1]
    assert len(letter.text.split("\n\n")) == 6
    assert JOIN in letter.text
    assert project.SITE_URL in letter.text


@pytest.mark.parametrize(("asked", "answered"), [("fr-CA", "fr"), ("tlh", "en"), ("", "en")])
def test_acknowledge_falls_back_to_a_language_it_has(db, asked: str, answered: str) -> None:
    message = actions.take(raw_mail())
    assert actions.acknowledge(message, reference="A", language=asked).language == answered
