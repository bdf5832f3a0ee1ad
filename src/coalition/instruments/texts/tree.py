"""Texts as readers see them: a tree of provisions with their wording, in parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from coalition.base.names import Name
from coalition.instruments.citations.linking import linked
from coalition.instruments.models import (
    Citation,
    Instrument,
    Provision,
    ProvisionRole,
    Version,
    Wording,
)

# A section of a text is read as a whole up to here; a longer one in parts of about ten paragraphs.
MOST_PARAGRAPHS = 16
MOST_CHARACTERS = 24_000
A_PART = 10
HEADINGS = {ProvisionRole.HEADING, ProvisionRole.ANNEX_TITLE}
# What a commitment can deliver on, and what the strip shows a cell for.
COUNTED = ProvisionRole.OPERATIVE
RIGHT_TO_LEFT = ("ar", "dv", "fa", "he", "ps", "ur", "yi")


@dataclass(eq=False)
class Node:
    """A provision with its wording in the version shown, and what stands under it."""

    provision: Provision
    wording: Wording | None
    inside: list[Node] = field(default_factory=list)
    count: int = 0  # commitments that deliver on it
    citations: list[Citation] = field(default_factory=list)  # in its own words, where read

    @property
    def eid(self) -> str:
        return self.provision.eid

    @property
    def role(self) -> str:
        return self.wording.role if self.wording else self.provision.role

    @property
    def number(self) -> str:
        """How it is cited in the version shown."""
        return self.wording.number if self.wording else self.provision.number

    @property
    def is_heading(self) -> bool:
        return self.role in HEADINGS

    @property
    def is_point(self) -> bool:
        return self.role == ProvisionRole.POINT

    @property
    def is_article(self) -> bool:
        """Is it cited as an article, or as a paragraph or letter of one?"""
        return "art_" in self.eid

    @property
    def is_counted(self) -> bool:
        return self.role == COUNTED

    @property
    def label(self) -> str:
        """What stands before its words: "30." or "(h)"; empty where it has no number."""
        number = self.number
        if self.is_point:
            last = number.rsplit(" ", 1)[-1]
            return "•" if last.startswith("•") else last
        return f"{number}." if number and " " not in number else number

    @property
    def name(self) -> Name:
        """A heading as it reads: its number and words, or the name that we gave our own."""
        if self.wording is None:
            return self.provision.gist_text
        words = f"{self.label} {self.wording.words}".strip()
        return Name(words, self.wording.version.language)

    @property
    def chars(self) -> int:
        return sum(len(each.wording.words) if each.wording else 60 for each in self.walk())

    def walk(self) -> Iterator[Node]:
        """This one and all that stands under it, in reading order."""
        yield self
        for each in self.inside:
            yield from each.walk()

    @property
    def full_words(self) -> str | None:
        """Its wording with all that belongs to it, each on a line of its own; None if not held."""
        if self.wording is None:
            return None
        lines = [self.wording.words]
        lines += [f"{each.label} {each.words}".strip() for each in self.walk() if each is not self]
        return "\n".join(line for line in lines if line)

    @property
    def words(self) -> str:
        return self.wording.words if self.wording else ""

    @property
    def opening(self) -> str:
        """What tells it in a list: its title, else its first words, its own or those inside."""
        if self.wording and self.wording.title:
            return self.wording.title
        return next((each.words for each in self.walk() if each.words), "")

    @property
    def marked(self) -> SafeString:
        """Its own words for a page: what they cite is linked."""
        return linked(self.words, self.citations, self.provision.instrument_id)

    @property
    def footnotes(self) -> list[dict[str, str]]:
        """The notes of its full wording, each once."""
        notes = [note for each in self.walk() if each.wording for note in each.wording.footnotes]
        return [note for place, note in enumerate(notes) if note not in notes[:place]]


@dataclass(eq=False)
class Part:
    """A stretch of a text that is read on one page."""

    code: str  # of its instrument
    number: int
    heading: Node | None
    nodes: list[Node]
    is_cut: bool = False  # one of several parts of its section
    version: int = 0  # key of the version read, where it is not the one shown by default

    @property
    def paragraphs(self) -> list[Node]:
        return [node for node in self.nodes if node.is_counted]

    @property
    def sub_heading(self) -> str:
        """The element for headings inside a paragraph: one step below what stands above them."""
        return "h3" if any(node.is_heading for node in self.nodes[:1]) else "h2"

    @property
    def taken_up(self) -> int:
        return sum(bool(node.count) for node in self.paragraphs)

    @property
    def first(self) -> str:
        return self.paragraphs[0].number if self.paragraphs else ""

    @property
    def last(self) -> str:
        return self.paragraphs[-1].number if self.paragraphs else ""

    @property
    def title(self) -> Name:
        """The name of its heading, with its paragraphs where it is one of several; else these."""
        if self.heading:
            name = self.heading.name
            span = "–".join(dict.fromkeys([self.first, self.last]))
            inside = [node for node in self.nodes if node.is_heading]
            if self.is_cut and inside and inside == self.nodes[:1]:
                return Name(f"{name}: {inside[0].name}", name.language)
            if self.is_cut and span:
                return Name(f"{name} ({span})", name.language)
            return name
        if self.first:
            words = gettext("Paragraphs %(first)s to %(last)s")
            if self.paragraphs[0].is_article:
                words = gettext("Articles %(first)s to %(last)s")
            words %= {"first": self.first, "last": self.last}
        elif any(
            node.role == ProvisionRole.ADOPTING and "clause_" in node.eid for node in self.nodes
        ):
            words = gettext("The resolution that adopts the text")
        elif self.number == 0:
            words = gettext("Preamble")
        else:
            words = gettext("The text")
        return Name(words, get_language() or "en")

    def get_absolute_url(self) -> str:
        if self.version:
            return reverse("instruments:version_part", args=[self.code, self.version, self.number])
        return reverse("instruments:part", args=[self.code, self.number])


@dataclass
class Text:
    """All that is held of an instrument: every provision, with the wording of one version."""

    instrument: Instrument
    version: Version | None
    nodes: list[Node]  # at the top: headings and paragraphs; points stand inside
    is_default: bool = True  # is this version what its readers are shown without asking?
    versions: list[Version] = field(default_factory=list)  # all that are held

    @property
    def direction(self) -> str:
        """The way its wording is written: "rtl" or "ltr"."""
        return direction_of(self.version.language if self.version else "en")

    @cached_property
    def by_eid(self) -> dict[str, Node]:
        return {node.eid: node for top in self.nodes for node in top.walk()}

    @cached_property
    def paragraphs(self) -> list[Node]:
        return [node for node in self.nodes if node.is_counted]

    @cached_property
    def parts(self) -> list[Part]:
        version = 0 if self.is_default or not self.version else self.version.pk
        return divided(self.instrument.code, self.nodes, version)

    def part_of(self, eid: str) -> Part:
        """The part in which this provision is read."""
        root = eid
        while root not in self._part_by_eid:
            root = root.rpartition("__")[0]
        return self._part_by_eid[root]

    @cached_property
    def _part_by_eid(self) -> dict[str, Part]:
        found = {node.eid: part for part in self.parts for top in part.nodes for node in top.walk()}
        headings = {part.heading.eid: part for part in reversed(self.parts) if part.heading}
        return found | headings

    @cached_property
    def has_our_division(self) -> bool:
        return any(node.provision.is_our_division for node in self.nodes)

    def line_of(self, node: Node) -> list[Node]:
        """The provision, then what it stands inside: point, point above it, paragraph."""
        line = [node]
        while above := next((n for n in self.by_eid.values() if line[-1] in n.inside), None):
            line.append(above)
        return line

    def nearest(self, eid: str) -> Node | None:
        """The provision, else its closest ancestor that exists, else nothing."""
        while eid and eid not in self.by_eid:
            eid = eid.rpartition("__")[0]
        return self.by_eid.get(eid)


def short(number: str) -> str:
    """What of a number fits a cell of the strip, whose title has the whole of it."""
    return number if len(number) <= 5 else f"{number[:3].rstrip(' ,')}…"


def direction_of(language: str) -> str:
    """The way a language is written: "rtl" or "ltr"."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def divided(code: str, nodes: list[Node], version: int = 0) -> list[Part]:
    """The parts of a text: our own division, else its chapters; the long ones in parts of ten.

    What stands before the first of our own division, and a resolution's own clauses before the
    text that it adopts, are part 0, so that the numbers of the others never shift.
    """
    ours = any(node.provision.is_our_division for node in nodes)
    sections: list[tuple[Node | None, list[Node]]] = [(None, [])]
    for node in nodes:
        if ours:
            begins = node.provision.is_our_division
        else:
            begins = node.is_heading and node.provision.parent_id is None
        if not begins:
            sections[-1][1].append(node)
        elif sections[-1][0] and not sections[-1][1]:
            # An annex's title, and at once its first chapter: the title is read in the chapter.
            sections[-1] = (node, [sections[-1][0]])
        else:
            sections.append((node, []))
    if not sections[0][1]:
        sections.pop(0)
    stands_apart = (
        bool(sections)
        and sections[0][0] is None
        and (ours or any(node.role == ProvisionRole.ADOPTING for node in sections[0][1]))
    )
    pieces = [
        (heading, piece, len(cut) > 1)
        for heading, inside in sections
        for cut in [_cut(inside)]
        for piece in cut
    ]
    return [
        Part(code, number, heading, piece, is_cut, version)
        for number, (heading, piece, is_cut) in enumerate(pieces, 0 if stands_apart else 1)
    ]


def _cut(nodes: list[Node]) -> list[list[Node]]:
    """A section as it is, or where it is long in parts of about ten paragraphs.

    The cuts fall at the headings inside it, unless what stands under one is itself too long.
    """
    if _fits(nodes, MOST_PARAGRAPHS):
        return [nodes]
    blocks: list[list[Node]] = [[]]
    for node in nodes:
        if node.is_heading and not all(each.is_heading for each in blocks[-1]):
            blocks.append([])
        blocks[-1].append(node)
    pieces: list[list[Node]] = []
    for block in blocks:
        for unit in [block] if _fits(block, MOST_PARAGRAPHS) else _single(block):
            if pieces and _fits([*pieces[-1], *unit], A_PART):
                pieces[-1] += unit
            else:
                pieces.append(list(unit))
    return pieces


def _fits(nodes: list[Node], most_paragraphs: int) -> bool:
    return (
        sum(node.is_counted for node in nodes) <= most_paragraphs
        and sum(node.chars for node in nodes) <= MOST_CHARACTERS
    )


def _single(block: list[Node]) -> list[list[Node]]:
    """Each paragraph by itself, headings with the one that follows them."""
    units: list[list[Node]] = [[]]
    for node in block:
        if not all(each.is_heading for each in units[-1]):
            units.append([])
        units[-1].append(node)
    return units
