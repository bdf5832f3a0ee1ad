"""The printed lines of a PDF, in reading order, from where its letters stand on the page.

pypdf gives fragments with their places; this puts them into rows, rows into columns, and says
where there is a gap. It is bounded: pages, characters, bytes of a page, and seconds.
"""

from __future__ import annotations

import io
import itertools
import math
import re
import statistics
import time
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import pypdf
from pypdf.errors import PyPdfError

from coalition.analysis.marked import Remark, gettext_noop
from coalition.analysis.printed import TO_RAISED, Line, Printed, Unreadable

MOST_PAGES = 300
MOST_CHARACTERS = 1_500_000
MOST_BYTES = 4_000_000  # of what draws one page
MOST_SECONDS = 25
FEWEST_LETTERS = 20  # on a page, below which it is a picture of one

DAMAGED = gettext_noop(
    "The PDF is damaged and cannot be read. Please save it again in the program that made it."
)
LOCKED = gettext_noop("The PDF is protected by a password. Please save it without one.")
TOO_MANY_PAGES = gettext_noop(
    "The PDF has %(pages)s pages; at most %(most)s can be read in at once. "
    "Please send only the pages of one text."
)
NO_PAGES = gettext_noop("The PDF has no pages.")
SCAN = gettext_noop(
    "The PDF is a scan: its pages are pictures without letters. Please send the PDF that was "
    "made from the text, or have the letters recognised first."
)
TOO_MUCH = gettext_noop(
    "Page %(page)s of the PDF holds more than a page of text does. Please send a simpler file."
)
TOO_SLOW = gettext_noop(
    "Reading the PDF was stopped at page %(page)s: it takes too long. "
    "Please send fewer pages, or a simpler file."
)
SCANNED_PAGE = gettext_noop("Page %(page)s has no letters: a picture, or an empty page.")
IN_COLUMNS = gettext_noop(
    "Page %(page)s is set in two columns; they were read one after the other. Check the order."
)

_RTL = ("R", "AL")
_SHAPED = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")  # Arabic letters as they are drawn
_HYPHEN = re.compile(
    r"(?<=\w)(?<!\band)(?<!\bor)(?<!\bto) -(?=[\w,]|$)"
    r"|(?<=\d{4}) ?– ?(?=\d{4})|(?<=\d) –(?=\d|$)|(?<=[a-z]) (?=[:;,.](?: |$))"
)
# A space that pypdf has seen between two fragments; it errs where letters are set closely.
_UNSURE = "\ue000"
_BROKEN = re.compile(rf"(\w+){_UNSURE}(\w+)")


def read_pdf(content: bytes, *, clock: Callable[[], float] = time.monotonic) -> Printed:
    """The lines of a PDF. Raises Unreadable with a sentence for people."""
    ends_at = clock() + MOST_SECONDS
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise Unreadable(LOCKED)
        count = len(reader.pages)
        if count > MOST_PAGES:
            raise Unreadable(TOO_MANY_PAGES, pages=count, most=MOST_PAGES)
        if not count:
            raise Unreadable(NO_PAGES)
        lines: list[Line] = []
        doubts: list[Remark] = []
        characters = letters = 0
        for number in range(1, count + 1):
            page, is_split = _page(reader.pages[number - 1], number, ends_at, clock)
            printed = sum(len(line.words) for line in page)
            characters += printed
            letters = max(letters, printed)
            if characters > MOST_CHARACTERS:
                raise Unreadable(TOO_MUCH, page=number)
            if is_split:
                doubts.append(Remark(0, IN_COLUMNS, {"page": number}))
            if printed < FEWEST_LETTERS:
                doubts.append(Remark(0, SCANNED_PAGE, {"page": number}))
            lines += page
    except Unreadable:
        raise
    except (PyPdfError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as e:
        raise Unreadable(DAMAGED) from e
    except (OSError, RecursionError, NotImplementedError, MemoryError, AssertionError) as e:
        raise Unreadable(DAMAGED) from e
    if letters < FEWEST_LETTERS:
        raise Unreadable(SCAN)
    return Printed(tuple(_whole_words(lines)), count, tuple(doubts))


@dataclass(frozen=True)
class _Fragment:
    words: str
    x: float
    y: float
    size: float

    @property
    def ends(self) -> float:
        """About where it ends: the widths of letters are not looked up."""
        return self.x + 0.45 * self.size * len(self.words.rstrip())


def _page(
    page: Any, number: int, ends_at: float, clock: Callable[[], float]
) -> tuple[list[Line], bool]:
    """The lines of a page, and whether it is set in columns."""
    contents = page.get_contents()
    if contents is None:
        return [], False
    if len(contents.get_data()) > MOST_BYTES:
        raise Unreadable(TOO_MUCH, page=number)
    fragments: list[_Fragment] = []
    turned, box = page.rotation % 360, page.mediabox

    def hurry(*_args: Any) -> None:
        if clock() > ends_at:
            raise Unreadable(TOO_SLOW, page=number)

    def keep(words: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        along = _turned(tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3], turned)
        if not words.strip("\n") or abs(along[1]) > abs(along[0]):  # nothing, or set upright
            return
        x, y = _turned(
            tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5], turned
        )
        height = abs(size) * math.hypot(*along) or 1
        for row, part in enumerate(words.split("\n")):
            if part:
                fragments.append(_Fragment(part, x, y - row * height * 1.2, height))

    plain = page.extract_text(visitor_text=keep, visitor_operand_before=hurry)
    hurry()
    if _is_right_to_left(plain):
        return _lines(fragments, number, _joined_from_right), False
    begin, end = _turned(box.left, box.bottom, turned)[0], _turned(box.right, box.top, turned)[0]
    halves = _columns(fragments, float(min(begin, end)), float(max(begin, end)))
    lines = [line for half in halves for line in _lines(half, number)]
    return lines, len(halves) > 1


def _turned(x: float, y: float, turned: int) -> tuple[float, float]:
    """A place on the page as it is shown: turned clockwise by so many degrees."""
    return {90: (y, -x), 180: (-x, -y), 270: (-y, x)}.get(turned, (x, y))


def _is_right_to_left(text: str) -> bool:
    sides = [unicodedata.bidirectional(c) for c in text[:20_000] if c.isalpha()]
    return sum(side in _RTL for side in sides) * 2 > len(sides)


def _tidy(words: str) -> str:
    """Words with plain spaces, Arabic letters as they are written, not as they are drawn."""
    words = _SHAPED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), words)
    words = words.replace("\u2011", "-").replace("\u00ad", "")
    words = "".join(c if c.isprintable() or c == _UNSURE else " " for c in words)
    return _HYPHEN.sub(lambda found: found[0].strip(), " ".join(words.split()))


# --- Rows and columns --------------------------------------------------------------------------


def _rows(fragments: Iterable[_Fragment]) -> list[list[_Fragment]]:
    """Fragments that stand on one line, from the top of the page down, each from its side."""
    rows: list[list[_Fragment]] = []
    for each in sorted(fragments, key=lambda one: -one.y):
        if rows and rows[-1][0].y - each.y <= 0.4 * max(each.size, rows[-1][0].size):
            rows[-1].append(each)
        else:
            rows.append([each])
    return [sorted(row, key=lambda one: one.x) for row in rows]


def _columns(fragments: list[_Fragment], left: float, right: float) -> list[list[_Fragment]]:
    """The page as it is, or the bands and columns it is set in, in reading order.

    There are two columns where many rows begin anew at one place near the middle, and what
    stands before it on these rows ends before it.
    """
    printed = [each for each in fragments if each.words.strip()]
    rows = _rows(printed)
    begins: dict[int, int] = {}
    for row in rows:
        for before, each in zip([None, *row], row, strict=False):
            if before is None or each.x - before.ends > each.size:
                begins[round(each.x / 3)] = begins.get(round(each.x / 3), 0) + 1
    middle = {
        place: count
        for place, count in begins.items()
        if left + 0.4 * (right - left) < place * 3 < left + 0.65 * (right - left)
    }
    place, count = max(middle.items(), key=lambda one: one[1], default=(0, 0))
    if count < max(8, len(rows) * 0.4):
        return [fragments]
    gutter = place * 3 - 4
    across = [_crosses(row, gutter) for row in rows]
    if sum(across) > len(rows) * 0.4:
        return [fragments]
    bands: list[list[_Fragment]] = []
    halves: tuple[list[_Fragment], list[_Fragment]] = ([], [])
    for row, is_across in zip(rows, across, strict=True):
        if is_across:
            bands += [half for half in halves if half] + [row]
            halves = ([], [])
        else:
            for each in row:
                halves[each.x > gutter].append(each)
    return bands + [half for half in halves if half]


def _crosses(row: list[_Fragment], gutter: float) -> bool:
    """Does a row run over the gutter between the columns?"""
    before = [each for each in row if each.x <= gutter]
    return bool(before) and before[-1].x + 0.38 * before[-1].size * len(before[-1].words) > gutter


def _lines(
    fragments: list[_Fragment],
    page: int,
    joined: Callable[[list[_Fragment], float], str] | None = None,
) -> list[Line]:
    lines: list[tuple[float, Line]] = []
    for row in _rows(fragments):
        words = [each for each in row if each.words.strip()]
        if not words:
            continue
        size = max(words, key=lambda each: len(each.words)).size
        line = Line(page, (joined or _joined)(row, size), 0, words[0].x, size)
        base = max(words, key=lambda each: len(each.words)).y
        if line.words:
            lines.append((base, line))
    steps = [above - below for (above, _), (below, _) in itertools.pairwise(lines)]
    usual = statistics.median(steps) if steps else 0
    ordinary = [step for step in steps if 0.5 * usual < step < 1.2 * usual]
    usual = statistics.median(ordinary) if ordinary else usual
    found: list[Line] = []
    for (_base, line), step in zip(lines, [0.0, *steps], strict=False):
        one = min(usual, 1.45 * line.size) or 1
        found.append(replace(line, gap=max(0, min(3, round(step / one - 0.8)))))
    return found


def _joined(row: list[_Fragment], size: float) -> str:
    """The words of a row; small raised numbers that touch a word become raised characters."""
    words = ""
    base = max(row, key=lambda each: len(each.words)).y
    for before, each in zip([None, *row], row, strict=False):
        part = each.words
        mark = part.strip()
        if mark.isdecimal() and mark.isascii() and each.size < 0.8 * size:
            if each.y > base + 0.1 * size or words[-1:].isalpha():
                words = words.rstrip() if words.strip() else words
                part = mark.translate(TO_RAISED) + (" " if part.endswith(" ") else "")
        elif before and not words.endswith(" ") and _is_apart(before, each):
            words += " "
        if words[-1:].isalnum() and part[:1] == " " and part[1:2].isalnum():
            part = f"{_UNSURE}{part[1:]}"
        words += part
    return _tidy(words)


def _joined_from_right(row: list[_Fragment], size: float) -> str:
    """The words of a row written from the right: pypdf has put the letters of each fragment into
    their order; the fragments, drawn from the left, are read from the right."""
    parts: list[str] = []
    latin: list[str] = []  # a run written from the left keeps its own order
    for each in reversed(row):
        if any(unicodedata.bidirectional(c) in _RTL for c in each.words):
            parts += [" ", *reversed(latin), " "] if latin else []
            latin = []
            parts.append(each.words)
        else:
            latin.append(each.words)
    return _tidy("".join([*parts, " ", *reversed(latin)]))


def _is_apart(before: _Fragment, each: _Fragment) -> bool:
    """Is there a gap between two fragments, however wrong the width of the first was guessed?"""
    return each.x - before.ends > 1.5 * each.size + 0.3 * (before.ends - before.x)


def _whole_words(lines: list[Line]) -> list[Line]:
    """The lines with each unsure space kept or taken out: taken out where the word that results
    stands elsewhere in the text, or where neither half does."""
    known = {
        word
        for line in lines
        for word in re.findall(r"[^\W\d_]+", _BROKEN.sub("", line.words))
        if len(word) > 1 or word in "aAI"
    }

    def decide(found: re.Match[str]) -> str:
        first, second = found[1], found[2]
        halves = (first in known) + (second in known)
        whole = first + second
        return whole if halves < 2 and (whole in known or not halves) else f"{first} {second}"

    return [
        replace(line, words=_BROKEN.sub(decide, line.words).replace(_UNSURE, " "))
        if _UNSURE in line.words
        else line
        for line in lines
    ]
