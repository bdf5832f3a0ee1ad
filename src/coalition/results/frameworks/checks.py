"""What may be a figure of an indicator: the one place of these rules.

Set-up, the report's form, workbooks and answers by mail all ask here. Each answer is a sentence
that says what is wrong, where, and how to mend it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.analysis import figures
from coalition.base.errors import Refused
from coalition.base.text import clean_line, clean_text, fold
from coalition.results.models import (
    MOST,
    RULES_OF,
    Cell,
    Direction,
    Framework,
    Indicator,
    Measure,
    Rule,
    Unit,
    UnitKind,
)

# What defines an indicator: fixed once figures rest on it.
DEFINES = ("measure", "unit", "rule", "lowest", "highest")
LONGEST_WORDS = 2000
LARGEST_STEP = 1000
# "Yes" and "no" as people write them in the six languages; compared folded.
YES = {"1", "yes", "y", "true", "oui", "si", "да", "是", "نعم"}
NO = {"0", "no", "n", "false", "non", "нет", "否", "لا"}
# How an entry that is no figure reads to who typed it.
WHY_NOT = {
    "empty": gettext_lazy("Enter a number, or say why it is not known."),
    "not_a_number": gettext_lazy("“%(text)s” is no number. Write digits only, such as 1250."),
    "too_many_decimals": gettext_lazy(
        "“%(text)s” has more decimals than this unit is kept with (%(decimals)s). Round it."
    ),
    "too_large": gettext_lazy("“%(text)s” is too large to be kept. Choose a larger unit."),
    "ambiguous": gettext_lazy(
        "“%(text)s” can be read in two ways. Write it without separators of thousands."
    ),
}


class Figure(Protocol):
    """What a figure has, a `Fact` for one, saved or not."""

    value: int | None
    denominator: int | None


class Part(Figure, Protocol):
    """A figure of a breakdown."""

    cell: Cell | None


@dataclass(frozen=True)
class Typed:
    """A figure as it was read from what somebody typed; where there are problems it is none."""

    value: int | None = None
    denominator: int | None = None
    text: str = ""
    # Sentences by the field to which they belong: value, denominator or text.
    problems: dict[str, list[str]] = field(default_factory=dict)

    @property
    def sentences(self) -> list[str]:
        return [each for of_field in self.problems.values() for each in of_field]


# --- One figure ------------------------------------------------------------------------------


def read_figure(
    indicator: Indicator,
    *,
    value: str = "",
    denominator: str = "",
    text: str = "",
    cell: Cell | None = None,
    unit: Unit | None = None,
) -> Typed:
    """What somebody typed as a figure, in any of the six languages' digits, read and checked."""
    if indicator.measure == Measure.TEXT:
        read = Typed(text=clean_text(text or value, limit=LONGEST_WORDS + 1))
        return _with_problems(indicator, read, cell, unit)
    problems: dict[str, list[str]] = {}
    top = bottom = None
    try:
        top = _read_value(indicator, value, unit)
    except Refused as refusal:
        problems["value"] = [str(refusal)]
    if indicator.is_ratio:
        try:
            bottom = _read_number(denominator, decimals_of(indicator, unit))
        except Refused as refusal:
            problems["denominator"] = [str(refusal)]
    elif denominator.strip():
        problems["denominator"] = [_("This figure is no percentage. Leave “out of” empty.")]
    if problems:
        return Typed(top, bottom, problems=problems)
    return _with_problems(indicator, Typed(top, bottom), cell, unit)


def check_figure(
    indicator: Indicator,
    *,
    value: int | None,
    denominator: int | None,
    text: str,
    cell: Cell | None = None,
    unit: Unit | None = None,
) -> list[str]:
    """Sentences about what keeps this from being a figure of the indicator; none where it is one.

    `value` and `denominator` are whole numbers of the unit's smallest part; `unit` is the
    indicator's unless given. Reads the indicator's dimensions where a cell is given.
    """
    return _with_problems(indicator, Typed(value, denominator, text), cell, unit).sentences


def check_breakdown(indicator: Indicator, whole: Figure | None, cells: Iterable[Part]) -> list[str]:
    """Sentences about breakdowns whose parts come to more than the whole, where they can be added.

    All are figures of one period, place and partner; `cells` are those with a cell, of any number
    of breakdowns. Without a whole there is nothing to compare.
    """
    if whole is None or whole.value is None or not _parts_stay_within(indicator):
        return []
    by_breakdown: dict[str, list[Part]] = defaultdict(list)
    for one in cells:
        if one.cell is not None and one.value is not None:
            by_breakdown[one.cell.breakdown].append(one)
    sentences = []
    for parts in by_breakdown.values():
        names = _(", ").join(one.cell.label for one in parts if one.cell)
        pairs = [("value", whole.value)]
        if indicator.is_ratio and whole.denominator is not None:
            pairs.append(("denominator", whole.denominator))
        for name, most in pairs:
            given = [getattr(one, name) or 0 for one in parts]
            if min(given) < 0:
                continue  # what is below zero takes away from the others
            together = sum(given) if _parts_add_up(indicator) else max(given)
            if together > most:
                sentences.append(
                    _(
                        "The parts (%(parts)s) come to %(together)s, more than the %(whole)s "
                        "of all. Mend a part or the whole."
                    )
                    % {
                        "parts": names,
                        "together": as_number(together, decimals_of(indicator)),
                        "whole": as_number(most, decimals_of(indicator)),
                    }
                )
    return sentences


def unit_of(indicator: Indicator, word: str) -> Unit | None:
    """The unit that a report names by its code or short name; the indicator's where none is named.

    Money may come in any currency that is known here, all else in the indicator's unit alone.
    Raises Refused for an unknown unit, naming those that can be used.
    """
    word = clean_line(word, limit=60)
    own = indicator.unit
    if not word or own is None:
        return own
    known = [own]
    if own.kind == UnitKind.MONEY:
        known += Unit.objects.filter(kind=UnitKind.MONEY, retired_on=None).exclude(pk=own.pk)
    for each in known:
        names = {each.code, *each.short.values(), *each.names.values()}
        if fold(word) in {fold(name) for name in names}:
            return each
    raise Refused(
        _("“%(word)s” is no unit of this indicator. Use: %(units)s.")
        % {"word": word, "units": _(", ").join(each.code for each in known[:8])}
    )


def decimals_of(indicator: Indicator, unit: Unit | None = None) -> int:
    """With how many decimals a figure is typed and kept: a step of a scale has none."""
    if indicator.measure not in (Measure.NUMBER, Measure.PERCENTAGE):
        return 0
    unit = unit or indicator.unit
    return unit.decimals if unit else 0


def as_number(value: int, decimals: int) -> str:
    """A whole number of the smallest part as a reader reads it."""
    exact = Decimal(value).scaleb(-decimals)
    return str(number_format(exact, decimals, use_l10n=True, force_grouping=True))


def as_typed(value: int | None, decimals: int) -> str:
    """A whole number of the smallest part as a person would type it, so that reading it again
    gives the same: for fields of forms and workbooks."""
    if value is None:
        return ""
    exact = f"{Decimal(value).scaleb(-decimals):f}"
    if decimals:
        exact = exact.rstrip("0").rstrip(".")
    _whole, point, part = exact.partition(".")
    # A point before three digits could set thousands apart.
    return f"{exact}0" if point and len(part) == 3 else exact


# --- Baselines, targets and what an indicator is made of ---------------------------------------


def shrinks(indicator: Indicator, old: Figure, new: Figure) -> bool:
    """Does a new target ask for less than the old one, by the indicator's direction?"""
    if old.value is None or new.value is None:
        return old.value is not None
    # Compared as fractions, without dividing.
    before = old.value * (new.denominator or 1)
    after = new.value * (old.denominator or 1)
    return after > before if indicator.direction == Direction.DOWN else after < before


def check_period(framework: Framework, starts_on: date, ends_on: date) -> list[str]:
    """Sentences where a period ends before it begins, or lies outside the dates of the owner."""
    if ends_on < starts_on:
        return [_("The period ends before it begins. Mend one of the two days.")]
    owner = getattr(framework, "owner", None)
    first, last = getattr(owner, "starts_on", None), getattr(owner, "ends_on", None)
    if (first and starts_on < first) or (last and ends_on > last):
        return [
            _(
                "%(from)s to %(until)s lies outside the dates of what is promised (%(first)s to "
                "%(last)s). Choose a period within them, or change these dates first."
            )
            % {
                "from": date_format(starts_on),
                "until": date_format(ends_on),
                "first": date_format(first) if first else _("no first day"),
                "last": date_format(last) if last else _("no last day"),
            }
        ]
    return []


def check_as_of(as_of: date | None) -> list[str]:
    """A figure is known as of a day that has come."""
    if as_of is not None and as_of > timezone.localdate():
        return [_("The day “as of” lies ahead. Enter the day for which the figure is known.")]
    return []


def check_indicator(
    *,
    measure: str,
    rule: str,
    unit: Unit | None,
    lowest: int | None,
    highest: int | None,
    dimensions: bool,
) -> dict[str, list[str]]:
    """What cannot go together in an indicator, by field; nothing where all fits."""
    problems: dict[str, list[str]] = {}
    kind = Measure(measure)
    if rule not in RULES_OF[kind]:
        offered = _(", ").join(str(one.label) for one in RULES_OF[kind])
        problems["rule"] = [
            _("This rule makes no sense for this kind of figure. Choose one of: %(rules)s.")
            % {"rules": offered}
        ]
    if kind in (Measure.NUMBER, Measure.PERCENTAGE) and unit is None:
        problems["unit"] = [_("Say what is counted or measured: choose a unit.")]
    if kind in (Measure.YES_NO, Measure.TEXT) and unit is not None:
        problems["unit"] = [_("This kind of figure has no unit. Leave it empty.")]
    if kind == Measure.SCALE:
        if lowest is None or highest is None:
            problems["highest"] = [_("Give the lowest and the highest step of the scale.")]
        elif highest <= lowest:
            problems["highest"] = [_("The highest step must lie above the lowest one.")]
        elif max(abs(lowest), abs(highest)) > LARGEST_STEP:
            problems["highest"] = [
                _("A step of a scale is no larger than %(most)s. Use a number instead.")
                % {"most": LARGEST_STEP}
            ]
    elif lowest is not None or highest is not None:
        problems["lowest"] = [_("Only a scale has steps. Leave them empty.")]
    if kind == Measure.TEXT and dimensions:
        problems["dimensions"] = [_("Words cannot be broken down. Leave out the breakdowns.")]
    return problems


def defining(indicator: Indicator) -> dict[str, Any]:
    """What two indicators have in common of which one counts towards the other."""
    return {name: getattr(indicator, name) for name in DEFINES}


def counts_elsewhere(indicator: Indicator) -> bool:
    """Do its figures count towards an indicator of another framework?"""
    above = indicator.parent
    return above is not None and above.framework_id != indicator.framework_id


def check_parent(indicator: Indicator | None, parent: Indicator, **fields: Any) -> list[str]:
    """Why figures of an indicator cannot count towards those of `parent`.

    `fields` are what both must have alike: measure, unit and rule that it has or shall have, and
    its framework where it is to be the same one. Walks up from the parent.
    """
    if parent.measure == Measure.TEXT or parent.rule == Rule.NONE:
        return [_("Figures of “%(title)s” are not added.") % {"title": parent.title}]
    if any(getattr(parent, name) != value for name, value in fields.items()):
        return [
            _(
                "“%(title)s” is measured in another way. Both need the same kind of figure, "
                "unit and rule."
            )
            % {"title": parent.title}
        ]
    above: Indicator | None = parent
    seen: set[int] = set()
    while indicator is not None and above is not None and above.pk not in seen:
        if above.pk == indicator.pk:
            return [
                _(
                    "“%(title)s” counts towards this indicator already; figures cannot go round "
                    "in a circle."
                )
                % {"title": parent.title}
            ]
        seen.add(above.pk)
        above = above.parent
    return []


# --- The parts of these rules ------------------------------------------------------------------


def _read_value(indicator: Indicator, text: str, unit: Unit | None) -> int:
    if indicator.measure == Measure.YES_NO:
        word = fold(clean_line(text, limit=20))
        if word in YES or word in NO:
            return int(word in YES)
        raise Refused(_("Answer yes or no."))
    return _read_number(text, decimals_of(indicator, unit))


def _read_number(text: str, decimals: int) -> int:
    try:
        return figures.parse(text, decimals)
    except figures.NotAFigure as problem:
        given = {"text": clean_line(text, limit=40), "decimals": decimals}
        raise Refused(str(WHY_NOT[problem.reason]) % given) from None


def _with_problems(
    indicator: Indicator, read: Typed, cell: Cell | None, unit: Unit | None
) -> Typed:
    if indicator.measure == Measure.TEXT:
        problems = _problems_of_text(read)
    else:
        problems = _problems_of_number(indicator, read, unit)
    strange = [*_problems_of_unit(indicator, unit), *_problems_of_cell(indicator, cell)]
    if strange:
        problems["value"] = [*problems.get("value", []), *strange]
    return Typed(read.value, read.denominator, read.text, problems)


def _problems_of_text(read: Typed) -> dict[str, list[str]]:
    if read.value is not None or read.denominator is not None:
        return {"value": [_("This indicator is answered in words, not by a number.")]}
    if not read.text.strip():
        return {"text": [_("Write a sentence, or say why it is not known.")]}
    if len(read.text) > LONGEST_WORDS:
        return {"text": [_("Use no more than %(most)s characters.") % {"most": LONGEST_WORDS}]}
    return {}


def _problems_of_number(
    indicator: Indicator, read: Typed, unit: Unit | None
) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    value, whole = read.value, read.denominator
    if read.text.strip():
        problems["text"] = [_("This indicator is answered by a figure. Put the words in its note.")]
    if value is None:
        return problems | {"value": [str(WHY_NOT["empty"])]}
    if abs(value) > MOST or (whole is not None and abs(whole) > MOST):
        given = {"text": value if abs(value) > MOST else whole}
        return problems | {"value": [str(WHY_NOT["too_large"]) % given]}
    counts = (unit or indicator.unit or Unit()).kind == UnitKind.COUNT
    decimals = decimals_of(indicator, unit)
    if indicator.is_ratio:
        problems |= _problems_of_ratio(value, whole, decimals)
    elif whole is not None:
        problems["denominator"] = [_("This figure is no percentage. Leave “out of” empty.")]
    if indicator.measure == Measure.NUMBER and counts and value < 0:
        problems["value"] = [
            _("%(value)s is below zero; what is counted cannot be. Enter 0 or more.")
            % {"value": as_number(value, decimals)}
        ]
    if indicator.measure == Measure.YES_NO and value not in (0, 1):
        problems["value"] = [_("Answer yes or no.")]
    if indicator.measure == Measure.SCALE and not (
        (indicator.lowest or 0) <= value <= (indicator.highest or 0)
    ):
        problems["value"] = [
            _("%(value)s is no step of the scale. Choose one from %(lowest)s to %(highest)s.")
            % {"value": value, "lowest": indicator.lowest, "highest": indicator.highest}
        ]
    return problems


def _problems_of_ratio(value: int, whole: int | None, decimals: int) -> dict[str, list[str]]:
    if whole is None:
        return {"denominator": [_("A percentage needs both: how many, and out of how many.")]}
    if whole <= 0:
        return {"denominator": [_("Out of none there is no percentage. Enter more than 0.")]}
    if value < 0:
        return {"value": [_("A part of a whole cannot be below zero. Enter 0 or more.")]}
    if value > whole:
        return {
            "value": [
                _(
                    "%(value)s out of %(whole)s is more than 100%%. The first number is a part of "
                    "the second: look whether they were swapped, or counted differently."
                )
                % {"value": as_number(value, decimals), "whole": as_number(whole, decimals)}
            ]
        }
    return {}


def _problems_of_unit(indicator: Indicator, unit: Unit | None) -> list[str]:
    own = indicator.unit
    if unit is None or own is None or unit == own:
        return []
    if unit.kind == own.kind == UnitKind.MONEY:
        return []
    return [
        _("This indicator is kept in %(unit)s. Convert the figure, and say so in its note.")
        % {"unit": own.short_name}
    ]


def _problems_of_cell(indicator: Indicator, cell: Cell | None) -> list[str]:
    if cell is None:
        return []
    known = {one.code for one in indicator.dimensions.all()}
    strangers = [code for code in cell.breakdown.split("|") if code not in known]
    if not strangers:
        return []
    return [
        _(
            "This indicator is not broken down by “%(breakdown)s”. Leave the figure out, or add "
            "the breakdown to the indicator."
        )
        % {"breakdown": ", ".join(strangers)}
    ]


def _parts_add_up(indicator: Indicator) -> bool:
    """Do the cells of one breakdown make up a whole? Counts of one moment or added up do; rates,
    averages and peaks do not."""
    if indicator.rule in (Rule.SUM, Rule.RATIO):
        return indicator.measure in (Measure.NUMBER, Measure.PERCENTAGE)
    counts = indicator.unit is not None and indicator.unit.kind == UnitKind.COUNT
    return indicator.rule == Rule.LATEST and counts and indicator.measure != Measure.SCALE


def _parts_stay_within(indicator: Indicator) -> bool:
    """Is no cell larger than the whole? So it is with sums, and with the peak of a count."""
    counts = indicator.unit is not None and indicator.unit.kind == UnitKind.COUNT
    peak = indicator.rule == Rule.MAXIMUM and indicator.measure == Measure.NUMBER
    return _parts_add_up(indicator) or (peak and counts)
