"""Which texts there are in files and folders, and which reader reads each: one after the other.

Nothing here touches the database. A file is known by its name's ending; what it holds is checked
by its reader.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from coalition.analysis import akn_reading, ga_documents, treaties, udhr
from coalition.analysis.documents import Document, UnreadableDocument
from coalition.base.errors import Refused
from coalition.instruments.texts import reading
from coalition.instruments.texts.known import edition_in_file, facts_of_file, known_facts

# What is read in by a person, who checks the split on the screen.
BY_HAND = (".pdf", ".docx")


@dataclass(frozen=True)
class Found:
    """A text in a file, not read yet. `symbol` is empty where only reading it tells."""

    where: str  # "texts.jsonl, A/RES/80/5"
    path: Path
    symbol: str
    digest: str  # SHA-256 of its words, however they are spaced
    read: Callable[[], Document]  # raises UnreadableDocument
    drafts: tuple[str, ...] = ()  # symbols of its drafts, where these can be told cheaply


@dataclass(frozen=True)
class LeftAlone:
    """A file that is not read, or not to its end, and why: a sentence."""

    path: Path
    why: str
    is_broken: bool = False  # it should have been read


Reader = Callable[[Path], Iterator[Found | LeftAlone]]


def found_in(paths: Sequence[Path]) -> Iterator[Found | LeftAlone]:
    """Every text in these files, and in all files of these folders, in the order of their names.

    Raises Refused, naming the path, where one cannot be opened.
    """
    for path in paths:
        if not path.exists():
            raise Refused(f"{path} is not there. Check its name.")
        files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else []
        for file in files or ([path] if path.is_file() else []):
            try:
                yield from _of_file(file)
            except Refused as refusal:  # a broken file hinders no other
                yield LeftAlone(file, str(refusal), is_broken=True)


def words_digest(words: str) -> str:
    """SHA-256 of words, whose spaces and line ends differ between copies of one text."""
    # Halves of characters, as JSON may hold them, are for the import to refuse.
    return hashlib.sha256(" ".join(words.split()).encode(errors="surrogatepass")).hexdigest()


def _of_file(path: Path) -> Iterator[Found | LeftAlone]:
    for endings, reader in READERS.items():
        if path.name.lower().endswith(endings):
            yield from reader(path)
            return
    if path.name.lower().endswith(BY_HAND):
        yield LeftAlone(
            path,
            "A PDF or Word file is read in through the browser, under “Read in a text”, where a "
            "person checks how it is split.",
        )
    else:
        yield LeftAlone(path, "Not a kind of file that holds a text.")


def of_general_assembly(path: Path) -> Iterator[Found | LeftAlone]:
    """The documents of a .jsonl or .jsonl.gz file, one a line."""
    for raw in reading.documents_in(path):
        symbol, text = raw.get("symbol"), raw.get("text")
        symbol = symbol.strip() if isinstance(symbol, str) else ""
        text = text if isinstance(text, str) else ""
        yield Found(
            f"{path.name}, {symbol[:100] or 'a document without a symbol'}",
            path,
            symbol,
            words_digest(text),
            _reader_of(raw),
            ga_documents.drafts_of(text),
        )


def _reader_of(raw: dict[str, Any]) -> Callable[[], Document]:
    return lambda: ga_documents.read_document(raw)


def of_akoma_ntoso(path: Path) -> Iterator[Found | LeftAlone]:
    """The acts, bills and statements of an .xml file."""
    with reading.opened(path) as file:
        content = file.read(akn_reading.LARGEST + 1)
    try:
        documents = akn_reading.read_akn(content, "This file")
    except akn_reading.NotAkomaNtoso as other:
        yield LeftAlone(path, str(other))
    except UnreadableDocument as refusal:
        yield Found(path.name, path, "", "", _refuser(refusal))
    else:
        for each in documents:
            words = "\n".join(f"{one.number} {one.title} {one.words}" for one in each.pieces)
            where = f"{path.name}, {each.symbol}"
            yield Found(where, path, each.symbol, words_digest(words), _giver(each))


def of_treaty(path: Path) -> Iterator[Found | LeftAlone]:
    """The treaty of an .md file, and the recommendation or protocol that stands behind it."""
    try:
        text = _text(path)
        if not treaties.looks_like_treaty(text):
            yield LeftAlone(
                path, "Not a treaty: it has neither a title nor headings such as “### Article 1”."
            )
            return
        parts = treaties.parts_of(text)
    except UnreadableDocument as refusal:
        yield Found(path.name, path, "", "", _refuser(refusal))
        return
    facts = facts_of_file(path.stem) or known_facts(path.stem)
    of = facts.get("symbol", path.stem)
    for part in parts:
        symbol = _symbol_of_part(of, part)
        if not part.kind and edition_in_file(path.stem):
            symbol = f"{of}/{path.stem}"
        where = f"{path.name}, {symbol}"
        yield Found(where, path, symbol, words_digest(part.words), _treaty(part, symbol, of))


def _symbol_of_part(symbol: str, part: treaties.Part) -> str:
    if part.kind == "recommendation":
        return f"R{int(part.number):03}" if part.number else f"{symbol}/REC"
    return f"{symbol}-OP1" if part.kind else symbol


def _treaty(part: treaties.Part, symbol: str, of: str) -> Callable[[], Document]:
    """`of` is the symbol of the instrument, of which the file may hold one more edition."""

    def read() -> Document:
        is_edition = symbol.startswith(f"{of}/") and not part.kind
        facts = known_facts(of if is_edition else symbol)
        name = facts.get("names", {}).get("en", "")
        document = treaties.read_treaty(part, symbol=symbol, name=name)
        if is_edition:
            document = replace(document, of=of)
        names = dict.fromkeys([*document.cited_as, *([name] if name else [])])
        return replace(
            document,
            adopted=document.adopted or facts.get("adopted_on"),
            kind=facts.get("kind") or document.kind,
            cited_as=tuple(names),
        )

    return read


def of_universal_declaration(path: Path) -> Iterator[Found | LeftAlone]:
    """The Universal Declaration in the language of an .html page."""
    with reading.opened(path) as file:
        page = file.read(udhr.LONGEST_PAGE + 1)
    if not udhr.looks_like_udhr(page):
        yield LeftAlone(
            path, "Not a page of the Universal Declaration; other HTML pages are not read."
        )
        return
    where = f"{path.name}, {udhr.SYMBOL}"
    digest = words_digest(page.decode("utf-8", errors="replace"))
    yield Found(where, path, udhr.SYMBOL, digest, lambda: udhr.read_udhr(page))


def _text(path: Path) -> str:
    """The words of a text file. Raises UnreadableDocument where it is too long or not UTF-8."""
    with reading.opened(path) as file:
        content = file.read(treaties.LONGEST_TEXT + 1)
    if len(content) > treaties.LONGEST_TEXT:
        raise UnreadableDocument(
            f"{path.name} is longer than {treaties.LONGEST_TEXT:,} bytes; no treaty is. Cut it "
            "into its texts, then read in each."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDocument(
            f"{path.name} is not in UTF-8 (byte {error.start + 1:,}). Save it as UTF-8."
        ) from None


def _refuser(refusal: UnreadableDocument) -> Callable[[], Document]:
    def read() -> Document:
        raise refusal

    return read


def _giver(document: Document) -> Callable[[], Document]:
    return lambda: document


# Endings of file names, and who reads such files.
READERS: dict[tuple[str, ...], Reader] = {
    (".jsonl", ".jsonl.gz"): of_general_assembly,
    (".xml",): of_akoma_ntoso,
    (".md",): of_treaty,
    (".html", ".htm"): of_universal_declaration,
}

__all__ = ["Found", "LeftAlone", "UnreadableDocument", "found_in", "words_digest"]
