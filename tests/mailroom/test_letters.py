"""Letters as they leave: text and page, signed, and digests that can be declined."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse

from coalition.base.errors import Refused
from coalition.base.models import Event
from coalition.mailroom import actions, signatures, unsubscribing
from coalition.mailroom.models import FailingAddress, Letter, LetterState
from coalition.mailroom.outbox import _as_message, as_html
from tests.factories import letter, person
from tests.mailroom.test_outbox import PostOffice, office

__all__ = ["office"]
WORDS = "mailroom/mail/acknowledgement.en.txt"


def pem(bits: int = 1024, form: object = serialization.PrivateFormat.TraditionalOpenSSL) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    pem_form = serialization.Encoding.PEM
    return key.private_bytes(pem_form, form, serialization.NoEncryption()).decode()


def public(private: str) -> bytes:
    key = serialization.load_pem_private_key(private.encode(), None).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    lines = key.public_bytes(serialization.Encoding.PEM, form).decode().splitlines()
    return b"v=DKIM1; k=rsa; p=" + "".join(lines[1:-1]).encode()


def parts(message: EmailMessage) -> dict[str, str]:
    return {
        part.get_content_type(): part.get_content().replace("\r\n", "\n")
        for part in message.walk()
        if not part.is_multipart()
    }


# --- Text and page -------------------------------------------------------------------------


def test_every_letter_leaves_as_text_and_as_page(db, office: PostOffice) -> None:
    letter(text="Hello <Ana> & all,\n\nread https://coalition.example/a?b=c&d. Bye\nfor now.\n")

    actions.deliver()

    ((_, sent),) = office.got
    told = parts(sent)
    assert list(told) == ["text/plain", "text/html"]
    assert told["text/plain"].startswith("Hello <Ana> & all,")
    assert told["text/html"] == (
        '<!doctype html>\n<html lang="en" dir="ltr">\n'
        '<head><meta charset="utf-8"><title>News</title></head>\n<body>\n'
        "<p>Hello &lt;Ana&gt; &amp; all,</p>\n"
        '<p>read <a href="https://coalition.example/a?b=c&amp;d">https://coalition.example/a?b='
        "c&amp;d</a>. Bye<br>\nfor now.</p>\n</body>\n</html>\n"
    )


def test_page_of_a_letter_follows_its_language() -> None:
    made = as_html(Letter(subject="أهلاً", text="مرحبًا", language="ar"))
    assert '<html lang="ar" dir="rtl">' in made
    assert '<html lang="zh" dir="ltr">' in as_html(Letter(subject="1", text="1", language="zh"))


@pytest.mark.parametrize(
    "text",
    [
        "<img src=https://evil.test/x.png>",
        'https://evil.test/"onmouseover="alert(1)',
        "javascript:alert(1)",
        "https://evil.test/<script>alert(1)</script>",
        "</title><script>alert(1)</script>",
    ],
)
def test_page_of_a_letter_runs_and_loads_nothing(text: str) -> None:
    made = as_html(Letter(subject=text, text=text, language="en"))
    tags = set(re.findall(r"<([a-z]+)", made))
    assert tags <= {"html", "head", "meta", "title", "body", "p", "a", "br"}
    assert not re.search(r"<[^>]*\b(src|on\w+)\s*=", made)
    assert not re.search(r'href="(?!https?://)', made)


# --- Signature -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def key() -> str:
    return pem()


def verify(raw: bytes, key: str) -> bool:
    return dkim.verify(raw, dnsfunc=lambda name, timeout=5: public(key))


def test_letters_are_signed_where_a_key_is_set(db, settings, key: str) -> None:
    settings.MAIL_DKIM_KEY, settings.MAIL_DKIM_SELECTOR = key, "mail2026"
    made = letter(subject="Обед и хлеб " * 8, text="مرحبًا\n\n" + "long words " * 60)

    raw = _as_message(made).message().as_bytes(linesep="\r\n")

    assert verify(raw, key)
    signed = message_from_bytes(raw, policy=policy.default)["DKIM-Signature"]
    assert "d=coalition.example" in signed
    assert "s=mail2026" in signed
    assert "c=relaxed/relaxed" in signed
    assert not verify(raw.replace(b"To: person", b"To: nobody"), key)


def test_a_signed_letter_arrives_valid(db, settings, key: str, office: PostOffice) -> None:
    settings.MAIL_DKIM_KEY, settings.MAIL_DKIM_SELECTOR = key, "mail2026"
    reader = person(language="ar")
    actions.tell(reader, event="x", template=WORDS, context={}, is_digest=True)

    assert actions.deliver().sent == 1

    ((raw, sent),) = [(raw, sent) for raw, (_, sent) in zip(office.raw, office.got, strict=True)]
    assert verify(raw, key)
    signed = sent["DKIM-Signature"].lower()
    covered = re.search(r"h=([^;]*)", signed)[1].replace(" ", "").split(":")
    assert {"from", "list-unsubscribe", "list-unsubscribe-post", "message-id"} <= set(covered)


def test_no_letter_is_signed_where_no_key_is_set(db) -> None:
    assert "DKIM-Signature" not in _as_message(letter()).message()


def test_key_problems_are_told_at_start(settings) -> None:
    good = pem()
    table = {
        ("", "x"): "COALITION_DKIM_SELECTOR is set, but no key",
        (good, ""): "A DKIM key is set, but not its name",
        ("nonsense", "x"): "The DKIM key cannot be read: COALITION_DKIM_KEY_FILE must name an RSA",
        (pem(1024, serialization.PrivateFormat.PKCS8), "x"): "",
        (good, "x"): "",
        ("", ""): "",
    }
    for (settings.MAIL_DKIM_KEY, settings.MAIL_DKIM_SELECTOR), sentence in table.items():
        told = [one for one in run_checks() if one.id == "coalition.E002"]
        assert [one.msg.startswith(sentence) for one in told] == [True] * bool(sentence)


def test_a_key_that_nobody_would_trust_is_told_at_start(settings, monkeypatch, key: str) -> None:
    settings.MAIL_DKIM_KEY, settings.MAIL_DKIM_SELECTOR = key, "x"
    monkeypatch.setattr(signatures, "FEWEST_BITS", 1025)
    assert signatures.problem() == "The DKIM key has fewer than 1025 bits: nobody would trust it."


def test_signature_refuses_a_key_that_cannot_sign(settings) -> None:
    settings.MAIL_DKIM_KEY, settings.MAIL_DKIM_SELECTOR = "nonsense", "x"
    with pytest.raises(Refused, match="The DKIM key cannot be read"):
        signatures.signature(b"From: a@b.test\r\n\r\n")


# --- Digests -------------------------------------------------------------------------------


def test_a_digest_says_how_to_decline_it(db) -> None:
    reader = person(language="ar")
    made = actions.tell(reader, event="day", template=WORDS, context={}, is_digest=True)
    link = unsubscribing.link_for(reader)

    assert link.startswith("http://127.0.0.1:8000/ar/unsubscribe/")
    assert made.headers["List-Unsubscribe"] == f"<{link}>"
    assert made.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in made.text
    plain = actions.tell(reader, event="case", template=WORDS, context={})
    assert "unsubscribe" not in str(plain.headers) + plain.text


def test_a_digest_goes_to_nobody_who_declined_it(db) -> None:
    reader = person(gets_digests=False)
    assert actions.tell(reader, event="1", template=WORDS, context={}, is_digest=True) is None
    assert actions.tell(reader, event="1", template=WORDS, context={}) is not None


def test_unsubscribe_asks_first_and_does_it_on_a_press(client: Client, db) -> None:
    reader, other = person(), person()
    link = unsubscribing.link_for(reader)

    page = client.get(link).content.decode()
    reader.refresh_from_db()
    assert (reader.gets_digests, "Send me no more digests" in page) == (True, True)

    page = client.post(link).content.decode()
    client.post(link)

    reader.refresh_from_db(), other.refresh_from_db()
    assert (reader.gets_digests, other.gets_digests) == (False, True)
    assert "You get no more digests." in page
    assert "You get no more digests." in client.get(link).content.decode()
    events = Event.objects.filter(verb="mailroom.unsubscribe").values_list("subject", flat=True)
    assert list(events) == [f"accounts.user:{reader.pk}"]


def test_unsubscribe_works_for_mail_programs_without_our_form(db) -> None:
    """RFC 8058: a POST without cookies or token, with List-Unsubscribe=One-Click in it."""
    reader = person()
    client = Client(enforce_csrf_checks=True)
    answer = client.post(unsubscribing.link_for(reader), {"List-Unsubscribe": "One-Click"})
    reader.refresh_from_db()
    assert (answer.status_code, reader.gets_digests) == (200, False)


def test_unsubscribe_knows_only_links_that_we_wrote(client: Client, db) -> None:
    reader, other = person(), person()
    signed = unsubscribing.SIGNER.sign(reader.pk)
    forged = [signed.replace(str(reader.pk), str(other.pk), 1), f"{reader.pk}", "x", signed[:-1]]
    for one in forged:
        assert client.post(reverse("mailroom:unsubscribe", args=[one])).status_code == 404
    assert {one.gets_digests for one in (reader, other)} == {True}


# --- Addresses that a server refuses -------------------------------------------------------


def test_deliver_learns_from_a_server_which_address_is_wrong(db, office: PostOffice) -> None:
    wrong, full = letter(), letter()
    office.refuses = {
        wrong.to_address: "550 5.1.1 No such person",
        full.to_address: "550 5.7.1 Relaying denied",
    }

    assert actions.deliver().failed == 2

    row = FailingAddress.objects.get()
    assert (row.address, row.letter, row.why) == (
        wrong.to_address,
        wrong,
        "5.1.1 No such person",
    )
    again = letter(to_address=wrong.to_address)
    actions.deliver()
    again.refresh_from_db()
    assert (again.state, again.attempts) == (LetterState.FAILED, 0)
