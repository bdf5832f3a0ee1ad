"""Does a file have the form of IATI 2.03? Read as a stream, of any size, in little memory.

What is wrong is told as a code with its values and the line; whoever shows it puts it into words.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pyexpat import ExpatError
from typing import Any, BinaryIO
from xml.parsers import expat

from coalition.analysis.iati.kinds import FREE, Value, plain
from coalition.analysis.iati.standard import ANYWHERE, FORMS, ROOTS, XML, Child, Form

VERSION = "2.03"
DEEPEST = 100  # elements inside each other; the standard goes to 8
MOST_INSIDE = 300_000  # elements of one record, which is held in memory as a whole
MOST_FINDINGS = 1_000
LONGEST_VALUE = 1_000_000  # characters of one value; what follows is not kept
BLOCK = 1 << 20
SPACE = " \t\r\n"
BETWEEN = " "  # between the namespace and the name of an element
XSI = "http://www.w3.org/2001/XMLSchema-instance "
# Attributes that any element of any language may have, by their kind.
OF_XML = {
    f"{XML}lang": "language",
    f"{XML}space": "space",
    f"{XML}base": "uri",
    f"{XML}id": "name",
}


@dataclass(frozen=True)
class Finding:
    """Something that is wrong: where, in which element, what (`code`), and the names it is about.

    `not_xml` (what: the reader's words) · `declares` · `deep` · `large` · `root` (found) ·
    `unknown` (child, near: a name like it that may stand there) · `order` (child, before: whom it
    must stand in front of) · `twice` (child) · `missing` (child) · `words` (found) ·
    `attribute` (name, near) · `required` (name) · `value` (name: of the attribute, or nothing;
    found, kind) · `holds` (child: an element where a value is expected) · `long`
    """

    line: int
    element: str
    code: str
    about: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """What a file is, how many records it has, which version it says it has, what is wrong with it
    (the first `MOST_FINDINGS`, of `found`)."""

    root: str
    version: str
    records: int
    findings: tuple[Finding, ...]
    found: int

    @property
    def is_valid(self) -> bool:
        return not self.found


class Element:
    """An element as plain values: its attributes and its value by their kinds (what is wrong stays
    the text that it is), what stands in it, and the line on which it begins."""

    __slots__ = ("attributes", "children", "form", "line", "name", "place", "value")

    def __init__(self, name: str, form: Form | None, attributes: dict[str, Any], line: int) -> None:
        self.name, self.form, self.line = name, form, line
        self.attributes: dict[str, Value] = attributes
        self.children: list[Element] = []
        self.value: Any = ""  # a `Value`
        # While it is open: how far its children have come in their order.
        self.place = -1

    def all(self, name: str) -> list[Element]:
        """The children of this name, in their order."""
        return [one for one in self.children if one.name == name]

    def first(self, name: str) -> Element | None:
        return next((one for one in self.children if one.name == name), None)


class _Long:
    """A text that comes in pieces, of which there may be very many."""

    __slots__ = ("is_cut", "length", "texts")

    def __init__(self, text: str) -> None:
        self.texts, self.length, self.is_cut = [text], len(text), False

    def add(self, text: str) -> bool:
        """Whether this is the first that is too much and not kept."""
        if self.length < LONGEST_VALUE:
            self.texts.append(text)
            self.length += len(text)
            return False
        was_cut, self.is_cut = self.is_cut, True
        return not was_cut


class _Unusable(Exception):
    """Reading on makes no sense."""


class Checker:
    """Takes a file in pieces (`feed`), and tells at the end what it is (`close`). Each activity or
    organisation is handed to `take` when it ends, and forgotten."""

    def __init__(self, take: Callable[[Element], object] | None = None) -> None:
        self.take = take
        self.ahead = 0  # lines of the file that were not fed
        self.findings: list[Finding] = []
        self.found = self.records = 0
        self.root = self.version = ""
        self.stack: list[Element] = []
        self.inside = 0  # elements of the record that is open
        self.has_ended = False
        self.parser = expat.ParserCreate(namespace_separator=BETWEEN)
        self.parser.buffer_text = True
        self.parser.buffer_size = 1 << 16
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._declared

    def feed(self, piece: bytes, *, is_last: bool = False) -> None:
        if self.has_ended:
            return
        try:
            self.parser.Parse(piece, is_last)
        except _Unusable:
            self.has_ended = True
        except (ExpatError, ValueError, LookupError) as error:
            # The parser's own errors, of encodings too, come from here and not from below.
            if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
                raise
            self._tell("not_xml", what=_said(error), line=getattr(error, "lineno", None))
            self.has_ended = True

    def close(self) -> Checked:
        self.feed(b"", is_last=True)
        return Checked(self.root, self.version, self.records, tuple(self.findings), self.found)

    # --- What the parser comes upon ----------------------------------------------------------

    def _declared(self, *_of: object) -> None:
        self._tell("declares")
        raise _Unusable

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        stack = self.stack
        depth = len(stack)
        self.inside = self.inside + 1 if depth > 1 else 0
        if depth >= DEEPEST or self.inside > MOST_INSIDE:
            self._tell("deep" if depth >= DEEPEST else "large")
            raise _Unusable
        form: Form | None
        if depth:
            parent = stack[-1]
            child = parent.form.by_name.get(name) if parent.form is not None else None
            if child is None:
                form = self._strange(parent, name)
            else:
                if child.place != parent.place or not child.is_repeated:
                    self._in_order(parent, child)
                form = FORMS[child.form]
        else:
            form = self._begin(name, attributes)
        one = Element(name, form, attributes, self.parser.CurrentLineNumber + self.ahead)
        if depth > 1:
            stack[-1].children.append(one)
        elif depth and form is not None:
            self.records += 1
        stack.append(one)
        if form is None or form.kind == "any":
            self._check_xml(attributes)
        elif attributes or form.required:
            self._check_attributes(one, form)

    def _begin(self, name: str, attributes: dict[str, str]) -> Form:
        if name not in ROOTS:
            self._tell("root", found=_local(name))
            raise _Unusable
        self.root, self.version = name, attributes.get("version", "")
        return FORMS[ROOTS[name]]

    def _strange(self, parent: Element, name: str) -> Form | None:
        """The form of a child that the form of its parent does not name. None where nothing is
        known of it, so that nothing in it is judged but what the standard knows by itself."""
        of = parent.form
        if of is None or of.kind == "any":
            return ANYWHERE[self.root].get(name)
        if of.kind:
            self._tell("holds", child=_local(name))
        elif BETWEEN in name:
            self._other(parent, of, name)
        else:
            self._tell("unknown", child=name, near=self._near(name, of.by_name))
        return None

    def _in_order(self, parent: Element, child: Child) -> None:
        of = parent.form
        assert of is not None
        if child.place > parent.place:
            if of.needed and child.place > parent.place + 1:
                self._missing(parent, of, child.place)
            parent.place = child.place
        elif child.place < parent.place:
            at = next((one.name for one in of.children if one.place == parent.place), "")
            self._tell("order", child=child.name, before=at)
        else:
            self._tell("twice", child=child.name)

    def _missing(self, parent: Element, of: Form, until: int) -> None:
        """Tell which required children should have come before this place."""
        for one in of.needed:
            if parent.place < one.place < until:
                self._tell("missing", child=one.name)

    def _other(self, parent: Element, of: Form, name: str) -> None:
        """An element of another namespace: behind what the standard has there."""
        if parent.place > of.others_at:
            self._tell("unknown", child=_local(name), near="")
            return
        if parent.place < of.others_at:
            self._missing(parent, of, of.others_at)
            parent.place = of.others_at

    def _end(self, _name: str) -> None:
        one = self.stack[-1]
        if one.value.__class__ is _Long:
            one.value = "".join(one.value.texts)
        of = one.form
        if of is not None and of.kind not in FREE:
            if of.kind:
                value = plain(of.kind, one.value)
                one.value = self._wrong(of.kind, "", one.value) if value is None else value
            else:
                if of.needed and one.place < of.needed[-1].place:
                    self._missing(one, of, len(of.children) + 2)
                if one.value:
                    self._tell("words", found=_short(one.value))
        self.stack.pop()
        if self.take is not None and len(self.stack) == 1 and of is not None:
            self.take(one)

    def _text(self, text: str) -> None:
        one = self.stack[-1]
        of = one.form
        if of is not None and not of.kind and not text.strip(SPACE):
            return
        if not one.value:
            one.value = text
        elif len(self.stack) > 1:
            if one.value.__class__ is not _Long:
                one.value = _Long(one.value)
            if one.value.add(text):
                self._tell("long")

    # --- Attributes and values ---------------------------------------------------------------

    def _check_attributes(self, one: Element, form: Form) -> None:
        given = one.attributes
        for name, kind in form.typed:
            if name in given:
                text = str(given[name])
                value = plain(kind, text)
                given[name] = self._wrong(kind, _local(name), text) if value is None else value
        for name in form.required:
            if name not in given:
                self._tell("required", name=name)
        if not given.keys() <= form.attributes.keys():
            for name in given:
                if name not in form.attributes:
                    self._check_other(one, form, name)

    def _check_xml(self, given: dict[str, str]) -> None:
        """Of an element of which nothing is known, only what any XML has."""
        for name in given.keys() & OF_XML.keys():
            if plain(OF_XML[name], given[name]) is None:
                self._wrong(OF_XML[name], _local(name), given[name])

    def _check_other(self, one: Element, form: Form, name: str) -> None:
        """An attribute that the standard does not name."""
        if name.startswith(XSI):
            return
        if BETWEEN not in name or not form.takes_other_attributes:
            self._tell("attribute", name=_local(name), near=self._near(name, form.attributes))
        else:
            self._check_xml({name: str(one.attributes[name])})

    def _wrong(self, kind: str, name: str, text: str) -> str:
        """Tell it; the text stays."""
        self._tell("value", name=name, found=_short(text), kind=kind)
        return text

    # --- Telling -----------------------------------------------------------------------------

    def _tell(self, code: str, line: int | None = None, **about: str) -> None:
        self.found += 1
        if len(self.findings) < MOST_FINDINGS:
            element = self.stack[-1].name if self.stack else ""
            at = (line or self.parser.CurrentLineNumber) + self.ahead
            self.findings.append(Finding(at, _local(element), code, about))

    def _near(self, name: str, among: Iterable[str]) -> str:
        """The name that somebody may have meant; an empty text where none is like it, or where
        nobody will be told any more."""
        if len(self.findings) >= MOST_FINDINGS:
            return ""
        return next(iter(difflib.get_close_matches(name[:60], list(among), 1, 0.75)), "")


def checked(file: BinaryIO, take: Callable[[Element], object] | None = None) -> Checked:
    """What an open file is, read block by block; each record is handed to `take`."""
    checker = Checker(take)
    while (block := file.read(BLOCK)) and not checker.has_ended:
        checker.feed(block)
    return checker.close()


def _local(name: str) -> str:
    return name.rpartition(BETWEEN)[2]


def _short(text: str) -> str:
    plain = " ".join(text[:200].split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"


def _said(error: Exception) -> str:
    """The reader's words, without the place, which is told apart."""
    return str(error).partition(": line")[0]
