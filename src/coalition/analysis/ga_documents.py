"""Reader of UN General Assembly resolutions and drafts, as text with page furniture.

The layout it relies on: recitals end with a comma; paragraphs are numbered in sequence and
points lettered in sequence; a section has a Roman or capital letter, or a title that stands
between gaps and ends without a stop; an annex begins with the line "Annex".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from coalition.analysis.documents import Document, Piece, Role, UnreadableDocument
from coalition.analysis.ga_pages import MARK, Body, join_lines, read_pages

LONGEST_TEXT = 2_000_000  # characters; the longest real document has about 220,000
LONGEST_HEADING = 300
LONGEST_TITLE = 2_000
LONGEST_JUMP = 20  # of paragraph numbers, beyond which a number is part of the text

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_DATE = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})")

# "[without reference to a Main Committee (A/80/L.5)]", and what such a draft is called.
_FRONT = 4_000  # characters in which it stands
_ORIGIN = re.compile(
    r"\[(?:without reference to|on the report of|on the recommendation of)[^\]]*\]"
)
_DRAFT_SYMBOL = re.compile(r"A/(?:[A-Z0-9.]+/)*L\.\d+(?:/Rev\.\d+)?")

_ANNEX = re.compile(r"Annex(?: ([IVX]+|[A-Z]))?")
_MEETING = re.compile(r"\d{1,3}(?:st|nd|rd|th)(?: \(resumed\))? plenary meeting")
_FORMULA = re.compile(r"The General Assembly,?")
_NUMBER = re.compile(r"(\d{1,3})\.(?: +(\S.*))?")
_POINT = re.compile(r"(?:\(([a-z]{1,5}|\d{1,2})\)|(•))(?: +(\S.*))?")
_SECTION = re.compile(r"([IVX]{1,7}|[A-Z])(\.?)(?: +(\S.*))?")
_NAMED = re.compile(
    r"(Part|Chapter|Section|Article|Rule|Action|Objective)"
    r" (\d{1,3}[A-Z]?|[IVX]{1,7})(\.?)(?: +(\S.*))?"
)

# How high each kind of heading stands, and what Akoma Ntoso calls it.
_RANK = {"part": 0, "chapter": 1, "roman": 1, "letter": 2, "section": 2, "article": 3, "rule": 3}
_RANK |= {"action": 3, "objective": 3, "": 4}
_EID = {"part": "part", "chapter": "chp", "roman": "chp", "letter": "sec", "section": "sec"}
_EID |= {"article": "art", "rule": "rule", "action": "action", "objective": "objective", "": "sub"}

_ADOPTS = re.compile(r"(?:Adopts|Endorses|Approves|Proclaims)\b")
_CLAUSE = re.compile(r"(?:Also |Further )?[A-Za-z]+s\b")
_RECITAL = re.compile(r"(?:\w+ )?(?:\w+ing|\w+ed|Mindful|Aware)\b")
_TITLES = (Role.HEADING, Role.ANNEX_TITLE, Role.FORMULA)
_SENTENCE_ENDS = tuple(".;:,?!”)")
_ROMAN = [
    tens + ones
    for tens in ("", "x", "xx", "xxx")
    for ones in ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
][1:]


def read_document(raw: Mapping[str, object]) -> Document:
    """Read one document, given with `symbol`, `title`, `adopted` ("4 November 2025" or "")
    and `text`; other keys are ignored.

    A number that is printed twice in one sequence is refused; whatever else is odd becomes a
    sentence in `doubts`. Raises UnreadableDocument.
    """
    symbol = _string(raw, "symbol", of="A document").strip()
    if not symbol or len(symbol) > 100:
        raise UnreadableDocument("A document has no symbol such as “A/RES/80/5”. Name it first.")
    text = _string(raw, "text", of=symbol)
    title = " ".join(_string(raw, "title", of=symbol).split())
    if len(title) > LONGEST_TITLE:
        raise UnreadableDocument(f"The title of {symbol} is {len(title):,} characters long.")
    if not text.strip():
        raise UnreadableDocument(f"{symbol} has no text. Give the text of its pages.")
    if len(text) > LONGEST_TEXT:
        raise UnreadableDocument(
            f"{symbol} is {len(text):,} characters long; a General Assembly document has at most"
            f" {LONGEST_TEXT:,}. Check that the text is one document."
        )
    body = read_pages(text, symbol=symbol, title=title)
    doubts = list(body.doubts)
    adopted = _date(raw.get("adopted"), symbol=symbol, doubts=doubts)
    parts = _parts(_blocks(body.lines), symbol=symbol, doubts=doubts)
    drafts = _drafts(parts, symbol=symbol, doubts=doubts)
    pieces = tuple(_piece(draft, body) for draft in drafts)
    if not any(piece.words for piece in pieces):
        raise UnreadableDocument(f"{symbol} has no words after its front page. Check its text.")
    is_draft = _DRAFT_SYMBOL.fullmatch(symbol) is not None
    return Document(
        symbol,
        title,
        adopted,
        pieces,
        tuple(doubts),
        stage="draft" if is_draft else "adopted",
        drafts=() if is_draft else drafts_of(text),
        cited_as=(symbol,),
        source_title=f"United Nations, {symbol}",
    )


def drafts_of(text: str) -> tuple[str, ...]:
    """The symbols of the drafts that a resolution says it was adopted from, on its first page."""
    origin = _ORIGIN.search(text[:_FRONT])
    found = _DRAFT_SYMBOL.findall(" ".join(origin[0].split())) if origin else []
    return tuple(dict.fromkeys(found))


def _string(raw: Mapping[str, object], key: str, *, of: str) -> str:
    value = raw.get(key) if isinstance(raw, Mapping) else None
    if not isinstance(value, str):
        raise UnreadableDocument(f"{of} has no {key}, or one that is not text. Give its {key}.")
    return value


def _date(value: object, *, symbol: str, doubts: list[str]) -> date | None:
    if value is None or value == "":
        return None
    found = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found and found[2] in _MONTHS:
        try:
            return date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]))
        except ValueError:
            pass
    shown = str(value)[:40]
    doubts.append(f"The date of adoption of {symbol}, “{shown}”, is not one such as 4 May 2025.")
    return None


# Lines into blocks: each begins at a gap or at something that looks like a label.


@dataclass
class _Block:
    kind: str  # "text", "number", "point", "section", "named", "annex", "meeting"
    label: str
    lines: list[str]
    gap: int  # empty lines before it
    firm: bool  # stands where only a label can: alone on its line, after a gap or a sentence
    name: str = ""  # of a named heading: "article"

    @property
    def words(self) -> str:
        return join_lines(self.lines)

    @property
    def as_text(self) -> str:
        """Its words with the label back in them, for a label that turned out to be none."""
        label = self.label
        match self.kind:
            case "number" | "section":
                label = f"{label}."
            case "point" if label != "•":
                label = f"({label})"
            case "named":
                label = f"{self.name.capitalize()} {label}"
        return join_lines([label, *self.lines]) if label else self.words


def _blocks(lines: tuple[str, ...]) -> list[_Block]:
    width = _usual_width(lines)
    blocks: list[_Block] = []
    gap, before = 1, ""
    for line in lines:
        if not line:
            gap += 1
            continue
        plain = MARK.sub("", before).rstrip()
        after_date = bool(blocks) and blocks[-1].kind == "meeting"
        after_sentence = not blocks or gap > 0 or after_date or plain.endswith((".", ";", ":"))
        new = _labelled(line, gap=gap, after_sentence=after_sentence)
        if new is None and (not blocks or gap or _closes(blocks[-1], plain, line, width)):
            new = _Block("text", "", [line], gap, firm=True)
        if new is not None:
            blocks.append(new)
        else:
            blocks[-1].lines.append(line)
        gap, before = 0, line
    return blocks


def _usual_width(lines: Iterable[str]) -> int:
    widths = sorted(len(line) for line in lines if line)
    return widths[len(widths) * 9 // 10] if widths else 0


def _closes(block: _Block, before: str, line: str, width: int) -> bool:
    """Whether this line, without a gap, still begins the closing words after the points: the
    line before ends early, with a stop, although the first word here had found room."""
    room = len(before) + 1 + len(line.split(" ", 1)[0]) < width * 0.8
    return block.kind == "point" and before.endswith((";", ".")) and line[0].islower() and room


def _labelled(line: str, *, gap: int, after_sentence: bool) -> _Block | None:
    plain = MARK.sub("", line).strip()
    if after_sentence and (found := _ANNEX.fullmatch(plain)):
        return _Block("annex", found[1] or "", [], gap, True)
    if after_sentence and _MEETING.fullmatch(plain):
        return _Block("meeting", "", [line], gap, True)
    if found := _NUMBER.fullmatch(line):
        rest = [found[2]] if found[2] else []
        return _Block("number", str(int(found[1])), rest, gap, not rest or after_sentence)
    if found := _POINT.fullmatch(line):
        rest = [found[3]] if found[3] else []
        firm = not rest or after_sentence
        return _Block("point", found[1] or found[2], rest, gap, firm)
    if (gap or after_sentence) and (found := _NAMED.fullmatch(plain)):
        action = found[1] in ("Action", "Objective")
        if (found[3] and found[4]) if action else (gap and not found[4]):
            rest = [found[4]] if found[4] else []
            return _Block("named", found[2], rest, gap, True, found[1].casefold())
    if found := _SECTION.fullmatch(line):
        alone = not found[3]
        if (found[2] and (gap or alone)) or (alone and gap):
            return _Block("section", found[1], [found[3]] if found[3] else [], gap, True)
    return None


# Blocks into parts: the resolution itself, and each annex.


@dataclass
class _Part:
    annex: int  # 0: the resolution itself
    label: str
    blocks: list[_Block] = field(default_factory=list)
    prefix: str = ""
    apart: bool = False  # the resolution's own clauses, where the annex is the text adopted


def _parts(blocks: list[_Block], *, symbol: str, doubts: list[str]) -> list[_Part]:
    parts = [_Part(0, "")]
    left_out: list[str] = []
    closed = False
    for block in blocks:
        if block.kind == "annex":
            parts.append(_Part(len(parts), block.label))
            if block.lines:
                parts[-1].blocks.append(_Block("text", "", block.lines, 1, True))
            closed = False
        elif closed:
            left_out.append(block.as_text)
        elif block.kind == "meeting":
            closed = True
            left_out += [] if len(block.lines) <= 2 else [join_lines(block.lines[2:])]
        else:
            parts[-1].blocks.append(block)
    if left_out:
        begin = MARK.sub("", " ".join(left_out))[:80]
        doubts.append(f"Words after the date of adoption of {symbol} were left out: “{begin}”.")
    _name_parts(parts)
    return parts


def _name_parts(parts: list[_Part]) -> None:
    """The main text keeps the plain ids: the one annex that the resolution adopts and that is
    longer than it, otherwise the resolution."""
    resolution, annexes = parts[0], parts[1:]
    adopts = any(_ADOPTS.match(b.words) and "annex" in b.words for b in resolution.blocks)
    if len(annexes) == 1 and adopts and _length(annexes[0]) > _length(resolution):
        resolution.prefix, resolution.apart = "resolution__", True
        return
    for annex in annexes:
        annex.prefix = f"annex_{annex.annex}__"


def _length(part: _Part) -> int:
    return sum(len(line) for block in part.blocks for line in block.lines)


# Parts into pieces.


@dataclass
class _Draft:
    eid: str
    number: str
    role: Role
    heading: str
    lines: list[str]
    parent: str

    @property
    def plain_end(self) -> str:
        return MARK.sub("", self.lines[-1]).rstrip() if self.lines else ""


def _drafts(parts: list[_Part], *, symbol: str, doubts: list[str]) -> list[_Draft]:
    drafts: list[_Draft] = []
    for part in parts:
        drafts += _PartReader(part, symbol=symbol, doubts=doubts).read()
    return drafts


def _piece(draft: _Draft, body: Body) -> Piece:
    words = join_lines(draft.lines)
    footnotes = dict.fromkeys(body.footnote(mark) for mark in MARK.findall(words))
    return Piece(
        eid=draft.eid,
        number=draft.number,
        role=draft.role,
        heading=" ".join(MARK.sub("", draft.heading).split()),
        words=" ".join(MARK.sub("", words).split()),
        footnotes=tuple(footnotes),
        parent=draft.parent,
    )


@dataclass
class _List:
    """An open list of points: its style, the last place in its sequence, its last point."""

    style: str
    place: int
    point: _Draft


class _PartReader:
    """Walks the blocks of one part once, keeping what is open: headings, paragraph, points."""

    def __init__(self, part: _Part, *, symbol: str, doubts: list[str]) -> None:
        self.part, self.symbol, self.doubts = part, symbol, doubts
        self.drafts: list[_Draft] = []
        self.eids: dict[str, int] = {}
        self.headings: list[tuple[int, _Draft]] = []  # (rank, heading), from the top down
        self.labels = {"roman": 0, "letter": 0}
        self.labelled = any(block.kind in ("section", "named") for block in part.blocks)
        self.scope = part.prefix  # of paragraph numbers; they may begin anew under a heading
        self.last = 0
        self.seen: set[int] = set()
        self.new_heading = False
        self.paragraph: _Draft | None = None  # that points belong to
        self.cross: _Draft | None = None  # a heading among the points of a paragraph
        self.lists: list[_List] = []

    def read(self) -> list[_Draft]:
        blocks = self.part.blocks
        if self.part.annex:
            blocks = self._annex_title(blocks)
        for index, block in enumerate(blocks):
            following = blocks[index + 1 : index + 8]
            match block.kind:
                case "number":
                    self._number(block, following)
                case "point":
                    self._point(block, following)
                case "section" | "named":
                    self._labelled_heading(block)
                case _:
                    self._text(block, following)
        return self.drafts

    # What each kind of block does.

    def _annex_title(self, blocks: list[_Block]) -> list[_Block]:
        lines: list[str] = []
        while blocks and blocks[0].kind == "text" and (not lines or lines[-1].endswith(";")):
            lines, blocks = lines + blocks[0].lines, blocks[1:]
        name = f"annex_{self.part.annex}__title"
        self._add(name, self.part.label, Role.ANNEX_TITLE, lines, scope="")
        return blocks

    def _number(self, block: _Block, following: list[_Block]) -> None:
        number = int(block.label)
        if self._in_list(block, number, following):
            return
        if self._is_paragraph(block, number, following):
            if number != self.last + 1:
                self.doubts.append(
                    f"In {self.symbol}, paragraph {number} follows paragraph {self.last}"
                    f"{self._where()}."
                )
            self.last, self.new_heading = number, False
            self.seen.add(number)
            role = Role.ADOPTING if self.part.apart else Role.OPERATIVE
            self.cross = None
            self._open(self._add(f"para_{number}", block.label, role, block.lines, self.scope))
        else:
            self._continue(block)

    def _in_list(self, block: _Block, number: int, following: list[_Block]) -> bool:
        """Numbered lines under a paragraph that ends with a colon, or words quoted there, are
        its points."""
        if not self.paragraph or not block.firm:
            return False
        last = self.drafts[-1]
        if self.lists and self.lists[-1].style == "digit":
            both = number == self.last + 1  # the next paragraph may have the same number
            again = any(b.kind == "number" and b.label == block.label for b in following)
            in_list = not both or again or last.plain_end.endswith(";")
            if number == self.lists[-1].place + 1 and in_list:
                self.lists.pop()
                self._add_point(block, "digit", number)
                return True
        if last.role is Role.HEADING or number == self.last + 1:
            return False
        if any(open_list.style == "digit" for open_list in self.lists):
            return False
        if not last.plain_end.endswith(":") or last.role is Role.PREAMBULAR:
            return False
        if number != 1:
            self.doubts.append(
                f"In {self.symbol}, number {number} after {last.eid} was read as quoted there."
            )
        self._add_point(block, "digit", number)
        return True

    def _is_paragraph(self, block: _Block, number: int, following: list[_Block]) -> bool:
        if number == self.last + 1:
            # Where the number may also be one of the text, a firmer one further on wins.
            return block.firm or not any(
                b.kind == "number" and b.label == block.label and b.firm for b in following
            )
        if number == 1 and self.new_heading and block.firm:
            self.scope = f"{self.headings[-1][1].eid}__"
            self.last, self.seen = 0, set()
            return True
        if not block.firm or number > self.last + LONGEST_JUMP:
            return False
        if number in self.seen:
            raise UnreadableDocument(
                f"{self.symbol} has paragraph {number} twice{self._where()}, the second time as"
                f" “{MARK.sub('', block.words)[:60]}”. Correct the text, then read it again."
            )
        return number > self.last

    def _where(self) -> str:
        under = f" under “{self._heading()}”" if self.scope != self.part.prefix else ""
        return f"{under} in annex {self.part.annex}" if self.part.annex else under

    def _point(self, block: _Block, following: list[_Block]) -> None:
        if not self.paragraph and self.headings:
            self.paragraph = self.headings[-1][1]  # points right under their heading
        if not self.paragraph:
            self._continue(block)
            return
        for depth in range(len(self.lists) - 1, -1, -1):
            open_list = self.lists[depth]
            place = _place(block.label, open_list.style)
            next_label = next((b.label for b in following if b.kind == "point"), "")
            begins_roman = block.label == "i" and next_label == "ii"
            if open_list.style == "•" or (place == open_list.place + 1 and not begins_roman):
                self.lists = self.lists[:depth]
                self._add_point(block, open_list.style, open_list.place + 1)
                return
        style = _style_begun(block.label, {open_list.style for open_list in self.lists})
        if style:
            self._add_point(block, style, 1)
        elif block.firm:
            self.doubts.append(
                f"In {self.symbol}, point ({block.label}) of {self.paragraph.eid} does not follow"
                " the one before it."
            )
            self.lists = self.lists[:-1]
            style = "roman" if block.label in _ROMAN and block.label > "i" else "letter"
            self._add_point(block, style, _place(block.label, style))
        else:
            self._continue(block)

    def _add_point(self, block: _Block, style: str, place: int) -> None:
        assert self.paragraph is not None
        parent = self.lists[-1].point if self.lists else self.paragraph
        label = str(place) if style == "•" else block.label
        point = self._add(
            f"point_{label}", block.label, Role.POINT, block.lines, f"{parent.eid}__", parent.eid
        )
        self.lists.append(_List(style, place, point))

    def _labelled_heading(self, block: _Block) -> None:
        kind = block.name or self._section_kind(block.label)
        if not kind or len(block.words) > LONGEST_HEADING:
            self._continue(block)
            return
        named = f"{block.name.capitalize()} {block.label}" if block.name else block.label
        self._head(kind, block.label.casefold(), named, block.lines)

    def _section_kind(self, label: str) -> str:
        """Roman or letter? "I" after "H" is a letter, unless the Roman one is awaited."""
        roman = _ROMAN.index(label.casefold()) + 1 if label.casefold() in _ROMAN else 0
        letter = ord(label) - 64 if len(label) == 1 else 0
        if roman and roman == self.labels["roman"] + 1:
            return "roman"
        if letter and letter == self.labels["letter"] + 1:
            return "letter"
        if roman == 1:
            return "roman"
        if letter == 1:
            return "letter"
        return "roman" if roman else "letter" if letter and self.labels["letter"] else ""

    def _text(self, block: _Block, following: list[_Block]) -> None:
        words = MARK.sub("", block.words).strip()
        last = self.drafts[-1] if self.drafts else None
        if not last and _FORMULA.fullmatch(words):
            self._add("formula_1", "", Role.FORMULA, block.lines)
        elif last and last.role is Role.HEADING and not last.lines and _is_heading(block):
            last.lines.extend(block.lines)  # the title under "Article 1" or "I."
        elif self._goes_on(block):
            self._continue(block)
        elif block.gap == 1 and self._listed() and self._is_line_of_list(following):
            self._add_inside(block)
        elif _is_heading(block):
            if self._inside_points(following):
                assert self.paragraph is not None
                eid = self._fresh(f"{self.paragraph.eid}__crossheading")
                parent = self.paragraph.eid
                self.cross = self._add(eid, "", Role.HEADING, block.lines, "", parent)
            else:
                self._head("", "", "", block.lines)
        elif self.lists and self.paragraph and words[:1].islower():
            eid = self._fresh(f"{self.paragraph.eid}__wrapup")
            self._add(eid, "", Role.CLOSING, block.lines, "", self.paragraph.eid)
            self.lists = []
        elif self._listed() or (self.paragraph and self._inside_points(following)):
            self._add_inside(block)
        else:
            self._unnumbered(block, words, following)

    def _unnumbered(self, block: _Block, words: str, following: list[_Block]) -> None:
        before_numbers = self.last == 0 or self.new_heading
        if words.endswith(",") or (before_numbers and _RECITAL.match(words)):
            role, name = Role.PREAMBULAR, "recital"
        elif self.part.annex or not before_numbers or not _CLAUSE.match(words):
            role, name = Role.PLAIN, "text"
        else:
            adopts = _ADOPTS.match(words) and ("annex" in words or "following" in words)
            role, name = (Role.ADOPTING if adopts else Role.OPERATIVE), "clause"
        eid = self._fresh(f"{self.part.prefix}{name}")
        self.cross = None
        self._open(self._add(eid, "", role, block.lines, ""))

    # Helpers of the walk.

    def _goes_on(self, block: _Block) -> bool:
        """A gap that a page or a table made in the middle of a sentence."""
        if not self.drafts or block.gap > 1:
            return False
        last = self.drafts[-1]
        if last.role in _TITLES:
            return False
        if self._inside(last) and not block.lines[0][:1].islower():
            return False
        return not last.plain_end.endswith(_SENTENCE_ENDS)

    def _inside_points(self, following: list[_Block]) -> bool:
        """Whether the points of the open paragraph begin or go on after a heading."""
        if not self.paragraph or not following or following[0].kind != "point":
            return False
        label = following[0].label
        if not self.lists:
            return label == "a" and self.paragraph.plain_end.endswith(":")
        return _place(label, self.lists[0].style) == self.lists[0].place + 1

    def _listed(self) -> bool:
        """Whether lines without a label are still part of the open numbered paragraph: they
        follow its colon, or others that do."""
        if not self.paragraph or not self.paragraph.number:
            return False
        last = self.drafts[-1]
        if last.role is Role.HEADING or self.paragraph.role is Role.HEADING:
            return False
        return last.plain_end.endswith(":") or self._inside(last)

    def _inside(self, draft: _Draft) -> bool:
        """Whether this is one of the unlabelled lines of the open paragraph."""
        if self.paragraph is None:
            return False
        return draft.role is Role.PLAIN and draft.parent == self.paragraph.eid

    def _is_line_of_list(self, following: list[_Block]) -> bool:
        """Rather than a heading above the points that follow."""
        return self._inside(self.drafts[-1]) or not self._inside_points(following)

    def _add_inside(self, block: _Block) -> None:
        assert self.paragraph is not None
        eid = self._fresh(f"{self.paragraph.eid}__text")
        self._add(eid, "", Role.PLAIN, block.lines, "", self.paragraph.eid)

    def _head(self, kind: str, label: str, named: str, lines: list[str]) -> None:
        rank = _RANK[kind]
        if not kind and not self.labelled:
            kind = "chapter"  # the titles of a text that labels none of its sections
        self.headings = [(r, h) for r, h in self.headings if r < rank]
        if kind in ("roman", "letter"):
            table = _ROMAN.index(label) + 1 if kind == "roman" else ord(label) - 96
            self.labels[kind] = table
        if rank <= 1:
            self.labels["letter"] = 0
        parent = self.headings[-1][1].eid if self.headings else ""
        base = f"{parent}__{_EID[kind]}" if parent else f"{self.part.prefix}{_EID[kind]}"
        place = _ROMAN.index(label) + 1 if rank <= 1 and label in _ROMAN else label
        eid = f"{base}_{place}" if label else self._fresh(base)
        if eid in self.eids:
            eid = self._fresh(base)
        heading = self._add(eid, named, Role.HEADING, lines, "", parent)
        self.headings.append((rank, heading))
        self.new_heading = True
        self.paragraph, self.cross, self.lists = None, None, []

    def _heading(self) -> str:
        heading = self.cross or (self.headings[-1][1] if self.headings else None)
        if heading is None:
            return ""
        stop = "." if heading.number and " " not in heading.number else ""
        return f"{heading.number}{stop} {join_lines(heading.lines)}".strip()

    def _open(self, paragraph: _Draft) -> None:
        self.paragraph, self.lists = paragraph, []

    def _continue(self, block: _Block) -> None:
        if not self.drafts or self.drafts[-1].role in _TITLES:
            eid = self._fresh(f"{self.part.prefix}text")
            self._open(self._add(eid, "", Role.PLAIN, [block.as_text], ""))
        else:
            self.drafts[-1].lines.append(block.as_text)

    def _add(
        self,
        name: str,
        number: str,
        role: Role,
        lines: list[str],
        scope: str | None = None,
        parent: str | None = None,
    ) -> _Draft:
        eid = (self.part.prefix if scope is None else scope) + name
        if eid in self.eids:
            self.doubts.append(f"In {self.symbol}, {eid} stands twice; the second got a suffix.")
            eid = self._fresh(eid)
        self.eids.setdefault(eid, 0)
        if parent is None:
            parent = self.headings[-1][1].eid if self.headings else ""
        draft = _Draft(eid, number, role, "", list(lines), parent)
        draft.heading = self._heading() if role is not Role.HEADING else ""
        self.drafts.append(draft)
        return draft

    def _fresh(self, base: str) -> str:
        """The next free id of this kind: chp_1, chp_2 …"""
        while True:
            self.eids[base] = self.eids.get(base, 0) + 1
            eid = f"{base}_{self.eids[base]}"
            if eid not in self.eids:
                return eid


def _is_heading(block: _Block) -> bool:
    words = MARK.sub("", block.words).strip()
    return (
        len(words) <= LONGEST_HEADING
        and len(block.lines) <= 4
        and not words.endswith((".", ",", ";", ":"))
        and words[:1].upper() == words[:1]
        and words[:1].isalpha() | words.startswith(("“", "‘"))
    )


def _place(label: str, style: str) -> int:
    """Where a label stands in its sequence, from 1; -1 if it is not of this style."""
    if style == "roman":
        return _ROMAN.index(label) + 1 if label in _ROMAN else -1
    if style == "digit":
        return int(label) if label.isdigit() else -1
    if style == "letter" and label.isalpha() and len(set(label)) == 1:
        return (len(label) - 1) * 26 + ord(label[0]) - 96
    return -1


def _style_begun(label: str, open_styles: set[str]) -> str:
    """The style of a list that this label can begin, "" if it begins none."""
    style = {"a": "letter", "i": "roman", "1": "digit", "•": "•"}.get(label, "")
    return "" if style in open_styles else style
