"""Prioritised lists in the reader's language: from the codes and figures that are kept (`results`)
to rows for pages, each with why it is in or out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from coalition.analysis.disclosure import NO_GROUP, OTHER_GROUPS
from coalition.analysis.figures import decimal_of
from coalition.consultations.models import Consultation, Statement
from coalition.consultations.prioritising.results import EQUAL_SHARES
from coalition.consultations.states import ORGANISATIONS, PEOPLE, PrioritiseBy
from coalition.partners.models import PartnerGroup
from coalition.results.models import Unit

Value = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """A proposal on a prioritised list: its place, or "–" for what is out; what supports it; why;
    and its supporters by group, by name, None where it is not told."""

    statement: Statement
    place: str
    is_in: bool
    cost: str
    support: str
    why: str
    by_group: list[tuple[str, int | None]]
    # Its bar, beside that of what has most support on the list: length and beginning, in per cent.
    bar: str = ""
    bar_x: str = ""


@dataclass(frozen=True)
class Section:
    """The list of one kind of voice, or the rows of it that were asked for."""

    name: str  # of ORGANISATIONS or of PEOPLE
    title: str
    sentences: list[str]
    rows: list[Row]
    total: int
    groups: list[tuple[str, int]]


def titles() -> dict[str, str]:
    """The two kinds of voice, and what their lists are called."""
    return {ORGANISATIONS: _("Organisations"), PEOPLE: _("People for themselves")}


def items_of(value: Value, name: str) -> list[Value]:
    """All of one list, what comes first first; none where nobody chose or nothing is told."""
    return list(value[name].get("items", ())) if value[name]["voices"] else []


def section(
    consultation: Consultation, value: Value, name: str, items: Sequence[Value] | None = None
) -> Section:
    """One list of the results of `results.outcome`, or the rows of these items of it. Three
    queries at most."""
    said, total = value[name], items_of(value, name)
    items = total if items is None else items
    numbers = [item["number"] for item in items]
    found = {one.number: one for one in consultation.statements.filter(number__in=numbers)}
    names = {group.code: str(group) for group in PartnerGroup.objects.all()}
    names |= {NO_GROUP: _("no group named"), OTHER_GROUPS: _("other groups")}
    unit = Unit.objects.filter(code=value["unit"]).first() if value["unit"] else None
    most = max((item["support"] for item in total), default=0)
    return Section(
        name=name,
        title=titles()[name],
        sentences=_heading(said, value, unit),
        rows=[
            _row(found[item["number"]], item, value, names, unit, most)
            for item in items
            if item["number"] in found
        ],
        total=len(total),
        groups=[
            (names.get(one["group"], one["group"]), one["voices"])
            for one in (said.get("groups", ()) if total else ())
        ],
    )


def method(value: Value) -> str:
    """By which rule it was worked out, in a sentence or two."""
    if value["rule"] == EQUAL_SHARES:
        told = _(
            "Each voice has an equal share of the budget, and pays only for what it supports; "
            "taken is what its supporters can pay for together."
        )
        if value["by"] == PrioritiseBy.RANKING:
            told += " " + _places(value)
        return told
    if value["by"] == PrioritiseBy.APPROVAL:
        return _("In order of how many support each.")
    if value["by"] == PrioritiseBy.POINTS:
        return _("In order of the points that each was given.")
    return _("In order of points.") + " " + _places(value)


def why(item: Value, value: Value, unit: Unit | None) -> str:
    """One proposal's reason, in sentences."""
    if value["rule"] != EQUAL_SHARES:
        return ""
    if item["supporters"] and item["price" if item["round"] else "available"] is None:
        return _(
            "Fewer than five support it. No more is told, as it would tell what else they chose."
        )
    if item["round"]:
        paid = {"price": amount(item["price"], unit)}
        told = (
            _("Each of its supporters paid %(price)s, or all that was left to them.")
            if value["by"] == PrioritiseBy.APPROVAL
            else _("Each of its supporters paid %(price)s for each point, or all that was left.")
        ) % paid
        if item["tied"]:
            numbers = _row_of(str(number) for number in item["tied"])
            told += " " + _("Just as good was: %s. The lower number went first.") % numbers
        return told
    if not item["supporters"]:
        return _("Nobody supports it.")
    told = _("Its supporters had %(available)s left together: %(missing)s too little.") % {
        "available": amount(item["available"], unit),
        "missing": amount(item["missing"], unit),
    }
    if item["more"] is None:
        return told + " " + _("All others together could not have made up for it.")
    count = item["more"]
    enough = ngettext(
        "%d more supporter would have been enough.",
        "%d more supporters would have been enough.",
        count,
    )
    return told + " " + enough % count


def amount(value: int, unit: Unit | None) -> str:
    """“25,000 US$”; of what has no whole units, with decimals."""
    if unit is None:
        return number_format(value, force_grouping=True)
    figure = decimal_of(value, unit.decimals)
    decimals = 0 if figure == int(figure) else unit.decimals
    said = number_format(figure, decimals, use_l10n=True, force_grouping=True)
    return f"{said} {unit.short_name}"


# --- Within a section ------------------------------------------------------------------------


def _heading(said: Value, value: Value, unit: Unit | None) -> list[str]:
    if not said["is_told"]:
        return [_("Fewer than five put in a ballot: nothing is told of what they chose.")]
    count = said["voices"]
    if not count:
        return [_("Nobody put in a ballot.")]
    sentences = [ngettext("%d ballot counts.", "%d ballots count.", count) % count]
    if value["rule"] == EQUAL_SHARES:
        taken = sum(bool(item["round"]) for item in said["items"])
        of = {
            "taken": taken,
            "spent": amount(said["spent"], unit),
            "budget": amount(value["budget"], unit),
        }
        sentences.append(
            ngettext(
                "%(taken)d proposal is in, for %(spent)s of %(budget)s.",
                "%(taken)d proposals are in, for %(spent)s of %(budget)s.",
                taken,
            )
            % of
        )
    return sentences


def _row(
    statement: Statement,
    item: Value,
    value: Value,
    names: Mapping[str, str],
    unit: Unit | None,
    most: int,
) -> Row:
    has_budget = value["rule"] == EQUAL_SHARES
    place = item["round"] if has_budget else item["place"]
    reason = why(item, value, unit)
    if groups := item.get("carried_by"):
        named = _row_of(names.get(code, code) for code in groups)
        reason += " " + _("It is in only by the voices of: %s.") % named
    length = 100 * item["support"] / most if most else 0
    return Row(
        statement=statement,
        place=number_format(place) if place else "–",
        is_in=bool(place) if has_budget else True,
        cost=amount(item["cost"], unit) if has_budget else "",
        support=_support(item, value),
        why=reason,
        by_group=[(names.get(code, code), count) for code, count in item["by_group"].items()],
        bar=f"{length:.1f}%" if most else "",
        bar_x=f"{100 - length if get_language_bidi() else 0:.1f}%" if most else "",
    )


def _support(item: Value, value: Value) -> str:
    count = item["supporters"]
    told = ngettext("%d supports it", "%d support it", count) % count
    if value["by"] == PrioritiseBy.APPROVAL:
        return told
    points = item["support"]
    given = ngettext("%d point", "%d points", points) % points
    return f"{given} · {told}"


def _places(value: Value) -> str:
    most = value["places"]
    return (
        ngettext(
            "A first place counts %d point, each place after it one point less.",
            "A first place counts %d points, each place after it one point less.",
            most,
        )
        % most
    )


def _row_of(words: Any) -> str:
    return str(_(", ")).join(words)
