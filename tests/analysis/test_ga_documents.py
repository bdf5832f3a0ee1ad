"""Invented resolutions in the layout of the real ones, and the real ones where they are."""

from __future__ import annotations

import gzip
import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.analysis.documents import (
    Document,
    Footnote,
    Piece,
    Role,
    UnreadableDocument,
    assemble,
)
from coalition.analysis.ga_documents import read_document
from tools.texts import agrees

FRONT = """United Nations \nA/RES/99/7\n \n \nGeneral Assembly \nDistr.: General \n3 May 2031 \n \n\
31-00421 (E)    040531 \n*3100421* \n \n \nNinety-ninth session \nAgenda item 8 \n \n \n\
 Resolution adopted by the General Assembly \non 2 May 2031 \n \n \n\
[without reference to a Main Committee (A/99/L.3)] \n \n \n\
 99/7. A charter for lighthouses \n \n \n"""
TITLE = "99/7. A charter for lighthouses"
EVEN = "\n\nA/RES/99/7 \nA charter for lighthouses\n \n31-00421\n{page}/3 \n \n"
ODD = "\n\nA charter for lighthouses \nA/RES/99/7\n \n{page}/3\n31-00421 \n \n"
RULE = "\n__________________ \n \n"


def read(body: str, **changes: object) -> Document:
    raw = {"symbol": "A/RES/99/7", "title": TITLE, "adopted": "2 May 2031", "text": FRONT + body}
    return read_document(raw | changes)


def outline(document: Document) -> list[tuple[str, Role, str]]:
    return [(piece.eid, piece.role, piece.words) for piece in document.pieces]


def piece(document: Document, eid: str) -> Piece:
    return next(piece for piece in document.pieces if piece.eid == eid)


# The parts of a resolution


def test_resolution_is_split_into_recitals_paragraphs_and_points() -> None:
    document = read(
        "The General Assembly, \n \nRecalling the storm of the eleventh \nhour, \n \n"
        "1. \nAsks every keeper: \n \n(a) \nTo light the lamp; \n \n(b) \nTo keep a log; \n \n"
        "2. Decides to meet again. \n \n12th plenary meeting \n2 May 2031 \n "
    )

    assert document.adopted == date(2031, 5, 2)
    assert document.doubts == ()
    assert outline(document) == [
        ("formula_1", Role.FORMULA, "The General Assembly,"),
        ("recital_1", Role.PREAMBULAR, "Recalling the storm of the eleventh hour,"),
        ("para_1", Role.OPERATIVE, "Asks every keeper:"),
        ("para_1__point_a", Role.POINT, "To light the lamp;"),
        ("para_1__point_b", Role.POINT, "To keep a log;"),
        ("para_2", Role.OPERATIVE, "Decides to meet again."),
    ]


def test_annexed_declaration_keeps_the_plain_ids_and_the_clauses_stand_apart() -> None:
    document = read(
        "The General Assembly, \n \n1. \nThanks the hosts; \n \n2. \nEndorses the charter, as "
        "contained in \nthe annex to the present resolution. \n \n12th plenary meeting \n"
        "2 May 2031 \n \n \n \nAnnex \n \n \nA charter for lighthouses \n \n1. \nWe, the keepers, "
        "met at the cape to agree \non the colour of every lamp on the coast. \n2. \nWe keep the "
        "lamps. \n \n \n \nA call to the coast \n \n3. \nWe ask every harbour to answer the lamps "
        "in fog and in storm. \n"
    )

    assert [(p.eid, p.role, p.heading, p.parent) for p in document.pieces] == [
        ("resolution__formula_1", Role.FORMULA, "", ""),
        ("resolution__para_1", Role.ADOPTING, "", ""),
        ("resolution__para_2", Role.ADOPTING, "", ""),
        ("annex_1__title", Role.ANNEX_TITLE, "", ""),
        ("para_1", Role.OPERATIVE, "", ""),
        ("para_2", Role.OPERATIVE, "", ""),
        ("chp_1", Role.HEADING, "", ""),
        ("para_3", Role.OPERATIVE, "A call to the coast", "chp_1"),
    ]


def test_small_annexes_are_prefixed_and_may_number_anew() -> None:
    document = read(
        "The General Assembly, \n \n1. \nDecides that the lamps shall be lit by all keepers. \n \n"
        "12th plenary meeting \n2 May 2031 \n \nAnnex I \n \nAgenda \n \n1. \nOpening. \n \n"
        "Annex II \n \nSeating \n \n1. \nBy age. \n"
    )

    assert [p.eid for p in document.pieces] == [
        "formula_1",
        "para_1",
        "annex_1__title",
        "annex_1__para_1",
        "annex_2__title",
        "annex_2__para_1",
    ]


def test_sections_are_headings_and_may_number_anew() -> None:
    document = read(
        "The General Assembly, \n \nI \nLamps \n \n \nRecalling the lamp, \n \n"
        "1. \nLights it; \n \nII \nHorns \n \n "
        "\n1. \nSounds it; \n \nA. \nFog horns \n \n2. \nAnd again. \n"
    )

    assert [(p.eid, p.number, p.heading) for p in document.pieces] == [
        ("formula_1", "", ""),
        ("chp_1", "I", ""),
        ("recital_1", "", "I. Lamps"),
        ("para_1", "1", "I. Lamps"),
        ("chp_2", "II", ""),
        ("chp_2__para_1", "1", "II. Horns"),
        ("chp_2__sec_a", "A", ""),
        ("chp_2__para_2", "2", "A. Fog horns"),
    ]


def test_letter_i_after_h_is_no_roman_number() -> None:
    letters = "".join(f" \n({letter}) \nOil {letter}; \n" for letter in "abcdefghij")
    document = read(f"The General Assembly, \n \n1. \nBuys: \n{letters}")

    assert [p.eid for p in document.pieces][-2:] == ["para_1__point_i", "para_1__point_j"]


def test_roman_points_hang_on_their_letter_even_on_h() -> None:
    letters = "".join(f" \n({letter}) \nOil {letter}; \n" for letter in "abcdefg")
    document = read(
        f"The General Assembly, \n \n1. \nBuys: \n{letters} \n(h) \nTwo horns: \n \n"
        "(i) \nOne low; \n \n(ii) One high; \n \n(i) \nA bell. \n"
    )

    assert [(p.eid, p.parent) for p in document.pieces][-4:] == [
        ("para_1__point_h", "para_1"),
        ("para_1__point_h__point_i", "para_1__point_h"),
        ("para_1__point_h__point_ii", "para_1__point_h"),
        ("para_1__point_i", "para_1"),
    ]


def test_heading_among_points_is_theirs_and_the_list_goes_on() -> None:
    document = read(
        "The General Assembly, \n \n1. \nBuys: \n \nLight \n \n(a) \nLamps; \n \nSound \n \n"
        "(b) \nHorns; \n \n(c) \nBells. \n \n2. \nRests. \n"
    )

    assert [(p.eid, p.heading) for p in document.pieces[1:]] == [
        ("para_1", ""),
        ("para_1__crossheading_1", ""),
        ("para_1__point_a", "Light"),
        ("para_1__crossheading_2", ""),
        ("para_1__point_b", "Sound"),
        ("para_1__point_c", "Sound"),
        ("para_2", ""),
    ]


def test_closing_words_after_points_are_not_glued_to_the_last_point() -> None:
    document = read(
        "The General Assembly, \n \n1. \nAsks the keepers of all the lighthouses along the long "
        "western \ncoast, from the cape in the north to the last reef in the south: \n \n"
        "(a) \nTo light the lamp; \nand thanks them for the many nights in which they kept it "
        "alight \nthrough storm and fog. \n"
    )

    assert assemble(document, "para_1").split("\n")[1:] == [
        "(a) To light the lamp;",
        "and thanks them for the many nights in which they kept it alight through storm and fog.",
    ]
    assert piece(document, "para_1__wrapup_1").role is Role.CLOSING


def test_only_clause_of_a_short_resolution_is_operative_without_a_number() -> None:
    document = read("The General Assembly, \n \nTakes note of the report. \n \n")

    assert outline(document)[1:] == [("clause_1", Role.OPERATIVE, "Takes note of the report.")]


# Numbers that are none


def test_number_inside_the_text_begins_no_paragraph() -> None:
    document = read(
        "The General Assembly, \n \n1. \nNotes that the lamps lit before the year of the flood "
        "were\n2. or 3. in number, and that the wind took\n1.5 of them; \n \n2. \nRests. \n"
    )

    assert outline(document)[1:] == [
        (
            "para_1",
            Role.OPERATIVE,
            "Notes that the lamps lit before the year of the flood were 2. or 3. in number, and"
            " that the wind took 1.5 of them;",
        ),
        ("para_2", Role.OPERATIVE, "Rests."),
    ]


def test_numbered_lines_after_a_colon_are_points() -> None:
    document = read(
        "The General Assembly, \n \n1. \nApproves the agenda: \n \n1. \nOpening. \n \n2. \n"
        "Lamps; \n \n2. \nRests. \n"
    )

    assert [p.eid for p in document.pieces[1:]] == [
        "para_1",
        "para_1__point_1",
        "para_1__point_2",
        "para_2",
    ]


def test_missing_number_is_a_doubt() -> None:
    document = read("The General Assembly, \n \n1. \nLights; \n \n3. \nRests. \n")

    assert document.doubts == ("In A/RES/99/7, paragraph 3 follows paragraph 1.",)


# Pages and notes


def test_pages_lose_their_furniture_and_sentences_run_on() -> None:
    document = read(
        "The General Assembly, \n \n1. \nAsks the multi-\nlamp keepers to hold the coast between"
        + EVEN.format(page=2)
        + "midnight and dawn, in 2030–\n2034; \n \n2. \nRests."
        + ODD.format(page=3)
        + " \n3. \nEnds. \n"
    )

    assert outline(document)[1:] == [
        (
            "para_1",
            Role.OPERATIVE,
            "Asks the multi-lamp keepers to hold the coast between midnight and dawn, in"
            " 2030–2034;",
        ),
        ("para_2", Role.OPERATIVE, "Rests."),
        ("para_3", Role.OPERATIVE, "Ends."),
    ]


def test_footnote_marks_leave_the_words_and_real_numbers_stay() -> None:
    document = read(
        "The General Assembly, \n \nRecalling the Charter of the Coast,1 the Lamp Agenda 2 and its "
        "resolution 70/1 \nof 2 June 2028, \n \n1. \nKeeps 0.7 per cent of 3 lamps for the years "
        f"2028–20313 and \nthe 2030 Horn Plan; \n{RULE}1 Resolution 9/3. \n \n"
        f"2 Lamp Papers, vol. 2, \n12 pages. \n \n3  Ibid. \n"
        f"{EVEN.format(page=2)} \n2. \nAsks 17 keepers.4 \n"
        f"{RULE}4 In fog only. \n"
    )

    assert [(p.words, p.footnotes) for p in document.pieces[1:]] == [
        (
            "Recalling the Charter of the Coast, the Lamp Agenda and its resolution 70/1 of"
            " 2 June 2028,",
            (Footnote("1", "Resolution 9/3."), Footnote("2", "Lamp Papers, vol. 2, 12 pages.")),
        ),
        (
            "Keeps 0.7 per cent of 3 lamps for the years 2028–2031 and the 2030 Horn Plan;",
            (Footnote("3", "Ibid."),),
        ),
        ("Asks 17 keepers.", (Footnote("4", "In fog only."),)),
    ]
    assert document.doubts == ()


def test_footnote_without_a_mark_is_kept_and_doubted() -> None:
    document = read(f"The General Assembly, \n \n1. \nLights the lamp. \n{RULE}1 In fog only. \n")

    assert piece(document, "para_1").footnotes == (Footnote("1", "In fog only."),)
    assert document.doubts == (
        "On page 1 of A/RES/99/7, the place of footnote 1 was not found; the note hangs on the"
        " last words of the page.",
    )


def test_next_document_does_not_leak() -> None:
    document = read(f"The General Assembly, \n \n1. \nLights. \n \n{FRONT}The General Assembly, \n")

    assert outline(document)[1:] == [("para_1", Role.OPERATIVE, "Lights.")]
    assert document.doubts == (
        "Another document seems to begin on page 1 of A/RES/99/7; it was left out with all that"
        " follows.",
    )


def test_words_after_the_date_of_adoption_do_not_leak() -> None:
    document = read(
        "The General Assembly, \n \n1. \nLights. \n \n12th plenary meeting \n2 May 2031 \n \n"
        "In favour: the cape. \n"
    )

    assert outline(document)[1:] == [("para_1", Role.OPERATIVE, "Lights.")]
    assert document.doubts == (
        "Words after the date of adoption of A/RES/99/7 were left out: “In favour: the cape.”.",
    )


def test_wrong_date_of_adoption_is_a_doubt() -> None:
    body = "The General Assembly, \n \n1. \nLights. \n"

    assert read(body, adopted="").adopted is None
    assert read(body, adopted="").doubts == ()
    assert read(body, adopted="31 February 2031").doubts == (
        "The date of adoption of A/RES/99/7, “31 February 2031”, is not one such as 4 May 2025.",
    )


def test_assemble_refuses_a_piece_that_is_not_there() -> None:
    document = read("The General Assembly, \n \n1. \nLights. \n")

    with pytest.raises(LookupError, match="A/RES/99/7 has no piece “para_2”"):
        assemble(document, "para_2")


# Hostile input

TWICE = "The General Assembly, \n \n1. \nLights; \n \n2. \nWaits; \n \n2. \nRests. \n"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"symbol": None}, "A document has no symbol"),
        ({"symbol": " "}, "A document has no symbol"),
        ({"title": 7}, "A/RES/99/7 has no title, or one that is not text"),
        ({"title": "x" * 3_000}, "The title of A/RES/99/7 is 3,000 characters long"),
        ({"text": None}, "A/RES/99/7 has no text, or one that is not text"),
        ({"text": ["page"]}, "A/RES/99/7 has no text, or one that is not text"),
        ({"text": " \n"}, "A/RES/99/7 has no text. Give"),
        ({"text": "7" * 10_000_000}, "A/RES/99/7 is 10,000,000 characters long"),
        ({"text": "Dear all,\nsee you."}, "no line of the first page says “The General Assembly”"),
        ({"text": FRONT + TWICE}, "A/RES/99/7 has paragraph 2 twice, the second time as “Rests.”"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(UnreadableDocument, match=re.escape(sentence)):
        read("", **changes)


def test_missing_keys_are_refused_with_a_sentence() -> None:
    with pytest.raises(UnreadableDocument, match="A/RES/99/7 has no text"):
        read_document({"symbol": "A/RES/99/7"})


LABELS = ("1. \n", "2.", "2. ", "(a) \n", "(i) ", "(b)", "• ", "I. \n", "II\n", "A. Lamp", "٣. \n")
NAMED = ("Annex\n", "Article 1\n", "Rule 2 \n", "Action 1. We light.\n", "12th plenary meeting\n")
WORDS = ("The General Assembly,\n", "Recalling,\n \n", "lamp;1 ", "lamp 2 ", "2031", ":\n", ";\n")
NOTES = (RULE, "1 Note\n \n", "2 Note\n", "Adopts the annex:\n", "and so on\n", " \n", "\n\n")
HEADS = (EVEN.format(page=2), ODD.format(page=3), "\nPlease recycle\n", "\n*3100421*\n")
SNIPPETS = st.sampled_from((*LABELS, *NAMED, *WORDS, *NOTES, *HEADS, "United Nations\n", "\ue000"))
ANY_BODY = st.lists(SNIPPETS | st.text(max_size=12), max_size=60).map("".join)


@given(ANY_BODY)
@settings(deadline=None, max_examples=300)
def test_any_text_is_read_without_furniture_or_refused(body: str) -> None:
    try:
        document = read("The General Assembly,\n \n" + body)
    except UnreadableDocument:
        return

    eids = [piece.eid for piece in document.pieces]
    assert len(eids) == len(set(eids))
    assert {piece.parent for piece in document.pieces} <= {"", *eids}
    assert all(piece.words == " ".join(piece.words.split()) for piece in document.pieces)
    words = " ".join(piece.words for piece in document.pieces)
    assert not re.search(r"31-00421|\*3100421\*|_{4}|[\U000f0000-\U000ffffd]", words)


@given(
    st.dictionaries(st.sampled_from(["symbol", "title", "adopted", "text"]), st.text() | st.none())
)
def test_any_mapping_is_read_or_refused(raw: dict[str, object]) -> None:
    with pytest.raises(UnreadableDocument):
        read_document(raw)  # no such mapping holds a whole document


@pytest.mark.parametrize(
    "unit",
    ["1 ", "1\n", "(a)\nx;\n", "• a\n", "\n\nHead\n\n", "a-\n", "A/\n"],
)
def test_reading_time_grows_with_the_length_only(unit: str) -> None:
    body = "The General Assembly,\n \n1. \nLists:\n" + unit * (200_000 // len(unit))

    document = read(body)  # a quadratic step would hold the suite up here

    assert document.pieces[1].eid == "para_1"


# The real documents


@pytest.fixture(scope="module")
def corpus(data_dir: Path) -> dict[str, dict[str, object]]:
    with gzip.open(data_dir / "un_ga_texts" / "docs_sessions78-79.jsonl.gz", "rt") as lines:
        return {raw["symbol"]: raw for raw in map(json.loads, lines)}


def numbered(document: Document) -> list[Piece]:
    roles = (Role.OPERATIVE, Role.ADOPTING)
    return [piece for piece in document.pieces if piece.role in roles and piece.number]


@pytest.mark.realdata
@pytest.mark.parametrize("symbol", ["A/RES/80/5", "A/80/L.5"])
def test_doha_declaration_has_its_44_paragraphs(
    corpus: dict[str, dict[str, object]], symbol: str
) -> None:
    document = read_document(corpus[symbol])

    assert document.doubts == ()
    assert [p.eid for p in numbered(document)] == [f"para_{n}" for n in range(1, 45)]
    assert [(p.eid, p.words) for p in document.pieces if p.role is Role.HEADING] == [
        ("chp_1", "A call to action"),
        ("chp_2", "Follow-up"),
    ]
    assert [p.eid for p in document.pieces if p.role is Role.ADOPTING] == ["resolution__clause_1"]
    points = {p.eid for p in document.pieces if p.parent == "para_30"}
    assert points == {f"para_30__point_{letter}" for letter in "abcdefghijklmnopqrst"}
    carriers = [(p.eid, [f.mark for f in p.footnotes]) for p in document.pieces if p.footnotes]
    assert carriers == [
        ("para_1", ["1", "2"]),
        ("para_6", ["3"]),
        ("para_8", ["4", "5"]),
        ("para_9", ["6"]),
        ("para_10", ["7"]),
        ("para_13", ["8", "9"]),
        ("para_14", ["10"]),
        ("para_20", ["11", "12", "13"]),
        ("para_31__point_f", ["14"]),
        ("para_37__point_b", ["15"]),
    ]
    assert piece(document, "para_1").words.endswith("2030 Agenda for Sustainable Development.")
    assert "for the Decade 2024–2034 and the Antigua" in piece(document, "para_20").words
    assert "targets of 0.7 per cent" in piece(document, "para_42__point_g").words


@pytest.mark.realdata
def test_sevilla_commitment_has_its_66_paragraphs(
    corpus: dict[str, dict[str, object]],
) -> None:
    document = read_document(corpus["A/RES/79/323"])

    assert document.doubts == ()
    assert [p.eid for p in numbered(document)] == [
        "resolution__para_1",
        "resolution__para_2",
        *(f"para_{n}" for n in range(1, 67)),
    ]
    sections = [p for p in document.pieces if p.role is Role.HEADING and p.number]
    assert [p.eid for p in sections] == [
        "chp_1",
        "chp_2",
        *(f"chp_2__sec_{letter}" for letter in "abcdefg"),
        "chp_3",
    ]
    assert piece(document, "para_39__point_b__point_iii").parent == "para_39__point_b"


@pytest.mark.realdata
def test_corpus_agrees_with_the_paragraphs_given(
    corpus: dict[str, dict[str, object]],
) -> None:
    documents = {symbol: read_document(raw) for symbol, raw in corpus.items()}

    assert len(documents) == 661
    assert sum(len(numbered(document)) for document in documents.values()) == 16_715
    given = [
        (symbol, number, words)
        for symbol, raw in corpus.items()
        for number, words in dict(raw["paragraphs"]).items()  # type: ignore[call-overload]
    ]
    agreeing = sum(agrees(documents[symbol], symbol, n, words) for symbol, n, words in given)
    assert len(given) == 15_835
    assert agreeing >= 15_770
    lost = [d for doc in documents.values() for d in doc.doubts if "was not found" in d]
    assert len(lost) == 1
