from __future__ import annotations

import re

import pytest
from django.test import Client

from coalition.instruments.models import Instrument
from tests.factories import commitment
from tests.instruments.documents import draft, version

pytestmark = pytest.mark.django_db
HOME = "/en/instruments/g-1/"


def page(client: Client, path: str) -> str:
    """The main part of the page that an address leads to in the end, as words."""
    response = client.get(path, follow=True)
    assert response.status_code == 200, path
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.fixture
def guild() -> Instrument:
    """Adopted: water, bread with salt taken in, ovens with points. The draft: bread, salt, flour,
    ovens with a third point, and a last paragraph that nobody kept."""
    version("G/1", "water", "bread+salt", "ovens:")
    report = draft("bread", "salt", "flour", "ovens:")
    return report.instrument


def test_every_address_leads_somewhere(client: Client, guild: Instrument) -> None:
    assert {row.eid: row.number for row in guild.provisions.all()} == {
        "para_1": "1",
        "para_1-2": "1",
        "para_2": "2",
        "para_3": "3",
        "para_3-2": "3",
        "para_3__point_a": "3 (a)",
        "para_3__point_b": "3 (b)",
    }
    table = {
        # The lasting address answers itself, whatever another version has there.
        "para_2/": (200, ""),
        "para_3__point_a/": (200, ""),
        # An address that only the draft had.
        "para_4/": (302, "para_3/"),
        "para_4__point_b/": (302, "para_3__point_b/"),
        # What was merged leads to what took it in, what is gone to what it stood in.
        "para_1-2/": (302, "para_2/?was=para_1-2"),
        "para_3-2/": (302, "?was=para_3-2"),
        # What never was answers with the closest above it, or not at all.
        "para_3__point_z/": (200, ""),
        "para_77/": (404, ""),
    }
    answers = {}
    for path in table:
        answer = client.get(HOME + path)
        answers[path] = (answer.status_code, answer.headers.get("Location", "").removeprefix(HOME))
    assert answers == table


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("para_3/", "It was paragraph 4 in G/L.1 , it is 3 now."),
        ("para_4/", "It was paragraph 4 in G/L.1 , it is 3 now."),
        ("para_4__point_b/", "It was paragraph 4 (b) in G/L.1 , it is 3 (b) now."),
        ("para_1-2/", "What was paragraph 1 in G/L.1 was taken into this one."),
        ("para_3-2/", "Paragraph 3 of G/L.1 is not in this version any more."),
        ("para_3__point_z/", "There is no “para_3__point_z” in this text."),
    ],
)
def test_the_page_says_where_a_paragraph_was(
    client: Client, guild: Instrument, path: str, sentence: str
) -> None:
    assert sentence in page(client, HOME + path)


def test_the_page_offers_the_last_wording_of_what_is_gone(
    client: Client, guild: Instrument
) -> None:
    key = guild.versions.get(symbol="G/L.1").pk
    for path in ("para_1-2/", "para_3-2/"):
        html = client.get(HOME + path, follow=True).content.decode()
        (place,) = re.findall(r'href="([^"]*)">Read its last wording', html)
        assert place == f"{HOME}versions/{key}/{path[:6]}/"
    assert "Millers keep flour dry" in page(client, f"{HOME}versions/{key}/para_3/")


def test_what_stands_there_still_is_never_said_to_be_gone(
    client: Client, guild: Instrument
) -> None:
    for asked in ("para_2", "nothing", "x" * 500, "para_2&was=para_1"):
        assert "any more" not in page(client, f"{HOME}para_2/?was={asked}")


def test_a_vanished_paragraph_under_a_heading_leads_to_the_part(client: Client) -> None:
    from dataclasses import replace

    from coalition.analysis.documents import Document, Piece, Role
    from coalition.instruments.texts.actions import import_document
    from tests.instruments.documents import laid_out

    heading = Piece("chp_1", "", Role.HEADING, "", "On baking", (), "")
    for symbol, stage, words in (
        ("G/L.1", "draft", ("bread", "salt", "flour")),
        ("G/1", "adopted", ("bread", "salt")),
    ):
        pieces = (heading, *(replace(each, parent="chp_1") for each in laid_out(*words)))
        document = Document(symbol, "Guild", None, pieces, (), stage=stage, of="G/1")
        import_document(document, digest=symbol, file_digest="a" * 64)
    answer = client.get(f"{HOME}para_3/")
    assert (answer.status_code, answer["Location"]) == (302, f"{HOME}part/1/?was=para_3#chp_1")
    assert "Paragraph 3 of G/L.1 is not in this version" in page(client, f"{HOME}para_3/")


def test_commitments_on_a_point_are_found_under_its_new_number(client: Client) -> None:
    draft("bread:", "salt")
    point = Instrument.objects.get(symbol="G/1").provisions.get(eid="para_1__point_b")
    made = commitment("published", provisions=[point])
    version("G/1", "water", "bread:", "salt")
    assert made.title in page(client, f"{HOME}para_1__point_b/")
    assert "Paragraph 2 (b)" in page(client, f"{HOME}para_1__point_b/")


def test_the_address_of_a_draft_that_came_alone_leads_to_the_resolution(client: Client) -> None:
    draft("bread", "salt:", of="")
    version("G/1", "water", "bread", "salt:", drafts=("G/L.1",))
    table = {"": HOME, "para_2/": f"{HOME}para_2/", "para_2__point_a/": f"{HOME}para_2__point_a/"}
    for path, home in table.items():
        answer = client.get(f"/en/instruments/g-l-1/{path}")
        assert (answer.status_code, answer["Location"]) == (301, home)
    assert client.get("/en/instruments/g-l-2/").status_code == 404
