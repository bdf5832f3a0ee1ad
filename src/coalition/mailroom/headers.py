"""The header lines of a message as clean values, whatever was written in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import getaddresses
from typing import TypeVar

from coalition.base.text import clean_line

MAX_HEADER_CHARS = 8_000  # of one header line: the standard parser takes quadratic time
MAX_PART_HEADER_CHARS = 1_500
MAX_STRUCTURE = 300  # quotes, brackets, commas: with more, a header line is read as plain text
STRUCTURE = re.compile(r"[\"()<>\[\],;:@.]")
MAX_ADDRESSES = 500
Result = TypeVar("Result")


def safely(call: Callable[[], Result], otherwise: Result) -> Result:
    """The standard library's mail parser raises many kinds of errors on hostile input."""
    try:
        return call()
    except Exception:
        return otherwise


class BoundedPolicy(policy.EmailPolicy):
    """The standard policy for hostile mail: long header lines are cut, odd ones never raise."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        is_part = name.lower().startswith("content-")
        value = value[: MAX_PART_HEADER_CHARS if is_part else MAX_HEADER_CHARS]
        # Header lines in plain UTF-8 (RFC 6532) reach us as bytes in disguise.
        return name, safely(lambda: value.encode("ascii", "surrogateescape").decode("utf-8"), value)

    def header_fetch_parse(self, name: str, value: str) -> str:
        # White space between encoded words is no part of the text (RFC 2047, section 6.2), which
        # the standard parser forgets in names of senders.
        value = re.sub(r"\?=\s+=\?", "?==?", value)
        plain = " ".join(value.split())
        if len(STRUCTURE.findall(value)) > MAX_STRUCTURE:
            return plain
        return safely(lambda: super(BoundedPolicy, self).header_fetch_parse(name, value), plain)


POLICY = BoundedPolicy(max_line_length=None)


def line(value: object) -> str:
    """One clean line; what cannot be written in UTF-8 becomes a question mark."""
    text = str(value)[:MAX_HEADER_CHARS]
    return clean_line(text.encode("utf-8", "replace").decode("utf-8"), limit=1_000)


def header(message: EmailMessage, name: str) -> str:
    """The first header line with this name, or ""."""
    return line(safely(lambda: message[name], None) or "")


def addresses(message: EmailMessage, name: str) -> tuple[tuple[str, str], ...]:
    """(display name, address in lower case) of all header lines with this name."""
    found: list[tuple[str, str]] = []
    for value in safely(lambda: message.get_all(name, []), []):
        try:
            pairs = [(a.display_name, a.addr_spec) for a in value.addresses]
        except Exception:
            pairs = safely(lambda value=value: getaddresses([str(value)]), [])
        found += [(line(shown), line(address).lower()) for shown, address in pairs]
    return tuple(pair for pair in found if any(pair))[:MAX_ADDRESSES]


def ids(message: EmailMessage, name: str) -> tuple[str, ...]:
    """The message ids in a header line, with their angle brackets."""
    value = str(safely(lambda: message[name], None) or "")
    return tuple(line(found) for found in re.findall(r"<[^<>\s]{1,500}>", value))


def date(message: EmailMessage) -> datetime | None:
    """When it says it was sent, in UTC; a moment without a zone is taken for UTC."""

    def in_utc() -> datetime | None:
        moment = message["Date"].datetime
        if moment is None:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)

    return safely(in_utc, None)
