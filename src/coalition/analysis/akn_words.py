"""The words of an element of Akoma Ntoso on one line, without its footnotes and page furniture."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from coalition.analysis.documents import Footnote

Element = Any  # lxml has no types of its own


def names(words: str) -> frozenset[str]:
    """A set of names, written as one line of words."""
    return frozenset(words.split())


# Never words of the text: contents lists, page breaks, metadata, deleted words.
DROPPED = names("toc img marker meta del")
# Elements that stand within a line: no space is put around their words.
INLINE = names(
    "a abbr affectedDocument b change concept courtType date decoration def docAuthority "
    "docCommittee docDate docIntroducer docJurisdiction docNumber docProponent docPurpose "
    "docStage docStatus docTitle docType docketNumber embeddedText entity event extractText "
    "fillIn i inline ins judge lawyer legislature location mmod mod mref neutralCitation "
    "noteRef object omissis opinion organization outcome party person placeholder process "
    "quantity quotedText ref relatedDocument remark rmod role rref scene session shortTitle "
    "signature span sub sup term time u vote recordedTime quote"
)
SPACES = re.compile(r"[ \t\r\n]+")


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return str(etree.QName(element).localname)


def one_line(words: str) -> str:
    """Words on one line; other spaces than those of the keyboard stay as they are."""
    return SPACES.sub(" ", words).strip(" ")


def plain_words(element: Element) -> str:
    """Its words on one line, notes left out."""
    return words_and_notes(element)[0]


def words_and_notes(element: Element) -> tuple[str, tuple[Footnote, ...]]:
    """Its words on one line, and the notes that were called in them, each once, in order."""
    words: list[str] = []
    notes: list[Footnote] = []
    _gather(element, words, notes)
    return one_line("".join(words)), tuple(dict.fromkeys(notes))


def note_of(element: Element) -> Footnote:
    """A footnote; one without a mark of its own is called by an asterisk."""
    return Footnote(one_line(element.get("marker", "")) or "*", plain_words_inside(element))


def plain_words_inside(element: Element) -> str:
    """The words of what stands inside an element, whatever the element itself is."""
    words: list[str] = [element.text or ""]
    for child in element:
        _child(child, words, [])
    return one_line("".join(words))


def _gather(element: Element, words: list[str], notes: list[Footnote]) -> None:
    quoted = element.get("startQuote", ""), element.get("endQuote", "")
    words += [quoted[0], element.text or ""]
    for child in element:
        _child(child, words, notes)
    if quoted[1]:
        _strip_end(words)
        words.append(quoted[1])


def _strip_end(words: list[str]) -> None:
    """Take away the space that the layout leaves before a mark or a closing sign."""
    while words and not words[-1].strip():
        words.pop()
    if words:
        words[-1] = words[-1].rstrip()


def _child(child: Element, words: list[str], notes: list[Footnote]) -> None:
    if isinstance(child.tag, str) and not is_furniture(child):
        name = local(child)
        if name == "authorialNote":
            _strip_end(words)  # the layout's space before the mark
            notes.append(note_of(child))
        elif name in ("eol", "br", "eop"):
            words.append(" ")
        elif name in ("td", "th"):
            words.append(" | " if any(each.strip() for each in words) else "")
            _gather(child, words, notes)
        else:
            space = "" if name in INLINE else " "
            words.append(space)
            _gather(child, words, notes)
            words.append(space)
    words.append(child.tail or "")


def is_furniture(element: Element) -> bool:
    """Is it something that editors put between the words, such as a page's number?"""
    return local(element) in DROPPED or element.get("status") in ("editorial", "removed")
