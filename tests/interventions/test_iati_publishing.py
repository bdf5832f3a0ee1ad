"""What is published as IATI: always valid, the same until something changes, nothing withheld."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from coalition.interventions import actions
from coalition.interventions.iati.actions import judged, read, refresh, refresh_all
from coalition.interventions.iati.checks import iati_settings_are_sound
from coalition.interventions.models import Published
from coalition.results.disputes.actions import admit, resolve
from coalition.results.proof.actions import check, strike
from tests import factories

pytestmark = pytest.mark.django_db


def schema(data_dir, of: str) -> etree.XMLSchema:
    """The official form of 2.03, as an oracle."""
    return etree.XMLSchema(etree.parse(data_dir / "iati" / "schemas" / f"iati-{of}-schema.xsd"))


def whole():
    """An intervention with everything that IATI can tell of it."""
    one = factories.intervention(
        "implementation",
        title="Skills for bakers",
        for_whom="Bakers < 30 & their masters",
        titles={"ar": "مهارات للخبازين"},
        challenges=[factories.challenge()],
        sdgs=["8", "8.5"],
    )
    funder = factories.role(one, "funding", "confirmed").partner
    factories.role(one, "champion", "confirmed")
    factories.role(one, "implementing", "asked", partner=factories.partner("Not asked yet"))
    usd = factories.unit("usd")
    money = {"unit": usd, "value_on": date(2025, 1, 1), "partner": funder}
    one.budgets.create(
        number=1, amount=1_000_050, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31), **money
    )
    one.payments.create(number=1, amount=50_000, paid_on=date(2025, 6, 1), words="First", **money)
    one.payments.create(
        number=2,
        amount=7,
        paid_on=date(2025, 6, 2),
        struck_because="Twice",
        **money,
        struck_at=one.published_at,
    )
    measured = one.framework.indicators.get()
    year = factories.period(one.framework, 2025)
    report = factories.report(year, "published")
    factories.fact(
        measured, 240, period=year, report=report, source="Lists", as_of=date(2026, 1, 5)
    )
    return one


def published(one) -> etree._Element:
    refresh([one])
    return etree.fromstring(Published.objects.get(intervention=one).xml)


def test_all_that_is_public_is_told_and_valid(data_dir):
    one = whole()

    told = published(one)

    assert told.findtext("iati-identifier") == f"XX-COALITION-{one.reference}"
    assert [each.text for each in told.findall("title/narrative")] == [
        *("Skills for bakers", "مهارات للخبازين"),
    ]
    assert [each.get("role") for each in told.findall("participating-org")] == ["2", "1"]
    assert told.find("activity-status").get("code") == "2"
    assert [each.get("code") for each in told.findall("tag")][:2] == ["8", "8.5"]
    assert told.findtext("budget/value") == "10000.50"
    assert [each.findtext("value") for each in told.findall("transaction")] == ["500.00"]
    actual = told.find("result/indicator/period/actual")
    assert actual.get("value") == "240"
    comment = actual.findtext("comment/narrative")
    assert "Source: Lists. As of 2026-01-05. Not checked." in comment
    assert actual.find("document-link").get("url").endswith("/")
    whole_file = etree.fromstring(
        f'<iati-activities version="2.03">{etree.tostring(told).decode()}</iati-activities>'
    )
    schema(data_dir, "activities").assertValid(whole_file)


@pytest.mark.parametrize("state", ["pipeline", "kick_off", "closed", "cancelled", "suspended"])
def test_the_barest_intervention_is_valid_too(state, data_dir):
    one = factories.intervention(
        state, about="", goals=False, lead="asked", themes=[factories.theme()]
    )
    one.places.clear()

    told = published(one)

    assert judged(etree.tostring(told).decode()).is_valid
    whole_file = etree.fromstring(
        f'<iati-activities version="2.03">{etree.tostring(told).decode()}</iati-activities>'
    )
    schema(data_dir, "activities").assertValid(whole_file)


def test_drafts_and_what_has_no_day_are_not_published():
    for one in (
        factories.intervention("draft"),
        factories.intervention("pipeline", starts_on=None),
    ):
        refresh([one])
    assert not Published.objects.exists()


def test_it_is_made_anew_when_something_changes_and_only_then():
    one = factories.intervention("pipeline")
    refresh([one])
    before = Published.objects.get()

    assert refresh([one]) == []
    assert Published.objects.get().changed_at == before.changed_at
    actions.edit(one, fields={"title": "Skills for all"}, why="It grew.", by=factories.officer())

    after = Published.objects.get()
    assert after.changed_at > before.changed_at
    assert read(after.xml).title[0].text == "Skills for all"


def test_all_are_made_anew_in_a_fixed_number_of_queries(django_assert_num_queries):
    whole()
    with django_assert_num_queries(27):
        assert list(refresh_all()) == [1]
    for _ in range(3):
        whole()
    with django_assert_num_queries(27):
        assert list(refresh_all()) == [3]


def test_a_withheld_figure_is_not_told():
    one = whole()
    fact = one.framework.indicators.get().facts.get(role="actual")
    fact.hidden = "small"
    fact.save(update_fields=["hidden"])

    told = etree.tostring(published(one)).decode()

    assert "240" not in told


def test_files_are_answered_with_conditions(client, data_dir):
    one = whole()
    refresh([one])

    answer = client.get("/iati/activities.xml")

    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    schema(data_dir, "activities").assertValid(etree.fromstring(content))
    assert answer["Access-Control-Allow-Origin"] == "*"
    for headers in (
        {"If-None-Match": answer["ETag"]},
        {"If-Modified-Since": answer["Last-Modified"]},
    ):
        again = client.get("/iati/activities.xml", headers=headers)
        assert (again.status_code, again.get("ETag")) == (304, answer["ETag"])
    of_lead = client.get(f"/iati/{one.partner.reference}/activities.xml")
    assert b"".join(of_lead.streaming_content) == content
    stranger = factories.partner()
    assert client.get(f"/iati/{stranger.reference}/activities.xml").status_code == 404


def test_the_organisations_file_tells_what_each_brings_by_year(client, data_dir):
    one = whole()
    refresh([one])

    answer = client.get("/iati/organisations.xml")

    told = etree.fromstring(answer.content)
    schema(data_dir, "organisations").assertValid(told)
    names = [each.findtext("name/narrative") for each in told]
    assert one.partner.name in names
    assert "Not asked yet" not in names
    amounts = [Decimal(each.text) for each in told.findall(".//total-budget/value")]
    assert amounts == [Decimal("10000.50")]
    again = client.get("/iati/organisations.xml", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("IATI_IDENTIFIER", "XM-EXAMPLE-1", []),
        ("IATI_IDENTIFIER", "Example", ["coalition.E003"]),
        ("IATI_IDENTIFIER", "XM-a b", ["coalition.E003"]),
        ("IATI_IDENTIFIER", "XM-A/B", ["coalition.E003"]),
        ("IATI_IDENTIFIER", "", ["coalition.E003"]),
        ("IATI_TYPE", "10", []),
        ("IATI_TYPE", "12", ["coalition.E004"]),
    ],
)
def test_settings_that_would_spoil_every_file_are_errors(name, value, found, settings):
    setattr(settings, name, value)
    assert [one.id for one in iati_settings_are_sound(None)] == found


def test_what_becomes_of_proof_and_disputes_is_told_at_once():
    one = whole()
    refresh([one])
    fact = one.framework.indicators.get().facts.get(role="actual")
    proof = factories.evidence(fact)
    officer = factories.officer()

    def comment() -> str:
        told = etree.fromstring(Published.objects.get(intervention=one).xml)
        return told.findtext(".//actual/comment/narrative")

    assert "Not checked." in comment()
    check(proof, holds=True, by=officer)
    assert "Checked by a second person." in comment()
    strike(proof, reason="It is of another year.", by=officer)
    assert "Not checked." in comment()
    said = admit(factories.dispute(fact), reason="It says so.", by=officer)
    assert "Disputed." in comment()
    resolve(said, outcome="upheld", reason="It stands.", by=officer)
    assert "Disputed." not in comment()
