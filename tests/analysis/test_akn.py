from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.analysis.akn_reading import NAMESPACE, NotAkomaNtoso, read_akn
from coalition.analysis.akn_writing import Edition, Link, write_akn
from coalition.analysis.documents import Document, Footnote, Piece, Role, UnreadableDocument

FINAL = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"

META = """<meta><identification source="#us"><FRBRWork>
<FRBRthis value="/akn/xx/act/2024-05-06/12/!main"/><FRBRuri value="/akn/xx/act/2024-05-06/12"/>
<FRBRdate date="2024-05-06" name="adopted"/><FRBRauthor href="#house"/><FRBRcountry value="xx"/>
</FRBRWork><FRBRExpression><FRBRlanguage language="{language}"/></FRBRExpression></identification>
<references source="#us"><TLCOrganization eId="house" href="/o" showAs="House of Bakers"/>
</references></meta>"""


def akn(body: str, *, kind: str = "act", language: str = "eng", namespace: str = FINAL) -> bytes:
    """A small act around a body of our own writing."""
    return (
        f'<akomaNtoso xmlns="{namespace}"><{kind} name="x">{META.format(language=language)}'
        f"<preface><p><docTitle>Bread Act</docTitle></p></preface>{body}</{kind}></akomaNtoso>"
    ).encode()


def read(body: str, **more: str) -> Document:
    (document,) = read_akn(akn(body, **more), "bread.xml")
    return document


def outline(document: Document) -> list[tuple[str, str, str, str, str]]:
    return [
        (piece.eid, piece.role.value, piece.number, piece.title, piece.words)
        for piece in document.pieces
    ]


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableDocument) as error:
        read_akn(content, "bread.xml")
    return str(error.value)


# --- Reading


def test_read_act_keeps_headings_articles_points_and_recitals() -> None:
    document = read(
        """<preamble><formula name="enacting"><p>The House,</p></formula><recitals>
        <recital eId="rec_1"><num>(1)</num><p>Whereas bread is baked at night,</p></recital>
        </recitals></preamble><body><chapter eId="chp_I"><num>CHAPTER I —</num>
        <heading>Night work</heading><article eId="art_1"><num>Article 1.</num>
        <heading>Ovens</heading><paragraph eId="art_1__para_1"><num>1.</num><list>
        <intro><p>An oven is:</p></intro><point><num>(a)</num><content><p>hot;</p></content>
        </point><point><num>–</num><content><p>clean.</p></content></point></list></paragraph>
        </article></chapter></body>"""
    )
    assert outline(document) == [
        ("formula_1", "formula", "", "", "The House,"),
        ("rec_1", "preambular", "1", "", "Whereas bread is baked at night,"),
        ("chp_I", "heading", "CHAPTER I", "", "Night work"),
        ("art_1", "operative", "1", "Ovens", ""),
        ("art_1__para_1", "point", "1", "", "An oven is:"),
        ("art_1__para_1__point_a", "point", "a", "", "hot;"),
        ("art_1__para_1__point_1", "point", "•", "", "clean."),
    ]
    assert [piece.heading for piece in document.pieces[-3:]] == ["CHAPTER I Night work"] * 3
    assert [piece.parent for piece in document.pieces[-3:]] == [
        "art_1",
        "art_1__para_1",
        "art_1__para_1",
    ]
    assert (document.symbol, document.title, document.adopted) == (
        "xx/act/2024-05-06/12",
        "Bread Act",
        date(2024, 5, 6),
    )
    assert (document.kind, document.stage, document.language, document.of) == (
        ("act", "adopted", "en", "")
    )
    assert document.source_title == "House of Bakers, /akn/xx/act/2024-05-06/12/!main"


def test_read_takes_notes_out_of_the_words() -> None:
    document = read(
        """<body><article eId="art_1"><num>1</num><content><p>Bread
        <authorialNote marker="7"><p>Of wheat.</p></authorialNote>, and salt.</p></content>
        </article></body>"""
    )
    (piece,) = document.pieces
    assert (piece.words, piece.footnotes) == ("Bread, and salt.", (Footnote("7", "Of wheat."),))


def test_read_finds_notes_that_stand_in_the_metadata() -> None:
    content = akn(
        '<body><article eId="art_1"><num>1</num><content><p>Bread<noteRef href="#n1"/>.</p>'
        "</content></article></body>"
    ).replace(
        b"</meta>",
        b'<notes source="#us"><note eId="n1" marker="1"><p>Rye.</p></note></notes></meta>',
    )
    (document,) = read_akn(content, "bread.xml")
    assert document.pieces[0].words == "Bread."
    assert document.pieces[0].footnotes == (Footnote("1", "Rye."),)


def test_read_keeps_what_is_put_into_another_act_as_words() -> None:
    document = read(
        """<body><section eId="sec_1"><num>1</num><content><p>In section 5 insert
        <mod><quotedStructure startQuote="“" endQuote="”"><section eId="sec_5A"><num>5A</num>
        <content><p>Rye.</p></content></section></quotedStructure></mod>.</p></content>
        </section></body>"""
    )
    assert outline(document) == [
        ("sec_1", "operative", "1", "", "In section 5 insert “ 5A Rye.” .")
    ]


def test_read_gives_tables_row_by_row_and_leaves_out_page_furniture() -> None:
    document = read(
        """<body><article eId="art_1"><num>1</num><content><toc><tocItem href="#x" level="1"/>
        </toc><table><tr><th><p>Flour</p></th><th><p>Price</p></th></tr><tr><td><p>Rye</p></td>
        <td><p>2</p></td></tr></table></content></article>
        <section eId="page" status="editorial"><content><p>Page 2</p></content></section></body>"""
    )
    assert [piece.words for piece in document.pieces] == ["Flour | Price", "Rye | 2"]


def test_read_leaves_out_signatures_and_reads_annexes() -> None:
    content = akn(
        """<body><article eId="art_1"><num>1</num><content><p>Bread.</p></content></article></body>
        <conclusions><p>Done by <signature><person refersTo="#p">A. Baker</person></signature></p>
        </conclusions><attachments><attachment eId="att_1"><heading>Annex: flours</heading>
        <doc name="annex"><meta/><mainBody><p>Rye.</p></mainBody></doc></attachment><attachment>
        <doc name="report"><meta/><mainBody><p>Honourable bakers!</p></mainBody></doc></attachment>
        </attachments>"""
    )
    (document,) = read_akn(content, "bread.xml")
    assert outline(document) == [
        ("art_1", "operative", "1", "", "Bread."),
        ("att_1", "annex_title", "", "", "Annex: flours"),
        ("att_1__text_1", "plain", "", "", "Rye."),
    ]
    assert document.doubts == ("Left out of the text, as no annex: report.",)


def test_read_makes_addresses_where_the_file_gives_none_or_one_twice() -> None:
    long = "x" * 200
    document = read(
        f"""<body><article eId="art 1/é"><num>1</num><content><p>A</p></content></article>
        <article eId="same"><num>2</num><content><p>B</p></content></article>
        <article eId="same"><num>3</num><content><p>C</p></content></article>
        <article><num>3</num><content><p>D</p></content></article>
        <article eId="ours__x"><num>4</num><content><p>E</p></content></article>
        <article eId="{long}"><num>5</num><content><p>F</p></content></article></body>"""
    )
    eids = [piece.eid for piece in document.pieces]
    assert eids[:5] == ["art-1", "same", "art_3", "art_1", "x-ours__x"]
    assert len(eids[5]) == 120
    assert document.doubts == ("The address same stands twice; the second got another one.",)


@pytest.mark.parametrize(
    "namespace",
    [
        FINAL,
        f"{FINAL}/WD17",
        f"{FINAL}/CSD13",
        "http://www.akomantoso.org/2.0",
    ],
)
def test_read_takes_every_version_of_the_namespace(namespace: str) -> None:
    body = '<body><article eId="art_1"><num>1</num><content><p>A</p></content></article></body>'
    assert outline(read(body, namespace=namespace)) == [("art_1", "operative", "1", "", "A")]


def test_read_gives_thousands_of_equal_addresses_a_place_each() -> None:
    article = '<article eId="art_1"><num>1.</num><content><p>Bake.</p></content></article>'
    document = read(f"<body>{article * 9_000}</body>")
    assert len({piece.eid for piece in document.pieces}) == 9_000
    assert document.pieces[-1].eid == "art_9000"


def test_read_takes_each_law_of_a_collection_and_says_what_it_left_out() -> None:
    part = """<component eId="cmp_{n}"><{kind} name="x">{meta}<preface><p><docTitle>{title}
        </docTitle></p></preface><{body}><p>{title}</p></{body}></{kind}></component>"""
    act = part.format(n=1, kind="act", meta=META.format(language="eng"), title="A", body="body")
    doc = part.format(n=2, kind="doc", meta=META.format(language="eng"), title="B", body="mainBody")
    content = f"""<akomaNtoso xmlns="{FINAL}"><documentCollection name="x">
        {META.format(language="eng")}<preface><p><docTitle>The whole file</docTitle></p></preface>
        <collectionBody><component><documentRef href="#cmp_1"/></component></collectionBody>
        </documentCollection><components>{act}{doc}</components></akomaNtoso>"""
    (document,) = read_akn(content.encode(), "bread.xml")
    assert (document.title, document.doubts) == (
        "The whole file (A)",
        ("Left out of the collection, as no act or bill: B.",),
    )


# --- Refusing


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("debate", "bread.xml is the record of a debate: what was said, not what was agreed."),
        ("judgment", "bread.xml is the judgment of a court: a decision on one case."),
        ("poem", "bread.xml holds <poem>, which is no kind of document of Akoma Ntoso."),
    ],
)
def test_read_refuses_what_is_no_law_and_says_what_it_is(kind: str, sentence: str) -> None:
    assert refusal(akn("<body/>", kind=kind)).startswith(sentence)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_read_refuses_entities_however_they_come(tmp_path: Path, encoding: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("flour")
    outside = f'<!ENTITY l9 SYSTEM "file://{secret}">'
    for entities in (LAUGHS, outside):
        words = (
            f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE akomaNtoso [{entities}]>'
            f'<akomaNtoso xmlns="{FINAL}"><act name="x"><body><p>&l9;</p></body></act></akomaNtoso>'
        )
        said = refusal(words.encode(encoding))
        assert said.startswith("bread.xml declares a document type with entities of its own")
        assert "flour" not in said


def test_read_refuses_what_is_broken_other_too_deep_too_large_or_empty() -> None:
    deep = "<section>" * 70 + "</section>" * 70
    deeper = "<section>" * 5000 + "</section>" * 5000
    for content, sentence in (
        (b"", "bread.xml is not well-formed XML ("),
        (b"<akomaNtoso", "bread.xml is not well-formed XML ("),
        (b"\x00\xff\xfe", "bread.xml is not well-formed XML ("),
        (b"<html/>", "bread.xml is not Akoma Ntoso: its root is <html> in no namespace."),
        (f'<akomaNtoso xmlns="{FINAL}"/>'.encode(), "bread.xml is an empty Akoma Ntoso file"),
        (akn(f"<body>{deep}</body>"), "bread.xml has elements more than 60 deep"),
        (akn(f"<body>{deeper}</body>"), "bread.xml has elements more than 60 deep"),
        (b" " * 20_000_001, "bread.xml has more than 20 MB"),
        (akn("<body/>"), "bread.xml holds no wording: the body of its <act> is empty."),
        (
            f'<akomaNtoso xmlns="{FINAL}"><act name="x"><body/></act></akomaNtoso>'.encode(),
            "bread.xml does not say what it holds: <act> has no meta/identification.",
        ),
    ):
        assert refusal(content).startswith(sentence), sentence


def test_read_tells_other_xml_from_broken_akoma_ntoso() -> None:
    with pytest.raises(NotAkomaNtoso):
        read_akn(b"<rss/>", "feed.xml")


@given(st.binary(max_size=300))
def test_read_never_breaks_on_bytes(junk: bytes) -> None:
    refusal(junk)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_read_never_breaks_on_elements_out_of_place(data: st.DataObject) -> None:
    names = ("body", "section", "num", "heading", "list", "point", "p", "table", "tr", "td")
    names += ("formula", "recital", "content", "mod")
    depth = data.draw(st.integers(0, 12))
    opened = [data.draw(st.sampled_from(names)) for _ in range(depth)]
    inner = "".join(f"<{name}>x" for name in opened) + "".join(
        f"</{name}>" for name in opened[::-1]
    )
    try:
        documents = read_akn(akn(f"<body>{inner}</body>"), "bread.xml")
    except UnreadableDocument:
        return
    eids = [piece.eid for piece in documents[0].pieces]
    assert len(eids) == len(set(eids))
    assert {piece.parent for piece in documents[0].pieces} <= {"", *eids}


# --- Writing, and reading again

EDITION = Edition("un/2026/bread", "Guild of Bakers", "Coalition", date(2026, 1, 1))
WORD = st.text("abcdefgÅéжسل<&>\"'()12.", min_size=1, max_size=8)
WORDS = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
NOTES = st.lists(st.builds(Footnote, st.sampled_from(["1", "*", "8a"]), WORDS), max_size=2)


@st.composite
def texts(draw: st.DrawFn) -> Document:
    """A document as readers give it: a preamble, chapters, articles or paragraphs, points."""
    pieces: list[Piece] = []

    def add(
        eid: str, role: Role, number: str = "", parent: str = "", heading: str = "", title: str = ""
    ) -> None:
        notes = tuple(dict.fromkeys(draw(NOTES)))
        pieces.append(Piece(eid, number, role, heading, draw(WORDS), notes, parent, title))

    for n in range(draw(st.integers(0, 2))):
        add(f"rec_{n}", draw(st.sampled_from([Role.FORMULA, Role.PREAMBULAR, Role.PLAIN])))
        if draw(st.booleans()):
            add(f"rec_{n}__point_a", Role.POINT, "a", f"rec_{n}")
    if draw(st.booleans()):
        add("annex_1__title", Role.ANNEX_TITLE)
    for c in range(1, draw(st.integers(1, 3))):
        chapter = f"chp_{c}"
        add(chapter, Role.HEADING, draw(st.sampled_from(["", "I", "Part II"])))
        number = pieces[-1].number
        label = f"{number}." if number and " " not in number else number
        heading = f"{label} {pieces[-1].words}".strip()
        for p in range(draw(st.integers(0, 3))):
            eid = f"{draw(st.sampled_from(['art', 'para', 'clause']))}_{c}_{p}"
            title = draw(st.one_of(st.just(""), WORDS))
            add(
                eid,
                Role.OPERATIVE,
                draw(st.sampled_from(["1", "Standard A1.1", "68 (i)"])),
                chapter,
                heading,
            )
            pieces[-1] = Piece(*(*_values(pieces[-1])[:7], title))
            for q in range(draw(st.integers(0, 2))):
                number = draw(st.sampled_from(["a", "•", "iv"]))
                add(f"{eid}__point_{q}", Role.POINT, number, eid, heading)
            if draw(st.booleans()):
                add(f"{eid}__wrapup_1", Role.CLOSING, "", eid, heading)
                add(f"{eid}__text_1", Role.PLAIN, "", eid, heading)
    if not pieces:
        add("text_1", Role.PLAIN)
    return Document(
        draw(st.sampled_from(["A/RES/99/1", "C001"])),
        draw(WORDS),
        draw(st.one_of(st.none(), st.dates(date(1900, 1, 1), date(2100, 1, 1)))),
        tuple(pieces),
        (),
        draw(st.sampled_from(["en", "ar", "zh", "es", "haw"])),
        draw(st.sampled_from(["draft", "adopted", "revised"])),
        draw(st.sampled_from(["resolution", "convention", "bill", "act", "declaration"])),
        draw(st.sampled_from(["", "A/RES/99/2"])),
    )


def _values(piece: Piece) -> tuple[object, ...]:
    return tuple(getattr(piece, name) for name in piece.__dataclass_fields__)


@settings(deadline=None, max_examples=80)
@given(texts())
def test_what_is_written_is_read_again_with_the_same_pieces(document: Document) -> None:
    (again,) = read_akn(write_akn(document, EDITION), "bread.xml")
    assert again.pieces == document.pieces
    names = ("symbol", "title", "adopted", "language", "stage", "kind", "of", "doubts")
    assert {name: getattr(again, name) for name in names} == {
        name: getattr(document, name) for name in names
    }


def one_paragraph(words: str) -> Document:
    piece = Piece("para_1", "1", Role.OPERATIVE, "", words, (), "")
    return Document("A/RES/99/1", "Bread", None, (piece,), ())


def test_write_gives_the_lasting_address_and_links_what_is_cited() -> None:
    edition = Edition(
        "un/2026/bread",
        "Guild",
        "Coalition",
        date(2026, 1, 1),
        lasting={"para_1": "para_9"},
        links={"para_1": [Link(8, 14, "https://x.test/salt"), Link(9, 99, "beyond")]},
    )
    xml = write_akn(one_paragraph("Recalls the A & the B."), edition).decode()
    assert '<paragraph eId="para_1" class="role-operative" wId="para_9">' in xml
    assert '<p>Recalls <ref href="https://x.test/salt">the A </ref>&amp; the B.</p>' in xml
    assert read_akn(xml.encode(), "x")[0].pieces[0].words == "Recalls the A & the B."


def test_write_leaves_out_characters_that_xml_cannot_hold() -> None:
    xml = write_akn(one_paragraph("Bread\x00 and\x0b salt\ud800."), EDITION)
    assert read_akn(xml, "x")[0].pieces[0].words == "Bread and salt."


def test_write_refuses_a_text_without_pieces() -> None:
    with pytest.raises(ValueError, match="A/RES/99/1 has no pieces"):
        write_akn(Document("A/RES/99/1", "Bread", None, (), ()), EDITION)


# --- The real files


@pytest.mark.realdata
def test_read_the_examples_of_the_standard(data_dir: Path) -> None:
    read, refused = {}, []
    for path in sorted((data_dir / "akn" / "examples").glob("*.xml")):
        try:
            for document in read_akn(path.read_bytes(), path.name):
                roles = [piece.role for piece in document.pieces]
                read[document.symbol] = (
                    document.kind,
                    document.language,
                    roles.count(Role.HEADING),
                    roles.count(Role.OPERATIVE),
                    roles.count(Role.PREAMBULAR),
                    sum(len(piece.footnotes) for piece in document.pieces),
                )
        except UnreadableDocument as error:
            refused.append(str(error).split(":")[0])
    assert refused == [
        "cl_Sesion56_2.xml is the record of a debate",
        "ke_Debate_Bungeni_2011-06-10.xml is the record of a debate",
        "za_Judgement_2008-11-26.xml is the judgment of a court",
    ]
    assert read == {
        "COM(2013) 619": ("bill", "en", 9, 24, 41, 12),
        "it/bill/Ddl/2013-03-29/356": ("bill", "it", 0, 6, 0, 0),
        "ukpga/2014/27/enacted": ("act", "en", 3, 8, 0, 0),
        "us/act/2011-11-29/112-61": ("act", "en", 0, 6, 0, 1),
        "us/usc/title_9~chp_3": ("act", "en", 1, 7, 0, 0),
        "uy/bill/camera/2010-09-27/carpeta395-2010": ("bill", "es", 0, 3, 0, 0),
    }


def test_namespace_of_another_standard_is_none_of_ours() -> None:
    assert not NAMESPACE.fullmatch("http://www.w3.org/1999/xhtml")
