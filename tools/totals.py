"""The rules of totals by worked examples, drawn into docs/reference/totals.md: `python -m
tools.totals`. tests/results/test_totals.py lays every example down and derives its totals.
"""

from __future__ import annotations

import sys
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PAGE = Path("docs/reference/totals.md")
INTRODUCTION = """\
# How figures become totals

<!-- Drawn by `python -m tools.totals`, and held by a test; what is written here by hand is lost -->

Every indicator has one rule. It says how its figures of several periods, places, partners and
indicators below it become one figure. Totals are derived, never entered; `coalition results
rebuild` derives all of them anew and comes to the same to the last digit.

Values are kept as whole numbers of the unit's smallest part, and averages and percentages as two
whole numbers that are divided when they are shown: rounded once, a half to the even neighbour.

What counts is every published figure with a value. Baselines do not, nor what is projected among
what happened. There is a total of each period, of all periods, and over all periods by place and
by partner; each unit has its own, so currencies are never added.

Figures of one framework may count towards an indicator of another one, such as those of a
commitment towards a key intervention. An indicator counts towards one other at most, so that each
figure reaches a total once. Its figures are of the period of the upper framework within which
their own lies, from its first day to its last: a quarter of its year. Of several such periods it is
the one that begins last; where none holds theirs, as a half-year holds no year, they count over all
periods alone. "Take the latest" looks at each framework's own calendar. What one framework aims at
is no target of another, which has its own.
"""
HIDING = """\
## Small figures

Of units that count people, a figure of a group that is above zero and below the unit's threshold
is withheld: of a percentage also where so few are left over, or so few were asked. Then others are
withheld until none of these can be calculated from what is shown, by any combination of groups
and their total, places, partners, periods and indicators that count towards each other. First are
the figures of groups, early periods before late ones, so that a choice made stays made as reports
come in; then the smallest. A figure that is not of a group is withheld only where nothing else
helps. Targets count nobody and are shown.

| | women | men | all |
|---|---:|---:|---:|
| North | withheld: 3 | withheld, to protect it: 30 | 33 |
| South | withheld, to protect it: 20 | withheld, to protect it: 40 | 60 |
| all | 23 | 70 | 93 |

A figure that was replaced by a later one stays readable, unless what stands in its place is
withheld; then it is withheld too, and stays so.

What this does not do: it protects against calculating a figure exactly, and against a line in
which every withheld figure must be the smallest or the largest that a small one can be; it does
not keep every range of possible values wide. Whoever has kept an older page, in which a figure
was shown that is withheld now, still has it.
"""

BELOW, ELSEWHERE = "below", "elsewhere"
OF = {BELOW: "of the indicator below", ELSEWHERE: "of another framework"}


@dataclass(frozen=True)
class Figure:
    """A figure of an example as a person would write it; "9/20" is a percentage."""

    who: str
    year: int | None
    value: str
    place: str = ""
    role: str = "actual"
    basis: str = "reported"
    of: str = ""  # of which indicator, where it counts towards the one above: a key of OF
    part: str = ""  # of its year: "Q1"; or "/26", so that it begins in July and ends in the next
    unit: str = ""  # another than the indicator's
    same: tuple[str, int] | None = None  # so many are the same people as in that one's figure

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day of its period."""
        if self.year is None:
            return None
        if self.part.startswith("/"):
            return date(self.year, 7, 1), date(self.year + 1, 6, 30)
        if self.part:
            last = 3 * int(self.part[1:])
            return date(self.year, last - 2, 1), date(self.year, last, monthrange(2025, last)[1])
        return date(self.year, 1, 1), date(self.year, 12, 31)


@dataclass(frozen=True)
class Example:
    """Figures, and what they come to: by the words for a total, as `plain` gives it."""

    title: str
    words: str
    measure: str
    rule: str
    unit: str
    figures: tuple[Figure, ...]
    totals: dict[str, str]


EXAMPLES = (
    Example(
        "Add them up",
        "Over periods, places and partners.",
        "number",
        "sum",
        "hectares",
        (Figure("A", 2025, "0.1"), Figure("A", 2026, "0.2"), Figure("B", 2026, "7")),
        {"2025": "0.1", "2026": "7.2", "all": "7.3", "by A": "0.3", "by B": "7.0"},
    ),
    Example(
        "Add them up: the same people",
        "Who is counted in two figures is taken out where a total holds both.",
        "number",
        "sum",
        "people",
        (
            Figure("A", 2025, "100"),
            Figure("A", 2026, "120", same=("A 2025", 30)),
            Figure("B", 2026, "50", same=("A 2026", 10)),
        ),
        {"2025": "100", "2026": "160", "all": "230", "by A": "190", "by B": "50"},
    ),
    Example(
        "Add them up: places within a whole",
        "A figure of a place is part of the same partner's figure of a wider place, or of all.",
        "number",
        "sum",
        "people",
        (
            Figure("A", 2026, "50"),
            Figure("A", 2026, "20", place="FRA"),
            Figure("B", 2026, "6", place="FRA"),
            Figure("B", 2026, "9", place="150"),
        ),
        {"2026": "59", "all": "59", "in FRA": "26", "in 150": "9", "by A": "50", "by B": "9"},
    ),
    Example(
        "Add them up: what does not count",
        "A projection is no report, and currencies are not added.",
        "number",
        "sum",
        "usd",
        (
            Figure("A", 2025, "10.50"),
            Figure("A", 2026, "99.00", basis="projected"),
            Figure("B", 2025, "2.25", unit="eur"),
        ),
        {
            "2025": "10.50",
            "all": "10.50",
            "by A": "10.50",
            "2025 in eur": "2.25",
            "all in eur": "2.25",
            "by B in eur": "2.25",
        },
    ),
    Example(
        "Add them up: indicators below",
        "Figures of an indicator count towards that above it as well.",
        "number",
        "sum",
        "people",
        (Figure("A", 2026, "5"), Figure("B", 2026, "8", of=BELOW)),
        {"2026": "13", "all": "13", "by A": "5", "by B": "8"},
    ),
    Example(
        "Add them up: figures of another framework",
        "A quarter lies within its year; a year from July to June in none. Targets are not added.",
        "number",
        "sum",
        "people",
        (
            Figure("A", 2025, "5"),
            Figure("A", None, "100", role="target"),
            Figure("B", 2025, "2", of=ELSEWHERE, part="Q1"),
            Figure("B", 2025, "4", of=ELSEWHERE, part="Q4", same=("A 2025", 3)),
            Figure("B", None, "30", of=ELSEWHERE, role="target"),
            Figure("C", 2025, "8", of=ELSEWHERE, part="/26"),
        ),
        {
            "2025": "8",
            "all": "16",
            "by A": "5",
            "by B": "6",
            "by C": "8",
            "target all": "100",
            "target by A": "100",
        },
    ),
    Example(
        "Add them up: targets",
        "A target for the end is no sum of the targets on the way to it.",
        "number",
        "sum",
        "people",
        (
            Figure("A", 2025, "40", role="target"),
            Figure("A", 2026, "70", role="target"),
            Figure("A", None, "100", role="target"),
        ),
        {
            "target 2025": "40",
            "target 2026": "70",
            "target all": "100",
            "target by A": "100",
        },
    ),
    Example(
        "Take the latest",
        "Of the latest period that has a figure; within it numbers are added up.",
        "number",
        "latest",
        "people",
        (Figure("A", 2025, "80"), Figure("B", 2025, "10"), Figure("A", 2026, "90")),
        {"2025": "90", "2026": "90", "all": "90", "by A": "90", "by B": "10"},
    ),
    Example(
        "Take the latest: of each framework",
        "Within a period, and over all of them, of each framework its own latest period.",
        "number",
        "latest",
        "people",
        (
            Figure("A", 2025, "80"),
            Figure("A", 2026, "90"),
            Figure("B", 2025, "10", of=ELSEWHERE, part="Q1"),
            Figure("B", 2025, "20", of=ELSEWHERE, part="Q4"),
        ),
        {"2025": "100", "2026": "90", "all": "110", "by A": "90", "by B": "20"},
    ),
    Example(
        "Take the highest",
        "Of all figures.",
        "number",
        "maximum",
        "people",
        (Figure("A", 2025, "80"), Figure("B", 2025, "95"), Figure("A", 2026, "90")),
        {"2025": "95", "2026": "90", "all": "95", "by A": "90", "by B": "95"},
    ),
    Example(
        "Take the average",
        "Of all figures, not of averages.",
        "scale",
        "average",
        "people",
        (Figure("A", 2025, "2"), Figure("B", 2025, "3"), Figure("A", 2026, "5")),
        {"2025": "2.5", "2026": "5.0", "all": "3.3", "by A": "3.5", "by B": "3.0"},
    ),
    Example(
        "Weigh them: percentages",
        "All that are counted by all of whom they are counted; no average of percentages.",
        "percentage",
        "ratio",
        "people",
        (Figure("A", 2025, "9/10"), Figure("B", 2025, "10/100"), Figure("A", 2026, "1/3")),
        {"2025": "17.3", "2026": "33.3", "all": "17.7", "by A": "76.9", "by B": "10.0"},
    ),
    Example(
        "Weigh them: yes or no",
        "How many per cent of the answers are yes.",
        "yes_no",
        "ratio",
        "",
        (Figure("A", 2026, "1"), Figure("B", 2026, "0"), Figure("C", 2026, "1")),
        {"2026": "66.7", "all": "66.7", "by A": "100.0", "by B": "0.0", "by C": "100.0"},
    ),
    Example(
        "Do not add them",
        "A period has a total where it has a single figure; all periods have none.",
        "number",
        "none",
        "people",
        (Figure("A", 2025, "80"), Figure("A", 2026, "90"), Figure("B", 2026, "10")),
        {"2025": "80"},
    ),
)


def main() -> int:
    PAGE.write_text(page(), encoding="utf-8")
    print(f"Written: {PAGE}.")
    return 0


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *(_drawn(example) for example in EXAMPLES), HIDING])


def _drawn(example: Example) -> str:
    rows = [
        f"| {_name(figure)} | {figure.value} | {_notes(figure)} |" for figure in example.figures
    ]
    totals = ", ".join(f"{words}: **{value}**" for words, value in example.totals.items())
    unit = f", in {example.unit}" if example.unit else ""
    head = f"*{example.measure}{unit}; rule `{example.rule}`.* {example.words}"
    table = ["| figure | value | |", "|---|---:|---|", *rows]
    return "\n".join([f"## {example.title}", "", head, "", *table, "", f"Totals: {totals}.", ""])


def _name(figure: Figure) -> str:
    part = f"{figure.part}" if figure.part.startswith("/") else f" {figure.part}"
    return f"{figure.who} {figure.year or 'for the end'}{part.rstrip()}"


def _notes(figure: Figure) -> str:
    notes = [
        figure.role if figure.role != "actual" else "",
        figure.basis if figure.basis != "reported" else "",
        f"in {figure.place}" if figure.place else "",
        OF.get(figure.of, ""),
        f"in {figure.unit}" if figure.unit else "",
        f"{figure.same[1]} are the same as in {figure.same[0]}" if figure.same else "",
    ]
    return ", ".join(note for note in notes if note)


if __name__ == "__main__":
    sys.exit(main())
