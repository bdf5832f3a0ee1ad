"""Words of lists: compared without case, marks and signs, and looked up in tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coalition.base.errors import Refused
from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.text import clean_line, fold


def bare(text: str) -> str:
    """A word for looking it up: folded, without signs, one space between words."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())


def found_in(table: Mapping[str, Any], text: str, sentence: str) -> Any:
    """What the word means, or Refused with the sentence (which holds %(text)s)."""
    value = table.get(bare(text))
    if value is None:
        raise Refused(sentence % {"text": clean_line(text, limit=80)})
    return value


LANGUAGES = {bare(name): code for code, name in LANGUAGE_NAMES.items()} | {
    code: code for code in LANGUAGE_NAMES
}
LANGUAGES |= {
    bare(word): code
    for code, words in {
        "ar": ("Arabic", "arabe", "árabe", "арабский", "阿拉伯文"),
        "en": ("English", "anglais", "inglés", "английский", "英文", "الإنجليزية"),
        "es": ("Spanish", "espagnol", "испанский", "西班牙文", "الإسبانية"),
        "fr": ("French", "francés", "французский", "法文", "الفرنسية"),
        "ru": ("Russian", "russe", "ruso", "俄文", "الروسية"),
        "zh": ("Chinese", "chinois", "chino", "китайский", "الصينية"),
    }.items()
    for word in words
}
