"""Whatever Django or a library sends passes the outbox."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection, send_mail
from django.urls import reverse
from django.utils import translation

from coalition.mailroom.models import Letter, LetterState
from tests.factories import person

OUTBOX = "coalition.mailroom.backends.Outbox"


@pytest.fixture(autouse=True)
def outbox_backend(settings) -> None:
    """Test runners put their own mail door in; here ours is tested."""
    settings.EMAIL_BACKEND = OUTBOX


def test_outbox_writes_one_letter_per_recipient_each_alone(db) -> None:
    ana = person("ana@bakers.test")
    message = EmailMessage(
        "Hello",
        "Read on.",
        to=["Ana <ANA@bakers.test>"],
        cc=["ben@bakers.test", "ANA@bakers.test"],
        bcc=["cy@bakers.test"],
        reply_to=["desk@x.test", "other@x.test"],
        headers={"X-Tracker": "1", "List-Unsubscribe": "<https://x.test/>"},
    )

    assert message.send() == 1

    assert list(
        Letter.objects.order_by("pk").values_list(
            "to_address", "to_person", "subject", "text", "state"
        )
    ) == [
        ("ANA@bakers.test", ana.pk, "Hello", "Read on.", LetterState.WAITING),
        ("ben@bakers.test", None, "Hello", "Read on.", LetterState.WAITING),
        ("cy@bakers.test", None, "Hello", "Read on.", LetterState.WAITING),
    ]
    assert (
        list(Letter.objects.values_list("headers", flat=True))
        == [{"List-Unsubscribe": "<https://x.test/>", "Reply-To": "desk@x.test, other@x.test"}] * 3
    )


def test_outbox_keeps_html_beside_the_text(db) -> None:
    message = EmailMultiAlternatives("Hello", "Text", to=["ana@bakers.test"])
    message.attach_alternative("<p>HTML</p>", "text/html")
    message.send()

    assert list(Letter.objects.values_list("text", "html")) == [("Text", "<p>HTML</p>")]


def test_outbox_makes_text_of_a_mail_in_html_alone(db) -> None:
    message = EmailMessage("Hello", "<p>One</p><p>Two</p>", to=["ana@bakers.test"])
    message.content_subtype = "html"
    message.send()

    made = Letter.objects.get()
    assert (made.text.split(), made.html) == (["One", "Two"], "<p>One</p><p>Two</p>")


def test_outbox_counts_mails_and_writes_none_without_recipient(db) -> None:
    mails = [EmailMessage("1", "1", to=["a@bakers.test"]), EmailMessage("2", "2")]
    assert get_connection(OUTBOX).send_messages(mails) == 1
    assert Letter.objects.count() == 1


def test_outbox_writes_the_same_mail_twice_when_it_is_sent_twice(db) -> None:
    for _ in range(2):
        send_mail("Code", "1", None, ["ana@bakers.test"])
    assert Letter.objects.count() == 2


def test_outbox_notes_the_language_of_the_moment(db) -> None:
    with translation.override("ar"):
        send_mail("Code", "1", None, ["ana@bakers.test"])
    assert Letter.objects.get().language == "ar"


def test_outbox_holds_what_goes_to_examples(db) -> None:
    person("role@bakers.test", is_example=True)
    send_mail("Code", "1", None, ["role@bakers.test"])
    send_mail("Code", "1", None, ["role@example.org"])
    assert list(Letter.objects.values_list("state", flat=True)) == [LetterState.HELD] * 2


def test_outbox_refuses_attachments_rather_than_lose_them(db) -> None:
    message = EmailMessage("Hello", "Text", to=["ana@bakers.test"])
    message.attach("list.csv", "a;b", "text/csv")
    with pytest.raises(ValueError, match="no attachments"):
        message.send()
    assert Letter.objects.count() == 0


def test_sign_in_codes_pass_the_outbox(client, db) -> None:
    someone = get_user_model().objects.get(pk=person("ana@bakers.test").pk)

    client.post(reverse("account_request_login_code"), {"email": someone.email})

    made = Letter.objects.get()
    assert (made.to_address, made.to_person, made.state) == (
        someone.email,
        someone,
        LetterState.WAITING,
    )
