"""Reading Akoma Ntoso: acts, bills, portions of them, statements, also inside a collection.

Any version of the namespace is read, working drafts too (OASIS LegalDocML, Akoma Ntoso 1.0).
Of a collection, each act, bill and portion is a document of its own; what only explains them
(memoranda, financial statements) is left out, and a doubt says so. Words that an act puts into
another act stay words of the piece that says so: they are no provisions of this text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256

from lxml import etree

from coalition.analysis.akn_pieces import PieceReader
from coalition.analysis.akn_words import (
    Element,
    local,
    names,
    one_line,
    plain_words,
    plain_words_inside,
)
from coalition.analysis.documents import Document, UnreadableDocument

LARGEST = 20_000_000  # bytes; the largest example has 0.2 million
DEEPEST = 60  # elements inside each other; real acts stay below 25
MOST_PIECES = 20_000
LONGEST_SYMBOL = 60
NAMESPACE = re.compile(
    r"http://(docs\.oasis-open\.org/legaldocml/ns/akn/3\.0(/\w+)?|www\.akomantoso\.org/\d\.\d)"
)
LAWS = ("act", "bill", "portion")
OTHERS = ("statement", "doc")
COLLECTIONS = ("documentCollection", "officialGazette", "amendmentList")
# What the format also describes, and why it is not for this library.
NOT_OURS = {
    "debate": "the record of a debate: what was said, not what was agreed",
    "debateReport": "the report of a debate: what was said, not what was agreed",
    "judgment": "the judgment of a court: a decision on one case",
    "amendment": "a proposed amendment, which is not a text by itself",
}
STAGES = ("draft", "adopted", "revised")
# The words of `instruments.models.InstrumentKind`, by which our own exports say what they hold.
KINDS = frozenset(
    (
        *("summit_outcome", "conference_outcome", "ministerial_declaration", "signed_statement"),
        *("tripartite_conclusions", "call_to_action", "resolution", "declaration", "convention"),
        *("protocol", "recommendation", "charter", "covenant", "constitution", "agreement"),
        *("act", "bill", "other"),
    )
)
# Three letters, as the format asks for, and the two that the web uses; also some codes that real
# files use although no standard has them. Other languages keep their three letters.
LANGUAGES = dict(
    pair.split(":")
    for pair in names(
        "ara:ar bul:bg cat:ca ces:cs chi:zh cze:cs dan:da deu:de dut:nl ell:el eng:en esp:es "
        "est:et eus:eu fas:fa fin:fi fra:fr fre:fr ger:de gle:ga gre:el heb:he hin:hi hrv:hr "
        "hun:hu hye:hy ice:is ind:id isl:is ita:it jpn:ja kat:ka kor:ko lav:lv lit:lt mlt:mt "
        "msa:ms nld:nl nor:no per:fa pol:pl por:pt ron:ro rum:ro rus:ru slk:sk slo:sk slv:sl "
        "spa:es sqi:sq srp:sr swa:sw swe:sv tha:th tur:tr ukr:uk urd:ur vie:vi zho:zh"
    )
)


class NotAkomaNtoso(UnreadableDocument):
    """The file is XML of another kind."""


def read_akn(content: bytes, name: str) -> list[Document]:
    """The documents of a file called `name`. Nothing is fetched, and no other file is opened.

    Raises UnreadableDocument, naming the file, for what is not well-formed, declares entities,
    is too large or too deep, is not Akoma Ntoso, or holds no act, bill, portion or statement.
    """
    root = _parsed(content, name)
    document = next((child for child in _elements(root) if local(child) != "components"), None)
    if document is None:
        raise UnreadableDocument(f"{name} is an empty Akoma Ntoso file: it holds no document.")
    _put_notes_in_place(root, name)
    texts, left_out = _texts(root, document, name)
    title = _title(document) if local(document) in COLLECTIONS else ""
    found = [_document(each, name, title) for each in texts]
    return [replace(each, doubts=(*left_out, *each.doubts)) for each in found]


# --- The file --------------------------------------------------------------------------------


def _root(content: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(content, parser)


def _parsed(content: bytes, name: str) -> Element:
    if len(content) > LARGEST:
        raise UnreadableDocument(
            f"{name} has more than {LARGEST // 1_000_000} MB, which no act has. Split it."
        )
    if b"<!DOCTYPE" in content[:100_000]:
        raise _declares(name)
    try:
        root = _root(content)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error):
            raise _deep(name) from None
        if "amplification" in str(error):
            raise _declares(name) from None
        raise UnreadableDocument(
            f"{name} is not well-formed XML ({error.msg}). Open it in an XML editor, which shows "
            "the place, and mend it."
        ) from None
    if root.getroottree().docinfo.doctype:
        raise _declares(name)
    if local(root) != "akomaNtoso" or not NAMESPACE.fullmatch(_namespace(root)):
        raise NotAkomaNtoso(
            f"{name} is not Akoma Ntoso: its root is <{local(root)[:40]}> in "
            f"{_namespace(root)[:100] or 'no namespace'}."
        )
    if _depth(root) > DEEPEST:
        raise _deep(name)
    return root


def _put_notes_in_place(root: Element, name: str) -> None:
    """Let a reference to a note in the metadata be the note, as it is in most files."""
    notes = {
        each.get("eId") or each.get("id"): (each.get("marker", ""), plain_words_inside(each))
        for each in root.iter("{*}note")
    }
    length = 0
    for reference in list(root.iter("{*}noteRef")):
        mark, words = notes.get(reference.get("href", "").lstrip("#"), ("", ""))
        if not words:
            continue
        length += len(words)
        if length > LARGEST:
            raise UnreadableDocument(f"{name} refers so often to long notes that it is no text.")
        reference.tag = f"{{{_namespace(root)}}}authorialNote"
        reference.set("marker", reference.get("marker") or mark)
        reference.text = words


def _declares(name: str) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name} declares a document type with entities of its own, which Akoma Ntoso does not "
        "need and which can do harm. Take the DOCTYPE out."
    )


def _deep(name: str) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name} has elements more than {DEEPEST} deep inside each other, which no act has."
    )


def _depth(root: Element) -> int:
    deepest = depth = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _namespace(element: Element) -> str:
    return etree.QName(element).namespace or ""


def _elements(element: Element) -> Iterator[Element]:
    return (child for child in element if isinstance(child.tag, str))


def _texts(root: Element, document: Element, name: str) -> tuple[list[Element], tuple[str, ...]]:
    """The elements that are read as documents, and a sentence on what is left out."""
    kind = local(document)
    if kind in NOT_OURS:
        raise UnreadableDocument(
            f"{name} is {NOT_OURS[kind]}. Only acts, bills, declarations and treaties are read."
        )
    if kind in LAWS + OTHERS:
        return [document], ()
    if kind not in COLLECTIONS:
        raise UnreadableDocument(
            f"{name} holds <{kind[:40]}>, which is no kind of document of Akoma Ntoso. "
            "Known here: act, bill, portion, statement, doc, documentCollection."
        )
    inside = [
        each
        for component in root.iter("{*}component", "{*}documentRef")
        for each in _elements(component)
        if local(each) in {*LAWS, *OTHERS, *NOT_OURS}
    ]
    laws = [each for each in inside if local(each) in LAWS]
    texts = laws or [each for each in inside if local(each) in OTHERS]
    if not texts:
        raise UnreadableDocument(
            f"{name} is a collection in which no act, bill or statement is held as a component."
        )
    rest = [_title(each) or each.get("name", local(each)) for each in inside if each not in texts]
    doubt = f"Left out of the collection, as no act or bill: {'; '.join(rest)}."
    return texts, (doubt,) if rest else ()


# --- One document ----------------------------------------------------------------------------


def _document(element: Element, name: str, collection: str) -> Document:
    identification = _first(element, "meta", "identification")
    if identification is None:
        raise UnreadableDocument(
            f"{name} does not say what it holds: <{local(element)}> has no meta/identification."
        )
    reader = PieceReader(element)
    pieces = reader.read()
    if not any(piece.words or piece.title for piece in pieces):
        raise UnreadableDocument(
            f"{name} holds no wording: the body of its <{local(element)}> is empty."
        )
    if len(pieces) > MOST_PIECES:
        raise UnreadableDocument(
            f"{name} has more than {MOST_PIECES} provisions, which no act has. Split it."
        )
    work, expression = (_first(identification, f"FRBR{each}") for each in ("Work", "Expression"))
    symbol = _alias(expression) or _alias(work) or _symbol_of_address(element, work, expression)
    if not symbol:
        raise UnreadableDocument(
            f"{name} has neither a number nor an address (FRBRthis) by which to know it."
        )
    instrument = _alias(work) if _alias(expression) else ""
    adopted, doubts = _adopted(work, reader.doubts)
    language, doubts = _language(element, expression, doubts)
    title = _title(element) or _title_of_portion(element) or symbol
    if collection and len(title.split()) < 4:
        title = f"{collection} ({title})"
    original = next(iter(element.iterfind("{*}meta/{*}references/{*}original")), None)
    address = original.get("href", "") if original is not None else ""
    if not address.startswith("http"):
        address = _value(work, "FRBRuri")
    return Document(
        symbol=symbol,
        title=title,
        adopted=adopted,
        pieces=tuple(pieces),
        doubts=tuple(doubts),
        language=language,
        stage=_stage(element, expression),
        kind=_kind(element, work),
        of=instrument if instrument != symbol else "",
        source_title=_source(element, work),
        source_url=address if re.match(r"https?://[\w.-]+/", address) else "",
    )


def _first(element: Element | None, *path: str) -> Element | None:
    """The descendant reached by these names of children; None where one is missing."""
    for each in path:
        if element is None:
            return None
        element = next((child for child in _elements(element) if local(child) == each), None)
    return element


def _value(element: Element | None, name: str, attribute: str = "value") -> str:
    child = _first(element, name)
    return one_line(child.get(attribute, "")) if child is not None else ""


def _alias(level: Element | None) -> str:
    """The symbol by which people cite it: an alias called symbol, or something like COMnumber."""
    for alias in [] if level is None else level.iterfind("{*}FRBRalias"):
        called, value = alias.get("name", ""), one_line(alias.get("value", ""))
        is_symbol = called == "symbol" or (called.endswith("number") and "CELEX" not in called)
        if is_symbol and 0 < len(value) <= LONGEST_SYMBOL:
            return value
    return ""


def _symbol_of_address(element: Element, work: Element | None, expression: Element | None) -> str:
    """The work's own address as its symbol: "us/act/2011-11-29/112-61"."""
    address = _value(work, "FRBRthis") or _value(work, "FRBRuri")
    if local(element) == "portion":
        portion = next(element.iter("{*}FRBRportion"), None)
        first = portion.get("from", "") if portion is not None else ""
        address = address.removesuffix("/!main") + f"~{first.lstrip('#')}" * bool(first)
    address = re.sub(r"/!?main$", "", address.rstrip("/"))
    address = re.sub(r"^https?://[^/]+(/id)?", "", address).removeprefix("/akn").strip("/")
    if len(address) > LONGEST_SYMBOL:
        address = f"{address[:50]}-{sha256(address.encode()).hexdigest()[:8]}"
    return address


def _adopted(work: Element | None, doubts: list[str]) -> tuple[date | None, list[str]]:
    said = _value(work, "FRBRdate", "date")
    try:
        day = date.fromisoformat(said[:10])
    except ValueError:
        return None, [*doubts, f"Its date, “{said[:40]}”, is none; it was left empty."]
    return (day if day.year >= 1000 else None), doubts  # the year 1 stands for "not known"


def _language(
    element: Element, expression: Element | None, doubts: list[str]
) -> tuple[str, list[str]]:
    said = _value(expression, "FRBRlanguage", "language").lower()
    code = LANGUAGES.get(said.split("-")[0], said.split("-")[0])
    if not re.fullmatch("[a-z]{2,3}", code):
        return "en", [*doubts, f"Its language, “{said[:40]}”, is not known; taken for English."]
    return code, doubts


def _stage(element: Element, expression: Element | None) -> str:
    said = _value(expression, "FRBRversionNumber")
    if said in STAGES:
        return said
    if local(element) == "bill":
        return "draft"
    return "revised" if element.get("contains") == "singleVersion" else "adopted"


def _kind(element: Element, work: Element | None) -> str:
    said = _value(work, "FRBRsubtype")
    if said in KINDS:
        return said
    kind = local(element)
    if kind == "portion":
        return "bill" if "/bill/" in element.get("includedIn", "") else "act"
    return {"act": "act", "bill": "bill", "statement": "declaration"}.get(kind, "other")


def _title(element: Element) -> str:
    """What the document is called on its first page."""
    fronts = [
        part
        for part in (_first(element, "preface"), _first(element, "coverPage"))
        if part is not None
    ]
    for name in ("shortTitle", "docTitle", "longTitle"):
        for front in fronts:
            if title := " ".join(filter(None, map(plain_words, front.iter(f"{{*}}{name}")))):
                return title
    return ""


def _is_there(element: Element | None) -> bool:
    return element is not None


def _title_of_portion(element: Element) -> str:
    """What it is a portion of, and the heading of that portion."""
    body = next(element.iterfind("{*}portionBody"), None)
    top = None if body is None else next(_elements(body), None)
    if top is None:
        return ""
    whole = next(element.iterfind("{*}meta/{*}references/{*}original"), None)
    heads = [_first(top, each) for each in ("num", "heading")]
    words = [plain_words(each) for each in heads if each is not None]
    return ", ".join(
        filter(None, [whole.get("showAs", "") if whole is not None else "", " ".join(words)])
    )


def _source(element: Element, work: Element | None) -> str:
    """Who made the text, and its address there."""
    who = _value(work, "FRBRauthor", "href").lstrip("#")
    makers = {
        each.get("eId") or each.get("id"): each.get("showAs", "")
        for each in element.iterfind("{*}meta/{*}references/{*}TLCOrganization")
    }
    return ", ".join(filter(None, [makers.get(who, ""), _value(work, "FRBRthis")]))[:300]


__all__ = ["KINDS", "LARGEST", "NotAkomaNtoso", "read_akn"]
