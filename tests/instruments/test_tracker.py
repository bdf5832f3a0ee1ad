"""The tracker: which paragraph who answers, and which nobody has taken up."""

from __future__ import annotations

import csv
import gzip
import json
import re
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coalition.instruments.models import Instrument, Provision
from coalition.instruments.texts.queries import groups_delivering_on
from coalition.instruments.tracker import queries
from coalition.instruments.tracker.views import MOST_CELLS
from tests import factories
from tests.instruments.documents import bread, import_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def declaration() -> Instrument:
    """The bread declaration with its wording: four paragraphs, the third with points."""
    import_text(bread())
    return Instrument.objects.get(symbol="A/RES/99/1")


def promise(of: Instrument, *eids: str, group: str = "WRK", level: str = "national") -> Any:
    """A published commitment of a partner of this group that delivers on these."""
    return factories.commitment(
        "published",
        partner=factories.partner(group=factories.group(group)),
        level=factories.level(level),
        provisions=[of.provisions.get(eid=eid) for eid in eids],
    )


def page(client: Client, of: Instrument, query: str = "") -> str:
    response = client.get(f"/en/instruments/{of.code}/tracker/?{query}")
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def rows(client: Client, of: Instrument, query: str = "") -> list[dict[str, str]]:
    response = client.get(f"/en/instruments/{of.code}/tracker.csv?{query}")
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(content)))


def numbers(client: Client, of: Instrument, query: str = "") -> list[str]:
    """The numbers of the paragraphs that list, CSV and JSON show, which have to agree."""
    found = [row["number"] for row in rows(client, of, query)]
    data = json.loads(client.get(f"/en/instruments/{of.code}/tracker.json?{query}").content)
    html = page(client, of, query)
    assert [one["number"] for one in data["paragraphs"]] == found
    listed = html[html.index('id="list"') :]
    assert re.findall(r'<li><a href="[^"]*para_\d+/">(\d+)</a>', listed) == found
    return found


# --- Counting


def test_commitment_counts_once_a_paragraph_by_group_and_level(declaration: Instrument) -> None:
    promise(declaration, "para_3__point_a", "para_3__point_b__point_i", "para_1")
    promise(declaration, "para_3", group="EMP", level="international")
    factories.commitment("submitted", provisions=[declaration.provisions.get(eid="para_4")])
    tracker = queries.tracker_of(declaration)
    counts = {one.node.number: dict(one.counts) for one in tracker.paragraphs}
    assert counts == {
        "1": {("WRK", "national"): 1},
        "2": {},
        "3": {("WRK", "national"): 1, ("EMP", "international"): 1},
        "4": {},
    }
    assert (tracker.taken_up(), tracker.commitments()) == (2, 2)
    assert (tracker.taken_up("EMP"), tracker.commitments("EMP")) == (1, 1)
    assert (tracker.taken_up("", "national"), tracker.commitments("", "national")) == (2, 1)
    assert (tracker.taken_up("EMP", "national"), tracker.commitments("NGO")) == (0, 0)


def test_commitments_on_another_text_do_not_count(declaration: Instrument) -> None:
    promise(factories.instrument("another", paragraphs=4), "para_1")
    tracker = queries.tracker_of(declaration)
    assert (tracker.taken_up(), tracker.commitments()) == (0, 0)


def test_groups_delivering_on_a_paragraph_have_their_counts(declaration: Instrument) -> None:
    promise(declaration, "para_3__point_a", "para_3__point_b")
    promise(declaration, "para_3")
    promise(declaration, "para_3", group="EMP")
    promise(declaration, "para_1", group="GOV")
    found = groups_delivering_on(declaration.provisions.get(eid="para_3"))
    assert {group.code: group.count for group in found} == {"WRK": 2, "EMP": 1}


# --- The page


def test_page_says_how_much_is_taken_up_and_shows_the_whole_text(
    client: Client, declaration: Instrument
) -> None:
    promise(declaration, "para_3")
    html = page(client, declaration)
    assert "1 of 4 paragraphs are taken up by partners" in words(html)
    strip = html[html.index('class="strip"') : html.index("</nav>", html.index('class="strip"'))]
    assert re.findall(r'aria-label="(Paragraph [^"]+)"', strip) == [
        "Paragraph 1: not taken up yet",
        "Paragraph 2: not taken up yet",
        "Paragraph 3: 1 commitment",
        "Paragraph 4: not taken up yet",
    ]


def test_filters_and_orders_choose_the_same_on_screen_and_in_files(
    client: Client, declaration: Instrument
) -> None:
    promise(declaration, "para_1")
    promise(declaration, "para_3", group="EMP", level="regional")
    promise(declaration, "para_3__point_b")
    theme, challenge = factories.theme(), factories.challenge()
    Provision.objects.get(instrument=declaration, eid="para_2").themes.add(theme)
    Provision.objects.get(instrument=declaration, eid="para_3__point_a").challenges.add(challenge)

    expected = {
        "": ["1", "2", "3", "4"],
        "taken=yes": ["1", "3"],
        "taken=no": ["2", "4"],
        "taken=yes&group=EMP": ["3"],
        "taken=no&group=EMP": ["1", "2", "4"],
        "taken=yes&level=national": ["1", "3"],
        "taken=yes&group=EMP&level=national": [],
        f"theme={theme.code}": ["2"],
        f"challenge={challenge.code}": ["3"],
        "sort=most": ["3", "1", "2", "4"],
        "sort=least": ["2", "4", "1", "3"],
        "words=FLOUR": [],
        "words=night": ["1", "3"],
        "words=sleep+by": ["3"],
        "taken=nonsense&sort=nonsense&theme=nonsense": ["1", "2", "3", "4"],
    }
    assert {query: numbers(client, declaration, query) for query in expected} == expected


def test_table_counts_each_paragraph_by_group(client: Client, declaration: Instrument) -> None:
    promise(declaration, "para_3")
    promise(declaration, "para_3", group="EMP")
    assert "Commitments by paragraph and partner group" not in page(client, declaration)
    html = page(client, declaration, "table=on")
    table = html[html.index("Commitments by paragraph and partner group") :]
    line = next(row for row in table.split("<tr>") if 'para_3/#who">3<' in row)
    cells = re.findall(r'<td class="number">(\d+)</td>', line)
    groups = re.findall(r'<th scope="col">', table[: table.index("</thead>")])
    assert len(cells) == len(groups) - 1
    assert sorted(cells) == sorted(["2", "1", "1", *["0"] * (len(cells) - 3)])
    row = next(row for row in rows(client, declaration) if row["number"] == "3")
    assert (row["commitments"], row["group_WRK"], row["group_EMP"]) == ("2", "1", "1")


def test_summaries_are_by_group_level_and_theme(client: Client, declaration: Instrument) -> None:
    promise(declaration, "para_1", "para_2")
    promise(declaration, "para_1", group="EMP", level="international")
    theme = factories.theme()
    for eid in ("para_1", "para_4"):
        Provision.objects.get(instrument=declaration, eid=eid).themes.add(theme)
    html = page(client, declaration)

    def line(address: str) -> list[str]:
        row = next(part for part in html.split("<tr>") if f'tracker/?{address}"' in part)
        return re.findall(r'<td class="number"[^>]*>([^<]+)</td>', row)

    assert line("group=WRK") == ["2 of 4", "1"]
    assert line("group=EMP") == ["1 of 4", "1"]
    assert line("group=GOV") == ["0 of 4", "0"]
    assert line("level=international") == ["1 of 4", "1"]
    assert line(f"theme={theme.code}") == ["1 of 2"]


def test_text_without_paragraphs_says_so(client: Client) -> None:
    html = page(client, Instrument.objects.get(code="chisinau"))
    assert "The paragraphs of this text are not held here yet." in words(html)


def test_contents_and_paragraph_lead_to_the_tracker(
    client: Client, declaration: Instrument
) -> None:
    promise(declaration, "para_3")
    contents = client.get(f"/en/instruments/{declaration.code}/").content.decode()
    assert f'href="/en/instruments/{declaration.code}/tracker/"' in contents
    paragraph = client.get(f"/en/instruments/{declaration.code}/para_3/").content.decode()
    who = paragraph[paragraph.index('id="who"') :]
    assert re.search(r'group-WRK">[^<]+</span> 1', who)


# --- Long texts


def test_long_text_is_a_strip_of_parts_in_a_light_page(client: Client) -> None:
    long = factories.instrument("long", paragraphs=1000)
    for number in range(1, 400, 3):
        promise(long, f"para_{number}", group="EMP" if number % 2 else "WRK")
    html = page(client, long)
    assert len(gzip.compress(html.encode())) < 15_000
    cells = re.findall(r'aria-label="(Paragraphs [^"]+)"', html)
    assert MOST_CELLS < 1000
    assert len(cells) == 100
    assert cells[0] == "Paragraphs 1 to 10: 4 of 10 taken up"
    assert numbers_of_part(client, long, 3) == [str(n) for n in range(21, 31)]
    assert "133 of 1000 paragraphs are taken up" in words(html)


def numbers_of_part(client: Client, of: Instrument, part: int) -> list[str]:
    return [row["number"] for row in rows(client, of, f"part={part}")]


def test_queries_are_the_same_whatever_is_promised(client: Client) -> None:
    counts = []
    for size in (1, 3, 30):
        text = factories.instrument(f"size{size}", paragraphs=size)
        for number in range(1, size + 1):
            promise(text, f"para_{number}")
        page(client, text)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(client, text)
        counts.append(len(captured))
    assert counts == [counts[0]] * 3
