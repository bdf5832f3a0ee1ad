"""A commitment and its goals: written in the workspace, public with it, ended with it."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from coalition.commitments import actions, queries
from coalition.commitments.exploring.actions import file_all
from coalition.commitments.models import Commitment
from coalition.commitments.writing.quality import missing
from coalition.results.models import Fact, Framework
from tests import factories

pytestmark = pytest.mark.django_db


def figures(commitment):
    """What is entered of its indicators: title, measure, unit, role, value, text."""
    return [
        (
            *(fact.indicator.title, fact.indicator.measure, fact.unit and fact.unit.code),
            *(fact.role, fact.value, fact.text),
        )
        for fact in Fact.objects.filter(indicator__framework=commitment.framework)
    ]


GOAL = {
    "goal": "Night bakers have breaks",
    "measured": "Bakers with breaks",
    "unit": "people",
    "target": "1.200",
    "baseline": "٢٥",
    "source": "The list",
}


@pytest.mark.parametrize(
    ("given", "kept", "reason"),
    [
        (
            {},
            [
                ("Bakers with breaks", "number", "people", "target", 1200, ""),
                ("Bakers with breaks", "number", "people", "baseline", 25, ""),
            ],
            "",
        ),
        (
            {"baseline": "", "no_baseline": "Nobody counted"},
            [("Bakers with breaks", "number", "people", "target", 1200, "")],
            "Nobody counted",
        ),
        (
            {"unit": "", "target": "All say so", "baseline": "Few do"},
            [
                ("Bakers with breaks", "text", None, "target", None, "All say so"),
                ("Bakers with breaks", "text", None, "baseline", None, "Few do"),
            ],
            "",
        ),
    ],
    ids=["number", "unknown", "words"],
)
def test_first_goal_is_written_on_one_screen(client, given, kept, reason):
    person = factories.person()
    one = factories.commitment(partner=factories.partner(person=person), goals=False)
    client.force_login(person)
    factories.unit("people")
    address = reverse("commitments:goals", args=[one.reference])

    answer = client.post(address, GOAL | given)

    assert answer.url.endswith(f"/workspace/commitments/{one.reference}/parts/")
    assert figures(one) == kept
    assert one.framework.indicators.get().no_baseline == reason
    assert missing(one) == []
    # A second form of the same screen, sent later, adds no second goal.
    client.post(address, GOAL)
    assert one.framework.results.count() == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"target": "many"}, "“many” is no number."),
        ({"target": "-5"}, "below zero"),
        ({"baseline": "5", "source": ""}, "Say where this was read"),
        ({"baseline": "", "no_baseline": ""}, "or why that is not known"),
        ({"unit": "furlongs"}, "Select a valid choice"),
        ({"measured": " \u200b "}, "Say what is measured."),
    ],
)
def test_a_goal_that_cannot_be_is_refused_beside_its_field(client, given, sentence):
    person = factories.person()
    one = factories.commitment(partner=factories.partner(person=person), goals=False)
    client.force_login(person)
    factories.unit("people")

    answer = client.post(reverse("commitments:goals", args=[one.reference]), GOAL | given)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert one.framework.results.count() == 0


def test_framework_follows_its_commitment_from_draft_to_withdrawal():
    person, officer = factories.person(), factories.officer()
    one = actions.draft(factories.partner(person=person), title="Wages", language="en", by=person)

    def stands():
        of = Framework.objects.get(pk=one.framework_id)
        periods = [str(period) for period in of.periods.all()]
        return of.language, of.is_handed_in, of.is_public, bool(of.ended_at), periods

    assert stands() == ("en", False, False, False, [])
    full = factories.commitment()
    fields = {
        **{name: getattr(full, name) for name in ("promise", "for_whom", "level")},
        "language": "fr",
        "starts_on": date(2027, 1, 1),
        "ends_on": date(2028, 12, 31),
        "places": list(full.places.all()),
        "themes": list(full.themes.all()),
    }
    one = actions.edit(one, fields=fields, by=person)
    one.deliveries.create(provision=full.deliveries.get().provision)
    actions.set_resources(one, [{"kind": "people", "words": "Two organisers"}], by=person)
    assert stands() == ("fr", False, False, False, ["2027", "2028"])
    factories.fact(factories.indicator(one.framework, no_baseline="New"), 5, role="target")
    actions.submit(one, by=person)
    assert stands() == ("fr", True, False, False, ["2027", "2028"])
    one = actions.approve(one, by=officer)
    assert stands() == ("fr", True, True, False, ["2027", "2028"])
    assert Framework.objects.get(pk=one.framework_id).next_due_at.date() == date(2028, 3, 1)
    actions.withdraw(one, reason="The money did not come.", by=person)
    assert stands() == ("fr", True, True, True, ["2027", "2028"])


@pytest.mark.parametrize("has_successor", [True, False])
def test_who_carries_a_promise_on_reports_on_it(has_successor):
    one = factories.commitment("published")
    successor = factories.partner() if has_successor else None

    actions.partner_leaves(one.partner, successor, factories.officer())

    framework = Framework.objects.get(pk=one.framework_id)
    assert framework.reporter == (successor or one.partner)
    assert (framework.ended_at is None) == has_successor


def test_a_draft_that_is_removed_takes_its_goals_with_it():
    one = factories.commitment()

    one.delete()

    assert not Framework.objects.exists()


def test_explorer_shows_and_filters_by_light(client):
    shown = factories.commitment("published", title="Told")
    silent = factories.commitment("published", title="Untold")
    Framework.objects.filter(commitment=shown).update(every=12)
    Framework.objects.filter(commitment=silent).update(every=12, light="silent")
    total = {"role": "actual", "value": 18, "unit": factories.unit(), "facts": 2}
    shown.framework.indicators.get().totals.create(**total)
    file_all()

    page = client.get("/en/commitments/?light=reported").content.decode()
    text = client.get("/en/commitments/download.csv?light=silent").getvalue().decode("utf-8-sig")

    assert "18 people so far" in page
    assert "Untold" not in page
    assert [
        (row["title"], row["framework"], row["reports"])
        for row in csv.DictReader(io.StringIO(text))
    ] == [("Untold", silent.framework.reference, "silent")]


def test_page_shows_goals_in_the_thread_with_what_came_of_them(client):
    one = factories.commitment("published")
    indicator = one.framework.indicators.get()
    report = factories.report(factories.period(one.framework), "published")
    fact = factories.fact(indicator, 18, report=report, period=report.period)
    factories.evidence(fact)
    indicator.totals.create(role="actual", value=18, unit=indicator.unit, facts=1)

    knots = client.get(one.get_absolute_url()).context["knots"]

    below = [
        (each.kind, str(each.title), each.figure) for each in knots if each.position == "below"
    ]
    assert below == [
        ("Goal", "Bakers with an agreement", "18 people so far"),
        ("Evidence", "1 piece of evidence", ""),
    ]


def test_the_archive_holds_goals_with_figures_in_full():
    one = factories.commitment("published")
    indicator = one.framework.indicators.get()
    period = factories.period(one.framework)
    cell = factories.cell("sex-female")
    factories.fact(indicator, 3, period=period, cell=cell, hidden="small")

    kept = queries.archive_of(one.partner)

    assert kept[0]["goals"][0]["indicators"][0]["target"] == {"value": "30", "unit": "people"}
    assert [
        (each["role"], each["period"], each["group"], each["value"]) for each in kept[0]["figures"]
    ] == [
        ("baseline", "", "", "12"),
        ("target", "", "", "30"),
        ("actual", "2026", "sex-female", "3"),
    ]
    assert Commitment.objects.count() == 1
