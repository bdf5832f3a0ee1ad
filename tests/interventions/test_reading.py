"""What everybody reads of key interventions: the list, the map, files, each with its thread."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.interventions.models import Intervention
from coalition.interventions.queries import stages_of
from coalition.interventions.reading import finding, queries
from coalition.interventions.reading.forms import ListForm
from coalition.results.totals.actions import derive
from tests import factories

pytestmark = pytest.mark.django_db


def found(**asked: str) -> list[str]:
    form = ListForm(asked)
    assert not form.errors
    return [one.title for one in finding.listed(form.wishes)]


def body(client: Client, address: str, **asked: str) -> str:
    response = client.get(address, asked)
    assert response.status_code == 200
    return str(response.content.decode())


def page(client: Client, one: Intervention) -> str:
    return body(client, one.get_absolute_url())


# --- The list ----------------------------------------------------------------------------------


def test_drafts_are_not_listed_and_hidden() -> None:
    draft = factories.intervention("draft", title="Secret")
    factories.intervention("cancelled", title="Told")

    assert found() == ["Told"]
    assert Client().get(draft.get_absolute_url()).status_code == 404


def test_each_filter_leaves_what_it_says() -> None:
    inside = factories.country("KEN")  # in Africa, 002
    text = factories.instrument("reading-one", paragraphs=2)
    wish = factories.common_priority(state="named")
    one = factories.intervention(
        "implementation",
        title="Millstones",
        places=[inside],
        themes=[factories.theme("employment")],
        challenges=[factories.challenge("climate-change")],
        priorities=[wish],
        provisions=[text.provisions.get(eid="para_2")],
        titles={"ar": "رحى"},
    )
    one.framework.every = 12
    one.framework.save()
    guild = factories.partner("Guild", group=factories.group("BUS"))
    factories.role(one, "funding", "confirmed", partner=guild)
    factories.role(one, "implementing", "asked", partner=factories.partner("Asked alone"))
    factories.intervention("pipeline", title="Other")

    for asked in (
        {"stage": "implementation"},
        {"theme": "employment", "challenge": "climate-change"},
        {"place": "002"},
        {"group": "BUS", "role": "funding"},
        {"role": "funding"},
        {"light": one.framework.light},
        {"partner": guild.reference},
        {"priority": wish.reference},
        {"declaration": "reading-one"},
        {"provision": "reading-one/para_2"},
        {"words": "MILL"},
        {"words": "رحى"},
        {"words": "guild"},
        {"words": one.reference.lower()},
    ):
        assert found(**asked) == ["Millstones"], asked
    for asked in (
        {"stage": "closed"},
        {"group": "BUS", "role": "lead"},
        {"role": "implementing"},
        {"provision": "reading-one/para_1"},
        {"words": "asked alone"},
        {"words": "millstones nowhere"},
    ):
        assert found(**asked) == [], asked


def test_order() -> None:
    now, today = timezone.now(), timezone.localdate()
    for days, title in ((1, "B"), (3, "A"), (2, "C")):
        factories.intervention(
            "pipeline",
            title=title,
            published_at=now - timedelta(days=days),
            ends_on=today + timedelta(days=10 * days),
        )
    factories.intervention("closed", title="D", published_at=now, ends_on=date(2025, 6, 1))

    assert found() == ["D", "B", "C", "A"]
    assert found(sort="title") == ["A", "B", "C", "D"]
    assert found(sort="ends") == ["B", "C", "A", "D"]
    assert found(sort="stage") == ["B", "C", "A", "D"]


@pytest.mark.parametrize(
    "asked",
    [
        {"place": "nowhere"},
        {"stage": "draft"},
        {"provision": "x"},
        {"provision": "\x00/'"},
        {"partner": "PAR-1999-0001"},
        {"sort": "evil"},
        {"page": "minus one"},
        {"words": "%_\\ '\""},
    ],
)
def test_nonsense_is_answered_calmly(client: Client, asked: dict[str, str]) -> None:
    factories.intervention("pipeline")
    address = reverse("interventions:list")
    assert client.get(address, asked).status_code == 200
    assert client.get(reverse("interventions:map"), asked).status_code == 200


def test_a_line_says_how_it_stands(client: Client) -> None:
    one = factories.intervention("implementation", title="Ovens", titles={"ar": "أفران"})
    before = factories.intervention("pipeline", title="Later")
    for each in (one, before):
        derive([each.framework.indicators.get().pk])

    html = body(client, reverse("interventions:list"))
    assert "No figure is published yet; the target is 500" in html
    assert html.count("No figure is published yet") == 1  # what is not promised yet has no goals
    assert "أفران" in body(client, "/ar/interventions/")


def test_map_counts_each_country_once(client: Client) -> None:
    france = factories.country("FRA")
    factories.intervention("pipeline", places=[france])
    factories.intervention("pipeline", places=[france, factories.country("KEN")])

    numbers = finding.by_country(finding.listed({}))
    assert {code: number for code, (_pk, number) in numbers.items()} == {"FRA": 2, "KEN": 1}
    html = body(client, reverse("interventions:map"), stage="pipeline")
    assert "stage=pipeline&amp;place=FRA" in html


# --- Files -------------------------------------------------------------------------------------


def told(client: Client) -> Intervention:
    """One with money, roles, a figure and a proof."""
    one = factories.intervention("implementation", title="=Ovens", sdgs=["8.5"])
    co_lead = factories.partner("Guild")
    factories.role(one, "co_lead", "confirmed", partner=co_lead)
    euro = factories.unit("eur")
    for number, cents in ((1, 150_050), (2, 25)):
        one.budgets.create(
            number=number,
            amount=cents,
            unit=euro,
            value_on=date(2025, 1, 1),
            starts_on=date(2025, 1, 1),
            ends_on=date(2025, 12, 31),
        )
    one.payments.create(
        number=1, amount=99, unit=euro, value_on=date(2025, 2, 1), paid_on=date(2025, 2, 1)
    )
    one.payments.create(
        number=2,
        amount=7,
        unit=euro,
        kind="1",
        value_on=date(2025, 2, 1),
        paid_on=date(2025, 2, 1),
    )
    measured = one.framework.indicators.get()
    year = factories.period(one.framework, 2025)
    report = factories.report(year, "published")
    fact = factories.fact(measured, 120, period=year, report=report)
    factories.evidence(fact)
    derive([measured.pk])
    return one


def test_files_hold_what_the_list_shows(client: Client) -> None:
    one = told(client)
    factories.intervention("closed", title="Other")

    answer = client.get(reverse("interventions:download_json"), {"stage": "implementation"})
    (record,) = json.loads(b"".join(answer.streaming_content))["interventions"]
    assert record["reference"] == one.reference
    assert record["budget"] == [{"currency": "eur", "amount": "1500.75"}]
    assert record["paid"] == [{"currency": "eur", "amount": "0.99"}]
    assert [each["name"] for each in record["co_lead"]] == ["Guild"]
    assert (record["target"], record["reached"], record["evidence"]) == ("500", "120", 1)
    assert record["sdgs"] == ["8.5"]

    answer = client.get(reverse("interventions:download"), {"stage": "implementation"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["title"], row["budget"]) == ("'=Ovens", "eur 1500.75")

    answer = client.get(reverse("interventions:download_xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet.max_row == 3


def test_a_file_costs_the_same_for_many(client: Client, django_assert_num_queries: Any) -> None:
    for _each in range(3):
        told(client)
    with django_assert_num_queries(19):
        b"".join(client.get(reverse("interventions:download")).streaming_content)


# --- The page ----------------------------------------------------------------------------------


def test_page_tells_its_stage_and_why_it_stopped(client: Client) -> None:
    one = factories.intervention("suspended")
    one.moves.create(verb="kick_off", from_state="pipeline", to_state="kick_off")
    one.moves.create(
        verb="suspend", from_state="kick_off", to_state="suspended", reason="Floods everywhere."
    )

    html = page(client, one)
    assert "It has been suspended since" in html
    assert "Floods everywhere." in html
    assert 'aria-current="step"' in html


def test_page_shows_confirmed_roles_alone(client: Client) -> None:
    one = factories.intervention("pipeline")
    factories.role(one, "funding", "confirmed", partner=factories.partner("Bank that pays"))
    factories.role(one, "implementing", "asked", partner=factories.partner("Silent union"))
    one.outsiders.create(kind="implementing", name="A school outside")

    html = page(client, one)
    assert "Bank that pays" in html
    assert "A school outside" in html
    assert "Silent union" not in html


def test_page_leads_to_the_wider_one_and_back_unless_it_is_hidden(client: Client) -> None:
    wide = factories.intervention("implementation", title="Ovens of the world")
    part = factories.intervention("implementation", title="Ovens of one country", whole=wide)
    factories.intervention("draft", title="Ovens in a drawer", whole=wide)

    html = page(client, wide)
    assert "Ovens of one country" in html
    assert "Ovens in a drawer" not in html
    assert wide.get_absolute_url() in page(client, part)

    hidden = factories.intervention("draft", title="Wide and hidden")
    Intervention.objects.filter(pk=part.pk).update(whole=hidden)
    assert "Wide and hidden" not in page(client, part)


def test_page_leads_to_the_decision_and_back(client: Client) -> None:
    asked = factories.consultation("decided")
    proposal = factories.statement(asked, "Teach bakers.")
    factories.response(proposal)
    decided = factories.conclusion(asked)
    decided.takes_up.add(proposal)
    one = factories.intervention(
        "pipeline", title="Bakers taught", conclusion=decided, proposals=[proposal]
    )
    factories.intervention("draft", title="Not told yet", conclusion=decided)

    html = page(client, one)
    for each in (asked, decided, proposal.response):
        assert f'href="{each.get_absolute_url()}"' in html
    for each in (asked, decided, proposal.response):
        back = body(client, each.get_absolute_url())
        assert f'href="{one.get_absolute_url()}"' in back
        assert "Not told yet" not in back


def test_page_shows_what_contributes_and_what_changed(client: Client) -> None:
    one = factories.intervention("implementation")
    promise = factories.commitment("published", title="A hundred ovens")
    one.claims.create(
        commitment=promise,
        indicator=one.framework.indicators.get(),
        share=2_500,
        how="They bake.",
        state="confirmed",
    )
    hidden = factories.commitment("published", title="Unconfirmed")
    one.claims.create(
        commitment=hidden, indicator=one.framework.indicators.get(), share=100, how="Hm."
    )
    one.changes.create(field="title", before="Owens", after="Ovens", why="A slip.")

    html = page(client, one)
    assert "A hundred ovens" in html
    assert "25" in html
    assert "Unconfirmed" not in html
    assert "A slip." in html


def test_a_hidden_common_priority_is_not_told(client: Client) -> None:
    wish = factories.common_priority(state="suggested")
    one = factories.intervention("pipeline", priorities=[wish])

    assert wish.reference not in page(client, one)


def test_every_record_it_hangs_on_leads_to_it_and_to_no_draft(client: Client) -> None:
    theme, challenge = factories.theme("employment"), factories.challenge("climate-change")
    place, wish = factories.country("FRA"), factories.common_priority()
    text = factories.instrument("reading-two", paragraphs=1)
    provision, document = text.provisions.get(), factories.external_record()
    given: dict[str, Any] = {
        "themes": [theme],
        "challenges": [challenge],
        "places": [place],
        "priorities": [wish],
        "provisions": [provision],
    }
    one = factories.intervention("pipeline", **given)
    draft = factories.intervention("draft", partner=one.partner, **given)
    guild = factories.partner("Guild")
    for each in (one, draft):
        each.external_records.add(document)
        factories.role(each, "funding", "confirmed", partner=guild)
    factories.role(one, "implementing", "asked", partner=(asked := factories.partner("Asked")))

    for record in (theme, challenge, place, wish, provision, text, document, guild, one.partner):
        html = body(client, record.get_absolute_url())
        assert f'href="{one.get_absolute_url()}"' in html, record
        assert draft.get_absolute_url() not in html, record
    assert one.get_absolute_url() not in body(client, asked.get_absolute_url())


def test_its_results_lead_back_to_it(client: Client) -> None:
    one = told(client)
    measured = one.framework.indicators.get()
    fact = measured.facts.get(role="actual")

    for record in (one.framework, fact):
        assert f'href="{one.get_absolute_url()}"' in body(client, record.get_absolute_url())


@pytest.mark.parametrize(
    ("state", "moves", "line"),
    [
        ("draft", [], ["now", *["ahead"] * 5]),
        ("pipeline", [("draft", "pipeline")], ["now", *["ahead"] * 4]),
        ("closed", [("draft", "pipeline")], [*["done"] * 4, "now"]),
        ("cancelled", [("pipeline", "cancelled")], ["done", *["ahead"] * 4]),
        (
            "suspended",
            [("implementation", "suspended")],
            ["done", "done", "now", "ahead", "ahead"],
        ),
        (
            "cancelled",
            [("implementation", "suspended"), ("suspended", "cancelled")],
            ["done", "done", "done", "ahead", "ahead"],
        ),
    ],
)
def test_the_line_of_stages(state: str, moves: list[tuple[str, str]], line: list[str]) -> None:
    one = factories.intervention(state)
    for before, after in moves:
        one.moves.create(verb="x", from_state=before, to_state=after)
    (read,) = queries.for_reading(Intervention.objects.filter(pk=one.pk))

    assert [step.state for step in stages_of(read)] == line
