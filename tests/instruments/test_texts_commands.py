from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from coalition.base.models import Event
from coalition.instruments.models import Instrument, Version
from tests.instruments.documents import BREAD, bread, jsonl

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def refusal(*arguments: str) -> str:
    with pytest.raises(CommandError) as error:
        run(*arguments)
    assert error.value.returncode == 1
    return str(error.value)


def test_import_texts_says_what_was_made_and_the_second_time_nothing(tmp_path: Path) -> None:
    path = str(jsonl(tmp_path / "texts.jsonl.gz", bread(symbol="A/RES/99/7"), bread()))
    assert run("import", "texts", path, "--symbol", "A/RES/99/1") == (
        "A/RES/99/1 (a-res-99-1): 4 numbered paragraphs, 2 footnotes; 0 provisions stood, 12 made. "
        "The text was not known; a bare entry was made for it.\n"
        "1 documents read: 1 made with 4 numbered paragraphs, 0 held already, 0 refused; "
        "0 other files left alone.\n"
    )
    assert run("import", "texts", path, "--symbol", "A/RES/99/1") == (
        "A/RES/99/1 (a-res-99-1): held already with the same words; nothing changed.\n"
        "1 documents read: 0 made with 0 numbered paragraphs, 1 held already, 0 refused; "
        "0 other files left alone.\n"
    )
    assert list(Version.objects.values_list("symbol")) == [("A/RES/99/1",)]


def test_import_texts_notes_the_digest_of_the_file(tmp_path: Path) -> None:
    import hashlib

    path = jsonl(tmp_path / "texts.jsonl", bread())
    run("import", "texts", str(path), "--symbol", "A/RES/99/1")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert f"sha256:{digest}" in Event.objects.get(verb="instruments.import").refs


def test_import_texts_dry_run_keeps_nothing(tmp_path: Path) -> None:
    path = str(jsonl(tmp_path / "texts.jsonl", bread()))
    said = run("import", "texts", path, "--symbol", "A/RES/99/1", "--dry-run")
    assert said.endswith("Dry run: nothing was kept.\n")
    assert not Version.objects.exists()
    assert not Instrument.objects.filter(symbol="A/RES/99/1").exists()
    assert not Event.objects.filter(verb="instruments.import").exists()


def test_import_texts_lists_what_was_doubtful(tmp_path: Path) -> None:
    path = str(jsonl(tmp_path / "t.jsonl", bread(text=BREAD.replace("\n4.\n", "\n6.\n"))))
    assert run("import", "texts", path, "--symbol", "A/RES/99/1").split("\n")[1:2] == [
        "  Doubtful: In A/RES/99/1, paragraph 6 follows paragraph 3 in annex 1."
    ]


def test_import_texts_takes_good_documents_beside_a_refused_one(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "t.jsonl", bread(symbol="A/RES/99/2", text="Nothing"), bread())
    symbols = ["--symbol", "A/RES/99/1", "--symbol", "A/RES/99/2", "--symbol", "A/RES/98/1"]
    sentences = refusal("import", "texts", str(path), *symbols).split("\n")
    assert [each.split(":")[0] for each in sentences] == [
        "t.jsonl has no document “A/RES/98/1”. Check the symbol, such as A/RES/80/5.",
        "t.jsonl, A/RES/99/2",
    ]
    assert list(Version.objects.values_list("symbol")) == [("A/RES/99/1",)]


def test_import_texts_refuses_a_path_that_is_not_there(tmp_path: Path) -> None:
    path = str(tmp_path / "missing.jsonl")
    assert refusal("import", "texts", path) == f"{path} is not there. Check its name."


def test_import_texts_reads_all_files_of_a_folder_and_says_what_it_leaves_alone(
    tmp_path: Path,
) -> None:
    jsonl(tmp_path / "t.jsonl", bread())
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "notes.odt").write_bytes(b"PK")
    said = run("import", "texts", str(tmp_path)).split("\n")
    assert [line.split(":")[0] for line in said if line] == [
        "a.pdf",
        "notes.odt",
        "A/RES/99/1 (a-res-99-1)",
        "1 documents read",
    ]
    assert list(Version.objects.values_list("symbol")) == [("A/RES/99/1",)]


def test_text_show_gives_every_paragraph_whole_and_its_points_apart(tmp_path: Path) -> None:
    path = str(jsonl(tmp_path / "t.jsonl", bread()))
    run("import", "texts", path, "--symbol", "A/RES/99/1")
    shown = json.loads(run("text", "show", "A/RES/99/1", "--json"))
    keys = ["symbol", "title", "language", "stage", "version", "instrument", "provisions"]
    assert list(shown) == keys
    assert (shown["symbol"], shown["title"]) == ("A/RES/99/1", "99/1. Bread Declaration")
    assert [(each["eid"], each["number"], each["role"]) for each in shown["provisions"]] == [
        ("resolution__formula_1", "", "formula"),
        ("resolution__clause_1", "", "adopting"),
        ("annex_1__title", "", "annex_title"),
        ("para_1", "1", "operative"),
        ("para_2", "2", "operative"),
        ("chp_1", "", "heading"),
        ("para_3", "3", "operative"),
        ("para_3__point_a", "3 (a)", "point"),
        ("para_3__point_b", "3 (b)", "point"),
        ("para_3__point_b__point_i", "3 (b) (i)", "point"),
        ("para_3__point_b__point_ii", "3 (b) (ii)", "point"),
        ("para_4", "4", "operative"),
    ]
    third = shown["provisions"][6]
    assert third == {
        "eid": "para_3",
        "number": "3",
        "role": "operative",
        "heading": "What we will do",
        "words": (
            "We will:\n"
            "(a) Pay a wage on which a family can live;\n"
            "(b) Let those who bake at night:\n"
            "(i) Sleep by day;\n"
            "(ii) See a doctor once a year."
        ),
        "footnotes": [{"mark": "2", "words": "Book of Sleep, p. 7."}],
    }
    assert run("text", "show", "a-res-99-1", "--json") == run(
        "text", "show", "A/RES/99/1", "--json"
    )


def test_text_show_without_wording_says_so() -> None:
    shown = json.loads(run("text", "show", "doha", "--json"))
    assert shown["symbol"] == "A/RES/80/5"
    assert shown["title"] == "Doha Political Declaration"
    numbered = [each for each in shown["provisions"] if each["role"] == "operative"]
    assert [each["number"] for each in numbered] == [str(n) for n in range(1, 45)]
    assert {each["words"] for each in shown["provisions"]} == {None}
    assert numbered[0]["heading"] == "Why we meet, and on what ground"
    plain = run("text", "show", "A/RES/80/5")
    assert plain.count("wording not held") == 44


def test_text_show_of_a_text_without_paragraphs() -> None:
    assert json.loads(run("text", "show", "paris", "--json"))["provisions"] == []
    assert run("text", "show", "paris").endswith("No paragraph of this text is held.\n")


def test_text_show_refuses_an_unknown_symbol_with_near_ones() -> None:
    assert refusal("text", "show", "A/RES/80/6") == (
        "There is no text with the symbol or code “A/RES/80/6”. Near it: A/RES/80/5."
    )


@pytest.mark.realdata
def test_import_and_show_doha_as_a_newcomer_would(data_dir: Path) -> None:
    path = str(data_dir / "un_ga_texts" / "docs_sessions78-79.jsonl.gz")
    assert run("import", "texts", path, "--symbol", "A/RES/80/5").split("\n")[0] == (
        "A/RES/80/5 (doha): 44 numbered paragraphs, 15 footnotes; 166 provisions stood, 5 made."
    )
    provisions = json.loads(run("text", "show", "A/RES/80/5", "--json"))["provisions"]
    numbered = {each["number"]: each for each in provisions if each["role"] == "operative"}
    assert list(numbered) == [str(n) for n in range(1, 45)]
    assert numbered["30"]["heading"] == "A call to action"
    assert numbered["30"]["words"].count("\n(") == 20
    assert [each["words"] for each in provisions if each["role"] == "heading"] == [
        "A call to action",
        "Follow-up",
    ]
    assert refusal("import", "texts", path, "--symbol", "A/RES/80/55").startswith(
        "docs_sessions78-79.jsonl.gz has no document “A/RES/80/55”. Near it: A/RES/80/5"
    )
