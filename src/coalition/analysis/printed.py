"""Lines of a printed text, wherever they were read: what readers of files give to the splitter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from coalition.analysis.documents import UnreadableDocument
from coalition.analysis.marked import Remark

# A small raised number in print calls a footnote; it travels as these characters.
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
TO_RAISED = str.maketrans("0123456789", RAISED)
FROM_RAISED = str.maketrans(RAISED, "0123456789")


@dataclass(frozen=True)
class Line:
    """One printed line: its page (from 1), words, empty lines above it, how far in it begins
    and the size of its letters (points; 0 where not known), and what kind it is said to be.

    `depth` is given where the file itself says how deep a list item stands (from 1), `style` is
    "title", "heading1" … or "note" where the file names it.
    """

    page: int
    words: str
    gap: int = 0
    begins: float = 0
    size: float = 0
    depth: int = 0
    style: str = ""


@dataclass(frozen=True)
class Printed:
    """All lines of a file in reading order, and what its reader was unsure of."""

    lines: tuple[Line, ...]
    pages: int | None  # where the file has pages
    doubts: tuple[Remark, ...] = field(default_factory=tuple)


class Unreadable(UnreadableDocument):
    """A file that cannot be read: a sentence, apart from its values, for any language."""

    def __init__(self, sentence: str, **values: str | int) -> None:
        super().__init__(sentence % values)
        self.sentence = sentence
        self.values: Mapping[str, str | int] = values
