"""One index for six languages: what a reader's words find, and what they do not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.analysis.searching import (
    LONGEST_WORD,
    MOST_WORDS,
    Piece,
    extract,
    has_hit,
    index_text,
    query_text,
)


def finds(words: str, text: str, language: str) -> bool:
    """Would the index find the text? Every word must stand under one of its marks."""
    held = set(index_text({language: text}).split())
    query = query_text(words)
    return bool(query.words) and all(word & held for word in query.words)


FOUND = """
ar | دول | التعاون بين الدول
ar | الدول | دول العالم
ar | حقوق | والحقوق الأساسية
ar | العمال | للعمال
ar | عدالة اجتماعية | العَدَالَةُ الاجتماعيّة
ar | احترام الانسان | احترام الإنسان
ar | الحماية الاجتماعية | نظام الحماية الاجتماعية
ar | عمـــل | عمل لائق
ar | 30 | الفقرة ٣٠
zh | 不平等 | 消除不平等现象
zh | 社会正义 | 全球社会正义联盟
zh | 劳 | 劳动者
zh | ILO | ILO和社会
zh | ＩＬＯ | ILO和社会
en | policies | a national policy
en | policy | national policies
en | the worker's right | Workers' rights
en | inequality | Reducing inequalities
en | COM-2026-0042 | COM-2026-0042
en | A/RES/80/5 | Resolution A/RES/80/5 of the Assembly
fr | inégalités | Réduire les inégalités
fr | inegalites | Réduire les inégalités
fr | inégalité | Réduire les inégalités
fr | inegalite | Réduire les inégalités
fr | INÉGALITÉS | une inégalité
fr | inegalites | une inégalité
fr | l'emploi des jeunes | Emploi : un jeune sur trois
es | proteccion | protección social
es | trabajador | los trabajadores
es | niñas | educación de una niña
es | ninas | educación de las niñas
ru | право | о правах трудящихся
ru | социальная справедливость | достижение социальной справедливости
ru | еще | ещё раз
ru | организация трудящихся | организации трудящихся
de | uber | Über die Arbeit
de | Gewerkschaften | Die Gewerkschaften
"""


@pytest.mark.parametrize("case", FOUND.strip().splitlines())
def test_query_finds_the_record(case: str) -> None:
    language, words, text = (part.strip() for part in case.split("|"))

    assert finds(words, text, language)


NOT_FOUND = """
en | workers pensions | Workers' rights
en | right | a bright morning
fr | égal | les galets
zh | 等平 | 不平等
ar | دين | الدول
ru | правда | о правах
en | 30 | paragraph 300
"""


@pytest.mark.parametrize("case", NOT_FOUND.strip().splitlines())
def test_query_leaves_other_records_alone(case: str) -> None:
    language, words, text = (part.strip() for part in case.split("|"))

    assert not finds(words, text, language)


@pytest.mark.parametrize(
    "words", ["", "   ", "\x00", "*", '"', "' -- ;", "🙂", "¸ ´ \u0301 \u0640"]
)
def test_query_of_signs_looks_for_nothing(words: str) -> None:
    assert query_text(words).words == ()


def test_query_keeps_little_words_when_it_has_no_others() -> None:
    assert query_text("the who").words == (
        frozenset({"the"}),
        frozenset({"who"}),
    )
    assert query_text("the workers of the world").words == query_text("workers world").words


def test_query_is_bounded() -> None:
    many = query_text(" ".join(f"word{number}" for number in range(1000)))
    long = query_text("x" * 10_000)

    assert len(many.words) == MOST_WORDS
    assert {len(mark) for word in long.words for mark in word} == {LONGEST_WORD}


def test_index_text_keeps_the_order_of_words() -> None:
    assert index_text({"en": "Decent work", "fr": "Travail décent"}) == "decent work travail decent"


def test_extract_marks_the_words_found() -> None:
    pieces = extract("We train workers in two ports.", "en", query_text("worker port"))

    assert pieces == [
        Piece("We train "),
        Piece("workers", True),
        Piece(" in two "),
        Piece("ports", True),
        Piece("."),
    ]


def test_extract_marks_chinese_inside_a_run() -> None:
    assert extract("消除不平等现象", "zh", query_text("不平等")) == [
        Piece("消除"),
        Piece("不平等", True),
        Piece("现象"),
    ]


def test_extract_begins_near_the_first_hit_and_cuts_between_words() -> None:
    text = "Nothing here. " * 40 + "Here stands the pension fund. " + "Nothing more. " * 40

    pieces = extract(text, "en", query_text("pensions"), width=90)

    assert pieces[0] == pieces[-1] == Piece("…")
    assert [piece.text for piece in pieces if piece.is_found] == ["pension"]
    whole = "".join(piece.text for piece in pieces[1:-1])
    assert whole in text
    assert len(whole) <= 90
    assert not whole.startswith((" ", "othing", "ere"))


def test_extract_without_hit_is_the_beginning() -> None:
    assert extract("A short text.", "en", query_text("nothing")) == [Piece("A short text.")]
    assert extract("", "en", query_text("nothing")) == []


def test_has_hit_reads_the_text_in_its_language() -> None:
    assert has_hit("Réduire les inégalités", "fr", query_text("inegalite"))
    assert not has_hit("Réduire la pauvreté", "fr", query_text("inegalite"))


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=400), st.sampled_from(["ar", "en", "es", "fr", "ru", "zh", "de", ""]))
def test_any_text_is_indexed_and_shown_whole(text: str, language: str) -> None:
    marks = index_text({language: text})
    query = query_text(text)
    pieces = extract(text, language, query, width=1000)

    assert not set(marks) & set("\"'\\*:()^-&|!<>\x00")  # no index's query language reads these
    assert "".join(piece.text for piece in pieces) == text
    assert all(word and "" not in word for word in query.words)


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=st.characters(categories=["L", "Nd", "Zs"]), max_size=60))
def test_any_text_is_found_by_its_own_words(text: str) -> None:
    """In a language that can be told by its script, or in one of those tried for Latin letters."""
    query = query_text(text)

    assert all(word and "" not in word for word in query.words)
    assert not query.words or finds(text, text, "en")
