"""The directory on the map, over time and as files; its newer filters."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from coalition.partners.directory import queries
from coalition.partners.models import KnownName, Partner
from tests import factories

pytestmark = pytest.mark.django_db


def at(route: str) -> str:
    with translation.override("en"):
        return reverse(f"partners:{route}")


@pytest.fixture
def three() -> dict[str, Partner]:
    made = {
        "bakers": factories.partner(
            "Bakers Union", country=factories.country("FRA"), joined_on=date(2024, 2, 1)
        ),
        "millers": factories.partner(
            "Millers Union", country=factories.country("FRA"), joined_on=date(2025, 12, 31)
        ),
        "ministry": factories.partner(
            "Ministry of Bread",
            group=factories.group("GOV"),
            country=factories.country("KEN"),
            joined_on=date(2026, 1, 1),
        ),
    }
    factories.priority(made["bakers"], level=factories.level("national"))
    factories.priority(made["ministry"], level=factories.level("regional"))
    KnownName.objects.create(partner=made["millers"], kind="former", name="Guild of Grain")
    KnownName.objects.create(partner=made["bakers"], kind="officer", name="Person in Charge")
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"level": "regional"}, ["Ministry of Bread"]),
        ({"since": "2026"}, ["Ministry of Bread"]),
        ({"since": "2025"}, ["Millers Union", "Ministry of Bread"]),
        ({"words": "guild"}, ["Millers Union"]),
        ({"words": "charge"}, []),  # people in charge are found by nobody
        ({"since": "1066"}, ["Bakers Union", "Millers Union", "Ministry of Bread"]),
        ({"since": "2025", "group": "WRK"}, ["Millers Union"]),
    ],
)
def test_directory_filters_by_level_year_and_other_names(client, three, query, expected):
    assert [one.name for one in client.get(at("directory"), query).context["page"]] == expected


def test_non_communicating_partner_is_listed_and_marked_and_a_suspended_one_is_not(client, three):
    Partner.objects.filter(name="Bakers Union").update(state="non_communicating")
    Partner.objects.filter(name="Millers Union").update(state="suspended")

    page = client.get(at("directory"))

    assert [one.name for one in page.context["page"]] == ["Bakers Union", "Ministry of Bread"]
    assert "Non-communicating" in page.content.decode()


def test_growth_adds_up_by_the_end_of_each_quarter(three):
    periods, totals = queries.growth_by_group(Partner.objects.filter(joined_on__year__lte=2026))
    workers, governments = factories.group("WRK").pk, factories.group("GOV").pk

    assert periods[:2] == ["2024 Q1", "2024 Q2"]
    assert "2025 Q4" in periods
    at_end_of_2025 = periods.index("2025 Q4")
    assert (totals[workers][0], totals[workers][at_end_of_2025]) == (1, 2)
    assert (totals[governments][at_end_of_2025], totals[governments][-1]) == (0, 1)


def test_growth_over_many_years_is_told_by_year():
    factories.partner("Old Union", joined_on=date(2001, 5, 5))

    periods, totals = queries.growth_by_group(Partner.objects.all())

    assert periods[:2] == ["2001", "2002"]
    assert {tuple(values) for values in totals.values()} == {(1,) * len(periods)}


def test_growth_of_nobody_is_empty():
    assert queries.growth_by_group(Partner.objects.none()) == ([], {})


def test_overview_leads_from_a_country_to_its_partners(client, three):
    page = client.get(at("overview"), {"scope": "national"}).content.decode()

    assert f'href="{at("directory")}?scope=national&amp;country=FRA"' in page
    assert "How 3 partners came together" in page


def test_workbook_and_csv_hold_the_same_rows(three):
    client = Client()

    text = client.get(at("directory_csv"), {"group": "WRK"}).getvalue().decode("utf-8-sig")
    answer = client.get(at("directory_xlsx"), {"group": "WRK"})
    sheet = load_workbook(io.BytesIO(answer.getvalue())).active
    answer.close()

    rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert rows == list(csv.reader(io.StringIO(text, newline="")))
    assert [row[1] for row in rows] == ["Name", "Bakers Union", "Millers Union"]
