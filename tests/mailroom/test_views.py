"""The mail room's pages: what officers see there, and that nobody else does."""

from __future__ import annotations

import csv
import io
from email.message import EmailMessage

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from coalition.accounts.models import User
from coalition.mailroom import actions, reading
from coalition.mailroom.models import (
    Authenticity,
    FailingAddress,
    Guess,
    InboundMessage,
    Letter,
    LetterState,
    Verdict,
)
from coalition.partners.models import AccessionRequest
from tests.factories import accession_request, letter, officer, person, raw_mail

VERBS = ("mailroom.read", "mailroom.handle")


@pytest.fixture
def by(db) -> User:
    return officer()


@pytest.fixture
def desk(client: Client, by: User) -> Client:
    """An officer's browser."""
    client.force_login(by)
    return client


def taken(**fields: object) -> InboundMessage:
    """A message that was taken in, with these fields set afterwards."""
    message = actions.take(raw_mail())
    InboundMessage.objects.filter(pk=message.pk).update(**fields)
    message.refresh_from_db()
    return message


def case(**fields: object) -> AccessionRequest:
    """A request to join with a correspondence."""
    return accession_request(thread=actions.open_thread(), **fields)


def numbers(answer) -> list[int]:
    return [one.pk for one in answer.context["page"]]


# --- Who may -------------------------------------------------------------------------------


def people() -> dict[str, User | AnonymousUser]:
    return {
        "anonymous": AnonymousUser(),
        "person": person(),
        "editor": person(roles=("editor",)),
        "former officer": officer(is_active=False),
        "officer": officer(),
    }


def test_only_officers_may_read_and_handle(db) -> None:
    table = {who: [one.has_perm(verb) for verb in VERBS] for who, one in people().items()}
    assert table == {
        "anonymous": [False, False],
        "person": [False, False],
        "editor": [False, False],
        "former officer": [False, False],
        "officer": [True, True],
    }


def test_only_officers_see_messages_and_letters(db) -> None:
    taken(), letter()
    seen = {
        who: (
            InboundMessage.objects.visible_to(one).count(),
            Letter.objects.visible_to(one).count(),
        )
        for who, one in people().items()
    }
    assert {who for who, counts in seen.items() if counts == (1, 1)} == {"officer"}
    assert {who for who, counts in seen.items() if counts == (0, 0)} == seen.keys() - {"officer"}


@pytest.mark.parametrize("who", ["anonymous", "person", "editor"])
def test_to_all_others_the_mail_room_is_not_there(client: Client, db, who: str) -> None:
    message = taken()
    if who != "anonymous":
        client.force_login(people()[who])
    for name in ("queue", "queue_csv", "outbox"):
        assert client.get(reverse(f"mailroom:{name}")).status_code == 404
    for name in ("message", "raw"):
        assert client.get(reverse(f"mailroom:{name}", args=[message.pk])).status_code == 404
    assert client.get(reverse("mailroom:attachment", args=[message.pk, 1])).status_code == 404
    for name in ("done", "read"):
        assert client.post(reverse(f"mailroom:{name}", args=[message.pk])).status_code == 404
    message.refresh_from_db()
    assert message.verdict == Verdict.WAITING


@pytest.mark.parametrize("name", ["done", "read"])
def test_verbs_are_not_done_by_following_a_link(desk: Client, name: str) -> None:
    assert desk.get(reverse(f"mailroom:{name}", args=[taken().pk])).status_code == 405


# --- The queue -----------------------------------------------------------------------------


def test_queue_shows_what_waits_newest_first(desk: Client) -> None:
    first, second = taken(), taken()
    taken(verdict=Verdict.CASE), taken(verdict=Verdict.DONE)

    answer = desk.get(reverse("mailroom:queue"))

    assert numbers(answer) == [second.pk, first.pk]


@pytest.mark.parametrize("count", [1, 3])
def test_queue_costs_seven_queries(desk: Client, count: int, django_assert_num_queries) -> None:
    for _ in range(count):
        one = taken()
        for _ in range(2):
            Guess.objects.create(message=one, thread=case().thread, why="It looks like it.")
    desk.get(reverse("mailroom:queue"))
    with django_assert_num_queries(7):
        answer = desk.get(reverse("mailroom:queue"))
    assert len(numbers(answer)) == count


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "bread wages"),
        ({"verdict": "forged"}, "wages"),
        ({"verdict": "done"}, "done"),
        ({"verdict": "all", "order": "oldest"}, "bread wages done"),
        ({"words": "BAKERY ben"}, "bread"),
        ({"words": "bakery nobody"}, ""),
        ({"words": "ana@bakers.test", "verdict": "all"}, "wages done"),
        ({"verdict": "no such verdict"}, "bread wages"),
        ({"page": "1" + "0" * 30}, "bread wages"),
        ({"page": "0" * 5000}, "bread wages"),
        ({"page": "-1"}, "bread wages"),
    ],
)
def test_queue_filters_and_searches(desk: Client, query: dict[str, str], found: str) -> None:
    rows = {
        "bread": taken(subject="Bread", text="about a bakery", from_address="ben@union.test"),
        "wages": taken(subject="Wages", verdict=Verdict.FORGED),
        "done": taken(subject="Done", verdict=Verdict.DONE),
    }

    answer = desk.get(reverse("mailroom:queue"), query)

    assert sorted(numbers(answer)) == sorted(rows[name].pk for name in found.split())


def test_queue_pages_are_bounded(desk: Client) -> None:
    InboundMessage.objects.bulk_create(
        InboundMessage(digest=f"{number:064}", size=1, verdict="waiting") for number in range(60)
    )
    answer = desk.get(reverse("mailroom:queue"), {"page": "9" * 40})
    assert (answer.context["page"].number, len(numbers(answer))) == (3, 10)


def test_queue_escapes_what_strangers_write(desk: Client) -> None:
    script = "<script>alert(1)</script>"
    message = taken(subject=script, from_name=script, text=script, why=script, no_answer=script)
    for url in (reverse("mailroom:queue"), message.get_absolute_url()):
        page = desk.get(url).content.decode()
        assert script not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_queue_marks_examples(desk: Client) -> None:
    message = taken(is_example=True)
    letter(is_example=True)
    for url in (
        reverse("mailroom:queue"),
        message.get_absolute_url(),
        reverse("mailroom:outbox"),
    ):
        assert desk.get(url).content.decode().count('class="example"') == 1


def test_queue_csv_holds_what_the_filters_find(desk: Client) -> None:
    taken(subject="Other")
    message = taken(subject="=SUM(A1)", from_name="Bread, and wages", verdict=Verdict.FORGED)

    answer = desk.get(reverse("mailroom:queue_csv"), {"verdict": "forged"})

    text = b"".join(answer.streaming_content).decode()
    assert answer["Content-Disposition"] == 'attachment; filename="messages.csv"'
    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text[1:]))) == [
        ["Number", "Received", "From", "Address", "Subject", "What became of it"],
        [
            str(message.pk),
            message.received_at.isoformat(timespec="seconds"),
            "Bread, and wages",
            "ana@bakers.test",
            "'=SUM(A1)",
            "sender looks forged",
        ],
    ]


# --- One message ---------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_message_costs_the_same_for_any_number_of_attachments(
    desk: Client, count: int, django_assert_num_queries
) -> None:
    message = taken(attachments=[ATTACHMENT] * count)
    for _ in range(count):
        Guess.objects.create(message=message, thread=case().thread, why="It looks like it.")
    desk.get(message.get_absolute_url())
    with django_assert_num_queries(6):
        answer = desk.get(message.get_absolute_url())
    assert answer.content.decode().count("terms.pdf") == count


def test_message_shows_what_was_read_and_why(desk: Client) -> None:
    message = actions.take(raw_mail("Bread", sender="Join <join@coalition.example>", to="x@x.test"))

    page = desk.get(message.get_absolute_url()).content.decode()

    assert "It claims to come from our own address." in page
    assert message.digest in page
    assert "We would like to know more." in page


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"From: a@b.test\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 1000,
        b"x: y" * 200_000,
    ],
    ids=["empty", "nesting", "header without end"],
)
def test_message_in_quarantine_is_shown_and_never_parsed(
    desk: Client, monkeypatch, raw: bytes
) -> None:
    parsed: list[bytes] = []
    monkeypatch.setattr(reading, "message_from_bytes", lambda raw, **_: parsed.append(raw))
    message = actions.take(raw)

    page = desk.get(message.get_absolute_url())
    listed = desk.get(reverse("mailroom:queue"), {"verdict": "quarantined"})
    download = desk.get(reverse("mailroom:raw", args=[message.pk]))
    inside = desk.get(reverse("mailroom:attachment", args=[message.pk, 1]))

    assert message.why in page.content.decode()
    assert numbers(listed) == [message.pk]
    assert download.content == raw
    assert inside.status_code == 404
    assert parsed == []


def test_message_shows_a_long_text_in_part(desk: Client) -> None:
    message = taken(text="ж" * 100_000)
    answer = desk.get(message.get_absolute_url(), headers={"accept-encoding": "gzip"})
    assert len(answer.content) < 15_000
    assert answer.context["is_cut"] is True


@pytest.mark.parametrize("pk", [0, 10**30])
def test_message_that_does_not_exist_is_not_found(desk: Client, pk: int) -> None:
    assert desk.get(f"/en/mailroom/{pk}/").status_code == 404


def test_raw_is_a_download_that_no_browser_runs(desk: Client) -> None:
    raw = b"Content-Type: text/html\r\n\r\n<script>alert(1)</script>\r\n"
    message = actions.take(raw)

    answer = desk.get(reverse("mailroom:raw", args=[message.pk]))

    assert answer.content == raw
    assert {name: answer[name] for name in SAFE_HEADERS} == {
        **SAFE_HEADERS,
        "Content-Disposition": f'attachment; filename="message-{message.pk}.eml"',
    }


def test_raw_that_was_erased_is_not_found(desk: Client) -> None:
    message = taken()
    message.raw.delete()
    assert desk.get(reverse("mailroom:raw", args=[message.pk])).status_code == 404
    assert desk.get(message.get_absolute_url()).status_code == 200
    assert desk.post(reverse("mailroom:read", args=[message.pk])).status_code == 404


SAFE_HEADERS = {
    "Content-Type": "application/octet-stream",
    "Content-Disposition": "attachment; filename*=utf-8''%D9%82%D8%A7%D8%A6%D9%85%D8%A9.html",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}
ATTACHMENT = {
    "name": "terms.pdf",
    "declared_type": "application/pdf",
    "sniffed_type": "application/pdf",
    "size": 9,
    "sha256": "0" * 64,
}


def test_attachment_is_a_download_under_its_own_name(desk: Client) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ana@bakers.test", "x@x.test", "With a file"
    mail.set_content("See the file.")
    mail.add_attachment(b"<script>alert(1)</script>", "text", "html", filename="قائمة.html")
    message = actions.take(mail.as_bytes())

    answer = desk.get(reverse("mailroom:attachment", args=[message.pk, 1]))

    assert answer.content == b"<script>alert(1)</script>"
    assert {name: answer[name] for name in SAFE_HEADERS} == SAFE_HEADERS
    for number in (0, 2, 10**30):
        url = reverse("mailroom:attachment", args=[message.pk, number])
        assert desk.get(url).status_code == 404


def test_done_takes_a_message_from_the_queue(desk: Client, by: User) -> None:
    message = taken()

    answer = desk.post(reverse("mailroom:done", args=[message.pk]), follow=True)

    message.refresh_from_db()
    assert (message.verdict, message.handled_by) == (Verdict.DONE, by)
    assert answer.redirect_chain == [(reverse("mailroom:queue"), 302)]
    assert numbers(answer) == []
    assert desk.post(reverse("mailroom:done", args=[message.pk])).status_code == 403


def test_message_offers_what_later_rooms_can_do_while_it_waits(desk: Client, settings) -> None:
    settings.MAIL_OFFERS = [("Open a request", "partners:open")]
    waits, done = taken(), taken(verdict=Verdict.DONE)

    page = desk.get(waits.get_absolute_url()).content.decode()
    assert f'action="{reverse("partners:open", args=[waits.pk])}"' in page
    assert "Open a request" in page
    assert "Open a request" not in desk.get(done.get_absolute_url()).content.decode()


def test_read_handles_a_message_that_could_not_be_read(desk: Client) -> None:
    message = taken(verdict=Verdict.RECEIVED, subject="", why="Reading it failed.")
    page = desk.get(message.get_absolute_url()).content.decode()
    assert reverse("mailroom:read", args=[message.pk]) in page

    desk.post(reverse("mailroom:read", args=[message.pk]))

    message.refresh_from_db()
    assert (message.verdict, message.subject) == (Verdict.WAITING, "Good day")


# --- Where it may belong -------------------------------------------------------------------


def test_guesses_are_shown_with_why_and_filed_by_one_press(desk: Client, by: User) -> None:
    message, likely, other = taken(), case(), case()
    Guess.objects.create(
        message=message, thread=likely.thread, why="It answers a letter of this correspondence."
    )
    url = reverse("mailroom:file", args=[message.pk, likely.thread.pk])
    for page in (reverse("mailroom:queue"), message.get_absolute_url()):
        shown = desk.get(page).content.decode()
        assert f'action="{url}"' in shown
        assert f"File with {likely}" in shown
        assert "It answers a letter of this correspondence." in shown

    # Only where it was guessed to belong.
    elsewhere = reverse("mailroom:file", args=[message.pk, other.thread.pk])
    assert desk.post(elsewhere).status_code == 404
    answer = desk.post(url, follow=True)

    message.refresh_from_db()
    assert "The message is filed with its correspondence." in answer.content.decode()
    assert (message.verdict, message.thread, message.handled_by) == (
        Verdict.FILED,
        likely.thread,
        by,
    )
    shown = desk.get(message.get_absolute_url()).content.decode()
    assert "It is filed with:" in shown
    assert likely.get_absolute_url() in shown
    assert desk.post(url).status_code == 404  # settled, so no guess is left


def test_ticked_messages_are_dealt_with_together(desk: Client, by: User) -> None:
    first, second, kept, settled = taken(), taken(), taken(), taken(verdict=Verdict.CASE)
    ticked = [first.pk, second.pk, settled.pk, "x", 10**30, -1]

    answer = desk.post(reverse("mailroom:done_together"), {"message": ticked}, follow=True)

    assert "2 messages are dealt with." in answer.content.decode()
    verdicts = dict(InboundMessage.objects.values_list("pk", "verdict"))
    assert verdicts == {
        first.pk: Verdict.DONE,
        second.pk: Verdict.DONE,
        kept.pk: Verdict.WAITING,
        settled.pk: Verdict.CASE,
    }


def test_message_says_whether_it_is_genuine_and_why(desk: Client) -> None:
    message = taken(
        authenticity=Authenticity.FAILED,
        authenticity_why="No valid signature of its sender's domain is on it.",
    )
    page = desk.get(message.get_absolute_url()).content.decode()
    assert "its sender’s domain disowns it" in page
    assert "No valid signature of its sender&#x27;s domain is on it." in page


def test_message_warns_of_attachments_that_may_harm(desk: Client) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "ana@bakers.test", "Terms"
    mail.set_content("See the terms.")
    mail.add_attachment(b"MZ\x90\x00\x03", maintype="application", subtype="pdf",
                        filename="terms.pdf")  # fmt: skip
    mail.add_attachment(b"a,b", maintype="text", subtype="csv", filename="list.csv")
    message = actions.take(mail.as_bytes())

    page = desk.get(message.get_absolute_url()).content.decode()

    assert page.count("This is a program: it may harm the computer on which it is opened.") == 1
    answer = desk.get(reverse("mailroom:attachment", args=[message.pk, 1]))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


# --- Failing addresses ---------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_failing_costs_five_queries(desk: Client, count: int, django_assert_num_queries) -> None:
    for number in range(count):
        FailingAddress.objects.create(
            address=f"a{number}@x.test", why="5.1.1 No such user", letter=letter()
        )
    desk.get(reverse("mailroom:failing"))
    with django_assert_num_queries(5):
        answer = desk.get(reverse("mailroom:failing"))
    assert answer.content.decode().count("5.1.1 No such user") == count


def test_clear_takes_an_address_from_the_list(desk: Client) -> None:
    row = FailingAddress.objects.create(address="ana@bakers.test", why="5.1.1")
    letter(to_address=row.address, state=LetterState.FAILED)
    url = reverse("mailroom:clear", args=[row.pk])

    answer = desk.post(url, follow=True)

    page = answer.content.decode()
    assert "Letters may go there again. 1 letter that was held back goes out now." in page
    assert "All addresses work, as far as is known." in page
    assert desk.post(url).status_code == 404


@pytest.mark.parametrize("who", ["anonymous", "person", "editor"])
def test_to_all_others_nothing_can_be_filed_or_cleared(client: Client, db, who: str) -> None:
    message, row = taken(), FailingAddress.objects.create(address="a@x.test", why="5.1.1")
    thread = case().thread
    Guess.objects.create(message=message, thread=thread, why="1")
    if who != "anonymous":
        client.force_login(people()[who])
    assert client.get(reverse("mailroom:failing")).status_code == 404
    for name, arguments in {
        "clear": [row.pk],
        "file": [message.pk, thread.pk],
        "done_together": [],
        "read_held": [],
    }.items():
        answer = client.post(reverse(f"mailroom:{name}", args=arguments), {"message": message.pk})
        assert answer.status_code == 404
    message.refresh_from_db()
    assert (message.verdict, FailingAddress.objects.count()) == (Verdict.WAITING, 1)


# --- The letters ---------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_outbox_costs_five_queries(desk: Client, count: int, django_assert_num_queries) -> None:
    for _ in range(count):
        letter(to_person=person())
    desk.get(reverse("mailroom:outbox"))
    with django_assert_num_queries(5):
        answer = desk.get(reverse("mailroom:outbox"))
    assert len(numbers(answer)) == count


def test_outbox_shows_letters_but_not_what_they_say(desk: Client) -> None:
    letter(subject="Your code", text="It is 123-456.", html="<p>123-456</p>")
    page = desk.get(reverse("mailroom:outbox")).content.decode()
    assert "Your code" in page
    assert "123-456" not in page


def test_outbox_filters_and_searches(desk: Client) -> None:
    waiting = letter(subject="Bread")
    failed = letter(state=LetterState.FAILED, error="550 No such person", subject="Wages")
    url = reverse("mailroom:outbox")

    assert numbers(desk.get(url)) == [failed.pk, waiting.pk]
    assert numbers(desk.get(url, {"state": "failed"})) == [failed.pk]
    assert numbers(desk.get(url, {"words": waiting.to_address})) == [waiting.pk]
    assert numbers(desk.get(url, {"words": "bread", "state": "failed"})) == []
    assert "550 No such person" in desk.get(url).content.decode()
