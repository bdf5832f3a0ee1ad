"""What an organisation aims at: set up, checked, promised in public, and changed with a reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone, translation

from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.mailroom.models import Letter
from coalition.results.frameworks import actions, aims, checks, overlaps, queries, shares
from coalition.results.models import Contribution, Fact, Overlap, Period, Total
from tests import factories

pytestmark = pytest.mark.django_db


def promised(state: str = "draft", **fields: Any) -> Any:
    """A framework of a promise in this state, with one indicator, its baseline 12 and target 30."""
    return factories.commitment(state, **fields).framework


def writer(framework: Any) -> Any:
    return factories.mandate(framework.reporter, "editor").person


def refused(do: Any, *args: Any, **kwargs: Any) -> str:
    """The sentence with which something is refused."""
    with pytest.raises((Refused, NotAllowed)) as refusal:
        do(*args, **kwargs)
    return str(refusal.value)


# --- What may be a figure ---------------------------------------------------------------------

#  kind of figure   typed         out of   says
FIGURES = """
  people          | 1 250       |        | 1250
  people          | ١٬٢٥٠       |        | 1250
  people          | ۱۲۵۰        |        | 1250
  people          | 0           |        | 0
  people          | -3          |        | ! below zero
  people          | 12.5        |        | ! more decimals
  people          | many        |        | ! is no number
  people          | 45 %        |        | ! is no number
  people          |             |        | ! Enter a number
  people          | 12          | 100    | ! no percentage
  people          | 99999999999999999999 | | ! too large
  hectares        | -1,5        |        | -15
  usd             | 12.50       |        | 1250
  usd             | 1,234       |        | ! two ways
  percentage      | 45          | 100    | 45/100
  percentage      | ٤٥          | ١٠٠    | 45/100
  percentage      | 101         | 100    | ! more than 100%
  percentage      | 5           | 0      | ! Out of none
  percentage      | 5           | -10    | ! Out of none
  percentage      | -5          | 10     | ! below zero
  percentage      | 45          |        | ! Enter a number
  yes_no          | Sí          |        | 1
  yes_no          | نعم         |        | 1
  yes_no          | нет         |        | 0
  yes_no          | 2           |        | ! yes or no
  scale           | 3           |        | 3
  scale           | 6           |        | ! from 1 to 5
  scale           | 2.5         |        | ! more decimals
  text            | A law.      |        | A law.
  text            |             |        | ! Write a sentence
"""


def test_figures_are_read_and_checked_as_they_are_typed() -> None:
    framework = factories.framework()
    kinds: dict[str, Any] = {
        unit: factories.indicator(framework, unit=factories.unit(unit))
        for unit in ("people", "hectares", "usd")
    }
    for measure, fields in (
        ("percentage", {"rule": "ratio"}),
        ("yes_no", {"rule": "ratio"}),
        ("scale", {"rule": "average", "lowest": 1, "highest": 5}),
        ("text", {"rule": "none"}),
    ):
        kinds[measure] = factories.indicator(framework, measure=measure, **fields)

    for line in FIGURES.strip("\n").splitlines():
        kind, value, out_of, expected = (each.strip() for each in line.split("|"))
        read = checks.read_figure(kinds[kind], value=value, denominator=out_of)
        if expected.startswith("!"):
            assert expected[2:] in " ".join(read.sentences), line
        else:
            whole = f"/{read.denominator}" if read.denominator is not None else ""
            assert (read.text or f"{read.value}{whole}", read.problems) == (expected, {}), line


def test_whole_numbers_are_checked_like_typed_ones() -> None:
    framework = factories.framework()
    sex = factories.cell("sex-female")
    people = factories.indicator(framework)
    share = factories.indicator(framework, measure="percentage", rule="ratio")
    plain: dict[str, Any] = {"denominator": None, "text": ""}

    assert checks.check_figure(people, value=5, **plain) == []
    assert checks.check_figure(people, value=5, **plain, cell=sex) == [
        "This indicator is not broken down by “sex”. Leave the figure out, or add the breakdown "
        "to the indicator."
    ]
    assert checks.check_figure(people, value=5, **plain, unit=factories.unit("usd")) == [
        "This indicator is kept in people. Convert the figure, and say so in its note."
    ]
    assert checks.check_figure(people, value=10**18, **plain) == [
        "“1000000000000000000” is too large to be kept. Choose a larger unit."
    ]
    assert checks.check_figure(share, value=3, denominator=2, text="") == [
        "3 out of 2 is more than 100%. The first number is a part of the second: look whether "
        "they were swapped, or counted differently."
    ]
    with translation.override("ar"):
        assert checks.check_figure(people, value=-1, **plain) != []


def test_money_takes_any_known_currency_and_all_else_its_own_unit() -> None:
    factories.unit("eur")
    framework = factories.framework()
    spent = factories.indicator(framework, unit=factories.unit("usd"))
    people = factories.indicator(framework)

    assert checks.unit_of(spent, "EUR").code == "eur"
    assert checks.unit_of(spent, "").code == "usd"
    assert "no unit of this indicator" in refused(checks.unit_of, spent, "crowns of old")
    assert "no unit of this indicator" in refused(checks.unit_of, people, "eur")


def test_parts_are_no_more_than_the_whole_where_they_can_be_added() -> None:
    women, men = factories.cell("sex-female"), factories.cell("sex-male")
    young = factories.cell("age-young")
    framework = factories.framework()

    def told(indicator: Any, whole: Any, *parts: Any) -> int:
        def fact(figure: Any, cell: Any = None) -> Fact:
            top, bottom = figure if isinstance(figure, tuple) else (figure, None)
            return Fact(value=top, denominator=bottom, cell=cell)

        cells = [fact(figure, cell) for cell, figure in parts]
        return len(checks.check_breakdown(indicator, fact(whole), cells))

    people = factories.indicator(framework)
    assert told(people, 100, (women, 60), (men, 40), (young, 100)) == 0
    assert told(people, 100, (women, 60), (men, 41)) == 1
    assert told(people, 100, (women, 60), (men, 41), (young, 101)) == 2
    # A wage or an average of one group may lie above that of all; a peak may not.
    wage = factories.indicator(framework, unit=factories.unit("usd"), rule="latest")
    assert told(wage, 100, (women, 90), (men, 120)) == 0
    assert told(factories.indicator(framework, rule="average"), 10, (women, 12)) == 0
    peak = factories.indicator(framework, rule="maximum")
    assert told(peak, 10, (women, 8), (men, 8)) == 0
    assert told(peak, 10, (women, 11)) == 1
    share = factories.indicator(framework, measure="percentage", rule="ratio")
    assert told(share, (50, 100), (women, (30, 60)), (men, (20, 40))) == 0
    assert told(share, (50, 100), (women, (30, 60)), (men, (20, 41))) == 1
    assert checks.check_breakdown(people, None, []) == []


def test_figure_put_back_into_a_form_is_read_the_same() -> None:
    for value, decimals in ((1234, 3), (1230, 3), (1250, 2), (5, 0), (-15, 1), (1000, 3), (0, 2)):
        assert checks.figures.parse(checks.as_typed(value, decimals), decimals) == value
    assert checks.as_typed(None, 2) == ""


# --- Setting up --------------------------------------------------------------------------------


def test_framework_says_what_it_lacks_until_each_indicator_has_a_baseline_and_a_target() -> None:
    framework = promised(goals=False)
    by = writer(framework)

    assert queries.missing(framework) == ["what will be measured: at least one indicator"]
    goal = actions.add_result(framework, title="Bakers earn more", by=by)
    assert len(queries.missing(framework)) == 1
    one = actions.add_indicator(goal, title="Bakers trained", unit=factories.unit(), by=by)
    assert queries.missing(framework) == [
        "where “Bakers trained” stands today, or why that is not known",
        "a target for “Bakers trained”",
    ]
    aims.say_no_baseline(one, because="Nobody counted.", by=by)
    aims.set_target(one, value=30, by=by)
    assert queries.missing(framework) == []
    aims.set_baseline(one, value=12, as_of=date(2026, 1, 1), source="The union's list", by=by)
    one.refresh_from_db()
    assert (one.no_baseline, one.rule, queries.missing(framework)) == ("", "sum", [])
    assert Total.objects.get(indicator=one, role="target", period=None, partner=None).value == 30
    # The same again changes nothing; another figure takes its place while all is a draft.
    events = Event.objects.count()
    aims.set_target(one, value=30, by=by)
    assert Event.objects.count() == events
    aims.set_target(one, value=25, by=by)
    assert list(one.facts.filter(role="target").values_list("value", "state")) == [
        (25, "published")
    ]


def test_results_are_ordered_edited_and_taken_away_while_nothing_is_public() -> None:
    framework = promised(goals=False)
    by = writer(framework)
    first, second, third = (actions.add_result(framework, title=one, by=by) for one in "ABC")

    actions.move_result(third, up=True, by=by)
    actions.move_result(first, up=True, by=by)
    assert [one.title for one in framework.results.all()] == ["A", "C", "B"]
    actions.edit_result(first, fields={"title": " Ä\u202e ", "parent": second}, by=by)
    first.refresh_from_db()
    assert (first.title, first.parent) == ("Ä", second)
    assert "below itself" in refused(actions.edit_result, second, fields={"parent": first}, by=by)
    assert "what shall change" in refused(actions.add_result, framework, title=" ", by=by)
    other = actions.add_result(promised(), title="Else", by=by)
    assert "something else" in refused(actions.edit_result, first, fields={"parent": other}, by=by)
    actions.remove_result(second, by=by)  # and what stands below it
    assert [one.title for one in framework.results.all()] == ["C"]


def test_indicator_is_refused_where_its_parts_do_not_go_together() -> None:
    framework = promised(goals=False)
    by = writer(framework)
    goal = actions.add_result(framework, title="A goal", by=by)
    people, sex = factories.unit(), factories.cell("sex-female").categories.get().dimension
    elsewhere = actions.add_result(promised(goals=False), title="Else", by=by)
    strange = actions.add_dimension(
        elsewhere.framework, name="Trade", categories=["Bread", "Cake"], by=by
    )

    for says, fields in {
        "choose a unit": {},
        "makes no sense": {"unit": people, "rule": "ratio"},
        "has no unit": {"measure": "yes_no", "unit": people},
        "lowest and the highest": {"measure": "scale", "lowest": 1},
        "above the lowest": {"measure": "scale", "lowest": 5, "highest": 5},
        "no larger than 1000": {"measure": "scale", "lowest": 0, "highest": 10_000},
        "Only a scale": {"unit": people, "lowest": 1},
        "cannot be broken down": {"measure": "text", "dimensions": [sex]},
        "shared or own ones": {"unit": people, "dimensions": [strange]},
    }.items():
        sentence = refused(actions.add_indicator, goal, title="Bakers", by=by, **fields)
        assert says in sentence, fields
    assert not framework.indicators.exists()


def test_indicators_count_towards_one_another_without_a_circle() -> None:
    framework = promised(goals=False)
    by = writer(framework)
    goal = actions.add_result(framework, title="A goal", by=by)
    people, hectares = factories.unit(), factories.unit("hectares")
    whole = actions.add_indicator(goal, title="All", unit=people, by=by)
    part = actions.add_indicator(goal, title="Part", unit=people, parent=whole, by=by)
    land = actions.add_indicator(goal, title="Land", unit=hectares, by=by)
    aims.set_target(part, value=7, by=by)

    assert (part.number, land.number) == (2, 3)
    totals = Total.objects.filter(indicator=whole, role="target", period=None, place=None)
    assert totals.get(partner=None).value == 7
    edit = actions.edit_indicator
    assert "in a circle" in refused(edit, whole, fields={"parent": part}, by=by)
    assert "in a circle" in refused(edit, whole, fields={"parent": whole}, by=by)
    assert "another way" in refused(edit, land, fields={"parent": whole}, by=by)
    edit(part, fields={"parent": None}, by=by)
    assert not totals.exists()


def test_own_breakdown_has_groups_and_its_figures_stay_with_it() -> None:
    framework = promised(goals=False)
    by = writer(framework)
    add = actions.add_dimension
    trade = add(framework, name="Trade", categories=["Bread", "", " Cake "], by=by)
    goal = actions.add_result(framework, title="A goal", by=by)
    one = actions.add_indicator(
        goal, title="Bakers", unit=factories.unit(), dimensions=[trade], by=by
    )

    bread, cake = queries.cells_offered(one)
    assert [bread.label, cake.label] == ["Bread", "Cake"]
    assert "two groups or more" in refused(add, framework, name="X", categories=["A"], by=by)
    assert "same name" in refused(add, framework, name="X", categories=["a", "A"], by=by)
    assert "Name the breakdown" in refused(add, framework, name="", categories=["a", "b"], by=by)
    aims.set_target(one, value=10, by=by)
    aims.set_target(one, value=6, cell=bread, by=by)
    assert "more than the 10 of all" in refused(aims.set_target, one, value=5, cell=cake, by=by)
    assert "There are figures by “Trade”" in refused(
        actions.edit_indicator, one, fields={"dimensions": []}, by=by
    )
    assert [line.by_group for line in queries.outline(framework)[0].lines] == [1]


# --- Baselines and targets ---------------------------------------------------------------------


def test_baseline_needs_its_day_and_source_or_a_reason() -> None:
    framework = promised()
    by = writer(framework)
    one = framework.indicators.get()
    tomorrow = timezone.localdate() + timedelta(days=2)

    sentence = refused(aims.set_baseline, one, value=-1, as_of=None, source=" ", by=by)
    assert sentence == (
        "Say of which day this figure is. Say where this figure was read, so that it can be "
        "checked. -1 is below zero; what is counted cannot be. Enter 0 or more."
    )
    assert "lies ahead" in refused(
        aims.set_baseline, one, value=1, as_of=tomorrow, source="A list", by=by
    )
    assert "in a sentence why" in refused(aims.say_no_baseline, one, because="", by=by)
    aims.say_no_baseline(one, because="Nobody counted.", by=by)
    assert not one.facts.filter(role="baseline").exists()


def test_period_of_a_target_lies_within_the_dates_of_what_is_promised() -> None:
    framework = promised(starts_on=date(2026, 1, 1), ends_on=date(2027, 12, 31))
    by = writer(framework)
    one = framework.indicators.get()
    late, fits = factories.period(framework, 2028), factories.period(framework, 2027)
    foreign = factories.period(promised(), 2027)

    aims.set_target(one, fits, value=20, by=by)
    assert refused(aims.set_target, one, late, value=5, by=by) == (
        "1 January 2028 to 31 December 2028 lies outside the dates of what is promised (1 January "
        "2026 to 31 December 2027). Choose a period within them, or change these dates first."
    )
    assert "belongs to other results" in refused(aims.set_target, one, foreign, value=5, by=by)
    assert (
        "ends before it begins"
        in checks.check_period(framework, date(2027, 1, 2), date(2027, 1, 1))[0]
    )


def test_public_target_shrinks_with_a_reason_alone_and_stays_readable() -> None:
    framework = promised("published")
    by = writer(framework)
    one = framework.indicators.get()

    assert "less than was promised" in refused(aims.set_target, one, value=29, by=by)
    assert "Say why it changes" in refused(aims.set_target, one, value=31, by=by)
    made = aims.set_target(one, value=29, why_changed="Two bakeries closed.", by=by)
    told = one.facts.filter(role="target").values_list("value", "state", "why_changed")
    assert list(told) == [(30, "superseded", ""), (29, "published", "Two bakeries closed.")]
    assert Total.objects.get(indicator=one, role="target", period=None, partner=None).value == 29
    assert Event.objects.latest("sequence").subject == f"results.fact:{made.pk}"
    assert "not taken away" in refused(aims.remove_target, one, by=by)
    assert "baseline is public" in refused(
        aims.say_no_baseline, one, because="It was wrong.", by=by
    )


def test_shrinking_follows_the_direction_and_compares_percentages_as_fractions() -> None:
    framework = factories.framework()
    up = factories.indicator(framework)
    down = factories.indicator(framework, direction="down")

    def figure(value: int, whole: int | None = None) -> Fact:
        return Fact(value=value, denominator=whole)

    assert checks.shrinks(up, figure(30), figure(29))
    assert not checks.shrinks(up, figure(30), figure(30))
    assert checks.shrinks(down, figure(30), figure(31))
    assert not checks.shrinks(down, figure(30), figure(29))
    assert checks.shrinks(up, figure(1, 3), figure(333, 1000))
    assert not checks.shrinks(up, figure(333, 1000), figure(1, 3))


def test_what_is_public_or_reported_keeps_its_meaning() -> None:
    framework = promised("published")
    by = writer(framework)
    one = framework.indicators.get()
    edit = actions.edit_indicator

    for fields in ({"unit": factories.unit("hectares")}, {"rule": "latest"}):
        assert "has figures" in refused(edit, one, fields=fields, by=by)
    assert "stays as it reads" in refused(edit, one, fields={"title": "Fewer"}, by=by)
    assert "stays as it reads" in refused(
        actions.edit_result, one.result, fields={"title": "Less"}, by=by
    )
    assert "not taken away" in refused(actions.remove_indicator, one, by=by)
    assert "not taken away" in refused(actions.remove_result, one.result, by=by)
    edit(one, fields={"means_of_verification": "The register"}, by=by)
    one.refresh_from_db()
    assert (one.means_of_verification, one.rule) == ("The register", "sum")
    # In a draft, entries of another kind of figure go; what was reported holds it fast.
    draft = promised()
    other, by = draft.indicators.get(), writer(draft)
    report = factories.report(factories.period(draft))
    reported = factories.fact(other, 3, report=report, period=report.period, state="draft")
    assert "has figures" in refused(edit, other, fields={"rule": "latest"}, by=by)
    reported.delete()
    edit(other, fields={"unit": factories.unit("hectares")}, by=by)
    assert not other.facts.exists()


# --- People, states, verbs ---------------------------------------------------------------------

#                       draft submitted change_requested published withdrawn
TABLE = """
edit    visitor           n n n n n
edit    stranger          n n n n n
edit    viewer            n n n n n
edit    editor            y - y y -
edit    officer           n n n n n
edit    officer_of_maker  y - y y -
share   viewer            n n n n n
share   editor            - - - y -
share   officer           n n n n n
remove  editor            y - y - -
remove  officer           n n n n n
see     visitor           n n n y y
see     stranger          n n n y y
see     viewer            y y y y y
see     editor            y y y y y
see     officer           n y y y y
"""
STATES = ("draft", "submitted", "change_requested", "published", "withdrawn")
VERBS = {
    "edit": lambda framework, by: actions.add_result(framework, title="A goal", by=by),
    "share": lambda framework, by: shares.name_share(
        framework.indicators.get(), framework.reporter, share=100, how="It did.", by=by
    ),
    "remove": lambda framework, by: actions.remove_indicator(framework.indicators.get(), by=by),
}


def someone(kind: str, partner: Any) -> Any:
    if kind == "visitor":
        return AnonymousUser()
    if kind == "stranger":
        person = factories.person()
        factories.partner(person=person)
        return person
    if kind == "officer":
        return factories.officer()
    if kind == "officer_of_maker":
        return factories.mandate(partner, "editor", person=factories.officer()).person
    return factories.mandate(partner, kind).person


def test_each_verb_is_for_the_right_person_in_the_right_state() -> None:
    for line in TABLE.strip().splitlines():
        verb, kind, *answers = line.split()
        for state, answer in zip(STATES, answers, strict=True):
            framework = promised(state)
            person, case = someone(kind, framework.reporter), (verb, kind, state)
            if verb == "see":
                visible = type(framework).objects.visible_to(person)
                assert visible.filter(pk=framework.pk).exists() == (answer == "y"), case
                continue
            assert person.has_perm("results.edit", framework) == (answer in "y-"), case
            if answer == "y":
                VERBS[verb](framework, person)
            elif answer == "-":
                with pytest.raises(NotAllowed):
                    VERBS[verb](framework, person)


def test_nobody_changes_goals_for_a_suspended_organisation() -> None:
    framework = promised()
    by = writer(framework)
    type(framework.reporter).objects.update(state="suspended")

    assert "nothing can be changed" in refused(actions.add_result, framework, title="A", by=by)


# --- By the owner's verbs ----------------------------------------------------------------------


def test_framework_passes_on_with_its_open_reports_and_keeps_what_was_published() -> None:
    framework = promised("published")
    one, heir = framework.indicators.get(), factories.partner()
    before = framework.reporter
    closed = factories.report(factories.period(framework, 2025), "published")
    opened = factories.report(factories.period(framework, 2026))
    factories.fact(one, 3, report=closed, period=closed.period)
    factories.fact(one, 4, report=opened, period=opened.period, state="draft")

    actions.pass_on(framework, heir, by=None)

    framework.refresh_from_db()
    assert framework.reporter == heir
    assert list(one.facts.actual().values_list("value", "partner")) == [
        (3, before.pk),
        (4, heir.pk),
    ]
    assert list(framework.reports.order_by("pk").values_list("partner", flat=True)) == [
        before.pk,
        heir.pk,
    ]
    # A target of the one before is replaced, not joined by a second one.
    aims.set_target(one, value=40, why_changed="More hands.", by=writer(framework))
    assert one.facts.published().filter(role="target").count() == 1


def test_verbs_of_the_owner_happen_once() -> None:
    framework = promised()
    for verb in (actions.hand_in, actions.publish_framework, actions.end):
        verb(framework, by=None)
        verb(framework, by=None)

    framework.refresh_from_db()
    assert (framework.is_handed_in, framework.is_public) == (True, True)
    assert framework.ended_at is not None
    assert [
        one.verb for one in Event.objects.filter(subject=f"results.framework:{framework.pk}")
    ] == [
        "results.hand_in",
        "results.publish_framework",
        "results.end",
    ]


# --- Shares ------------------------------------------------------------------------------------


def test_shares_make_up_the_whole_and_no_more_and_their_parts_the_total() -> None:
    framework = promised("published")
    by = writer(framework)
    one = framework.indicators.get()
    a, b, c = (factories.partner(name=name) for name in ("A", "B", "C"))
    told = factories.mandate(a, "focal_point").person
    factories.mandate(a, "viewer")
    factories.fact(one, 100, period=factories.period(framework))
    actions.derive([one.pk])

    for partner in (a, b):
        shares.name_share(one, partner, share=3333, how="It trained.", by=by)
    assert list(Letter.objects.values_list("to_person", flat=True)) == [told.pk]
    assert refused(shares.name_share, one, c, share=3335, how="Room.", by=by) == (
        "All shares together make up the whole and no more: 33.34 per cent are left. Enter no "
        "more than that, or lower another share first."
    )
    shared = queries.shares_of(framework)[0]
    assert [each.part for each in shared.shares] == ["33 people", "33 people"]
    assert (shared.unclaimed_part, shared.unclaimed_per_cent) == ("34 people", "33.34%")
    shares.name_share(one, c, share=3334, how="Room.", by=by)
    shared = queries.shares_of(framework)[0]
    parts = sorted(each.part for each in shared.shares)
    assert (parts, shared.unclaimed) == (["33 people", "33 people", "34 people"], 0)
    # Said again it replaces what was said; taken back it is free again.
    shares.name_share(one, c, share=1000, how="Room.", by=by)
    shares.take_back_share(Contribution.objects.get(partner=a), by=by)
    assert queries.shares_of(framework)[0].unclaimed == 10_000 - 3333 - 1000
    c.state = "withdrawn"
    for says, fields in {
        "no active partner": {"partner": c, "share": 1, "how": "It did."},
        "what it contributed": {"partner": b, "share": 1, "how": " "},
        "more than 0": {"partner": b, "share": 0, "how": "It did."},
    }.items():
        assert says in refused(shares.name_share, one, by=by, **fields)


# --- The same people ---------------------------------------------------------------------------


def test_overlap_is_taken_out_once_and_never_in_a_circle() -> None:
    framework = promised("published")
    by = writer(framework)
    one = framework.indicators.get()
    years = [factories.period(framework, year) for year in (2024, 2025, 2026)]
    first, second, third = (
        factories.fact(one, value, period=period)
        for value, period in zip((100, 60, 50), years, strict=True)
    )
    totals = Total.objects.filter(
        indicator=one, role="actual", period=None, place=None, partner=None, cell=None
    )
    declare = overlaps.declare_overlap

    declare(second, first, count=40, why="By name", by=by)
    assert totals.get().value == 170
    assert "At most 20" in refused(declare, second, third, count=21, by=by)
    assert "At most 50" in refused(declare, first, third, count=51, by=by)
    assert "other way round" in refused(declare, first, second, count=5, by=by)
    declare(third, second, by=by)  # all of them
    assert totals.get().value == 120
    assert "other way round" in refused(declare, first, third, count=5, by=by)
    assert "two different published figures" in refused(declare, first, first, by=by)
    overlaps.take_back_overlap(Overlap.objects.get(fact=third), by=by)
    assert totals.get().value == 170
    assert overlaps.counted(Overlap.objects.get()) == "40"


def test_overlap_joins_figures_that_count_the_same_thing_alone() -> None:
    women = factories.cell("sex-female")
    framework = promised("published")
    by = writer(framework)
    one = framework.indicators.get()
    year = factories.period(framework)
    whole = factories.fact(one, 50, period=year)
    part = factories.fact(one, 30, period=year, cell=women)
    money = factories.fact(
        factories.indicator(framework, unit=factories.unit("usd")), 500, period=year
    )
    draft = factories.fact(one, 9, period=factories.period(framework, 2027), state="draft")
    other = promised("published")
    elsewhere = factories.fact(other.indicators.get(), 9, period=factories.period(other))
    declare = overlaps.declare_overlap

    assert "do not count the same" in refused(declare, part, whole, by=by)
    for stranger in (money, draft, elsewhere):
        assert "two different published figures" in refused(declare, whole, stranger, by=by)


# --- Pages -------------------------------------------------------------------------------------


def test_goal_is_set_up_screen_by_screen(client: Client) -> None:
    framework = promised(goals=False, ends_on=date(2027, 12, 31))
    factories.cell("sex-female")
    year = Period.objects.create(
        framework=framework, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31)
    )
    sex = factories.cell("sex-male").categories.get().dimension
    client.force_login(writer(framework))
    base = f"/en/results/{framework.reference}/setup/"

    def post(path: str, **data: Any) -> str:
        answer = client.post(base + path, data)
        assert answer.status_code == 302, answer.content.decode()
        return str(answer["Location"]).removeprefix(base)

    assert "No goal yet" in client.get(base).content.decode()
    first = post("goals/new/", title="Bakers earn more", level="outcome")
    unit = factories.unit()
    next_one = post(first, title="Bakers trained", measure="number", unit=unit.pk, direction="up")
    assert next_one == "indicators/1/rule/"
    page = client.get(base + next_one).content.decode()
    assert "30 people trained this year and 20 the next make 50." in page
    assert post(next_one, rule="sum", decimals="0") == "indicators/1/groups/"
    assert post("indicators/1/groups/", dimensions=[sex.pk]) == "indicators/1/baseline/"
    wrong = client.post(base + "indicators/1/baseline/", {"figure": "12"}).content.decode()
    assert "Say of which day" in wrong
    assert "Say where this figure was read" in wrong
    targets = post("indicators/1/baseline/", because="Nobody counted.")
    wrong = client.post(base + targets, {f"period-{year.pk}": "-5"}).content.decode()
    assert "-5 is below zero" in wrong
    by_group = targets + "?group=sex-male"
    assert post(targets, **{f"period-{year.pk}": "٢٠", "end": "30"}) == ""
    too_many = client.post(base + by_group, {"end": "31"}).content.decode()
    assert "more than the 30 of all" in too_many
    assert post(by_group, end="11", stay="1") == by_group
    one = framework.indicators.get()
    assert sorted(one.facts.filter(role="target").values_list("value", flat=True)) == [11, 20, 30]
    whole = client.get(base).content.decode()
    assert "Nothing is missing." in whole
    assert "1 more figure by group" in whole
    assert client.get(base + "indicators/1/targets/?group=age-old").status_code == 404
    assert client.get(base + "indicators/1/nonsense/").status_code == 404
    # Emptied, a target that is not public goes.
    post(targets, **{f"period-{year.pk}": "", "end": "30"})
    assert one.facts.filter(role="target", period=year).count() == 0


def test_setup_is_hidden_from_others_and_tells_readers_of_the_organisation_why(
    client: Client,
) -> None:
    for state, kind, status in (
        ("draft", "stranger", 404),
        ("draft", "officer", 404),
        ("submitted", "officer", 403),
        ("published", "stranger", 403),
        ("published", "viewer", 403),
        ("draft", "editor", 200),
    ):
        framework = promised(state)
        client.force_login(someone(kind, framework.reporter))
        address = f"/en/results/{framework.reference}/setup/goals/new/"
        assert client.get(address).status_code == status, (state, kind)
    waiting = promised("submitted")
    client.force_login(writer(waiting))
    page = client.get(f"/en/results/{waiting.reference}/setup/").content.decode()
    assert "It is with the secretariat." in page
    assert "Add a goal" not in page


def test_shares_are_public_and_named_on_their_page(client: Client) -> None:
    framework = promised("published")
    factories.partner(name="Bread for All")
    address = f"/en/results/{framework.reference}/shares/"

    assert "No partner is named" in client.get(address).content.decode()
    given = {
        "indicator": framework.indicators.get().pk,
        "partner": "bread for all",
        "share": "33,33 %",
        "how": "It lent its kitchens.",
    }
    assert client.post(address, given).status_code == 403
    client.force_login(writer(framework))
    wrong = client.post(address, {**given, "share": "100.01", "partner": "Nobody"})
    assert "at most 100 per cent" in wrong.content.decode()
    assert "no active partner “Nobody”" in wrong.content.decode()
    assert client.post(address, given).status_code == 302
    client.logout()
    page = client.get(address).content.decode()
    assert "33.33%" in page
    assert "66.67%" in page
    assert "Take this share back" not in page


def test_outline_costs_as_many_queries_for_one_indicator_as_for_three(
    client: Client, django_assert_num_queries: Any
) -> None:
    framework = promised()
    client.force_login(writer(framework))
    for count in (1, 3):
        while framework.indicators.count() < count:
            factories.fact(factories.indicator(framework), 5, role="target")
        with django_assert_num_queries(11):
            client.get(f"/en/results/{framework.reference}/setup/")


def test_absurd_keys_and_words_are_refused_and_never_an_error(client: Client) -> None:
    framework = promised("published")
    client.force_login(writer(framework))
    base, key = f"/en/results/{framework.reference}/", "9" * 30

    for path in (f"setup/goals/{key}/", f"setup/indicators/{key}/rule/", f"overlaps/of/{key}/"):
        assert client.get(base + path).status_code == 404, path
    for path in (f"shares/{key}/take-back/", f"overlaps/{key}/take-back/"):
        assert client.post(base + path).status_code == 404, path
    absurd = {"title": "x\0\u202e", "measure": "number", "unit": key, "lowest": key, "rule": "no"}
    absurd |= {"parent": key, "dimensions": [key], "decimals": key, "figure": "9" * 60, "end": "∞"}
    absurd |= {"indicator": key, "partner": "x" * 400, "share": key, "level": "no"}
    for path in (
        *("shares/", "setup/goals/new/", "setup/breakdown/"),
        *(
            f"setup/indicators/1/{step}/"
            for step in ("measure", "rule", "groups", "baseline", "targets")
        ),
    ):
        answer = client.post(base + path, absurd)
        assert (answer.status_code, b"error-summary" in answer.content) == (200, True), path
