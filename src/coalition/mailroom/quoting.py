"""Whose words are these? Takes quoted replies and inline forwards out of the text of a message."""

from __future__ import annotations

import re
from dataclasses import dataclass

# What mail programs write above a forwarded message, in the six languages of the United Nations.
FORWARD_MARKS = (
    # en
    "forwarded message",
    "begin forwarded message",
    # fr
    "message transféré",
    "début du message transféré",
    "message réexpédié",
    # es
    "mensaje reenviado",
    "inicio del mensaje reenviado",
    # ru
    "пересылаемое сообщение",
    "пересланное сообщение",
    "начало переадресованного сообщения",
    # zh
    "转发的邮件",
    "转发邮件",
    "以下是转发的邮件",
    "已转发的邮件",
    # ar
    "رسالة محولة",
    "رسالة معاد توجيهها",
    "بداية الرسالة المعاد توجيهها",
)
# What stands above the older message in replies, and in forwards of some programs: the subject
# decides which of the two it is.
ORIGINAL_MARKS = (
    "original message",
    "message d'origine",
    "mensaje original",
    "исходное сообщение",
    "原始邮件",
    "الرسالة الأصلية",
)
# How subjects of forwarded messages begin.
FORWARD_SUBJECT = re.compile(
    r"^\s*(?:fwd?|wg|tr|rv|reenv|пересл|пер|转发|轉寄|إعادة توجيه|محول)\s*[:：]", re.IGNORECASE
)
# Labels of the header lines that mail programs copy into the text.
LABELS = {
    "from": ("from", "de", "expéditeur", "от", "от кого", "发件人", "من", "المرسل"),
    "subject": ("subject", "asunto", "objet", "тема", "主题", "الموضوع"),
    "date": (
        *("date", "sent", "fecha", "enviado", "enviado el", "envoyé", "дата", "отправлено"),
        *("日期", "发送时间", "时间", "التاريخ", "تاريخ الإرسال"),
    ),
    "to": ("to", "para", "à", "кому", "收件人", "إلى"),
    "cc": ("cc", "copie", "копия", "抄送", "نسخة"),
}
FIELD_OF = {label: field for field, labels in LABELS.items() for label in labels}
LABEL_LINE = re.compile(r"^\**([^\W\d_][\w ]{0,24}?)\**\s*[:：]\**\s*(.*)$")
MARK = re.compile(r"^[\s>\-–—_*=]*(.*?)[\s\-–—_*=:：]*$")
MOST_HEADER_LINES = 12
LONGEST_MARK = 300  # characters of a line that may be a mark or a header line


@dataclass(frozen=True)
class Forward:
    """A message found inside the text of another, with the header lines copied beside it."""

    sender: str
    subject: str
    text: str


def split(text: str, subject: str) -> tuple[str, Forward | None]:
    """The writer's own words, and the message forwarded below them, if any.

    Quoted lines, the line that introduces them, and an older message copied under a reply are
    in neither. A copied header block counts as forwarded only where a mark or the subject
    ("Fwd:" and its like in six languages) says so.
    """
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if len(line) > LONGEST_MARK:
            continue
        mark = MARK.sub(r"\1", line).casefold()
        forwarded = mark in FORWARD_MARKS
        if forwarded or mark in ORIGINAL_MARKS:
            fields, body = _header_block(lines, at + 1)
        elif _field(line)[0] == "from":
            fields, body = _header_block(lines, at)
            if not {"from", "subject"} <= fields.keys():
                continue
        else:
            continue
        own = without_quotes("\n".join(lines[:at]))
        if forwarded or FORWARD_SUBJECT.match(subject):
            rest = _unquoted(lines[body:])
            return own, Forward(fields.get("from", ""), fields.get("subject", subject), rest)
        return own, None
    return without_quotes(text), None


def without_quotes(text: str) -> str:
    """The text without lines that begin with ">" and without the line that introduces them."""
    kept: list[str] = []
    in_quote = False
    for line in text.split("\n"):
        is_quote = line.lstrip().startswith(">")
        if not is_quote:
            kept.append(line)
        elif not in_quote:
            _drop_introduction(kept)
        in_quote = is_quote
    return "\n".join(kept).strip()


def _drop_introduction(kept: list[str]) -> None:
    """The line above a quote, in any language: three lines at most, a number, a colon last."""
    end = len(kept)
    while end and not kept[end - 1].strip():
        end -= 1
    start = end
    while start and kept[start - 1].strip() and end - start < 3:
        start -= 1
    paragraph = " ".join(kept[start:end])
    if paragraph.rstrip().endswith((":", "：")) and re.search(r"\d", paragraph):
        del kept[start:]


def _field(line: str) -> tuple[str, str]:
    """Which header line this is ("" if none), and what it says."""
    found = LABEL_LINE.match(line.lstrip("> ").strip())
    if not found:
        return "", ""
    return FIELD_OF.get(found[1].strip().casefold(), ""), found[2].strip()


def _header_block(lines: list[str], start: int) -> tuple[dict[str, str], int]:
    """The copied header lines from `start` on, and the number of the line after them."""
    fields: dict[str, str] = {}
    for at in range(start, min(start + MOST_HEADER_LINES, len(lines))):
        name, value = _field(lines[at])
        if name:
            fields.setdefault(name, value)
        elif fields:
            return fields, at
    return fields, min(start + len(fields), len(lines))


def _unquoted(lines: list[str]) -> str:
    """A forwarded text without the ">" that some programs set before all of its lines."""
    filled = [line for line in lines if line.strip()]
    if filled and all(line.lstrip().startswith(">") for line in filled):
        lines = [re.sub(r"^\s*> ?", "", line) for line in lines]
    return "\n".join(lines).strip()
