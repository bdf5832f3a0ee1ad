"""Citations: kept when a text is read in, linked whichever text is first, read on the pages."""

from __future__ import annotations

import csv
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coalition.base.reference import Report
from coalition.instruments.citations import queries
from coalition.instruments.citations.actions import keep_keys
from coalition.instruments.citations.linking import linked
from coalition.instruments.models import Citation, Instrument
from coalition.instruments.texts.laying import lay_skeleton
from tests.factories import instrument
from tests.instruments.documents import bread, import_text, skeleton
from tools import citations as tool

TEXT = """United Nations
A/RES/99/{number}

The General Assembly,

Recalling its resolution 99/1 of 1 June 2045 and resolution 70/1 of 25 September 2015,

1. Reaffirms paragraph 3 (b) of resolution 99/1;

2. Requests a report on paragraph 1 above & <b>bread</b> under the Paris Agreement.

5th plenary meeting
{day} June 2026
"""


def citing(number: int = 2, day: int = 2, **fields: Any) -> dict[str, Any]:
    """A resolution that cites the bread declaration twice, once its paragraph 3 (b)."""
    return {
        "symbol": f"A/RES/99/{number}",
        "title": f"99/{number}. More bread",
        "adopted": f"{day} June 2026",
        "text": TEXT.format(number=number, day=day),
    } | fields


def kept() -> list[tuple[str, str, str, str | None, str | None]]:
    """Every citation: where, its key, its number, the text and the provision it is linked to."""
    return [
        (
            f"{one.wording.version.symbol} {one.wording.eid}",
            one.key,
            one.provision_number,
            one.instrument and one.instrument.symbol,
            one.provision and one.provision.eid,
        )
        for one in Citation.objects.select_related(
            "wording__version", "instrument", "provision"
        ).order_by("wording__version__symbol", "wording__position", "begins")
    ]


LINKED = [
    ("A/RES/99/2 recital_1", "ga:99/1", "", "A/RES/99/1", None),
    ("A/RES/99/2 recital_1", "ga:70/1", "", None, None),
    ("A/RES/99/2 para_1", "ga:99/1", "3 (b)", "A/RES/99/1", "para_3__point_b"),
    ("A/RES/99/2 para_2", "self:", "1", "A/RES/99/2", "para_1"),
    ("A/RES/99/2 para_2", "name:paris agreement", "", None, None),
]


@pytest.mark.django_db
@pytest.mark.parametrize("is_first", [True, False])
def test_citations_are_linked_whichever_text_is_read_in_first(is_first: bool) -> None:
    texts = [bread(), citing()]
    for raw in texts if is_first else reversed(texts):
        import_text(raw)
    assert kept() == LINKED


@pytest.mark.django_db
def test_a_skeleton_laid_later_gives_citations_their_paragraph() -> None:
    import_text(citing())
    made = instrument("bread")
    made.symbol = "A/RES/99/1"
    made.save()
    keep_keys(made)
    assert [one[4] for one in kept() if one[1] == "ga:99/1"] == [None, None]
    lay_skeleton(made, skeleton(), Report())
    assert [one[4] for one in kept() if one[1] == "ga:99/1"] == [None, "para_3__point_b"]


@pytest.mark.django_db
def test_an_entry_without_text_is_cited_by_its_names() -> None:
    import_text(citing())
    made = instrument("paris-agreement")
    made.kind, made.names = "agreement", {"en": "Paris Agreement"}
    made.save()
    keep_keys(made)
    assert [one.key for one in Citation.objects.filter(instrument=made)] == ["name:paris agreement"]


@pytest.mark.django_db
def test_a_key_stays_with_who_has_it() -> None:
    first, second = instrument("first"), instrument("second")
    for each in (first, second):
        each.kind, each.names = "agreement", {"en": "Paris Agreement"}
        each.save()
        keep_keys(each)
    import_text(citing())
    assert Citation.objects.get(key="name:paris agreement").instrument == first


@pytest.mark.django_db
def test_rebuild_finds_the_same_and_heals_what_is_missing() -> None:
    import_text(citing())
    import_text(bread())
    Citation.objects.filter(key="ga:70/1").delete()
    for _time in range(2):
        said = StringIO()
        call_command("citations", "rebuild", stdout=said)
        assert kept() == LINKED
        assert said.getvalue() == "2 texts read; 5 citations kept.\n"


# --- Pages


@pytest.fixture
def texts(db: None) -> Instrument:
    import_text(bread())
    for number in (2, 3, 4):
        import_text(citing(number, number))
    return Instrument.objects.get(symbol="A/RES/99/1")


def main_of(client: Client, path: str) -> str:
    response = client.get(f"/en/instruments/{path}")
    assert response.status_code == 200
    html = response.content.decode()
    return html[html.index("<main") : html.index("</main>")]


def test_cited_words_are_links_in_the_wording(client: Client, texts: Instrument) -> None:
    part = main_of(client, "a-res-99-2/part/1/")
    assert re.findall(r'<a href="([^"]*)"( rel="external")?>([^<]{6,})</a>', part)[2:] == [
        ("/en/instruments/a-res-99-1/", "", "resolution 99/1"),
        ("https://docs.un.org/en/A/RES/70/1", ' rel="external"', "resolution 70/1"),
        (
            "/en/instruments/a-res-99-1/para_3__point_b/",
            "",
            "paragraph 3 (b) of resolution 99/1",
        ),
        ("/en/instruments/a-res-99-2/para_1/", "", "paragraph 1 above"),
    ]
    assert "&amp; &lt;b&gt;bread&lt;/b&gt; under the Paris Agreement" in part


@pytest.mark.any_database
def test_linked_words_are_escaped_and_wrong_spans_left_out() -> None:
    whole = Citation(begins=3, ends=6, key="ga:70/1")
    beyond = Citation(begins=7, ends=99, key="ga:70/1")
    assert linked("<a 'b' & c>", [whole, beyond], own=2) == (
        '&lt;a <a href="https://docs.un.org/en/A/RES/70/1" rel="external">&#x27;b&#x27;</a>'
        " &amp; c&gt;"
    )


def test_page_shows_what_a_text_builds_on(client: Client, texts: Instrument) -> None:
    page = main_of(client, "a-res-99-2/citations/")
    items = [
        " ".join(re.sub(r"<[^>]+>", " ", each).split())
        for each in re.findall(r"<li>(.*?)</li>", page, re.S)
    ]
    assert items == [
        "Bread Declaration · 2 times Preambular paragraph · Paragraph 1",
        "2030 Agenda for Sustainable Development (not held here) · 1 time Preambular paragraph",
        "Paris Agreement (not held here) · 1 time Paragraph 2",
    ]
    held = main_of(client, "a-res-99-2/citations/?held=no")
    assert "Bread Declaration" not in held
    assert "Paris Agreement" in held
    assert "Paris Agreement" not in main_of(client, "a-res-99-2/citations/?paragraph=1")


def test_page_shows_what_builds_on_a_text_newest_first(client: Client, texts: Instrument) -> None:
    page = main_of(client, "a-res-99-1/citations/?side=by")
    assert re.findall(r'<div><p><a href="/en/instruments/([^"]+)">', page) == [
        f"a-res-99-{number}/{eid}/" for number in (4, 3, 2) for eid in ("recital_1", "para_1")
    ]
    third = main_of(client, "a-res-99-1/citations/?side=by&paragraph=3")
    assert re.findall(r'<div><p><a href="/en/instruments/([^"]+)">', third) == [
        f"a-res-99-{number}/para_1/" for number in (4, 3, 2)
    ]
    assert "No text held here names it like that." in main_of(
        client, "a-res-99-1/citations/?side=by&paragraph=4"
    )


def test_download_has_what_the_page_shows(client: Client, texts: Instrument) -> None:
    answer = client.get("/en/instruments/a-res-99-1/citations/citations.csv?side=by&paragraph=3")
    rows = list(csv.reader(StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows == [
        ["in", "paragraph", "url", "cites", "key", "cited_paragraph", "words"],
        *(
            [
                f"A/RES/99/{number}",
                "1",
                f"http://testserver/en/instruments/a-res-99-{number}/para_1/",
                "A/RES/99/1",
                "ga:99/1",
                "3 (b)",
                "paragraph 3 (b) of resolution 99/1",
            ]
            for number in (4, 3, 2)
        ),
    ]


def test_provision_shows_both_sides_in_short(client: Client, texts: Instrument) -> None:
    point = main_of(client, "a-res-99-1/para_3__point_b/")
    assert re.findall(r'<li><a href="/en/instruments/(a-res-99-\d/para_1/)">', point) == [
        f"a-res-99-{number}/para_1/" for number in (4, 3, 2)
    ]
    assert "What builds on it" not in main_of(client, "a-res-99-1/para_1/")
    assert "Paris Agreement</li>" in main_of(client, "a-res-99-2/para_2/").replace("\n", "")


def test_contents_counts_both_sides(client: Client, texts: Instrument) -> None:
    assert "6 paragraphs of other texts build on it" in main_of(client, "a-res-99-1/")
    assert "It builds on 3 other texts" in main_of(client, "a-res-99-2/")


def test_a_draft_is_not_counted_beside_what_became_of_it(texts: Instrument) -> None:
    before = queries.counts(texts, None)
    version = Instrument.objects.get(symbol="A/RES/99/2").versions.get()
    version.pk, version.symbol, version.stage = None, "A/99/L.2", "draft"
    version._state.adding = True
    version.save()
    wording = (
        Instrument.objects.get(symbol="A/RES/99/2")
        .versions.get(symbol="A/RES/99/2")
        .wordings.get(eid="para_1")
    )
    wording.pk, wording.version, wording.parent = None, version, None
    wording._state.adding = True
    wording.save()
    Citation.objects.create(wording=wording, begins=0, ends=4, key="ga:99/1", instrument=texts)
    assert queries.counts(texts, None) == before == (0, 6)


def test_pages_cost_the_same_for_one_and_for_three(client: Client, texts: Instrument) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as done:
            main_of(client, path)
        return len(done)

    paths = ["a-res-99-1/citations/?side=by", "a-res-99-2/citations/", "a-res-99-2/part/1/"]
    cost(paths[0])
    many = [cost(path) for path in paths]
    keep = Citation.objects.filter(wording__version__symbol="A/RES/99/2", key="ga:99/1").first()
    assert keep is not None
    Citation.objects.exclude(pk=keep.pk).delete()
    assert [cost(path) for path in paths] == many


# --- How well they are found


@pytest.mark.realdata
@pytest.mark.long
def test_the_citations_drawn_have_verdicts_and_the_page_says_them(data_dir: Path) -> None:
    drawn, paragraphs = tool.everything(data_dir)
    checked = tool.verdicts()
    names = {(row["symbol"], row["eid"], row["begins"], row["key"]) for row in checked}
    assert [one.name for one in tool.draw(drawn) if one.name not in names] == []
    assert len(checked) == tool.MANY
    numbers = {(row["symbol"], row["eid"], row["begins"]): row["number"] for row in checked}
    assert [one.name for one in tool.draw(drawn) if numbers[one.name[:3]] != one.number] == []
    missed = tool.verdicts(tool.MISSED)
    found = {(row["symbol"], row["eid"]): int(row["found"]) for row in missed}
    assert {one.name: len(one.found) for one in tool.draw_paragraphs(paragraphs)} == found
    written = tool.PAGE.read_text(encoding="utf-8")
    head, table = written.split("| kind of key |")
    now = tool.page(checked, missed, tool.kinds_of(drawn))
    assert head == now.split("| kind of key |")[0]
    assert table.split("Not right")[1] == now.split("Not right")[1]
