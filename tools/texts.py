"""How well texts are read, drawn into docs/reference/texts.md: `python -m tools.texts`.

Needs the data folder. Every check goes its own way to the source, not through the reader: pages
are cut again with plain patterns, and letters are held against letters.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from coalition.analysis.documents import Document, Role, UnreadableDocument, assemble
from coalition.analysis.ga_documents import read_document
from coalition.instruments.texts.files import Found, found_in
from tools.site import DATA

PAGE = Path("docs/reference/texts.md")
LONG_ENOUGH = 8  # words of a line whose language can be told
INTRODUCTION = """\
# How well texts are read

<!-- Drawn by `python -m tools.texts` from the data folder; what is written here by hand is lost -->

What `coalition import texts` makes of each collection. A *provision* is any piece with an address
of its own: recital, heading, article, paragraph, point. A *numbered paragraph* is an article of a
treaty, or a paragraph or clause that an instrument can be held to. *Agreeing* are those whose
letters are the source's, found there by a way of its own and not by the reader. A *doubt* is a
sentence that the reader leaves for the person who checks.
"""
NOTES = """\
## What the check is, and where it falls short

- **General Assembly**: the `paragraphs` that come with the documents are a weak reference, cut by
  machine at every number that begins a line. It is wrong where it keeps the foot of the page
  (A/RES/78/17, 3 ends with "3/3 23-24440"), runs on into the next heading (A/RES/79/243, 2 with
  "Article 17"), takes a year for a number (A/RES/79/332, "2021"), takes a number inside quoted
  words or of an annex for a paragraph of its own, keeps the mark of a footnote, or gives one of
  two paragraphs with the same number only, as in texts with annexes. Notes, running heads, the
  date of adoption and headings are taken out before the two are compared. {ga_missing} of its
  numbers do not agree.
- **Treaties**: an article agrees if its letters, with its title, all its points and their labels,
  are those that stand in the file between its heading and the next one. Articles whose heading
  the file misprints ("Artikel" in the English text) are not found by that pattern and count as not
  agreeing, although they are read. Articles that only amend another treaty have no wording in
  the source: the publisher says in Dutch what they change, and that is left out with a doubt.
  C102 is printed without the parts that the Netherlands did not accept.
- **Words found again**: of all lines in the treaty files with eight words or more that a language
  model takes for English, the share whose letters stand in some piece. What is missing are titles
  above the preamble and other documents behind a treaty (final acts, resolutions), which are not
  its wording. No piece of eight words or more is taken for Dutch: {dutch} are.
- **Recitals** are split where a recital begins with a word that begins recitals, or has a line of
  its own. The Charter of the United Nations has none of either: its preamble is one recital.
- **Universal Declaration**: the articles of the page with every tag taken out.
- **Akoma Ntoso**: every numbered provision's words, looked for in the file with its tags taken out.
"""


@dataclass
class Tally:
    """What was read of a collection."""

    name: str
    documents: int = 0
    provisions: int = 0
    paragraphs: int = 0
    compared: int = 0
    agreeing: int = 0
    doubts: int = 0
    refused: int = 0
    english: int = 0  # words of English lines in the source, where this is counted
    again: int = 0  # of these, words that stand in a piece
    dutch: list[str] = field(default_factory=list)

    def add(self, document: Document) -> None:
        self.documents += 1
        self.provisions += len(document.pieces)
        self.paragraphs += sum(
            piece.role in (Role.OPERATIVE, Role.ADOPTING) and bool(piece.number)
            for piece in document.pieces
        )
        self.doubts += len(document.doubts)

    @property
    def line(self) -> str:
        again = f"{share(self.again, self.english)}" if self.english else "–"
        return (
            f"| {self.name} | {self.documents:,} | {self.refused} | {self.provisions:,} | "
            f"{self.paragraphs:,} | {self.agreeing:,} of {self.compared:,} "
            f"({share(self.agreeing, self.compared)}) | {again} | {self.doubts:,} |"
        )


def main() -> int:
    if not DATA.is_dir():
        print(f"There is no folder {DATA}. Set COALITION_DATA to where the data is.")
        return 1
    PAGE.write_text(page(DATA), encoding="utf-8")
    print(f"Written: {PAGE}.")
    return 0


def page(data: Path) -> str:
    """The whole page, measured from this data folder."""
    assembly = of_general_assembly(data)
    treaties = [
        of_treaties("ILO conventions", data / "treaty_texts" / "ilo_conventions"),
        of_treaties("Other treaties", data / "treaty_texts" / "social_human_rights"),
    ]
    tallies = [
        assembly,
        *treaties,
        *of_universal_declaration(data / "udhr"),
        of_akoma_ntoso(data / "akn" / "examples"),
    ]
    head = (
        "| | documents read | refused | provisions | numbered paragraphs | agreeing | "
        "words found again | doubts |\n|---|---:|---:|---:|---:|---:|---:|---:|"
    )
    notes = NOTES.format(
        ga_missing=assembly.compared - assembly.agreeing,
        dutch=sum(len(each.dutch) for each in treaties) or "none",
    )
    return "\n".join([INTRODUCTION, head, *(each.line for each in tallies), "", notes])


def share(part: int, whole: int) -> str:
    """Never rounded up to all."""
    if not whole:
        return "–"
    return "100%" if part == whole else f"{int(1000 * part / whole) / 10}%"


# --- General Assembly ------------------------------------------------------------------------


def of_general_assembly(data: Path) -> Tally:
    tally = Tally("General Assembly, resolutions and drafts")
    with gzip.open(data / "un_ga_texts" / "docs_sessions78-79.jsonl.gz", "rt") as lines:
        for raw in map(json.loads, lines):
            document = read_document(raw)
            tally.add(document)
            for number, words in raw["paragraphs"].items():
                tally.compared += 1
                tally.agreeing += agrees(document, raw["symbol"], number, words)
    return tally


def agrees(document: Document, symbol: str, number: str, given: str) -> bool:
    """Whether one paragraph of this number has the letters of the weak reference, from which
    notes, running heads, the date of adoption and the headings that follow it are taken."""
    title = re.sub(r"^\d+/\d+\. ", "", document.title)
    given = " ".join(given.split())
    for head in (f"{symbol} {title}", f"{title} {symbol}", symbol if "/L." in symbol else "\0"):
        given = given.replace(head, "")
    given, _rule, rest = given.partition("____")
    notes = {f"{f.mark}{f.words}" for p in document.pieces for f in p.footnotes}
    rest = re.sub(r"[^a-z0-9]", "", rest.lower())
    for note in sorted(notes, key=len, reverse=True):
        rest = rest.replace(re.sub(r"[^a-z0-9]", "", note.lower()), "", 1)
    wanted = _low(given) + _low(rest)
    wanted = re.sub(r"(?:st|nd|rd|th)(?:resumed)?plenarymeeting[a-z]*$", "", wanted)
    titles = (Role.HEADING, Role.ANNEX_TITLE)
    headings = [_low(p.number + p.words) for p in document.pieces if p.role in titles]
    for candidate in document.pieces:
        if candidate.role not in (Role.OPERATIVE, Role.ADOPTING) or candidate.number != number:
            continue
        ours = _low(assemble(document, candidate.eid))
        if ours and wanted.startswith(ours):
            more = wanted[len(ours) :]
            while found := next((h for h in headings if h and more.startswith(h)), ""):
                more = more[len(found) :]
            if not more:
                return True
    return False


def _low(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


# --- Treaties --------------------------------------------------------------------------------

_ARTICLE = re.compile(
    r"^###\s*(?:Article|Art\.)\s*([0-9A-Za-z* ]+?)[ \t]*(?:Treedt[^\n]*)?\n(.*?)(?=^###(?!#)|\Z)",
    re.DOTALL | re.MULTILINE,
)
_FURNITURE = re.compile(
    r"<sup>[^<]*\[Red.*?</sup>|\[Red:[^\]]*\]|</?su[bp]>|<br ?/?>"
    r"|Treedt in werking op een nader te bepalen tijdstip"
    r"|!\[[^\]]*\]\([^)]*\)|(?:/[^\s/()]+)+/README\.md\)",
    re.DOTALL,
)
_CLOSES = re.compile(r"(?i)inwitt?ness|infaith|done|theforegoing")


def of_treaties(name: str, folder: Path) -> Tally:
    tally = Tally(name)
    language = LanguageIdentifier.from_model_file(MODEL_FILE)
    language.set_languages(["en", "nl"])
    for path in sorted(folder.glob("*.md")):
        raw = path.read_text(encoding="utf-8")
        documents = list(_read(found_in([path]), tally))
        for document in documents:
            tally.add(document)
        _compare_articles(documents[0], raw, tally)
        held = letters(
            "".join(f"{p.number}{p.title}{p.words}" for d in documents for p in d.pieces)
        )
        for line in _FURNITURE.sub("", raw).split("\n"):
            if not line.startswith("|") and _language(line, language) == "en":
                count = len(line.split())
                tally.english += count
                tally.again += count * (_unlabelled(line) in held)
        tally.dutch += [
            f"{document.symbol} {piece.eid}"
            for document in documents
            for piece in document.pieces
            if " | " not in piece.words and _language(piece.words, language) == "nl"
        ]
    return tally


def _compare_articles(document: Document, raw: str, tally: Tally) -> None:
    """Every article of the body against what stands in the file under its heading."""
    printed: dict[str, str] = {}
    for match in _ARTICLE.finditer(raw):
        printed.setdefault(match[1].replace("*", "").strip(), match[2])
    for piece in document.pieces:
        if not re.fullmatch(r"art_[^_]+", piece.eid) or piece.role is not Role.OPERATIVE:
            continue
        before, *titled = printed.get(piece.number, "").split("####")
        source = letters(before if before.strip() else "".join(titled[:1]))
        ours = letters(piece.title + assemble(document, piece.eid))
        tally.compared += 1
        tally.agreeing += bool(ours) and (
            ours == source or (source.startswith(ours) and bool(_CLOSES.match(source[len(ours) :])))
        )


def _language(words: str, told_by: LanguageIdentifier) -> str:
    return str(told_by.classify(words)[0]) if len(words.split()) >= LONG_ENOUGH else ""


def _unlabelled(line: str) -> str:
    """The letters of a line without the marks of a heading, without its label, which stands in
    a field of its own, and without the word “Preamble”, which does not stand in ours."""
    line = re.sub(r"^[*\s]*preamble[*\s]*", "", line, flags=re.IGNORECASE)
    return letters(re.sub(r"^[#\s]*(?:\(?[0-9A-Za-z]{1,4}[.)]+\s*)*[-–•]?", "", line))


def letters(text: str) -> str:
    """Letters and digits of a text, without what the publisher put in."""
    return re.sub(r"[\W_]+", "", _FURNITURE.sub("", text))


# --- Pages with tags -------------------------------------------------------------------------


def of_universal_declaration(folder: Path) -> Iterator[Tally]:
    for path in sorted(folder.rglob("*.html")):
        raw = path.read_text(encoding="utf-8")
        tally = Tally("")
        for document in _read(found_in([path]), tally):
            tally.name = f"Universal Declaration, {document.language}"
            tally.add(document)
            for number, printed in re.findall(
                r'<article data-number="(\d+)">\s*<h2>.*?</h2>(.*?)</article>', raw, re.DOTALL
            ):
                labels = re.compile(r"^\d+\. ", re.MULTILINE)
                ours = labels.sub("", assemble(document, f"art_{number}"))
                ours = re.sub(r"^\(\d+\) ", "", ours, flags=re.MULTILINE)
                tally.compared += 1
                tally.agreeing += letters(ours) == letters(re.sub(r"<[^>]+>", "", printed))
        yield tally


def of_akoma_ntoso(folder: Path) -> Tally:
    tally = Tally("Akoma Ntoso, acts and bills")
    for path in sorted(folder.glob("*.xml")):
        source = letters(re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8")))
        for document in _read(found_in([path]), tally):
            tally.add(document)
            for piece in document.pieces:
                if piece.role is Role.OPERATIVE and piece.words:
                    tally.compared += 1
                    tally.agreeing += letters(piece.words) in source
    return tally


def _read(every: Iterable[object], tally: Tally) -> Iterator[Document]:
    for found in every:
        if isinstance(found, Found):
            try:
                yield found.read()
            except UnreadableDocument:
                tally.refused += 1


if __name__ == "__main__":
    sys.exit(main())
