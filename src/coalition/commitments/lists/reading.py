"""The rows of a list of commitments, read: what each cell says, and of which partner it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from coalition.base.errors import NotAllowed, Refused
from coalition.base.lists.days import day_of, order_of
from coalition.base.lists.plan import UNCHANGED, batches
from coalition.base.lists.words import LANGUAGES, found_in
from coalition.base.text import clean_line, clean_text
from coalition.commitments.lists.cells import Words, money
from coalition.commitments.lists.columns import GOAL
from coalition.commitments.lists.lines import (
    DATES,
    LONGEST_KEY,
    MONEY,
    NAMED,
    TEXTS,
    Layout,
    Line,
    Options,
)
from coalition.commitments.lists.paragraphs import Paragraphs
from coalition.commitments.models import CommitmentList
from coalition.commitments.writing import plain
from coalition.commitments.writing.ground import row_name
from coalition.partners import lookup
from coalition.partners.models import Partner
from coalition.partners.values import refuse_unless_joined

EXAMPLE_KEY = "EXAMPLE"  # of the filled row of the empty list


class Reader:
    """Reads the rows of one list. What they name is looked up for all of them together."""

    def __init__(self, listed: CommitmentList, layout: Layout, options: Options) -> None:
        self.listed = listed
        self.layout = layout
        self.options = options
        self.words = Words()
        self.paragraphs = Paragraphs()
        self.orders: dict[str, str] = {}
        self.by_reference: dict[str, Partner] = {}
        self.by_name: dict[str, list[Partner]] = {}

    def read_all(self, rows: Sequence[tuple[int, Sequence[Any]]]) -> list[Line]:
        """A line for each row; what is wrong with a cell is told there."""
        held = [(number, self.layout.cells_of(cells)) for number, cells in rows]
        self.look_up(held)
        return [self.line(number, cells) for number, cells in held]

    def look_up(self, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
        """Partners and paragraphs that the cells name, in few queries for all of them."""
        for code in DATES:
            self.orders[code] = order_of(cells.get(code, "") for _number, cells in rows)
        named: dict[str, None] = {}
        for _number, cells in rows:
            named[clean_line(str(cells.get("partner", "")), limit=300)] = None
            if "partners" in cells:
                try:
                    asked = self.words.parts(str(cells["partners"]))
                except Refused:
                    continue  # told with its row
                named |= dict.fromkeys(one.partner for one in asked)
        named[self.options.partner] = None
        wanted = [name for name in named if name]
        for batch in batches(name.upper() for name in wanted):
            found = Partner.objects.filter(reference__in=batch).select_related("group")
            self.by_reference |= {one.reference: one for one in found}
        rest = [name for name in wanted if name.upper() not in self.by_reference]
        self.by_name = lookup.known_as(rest)
        cited = {str(cells["paragraphs"]) for _number, cells in rows if "paragraphs" in cells}
        self.paragraphs.prepare(cited)

    # --- One row

    def line(self, number: int, cells: Mapping[str, Any]) -> Line:
        line = Line(number, clean_line(str(cells.get("title", "")), limit=300))
        key = clean_line(str(cells.get("key", "")), limit=LONGEST_KEY + 1)
        line.cells, line.key = cells, key
        if key.upper().startswith(EXAMPLE_KEY):
            line.outcome = UNCHANGED
            line.sentences.append(_("This is the example of the empty list; it is left out."))
            line.cells = {}
            return line
        if len(key) > LONGEST_KEY:
            self.layout.refuse(
                line, "key", _("At most %(most)s letters, please.") % {"most": LONGEST_KEY}
            )
        line.partner = self.whose(line)
        for code, cell in cells.items():
            if code not in ("reference", "key", "partner", "how", *MONEY, *GOAL):
                self.cell(line, code, lambda code=code, cell=cell: self.read(line, code, cell))
        if set(MONEY) & cells.keys():
            told = {code: str(cells[code]) for code in MONEY if code in cells}
            self.cell(line, "amount", lambda: self.read_money(line, told))
        if set(GOAL) & cells.keys():
            line.cells_of_goal = {code: str(cells[code]) for code in GOAL if code in cells}
        return line

    def cell(self, line: Line, code: str, read: Callable[[], None]) -> None:
        try:
            read()
        except Refused as refusal:
            self.layout.refuse(line, code, str(refusal))

    def whose(self, line: Line) -> Partner | None:
        """The partner that promises."""
        text = clean_line(str(line.cells.get("partner", "")), limit=300)
        own = self.listed.partner
        try:
            if text or own is None:
                found = self.partner_called(text or self.options.partner)
                if own is not None and found.pk != own.pk:
                    raise Refused(
                        _("This is another organisation than %(partner)s, whose list it is.")
                        % {"partner": own.name}
                    )
            else:
                found = own
            self.layout.once(("joined", found.reference), lambda: refuse_unless_joined(found))
        except (Refused, NotAllowed) as refusal:
            self.layout.refuse(line, "partner", str(refusal))
            return None
        return found

    def partner_called(self, text: str) -> Partner:
        """The partner of this reference or name. Raises Refused where it is none, or several."""
        if not text:
            raise Refused(_("The row does not say whose commitment it is."))
        found = self.by_reference.get(text.upper())
        if found is not None:
            return found
        named = self.by_name.get(text, [])
        if len(named) == 1:
            return named[0]
        if named:
            raise Refused(
                _("%(count)s partners bear the name “%(text)s”. Please write the reference.")
                % {"count": len(named), "text": text[:80]}
            )
        raise Refused(
            _("There is no partner “%(text)s”. Please write its reference, such as PAR-2026-0042.")
            % {"text": text[:80]}
        )

    def read(self, line: Line, code: str, cell: Any) -> None:
        """Note what a cell says: texts of the commitment in `said`, records in `rows`."""
        said, rows = line.said, line.rows
        text = str(cell)
        if code in TEXTS:
            said[code] = clean_text(text, limit=plain.LONGEST)
        elif code == "language":
            sentence = _("“%(text)s” is none of the six languages.")
            said[code] = self.layout.once((code, text), lambda: found_in(LANGUAGES, text, sentence))
        elif code == "level":
            said[code] = self.layout.once((code, text), lambda: self.words.level(text))
        elif code in DATES:
            said[code] = day_of(cell, order=self.orders[code]).isoformat()
        elif code in NAMED:
            codes = self.layout.once(
                (code, text), lambda: self.words.several(*self.table(code, text))
            )
            rows += (row_name(NAMED[code], one) for one in codes)
        elif code == "paragraphs":
            rows += self.layout.once((code, text), lambda: self.paragraphs.rows_of(text))
        elif code == "resources":
            line.means = self.words.resources(text)
        elif code == "partners":
            line.named_parts = [
                (self.partner_called(one.partner), one) for one in self.words.parts(text)
            ]

    def table(self, code: str, text: str) -> tuple[Mapping[str, str], str, str]:
        match code:
            case "places":
                sentence = _("“%(text)s” is no country or region that we know.")
                return self.words.places, text, sentence
            case "themes":
                sentence = _("“%(text)s” is no theme that we know. The sheet “Codes” lists them.")
                return self.words.themes, text, sentence
            case _:
                sentence = _(
                    "“%(text)s” is no challenge that we know. The sheet “Codes” lists them."
                )
                return self.words.challenges, text, sentence

    def read_money(self, line: Line, told: Mapping[str, str]) -> None:
        if "amount" not in told:
            raise Refused(_("A currency or a year is given, but no amount of money."))
        line.money = money(told)
