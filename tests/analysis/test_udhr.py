"""The Universal Declaration as HTML, in every language with the same addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from coalition.analysis.documents import Document, Role, UnreadableDocument
from coalition.analysis.udhr import LONGEST_PAGE, looks_like_udhr, read_udhr

LISTED = "<ol><li><p>The first.</p></li><li><p>The second.</p></li></ol>"
# What the declaration proclaims is said in one to three lines, as languages have it.
PREAMBLE = "".join(f"<p>Recital {number},</p>" for number in range(1, 8))


def page(lang: str = "fr", body: str = "<p>Words.</p>", articles: int = 30) -> bytes:
    every = "".join(
        f'<article data-number="{number}"><h2>Article {number}</h2>{body}</article>'
        for number in range(1, articles + 1)
    )
    return (
        f'<!doctype html><html data-iso6393="fra" lang="{lang}"><body><h1>Déclaration</h1>'
        f"<header><h2>Préambule</h2>{PREAMBLE}<p>Proclaims</p><p>this.</p></header>{every}"
        "</body></html>"
    ).encode()


def test_page_is_read_into_recitals_and_articles() -> None:
    document = read_udhr(page())

    assert (document.symbol, document.language, document.title) == ("UDHR", "fr", "Déclaration")
    assert [piece.eid for piece in document.pieces] == [
        *(f"recital_{number}" for number in range(1, 8)),
        "formula_1",
        *(f"art_{number}" for number in range(1, 31)),
    ]
    assert document.pieces[7].words == "Proclaims this."
    assert document.pieces[8].words == "Words."


@pytest.mark.parametrize(
    ("body", "paragraphs"),
    [
        (LISTED, [("art_1__para_1", "1", Role.POINT), ("art_1__para_2", "2", Role.POINT)]),
        (
            "<p>One.</p><p>Two.</p>",
            [("art_1__para_1", "", Role.PLAIN), ("art_1__para_2", "", Role.PLAIN)],
        ),
    ],
)
def test_paragraphs_of_an_article_have_addresses_of_their_own(
    body: str, paragraphs: list[tuple[str, str, Role]]
) -> None:
    pieces = [piece for piece in read_udhr(page(body=body)).pieces if piece.parent == "art_1"]

    assert [(piece.eid, piece.number, piece.role) for piece in pieces] == paragraphs


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (page()[:-40].replace(b"lang=", b"slang="), "does not say its language"),
        (page(lang="<script>"), "does not say its language"),
        (page(articles=29), "has 29 articles"),
        (page().replace(b'number="4"', b'number="5"'), "numbered in their order"),
        (page().decode().encode("latin-1"), "not in UTF-8"),
        (b" " * (LONGEST_PAGE + 1), "has 1,000,001 bytes"),
    ],
)
def test_pages_of_another_shape_are_refused_with_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableDocument, match=why):
        read_udhr(content)


def test_entities_are_neither_fetched_nor_blown_up() -> None:
    bomb = b'<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    content = page(body="<p>&a;&b;.</p>")

    articles = [each for each in read_udhr(content).pieces if each.role is Role.OPERATIVE]
    assert {each.words for each in articles} == {"&a;&b;."}
    with pytest.raises(UnreadableDocument, match="does not say its language"):
        read_udhr(content.replace(b"<!doctype html>", bomb))


def test_only_pages_of_the_declaration_look_like_it() -> None:
    assert looks_like_udhr(page())
    assert not looks_like_udhr(b"<!doctype html><html lang='en'><body><p>Hello</p></body></html>")


@pytest.fixture(scope="module")
def languages(data_dir: Path) -> dict[str, Document]:
    pages = sorted((data_dir / "udhr").rglob("*.html"))
    documents = [read_udhr(path.read_bytes()) for path in pages]
    return {document.language: document for document in documents}


@pytest.mark.realdata
def test_six_languages_have_the_same_provisions(languages: dict[str, Document]) -> None:
    assert sorted(languages) == ["ar", "en", "es", "fr", "ru", "zh"]
    shapes = {
        tuple((piece.eid, piece.number, piece.role, piece.parent) for piece in document.pieces)
        for document in languages.values()
    }
    assert len(shapes) == 1
    assert len(next(iter(shapes))) == 72
    assert all(piece.words or piece.number for d in languages.values() for piece in d.pieces)


@pytest.mark.realdata
def test_the_same_article_says_the_same_in_two_languages(languages: dict[str, Document]) -> None:
    third = {
        language: next(piece.words for piece in document.pieces if piece.eid == "art_3")
        for language, document in languages.items()
    }

    assert third["en"] == "Everyone has the right to life, liberty and the security of person."
    assert third["zh"] == "人人有权享有生命、自由和人身安全。"
