from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.base.errors import Refused
from coalition.base.uploads import sniff
from coalition.mailroom.parts import clean_name, text_from_html
from coalition.mailroom.reading import (
    MAX_BYTES,
    MAX_CONTAINERS,
    MAX_HEADER_BYTES,
    MAX_HEADER_LINES,
    MAX_LINES,
    MAX_PARTS,
    ReadMessage,
    attachment_bytes,
    may_be_answered,
    read,
    unreadable,
)

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "src/coalition/web/data/example_mails"
OTHERS = Path(__file__).parent / "mails"
ALL_MAILS = sorted([*EXAMPLES.glob("*.eml"), *OTHERS.glob("*.eml")])


def reading(raw: bytes) -> ReadMessage:
    return read(
        raw,
        own_domains=frozenset({"coalition.example"}),
        own_addresses=frozenset({"coalition@house.example.org"}),
    )


def mail(*lines: str, body: str = "Good morning.", sender: str = "a@union.example.org") -> bytes:
    """A small message with these header lines; `sender=""` leaves the From line out."""
    head = [f"From: {sender}"] if sender else []
    return "\r\n".join([*head, *lines, "", body, ""]).encode("utf-8")


def nested(levels: int, size: int = 0) -> bytes:
    """A multipart in a multipart in a multipart …, at least `size` bytes long."""
    lines = [
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(levels)
    ]
    raw = b"From: a@union.example.org\r\n" + "".join(lines).encode()
    return raw + b"x" * max(0, size - len(raw))


# --- What a message says -------------------------------------------------------------------

SAID = {
    # file: (address, first line of the text, attachments as (name, sniffed type), forwarded)
    "01-english-union": ("focalpoint@bakers.example.org", "Dear Secretariat,", [], 0),
    "02-french-ministry": ("cabinet@travail.example.org", "Madame, Monsieur,", [], 0),
    "03-spanish-employers-pdf": (
        "secretaria@empleadores.example.org",
        "Estimada Secretaría:",
        [("Carta de adhesión.pdf", "application/pdf")],
        0,
    ),
    "04-russian-university": (
        "rector@labour-university.example.org",
        "Уважаемые коллеги!",
        [],
        0,
    ),
    "05-arabic-association": (
        "contact@domestic.example.org",
        "السادة في الأمانة المحترمين،",
        [],
        0,
    ),
    "06-chinese-company": ("partners@textile.example", "秘书处：", [], 0),
    "07-french-html-only": ("partenariats@banque.example.org", "Madame, Monsieur,", [], 0),
    "08-arabic-union-docx": (
        "relations@transport.example.org",
        "السيدات والسادة،",
        [
            (
                "رسالة.docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            )
        ],
        0,
    ),
    "09-spanish-forwarded-inline": ("recepcion@camara.example.org", "Buenos días:", [], 1),
    "10-english-forwarded-attached": (
        "library@info.example.org",
        "Hello,",
        [("Admission.eml", "message/rfc822")],
        1,
    ),
    "11-russian-on-behalf": ("office@law.example", "Здравствуйте!", [], 0),
    "12-chinese-two-organisations": ("liaison@construction.example.org", "秘书处：", [], 0),
}


@pytest.mark.parametrize("name", SAID)
def test_example_mail_is_read_as_written(name: str) -> None:
    message = reading((EXAMPLES / f"{name}.eml").read_bytes())
    assert (
        message.from_address,
        message.text.split("\n")[0],
        [(a.name, a.sniffed_type) for a in message.attachments],
        len(message.forwarded),
    ) == SAID[name]
    assert (message.automatic, message.forged, message.defects) == ("", "", ())
    assert message.to == ("join@coalition.example",)


def test_examples_are_the_twelve_of_the_table() -> None:
    assert sorted(file.stem for file in EXAMPLES.glob("*.eml")) == sorted(SAID)


def test_read_takes_every_field() -> None:
    message = reading((EXAMPLES / "01-english-union.eml").read_bytes())
    assert message.message_id == "<20261005091241.1@bakers.example.org>"
    assert message.from_name == "Focal point, Example Bakers' Union"
    assert message.subject == "Application to join the Coalition"
    assert message.date == datetime(2026, 10, 5, 6, 12, 41, tzinfo=UTC)
    reply = reading(
        mail(
            "Reply-To: Office <Office@Union.example.org>",
            "To: join@coalition.example, Other <b@union.example.org>",
            "Cc: c@union.example.org",
            "In-Reply-To: <one@coalition.example>",
            "References: <nought@coalition.example> <one@coalition.example>",
            "Content-Language: fr",
        )
    )
    assert reply.reply_to == "office@union.example.org"
    assert reply.to == ("join@coalition.example", "b@union.example.org")
    assert reply.cc == ("c@union.example.org",)
    assert reply.in_reply_to == "<one@coalition.example>"
    assert reply.references == ("<nought@coalition.example>", "<one@coalition.example>")
    assert (reply.language_header, reply.date) == ("fr", None)


def test_read_joins_encoded_words_in_a_senders_name() -> None:
    message = reading((EXAMPLES / "03-spanish-employers-pdf.eml").read_bytes())
    assert message.from_name == "Secretaría general, Federación Ejemplo de Empleadores"


def test_read_takes_header_lines_in_plain_utf8() -> None:
    message = reading(mail("Subject: Адрес и имя", sender="Союз Пример <a@union.example.org>"))
    assert (message.from_name, message.subject) == ("Союз Пример", "Адрес и имя")


def test_read_looks_inside_forwarded_messages() -> None:
    inline = reading((EXAMPLES / "09-spanish-forwarded-inline.eml").read_bytes())
    [inner] = inline.forwarded
    assert inner.from_name == "Secretaría, Sindicato Ejemplo de Panaderos"
    assert inner.from_address == "secretaria@panaderos.example.org"
    assert inner.words.startswith("Compañeras y compañeros:")
    assert inline.words.endswith("Recepción, Cámara Ejemplo de Comercio")
    attached = reading((EXAMPLES / "10-english-forwarded-attached.eml").read_bytes())
    assert [m.from_address for m in attached.forwarded] == ["registry@erlc.example"]


def test_attachment_bytes_are_those_sent() -> None:
    raw = (EXAMPLES / "03-spanish-employers-pdf.eml").read_bytes()
    [letter] = reading(raw).attachments
    content = attachment_bytes(raw, letter.sha256)
    assert content is not None
    assert (content[:8], len(content)) == (b"%PDF-1.4", letter.size)
    assert attachment_bytes(raw, "0" * 64) is None


# --- Quarantine ----------------------------------------------------------------------------

HEAD = b"From: a@union.example.org\r\n"
UNREADABLE = {
    "empty": (b"", "The message is empty."),
    "blank": (b"\r\n \r\n", "The message is empty."),
    "too large": (HEAD + b"\r\n" + b"x" * MAX_BYTES, "The message is larger than 25 MB."),
    "header without end": (
        HEAD + b"X-Long: " + b"x" * MAX_HEADER_BYTES,
        "The header of the message does not end within 256 kB.",
    ),
    "no header": (
        b"just some words\r\n\r\nFrom: a@union.example.org\r\n",
        "The message has no header line: it is not an e-mail.",
    ),
    "header lines": (
        HEAD + b"X: y\r\n" * (MAX_HEADER_LINES + 1) + b"\r\n",
        "The message has more than 2,000 header lines.",
    ),
    "lines": (
        HEAD + b"\r\n" + b"\r" * (MAX_LINES + 1),
        "The message has more than 600,000 lines.",
    ),
    "parts": (
        HEAD + b"\r\n" + b"--b\r\nContent-Type: text/plain\r\n\r\n" * (MAX_PARTS + 1),
        "The message has more than 200 parts.",
    ),
    "nesting": (
        nested(MAX_CONTAINERS + 1),
        "The message holds more than 30 messages or groups of parts in itself.",
    ),
    "24 MB of nesting": (
        nested(190_000, 24_000_000),
        "The message holds more than 30 messages or groups of parts in itself.",
    ),
    "50 MB of nesting": (nested(600_000, 50_000_000), "The message is larger than 25 MB."),
    "folded and encoded nesting": (
        HEAD + b"Content-Type:\r\n =?utf-8?q?multipart/mixed?=; boundary=b\r\n" * 31 + b"\r\n",
        "The message holds more than 30 messages or groups of parts in itself.",
    ),
    "messages in messages": (
        HEAD + b"CONTENT-TYPE: Message/RFC822\r\r" * 31,
        "The message holds more than 30 messages or groups of parts in itself.",
    ),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_unreadable_says_why_nothing_is_parsed(case: str) -> None:
    raw, reason = UNREADABLE[case]
    if case == "24 MB of nesting":
        assert len(raw) < MAX_BYTES
    assert unreadable(raw) == reason
    with pytest.raises(Refused, match=reason.split(":")[0]):
        reading(raw)


def test_unreadable_lets_the_deepest_allowed_nesting_pass() -> None:
    raw = nested(MAX_CONTAINERS)
    assert unreadable(raw) == ""
    assert reading(raw).from_address == "a@union.example.org"


# --- Automatic mail ------------------------------------------------------------------------

SUBMITTED = "Its header Auto-Submitted says that a program sent it."
LIST = "It carries the headers of a mailing list."
PRECEDENCE = "Its header Precedence says that it is bulk or automatic mail."
ROBOT = "Its headers say that a program answered for a person."
ADDRESS = "Its sender's address belongs to a program."
AWAY = "Its subject is that of an automatic answer."
AUTOMATIC = [
    ("Auto-Submitted: auto-replied", SUBMITTED),
    ("Auto-Submitted: auto-generated (rejected)", SUBMITTED),
    ("Auto-Submitted: no", ""),
    ("Precedence: bulk", PRECEDENCE),
    ("Precedence: junk", PRECEDENCE),
    ("Precedence: list", LIST),
    ("Precedence: first-class", ""),
    ("List-Id: <news.example.org>", LIST),
    ("List-Unsubscribe: <mailto:leave@example.org>", LIST),
    ("X-Mailing-List: news@example.org", LIST),
    (
        "X-Auto-Response-Suppress: All",
        "Its header X-Auto-Response-Suppress asks for no automatic answer.",
    ),
    ("X-Auto-Response-Suppress: None", ""),
    ("X-Autoreply: yes", ROBOT),
    ("X-Autorespond: yes", ROBOT),
    ("Feedback-ID: 1:2:3:news", "Its headers are those of mail sent to many."),
    ("Return-Path: <>", "It has no return path, as only automatic mail has."),
    ("Return-Path: <a@union.example.org>", ""),
    ("Subject: Out of office: back on Monday", AWAY),
    ("Subject: Réponse automatique : absente", AWAY),
    ("Subject: Respuesta automática", AWAY),
    ("Subject: Автоответ", AWAY),
    ("Subject: 自动回复: 休假", AWAY),
    ("Subject: رد تلقائي", AWAY),
    ("Subject: Office hours", ""),
    (
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b",
        "It is a report that a mail server or program wrote.",
    ),
    (
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "It reports that a message could not be delivered.",
    ),
    (
        "X-Failed-Recipients: b@union.example.org",
        "It reports that a message could not be delivered.",
    ),
]


@pytest.mark.parametrize(("line", "reason"), AUTOMATIC)
def test_automatic_mail_is_told_by_its_header(line: str, reason: str) -> None:
    message = reading(mail(line))
    assert message.automatic == reason
    assert (may_be_answered(message) == "") == (reason == "")


@pytest.mark.parametrize(
    ("sender", "reason"),
    [
        ("no-reply@shop.example", ADDRESS),
        ("noreply+17@shop.example", ADDRESS),
        ("do_not_reply@shop.example", ADDRESS),
        ("news-bounces@lists.example.org", ADDRESS),
        ("MAILER-DAEMON@mail.example.org", ADDRESS),
        ("postmaster@mail.example.org", ADDRESS),
        ("labour-request@lists.example.org", ADDRESS),
        ("norepley@shop.example", ""),
        ("bouncer@club.example.org", ""),
        ("secretary@union.example.org", ""),
    ],
)
def test_automatic_mail_is_told_by_its_sender(sender: str, reason: str) -> None:
    assert reading(mail(sender=sender)).automatic == reason


# --- Forged on its face --------------------------------------------------------------------

OWN_DOMAIN = "It claims to come from our own domain."
OTHER_ADDRESS = "Its sender's name shows another address than the real one."
NO_ADDRESS = "Its From line holds no address that could be read."
SEVERAL = "Its From line names several senders, and none as the one who sent it."
FORGED = [
    ("nobody", NO_ADDRESS),
    ("<>", NO_ADDRESS),
    ("a@union.example.org, b@ministry.example.org", SEVERAL),
    ("a@coalition.example", OWN_DOMAIN),
    ("a@post.coalition.example", OWN_DOMAIN),
    ("Coalition@House.example.org", "It claims to come from our own address."),
    ("a@not-coalition.example", ""),
    ('"chair@ministry.example.org" <a@prizes.example>', OTHER_ADDRESS),
    ("=?utf-8?q?chair=40ministry=2Eexample=2Eorg?= <a@prizes.example>", OTHER_ADDRESS),
    ('"a@union.example.org" <office@union.example.org>', ""),
    ('"a@union.example.org" <office@mail.union.example.org>', ""),
    ("Accounts, Example Union <a@union.example.org>", ""),
]


@pytest.mark.parametrize(("sender", "reason"), FORGED)
def test_forged_sender_is_told_by_the_from_line(sender: str, reason: str) -> None:
    assert reading(mail(sender=sender)).forged == reason


def test_forged_message_names_no_sender_at_all() -> None:
    message = reading(mail("Subject: Hello", sender=""))
    assert message.forged == "It does not say whom it is from."


def test_several_senders_with_one_who_sent_it_are_no_forgery() -> None:
    raw = mail("Sender: a@union.example.org", sender="a@union.example.org, b@union.example.org")
    assert reading(raw).forged == ""


# --- May it be answered? -------------------------------------------------------------------

ANSWERED = {
    "bounce": "It is a report that a message could not be delivered.",
    "forged-display-name": OTHER_ADDRESS,
    "forged-dmarc": "",  # which only the server that took it can know
    "forged-own-domain": OWN_DOMAIN,
    "invitation": "",
    "invoice": "",
    "mailing-list": "It came through a mailing list.",
    "newsletter": "It came through a mailing list.",
    "no-organisation": "",
    "out-of-office": SUBMITTED,
    "question": "",
    "question-in-french": "",
    "reply-quoting-an-application": "",
    "spam": "",
    "withdrawal": "",
}


@pytest.mark.parametrize("name", ANSWERED)
def test_may_be_answered_says_why_not(name: str) -> None:
    assert may_be_answered(reading((OTHERS / f"{name}.eml").read_bytes())) == ANSWERED[name]


def test_other_mails_are_those_of_the_table() -> None:
    assert sorted(file.stem for file in OTHERS.glob("*.eml")) == sorted(ANSWERED)


@pytest.mark.parametrize("name", SAID)
def test_applications_may_be_answered(name: str) -> None:
    assert may_be_answered(reading((EXAMPLES / f"{name}.eml").read_bytes())) == ""


def test_may_be_answered_wants_a_whole_address() -> None:
    message = reading(mail(sender="a@localhost"))
    assert may_be_answered(message) == "It gives no address that an answer could be sent to."


# --- Text ----------------------------------------------------------------------------------


def test_text_holds_no_control_or_direction_turning_characters() -> None:
    message = reading(mail("Subject: a\u202eb\u2066c", body="e\u0301 one\x00two\x1b[0m\u202ethree"))
    assert message.text == "é onetwo[0mthree"
    assert message.subject == "abc"


def test_text_is_capped_and_says_so() -> None:
    message = reading(mail(body="x" * 150_000))
    assert len(message.text) == 100_000
    assert message.defects == ("The text is long; only its first 100,000 characters were read.",)


def test_text_of_html_shows_what_a_reader_sees() -> None:
    markup = (
        "<title>no</title><style>p{}</style><p>One &amp; <b>two</b><br>three &lt;four&gt;</p>"
        "<script>alert(1)</script><blockquote>old</blockquote><div onclick=x>five</div>"
    )
    lines = [line.rstrip() for line in text_from_html(markup).split("\n") if line.strip(" >")]
    assert lines == ["One & two", "three <four>", "> old", "five"]


@pytest.mark.parametrize(
    ("charset", "content", "text", "defects"),
    [
        ("koi8-r", "Союз".encode("koi8-r"), "Союз", ()),
        ("gb2312", "示例工會".encode("gb18030"), "示例工會", ()),
        ("windows-1256", "نقابة".encode("cp1256"), "نقابة", ()),
        ("us-ascii", "fédération".encode(), "fédération", ()),
        ("utf-8", "fédération".encode("cp1252"), "fédération", 1),
        ("punycode", b"abc-def", "abc-def", 1),
        ("no-such-set", "союз".encode(), "союз", 1),
    ],
)
def test_text_is_decoded_as_declared_or_says_so(
    charset: str, content: bytes, text: str, defects: tuple[str, ...] | int
) -> None:
    head = f"From: a@union.example.org\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"
    message = reading(head.encode() + content)
    expected = ("A text is not written in the character set it declares.",) if defects else ()
    assert (message.text, message.defects) == (text, expected)


def test_hostile_header_lines_are_cut_and_read() -> None:
    for value in ("(" * 60_000, '"' * 9_000, "<" * 9_000, "=?punycode?q?" + "a" * 9_000 + "?="):
        message = reading(mail(f"To: {value}", f"Date: {value}", f"Message-ID: {value}"))
        assert message.from_address == "a@union.example.org"
        assert message.defects[-2:] == (
            "Its date could not be read.",
            "A header line was longer than 8,000 characters and was cut.",
        )


# --- Attachments ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("letter.pdf", "letter.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\letter.doc", "letter.doc"),
        ("letter\u202efdp.exe", "letterfdp.exe"),
        ("\x00.htaccess", "htaccess"),
        ('a<b>"c|d?.txt', "abcd.txt"),
        ("x" * 300 + ".docx", "x" * 115 + ".docx"),
        ("...", ""),
    ],
)
def test_clean_name_leaves_a_plain_file_name(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"MZ" + b"\x00" * 300, "application/x-executable"),
        (b"PK\x03\x04" + b"\x00" * 40, "application/zip"),
        (b"\xef\xbb\xbf <!DOCTYPE html><p>", "text/html"),
        (b"<svg xmlns='x'><script/></svg>", "image/svg+xml"),
        ("Привет".encode(), "text/plain"),
        (b"\xff\xfe\x00", "application/octet-stream"),
        (b"a\x00b", "application/octet-stream"),
    ],
)
def test_sniff_looks_at_the_bytes(content: bytes, kind: str) -> None:
    assert sniff(content) == kind


# --- Any bytes -----------------------------------------------------------------------------

ANY_BYTES = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


def assert_safe_to_keep(message: ReadMessage) -> None:
    """Every text can be written to the database: UTF-8, and no zero character."""
    values = [v for v in dataclasses.astuple(message) if isinstance(v, str)]
    values += [*message.to, *message.cc, *message.references, *message.defects]
    values += [a.name for a in message.attachments]
    for value in values:
        assert "\x00" not in value
        value.encode("utf-8")
    for inner in message.forwarded:
        assert_safe_to_keep(inner)


HEADER_NAMES = st.sampled_from(
    [
        *(b"From", b"To", b"Subject", b"Date", b"Content-Type", b"Content-Disposition"),
        *(b"Content-Transfer-Encoding", b"Message-ID", b"References", b"Return-Path"),
        *(b"Authentication-Results", b"Reply-To", b"MIME-Version", b"Precedence"),
    ]
)
HEADER_VALUES = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from(
        [
            *(b"multipart/mixed; boundary=b", b"message/rfc822", b"multipart/digest; boundary=b"),
            *(b"text/html; charset=idna", b"base64", b"uuencode", b"=?utf-16?b?//4=?= <a@b>"),
            *(b"attachment; filename*0*=utf-8''%ff; filename*2=b", b"Mon, 99 Foo 99999 +9999"),
            *(b"Group: a@b, c@d;, e", b"=?x?q?=?= =?utf-8?b?=?=", b"message/delivery-status"),
            *(b"text/plain; charset*=utf-8'en'%ff%fe", b"\xff\xfe<a@[1.2.3.4]>", b"<@a:b@c>"),
        ]
    ),
)
MESSAGES = st.builds(
    lambda headers, body: b"".join(n + b": " + v + b"\r\n" for n, v in headers) + b"\r\n" + body,
    st.lists(st.tuples(HEADER_NAMES, HEADER_VALUES), min_size=1, max_size=8),
    st.lists(
        st.one_of(
            st.binary(max_size=80),
            st.sampled_from(
                [b"\r\n--b\r\n", b"\r\n--b--\r\n", b"Content-Type: text/plain\r\n\r\n", b"\r\n\r\n"]
            ),
        ),
        max_size=6,
    ).map(b"".join),
)


@ANY_BYTES
@given(st.one_of(st.binary(max_size=400), MESSAGES))
def test_read_never_raises_on_any_bytes(raw: bytes) -> None:
    if unreadable(raw) == "":
        assert_safe_to_keep(reading(raw))


@ANY_BYTES
@given(
    st.sampled_from(ALL_MAILS),
    st.lists(
        st.tuples(st.integers(0, 3_000), st.integers(0, 30), st.binary(max_size=12)), max_size=6
    ),
)
def test_read_never_raises_on_damaged_mail(file: Path, damages: list) -> None:
    raw = file.read_bytes()
    for at, length, replacement in damages:
        raw = raw[:at] + replacement + raw[at + length :]
    if unreadable(raw) == "":
        assert_safe_to_keep(reading(raw))


@pytest.mark.realdata
def test_every_real_message_is_read_or_kept_apart(data_dir: Path) -> None:
    files = [*data_dir.glob("emails/**/*.eml"), *data_dir.glob("emails/**/msg_*.txt")]
    kept_apart = {}
    for file in files:
        raw = file.read_bytes()
        if reason := unreadable(raw):
            kept_apart[file.name] = reason
        else:
            assert_safe_to_keep(reading(raw))
    assert len(files) == 116
    assert kept_apart == {"msg_19.txt": "The message has no header line: it is not an e-mail."}
