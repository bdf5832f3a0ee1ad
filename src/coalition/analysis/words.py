"""Texts as words, in any script: where a word ends and how two are compared."""

from __future__ import annotations

import re
import sys
import unicodedata

# Scripts written without spaces: every character counts as a word there.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
# Vowel signs, accents and tone marks belong to the letter before them.
MARKS = "".join(
    re.escape(chr(code))
    for code in range(0x300, min(0x10000, sys.maxunicode))
    if unicodedata.category(chr(code)).startswith("M")
)
TOKEN = re.compile(rf"\s+|[{UNSPACED}][{MARKS}]*|(?:(?![{UNSPACED}])[\w{MARKS}])+|.", re.DOTALL)


def tokens(text: str) -> list[str]:
    """The text cut into words, spaces and signs: joined again, they are the text."""
    return TOKEN.findall(text)


def plain_words(text: str) -> list[str]:
    """Its words alone, as they are compared: small letters, no signs, one form of each letter."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [token for token in TOKEN.findall(folded) if token[0].isalnum()]
