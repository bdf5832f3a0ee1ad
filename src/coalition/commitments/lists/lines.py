"""A row of a list of commitments: what was read of it, what it is about, what it would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from coalition.base.errors import NotAllowed, Refused
from coalition.base.lists import plan
from coalition.base.lists.plan import ALIKE, NEW
from coalition.commitments.lists.cells import Asked
from coalition.commitments.lists.columns import FIELDS
from coalition.commitments.lists.first_goal import Goal
from coalition.commitments.models import Amendment, Commitment
from coalition.commitments.states import EDITABLE, State
from coalition.commitments.writing.ground import WORDS_ROW, Ground, Values, key_of, kind_of
from coalition.partners.models import Partner

LONGEST_KEY = 100
DATES = ("starts_on", "ends_on")
# Columns that hold the commitment's own texts as they are.
TEXTS = ("title", "promise", "for_whom", "in_line_with", "help_wanted")
# Columns that name records, and the kind of their rows.
NAMED = {"places": "place", "themes": "theme", "challenges": "challenge"}
MONEY = ("amount", "currency", "year")


@dataclass(frozen=True)
class Options:
    """What a person chose besides the columns."""

    partner: str = ""  # the reference of whose commitments these are, where the list says nothing
    language: str = ""  # of new ones, where the list says nothing; empty: by their script
    submits: bool = False  # new ones to which nothing is missing

    def kept(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Line(plan.Line):
    """One row of the list: a commitment."""

    partner: Partner | None = None
    commitment: Commitment | None = None
    # Whoever takes the list in writes for the partner, and so sees and changes its drafts.
    is_own: bool = True
    # What it shall say, and what it says now (an open amendment, where there is one).
    table: Values = field(default_factory=dict)
    stored: Values = field(default_factory=dict)
    grounds: Ground | None = None  # of all rows
    amendment: Amendment | None = None
    is_amended: bool = False  # through an amendment: it is not changed in place
    goal: Goal | None = None  # to be written; None: stays as it is
    parts: list[tuple[Partner, Asked]] = field(default_factory=list)  # to be asked for
    # Of the row as it was read.
    cells: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    said: dict[str, str] = field(default_factory=dict)  # of the commitment's own texts
    rows: list[str] = field(default_factory=list)  # of plain values that it names
    money: list[dict[str, str]] | None = None
    means: list[dict[str, str]] | None = None
    cells_of_goal: dict[str, str] = field(default_factory=dict)
    named_parts: list[tuple[Partner, Asked]] = field(default_factory=list)
    is_double: bool = False  # another row before it is about the same
    faulty: set[str] = field(default_factory=set)  # columns that were found wrong

    @property
    def reference(self) -> str:
        return self.commitment.reference if self.commitment and not self.is_hidden else ""

    def facts(self) -> str:
        """What a new commitment would be: partner, level, places and end, in codes."""
        if self.outcome not in (NEW, ALIKE) or self.partner is None:
            return ""
        words = self.table.get(WORDS_ROW, {})
        places = " ".join(key_of(row) for row in self.table if kind_of(row) == "place")
        told = [self.partner.reference, words.get("level"), places, words.get("ends_on")]
        return " · ".join(filter(None, told))

    @property
    def is_hidden(self) -> bool:
        """It is about a draft of others, of which nothing is told but that it is there."""
        return self.hides(self.commitment)

    def hides(self, commitment: Commitment | None) -> bool:
        return not self.is_own and commitment is not None and commitment.state == State.DRAFT

    @property
    def is_in_place(self) -> bool:
        """It is new, or the partner's own people change what is a draft or was sent back."""
        return self.commitment is None or (self.is_own and self.commitment.state in EDITABLE)


@dataclass
class Layout:
    """Which column holds what, and what was answered already for the rows before."""

    headings: Sequence[str]
    columns: Sequence[str]
    _met: dict[tuple[str, str], Any] = field(default_factory=dict)

    def cells_of(self, cells: Sequence[Any]) -> dict[str, Any]:
        given = zip(self.columns, cells, strict=True)
        return {code: cell for code, cell in given if code and cell != ""}

    def refuse(self, line: Line, code: str, sentence: str) -> None:
        """Refuse the row, naming the cell in which it is mended; once for each cell."""
        if code not in line.faulty:
            line.faulty.add(code)
            line.refuse(f"{self.where(line, code)}: {sentence}")

    def where(self, line: Line, code: str) -> str:
        """The cell as a spreadsheet names it: “Ends on” (G7); the field where no column holds
        it."""
        if code not in self.columns:
            return f"“{FIELDS[code].label}”"
        at = self.columns.index(code)
        heading = self.headings[at] or FIELDS[code].label
        return f"“{heading}” ({get_column_letter(at + 1)}{line.number})"

    def once(self, key: tuple[str, str], ask: Callable[[], Any]) -> Any:
        """An answer, or a refusal, that many rows ask for."""
        if key not in self._met:
            try:
                self._met[key] = ask()
            except (Refused, NotAllowed) as refusal:
                self._met[key] = refusal
        if isinstance(self._met[key], Exception):
            raise self._met[key]
        return self._met[key]
