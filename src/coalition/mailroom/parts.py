"""The parts of a message: its text, safe to show, and its attachments."""

from __future__ import annotations

import codecs
import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage

import nh3
from django.utils.translation import gettext_noop as marked

from coalition.base import uploads
from coalition.base.text import clean_text
from coalition.mailroom import headers
from coalition.mailroom.headers import safely

MAX_TEXT = 100_000  # characters kept of a text
MAX_HTML = 150_000  # characters of HTML looked at: cleaning deep nesting takes quadratic time


@dataclass(frozen=True)
class Attachment:
    """A file that came with a message; `sniffed_type` is what its bytes look like, `danger` a
    sentence marked for translation where it is one to be wary of."""

    name: str
    declared_type: str
    sniffed_type: str
    size: int
    sha256: str
    danger: str = ""


def leaves_of(message: EmailMessage) -> Iterator[EmailMessage]:
    """All parts in order that hold no other parts; a message inside a message is one leaf."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.is_multipart() and part.get_content_maintype() != "message":
            waiting += reversed(part.get_payload())
        else:
            yield part


def is_body(part: EmailMessage) -> bool:
    """Whether a part is text to be read, not a file."""
    kind = part.get_content_type()
    named = safely(part.get_filename, None) or _disposition(part) == "attachment"
    return kind in ("text/plain", "text/html") and not named and not part.is_multipart()


def _disposition(part: EmailMessage) -> str:
    return safely(part.get_content_disposition, None) or ""


def inner_message(part: EmailMessage) -> EmailMessage | None:
    """The message that this part holds as a whole, if it does."""
    is_message = part.is_multipart() and part.get_content_maintype() == "message"
    return next(iter(part.get_payload()), None) if is_message else None


def content_of(part: EmailMessage) -> bytes:
    """The bytes of a part without their transfer encoding; b"" if they cannot be had."""
    if part.is_multipart():
        return b"\n".join(safely(inner.as_bytes, b"") for inner in part.get_payload())
    return safely(lambda: part.get_payload(decode=True), None) or b""


def text_of(bodies: Iterable[EmailMessage]) -> tuple[str, list[str]]:
    """The plain parts, or the HTML parts where nothing plain was written; and what was amiss."""
    defects: list[str] = []
    texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    for part in bodies:
        text, as_declared = _decoded(part)
        if not as_declared:
            defects.append(marked("A text is not written in the character set it declares."))
        texts[part.get_content_type()].append(text)
    text = "\n\n".join(texts["text/plain"])
    if not text.strip():
        text = text_from_html("\n".join(texts["text/html"]))
    if len(text) > MAX_TEXT:
        defects.append(marked("The text is long; only its first 100,000 characters were read."))
    # No writing has longer runs of combining marks, and to sort them takes quadratic time.
    text = LONG_RUN.sub(r"\1", text[: MAX_TEXT * 2])
    text = text.encode("utf-8", "replace").decode("utf-8")
    return clean_text(text, limit=MAX_TEXT), defects


LONG_RUN = re.compile(r"([^\w\s\x00-\u02ff]{40})[^\w\s\x00-\u02ff]+")
# Character sets of letters; Python also knows "codecs" such as punycode that are none, and slow.
LETTERS = re.compile(
    r"^(ascii|utf-?(8|16|32)\S*|iso8859\S*|cp\d+|koi8\S*|gb\S+|big5\S*|euc\S+|shift_?jis\S*"
    r"|iso2022\S*|hz|johab|tis-620|mac-?\S+|ptcp154|kz1048)$"
)
# Names that stand for a larger set in practice.
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "ascii": "utf-8", "iso8859-1": "cp1252"}


def _decoded(part: EmailMessage) -> tuple[str, bool]:
    """The text of a part, and whether it was written in the character set it declares."""
    content = content_of(part)
    declared = str(safely(part.get_content_charset, None) or "utf-8")
    charset = safely(lambda: codecs.lookup(declared).name, "")
    tries = [(WIDER.get(charset, charset), True)] if LETTERS.match(charset) else []
    for candidate, as_declared in [*tries, ("utf-8", False)]:
        try:
            return content.decode(candidate), as_declared
        except UnicodeError:
            continue
    return content.decode("cp1252", "replace"), False


BREAKS = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr"}
SILENT = {"script", "style", "title", "template", "noscript"}


def text_from_html(markup: str) -> str:
    """The text of an HTML message: line breaks kept, quoted blocks marked with ">"."""
    markup = markup[:MAX_HTML].encode("utf-8", "replace").decode("utf-8")
    markup = re.sub(r"\s+", " ", markup)
    tidy = nh3.clean(
        markup, tags=BREAKS | {"td", "th"}, attributes={}, clean_content_tags=SILENT, link_rel=None
    )
    lines, depth = [""], 0
    for piece in re.split(r"(<[^>]*>)", tidy):
        if not piece.startswith("<"):
            lines[-1] += html.unescape(piece)
            continue
        tag = piece.strip("</>").split(" ")[0]
        if tag == "blockquote":
            depth += -1 if piece.startswith("</") else 1
        if tag in BREAKS:
            is_gap = tag in ("p", "blockquote")
            lines += ["", ""] if is_gap and lines[-1].strip() else [""]
            lines[-1] = "> " * min(max(depth, 0), 5)
        elif tag in ("td", "th") and lines[-1].strip():
            lines[-1] += " "
    return "\n".join(lines)


def clean_name(name: str) -> str:
    """A file name without folders, control or direction-turning characters, at most 120 long."""
    name = re.split(r"[/\\]", headers.line(name))[-1]
    name = re.sub(r"[<>:\"|?*]", "", name).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: 119 - len(ending)]}.{ending}"
    return name[:120]


def attachment(part: EmailMessage) -> Attachment:
    """What is to be known of a part that is a file."""
    content = content_of(part)
    inner = inner_message(part)
    kind = headers.line(part.get_content_type())
    name = clean_name(safely(part.get_filename, None) or "")
    if not name and inner is not None:
        name = clean_name(headers.header(inner, "Subject"))
    return Attachment(
        name=name or "unnamed",
        declared_type=kind,
        sniffed_type=kind if inner is not None else uploads.sniff(content),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        danger="" if inner is not None else uploads.danger(content, name=name),
    )
