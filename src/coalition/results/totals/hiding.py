"""What is withheld from the public, so that nobody is recognised by a small figure.

Figures of people, broken down by who they are, that are above zero and below their unit's
threshold; and others from which these could be calculated (`analysis.suppression`). Targets count
nobody and are shown. A figure that replaces another takes its hiding along: what was replaced is
hidden as soon as its place is, and never shown again.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import combinations
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from coalition.analysis.suppression import Figure, Line, adds_up, withheld
from coalition.places.models import Place
from coalition.results.models import (
    Basis,
    Cell,
    Fact,
    FactState,
    Hidden,
    Indicator,
    Measure,
    Role,
    Rule,
    Total,
    Unit,
)
from coalition.results.totals.calendars import Calendars, calendars_of

AT_ONCE = 2_000  # indicators or rows in one statement, each of them a parameter
CHUNK = 50_000  # rows fetched in one go
LAST = date.max.toordinal()
SLOT = (
    "indicator", "period", "place", "partner", "cell", "unit", "value", "denominator", "hidden",
)  # fmt: skip


class Row(NamedTuple):
    """A fact or total, and its slot."""

    pk: int
    indicator: int
    period: int | None
    place: int | None
    partner: int | None
    cell: int | None
    unit: int | None
    value: int
    denominator: int | None
    hidden: str
    role: str
    basis: str  # of a total empty


class Kin(NamedTuple):
    """What is asked of an indicator here."""

    pk: int
    framework: int
    parent: int | None
    measure: str
    rule: str
    unit: int | None


def hide(indicators: Collection[int] | None = None) -> None:
    """Set and lift `hidden` on the published facts and totals of these indicators and of all that
    share a total with them; None: of all. What it sets depends on the figures alone, so the same
    is hidden however one came to them."""
    thresholds = {
        unit.pk: unit.threshold * 10**unit.decimals for unit in Unit.objects.filter(threshold__gt=0)
    }
    kin = _kin(indicators)
    concerned = _concerned(thresholds, None if indicators is None else kin.keys())
    if not concerned:
        return
    families = [family for family in _families(kin) if not concerned.isdisjoint(family)]
    with _without_collector():
        _hide_families(families, kin, thresholds)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Millions of rows become plain tuples here, none of them in a circle: Python's collector
    would look through all of them again and again, for a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _hide_families(
    families: list[list[int]], kin: dict[int, Kin], thresholds: dict[int, int]
) -> None:
    vocabulary = Vocabulary()
    for some in _portions(families):
        members = [pk for family in some for pk in family]
        rows = _rows(members)
        calendars = calendars_of({kin[pk].framework for pk in members})
        changes: dict[tuple[type, str], list[int]] = defaultdict(list)
        for family in some:
            of_family = [row for pk in family for row in rows.get(pk, ())]
            for row, why in _decide(
                [kin[pk] for pk in family], of_family, thresholds, calendars, vocabulary
            ):
                if row.hidden != why:
                    changes[Fact if row.basis else Total, why].append(row.pk)
        for (model, why), pks in changes.items():
            for first in range(0, len(pks), AT_ONCE):
                model._default_manager.filter(pk__in=pks[first : first + AT_ONCE]).update(
                    hidden=why
                )
        _hide_replaced(members)


# --- Which indicators ---------------------------------------------------------------------------


def _kin(indicators: Collection[int] | None) -> dict[int, Kin]:
    """The indicators with all that they are connected to by their parents."""
    fields = ("pk", "framework", "parent", "measure", "rule", "unit")
    rows = Indicator.objects.order_by("pk")
    if indicators is None:
        return {row[0]: Kin(*row) for row in rows.values_list(*fields)}
    found: dict[int, Kin] = {}
    asked: set[int] = set()
    ahead = set(indicators)
    while ahead:
        asked |= ahead
        near = rows.filter(Q(pk__in=ahead) | Q(parent__in=ahead))
        found.update((row[0], Kin(*row)) for row in near.values_list(*fields))
        parents = {one.parent for one in found.values() if one.parent is not None}
        ahead = (parents | found.keys()) - asked
    return found


def _concerned(thresholds: dict[int, int], among: Collection[int] | None) -> set[int]:
    """The indicators with a small figure of a group, or with something hidden now. A total is
    small only where a figure in it is, unless people were taken out who are counted twice."""
    facts = Fact.objects.published().order_by()
    totals = Total.objects.order_by()
    twice = Fact.objects.filter(Q(overlaps__isnull=False) | Q(overlapped__isnull=False)).order_by()
    if among is not None:
        facts, totals, twice = (rows.filter(indicator__in=among) for rows in (facts, totals, twice))
    few = Q(pk__in=[])
    for unit, threshold in thresholds.items():
        few |= Q(unit=unit) & (
            Q(value__gt=0, value__lt=threshold)
            | Q(denominator__lt=threshold)
            | Q(denominator__gt=F("value"), denominator__lt=F("value") + threshold)
        )
    few |= Q(unit=None)
    groups = facts.filter(few, cell__isnull=False, value__isnull=False).exclude(role=Role.TARGET)
    # Who was withheld once is not told by leaving that figure out of the next report.
    replaced = Fact.objects.filter(state=FactState.SUPERSEDED).exclude(hidden="").order_by()
    if among is not None:
        replaced = replaced.filter(indicator__in=among)
    lists = [groups, twice.filter(cell__isnull=False), facts.exclude(hidden=""), replaced]
    if among is not None:  # else they were all made a moment ago
        lists.append(totals.exclude(hidden=""))
    return {pk for rows in lists for pk in rows.values_list("indicator", flat=True).distinct()}


def _families(kin: dict[int, Kin]) -> list[list[int]]:
    """Indicators that are connected by their parents, together."""
    root: dict[int, int] = {}

    def top(pk: int) -> int:
        while root.setdefault(pk, pk) != pk:
            root[pk] = root[root[pk]]
            pk = root[pk]
        return pk

    for one in kin.values():
        if one.parent is not None:
            root[top(one.pk)] = top(one.parent)
    found: dict[int, list[int]] = {}
    for pk in kin:
        found.setdefault(top(pk), []).append(pk)
    return list(found.values())


def _portions(families: list[list[int]]) -> Iterator[list[list[int]]]:
    """Whole families, so many that their members fit into one statement."""
    portion: list[list[int]] = []
    count = 0
    for family in families:
        if portion and count + len(family) > AT_ONCE:
            yield portion
            portion, count = [], 0
        portion.append(family)
        count += len(family)
    if portion:
        yield portion


# --- Their figures ------------------------------------------------------------------------------


def _rows(members: Sequence[int]) -> dict[int, list[Row]]:
    """The published facts but targets, and the totals of what happened, by indicator."""
    found: dict[int, list[Row]] = {}
    facts = (
        Fact.objects.published()
        .filter(indicator__in=members, value__isnull=False)
        .exclude(role=Role.TARGET)
        .order_by()
        .values_list("pk", *SLOT, "role", "basis")
    )
    totals = (
        Total.objects.filter(indicator__in=members, role=Role.ACTUAL)
        .order_by()
        .values_list("pk", *SLOT, "role")
    )
    for values in facts.iterator(CHUNK):
        row = Row(*values)
        found.setdefault(row.indicator, []).append(row)
    for values in totals.iterator(CHUNK):
        row = Row(*values, "")
        found.setdefault(row.indicator, []).append(row)
    return found


class Vocabulary:
    """The groups of each cell by dimension, and the places that hold each place."""

    def __init__(self) -> None:
        self.groups: dict[int | None, dict[int, int]] = {None: {}}
        through = Cell.categories.through.objects.values_list(
            "cell", "category__dimension", "category"
        )
        for cell, dimension, category in through:
            self.groups.setdefault(cell, {})[dimension] = category
        self.categories: dict[int, set[int]] = defaultdict(set)
        self.paths: dict[int | None, str] = {None: ""}
        self.margins: dict[tuple[int | None, ...], list[tuple[int | None, list[int | None]]]] = {}

    def leaves_out(self, margin: int | None, parts: Sequence[int | None]) -> bool:
        """Do these cells, of one dimension more than the margin, lack a group of it?"""
        over = self.groups.get(parts[0], {}).keys() - self.groups.get(margin, {}).keys()
        if len(over) != 1:
            return False
        dimension = next(iter(over))
        if not self.categories:
            for groups in self.groups.values():
                for each, category in groups.items():
                    self.categories[each].add(category)
        told = {self.groups.get(part, {}).get(dimension) for part in parts}
        return not self.categories[dimension] <= told

    def learn_places(self) -> None:
        if len(self.paths) == 1:
            self.paths.update(Place.objects.values_list("pk", "path"))

    def breakdowns(
        self, cells: tuple[int | None, ...]
    ) -> list[tuple[int | None, list[int | None]]]:
        """Which of these cells may make up which others."""
        if cells not in self.margins:
            by_groups = {frozenset(self.groups.get(cell, {}).items()): cell for cell in cells}
            found: dict[tuple[int | None, frozenset[int]], list[int | None]] = {}
            for cell in cells:
                groups = self.groups.get(cell, {})
                for count in range(1, len(groups) + 1):
                    for over in combinations(groups, count):
                        rest = frozenset((d, c) for d, c in groups.items() if d not in over)
                        if rest in by_groups:
                            found.setdefault((by_groups[rest], frozenset(over)), []).append(cell)
            self.margins[cells] = [(margin, parts) for (margin, _), parts in found.items()]
        return self.margins[cells]


# --- What is withheld of a family ---------------------------------------------------------------

Slot = tuple[int | None, ...]


class Family:
    """The figures in one unit, of one role, of indicators that share totals: figures by slot,
    (indicator, partner, period, place, cell), and the lines by which they add up."""

    def __init__(
        self,
        kin: list[Kin],
        rows: list[Row],
        calendars: Calendars,
        vocabulary: Vocabulary,
        threshold: int,
    ) -> None:
        self.kin = {one.pk: one for one in kin}
        self.threshold = threshold
        self.calendars, self.vocabulary = calendars, vocabulary
        self.facts = [row for row in rows if row.basis]
        self.totals = [row for row in rows if not row.basis]
        self.mixed = _fed_from_elsewhere(self.kin)
        self.figures: dict[Slot, Figure] = {}
        self.lines: list[Line[Slot]] = []
        # A total of a single figure is that figure.
        self.same: dict[int, Slot] = {}
        for row in self.facts:
            self._add(row)
        self._add_totals()
        self._add_breakdowns()
        self._add_places()

    def slot_of(self, row: Row) -> Slot:
        if not row.basis and row.pk in self.same:
            return self.same[row.pk]
        return (row.indicator, row.partner, row.period, row.place, row.cell, bool(row.basis))

    def _rank(self, row: Row) -> int:
        """Figures are withheld before what they come to; but a total into which figures of another
        framework flow before them: they may have been read before these flowed in, or be read
        afterwards, and the difference would tell what is small there."""
        if row.basis:
            return 1
        return 0 if row.indicator in self.mixed and row.pk not in self.same else 2

    def _add(self, row: Row) -> None:
        """Inner cells are withheld first, early periods before late ones, so that what was chosen
        stays chosen as periods are added; then small figures before large ones."""
        inner = len(self.vocabulary.groups.get(row.cell, {}))
        margins = (row.period is None) + (row.place is None) + (row.partner is None)
        is_percentage = self.kin[row.indicator].measure == Measure.PERCENTAGE
        self.figures[self.slot_of(row)] = Figure(
            value=row.value,
            of=row.denominator if is_percentage else None,
            cost=(
                row.cell is None,
                self._rank(row),
                margins - inner,
                self._last_day(row),
                row.value,
                row.indicator,
                row.partner or 0,
                row.place or 0,
                row.cell or 0,
            ),
            is_open=row.cell is None,
        )

    def _last_day(self, row: Row) -> int:
        return LAST if row.period is None else self.calendars.last_day(row.period).toordinal()

    def _add_totals(self) -> None:
        if not self.totals:
            return
        counted = [row for row in self.facts if row.basis != Basis.PROJECTED]
        if any(row.place is not None for row in counted):
            self.vocabulary.learn_places()
            counted_whole = self._without_parts(counted)
        else:
            counted_whole = {row.pk for row in counted}
        members: dict[tuple[int, Slot], list[Row]] = defaultdict(list)
        for row in counted:
            for top in self._above(row.indicator):
                if row.pk in counted_whole:
                    period = self.calendars.period_in(self.kin[top].framework, row.period)
                    if period is not None:
                        members[top, (period, None, None, row.cell)].append(row)
                    members[top, (None, None, None, row.cell)].append(row)
                    if row.cell is None:
                        members[top, (None, None, row.partner, None)].append(row)
                if row.place is not None and row.cell is None:
                    members[top, (None, row.place, None, None)].append(row)
        for total in self.totals:
            slot = (total.period, total.place, total.partner, total.cell)
            self._add_total(total, members[total.indicator, slot])

    def _add_total(self, total: Row, parts: list[Row]) -> None:
        rule = self.kin[total.indicator].rule
        if rule == Rule.LATEST:
            parts = self._latest(parts)
        if rule == Rule.MAXIMUM:
            highest = [row for row in parts if row.value == total.value]
            lines = [[row] for row in highest]
        else:
            lines = [parts]
        if len(parts) == 1 and total.value == parts[0].value:
            self.same[total.pk] = self.slot_of(parts[0])
            return
        self._add(total)
        here = self.slot_of(total)
        self.lines += [(here, [self.slot_of(row) for row in line]) for line in lines if line]

    def _latest(self, rows: list[Row]) -> list[Row]:
        """Those of each framework's latest period."""
        last: dict[int, int] = {}
        for row in rows:
            framework = self.kin[row.indicator].framework
            last[framework] = max(last.get(framework, 0), self._last_day(row))
        return [
            row for row in rows if self._last_day(row) == last[self.kin[row.indicator].framework]
        ]

    def _above(self, indicator: int) -> Iterator[int]:
        """The indicator and all that it counts towards."""
        seen: set[int] = set()
        at: int | None = indicator
        measure = self.kin[indicator].measure
        while at is not None and at not in seen and self.kin[at].measure == measure:
            seen.add(at)
            yield at
            at = self.kin[at].parent

    def _without_parts(self, counted: list[Row]) -> set[int]:
        """All but those of whose partner there is a figure of a wider place."""
        paths = self.vocabulary.paths
        places: dict[Slot, set[int | None]] = defaultdict(set)
        for row in counted:
            places[row.indicator, row.period, row.partner, row.cell].add(row.place)
        return {
            row.pk
            for row in counted
            if row.place is None
            or not any(
                other != row.place and paths[row.place].startswith(paths[other])
                for other in places[row.indicator, row.period, row.partner, row.cell]
            )
        }

    def _add_breakdowns(self) -> None:
        """The groups of a figure, where they add up to it."""
        tables: dict[Slot, dict[int | None, Slot]] = defaultdict(dict)
        for row in [*self.facts, *self.totals]:
            table = (row.indicator, row.partner, row.period, row.place, bool(row.basis))
            tables[table][row.cell] = self.slot_of(row)
        self._add_lines(tables.values(), self.vocabulary.breakdowns)
        for table in tables.values():
            if len(table) > 1:
                self._add_rests(table)

    def _add_rests(self, table: dict[int | None, Slot]) -> None:
        """What is left of a whole are the groups of which nothing is told: where they are few, it
        is a small figure like another."""
        for margin, parts in self.vocabulary.breakdowns(
            tuple(sorted(table, key=lambda at: at or 0))
        ):
            total, slots = table[margin], [table[part] for part in parts]
            figures = [self.figures[slot] for slot in (total, *slots)]
            left = figures[0].value - sum(one.value for one in figures[1:])
            if (
                0 < left < self.threshold
                and all(one.of is None for one in figures)
                and self.vocabulary.leaves_out(margin, parts)
            ):
                rest = (*total, *(part or 0 for part in parts))
                cost = (False, True, 0, LAST, left, *(0 for _each in range(4)))
                self.figures[rest] = Figure(value=left, of=None, cost=cost, is_open=False)
                self.lines.append((total, [*slots, rest]))

    def _add_lines(self, tables: Iterable[dict[int | None, Slot]], lines_of: Any) -> None:
        known: set[tuple[Slot, ...]] = set()
        for table in tables:
            if len(table) == 1:
                continue
            for margin, parts in lines_of(tuple(sorted(table, key=lambda at: at or 0))):
                total, *slots = table[margin], *(table[part] for part in parts)
                if (total, *slots) not in known and adds_up(
                    self.figures[total], [self.figures[slot] for slot in slots]
                ):
                    known.add((total, *slots))
                    self.lines.append((total, slots))

    def _add_places(self) -> None:
        """The places of a figure, where they add up to it."""
        if all(row.place is None for row in self.facts):
            return
        self.vocabulary.learn_places()
        tables: dict[Slot, dict[int | None, Slot]] = defaultdict(dict)
        for row in self.facts:
            table = (row.indicator, row.partner, row.period, row.cell)
            tables[table][row.place] = self.slot_of(row)
        self._add_lines(tables.values(), self._narrower)

    def _narrower(
        self, places: tuple[int | None, ...]
    ) -> list[tuple[int | None, list[int | None]]]:
        """Which of these places lie directly within which others."""
        paths = self.vocabulary.paths
        found: dict[int | None, list[int | None]] = {}
        for place in places:
            wider = [w for w in places if w != place and paths[place].startswith(paths[w])]
            if wider:
                found.setdefault(max(wider, key=lambda w: len(paths[w])), []).append(place)
        return list(found.items())


def _fed_from_elsewhere(kin: dict[int, Kin]) -> set[int]:
    """The indicators towards which figures of another framework count, directly or over others."""
    found: set[int] = set()
    for one in kin.values():
        above = kin.get(one.parent or 0)
        if above is not None and above.framework != one.framework:
            while above is not None and above.pk not in found:
                found.add(above.pk)
                above = kin.get(above.parent or 0)
    return found


def _decide(
    kin: list[Kin],
    rows: Iterable[Row],
    thresholds: dict[int, int],
    calendars: Calendars,
    vocabulary: Vocabulary,
) -> Iterator[tuple[Row, str]]:
    """Each row of a family, and why it is hidden; empty where it is shown."""
    units = {one.pk: one.unit for one in kin}
    apart: dict[tuple[str, int | None], list[Row]] = defaultdict(list)
    for row in rows:
        apart[row.role, row.unit or units[row.indicator]].append(row)
    for (_role, unit), some in apart.items():
        threshold = thresholds.get(unit or 0, 0)
        family = Family(kin, some, calendars, vocabulary, threshold) if threshold else None
        hidden = withheld(family.figures, family.lines, threshold) if family else {}
        for row in some:
            why = hidden.get(family.slot_of(row)) if family else None
            yield row, why.value if why else ""


# --- What was replaced --------------------------------------------------------------------------


def _hide_replaced(members: Sequence[int]) -> None:
    """A figure that was replaced stays readable, unless what stands in its place is hidden; also
    where another organisation reports by now."""
    now = (
        Fact.objects.published()
        .exclude(hidden="")
        .annotate(slot=Coalesce("period", 0), at=Coalesce("place", 0), of=Coalesce("cell", 0))
        .filter(
            indicator=OuterRef("indicator"),
            role=OuterRef("role"),
            slot=Coalesce(OuterRef("period"), 0),
            at=Coalesce(OuterRef("place"), 0),
            of=Coalesce(OuterRef("cell"), 0),
        )
    )
    held = Fact.objects.published().annotate(slot=Coalesce("period", 0), at=Coalesce("place", 0))
    there = held.filter(
        indicator=OuterRef("indicator"),
        role=OuterRef("role"),
        slot=Coalesce(OuterRef("period"), 0),
        at=Coalesce(OuterRef("place"), 0),
    )
    stands = there.filter(cell=OuterRef("cell"))
    beside = there.exclude(hidden="").filter(cell__breakdown=OuterRef("cell__breakdown"))
    replaced = Fact.objects.filter(
        indicator__in=members, state=FactState.SUPERSEDED, hidden=""
    ).order_by()
    pks = list(replaced.values_list("pk", flat=True))
    for first in range(0, len(pks), AT_ONCE):
        some = Fact.objects.filter(Exists(now), pk__in=pks[first : first + AT_ONCE])
        some.update(hidden=Subquery(now.values("hidden")[:1]))
        # Nor does a group that is not told of any more tell those beside it that are hidden now.
        alone = Fact.objects.filter(~Exists(stands), Exists(beside), cell__isnull=False)
        alone.filter(pk__in=pks[first : first + AT_ONCE], hidden="").update(hidden=Hidden.PROTECTS)
