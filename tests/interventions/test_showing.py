"""What came of key interventions, as everybody reads it: results, theory of change, briefs."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from coalition.interventions.models import Activity, Intervention
from coalition.places.models import Place
from coalition.results.models import Fact, Result, Total
from coalition.results.totals.actions import derive
from tests import factories
from tools import chromium
from tools.site import MOST_HTML

pytestmark = pytest.mark.django_db
# Figures that occur nowhere else, so that a leak is seen wherever it is.
SMALL, PROTECTED = 4271, 4817
A4 = "<style>@page { size: A4; margin: 1cm }</style>"
LONG = "Bakers in all towns of the coast learn what new ovens can do, and rest at night. "


def result(of: Intervention, level: str, title: str, parent: Result | None = None) -> Result:
    last = of.framework.results.count()
    return Result.objects.create(
        framework=of.framework, level=level, title=title, parent=parent, position=last
    )


def chain(of: Intervention, words: str = "") -> list[Result]:
    """An output that leads to an outcome, which leads to an impact."""
    impact = result(of, "impact", f"Bakers live better{words}")
    outcome = result(of, "outcome", f"Bakers earn more{words}", impact)
    return [impact, outcome, result(of, "output", f"Courses are given{words}", outcome)]


def activity(
    of: Intervention, title: str, towards: Result | None = None, **fields: Any
) -> Activity:
    days = {"starts_on": date(2026, 1, 1), "ends_on": date(2027, 6, 30)}
    number = of.activities.count() + 1
    given = {"number": number, "title": title, "result": towards, **days, **fields}
    return of.activities.create(**given)


def running(indicators: int = 1, years: int = 2, **fields: Any) -> Intervention:
    """An intervention that is carried out in France and Kenya, with indicators of its output, each
    reported over years: 110 a year of 500, in both places."""
    places = [Place.objects.get(code=code) for code in ("FRA", "KEN")]
    words = fields.pop("words", "")
    one = factories.intervention("implementation", goals=False, places=places, **fields)
    _impact, _outcome, output = chain(one, words)
    activity(one, f"A course in six towns{words}", output)
    kept = [factories.period(one.framework, 2024 + at) for at in range(years)]
    for at in range(indicators):
        title = f"Bakers who learned {at}{words}"
        measured = factories.indicator(one.framework, title, result=output)
        factories.fact(measured, 20, role="baseline")
        factories.fact(measured, 500, role="target")
        for period in kept:
            factories.fact(measured, 110, period=period)
            factories.fact(measured, 70, period=period, place=places[0])
            factories.fact(measured, 40, period=period, place=places[1])
    derive()
    return one


def get(client: Client, route: str, *arguments: str, query: str = "", language: str = "en") -> str:
    with translation.override(language):
        response = client.get(reverse(f"interventions:{route}", args=arguments) + query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<main") :]).split())


# --- The results page


def test_results_say_what_changed_where_for_whom_and_what_proves_it(client: Client) -> None:
    one = running(for_whom="Bakers of six towns")
    measured = one.framework.indicators.get()
    union = factories.role(one, "implementing", "confirmed").partner
    figure = measured.facts.filter(role="actual", place=None).first()
    checked = {"checked_by": factories.person(), "checked_as": "organisation"}
    factories.evidence(figure, holds=True, checked_at=timezone.now(), **checked)
    factories.evidence(figure)
    factories.dispute(figure, "admitted", reason="We counted 90.")
    measured.contributions.create(
        partner=union, share=2500, how="It gave rooms.", by=factories.person(), at=timezone.now()
    )

    page = words(get(client, "results", one.reference))

    for told in (
        "220 people so far; the target is 500 people",
        "At the start: 20 people",
        "6 figures",
        "1 with evidence, 1 checked by a second person",
        "1 disputed figure",
        "Bakers of six towns",
        union.name,
        "25%",
        "It gave rooms.",
        "France: 140",
        "Kenya: 80",
        "We counted 90.",
        "A course in six towns",
    ):
        assert told in page
    order = [page.rindex(level) for level in ("Impact Bakers", "Outcome Bakers", "Output Courses")]
    assert order == sorted(order)


def test_reader_chooses_the_indicator_told_in_full(client: Client) -> None:
    one = running(3)

    chosen = get(client, "results", one.reference, query="?indicator=2")
    nonsense = get(client, "results", one.reference, query="?indicator=٧&page=x")

    assert "In full: Bakers who learned 1" in words(chosen)
    assert "In full: Bakers who learned 0" in words(nonsense)


def test_withheld_value_is_nowhere(client: Client) -> None:
    one = running()
    measured, year = one.framework.indicators.get(), one.framework.periods.last()
    cells = [factories.cell(f"sex-{code}") for code in ("other", "female", "male")]
    values = [(SMALL, "small"), (PROTECTED, "protects"), (6000, "")]
    whole = sum(value for value, _why in values)
    measured.facts.filter(period=year, role="actual", place=None).update(value=whole)
    kenya = Place.objects.get(code="KEN")
    measured.facts.filter(place=kenya, period=year).update(value=PROTECTED)
    for cell, (value, _why) in zip(cells, values, strict=True):
        factories.fact(measured, value, cell=cell, period=year)
    derive()
    # By hand: which figures are withheld is tested where it is decided.
    for cell, (_value, why) in zip(cells, values, strict=True):
        Fact.objects.filter(indicator=measured, cell=cell).update(hidden=why)
        Total.objects.filter(indicator=measured, cell=cell).update(hidden=why)
    for kept in (Fact, Total):
        kept.objects.filter(indicator=measured, place=kenya).update(hidden="protects")

    pages = [
        get(client, "results", one.reference),
        get(client, "brief", one.reference),
        get(client, "in_place", "KEN"),
    ]

    for page in pages:
        for value in (SMALL, PROTECTED, SMALL + PROTECTED, PROTECTED + 40):
            assert not re.search(rf"\b({value}|{value:,})\b", words(page))
            assert f">{value}<" not in page
    assert "Kenya: withheld" in words(pages[0])
    assert "no data, or withheld" in words(pages[0])
    assert "withheld" in words(pages[2])


def test_results_cost_the_same_for_one_indicator_and_for_many(client: Client) -> None:
    counts = []
    for many in (1, 20):
        one = running(many)
        get(client, "results", one.reference)
        with CaptureQueriesContext(connection) as queries:
            get(client, "results", one.reference)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def everything_of(measured: Any) -> None:
    """Figures of an indicator by sex and age, from 60 countries, by five more partners, each with a
    share of it."""
    periods = list(measured.framework.periods.all())
    for age in ("young", "old", "older"):
        for sex in ("female", "male"):
            cell = factories.cell(f"sex-{sex}", f"age-{age}")
            factories.fact(measured, 1, cell=cell, period=periods[-1])
    for place in Place.objects.un_members().exclude(code__in=["FRA", "KEN"])[:60]:
        factories.fact(measured, 1, place=place, period=periods[0])
    for at, period in enumerate(periods[:5]):
        partner = factories.partner()
        factories.fact(measured, 1, partner=partner, period=period)
        made = {"by": factories.person(), "at": timezone.now(), "how": f"It gave rooms {at}."}
        measured.contributions.create(partner=partner, share=1000, **made)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_results_of_twenty_indicators_are_light(client: Client, language: str) -> None:
    one = running(20, years=8)
    everything_of(one.framework.indicators.first())
    facts = list(Fact.objects.filter(indicator__framework=one.framework))
    for at, fact in enumerate(facts):  # no two figures alike, as in life
        fact.value = 1000 + (at * 7919) % 90_000
    Fact.objects.bulk_update(facts, ["value"])
    derive()

    page = get(client, "results", one.reference, language=language)

    assert len(gzip.compress(page.encode(), 6)) <= MOST_HTML
    # The theory, the courses of a page, by whom, for whom, and the map.
    assert len(re.findall(r"<svg role=", page)) == 1 + 8 + 1 + 1 + 1
    ids = re.findall(r" id=\"([^\"]+)\"", page)
    assert len(ids) == len(set(ids))


def test_sixty_indicators_are_read_in_parts(client: Client) -> None:
    one = running(60, years=1)

    pages = [get(client, "results", one.reference, query=f"?page={at}") for at in range(1, 8)]

    shown = [re.findall(r"\?indicator=(\d+)#", page) for page in pages]
    assert [len(each) for each in shown] == [8, 10, 10, 10, 10, 10, 2]  # two results have none
    assert len({number for each in shown for number in each}) == 60
    assert all(len(gzip.compress(page.encode(), 6)) <= MOST_HTML for page in pages)


def test_before_the_kick_off_nothing_is_told(client: Client) -> None:
    one = factories.intervention("pipeline")
    chain(one)

    pages = [get(client, route, one.reference) for route in ("results", "theory", "brief")]

    assert all("becomes public with its kick-off" in page for page in pages)
    assert not any("Bakers" in page.replace("Bakers learn what", "") for page in pages)


def test_draft_is_hidden_from_all_but_its_own(client: Client) -> None:
    one = factories.intervention("draft")
    own = factories.mandate(one.partner).person
    addresses = [
        reverse(f"interventions:{route}", args=[one.reference])
        for route in ("results", "theory", "brief")
    ]

    hidden = [client.get(address).status_code for address in addresses]
    client.force_login(own)
    seen = [client.get(address).status_code for address in addresses]

    assert hidden == [404, 404, 404]
    assert seen == [200, 200, 302]


# --- The theory of change


def test_theory_is_drawn_and_told_as_a_list(client: Client) -> None:
    one = running()
    activity(one, "Given up", dropped_because="No money.")

    html = get(client, "theory", one.reference)

    drawing = re.search(r"<svg role=\"img\".*?</svg>", html, flags=re.S)[0]
    assert drawing.count("<rect") == 4
    assert drawing.count("<polyline") == 3
    assert re.findall(r"class=\"axis\"[^>]*>([^<]+)<", drawing) == [
        *("Activity", "Output", "Outcome", "Impact")
    ]
    assert "Impact: Bakers live better Outcome: Bakers earn more" in words(html)
    assert "Given up" not in html
    page = html[html.index("<main") :]
    assert page.count("<ul") == page.count("</ul>")
    assert page.count("<li") == page.count("</li>")


def test_theory_is_mirrored_for_readers_from_the_right(client: Client) -> None:
    one = running()
    places = []
    for language in ("en", "ar"):
        html = get(client, "theory", one.reference, language=language)
        places.append([int(x) for x in re.findall(r"<rect x=\"(\d+)\"", html)])
        start, end = re.search(r"<polyline points=\"(\d+),\d+ (?:[\d, ]* )?(\d+),", html).groups()
        assert (int(start) < int(end)) == (language == "en")

    assert places[0] == sorted(places[0])
    assert places[1] == sorted(places[1], reverse=True)
    assert sorted(places[0]) == sorted(places[1])


def test_forty_results_are_drawn_and_what_is_done_becomes_a_number(client: Client) -> None:
    one = running(0)
    impact = one.framework.results.get(level="impact")
    for at in range(37):
        outcome = result(one, "outcome", f"{LONG}{at}", impact)
        activity(one, f"Done {at}", outcome)

    html = get(client, "theory", one.reference)
    page = words(get(client, "results", one.reference))

    assert html.count("<polyline") == 39 + 38
    assert "1 activity" in html
    assert "Done 3" not in html
    assert "boxes and" not in page  # the drawing has a page of its own
    assert len(gzip.compress(html.encode(), 6)) <= MOST_HTML


def test_goals_and_a_circle_do_not_hang(client: Client) -> None:
    one = factories.intervention("implementation")
    goal = one.framework.results.get()
    other = result(one, "goal", "Another goal", goal)
    Result.objects.filter(pk=goal.pk).update(parent=other)  # cannot be, and yet

    page = words(get(client, "theory", one.reference))

    assert page.count("Another goal") >= 1
    assert "Goal:" in page


# --- On paper


def big(*, is_drawn: bool) -> Intervention:
    """More of everything than two pages hold; its theory of change can be drawn, or is too high."""
    one = running(
        30,
        years=3,
        title=LONG[:80] * 2,
        about=LONG * 40,
        for_whom=LONG * 4,
        source=LONG * 3,
        words="" if is_drawn else f" {LONG * 4}"[:300],
    )
    impact = one.framework.results.first()
    one.places.set(Place.objects.un_members()[:120])
    for kind in ("co_lead", "implementing", "funding", "extending", "beneficiary", "champion"):
        for _ in range(12):
            name = f"{LONG * 2}{factories.number}"[:150]
            factories.role(one, kind, "confirmed", partner=factories.partner(name))
    for at in range(30):
        outcome = None
        if at < 6 or not is_drawn:
            outcome = result(one, "outcome", "Bakers rest" if is_drawn else LONG * 4, impact)
        activity(one, (LONG * 4)[:300], outcome)
        weight = {"likelihood": 3, "harm": 3, "is_public": True}
        text = (LONG * 4)[:300]
        one.risks.create(number=at, words=text, answer=text, **weight)
    for code in ("usd", "eur"):
        amount = {"unit": factories.unit(code), "amount": 10**13, "value_on": date(2026, 1, 1)}
        days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
        one.budgets.create(number=one.budgets.count() + 1, **amount, **days)
    text = factories.instrument("long-declaration", paragraphs=30)
    for provision in text.provisions.all():
        one.uptakes.create(provision=provision)
    derive()
    return one


def pages_of(html: str, folder: Path) -> int:
    """How many sheets of A4 a browser needs for it."""
    sheet = Path(str(finders.find("ui/coalition.css"))).read_text(encoding="utf-8")
    styled = re.sub(r"<link rel=\"stylesheet\"[^>]*>", lambda _: f"<style>{sheet}</style>", html)
    assert styled != html
    (folder / "page.html").write_text(styled.replace("<head>", f"<head>{A4}"), encoding="utf-8")
    no_sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    command = [chromium.find(), "--headless", *chromium.ARGUMENTS, *no_sandbox]
    paper = [f"--print-to-pdf={folder / 'page.pdf'}", "--no-pdf-header-footer"]
    address = (folder / "page.html").as_uri()
    subprocess.run([*command, *paper, address], check=True, capture_output=True, timeout=60)
    return len(pypdf.PdfReader(folder / "page.pdf").pages)


def test_brief_says_what_who_where_how_far_and_what_next(client: Client) -> None:
    one = running(about="Bakers learn.", for_whom="Bakers of six towns")
    usd = factories.unit("usd")
    days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    one.budgets.create(number=1, amount=500_000, unit=usd, value_on=date(2026, 1, 1), **days)
    one.risks.create(number=1, words="Flour is dear.", answer="We buy early.", is_public=True)
    one.risks.create(number=2, words="A quarrel among us.")

    page = words(get(client, "brief", one.reference))

    for told in (
        "Bakers learn.",
        one.partner.name,
        "Kenya · France",
        "Bakers who learned 0 20 people 220 people 500 people 6 figures",
        "Budget: 5,000 usd; paid out: 0 usd",
        "Flour is dear. – We buy early.",
        "A course in six towns , until 30 June 2027",
        f"/en/interventions/{one.reference}/results/",
        "As it stood on",
        "Minutes of a meeting",
    ):
        assert told.lower() in page.lower()
    assert "quarrel" not in page


# A copy of the database of its own, as for all tests that the run in a browser holds.
@pytest.mark.django_db(transaction=True)
@pytest.mark.browser
@pytest.mark.parametrize("is_drawn", [True, False])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_brief_of_a_big_intervention_fits_on_two_pages(
    client: Client, tmp_path: Path, language: str, is_drawn: bool
) -> None:
    one = big(is_drawn=is_drawn)

    html = get(client, "brief", one.reference, language=language)

    assert ("<svg" in html[html.index("<main") :]) == is_drawn
    assert pages_of(html, tmp_path) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ar"])
def test_brief_of_a_busy_country_fits_on_two_pages(
    client: Client, tmp_path: Path, language: str
) -> None:
    france = Place.objects.get(code="FRA")
    for at in range(12):
        one = running(5, title=LONG[:80] * 2, words=f" {LONG * 4}"[:300])
        for _ in range(6):
            name = f"{LONG * 2}{at}"[:150]
            partner = factories.partner(name, country=france)
            factories.role(one, "implementing", "confirmed", partner=partner)

    html = get(client, "in_place", "FRA", language=language)

    assert "and 4 more" in words(html) or language == "ar"
    assert pages_of(html, tmp_path) <= 2


def test_brief_of_a_country_tells_who_works_there_and_what_was_reached(client: Client) -> None:
    france = Place.objects.get(code="FRA")
    there = running(title="In both")
    everywhere = factories.intervention(
        "implementation", title="In all Europe", places=[france.parent]
    )
    alone = factories.intervention("implementation", title="In France alone", places=[france])
    measured = alone.framework.indicators.get()
    factories.fact(measured, 7, period=factories.period(alone.framework, 2025))
    hidden = factories.intervention("draft", title="Not yet told", places=[france])
    elsewhere = factories.intervention(
        "implementation", title="In Peru", places=[Place.objects.get(code="PER")]
    )
    ministry = factories.partner(country=france)
    factories.role(there, "funding", "confirmed", partner=ministry)
    factories.role(there, "champion", "asked", partner=factories.partner(country=france))
    factories.commitment("published").places.set([france])
    factories.commitment("draft").places.set([france])
    derive()

    page = words(get(client, "in_place", "FRA"))

    assert "3 key interventions are being" in page
    assert "1 commitment is carried out here" in page
    assert "140 people so far" in page
    assert "7 people so far; the target is 500 people" in page
    assert f"{ministry.name} (Pays for it)" in page
    assert "Champion" not in page
    assert page.index(alone.title) < page.index(everywhere.title)
    assert hidden.title not in page
    assert elsewhere.title not in page
    assert "is not known" in page


def test_brief_of_a_country_costs_the_same_for_one_and_for_many(client: Client) -> None:
    counts = []
    for _ in range(2):
        running()
        one = factories.intervention("implementation", places=[Place.objects.get(code="FRA")])
        factories.fact(one.framework.indicators.get(), 7, period=factories.period(one.framework))
        derive()
        get(client, "in_place", "FRA")
        with CaptureQueriesContext(connection) as queries:
            get(client, "in_place", "FRA")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_what_is_shown_is_linked_from_the_intervention_and_its_place(client: Client) -> None:
    one = running()

    page = client.get(one.get_absolute_url()).content.decode()
    place = client.get("/en/places/FRA/").content.decode()

    for route in ("results", "theory", "brief"):
        assert reverse(f"interventions:{route}", args=[one.reference]) in page
    assert "/en/interventions/in/FRA/" in place
