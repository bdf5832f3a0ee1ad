"""Suggests how any printed text is split, as a marked text (`marked`) that a person corrects.

It knows no publisher. It drops what repeats at the heads and feet of pages, takes the notes from
below the text, joins lines to blocks, and puts the sign of what each block looks like before it.
Where it is unsure a block stays plain: a person adds a sign faster than noticing a wrong one.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from coalition.analysis.ga_pages import join_lines
from coalition.analysis.marked import ANNEXES, ARTICLES, Remark, gettext_noop
from coalition.analysis.printed import FROM_RAISED, RAISED, Line, Printed

EDGE = 3  # lines at the head and foot of a page among which furniture is looked for
LONGEST_HEADING = 200
INDENTED = 10  # points by which a first line is set in
FRONT = 15  # blocks among which the title and the symbol stand

LOST_NOTE = gettext_noop(
    "The place of footnote %(mark)s was not found; it stands after the last line of its page."
)

_PAGE_NUMBER = re.compile(r"\W*(?:page |p\. ?)?\d{1,4}(?: ?(?:/|of|de|sur|من) ?\d{1,4})?\W*", re.I)
_RULE = re.compile(r"[_—–-]{5,}")
_ARTICLES = "|".join({*ARTICLES.values(), "Art\\.?", "مادة"})
_ANNEXES = "|".join({*ANNEXES.values(), "Appendix", "مرفق", "Schedule"})
_ARTICLE = re.compile(
    rf"(?:{_ARTICLES}) (\d{{1,4}}[A-Za-z]?|[IVXLC]{{1,7}})\b[.:]?(?: ?[–—-])?(?: (.*))?", re.I
)
_ANNEX = re.compile(
    rf"(?:{_ANNEXES})(?: ([IVX]{{1,7}}|[A-Z]|\d{{1,3}}))?[.:]?(?: ?[–—-])?(?: (.*))?", re.I
)
_NAMED = re.compile(
    r"(Part|Book|Title|Chapter|Section|Division|Partie|Titre|Chapitre|Parte|Título|Capítulo|Sección"
    r"|الجزء|الباب|الفصل|القسم) ([IVXLC]{1,7}|\d{1,3}[A-Z]?|[A-Z])\b[.:]?(?: ?[–—-])?(?: (.*))?",
    re.I,
)
_ENGLISH = ("Part", "Book", "Title", "Chapter", "Section", "Division")
_HEIGHTS = [
    *(("part", "book", "partie", "parte", "الجزء"), ("title", "titre", "título", "الباب")),
    *(("chapter", "chapitre", "capítulo", "الفصل", "division"), ("section", "sección", "القسم")),
]
_NUMBER = re.compile(r"§? ?(\d{1,3}[A-Za-z]?)[.)](?: (.*))?")
_DOTTED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,2})\.?(?: (.*))?")
_POINT = re.compile(r"\(?([a-z]{1,5}|\d{1,2}|[\u0621-\u064a])\)(?: (.*))?")
_BULLET = re.compile(r"[•·▪◦●–—-] (.*)")
_ROMAN_HEADING = re.compile(r"([IVX]{1,7}|[A-H])\.? (?=\S)(.*)")
_RECITAL = re.compile(
    r"(?:(?:Also|Further|Deeply|Bearing|Gravely|Fully) )?(?:[A-Z]\w+(?:ing|ed)|Mindful|Aware"
    r"|[A-ZÉ]\w+ant|[A-Z]\w+(?:ando|iendo))\b|(?:و?إذ)\b"
)
_CLAUSE = re.compile(r"(?:Also |Further )?[A-Z][a-z]+s\b")
_FORMULA = re.compile(r"(?:The|We|La|Le|El|Les|Los|إن) .{3,250},")
_SYMBOL = re.compile(r"(?:^|\s)([A-Z]{1,6}[A-Z.]*(?:/[A-Za-z0-9.]+){1,6}(?: [A-Z])?)(?=\s|$)")
_ENDS = (".", ";", ":", "?", "!", "؛", "؟", "”", "»", ")")
_ROMANS = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv"]


@dataclass(frozen=True)
class Suggestion:
    """How a machine would split a text: the marked text, and what it takes for the facts."""

    marked: str
    title: str
    symbol: str
    doubts: tuple[Remark, ...]


def suggest(printed: Printed) -> Suggestion:
    """Split a printed text into title, recitals, headings, articles, paragraphs, points, notes."""
    doubts = list(printed.doubts)
    pages = _without_furniture(printed.lines)
    usual = _usual_size(pages)
    blocks = _blocks([_note_apart(page, usual) for page in pages], doubts)
    symbol = _symbol(printed.lines)
    title, blocks = _title(blocks, usual, symbol)
    lines = _levelled(list(_Signs(blocks, usual).lines()))
    return Suggestion("\n".join(lines) + "\n", title, symbol, tuple(doubts))


def _levelled(lines: list[str]) -> list[str]:
    """The lines, the highest heading with one #, the next lower kind with two."""
    used = sorted({found[0] for line in lines if (found := re.match("#+", line))}, key=len)
    level = {sign: "#" * place for place, sign in enumerate(used, 1)}
    return [re.sub("^#+", lambda found: level[found[0]], line) for line in lines]


# --- Pages without what does not belong to the text --------------------------------------------


def _without_furniture(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each page, without running heads and feet and page numbers."""
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    if len(pages) < 2:
        return [_without_numbers(page) for page in pages.values()]
    seen = Counter(
        key
        for page in pages.values()
        for key in {key for line in [*page[:EDGE], *page[-EDGE:]] for key in _keys(line)}
    )
    often = max(2, len(pages) * 0.4)
    cleaned = []
    for page in pages.values():
        last = len(page) - EDGE
        body = [
            line
            for place, line in enumerate(page)
            if not (
                (place < EDGE or place >= last) and max(seen[key] for key in _keys(line)) >= often
            )
        ]
        cleaned.append(_without_numbers(body))
    return cleaned


def _keys(line: Line) -> tuple[str, str]:
    """A line as it repeats, whatever side its words are on: as it is, and with its numbers
    counted from the page's, so that a page number is the same on every page."""
    words = line.words.casefold()
    counted = re.sub(r"\d{1,9}", lambda found: f"#{int(found[0]) - line.page}", words)
    return " ".join(sorted(words.split())), " ".join(sorted(counted.split()))


def _without_numbers(page: list[Line]) -> list[Line]:
    while page and _PAGE_NUMBER.fullmatch(page[0].words) and page[0].style == "":
        page = page[1:]
    while page and _PAGE_NUMBER.fullmatch(page[-1].words) and page[-1].style == "":
        page = page[:-1]
    return page


def _usual_size(pages: list[list[Line]]) -> float:
    sizes = [line.size for page in pages for line in page for _ in range(len(line.words) // 20 + 1)]
    return statistics.median(sizes) if sizes else 0


def _note_apart(page: list[Line], usual: float) -> tuple[list[Line], list[Line]]:
    """The text of a page, and its notes: below a rule, or set smaller after a raised number."""
    for place, line in enumerate(page):
        if _RULE.fullmatch(line.words) and place > len(page) // 4:
            return page[:place], page[place + 1 :]
        is_small = usual and line.size < 0.93 * usual
        if (
            (line.words[:1] in RAISED or line.words[:1].isdigit() or line.words[:1] == "*")
            and is_small
            and all(each.size < 0.93 * usual for each in page[place:])
        ):
            return page[:place], page[place:]
    return page, []


# --- Lines into blocks -------------------------------------------------------------------------


@dataclass
class _Block:
    lines: list[Line]
    words: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def first(self) -> Line:
        return self.lines[0]


def _blocks(pages: list[tuple[list[Line], list[Line]]], doubts: list[Remark]) -> list[_Block]:
    blocks: list[_Block] = []
    waiting: list[tuple[int, list[tuple[str, str]]]] = []  # blocks so far, notes of the page
    for text, noted in pages:
        margin = min((line.begins for line in text), default=0)
        widest = max((len(line.words) for line in text), default=0)
        first = len(blocks)
        for place, line in enumerate(text):
            if line.style == "note":
                mark, _, words = line.words.partition(" ")
                blocks[-1].notes.append((mark, words)) if blocks else None
                continue
            before = blocks[-1].lines[-1] if blocks else None
            begins_page = place == 0
            if before is None or _is_new(before, line, begins_page, margin, widest):
                blocks.append(_Block([line]))
            else:
                blocks[-1].lines.append(line)
        waiting.append((max(0, first - 1), _notes(noted)))
    known = {word for block in blocks for line in block.lines for word in _letters(line.words)}
    for block in blocks:
        block.words = _joined(block.lines, known)
    for number, (first, notes) in enumerate(waiting):
        end = waiting[number + 1][0] + 1 if number + 1 < len(waiting) else len(blocks)
        _hang(notes, blocks[first:end], doubts)
    for block in blocks:
        block.words = "".join(c for c in block.words if c not in RAISED)
    return [block for block in blocks if block.words]


def _is_new(before: Line, line: Line, begins_page: bool, margin: float, widest: int) -> bool:
    """Does this line begin a block of its own?"""
    ended = before.words.rstrip(RAISED).endswith(_ENDS)
    if line.style or line.depth or (before.style and before.style != "note"):
        return True
    if line.gap and not (begins_page and not ended and not _labelled(line.words)):
        return True
    if abs(before.size - line.size) > 0.15 * max(line.size, 1):
        return True
    if _labelled(line.words) and (ended or line.begins < before.begins - 1):
        return True
    if _ARTICLE.fullmatch(line.words) or _ANNEX.fullmatch(line.words):
        return ended or len(line.words) < 40
    set_in = line.begins > margin + INDENTED and before.begins <= margin + INDENTED / 2
    short = len(before.words) < 0.7 * widest
    return (set_in and (ended or before.words.endswith(","))) or (
        ended and short and line.words[:1].isupper()
    )


def _labelled(words: str) -> bool:
    return any(label.fullmatch(words) for label in (_NUMBER, _POINT, _BULLET, _DOTTED))


def _letters(words: str) -> list[str]:
    return re.findall(r"[^\W\d_]{2,}", words)


def _joined(lines: list[Line], known: set[str]) -> str:
    """Lines as one; a word broken at its hyphen is whole where it stands whole elsewhere."""
    words = [line.words for line in lines]
    for place in range(len(words) - 1):
        found = re.search(r"([^\W\d_]+)-$", words[place])
        follows = re.match(r"[^\W\d_]+", words[place + 1])
        if found and follows and found[1] + follows[0] in known:
            cut = words[place][: found.start()]
            rest = words[place + 1][follows.end() :]
            words[place], words[place + 1] = cut, f"{found[1]}{follows[0]}{rest}"
    return join_lines([each for each in words if each])


def _notes(lines: list[Line]) -> list[tuple[str, str]]:
    notes: list[tuple[str, list[str]]] = []
    for line in lines:
        found = re.fullmatch(rf"([{RAISED}]+|\d{{1,3}}|\*{{1,3}}) ?(\S.*)", line.words)
        if found and (not notes or found[1][0] in RAISED or line.begins <= lines[0].begins + 2):
            notes.append((found[1].translate(FROM_RAISED), [found[2]]))
        elif notes:
            notes[-1][1].append(line.words)
        else:
            notes.append(("", [line.words]))
    return [(mark, join_lines(words)) for mark, words in notes]


def _hang(notes: list[tuple[str, str]], blocks: list[_Block], doubts: list[Remark]) -> None:
    """Give each note of a page to the block that calls it, else to the last one of the page."""
    for mark, words in notes:
        raised = "".join(RAISED[int(c)] if c.isascii() and c.isdigit() else c for c in mark)
        caller = next(
            (
                each
                for each in blocks
                if raised
                and re.search(rf"(?<![{RAISED}]){re.escape(raised)}(?![{RAISED}])", each.words)
            ),
            None,
        )
        if caller is None:
            doubts.append(Remark(0, LOST_NOTE, {"mark": mark or "—"}))
            caller = blocks[-1] if blocks else None
        if caller is not None:
            caller.notes.append((mark, words))


# --- Title and symbol --------------------------------------------------------------------------


def _symbol(lines: Sequence[Line]) -> str:
    for line in lines[:FRONT]:
        if found := _SYMBOL.search(line.words):
            return found[1][:60]
    return ""


def _title(blocks: list[_Block], usual: float, symbol: str) -> tuple[str, list[_Block]]:
    """The title and the blocks without it, and without what stands above it."""
    front = blocks[:FRONT]
    chosen = next((i for i, each in enumerate(front) if each.first.style == "title"), None)
    if chosen is None and usual:
        largest = max((each.first.size for each in front), default=0)
        if largest > 1.1 * usual:
            chosen = next(i for i, each in enumerate(front) if each.first.size == largest)
    if chosen is None:
        chosen = next(
            (i for i, each in enumerate(front[:4]) if _is_title(each.words, symbol)), None
        )
    if chosen is None:
        return "", blocks
    words, end = front[chosen].words, chosen + 1
    while (
        usual
        and end < len(front)
        and front[end].first.size == front[chosen].first.size > 1.1 * usual
        and not front[end].first.gap > 1
    ):
        words, end = f"{words} {front[end].words}", end + 1
    rest = [
        *(each for each in blocks[:chosen] if len(each.words) > 150),
        *blocks[end:],
    ]
    return words[:500], rest or blocks


def _is_title(words: str, symbol: str) -> bool:
    if words == symbol or len(words) > 300 or words.endswith((",", ";", ":", ".")):
        return False
    return not (_labelled(words) or _ARTICLE.fullmatch(words) or _FORMULA.fullmatch(words))


# --- Blocks into signed lines ------------------------------------------------------------------


@dataclass
class _Signs:
    """Walks the blocks once, keeping what is open, and writes a line for each."""

    blocks: list[_Block]
    usual: float
    article: bool = False  # inside an article
    open: str = ""  # "" before any number, else what unnumbered words belong to
    lists: list[tuple[str, int]] = field(default_factory=list)  # style and place of open lists
    ended: str = ""  # the words of the line before

    def lines(self) -> Iterator[str]:
        self.has_numbers = any(
            _NUMBER.fullmatch(each.words) or _ARTICLE.fullmatch(each.words) for each in self.blocks
        )
        skip = -1
        for place, block in enumerate(self.blocks):
            if place <= skip:
                continue
            following = self.blocks[place + 1 :]
            line, taken = self._line(block, following)
            skip = place + taken
            yield line
            for each in self.blocks[place : place + taken + 1]:
                yield from (f"^{mark} {words}".replace("^ ", "^ ") for mark, words in each.notes)
            self.ended = self.blocks[place + taken].words

    def _line(self, block: _Block, following: list[_Block]) -> tuple[str, int]:
        words = block.words
        found = _ANNEX.fullmatch(words) if len(words) < 150 else None
        if found and not words.endswith((".", ",")):
            return self._annex(found, following)
        if block.first.style.startswith("heading"):
            return self._styled(block, following)
        if (found := _ARTICLE.fullmatch(words)) and self._is_article(found, following):
            return self._article(found, following)
        if (found := _NAMED.fullmatch(words)) and self._short(words):
            return self._named(found, following)
        if found := _NUMBER.fullmatch(words):
            return self._number(found), 0
        if found := _DOTTED.fullmatch(words):
            self.open = self.open or "para"
            return f"{'  ' * self._base()}({found[1]}) {found[2] or ''}".rstrip(), 0
        if found := _POINT.fullmatch(words):
            return self._point(found[1], found[2] or "", block, following), 0
        if found := _BULLET.fullmatch(words):
            return self._point("•", found[1], block, following), 0
        if self._is_heading(block, following):
            found = _ROMAN_HEADING.fullmatch(words)
            self._heading()
            return (f"# {found[1]}. {found[2]}" if found else f"## {words}"), 0
        return self._unnumbered(words), 0

    def _short(self, words: str) -> bool:
        return len(words) <= LONGEST_HEADING and not words.endswith((",", ";", ":"))

    def _heading(self) -> None:
        self.article, self.open, self.lists = False, self.open and "heading", []

    def _annex(self, found: re.Match[str], following: list[_Block]) -> tuple[str, int]:
        title, taken = self._title_below(found[2] or "", following)
        self.article, self.open, self.lists = False, "", []
        return f"Annex{f' {found[1].upper()}' if found[1] else ''}. {title}".strip(), taken

    def _title_below(self, title: str, following: list[_Block]) -> tuple[str, int]:
        """The title on its own line, else the block below it where that looks like one."""
        if title or not following:
            return title, 0
        below = following[0].words
        is_title = (
            self._short(below)
            and not below.endswith(".")
            and not (
                _labelled(below)
                or _ARTICLE.fullmatch(below)
                or _NAMED.fullmatch(below)
                or _FORMULA.fullmatch(below)
            )
        )
        return (below, 1) if is_title and len(below) < 150 else ("", 0)

    def _styled(self, block: _Block, following: list[_Block]) -> tuple[str, int]:
        if found := _ARTICLE.fullmatch(block.words):
            return self._article(found, following)
        level = min(int(block.first.style.removeprefix("heading")), 6)
        self._heading()
        return f"{'#' * level} {block.words}", 0

    def _is_article(self, found: re.Match[str], following: list[_Block]) -> bool:
        """A heading, not a sentence that begins with the name of an article."""
        rest = found[2] or ""
        return not rest or (
            len(rest) < 150 and not rest.endswith((",", ";")) and not rest[0].islower()
        )

    def _article(self, found: re.Match[str], following: list[_Block]) -> tuple[str, int]:
        title, taken = self._title_below(found[2] or "", following)
        self.article, self.open, self.lists = True, "article", []
        line = f"Article {found[1]}. {title}".strip()
        rest = following[taken:]
        if rest and not self._begins_something(rest[0]):
            return f"{line} :: {rest[0].words}", taken + 1
        return line, taken

    def _begins_something(self, block: _Block) -> bool:
        words = block.words
        return bool(
            block.first.style
            or _labelled(words)
            or any(each.fullmatch(words) for each in (_ARTICLE, _NAMED))
        )

    def _named(self, found: re.Match[str], following: list[_Block]) -> tuple[str, int]:
        name = found[1].casefold()
        level = next(i for i, names in enumerate(_HEIGHTS, 1) if name in names)
        title, taken = self._title_below(found[3] or "", following)
        self._heading()
        kind = found[1].capitalize()
        stop = "." if kind in _ENGLISH else ""
        return f"{'#' * level} {kind} {found[2]}{stop} {title}".strip(), taken

    def _number(self, found: re.Match[str]) -> str:
        self.open, self.lists = self.open or "para", []
        words = found[2] or ""
        if self.article:
            self.open = "article"
            self.lists = [("number", 0)]
            return f"  {found[1]}. {words}".rstrip()
        self.open = "para"
        return f"{found[1]}. {words}".rstrip()

    def _base(self) -> int:
        """How far in points begin: one step, in a numbered paragraph of an article two."""
        return 1 + sum(style == "number" for style, _ in self.lists[:1])

    def _point(self, label: str, words: str, block: _Block, following: list[_Block]) -> str:
        base = self._base()
        numbered = self.lists[:1] if self.lists[:1] == [("number", 0)] else []
        inner = self.lists[len(numbered) :]
        next_label = next(
            (found[1] for each in following[:6] if (found := _POINT.fullmatch(each.words))), ""
        )
        for depth in range(len(inner) - 1, -1, -1):
            style, place = inner[depth]
            begins_roman = label == "i" and next_label == "ii"
            if _place(label, style) == place + 1 and not begins_roman:
                inner = [*inner[:depth], (style, place + 1)]
                break
        else:
            style = {"•": "•", "i": "roman", "1": "digit"}.get(label, "letter")
            inner = [*(each for each in inner if each[0] != style), (style, _place(label, style))]
        if block.first.depth:
            base, inner = block.first.depth - 1 or 1, inner[-1:]
        self.lists = [*numbered, *inner]
        mark = "•" if label == "•" else f"({label})"
        return f"{'  ' * (base + len(inner) - 1)}{mark} {words}".rstrip()

    def _is_heading(self, block: _Block, following: list[_Block]) -> bool:
        words = block.words
        if not self._short(words) or words.endswith(".") or not following:
            return False
        if not words[:1].isalpha() or (words[0].islower()):
            return False
        if self.ended.endswith((":", ",")) and not words.isupper():
            return False
        larger = self.usual and block.first.size > 1.05 * self.usual
        return bool(larger or words.isupper() or _ROMAN_HEADING.fullmatch(words) or len(words) < 80)

    def _unnumbered(self, words: str) -> str:
        if self.lists and words[:1].islower():
            depth = self._base()
            self.lists = self.lists[:1] if self.lists[:1] == [("number", 0)] else []
            return f"{'  ' * depth}= {words}"
        if self.article:
            return f"  {words}"
        if self.open in ("", "heading"):
            if _RECITAL.match(words) and (self.open == "" or words.endswith(",")):
                return f"| {words}"
            if _FORMULA.fullmatch(words) and self.open == "":
                return f"! {words}"
            if not self.has_numbers and _CLAUSE.match(words):
                return f"+ {words}"
        if self.open == "para" and self.ended.endswith(":"):
            return f"  {words}"
        return words


def _place(label: str, style: str) -> int:
    """Where a label stands in its list, from 1; -1 where it is of another style."""
    if style == "•":
        return 1 if label == "•" else -1
    if style == "roman":
        return _ROMANS.index(label) + 1 if label in _ROMANS else -1
    if style == "digit":
        return int(label) if label.isdigit() else -1
    if len(set(label)) == 1 and label.isalpha():
        abjad = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"
        if label in abjad:
            return abjad.index(label) + 1
        return (len(label) - 1) * 26 + ord(label[0]) - 96 if label.isascii() else -1
    return -1
