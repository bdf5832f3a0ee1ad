"""Finding texts in files and folders, and what is known of them before they are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from coalition.analysis.documents import UnreadableDocument
from coalition.base.errors import Refused
from coalition.instruments.models import BINDING, Category, Instrument, InstrumentKind, Subject
from coalition.instruments.texts import known
from coalition.instruments.texts.entries import make_entry
from coalition.instruments.texts.files import Found, LeftAlone, found_in
from coalition.instruments.texts.importing import import_paths
from tests.analysis.test_treaties import TREATY
from tests.analysis.test_udhr import page


def found(path: Path) -> list[Found]:
    return [each for each in found_in([path]) if isinstance(each, Found)]


def left_alone(path: Path) -> list[tuple[str, str]]:
    return [(each.path.name, each.why) for each in found_in([path]) if isinstance(each, LeftAlone)]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_treaty_file_of_unknown_name_keeps_it_as_symbol(tmp_path: Path) -> None:
    texts = found(written(tmp_path, "lamps.md", TREATY))

    assert [each.symbol for each in texts] == ["lamps", "R007"]
    assert texts[0].read().adopted == date(1951, 5, 4)
    assert texts[0].read().title == "Convention concerning the lamps of the coast"


def test_treaty_file_of_known_name_is_known_by_its_symbol(tmp_path: Path) -> None:
    document = found(written(tmp_path, "BWBV0001021.md", TREATY))[0].read()

    assert (document.symbol, document.kind) == ("ESC", "charter")
    assert document.title == "European Social Charter"
    assert document.cited_as == ("Lamps Convention, 1951", "European Social Charter")


def test_file_of_one_more_edition_is_a_version_of_its_own(tmp_path: Path) -> None:
    document = found(written(tmp_path, "BWBV0001008.md", TREATY))[0].read()

    assert (document.symbol, document.of) == ("UDHR/BWBV0001008", "UDHR")
    assert document.title == "Universal Declaration of Human Rights"


def test_universal_declaration_is_found_in_its_pages(tmp_path: Path) -> None:
    texts = found(written(tmp_path, "fra.html", page()))

    assert [(each.symbol, each.read().language) for each in texts] == [("UDHR", "fr")]


def test_files_that_hold_no_text_are_left_alone_with_a_reason(tmp_path: Path) -> None:
    written(tmp_path, "README.md", "# Full texts\n- one\n")
    written(tmp_path, "page.html", "<p>Hello</p>")

    assert left_alone(tmp_path) == [
        (
            "README.md",
            "Not a treaty: it has neither a title nor headings such as “### Article 1”.",
        ),
        ("page.html", "Not a page of the Universal Declaration; other HTML pages are not read."),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"####Convention\n\nHave agreed:\n\n### Article 1\n\n\xff\xfe", "not in UTF-8"),
        (b"####Convention\n\nHave agreed as follows:\n\n### PART I\n\nWords.", "no article"),
        (b"a" * 6_000_001, "longer than 6,000,000 bytes"),
    ],
)
def test_bad_treaty_files_are_refused_with_a_sentence(
    tmp_path: Path, content: bytes, why: str
) -> None:
    (text,) = found(written(tmp_path, "bad.md", content))

    with pytest.raises(UnreadableDocument, match=why):
        text.read()


# --- What is known ---------------------------------------------------------------------------


def test_every_known_instrument_is_whole_and_its_own() -> None:
    entries = known._data()["instrument"]

    for field in ("symbol", "code"):
        values = [each[field].lower() for each in entries]
        assert sorted(set(values)) == sorted(values)
    for each in entries:
        assert each["kind"] in InstrumentKind.values, each["symbol"]
        assert each.get("category", "") in ["", *Category.values], each["symbol"]
        assert known.known_source(each["source"])["title"]
        assert [known.known_subject(code)["code"] for code in each.get("subjects", [])] == each.get(
            "subjects", []
        )
        if revised := each.get("revises"):
            assert known.known_facts(revised)["symbol"] == revised


def test_known_files_belong_to_one_instrument_each() -> None:
    stems = [
        stem.lower()
        for each in known._data()["instrument"]
        for field in ("files", "editions")
        for stem in each.get(field, [])
    ]

    assert sorted(set(stems)) == sorted(stems)
    assert known.facts_of_file("C098")["symbol"] == "C098"
    assert known.facts_of_file("no such file") == {}


def test_sets_of_the_ilo_are_those_of_its_library_guide() -> None:
    sets: dict[str, set[str]] = {}
    for each in known._data()["instrument"]:
        sets.setdefault(each.get("category", ""), set()).add(each["symbol"])

    assert sets["fundamental"] == {
        *("C029", "P029", "C087", "C098", "C100", "C105", "C111", "C138", "C155", "C182"),
    }
    assert sets["governance"] == {"C081", "C122", "C129", "C144"}


@pytest.mark.django_db
def test_entry_of_a_known_instrument_has_what_is_known() -> None:
    entry = make_entry("C138", title="as the file says")

    assert (entry.code, entry.kind, entry.category) == ("c138", "convention", "fundamental")
    assert entry.names == {"en": "Minimum Age Convention, 1973 (No. 138)"}
    assert entry.adopted_on == date(1973, 6, 26)
    assert entry.source.title.startswith("ILO Library guide")
    assert [each.code for each in entry.subjects.all()] == ["child-labour"]
    assert [each.code for each in entry.themes.all()] == ["rights"]
    assert Subject.objects.get(code="child-labour").source.title.startswith(
        "Our own classification"
    )


@pytest.mark.django_db
def test_entry_of_an_unknown_instrument_says_what_its_reader_says() -> None:
    entry = make_entry(
        "A/RES/1/1", title="Lamps", kind="resolution", adopted=date(2020, 1, 2), url="https://x.org"
    )

    assert (entry.code, entry.names, entry.kind) == ("a-res-1-1", {"en": "Lamps"}, "resolution")
    assert (entry.adopted_on, entry.category, entry.revises) == (date(2020, 1, 2), "", None)
    with pytest.raises(Refused, match="taken by another text"):
        make_entry("A-RES/1.1", title="Other")


@pytest.mark.django_db
@pytest.mark.parametrize("order", [("ESC", "ESC-REV"), ("ESC-REV", "ESC")])
def test_revised_instrument_names_the_earlier_one_whichever_comes_first(
    order: tuple[str, str],
) -> None:
    for symbol in order:
        make_entry(symbol, title="")

    earlier, revised = (Instrument.objects.get(symbol=symbol) for symbol in ("ESC", "ESC-REV"))
    assert (revised.revises, earlier.revises) == (earlier, None)
    assert earlier.kind in BINDING


@pytest.mark.django_db
def test_treaty_and_its_recommendation_are_kept_and_the_second_run_changes_nothing(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "lamps.md", TREATY)

    first = import_paths([path], say=lambda words: None)
    second = import_paths([path], say=lambda words: None)

    assert (first.made, first.refused, first.paragraphs) == (2, [], 7)
    assert (second.made, second.unchanged) == (0, 2)
    texts = Instrument.objects.filter(symbol__in=["R007", "lamps"]).order_by("symbol")
    assert [(each.symbol, each.kind) for each in texts] == [
        ("R007", "recommendation"),
        ("lamps", "convention"),
    ]
    provision = texts[1].provisions.get(eid="art_1__para_1__point_b__point_i")
    assert (provision.number, provision.paragraph.eid) == ("1 (1) (b) (i)", "art_1")


@pytest.mark.django_db
def test_a_broken_file_hinders_no_other(tmp_path: Path) -> None:
    written(tmp_path, "a.jsonl", "NaN")
    written(tmp_path, "b.jsonl", '{"symbol": "A/1", "text": "\\ud800"}')
    written(tmp_path, "lamps.md", TREATY)

    run = import_paths([tmp_path], say=lambda words: None)

    assert run.made == 2
    assert [each.split(",")[0] for each in run.refused] == ["a.jsonl", "b.jsonl"]


@pytest.mark.django_db
def test_languages_and_editions_of_the_declaration_meet_in_one_entry(tmp_path: Path) -> None:
    for name, lang in (("arb", "ar"), ("eng", "en"), ("fra", "fr")):
        written(tmp_path, f"{name}.html", page(lang=lang))

    run = import_paths([tmp_path], say=lambda words: None)

    assert (run.made, run.refused) == (3, [])
    entry = Instrument.objects.get(symbol="UDHR")
    assert (entry.code, entry.versions.count(), entry.provisions.count()) == ("udhr", 3, 38)


@pytest.mark.realdata
def test_every_treaty_and_page_of_the_data_is_found_and_known(data_dir: Path) -> None:
    folders = [data_dir / "treaty_texts", data_dir / "udhr"]

    symbols = [each.symbol for folder in folders for each in found(folder)]
    assert (len(symbols), symbols.count("UDHR")) == (145, 6)
    unknown = [each for each in symbols if not known.known_facts(each.partition("/BWBV")[0])]
    assert unknown == []
    assert [name for folder in folders for name, _why in left_alone(folder)] == [
        "README.md",
        "index.csv",
        "README.md",
        "license",
    ]
