"""A text in pieces as a person reads and corrects it: one piece a line, a sign before each.

    ! The General Assembly,            who speaks
    | Recalling its resolution 70/1,   a recital
    # I. Our commitments               a heading; ## stands below #, ### below ##
    1. We commit to act:               a numbered paragraph
      (a) On wages;                    what belongs to the line above stands further in
      (b) On hours:
        - At night                     a point without a letter
      = in every country.              words that close the paragraph after its points
    ^1 Resolution 70/1.                a footnote of the line above
    Article 3. Hours :: No one works   an article, its title, and after :: its own words
      1. At night;                     a numbered paragraph of the article
    + Decides to meet again.           a clause without a number
    ~ Adopts the annexed text.         a clause of the resolution that adopts the text
    Annex I. Our text                  an annex begins
    Any other line                     text without a number

Two lines joined are one piece, a line broken is two. A backslash before a line takes it as it
stands. `{para_3}` at the end of a line gives the piece that address instead of the usual one.
Addresses are made as the readers of documents make them (`ga_documents`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from coalition.analysis.documents import Footnote, Piece, Role

LONGEST_TEXT = 2_000_000  # characters
MOST_LINES = 30_000
MOST_DEPTH = 5  # points inside points
LONGEST_EID = 120
LONGEST_TITLE = 500  # of an article, or a heading
MOST_FAULTS = 50  # a person mends these first

# What an article and an annex are called; the first of a language is the one that is written.
ARTICLES = {
    "en": "Article",
    "fr": "Article",
    "es": "Artículo",
    "ar": "المادة",
    "nl": "Artikel",
    "ru": "Статья",
    "de": "Artikel",
    "pt": "Artigo",
    "it": "Articolo",
}
ANNEXES = {"en": "Annex", "fr": "Annexe", "es": "Anexo", "ar": "المرفق", "ru": "Приложение"}

_ANY_ARTICLE = "|".join(sorted({*ARTICLES.values(), "مادة", "Art"}, key=len, reverse=True))
_ANY_ANNEX = "|".join(sorted({*ANNEXES.values(), "مرفق"}, key=len, reverse=True))
_LABEL = r"\d{1,4}(?:[A-Za-z]| bis| ter| quater)?"
_NUMBERED = re.compile(rf"({_LABEL})\.(?:\s+(.*))?")
_POINT = re.compile(r"\(([^\s(){}]{1,8})\)(?:\s+(.*))?")
_BULLET = re.compile(r"[•-](?:\s+(.*))?")
_ARTICLE = re.compile(rf"(?:{_ANY_ARTICLE})\s+({_LABEL}|[IVXLC]{{1,7}})(?:\.(?:\s+(.*))?)?")
_ANNEX = re.compile(rf"(?:{_ANY_ANNEX})(?:\s+([IVX]{{1,7}}|[A-Z]|\d{{1,3}}))?(?:\.(?:\s+(.*))?)?")
_HEADING = re.compile(r"(#{1,6})(?:\s+(.*))?")
_NAMES = "Part|Book|Title|Chapter|Section|Division|Article|Rule|Action|Objective"
_HEADING_LABEL = re.compile(
    rf"((?:(?:{_NAMES}) )?(?:\d{{1,3}}[A-Z]?|[IVXLC]{{1,7}}|[A-Z]))\.(?:\s+(.*))?"
)
_NOTE = re.compile(r"\^(\S{0,5})(?:\s+(.*))?")
_ADDRESS = re.compile(r"(?:(.*\S)\s+)?\{([a-z0-9_-]{1,120})\}")
_BETWEEN = re.compile(r"(?:^|\s)::(?:\s|$)")

_SIGNS = {
    "!": Role.FORMULA,
    "|": Role.PREAMBULAR,
    "+": Role.OPERATIVE,
    "~": Role.ADOPTING,
    "=": Role.CLOSING,
}
_SIGN_OF = {role: sign for sign, role in _SIGNS.items()}
# Akoma Ntoso's names for what a heading calls itself.
_KINDS = {"part": "part", "book": "book", "title": "title", "chapter": "chp", "section": "sec"}
_KINDS |= {"division": "div", "article": "art", "rule": "rule", "action": "action"}
_KINDS |= {"objective": "objective"}
_BASES = {Role.FORMULA: "formula", Role.PREAMBULAR: "recital", Role.PLAIN: "text"}
_BASES |= {Role.OPERATIVE: "clause", Role.ADOPTING: "clause", Role.CLOSING: "wrapup"}
_ROMAN = re.compile(r"(?=[IVXLC])(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")


def gettext_noop(sentence: str) -> str:
    """Marks a sentence for translation, which happens where it is shown."""
    return sentence


@dataclass(frozen=True)
class Remark:
    """A sentence about a line (from 1; 0: about the whole), with places for `values`.

    The sentence is kept apart from its values so that it can be shown in any language.
    """

    line: int
    sentence: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence % {"line": self.line, **self.values}


@dataclass(frozen=True)
class Marked:
    """What a marked text says: its pieces, the line that each stands on, what is wrong, and
    what a person may want to look at. While there are faults the pieces are only a preview."""

    pieces: tuple[Piece, ...]
    lines: tuple[int, ...]
    faults: tuple[Remark, ...]
    doubts: tuple[Remark, ...]


EMPTY = gettext_noop("There is no text yet. Write a piece on each line.")
TOO_LONG = gettext_noop(
    "The text is too long: at most %(characters)s characters and %(lines)s lines can be read."
)
NO_WORDS = gettext_noop(
    "Line %(line)s has a sign but no words. Write the words after it, or take the line out."
)
NO_PARENT = gettext_noop(
    "Line %(line)s stands further in, but there is nothing above that it could belong to. "
    "Take the spaces before it out, or move it below its paragraph."
)
TOO_DEEP = gettext_noop(
    "Line %(line)s stands too far in: points can be inside one another %(depth)s deep. "
    "Take spaces out before it."
)
NO_CALLER = gettext_noop(
    "Line %(line)s is a footnote, but there is no piece above it to which it belongs. "
    "Move it below the line that calls it."
)
TWICE = gettext_noop(
    "Line %(line)s has the same number as line %(first)s: “%(label)s”. Correct one of the two."
)
ADDRESS_TWICE = gettext_noop(
    "Line %(line)s gives the address “%(label)s”, which line %(first)s has already. Give another."
)
ONLY_AT_START = gettext_noop(
    "Line %(line)s begins an article or annex, and must stand at the beginning of its line. "
    "Take the spaces before it out."
)
LONG_TITLE = gettext_noop(
    "The title in line %(line)s is longer than %(most)s characters. For an article, put :: "
    "between its title and its words."
)
JUMP = gettext_noop("Line %(line)s has number %(label)s, which does not follow %(before)s.")
GOES_ON = gettext_noop(
    "Line %(line)s begins in the middle of a sentence. Perhaps it belongs to the line above: "
    "then join the two."
)
NOTHING_COUNTS = gettext_noop(
    "The text has no numbered paragraph, article or clause, so nobody can commit to any part of it."
)


def parse(marked: str) -> Marked:
    """Read a marked text; whatever is wrong becomes a fault with its line, never an exception."""
    lines = marked.splitlines()
    if len(marked) > LONGEST_TEXT or len(lines) > MOST_LINES:
        values = {"characters": f"{LONGEST_TEXT:,}", "lines": f"{MOST_LINES:,}"}
        return Marked((), (), (Remark(0, TOO_LONG, values),), ())
    rows = [row for number, line in enumerate(lines, 1) if (row := _row(line, number))]
    walk = _Walk(rows)
    for row in rows:
        walk.take(row)
    return walk.result()


def write(pieces: Sequence[Piece], language: str = "en") -> str:
    """The marked text of these pieces: `parse(write(pieces)).pieces == tuple(pieces)` for all
    pieces that `parse` or the reader of General Assembly documents gives."""
    by_eid = {piece.eid: piece for piece in pieces}
    rows = [_row_of(piece, by_eid) for piece in pieces]
    walk = _Walk(rows)
    lines: list[str] = []
    for piece, row in zip(pieces, rows, strict=True):
        draft = walk.take(row)
        body = _line_of(row, language)
        ends_like_address = _ADDRESS.fullmatch(body) is not None
        if draft is not None and (draft.eid != piece.eid or ends_like_address):
            walk.readdress(draft, piece.eid)
            body = f"{body} {{{piece.eid}}}"
        lines.append("  " * row.indent + body)
        for note in piece.footnotes:
            words = f"{note.words} {{-}}" if _ADDRESS.fullmatch(note.words) else note.words
            lines.append(f"^{note.mark} {words}".rstrip())
    return "\n".join(lines) + "\n" if lines else ""


# --- Lines into rows ---------------------------------------------------------------------------


@dataclass
class _Row:
    """What one line says by itself, before it has a place in the text."""

    line: int
    indent: int  # characters before it; steps of two where it is written
    role: Role | None  # None: a footnote
    label: str  # number, letter or mark, as printed
    words: str
    title: str = ""
    level: int = 0  # of a heading: 1 for #
    is_article: bool = False
    in_brackets: bool = False  # "(a)", not "1."
    eid: str = ""

    @property
    def chars(self) -> int:
        return len(self.words) + len(self.title)


def _row(line: str, number: int) -> _Row | None:
    """The row of a line; None for an empty one."""
    line = "".join(c if c.isprintable() else " " for c in line.replace("\t", "  "))
    body = " ".join(line.split())
    if not body:
        return None
    indent = len(line) - len(line.lstrip())
    eid = ""
    if found := _ADDRESS.fullmatch(body):
        body, eid = found[1] or "", found[2]
    row = _signed(body, number, indent)
    row.eid = eid.strip("-")
    return row


def _signed(body: str, line: int, indent: int) -> _Row:
    def row(role: Role | None, label: str, words: str | None, **more: object) -> _Row:
        return _Row(line, indent, role, label, words or "", **more)  # type: ignore[arg-type]

    sign, rest = body[:1], body[1:].strip()
    if sign == "\\":
        return row(Role.PLAIN, "", rest)
    if sign == "^" and (found := _NOTE.fullmatch(body)):
        return row(None, found[1], found[2])
    if found := _HEADING.fullmatch(body):
        words = found[2] or ""
        if words.startswith("\\"):
            return row(Role.HEADING, "", words[1:].strip(), level=len(found[1]))
        if label := _HEADING_LABEL.fullmatch(words):
            return row(Role.HEADING, label[1], label[2], level=len(found[1]))
        return row(Role.HEADING, "", words, level=len(found[1]))
    if sign in _SIGNS and body[1:2] in ("", " "):
        role = _SIGNS[sign]
        if rest.startswith("\\"):
            return row(role, "", rest[1:].strip())
        if role is Role.ADOPTING and (found := _NUMBERED.fullmatch(rest)):
            return row(role, found[1], found[2])
        return row(role, "", rest)
    if found := _NUMBERED.fullmatch(body):
        return row(Role.POINT if indent else Role.OPERATIVE, found[1], found[2])
    if found := _POINT.fullmatch(body):
        return row(Role.POINT, found[1], found[2], in_brackets=True)
    if found := _BULLET.fullmatch(body):
        return row(Role.POINT, "•", found[1], in_brackets=True)
    if found := _ARTICLE.fullmatch(body):
        title, words = _halves(found[2] or "")
        return row(Role.OPERATIVE, found[1], words, title=title, is_article=True)
    if found := _ANNEX.fullmatch(body):
        return row(Role.ANNEX_TITLE, found[1] or "", found[2])
    return row(Role.PLAIN, "", body)


def _halves(words: str) -> tuple[str, str]:
    """The title of an article, and its own words after the first "::"."""
    title, *rest = _BETWEEN.split(words, maxsplit=1)
    return title.strip(), rest[0].strip() if rest else ""


# --- Rows into pieces --------------------------------------------------------------------------


@dataclass
class _Draft:
    row: _Row
    eid: str
    parent: str
    heading: str
    notes: list[Footnote] = field(default_factory=list)
    inside: int = 0  # pieces that belong to it

    def piece(self) -> Piece:
        row = self.row
        assert row.role is not None
        return Piece(
            eid=self.eid,
            number=row.label,
            role=row.role,
            heading=self.heading,
            words=row.words,
            footnotes=tuple(self.notes),
            parent=self.parent,
            title=row.title,
        )


class _Walk:
    """Takes rows in their order, keeping what is open: headings, paragraph, points."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        self.prefixes = _prefixes(rows)
        self.prefix = self.prefixes[0]
        self.annexes = 0
        self.drafts: list[_Draft] = []
        self.by_eid: dict[str, _Draft] = {}
        self.counts: dict[str, int] = {}
        self.headings: list[_Draft] = []
        self.labels: list[str] = []  # of all headings so far
        self.labels_headings = any(row.role is Role.HEADING and row.label for row in rows)
        self.cross: _Draft | None = None
        self.open: list[_Draft] = []  # the piece at the margin, and the way down to the last one
        self.scope = self.prefix  # of paragraph numbers: they may begin anew under a heading
        self.last: str = ""
        self.new_heading = False
        self.faults: list[Remark] = []
        self.doubts: list[Remark] = []

    def result(self) -> Marked:
        if not self.drafts:
            self.faults.insert(0, Remark(0, EMPTY))
        for draft in self.drafts:
            named = draft.row.role in (Role.HEADING, Role.ANNEX_TITLE) and draft.row.label
            is_annex = draft.row.role is Role.ANNEX_TITLE
            if not (draft.row.words or draft.row.title or draft.inside or named or is_annex):
                self._fault(draft.row, NO_WORDS)
        self.faults.sort(key=lambda fault: fault.line)
        counts = (Role.OPERATIVE, Role.ADOPTING)
        if self.drafts and not any(draft.row.role in counts for draft in self.drafts):
            self.doubts.append(Remark(0, NOTHING_COUNTS))
        return Marked(
            tuple(draft.piece() for draft in self.drafts),
            tuple(draft.row.line for draft in self.drafts),
            tuple(self.faults[:MOST_FAULTS]),
            tuple(self.doubts),
        )

    def take(self, row: _Row) -> _Draft | None:
        """Give the row its place and address; None where it has none, and for footnotes."""
        if row.role is None:
            self._note(row)
            return None
        if row.indent and (row.is_article or row.role is Role.ANNEX_TITLE):
            self._fault(row, ONLY_AT_START)
        if max(len(row.title), len(row.words) if row.role is Role.HEADING else 0) > LONGEST_TITLE:
            self._fault(row, LONG_TITLE, most=LONGEST_TITLE)
        inside = row.indent > 0 or row.role in (Role.POINT, Role.CLOSING)
        inside = inside and not row.is_article and row.role is not Role.ANNEX_TITLE
        draft = self._inside(row) if inside else self._at_margin(row)
        self._look_at(draft)
        self.drafts.append(draft)
        if row.eid:
            self.readdress(draft, row.eid)
        return draft

    def readdress(self, draft: _Draft, eid: str) -> None:
        """Give a piece another address, before anything stands inside it."""
        if eid == draft.eid:
            return
        if (first := self.by_eid.get(eid)) and first is not draft:
            self._fault(draft.row, ADDRESS_TWICE, label=eid, first=first.row.line)
            return
        if self.by_eid.get(draft.eid) is draft:
            del self.by_eid[draft.eid]
        draft.eid = eid
        self.by_eid[eid] = draft

    # What stands at the margin.

    def _at_margin(self, row: _Row) -> _Draft:
        if row.role is Role.ANNEX_TITLE:
            draft = self._annex(row)
        elif row.role is Role.HEADING:
            draft = self._heading(row)
        else:
            parent = self.headings[-1].eid if self.headings else ""
            draft = _Draft(row, self._margin_eid(row), parent, self._heading_words())
            self.cross = None
            draft.heading = self._heading_words()
        self.open = [draft]
        return self._kept(draft)

    def _annex(self, row: _Row) -> _Draft:
        self.annexes += 1
        self.prefix = self.scope = self.prefixes[self.annexes]
        self.headings, self.cross, self.last, self.new_heading = [], None, "", False
        return _Draft(row, f"annex_{self.annexes}__title", "", "")

    def _heading(self, row: _Row) -> _Draft:
        self.headings = [each for each in self.headings if each.row.level < row.level]
        parent = self.headings[-1].eid if self.headings else ""
        kind, place = self._kind(row)
        base = f"{parent}__{kind}" if parent else f"{self.prefix}{kind}"
        eid = f"{base}_{place}" if place else self._fresh(base)
        if eid in self.by_eid:
            eid = self._fresh(base)
        draft = _Draft(row, eid, parent, "")
        self.headings.append(draft)
        self.labels.append(row.label)
        self.cross, self.new_heading = None, True
        return draft

    def _kind(self, row: _Row) -> tuple[str, str]:
        """What Akoma Ntoso calls this kind of heading, and the place that its label gives it."""
        if not row.label:
            return ("sub" if self.labels_headings else "chp"), ""
        *named, label = row.label.split(" ")
        roman = _roman(label)
        if named:
            kind = _KINDS[named[0].casefold()]
            return kind, str(roman) if roman and kind in ("part", "chp") else label.casefold()
        if roman and not (len(label) == 1 and self._awaits_letter(label)):
            return "chp", str(roman)
        return ("sec" if label.isalpha() else "chp"), label.casefold()

    def _awaits_letter(self, label: str) -> bool:
        """Is "C" the letter after "B", rather than a hundred?"""
        return label in "LC" or chr(ord(label) - 1) in self.labels[-8:]

    def _margin_eid(self, row: _Row) -> str:
        if row.is_article:
            return self._numbered(row, "art")
        if row.label:
            return self._numbered(row, "para")
        assert row.role is not None
        return self._fresh(f"{self.prefix}{_BASES[row.role]}")

    def _numbered(self, row: _Row, kind: str) -> str:
        label = _slug(row.label)
        if label == "1" and self.last and self.new_heading and self.headings:
            self.scope, self.last = f"{self.headings[-1].eid}__", ""
        if not row.eid:
            self._look_for_jump(row, self.last, label)
        self.last, self.new_heading = label, False
        return f"{self.scope}{kind}_{label}"

    # What stands further in.

    def _inside(self, row: _Row) -> _Draft:
        if not self.open:
            self._fault(row, NO_PARENT)
            draft = _Draft(row, self._fresh(f"{self.prefix}text"), "", "")
            return self._kept(draft)
        while len(self.open) > 1 and self.open[-1].row.indent >= max(row.indent, 1):
            self.open.pop()
        parent = self.open[-1]
        if parent.row.role is Role.HEADING and row.role not in (Role.POINT, Role.CLOSING):
            return self._at_margin(row)  # only points stand inside a heading
        parent.inside += 1
        if len(self.open) > MOST_DEPTH:
            self._fault(row, TOO_DEEP, depth=MOST_DEPTH)
        draft = _Draft(row, self._inner_eid(row, parent), parent.eid, "")
        if row.role is Role.HEADING:
            self.cross = draft
        else:
            draft.heading = self._heading_words()
            self.open.append(draft)
        return self._kept(draft)

    def _inner_eid(self, row: _Row, parent: _Draft) -> str:
        if row.role is Role.HEADING:
            return self._fresh(f"{parent.eid}__crossheading")
        if row.role is Role.POINT:
            return f"{parent.eid}__{self._place(row, parent)}"
        assert row.role is not None
        return self._fresh(f"{parent.eid}__{_BASES[row.role]}")

    def _place(self, row: _Row, parent: _Draft) -> str:
        """ "point_h", "para_2": the letter, or for others the place in the list as a letter."""
        if not row.in_brackets:
            return f"para_{_slug(row.label)}"
        if row.label != "•" and (label := _slug(row.label)):
            return f"point_{label}"
        place = self.counts[parent.eid] = self.counts.get(parent.eid, 0) + 1
        in_letters = row.label != "•" and place <= 26
        return f"point_{chr(96 + place) if in_letters else place}"

    # Helpers of the walk.

    def _kept(self, draft: _Draft) -> _Draft:
        row = draft.row
        if len(draft.eid) > LONGEST_EID:
            self._fault(row, TOO_DEEP, depth=MOST_DEPTH)
        if first := self.by_eid.get(draft.eid):
            if not row.eid:
                self._fault(row, TWICE, label=row.label, first=first.row.line)
            draft.eid = self._fresh(draft.eid)
        self.by_eid[draft.eid] = draft
        return draft

    def _fresh(self, base: str) -> str:
        """The next free address of this kind: recital_1, recital_2 …"""
        while True:
            self.counts[base] = self.counts.get(base, 0) + 1
            eid = f"{base}_{self.counts[base]}"
            if eid not in self.by_eid:
                return eid

    def _heading_words(self) -> str:
        heading = self.cross or (self.headings[-1] if self.headings else None)
        if heading is None:
            return ""
        label = heading.row.label
        stop = "." if label and " " not in label else ""
        return f"{label}{stop} {heading.row.words}".strip()

    def _note(self, row: _Row) -> None:
        if not self.drafts:
            self._fault(row, NO_CALLER)
        elif not row.words:
            self._fault(row, NO_WORDS)
        else:
            self.drafts[-1].notes.append(Footnote(row.label, row.words))

    def _fault(self, row: _Row, sentence: str, **values: str | int) -> None:
        self.faults.append(Remark(row.line, sentence, values))

    # What a person may want to look at.

    def _look_for_jump(self, row: _Row, before: str, label: str) -> None:
        if before.isdigit() and label.isdigit() and int(label) != int(before) + 1:
            self.doubts.append(Remark(row.line, JUMP, {"label": row.label, "before": before}))

    def _look_at(self, draft: _Draft) -> None:
        row, before = draft.row, self.drafts[-1].row if self.drafts else None
        if before and row.role is Role.PLAIN and row.words[:1].islower() and not row.eid:
            self.doubts.append(Remark(row.line, GOES_ON))


def _prefixes(rows: Iterable[_Row]) -> list[str]:
    """What addresses begin with, in the text before the annexes and in each annex.

    The main text keeps the plain ones: the one annex that is adopted and longer than what
    adopts it, otherwise what stands before the annexes.
    """
    chars, adopts = [0], False
    for row in rows:
        if row.role is Role.ANNEX_TITLE:
            chars.append(0)
        else:
            adopts = adopts or (row.role is Role.ADOPTING and len(chars) == 1)
            chars[-1] += row.chars
    if len(chars) == 2 and adopts and chars[1] > chars[0]:
        return ["resolution__", ""]
    return ["", *(f"annex_{number}__" for number in range(1, len(chars)))]


def _slug(label: str) -> str:
    """A label as part of an address, such as "5_bis"; "" where it has no Latin letter or digit."""
    digits = "".join(str(int(c)) if c.isdecimal() else c for c in label.casefold())
    return "_".join(re.findall(r"[a-z0-9]+", digits))


def _roman(label: str) -> int:
    """The number that a Roman one up to 99 means; 0 if it is none."""
    if not _ROMAN.fullmatch(label):
        return 0
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[c] for c in label]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


# --- Pieces into lines -------------------------------------------------------------------------


def _row_of(piece: Piece, by_eid: Mapping[str, Piece]) -> _Row:
    own = piece.eid.removeprefix(f"{piece.parent}__") if piece.parent else piece.eid
    row = _Row(
        line=0,
        indent=_depth(piece, by_eid),
        role=piece.role,
        label=piece.number,
        words=piece.words,
        title=piece.title,
        in_brackets=piece.role is Role.POINT and not own.startswith("para_"),
    )
    row.is_article = piece.role is Role.OPERATIVE and "art_" in piece.eid.rpartition("__")[2]
    if piece.role is Role.HEADING:
        row.level = 1
        while not row.indent and (above := by_eid.get(piece.parent)):
            row.level, piece = row.level + 1, above
    return row


def _depth(piece: Piece, by_eid: Mapping[str, Piece]) -> int:
    above = by_eid.get(piece.parent)
    if above is None:
        return 0
    if above.role is Role.HEADING and piece.role not in (Role.POINT, Role.CLOSING):
        return 0
    return _depth(above, by_eid) + 1


def _line_of(row: _Row, language: str) -> str:
    """The row as a line, without the spaces before it and without an address."""
    words, label = row.words, row.label
    match row.role:
        case Role.HEADING:
            if not label and (_HEADING_LABEL.fullmatch(words) or words.startswith("\\")):
                words = f"\\{words}"
            return f"{'#' * min(row.level, 6)} {f'{label}. ' if label else ''}{words}".strip()
        case Role.ANNEX_TITLE:
            name = ANNEXES.get(language, ANNEXES["en"])
            return f"{name}{f' {label}' if label else ''}. {words}".strip()
        case Role.POINT if label == "•":
            return f"• {words}".strip()
        case Role.POINT if row.in_brackets:
            return f"({label}) {words}".strip()
        case Role.OPERATIVE if row.is_article:
            name = ARTICLES.get(language, ARTICLES["en"])
            rest = f"{row.title} :: {words}" if words else row.title
            return f"{name} {label}. {rest}".strip()
        case Role.OPERATIVE | Role.POINT if label:
            return f"{label}. {words}".strip()
        case Role.ADOPTING if label:
            return f"~ {label}. {words}".strip()
        case Role.PLAIN:
            plain = _signed(words, 0, row.indent).role is Role.PLAIN and words[:1] != "\\"
            return words if plain else f"\\{words}"
        case _:
            assert row.role is not None
            escaped = words.startswith("\\") or (
                row.role is Role.ADOPTING and _NUMBERED.fullmatch(words)
            )
            return f"{_SIGN_OF[row.role]} {chr(92) if escaped else ''}{words}"
