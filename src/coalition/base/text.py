"""Cleaning of text at the door: what people and machines send is made safe to keep and show."""

import re
import unicodedata

# Control characters but tab and newline, and marks that turn the direction of what follows:
# they can make one text look like another.
UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
SPACES = re.compile(r"[^\S\n]+")


def clean_line(value: str, *, limit: int = 300) -> str:
    """One line: NFC, no control characters, single spaces, at most `limit` characters."""
    return clean_text(value, limit=limit).replace("\n", " ").strip()


def clean_text(value: str, *, limit: int = 20_000) -> str:
    """Several lines: NFC, no control or direction-turning characters, at most `limit` long."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = UNWANTED.sub("", unicodedata.normalize("NFC", value))
    value = "\n".join(SPACES.sub(" ", line).strip() for line in value.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", value).strip()[:limit]
