from __future__ import annotations

import csv
import gzip
import json
import re
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from coalition.base.reference import Report, Source
from coalition.instruments.models import ConsentTable, Instrument, Provision, Subject
from coalition.instruments.texts import queries, reading
from coalition.instruments.texts.laying import lay_skeleton
from coalition.instruments.texts.plain import as_data
from coalition.themes.models import Theme
from tests.factories import commitment, instrument, partner
from tests.instruments.documents import bread, import_text, skeleton

pytestmark = pytest.mark.django_db


@pytest.fixture
def declaration() -> Instrument:
    """The bread declaration, with skeleton and wording."""
    made = instrument("bread")
    made.symbol = "A/RES/99/1"
    made.url = "https://bread.test/1"
    made.other_sources = ["leaflet"]
    made.save()
    lay_skeleton(made, skeleton(), Report())
    import_text(bread(), file_digest="a" * 64)
    return made


@pytest.fixture
def unworded() -> Instrument:
    """The bread declaration as a lone clone has it: the skeleton alone."""
    made = instrument("bread")
    made.url = "https://bread.test/1"
    made.save()
    lay_skeleton(made, skeleton(), Report())
    return made


def page(client: Client, path: str, language: str = "en") -> str:
    response = client.get(f"/{language}/instruments/{path}")
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    """The page's main part as words, tags and layout taken out."""
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def provision(of: Instrument, eid: str) -> Provision:
    return of.provisions.get(eid=eid)


# --- Queries


def test_deliveries_count_a_commitment_once_a_paragraph(declaration: Instrument) -> None:
    point_a = provision(declaration, "para_3__point_a")
    deep = provision(declaration, "para_3__point_b__point_i")
    commitment("published", provisions=[point_a, deep])
    commitment("published", provisions=[provision(declaration, "para_3"), point_a])
    commitment("published", provisions=[provision(declaration, "para_1")])
    assert queries.deliveries(declaration) == {
        provision(declaration, "para_3").pk: 2,
        provision(declaration, "para_1").pk: 1,
    }


@pytest.mark.parametrize(
    "state", ["draft", "submitted", "change_requested", "approved", "withdrawn"]
)
def test_deliveries_never_count_what_is_not_published(declaration: Instrument, state: str) -> None:
    commitment(state, provisions=[provision(declaration, "para_1")])
    assert queries.deliveries(declaration) == {}
    assert list(queries.delivering_on(provision(declaration, "para_1"))) == []


def test_delivering_on_a_paragraph_takes_in_its_points_and_no_other(
    declaration: Instrument,
) -> None:
    made = commitment("published", provisions=[provision(declaration, "para_3__point_b__point_i")])
    found = {
        eid: list(queries.delivering_on(provision(declaration, eid)))
        for eid in ("para_3", "para_3__point_b", "para_3__point_a", "para_1")
    }
    assert found == {
        "para_3": [made],
        "para_3__point_b": [made],
        "para_3__point_a": [],
        "para_1": [],
    }


def test_delivering_on_paragraph_1_is_not_delivering_on_paragraph_10() -> None:
    made = instrument("twelve", paragraphs=12)
    commitment("published", provisions=[provision(made, "para_10")])
    assert not queries.delivering_on(provision(made, "para_1")).exists()


def test_current_anchors_are_the_latest_begun_of_each_kind() -> None:
    from coalition.instruments.models import Anchor

    doha = Instrument.objects.get(code="doha")
    later = Anchor.objects.create(
        kind="political_declaration", since=date(2027, 1, 1), instrument=doha, why={"en": "Later"}
    )
    before = {a.kind: a.since for a in queries.current_anchors(date(2026, 12, 31))}
    assert before == {
        "multilateral_agreement": date(2025, 8, 25),
        "political_declaration": date(2025, 11, 4),
    }
    assert later in queries.current_anchors(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("paragraphs", "spans"),
    [
        (0, []),
        (1, [("1", "1")]),
        (16, [("1", "16")]),
        (17, [("1", "10"), ("11", "17")]),
        (30, [("1", "10"), ("11", "20"), ("21", "30")]),
    ],
)
def test_parts_without_headings_take_about_ten_paragraphs(
    paragraphs: int, spans: list[tuple[str, str]]
) -> None:
    text = queries.text_of(instrument(f"of-{paragraphs}", paragraphs=paragraphs))
    assert [(part.first, part.last) for part in text.parts] == spans


def test_parts_are_our_division_with_the_resolution_apart(declaration: Instrument) -> None:
    parts = queries.text_of(declaration).parts
    assert [(part.number, part.title, part.first, part.last) for part in parts] == [
        (0, "The resolution that adopts the text", "", ""),
        (1, "Why", "1", "2"),
        (2, "What", "3", "4"),
    ]


def test_parts_are_chapters_where_there_is_no_division_of_ours() -> None:
    made = import_text(bread(), file_digest="a" * 64).instrument
    assert [(part.number, part.title) for part in queries.text_of(made).parts] == [
        (0, "The resolution that adopts the text"),
        (1, "Bread Declaration"),
        (2, "What we will do"),
    ]


# --- Pages


def test_list_shows_the_six_declarations_and_what_is_not_known(client: Client) -> None:
    html = page(client, "")
    assert re.findall(r'<h3 id="([a-z-]+)">', html) == [
        *("doha", "sevilla", "paris", "hamburg", "chisinau", "punta-cana"),
    ]
    text = words(html)
    assert "Latest political declaration , since" in text
    assert "Their" not in text
    assert text.count("not found") >= 4


@pytest.fixture
def shelf(declaration: Instrument) -> Instrument:
    """Beside the bread declaration, a convention of which only its parties are held."""
    made = instrument("salt", paragraphs=2)
    made.names = {"en": "Salt Convention", "ar": "اتفاقية الملح"}
    made.kind, made.category, made.standing = "convention", "technical", "outdated"
    made.adopted_on, made.symbol, made.position = date(1921, 11, 11), "C900", 1000
    made.revises = declaration
    made.save()
    made.subjects.add(Subject.objects.create(code="salt-work", names={"en": "Salt work"}))
    made.themes.add(Theme.objects.first())
    source = Source.objects.first()
    ConsentTable.objects.create(instrument=made, as_of=date(2024, 1, 1), source=source, rows=1)
    return made


def test_list_lets_through_what_each_filter_asks_for(client: Client, shelf: Instrument) -> None:
    everything = set(Instrument.objects.values_list("code", flat=True))
    theme = Theme.objects.first().code
    for query, codes in (
        ("", everything),
        ("words=salt+convention", {"salt"}),
        ("words=الملح", {"salt"}),
        ("words=c900", {"salt"}),
        ("words=salt+bread", set()),
        ("words=%25", set()),
        ("kind=convention", {"salt"}),
        ("category=technical", {"salt"}),
        ("standing=outdated", {"salt"}),
        ("subject=salt-work", {"salt"}),
        (f"theme={theme}", {"salt"}),
        ("wording=yes", {"bread"}),
        ("wording=no", everything - {"bread"}),
        ("parties=yes", {"salt"}),
        ("parties=no", everything - {"salt"}),
        ("language=en", {"bread"}),
        ("language=ar", set()),
        ("kind=nonsense&subject=none&sort=x", everything),
        ("words=" + "x+" * 300, everything),
    ):
        rows = b"".join(client.get(f"/en/instruments/instruments.json?{query}")).decode()
        assert {row["code"] for row in json.loads(rows)} == codes, query
        shown = page(client, f"?{query}")
        assert f"{len(codes)} text" in words(shown), query


def test_list_sorts_by_day_name_and_symbol(client: Client, shelf: Instrument) -> None:
    def order(sort: str) -> list[str]:
        rows = b"".join(client.get(f"/en/instruments/instruments.csv?sort={sort}")).decode()
        codes = [row["code"] for row in csv.DictReader(StringIO(rows.removeprefix("\ufeff")))]
        return [code for code in codes if code in ("bread", "salt", "paris")]

    assert order("newest") == ["salt", "bread", "paris"]  # those without a day come last
    assert order("name") == ["bread", "salt", "paris"]
    assert order("symbol") == ["bread", "salt", "paris"]


def test_list_downloads_say_what_is_held(client: Client, shelf: Instrument) -> None:
    rows = b"".join(client.get("/en/instruments/instruments.json?words=salt")).decode()
    assert json.loads(rows) == [
        {
            "code": "salt",
            "symbol": "C900",
            "name": "Salt Convention",
            "kind": "convention",
            "adopted_on": "1921-11-11",
            "category": "technical",
            "status": "outdated",
            "paragraphs": 2,
            "languages": "",
            "parties_held": True,
            "url": "http://testserver/en/instruments/salt/",
        }
    ]
    rows = b"".join(client.get("/en/instruments/instruments.json?words=nothing")).decode()
    assert json.loads(rows) == []
    rows = b"".join(client.get("/en/instruments/instruments.csv?words=A/RES/99/1")).decode()
    (row,) = csv.DictReader(StringIO(rows.removeprefix("\ufeff")))
    assert (row["paragraphs"], row["languages"], row["parties_held"]) == ("4", "en", "False")


def test_list_shows_the_coalitions_own_texts_on_its_first_page_alone(
    client: Client, shelf: Instrument
) -> None:
    Instrument.objects.bulk_create(
        Instrument(code=f"t-{n}", names={"en": f"Text {n}"}, kind="resolution", position=1000)
        for n in range(60)
    )
    own = "The coalition's own declarations"
    heads = {query: own in words(page(client, query)) for query in ("", "?page=2", "?kind=act")}
    assert heads == {"": True, "?page=2": False, "?kind=act": False}
    for language in ("en", "ar"):
        assert len(gzip.compress(page(client, "", language).encode())) <= 15_000


def test_facts_name_what_an_instrument_revises_and_serves(
    client: Client, shelf: Instrument
) -> None:
    text = words(page(client, "salt/"))
    assert "Category Technical Status Outdated Subjects Salt work" in text
    assert "Revises Declaration bread Versions held none: the wording is not held here" in text
    assert "Revised by Salt Convention Versions held 1 version" in words(page(client, "bread/"))


def test_contents_of_a_text_without_wording_hangs_together(client: Client) -> None:
    text = words(page(client, "doha/"))
    assert "0 of 44 paragraphs are taken up" in text
    assert text.count("nobody yet") == 44
    text = words(page(client, "doha/part/1/"))
    assert text.count("wording not held") == 16
    html = page(client, "doha/part/1/")
    assert html.count('href="https://docs.un.org/en/A/RES/80/5"') == 16


def test_contents_filter_leaves_paragraphs_nobody_took_up(
    client: Client, declaration: Instrument
) -> None:
    commitment("published", provisions=[provision(declaration, "para_3__point_a")])
    listed = {
        query: re.findall(r"<li><a href=[^>]+para_(\d)/\">\d</a>", page(client, f"bread/{query}"))
        for query in ("", "?taken=no", "?taken=yes", "?taken=%3Cscript%3E")
    }
    assert listed == {
        "": ["1", "2", "3", "4"],
        "?taken=no": ["1", "2", "4"],
        "?taken=yes": ["3"],
        "?taken=%3Cscript%3E": ["1", "2", "3", "4"],
    }
    shown = (
        client.get("/en/instruments/bread/paragraphs.csv?taken=no").getvalue().decode("utf-8-sig")
    )
    assert [row[:4] for row in csv.reader(StringIO(shown))] == [
        ["eid", "number", "in_our_words", "commitments"],
        ["para_1", "1", "Gist of 1", "0"],
        ["para_2", "2", "Gist of 2", "0"],
        ["para_4", "4", "Gist of 4", "0"],
    ]


def test_contents_of_a_long_text_lists_parts_and_keeps_the_strip(client: Client) -> None:
    instrument("long", paragraphs=200)
    html = page(client, "long/")
    assert len(re.findall(r'<a class="s\d?" href=', html)) == 200
    assert "nobody yet" not in html
    assert "Paragraphs 1 to 10; 0 of 10 taken up" in words(html)


def test_part_shows_wording_gist_points_footnotes_and_who_delivers(
    client: Client, declaration: Instrument
) -> None:
    commitment("published", provisions=[provision(declaration, "para_3")])
    html = page(client, "bread/part/2/")
    assert words(html) == (
        "Instruments / Declaration bread What "
        "This part and its name are ours, made for reading. "
        "What we will do Gist of 3 ● 1 commitment "
        "3. We will: (a) Pay a wage on which a family can live; "
        "(b) Let those who bake at night: (i) Sleep by day; (ii) See a doctor once a year. "
        "2 Book of Sleep, p. 7. "
        "Gist of 4 ○ nobody yet 4. We will meet again in five years. "
        "Previous: Why"
    )


def test_part_keeps_the_words_of_a_text_in_its_language(
    client: Client, declaration: Instrument
) -> None:
    html = page(client, "bread/part/2/", "ar")
    assert '<p id="para_4" lang="en" dir="ltr">' in html
    assert '<html lang="ar" dir="rtl">' in html


@pytest.mark.parametrize(
    "path",
    [
        "none/",
        "bread/part/3/",
        f"bread/part/{10**30}/",
        f"bread/part/{'9' * 5000}/",
        "none/part/1/",
        "none/print/",
        "none/text.txt",
        "none/text.json",
        "none/paragraphs.csv",
        "none/para_1/",
        "bread/para_9/",
        "bread/para_9__point_a/",
        "bread/__/",
    ],
)
def test_what_does_not_exist_is_not_found(
    client: Client, declaration: Instrument, path: str
) -> None:
    assert client.get(f"/en/instruments/{path}").status_code == 404


def test_page_numbers_beyond_all_bounds_are_the_last_page(
    client: Client, declaration: Instrument
) -> None:
    for number in (10**30, "9" * 5000, "-1", "x", ""):
        assert "Instruments and declarations" in page(client, f"?page={number}")
        assert "Paragraph 1" in page(client, f"bread/para_1/?page={number}")


def test_provision_shows_who_delivers_and_where_it_stands(
    client: Client, declaration: Instrument
) -> None:
    maker = partner("Example Bakers’ Union", is_example=True)
    commitment(
        "published",
        partner=maker,
        title="Night off",
        is_example=True,
        provisions=[provision(declaration, "para_3__point_b__point_i")],
    )
    text = words(page(client, "bread/para_3__point_b/"))
    assert "Paragraph 3 (b) b In our words" in text
    assert "(b) Let those who bake at night: (i) Sleep by day;" in text
    assert "Belongs to Paragraph 3" in text
    assert "One published commitment delivers on it." in text
    assert "Commitment · Example Bakers’ Union Night off Example" in text
    assert "Previous: Paragraph 3 (a) Next: Paragraph 3 (b) (i)" in text


def test_provision_of_a_point_shares_the_themes_of_its_paragraph(
    client: Client, unworded: Instrument
) -> None:
    second = provision(unworded, "para_2")
    Provision.objects.create(
        instrument=unworded,
        eid="para_2__point_a",
        number="2 (a)",
        role="point",
        position=99,
        parent=second,
    )
    with translation.override("en"):
        challenge = second.challenges.get()
    html = page(client, "bread/para_2__point_a/")
    assert html.count(f'href="{challenge.get_absolute_url()}"') == 2  # on the thread, in the facts


@pytest.mark.parametrize(
    "state", ["draft", "submitted", "change_requested", "approved", "withdrawn"]
)
def test_pages_never_show_a_commitment_that_is_not_published(
    client: Client, declaration: Instrument, state: str
) -> None:
    commitment(state, title="Secret", provisions=[provision(declaration, "para_1")])
    for path in ("bread/", "bread/part/1/", "bread/para_1/", "bread/?taken=yes"):
        text = words(page(client, path))
        assert "Secret" not in text
        assert "1 commitment" not in text


def test_provision_that_does_not_exist_answers_with_its_ancestor_and_says_so(
    client: Client, declaration: Instrument
) -> None:
    html = page(client, "bread/para_3__point_b__point_xx/")
    assert (
        "There is no “para_3__point_b__point_xx” in this text. "
        "This is the closest that stands above it: Paragraph 3 (b)."
    ) in words(html)
    assert '<link rel="canonical" href="/en/instruments/bread/para_3__point_b/">' in html


def test_provision_that_is_a_heading_leads_to_its_part(
    client: Client, declaration: Instrument
) -> None:
    for eid, address in (
        ("chp_1", "/en/instruments/bread/part/2/#chp_1"),
        ("ours__chp_2", "/en/instruments/bread/part/2/#ours__chp_2"),
        ("annex_1__title", "/en/instruments/bread/part/0/#annex_1__title"),
    ):
        response = client.get(f"/en/instruments/bread/{eid}/")
        assert (response.status_code, response.headers["Location"]) == (302, address)


def test_whole_text_is_there_for_print_and_download(
    client: Client, declaration: Instrument
) -> None:
    assert "4. We will meet again in five years." in words(page(client, "bread/print/"))
    plain = client.get("/en/instruments/bread/text.txt")
    assert plain.headers["Content-Disposition"] == 'attachment; filename="bread.txt"'
    assert plain.content.decode().endswith("4. We will meet again in five years.\n")
    data = client.get("/en/instruments/bread/text.json").json()
    assert data == as_data(queries.text_of(declaration))


def test_pages_show_markup_in_a_text_as_words(client: Client) -> None:
    evil = "<script>alert(1)</script>\"'&amp;"
    raw = bread(text=bread()["text"].replace("Pay a wage", evil), title=f"99/1. {evil}")
    made = import_text(raw, file_digest="a" * 64).instrument
    for path in ("", "part/2/", "para_3/", "para_3__point_a/", "print/"):
        assert "<script" not in page(client, f"{made.code}/{path}")


def test_pages_of_a_text_answer_only_to_reading(client: Client, declaration: Instrument) -> None:
    for path in ("", "bread/", "bread/part/1/", "bread/para_1/", "bread/print/"):
        assert client.post(f"/en/instruments/{path}").status_code == 405


# --- Weight and queries

QUERIES = {
    "": 14,
    "bread/": 14,
    "bread/part/1/": 6,
    "bread/para_1/": 15,
    "bread/print/": 5,
    "bread/text.txt": 4,
    "bread/text.json": 4,
    "bread/text.xml": 4,
    "?words=declaration": 7,
    "instruments.csv": 6,
    "instruments.json": 6,
    "bread/paragraphs.csv": 5,
}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("path", "count"), QUERIES.items())
def test_pages_take_a_fixed_number_of_queries(
    client: Client,
    declaration: Instrument,
    django_assert_num_queries,
    path: str,
    count: int,
    rows: int,
) -> None:
    for number in range(rows):
        instrument(f"more-{number}", paragraphs=number)
        commitment(
            "published",
            partner=partner(f"Partner {number}"),
            provisions=[provision(declaration, eid) for eid in ("para_1", "para_3__point_a")],
        )
    b"".join(client.get(f"/en/instruments/{path}"))
    with django_assert_num_queries(count):
        response = client.get(f"/en/instruments/{path}")
        b"".join(response)  # downloads are read row by row
    assert response.status_code == 200


@pytest.mark.any_database
@pytest.mark.realdata
@pytest.mark.parametrize("symbol", ["A/RES/80/5", "A/RES/79/323", "A/RES/79/144"])
def test_every_page_of_a_real_text_is_light(client: Client, data_dir: Path, symbol: str) -> None:
    path = data_dir / "un_ga_texts" / "docs_sessions78-79.jsonl.gz"
    raw = next(reading.documents_of(path, {symbol}))
    made = import_text(raw, file_digest="a" * 64).instrument
    text = queries.text_of(made)
    longest = max(text.paragraphs, key=lambda node: node.chars)
    paths = ["", *(f"part/{part.number}/" for part in text.parts), f"{longest.eid}/"]
    for each in paths:
        for language in ("en", "ar"):
            html = page(client, f"{made.code}/{each}", language)
            assert len(gzip.compress(html.encode())) <= 15_000, each


@pytest.mark.realdata
def test_parts_of_sevilla_are_cut_at_its_headings(data_dir: Path) -> None:
    path = data_dir / "un_ga_texts" / "docs_sessions78-79.jsonl.gz"
    raw = next(reading.documents_of(path, {"A/RES/79/323"}))
    parts = queries.text_of(import_text(raw, file_digest="a" * 64).instrument).parts
    assert [(part.first, part.last) for part in parts] == [
        ("", ""),
        *(("1", "10"), ("11", "20"), ("21", "25")),
        *(("26", "30"), ("31", "34"), ("35", "41"), ("42", "46"), ("47", "51"), ("52", "57")),
        *(("58", "61"), ("62", "66")),
    ]
    assert parts[4].title == "II. Action areas: A. Domestic public resources"
    read = [node for part in parts for node in part.nodes if node.is_counted]
    assert [node.provision.number for node in read] == [str(n) for n in range(1, 67)]


def test_addresses_of_before_lead_to_the_same_pages(client: Client) -> None:
    for old, new in (
        ("/en/declarations/", "/en/instruments/"),
        ("/en/declarations/doha/?taken=no", "/en/instruments/doha/?taken=no"),
        ("/ar/declarations/doha/para_30__point_h/", "/ar/instruments/doha/para_30__point_h/"),
    ):
        answer = client.get(old)
        assert (answer.status_code, answer.headers["Location"]) == (301, new)
