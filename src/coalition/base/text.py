"""Cleaning of text at the door: what people and machines send is made safe to keep and show."""

import re
import unicodedata

# What some machines write for a new line: form feed, NEL, line and paragraph separators, …
NEW_LINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Control characters but tab and newline, marks that turn the direction of what follows (they can
# make one text look like another), and halves of characters, which no database takes.
UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"
    "\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
SPACES = re.compile(r"[^\S\n]+")
LETTERS = re.compile(r"[^\W\d_]+")
# Scripts whose letters look alike; Chinese, Japanese and Korean mix with Latin as a matter of
# course, and no letter of theirs passes for a Latin one.
ALIKE = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"}
ARABIC_FORMS = str.maketrans({"ة": "ه", "ى": "ي", "ـ": None, "’": "'", "ʼ": "'"})


def clean_line(value: str, *, limit: int = 300) -> str:
    """One line: NFC, no control characters, single spaces, at most `limit` characters."""
    line = clean_text(value, limit=len(value) * 3).replace("\n", " ")
    return SPACES.sub(" ", line)[:limit].strip()


def clean_text(value: str, *, limit: int = 20_000) -> str:
    """Several lines: NFC, no control or direction-turning characters, at most `limit` long."""
    # First remove, then compose: what is removed may have stood between a letter and its accent.
    value = UNWANTED.sub("", NEW_LINES.sub("\n", value))
    value = unicodedata.normalize("NFC", value)
    value = "\n".join(SPACES.sub(" ", line).strip() for line in value.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", value).strip()[:limit].strip()


def fold(text: str) -> str:
    """The text for comparing and sorting: lower case, no marks on letters, Arabic forms one."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return bare.casefold().translate(ARABIC_FORMS)


def mixed_words(text: str) -> list[str]:
    """The words that mix letters of scripts that look alike, such as Latin with Cyrillic: nobody
    writes so, unless to imitate another name. Each word once, in the order of the text."""
    found: dict[str, None] = {}
    for word in LETTERS.findall(unicodedata.normalize("NFKC", text)):
        scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in word}
        if len(scripts & ALIKE) > 1:
            found[word] = None
    return list(found)
