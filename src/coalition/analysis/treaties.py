"""Treaties as their sources print them, read into articles, paragraphs, points and recitals.

A file may hold more than one text: the convention, and the recommendation or protocol adopted
with it. `parts_of` tells them apart without reading them; `read_treaty` reads one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from coalition.analysis.dates_in_words import first_day
from coalition.analysis.documents import Document, Piece, Role, UnreadableDocument
from coalition.analysis.preambles import ENACTS, split_preamble
from coalition.analysis.treaty_pages import LONGEST_TEXT, Line, english_lines

SOURCE = "Dutch government, wetten.overheid.nl: authentic English text as published in 2017"

_ARTICLE = re.compile(
    r"(?:Articles?|ARTICLES?|Artikel|Art\.)\s*"
    r"(?P<label>(?:\d+|[IVXL]+)(?:\s?(?:bis|ter|quater)|[a-z])?(?![a-z])|[A-Z])"
    r"(?P<rest>(?:,| and\b| \().*)?(?:\s*[-–:.]?\s*(?P<title>.*))?"
)
_UNIT = re.compile(
    r"(?P<kind>Regulation|Standard|Guideline|Paragraph)\s+"
    r"(?P<label>[A-Z]?\d+(?:\.\d+)*)(?:\s*[-–]?\s*(?P<title>.*))?"
)
_DIVISION = re.compile(
    r"(?P<kind>TITLE|PART|CHAPTER|SECTION)\s+(?P<label>\d+|[IVXL]+|[A-Z])\b(?:\s*[-–:.]*\s*(?P<title>.*))?",
    re.IGNORECASE,
)
_SECTION = re.compile(r"Section\s+(?P<label>\d+)\s*[-–.]*\s*(?P<title>.*)")
# Where sections are no headings: "Section 1 A. Categories of Resources".
_SECTION_IN_TEXT = re.compile(r"Section (?P<label>\d+(?: [A-Z])?)\.\s*(?P<rest>.*)")
LONGEST_TITLE = 100
_ANNEX = re.compile(
    r"(?P<name>(?:ANNEX|APPENDIX|SCHEDULE|ADDENDUM|MODEL TRAVEL DOCUMENT)"
    r"(?:\s+(?:[A-Z]?\d+(?:-[IVX]+)?|[IVX]+|[A-Z])\b)?)(?:\s*[-–:.]*\s*(?P<title>.*))?",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?P<label>\d{1,3}|[IVXL]+|[A-Z])(?:[.:]?|[.:]?\s+(?P<title>\S.*))")
# Other texts that a file goes on with: those read as texts of their own, those left out.
_OWN = re.compile(
    r"(?:Recommendation\s+(?:(?P<number>\d+)|concerning\b)|(?P<protocol>Optional Protocol to)\b)",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(
    r"FINAL ACT\b|Resolution(?: [A-Z]+-\S+)?$|INTERIM AGREEMENTS\b|General Rules governing\b"
    r"|Principles for the admission\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"(?:IN (?:WIT+NESS|FAITH)\b|In (?:witness|faith)\b|DONE\b|Done (?:at|in)\b"
    r"|The foregoing is the authentic\b)"
)
_ENDS_INSIDE = re.compile(rf"(?<=[.;:])\s+(?={_ENDS.pattern})")
_NO_TITLE = re.compile(r"(?:LEAGUE OF NATIONS|INTERNATIONAL LABOUR CONFERENCE|CONVENTION \d+)\.?")
_HEAD_OF_TITLE = re.compile(r"(?:The )?(?=General Conference of the International Labour)")
_CITED = re.compile(r"which may be cited as (?:the )?(?P<name>[A-Z].*?\b\d{4})\b")
_KINDS = {
    "recommendation": "recommendation",
    "protocol": "protocol",
    "covenant": "covenant",
    "constitution": "constitution",
    "declaration": "declaration",
    "charter": "charter",
    "code": "convention",
    "convention": "convention",
    "agreement": "agreement",
}
_RANKS = {"title": 0, "part": 1, "chapter": 2, "section": 3, "roman": 3, "letter": 4}
_RANKS |= {"article": 5, "": 6}
_EIDS = {"title": "title", "part": "part", "chapter": "chp", "section": "sec", "roman": "sec"}
_EIDS |= {"letter": "subsec", "": "sub"}
_UNITS = {"Regulation": "reg", "Standard": "std", "Guideline": "gdl", "Paragraph": "para"}
_ROMAN = [
    tens + ones
    for tens in ("", "x", "xx", "xxx", "xl", "l")
    for ones in ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
][1:]


@dataclass(frozen=True)
class Part:
    """One text of a file. `number` is that of a recommendation, where the file gives it."""

    kind: str  # a word of instruments.models.InstrumentKind; "" for the file's main text
    number: str
    lines: tuple[Line, ...]
    remarks: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def words(self) -> str:
        """All that is read, to tell whether it was read before."""
        return "\n".join(f"{line.label} {line.words}" for line in self.lines)


def looks_like_treaty(text: str) -> bool:
    """Does a Markdown file have titles and enacting words as treaties do?"""
    return bool(re.search(r"^####", text, re.MULTILINE)) and bool(
        re.search(r"^###\s*(?:Article|Art\.)", text, re.MULTILINE) or ENACTS.search(text)
    )


def parts_of(text: str) -> tuple[Part, ...]:
    """The texts that a file holds, in their order; nothing of its Dutch translation.

    Raises UnreadableDocument for a file far longer than any treaty.
    """
    if len(text) > LONGEST_TEXT:
        raise UnreadableDocument(
            f"The file has {len(text):,} characters; no treaty has more than {LONGEST_TEXT:,}. "
            "Cut it into its texts, then read in each."
        )
    lines, remarks = english_lines(text)
    parts: list[tuple[str, str, list[Line]]] = [("", "", [])]
    left_out: list[str] = []
    keeps, has_body = True, False
    for place, line in enumerate(lines):
        is_title = line.kind in ("heading", "title")
        own = _OWN.match(line.words) if is_title and has_body else None
        if own:
            kind = "protocol" if own["protocol"] else "recommendation"
            keeps = True
            if parts[-1][0] != kind or len(parts[-1][2]) > 1:
                parts.append((kind, own["number"] or "", []))
        elif is_title and has_body and _LEFT_OUT.match(line.words):
            keeps = False
            left_out.append(line.words)
        if keeps:
            parts[-1][2].append(line)
        has_body = has_body or (place > 0 and line.kind == "heading")
    return tuple(
        Part(
            kind,
            number,
            tuple(held),
            () if kind else tuple(remarks),
            () if kind else tuple(left_out),
        )
        for kind, number, held in parts
    )


def read_treaty(
    part: Part, *, symbol: str, name: str = "", cited_as: tuple[str, ...] = ()
) -> Document:
    """Read one text of a file. `name` is used instead of the title that the file prints.

    Raises UnreadableDocument, with a sentence, where there is nothing that could be addressed.
    """
    reading = _Reading(symbol, list(part.lines))
    reading.walk()
    if not any(draft.role is Role.OPERATIVE for draft in reading.drafts):
        raise UnreadableDocument(
            f"{symbol} has no article and no numbered paragraph. Check that it is a treaty with "
            "headings such as “### Article 1”."
        )
    doubts = list(reading.doubts)
    if part.remarks:
        doubts.append(
            f"{len(part.remarks)} remarks of the Dutch publisher were left out, such as "
            f"“{part.remarks[0][:80]}”."
        )
    doubts += [f"“{each[:120]}” follows in the file and was not read in." for each in part.left_out]
    return Document(
        symbol=symbol,
        title=name or reading.title,
        adopted=reading.adopted(),
        pieces=tuple(_piece(draft) for draft in reading.drafts),
        doubts=tuple(doubts),
        kind=part.kind or _kind(name or reading.title),
        cited_as=cited_as or reading.cited_as(),
        source_title=SOURCE,
    )


def _kind(title: str) -> str:
    """By the first word of the title that names a kind of text."""
    for word in re.findall(r"[a-z]+", title.lower()):
        if word in _KINDS:
            return _KINDS[word]
    return "other"


@dataclass(eq=False)
class _Draft:
    eid: str
    number: str
    role: Role
    heading: str
    words: str
    parent: str
    title: str = ""
    form: str = ""  # how its number is written, where no heading names it: "1." or "(1)"


def _piece(draft: _Draft) -> Piece:
    return Piece(
        draft.eid,
        draft.number,
        draft.role,
        draft.heading,
        draft.words,
        (),
        draft.parent,
        draft.title,
    )


@dataclass
class _List:
    style: str  # "digit.", "letter()", "roman)" …
    place: int
    point: _Draft
    owner: _Draft


@dataclass
class _Reading:
    """A walk over the lines of one text, from its title to its last annex."""

    symbol: str
    lines: list[Line]
    title: str = ""
    drafts: list[_Draft] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    eids: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    headings: list[tuple[int, _Draft]] = field(default_factory=list)
    provision: _Draft | None = None  # the article or paragraph that is open
    lists: list[_List] = field(default_factory=list)
    named: _Draft | None = None  # a heading whose title may stand in the next line
    prefix: str = ""
    annex: int = 0
    article: int = 0  # the last one's number
    is_closing: bool = False
    is_plain: bool = False  # neither articles nor numbers

    def walk(self) -> None:
        self.is_plain = not any(line.kind in ("heading", "label") for line in self.lines[1:])
        body = self._head()
        for place, line in enumerate(body):
            self._line(line, body[place + 1 :])
        self._close_gaps()

    # The head: title and preamble.

    def _head(self) -> list[Line]:
        place = 0
        titles: list[str] = []
        while place < len(self.lines) and self.lines[place].kind in ("heading", "title"):
            line = self.lines[place]
            if titles and (_is_body(line) or not _belongs(titles[-1])):
                break
            titles.append(line.words)
            place += 1
        self.title = " ".join(titles)
        begin = place
        while place < len(self.lines) and self.lines[place].kind not in ("heading", "title"):
            place += 1
        head, body = self.lines[begin:place], self.lines[place:]
        return self._preamble(head) + body

    def _preamble(self, lines: list[Line]) -> list[Line]:
        """Recitals and enacting words; gives back what follows these before any heading."""
        lines = self._without_titles(lines)
        recital: _Draft | None = None
        enacted = opens_list = False
        for place, line in enumerate(lines):
            if enacted and line.kind != "bullet":
                return lines[place:]
            if line.kind == "label" and not self.drafts:
                return lines[place:]
            is_listed = bool(recital) and (line.kind == "bullet" or opens_list)
            for turn, (role, words) in enumerate(split_preamble(line.words)):
                if is_listed and turn == 0 and recital:
                    number = "•" if line.kind == "bullet" else line.label
                    eid = self._fresh(f"{recital.eid}__point")
                    self._add(eid, number, Role.POINT, words, recital.eid)
                    continue
                if role is Role.ADOPTING:
                    enacted = True
                    self._add(self._fresh("formula"), "", role, words, "")
                    continue
                number = line.label if line.kind == "label" and turn == 0 else ""
                if number or self.drafts:
                    role = Role.PREAMBULAR
                name = "formula" if role is Role.FORMULA else "recital"
                draft = self._add(self._fresh(name), number, role, words, "")
                if role is Role.PREAMBULAR:
                    recital = draft
                    opens_list = not number and words.endswith((":", "-"))
        if not self.drafts:
            self.doubts.append(f"{self.symbol} has no preamble here.")
        return []

    def _without_titles(self, lines: list[Line]) -> list[Line]:
        """Lines of the preamble without the names of the conference and of the convention that
        are printed above it; these become the title where the file has no better one."""
        kept: list[Line] = []
        for line in lines:
            if kept or not (head := _HEAD_OF_TITLE.search(line.words)):
                if not kept and line.kind == "text" and _is_printed_title(line.words):
                    self._better_title(line.words)
                else:
                    kept.append(line)
                continue
            self._better_title(line.words[: head.start()])
            kept.append(replace(line, words=line.words[head.start() :]))
        return kept

    def _better_title(self, words: str) -> None:
        words = words.strip(" .")
        if words and _NO_TITLE.fullmatch(self.title) and not _NO_TITLE.fullmatch(words):
            self.title = words

    # The body.

    def _line(self, line: Line, following: list[Line]) -> None:
        if line.kind == "heading":
            self._heading(line.words)
        elif line.kind == "title":
            self._title(line.words)
        elif line.kind == "row":
            self._text(line.words)
            self.named = None
        else:
            self._running(line, following)

    def _running(self, line: Line, following: list[Line]) -> None:
        """A line of text or one with a label; closing words may begin in the middle of it."""
        if self.is_closing or _ENDS.match(line.words):
            self.is_closing = True
            label = f"{line.label}{line.form[-1:]} " if line.label else ""
            self._text(label + line.words)
            return
        end = _ENDS_INSIDE.search(line.words)
        words = line.words[: end.start()] if end else line.words
        section = _SECTION_IN_TEXT.match(words) if line.kind == "text" else None
        if section and self._is_inside_article():
            rest = section["rest"]
            is_title = len(rest) <= LONGEST_TITLE and not rest.endswith((".", ":", ";", ","))
            self._section(section["label"], rest if is_title else "")
            if rest and not is_title:
                self._text(rest)
        elif line.kind != "text":
            self._label(line, words, following)
        elif line.follows and words[:1].islower() and self.drafts:
            self._append(words)
        else:
            self._text(words)
        self.named = None
        if end:
            self.is_closing = True
            self._text(line.words[end.end() :])

    def _heading(self, words: str) -> None:
        self.is_closing = False
        if match := _ARTICLE.fullmatch(words):
            self._article(match)
        elif match := _UNIT.fullmatch(words):
            self._unit(match)
        elif self._is_inside_article() and (match := _SECTION.fullmatch(words)):
            self._section(match["label"], match["title"])
        elif match := _DIVISION.fullmatch(words):
            self._head_of(match["kind"].lower(), match["label"], match["title"] or "")
        elif match := _ANNEX.fullmatch(words):
            self._annex(match["name"], match["title"] or "")
        elif match := _BARE.fullmatch(words):
            self._bare(match["label"], match["title"] or "")
        else:
            self._head_of("", "", words)

    def _title(self, words: str) -> None:
        if self.named is not None:
            words = words.lstrip("-–: ")
            if self.named.role in (Role.HEADING, Role.ANNEX_TITLE):
                self.named.words = words
            else:
                self.named.title = words
            self.named = None
            return
        self.is_closing = False
        if words.lower().startswith(("appendix", "schedule")):
            name, _, title = words.partition(" ")
            self._annex(name, title)
        else:
            self._head_of("", "", words)

    def _article(self, match: re.Match[str]) -> None:
        label = " ".join(match["label"].split())
        rest = (match["rest"] or "").strip()
        number = f"{label}{match['rest'] or ''}".strip()
        if not self.prefix and not rest:
            self._in_sequence(label)
        if self.headings and self.headings[-1][0] == _RANKS["article"]:
            self.headings.pop()
        eid = f"{self.prefix}art_{_address(number)}"
        self._open(eid, number, match["title"] or "")

    def _in_sequence(self, label: str) -> None:
        digits = re.match(r"\d+", label)
        now = int(digits[0]) if digits else _number_of(label)
        if not digits and len(label) == 1 and now != self.article + 1:
            return  # a letter: the list of articles goes on with A, B, C
        if now not in (1, self.article, self.article + 1):
            self.doubts.append(f"In {self.symbol}, article {label} follows article {self.article}.")
        self.article = now

    def _unit(self, match: re.Match[str]) -> None:
        kind, label = match["kind"], match["label"]
        number = label if kind == "Paragraph" else f"{kind} {label}"
        eid = f"{self.prefix}{_UNITS[kind]}_{_address(label)}"
        self._open(eid, number, match["title"] or "")

    def _is_inside_article(self) -> bool:
        """Are sections parts of the open article, rather than its headings?"""
        if self.headings and self.headings[-1][0] == _RANKS["article"]:
            return True
        article = self.provision
        return bool(article and article is self.drafts[-1] and not article.words)

    def _section(self, label: str, title: str) -> None:
        if not self.headings or self.headings[-1][0] != _RANKS["article"]:
            article = self.provision
            assert article is not None
            article.role, article.words, article.title = Role.HEADING, article.title, ""
            article.number = f"Article {article.number}"
            self.headings.append((_RANKS["article"], article))
        self._open(f"{self.headings[-1][1].eid}__sec_{_address(label)}", label, title)

    def _bare(self, label: str, title: str) -> None:
        if label.isdigit():
            provision = self.provision
            if provision and _is_headed(provision):
                self._add_point("digit.", int(label), label, title, provision)
            else:
                above = f"{self.headings[-1][1].eid}__" if self.headings else self.prefix
                self._open(f"{above}para_{label}", label, "")
                assert self.provision is not None
                self.provision.form, self.provision.words = ".", title
                self.named = None
        elif _number_of(label) and not (len(label) == 1 and self._awaits(label)):
            self._head_of("roman", label, title)
        else:
            self._head_of("letter", label, title)

    def _awaits(self, label: str) -> bool:
        """Does this letter follow the letter of the heading before: C after B?"""
        last = self.headings[-1] if self.headings else None
        return bool(
            last and last[0] == _RANKS["letter"] and ord(last[1].number[-1]) + 1 == ord(label)
        )

    def _head_of(self, kind: str, label: str, title: str) -> None:
        rank = _RANKS[kind]
        self.headings = [(held, each) for held, each in self.headings if held < rank]
        above = f"{self.headings[-1][1].eid}__" if self.headings else self.prefix
        eid = f"{above}{_EIDS[kind]}_{_address(label)}" if label else self._fresh(f"{above}sub")
        if eid in self.eids:
            eid = self._fresh(eid)
        number = (
            f"{kind.capitalize()} {label}"
            if kind in ("title", "part", "chapter", "section")
            else label
        )
        parent = self.headings[-1][1].eid if self.headings else ""
        draft = self._add(eid, number, Role.HEADING, title, parent)
        self.headings.append((rank, draft))
        self.provision, self.lists = None, []
        self.named = draft if kind and not title else None

    def _annex(self, name: str, title: str) -> None:
        self.annex += 1
        self.prefix = f"annex_{self.annex}__"
        self.headings, self.provision, self.lists = [], None, []
        self.named = self._add(f"{self.prefix}title", name, Role.ANNEX_TITLE, title, "")
        if title:
            self.named = None

    def _open(self, eid: str, number: str, title: str) -> None:
        if eid in self.eids and self.headings:
            eid = f"{self.headings[-1][1].eid}__{eid.removeprefix(self.prefix)}"
        if eid in self.eids:
            self.doubts.append(f"In {self.symbol}, {eid} stands twice; the second got a suffix.")
            eid = self._fresh(eid)
        parent = self.headings[-1][1].eid if self.headings else ""
        self.provision = self._add(eid, number, Role.OPERATIVE, "", parent)
        self.provision.title = title.strip(" -–")
        self.named = None if title else self.provision
        self.lists = []

    # Labels and plain text.

    def _label(self, line: Line, words: str, following: list[Line]) -> None:
        provision = self.provision
        if line.kind == "bullet":
            self._bullet(words)
            return
        is_number = line.label[0].isdigit()
        in_list = any(each.style.startswith("digit") for each in self.lists)
        if is_number and (provision is None or provision.role is Role.PLAIN) and not in_list:
            self._numbered(line, words)
            return
        if provision is None and self._last_is_open():
            provision = self.provision = self.drafts[-1]
        if provision is None:
            self._text(f"{line.label}{line.form[-1]} {words}")
            return
        for depth in range(len(self.lists) - 1, -1, -1):
            held = self.lists[depth]
            place = _place(line, held.style)
            if place == held.place + 1 and not self._begins_roman(line, following):
                self.lists = self.lists[:depth]
                self._add_point(held.style, place, line.label, words, held.owner)
                return
        style = _style_begun(line)
        owner = self.lists[-1].point if self.lists else provision
        if style:
            if self._is_paragraph_anew(line, provision):
                self._numbered(line, words)
                return
            self._add_point(style, 1, line.label, words, owner)
            return
        self._out_of_order(line, words, provision)

    def _is_paragraph_anew(self, line: Line, provision: _Draft) -> bool:
        """Paragraphs that no heading separates begin again at 1: never under an article."""
        return (
            provision.role is Role.OPERATIVE and provision.form == line.form and line.label == "1"
        )

    def _numbered(self, line: Line, words: str) -> None:
        """A numbered paragraph that stands under no article."""
        self._open(f"{self.prefix}para_{_address(line.label)}", line.label, "")
        assert self.provision is not None
        self.provision.words, self.provision.form, self.named = words, line.form, None

    def _begins_roman(self, line: Line, following: list[Line]) -> bool:
        if line.label != "i":
            return False
        upcoming = next((each for each in following if each.kind != "text"), None)
        return bool(upcoming and upcoming.kind == "label" and upcoming.label == "ii")

    def _out_of_order(self, line: Line, words: str, provision: _Draft) -> None:
        """A label that neither follows the one before it nor begins a list."""
        for depth in range(len(self.lists) - 1, -1, -1):
            held = self.lists[depth]
            place = _place(line, held.style)
            if place > 0:
                self.lists = self.lists[:depth]
                if place != held.place:
                    self._doubt_label(line, held.owner)
                self._add_point(held.style, place, line.label, words, held.owner)
                return
        if provision.form == line.form and line.label[0].isdigit():
            self._numbered(line, words)
            return
        style, place = _own_style(line)
        self._doubt_label(line, provision)
        owner = self.lists[-1].point if self.lists else provision
        self._add_point(style, place, line.label, words, owner)

    def _doubt_label(self, line: Line, owner: _Draft) -> None:
        self.doubts.append(
            f"In {self.symbol}, {line.label}{line.form[-1]} in {owner.eid} does not follow what "
            "stands before it."
        )

    def _bullet(self, words: str) -> None:
        provision = self.provision
        if provision is None and self._last_is_open():
            provision = self.provision = self.drafts[-1]
        if provision is None:
            self._text(f"– {words}")
            return
        if self.lists and self.lists[-1].style == "•":
            held = self.lists.pop()
            self._add_point("•", held.place + 1, "•", words, held.owner)
        else:
            owner = self.lists[-1].point if self.lists else provision
            self._add_point("•", 1, "•", words, owner)

    def _last_is_open(self) -> bool:
        return bool(self.drafts) and self.drafts[-1].role is Role.PLAIN

    def _add_point(self, style: str, place: int, label: str, words: str, owner: _Draft) -> None:
        is_paragraph = owner is self.provision and style.startswith(("digit", "capital"))
        name = "para" if is_paragraph and owner.role is Role.OPERATIVE else "point"
        if owner.eid.rsplit("__", 1)[-1].startswith("para_"):
            name = "point"
        address = str(place) if style == "•" else _address(label)
        eid = f"{owner.eid}__{name}_{address}"
        if eid in self.eids:
            eid = self._fresh(eid)
        if owner is self.provision:
            self.lists = []
        point = self._add(eid, label, Role.POINT, words, owner.eid)
        self.lists.append(_List(style, place, point, owner))

    def _text(self, words: str) -> None:
        if self.is_closing:
            eid = self._fresh(f"{self.prefix}conclusions")
            self._add(eid, "", Role.PLAIN, words, "")
            self.provision, self.lists = None, []
            return
        last = self.drafts[-1] if self.drafts else None
        provision = self.provision
        if last and not last.words and last.role in (Role.OPERATIVE, Role.POINT):
            last.words = words
        elif provision is not None and (self.lists or _is_headed(provision)):
            self._add_inside(words, provision)
        else:
            above = f"{self.headings[-1][1].eid}__" if self.headings else self.prefix
            parent = self.headings[-1][1].eid if self.headings else ""
            # A short protocol may have neither articles nor numbers.
            is_clause = self.is_plain and not self.prefix and " | " not in words
            role, name = (Role.OPERATIVE, "clause") if is_clause else (Role.PLAIN, "text")
            self._add(self._fresh(f"{above}{name}"), "", role, words, parent)
            self.provision, self.lists = None, []

    def _add_inside(self, words: str, provision: _Draft) -> None:
        """Words without a label in an open article: after its points, or a further sentence."""
        owner = provision
        if self.lists:
            first = self.lists[0]
            is_deep = len(self.lists) > 1
            owner = first.point if first.style.startswith("digit") else first.owner
            if is_deep and words[:1].islower() and not first.style.startswith("digit"):
                owner = self.lists[-1].owner
            self.lists = [first] if owner is first.point else []
            if is_deep and owner is not first.point and owner is not first.owner:
                self.lists = [first]
        closes = words[:1].islower()
        role, name = (Role.CLOSING, "wrapup") if closes else (Role.PLAIN, "text")
        self._add(self._fresh(f"{owner.eid}__{name}"), "", role, words, owner.eid)

    def _append(self, words: str) -> None:
        last = self.drafts[-1]
        last.words = f"{last.words} {words}".strip()

    def _add(self, eid: str, number: str, role: Role, words: str, parent: str) -> _Draft:
        self.eids.add(eid)
        draft = _Draft(eid, number, role, "", words, parent)
        if role not in (Role.HEADING, Role.ANNEX_TITLE) and self.headings:
            draft.heading = self.headings[-1][1].eid  # becomes its words at the end
        self.drafts.append(draft)
        return draft

    def _fresh(self, base: str) -> str:
        while True:
            self.counts[base] = self.counts.get(base, 0) + 1
            eid = f"{base}_{self.counts[base]}"
            if eid not in self.eids:
                return eid

    def _close_gaps(self) -> None:
        """Headings get their words, which may have stood in the line after them."""
        said = {
            draft.eid: f"{draft.number} {draft.words}".strip()
            for draft in self.drafts
            if draft.role is Role.HEADING
        }
        for draft in self.drafts:
            draft.heading = said.get(draft.heading, "")

    # What the text says of itself.

    def adopted(self) -> date | None:
        """The day in its enacting words, else in its closing words ("Done at …")."""
        for draft in self.drafts:
            if draft.role is Role.ADOPTING and (day := first_day(draft.words)):
                return day
        for draft in self.drafts:
            if "conclusions_" in draft.eid and re.match(r"(?i).*?\bdone\b", draft.words):
                after = re.split(r"(?i)\bdone\b", draft.words, maxsplit=1)[1]
                return first_day(after)
        return None

    def cited_as(self) -> tuple[str, ...]:
        """The name it gives itself, with the number of an ILO convention."""
        for draft in self.drafts:
            if match := _CITED.search(draft.words):
                number = re.fullmatch(r"[CR]0*(\d+)", self.symbol)
                return (f"{match['name']} (No. {number[1]})" if number else match["name"],)
        return ()


def _is_headed(provision: _Draft) -> bool:
    """Does a heading such as "Article 1" open it? Then all that follows belongs to it."""
    return provision.role is Role.OPERATIVE and not provision.form


def _is_body(line: Line) -> bool:
    """A heading of the text itself rather than a further line of its title."""
    forms = (_ARTICLE, _UNIT, _DIVISION, _ANNEX, _BARE)
    return line.kind == "heading" and any(form.fullmatch(line.words) for form in forms)


def _belongs(title: str) -> bool:
    """Does a title go on in the next heading: "Protocol", "Recommendation 146"?"""
    return bool(
        re.fullmatch(
            r"(?:\w+ )?(?:Protocol(?: No\. \d+)?|Convention|Recommendation\s+\d+)",
            title,
            re.IGNORECASE,
        )
    )


def _is_printed_title(words: str) -> bool:
    return bool(_NO_TITLE.fullmatch(words)) or bool(
        re.match(r"Convention (?:\(No\. \d+\) )?(?:concerning|fixing|for|ensuring)\b", words, re.I)
    )


def _address(label: str) -> str:
    """A label as part of an eid: letters, digits and hyphens."""
    return re.sub(r"[^0-9A-Za-z]+", "-", label).strip("-")


def _number_of(roman: str) -> int:
    low = re.sub(r"\s?(?:bis|ter|quater|[a-h])$", "", roman.lower())
    return _ROMAN.index(low) + 1 if low in _ROMAN else 0


def _place(line: Line, style: str) -> int:
    """Where a label stands in a list of this style, from 1; -1 if it is not of this style."""
    kind = re.match(r"[a-z]+", style)
    if kind is None or style[kind.end() :] != line.form:
        return -1
    label = line.label
    if kind[0] == "digit":
        digits = re.match(r"\d+(?:\.(\d+))?", label)
        return int(digits[1] or digits[0].split(".")[0]) if digits else -1
    if kind[0] == "roman":
        return _ROMAN.index(label) + 1 if label in _ROMAN else -1
    if kind[0] == "capitalroman":
        return _number_of(label) if label.isupper() and _number_of(label) else -1
    if not label.isalpha() or len(set(label)) != 1 or label.isupper() != (kind[0] == "capital"):
        return -1
    return (len(label) - 1) * 26 + ord(label[0].lower()) - 96


def _style_begun(line: Line) -> str:
    """The style of the list that this label begins, "" if it begins none."""
    first = {"1": "digit", "a": "letter", "i": "roman", "A": "capital", "I": "capitalroman"}
    if re.fullmatch(r"\d+\.1", line.label):
        return f"digit{line.form}"
    return f"{first[line.label]}{line.form}" if line.label in first else ""


def _own_style(line: Line) -> tuple[str, int]:
    for kind in ("digit", "roman", "letter", "capital"):
        if (place := _place(line, f"{kind}{line.form}")) > 0:
            return f"{kind}{line.form}", place
    return f"digit{line.form}", 0
