"""The Universal Declaration of Human Rights, as the Unicode project lays out its translations.

One HTML page a language: a preamble of paragraphs, then thirty `article` elements with a number,
and in them paragraphs or a numbered list. All languages get the same addresses.
"""

from __future__ import annotations

import re
from datetime import date

from lxml import etree, html

from coalition.analysis.documents import Document, Piece, Role, UnreadableDocument

SYMBOL = "UDHR"
ADOPTED = date(1948, 12, 10)  # as the preamble of the European Convention on Human Rights says
SOURCE = "Unicode project: Universal Declaration of Human Rights in translation"
SOURCE_URL = "https://www.unicode.org/udhr/"
LONGEST_PAGE = 1_000_000  # bytes; the real ones have at most 26,000
ARTICLES = 30
# The declaration has seven recitals; what follows them proclaims it, in one to three lines.
RECITALS = 7


def looks_like_udhr(page: bytes) -> bool:
    """Is an HTML page laid out as the Unicode project's translations are?"""
    return b"<article data-number=" in page and b"data-iso6393=" in page


def read_udhr(page: bytes) -> Document:
    """The declaration in the language that the page names itself.

    Raises UnreadableDocument, with a sentence, for a page of another shape.
    """
    root = _parsed(page)
    language = (root.get("lang") or "").split("-")[0].lower()
    if not re.fullmatch(r"[a-z]{2,3}", language):
        raise UnreadableDocument(
            "The page does not say its language. Its first element must have one, such as "
            '<html lang="fr">.'
        )
    title = _words(root.find(".//h1"))
    preamble = [words for each in root.iterfind(".//header/p") if (words := _words(each))]
    articles = root.findall(".//article")
    numbers = [each.get("data-number") or "" for each in articles]
    if numbers != [str(place) for place in range(1, ARTICLES + 1)] or len(preamble) <= RECITALS:
        raise UnreadableDocument(
            f"The page in “{language}” has {len(articles)} articles and {len(preamble)} "
            f"paragraphs of preamble; the declaration has {ARTICLES} articles, numbered in their "
            f"order, and more than {RECITALS} paragraphs. Fetch it again."
        )
    pieces = [
        Piece(f"recital_{place}", "", Role.PREAMBULAR, "", words, (), "")
        for place, words in enumerate(preamble[:RECITALS], 1)
    ]
    proclaims = " ".join(preamble[RECITALS:])
    pieces.append(Piece("formula_1", "", Role.ADOPTING, "", proclaims, (), ""))
    for number, article in zip(numbers, articles, strict=True):
        pieces += _article(number, article)
    return Document(
        symbol=SYMBOL,
        title=title,
        adopted=ADOPTED,
        pieces=tuple(pieces),
        doubts=(),
        language=language,
        kind="declaration",
        source_title=SOURCE,
        source_url=SOURCE_URL,
    )


def _parsed(page: bytes) -> html.HtmlElement:
    if len(page) > LONGEST_PAGE:
        raise UnreadableDocument(
            f"The page has {len(page):,} bytes; no translation of the declaration has more than "
            f"{LONGEST_PAGE:,}."
        )
    try:
        text = page.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableDocument("The page is not in UTF-8. Save it as UTF-8.") from None
    # Neither the network nor a guess: a page that declares no encoding would be read as Latin-1.
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return html.document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, ValueError):
        raise UnreadableDocument("The page is empty or is no HTML. Fetch it again.") from None


def _article(number: str, article: html.HtmlElement) -> list[Piece]:
    """The article itself; its paragraphs below it where it has more than one."""
    eid = f"art_{number}"
    listed = article.findall(".//ol/li")
    plain = [each for each in article.findall("./p") if _words(each)]
    if not listed and len(plain) == 1:
        return [Piece(eid, number, Role.OPERATIVE, "", _words(plain[0]), (), "")]
    paragraphs = [_words(each) for each in listed or plain]
    introduction = " ".join(_words(each) for each in plain) if listed else ""
    return [
        Piece(eid, number, Role.OPERATIVE, "", introduction, (), ""),
        *(
            Piece(
                f"{eid}__para_{place}",
                str(place) if listed else "",
                Role.POINT if listed else Role.PLAIN,
                "",
                words,
                (),
                eid,
            )
            for place, words in enumerate(paragraphs, 1)
        ),
    ]


def _words(element: html.HtmlElement | None) -> str:
    return "" if element is None else " ".join(str(element.text_content()).split())
