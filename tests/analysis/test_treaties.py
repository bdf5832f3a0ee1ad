"""Treaties in Markdown, read into recitals, articles, paragraphs and points."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from coalition.analysis.dates_in_words import first_day
from coalition.analysis.documents import Document, Piece, Role, UnreadableDocument, assemble
from coalition.analysis.preambles import split_preamble
from coalition.analysis.treaties import looks_like_treaty, parts_of, read_treaty
from coalition.analysis.treaty_pages import LONGEST_TEXT

TREATY = """##Verdrag betreffende de lampen op de kust

####Convention concerning the lamps of the coast

The General Conference of the Harbours,Having been convened at the cape on 3 May 1951, andHaving \
decided upon the adoption of certain proposals, adopts this fourth day of May of the year one \
thousand nine hundred and fifty-one the following Convention, which may be cited as the Lamps \
Convention, 1951:
### PART  I

####General Provisions

### Article  1   Treedt in werking op een nader te bepalen tijdstip

1. Each harbour shall keep a lamp that is lit at night, which -

(a)can be seen from the sea; and

(b)is

(i)white; or

(ii)green.
2. The colour shall be made known to all the harbours.

### Article  2

####Keepers

Treedt in werking op een nader te bepalen tijdstip

The keeper of a lamp shall be paid by the harbour in which it stands.

No keeper shall be paid by more than one harbour for the same night.

### PART  II

####Final Provisions

### Article  3

1. Wijzigt het Verdrag betreffende de oude lampen.

### Article  4

The English and French texts are equally authoritative.The foregoing is the authentic text of \
the Convention. DONE at the cape.

###ANNEX

####Colours of the lamps

1. White is the colour of the north, which all the ships shall know by their charts.

| --- | --- |
|:---|:---|
|North |white |

###Recommendation 7

####Recommendation concerning the lamps of the coast

The General Conference of the Harbours, Having been convened at the cape, adopts this fourth day \
of May 1951 the following Recommendation:

1.

(1)Lamps should be cleaned every week by the keepers of the harbour.

(2)The cloth should be kept dry by them.

2. Oil should be kept at a distance from the lamp and from its keeper.

####Verdrag betreffende de lampen op de kust

De Algemene Conferentie van de havens, bijeengeroepen bij de kaap, neemt het volgende verdrag aan:

### Artikel  1

1. Elke haven moet een lamp hebben die bij nacht brandt en van de zee te zien is door de schepen.
"""


def read(text: str, part: int = 0) -> Document:
    return read_treaty(parts_of(text)[part], symbol="X001" if part == 0 else "R007")


def shape(document: Document) -> list[tuple[str, str, str]]:
    return [(piece.eid, piece.number, piece.role.value) for piece in document.pieces]


def test_treaty_is_split_into_recitals_articles_and_points() -> None:
    assert shape(read(TREATY)) == [
        ("formula_1", "", "formula"),
        ("recital_1", "", "preambular"),
        ("recital_2", "", "preambular"),
        ("formula_2", "", "adopting"),
        ("part_I", "Part I", "heading"),
        ("art_1", "1", "operative"),
        ("art_1__para_1", "1", "point"),
        ("art_1__para_1__point_a", "a", "point"),
        ("art_1__para_1__point_b", "b", "point"),
        ("art_1__para_1__point_b__point_i", "i", "point"),
        ("art_1__para_1__point_b__point_ii", "ii", "point"),
        ("art_1__para_2", "2", "point"),
        ("art_2", "2", "operative"),
        ("art_2__text_1", "", "plain"),
        ("part_II", "Part II", "heading"),
        ("art_3", "3", "operative"),
        ("art_4", "4", "operative"),
        ("conclusions_1", "", "plain"),
        ("annex_1__title", "ANNEX", "annex_title"),
        ("annex_1__para_1", "1", "operative"),
        ("annex_1__text_1", "", "plain"),
    ]


def test_treaty_tells_its_title_its_day_and_how_it_is_cited() -> None:
    document = read(TREATY)

    assert document.title == "Convention concerning the lamps of the coast"
    assert document.adopted == date(1951, 5, 4)
    assert document.cited_as == ("Lamps Convention, 1951",)
    assert document.kind == "convention"


def test_words_of_the_publisher_never_leak_and_are_told_as_doubts() -> None:
    document = read(TREATY)

    assert not [piece.eid for piece in document.pieces if "erdrag" in piece.words]
    assert not [piece.eid for piece in document.pieces if "werking" in piece.words]
    assert document.doubts == (
        "1 remarks of the Dutch publisher were left out, such as “1. Wijzigt het Verdrag "
        "betreffende de oude lampen.”.",
    )


def test_headings_and_titles_are_kept_apart_from_wording() -> None:
    pieces = {piece.eid: piece for piece in read(TREATY).pieces}

    assert pieces["part_I"].words == "General Provisions"
    assert pieces["art_1"].heading == "Part I General Provisions"
    assert (pieces["art_1"].parent, pieces["art_2"].title) == ("part_I", "Keepers")
    assert pieces["art_4"].words == "The English and French texts are equally authoritative."
    assert pieces["conclusions_1"].words.startswith("The foregoing is")
    assert pieces["annex_1__title"].words == "Colours of the lamps"
    assert pieces["annex_1__text_1"].words == "North | white"


def test_recommendation_behind_a_convention_is_a_text_of_its_own() -> None:
    parts = parts_of(TREATY)
    document = read(TREATY, 1)

    assert [(part.kind, part.number) for part in parts] == [("", ""), ("recommendation", "7")]
    assert document.kind == "recommendation"
    assert shape(document)[3:] == [
        ("para_1", "1", "operative"),
        ("para_1__point_1", "1", "point"),
        ("para_1__point_2", "2", "point"),
        ("para_2", "2", "operative"),
    ]


def test_sections_of_an_article_are_provisions_under_it() -> None:
    text = (
        "####Agreement of the harbours\n\nThe harbours have agreed as follows:\n\n"
        "### Article  I\n\n####Purpose\n\nSection 1.  *Aim*\n\n(a) To keep the lamps.\n\n"
        "Section 2.  *Functions*  The harbours shall meet in the spring of every year.\n"
    )

    assert [each for each in shape(read(text)) if "__sec" in each[0]] == [
        ("art_I__sec_1", "1", "operative"),
        ("art_I__sec_1__point_a", "a", "point"),
        ("art_I__sec_2", "2", "operative"),
    ]


def test_numbers_that_stand_as_headings_are_paragraphs_of_their_part() -> None:
    text = (
        "####Charter\n\nThe harbours have agreed as follows:\n\n### PART   I\n\nAll accept:\n\n"
        "###1\n\nEveryone may see the lamp.\n\n###2\n\nEveryone may light it.\n\n"
        "### PART II\n\n### Article 1\n\nThe lamp is white.\n"
    )

    assert [each for each in shape(read(text)) if each[0].startswith("part_I__")] == [
        ("part_I__text_1", "", "plain"),
        ("part_I__para_1", "1", "operative"),
        ("part_I__para_2", "2", "operative"),
    ]


def test_letter_i_in_a_list_of_letters_is_no_roman_number() -> None:
    letters = "\n\n".join(f"({letter}) the lamp;" for letter in "abcdefghij")
    text = f"####Convention\n\nHave agreed as follows:\n\n### Article 1\n\nThese:\n\n{letters}\n"

    assert [piece.number for piece in read(text).pieces if piece.role is Role.POINT] == list(
        "abcdefghij"
    )


def test_labels_out_of_order_are_doubted() -> None:
    text = "####Convention\n\nHave agreed as follows:\n\n### Article 1\n\n1. One.\n3. Three.\n"

    assert read(text).doubts == ("In X001, 3. in art_1 does not follow what stands before it.",)


def test_article_out_of_order_is_doubted() -> None:
    text = "####Convention\n\nHave agreed:\n\n### Article 1\n\nOne.\n\n### Article 4\n\nFour.\n"

    assert read(text).doubts == ("In X001, article 4 follows article 1.",)


def test_links_and_pictures_leave_no_trace_in_the_words() -> None:
    text = (
        "####Convention\n\nHave agreed as follows:\n\n### Article 1\n\n"
        "The [Lamps Act](../a/README.md) and the Oil Act/van/het/etc/B1/README.md) hold.\n\n![100](http://example.org/100)\n"
    )

    document = read(text)
    assert document.pieces[-1].words == "The Lamps Act and the Oil Act hold."
    assert "such as “Picture 100”" in document.doubts[0]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (TREATY, True),
        ("# Notes\n\nA folder of treaties.\n- one\n- two\n", False),
        ("####A title\n\nNothing is agreed here.", False),
        ("", False),
    ],
)
def test_treaties_are_told_from_other_files(text: str, is_one: bool) -> None:
    assert looks_like_treaty(text) is is_one


def test_text_longer_than_any_treaty_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="no treaty has more"):
        parts_of("a" * (LONGEST_TEXT + 1))


def test_text_without_provisions_is_refused() -> None:
    text = "####Convention\n\n### PART I\n\n####Nothing\n\nWords of the coast.\n"

    with pytest.raises(UnreadableDocument, match="no article and no numbered paragraph"):
        read(text)


def test_preamble_is_split_where_line_ends_were_lost() -> None:
    words = (
        "PreambleThe harbours,Noting that the sea is wide;Considering (as Hoping is not enough) "
        "the coast, and Recalling also the cape, Have agreed as follows:"
    )

    assert split_preamble(words) == [
        (Role.FORMULA, "The harbours,"),
        (Role.PREAMBULAR, "Noting that the sea is wide;"),
        (Role.PREAMBULAR, "Considering (as Hoping is not enough) the coast, and"),
        (Role.PREAMBULAR, "Recalling also the cape,"),
        (Role.ADOPTING, "Have agreed as follows:"),
    ]


def test_preamble_keeps_verbs_of_its_recitals() -> None:
    words = "Determined, for that purpose, to adopt the measures required, Have agreed as follows:"

    assert [each for _role, each in split_preamble(words)] == [
        "Determined, for that purpose, to adopt the measures required,",
        "Have agreed as follows:",
    ]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        (
            "this first day of July of the year one thousand nine hundred and forty-nine",
            (1949, 7, 1),
        ),
        ("this twenty-third day of June one thousand nine hundred and thirtyseven", (1937, 6, 23)),
        ("the thirtieth day of September, nineteen hundred and twenty-one,", (1921, 9, 30)),
        ("on this twenty-ninth day of January, two thousand.", (2000, 1, 29)),
        ("this fourteenth day of June of the year two thousand and seven", (2007, 6, 14)),
        ("this 18th day of October 1961, in English", (1961, 10, 18)),
        ("on July 24, 1971.", (1971, 7, 24)),
        ("this 3 May 2002,", (2002, 5, 3)),
        ("on 31 February 1990, then on 1 March 1990", (1990, 3, 1)),
        ("the day after", None),
    ],
)
def test_days_are_read_in_figures_and_in_words(
    words: str, day: tuple[int, int, int] | None
) -> None:
    assert first_day(words) == (date(*day) if day else None)


# --- The 132 files ---------------------------------------------------------------------------

# Articles of treaties, counted in the files and known from the treaties themselves.
ARTICLES = {
    "C098": 16, "C100": 14, "C122": 11, "C138": 18, "C144": 14, "C154": 17, "C182": 16,
    "C188": 54, "MLC": 16, "BWBV0001000": 59, "BWBV0001002": 46, "BWBV0001003": 42,
    "BWBV0001008": 30, "BWBV0001016": 31, "BWBV0001017": 53, "BWBV0001021": 38,
    "BWBV0001115": 26, "BWBV0001136": 42, "BWBV0001538": 28, "BWBV0001700": 22,
    "BWBV0001706": 38, "BWBV0001749": 20, "BWBV0001750": 25, "BWBV0001830": 71,
    "BWBV0001986": 40, "BWBV0002507": 33, "BWBV0002508": 54, "BWBV0002909": 30,
    "BWBV0002911": 25, "BWBV0003065": 45, "BWBV0004045": 50, "BWBV0004143": 111,
    "BWBV0005551": 19, "BWBV0006246": 15, "BWBV0006262": 12,
}  # fmt: skip
# Words that no English treaty has: one is enough to see that the translation leaked.
DUTCH = re.compile(
    r"\b(?:het|een|wordt|worden|niet|deze|verdrag|overeenkomst|lidstaten|bekrachtiging|"
    r"inwerkingtreding|wijzigt|artikelen|toepassing|zijn|voor|tijdstip|Koninkrijk der)\b"
)


@pytest.fixture(scope="module")
def treaties(data_dir: Path) -> dict[str, Document]:
    found = {}
    for path in sorted((data_dir / "treaty_texts").rglob("*/*.md")):
        for part in parts_of(path.read_text(encoding="utf-8")):
            symbol = path.stem + (f"+{part.kind}" if part.kind else "")
            found[symbol] = read_treaty(part, symbol=symbol)
    return found


def articles(document: Document) -> list[Piece]:
    return [piece for piece in document.pieces if re.fullmatch(r"art_[^_]+", piece.eid)]


@pytest.mark.realdata
def test_every_treaty_is_read_with_the_texts_behind_it(treaties: dict[str, Document]) -> None:
    assert len(treaties) == 139
    behind = [(symbol, doc.kind) for symbol, doc in treaties.items() if "+" in symbol]
    assert behind == [
        ("C138+recommendation", "recommendation"),
        ("C140+recommendation", "recommendation"),
        ("C142+recommendation", "recommendation"),
        ("C144+recommendation", "recommendation"),
        ("C150+recommendation", "recommendation"),
        ("C152+recommendation", "recommendation"),
        ("BWBV0001017+protocol", "protocol"),
    ]


@pytest.mark.realdata
def test_treaties_have_the_articles_they_are_known_for(treaties: dict[str, Document]) -> None:
    assert {symbol: len(articles(treaties[symbol])) for symbol in ARTICLES} == ARTICLES


@pytest.mark.realdata
def test_articles_of_every_convention_of_the_ilo_are_in_sequence(
    treaties: dict[str, Document],
) -> None:
    gaps = {
        symbol: numbers
        for symbol, document in treaties.items()
        if re.fullmatch(r"C\d{3}", symbol)
        and (numbers := [int(each.number) for each in articles(document)])
        != list(range(1, len(numbers) + 1))
    }

    # Printed without the parts that the Netherlands did not accept.
    assert list(gaps) == ["C102"]
    assert gaps["C102"][:13] == [*range(1, 13), 19]


@pytest.mark.realdata
def test_no_dutch_is_left_in_any_treaty(treaties: dict[str, Document]) -> None:
    leaks = [
        f"{symbol} {piece.eid}: {piece.words[:60]}"
        for symbol, document in treaties.items()
        for piece in document.pieces
        if DUTCH.search(piece.words) or DUTCH.search(piece.title)
    ]

    # A misprint of the source, which says "of het genetic resources".
    assert [leak.partition(":")[0] for leak in leaks] == ["BWBV0005631 annex_1__para_2__point_f"]


@pytest.mark.realdata
def test_preambles_are_split_into_their_recitals(treaties: dict[str, Document]) -> None:
    roles = (Role.FORMULA, Role.PREAMBULAR, Role.ADOPTING)
    counts = {
        symbol: [sum(p.role is role for p in treaties[symbol].pieces) for role in roles]
        for symbol in ("C098", "C138", "C182", "MLC", "BWBV0002508", "BWBV0002909", "BWBV0004045")
    }

    assert counts == {
        "C098": [1, 3, 1],
        "C138": [1, 5, 1],
        "C182": [1, 10, 1],
        "MLC": [1, 13, 1],
        "BWBV0002508": [1, 13, 1],
        "BWBV0002909": [1, 15, 1],
        "BWBV0004045": [1, 25, 1],
    }
    enacted = [p.words for d in treaties.values() for p in d.pieces if p.role is Role.ADOPTING]
    assert len(enacted) >= 137


@pytest.mark.realdata
def test_maritime_labour_convention_has_regulations_standards_and_guidelines(
    treaties: dict[str, Document],
) -> None:
    pieces = {piece.eid: piece for piece in treaties["MLC"].pieces}

    assert (pieces["reg_1-1"].number, pieces["reg_1-1"].title) == ("Regulation 1.1", "Minimum age")
    assert pieces["std_A1-1"].number == "Standard A1.1"
    assert pieces["gdl_B1-1"].number == "Guideline B1.1"
    assert pieces["reg_1-1"].parent == "title_1"


@pytest.mark.realdata
def test_revised_social_charter_goes_on_with_lettered_articles(
    treaties: dict[str, Document],
) -> None:
    document = treaties["BWBV0001800"]

    numbers = [each.number for each in articles(document)]
    assert numbers == [*(str(number) for number in range(1, 32)), *"ABCDEFGHIJKLMNO"]
    assert assemble(document, "art_6").startswith("With a view to ensuring the effective exercise")
