"""What readers see of figures: where each indicator stands, what a figure rests on, who hides it.

Values reach a page by `totals.queries.shown` alone, which never gives a withheld one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from coalition.analysis.figures import decimal_of
from coalition.results.models import (
    Basis,
    Cell,
    Direction,
    Evidence,
    ExchangeRate,
    Fact,
    FactState,
    Framework,
    Indicator,
    Measure,
    Overlap,
    Period,
    Role,
    Total,
    Unit,
    UnitKind,
)
from coalition.results.owners import owners_by, with_owners
from coalition.results.schedules.lights import light_of
from coalition.results.totals.queries import Converted, conversions, shown, whole_of
from coalition.ui.thread import Knot

# How many indicators an owner's page shows before it leads to the framework's own page.
MOST_SUMMED_UP = 6
BY_ROLE = {Role.BASELINE: "start", Role.TARGET: "aim", Role.ACTUAL: "now"}

Row = Fact | Total


# --- Where an indicator stands ---------------------------------------------------------------


def quotient(row: Row | None) -> Fraction | None:
    """What a figure comes to, in the unit's smallest part; None where nothing may be shown."""
    if row is None or row.hidden or row.value is None:
        return None
    return Fraction(row.value, row.denominator or 1)


@dataclass
class Standing:
    """Where an indicator stands over all periods, places and partners: what was achieved against
    which target, from where, and what speaks for it. A row per unit; units are never added."""

    indicator: Indicator
    now: list[Row] = field(default_factory=list)
    aim: list[Row] = field(default_factory=list)
    start: list[Row] = field(default_factory=list)
    figures: int = 0
    evidence: int = 0
    checked: int = 0
    disputed: int = 0

    def main(self, name: str) -> Row | None:
        """The row in the indicator's own unit, else the first."""
        rows: list[Row] = getattr(self, name)
        own = [row for row in rows if row.unit_id == self.indicator.unit_id]
        return next(iter(own or rows), None)

    def told(self, name: str) -> str:
        """All units beside each other, in the reader's way of writing figures."""
        rows = getattr(self, name)
        told = [shown(row, self.indicator, with_unit=True) for row in rows]
        if len(told) > 1 and get_language_bidi():  # else a unit is read with the next figure
            told = [f"\u2068{one}\u2069" for one in told]
        return " · ".join(told)

    @property
    def now_told(self) -> str:
        return self.told("now")

    @property
    def aim_told(self) -> str:
        return self.told("aim")

    @property
    def start_told(self) -> str:
        return self.told("start")

    @property
    def is_reached(self) -> bool:
        """Does the total meet the target, in the direction that is better?"""
        now, aim = quotient(self.main("now")), quotient(self.main("aim"))
        if now is None or aim is None or self.main("now").unit_id != self.main("aim").unit_id:
            return False
        return now <= aim if self.indicator.direction == Direction.DOWN else now >= aim

    @property
    def sentence(self) -> str:
        """The finding, in words."""
        words = {"now": self.now_told, "aim": self.aim_told}
        if self.indicator.measure == Measure.TEXT:
            return _("Told in words") if self.now else _("Nothing is reported yet")
        if not self.now:
            if self.figures:
                return ngettext(
                    "%(count)d figure; such figures are not added up",
                    "%(count)d figures, which are not added up",
                    self.figures,
                ) % {"count": self.figures}
            if not self.aim:
                return _("No figure is published yet")
            return _("No figure is published yet; the target is %(aim)s") % words
        if not self.aim:
            return _("%(now)s so far") % words
        if self.is_reached:
            return _("%(now)s: the target of %(aim)s is reached") % words
        if self.indicator.direction == Direction.DOWN:
            return _("%(now)s now; the target is at most %(aim)s") % words
        return _("%(now)s so far; the target is %(aim)s") % words

    @property
    def bar(self) -> dict[str, str] | None:
        """Where the bar ends and where target and start are drawn, in per cent of its width; None
        where no bar from zero can show it."""
        rows = {name: self.main(name) for name in BY_ROLE.values()}
        values = {name: quotient(row) for name, row in rows.items()}
        units = {row.unit_id for row in rows.values() if row is not None}
        if values["now"] is None or len(units) > 1 or self.indicator.measure == Measure.TEXT:
            return None
        low, high = scale_of(self.indicator, values.values())
        if any(value < low for value in values.values() if value is not None) or high <= low:
            return None
        return {
            name: f"{float(100 * (value - low) / (high - low)):.2f}%"
            for name, value in values.items()
            if value is not None
        }

    @property
    def way(self) -> Fraction | None:
        """What was reached as a part of the target, from zero or where its scale begins: 1 is the
        target. None where the two cannot be compared."""
        now, aim = self.main("now"), self.main("aim")
        reached, wanted = quotient(now), quotient(aim)
        if reached is None or wanted is None or now.unit_id != aim.unit_id:
            return None
        low, _high = scale_of(self.indicator, ())
        return (reached - low) / (wanted - low) if wanted > low and reached >= low else None

    def get_absolute_url(self) -> str:
        return address(self.indicator)


def scale_of(
    indicator: Indicator, values: Iterable[Fraction | None]
) -> tuple[Fraction | int, Fraction | int]:
    """From where to where figures of the indicator are drawn: a scale and a part of a whole have
    their own ends, all else begins at zero."""
    if indicator.measure == Measure.SCALE:
        return indicator.lowest or 0, indicator.highest or 0
    if indicator.measure in (Measure.PERCENTAGE, Measure.YES_NO):
        return 0, 1
    return 0, max((value for value in values if value is not None), default=0)


def address(indicator: Indicator) -> str:
    """The page of one indicator; read with its framework."""
    return reverse("results:indicator", args=[indicator.framework.reference, indicator.number])


def standings(indicators: Sequence[Indicator]) -> list[Standing]:
    """Where each stands, in this order, in four queries.

    The indicators are read with `unit` and `framework`.
    """
    made = {one.pk: Standing(one) for one in indicators}
    for (indicator, role), rows in whole_of(made).items():
        setattr(made[indicator], BY_ROLE[Role(role)], list(rows))
    facts = Fact.objects.published().actual().filter(indicator__in=made).order_by()
    counted = facts.values("indicator").annotate(
        figures=Count("pk"), disputed=Count("pk", filter=Q(is_disputed=True))
    )
    for each in counted:
        one = made[each["indicator"]]
        one.figures, one.disputed = each["figures"], each["disputed"]
    for each in proofs(facts.filter(hidden="")):
        one = made[each["fact__indicator"]]
        one.evidence, one.checked = each["evidence"], each["checked"]
    for row in told_once(made):
        rows = getattr(made[row.indicator_id], BY_ROLE[Role(row.role)])
        if row.role == Role.BASELINE:
            rows.append(row)
        else:  # of words the latest stands
            rows[:] = [row]
    return list(made.values())


def proofs(facts: Any) -> Any:
    """How much evidence the figures have, and how much of it a second person found to hold."""
    return (
        Evidence.objects.held()
        .filter(fact__in=facts)
        .order_by()
        .values("fact__indicator")
        .annotate(evidence=Count("pk"), checked=Count("pk", filter=Q(holds=True)))
    )


def told_once(indicators: Iterable[int]) -> Any:
    """Figures of which no total is made: baselines, and all that is told in words, the latest
    last."""
    return (
        Fact.objects.published()
        .filter(Q(role=Role.BASELINE) | Q(indicator__measure=Measure.TEXT))
        .filter(indicator__in=indicators, place=None, cell=None)
        .select_related("unit")
        .order_by(F("period__ends_on").asc(nulls_first=True), "pk")
    )


# --- For the page of an owner ----------------------------------------------------------------


@dataclass(frozen=True)
class Summary:
    """What an owner's page shows of its results."""

    framework: Framework
    light: tuple[str, str]
    standings: list[Standing]
    more: int  # indicators that are not among them
    evidence: int
    disputed: int


def summary(framework: Framework | None, *, reader: Any) -> Summary | None:
    """The results of an owner for its page; None where there are none that the reader may see.

    Costs six queries at most: whether it may be seen (none where it is public), indicators, and
    `standings`.
    """
    if framework is None:
        return None
    visible = Framework.objects.visible_to(reader).filter(pk=framework.pk)
    if not framework.is_public and not visible.exists():
        return None
    indicators = list(indicators_of(framework))
    if not indicators:
        return None
    found = standings(indicators)
    return Summary(
        framework=framework,
        light=light_of(framework),
        standings=found[:MOST_SUMMED_UP],
        more=len(found) - len(found[:MOST_SUMMED_UP]),
        evidence=sum(one.evidence for one in found),
        disputed=sum(one.disputed for one in found),
    )


def indicators_of(framework: Framework) -> Any:
    """Its indicators, result by result, with what a reader is told of each."""
    return (
        Indicator.objects.filter(framework=framework)
        .select_related("framework", "result", "unit")
        .order_by("result__position", "result_id", "number")
    )


# --- One framework ---------------------------------------------------------------------------


def frameworks_for(person: Any) -> Any:
    """Those the person may see, with their owners."""
    return with_owners(Framework.objects.visible_to(person))


def thread(framework: Framework, here: Knot, below: Iterable[Knot] = ()) -> list[Knot]:
    """What the owner answers and the owner itself, this page's record, what came of it."""
    return [*framework.owner.above_results(), here, *below]


def period_name(period: Period | None, *, short: bool = False) -> str:
    """A period in the reader's language: "2025", else its last month or both its days."""
    if period is None:
        return _("all periods")
    if str(period).isdecimal():
        return str(period)
    if short:
        return date_format(period.ends_on, "M Y")
    return f"{date_format(period.starts_on)} – {date_format(period.ends_on)}"


def when(fact: Fact) -> str:
    """Of when a figure is: its period; of a baseline and a target for the end, that it is one."""
    if fact.period is None:
        return str(fact.get_role_display())
    if fact.role == Role.TARGET:
        return _("%(period)s, target") % {"period": period_name(fact.period)}
    return period_name(fact.period)


@dataclass
class Step:
    """What an indicator came to in one period: the total, what was aimed at, how it is known."""

    period: Period
    now: Row | None = None
    aim: Row | None = None
    basis: str = Basis.REPORTED
    figure: int | None = None  # the one figure that the total consists of


def courses(framework: Framework, indicators: Sequence[Indicator]) -> dict[int, list[Step]]:
    """Period by period, what each indicator came to, in its own unit: the periods that are over
    and those of which something is told. Three queries, four where something is projected."""
    own = {one.pk: one for one in indicators}
    periods = {one.pk: one for one in framework.periods.all()}
    steps = {pk: {period.pk: Step(period) for period in periods.values()} for pk in own}
    rows = Total.objects.filter(
        indicator__in=own, period__in=periods, place=None, partner=None, cell=None
    ).exclude(role=Role.BASELINE)
    for row in rows.order_by("pk"):
        indicator = own[row.indicator_id]
        if row.unit_id == indicator.unit_id:
            row.unit = indicator.unit
            setattr(steps[row.indicator_id][row.period_id], BY_ROLE[Role(row.role)], row)
    facts = Fact.objects.published().actual().filter(indicator__in=own, cell=None)
    known = facts.order_by().values("indicator", "period", "basis")
    projected: dict[int, Step] = {}
    for each in known.annotate(count=Count("pk"), first=Min("pk")):
        step = steps[each["indicator"]].get(each["period"])
        if step is None:
            continue
        if each["basis"] == Basis.PROJECTED:
            if each["count"] == 1:
                projected[each["first"]] = step
            continue
        step.figure = each["first"] if each["count"] == 1 and step.figure is None else 0
        if each["basis"] == Basis.ESTIMATED:
            step.basis = Basis.ESTIMATED
    projected = {pk: step for pk, step in projected.items() if step.now is None}
    if projected:
        for row in facts.filter(pk__in=projected):
            step = projected[row.pk]
            if row.unit_id != own[row.indicator_id].unit_id:
                continue
            row.unit = own[row.indicator_id].unit
            step.now, step.basis, step.figure = row, Basis.PROJECTED, row.pk
    for by_period in steps.values():
        for step in by_period.values():
            if isinstance(step.now, Total) and step.now.facts != 1:
                step.figure = None  # those of other indicators count in it too
    today = timezone.localdate()
    return {
        pk: [
            step
            for step in by_period.values()
            if step.now or step.aim or step.period.ends_on < today
        ]
        for pk, by_period in steps.items()
    }


# --- One indicator ---------------------------------------------------------------------------


@dataclass
class Parts:
    """The totals over all periods of one indicator: by each breakdown, by partner, by place; each
    with the target of the same part, if it has one."""

    breakdowns: dict[str, list[tuple[Total, Total | None]]]
    partners: list[tuple[Total, Total | None]]
    places: list[tuple[Total, Total | None]]


def parts_of(indicator: Indicator) -> Parts:
    """What the total consists of, in the indicator's own unit. Two queries (three if it is broken
    down)."""
    rows = (
        Total.objects.filter(indicator=indicator, period=None, unit=indicator.unit_id)
        .exclude(place=None, partner=None, cell=None)
        .select_related("place", "partner__group", "cell")
        .prefetch_related("cell__categories__dimension")
        .order_by("cell__key", "pk")
    )
    aims, found = {}, []
    for row in rows:
        row.indicator, row.unit = indicator, indicator.unit
        key = (row.cell_id, row.partner_id, row.place_id)
        if row.role == Role.TARGET:
            aims[key] = row
        elif row.role == Role.ACTUAL:
            found.append((key, row))
    made = Parts(defaultdict(list), [], [])
    for key, row in found:
        pair = (row, aims.get(key))
        if row.cell:
            made.breakdowns[row.cell.breakdown].append(pair)
        elif row.partner_id:
            made.partners.append(pair)
        else:
            made.places.append(pair)
    return made


def breakdown_name(cell: Cell) -> str:
    """By what a cell breaks its figure down: "Sex, Age"; read with its categories."""
    names = [str(one.dimension.name) for one in cell.categories.all()]
    return str(_(", ")).join(names)


def figures_of(indicator: Indicator) -> Any:
    """Its published figures: what was reached, the newest period first and whole ones before
    their parts; then the baseline and what was aimed at."""
    return for_passport(
        Fact.objects.published()
        .filter(indicator=indicator)
        .order_by(
            "role",
            F("period__ends_on").desc(nulls_last=True),
            F("place__code").asc(nulls_first=True),
            F("cell__key").asc(nulls_first=True),
            "pk",
        )
    )


def for_passport(facts: Any) -> Any:
    """Figures with all that a passport's line says."""
    return facts.select_related(
        *("indicator__framework", "indicator__unit", "indicator__result", "unit"),
        *("period", "place", "partner__group", "cell", "report"),
    ).prefetch_related("cell__categories__dimension")


def overlaps_of(indicator: Indicator) -> Any:
    """What is taken out of the total, since it would be counted twice; not of withheld figures."""
    return Overlap.objects.filter(
        fact__indicator=indicator,
        fact__state=FactState.PUBLISHED,
        same_as__state=FactState.PUBLISHED,
        fact__hidden="",
        same_as__hidden="",
    ).select_related("fact", "same_as__indicator__framework")


# --- One figure ------------------------------------------------------------------------------


def history_of(fact: Fact) -> list[Fact]:
    """All public figures of the same slot, the newest first. What is withheld now is withheld in
    its history too, in `fact` as well: an earlier figure would tell the later one."""
    found = list(
        Fact.objects.in_slot_of(fact)
        .filter(state__in=READABLE)
        .select_related("unit", "indicator__unit", "indicator__framework", "report")
        .order_by("-published_at", "-pk")[:MOST_EARLIER]
    )
    if hidden := next((one.hidden for one in found if one.state == FactState.PUBLISHED), ""):
        for one in [fact, *found]:
            one.hidden = one.hidden or hidden
    return found


READABLE = (FactState.PUBLISHED, FactState.SUPERSEDED)
MOST_EARLIER = 20


def overlaps_with(fact: Fact) -> list[tuple[Fact, str]]:
    """The figures in which some of the same are counted, and how many; not of withheld ones."""
    if fact.hidden:
        return []
    found = (
        Overlap.objects.filter(Q(fact=fact) | Q(same_as=fact))
        .filter(fact__hidden="", same_as__hidden="")
        .filter(fact__state=FactState.PUBLISHED, same_as__state=FactState.PUBLISHED)
        .select_related("fact__indicator__framework", "same_as__indicator__framework")
    )
    return [
        (one.same_as if one.fact_id == fact.pk else one.fact, amount(one.count, fact.indicator))
        for one in found
    ]


def amount(count: int, indicator: Indicator) -> str:
    """So many of what the indicator counts."""
    like = Total(value=count, unit_id=indicator.unit_id, unit=indicator.unit)
    return shown(like, indicator, with_unit=True)


def parts_told(fact: Fact) -> str:
    """Of a percentage both its numbers: "45 out of 60 people"."""
    indicator = fact.indicator
    if not indicator.is_ratio or fact.hidden or fact.value is None:
        return ""
    decimals = indicator.unit.decimals if indicator.unit else 0
    numbers = {
        name: number_format(
            decimal_of(value, decimals),
            use_l10n=True,
            force_grouping=True,
        )
        for name, value in (("part", fact.value), ("whole", fact.denominator or 1))
    }
    unit = {"unit": indicator.unit.short_name if indicator.unit else ""}
    return _("%(part)s out of %(whole)s %(unit)s") % (numbers | unit)


# --- Money -----------------------------------------------------------------------------------

MOST_CURRENCIES = 2  # into which an amount is converted


def in_other_currencies(rows: Sequence[Row]) -> list[str]:
    """Amounts of money in the currencies for which rates are held, each with rate, day and
    source."""
    amounts = [row for row in rows if row.unit_id and unit_is_money(row) and not row.hidden]
    if not amounts:
        return []
    into = Unit.objects.filter(
        pk__in=ExchangeRate.objects.filter(unit__in={row.unit_id for row in amounts}).values("into")
    )
    found = []
    for unit in into[:MOST_CURRENCIES]:
        held = conversions(amounts, unit)
        found += [in_words(held[row.pk], row) for row in amounts if row.pk in held]
    return found


def in_words(one: Converted, row: Row) -> str:
    """A converted amount with rate, day and source."""
    return _("%(value)s %(into)s, at %(rate)s %(into)s for 1 %(unit)s on %(day)s (%(source)s)") % {
        "value": number_format(one.value, use_l10n=True, force_grouping=True),
        "into": one.into.short_name,
        "rate": number_format(one.rate, use_l10n=True),
        "unit": row.unit.short_name,
        "day": date_format(one.day),
        "source": one.source.title,
    }


def unit_is_money(row: Row) -> bool:
    """Is this an amount of money?"""
    return row.unit is not None and row.unit.kind == UnitKind.MONEY


# --- Lists -----------------------------------------------------------------------------------


def for_lists() -> Any:
    """Indicators with what a line in the list of all shows."""
    return Indicator.objects.filter(framework__is_public=True).select_related(
        "framework__reporter__group", "unit", *owners_by("framework")
    )
