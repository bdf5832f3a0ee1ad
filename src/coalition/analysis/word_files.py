"""The paragraphs of a Word file (DOCX), with the numbers that Word itself puts before them.

Read from the file's own XML, because the numbers of lists, on which a legal text stands, are not
written in its words: they follow from styles and counters. Source: ECMA-376, part 1, 17.9.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from coalition.analysis.marked import gettext_noop
from coalition.analysis.printed import TO_RAISED, Line, Printed, Unreadable

MOST_CHARACTERS = 1_500_000
MOST_PARAGRAPHS = 30_000
MOST_BYTES = 40_000_000  # of one part, unpacked
LONGEST_LABEL = 100  # of a number before a paragraph, as a list has it
HIGHEST_START = 32_767  # of a list, as Word has it

DAMAGED = gettext_noop(
    "The Word file is damaged and cannot be read. Please save it again and resend it."
)
TRACKED = gettext_noop(
    "The Word file has tracked changes. Accept or reject them in Word first, then send it again."
)
TOO_MUCH = gettext_noop(
    "The Word file is too long: at most %(characters)s characters can be read in at once."
)
NO_WORDS = gettext_noop("The Word file has no words. A picture of a text cannot be read in.")

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHANGES = ("ins", "del", "moveFrom", "moveTo")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_ROMANS = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_DEEPEST = 8


def read_docx(content: bytes) -> Printed:
    """The paragraphs of a Word file as lines. Raises Unreadable with a sentence for people."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            document = _part(archive, "word/document.xml")
            if document is None:
                raise Unreadable(DAMAGED)
            if any(next(document.iter(_W + name), None) is not None for name in _CHANGES):
                raise Unreadable(TRACKED)
            lists = _Lists(_part(archive, "word/numbering.xml"))
            styles = _styles(_part(archive, "word/styles.xml"))
            notes = _notes(_part(archive, "word/footnotes.xml"))
    except (zipfile.BadZipFile, zlib.error, OSError, etree.XMLSyntaxError, KeyError) as error:
        raise Unreadable(DAMAGED) from error
    except (NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(DAMAGED) from error
    lines: list[Line] = []
    characters = 0
    for line in _lines(document, lists, styles, notes):
        characters += len(line.words)
        if characters > MOST_CHARACTERS or len(lines) >= MOST_PARAGRAPHS:
            raise _too_much()
        lines.append(line)
    if not lines:
        raise Unreadable(NO_WORDS)
    return Printed(tuple(lines), None)


def _too_much() -> Unreadable:
    return Unreadable(TOO_MUCH, characters=f"{MOST_CHARACTERS:,}")


def _number(text: str, usual: int = 0, most: int = 1_000) -> int:
    """A count that the file gives, as far as it can be one."""
    return min(int(text), most) if text.isdecimal() and len(text) < 10 else usual


def _part(archive: zipfile.ZipFile, name: str) -> Any:
    """A part of the file as a tree; None where there is none. No entity is ever resolved."""
    if name not in archive.namelist():
        return None
    with archive.open(name) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES or b"<!DOCTYPE" in content[:2000]:
        raise Unreadable(DAMAGED)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(content, parser)


def _value(element: Any, path: str) -> str:
    """The attribute w:val of what stands at the path, "" where nothing does."""
    found = (
        element.find("/".join(_W + step for step in path.split("/")))
        if element is not None
        else None
    )
    return str(found.get(f"{_W}val", "")) if found is not None else ""


@dataclass(frozen=True)
class _Style:
    kind: str  # "title", "heading1" …, "" for others
    number: str  # the list it counts in
    level: int


def _styles(tree: Any) -> dict[str, _Style]:
    styles = {}
    for style in tree.iter(f"{_W}style") if tree is not None else ():
        name = _value(style, "name").casefold()
        heading = name.removeprefix("heading ")
        kind = f"heading{heading}" if heading != name and heading.isdecimal() else ""
        kind = "title" if name == "title" else kind
        level = _value(style, "pPr/numPr/ilvl")
        styles[style.get(f"{_W}styleId", "")] = _Style(
            kind, _value(style, "pPr/numPr/numId"), _number(level)
        )
    return styles


def _notes(tree: Any) -> dict[str, str]:
    """The words of each footnote, by its id; not the lines that separate them."""
    return {
        note.get(f"{_W}id", ""): " ".join(_words(note, [])[0].split())
        for note in (tree.iter(f"{_W}footnote") if tree is not None else ())
        if note.get(f"{_W}type", "normal") == "normal"
    }


def _words(element: Any, called: list[str]) -> tuple[str, int]:
    """What stands in a paragraph, line breaks as spaces; notes that it calls go into `called`."""
    parts: list[str] = []
    first = len(called)
    hidden: Any = None
    for each in element.iter():
        if hidden is not None and any(above is hidden for above in each.iterancestors()):
            continue
        if each.tag == f"{_W}t":
            parts.append(each.text or "")
        elif each.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
            parts.append(" ")
        elif each.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif each.tag == f"{_W}footnoteReference":
            called.append(each.get(f"{_W}id", ""))
            parts.append(str(len(called)).translate(TO_RAISED))
        elif each.tag == _FALLBACK or (
            each.tag == f"{_W}r" and each.find(f"{_W}rPr/{_W}vanish") is not None
        ):
            hidden = each
    words = "".join(c if c.isprintable() else " " for c in "".join(parts))
    return " ".join(words.split()), len(called) - first


def _lines(
    document: Any, lists: _Lists, styles: Mapping[str, _Style], notes: Mapping[str, str]
) -> Iterator[Line]:
    called: list[str] = []
    for count, paragraph in enumerate(document.iter(f"{_W}p")):
        if count >= MOST_PARAGRAPHS:
            raise _too_much()
        if any(above.tag in (f"{_W}p", _FALLBACK) for above in paragraph.iterancestors()):
            continue  # inside a text box: its words came with the paragraph around it
        words, notes_called = _words(paragraph, called)
        style = styles.get(_value(paragraph, "pPr/pStyle"), _Style("", "", 0))
        number = _value(paragraph, "pPr/numPr/numId") or style.number
        level = _value(paragraph, "pPr/numPr/ilvl")
        depth = _number(level, style.level, _DEEPEST)
        if not words:
            continue
        label = lists.label(number, depth) if number not in ("", "0") else ""
        yield Line(
            page=1,
            words=f"{label} {words}".strip(),
            gap=1,
            depth=depth + 1 if label else 0,
            style=style.kind,
        )
        for place in range(len(called) - notes_called, len(called)):
            if note := notes.get(called[place]):
                yield Line(1, f"{place + 1} {note}", style="note")


# --- Numbers of lists --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Level:
    form: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass
class _Lists:
    """The counters of all lists of a file."""

    tree: Any
    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.tree is None:
            return
        abstract = {
            each.get(f"{_W}abstractNumId"): {
                int(level.get(f"{_W}ilvl", "0")): _Level(
                    _value(level, "numFmt") or "decimal",
                    _value(level, "lvlText")[:LONGEST_LABEL],
                    _number(_value(level, "start"), 1, HIGHEST_START),
                )
                for level in each.iter(f"{_W}lvl")
            }
            for each in self.tree.iter(f"{_W}abstractNum")
        }
        for each in self.tree.iter(f"{_W}num"):
            self.levels[each.get(f"{_W}numId", "")] = abstract.get(
                _value(each, "abstractNumId"), {}
            )

    def label(self, number: str, depth: int) -> str:
        """The label of the list's next item at this depth, such as "(a)" or "Article 3"."""
        levels = self.levels.get(number)
        if not levels or depth not in levels:
            return "•"
        level = levels[depth]
        if level.form == "bullet":
            return "•"
        if level.form == "none":
            return ""
        self.counts[number, depth] = self.counts.get((number, depth), level.start - 1) + 1
        for deeper in range(depth + 1, _DEEPEST + 1):
            self.counts.pop((number, deeper), None)
        label = level.text
        for place in range(depth, -1, -1):
            of = levels.get(place, _Level())
            count = self.counts.get((number, place), of.start)
            label = label.replace(f"%{place + 1}", _counted(count, of.form))
        return label.strip()


def _counted(count: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(97 + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        rest, roman = count, ""
        for value, sign in _ROMANS:
            roman, rest = roman + sign * (rest // value), rest % value
        return roman.upper() if form == "upperRoman" else roman
    return str(count)
