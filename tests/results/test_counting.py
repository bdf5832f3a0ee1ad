"""Figures of one framework that count towards an indicator of another one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.catalogue.models import Record
from coalition.results import actions as results
from coalition.results.frameworks import actions, counting, overlaps, queries
from coalition.results.frameworks.forms import RuleForm
from coalition.results.models import Fact, Framework, Indicator, Total
from coalition.results.proof.queries import proves_completion
from coalition.results.reading.counting import below, totals_with
from coalition.results.schedules.actions import lay_periods
from coalition.results.totals.actions import derive
from tests import factories
from tests.results.test_totals import CALENDARS, as_they_stand, derived_totals, slow_totals

pytestmark = pytest.mark.django_db


def public(**fields: Any) -> Framework:
    """The empty framework of a public promise."""
    return factories.commitment("published", goals=False, **fields).framework


def quarter(framework: Framework, number: int, year: int = 2025) -> Any:
    first = date(year, 3 * number - 2, 1)
    return factories.period(
        framework, starts_on=first, ends_on=date(year, 3 * number, 31 if number in (1, 4) else 30)
    )


def refused(do: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises((Refused, NotAllowed)) as refusal:
        do(*args, **kwargs)
    return str(refusal.value)


def come_to(indicator: Indicator) -> dict[str, int]:
    """What happened, by period, over all places, partners and groups."""
    totals = Total.objects.filter(
        indicator=indicator, role="actual", place=None, partner=None, cell=None
    )
    return {str(total.period or "all"): total.value for total in totals}


@pytest.fixture
def upper() -> Indicator:
    """Of a framework that counts years, with 5 people in 2025."""
    framework = public()
    one = factories.indicator(framework, "People reached")
    factories.fact(one, 5, period=factories.period(framework, 2025))
    derive([one.pk])
    return one


@pytest.fixture
def lower() -> Indicator:
    """Of a framework that counts quarters: 2 and 4 people in two of 2025, and 9 in one of 2026."""
    framework = public()
    one = factories.indicator(framework, "Bakers reached")
    for value, period in (
        (2, quarter(framework, 1)),
        (4, quarter(framework, 4)),
        (9, quarter(framework, 1, 2026)),
    ):
        factories.fact(one, value, period=period)
    derive([one.pk])
    return one


# --- The two verbs -----------------------------------------------------------------------------


def test_figures_count_and_count_no_more(upper: Indicator, lower: Indicator) -> None:
    officer = factories.officer()
    before = as_they_stand()

    counted = results.count_towards(lower, upper, by=officer)
    assert counted.parent == upper
    assert come_to(upper) == {"2025": 11, "all": 20}
    assert come_to(lower)["all"] == 15
    event = Event.objects.get(verb="results.count_towards")
    assert event.subject == f"results.indicator:{lower.pk}"
    above = {f"results.indicator:{upper.pk}", f"results.framework:{upper.framework_id}"}
    assert above <= set(event.refs)

    results.count_no_more(lower, by=officer)
    assert as_they_stand() == before
    assert Event.objects.filter(verb="results.count_no_more").count() == 1
    assert "do not count towards other results" in refused(results.count_no_more, lower, by=officer)


def test_both_owners_records_follow(upper: Indicator, lower: Indicator) -> None:
    Record.objects.all().delete()
    results.count_towards(lower, upper, by=factories.officer())
    titles = set(Record.objects.values_list("title", flat=True))
    assert {upper.framework.owner.title, lower.framework.owner.title} <= titles


def test_a_new_figure_below_is_in_the_totals_above(upper: Indicator, lower: Indicator) -> None:
    results.count_towards(lower, upper, by=factories.officer())
    factories.fact(lower, 20, period=quarter(lower.framework, 3))
    derive([lower.pk])
    assert come_to(upper) == {"2025": 31, "all": 40}


def test_what_cannot_count_is_refused_with_a_sentence(upper: Indicator, lower: Indicator) -> None:
    def why(one: Indicator, above: Indicator = upper) -> str:
        sentence = refused(results.count_towards, one, above, by=factories.officer())
        one.refresh_from_db()
        assert sentence == counting.why_not(
            Indicator.objects.get(pk=one.pk), Indicator.objects.get(pk=above.pk)
        )
        return sentence

    framework = lower.framework
    land = factories.indicator(framework, unit=factories.unit("hectares"))
    part = factories.indicator(framework, measure="percentage", rule="ratio")
    for one in (land, part, factories.indicator(framework, rule="latest")):
        assert "measured in another way" in why(one)
    scales = [
        factories.indicator(of, measure="scale", rule="average", lowest=1, highest=highest)
        for of, highest in ((framework, 5), (upper.framework, 10))
    ]
    assert "measured in another way" in why(*scales)
    alone = factories.indicator(framework, "Laws", rule="none")
    words = factories.indicator(framework, "Tale", measure="text", rule="none", unit=None)
    assert why(alone) == "Figures of “Laws” are not added."
    assert why(words) == "Figures of “Tale” are not added."
    assert "Figures of “Laws” are not added." in why(lower, alone_of(upper.framework))
    assert "Both belong to the same results" in why(lower, factories.indicator(framework))
    draft = factories.indicator(factories.commitment("draft").framework, "Secret")
    assert "“Secret” is not public yet" in why(draft)
    assert "“Secret” is not public yet" in why(lower, draft)
    example = public(is_example=True)
    assert "Example records and real ones" in why(factories.indicator(example))
    over = public()
    Framework.objects.filter(pk=over.pk).update(ended_at=timezone.now())
    assert "has ended" in why(lower, factories.indicator(over))
    assert not Indicator.objects.exclude(parent=None).exists()


def alone_of(framework: Framework) -> Indicator:
    return factories.indicator(framework, "Laws", rule="none")


def test_an_indicator_counts_towards_one_alone(upper: Indicator, lower: Indicator) -> None:
    officer = factories.officer()
    third = factories.indicator(public(), "Everybody")
    results.count_towards(lower, upper, by=officer)
    said = refused(results.count_towards, lower, third, by=officer)
    assert "“Bakers reached” counts towards “People reached” already" in said
    assert come_to(third) == {}
    # Nor does one that counts within its own framework.
    part = factories.indicator(lower.framework, "Young bakers", parent=lower)
    assert "counts towards “Bakers reached” already" in refused(
        results.count_towards, part, third, by=officer
    )


def test_figures_never_go_round_in_a_circle(upper: Indicator, lower: Indicator) -> None:
    officer = factories.officer()
    between = factories.indicator(public(), "Between")
    within = factories.indicator(between.framework, "Within", parent=between)
    results.count_towards(lower, within, by=officer)
    results.count_towards(between, upper, by=officer)

    assert "in a circle" in refused(results.count_towards, upper, lower, by=officer)
    assert come_to(upper) == {"2025": 11, "all": 20}
    # Each figure reaches the top once, and by its own days.
    top = factories.indicator(public(), "All")
    quarter(top.framework, 4)
    results.count_towards(upper, top, by=officer)
    assert come_to(top) == {"1 October 2025 – 31 December 2025": 4, "all": 20}


def test_an_ended_framework_goes_on_counting(upper: Indicator, lower: Indicator) -> None:
    officer = factories.officer()
    actions.end(lower.framework, by=officer)
    results.count_towards(lower, upper, by=officer)  # what happened, happened
    actions.end(upper.framework, by=officer)
    assert come_to(upper)["all"] == 20
    derive()
    assert come_to(upper)["all"] == 20
    results.count_no_more(lower, by=officer)  # a mistake is mended all the same
    assert come_to(upper)["all"] == 5


# --- Periods, targets, the same people ----------------------------------------------------------


def test_periods_of_the_upper_framework_are_laid_anew(upper: Indicator, lower: Indicator) -> None:
    results.count_towards(lower, upper, by=factories.officer())
    assert come_to(upper) == {"2025": 11, "all": 20}
    framework, owner = upper.framework, upper.framework.owner
    owner.starts_on, owner.ends_on = date(2025, 1, 1), date(2026, 12, 31)
    owner.save(update_fields=["starts_on", "ends_on"])
    Framework.objects.filter(pk=framework.pk).update(every=12)
    lay_periods(Framework.objects.get(pk=framework.pk))
    assert come_to(upper) == {"2025": 11, "2026": 9, "all": 20}
    derive()
    assert come_to(upper) == {"2025": 11, "2026": 9, "all": 20}


def test_what_one_aims_at_is_no_target_of_another(upper: Indicator, lower: Indicator) -> None:
    for one, value in ((upper, 100), (lower, 30)):
        factories.fact(one, value, role="target")
        factories.fact(one, value // 10, role="baseline", as_of=date(2024, 1, 1))
    results.count_towards(lower, upper, by=factories.officer())
    targets = Total.objects.filter(role="target", place=None, partner=None)
    assert dict(targets.values_list("indicator", "value")) == {upper.pk: 100, lower.pk: 30}
    assert not Total.objects.filter(role="baseline").exists()
    assert [total.indicator for total in totals_with(lower.facts.get(role="target"))] == [lower] * 2


def test_the_same_people_in_two_frameworks_are_counted_once(
    upper: Indicator, lower: Indicator
) -> None:
    mine, other = lower.facts.earliest("pk"), upper.facts.get()
    officer = factories.officer()
    declare = overlaps.declare_overlap
    assert "two different published figures" in refused(declare, mine, other, by=officer)
    results.count_towards(lower, upper, by=officer)

    declare(mine, other, by=officer)
    assert come_to(upper) == {"2025": 9, "all": 18}
    assert come_to(lower)["all"] == 15
    assert "other way round" in refused(declare, other, mine, count=1, by=officer)
    # Two that count towards the same one, though neither towards the other.
    beside = factories.indicator(public())
    results.count_towards(beside, upper, by=officer)
    third = factories.fact(beside, 3, period=quarter(beside.framework, 1))
    declare(third, mine, count=1, by=officer)
    assert come_to(upper) == {"2025": 11, "all": 20}
    # What is withheld of another framework is not offered, since the sentences would tell it.
    Fact.objects.filter(pk=other.pk).update(hidden="small")
    assert other not in queries.beside(mine)
    assert third in queries.beside(mine)
    # Untied, it changes no total.
    results.count_no_more(lower, by=officer)
    assert come_to(upper) == {"2025": 8, "all": 8}


def test_whom_one_may_name_as_the_same_people(
    client: Client, upper: Indicator, lower: Indicator
) -> None:
    results.count_towards(lower, upper, by=factories.officer())
    client.force_login(factories.mandate(lower.framework.reporter, "editor").person)
    mine, other = lower.facts.earliest("pk"), upper.facts.get()
    address = f"/en/results/{lower.framework.reference}/overlaps/of/{mine.pk}/"

    page = client.get(address).content.decode()
    assert f"{upper.framework.owner.title}, People reached, 2025: 5 people" in page
    assert client.post(address, {"same_as": other.pk, "count": "1"}).status_code == 302
    assert come_to(upper) == {"2025": 10, "all": 19}
    listed = client.get(f"/en/results/{lower.framework.reference}/overlaps/").content.decode()
    assert f"in “{upper.framework.owner.title}, People reached, 2025: 5 people”" in listed
    # Withheld since: its number is told to its own organisation alone.
    Fact.objects.filter(pk=other.pk).update(hidden="small")
    listed = client.get(f"/en/results/{lower.framework.reference}/overlaps/").content.decode()
    assert "People reached, 2025: withheld" in listed


# --- Forms --------------------------------------------------------------------------------------


def test_forms_neither_show_nor_wipe_out_a_parent_elsewhere(
    client: Client, upper: Indicator, lower: Indicator
) -> None:
    framework = lower.framework
    sister = factories.indicator(framework, "Sister")
    results.count_towards(lower, upper, by=factories.officer())
    assert "parent" in RuleForm(None, indicator=sister).fields
    lower.refresh_from_db()
    assert "parent" not in RuleForm(None, indicator=lower).fields

    writer = factories.mandate(framework.reporter, "editor").person
    client.force_login(writer)
    base = f"/en/results/{framework.reference}/setup/indicators/{lower.number}/"
    for step, data in {
        "rule": {"rule": "sum", "decimals": "2", "parent": ""},
        "groups": {"means_of_verification": "Lists"},
    }.items():
        assert client.post(f"{base}{step}/", data).status_code == 302
    lower.refresh_from_db()
    assert (lower.parent, lower.decimals, lower.means_of_verification) == (upper, 2, "Lists")
    assert (
        "People reached" in client.get(f"/en/results/{framework.reference}/setup/").content.decode()
    )
    # Nor does a program that sends another one.
    for other in (None, sister):
        said = refused(actions.edit_indicator, lower, fields={"parent": other}, by=writer)
        assert "count towards “People reached” of other results" in said
    actions.edit_indicator(lower, fields={"parent": upper, "decimals": 1}, by=writer)
    # Into another framework leads no form.
    said = refused(actions.edit_indicator, sister, fields={"parent": upper}, by=writer)
    assert "another way" in said
    assert come_to(upper)["all"] == 20


def test_what_others_count_towards_keeps_its_measure(lower: Indicator) -> None:
    framework = public()
    above = factories.indicator(framework, "People reached")
    results.count_towards(lower, above, by=factories.officer())
    writer = factories.mandate(framework.reporter, "editor").person
    edit = actions.edit_indicator
    for fields in ({"unit": factories.unit("hectares")}, {"rule": "latest"}):
        said = refused(edit, above, fields=fields, by=writer)
        assert "Figures of others count towards “People reached”" in said
    assert "not taken away" in refused(actions.remove_indicator, above, by=writer)
    results.count_no_more(lower, by=factories.officer())
    edit(above, fields={"rule": "latest"}, by=writer)
    assert come_to(above) == {}


# --- Any history --------------------------------------------------------------------------------


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3, st.integers(0, 40)), min_size=4, max_size=24))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_history_comes_to_the_same_as_all_anew(db, history: list[tuple[int, ...]]) -> None:
    with transaction.atomic():
        officer = factories.officer()
        frameworks = [public() for _ in CALENDARS]
        periods = [
            [factories.period(of, starts_on=first, ends_on=last) for first, last in spans]
            for of, spans in zip(frameworks, CALENDARS, strict=True)
        ]
        tree = [factories.indicator(frameworks[at % 3]) for at in range(5)]
        cells = [None, factories.cell("sex-female"), factories.cell("sex-male")]
        for one, other, what, value in history:
            indicator = Indicator.objects.get(pk=tree[one].pk)
            try:
                if what == 0:
                    counting.count_towards(indicator, tree[other], by=officer)
                elif what == 1:
                    counting.count_no_more(indicator, by=officer)
                else:
                    slot = {"period": periods[one % 3][other % 3], "cell": cells[what - 2]}
                    indicator.facts.filter(**slot).delete()
                    factories.fact(indicator, value, **slot)
                    derive([indicator.pk])
            except Refused:
                continue
        one_by_one = as_they_stand()
        assert derived_totals() == slow_totals()
        derive()
        assert as_they_stand() == one_by_one
        transaction.set_rollback(True)


# --- Small figures ------------------------------------------------------------------------------


def test_a_small_group_below_is_not_told_by_the_totals_above() -> None:
    top, framework = factories.indicator(public()), public()
    year, spring = factories.period(top.framework, 2025), quarter(framework, 1)
    one = factories.indicator(framework)
    women, men = factories.cell("sex-female"), factories.cell("sex-male")
    for cell, own, theirs in ((None, 100, 33), (women, 60, 3), (men, 40, 30)):
        factories.fact(top, own, period=year, cell=cell)
        factories.fact(one, theirs, period=spring, cell=cell)
    derive()
    assert not Total.objects.filter(indicator=top).exclude(hidden="").exists()

    results.count_towards(one, top, by=factories.officer())
    # Of 63 women above 60 are the upper framework's own. These were read before, and will be again:
    # the total is withheld, else the difference would tell the three.
    hidden = {
        (row.indicator_id, row.cell_id, type(row))
        for rows in (Fact.objects, Total.objects)
        for row in rows.exclude(hidden="").exclude(period=None)
    }
    assert (one.pk, women.pk, Fact) in hidden
    assert (top.pk, women.pk, Total) in hidden
    assert not top.facts.exclude(hidden="").exists()

    results.count_no_more(one, by=factories.officer())
    assert not Total.objects.filter(indicator=top).exclude(hidden="").exists()
    assert not top.facts.exclude(hidden="").exists()


# --- Reading ------------------------------------------------------------------------------------


def test_pages_say_where_figures_come_from_and_where_they_go(
    client: Client, upper: Indicator, lower: Indicator
) -> None:
    results.count_towards(lower, upper, by=factories.officer())
    address = "/en/results/{0.framework.reference}/indicators/{0.number}/".format
    page = client.get(address(upper)).content.decode()
    assert "Figures that count towards it come from:" in page
    assert f'href="{lower.framework.owner.get_absolute_url()}"' in page
    assert f'href="{address(lower)}"' in page
    assert "15 people so far" in page
    page = client.get(address(lower)).content.decode()
    assert "Its figures count towards:" in page
    assert f'href="{upper.framework.owner.get_absolute_url()}"' in page
    assert f'href="{address(upper)}"' in page
    # The passport of a figure names the totals of the other framework that hold it.
    page = client.get(lower.facts.earliest("pk").get_absolute_url()).content.decode()
    assert f'href="{address(upper)}#total"' in page
    found = client.get("/en/results/", {"words": upper.framework.reference}).content.decode()
    assert "Bakers reached" in found
    assert "People reached" in found


def test_more_than_can_be_named_are_found_in_the_list(
    client: Client, upper: Indicator, django_assert_num_queries: Any
) -> None:
    framework = public()
    made = [factories.indicator(framework, parent=upper) for _ in range(22)]
    with django_assert_num_queries(7):
        told = below(upper)
    assert ([one.indicator for one in told.others], told.more) == (made[:1:-1], 2)
    page = client.get(
        f"/en/results/{upper.framework.reference}/indicators/{upper.number}/"
    ).content.decode()
    assert f'?words={upper.framework.reference}">and 2 more</a>' in page


def test_a_figure_is_in_exactly_the_totals_that_it_changes() -> None:
    frameworks = [public(), public()]
    for rule in ("sum", "latest"):
        top = factories.indicator(frameworks[0], rule=rule)
        one = factories.indicator(frameworks[1], rule=rule, parent=top)
        part = factories.indicator(frameworks[1], rule=rule, parent=one)
        year = Indicator.objects.get(pk=top.pk).framework.periods.first() or factories.period(
            frameworks[0], 2025
        )
        spans = list(frameworks[1].periods.all()) or [
            quarter(frameworks[1], number, at) for number, at in ((1, 2025), (4, 2025), (1, 2026))
        ]
        facts = [factories.fact(top, 1000, period=year)]
        facts += [factories.fact(one, 100 + at, period=span) for at, span in enumerate(spans)]
        facts.append(factories.fact(part, 10, period=spans[1]))
        partner = factories.partner()
        facts.append(factories.fact(part, 20, period=spans[0], partner=partner))
        derive()
        slots = ("indicator", "period", "place", "partner", "cell")
        before = dict(zip(*columns(slots), strict=True))
        for fact in facts:
            held = {
                tuple(getattr(total, f"{name}_id") for name in slots) for total in totals_with(fact)
            }
            Fact.objects.filter(pk=fact.pk).update(value=fact.value + 100_000)
            derive([fact.indicator_id])
            after = dict(zip(*columns(slots), strict=True))
            changed = {slot for slot, value in after.items() if before[slot] != value}
            assert held == changed, (rule, fact)
            Fact.objects.filter(pk=fact.pk).update(value=fact.value)
            derive([fact.indicator_id])


def columns(slots: tuple[str, ...]) -> tuple[list[tuple[Any, ...]], list[int]]:
    rows = Total.objects.values_list(*slots, "value")
    return [row[:-1] for row in rows], [row[-1] for row in rows]


# --- Completion ---------------------------------------------------------------------------------


def test_an_indicator_without_figures_is_proved_by_those_of_others(lower: Indicator) -> None:
    framework = public()
    above = factories.indicator(framework, "People reached")
    between = factories.indicator(public())
    assert "no figure was reported" in proves_completion(framework)[0]
    results.count_towards(between, above, by=factories.officer())
    results.count_towards(lower, between, by=factories.officer())
    assert "no figure was reported" in proves_completion(framework)[0]
    factories.evidence(
        lower.facts.earliest("pk"),
        checked_by=factories.person(),
        checked_at=timezone.now(),
        holds=True,
    )
    assert proves_completion(framework) == []
