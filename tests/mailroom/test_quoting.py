from __future__ import annotations

import pytest

from coalition.mailroom.quoting import Forward, split, without_quotes

FORWARDED = {
    # language: (mark, From line, Subject line)
    "ar": ("---------- رسالة محولة ---------", "من: A <a@b.example>", "الموضوع: طلب"),
    "en": ("Begin forwarded message:", "From: A <a@b.example>", "Subject: طلب"),
    "es": ("---------- Mensaje reenviado ----------", "De: A <a@b.example>", "Asunto: طلب"),
    "fr": ("-------- Message transféré --------", "De : A <a@b.example>", "Objet : طلب"),
    "ru": ("-------- Пересылаемое сообщение --------", "От: A <a@b.example>", "Тема: طلب"),
    "zh": ("---------- 转发的邮件 ----------", "发件人：A <a@b.example>", "主题：طلب"),
}


@pytest.mark.parametrize("language", FORWARDED)
def test_split_finds_the_forwarded_message(language: str) -> None:
    mark, sender, subject = FORWARDED[language]
    words, forward = split(f"Own words.\n\n{mark}\n{sender}\n{subject}\n\nInner words.", "Hello")
    assert words == "Own words."
    assert forward == Forward("A <a@b.example>", "طلب", "Inner words.")


OUTLOOK = "Own words.\n\nFrom: A <a@b.example>\nSent: Monday\nTo: C\nSubject: Old\n\nInner words."


@pytest.mark.parametrize(
    ("subject", "forward"),
    [
        ("FW: Old", Forward("A <a@b.example>", "Old", "Inner words.")),
        ("RV: Old", Forward("A <a@b.example>", "Old", "Inner words.")),
        ("TR : Old", Forward("A <a@b.example>", "Old", "Inner words.")),
        ("转发：Old", Forward("A <a@b.example>", "Old", "Inner words.")),
        ("Re: Old", None),
        ("Old", None),
    ],
)
def test_split_takes_a_copied_header_for_a_forward_by_the_subject(
    subject: str, forward: Forward | None
) -> None:
    assert split(OUTLOOK, subject) == ("Own words.", forward)


def test_split_takes_marks_off_a_forward_quoted_as_a_whole() -> None:
    text = "See below.\n\nBegin forwarded message:\n\n> From: A\n> Subject: B\n>\n> Inner words."
    assert split(text, "Fwd: B") == ("See below.", Forward("A", "B", "Inner words."))


def test_split_leaves_a_text_with_a_lone_label_whole() -> None:
    text = "From: our side all is well.\n\nYours"
    assert split(text, "Hello") == (text, None)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Yes.\n\nOn 5 Oct 2026, A <a@b.example> wrote:\n> Will you?", "Yes."),
        ("Oui.\n\nLe 5 oct. 2026 à 10:00,\nA <a@b.example> a écrit :\n> Alors ?\n> Bien.", "Oui."),
        ("好。\n\n在 2026年10月5日，A 写道：\n> 好吗？", "好。"),
        ("> Will you?\nYes.\n> And now?\nNo.", "Yes.\nNo."),
        ("Three things:\n> one", "Three things:"),
    ],
)
def test_without_quotes_leaves_the_writers_own_words(text: str, own: str) -> None:
    assert without_quotes(text) == own
