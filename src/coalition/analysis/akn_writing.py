"""Writing a text as Akoma Ntoso 1.0 (OASIS LegalDocML), valid against its official schema.

Each piece becomes the element that its address and role ask for; its role stands in `class`, so
that what is written here is read again with the same pieces (`akn_reading`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from lxml import etree

from coalition.analysis.akn_pieces import ROLE_CLASS
from coalition.analysis.akn_reading import LANGUAGES
from coalition.analysis.documents import Document, Footnote, Piece, Role

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
# What binds is an act in this format, what only says something is a statement.
ACTS = frozenset(("act", "convention", "protocol", "charter", "covenant", "constitution"))
UNKNOWN_DAY = "0001-01-01"  # the format wants a date where nobody knows one
# Names of elements by the beginning of an address's last part (Akoma Ntoso naming convention).
HEADINGS = {
    "part": "part",
    "chp": "chapter",
    "sec": "section",
    "title": "title",
    "book": "book",
    "subpart": "subpart",
    "subchp": "subchapter",
    "tome": "tome",
    "subtitle": "subtitle",
}
UNITS = {
    "art": "article",
    "para": "paragraph",
    "sec": "section",
    "clause": "clause",
    "rule": "rule",
    "subsec": "subsection",
    "subpara": "subparagraph",
    "point": "point",
}
TITLES = (Role.HEADING, Role.ANNEX_TITLE)
PREAMBLE = (Role.FORMULA, Role.PREAMBULAR, Role.PLAIN)
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The three letters that the format asks for; a language that has none here keeps its own code.
LETTERS = {short: long for long, short in reversed(LANGUAGES.items())} | {
    "en": "eng",
    "es": "spa",
    "de": "deu",
    "fr": "fra",
    "zh": "zho",
    "nl": "nld",
}


@dataclass(frozen=True)
class Link:
    """Words of a piece, from one character to another, that name something at an address."""

    begins: int
    ends: int
    address: str


@dataclass(frozen=True)
class Edition:
    """What a text says of itself beside its words; names are words for people.

    `lasting` gives the address that stays, by eid, where it differs; `links` the citations.
    `written_on` is the day of the export.
    """

    work: str  # a path of the naming convention: "un/2025/doha"
    author: str
    editor: str
    written_on: date
    lasting: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, Sequence[Link]] = field(default_factory=dict)


def write_akn(document: Document, edition: Edition) -> bytes:
    """The document as XML in UTF-8.

    Raises ValueError where it has no pieces: the format knows no text without a body.
    """
    if not document.pieces:
        raise ValueError(f"{document.symbol} has no pieces to write.")
    return _Writer(document, edition).write()


class _Writer:
    def __init__(self, document: Document, edition: Edition) -> None:
        self.document, self.edition = document, edition
        self.below: dict[str, list[Piece]] = {}
        for piece in document.pieces:
            self.below.setdefault(piece.parent, []).append(piece)
        self.taken = {piece.eid for piece in document.pieces}

    def write(self) -> bytes:
        kind = self.document.kind
        name = "bill" if kind == "bill" else "act" if kind in ACTS else "statement"
        root = etree.Element(f"{{{NAMESPACE}}}akomaNtoso", nsmap={None: NAMESPACE})
        main = _add(root, name, name=kind)
        self._meta(main, name)
        self._preface(main)
        tops = self.below.get("", [])
        split = next(
            (place for place, piece in enumerate(tops) if piece.role not in PREAMBLE), len(tops)
        )
        if split == len(tops):  # the format asks for a body
            split = 0
        if split:
            self._preamble(_add(main, "preamble"), tops[:split])
        body = _add(main, "mainBody" if name == "statement" else "body")
        for piece in tops[split:]:
            self._unit(body, piece)
        return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))

    # --- What the text says of itself

    def _meta(self, main: Any, name: str) -> None:
        document, edition = self.document, self.edition
        meta = _add(main, "meta")
        identification = _add(meta, "identification", source="#meta__editor")
        work = f"/akn/{edition.work.split('/')[0]}/{name}/{edition.work.partition('/')[2]}"
        language = LETTERS.get(document.language, document.language)
        day = document.adopted.isoformat() if document.adopted else UNKNOWN_DAY
        happened = document.stage if document.adopted else "unknown"
        expression = f"{work}/{language}@{day if document.adopted else ''}"
        written = edition.written_on.isoformat()
        level = _level(identification, "Work", work, document.of or document.symbol)
        _add(level, "FRBRdate", date=day, name=happened)
        _add(level, "FRBRauthor", href="#meta__author")
        _add(level, "FRBRcountry", value=edition.work.split("/")[0])
        _add(level, "FRBRsubtype", value=document.kind)
        level = _level(identification, "Expression", expression, document.symbol)
        _add(level, "FRBRdate", date=day, name=happened)
        _add(level, "FRBRauthor", href="#meta__author")
        _add(level, "FRBRversionNumber", value=document.stage)
        _add(level, "FRBRlanguage", language=language)
        level = _level(identification, "Manifestation", f"{expression}.xml", "")
        _add(level, "FRBRdate", date=written, name="export")
        _add(level, "FRBRauthor", href="#meta__editor")
        _add(level, "FRBRformat", value="application/akn+xml")
        references = _add(meta, "references", source="#meta__editor")
        if document.source_url:
            _add(
                references,
                "original",
                eId="meta__original",
                href=document.source_url,
                showAs=_clean(document.source_title) or document.symbol,
            )
        for which, words in (("author", edition.author), ("editor", edition.editor)):
            _add(
                references,
                "TLCOrganization",
                eId=f"meta__{which}",
                href=f"/akn/ontology/organization/{_path(words)}",
                showAs=_clean(words),
            )

    def _preface(self, main: Any) -> None:
        preface = _add(main, "preface")
        title = _add(_add(_add(preface, "longTitle"), "p"), "docTitle")
        title.text = _clean(self.document.title)
        _add(_add(preface, "p"), "docNumber").text = _clean(self.document.symbol)

    # --- Before the body: blocks

    def _preamble(self, preamble: Any, pieces: Sequence[Piece]) -> None:
        recitals = None
        for piece in pieces:
            if piece.role is Role.PREAMBULAR:
                if recitals is None:
                    recitals = _add(preamble, "recitals", eId=self._free("recs"))
                self._item(_add(recitals, "recital", **self._named(piece)), piece)
                continue
            recitals = None
            name = "formula" if piece.role is Role.FORMULA else "container"
            self._item(_add(preamble, name, **self._named(piece), name=name), piece, heads=False)

    def _item(self, element: Any, piece: Piece, *, heads: bool = True) -> None:
        """Fill an element that holds blocks, as recitals and items of lists do."""
        if heads:
            self._heads(element, piece)
        if piece.role not in TITLES or not piece.words:
            self._words(_add(element, "p"), piece)
        if inside := self.below.get(piece.eid):
            points = _add(element, "blockList", eId=self._free(f"{piece.eid}__list"))
            for each in inside:
                self._item(_add(points, "item", **self._named(each)), each)

    # --- In the body: a hierarchy

    def _unit(self, above: Any, piece: Piece) -> None:
        name, more = element_of(piece)
        element = _add(above, name, **self._named(piece), **more)
        self._heads(element, piece)
        inside = self.below.get(piece.eid, [])
        has_words = piece.role not in TITLES and (piece.words or piece.footnotes)
        if not inside:
            self._words(_add(_add(element, "content"), "p"), piece if has_words else None)
            return
        if has_words:
            self._words(_add(_add(element, "intro"), "p"), piece)
        for each in inside:
            is_last = each is inside[-1]
            if is_last and each.role is Role.CLOSING and len(inside) > 1 and self._is_bare(each):
                self._words(_add(_add(element, "wrapUp", **self._named(each)), "p"), each)
            else:
                self._unit(element, each)

    def _is_bare(self, piece: Piece) -> bool:
        return not (piece.number or piece.title or self.below.get(piece.eid))

    def _free(self, base: str) -> str:
        """An address that nothing in the text has, for an element that only holds pieces."""
        eid = next(each for n in count(1) if (each := f"{base}_{n}") not in self.taken)
        self.taken.add(eid)
        return eid

    # --- Words

    def _named(self, piece: Piece) -> dict[str, str]:
        named = {"eId": piece.eid, "class": f"{ROLE_CLASS}{piece.role}"}
        lasting = self.edition.lasting.get(piece.eid, piece.eid)
        return named | ({"wId": lasting} if lasting != piece.eid else {})

    def _heads(self, element: Any, piece: Piece) -> None:
        if piece.number:
            _add(element, "num").text = _clean(label_of(piece))
        if piece.role in TITLES:
            if piece.words or piece.footnotes:
                self._words(_add(element, "heading"), piece)
            if piece.title:
                _add(element, "subheading").text = _clean(piece.title)
        elif piece.title:
            _add(element, "heading").text = _clean(piece.title)

    def _words(self, element: Any, piece: Piece | None) -> None:
        """The words with their citations as references, then the notes that they call."""
        if piece is None:
            return
        links = sorted(self.edition.links.get(piece.eid, ()), key=lambda link: link.begins)
        at, last = 0, None
        for link in links:
            if not at <= link.begins < link.ends <= len(piece.words):
                continue
            _append(element, last, piece.words[at : link.begins])
            last = _add(element, "ref", href=link.address)
            last.text = _clean(piece.words[link.begins : link.ends])
            at = link.ends
        _append(element, last, piece.words[at:])
        for note in piece.footnotes:
            _note(element, note)


def element_of(piece: Piece) -> tuple[str, dict[str, str]]:
    """The element of the body that a piece becomes, with the attributes that it asks for."""
    first = re.split(r"_(?!_)", piece.eid.rpartition("__")[2])[0]
    if piece.role is Role.HEADING:
        return (HEADINGS[first], {}) if first in HEADINGS else ("hcontainer", {"name": "heading"})
    if piece.role is Role.OPERATIVE:
        return UNITS.get(first, "paragraph"), {}
    if piece.role is Role.POINT:
        return UNITS.get(first, "point"), {}
    return "hcontainer", {"name": str(piece.role)}


def label_of(piece: Piece) -> str:
    """The number as it is printed: "30.", "(h)"."""
    if piece.role is Role.POINT:
        return piece.number if piece.number == "•" else f"({piece.number})"
    return piece.number if " " in piece.number else f"{piece.number}."


def _level(identification: Any, name: str, address: str, symbol: str) -> Any:
    level = _add(identification, f"FRBR{name}")
    _add(level, "FRBRthis", value=f"{address}/!main" if name != "Manifestation" else address)
    _add(level, "FRBRuri", value=address)
    if symbol:
        _add(level, "FRBRalias", name="symbol", value=_clean(symbol))
    return level


def _add(above: Any, name: str, /, **attributes: str) -> Any:
    return etree.SubElement(above, f"{{{NAMESPACE}}}{name}", attributes)


def _append(element: Any, last: Any, words: str) -> None:
    """Words after the last child so far, or at the beginning."""
    if last is None:
        element.text = _clean(words)
    else:
        last.tail = _clean(words)


def _note(element: Any, note: Footnote) -> None:
    written = _add(element, "authorialNote", marker=_clean(note.mark))
    _add(written, "p").text = _clean(note.words)


def _clean(words: str) -> str:
    """Without the characters that XML cannot hold."""
    return NOT_IN_XML.sub("", words)


def _path(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "unnamed"


__all__ = ["Edition", "Link", "element_of", "label_of", "write_akn"]
