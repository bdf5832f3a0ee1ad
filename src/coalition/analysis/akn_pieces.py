"""The pieces of one document of Akoma Ntoso: its recitals, headings, articles, points, annexes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from coalition.analysis.akn_words import (
    Element,
    is_furniture,
    local,
    names,
    plain_words,
    words_and_notes,
)
from coalition.analysis.documents import Footnote, Piece, Role

LONGEST_EID = 120


# How our own exports name the role of an element (attribute `class`).
ROLE_CLASS = "role-"
# Abbreviations of the Akoma Ntoso naming convention, for addresses that the file does not give.
ABBREVIATIONS = {
    "article": "art",
    "chapter": "chp",
    "paragraph": "para",
    "section": "sec",
    "subchapter": "subchp",
    "subparagraph": "subpara",
    "subsection": "subsec",
    "recital": "rec",
    "citation": "cit",
    "list": "list",
    "crossHeading": "crossheading",
    "p": "text",
    "block": "text",
    "tr": "text",
    "wrapUp": "wrapup",
    "listWrapUp": "wrapup",
    "hcontainer": "hcontainer",
}
# Levels above the article, and the units that can be delivered on.
HIGH = names("part chapter title book tome division subdivision subpart subchapter subtitle")
UNITS = names(
    "article section clause rule paragraph subsection subparagraph subclause subrule point "
    "indent alinea level proviso sublist transitional"
)
LOOSE = frozenset(("hcontainer", "tblock"))
ITEMS = frozenset(("item", "li", "recital", "citation"))
# Elements that only hold others together.
CLEAR = names(
    "list blockList ul ol intro content container recitals citations preamble body mainBody "
    "portionBody foreign caption div"
)
# Elements that stand inside a line of words, so that their parent holds words and no blocks.
INLINE_ROOTS = names(
    "a abbr b date def i ins mref noteRef authorialNote eol eop ref rref span sub sup term u "
    "inline remark omissis organization person role quantity location entity concept process "
    "placeholder fillIn quotedText mod mmod rmod docDate event object num heading subheading"
)
OWN = names("num heading subheading")
BULLETS = names("• · ▪ – — - * o")
ANNEX = re.compile(r"annex|schedule|appendix|allegat|anexo|anlage|anhang|tabell", re.I)
AFTER_NUMBER = re.compile(r"^[-–—]+ ")  # printed between the number and the words
UNIT_WORD = re.compile(r"^(?:§+|[^\W\d_]{3,}\.?|ch\.|s\.)\s+(?=\S)", re.I)


@dataclass(eq=False)
class _Draft:
    """A piece while what stands in it is still being read."""

    eid: str
    number: str
    role: Role
    parent: str
    title: str = ""
    words: str = ""
    notes: tuple[Footnote, ...] = ()
    has_children: bool = False

    @property
    def takes_words(self) -> bool:
        """Are words that come now its own, and not those of a piece below it?"""
        is_title = self.role in (Role.HEADING, Role.ANNEX_TITLE)
        return not (self.words or self.has_children or is_title)


@dataclass
class PieceReader:
    """Walks a document once. `doubts` are sentences on what was unclear."""

    element: Element
    doubts: list[str] = field(default_factory=list)
    _drafts: list[_Draft] = field(default_factory=list)
    _eids: set[str] = field(default_factory=set)
    _places: dict[str, int] = field(default_factory=dict)  # the last one tried, by address
    _loose: Role = Role.PLAIN  # what words without a unit of their own are

    def read(self) -> list[Piece]:
        """All pieces in reading order."""
        for part in _elements(self.element):
            name = local(part)
            if name == "preamble":
                self._loose = Role.PREAMBULAR
                self._flow(part, None)
                self._loose = Role.PLAIN
            elif name in ("body", "mainBody", "portionBody"):
                self._flow(part, None)
            elif name == "conclusions":  # place, day and signatures are no provisions
                for formula in part.iter("{*}formula"):
                    self._unit(formula, None, Role.PLAIN)
            elif name == "attachments":
                for attachment in _elements(part):
                    self._attachment(attachment)
        return self._pieces()

    # --- The walk

    def _flow(self, element: Element, above: _Draft | None) -> None:
        """Read what stands inside an element, as belonging to `above`."""
        for child in _elements(element):
            name, role = local(child), marked_role(child)
            if is_furniture(child) or (name in OWN and above):
                continue
            if role is None:
                role = self._role(child, above)
            if role is not None:
                self._unit(child, above, role)
            elif name in CLEAR or name in HIGH | UNITS | LOOSE:
                self._flow(child, above)
            elif name == "table":
                for row in child.iter("{*}tr"):
                    self._say(row, above)
            elif name in ("wrapUp", "listWrapUp"):
                self._unit(child, above, Role.CLOSING if above else Role.PLAIN)
            else:
                self._say(child, above)

    def _role(self, element: Element, above: _Draft | None) -> Role | None:
        """What a unit does in the text; None for an element that is no unit by itself."""
        name = local(element)
        has_number, has_heading = bool(_own(element, "num")), bool(_own(element, "heading"))
        is_inside = above is not None and above.role not in (Role.HEADING, Role.ANNEX_TITLE)
        if name == "formula":
            return Role.FORMULA
        if name == "crossHeading":
            return Role.HEADING
        if name in ITEMS:
            if self._loose is Role.PREAMBULAR and not is_inside:
                return Role.PREAMBULAR
            return Role.POINT if has_number else Role.PLAIN
        if name not in HIGH | UNITS | LOOSE:
            return None
        if is_inside:
            if has_number:
                return Role.POINT
            return Role.PLAIN if has_heading or name in UNITS - {"alinea"} else None
        is_high = name in HIGH | LOOSE or (
            name == "section" and has_provisions(element, "article section")
        )
        if is_high and name in LOOSE and has_number and not has_heading:
            return Role.OPERATIVE
        if is_high:
            return Role.HEADING if has_number or has_heading else None
        return Role.OPERATIVE if has_number or has_heading else Role.PLAIN

    def _unit(self, element: Element, above: _Draft | None, role: Role) -> None:
        """Read an element as a piece, with all that stands in it."""
        is_title = role in (Role.HEADING, Role.ANNEX_TITLE)
        printed = _own(element, "num")
        number = printed.rstrip(" .:—–-") if is_title else bare_number(printed)
        if marked_role(element) is not None:
            number = unlabelled(printed, role)
        draft = self._add(element, number, role, above)
        heading = next(element.iterchildren("{*}heading"), None)
        if local(element) == "crossHeading":
            heading = element
        if heading is not None:
            words, draft.notes = words_and_notes(heading)
            if is_title:
                draft.words, draft.title = words, _own(element, "subheading")
            else:
                draft.title = " ".join(filter(None, [words, _own(element, "subheading")]))
        if heading is element:
            return
        has_blocks = any(local(each) not in INLINE_ROOTS for each in _elements(element))
        if local(element) == "formula":  # often set in several lines
            has_blocks = element.find("{*}blockList") is not None
        if not has_blocks:
            self._say(element, draft)
        else:
            self._flow(element, draft)
        if not (draft.words or draft.title or draft.number or draft.has_children):
            self._drafts.pop()  # it is the last: nothing stands in it

    def _say(self, element: Element, above: _Draft | None) -> None:
        """Keep words: those of `above` where it has none yet, else a piece without a number."""
        words, notes = words_and_notes(element)
        if local(element) == "tr":
            words = words.removeprefix("| ")
        if not words and not notes:
            return
        if above is None or not above.takes_words:
            is_recital = above is None and local(element.getparent()) != "intro"
            above = self._add(element, "", self._loose if is_recital else Role.PLAIN, above)
        elif above.number and marked_role(element.getparent()) is None:
            words = AFTER_NUMBER.sub("", words)
        above.words, above.notes = words, (*above.notes, *notes)

    def _attachment(self, attachment: Element) -> None:
        """An annex; a report that goes with the text, such as a memorandum, is left out."""
        document = next((e for e in _elements(attachment) if local(e) not in OWN), attachment)
        name = document.get("name", "")
        front = next(document.iterchildren("{*}preface"), None)
        title = _own(attachment, "heading") or (plain_words(front) if front is not None else "")
        body = next(document.iterchildren("{*}mainBody", "{*}body"), None)
        if body is None or not (ANNEX.search(f"{name} {title}") or has_provisions(body)):
            self.doubts.append(
                f"Left out of the text, as no annex: {title or name or 'a document'}."
            )
            return
        annex = self._add(attachment, "", Role.ANNEX_TITLE, None)
        annex.words = title or name
        self._flow(body, annex)

    # --- Pieces and their addresses

    def _add(self, element: Element, number: str, role: Role, above: _Draft | None) -> _Draft:
        eid = self._eid(element, number, above)
        draft = _Draft(eid, number, role, above.eid if above else "")
        if above:
            above.has_children = True
        self._drafts.append(draft)
        return draft

    def _eid(self, element: Element, number: str, above: _Draft | None) -> str:
        """The address that the file gives, where it is free; else one of our making."""
        given = normal_eid(self._without_component(element.get("eId") or element.get("id") or ""))
        if given and given not in self._eids:
            self._eids.add(given)
            return given
        if given:
            self.doubts.append(f"The address {given} stands twice; the second got another one.")
        name = ABBREVIATIONS.get(local(element), local(element))
        within = f"{above.eid}__" if above else ""
        made = normal_eid(f"{within}{name}_{number}") if re.search(r"\w", number) else ""
        base = normal_eid(f"{within}{name}")[: LONGEST_EID - 6]
        while not made or made in self._eids:
            self._places[base] = self._places.get(base, 0) + 1
            made = f"{base}_{self._places[base]}"
        self._eids.add(made)
        return made

    def _without_component(self, eid: str) -> str:
        """In a collection, files put the component's address before each; a text has its own."""
        component = self.element.getparent()
        prefix = "" if component is None else component.get("eId") or ""
        return eid.removeprefix(f"{prefix}__") if prefix else eid

    def _pieces(self) -> list[Piece]:
        """The drafts as pieces, each with the nearest heading above it."""
        text_of: dict[str, str] = {}  # what stands under a piece is under this heading
        role_of: dict[str, Role] = {}
        pieces = []
        for draft in self._drafts:
            heading = text_of.get(draft.parent, "")
            if draft.role is Role.HEADING:
                label = (
                    f"{draft.number}." if draft.number and " " not in draft.number else draft.number
                )
                own = f"{label} {draft.words}".strip()
                text_of[draft.eid] = own
                if role_of.get(draft.parent, Role.HEADING) not in (Role.HEADING, Role.ANNEX_TITLE):
                    text_of[draft.parent] = own  # inside an article, it heads what follows
                heading = ""
            else:
                text_of[draft.eid] = heading
            role_of[draft.eid] = draft.role
            pieces.append(
                Piece(
                    draft.eid,
                    draft.number,
                    draft.role,
                    heading,
                    draft.words,
                    tuple(dict.fromkeys(draft.notes)),
                    draft.parent,
                    draft.title,
                )
            )
        return pieces


def marked_role(element: Element) -> Role | None:
    """The role that our own exports write down; None for files of others."""
    for word in (element.get("class") or "").split():
        if word.startswith(ROLE_CLASS) and word.removeprefix(ROLE_CLASS) in set(Role):
            return Role(word.removeprefix(ROLE_CLASS))
    return None


def bare_number(printed: str) -> str:
    """A printed label as people cite it: "Article 3.", "§ 3" and "(3)" are "3", a dash is "•"."""
    if printed in BULLETS:
        return "•"
    return UNIT_WORD.sub("", printed).strip(" .:;,()[]º°ª—–-") or printed.strip(" .:")


def unlabelled(printed: str, role: Role) -> str:
    """The number of a label that we printed ourselves (`akn_writing.label_of`)."""
    if role is Role.POINT:
        return printed.removeprefix("(").removesuffix(")")
    return printed if " " in printed else printed.removesuffix(".")


def normal_eid(eid: str) -> str:
    """An address in the letters that ours may have, and no longer than they may be."""
    eid = re.sub(r"[^A-Za-z0-9_-]+", "-", eid).strip("-")
    if eid.startswith("ours__"):  # kept for our own division of texts
        eid = f"x-{eid}"
    if len(eid) > LONGEST_EID:
        eid = f"{eid[: LONGEST_EID - 9]}-{sha256(eid.encode()).hexdigest()[:8]}"
    return eid


def has_provisions(element: Element, units: str = "article section paragraph clause") -> bool:
    """Does any such unit stand inside it, other than in words quoted for another act?"""
    wanted = names(units)
    return any(
        local(child) in wanted or has_provisions(child, units)
        for child in _elements(element)
        if local(child) not in ("quotedStructure", "embeddedStructure", "mod")
    )


def _own(element: Element, name: str) -> str:
    child = next(element.iterchildren(f"{{*}}{name}"), None)
    return "" if child is None else plain_words(child)


def _elements(element: Element) -> Iterator[Element]:
    return (child for child in element if isinstance(child.tag, str))
