"""Files of treaty texts in Markdown, as the Dutch government publishes them, in plain lines.

A file holds the English text, then the Dutch translation; the publisher's own lines in Dutch
stand in between. Only what is English is given on, line by line, with the label each begins with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# The largest of 132 treaties has 0.6 million characters; ten times that is no treaty.
LONGEST_TEXT = 6_000_000

# Common words that stand in one of the two languages only.
_DUTCH = re.compile(
    r"\b(?:het|een|van|der|den|des|te|dat|zijn|voor|met|door|aan|bij|niet|wordt|worden|dit|deze|"
    r"artikel|verdrag|verdragen|lid|leden|partij|uit|naar|om|ten|tot|ook|heeft|zal|betreffende|"
    r"inzake|bijlage)\b"
)
_ENGLISH = re.compile(
    r"\b(?:the|and|to|by|shall|this|that|which|with|for|be|from|article|convention|its|their|any|"
    r"has|been|parties|not|at|such|or|each)\b"
)
# What the publisher says of entry into force and of words that the source lacks.
_PUBLISHER = re.compile(
    r"[ \t]*Treedt in werking op een nader te bepalen tijdstip[ \t]*"
    r"|<sup>\s*\d*\)?\s*\[Red:[^\]]*\]\s*</sup>|\[Red:[^\]]*\]"
)
# Pictures; links, of which the words stay; what is left of a link whose beginning was lost.
_PICTURE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_LOST_LINK = re.compile(r"(?:/[^\s/()]+)+/README\.md\)")
# "Amends …": stands in the place of an article that only changes another treaty.
_AMENDS = re.compile(r"(?:\d+\.\s*)?Wijzigt\b")
_MARKUP = re.compile(r"</?su[bp]>|<br ?/?>|\*")
_BREAK = re.compile(r"\n\s*\n|\n(?=#)")
_RULE = re.compile(r"[\s|:-]*")

_ROMAN = r"[ivxl]{1,6}"
# "1.", "1)", "(1).", "4.1."; "(a)", "a)", "a.", "(ii)", "A.", "(A)"; "–".
_LABEL = re.compile(
    rf"""\(?\*?(?P<label>\d{{1,3}}(?:\.\d{{1,3}})*(?:\s?(?:bis|ter|quater))?
    |[a-z]{{1,2}}|{_ROMAN}|[A-Z]|[IVX]{{1,5}})
    \*?(?P<form>\)\.{{0,2}}|\.{{1,2}})\*?(?!\d)""",
    re.VERBOSE,
)
_BULLET = re.compile(r"[–—•-]\s*(?=\S)")
_ABBREVIATION = re.compile(r"(?:i\.e|e\.g|a\.m|p\.m)\.|[A-Z]\.\s?(?:[A-Z]\.|[A-Z][a-z]+ [A-Z]{2})")


@dataclass(frozen=True)
class Line:
    """A line of the English text: `kind` is heading, title, label, bullet, row or text.

    A heading is one of the third rank ("Article 1"), a title one of the fourth. `form` is how a
    label is written, so that lists are told apart: "1." "1)" "(1)".
    """

    kind: str
    words: str
    label: str = ""
    form: str = ""
    follows: bool = False  # in the same block as the line before it


def english_lines(text: str) -> tuple[list[Line], list[str]]:
    """The lines of the English text, and the publisher's Dutch remarks that stood among them."""
    blocks = _english(_PUBLISHER.sub("\n\n", text))
    lines: list[Line] = []
    remarks: list[str] = []
    for block in blocks:
        for place, raw in enumerate(block.split("\n")):
            remarks += [f"Picture {number}" for number in _PICTURE.findall(raw)]
            if _AMENDS.match(raw) or (_tongue(raw) < -1 and not raw.startswith("|")):
                remarks.append(clean(raw.lstrip("# ")))
            else:
                lines += _lines(raw.strip(), place > 0)
    return lines, remarks


def clean(words: str) -> str:
    """Words on one line without marks of layout; a space where a lost line end glued two."""
    linked = _LOST_LINK.sub("", _LINK.sub(r"\1", _PICTURE.sub("", words)))
    plain = " ".join(_MARKUP.sub("", linked.replace("\\|", "|")).split())
    return re.sub(r"(?<=[a-z0-9)][.;:,])(?=[A-Z][a-z])", " ", plain)


def _english(text: str) -> list[str]:
    """The blocks before the Dutch translation begins, without the Dutch title at the top."""
    blocks = [block.strip() for block in _BREAK.split(text) if block.strip()]
    blocks = [block for block in blocks if not re.match(r"##[^#]", block)]
    scores = [_tongue(block) for block in blocks]
    most, total, end = 0, 0, 0
    for place, score in enumerate(scores):
        total += score
        if total > most:
            most, end = total, place + 1
    # What says nothing of its language belongs to the text before the next title.
    begins = None
    place = end
    while place < len(blocks) and scores[place] >= 0:
        if blocks[place].startswith("####"):
            begins = place
        place += 1
    if place == len(blocks):
        return blocks
    if blocks[place].startswith("####"):
        begins = place
    return blocks[: end if begins is None else begins]


def _tongue(words: str) -> int:
    """More than 0 for English, less for Dutch."""
    low = words.lower()
    return len(_ENGLISH.findall(low)) - len(_DUTCH.findall(low))


def _lines(raw: str, follows: bool) -> list[Line]:
    if raw.startswith("#"):
        words = raw.lstrip("#")
        rank = len(raw) - len(words)
        return [Line("heading" if rank <= 3 else "title", clean(words))]
    if raw.startswith("|"):
        if _RULE.fullmatch(raw):
            return []
        cells = [clean(cell) for cell in re.split(r"(?<!\\)\|", raw.strip("|"))]
        words = " | ".join(cell for cell in cells if cell and not _RULE.fullmatch(cell))
        return [Line("row", words)] if words else []
    if not (words := clean(raw)):
        return []
    if bullet := _BULLET.match(words):
        return [Line("bullet", words[bullet.end() :], "•", "•", follows)]
    label = _LABEL.match(words)
    if not label or _ABBREVIATION.match(words):
        return [Line("text", words, follows=follows)]
    opening = "(" if words.startswith("(") else ""
    form = opening + ("." if label["form"].startswith(".") else ")")
    if opening and form == "(.":
        return [Line("text", words, follows=follows)]
    rest = words[label.end() :].strip()
    first = [Line("label", rest, " ".join(label["label"].split()), form, follows)]
    inner = _LABEL.match(rest)
    if inner and inner["label"] in ("a", "i", "1") and inner["form"].startswith(")"):
        return [Line("label", "", first[0].label, form, follows), *_lines(rest, True)]
    return first
