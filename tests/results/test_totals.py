"""Totals against a slow, obvious computation, at their limits, and withheld where small."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from itertools import repeat
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.analysis import figures
from coalition.analysis.suppression import withheld_in_table
from coalition.base.errors import Refused
from coalition.places.models import Place
from coalition.results.models import (
    RULES_OF,
    ExchangeRate,
    Fact,
    Indicator,
    Measure,
    Overlap,
    Rule,
    Total,
    Unit,
)
from coalition.results.totals import actions, queries
from tests import factories
from tools import totals as worked

pytestmark = pytest.mark.django_db
Slot = tuple[Any, ...]


# --- The slow, obvious computation -------------------------------------------------------------


def slow_totals() -> dict[Slot, Fraction]:
    """Every total by its slot: (indicator, role, period, place, partner, cell, unit)."""
    found: dict[Slot, Fraction] = {}
    for indicator in Indicator.objects.all():
        facts = [fact for one in family(indicator) for fact in counted(one, indicator)]
        for role in ("target", "actual"):
            for unit in {fact.unit_id for fact in facts}:
                of = [fact for fact in facts if (fact.role, fact.unit_id) == (role, unit)]
                for slot, group in groups(indicator, of):
                    if (value := one_figure(indicator, group)) is not None:
                        found[(indicator.pk, role, *slot, unit)] = value
    return found


def family(indicator: Indicator, seen: tuple[int, ...] = ()) -> list[Indicator]:
    below = [
        one
        for child in indicator.children.filter(measure=indicator.measure)
        if child.pk not in seen
        for one in family(child, (*seen, indicator.pk))
    ]
    return list(dict.fromkeys([indicator, *below]))


def counted(indicator: Indicator, top: Indicator) -> list[Fact]:
    is_own = indicator.framework_id == top.framework_id
    return [
        fact
        for fact in indicator.facts.select_related("period", "place", "unit", "indicator")
        if fact.state == "published"
        and fact.value is not None
        and (
            (fact.role == "target" and is_own)
            or (fact.role == "actual" and fact.basis != "projected")
        )
    ]


def period_of(fact: Fact, top: Indicator) -> int | None:
    """The period of the upper framework in which a figure of it or of another one lies."""
    if fact.period is None or fact.indicator.framework_id == top.framework_id:
        return fact.period_id
    around = [
        one
        for one in top.framework.periods.all()
        if one.starts_on <= fact.period.starts_on and fact.period.ends_on <= one.ends_on
    ]
    return max(around, key=lambda one: one.starts_on).pk if around else None


def groups(indicator: Indicator, facts: list[Fact]):
    """The slots of which there may be a total, each with the figures in it."""
    everywhere = [fact for fact in facts if not is_part(fact, facts)]
    ends = [fact for fact in facts if not is_step(fact, facts)]
    if indicator.rule == Rule.NONE:
        ends = [fact for fact in ends if fact.period is None]
    both = [fact for fact in everywhere if fact in ends]
    for cell in {fact.cell_id for fact in facts}:
        of_cell = [fact for fact in everywhere if fact.cell_id == cell]
        for period in {period_of(fact, indicator) for fact in facts} - {None}:
            within = [f for f in of_cell if period_of(f, indicator) == period]
            yield (period, None, None, cell), last(indicator, within)
        yield (None, None, None, cell), last(indicator, [f for f in of_cell if f in ends])
    for place in {fact.place_id for fact in facts} - {None}:
        at_place = [f for f in ends if f.place_id == place and f.cell_id is None]
        yield (None, place, None, None), last(indicator, at_place)
    for partner in {fact.partner_id for fact in facts}:
        by_partner = [f for f in both if f.partner_id == partner and f.cell_id is None]
        yield (None, None, partner, None), last(indicator, by_partner)


def is_part(fact: Fact, facts: list[Fact]) -> bool:
    """Has the same partner a figure of a wider place?"""
    same = [
        other
        for other in facts_of_partner(fact, facts)
        if other.period_id == fact.period_id and other.place_id != fact.place_id
    ]
    return fact.place_id is not None and any(
        other.place is None or fact.place.path.startswith(other.place.path) for other in same
    )


def is_step(fact: Fact, facts: list[Fact]) -> bool:
    """Is it the target of a period where there is one for the end?"""
    return (
        fact.role == "target"
        and fact.period is not None
        and any(
            other.period is None and other.place_id == fact.place_id
            for other in facts_of_partner(fact, facts)
        )
    )


def facts_of_partner(fact: Fact, facts: list[Fact]) -> list[Fact]:
    of = (fact.indicator_id, fact.role, fact.partner_id, fact.cell_id)
    return [f for f in facts if (f.indicator_id, f.role, f.partner_id, f.cell_id) == of]


def last(indicator: Indicator, facts: list[Fact]) -> list[Fact]:
    def day(fact: Fact) -> date:
        return fact.period.ends_on if fact.period else date.max

    if indicator.rule != Rule.LATEST:
        return facts
    return [
        fact
        for fact in facts
        if day(fact)
        == max(day(f) for f in facts if f.indicator.framework_id == fact.indicator.framework_id)
    ]


def one_figure(indicator: Indicator, facts: list[Fact]) -> Fraction | None:
    values = [fact.value for fact in facts]
    if not values or (indicator.rule == Rule.NONE and len(values) > 1):
        return None
    if indicator.measure == Measure.PERCENTAGE:
        return Fraction(sum(values), sum(fact.denominator for fact in facts))
    if indicator.measure == Measure.YES_NO:
        return Fraction(sum(values), len(values))
    if indicator.rule == Rule.MAXIMUM:
        return Fraction(max(values))
    if indicator.rule == Rule.AVERAGE or indicator.measure == Measure.SCALE:
        return Fraction(sum(values), len(values))
    if indicator.rule == Rule.NONE:
        return Fraction(values[0])
    return Fraction(sum(values) - twice(facts))


def twice(facts: list[Fact]) -> int:
    """Who is counted in two of the figures, by pairs in whatever order they were named."""
    here = {fact.pk for fact in facts}
    pairs: dict[frozenset[int], int] = defaultdict(int)
    for overlap in Overlap.objects.filter(fact__in=here, same_as__in=here):
        pair = frozenset((overlap.fact_id, overlap.same_as_id))
        pairs[pair] = max(pairs[pair], overlap.count)
    return sum(pairs.values())


def derived_totals() -> dict[Slot, Fraction]:
    rows = Total.objects.values_list(
        "indicator", "role", "period", "place", "partner", "cell", "unit", "value", "denominator"
    )
    found = {row[:7]: Fraction(row[7], row[8]) for row in rows}
    assert len(found) == len(rows)
    return found


def as_they_stand() -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    """All totals, and all facts that are hidden."""
    fields = [field.attname for field in Total._meta.concrete_fields if field.name != "id"]
    hidden = Fact.objects.exclude(hidden="").values_list("pk", "hidden")
    return set(Total.objects.values_list(*fields)), set(hidden)


# --- Facts drawn at random ---------------------------------------------------------------------

# Years; quarters; and others, some of which hold the same quarter, or lie within no year.
CALENDARS = [
    [(date(year, 1, 1), date(year, 12, 31)) for year in (2024, 2025, 2026)],
    [
        (date(2025, 1, 1), date(2025, 3, 31)),
        (date(2025, 10, 1), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 3, 31)),
    ],
    [
        (date(2025, 1, 1), date(2025, 6, 30)),
        (date(2025, 4, 1), date(2025, 12, 31)),
        (date(2025, 7, 1), date(2026, 6, 30)),
    ],
]

small = st.integers(min_value=0, max_value=60)


@st.composite
def drawn(draw: st.DrawFn) -> dict[str, Any]:
    """Indicators with measure, rule, parent and framework; figures in slots of their own;
    overlaps."""
    measure = draw(st.sampled_from(list(Measure)[:4]))
    indicators = []
    for number in range(draw(st.integers(1, 4))):
        of = draw(st.sampled_from([measure, measure, measure, *list(Measure)[:4]]))
        rule = draw(st.sampled_from(RULES_OF[of]))
        parent = draw(st.none() | st.integers(0, number))
        indicators.append((of, rule, parent, draw(st.sampled_from([0, 0, 1, 2]))))
    slot = st.tuples(
        st.integers(0, len(indicators) - 1),
        st.sampled_from(["actual", "actual", "target"]),
        st.sampled_from([0, 1, 2, None]),
        st.sampled_from([None, None, "FRA", "ESP", "150"]),
        st.sampled_from([0, 0, 1]),
        st.sampled_from([None, None, "sex-female", "sex-male"]),
    )
    figure = st.tuples(
        small,
        small,
        st.sampled_from(["reported", "reported", "estimated", "projected"]),
        st.sampled_from(["published", "published", "published", "draft", "superseded"]),
        st.booleans(),
    )
    facts = draw(st.dictionaries(slot, figure, min_size=1, max_size=24))
    pair = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 5))
    unit = draw(st.sampled_from(["people", "usd"]))
    return {
        "unit": unit,
        "indicators": indicators,
        "facts": facts,
        "same": draw(st.lists(pair, max_size=6)),
    }


def laid_down(drawn: dict[str, Any]) -> list[Fact]:
    """The drawn rows as records, in three frameworks of their own."""
    frameworks = [factories.framework() for _ in CALENDARS]
    partners = [frameworks[0].reporter, factories.partner()]
    periods = [
        [factories.period(of, starts_on=first, ends_on=last) for first, last in spans]
        for of, spans in zip(frameworks, CALENDARS, strict=True)
    ]
    places = {place.code: place for place in Place.objects.filter(code__in=["FRA", "ESP", "150"])}
    cells = {code: factories.cell(code) for code in ("sex-female", "sex-male")}
    units = [factories.unit("usd"), factories.unit("eur")]
    made: list[Indicator] = []
    for measure, rule, parent, which in drawn["indicators"]:
        scale = {"lowest": 0, "highest": 60} if measure == "scale" else {}
        one = factories.indicator(frameworks[which], measure=measure, rule=rule, **scale)
        if measure == "number" and drawn["unit"] == "usd":
            one.unit = units[0]
        one.parent = made[parent] if parent is not None and parent < len(made) else None
        one.save()
        made.append(one)
    rows = []
    for (number, role, period, place, partner, cell), figure in drawn["facts"].items():
        value, more, basis, state, is_euro = figure
        measure = made[number].measure
        unit = units[is_euro] if made[number].unit == units[0] else made[number].unit
        if role == "actual" and period is None:
            period = 0
        rows.append(
            Fact(
                indicator=made[number],
                role=role,
                period=(
                    None if period is None else periods[drawn["indicators"][number][3]][period]
                ),
                place=places.get(place),
                partner=partners[partner],
                cell=cells.get(cell),
                unit=unit,
                value=value % 2 if measure == "yes_no" else value,
                denominator=value + more + 1 if measure == "percentage" else None,
                basis=basis,
                state=state,
                as_of=date(2026, 1, 1 + more % 28),
                published_at=timezone.now(),
            )
        )
    slots = {
        (f.state, f.indicator_id, f.role, f.partner_id, f.period_id, f.place_id, f.cell_id): f
        for f in rows
    }
    facts = Fact.objects.bulk_create(slots.values())
    pairs = {
        (a % len(facts), b % len(facts)): count
        for a, b, count in drawn["same"]
        if a % len(facts) != b % len(facts)
    }
    Overlap.objects.bulk_create(
        Overlap(fact=facts[a], same_as=facts[b], count=count) for (a, b), count in pairs.items()
    )
    return facts


# --- Tests -------------------------------------------------------------------------------------


@given(drawn())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_totals_are_those_of_the_slow_computation(db, rows: dict[str, Any]) -> None:
    with transaction.atomic():
        laid_down(rows)
        made = actions.derive()
        assert derived_totals() == slow_totals()
        assert made == Total.objects.count()
        transaction.set_rollback(True)


@given(drawn())
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_report_by_report_comes_to_the_same_as_all_anew(db, rows: dict[str, Any]) -> None:
    with transaction.atomic():
        facts = laid_down(rows)
        states = {fact.pk: fact.state for fact in facts}
        Fact.objects.update(state="draft")
        for fact in facts:
            Fact.objects.filter(pk=fact.pk).update(state=states[fact.pk])
            actions.derive([fact.indicator_id])
        one_by_one = as_they_stand()
        actions.derive()
        assert as_they_stand() == one_by_one
        transaction.set_rollback(True)


@given(st.data())
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_withheld_follows_from_figures_and_totals(db, data: st.DataObject) -> None:
    with transaction.atomic():
        of = factories.framework()
        rule = data.draw(st.sampled_from(["sum", "sum", "latest"]))
        # The second and the third count towards the one before them, perhaps of another framework.
        calendars = [0, *data.draw(st.tuples(*[st.sampled_from([0, 0, 1, 2])] * 2))]
        frameworks = {0: of, 1: factories.framework(), 2: factories.framework()}
        periods = {
            which: [factories.period(framework, starts_on=a, ends_on=b) for a, b in spans]
            for (which, framework), spans in zip(frameworks.items(), CALENDARS, strict=True)
        }
        tree: list[Indicator] = []
        for which in calendars:
            above = tree[-1] if tree else None
            tree.append(factories.indicator(frameworks[which], parent=above, rule=rule))
        cells = [None, factories.cell("sex-female"), factories.cell("sex-male")]
        places = [None, Place.objects.get(code="FRA")]
        partners = [of.reporter, factories.partner()]
        count = st.sampled_from([0, 1, 2, 4, 5, 7, 30, 80])
        slot = st.tuples(*(st.integers(0, most) for most in (2, 2, 1, 1)))
        for one, period, partner, place in data.draw(st.lists(slot, max_size=8, unique=True)):
            women, men = data.draw(count), data.draw(count)
            for cell, value in zip(cells, (women + men, women, men), strict=True):
                factories.fact(
                    tree[one],
                    value,
                    cell=cell,
                    period=periods[calendars[one]][period],
                    partner=partners[partner],
                    place=places[place],
                )
        actions.derive()
        facts, totals = list(Fact.objects.all()), list(Total.objects.all())
        for fact in facts:
            few = fact.cell_id is not None and 0 < fact.value < 5
            assert (fact.hidden == "small") == few
        unknown = [row for row in [*facts, *totals] if row.hidden]
        if unknown:
            assert told(unknown, facts, totals) == []
        transaction.set_rollback(True)


def told(unknown: list[Any], facts: list[Fact], totals: list[Total]) -> list[Any]:
    """What of the unknown follows from the rest, by the rank of everything that adds up."""
    at = {(type(row), row.pk): number for number, row in enumerate(unknown)}
    lines: list[list[tuple[Any, int]]] = []
    for indicator in Indicator.objects.all():
        below = [fact for one in family(indicator) for fact in counted(one, indicator)]
        parts = dict(groups(indicator, below))
        for total in totals:
            slot = (total.period_id, total.place_id, total.partner_id, total.cell_id)
            if total.indicator_id == indicator.pk:
                lines.append([(total, -1), *((fact, 1) for fact in parts[slot])])
    tables: dict[Any, list[Any]] = defaultdict(list)
    for row in [*facts, *totals]:
        is_of = (row.indicator_id, row.partner_id, row.period_id, row.place_id)
        tables[type(row), is_of].append(row)
    for rows in tables.values():
        if len(rows) == 3:
            lines.append([(row, 1 if row.cell_id else -1) for row in rows])
        for row in rows:
            other = [
                fact
                for fact in facts
                if type(row) is Fact
                and row.place_id is None
                and fact.place_id is not None
                and (fact.indicator_id, fact.partner_id, fact.period_id, fact.cell_id)
                == (row.indicator_id, row.partner_id, row.period_id, row.cell_id)
                and fact.value == row.value
            ]
            if other:
                lines.append([(row, -1), (other[0], 1)])
    matrix = np.zeros((len(lines), len(unknown)))
    for number, line in enumerate(lines):
        for row, sign in line:
            if (type(row), row.pk) in at:
                matrix[number, at[type(row), row.pk]] += sign
    rank = np.linalg.matrix_rank(matrix)
    single = np.eye(len(unknown))
    return [
        row
        for number, row in enumerate(unknown)
        if np.linalg.matrix_rank(np.vstack([matrix, single[number]])) == rank
    ]


def test_what_was_replaced_is_hidden_with_what_stands_in_its_place() -> None:
    of = factories.framework()
    one, period = factories.indicator(of), factories.period(of)
    women, men = factories.cell("sex-female"), factories.cell("sex-male")
    old = factories.fact(one, 40, period=period, cell=women, state="superseded")
    factories.fact(one, 100, period=period)
    factories.fact(one, 3, period=period, cell=women)
    new = factories.fact(one, 97, period=period, cell=men)
    actions.derive([one.pk])
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.hidden, new.hidden) == ("small", "protects")
    assert queries.shown(new, one) == "withheld"
    assert queries.plain(new, one) == ""
    assert queries.shown(new, one, reveal=True) == "97"
    # The total of all is no number of a group, and stays.
    whole = {total.cell_id: queries.shown(total, one) for total in queries.totals_of(of)}
    assert whole == {None: "100", women.pk: "withheld", men.pk: "withheld"}
    # When the small figure grows, both are shown again; what was replaced never is.
    Fact.objects.filter(cell=women, state="published").update(value=6)
    actions.derive([one.pk])
    assert list(Fact.objects.exclude(hidden="").values_list("pk", flat=True)) == [old.pk]


def test_a_tenth_is_added_ten_million_times() -> None:
    """By the database and here: a million, and nothing else."""
    hectares = factories.unit("hectares")
    one = factories.indicator(factories.framework(), unit=hectares)
    tenth = figures.parse("0.1", hectares.decimals)
    crossed = ", ".join(f"ten t{number}" for number in range(7))
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE ten(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM ten WHERE i < 10) "
            f"SELECT SUM(CAST(%s AS bigint)) FROM {crossed}",
            [tenth],
        )
        by_database = int(cursor.fetchone()[0])
    for total in (by_database, sum(repeat(tenth, 10_000_000))):
        assert queries.plain(Total(value=total, unit=hectares), one) == "1000000.0"


def test_the_largest_and_the_smallest_are_kept_together() -> None:
    of = factories.framework()
    dollars = factories.unit("usd")
    one, period = factories.indicator(of, unit=dollars), factories.period(of)
    factories.fact(one, 10**17, period=period)
    factories.fact(one, 1, period=period, partner=factories.partner())
    actions.derive()
    total = queries.whole_of([one.pk])[one.pk, "actual"][0]
    assert queries.plain(total, one) == "1000000000000000.01"
    assert queries.shown(total, one, with_unit=True) == "1,000,000,000,000,000.01 USD"


def test_what_does_not_fit_is_refused_and_the_old_totals_stay() -> None:
    of = factories.framework()
    one = factories.indicator(of)
    factories.fact(one, 9 * 10**17, period=factories.period(of, 2000))
    actions.derive()
    before = as_they_stand()
    for year in range(2001, 2012):
        factories.fact(one, 9 * 10**17, period=factories.period(of, year))
    for which in (None, [one.pk]):
        with pytest.raises(Refused) as refused:
            actions.derive(which)
        assert str(refused.value) == (
            f"The figures of indicator 1 of {of.reference} come to more than can be kept. Please "
            "look whether one of them has too many zeros; if they are right, choose a larger unit "
            "for this indicator, such as thousands or millions."
        )
        assert as_they_stand() == before


def test_currencies_stand_side_by_side_and_are_converted_by_a_named_rate() -> None:
    of = factories.framework()
    dollars, euros = factories.unit("usd"), factories.unit("eur")
    one, period = factories.indicator(of, unit=dollars), factories.period(of)
    factories.fact(one, 1000, period=period, as_of=date(2026, 3, 1))
    other = factories.partner()
    factories.fact(one, 250, period=period, partner=other, unit=euros, as_of=date(2026, 3, 1))
    actions.derive()
    totals = queries.whole_of([one.pk])[one.pk, "actual"]
    assert {queries.shown(total, one, with_unit=True) for total in totals} == {
        "10.00 USD",
        "2.50 EUR",
    }
    in_euros = next(total for total in totals if total.unit == euros)
    assert queries.converted(in_euros, dollars) is None
    officer = factories.officer()
    for day, rate in [((2026, 2, 1), 108_500_000), ((2026, 3, 1), 110_200_000), ((2026, 3, 2), 9)]:
        actions.keep_rate(
            unit=euros,
            into=dollars,
            on=date(*day),
            rate=rate,
            source=factories.source(),
            by=officer,
        )
    found = queries.converted(in_euros, dollars)
    # 2.50 times 1.102 is 2.755: half to even.
    assert (str(found.value), str(found.rate), found.day) == ("2.76", "1.102", date(2026, 3, 1))
    for problem, pair in {
        "These two currencies have a rate": {"unit": euros, "into": dollars},
        "Choose two different currencies": {"unit": euros, "into": euros},
    }.items():
        with pytest.raises(Refused, match=problem):
            actions.keep_rate(
                on=date(2026, 3, 1), rate=1, source=factories.source(), by=officer, **pair
            )


def test_rebuild_says_how_many_totals_of_how_many_figures(capsys) -> None:
    of = factories.framework()
    one, period = factories.indicator(of), factories.period(of)
    factories.fact(one, 7, period=period)
    call_command("results", "rebuild")
    assert capsys.readouterr().out.splitlines() == [
        "Deriving the totals of 1 published figures.",
        "3 totals of 1 figures; 0 figures withheld.",
    ]


def test_officers_enter_rates_as_people_write_them(client) -> None:
    factories.unit("usd")
    factories.unit("eur")
    client.force_login(factories.officer())
    ids = {u.code: u.pk for u in Unit.objects.filter(code__in=["usd", "eur"])}
    told = {"unit": ids["eur"], "into": ids["usd"], "on": "2026-03-01", "source": "A bank"}
    for text, kept in {"1,083": 108_300_000, "0.00000001": 1, "1.2.3": None, "0": None}.items():
        ExchangeRate.objects.all().delete()
        client.post(reverse("results:rates"), {**told, "rate": text})
        assert list(ExchangeRate.objects.values_list("rate", flat=True)) == ([kept] if kept else [])


def test_the_worked_examples_of_the_reference_hold() -> None:
    for example in worked.EXAMPLES:
        of = factories.framework()
        scale = {"lowest": 0, "highest": 10} if example.measure == "scale" else {}
        given = {"measure": example.measure, "rule": example.rule, **scale}
        unit = factories.unit(example.unit) if example.unit else None
        one = factories.indicator(of, unit=unit, **given)
        other = factories.framework()
        measured = {
            "": one,
            worked.BELOW: factories.indicator(of, unit=unit, parent=one, **given),
            worked.ELSEWHERE: factories.indicator(other, unit=unit, parent=one, **given),
        }
        who = {name: factories.partner() for name in {f.who for f in example.figures}}
        periods: dict[Any, Any] = {}
        for figure in example.figures:
            key = (measured[figure.of].framework, figure.days)
            if figure.days and key not in periods:
                first, last = figure.days
                periods[key] = factories.period(key[0], starts_on=first, ends_on=last)
        made: dict[str, Fact] = {}
        for figure in example.figures:
            measured_in = factories.unit(figure.unit) if figure.unit else unit
            above, _, under = figure.value.partition("/")
            decimals = measured_in.decimals if measured_in and example.measure == "number" else 0
            fact = factories.fact(
                measured[figure.of],
                figures.parse(above, decimals),
                denominator=int(under) if under else None,
                role=figure.role,
                basis=figure.basis,
                period=periods.get((measured[figure.of].framework, figure.days)),
                place=Place.objects.filter(code=figure.place).first(),
                partner=who[figure.who],
                unit=measured_in,
            )
            made[f"{figure.who} {figure.year}"] = fact
            if figure.same:
                fact.overlaps.create(same_as=made[figure.same[0]], count=figure.same[1])
        actions.derive([measured[worked.BELOW].pk, measured[worked.ELSEWHERE].pk])
        names = {partner: name for name, partner in who.items()}
        found = {}
        for total in queries.totals_of(of).filter(indicator=one):
            words = [
                total.role if total.role != "actual" else "",
                f"by {names[total.partner]}" if total.partner else "",
                f"in {total.place.code}" if total.place else "",
                "" if total.partner or total.place else str(total.period or "all"),
                f"in {total.unit.code}" if total.unit_id != one.unit_id else "",
            ]
            found[" ".join(word for word in words if word)] = queries.plain(total, one)
        assert found == example.totals, example.title
    # The page of the docs is drawn from these.
    assert worked.PAGE.read_text(encoding="utf-8") == worked.page()
    north_and_south = {
        ("North", "women"): 3,
        ("North", "men"): 30,
        ("South", "women"): 20,
        ("South", "men"): 40,
        ("North", None): 33,
        ("South", None): 60,
        (None, "women"): 23,
        (None, "men"): 70,
        (None, None): 93,
    }
    hidden = withheld_in_table(north_and_south, 5)
    assert {cell for cell in north_and_south if None not in cell} == set(hidden)
