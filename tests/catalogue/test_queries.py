"""What a search finds and counts; the thread both ways."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from coalition.analysis.searching import query_text
from coalition.catalogue import queries
from coalition.catalogue.models import Record
from tests import factories

pytestmark = pytest.mark.django_db


def put(key: str, title: str, **fields: Any) -> None:
    factories.record("news", key, path=f"/news/{key}/", title=title, **fields)


def found(words: str, **wishes: str) -> list[str]:
    ids = queries.matching(query_text(words), wishes)
    keys = dict(Record.objects.values_list("pk", "key"))
    return [keys[pk] for pk in ids]


def test_search_puts_a_title_before_a_mention() -> None:
    put("mention", "A long year", summary="Among much else, one lighthouse was painted again.")
    put("title", "Lighthouse")

    assert found("lighthouses") == ["title", "mention"]


@pytest.mark.parametrize(
    ("language", "title", "words"),
    [
        ("ar", "التعاون بين الدول", "دول"),
        ("zh", "消除不平等现象", "不平等"),
        ("fr", "Réduire les inégalités", "inegalites"),
        ("fr", "Réduire les inégalités", "inégalité"),
        ("ru", "О правах трудящихся", "право трудящегося"),
        ("es", "Protección social", "proteccion"),
        ("en", "Workers' rights in ports", "the port worker"),
    ],
)
def test_search_reads_six_languages(language: str, title: str, words: str) -> None:
    put("it", title, language=language)
    put("other", "Something else", language="en")

    assert found(words, kind="news") == ["it"]


HOSTILE = [
    '"',
    '"unclosed phrase',
    "NEAR(a b, 5)",
    "a AND OR NOT b",
    "title:x",
    "x* ^y -z +w",
    "'; DROP TABLE catalogue_record; --",
    "%s %(x)s {0} \\",
    "\x00nul\x00",
    "(((((",
    "a & b | !c <-> d:*",
    "x" * 10_000,
    "word " * 2_000,
    "\u202e\u2066\ufeff",
    "😀 🤖",
    "<script>alert(1)</script>",
    "\ud7ff\U0010ffff",
    "Ô¸@\x15dÞ[ \u0301 ´",
]


@pytest.mark.usefixtures("_no_rows")
@pytest.mark.parametrize("words", HOSTILE)
def test_search_takes_any_text(words: str) -> None:
    put("it", "Lighthouse")

    assert found(words) in ([], ["it"])


def test_counts_are_those_under_the_other_filters() -> None:
    put("a", "Lighthouse one", facets=[("theme", "employment"), ("place", "FRA")])
    put("b", "Lighthouse two", facets=[("theme", "employment"), ("place", "KEN")])
    put("c", "Lighthouse three", facets=[("theme", "rights"), ("place", "FRA")])

    all_of_it = queries.search(query_text("lighthouse"), {})
    employment = queries.search(query_text("lighthouse"), {"theme": "employment"})

    assert all_of_it.counts == {
        "kind": {"news": 3},
        "theme": {"employment": 2, "rights": 1},
        "place": {"FRA": 2, "KEN": 1},
        "group": {},
    }
    assert len(employment.ids) == 2
    assert employment.counts == {
        "kind": {"news": 2},
        "theme": {"employment": 2, "rights": 1},
        "place": {"FRA": 1, "KEN": 1},
        "group": {},
    }


def test_search_stops_at_a_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_FOUND", 3)
    for number in range(5):
        put(str(number), "Lighthouse")

    result = queries.search(query_text("lighthouse"), {})

    assert (len(result.ids), result.is_cut) == (3, True)


def test_result_shows_the_readers_title_and_the_passage_with_the_words() -> None:
    factories.record(
        "theme",
        "lighthouses",
        path="/themes/lighthouses/",
        title="Lighthouses",
        titles={"en": "Lighthouses", "ar": "المنارات", "fr": "Phares"},
        summary="Keepers and their pay.",
        summaries={"en": "Keepers and their pay.", "ar": "الحراس وأجورهم"},
    )
    pk = Record.objects.get(key="lighthouses").pk

    with translation.override("ar"):
        by_arabic = queries.results([pk], query_text("الحارس"))[0]
        by_english = queries.results([pk], query_text("keeper"))[0]
        by_french = queries.results([pk], query_text("phare"))[0]

    assert "".join(piece.text for piece in by_arabic.title) == "المنارات"
    assert by_arabic.title_language == by_arabic.extract_language == "ar"
    assert by_english.extract_language == "en"
    assert [piece.text for piece in by_english.extract if piece.is_found] == ["Keepers"]
    assert (by_french.extract_language, by_french.extract[0].text) == ("fr", "Phares")
