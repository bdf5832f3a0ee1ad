"""What readers see of figures: pages, passports, the list, files; and what they never see."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from coalition.results.models import Fact, Overlap, Total
from coalition.results.reading import counting, exports, queries
from coalition.results.totals.actions import derive
from tests import factories

pytestmark = pytest.mark.django_db
# Figures that occur nowhere else, so that a leak is seen wherever it is.
SMALL, PROTECTED = 3, 4817
SECRET = "secretly-three"


def of_bakers(**fields: Any) -> Any:
    """A published promise with a framework of one indicator over two years: 310 of 500 people."""
    owner = factories.commitment("published", title="Decent pay in bakeries", **fields)
    framework = factories.framework(commitment=owner, every=12)
    indicator = factories.indicator(framework, "Bakers trained", decimals=1)
    years = [factories.period(framework, year) for year in (2024, 2025)]
    factories.fact(indicator, 500, role="target")
    factories.fact(indicator, 0, role="baseline")
    reports = [factories.report(year, "published") for year in years]
    factories.fact(indicator, 110, period=years[0], report=reports[0])
    factories.fact(indicator, 200, period=years[1], report=reports[1], source="Payroll")
    derive()
    return framework


def with_withheld(framework: Any) -> list[Fact]:
    """Its last year broken down: one cell too small to be told, one withheld to protect it."""
    indicator = framework.indicators.get()
    year = framework.periods.last()
    whole = indicator.facts.get(period=year, role="actual")
    whole.value = SMALL + PROTECTED + 6000
    whole.save()
    shared = {"period": year, "report": whole.report}
    cells = [
        factories.fact(
            indicator, SMALL, cell=factories.cell("sex-other"), note=SECRET, source=SECRET, **shared
        ),
        factories.fact(indicator, PROTECTED, cell=factories.cell("sex-female"), **shared),
        factories.fact(indicator, 6000, cell=factories.cell("sex-male"), **shared),
    ]
    derive()
    # By hand: which figures are withheld is tested where it is decided.
    for one, why in zip(cells, ("small", "protects", ""), strict=True):
        Fact.objects.filter(pk=one.pk).update(hidden=why)
        Total.objects.filter(indicator=indicator, cell=one.cell).update(hidden=why)
    return [Fact.objects.get(pk=one.pk) for one in cells]


def get(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return body(response).decode()


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- Where an indicator stands


def test_indicator_stands_where_its_total_stands_against_its_target():
    framework = of_bakers()

    (standing,) = queries.standings(list(queries.indicators_of(framework)))

    assert standing.sentence == "310 people so far; the target is 500 people"
    assert standing.start_told == "0 people"
    assert standing.bar == {"now": "62.00%", "aim": "100.00%", "start": "0.00%"}
    assert (standing.figures, standing.evidence, standing.disputed) == (2, 0, 0)


def test_course_is_added_up_where_figures_add_up(client: Client):
    framework = of_bakers()

    html = get(client, framework.get_absolute_url())

    svg = re.search(r"<svg role=\"img\".*?</svg>", html, flags=re.S)[0]
    assert re.findall(r"<text class=\"value\"[^>]*>([^<]+)<", svg) == ["0", "110", "310"]
    assert re.findall(r"<text class=\"aim\"[^>]*>([^<]+)<", svg) == ["target 500"]
    assert "310 people so far; the target is 500 people" in words(html)


def test_summary_is_for_those_who_may_see_the_framework():
    visitor, framework = factories.person(), of_bakers()
    hidden = factories.framework(reporter=factories.partner())
    factories.indicator(hidden)
    focal_point = factories.person()
    factories.mandate(hidden.reporter, person=focal_point)

    shown = [
        queries.summary(one, reader=reader) is not None
        for one, reader in (
            (framework, visitor),
            (hidden, visitor),
            (hidden, focal_point),
            (None, visitor),
        )
    ]

    assert shown == [True, False, True, False]


def test_indicator_that_reports_less_is_better_reaches_its_target_from_above():
    framework = factories.framework(commitment=factories.commitment("published"))
    indicator = factories.indicator(framework, "Accidents", direction="down", rule="latest")
    year = factories.period(framework, 2025)
    factories.fact(indicator, 20, role="target")
    told = factories.fact(indicator, 25, period=year)
    derive()
    sentences = [queries.standings([indicator])[0].sentence]
    Fact.objects.filter(pk=told.pk).update(value=20)
    derive()

    sentences.append(queries.standings([indicator])[0].sentence)

    assert sentences == [
        "25 people now; the target is at most 20 people",
        "20 people: the target of 20 people is reached",
    ]


def test_amounts_of_two_currencies_stand_side_by_side(client: Client):
    framework = factories.framework(commitment=factories.commitment("published"))
    usd, eur = factories.unit("usd"), factories.unit("eur")
    indicator = factories.indicator(framework, "Grants", unit=usd)
    year = factories.period(framework, 2025)
    source = factories.source("rates")
    usd.rates.create(into=eur, on=date(2025, 5, 1), rate=90_000_000, source=source)
    factories.fact(indicator, 100_000, period=year, as_of=date(2025, 6, 1))
    factories.fact(indicator, 20_000, period=year, unit=eur, partner=factories.partner())
    derive()

    page = words(get(client, f"{framework.get_absolute_url()}indicators/1/"))

    (standing,) = queries.standings([indicator])
    assert standing.sentence == "1,000.00 USD · 200.00 EUR so far"
    assert "900.00 EUR, at 0.9 EUR for 1 USD on 1 May 2025 (Source rates)" in page


# --- A figure and its passport


def test_passport_says_all_that_a_figure_rests_on(client: Client):
    framework = of_bakers()
    fact = Fact.objects.get(value=200)
    factories.fact(
        fact.indicator,
        190,
        period=fact.period,
        state="superseded",
        published_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    other = factories.fact(fact.indicator, 40, period=fact.period, partner=factories.partner())
    Overlap.objects.create(fact=fact, same_as=other, count=15)
    factories.evidence(fact, title="Attendance sheets")
    factories.dispute(fact, "admitted", reason="We counted 150.", reply="You left out Sunday.")
    derive()

    page = words(get(client, fact.get_absolute_url()))

    for told in (
        "200 people 2025",
        "Add them up.",
        "Payroll",
        f"{fact.partner.name} , by a person who acts for it",
        "by the secretariat, which read the report",
        "Nobody but who reported it has checked it yet.",
        "Attendance sheets",
        "We counted 150.",
        "You left out Sunday.",
        "Bakers trained , all periods: 335 people",
        "15 people: Bakers trained",
        "190 people",
        framework.owner.title,
    ):
        assert told in page


def test_passport_of_a_percentage_has_both_its_numbers(client: Client):
    framework = factories.framework(commitment=factories.commitment("published"))
    indicator = factories.indicator(framework, measure="percentage", rule="ratio")
    fact = factories.fact(indicator, 45, denominator=60, period=factories.period(framework))
    derive()

    page = words(get(client, fact.get_absolute_url()))

    assert "75.0%" in page
    assert "45 out of 60 people" in page


def test_projection_is_in_no_total_and_later_figure_alone_in_the_latest():
    framework = factories.framework(commitment=factories.commitment("published"))
    indicator = factories.indicator(framework, rule="latest")
    facts = [
        factories.fact(indicator, 10 * year, period=factories.period(framework, year))
        for year in (2023, 2024)
    ]
    projected = factories.fact(
        indicator, 9, period=factories.period(framework, 2025), basis="projected"
    )
    derive()

    held = [
        [(total.period_id, total.partner_id) for total in counting.totals_with(one)]
        for one in (*facts, projected)
    ]

    reporter = framework.reporter_id
    first, second = (one.period_id for one in facts)
    assert [set(one) for one in held] == [
        {(first, None)},
        {(second, None), (None, None), (None, reporter)},
        set(),
    ]


def test_draft_and_figures_of_a_hidden_framework_are_not_found(client: Client):
    framework = of_bakers()
    year = factories.period(framework, 2026)
    draft = factories.fact(
        framework.indicators.get(), 7, period=year, state="draft", report=factories.report(year)
    )
    hidden = factories.framework(commitment=factories.commitment("draft"))
    secret = factories.fact(factories.indicator(hidden), 7, period=factories.period(hidden))

    addresses = [
        draft.get_absolute_url(),
        f"{framework.get_absolute_url()}figures/{secret.pk}/",
        secret.get_absolute_url(),
        f"{secret.get_absolute_url()[:-1]}.json",
        hidden.get_absolute_url(),
        f"{hidden.get_absolute_url()}indicators/1/",
        f"{hidden.get_absolute_url()}download.csv",
        f"{framework.get_absolute_url()}download.exe",
        f"{framework.get_absolute_url()}indicators/99/",
    ]

    assert {client.get(address).status_code for address in addresses} == {404}


def test_those_who_report_find_the_way_to_their_goals_and_their_evidence(client: Client):
    framework = of_bakers()
    pages = [framework.get_absolute_url(), Fact.objects.get(value=200).get_absolute_url()]
    focal_point = factories.person()
    factories.mandate(framework.reporter, person=focal_point)
    doors = [f"{framework.get_absolute_url()}setup/", "/evidence/"]

    before = [door in get(client, page) for door, page in zip(doors, pages, strict=True)]
    client.force_login(focal_point)
    after = [door in get(client, page) for door, page in zip(doors, pages, strict=True)]

    assert (before, after) == ([False, False], [True, True])


# --- What is withheld


def test_withheld_figures_occur_nowhere(client: Client):
    framework = of_bakers()
    small, protected, _male = with_withheld(framework)
    indicator = framework.indicators.get()
    earlier = factories.fact(
        indicator, PROTECTED, cell=protected.cell, period=protected.period, state="superseded"
    )
    factories.evidence(small, title=f"Only {SECRET}")
    factories.dispute(protected, "admitted", reason=SECRET, reply=SECRET)
    base, api = framework.get_absolute_url(), f"/api/v1/frameworks/{framework.reference}"
    figures = [f"{base}figures/{one.pk}" for one in (small, protected, earlier)]
    addresses = [
        base,
        f"{base}indicators/1/",
        *(f"{one}/" for one in figures),
        *(f"{one}.json" for one in figures),
        *(f"{base}download.{kind}" for kind in ("csv", "json")),
        "/en/results/",
        *(f"/en/results/download.{kind}" for kind in ("csv", "json")),
        framework.owner.get_absolute_url(),
        f"/api/v1/commitments/{framework.owner.reference}",
        api,
        f"{api}/figures",
        f"{api}/totals",
    ]

    answers = {address: get(client, address) for address in addresses}

    told_values = re.compile(rf"(?<![\d-]){PROTECTED}(?!\d)|4,817|{SECRET}")
    assert [address for address, text in answers.items() if told_values.search(text)] == []
    rows = list(csv.DictReader(io.StringIO(answers[f"{base}download.csv"].lstrip("\ufeff"))))
    by_cell = {row["cell"]: (row["value"], row["withheld"]) for row in rows if row["cell"]}
    assert by_cell == {
        "sex=sex-other": ("", "small"),
        "sex=sex-female": ("", "protects"),
        "sex=sex-male": ("6000", ""),
    }
    assert answers[f"{base}indicators/1/"].count("withheld") >= 4
    for address in figures[:2]:
        passport = json.loads(answers[f"{address}.json"])
        kept = ("value", "text", "source", "dispute", "reply")
        assert [passport[name] for name in kept] == [""] * 5
    book = load_workbook(io.BytesIO(body(client.get(f"{base}download.xlsx"))))
    cells = {value for row in book.active.values for value in row}
    assert {str(PROTECTED), PROTECTED, SECRET} & cells == set()
    assert "6000" in cells
    totals = json.loads(answers[f"{api}/totals"])["results"]
    told_totals = {row["cell"]: row["value"] for row in totals if row["cell"]}
    assert told_totals == {"sex-other": "", "sex-female": "", "sex-male": "6000"}


# --- Files


def test_files_carry_the_passport_of_each_figure(client: Client):
    framework = of_bakers()
    fact = Fact.objects.get(value=200)
    factories.evidence(fact, holds=True, checked_by=factories.person(), checked_at=timezone.now())
    factories.dispute(fact, "admitted", reason="=150", reply="No.")
    base = framework.get_absolute_url()

    rows = json.loads(get(client, f"{base}download.json"))["figures"]

    assert len(rows) == 4
    (row,) = [one for one in rows if one["value"] == "200"]
    assert row == {
        "framework": framework.reference,
        "owner": framework.owner.reference,
        "result": fact.indicator.result.title,
        "indicator": 1,
        "title": "Bakers trained",
        "language": "en",
        "measure": "number",
        "unit": "people",
        "currency": "",
        "rule": "sum",
        "role": "actual",
        "period_from": "2025-01-01",
        "period_until": "2025-12-31",
        "place": "",
        "cell": {},
        "value": "200",
        "numerator": "",
        "denominator": "",
        "text": "",
        "not_known": "",
        "basis": "reported",
        "source": "Payroll",
        "source_url": "",
        "as_of": None,
        "reporter": fact.partner.reference,
        "reporter_name": fact.partner.name,
        "report": fact.report_id,
        "state": "published",
        "published_at": fact.published_at.isoformat(),
        "checked": True,
        "evidence": 1,
        "disputed": True,
        "dispute": "=150",
        "reply": "No.",
        "withheld": "",
        "is_example": False,
        "url": f"http://127.0.0.1:8000{fact.get_absolute_url()}",
    }
    (line,) = [
        one
        for one in csv.DictReader(io.StringIO(get(client, f"{base}download.csv").lstrip("\ufeff")))
        if one["value"] == "200"
    ]
    assert (line["dispute"], line["checked"], line["cell"]) == ("'=150", "1", "")
    book = load_workbook(io.BytesIO(body(client.get(f"{base}download.xlsx"))))
    assert [cell.value for cell in book.active[1]] == list(row)
    assert book.active.max_row == 5


def test_workbook_that_would_be_too_long_is_refused_with_a_sentence(client: Client, monkeypatch):
    monkeypatch.setattr(exports, "MOST_IN_A_WORKBOOK", 3)
    base = of_bakers().get_absolute_url()

    response = client.get(f"{base}download.xlsx")

    assert response.status_code == 400
    assert "Narrow the question, or take the CSV." in response.content.decode()


# --- All indicators


def test_explorer_answers_each_wish(client: Client):
    framework = of_bakers(partner=factories.partner("Bakers", country=factories.country("FRA")))
    framework.light = "overdue"
    framework.save()
    other = factories.framework(commitment=factories.commitment("published", goals=False))
    paid = factories.indicator(
        other, "Wages paid", measure="percentage", rule="ratio", unit=factories.unit("workers")
    )
    year = factories.period(other, 2025)
    fact = factories.fact(paid, 10, denominator=20, period=year)
    factories.dispute(fact, "admitted")
    factories.evidence(fact, holds=True, checked_by=factories.person(), checked_at=timezone.now())
    hidden = factories.framework(commitment=factories.commitment("submitted"))
    factories.indicator(hidden, "Secret bakers")
    derive()
    bakers, wages = "Bakers trained", "Wages paid"
    wishes = {
        "": [wages, bakers],
        "sort=title": [bakers, wages],
        "words=trained": [bakers],
        "words=decent pay": [bakers],
        f"words={other.reference}": [wages],
        "measure=percentage": [wages],
        "unit=workers": [wages],
        "group=GOV": [],
        "country=France": [bakers],
        "light=overdue": [bakers],
        "disputed=yes": [wages],
        "disputed=no": [bakers],
        "proof=checked": [wages],
        "proof=none": [bakers],
        "words=secret": [],
        "measure=rubbish&unit=zz&page=99": [wages, bakers],
    }

    found = {wish: titles(get(client, f"/en/results/?{wish}")) for wish in wishes}

    assert found == wishes
    rows = json.loads(get(client, "/en/results/download.json?unit=workers"))["figures"]
    assert [(row["title"], row["value"]) for row in rows] == [(wages, "50.0")]


def titles(html: str) -> list[str]:
    return re.findall(r'<h3><a href="[^"]*indicators/\d+/"[^>]*>([^<]+)</a>', html)


def test_pages_stay_light_with_many_figures(client: Client):
    owner = factories.commitment("published", goals=False)
    framework = factories.framework(commitment=owner)
    years = [factories.period(framework, year) for year in range(2016, 2024)]
    places = [factories.country(code) for code in ("FRA", "KEN", "BRA")]
    cells = [None, *(factories.cell(f"sex-{name}") for name in ("female", "male", "other"))]
    for _number in range(10):
        indicator = factories.indicator(framework)
        factories.fact(indicator, 90_000, role="target")
        Fact.objects.bulk_create(
            Fact(
                indicator=indicator,
                period=year,
                place=place,
                cell=cell,
                role="actual",
                partner=framework.reporter,
                unit=indicator.unit,
                value=100 + 7 * at,
                state="published",
                published_at=timezone.now(),
            )
            for at, year in enumerate(years)
            for place in places
            for cell in cells
        )
    derive()

    base = framework.get_absolute_url()
    sizes = {
        (language, page): len(gzip.compress(client.get(f"/{language}{base[3:]}{page}").content))
        for language in ("en", "ar")
        for page in ("", "?page=2", "indicators/1/", "indicators/1/?page=3")
    }

    assert max(sizes.values()) <= 15_000, sizes


def test_a_total_names_the_disputed_figure_of_an_indicator_below_it() -> None:
    framework = of_bakers()
    above = factories.indicator(framework, "All who were trained")
    below = framework.indicators.get(number=1)
    below.parent = above
    below.save()
    page = f"/en/results/{framework.reference}/indicators/{above.number}/"

    before = Client().get(page).content.decode()
    factories.dispute(below.facts.filter(role="actual").first(), "admitted")
    after = Client().get(page).content.decode()

    assert ("disputed" in before, after.count("</span> disputed</span>")) == (False, 1)
